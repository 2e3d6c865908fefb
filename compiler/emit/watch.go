package emit

import (
	"slices"

	"github.com/tune-autonomic/tune/compiler/bundle"
	"github.com/tune-autonomic/tune/compiler/ir"
)

// watches lists the cells that a condition over subject reads, in the order in which it does, and says whether it also
// depends on where things stand. Attributes never change, so nobody watches them.
func (e *emitter) watches(cond ir.Expr, subject *ir.Var) (ws []bundle.Watch, structural bool) {
	add := func(column int32, self bool) {
		if e.out.Columns[column].Kind == bundle.ColAttr {
			return
		}
		w := bundle.Watch{Column: column, Self: self}
		if !slices.Contains(ws, w) {
			ws = append(ws, w)
		}
	}
	addAll := func(space int32) {
		for i, col := range e.out.Columns {
			if col.Space == space {
				add(int32(i), false)
			}
		}
	}
	visit(cond, func(x ir.Expr) bool {
		switch x := x.(type) {
		case *ir.Col:
			add(x.Column, subject != nil && reads(x.Obj, subject))
		case *ir.Hist:
			add(e.out.Hists[x.Hist].Column, subject != nil && reads(x.Obj, subject))
		case *ir.Nav, *ir.NavAll, *ir.Members:
			structural = true
		case *ir.Binary:
			if x.Op == bundle.FITS { // what is required of a host is the runtime's to know
				structural = true
				addAll(x.X.Type().Space)
				addAll(x.Y.Type().Space)
			}
		}
		return true
	})
	return ws, structural
}
