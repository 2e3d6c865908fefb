package engine

import (
	"fmt"

	"github.com/tune-autonomic/tune/compiler/bundle"
)

// shuts is the operator's last word about classes: which shutdown has ended what there was of one, or is at it. What ran already then
// makes none of it anew. What begins later may, and the operator is told.
type shuts struct {
	by    []uint64 // by class: the run; 0 if there was none, or a deployment came behind it
	again []bool   // the operator was told that a policy has made some of it since; not kept
	rev   uint64
	dirty bool
}

func newShuts(p *bundle.Program) shuts {
	return shuts{by: make([]uint64, len(p.Classes)), again: make([]bool, len(p.Classes))}
}

// set notes the last word about a class.
func (sh *shuts) set(c int32, by uint64) {
	if sh.by[c] != by {
		sh.by[c], sh.again[c], sh.dirty = by, false, true
	}
}

// ownBegins notes that the program's own policies deploy all.
func (s *State) ownBegins(in *instance) {
	for c := range s.shuts.by {
		if in.policy == bundle.OnDeploy {
			s.shuts.set(int32(c), 0)
		}
	}
}

// tookDown notes that one of the program's own policies for a shutdown has removed the last of a class: who began before makes none
// behind its back.
func (s *State) tookDown(in *instance, c int32) {
	if in.policy < 0 || !s.isTakingDown(in) || s.m.Alive(c) > 0 {
		return
	}
	s.shuts.set(c, in.id)
	s.forgetLost(in, c)
}

// ownEnds notes what the program's own policies have shut down: what there is nothing left of.
func (s *State) ownEnds(in *instance) {
	for _, c := range s.deployOrder(nil) {
		if in.policy == bundle.OnShutdown && !in.deploy.failed && s.m.Alive(c) == 0 {
			s.shuts.set(c, max(in.id, s.shuts.by[c]))
			s.forgetLost(in, c)
		}
	}
}

// shutSince says why a run may not make something: it began before that was shut down, or that is under way. "" if it may.
func (s *State) shutSince(in *instance, t *task) string {
	c := s.m.Class(t.target.Space, t.target.Index)
	by := s.shuts.by[c]
	switch {
	case by == 0 || t.owner < 0 || s.isTakingDown(in):
		return ""
	case s.instances[by] != nil:
		return fmt.Sprintf("%s: run %d is shutting %s down", s.deed(t), by, s.p.Classes[c].Name)
	case in.id < by:
		return fmt.Sprintf("%s: run %d has shut %s down since this one began", s.deed(t), by, s.p.Classes[c].Name)
	}
	return ""
}

// madeAgain tells the operator, once, that a policy makes again what was shut down, and stays.
func (s *State) madeAgain(in *instance, t *task) {
	c := s.m.Class(t.target.Space, t.target.Index)
	by := s.shuts.by[c]
	if by == 0 || t.owner < 0 || s.shuts.again[c] || s.shutdownOf(c) != nil || s.isTakingDown(in) {
		return
	}
	s.shuts.again[c] = true
	s.noticef(NoticeFact, in, "makes %s, though run %d has shut %s down: pause %s if that is to hold",
		s.m.Name(t.target.Space, t.target.Index), by, s.p.Classes[c].Name, s.policyName(in))
}

// writeShuts writes down what was shut down, if that has changed.
func (s *State) writeShuts() {
	sh := &s.shuts
	if !sh.dirty {
		return
	}
	sh.dirty = false
	sh.rev++
	s.record(shutsSubject, sh.rev, func(w *writer) {
		w.uint(uint64(len(sh.by)))
		for _, by := range sh.by {
			w.uint(by)
		}
	})
}

func (s *State) readShuts(rec Record) error {
	r := reader{b: rec.Data}
	if r.count() != len(s.shuts.by) {
		return errRecord
	}
	for c := range s.shuts.by {
		s.shuts.by[c] = r.uint()
	}
	s.shuts.rev = rec.Rev
	return r.err
}
