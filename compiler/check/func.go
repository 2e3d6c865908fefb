package check

import (
	"slices"
	"strings"

	"github.com/tune-autonomic/tune/compiler/ir"
	"github.com/tune-autonomic/tune/lang"
)

// fn is a function of the program. It has no code of its own: each call is its body, with the arguments in their place.
type fn struct {
	unit   *unit
	decl   *lang.Func
	params []typ
	result typ
	// uses counts how often a parameter stands in the body: what is used once needs no variable.
	uses  map[string]int
	state fnState
	// typed says that its body is wrong, though not what it says that it gives.
	typed bool
}

type fnState uint8

const (
	fnNew fnState = iota
	fnUnder
	fnGood
	fnBad
)

// mostNodes bounds what functions that call functions may grow into, in one declaration.
const mostNodes = 200_000

func (c *checker) declareFuncs(u *unit, f *lang.File) {
	c.checkFuncs(c.nameFuncs(u, f))
}

func (c *checker) checkFuncs(all []*fn) {
	for _, f := range all {
		if c.files.stopped() {
			return
		}
		c.checkFunc(f)
	}
}

// nameFuncs enters the functions of a file, which may call each other.
func (c *checker) nameFuncs(u *unit, f *lang.File) []*fn {
	var all []*fn
	for _, d := range each[*lang.Func](f) {
		free := c.freeName(u, d.Name)
		if free && slices.Contains(choosing, d.Name.Text) {
			c.report("TUNE0204", u, d.Name.Span, d.Name.Text+" is a function of the language", "choose another name")
			free = false
		}
		made := &fn{unit: u, decl: d, uses: map[string]int{}}
		seen := map[string]bool{}
		for _, p := range d.Params {
			if seen[p.Name.Text] {
				c.reportf("TUNE0204", u, p.Name.Span, "%s has two parameters %s", d.Name.Text, p.Name.Text)
			}
			seen[p.Name.Text] = true
			made.params = append(made.params, c.typeRef(u, p.Type))
		}
		countUses(d.Body, 1, made.uses)
		if all = append(all, made); !free { // its body is looked at all the same
			continue
		}
		u.funcs[d.Name.Text] = made
		c.declares(u, FuncSymbol, "", d.Name, typ{bad: true})
	}
	return all
}

// checkFunc checks a function's body once, where it is declared; calls say nothing of it again.
func (c *checker) checkFunc(f *fn) bool {
	switch f.state {
	case fnGood:
		return true
	case fnBad:
		return false
	case fnUnder:
		c.report("TUNE0221", f.unit, f.decl.Name.Span, f.decl.Name.Text+" calls itself: functions can't", "walk a set instead: for …, sum(… by …)")
		f.state = fnBad
		return false
	}
	unread := f.unit.lost.unread(f.decl.Span)
	f.state = fnUnder
	muted, elsewhere, budget, said := c.muted, c.elsewhere, c.loops, c.said
	if c.muted, c.elsewhere = 0, nil; unread {
		c.muted = 1 // it is read for what could stand where something lacks
	}
	c.begin()
	x := ctx{unit: f.unit, mode: inFunc}
	for i, p := range f.decl.Params {
		v := &ir.Var{Name: p.Name.Text, Type: f.params[i].Type}
		c.hides(f.unit, f.unit, p.Name)
		c.declares(f.unit, LocalSymbol, "", p.Name, f.params[i])
		x = x.bind(p.Name.Text, v, f.params[i], p.Name.Span)
	}
	v := c.expr(x, f.decl.Body)
	if unread {
		c.muted, c.elsewhere, c.loops, c.said = muted, elsewhere, budget, said
		f.state = fnBad
		return false
	}
	c.sayTooMuch(f.unit, f.decl.Name.Span, f.decl.Name.Text)
	f.result = v.t
	good := !v.t.bad
	if f.decl.Result != nil {
		f.result = c.typeRef(f.unit, f.decl.Result)
		f.typed = v.t.bad && !f.result.bad
		good = c.expectDeclared(x, v, f.result, f.decl.Body, f.decl.Name.Text) && good
	}
	c.declares(f.unit, FuncSymbol, "", f.decl.Name, f.result)
	c.muted, c.elsewhere, c.loops, c.said = muted, elsewhere, budget, said
	if f.state == fnBad || !good {
		f.state = fnBad
		return false
	}
	f.state = fnGood
	return true
}

