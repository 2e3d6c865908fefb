package check

import (
	"github.com/tune-autonomic/tune/compiler/bundle"
	"github.com/tune-autonomic/tune/compiler/ir"
	"github.com/tune-autonomic/tune/lang"
)

// setOf checks the set that an operation is over, with the filter that may stand in it: `S where C`.
func (c *checker) setOf(x ctx, e lang.Expr) (val, lang.Expr) {
	if f, isFilter := e.(*lang.Filter); isFilter {
		return c.expr(x, f.Set), f.Where
	}
	return c.expr(x, e), nil
}

// elementOf makes the variable that stands for a set's elements, and what can be seen with it.
func (c *checker) elementOf(x ctx, set val) (*ir.Var, ctx) {
	it := &ir.Var{Name: "it", Type: set.t.elem().Type}
	return it, x.element(it, set.t.elem())
}

// filters checks up to two conditions on the element, and says what is known past them.
func (c *checker) filters(x ctx, wheres ...lang.Expr) (ir.Expr, ctx, bool) {
	var all ir.Expr
	ok := true
	for _, w := range wheres {
		if w == nil {
			continue
		}
		test, good := c.truth(x, w, "a filter")
		if !good {
			ok = false
			continue
		}
		c.sayNever(x.unit, c.spelled(x, w))
		x = x.learn(test, true)
		if all != nil {
			test = &ir.Binary{Node: node(x, w, boolT), Op: opAnd, X: all, Y: test}
		}
		all = test
	}
	return all, x, ok
}

// filter checks `S where C`.
func (c *checker) filter(x ctx, setExpr, where lang.Expr, at posed) val {
	set, inner := c.setOf(x, setExpr)
	if !c.wantSet(x, set, setExpr) {
		return badVal
	}
	if set.t.any {
		return set
	}
	it, elem := c.elementOf(x, set)
	test, _, ok := c.filters(elem, inner, where)
	if !ok {
		return badVal
	}
	return val{e: &ir.SetOp{Node: node(x, at, set.t), Kind: bundle.SetFilter, Set: set.e, It: it, Filter: test}, t: set.t}
}

// setCall checks a function of a set: min, max, sum, avg, count, some, empty, all.
func (c *checker) setCall(x ctx, e *lang.Call, set val, inner lang.Expr) val {
	if set.t.any {
		c.report("TUNE0216", x.unit, e.Span, "this set is always empty", "")
		return badVal
	}
	it, elem := c.elementOf(x, set)
	test, known, ok := c.filters(elem, inner, e.Where)
	if !ok && e.By != nil && (e.Func.Text == "min" || e.Func.Text == "max") {
		known.lenient = true
		c.wantNumber(known, c.expr(known, e.By), e.By)
		return c.wronglyChosen(x, e, set, true)
	}
	if !ok {
		return c.wronglyReckoned(x, e, known)
	}
	if e.Desc {
		c.report("TUNE0207", x.unit, e.By.Pos(), e.Func.Text+" has no desc: it is for what is taken in an order", "write max(…) for the greatest, min(…) for the least")
	}
	op := &ir.SetOp{Set: set.e, It: it, Filter: test}
	switch e.Func.Text {
	case "min", "max":
		return c.choose(x, e, op, known, set)
	case "sum", "avg":
		return c.total(x, e, op, known)
	}
	if e.By != nil {
		c.report("TUNE0207", x.unit, e.By.Pos(), e.Func.Text+" needs no `by`", "")
		return badVal
	}
	if e.Func.Text == "all" {
		if test == nil {
			c.report("TUNE0207", x.unit, e.Span, "all of them are what?", "write all("+lang.Print(e.Args[0].Value)+" where …)")
			return badVal
		}
		op.Kind, op.Node = bundle.SetAll, node(x, e, boolT)
		return val{e: op, t: boolT}
	}
	return c.howMany(x, e, op)
}

// choose is min and max: the element with the least or greatest key, if there is any.
func (c *checker) choose(x ctx, e *lang.Call, op *ir.SetOp, known ctx, set val) val {
	if e.By == nil {
		by := *e
		by.By = &lang.Ident{Name: lang.Name{Text: "…"}}
		c.report("TUNE0207", x.unit, e.Span, e.Func.Text+" of a set by what?", "write "+lang.Print(&by))
		return badVal
	}
	key := c.expr(known, e.By)
	if !c.wantNumber(known, key, e.By) {
		return c.wronglyChosen(x, e, set, op.Filter != nil)
	}
	op.Kind = bundle.SetArgMin
	if e.Func.Text == "max" {
		op.Kind = bundle.SetArgMax
	}
	op.Key = key.e
	t := set.t.elem()
	t.opt = !c.surelySome(op, key)
	op.Node = node(x, e, t)
	return val{e: op, t: t}
}

// wronglyChosen is a choice whose filter or key is wrong: one of the set all the same. Another key may find one surely.
func (c *checker) wronglyChosen(x ctx, e *lang.Call, set val, filtered bool) val {
	t := set.t.elem()
	_, isClass := set.e.(*ir.Members)
	t.opt = filtered || !isClass || c.spaces[t.Space].kind != bundle.Host
	return val{e: &ir.SetOp{Node: node(x, e, t), Kind: bundle.SetArgMin, Set: set.e}, t: t, wrong: true}
}

