package engine

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/tune-autonomic/tune/compiler/bundle"
	"github.com/tune-autonomic/tune/drivers"
	"github.com/tune-autonomic/tune/runtime/model"
)

// What a lossless policy is refused. The compiler counts what one run drains. What another has drained or let in, what a failure
// has left drained, and what has crashed, only the engine knows: it is asked again before each action.

// loses says which requests an action of a lossless policy would lose: "" if none. An undo passes over such an action, and goes
// on: what was stopped before the run, and was started and let in by it, serves.
func (s *State) loses(in *instance, t *task) string {
	if in.policy < 0 || !s.p.Policies[in.policy].Lossless {
		return ""
	}
	why := cmp.Or(s.unserved(in, t), s.busy(in, t), s.interrupted(in, t))
	if why != "" && t.undoing {
		return already
	}
	return why
}

// unserved says who would have nobody left to send requests to if a lossless policy drained what a task drains: "" if nobody.
func (s *State) unserved(in *instance, t *task) string {
	op := s.opOf(t)
	if op == nil || !op.Drains {
		return ""
	}
	for _, of := range t.about() {
		for _, by := range s.m.Senders(of.Space, of.Index) {
			sender := drivers.Ref{Space: by.Space, Index: by.Index}
			if sender != t.target && of != t.target || s.drains.has(drain{sender, of}) {
				continue
			}
			if why, left := s.othersOf(t, sender, of, by.Others); !left {
				return "drain " + s.m.Name(of.Space, of.Index) + ": nobody else would serve what " + s.m.Name(sender.Space, sender.Index) + " sends" + why +
					"; policy " + s.p.Policies[in.policy].Name + " is lossless: let in or start another, and then do it again"
			}
		}
	}
	return ""
}

// busy says what serves on a machine that a lossless policy would take down, since it came there: "" if nothing does.
func (s *State) busy(in *instance, t *task) string {
	if s.p.Spaces[t.target.Space].Kind != bundle.VM || t.kind != bundle.ActStop && t.kind != bundle.ActRemove {
		return ""
	}
	for space := range s.p.Spaces {
		if s.m.On(int32(space)) != t.target.Space {
			continue
		}
		for _, i := range s.m.Guests(int32(space), t.target.Index) {
			if s.isServing(drivers.Ref{Space: int32(space), Index: i}) {
				return fmt.Sprintf("%s: %s serves there; policy %s is lossless: drain and remove that first",
					s.deed(t), s.m.Name(int32(space), i), s.p.Policies[in.policy].Name)
			}
		}
	}
	return ""
}

// interrupted says who sends requests to what a lossless policy would interrupt: it was drained, and let in again since, or
// there is a new one that sends. "" if nobody does.
func (s *State) interrupted(in *instance, t *task) string {
	if s.p.Spaces[t.target.Space].Kind != bundle.Component {
		return ""
	}
	op := s.opOf(t)
	if t.kind != bundle.ActStop && t.kind != bundle.ActRemove && (op == nil || !op.UnlessDrained) {
		return ""
	}
	by, sends := s.senderOf(t.target)
	if !sends {
		return ""
	}
	return fmt.Sprintf("%s: %s sends it requests, again or newly; policy %s is lossless: drain it there, and then do it again",
		s.deed(t), s.m.Name(by.Space, by.Index), s.p.Policies[in.policy].Name)
}

// isServing says whether requests may come to software.
func (s *State) isServing(ref drivers.Ref) bool {
	_, sends := s.senderOf(ref)
	return sends
}

// senderOf is one who may send requests to software that runs: who runs himself, is linked to it, and hasn't drained it.
func (s *State) senderOf(ref drivers.Ref) (drivers.Ref, bool) {
	if s.m.Life(ref.Space, ref.Index) != model.Running || s.drains.has(drain{ref, ref}) {
		return drivers.NoRef, false
	}
	for _, by := range s.m.Senders(ref.Space, ref.Index) {
		sender := drivers.Ref{Space: by.Space, Index: by.Index}
		if s.m.Life(sender.Space, sender.Index) == model.Running && !s.drains.has(drain{sender, ref}) {
			return sender, true
		}
	}
	return drivers.NoRef, false
}

// othersOf says whether of those that a sender sends requests to one serves besides another, and if not, why none does.
func (s *State) othersOf(t *task, sender, but drivers.Ref, others []int32) (why string, left bool) {
	var all []string
	for _, i := range others {
		ref := drivers.Ref{Space: but.Space, Index: i}
		if ref == but {
			continue
		}
		name := s.m.Name(ref.Space, ref.Index)
		switch {
		case s.m.Life(ref.Space, ref.Index) != model.Running:
			all = append(all, name+" doesn't run")
		case s.drains.has(drain{sender, ref}) || s.drains.has(drain{ref, ref}) || slices.Contains(t.about(), ref) || s.isLeaving(sender, ref):
			all = append(all, name+" is drained")
		default:
			return "", true
		}
	}
	const mostNamed = 3
	if n := len(all); n > mostNamed {
		all = append(all[:mostNamed], "…")
	}
	if len(all) == 0 {
		return "", false
	}
	return " (" + strings.Join(all, ", ") + ")", false
}

// isLeaving says whether something is being drained, by a sender or by itself, or taken down.
func (s *State) isLeaving(sender, ref drivers.Ref) bool {
	for _, in := range s.live {
		for k := range in.tasks {
			t := &in.tasks[k]
			if t.done || t.admit || t.step == 0 || !slices.Contains(s.endsService(t), ref) {
				continue
			}
			if op := s.opOf(t); op == nil || op.Interrupts || t.target == sender || t.target == ref {
				return true
			}
		}
	}
	return false
}