// sayTooMuch reports, once, that functions grew beyond all bounds.
func (c *checker) sayTooMuch(u *unit, span lang.Span, name string) {
	if c.tooMuch {
		c.tooMuch = false
		c.report("TUNE0222", u, span, name+" grows too large when its functions are put in their places", "split it, or bind what is reckoned twice with `let`")
	}
}

// headless says whether nobody knows what a function takes: what stands before its body could not be read.
func (f *fn) headless() bool {
	body, bad := f.decl.Body.(*lang.Bad)
	return bad && body.Span.Start == body.Span.End && f.unit.lost.unread(f.decl.Span)
}

// expand puts a function's body in the place of a call.
func (c *checker) expand(x ctx, e *lang.Call, f *fn) val {
	if f.headless() {
		for _, a := range e.Args {
			c.expr(x, a.Value)
		}
		return badVal
	}
	args, ok := c.arguments(x, e, f)
	if good := c.checkFunc(f); !good && ok && f.typed {
		return val{e: &ir.Ref{Node: node(x, e, f.result), Var: &ir.Var{Name: f.decl.Name.Text, Type: f.result.Type}}, t: f.result}
	} else if !good || !ok {
		return badVal
	}
	inner := ctx{unit: f.unit, mode: x.mode, raw: x.raw, facts: x.facts, lenient: x.lenient}
	var lets []*ir.Let
	for i, p := range f.decl.Params {
		v := args[i]
		if v.t.any {
			v = c.give(v, f.params[i])
		} else if f.params[i].opt {
			v.t.opt = true
		}
		v.lit = false
		if f.uses[p.Name.Text] > 1 && !simple(v.e) {
			kept := &ir.Var{Name: p.Name.Text, Type: v.t.Type}
			lets = append(lets, &ir.Let{Var: kept, Value: v.e})
			v.e = &ir.Ref{Node: ir.Node{T: v.t.Type, P: v.e.Where()}, Var: kept}
		}
		inner = inner.bindVal(p.Name.Text, v)
	}
	c.muted++
	out := c.expr(inner, f.decl.Body)
	c.muted--
	if out.t.bad {
		return badVal
	}
	if f.decl.Result != nil {
		out.t.Base, out.t.ratio = f.result.Base, f.result.ratio
		out.t.opt = out.t.opt || f.result.opt
	}
	out.lit = false
	for i := len(lets) - 1; i >= 0; i-- {
		lets[i].Node, lets[i].In = node(x, e, out.t), out.e
		out.e = lets[i]
	}
	return out
}

// arguments checks the arguments of a call, positional or named, against the parameters.
func (c *checker) arguments(x ctx, e *lang.Call, f *fn) ([]val, bool) {
	if e.By != nil || e.Where != nil {
		c.report("TUNE0207", x.unit, e.Span, "`by` and `where` are for min, max, sum, avg, count, some, empty and all", "")
		return nil, false
	}
	c.refersFunc(x.unit, e.Func, f)
	params, of := f.decl.Params, f.unit
	if said, isParam := x.unit.signatures[e.Func.Text]; isParam && x.unit.funcs[e.Func.Text] == f {
		params, of = said, x.unit
	}
	c.refersArgs(x.unit, e.Args, of, params)
	told := len(c.findings)
	exprs, ok := c.matchArgs(x, e.Args, params, e.Func.Text, e.Span)
	if len(e.Args) > len(params) && len(c.findings) > told { // which of them is too much, nobody knows
		return nil, false
	}
	args := make([]val, len(f.params))
	for i, arg := range exprs {
		if arg == nil {
			ok = false
			continue
		}
		args[i] = c.expr(x, arg)
		ok = c.expect(x, args[i], f.params[i], arg, params[i].Name.Text) && ok
	}
	return args, ok
}

