package engine

import (
	"fmt"
	"slices"

	"github.com/tune-autonomic/tune/compiler/bundle"
	"github.com/tune-autonomic/tune/drivers"
	"github.com/tune-autonomic/tune/runtime/model"
)

// readyRules are the requirements of a number that is ready.
func readyRules(all []bundle.Require) []bundle.Require {
	return slices.DeleteFunc(slices.Clone(all), func(r bundle.Require) bool { return r.Kind != bundle.RequireReady })
}

// unready says which requirement of a number that is ready wouldn't hold while an action is under way: "" if all would.
// What takes something back must get through, and so must a shutdown.
func (s *State) unready(in *instance, t *task) string {
	if len(s.readies) == 0 || t.undoing || t.owner == ownerUndo || in.policy < 0 || !s.endsService(t) {
		return ""
	}
	out := s.outOfService()
	for _, r := range s.readies {
		if left, fewer := s.servingWithout(r.Of, t.target, out); fewer && left < int(r.N) {
			return fmt.Sprintf("%s %s: meanwhile require %s wouldn't hold", actionText(t.kind), s.m.Name(t.target.Space, t.target.Index), r.Text(s.p))
		}
	}
	return ""
}

// endsService says whether what a task is about serves nobody while it is under way.
func (s *State) endsService(t *task) bool {
	switch t.kind {
	case bundle.ActStop, bundle.ActRemove:
		return true
	case bundle.ActOp:
		c := s.m.Class(t.target.Space, t.target.Index)
		return c != none && int(t.op) < len(s.p.Classes[c].Ops) && s.p.Classes[c].Ops[t.op].Interrupts
	}
	return false
}

// outOfService is what actions are about that are under way and end service.
func (s *State) outOfService() []drivers.Ref {
	var out []drivers.Ref
	for _, in := range s.live {
		for k := range in.tasks {
			if t := &in.tasks[k]; !t.done && !t.admit && s.endsService(t) {
				out = append(out, t.target)
			}
		}
	}
	return out
}

// servingWithout counts the instances of a class that would serve without some thing, and says whether they would be fewer.
func (s *State) servingWithout(c int32, gone drivers.Ref, out []drivers.Ref) (n int, fewer bool) {
	for _, i := range s.m.World().Alive[c] {
		ref := drivers.Ref{Space: s.p.Classes[c].Space, Index: i}
		switch {
		case s.m.Life(ref.Space, i) != model.Running || slices.ContainsFunc(out, func(o drivers.Ref) bool { return s.isOf(ref, o) }):
		case s.isOf(ref, gone):
			fewer = true
		default:
			n++
		}
	}
	return n, fewer
}

// isOf says whether software is a thing, or stands on it.
func (s *State) isOf(software, thing drivers.Ref) bool {
	return software == thing || s.m.On(software.Space) == thing.Space && s.m.Node(software.Space, software.Index) == thing.Index
}
