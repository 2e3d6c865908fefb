package check

import (
	"math"

	"github.com/tune-autonomic/tune/compiler/ir"
	"github.com/tune-autonomic/tune/lang"
)

// sayNever reports a condition that holds for no values: one that is false as it stands, or that wants the same thing above
// one number and below a lesser one. `false` alone is meant.
func (c *checker) sayNever(u *unit, e lang.Expr) {
	if _, meant := e.(*lang.Bool); meant || e == nil {
		return
	}
	if c.isFalse(u, e) {
		c.report("TUNE0309", u, e.Pos(), "this condition never holds", "leave it out, or correct its numbers")
		return
	}
	if what := contradicted(e); what != "" {
		c.report("TUNE0309", u, e.Pos(), "this condition never holds: no "+what+" is as large and as small as that", "correct one of its numbers, or say `or`")
	}
}

// isFalse says whether a condition is false as it is written. What stands under a name may be set otherwise one day.
func (c *checker) isFalse(u *unit, e lang.Expr) bool {
	b, isBinary := e.(*lang.Binary)
	switch {
	case isBinary && b.Op == "and":
		return c.isFalse(u, b.X) || c.isFalse(u, b.Y)
	case isBinary && b.Op == "or":
		return c.isFalse(u, b.X) && c.isFalse(u, b.Y)
	case !literal(e):
		return false
	}
	c.muted++
	defer func() { c.muted-- }()
	truth, known := c.expr(ctx{unit: u}, e).e.(*ir.Truth)
	return known && !truth.V
}

// literal holds for what is reckoned of numbers alone.
func literal(e lang.Expr) bool {
	switch e := e.(type) {
	case *lang.Number, *lang.Bool:
		return true
	case *lang.Unary:
		return literal(e.X)
	case *lang.Binary:
		return literal(e.X) && literal(e.Y)
	}
	return false
}

// span is the numbers that something may be; an end may be excluded.
type span struct {
	least, most          float64
	overLeast, belowMost bool
}

func (s span) empty() bool {
	return s.least > s.most || s.least == s.most && (s.overLeast || s.belowMost)
}

// contradicted finds something that the parts of a condition, joined by `and`, leave no value; "" if there is none.
func contradicted(e lang.Expr) string {
	spans := map[string]span{}
	for rest := []lang.Expr{e}; len(rest) > 0; {
		b, isBinary := rest[0].(*lang.Binary)
		rest = rest[1:]
		if !isBinary {
			continue
		}
		if b.Op == "and" {
			rest = append(rest, b.X, b.Y)
			continue
		}
		if name, ok := narrow(spans, b); ok && spans[name].empty() {
			return name
		}
	}
	return ""
}

// narrow takes in a comparison of something with a number.
func narrow(spans map[string]span, b *lang.Binary) (name string, ok bool) {
	op, x, y := b.Op, b.X, b.Y
	if _, isNumber := x.(*lang.Number); isNumber {
		op, x, y = mirrored[op], y, x
	}
	n, isNumber := y.(*lang.Number)
	if !isNumber {
		return "", false
	}
	v := n.Value
	if u, hasUnit := unitOf[n.Unit]; hasUnit {
		v = n.Value * u.mul / u.div
	}
	name = lang.Print(x)
	s, known := spans[name]
	if !known {
		s = span{least: math.Inf(-1), most: math.Inf(1)}
	}
	if low := op == ">" || op == ">=" || op == "=="; low && v >= s.least {
		s.overLeast = op == ">" || v == s.least && s.overLeast
		s.least = v
	}
	if high := op == "<" || op == "<=" || op == "=="; high && v <= s.most {
		s.belowMost = op == "<" || v == s.most && s.belowMost
		s.most = v
	}
	spans[name] = s
	return name, true
}
