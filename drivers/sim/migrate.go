package sim

import (
	"fmt"
	"time"

	"github.com/tune-autonomic/tune/drivers"
)

// move is a live migration that has begun and is neither committed nor aborted. A machine that is in one stands still
// from the last round on, until whoever leads has decided where it goes on.
type move struct {
	to     *host // nil if the copy was lost
	live   bool  // rounds are being sent
	loaded bool  // the copy waits to run
	job    *job
	still  time.Duration // when the machine began to stand, if it does
}

func (w *general) prepare(j *job) error {
	m := w.machineAt(j.cmd.Target)
	if m == nil {
		return fmt.Errorf("%s isn't a machine", w.name(j.cmd.Target))
	}
	if err := w.present(m); err != nil {
		return err
	}
	from, to := w.hostAt(j.cmd.From), w.hostAt(j.cmd.Host)
	switch {
	case m.state != up:
		return fmt.Errorf("%s isn't up", w.name(m.ref))
	case from != nil && from != m.host:
		return fmt.Errorf("%s is on %s, not on %s", w.name(m.ref), w.name(m.host.ref), w.name(from.ref))
	case to == m.host:
		return fmt.Errorf("%s is on %s already", w.name(m.ref), w.name(to.ref))
	}
	if err := w.usable(to, j.cmd.Host); err != nil {
		return err
	}
	if err := w.fits(m, to); err != nil {
		return err
	}
	if err := w.claim(j, &m.job); err != nil {
		return err
	}

	to.lent += m.spec.Memory
	m.move = &move{to: to, live: true, job: j}
	m.host.moves++
	to.moves++
	j.undo = func() { w.release(m) }
	live, stop, converges := w.preCopy(m)
	w.lasts(j, live, func() { w.standStill(m, stop, converges) })
	w.lasts(j, stop, func() { m.move.loaded = true })
	return nil
}

// preCopy is how long a migration of m that begins now sends rounds while m runs, and then while it stands. A round sends
// what was written during the one before, until the rest is small: then it converges; or doesn't shrink, or not soon enough.
func (w *general) preCopy(m *machine) (live, stop float64, converges bool) {
	bandwidth := w.physics.bandwidth / 8 / float64(max(m.host.moves, m.move.to.moves))
	dirty := w.physics.dirtyRate * m.used / m.size
	rest := m.spec.Memory
	for round := 0; round < maxRounds && rest > stillness*bandwidth; round++ {
		took := rest / bandwidth
		live += took
		written := min(dirty*took, m.spec.Memory)
		if written >= rest {
			break
		}
		rest = written
	}
	return live, float64(rest/bandwidth) + w.physics.migrationDowntime, rest <= stillness*bandwidth
}

// standStill begins the time in which a machine doesn't run, of about so many seconds.
func (w *general) standStill(m *machine, sec float64, converges bool) {
	w.endLive(m)
	m.still, m.move.still = true, w.now
	if seconds(sec) < drivers.LongPause {
		return
	}
	f := drivers.Fact{Kind: drivers.Paused, Ref: m.ref, For: seconds(sec)}
	if !converges {
		f.Why = "it writes its memory faster than the network carries it"
	}
	w.facts = append(w.facts, f)
}

func (w *general) commit(j *job) error {
	m := w.machineAt(j.cmd.Target)
	if m == nil {
		return fmt.Errorf("%s isn't a machine", w.name(j.cmd.Target))
	}
	if m.move == nil || !m.move.loaded {
		return fmt.Errorf("there is no copy of %s that waits to run", w.name(m.ref))
	}
	to := m.move.to
	if m.host != nil {
		m.leave()
	}
	m.put(to)
	w.release(m)
	w.ledger.migrations++
	return nil
}

// abort discards the copy and resumes the source. If there is neither, and the machine didn't move, that is the case
// already.
func (w *general) abort(j *job) error {
	m := w.machineAt(j.cmd.Target)
	switch {
	case m == nil:
		return fmt.Errorf("%s isn't a machine", w.name(j.cmd.Target))
	case m.move == nil && (m.state == absent || m.state == up && w.hostAt(j.cmd.Host) != m.host):
		return nil
	case m.move == nil:
		return fmt.Errorf("there is no copy of %s to discard", w.name(m.ref))
	case m.host == nil:
		return fmt.Errorf("the source of %s is lost: only its copy is left", w.name(m.ref))
	case m.move.job.outcome == drivers.Running:
		w.fail(m.move.job, "the migration was aborted")
	default:
		w.release(m)
	}
	return nil
}

// endLive ends the sending of rounds, which cost both hosts CPU.
func (w *general) endLive(m *machine) {
	if !m.move.live {
		return
	}
	m.move.live = false
	if m.host != nil && m.host.moves > 0 {
		m.host.moves--
	}
	if m.move.to != nil && m.move.to.moves > 0 {
		m.move.to.moves--
	}
}

// release ends the migration: the room of the copy is free, and m goes on where it is.
func (w *general) release(m *machine) {
	w.endLive(m)
	if m.move.to != nil {
		m.move.to.lent -= m.spec.Memory
	}
	if stood := w.now - m.move.still; m.still && m.host != nil && stood >= drivers.LongPause {
		w.facts = append(w.facts, drivers.Fact{Kind: drivers.Resumed, Ref: m.ref, For: stood})
	}
	m.move, m.still = nil, false
}
