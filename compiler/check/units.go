package check

import (
	"math"

	"github.com/tune-autonomic/tune/compiler/bundle"
	"github.com/tune-autonomic/tune/compiler/ir"
	"github.com/tune-autonomic/tune/lang"
)

// unitOf says what a unit means: a value is value * mul / div. One of both is 1, so that each literal is rounded once.
var unitOf = map[string]struct {
	base     bundle.BaseType
	mul, div float64
}{
	"%":  {bundle.Percent, 1, 100},
	"ns": {bundle.Duration, 1, 1e9}, "us": {bundle.Duration, 1, 1e6}, "µs": {bundle.Duration, 1, 1e6}, "ms": {bundle.Duration, 1, 1000},
	"s": {bundle.Duration, 1, 1}, "min": {bundle.Duration, 60, 1}, "h": {bundle.Duration, 3600, 1}, "d": {bundle.Duration, 86400, 1},
	"B": {bundle.Bytes, 1, 1}, "kB": {bundle.Bytes, 1e3, 1}, "KB": {bundle.Bytes, 1e3, 1}, "MB": {bundle.Bytes, 1e6, 1}, "GB": {bundle.Bytes, 1e9, 1}, "TB": {bundle.Bytes, 1e12, 1},
	"KiB": {bundle.Bytes, 1 << 10, 1}, "MiB": {bundle.Bytes, 1 << 20, 1}, "GiB": {bundle.Bytes, 1 << 30, 1}, "TiB": {bundle.Bytes, 1 << 40, 1},
	"bit/s": {bundle.Rate, 1, 1}, "kbit/s": {bundle.Rate, 1e3, 1}, "Mbit/s": {bundle.Rate, 1e6, 1}, "Gbit/s": {bundle.Rate, 1e9, 1},
}

// mostInt is how far whole numbers are kept exactly: each is a float64 where it runs.
const mostInt = 1<<53 - 1

// literal is a number in the bundle's units.
func (c *checker) literal(x ctx, n *lang.Number) val {
	if n.Unit == "" {
		t := floatT
		if n.Int {
			t = intT
		}
		if n.Int && n.Value > mostInt {
			c.report("TUNE0214", x.unit, n.Span, "whole numbers are kept exactly up to 9007199254740991 only: this one would be another", "write about how much it is, such as 9.2e18, or bring it in parts")
			return badVal
		}
		return val{e: num(n.Value, t, pos(x.unit, n.Span)), t: t, lit: true}
	}
	u, known := unitOf[n.Unit]
	if !known {
		c.unknown("TUNE0205", x.unit, lang.Name{Text: n.Unit, Span: lang.Span{Start: n.Span.End - len(n.Unit), End: n.Span.End}}, "unknown unit "+n.Unit, sortedKeys(unitOf), "")
		return badVal
	}
	return val{e: num(n.Value*u.mul/u.div, base(u.base), pos(x.unit, n.Span)), t: base(u.base)}
}

func num(v float64, t typ, p ir.Pos) *ir.Num {
	return &ir.Num{Node: ir.Node{T: t.Type, P: p}, V: v}
}

// maxNanos is some 292 years: what fits into nanoseconds.
const maxNanos = float64(math.MaxInt64 / 2)

// constant evaluates an expression that must be a constant of type want.
func (c *checker) constant(u *unit, e lang.Expr, want typ, what string) (float64, bool) {
	v := c.constVal(u, e)
	if !c.expect(ctx{unit: u}, v, want, e, what) {
		return 0, false
	}
	switch k := v.e.(type) {
	case *ir.Num:
		return k.V, true
	case *ir.Truth:
		if k.V {
			return 1, true
		}
		return 0, true
	}
	c.report("TUNE0214", u, e.Pos(), what+" must be a constant", "")
	return 0, false
}

// constVal evaluates a constant: its expression sees no names but constants.
func (c *checker) constVal(u *unit, e lang.Expr) val {
	if e == nil {
		return badVal
	}
	said := c.said
	defer func() { c.said = said }()
	c.said = nil
	return c.expr(ctx{unit: u, mode: inEvent}, e)
}

// nanos is a constant length of time; without an expression it is 0.
func (c *checker) nanos(u *unit, e lang.Expr, what string) (int64, bool) {
	return c.length(u, e, what, " must not be below 0s")
}

// length is a constant length of time, 0 without an expression; below is said, after what, of one below 0.
func (c *checker) length(u *unit, e lang.Expr, what, below string) (int64, bool) {
	if e == nil {
		return 0, true
	}
	s, ok := c.constant(u, e, base(bundle.Duration), what)
	if !ok {
		return 0, false
	}
	ns := math.Round(s * 1e9)
	switch {
	case ns < 0:
		c.report("TUNE0214", u, e.Pos(), what+below, "")
		return 0, false
	case ns > maxNanos:
		c.report("TUNE0214", u, e.Pos(), what+" must be 146 years at most", "")
		return 0, false
	}
	return int64(ns), true
}

// positiveNanos is a constant length of time above 0.
func (c *checker) positiveNanos(u *unit, e lang.Expr, what string) int64 {
	const above = " must be longer than 0s"
	ns, ok := c.length(u, e, what, above)
	if ok && ns == 0 && e != nil {
		c.report("TUNE0214", u, e.Pos(), what+above, "")
	}
	return ns
}

// period is a constant length of time after which something is done again.
func (c *checker) period(u *unit, e lang.Expr, what string) int64 {
	const least = " is 1ms at least"
	ns, ok := c.length(u, e, what, least)
	if ok && ns < bundle.LeastPeriod && e != nil {
		c.report("TUNE0214", u, e.Pos(), what+least, "say how often that is needed: every 1s")
	}
	return ns
}
