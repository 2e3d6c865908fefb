package check

import (
	"slices"
	"strconv"

	"github.com/tune-autonomic/tune/compiler/ir"
	"github.com/tune-autonomic/tune/lang"
)

// mode says where an expression stands, and so what a load means: in states, moves under way count; elsewhere, samples alone.
type mode uint8

const (
	inEvent mode = iota
	inState
	inPlan
	inFunc
)

// ctx is what an expression can see. It is a value: what is bound or learned on one way is not known on another.
type ctx struct {
	unit  *unit
	mode  mode
	scope *binding
	facts *fact
	// it is the element of the innermost operation over a set; its members can be named bare.
	it *binding
	// raw asks for the last sample alone, whatever the mode.
	raw bool
	// unnamed is the class of what was made last without a name.
	unnamed lang.Name
	// lenient holds in states that nothing leads to: what is known there can't be said, so nothing is missing.
	lenient bool
	// asks says that this is part of a condition.
	asks bool
	// state and loop are the state and the outermost loop of it that this stands in.
	state, loop lang.Span
	// trial is the test whose condition is checked; nil elsewhere.
	trial *trial
	// trusted are names that something may have asked about that could not be read.
	trusted []string
	// unasked are the names of what the policy's event brings and the policy doesn't ask for.
	unasked map[string]request
}

// request is how a policy asks for one thing more of its event: its head as it would be then, and what to insert.
type request struct {
	head string
	at   lang.Span
	text string
}

// binding is a local name: a variable, or the argument that a function's parameter stands for.
type binding struct {
	name string
	v    *ir.Var
	val  val
	span lang.Span
	gone bool // what it stands for was removed: only its name is left
	next *binding
}

// bind makes a variable visible.
func (x ctx) bind(name string, v *ir.Var, t typ, span lang.Span) ctx {
	x.scope = &binding{name: name, v: v, val: val{t: t}, span: span, next: x.scope}
	return x
}

// remove keeps a name whose thing is no more.
func (x ctx) remove(e lang.Expr) ctx {
	id, isName := e.(*lang.Ident)
	if !isName {
		return x
	}
	if b := x.lookup(id.Text); b != nil && b.v != nil {
		gone := *b
		gone.gone, gone.next = true, x.scope
		x.scope = &gone
	}
	return x
}

// named lets a name by itself be told, also of what is gone.
func (x ctx) named(e lang.Expr) ctx {
	id, isName := e.(*lang.Ident)
	if !isName {
		return x
	}
	if b := x.lookup(id.Text); b != nil && b.gone {
		there := *b
		there.gone, there.next = false, x.scope
		x.scope = &there
	}
	return x
}

// bindVal makes a name stand for a value.
func (x ctx) bindVal(name string, v val) ctx {
	x.scope = &binding{name: name, val: v, next: x.scope}
	return x
}

// element makes v the element: visible as `it`, its members bare.
func (x ctx) element(v *ir.Var, t typ) ctx {
	x = x.bind("it", v, t, lang.Span{})
	x.it = x.scope
	return x
}

// hides reports a local name that means something everywhere. Several that are called like one function of the program are one
// finding, as it may be the function that is called wrong.
func (c *checker) hides(names, at *unit, name lang.Name) bool {
	what := ""
	switch _, isConst := names.consts[name.Text]; {
	case names.classes[name.Text] != nil:
		what = "a class"
	case names.funcs[name.Text] != nil || slices.Contains(functions, name.Text):
		what = "a function"
	case names.events[name.Text] != nil:
		what = "an event"
	case isConst:
		what = "a parameter of the module"
	case name.Text == "it" || name.Text == "planned":
		what = "a word for what is looked at"
	}
	if what == "" {
		return false
	}
	if names.funcs[name.Text] != nil && c.alsoHere("hides "+strconv.Itoa(int(at.file))+" "+name.Text, at, name, "") {
		return true
	}
	c.report("TUNE0204", at, name.Span, name.Text+" is "+what+": a local name would hide it", "choose another name")
	return true
}

func (x ctx) lookup(name string) *binding {
	for b := x.scope; b != nil; b = b.next {
		if b.name == name {
			return b
		}
	}
	return nil
}

// bindingOf is the name that a variable is bound to; nil if it has none here.
func (x ctx) bindingOf(v *ir.Var) *binding {
	for b := x.scope; b != nil; b = b.next {
		if b.v == v {
			return b
		}
	}
	return nil
}

// locals are all visible local names.
func (x ctx) locals() []string {
	var names []string
	for b := x.scope; b != nil; b = b.next {
		names = append(names, b.name)
	}
	return names
}