// matchArgs finds the argument of each parameter.
func (c *checker) matchArgs(x ctx, args []*lang.Arg, params []*lang.Param, what string, span lang.Span) ([]lang.Expr, bool) {
	out := make([]lang.Expr, len(params))
	ok := true
	var names []string
	for _, p := range params {
		names = append(names, p.Name.Text)
	}
	for i, a := range args {
		at := i
		if a.Name.Text != "" {
			at = indexOf(names, a.Name.Text)
		}
		switch {
		case at < 0:
			c.unknownOf(what, "TUNE0207", x.unit, a.Name, what+" has no parameter "+a.Name.Text, names, "it has")
			ok = false
		case at >= len(params):
			c.report("TUNE0207", x.unit, a.Span, what+" takes "+plural(len(params), "argument")+", not "+number(float64(len(args))), usage(what, names))
			return out, false
		case out[at] != nil:
			c.report("TUNE0207", x.unit, a.Span, names[at]+" is given twice", "")
			ok = false
		default:
			out[at] = a.Value
		}
	}
	for i := range out {
		if out[i] == nil && strings.Contains(strings.ReplaceAll(c.written(x.unit, span), " ", ""), ",,") {
			return out, false // that one lacks, which was told
		}
		if out[i] == nil && ok {
			c.report("TUNE0207", x.unit, span, what+" needs "+names[i]+" as well", usage(what, names))
			return out, false
		}
	}
	return out, ok
}

func usage(what string, names []string) string { return what + "(" + list(names) + ")" }

func list(words []string) string { return strings.Join(words, ", ") }

func indexOf(names []string, name string) int {
	for i, n := range names {
		if n == name {
			return i
		}
	}
	return -1
}

func plural(n int, word string) string {
	if n == 1 {
		return "1 " + word
	}
	return number(float64(n)) + " " + word + "s"
}

// simple says whether an expression costs nothing to repeat.
func simple(e ir.Expr) bool {
	switch e.(type) {
	case *ir.Ref, *ir.Num, *ir.Truth, *ir.None, *ir.Named, *ir.Members, *ir.EmptySet:
		return true
	}
	return false
}

// countUses counts names in an expression; what stands in an operation over a set is reckoned for each element.
func countUses(e lang.Expr, weight int, uses map[string]int) {
	switch e := e.(type) {
	case *lang.Ident:
		uses[e.Text] += weight
	case *lang.Select:
		countUses(e.X, weight, uses)
	case *lang.Call:
		for _, a := range e.Args {
			countUses(a.Value, weight, uses)
		}
		countUses(e.By, 2, uses)
		countUses(e.Where, 2, uses)
	case *lang.Method:
		countUses(e.X, weight, uses)
		for _, a := range e.Args {
			countUses(a.Value, weight, uses)
		}
	case *lang.Filter:
		countUses(e.Set, weight, uses)
		countUses(e.Where, 2, uses)
	case *lang.Unary:
		countUses(e.X, weight, uses)
	case *lang.Binary:
		countUses(e.X, weight, uses)
		countUses(e.Y, weight, uses)
	case *lang.Exists:
		countUses(e.X, weight, uses)
	case *lang.Over:
		countUses(e.X, weight, uses)
	case *lang.Last:
		countUses(e.X, weight, uses)
	case *lang.Cond:
		countUses(e.If, weight, uses)
		countUses(e.Then, weight, uses)
		countUses(e.Else, weight, uses)
	case *lang.List:
		for _, el := range e.Elems {
			countUses(el, weight, uses)
		}
	}
}
