package emit

import (
	"math"

	"github.com/tune-autonomic/tune/compiler/bundle"
	"github.com/tune-autonomic/tune/compiler/ir"
)

// value computes a whole expression into dst. What stands in it more than once is computed once.
func (c *coder) value(dst uint8, x ir.Expr) {
	c.once(dst, simplify(x))
}

// once computes x into dst, and what stands in it more than once only once.
func (c *coder) once(dst uint8, x ir.Expr) {
	defer c.close(c.open())
	c.share(c.repeated(x), x)
	c.into(dst, x)
}

// argument is a whole expression's register: the variable's own, or the next free one.
func (c *coder) argument(x ir.Expr) uint8 {
	if r, ok := c.inRegister(x); ok {
		return r
	}
	r := c.temp()
	c.value(r, x)
	return r
}

// operand is the register that holds x: the one where it is already, or the next free one.
func (c *coder) operand(x ir.Expr) uint8 {
	if r, ok := c.inRegister(x); ok {
		return r
	}
	r := c.temp()
	c.into(r, x)
	return r
}

func (c *coder) inRegister(x ir.Expr) (uint8, bool) {
	if ref, ok := x.(*ir.Ref); ok {
		r, ok := c.regs[ref.Var]
		if !ok {
			c.fail("can't be compiled: %s is read where it has no value", ref.Var.Name)
		}
		return r, true
	}
	if len(c.known) == 0 {
		return 0, false
	}
	key := c.key(x)
	for _, k := range c.known {
		if k.key == key {
			return k.reg, true
		}
	}
	return 0, false
}

// into computes x into dst, which is written last of all.
func (c *coder) into(dst uint8, x ir.Expr) {
	if r, ok := c.inRegister(x); ok {
		if r != dst {
			c.emit(bundle.MOV, dst, r, 0, 0)
		}
		return
	}
	defer c.close(c.open())
	defer c.from(x.Where())()
	switch x := x.(type) {
	case *ir.Num:
		c.emit(bundle.NUM, dst, 0, 0, c.constant(x.V))
	case *ir.Truth:
		c.emit(bundle.BOOL, dst, 0, 0, truth(x.V))
	case *ir.None:
		c.emit(bundle.NONE, dst, 0, 0, x.T.Space)
	case *ir.Named:
		c.emit(bundle.INST, dst, 0, 0, x.Index)
	case *ir.Col:
		c.emit(bundle.COL, dst, c.operand(x.Obj), 0, x.Column)
	case *ir.Nav:
		c.emit(c.navOp(x.Nav), dst, c.operand(x.Obj), 0, x.Nav)
	case *ir.NavAll:
		c.emit(bundle.NAVA, dst, c.operand(x.Set), 0, x.Nav)
	case *ir.Members:
		c.emit(bundle.CLASS, dst, 0, 0, x.Class)
	case *ir.EmptySet:
		c.emit(bundle.EMPTY, dst, 0, 0, x.T.Space)
	case *ir.SetList:
		c.setList(dst, x)
	case *ir.Unary:
		c.emit(x.Op, dst, c.operand(x.X), 0, 0)
	case *ir.Binary:
		c.binary(dst, x)
	case *ir.Cond:
		c.cond(dst, x)
	case *ir.SetOp:
		c.setOp(dst, x)
	case *ir.Count:
		c.emit(bundle.COUNT, dst, c.operand(x.Set), 0, 0)
	case *ir.Hist:
		c.emit(bundle.HIST, dst, c.operand(x.Obj), 0, x.Hist)
	case *ir.SerFun:
		c.emit(bundle.SERFUN, dst, c.operand(x.X), 0, x.Fun)
	case *ir.Let:
		c.regs[x.Var] = c.operand(x.Value)
		c.into(dst, x.In)
	default:
		c.fail("can't be compiled: no code for a %T", x)
	}
}

func truth(b bool) int32 {
	if b {
		return 1
	}
	return 0
}

func (c *coder) navOp(nav int32) bundle.Op_ {
	if c.out.Navs[nav].Many {
		return bundle.NAVS
	}
	return bundle.NAV
}

func (c *coder) binary(dst uint8, x *ir.Binary) {
	a, b := c.operand(x.X), c.operand(x.Y)
	k := int32(0)
	switch x.Op {
	case bundle.FITS, bundle.WATTS:
		k = x.X.Type().Space
	}
	c.emit(x.Op, dst, a, b, k)
}

// setList makes the set of its own that a list is.
func (c *coder) setList(dst uint8, x *ir.SetList) {
	elems := make([]uint8, len(x.Elems))
	for i, e := range x.Elems {
		elems[i] = c.operand(e)
	}
	c.emit(bundle.EMPTY, dst, 0, 0, x.T.Space)
	for _, r := range elems {
		c.emit(bundle.SADD, dst, r, 0, 0)
	}
}

func (c *coder) cond(dst uint8, x *ir.Cond) {
	other, end := c.later(), c.later()
	c.unless(x.If, other)
	c.into(dst, x.Then)
	c.jump(bundle.JMP, 0, 0, end)
	c.bind(other)
	c.into(dst, x.Else)
	c.bind(end)
}

// repeated finds what the expressions read more than once and is cheap enough to read before it is sure to be needed.
func (c *coder) repeated(xs ...ir.Expr) map[string]bool {
	count := map[string]int{}
	for _, x := range xs {
		visit(x, func(y ir.Expr) bool {
			if cheap(y) {
				count[c.key(y)]++
			}
			return true
		})
	}
	twice := map[string]bool{}
	for k, n := range count {
		if n > 1 {
			twice[k] = true
		}
	}
	return twice
}

// cheap says whether x is a few instructions without a set: a column, a navigation to one, or arithmetic over these.
func cheap(x ir.Expr) bool {
	switch x := x.(type) {
	case *ir.Col:
		return leaf(x.Obj)
	case *ir.Nav:
		return x.T.Base == bundle.Inst && leaf(x.Obj)
	case *ir.Binary:
		return bundle.ADD <= x.Op && x.Op <= bundle.MAX && leaf(x.X) && leaf(x.Y)
	}
	return false
}

func leaf(x ir.Expr) bool { return atom(x) || cheap(x) }

// share computes those values of twice that x reads on every way, each once, and keeps them until the scope ends.
// Whatever is read within a set operation for its elements is left to that.
func (c *coder) share(twice map[string]bool, x ir.Expr) {
	if len(twice) == 0 || x == nil {
		return
	}
	switch x := x.(type) {
	case *ir.Cond:
		c.share(twice, x.If)
		return
	case *ir.SetOp:
		c.share(twice, x.Set)
		return
	case *ir.Let:
		c.share(twice, x.Value)
		return
	case *ir.Binary:
		if x.Op == bundle.OR || x.Op == bundle.AND {
			c.share(twice, x.X)
			return
		}
	}
	ir.Each(x, func(y ir.Expr) { c.share(twice, y) })
	if !cheap(x) {
		return
	}
	key := c.key(x)
	if _, known := c.inRegister(x); known || !twice[key] {
		return
	}
	r := c.temp()
	c.into(r, x)
	c.known = append(c.known, knownValue{key, r})
}

// constant returns the index of v in Consts. Every unknown number is the same one.
func (e *emitter) constant(v float64) int32 {
	if math.IsNaN(v) {
		v = math.NaN()
	}
	bits := math.Float64bits(v)
	k, ok := e.consts[bits]
	if !ok {
		k = int32(len(e.out.Consts))
		e.consts[bits] = k
		e.out.Consts = append(e.out.Consts, v)
	}
	return k
}