// wronglyReckoned is a number of a set, or an answer of it, whose filter is wrong: of which type is known all the same.
func (c *checker) wronglyReckoned(x ctx, e *lang.Call, known ctx) val {
	t := boolT
	switch name := e.Func.Text; {
	case name == "count":
		t = intT
	case (name == "sum" || name == "avg") && e.By != nil:
		known.lenient = true
		key := c.expr(known, e.By)
		if key.t.Base == bundle.Series || !c.wantNumber(known, key, e.By) {
			return badVal
		}
		if t = key.t; name == "avg" && t.Base == bundle.Int {
			t = floatT
		}
	case name == "sum" || name == "avg":
		return badVal
	}
	return val{e: &ir.Ref{Node: node(x, e, t), Var: &ir.Var{Type: t.Type}}, t: t, wrong: true}
}

// surelySome says whether a choice must find something: among all hosts of a family, of which there is one at least,
// unfiltered, by what is always known because it is declared.
func (c *checker) surelySome(op *ir.SetOp, key val) bool {
	all, isClass := op.Set.(*ir.Members)
	if !isClass || op.Filter != nil || c.classes[all.Class].kind != bundle.Host {
		return false
	}
	return c.declaredOnly(key.e)
}

func (c *checker) declaredOnly(e ir.Expr) bool {
	switch e := e.(type) {
	case *ir.Num, *ir.Ref:
		return true
	case *ir.Col:
		return c.tables.Columns[e.Column].Kind == bundle.ColAttr && c.declaredOnly(e.Obj)
	case *ir.Unary:
		return c.declaredOnly(e.X)
	case *ir.Binary:
		return c.declaredOnly(e.X) && c.declaredOnly(e.Y)
	case *ir.Let:
		return c.declaredOnly(e.Value) && c.declaredOnly(e.In)
	}
	return false
}

// total is sum and avg.
func (c *checker) total(x ctx, e *lang.Call, op *ir.SetOp, known ctx) val {
	if e.By == nil {
		c.report("TUNE0207", x.unit, e.Span, e.Func.Text+" of what of them?", "write "+e.Func.Text+"("+lang.Print(e.Args[0].Value)+" by …)")
		return badVal
	}
	key := c.expr(known, e.By)
	if key.t.bad {
		return badVal
	}
	op.Key = key.e
	if key.t.Base == bundle.Series && e.Func.Text == "sum" {
		op.Kind, op.Node = bundle.SetSumSeries, node(x, e, key.t)
		return val{e: op, t: key.t}
	}
	if !c.wantNumber(known, key, e.By) {
		return badVal
	}
	t := key.t
	op.Kind = bundle.SetSum
	if e.Func.Text == "avg" {
		op.Kind = bundle.SetAvg
		if t.Base == bundle.Int {
			t = floatT
		}
	}
	op.Node = node(x, e, t)
	return val{e: op, t: t}
}

// howMany is count, some and empty.
func (c *checker) howMany(x ctx, e *lang.Call, op *ir.SetOp) val {
	if e.Func.Text != "count" && op.Filter != nil {
		op.Kind, op.Node = bundle.SetAny, node(x, e, boolT)
		if e.Func.Text == "empty" {
			return val{e: not(op, op.Node), t: boolT}
		}
		return val{e: op, t: boolT}
	}
	var n ir.Expr = &ir.Count{Node: node(x, e, intT), Set: op.Set}
	if op.Filter != nil {
		op.Kind, op.Node = bundle.SetCount, node(x, e, intT)
		n = op
	}
	if e.Func.Text == "count" {
		return val{e: n, t: intT}
	}
	zero := num(0, intT, pos(x.unit, e.Span))
	if e.Func.Text == "empty" {
		return val{e: &ir.Binary{Node: node(x, e, boolT), Op: bundle.EQ, X: n, Y: zero}, t: boolT}
	}
	return val{e: &ir.Binary{Node: node(x, e, boolT), Op: bundle.LT, X: zero, Y: n}, t: boolT}
}

// emptyNode is `empty(h)`: nothing stands on h.
func (c *checker) emptyNode(x ctx, e *lang.Call, obj val) val {
	s := c.spaces[obj.t.Space]
	var all ir.Expr
	for _, g := range s.guests {
		t := instIn(g).asSet()
		n := &ir.Count{Node: node(x, e, intT), Set: &ir.Nav{Node: node(x, e, t), Obj: obj.e, Nav: c.navGuests(s, g)}}
		var none ir.Expr = &ir.Binary{Node: node(x, e, boolT), Op: bundle.EQ, X: n, Y: num(0, intT, pos(x.unit, e.Span))}
		if all != nil {
			none = &ir.Binary{Node: node(x, e, boolT), Op: opAnd, X: all, Y: none}
		}
		all = none
	}
	if all == nil {
		all = &ir.Truth{Node: node(x, e, boolT), V: true}
	}
	return val{e: all, t: boolT}
}
