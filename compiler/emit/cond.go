package emit

import (
	"math"
	"slices"

	"github.com/tune-autonomic/tune/compiler/bundle"
	"github.com/tune-autonomic/tune/compiler/ir"
)

// A condition that is only asked whether it is true needs no three-valued logic: unknown and false lead the same way.

// unless jumps to l unless x is true.
func (c *coder) unless(x ir.Expr, l label) {
	defer c.close(c.open())
	defer c.from(x.Where())()
	switch x := x.(type) {
	case *ir.Truth:
		if !x.V {
			c.jump(bundle.JMP, 0, 0, l)
		}
		return
	case *ir.Let:
		c.regs[x.Var] = c.operand(x.Value)
		c.unless(x.In, l)
		return
	case *ir.Cond:
		other, end := c.later(), c.later()
		c.unless(x.If, other)
		c.unless(x.Then, l)
		c.jump(bundle.JMP, 0, 0, end)
		c.bind(other)
		c.unless(x.Else, l)
		c.bind(end)
		return
	case *ir.Binary:
		if op, ok := fused(x.Op); ok {
			a, b := c.operand(x.X), c.operand(x.Y)
			c.jump(op, a, b, l)
			return
		}
		switch x.Op {
		case bundle.AND:
			c.unless(x.X, l)
			c.unless(x.Y, l)
			return
		case bundle.OR:
			then := c.later()
			c.when(x.X, then)
			c.unless(x.Y, l)
			c.bind(then)
			return
		}
	}
	c.jump(bundle.JF, c.trueIf(x), 0, l)
}

// trueIf is a register that is true if and only if x is; where it isn't, false may stand for unknown.
func (c *coder) trueIf(x ir.Expr) uint8 {
	s, ok := x.(*ir.SetOp)
	if !ok {
		return c.operand(x)
	}
	r := c.temp()
	defer c.close(c.open())
	set := c.operand(s.Set)
	q := queryOf(s)
	q.truth = true
	c.emit(bundle.SETOP, r, set, 0, c.prepare(q))
	return r
}

// when jumps to l if x is true.
func (c *coder) when(x ir.Expr, l label) {
	if b, ok := x.(*ir.Binary); ok && b.Op == bundle.OR {
		c.when(b.X, l)
		c.when(b.Y, l)
		return
	}
	if !branches(x) {
		defer c.close(c.open())
		c.jump(bundle.JT, c.trueIf(x), 0, l)
		return
	}
	not := c.later()
	c.unless(x, not)
	c.jump(bundle.JMP, 0, 0, l)
	c.bind(not)
}

// fused returns the instruction that compares and jumps.
func fused(op bundle.Op_) (bundle.Op_, bool) {
	switch op {
	case bundle.LT:
		return bundle.JNLT, true
	case bundle.LE:
		return bundle.JNLE, true
	case bundle.EQ:
		return bundle.JNEQ, true
	case bundle.NE:
		return bundle.JNNE, true
	}
	return 0, false
}

// branches says whether x is better compiled to jumps than to a value.
func branches(x ir.Expr) bool {
	switch x := x.(type) {
	case *ir.Let, *ir.Cond, *ir.Truth:
		return true
	case *ir.Binary:
		_, ok := fused(x.Op)
		return ok || x.Op == bundle.AND || x.Op == bundle.OR
	}
	return false
}

// term is one part of a conjunction: a condition, or a name for a value that the terms after it read.
type term struct {
	name  *ir.Var
	value ir.Expr // of name
	cond  ir.Expr // nil if name isn't
}

// terms takes a conjunction apart.
func terms(x ir.Expr) []term {
	switch y := x.(type) {
	case nil:
		return nil
	case *ir.Let:
		return append([]term{{name: y.Var, value: y.Value}}, terms(y.In)...)
	case *ir.Binary:
		if y.Op == bundle.AND {
			return append(terms(y.X), terms(y.Y)...)
		}
	case *ir.Truth:
		if y.V {
			return nil
		}
	}
	return []term{{cond: x}}
}

// unlessAll jumps to l unless all terms are true.
func (c *coder) unlessAll(ts []term, l label) {
	twice := c.repeatedTerms(ts)
	for _, t := range ts {
		c.begin(twice, t)
		if t.cond != nil {
			c.unless(t.cond, l)
		}
	}
}

// begin computes what t and later terms share, and gives t's name its value. Both last until the scope ends.
func (c *coder) begin(twice map[string]bool, t term) {
	if t.cond != nil {
		c.share(twice, t.cond)
		return
	}
	c.share(twice, t.value)
	c.regs[t.name] = c.operand(t.value)
}

func (c *coder) repeatedTerms(ts []term) map[string]bool {
	var all []ir.Expr
	for _, t := range ts {
		if t.cond != nil {
			all = append(all, t.cond)
		} else {
			all = append(all, t.value)
		}
	}
	return c.repeated(all...)
}

