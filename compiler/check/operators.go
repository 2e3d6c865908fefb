package check

import (
	"math"
	"strings"

	"github.com/tune-autonomic/tune/compiler/bundle"
	"github.com/tune-autonomic/tune/compiler/ir"
	"github.com/tune-autonomic/tune/lang"
)

func (c *checker) unary(x ctx, e *lang.Unary) val {
	if e.Op == "not" {
		t, ok := c.truth(x, e.X, "what `not` is said of")
		if !ok {
			return badVal
		}
		return val{e: not(t, node(x, e, boolT)), t: boolT}
	}
	v := c.expr(x, e.X)
	if !c.wantNumber(x, v, e.X) {
		return badVal
	}
	if k, isNum := v.e.(*ir.Num); isNum {
		return val{e: num(-k.V, v.t, pos(x.unit, e.Span)), t: v.t, lit: v.lit}
	}
	return val{e: &ir.Unary{Node: node(x, e, v.t), Op: bundle.NEG, X: v.e}, t: v.t}
}

func not(e ir.Expr, n ir.Node) ir.Expr {
	if t, isTruth := e.(*ir.Truth); isTruth {
		return &ir.Truth{Node: n, V: !t.V}
	}
	return &ir.Unary{Node: n, Op: opNot, X: e}
}

// wantNumber reports a value that is not a number.
func (c *checker) wantNumber(x ctx, v val, at posed) bool {
	if v.t.bad {
		return false
	}
	if v.t.Numeric() {
		return c.needPresent(x, v, at)
	}
	c.report("TUNE0205", x.unit, at.Pos(), "this is "+c.aType(v.t)+", not a number", "")
	return false
}

func (c *checker) binary(x ctx, e *lang.Binary) val {
	switch e.Op {
	case "and", "or":
		return c.logic(x, e)
	case "in", "not in":
		return c.inSet(x, e)
	}
	if c.namesInstance(x, e) || c.comparesState(x, e) {
		return badVal
	}
	a := c.expr(x, e.X)
	if numberOf(e) != nil && (a.t.bad || c.slipped(e.X.Pos())) { // of a class that is called otherwise
		return badVal
	}
	b := c.expr(x, e.Y)
	if a.t.bad || b.t.bad {
		return badVal
	}
	if (e.Op == "==" || e.Op == "!=") && (a.t.inst() || b.t.inst()) {
		return c.same(x, e, a, b)
	}
	if a.t.Base == bundle.Series || b.t.Base == bundle.Series {
		return c.seriesOp(x, e, a, b)
	}
	if a.t.Base == bundle.Text_ && b.t.Base == bundle.Text_ && (e.Op == "==" || e.Op == "!=") {
		return c.sameTexts(x, e, a, b)
	}
	if a.t.Base == bundle.Secret || b.t.Base == bundle.Secret {
		c.report("TUNE0230", x.unit, e.Span, "a secret is never asked about: what comes of it would tell it", "")
		return badVal
	}
	if a.t.Base == bundle.Text_ || b.t.Base == bundle.Text_ {
		hint := ""
		if e.Op == "+" {
			hint = `fill in what belongs to a text: "… {x} …"`
		}
		c.report("TUNE0205", x.unit, e.Span, "texts are for messages and operations: they can be equal or not, and nothing else", hint)
		return badVal
	}
	if a.t.Base == bundle.Bool && b.t.Base == bundle.Bool {
		c.report("TUNE0205", x.unit, e.Span, "`"+e.Op+"` is for numbers", "combine conditions by and, or, not")
		if says := saysWhether(e); says != "" {
			c.writeInstead(x, e.Span, says)
		}
		return badVal
	}
	if !c.wantNumber(x, a, e.X) || !c.wantNumber(x, b, e.Y) {
		return badVal
	}
	switch e.Op {
	case "==", "!=", "<", "<=", ">", ">=":
		return c.compare(x, e, a, b)
	}
	return c.arithmetic(x, e, a, b)
}

