package check

import (
	"cmp"
	"maps"
	"slices"

	"github.com/tune-autonomic/tune/compiler/bundle"
	"github.com/tune-autonomic/tune/compiler/finding"
	"github.com/tune-autonomic/tune/compiler/ir"
	"github.com/tune-autonomic/tune/lang"
)

// checkStates checks the bodies, each after those whose names it may know, and then those that nothing leads to.
func (p *policy) checkStates() {
	p.out.States = make([]*ir.State, len(p.flow.states))
	p.c.elsewhere = map[string]string{}
	for _, st := range p.flow.states {
		for _, name := range st.binds {
			p.c.elsewhere[name] = p.flow.whereBound(st, name)
		}
	}
	for _, st := range p.flow.order {
		p.checkState(st, p.entry(st))
	}
	for _, st := range p.flow.states {
		if !st.reached {
			p.checkState(st, p.entryOfLost(st))
		}
	}
}

// entry is what a state can see when it is entered.
func (p *policy) entry(st *stateFlow) ctx {
	x := p.base
	for _, name := range sortedKeys(st.avail) {
		if b := st.avail[name].bound[name]; b != nil {
			x = x.bind(name, b.v, b.val.t, b.span)
		}
	}
	x = p.assured(x, st.known.facts)
	for _, key := range sortedKeys(st.known.facts) {
		if one := st.known.facts[key]; one.kind == sureGone {
			x = x.remove(one.path)
		}
	}
	return x
}

// assured adds to x what guards have made sure exists.
func (p *policy) assured(x ctx, known map[string]sure) ctx {
	keys := sortedKeys(known)
	slices.SortStableFunc(keys, func(a, b string) int { return cmp.Compare(len(a), len(b)) })
	p.c.muted++
	defer func() { p.c.muted-- }()
	for _, key := range keys {
		if known[key].kind == sureOfAll {
			x = x.trust(known[key].path)
		}
		if known[key].kind != sureExists {
			continue
		}
		v := p.c.expr(x, known[key].path)
		if v.t.bad {
			continue
		}
		if _, isPath := keyOf(v.e); isPath {
			x = x.exists(v.e)
		}
	}
	return x
}

// entryOfLost is the entry of a state that nothing leads to: all names are taken as known, so that only its own
// mistakes are reported.
func (p *policy) entryOfLost(st *stateFlow) ctx {
	x := p.base
	x.lenient = true
	for _, other := range p.flow.states {
		if other == st {
			continue
		}
		for _, name := range other.binds {
			if slices.Contains(st.binds, name) {
				continue
			}
			if b := other.bound[name]; b != nil {
				x = x.bind(name, b.v, b.val.t, b.span)
			} else {
				x = x.bindVal(name, badVal)
			}
		}
	}
	return x
}

func (p *policy) checkState(st *stateFlow, x ctx) {
	d := st.decl
	maps.DeleteFunc(p.c.missed, func(k factKey, _ bool) bool { return k.path != "" }) // roles may lead elsewhere in each state
	b := &body{p: p, c: p.c, state: st, sure: st.known.copy()}
	if !st.reached {
		b.sure.trust("")
	}
	for _, name := range st.unread {
		b.sure.trust(name)
		x.trusted = append(x.trusted, name)
	}
	out := &ir.State{Name: d.Name.Text, Final: d.Final, Pos: pos(p.unit, d.Name.Span)}
	p.out.States[st.index] = out
	x.state = d.Span
	out.Body, x = b.states(x, d.Body)
	if d.Final {
		b.lossAtEnd()
	}
	for _, bound := range st.binds {
		if local := x.lookup(bound); local != nil {
			st.bound[bound] = local
		}
	}
	p.acts[st.index] = b.actions
	out.Acts = b.actions > 0
	for _, tr := range d.Transitions {
		x = p.arrow(st, out, tr, x)
	}
}

