package emit

import (
	"fmt"
	"math"
	"strconv"

	"github.com/tune-autonomic/tune/compiler/bundle"
	"github.com/tune-autonomic/tune/compiler/ir"
)

// simplify returns an expression of the same value that is easier to compile: `not` stands only before what has no
// opposite, a set that is filtered to be asked about is never built, and constants are folded.
func simplify(x ir.Expr) ir.Expr {
	x = mapExpr(x, simplify)
	switch x := x.(type) {
	case *ir.Let:
		if atom(x.Value) || uses(x.In, x.Var) <= 1 {
			return simplify(substitute(x.In, x.Var, x.Value))
		}
	case *ir.Unary:
		if x.Op == bundle.NOT {
			return negate(x.X, x)
		}
		if n, ok := x.X.(*ir.Num); ok && x.Op == bundle.NEG {
			return &ir.Num{Node: x.Node, V: -n.V}
		}
	case *ir.Binary:
		return fold(x)
	case *ir.Count:
		if f, ok := filtered(x.Set); ok {
			y := *f
			y.Node, y.Kind = x.Node, bundle.SetCount
			return &y
		}
	case *ir.SetOp:
		return fuse(x)
	}
	return x
}

// atom says whether x costs nothing to write twice.
func atom(x ir.Expr) bool {
	switch x.(type) {
	case *ir.Num, *ir.Truth, *ir.None, *ir.Named, *ir.Ref:
		return true
	}
	return false
}

// negate returns `not x`. The opposite of a comparison is unknown where the comparison is, so it is the same.
func negate(x ir.Expr, not *ir.Unary) ir.Expr {
	again := func(y ir.Expr) ir.Expr { return negate(y, not) }
	switch x := x.(type) {
	case *ir.Truth:
		return &ir.Truth{Node: x.Node, V: !x.V}
	case *ir.Unary:
		if x.Op == bundle.NOT {
			return x.X
		}
	case *ir.Let:
		return &ir.Let{Node: x.Node, Var: x.Var, Value: x.Value, In: again(x.In)}
	case *ir.Cond:
		return &ir.Cond{Node: x.Node, If: x.If, Then: again(x.Then), Else: again(x.Else)}
	case *ir.Binary:
		y := *x
		switch x.Op {
		case bundle.LT:
			y.Op, y.X, y.Y = bundle.LE, x.Y, x.X
		case bundle.LE:
			y.Op, y.X, y.Y = bundle.LT, x.Y, x.X
		case bundle.EQ:
			y.Op = bundle.NE
		case bundle.NE:
			y.Op = bundle.EQ
		case bundle.SAME:
			y.Op = bundle.DIFF
		case bundle.DIFF:
			y.Op = bundle.SAME
		case bundle.AND:
			y.Op, y.X, y.Y = bundle.OR, again(x.X), again(x.Y)
		case bundle.OR:
			y.Op, y.X, y.Y = bundle.AND, again(x.X), again(x.Y)
		default:
			return &ir.Unary{Node: not.Node, Op: bundle.NOT, X: x}
		}
		return &y
	}
	return &ir.Unary{Node: not.Node, Op: bundle.NOT, X: x}
}

// fold computes what is constant, unless the result is not a finite number, and leaves out factors of one.
func fold(x *ir.Binary) ir.Expr {
	a, ok := x.X.(*ir.Num)
	b, ok2 := x.Y.(*ir.Num)
	switch {
	case ok && a.V == 1 && x.Op == bundle.MUL:
		return x.Y
	case ok2 && b.V == 1 && (x.Op == bundle.MUL || x.Op == bundle.DIV):
		return x.X
	case !ok || !ok2:
		return x
	}
	v := math.NaN()
	switch x.Op {
	case bundle.ADD:
		v = a.V + b.V
	case bundle.SUB:
		v = a.V - b.V
	case bundle.MUL:
		v = a.V * b.V
	case bundle.DIV:
		v = a.V / b.V
	}
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return x
	}
	return &ir.Num{Node: x.Node, V: v}
}

