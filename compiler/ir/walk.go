package ir

// Each calls f with the direct parts of x, in the order in which they are written.
func Each(x Expr, f func(Expr)) {
	switch x := x.(type) {
	case *Col:
		f(x.Obj)
	case *Nav:
		f(x.Obj)
	case *NavAll:
		f(x.Set)
	case *SetList:
		for _, e := range x.Elems {
			f(e)
		}
	case *Unary:
		f(x.X)
	case *Binary:
		f(x.X)
		f(x.Y)
	case *Cond:
		f(x.If)
		f(x.Then)
		f(x.Else)
	case *SetOp:
		f(x.Set)
		if x.Filter != nil {
			f(x.Filter)
		}
		if x.Key != nil {
			f(x.Key)
		}
	case *Count:
		f(x.Set)
	case *Hist:
		f(x.Obj)
	case *SerFun:
		f(x.X)
	case *Let:
		f(x.Value)
		f(x.In)
	}
}

// Same says whether two expressions are one: in the same moment they have the same value, for nothing here has an effect
// or a choice, and of equals the first is taken. What the elements of their sets are called doesn't matter.
func Same(x, y Expr) bool { return same(x, y, nil) }

// renamed is what one name of x is called in y, and what lies around it.
type renamed struct {
	x, y   *Var
	around *renamed
}

func same(x, y Expr, names *renamed) bool {
	if itself(x) != itself(y) {
		return false
	}
	switch x := x.(type) {
	case *Ref:
		return names.same(x.Var, y.(*Ref).Var)
	case *SetOp:
		names = &renamed{x.It, y.(*SetOp).It, names}
	case *Let:
		names = &renamed{x.Var, y.(*Let).Var, names}
	}
	ours, theirs := parts(x), parts(y)
	if len(ours) != len(theirs) {
		return false
	}
	for i := range ours {
		if !same(ours[i], theirs[i], names) {
			return false
		}
	}
	return true
}

func (r *renamed) same(x, y *Var) bool {
	for ; r != nil; r = r.around {
		if r.x == x || r.y == y {
			return r.x == x && r.y == y
		}
	}
	return x == y
}

func parts(x Expr) []Expr {
	var all []Expr
	Each(x, func(y Expr) { all = append(all, y) })
	return all
}

// itself is what an expression is without its parts, its place and its names.
func itself(x Expr) any {
	switch x := x.(type) {
	case *Num:
		return Num{V: x.V}
	case *Truth:
		return Truth{V: x.V}
	case *None:
		return None{Node{T: x.T}}
	case *Named:
		return Named{Index: x.Index}
	case *Ref:
		return Ref{}
	case *Col:
		return Col{Column: x.Column}
	case *Nav:
		return Nav{Nav: x.Nav}
	case *NavAll:
		return NavAll{Nav: x.Nav}
	case *Members:
		return Members{Class: x.Class}
	case *EmptySet:
		return EmptySet{Node{T: x.T}}
	case *SetList:
		return "a list" // which has nothing but parts
	case *Unary:
		return Unary{Op: x.Op}
	case *Binary:
		return Binary{Op: x.Op}
	case *SetOp:
		return [...]any{x.Kind, x.Desc, x.Filter != nil, x.Key != nil}
	case *Cond:
		return Cond{}
	case *Count:
		return Count{}
	case *Let:
		return Let{}
	case *Hist:
		return Hist{Hist: x.Hist}
	case *SerFun:
		return SerFun{Fun: x.Fun}
	}
	return x
}
