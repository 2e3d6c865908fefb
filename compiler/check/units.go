package check

import (
	"math"
	"strconv"
	"strings"

	"github.com/tune-autonomic/tune/compiler/bundle"
	"github.com/tune-autonomic/tune/compiler/ir"
	"github.com/tune-autonomic/tune/lang"
)

// unitMeans is what a unit means: a value is the number with its decimal point so many places to the left, times mul. One of both changes
// nothing, so that each literal is rounded once, and is the number that was written: 33.3% is 0.333.
type unitMeans struct {
	base   bundle.BaseType
	mul    float64
	places int
}

var unitOf = map[string]unitMeans{
	"%":  {bundle.Percent, 1, 2},
	"ns": {bundle.Duration, 1, 9}, "us": {bundle.Duration, 1, 6}, "µs": {bundle.Duration, 1, 6}, "ms": {bundle.Duration, 1, 3},
	"s": {bundle.Duration, 1, 0}, "min": {bundle.Duration, 60, 0}, "h": {bundle.Duration, 3600, 0}, "d": {bundle.Duration, 86400, 0},
	"B": {bundle.Bytes, 1, 0}, "kB": {bundle.Bytes, 1, -3}, "KB": {bundle.Bytes, 1, -3}, "MB": {bundle.Bytes, 1, -6}, "GB": {bundle.Bytes, 1, -9}, "TB": {bundle.Bytes, 1, -12},
	"KiB": {bundle.Bytes, 1 << 10, 0}, "MiB": {bundle.Bytes, 1 << 20, 0}, "GiB": {bundle.Bytes, 1 << 30, 0}, "TiB": {bundle.Bytes, 1 << 40, 0},
	"bit/s": {bundle.Rate, 1, 0}, "kbit/s": {bundle.Rate, 1, -3}, "Mbit/s": {bundle.Rate, 1, -6}, "Gbit/s": {bundle.Rate, 1, -9},
}

// of is the value of a number with the unit.
func (u unitMeans) of(v float64) float64 {
	if u.places == 0 {
		return v * u.mul
	}
	digits, exponent, _ := strings.Cut(strconv.FormatFloat(v, 'e', -1, 64), "e")
	e, err := strconv.Atoi(exponent)
	if err != nil { // no number: it has no exponent
		return v
	}
	v, _ = strconv.ParseFloat(digits+"e"+strconv.Itoa(e-u.places), 64)
	return v
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
	return val{e: num(u.of(n.Value), base(u.base), pos(x.unit, n.Span)), t: base(u.base)}
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
		c.report("TUNE0214", u, e.Pos(), what+least, "write 1ms, or more")
	}
	return ns
}
