package engine

import (
	"slices"
	"time"

	"github.com/tune-autonomic/tune/compiler/bundle"
	"github.com/tune-autonomic/tune/drivers"
)

// power is a host that is being switched on because something is to run there. One command serves all who wait; it belongs
// to the host, and goes on when whoever asked first doesn't wait any more.
type power struct {
	host     drivers.Ref
	id       drivers.CommandID
	seq      uint64
	deadline Time
	waiting  []waiter
}

// waiter is a task, wherever it is by now.
type waiter struct {
	instance uint64
	serial   int32
}

func (s *State) taskOf(w waiter) (*instance, int) {
	in := s.instances[w.instance]
	if in == nil {
		return nil, 0
	}
	ti := slices.IndexFunc(in.tasks, func(t task) bool { return t.serial == w.serial && !t.done })
	if ti < 0 {
		return nil, 0
	}
	return in, ti
}

func (s *State) powerOf(host drivers.Ref) *power {
	if k := slices.IndexFunc(s.powers, func(p *power) bool { return p.host == host }); k >= 0 {
		return s.powers[k]
	}
	return nil
}

// awaitPower makes a task wait until its destination is on: each within its own time.
func (s *State) awaitPower(in *instance, ti int) {
	t := &in.tasks[ti]
	host := drivers.Ref{Space: s.m.On(t.target.Space), Index: t.dest}
	t.verb, t.step = drivers.PowerOn, 0
	p := s.powerOf(host)
	if p == nil {
		p = s.switchOn(in, host)
	}
	p.waiting = append(p.waiting, waiter{in.id, t.serial})
}

func (t *task) awaitsPower() bool { return t.verb == drivers.PowerOn && needsHost(t.kind) && !t.done }

// switchOn commands in the name of an instance that a host be switched on. How long that may take has nothing to do with
// how long those can wait who wait for it.
func (s *State) switchOn(in *instance, host drivers.Ref) *power {
	in.step++
	p := &power{
		host: host, id: drivers.CommandID{Instance: in.id, Step: in.step},
		seq: s.things.next(host), deadline: s.now + timeouts[bundle.ActAllocate],
	}
	s.powers = append(s.powers, p)
	s.out.Commands = append(s.out.Commands, s.powerCommand(p))
	s.things.touch(host)
	s.touch(in)
	return p
}

func (s *State) powerCommand(p *power) drivers.Command {
	return drivers.Command{
		ID: p.id, Epoch: s.epoch, Seq: p.seq, Verb: drivers.PowerOn, Target: p.host, Host: drivers.NoRef, From: drivers.NoRef,
		Timeout: time.Duration(max(p.deadline-s.now, second)),
	}
}

// powerEnded takes in what came of switching a host on; a result of anything else is passed over.
func (s *State) powerEnded(r drivers.Result) {
	k := slices.IndexFunc(s.powers, func(p *power) bool { return p.id == r.ID })
	if k < 0 {
		return
	}
	p := s.powers[k]
	switch r.Outcome {
	case drivers.Done:
		s.isOn(s.instances[p.id.Instance], p.host)
	case drivers.Failed:
		s.powers = slices.Delete(s.powers, k, k+1)
		s.things.touch(p.host)
		s.staysOff(p, r.Reason)
	}
}

// answers says whether a host is on, as far as is known: it may have died since it was last heard.
func (s *State) answers(host drivers.Ref) bool {
	return s.m.IsOn(host.Space, host.Index) && s.awayText(host.Space, host.Index) == ""
}

// isOn takes in that a host is on: what waited for it goes on. Its silence begins now, also if it had been lost.
func (s *State) isOn(in *instance, host drivers.Ref) {
	if !s.answers(host) {
		s.m.Power(host.Space, host.Index, true)
		s.m.SetDown(host.Space, host.Index, false)
		s.heard(host)
		s.noticef(NoticePower, in, "%s is on", s.m.Name(host.Space, host.Index))
		s.things.touch(host)
	}
	p := s.powerOf(host)
	if p == nil {
		return
	}
	s.powers = slices.DeleteFunc(s.powers, func(o *power) bool { return o == p })
	s.things.touch(host)
	s.stirred = true // who waits for a place has one now
	for _, w := range p.waiting {
		if in, ti := s.taskOf(w); in != nil {
			s.send(in, ti, s.firstVerb(&in.tasks[ti]))
		}
	}
}

func (s *State) staysOff(p *power, reason string) {
	s.stirred = true // who waits for a place waits in vain
	if reason != "" {
		reason = ": " + reason
	}
	for _, w := range p.waiting {
		if in, ti := s.taskOf(w); in != nil {
			t := &in.tasks[ti]
			s.finishTask(in, ti, false, s.deed(t)+" failed: "+s.m.Name(p.host.Space, p.host.Index)+" can't be switched on"+reason)
		}
	}
}

// takeUpPowers goes on with the hosts that were being switched on. Their commands' numbers aren't given again, even if
// those who gave them were not written down any more.
func (s *State) takeUpPowers() {
	for _, p := range s.powers {
		s.lastID = max(s.lastID, p.id.Instance)
		if in := s.instances[p.id.Instance]; in != nil {
			in.step = max(in.step, p.id.Step)
		}
		s.out.Commands = append(s.out.Commands, s.powerCommand(p))
	}
}

func encodePower(w *writer, p *power) {
	w.uint(p.id.Instance)
	w.uint(uint64(p.id.Step))
	w.uint(p.seq)
	w.int(p.deadline)
}

func decodePower(r *reader, host drivers.Ref) *power {
	return &power{
		host: host, id: drivers.CommandID{Instance: r.uint(), Step: uint32(r.uint())},
		seq: r.uint(), deadline: r.int(),
	}
}