// numberOf is the number of what may be meant as one of a class: CLASS-1, and CLASS-1.host. It is nil if there is none.
func numberOf(e *lang.Binary) *lang.Number {
	y := e.Y
	if of, isMember := y.(*lang.Select); isMember {
		y = of.X
	}
	if number, is := y.(*lang.Number); is && e.Op == "-" && number.Int && number.Unit == "" {
		return number
	}
	return nil
}

// namesInstance reports what reads as a subtraction from a class, and is meant as the name of a machine or of software:
// Servlet-1.
func (c *checker) namesInstance(x ctx, e *lang.Binary) bool {
	class, isIdent := e.X.(*lang.Ident)
	number := numberOf(e)
	if !isIdent || number == nil || x.unit.classes[class.Text] == nil || x.lookup(class.Text) != nil {
		return false
	}
	span := lang.Span{Start: class.Span.Start, End: number.Span.End}
	name := class.Text + "-" + c.written(x.unit, number.Span)
	if x.trial != nil {
		c.report("TUNE0201", x.unit, span, name+" is read as a subtraction", `write it in quotes: "`+name+`"`)
		c.change(x.unit, span, `"`+name+`"`)
		return true
	}
	c.report("TUNE0201", x.unit, span, "machines and software go by their names in scenarios and tests only: "+name+" is a subtraction here",
		"choose one, min("+class.Text+" by …), or let the event bring it")
	return true
}

// logic checks and, or. The right side is only asked when the left has not decided, so it knows what that says.
func (c *checker) logic(x ctx, e *lang.Binary) val {
	a, okA := c.truth(x, e.X, "what stands before `"+e.Op+"`")
	right := x
	if okA {
		right = x.learn(a, e.Op == "and")
	} else {
		right = x.doubt(e.X)
	}
	b, okB := c.truth(right, e.Y, "what stands after `"+e.Op+"`")
	if !okA || !okB {
		return badVal
	}
	op := opAnd
	if e.Op == "or" {
		op = opOr
	}
	return val{e: &ir.Binary{Node: node(x, e, boolT), Op: op, X: a, Y: b}, t: boolT}
}

func (c *checker) inSet(x ctx, e *lang.Binary) val {
	a := c.expr(x, e.X)
	if list, isList := e.Y.(*lang.List); isList && !a.t.inst() && !a.t.set() {
		return c.isOneOf(x, e, a, list)
	}
	s := c.expr(x, e.Y)
	if !c.wantSet(x, s, e.Y) || a.t.bad {
		return badVal
	}
	if !a.t.inst() {
		c.report("TUNE0205", x.unit, e.X.Pos(), "this is "+c.aType(a.t)+": only machines and software are in sets", "")
		return badVal
	}
	if s.t.any {
		s = c.give(s, a.t.asSet())
	}
	if a.t.any || !sameSpace(a.t, s.t) {
		c.report("TUNE0205", x.unit, e.Span, c.aType(a.t)+" is never in "+c.aType(s.t), "")
		return badVal
	}
	in := &ir.Binary{Node: node(x, e, boolT), Op: bundle.IN, X: a.e, Y: s.e}
	if e.Op == "not in" {
		return val{e: not(in, in.Node), t: boolT}
	}
	return val{e: in, t: boolT}
}

// isOneOf reports n in [1, 2], where n is no machine and no software.
func (c *checker) isOneOf(x ctx, e *lang.Binary, a val, list *lang.List) val {
	op, join := " == ", " or "
	if e.Op == "not in" {
		op, join = " != ", " and "
	}
	n := c.written(x.unit, e.X.Pos())
	var cases []string
	for _, el := range list.Elems {
		if c.expr(x, el).t.bad {
			a = badVal
		}
		cases = append(cases, n+op+c.written(x.unit, el.Pos()))
	}
	if a.t.bad || len(cases) == 0 {
		return badVal
	}
	each := strings.Join(cases, join)
	c.report("TUNE0205", x.unit, e.Span, "only machines and software are in sets, and "+n+" is "+c.aType(a.t), "write "+each)
	if len(cases) > 1 {
		each = "(" + each + ")"
	}
	c.change(x.unit, e.Span, each)
	return badVal
}

