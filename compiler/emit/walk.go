package emit

import "github.com/tune-autonomic/tune/compiler/ir"

// mapExpr returns x with f applied to each of its direct parts. x itself stays as it is.
func mapExpr(x ir.Expr, f func(ir.Expr) ir.Expr) ir.Expr {
	opt := func(y ir.Expr) ir.Expr {
		if y == nil {
			return nil
		}
		return f(y)
	}
	switch x := x.(type) {
	case *ir.Col:
		y := *x
		y.Obj = f(x.Obj)
		return &y
	case *ir.Nav:
		y := *x
		y.Obj = f(x.Obj)
		return &y
	case *ir.NavAll:
		y := *x
		y.Set = f(x.Set)
		return &y
	case *ir.SetList:
		y := *x
		y.Elems = make([]ir.Expr, len(x.Elems))
		for i, e := range x.Elems {
			y.Elems[i] = f(e)
		}
		return &y
	case *ir.Unary:
		y := *x
		y.X = f(x.X)
		return &y
	case *ir.Binary:
		y := *x
		y.X, y.Y = f(x.X), f(x.Y)
		return &y
	case *ir.Cond:
		y := *x
		y.If, y.Then, y.Else = f(x.If), f(x.Then), f(x.Else)
		return &y
	case *ir.SetOp:
		y := *x
		y.Set, y.Filter, y.Key = f(x.Set), opt(x.Filter), opt(x.Key)
		return &y
	case *ir.Count:
		y := *x
		y.Set = f(x.Set)
		return &y
	case *ir.Hist:
		y := *x
		y.Obj = f(x.Obj)
		return &y
	case *ir.SerFun:
		y := *x
		y.X = f(x.X)
		return &y
	case *ir.Let:
		y := *x
		y.Value, y.In = f(x.Value), f(x.In)
		return &y
	}
	return x
}

// visit calls f for x and, while f returns true, for all of its parts.
func visit(x ir.Expr, f func(ir.Expr) bool) {
	if x != nil && f(x) {
		ir.Each(x, func(y ir.Expr) { visit(y, f) })
	}
}

// contains says whether ok holds of x or one of its parts.
func contains(x ir.Expr, ok func(ir.Expr) bool) bool {
	found := false
	visit(x, func(y ir.Expr) bool {
		found = found || ok(y)
		return !found
	})
	return found
}

// vars is a set of variables.
type vars map[*ir.Var]bool

func (vs vars) with(v *ir.Var) vars {
	more := vars{v: true}
	for w := range vs {
		more[w] = true
	}
	return more
}

// mentions says whether x reads one of vs.
func mentions(x ir.Expr, vs vars) bool {
	return contains(x, func(y ir.Expr) bool {
		ref, ok := y.(*ir.Ref)
		return ok && vs[ref.Var]
	})
}

// substitute puts y wherever x reads v.
func substitute(x ir.Expr, v *ir.Var, y ir.Expr) ir.Expr {
	if ref, ok := x.(*ir.Ref); ok && ref.Var == v {
		return y
	}
	return mapExpr(x, func(z ir.Expr) ir.Expr { return substitute(z, v, y) })
}

// uses counts how often x reads v.
func uses(x ir.Expr, v *ir.Var) int {
	n := 0
	visit(x, func(y ir.Expr) bool {
		if ref, ok := y.(*ir.Ref); ok && ref.Var == v {
			n++
		}
		return true
	})
	return n
}

// parts calls f with every expression that stands directly in s, and block with every list of statements in it.
func parts(s ir.Stmt, f func(ir.Expr), block func([]ir.Stmt)) {
	opt := func(x ir.Expr) {
		if x != nil {
			f(x)
		}
	}
	switch s := s.(type) {
	case *ir.Assign:
		f(s.Value)
	case *ir.Action:
		opt(s.Target)
		opt(s.Dest)
		for _, x := range s.Args {
			f(x)
		}
		if s.Text != nil {
			for _, x := range s.Text.Values {
				f(x)
			}
		}
		opt(s.Cond)
	case *ir.For:
		f(s.Set)
		opt(s.By)
		opt(s.While)
		opt(s.Filter)
		block(s.Body)
	case *lanes:
		for _, turn := range s.turns {
			block([]ir.Stmt{turn})
		}
	case *ir.Fork:
		for _, b := range s.Branches {
			block(b)
		}
	case *ir.If:
		f(s.Cond)
		block(s.Then)
		block(s.Else)
	case *ir.Pick:
		f(s.From)
		opt(s.By)
		opt(s.While)
		opt(s.Filter)
		block(s.Body)
	case *ir.SetEdit:
		f(s.Value)
	case *ir.Lift:
		f(s.VM)
	case *ir.Back:
		f(s.VM)
	case *ir.Put:
		f(s.VM)
		f(s.On)
	case *ir.AllOrNothing:
		block(s.Body)
	}
}

// anyStmt says whether ok holds of one of ss or of a statement within them.
func anyStmt(ss []ir.Stmt, ok func(ir.Stmt) bool) bool {
	for _, s := range ss {
		if ok(s) {
			return true
		}
		found := false
		parts(s, func(ir.Expr) {}, func(block []ir.Stmt) { found = found || anyStmt(block, ok) })
		if found {
			return true
		}
	}
	return false
}
