package check

import (
	"slices"

	"github.com/tune-autonomic/tune/compiler/bundle"
	"github.com/tune-autonomic/tune/compiler/ir"
	"github.com/tune-autonomic/tune/lang"
)

// weighing holds an operation that weighs to what it takes: a component, and the number that is its weight.
func (c *checker) weighing(cl *class, d *lang.Op, params []bundle.Type) {
	if !d.Weighs {
		return
	}
	to, components, numbers := cl.sendsTo(), 0, 0
	for i, t := range params {
		switch {
		case t.Base == bundle.Void:
			return // it has been said what is wrong with its type
		case t.Base == bundle.Inst && c.spaces[t.Space].kind == bundle.Component:
			to = d.Params[i].Type.Name.Text
			components++
		case t.Base == bundle.Int || t.Base == bundle.Float:
			numbers++
		}
	}
	if components != 1 || numbers != 1 || len(params) != 2 {
		c.report("TUNE0207", c.system, d.Name.Span, "an operation that weighs takes one component, whose requests it is about, and its weight, a number",
			"write op "+d.Name.Text+"(to: "+to+", weight: float) weighs")
	}
}

// sendsTo is the name of the first class to which a link leads from here.
func (cl *class) sendsTo() string {
	for _, name := range sortedKeys(cl.members) {
		if r := cl.members[name].role; r != nil && !r.right {
			return r.to.name
		}
	}
	return "COMPONENT"
}

// weight holds the weight that an operation is called with to what it can be, if that is known.
func (b *body) weight(x ctx, s *lang.OpCall, op *bundle.Op, args []ir.Expr) {
	if !op.Weighs {
		return
	}
	i := slices.IndexFunc(args, func(e ir.Expr) bool { n, isNum := e.(*ir.Num); return isNum && n.V <= 0 })
	if i >= 0 {
		b.c.report("TUNE0214", x.unit, s.Span, "a weight is more than 0", "who is to get no requests is drained")
	}
}

// weighsInVain reports an operation that a use gives to a module of the library to weigh with, and that isn't marked so:
// the module would run and change nothing.
func (c *checker) weighsInVain(u *unit, m *module, d *lang.Use) {
	a, given := u.members["weigh"]
	if !given || !c.library[m.file] || a.class == nil {
		return
	}
	i, isOp := a.class.ops[a.name]
	if !isOp || a.class.opDecls[i].Weighs {
		return
	}
	at := d.Span
	for _, arg := range d.Args {
		if arg.Name.Text == "weigh" {
			at = arg.Value.Pos()
		}
	}
	c.report("TUNE0215", c.system, at, "operation "+a.name+" of "+a.class.name+" isn't marked `weighs`: "+m.name+" would change nothing", "mark it where it is declared: op "+a.name+"(…) weighs")
	c.relate(c.system, a.class.opDecls[i].Span, "it is declared here")
}