// neverFails holds for a body that only thinks and tells.
func neverFails(body []lang.Stmt) bool {
	return !slices.ContainsFunc(body, func(s lang.Stmt) bool {
		switch s.(type) {
		case *lang.Let, *lang.Notify:
			return false
		}
		return true
	})
}

// arrow checks a transition. What its guard asks is answered for those after it: they are only tried if it wasn't true.
func (p *policy) arrow(st *stateFlow, out *ir.State, tr *lang.Transition, x ctx) ctx {
	t := ir.Transition{Undo: tr.Undo, AtMost: max(0, tr.AtMost), Pos: pos(p.unit, tr.Span), To: -1}
	if to := p.flow.byName[tr.To.Text]; to != nil {
		t.To = int32(to.index)
	}
	if tr.Failure {
		t.When = ir.OnFailure
		if neverFails(st.decl.Body) && st.decl.Name.Text != "" && !p.unit.lost.holed(st.decl.Span) && !p.flow.torn {
			p.c.report("TUNE0307", p.unit, tr.Span, "this arrow is never taken: state "+st.decl.Name.Text+" does nothing that can fail", "leave it out")
			p.c.dropLine(p.unit, tr.Span)
		}
	}
	after := x
	if tr.When != nil {
		if guard, ok := p.c.truth(x, tr.When, "a guard"); ok {
			t.Guard = guard
			p.c.sayNever(p.unit, tr.When)
			after = x.learn(guard, false).keep()
		} else {
			p.isWrong(tr.When, true)
			after = x.doubt(tr.When)
		}
	}
	p.isWrong(tr, p.unit.lost.unread(tr.Span))
	if tr.AtMost < 0 || tr.AtMost > 1_000_000 {
		p.c.report("TUNE0214", p.unit, tr.Span, "an arrow can be taken between 1 and a million times", "")
	}
	out.Next = append(out.Next, t)
	return after
}

// checkCycles reports cycles that nothing bounds: each must have an arrow with `at most n times`. A cycle of states that
// only think is refused even so: nothing would have changed.
func (p *policy) checkCycles() {
	p.cycles(func(e *edge) bool { return e.tr.AtMost == 0 }, func(e *edge) {
		p.unhide(e.tr)
		p.c.report("TUNE0305", p.unit, e.tr.Span, "this arrow closes a cycle of states without a bound: the policy might never end", "say how often: at most 3 times")
		p.c.insert(p.unit, e.tr.Span.End, " at most 3 times")
		p.c.guess()
	})
	if p.broken {
		return
	}
	p.cycles(func(e *edge) bool { return p.acts[e.from.index] == 0 && p.acts[e.to.index] == 0 }, func(e *edge) {
		p.c.report("TUNE0305", p.unit, e.tr.Span, "this arrow leads back without an action: nothing would have changed", "wait in between: wait until … within …")
	})
}

// unhide takes back that arrows are never taken behind one that lacks its bound: with that, they are.
func (p *policy) unhide(tr *lang.Transition) {
	file := p.c.sources[p.unit.file].Path
	for i := len(p.c.findings) - 1; i >= 0; i-- {
		f := p.c.findings[i]
		if f.Code == "TUNE0307" && f.File == file && slices.ContainsFunc(f.Related, func(r finding.Related) bool { return r.Span == tr.Span }) {
			p.c.drop(i)
		}
	}
}

// cycles calls found for each arrow that closes a cycle of the arrows that count.
func (p *policy) cycles(counts func(*edge) bool, found func(*edge)) {
	const under, done = 1, 2
	mark := make([]int, len(p.flow.states))
	type frame struct {
		st   *stateFlow
		next int
	}
	for _, root := range p.flow.states {
		if mark[root.index] != 0 {
			continue
		}
		mark[root.index] = under
		stack := []frame{{st: root}}
		for len(stack) > 0 {
			top := &stack[len(stack)-1]
			if top.next == len(top.st.edges) {
				mark[top.st.index] = done
				stack = stack[:len(stack)-1]
				continue
			}
			e := top.st.edges[top.next]
			top.next++
			if !counts(e) {
				continue
			}
			switch mark[e.to.index] {
			case 0:
				mark[e.to.index] = under
				stack = append(stack, frame{st: e.to})
			case under:
				found(e)
				p.broken = true
			}
		}
	}
}

