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
	if len(s.readies) == 0 || t.undoing || t.owner == ownerUndo || s.isTakingDown(in) {
		return ""
	}
	gone := s.endsService(t)
	if len(gone) == 0 {
		return ""
	}
	out := s.outOfService()
	for _, r := range s.readies {
		if left, fewer := s.servingWithout(r.Of, gone, out); fewer && left < int(r.N) {
			return fmt.Sprintf("%s: meanwhile require %s wouldn't hold", s.deed(t), r.Text(s.p))
		}
	}
	return ""
}

// endsService is what serves nobody while a task is under way, or after it.
func (s *State) endsService(t *task) []drivers.Ref {
	switch t.kind {
	case bundle.ActStop, bundle.ActRemove:
		return []drivers.Ref{t.target}
	case bundle.ActOp:
		switch op := s.opOf(t); {
		case op == nil:
		case op.Interrupts:
			return []drivers.Ref{t.target}
		case op.Drains:
			return t.about()
		}
	}
	return nil
}

// outOfService is what is drained, and what actions are about that are under way and end service.
func (s *State) outOfService() []drivers.Ref {
	var out []drivers.Ref
	for _, d := range s.drains.all {
		out = append(out, d.of)
	}
	for _, in := range s.live {
		for k := range in.tasks {
			if t := &in.tasks[k]; !t.done && !t.admit {
				out = append(out, s.endsService(t)...)
			}
		}
	}
	return out
}

// servingWithout counts the instances of a class that would serve without some things, and says whether they would be fewer.
func (s *State) servingWithout(c int32, gone, out []drivers.Ref) (n int, fewer bool) {
	for _, i := range s.m.World().Alive[c] {
		ref := drivers.Ref{Space: s.p.Classes[c].Space, Index: i}
		is := func(o drivers.Ref) bool { return s.isOf(ref, o) }
		switch {
		case s.m.Life(ref.Space, i) != model.Running || slices.ContainsFunc(out, is):
		case slices.ContainsFunc(gone, is):
			fewer = true
		default:
			n++
		}
	}
	return n, fewer
}

// takesTooMany says which software on a machine would become fewer than it must be if that were removed: "" if none.
func (s *State) takesTooMany(in *instance, t *task) string {
	if t.undoing || s.isTakingDown(in) {
		return ""
	}
	for c := range s.p.Classes {
		cl := &s.p.Classes[c]
		if cl.Kind != bundle.Component || s.m.On(cl.Space) != t.target.Space {
			continue
		}
		there := 0
		for _, i := range s.m.Guests(cl.Space, t.target.Index) {
			if s.m.Class(cl.Space, i) == int32(c) {
				there++
			}
		}
		if there > 0 && int(s.m.Alive(int32(c)))-there < int(cl.Min) {
			return fmt.Sprintf("remove %s: %d %s would go with it, and there must be at least %d", s.m.Name(t.target.Space, t.target.Index), there, cl.Name, cl.Min)
		}
	}
	return ""
}

// isOf says whether software is a thing, or stands on it.
func (s *State) isOf(software, thing drivers.Ref) bool {
	return software == thing || s.m.On(software.Space) == thing.Space && s.m.Node(software.Space, software.Index) == thing.Index
}
