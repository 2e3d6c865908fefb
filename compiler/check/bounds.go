package check

import (
	"fmt"
	"slices"

	"github.com/tune-autonomic/tune/compiler/bundle"
	"github.com/tune-autonomic/tune/lang"
)

// Bounds: how many there may be of a class, and how many the roles of others need.

// headless says whether the head of the policy, where a guard may stand, could not be read.
func (p *policy) headless() bool {
	head := p.decl.Span
	if len(p.decl.States) > 0 {
		head.End = p.decl.States[0].Span.Start
	}
	return p.unit.lost.holed(head)
}

// most is how many of a class there may be, -1 for no bound.
func (cl *class) most() int { return int(cl.table.Max) }

// roles are a link as one end sees it: each of from needs least of to, and each of to can have most of from (-1: any number).
type roles struct {
	from, to    *class
	name        string
	least, most int
}

// ends is a link as each of its ends sees it.
func (c *checker) ends(l bundle.Link) [2]roles {
	left, right := c.classes[l.Left.Class], c.classes[l.Right.Class]
	return [2]roles{
		{from: left, to: right, name: left.name + "." + l.Left.Role, least: int(l.Left.Min), most: int(l.Right.Max)},
		{from: right, to: left, name: right.name + "." + l.Right.Role, least: int(l.Right.Min), most: int(l.Left.Max)},
	}
}

// filled says whether n of from can all have what they need, when there are so many of to.
func (r *roles) filled(n, to int) bool {
	if n <= 0 || r.least == 0 || r.from.unsure || r.to.unsure {
		return true
	}
	return to >= r.least && (r.most < 0 || min(to, many)*r.most >= min(n, many)*r.least)
}

// checkFirst reports roles that can't be filled with what a deployment makes. Where a role leads to one, what reads it counts
// on that.
func (c *checker) checkFirst(d *lang.Link, l bundle.Link) {
	for i, end := range []lang.LinkEnd{d.Left, d.Right} {
		r := c.ends(l)[i]
		n, to := int(r.from.table.Initial), int(r.to.table.Initial)
		if most := r.to.most(); r.filled(n, to) || most >= 0 && most < r.least { // that many there can't be, as was said
			continue
		}
		code := findingCode("TUNE0301")
		if end.Bounds.Max == 1 {
			code = "TUNE0217"
		}
		c.report(code, c.system, end.Bounds.Span,
			fmt.Sprintf("%s needs at least %d: a deployment makes %d of %s and %d of %s", r.name, r.least, n, r.from.name, to, r.to.name),
			"say how many there are `initially`, or let "+r.name+" be "+optional(end.Bounds))
	}
}

// optional is a multiplicity without its minimum.
func optional(b lang.Bounds) string {
	if b.Max < 0 {
		return "[*]"
	}
	return fmt.Sprintf("[0..%d]", b.Max)
}

// checkRoles reports a creation or a removal of one of cl that may leave a role of it, or of others, without what it needs.
func (b *body) checkRoles(x ctx, s posed, cl *class, what string, removes bool) {
	for _, l := range b.c.tables.Links {
		for i, r := range b.c.ends(l) {
			code := findingCode("TUNE0302")
			mine, n, to := r.from, b.sure.count(r.from).most, b.sure.count(r.to).least
			if removes {
				code, mine, to = "TUNE0301", r.to, to-1
			} else {
				n = min(n+1, many)
			}
			bounds := []bundle.LinkEnd{l.Left, l.Right}[i]
			if mine != cl || l.Left.Class == l.Right.Class || r.filled(n, to) || b.fewer(&r) {
				continue
			}
			hint := "let " + r.name + " be " + optional(lang.Bounds{Min: int(bounds.Min), Max: int(bounds.Max)})
			guard := r.guard(b.sure.count(r.from), b.sure.count(r.to), removes)
			if guard != "" {
				hint = b.guarding(guard) + ", or " + hint
			}
			b.c.report(code, x.unit, s.Pos(), fmt.Sprintf("%s can leave %s without the %s that it needs", what, r.name, counted(r.least, r.to)), hint)
			if guard != "" {
				b.guard(guard)
			}
			return
		}
	}
}

func counted(n int, cl *class) string {
	if n == 1 {
		return cl.name
	}
	return fmt.Sprintf("%d of %s", n, cl.name)
}

// pairs says whether it is enough that there are fewer of from than of to.
func (r *roles) pairs() bool { return r.least == 1 }

// fewer says whether that was asked.
func (b *body) fewer(r *roles) bool {
	return r.pairs() && b.sure.holds(sureFewer, className(r.from), className(r.to))
}

func className(cl *class) lang.Expr { return &lang.Ident{Name: lang.Name{Text: cl.name}} }

// guard is the condition under which the roles stay filled; "" if there is none in these numbers.
func (r *roles) guard(from, to between, removes bool) string {
	switch {
	case removes && (r.most < 0 || from.most < many):
		need := r.least
		if r.most > 0 {
			need = max(need, (from.most*r.least+r.most-1)/r.most)
		}
		if most := r.to.most(); most < 0 || need < most {
			return fmt.Sprintf("count(%s) > %d", r.to.name, need)
		}
	case !removes && r.most > 0 && to.least >= r.least && to.least*r.most/r.least > int(r.from.table.Min):
		return fmt.Sprintf("count(%s) < %d", r.from.name, to.least*r.most/r.least)
	case !removes && r.most < 0:
		return fmt.Sprintf("count(%s) >= %d", r.to.name, r.least)
	}
	if most := r.to.most(); r.pairs() && (most < 0 || int(r.from.table.Min) < most) {
		return fmt.Sprintf("count(%s) < count(%s)", r.from.name, r.to.name)
	}
	return ""
}

// ask reports a step that a guard would make good, if it can hold.
func (b *body) ask(code findingCode, x ctx, at lang.Span, msg, guard string, holds bool) {
	if !holds {
		b.c.report(code, x.unit, at, msg, "do it less often: this state does more than there is room for")
		return
	}
	b.c.report(code, x.unit, at, msg, b.guarding(guard))
	b.guard(guard)
}

// guarding says where a guard belongs: what is asked before a loop is known of its first turn only.
func (b *body) guarding(guard string) string {
	switch {
	case b.around == nil:
		return "guard it: when " + guard
	case b.around.AtMost > 1:
		return "ask before each turn, one at a time: while " + guard
	}
	return "ask before each turn: while " + guard
}

// countSteps is how many of the state's own steps, or of a turn of the loop, are such: a guard must leave room for all of them.
func (b *body) countSteps(such func(lang.Stmt) bool) (n int) {
	steps := b.state.decl.Body
	if b.around != nil {
		steps = b.around.Body
	}
	for _, st := range steps {
		if such(st) {
			n++
		}
	}
	return n
}

// removals is how many of the state's own steps remove one of a class, as far as that is known here.
func (b *body) removals(x ctx, cl *class) int {
	return b.countSteps(func(st lang.Stmt) bool {
		s, isRemove := st.(*lang.Remove)
		return isRemove && slices.Contains(b.c.classesOf(b.typeOf(x, s.Target)), cl)
	})
}