// fact is something that is known to exist, in a list that only grows along a way.
type fact struct {
	of   ir.Expr
	next *fact
}

// factKey is a variable, or what navigation leads to from it.
type factKey struct {
	v    *ir.Var
	path string
}

func keyOf(e ir.Expr) (factKey, bool) {
	switch e := e.(type) {
	case *ir.Ref:
		return factKey{v: e.Var}, !e.Var.Mutable
	case *ir.Nav:
		k, ok := keyOf(e.Obj)
		k.path += "." + strconv.Itoa(int(e.Nav))
		return k, ok
	}
	return factKey{}, false
}

func (x ctx) knows(e ir.Expr) bool {
	if x.lenient {
		return true
	}
	if key, isPath := keyOf(e); isPath && slices.Contains(x.trusted, key.v.Name) {
		return true
	}
	for f := x.facts; f != nil; f = f.next {
		if ir.Same(f.of, e) {
			return true
		}
	}
	return false
}

// exists adds that something is there.
func (x ctx) exists(e ir.Expr) ctx {
	x.facts = &fact{of: e, next: x.facts}
	return x
}

// trust takes all as known that may be missing: what a path begins with, or everything.
func (x ctx) trust(path lang.Expr) ctx {
	if name := rootOf(path); name != "" {
		x.trusted = append(slices.Clip(x.trusted), name)
	} else {
		x.lenient = true
	}
	return x
}

// doubt is what is known past a condition that is wrong: all, if it may have asked for something.
func (x ctx) doubt(cond lang.Expr) ctx {
	if mayAsk(cond, func(string) bool { return false }) {
		x.lenient = true
	}
	return x
}

// mayAsk says whether a condition that is wrong may be meant to ask that something exists which isn't one of the names that
// are known: by a word that nobody knows, or of another name. A comparison asks for nothing.
func mayAsk(e lang.Expr, known func(name string) bool) bool {
	unread := false
	lang.Walk(e, func(n lang.Node) {
		_, isBad := n.(*lang.Bad)
		unread = unread || isBad
	})
	return unread || mayAskBy(e, known)
}

func mayAskBy(e lang.Expr, known func(name string) bool) bool {
	switch e := e.(type) {
	case *lang.Bool:
		return false
	case *lang.Exists:
		id, isName := e.X.(*lang.Ident)
		return !isName || !known(id.Text)
	case *lang.Unary:
		return e.Op != "not" || mayAskBy(e.X, known)
	case *lang.Call:
		return !slices.Contains(functions, e.Func.Text) || e.Func.Text == "min" || e.Func.Text == "max" // max(h.vms by cpu) exists
	case *lang.Binary:
		switch e.Op {
		case "and", "or":
			return mayAskBy(e.X, known) || mayAskBy(e.Y, known)
		case "<", "<=", ">", ">=", "in", "not in":
			return false
		}
	}
	return true
}

// learn adds what follows from a condition being true (or, if not holds, from its not being true). That something
// exists is never unknown, so "not true" and "false" say the same of it.
func (x ctx) learn(e ir.Expr, holds bool) ctx {
	switch e := e.(type) {
	case *ir.Unary:
		if e.Op == opNot {
			return x.learn(e.X, !holds)
		}
		if e.Op == opIsSet && holds {
			return x.exists(e.X)
		}
	case *ir.Binary:
		if e.Op == opAnd && holds || e.Op == opOr && !holds {
			return x.learn(e.X, holds).learn(e.Y, holds)
		}
		if e.Op == opDiff && holds || e.Op == opSame && !holds {
			return x.learnNotNone(e)
		}
	}
	return x
}

// learnNotNone learns from `x != none`.
func (x ctx) learnNotNone(e *ir.Binary) ctx {
	for _, pair := range [][2]ir.Expr{{e.X, e.Y}, {e.Y, e.X}} {
		if _, isNone := pair[1].(*ir.None); isNone {
			x = x.exists(pair[0])
		}
	}
	return x
}

// keep is what holds beyond the expression in which it was asked: of names and where they lead, not of choices, since the
// next moment another one may be chosen, or none.
func (x ctx) keep() ctx {
	return x.retain(func(e ir.Expr) bool { _, isPath := keyOf(e); return isPath })
}

// forget drops what was learned of roles: after an action they may lead elsewhere.
func (x ctx) forget() ctx {
	return x.retain(func(e ir.Expr) bool { _, isName := e.(*ir.Ref); return isName })
}

func (x ctx) retain(holds func(ir.Expr) bool) ctx {
	var kept *fact
	for f := x.facts; f != nil; f = f.next {
		if holds(f.of) {
			kept = &fact{of: f.of, next: kept}
		}
	}
	x.facts = kept
	return x
}