// neverSame reports a comparison of what can't be the same. Of a value beside none it says how that is asked.
func (c *checker) neverSame(x ctx, e *lang.Binary, a, b val) {
	hint, asked := "", lang.Print(e.X)+" exists"
	if e.Op == "==" {
		asked = "not " + asked
	}
	isAsked := b.t.any && !a.t.any
	if isAsked {
		hint = "whether it is missing is asked with exists: " + asked
	}
	c.report("TUNE0205", x.unit, e.Span, c.aType(a.t)+" is never "+c.aType(b.t), hint)
	if isAsked {
		c.change(x.unit, e.Span, asked)
	}
}

// same checks == and != of instances, which may be missing.
func (c *checker) same(x ctx, e *lang.Binary, a, b val) val {
	if (a.t.set() || b.t.set()) && c.written(x.unit, e.OpSpan) != e.Op {
		return badVal // it is written otherwise, which was told
	}
	if a.t.set() || b.t.set() {
		fits := a.t.any || b.t.any || sameSpace(a.t, b.t)
		hint := ""
		if fits {
			hint = "ask with `in`"
		}
		c.report("TUNE0216", x.unit, e.Span, "one and a set can't be the same", hint)
		if in := map[string]string{"==": "in", "!=": "not in"}[e.Op]; fits && b.t.set() && a.t.inst() {
			c.change(x.unit, e.OpSpan, in)
		}
		return badVal
	}
	if !a.t.inst() || !b.t.inst() {
		c.neverSame(x, e, a, b)
		return badVal
	}
	if a.t.any && b.t.any {
		c.report("TUNE0205", x.unit, e.Span, "none is none", "")
		return badVal
	}
	a, b = c.give(a, b.t), c.give(b, a.t)
	if !sameSpace(a.t, b.t) {
		c.report("TUNE0205", x.unit, e.Span, c.aType(a.t.present())+" is never "+c.aType(b.t.present()), "")
		return badVal
	}
	op := opSame
	if e.Op == "!=" {
		op = opDiff
	}
	return val{e: &ir.Binary{Node: node(x, e, boolT), Op: op, X: a.e, Y: b.e}, t: boolT}
}

// common is the type in which two numbers can be compared or added: the same unit, or none. A bare number beside a
// percent is almost always a slip (45 for 45%), so only 0 is let pass, and what was reckoned as a ratio.
func common(a, b val) (typ, bool) {
	switch {
	case a.t.Base == bundle.Percent && b.t.ratio, a.t.ratio && b.t.Base == bundle.Percent:
		return percentT, true
	case pure(a.t) && pure(b.t) && a.t.Base != b.t.Base, a.t.ratio != b.t.ratio && a.t.Base == b.t.Base:
		return aRatio(ratios(a, b)), true
	case a.t.Base == b.t.Base:
		return a.t, true
	case zero(a):
		return b.t, true
	case zero(b):
		return a.t, true
	}
	return typ{}, false
}

// ratios says whether two numbers without a unit are a ratio together: 1 - used/all is one.
func ratios(a, b val) bool { return a.t.ratio && (b.t.ratio || b.lit) || a.lit && b.t.ratio }

// aRatio is the type of a number without a unit that is a ratio, or not.
func aRatio(is bool) typ {
	if is {
		return ratioT
	}
	return floatT
}

func zero(v val) bool {
	n, isNum := v.e.(*ir.Num)
	return isNum && v.lit && n.V == 0
}

func pure(t typ) bool { return t.Base == bundle.Int || t.Base == bundle.Float }

