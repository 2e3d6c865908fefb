package engine

import (
	"slices"

	"github.com/tune-autonomic/tune/compiler/bundle"
	"github.com/tune-autonomic/tune/drivers"
	"github.com/tune-autonomic/tune/runtime/model"
)

// What a deployment promises holds when it is done: of each of its classes, as many run as it was to make.

// maxRounds is how often a deployment goes back to what it has done: what it makes may end again and again.
const maxRounds = 5

// lacking is what of a class doesn't run, and what stands where nothing is heard, as far as too few run; gone is how many there
// aren't besides.
func (s *State) lacking(c int32) (made, silent []drivers.Ref, gone int) {
	_, _, want := s.m.Slots(c)
	space := s.p.Classes[c].Space
	lacks := int(want)
	for _, i := range s.m.World().Alive[c] {
		ref := drivers.Ref{Space: space, Index: i}
		switch {
		case s.unheard(ref) != "":
			silent = append(silent, ref)
		case s.m.Life(space, i) == model.Running && !s.stopping(ref):
			lacks--
		default:
			made = append(made, ref)
		}
	}
	lacks = max(0, lacks)
	made = made[:min(lacks, len(made))]
	lacks -= len(made)
	silent = silent[:min(lacks, len(silent))]
	return made, silent, lacks - len(silent)
}

// tooFew says whether too few of a class run.
func (s *State) tooFew(c int32) bool {
	made, silent, gone := s.lacking(c)
	return len(made)+len(silent)+gone > 0
}

// tellSilent fails a deployment that can neither start nor make again what it lacks.
func (s *State) tellSilent(in *instance, silent []drivers.Ref) {
	for _, ref := range silent {
		in.deploy.failed = true
		host := s.unheard(ref)
		s.noticef(NoticeFailed, in, "%s is on %s, which doesn't answer: fence %s, or wait until it does, and deploy again", s.m.Name(ref.Space, ref.Index), host, host)
	}
}

// goesBack says whether a deployment at its end goes back to classes that it has done: what it made may have ended, or been
// stopped, while it did the others. If that happens too often, it fails, and names them.
func (s *State) goesBack(in *instance) bool {
	d := &in.deploy
	if d.failed || in.policy == bundle.OnShutdown {
		return false
	}
	var again []int32
	for _, c := range d.done {
		if s.tooFew(c) {
			again = append(again, c)
		}
	}
	if len(again) == 0 {
		return false
	}
	if d.rounds >= maxRounds {
		d.failed = true
		for _, c := range again {
			s.tellTooFew(in, c)
		}
		return false
	}
	d.rounds++
	d.done = slices.DeleteFunc(d.done, func(c int32) bool { return slices.Contains(again, c) })
	d.classes = s.deployOrder(again)
	return true
}

// tellTooFew says that a deployment could not make enough of a class that stay.
func (s *State) tellTooFew(in *instance, c int32) {
	made, silent, gone := s.lacking(c)
	s.tellSilent(in, silent)
	if lacks := len(made) + len(silent) + gone; lacks > len(silent) {
		_, _, want := s.m.Slots(c)
		s.noticef(NoticeFailed, in, "%s: %d of %d run, though what lacked was made or started again %d times: see why it ends, or who stops it, and deploy again",
			s.p.Classes[c].Name, int(want)-lacks, want, in.deploy.rounds)
	}
}