// filtered returns the filter that x is, if it is one.
func filtered(x ir.Expr) (*ir.SetOp, bool) {
	f, ok := x.(*ir.SetOp)
	return f, ok && f.Kind == bundle.SetFilter
}

// fuse asks the filter of x's set in x itself, and asks for a number where it is enough to know whether there is one.
func fuse(x *ir.SetOp) ir.Expr {
	if f, ok := filtered(x.Set); ok && (x.Kind != bundle.SetAll || x.Filter != nil || x.Key != nil) {
		y := *x
		y.Set = f.Set
		y.Filter = both(rename(f.Filter, f.It, x.It), x.Filter)
		if x.Kind == bundle.SetAll && x.Key == nil {
			y.Filter, y.Key = rename(f.Filter, f.It, x.It), x.Filter
		}
		x = &y
	}
	if x.Filter != nil || x.Key != nil {
		return x
	}
	number := bundle.Type{Base: bundle.Int, Space: -1, Class: -1}
	count := &ir.Count{Node: ir.Node{T: number, P: x.P}, Set: x.Set}
	switch x.Kind {
	case bundle.SetCount:
		return count
	case bundle.SetAny:
		none := &ir.Num{Node: ir.Node{T: number, P: x.P}}
		return &ir.Binary{Node: x.Node, Op: bundle.LT, X: none, Y: count}
	}
	return x
}

func both(x, y ir.Expr) ir.Expr {
	if x == nil {
		return y
	}
	if y == nil {
		return x
	}
	return &ir.Binary{Node: ir.Node{T: x.Type(), P: x.Where()}, Op: bundle.AND, X: x, Y: y}
}

// rename returns x with v called w.
func rename(x ir.Expr, v, w *ir.Var) ir.Expr {
	if x == nil || v == w {
		return x
	}
	return substitute(x, v, &ir.Ref{Node: ir.Node{T: w.Type, P: x.Where()}, Var: w})
}

// key writes x down so that two expressions have the same key only if they have the same value.
func (e *emitter) key(x ir.Expr) string {
	e.keyed = e.appendKey(e.keyed[:0], x)
	return string(e.keyed)
}

// appendKey appends the key of x: what it is, then the numbers that tell it from others of its kind, then its parts.
func (e *emitter) appendKey(b []byte, x ir.Expr) []byte {
	is := func(what string, numbers ...int64) {
		b = append(b, what...)
		for _, n := range numbers {
			b = append(strconv.AppendInt(b, n, 36), ',')
		}
	}
	switch x := x.(type) {
	case *ir.Num:
		is("num", int64(math.Float64bits(x.V)))
	case *ir.Truth:
		is("truth", int64(truth(x.V)))
	case *ir.None:
		is("none", int64(x.T.Space))
	case *ir.Named:
		is("inst", int64(x.Index))
	case *ir.Ref:
		is("v", int64(e.number(x.Var)))
	case *ir.Col:
		is("col", int64(x.Column))
	case *ir.Nav:
		is("nav", int64(x.Nav))
	case *ir.NavAll:
		is("all", int64(x.Nav))
	case *ir.Members:
		is("class", int64(x.Class))
	case *ir.EmptySet:
		is("empty", int64(x.T.Space))
	case *ir.Unary:
		is("op", int64(x.Op))
	case *ir.Binary:
		is("op", int64(x.Op))
	case *ir.SetOp:
		is("set", int64(x.Kind), int64(truth(x.Desc)), int64(truth(x.Filter != nil)), int64(truth(x.Key != nil)), int64(e.number(x.It)))
	case *ir.Hist:
		is("hist", int64(x.Hist))
	case *ir.SerFun:
		is("fun", int64(x.Fun))
	case *ir.Let:
		is("let", int64(e.number(x.Var)))
	default:
		is(fmt.Sprintf("%T", x))
	}
	b = append(b, '(')
	ir.Each(x, func(y ir.Expr) { b = append(e.appendKey(b, y), ' ') })
	return append(b, ')')
}

// number tells variables apart in keys.
func (e *emitter) number(v *ir.Var) int {
	n, ok := e.numbers[v]
	if !ok {
		n = len(e.numbers)
		e.numbers[v] = n
	}
	return n
}