// scale says whether a value has no unit of its own: factors, percents, ratios.
func scale(t typ) bool { return pure(t) || t.Base == bundle.Percent }

// mismatch reports two numbers that don't go together.
func (c *checker) mismatch(x ctx, e *lang.Binary, a, b val) val {
	c.wanted(x.unit, e.Y.Pos(), b, a.t)
	c.wanted(x.unit, e.X.Pos(), a, b.t)
	bare, meant := b, withUnit(b, a.t)
	if meant == nil {
		bare, meant = a, withUnit(a, b.t)
	}
	verb, left, right := " can't be compared with ", a, b
	switch e.Op {
	case "+":
		verb = " can't be added to "
	case "-":
		verb, left, right = " can't be taken from ", b, a
	case "*":
		verb = " can't be multiplied by "
	case "/":
		verb = " can't be divided by "
	}
	c.mistyped(x, e, c.aType(left.t)+verb+c.aType(right.t), meant, bare)
	c.clashes(x.unit, e.Span, a, b)
	if a.t.Base == bundle.Float {
		c.adviseShare(a.t, b.t, e.X)
	} else {
		c.adviseShare(b.t, a.t, e.Y)
	}
	return badVal
}

func (c *checker) compare(x ctx, e *lang.Binary, a, b val) val {
	if _, ok := common(a, b); !ok {
		return c.mismatch(x, e, a, b)
	}
	n := node(x, e, boolT)
	ka, constA := a.e.(*ir.Num)
	kb, constB := b.e.(*ir.Num)
	if constA && constB {
		return val{e: &ir.Truth{Node: n, V: compareNumbers(e.Op, ka.V, kb.V)}, t: boolT}
	}
	op, left, right := bundle.EQ, a.e, b.e
	switch e.Op {
	case "!=":
		op = bundle.NE
	case "<":
		op = bundle.LT
	case "<=":
		op = bundle.LE
	case ">":
		op, left, right = bundle.LT, b.e, a.e
	case ">=":
		op, left, right = bundle.LE, b.e, a.e
	}
	return val{e: &ir.Binary{Node: n, Op: op, X: left, Y: right}, t: boolT}
}

func compareNumbers(op string, a, b float64) bool {
	switch op {
	case "==":
		return a == b
	case "!=":
		return a != b
	case "<":
		return a < b
	case "<=":
		return a <= b
	case ">":
		return a > b
	}
	return a >= b
}

func (c *checker) arithmetic(x ctx, e *lang.Binary, a, b val) val {
	t, op, ok := typ{}, bundle.ADD, true
	switch e.Op {
	case "+":
		t, ok = common(a, b)
	case "-":
		op = bundle.SUB
		t, ok = common(a, b)
	case "*":
		op = bundle.MUL
		t, ok = product(a.t, b.t)
		t.times = t.ratio && (timesPercent(a, b) || timesPercent(b, a))
	case "/":
		op = bundle.DIV
		t, ok = quotient(a.t, b.t)
	default:
		return badVal
	}
	if !ok {
		return c.mismatch(x, e, a, b)
	}
	if k, isNum := b.e.(*ir.Num); op == bundle.DIV && isNum && k.V == 0 && literal(e.Y) {
		c.report("TUNE0214", x.unit, e.Span, "this divides by 0: what comes of it is never known", "")
		return badVal
	}
	if a.t.Base == bundle.Int && b.t.Base == bundle.Int && e.Op != "/" {
		t = intT
	}
	return c.fold(x, e, op, a, b, t.present())
}

func product(a, b typ) (typ, bool) {
	switch {
	case a.Base == bundle.Percent && b.Base == bundle.Percent:
		return percentT, true
	case scale(a) && scale(b):
		return aRatio(share(a) || share(b)), true
	case scale(a):
		return b, true
	case scale(b):
		return a, true
	}
	return typ{}, false
}

