package engine

import (
	"slices"
	"strings"

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
		case s.m.Life(space, i) == model.Running && !s.stopping(ref) && !s.isFencing(ref):
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
	var again, unheard []int32
	for _, c := range d.done {
		switch made, silent, gone := s.lacking(c); {
		case len(made)+gone > 0:
			again = append(again, c)
		case len(silent) > 0:
			unheard = append(unheard, c)
		}
	}
	if len(again) == 0 { // what isn't heard comes last: till then it may be fenced, or answer
		again = unheard
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
	d.goBack()
	d.done = slices.DeleteFunc(d.done, func(c int32) bool { return slices.Contains(again, c) })
	d.classes = s.deployOrder(again)
	return true
}

// goBack counts a round of a deployment, unless all it did in the last one was to wait for what others restart.
func (d *deployment) goBack() {
	if d.acted || !d.waited {
		d.rounds++
	}
	d.acted, d.waited = false, false
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

// keepPromise sees that what a deployment leaves running stays so. What other runs have made or started is the operator's then, as
// far as too few of its class would run without it: their undo passes over that. A stuck run is such a one, too: it goes on by
// itself when what it can't take back is gone. What the program's own policies leave of any class is promised as well.
func (s *State) keepPromise(in *instance, classes []int32) {
	var undoers []*instance
	for _, other := range s.live {
		if len(other.undo) > 0 {
			undoers = append(undoers, other)
		}
	}
	if in.deploy.failed || in.policy == bundle.OnShutdown || len(undoers) == 0 {
		return
	}
	for _, c := range classes {
		stays := s.staying(c, undoers)
		for _, other := range undoers {
			s.passOver(in, other, stays)
		}
	}
}

// staying is what of a class may not end as too few would run then, among what the undo of some runs would end; and what it stands on.
func (s *State) staying(c int32, undoers []*instance) map[drivers.Ref]bool {
	ended := map[drivers.Ref]bool{}
	for _, other := range undoers {
		for k := range other.undo {
			if u := &other.undo[k]; u.ends() {
				ended[u.target] = true
			}
		}
	}
	stays := map[drivers.Ref]bool{}
	_, _, lacks := s.m.Slots(c)
	var more []drivers.Ref
	for _, i := range s.m.World().Alive[c] {
		ref := drivers.Ref{Space: s.p.Classes[c].Space, Index: i}
		switch {
		case s.m.Life(ref.Space, i) != model.Running || s.stopping(ref) || s.isFencing(ref):
		case ended[ref] || ended[s.nodeOf(ref)]:
			more = append(more, ref)
		default:
			lacks--
		}
	}
	for _, ref := range more[:min(int(max(lacks, 0)), len(more))] {
		stays[ref], stays[s.nodeOf(ref)] = true, true
	}
	return stays
}

// passOver takes out of a run's undo what would end something that stays. At what it is stuck it stays stuck.
func (s *State) passOver(in, other *instance, stays map[drivers.Ref]bool) {
	var names []string
	var kept []undoItem
	stuckAt := s.stuckAt(other)
	for k, u := range other.undo {
		if !u.ends() || !stays[u.target] || slices.Contains(stuckAt, k) {
			kept = append(kept, u)
			continue
		}
		if name := s.m.Name(u.target.Space, u.target.Index); !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	other.undo = kept
	if len(names) == 0 {
		return
	}
	s.touch(other)
	s.noticef(NoticeFact, other, "an undo of it passes over %s: run %d has deployed that", strings.Join(names, ", "), in.id)
}

// ends says whether an item ends something that runs.
func (u *undoItem) ends() bool { return u.kind == bundle.ActStop || u.kind == bundle.ActRemove }

// nodeOf is what a thing stands on.
func (s *State) nodeOf(ref drivers.Ref) drivers.Ref {
	return drivers.Ref{Space: s.m.On(ref.Space), Index: s.m.Node(ref.Space, ref.Index)}
}
