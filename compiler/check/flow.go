package check

import (
	"slices"

	"github.com/tune-autonomic/tune/lang"
)

// A policy's states form a graph. What a state binds, and what a guard has asked, is known in every state that can only
// be reached past it: the meet over all ways of a forward walk. This file works on the tree alone, so that states can
// be checked afterwards in an order in which every name that is known has its type.

// flow is the graph of a policy's states.
type flow struct {
	states []*stateFlow
	byName map[string]*stateFlow
	// order is the reachable states, each after those through which all its ways lead.
	order []*stateFlow
	of    *meaning
	torn  bool // an arrow leads to a state that isn't there: others may belong to that one
}

// stateFlow is a state with its place in the graph.
type stateFlow struct {
	index   int
	decl    *lang.State
	edges   []*edge
	in      []*edge
	reached bool
	binds   []string // names bound on success
	early   []string // names bound before the first action, which hold after a failure too
	made    []string // names of what it makes, which undo takes back
	// avail says which state binds a name that is known on entry; known is what is certain there.
	avail map[string]*stateFlow
	known surety
	bound map[string]*binding // filled in when the state is checked
	open  bool                // it may find no way out
	stale bool                // what is known on entry has changed since its arrows were followed
	met   int                 // how often it has changed
	// unread are the names in what could not be read of the state.
	unread []string
}

// edge is a transition whose target exists.
type edge struct {
	from, to *stateFlow
	tr       *lang.Transition
}

// newFlow builds the graph and walks it.
func newFlow(d *lang.Policy, of *meaning) *flow {
	f := &flow{byName: map[string]*stateFlow{}, of: of}
	for i, s := range d.States {
		st := &stateFlow{index: i, decl: s, bound: map[string]*binding{}, known: newSurety(of)}
		st.binds, st.early = bindsOf(s.Body)
		st.made = madeBy(s.Body)
		st.unread = of.lost.names(of.source, s.Span)
		f.states = append(f.states, st)
		if f.byName[s.Name.Text] == nil {
			f.byName[s.Name.Text] = st
		}
	}
	for _, st := range f.states {
		if st.decl.Final {
			continue // what leads out of it is reported, and not followed
		}
		for _, tr := range st.decl.Transitions {
			if to := f.byName[tr.To.Text]; to != nil {
				e := &edge{from: st, to: to, tr: tr}
				st.edges = append(st.edges, e)
				to.in = append(to.in, e)
			}
		}
	}
	if len(f.states) > 0 {
		if d.On != nil && (d.On.Event.Text == "deploy" || nearest(d.On.Event.Text, []string{"deploy"}) != "") {
			f.states[0].known.startsEmpty()
		}
		f.walk(d.When)
	}
	return f
}

// walk finds the order, then what is known where, until nothing changes.
func (f *flow) walk(guard lang.Expr) {
	f.number()
	first := f.order[0]
	first.avail, first.stale = map[string]*stateFlow{}, true // the start is a way like any other: it brings the policy's guard
	first.known.learn(guard, true)
	for changed := true; changed; {
		changed = false
		for _, st := range f.order {
			if !st.stale {
				continue
			}
			st.stale, changed = false, true
			for _, e := range st.edges {
				e.to.stale = e.to.meet(e.carries()) || e.to.stale
			}
		}
	}
}

// number puts the reachable states into reverse post-order, without recursion: a policy may have many states.
func (f *flow) number() {
	type frame struct {
		st   *stateFlow
		next int
	}
	stack := []frame{{st: f.states[0]}}
	f.states[0].reached = true
	for len(stack) > 0 {
		top := &stack[len(stack)-1]
		if top.next == len(top.st.edges) {
			f.order = append(f.order, top.st)
			stack = stack[:len(stack)-1]
			continue
		}
		to := top.st.edges[top.next].to
		top.next++
		if !to.reached {
			to.reached = true
			stack = append(stack, frame{st: to})
		}
	}
	slices.Reverse(f.order)
}

// meet keeps what is known on this way as well, and says whether that changed anything.
func (st *stateFlow) meet(avail map[string]*stateFlow, known surety) bool {
	if st.avail == nil {
		st.avail, st.known = avail, known
		return true
	}
	changed := false
	for name, by := range st.avail {
		if avail[name] != by {
			delete(st.avail, name)
			changed = true
		}
	}
	if st.known.meet(known, st.met > mostMeets) {
		changed = true
	}
	if changed {
		st.met++
	}
	return changed
}

// mostMeets is how often what is certain of numbers may shrink in a cycle before nothing is.
const mostMeets = 8

// carries is what is known past a transition.
func (e *edge) carries() (map[string]*stateFlow, surety) {
	avail, known := map[string]*stateFlow{}, e.from.known.copy()
	for name, by := range e.from.avail {
		avail[name] = by
	}
	binds := e.from.binds
	if e.tr.Failure {
		binds = e.from.early
	}
	for _, name := range binds {
		avail[name] = e.from
	}
	known.rebind(e.from.binds)
	for _, name := range e.from.unread {
		known.trust(name)
	}
	if of := known.of; of.trusted[e.tr] {
		known.trust("")
	}
	if e.tr.Failure { // any part of the body may have been done
		whole := known.copy()
		whole.body(e.from.decl.Body)
		known.out.join(whole.seen, false)
		known.out.fail()
		if e.tr.Undo {
			known.out.undo()
		}
		known.disturb(known.of.effect(e.from.decl.Body))
		if e.tr.Undo {
			known.disturb(e.from.done().takenBack())
			takeBack(avail)
		}
		return avail, known
	}
	known.body(e.from.decl.Body)
	for _, tr := range e.from.decl.Transitions {
		if tr == e.tr {
			break
		}
		if tr.When != nil {
			known.learn(tr.When, false)
		}
	}
	if e.tr.When != nil {
		known.learn(e.tr.When, true)
	}
	return avail, known
}

// done is what the policy may have done when it leaves st, in all states on ways there.
func (st *stateFlow) done() effect {
	all, seen := effect{made: map[*class]int{}}, map[*stateFlow]bool{st: true}
	for next := []*stateFlow{st}; len(next) > 0; next = next[1:] {
		all.join(st.known.of.effect(next[0].decl.Body))
		for _, e := range next[0].in {
			if !seen[e.from] {
				seen[e.from] = true
				next = append(next, e.from)
			}
		}
	}
	return all
}

// bindsOf is what a body binds for later states, and which of these names even before its first action.
func bindsOf(body []lang.Stmt) (all, early []string) {
	acted := false
	for _, s := range body {
		switch s := s.(type) {
		case *lang.Let:
			all = append(all, s.Name.Text)
			if !acted {
				early = append(early, s.Name.Text)
			}
		case *lang.Assign: // a let without its word
			all, acted = append(all, s.Name.Text), true
		case *lang.Create:
			acted = true
			if s.Bind.Text != "" {
				all = append(all, s.Bind.Text)
			}
		case *lang.Fork:
			acted = true
			inner, _ := bindsOf(s.Body)
			all = append(all, inner...)
		default:
			acted = true
		}
	}
	return all, early
}