// guard jumps to l unless the whole expression x is true.
func (c *coder) guard(x ir.Expr, l label) {
	defer c.close(c.open())
	c.unlessAll(terms(simplify(x)), l)
}

// answer ends a region with whether all terms are true.
func (c *coder) answer(ts []term) {
	for len(ts) > 0 && ts[len(ts)-1].cond == nil {
		ts = ts[:len(ts)-1]
	}
	if len(ts) == 0 {
		ts = []term{{cond: &ir.Truth{V: true}}}
	}
	twice := c.repeatedTerms(ts)
	no := c.later()
	last := ts[len(ts)-1]
	for _, t := range ts[:len(ts)-1] {
		c.begin(twice, t)
		if t.cond != nil {
			c.unless(t.cond, no)
		}
	}
	c.begin(twice, last)
	c.verdict(last.cond, no)
}

// answerKey ends a region with key if all terms are true, and unknown otherwise.
func (c *coder) answerKey(ts []term, key ir.Expr) {
	twice := c.repeatedTerms(append(slices.Clone(ts), term{value: key}))
	no := c.later()
	for _, t := range ts {
		c.begin(twice, t)
		if t.cond != nil {
			c.unless(t.cond, no)
		}
	}
	defer c.from(key.Where())()
	c.share(twice, key)
	c.emit(bundle.RET, c.operand(key), 0, 0, 0)
	if !c.led[no] {
		return
	}
	c.bind(no)
	r := c.temp()
	c.emit(bundle.NUM, r, 0, 0, c.constant(0))
	c.emit(bundle.DIV, r, r, r, 0)
	c.emit(bundle.RET, r, 0, 0, 0)
}

// verdict ends a region with whether x is true; no is where other terms that aren't have led.
func (c *coder) verdict(x ir.Expr, no label) {
	defer c.from(x.Where())()
	jumped := c.led[no]
	if b, ok := x.(*ir.Binary); !branches(x) || ok && b.Op != bundle.AND && b.Op != bundle.OR {
		c.emit(bundle.RET, c.trueIf(x), 0, 0, 0)
	} else if t, ok := x.(*ir.Truth); ok {
		r := c.temp()
		c.emit(bundle.BOOL, r, 0, 0, truth(t.V))
		c.emit(bundle.RET, r, 0, 0, 0)
	} else {
		c.unless(x, no)
		r := c.temp()
		c.emit(bundle.BOOL, r, 0, 0, 1)
		c.emit(bundle.RET, r, 0, 0, 0)
		jumped = true
	}
	if !jumped {
		return
	}
	c.bind(no)
	r := c.temp()
	c.emit(bundle.BOOL, r, 0, 0, 0)
	c.emit(bundle.RET, r, 0, 0, 0)
}

// interval returns the test that x is: a column of v compared with a constant.
func interval(x ir.Expr, v *ir.Var) (bundle.Test, bool) {
	b, ok := x.(*ir.Binary)
	if !ok || v == nil {
		return bundle.Test{}, false
	}
	lo, hi := math.Inf(-1), math.Inf(1)
	if col, n, ok := columnAndNumber(b.X, b.Y, v); ok { // column op number
		switch b.Op {
		case bundle.LT:
			return bundle.Test{Column: col, Lo: lo, Hi: math.Nextafter(n, lo)}, true
		case bundle.LE:
			return bundle.Test{Column: col, Lo: lo, Hi: n}, true
		case bundle.EQ:
			return bundle.Test{Column: col, Lo: n, Hi: n}, true
		}
	}
	if col, n, ok := columnAndNumber(b.Y, b.X, v); ok { // number op column
		switch b.Op {
		case bundle.LT:
			return bundle.Test{Column: col, Lo: math.Nextafter(n, hi), Hi: hi}, true
		case bundle.LE:
			return bundle.Test{Column: col, Lo: n, Hi: hi}, true
		case bundle.EQ:
			return bundle.Test{Column: col, Lo: n, Hi: n}, true
		}
	}
	return bundle.Test{}, false
}

func columnAndNumber(x, y ir.Expr, v *ir.Var) (column int32, number float64, ok bool) {
	col, ok := x.(*ir.Col)
	if !ok {
		return 0, 0, false
	}
	ref, ok := col.Obj.(*ir.Ref)
	if !ok || ref.Var != v {
		return 0, 0, false
	}
	n, ok := y.(*ir.Num)
	if !ok || math.IsNaN(n.V) || math.IsInf(n.V, 0) {
		return 0, 0, false
	}
	return col.Column, n.V, true
}

// narrow adds a test. Two of one column become one, unless nothing passes both.
func narrow(tests []bundle.Test, t bundle.Test) []bundle.Test {
	for i, have := range tests {
		if have.Column != t.Column {
			continue
		}
		lo, hi := math.Max(have.Lo, t.Lo), math.Min(have.Hi, t.Hi)
		if lo <= hi {
			tests[i].Lo, tests[i].Hi = lo, hi
			return tests
		}
	}
	return append(tests, t)
}
