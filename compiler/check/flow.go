package check

import (
	"slices"
	"strings"

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
	// avail says which state binds a name that is known on entry; known is what guards have made sure of, by what it says.
	avail map[string]*stateFlow
	known map[string]sure
	bound map[string]*binding // filled in when the state is checked
	stale bool                // what is known on entry has changed since its arrows were followed
}

// edge is a transition whose target exists.
type edge struct {
	from, to *stateFlow
	tr       *lang.Transition
}

// sure is something that a guard has made sure of: that a path exists, that a host is empty, that software is drained.
type sure struct {
	kind sureKind
	path lang.Expr
}

type sureKind byte

const (
	sureExists  sureKind = 'e'
	sureEmpty   sureKind = 'n'
	sureDrained sureKind = 'd'
)

func (s sure) key() string { return string(s.kind) + lang.Print(s.path) }

// newFlow builds the graph and walks it.
func newFlow(d *lang.Policy) *flow {
	f := &flow{byName: map[string]*stateFlow{}}
	for i, s := range d.States {
		st := &stateFlow{index: i, decl: s, bound: map[string]*binding{}}
		st.binds, st.early = bindsOf(s.Body)
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
		f.walk(d.When)
	}
	return f
}

// walk finds the order, then what is known where, until nothing changes.
func (f *flow) walk(guard lang.Expr) {
	f.number()
	first := f.order[0]
	first.avail, first.known = map[string]*stateFlow{}, map[string]sure{}
	if len(first.in) == 0 { // else it may be entered later, when the policy's guard no longer holds
		surety(first.known).learn(guard, true)
	}
	first.stale = true
	for changed := true; changed; {
		changed = false
		for _, st := range f.order {
			if !st.stale {
				continue
			}
			st.stale, changed = false, true
			for _, e := range st.edges {
				if e.to == first {
					continue // the first state knows nothing but the parameters
				}
				avail, known := e.carries()
				e.to.stale = e.to.meet(avail, known) || e.to.stale
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
func (st *stateFlow) meet(avail map[string]*stateFlow, known map[string]sure) bool {
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
	for key := range st.known {
		if _, too := known[key]; !too {
			delete(st.known, key)
			changed = true
		}
	}
	return changed
}

// carries is what is known past a transition.
func (e *edge) carries() (map[string]*stateFlow, map[string]sure) {
	avail, known := map[string]*stateFlow{}, map[string]sure{}
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
	after := newSurety(e.from.known)
	after.rebind(e.from.binds)
	after.body(e.from.decl.Body)
	for key, s := range after {
		known[key] = s
	}
	if e.tr.Failure {
		return avail, known
	}
	for _, tr := range e.from.decl.Transitions {
		if tr == e.tr {
			break
		}
		if tr.When != nil {
			surety(known).learn(tr.When, false)
		}
	}
	if e.tr.When != nil {
		surety(known).learn(e.tr.When, true)
	}
	return avail, known
}

// surety is what is made sure of at one place, by what it says.
type surety map[string]sure

func newSurety(from map[string]sure) surety {
	s := surety{}
	for k, v := range from {
		s[k] = v
	}
	return s
}

func (s surety) add(kind sureKind, path lang.Expr) {
	if path == nil || rootOf(path) == "" {
		return
	}
	one := sure{kind: kind, path: path}
	s[one.key()] = one
}

func (s surety) has(kind sureKind, path lang.Expr) bool {
	_, ok := s[sure{kind: kind, path: path}.key()]
	return ok
}

// learn adds what a condition says that is true, or (unless holds) not true.
func (s surety) learn(e lang.Expr, holds bool) {
	switch e := e.(type) {
	case *lang.Exists:
		if holds {
			s.add(sureExists, e.X)
		}
	case *lang.Unary:
		if e.Op == "not" {
			s.learn(e.X, !holds)
		}
	case *lang.Call:
		if e.Func.Text == "empty" && len(e.Args) == 1 && e.Where == nil && holds {
			s.add(sureEmpty, e.Args[0].Value)
		}
	case *lang.Binary:
		switch {
		case e.Op == "and" && holds, e.Op == "or" && !holds:
			s.learn(e.X, holds)
			s.learn(e.Y, holds)
		case e.Op == "!=" && holds, e.Op == "==" && !holds:
			if _, isNone := e.Y.(*lang.None); isNone {
				s.add(sureExists, e.X)
			}
			if _, isNone := e.X.(*lang.None); isNone {
				s.add(sureExists, e.Y)
			}
		}
	}
}

// element adds what filters say of a loop's element, by the name that it has in the body.
func (s surety) element(name lang.Name, filters ...lang.Expr) {
	asked := surety{}
	for _, f := range filters {
		asked.learn(f, true)
	}
	for _, one := range asked {
		s.add(one.kind, renamed(one.path, name))
	}
}

// renamed is a path with `it` replaced by the loop's own name.
func renamed(path lang.Expr, name lang.Name) lang.Expr {
	switch p := path.(type) {
	case *lang.Ident:
		if p.Text == "it" {
			return &lang.Ident{Name: name}
		}
	case *lang.Select:
		return &lang.Select{Span: p.Span, X: renamed(p.X, name), Name: p.Name}
	}
	return path
}

// body drops what a state's actions may change, and adds what they make sure of.
func (s surety) body(stmts []lang.Stmt) {
	for _, st := range stmts {
		s.stmt(st)
	}
}

func (s surety) stmt(st lang.Stmt) {
	switch st := st.(type) {
	case *lang.Let:
	case *lang.Notify, *lang.Emit, *lang.Ask, *lang.ProbeAct:
	case *lang.Wait:
		s.learn(st.Cond, true)
	case *lang.OpCall:
		s.dropRoles()
		if st.Op.Text == "drain" {
			s.add(sureDrained, st.Object)
			for _, a := range st.Args {
				s.add(sureDrained, a.Value)
			}
		}
	case *lang.Fork:
		s.body(st.Body)
	case *lang.For:
		inner := newSurety(s)
		inner.body(st.Body)
		for key := range s {
			if _, still := inner[key]; !still {
				delete(s, key)
			}
		}
	case *lang.Create, *lang.Migrate, *lang.Plan:
		s.dropRoles()
		s.dropKind(sureEmpty)
	case *lang.Act:
		s.dropRoles()
		if st.Verb.Text == "restart" {
			s.dropKind(sureEmpty)
		}
		if st.Verb.Text == "start" {
			s.dropKind(sureDrained)
		}
	default:
		s.dropRoles()
	}
}

// dropRoles forgets that roles lead somewhere: after an action they may not.
func (s surety) dropRoles() {
	for key, one := range s {
		if one.kind == sureExists && strings.Contains(key, ".") {
			delete(s, key)
		}
	}
}

func (s surety) dropKind(kind sureKind) {
	for key, one := range s {
		if one.kind == kind {
			delete(s, key)
		}
	}
}

// rebind forgets what was known of names that get new values.
func (s surety) rebind(names []string) {
	for key, one := range s {
		if slices.Contains(names, rootOf(one.path)) {
			delete(s, key)
		}
	}
}

// rootOf is the name that a path begins with, or "" if it is no path.
func rootOf(e lang.Expr) string {
	switch e := e.(type) {
	case *lang.Ident:
		return e.Text
	case *lang.Select:
		return rootOf(e.X)
	}
	return ""
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