// share says whether a value is a part of something: a percent, or a ratio.
func share(t typ) bool { return t.ratio || t.Base == bundle.Percent }

func quotient(a, b typ) (typ, bool) {
	switch {
	case a.Base == bundle.Percent && pure(b):
		return percentT, true
	case a.Base == b.Base, scale(a) && scale(b):
		return ratioT, true
	case scale(b):
		return a, true
	}
	return typ{}, false
}

// fold builds an operation on numbers, or does it if both are known.
func (c *checker) fold(x ctx, at posed, op bundle.Op_, a, b val, t typ) val {
	ka, constA := a.e.(*ir.Num)
	kb, constB := b.e.(*ir.Num)
	if constA && constB {
		if v, ok := reckon(op, ka.V, kb.V); ok {
			lit := a.lit && b.lit
			t.ratio = t.ratio && !lit
			return val{e: num(v, t, pos(x.unit, at.Pos())), t: t, lit: lit}
		}
		c.report("TUNE0214", x.unit, at.Pos(), "this can't be reckoned out: it divides by 0, or is too large", "")
		return badVal
	}
	return val{e: &ir.Binary{Node: node(x, at, t), Op: op, X: a.e, Y: b.e}, t: t}
}

func reckon(op bundle.Op_, a, b float64) (float64, bool) {
	var v float64
	switch op {
	case bundle.ADD:
		v = float64(a + b)
	case bundle.SUB:
		v = float64(a - b)
	case bundle.MUL:
		v = float64(a * b)
	case bundle.MIN:
		v = min(a, b)
	case bundle.MAX:
		v = max(a, b)
	case bundle.DIV:
		if b == 0 {
			return 0, false
		}
		v = float64(a / b)
	}
	return v, !math.IsNaN(v) && !math.IsInf(v, 0)
}

// seriesOp checks series + series, series * number, series / number: what comes of the samples has their unit, as elsewhere.
func (c *checker) seriesOp(x ctx, e *lang.Binary, a, b val) val {
	second := e.Y
	if b.t.Base == bundle.Series && a.t.Numeric() && e.Op == "*" {
		a, b, second = b, a, e.X
	}
	one, other := a, b
	one.t, other.t = a.t.sample(), b.t.sample()
	both := a.t.Base == b.t.Base
	op, t, ok := bundle.NOP, typ{}, false
	switch {
	case both && e.Op == "+":
		op = bundle.SERSUM
		t, ok = common(one, other)
	case b.t.Numeric() && e.Op == "*":
		op = bundle.SERMUL
		t, ok = product(one.t, other.t)
	case b.t.Numeric() && e.Op == "/":
		op = bundle.SERDIV
		t, ok = quotient(one.t, other.t)
	default:
		c.report("TUNE0205", x.unit, e.Span, "`"+e.Op+"` is not for series", "series can be added, and multiplied or divided by a number; avg, max, … make numbers of them")
		return badVal
	}
	if !ok {
		return c.mismatch(x, e, one, other)
	}
	if !c.needPresent(x, b, second) {
		return badVal
	}
	t = seriesOf(t)
	return val{e: &ir.Binary{Node: node(x, e, t), Op: op, X: a.e, Y: b.e}, t: t}
}

// saysWhether is h.ok == true as it is asked here: h.ok, and not h.ok of h.ok == false; "" if neither side is one of both.
func saysWhether(e *lang.Binary) string {
	cond, truth := e.X, e.Y
	if _, first := cond.(*lang.Bool); first {
		cond, truth = truth, cond
	}
	is, isBool := truth.(*lang.Bool)
	if !isBool || e.Op != "==" && e.Op != "!=" {
		return ""
	}
	if is.Value == (e.Op == "==") {
		return lang.Print(cond)
	}
	if _, isBinary := cond.(*lang.Binary); isBinary {
		return "not (" + lang.Print(cond) + ")"
	}
	return "not " + lang.Print(cond)
}
