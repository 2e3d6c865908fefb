package check

import (
	"github.com/tune-autonomic/tune/compiler/bundle"
	"github.com/tune-autonomic/tune/compiler/ir"
)

// reportFeeding warns of a policy that always ends with emitting the event that starts it, about the same thing. Only the
// plain case is seen: a policy with a guard or a cooldown, arrows with a condition and other policies in between may have
// an end.
func (p *policy) reportFeeding() {
	if p.broken || p.out.Event < 0 || p.out.Guard != nil || p.out.Cooldown > 0 || len(p.flow.states) == 0 {
		return
	}
	var last *ir.Action
	seen := map[*stateFlow]bool{}
	for st := p.flow.states[0]; st != nil && !seen[st]; st = p.always(st) {
		seen[st] = true
		last = p.lastFeed(p.out.States[st.index].Body, last)
		if st.decl.Final && last != nil {
			name := p.c.program.Events[p.out.Event].Name
			p.c.report("TUNE0308", p.unit, last.P.Span, "policy "+p.out.Name+" starts on "+name+", and always ends with emitting it: it feeds itself without end",
				"give the policy a guard or a cooldown")
		}
	}
}

// always is the state that a success of st always leads to; nil if that depends.
func (p *policy) always(st *stateFlow) *stateFlow {
	for _, tr := range st.decl.Transitions {
		switch {
		case tr.Failure:
		case tr.When != nil || tr.AtMost != 0:
			return nil
		default:
			return p.flow.byName[tr.To.Text]
		}
	}
	return nil
}

// lastFeed is the emission of the policy's own event that nothing lasting comes after; before is the one before these.
// While the policy still runs, its event starts nothing.
func (p *policy) lastFeed(body []ir.Stmt, before *ir.Action) *ir.Action {
	last := before
	for _, s := range body {
		switch s := s.(type) {
		case *ir.Assign:
		case *ir.Action:
			switch {
			case s.Kind == bundle.ActNotify || s.Kind == bundle.ActEmit && !p.feeds(s):
			case p.feeds(s):
				last = s
			default:
				last = nil
			}
		default:
			last = nil
		}
	}
	return last
}

// feeds says whether an action emits the event that the policy has started on, about the same thing.
func (p *policy) feeds(a *ir.Action) bool {
	if a.Kind != bundle.ActEmit || a.Event != p.out.Event {
		return false
	}
	if len(p.out.Params) == 0 || p.out.Params[0].Type.Base != bundle.Inst {
		return true
	}
	ref, isRef := a.Args[0].(*ir.Ref)
	return isRef && ref.Var == p.out.Params[0]
}
