package check

import (
	"slices"

	"github.com/tune-autonomic/tune/compiler/bundle"
	"github.com/tune-autonomic/tune/compiler/ir"
)

// allKnown says whether values are known whatever is measured: an event brings none that isn't.
func (b *body) allKnown(args []ir.Expr) bool {
	return !slices.ContainsFunc(args, func(e ir.Expr) bool {
		switch e := e.(type) {
		case *ir.Num, *ir.Truth:
			return false
		case *ir.Ref:
			return e.T.Base != bundle.Inst && !slices.Contains(b.p.out.Params, e.Var)
		case *ir.Col:
			return b.c.tables.Columns[e.Column].Kind != bundle.ColAttr
		}
		return e.Type().Base != bundle.Inst
	})
}
