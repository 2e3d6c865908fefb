package engine

import (
	"github.com/tune-autonomic/tune/runtime/vm"
)

// A plan thinks on the one scratch model, in slices: at most Options.Slice in a step, and Options.Plan in all. Between
// slices the model is what code sees. Other plans wait for their turn, and those who wait for something look again when it has
// thought; nothing else waits.

// wantThink lets an instance's plan think when the scratch model is free.
func (s *State) wantThink(in *instance) {
	if s.plan == in {
		return
	}
	for _, q := range s.queue {
		if q == in {
			return
		}
	}
	s.queue = append(s.queue, in)
}

// thinkOn goes on with the plan that thinks, or begins the next. False if there is none, or the step has no fuel left.
func (s *State) thinkOn() bool {
	if s.plan != nil {
		if s.fuel <= 0 {
			return false
		}
		s.m.Resume()
		s.slice()
		return true
	}
	if len(s.queue) == 0 {
		return false
	}
	in := s.queue[0]
	s.queue = s.queue[1:]
	switch in.phase {
	case phaseThink:
		s.beginThink(in)
	case phaseDeploy:
		s.wakeUp(in)
	}
	return true
}

func (s *State) beginThink(in *instance) {
	s.vm.ResetArena()
	if s.vm.Import(&s.think, s.p.Policies[in.policy].Regs, in.vals) != nil {
		in.phase, in.threads[0].state = phaseBody, threadFailed
		s.wakeUp(in)
		return
	}
	s.m.Think()
	s.plan, s.thinkPC, s.left = in, in.threads[0].pc, s.planFuel
	s.slice()
}

// slice runs the plan until its fuel is used up, or something must happen outside.
func (s *State) slice() {
	in := s.plan
	stop, left := s.vm.Run(&s.think, s.thinkPC, s.fuel)
	s.left -= s.fuel - left
	s.fuel = left
	s.m.Rest()
	s.thinkPC = stop.PC
	if stop.Kind == vm.StopFuel && s.left > 0 {
		s.fuel = 0
		return
	}
	s.plan = nil
	if in.phase != phaseThink {
		// It has become stuck meanwhile.
		return
	}
	in.phase = phaseBody
	if stop.Kind == vm.StopFuel {
		s.thoughtTooLong(in)
		return
	}
	if pc, on := s.follow(in, 0, &s.think, stop); on {
		s.run(in, 0, &s.think, pc)
	}
	s.wakeUp(in)
}

// thoughtTooLong fails a plan that comes to no end.
func (s *State) thoughtTooLong(in *instance) {
	s.noticef(NoticeFailed, in, "its plan has looked at more than %d things and isn't at its end: let its loops walk over less, by a "+
		"`where`, or by fewer loops within each other", s.planFuel)
	s.stopThread(in, 0, &s.think, true)
	s.wakeUp(in)
}

// thinksAgain says whether a thread comes to another plan of its state.
func (s *State) thinksAgain(in *instance, t int) bool {
	return t == 0 && s.plans[in.policy][in.state] && thinks(s.p.Code, in.threads[t].pc)
}