// finish computes what depends on the whole graph: where to begin again, and the counters of bounded
// arrows.
func (p *policy) finish() {
	p.reportFeeding()
	for _, st := range p.flow.states {
		p.out.States[st.index].Again = int32(p.again(st).index)
	}
	p.addCounters()
}

// again is the earliest state of the chain of pure states that chose what st acts on.
func (p *policy) again(st *stateFlow) *stateFlow {
	seen := map[*stateFlow]bool{st: true}
	for st.index != 0 {
		from := onlyFrom(st)
		if from == nil || seen[from] || p.acts[from.index] > 0 {
			return st
		}
		seen[from] = true
		st = from
	}
	return st
}

// onlyFrom is the state from which all arrows to st come; nil if there are several, or one is counted.
func onlyFrom(st *stateFlow) *stateFlow {
	var from *stateFlow
	for _, e := range st.in {
		if !e.from.reached {
			continue
		}
		if from != nil && e.from != from || e.tr.AtMost > 0 {
			return nil
		}
		from = e.from
	}
	return from
}

// addCounters turns `at most n times` into states that count: a first one that sets the counters to 0, and for each
// bounded arrow one that adds 1. The guard asks the counter. The first one has no name: nobody wrote it, and nobody sees it.
func (p *policy) addCounters() {
	bounded := false
	for _, st := range p.flow.states {
		for _, tr := range st.decl.Transitions {
			bounded = bounded || tr.AtMost > 0
		}
	}
	if !bounded || p.broken {
		return
	}
	begin := &ir.State{Pos: p.out.Pos, Next: []ir.Transition{{To: 1, Pos: p.out.Pos}}}
	states := append([]*ir.State{begin}, p.out.States...)
	for _, s := range p.out.States {
		s.Again++
		for i := range s.Next {
			s.Next[i].To++
		}
	}
	for _, st := range p.flow.states {
		for i, tr := range st.decl.Transitions {
			if tr.AtMost > 0 {
				states = append(states, p.counter(begin, p.out.States[st.index], i, tr.AtMost, int32(len(states))))
			}
		}
	}
	p.out.States = states
}

// counter bounds one arrow of s to n times, and returns the state that counts; its index is at.
func (p *policy) counter(begin, s *ir.State, arrow, n int, at int32) *ir.State {
	tr := &s.Next[arrow]
	name := s.Name + " again"
	v := &ir.Var{Name: name, Type: intT.Type}
	read := func() ir.Expr { return &ir.Ref{Node: ir.Node{T: intT.Type, P: tr.Pos}, Var: v} }
	begin.Body = append(begin.Body, &ir.Assign{At: ir.At{P: tr.Pos}, Var: v, Value: num(0, intT, tr.Pos)})
	truth := ir.Node{T: boolT.Type, P: tr.Pos}
	var guard ir.Expr = &ir.Binary{Node: truth, Op: bundle.LT, X: read(), Y: num(float64(n), intT, tr.Pos)}
	if tr.Guard != nil {
		guard = &ir.Binary{Node: truth, Op: opAnd, X: tr.Guard, Y: guard}
	}
	add := &ir.Binary{Node: ir.Node{T: intT.Type, P: tr.Pos}, Op: bundle.ADD, X: read(), Y: num(1, intT, tr.Pos)}
	count := &ir.State{
		Name: name, Pos: tr.Pos, Again: at,
		Body: []ir.Stmt{&ir.Assign{At: ir.At{P: tr.Pos}, Var: v, Value: add}},
		Next: []ir.Transition{{To: tr.To, Pos: tr.Pos}},
	}
	tr.Guard, tr.To = guard, at
	return count
}
