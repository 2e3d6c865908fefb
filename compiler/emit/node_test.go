package emit

import (
	"fmt"

	"github.com/tune-autonomic/tune/compiler/ir"
)

func nodeName(x any) string { return fmt.Sprintf("%T", x) }

// note records every kind of node in p.
func note(seen map[string]bool, p *ir.Program) {
	expr := func(x ir.Expr) {
		visit(x, func(y ir.Expr) bool {
			seen[nodeName(y)] = true
			return true
		})
	}
	var block func([]ir.Stmt)
	block = func(ss []ir.Stmt) {
		for _, s := range ss {
			seen[nodeName(s)] = true
			parts(s, expr, block)
		}
	}
	for _, pol := range p.Policies {
		for _, s := range pol.States {
			block(s.Body)
			for _, t := range s.Next {
				expr(t.Guard)
			}
		}
	}
}
