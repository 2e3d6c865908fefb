package sim

import (
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/tune-autonomic/tune/drivers"
)

func (w *general) powerOn(j *job) error {
	h := w.hostAt(j.cmd.Target)
	if h == nil {
		return fmt.Errorf("%s isn't a host", w.name(j.cmd.Target))
	}
	if h.on && h.job == nil {
		return nil
	}
	if err := w.claim(j, &h.job); err != nil {
		return err
	}
	w.lasts(j, w.physics.powerOnTime, func() { w.comeUp(h) })
	if h.crashed { // what ended there is told before whoever switched it on goes on
		j.steps = append(j.steps, step{time.Millisecond, func() {}})
	}
	return nil
}

// powerOff switches an empty host off. A host that holds something is refused: whoever wants that fences it.
func (w *general) powerOff(j *job) error {
	h := w.hostAt(j.cmd.Target)
	switch {
	case h == nil:
		return fmt.Errorf("%s isn't a host", w.name(j.cmd.Target))
	case h.crashed:
		return fmt.Errorf("host %s doesn't answer", w.name(h.ref))
	case !h.on:
		return nil
	case len(h.machines) > 0 || len(h.programs) > 0 || h.lent > 0:
		return fmt.Errorf("host %s isn't empty", w.name(h.ref))
	}
	if err := w.claim(j, &h.job); err != nil {
		return err
	}
	w.lasts(j, w.physics.powerOffTime, func() {
		h.on = false
		w.ledger.shutDown((w.now - h.since).Seconds())
	})
	return nil
}

// fence ends everything on a host, whatever it is busy with, by taking its power away.
func (w *general) fence(j *job) error {
	h := w.hostAt(j.cmd.Target)
	if h == nil {
		return fmt.Errorf("%s isn't a host", w.name(j.cmd.Target))
	}
	w.lasts(j, w.physics.fenceTime, func() {
		for _, other := range w.touching(h) {
			switch {
			case other == j:
			case other.cmd.Verb == drivers.Fence:
				w.end(other, drivers.Done, "")
			default:
				w.fail(other, fmt.Sprintf("host %s was fenced", w.name(h.ref)))
			}
		}
		w.killAll(h)
		if h.on || h.crashed {
			w.ledger.shutDown((w.now - h.since).Seconds())
		}
		h.on, h.crashed = false, false
		w.bury(h)
	})
	return nil
}

// comeUp makes a host usable again, after it was off or had crashed.
func (w *general) comeUp(h *host) {
	if h.silent {
		w.facts = append(w.facts, drivers.Fact{Kind: drivers.Up, Ref: h.ref})
	}
	h.on, h.crashed, h.silent, h.since = true, false, false, w.now
	w.bury(h)
}

// crash stops a host dead. Nobody is told but by its silence.
func (w *general) crash(h *host) {
	for _, j := range w.touching(h) {
		if j.cmd.Verb != drivers.Fence {
			w.lose(j, h)
		}
	}
	w.killAll(h)
	h.on, h.crashed = false, true
	w.after(seconds(w.physics.detectTime), func() {
		if h.crashed {
			h.silent = true
			w.facts = append(w.facts, drivers.Fact{Kind: drivers.Down, Ref: h.ref})
		}
	})
}

// killAll ends all that is on a host. A machine whose copy is loaded elsewhere lives on in the copy; a copy that is here
// is lost, and its source still waits to be resumed.
func (w *general) killAll(h *host) {
	for _, m := range slices.Clone(h.machines) {
		if m.move != nil && m.move.loaded && m.move.to != h {
			m.leave()
			continue
		}
		for _, p := range m.programs {
			w.unseen[p.ref] = h
		}
		w.kill(m)
		w.unseen[m.ref] = h
		h.ghosts = append(h.ghosts, m.ref)
	}
	for _, p := range slices.Clone(h.programs) {
		w.dies(p)
		w.unseen[p.ref] = h
		h.ghosts = append(h.ghosts, p.ref)
	}
	for _, m := range w.machines {
		if m.move != nil && m.move.to == h {
			m.move.to, m.move.loaded = nil, false
		}
	}
	h.lent, h.moves = 0, 0
}

// kill ends a machine and what is in it.
func (w *general) kill(m *machine) {
	for _, p := range slices.Clone(m.programs) {
		w.cancel(p)
		w.dies(p)
	}
	if m.move != nil {
		m.still = false // it doesn't go on
		w.release(m)
	}
	if m.host != nil {
		m.leave()
	}
	m.state, m.still = absent, false
}

// bury tells what ended on a host, once it is certain. What stood in a machine ended with that.
func (w *general) bury(h *host) {
	for _, r := range h.ghosts {
		w.facts = append(w.facts, drivers.Fact{Kind: drivers.Gone, Ref: r})
	}
	h.ghosts = nil
	maps.DeleteFunc(w.unseen, func(_ drivers.Ref, on *host) bool { return on == h })
}

// seen says why a command can't be carried out, nor its effect be told: what it is about was on a host that doesn't answer,
// and for all that anybody knows it is there still. Nil if it can.
func (w *general) seen(c drivers.Command) error {
	for _, r := range []drivers.Ref{c.Target, c.Host} {
		if h := w.unseen[r]; h != nil {
			return fmt.Errorf("host %s doesn't answer, and what was there may still run", w.name(h.ref))
		}
	}
	return nil
}
