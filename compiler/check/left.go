package check

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tune-autonomic/tune/compiler/bundle"
	"github.com/tune-autonomic/tune/compiler/ir"
	"github.com/tune-autonomic/tune/lang"
)

// What a lossless policy is told of who serves: where it may drain the last one, where it lets requests in to what is
// stopped, and what it leaves out of service at its end.

// holdsServing says whether the policy promises that somebody serves.
func (b *body) holdsServing() bool { return b.p.decl.Lossless && !b.p.deploys }

// lossOfDrain notes a drain by an operation of cl after which nobody may be left to serve.
func (b *body) lossOfDrain(s *lang.OpCall, cl *class) {
	op := b.p.flow.of.op(s.Op.Text)
	what := lang.Print(s.Object) + "." + s.Op.Text
	for i, target := range targets(s) {
		of := b.p.flow.of.takes(cl, op, i)
		switch {
		case of == nil || of.loses == "" || b.p.unserved[of]:
		case of.most() == 1 || b.sure.count(of).most == 1:
			b.nobody(of, s.Span, what+" leaves nobody to serve: there is only one "+of.name+", and the requests that come then are lost", "add another before: "+of.name+"++")
		case !b.holdsServing():
		case !b.sure.left(of, target):
			b.lossOfLast(s, what+" can leave nobody to serve: ", of, target)
		case b.ownsFew(of, target) != nil:
			end := b.ownsFew(of, target)
			from := b.c.classes[end.Class].name
			b.nobody(of, s.Span, fmt.Sprintf("%s can leave nobody to serve: there may be several of %s, and each needs only %d of %s", what, from, end.Min, of.name),
				fmt.Sprintf("let %s.%s be [%d..*]", from, end.Role, b.sure.outWith(of, target)+1))
		case b.p.manyRuns() && len(s.Args) == 0 && b.around == nil:
			b.nobody(of, s.Span, what+" can leave nobody to serve: runs about others of "+of.name+" drain those at the same time",
				"drain it at what sends it requests: one run after the other does, or take all of "+of.name+" in turn in one run")
		}
	}
}

// lossOfLast notes a drain of what may be the last one of cl that serves, and what would leave another.
func (b *body) lossOfLast(s *lang.OpCall, what string, cl *class, target lang.Expr) {
	before := b.sure.outWith(cl, target) - 1
	switch {
	case b.sure.out.more[cl].n < many || b.around == nil:
	case failsOn(b.around):
		hint := "end the loop there: on failure stop"
		if b.around.OnFailure == "skip" && b.p.flow.of.takenBack(b.p.flow.of.op(s.Op.Text)) {
			hint = "take that back: on failure undo"
		}
		b.nobody(cl, s.Span, what+"the next turn comes when one has failed, and what that has drained stays so", hint)
		return
	default:
		hint := "let " + lang.Print(target) + " in again in its own turn"
		if back := b.undrainOf(s, cl); back != "" {
			hint += ": " + back
		}
		b.nobody(cl, s.Span, what+"what earlier turns have drained stays so", hint)
		return
	}
	known := b.sure.count(cl)
	there := "there may be only one " + cl.name
	switch {
	case before >= many-1:
		there = fmt.Sprintf("any number of %s may be drained or not started", cl.name)
	case before > 0:
		there = fmt.Sprintf("%d of %s may be drained or not started, and there may be only %d", before, cl.name, known.least)
	}
	if most := cl.most(); most >= 0 && most <= before+1 {
		b.nobody(cl, s.Span, what+there, "let in again what is drained before, or drain fewer at once")
		return
	}
	guard := fmt.Sprintf("count(%s) > %d", b.nameOf(cl), before+1)
	b.nobody(cl, s.Span, what+there, fmt.Sprintf("guard it: when %s, or let there be %d of %s at least", guard, before+2, cl.name))
	b.p.loss[len(b.p.loss)-1].mend = b.guards(guard)
}

// nobody notes an action after which nobody of cl may serve. One such is enough for a policy: what mends it mends others.
func (b *body) nobody(cl *class, at lang.Span, msg, hint string) {
	b.p.unserved[cl] = true
	b.hazard(at, msg, hint)
	if n := len(b.p.loss); n > 0 {
		b.p.loss[n-1].leaves = cl
	}
}

// ownsFew is the end of a link at which each of several has some of cl for itself, and may have none left without target; nil
// if there is none.
func (b *body) ownsFew(cl *class, target lang.Expr) *bundle.LinkEnd {
	for i := range b.c.tables.Links {
		l := &b.c.tables.Links[i]
		if l.Right.Class == cl.index && l.Right.Max == 1 && b.sure.count(b.c.classes[l.Left.Class]).most > 1 && int(l.Left.Min) <= b.sure.outWith(cl, target) {
			return &l.Left
		}
	}
	return nil
}

// lossOfWait notes that runs about others go on while this one waits with something drained.
func (b *body) lossOfWait(s posed) {
	if !b.holdsServing() || !b.p.manyRuns() {
		return
	}
	for _, key := range sortedKeys(b.sure.out.named) {
		one := b.sure.out.named[key]
		if one.class.loses == "" || len(one.by) == 0 || b.p.unserved[one.class] {
			continue
		}
		b.nobody(one.class, s.Pos(), "while this waits, "+key+" is drained, and runs about others go on: they can leave nobody to serve", "wait before "+key+" is drained, or when it is let in again")
	}
}

// manyRuns says whether several runs of the policy may be under way at a time: about different things.
func (p *policy) manyRuns() bool {
	return slices.ContainsFunc(p.out.Params, func(v *ir.Var) bool { return v.Type.Base == bundle.Inst })
}

// nameOf is what the policy's file calls a class.
func (b *body) nameOf(cl *class) string {
	if names := b.p.unit.namesOfClass(cl); len(names) > 0 {
		return names[0]
	}
	return cl.name
}

// undrainOf is the operation of cl that takes a drain back, as it would stand there; "" if there is none.
func (b *body) undrainOf(s *lang.OpCall, cl *class) string {
	owner := b.p.flow.of.owner(s.Op.Text)
	if owner == nil || b.p.unit != b.c.system {
		return "" // a module's operations have names of its own
	}
	var args []string
	for _, a := range s.Args {
		args = append(args, lang.Print(a.Value))
	}
	return owner.undrain(owner.opDecls[owner.ops[s.Op.Text]], lang.Print(s.Object), args)
}

// undrain writes the operation that takes back what another one of the class drains; "" if there is none.
func (cl *class) undrain(drain *lang.Op, object string, args []string) string {
	op := cl.takesBack(drain)
	if op == nil {
		return ""
	}
	call := object + "." + op.Name.Text
	if len(args) > 0 {
		call += "(" + strings.Join(args, ", ") + ")"
	}
	return call
}

// takesBack is the operation that takes back what another one of the class drains; nil if there is none.
func (cl *class) takesBack(drain *lang.Op) *lang.Op {
	for _, op := range cl.opDecls {
		if op.Undrains && sameParams(op.Params, drain.Params) {
			return op
		}
	}
	return nil
}

func sameParams(some, others []*lang.Param) bool {
	if len(some) != len(others) {
		return false
	}
	for i, p := range some {
		if p.Type == nil || others[i].Type == nil || p.Type.Name.Text != others[i].Type.Name.Text {
			return false
		}
	}
	return true
}

// lossOfUndrain notes that requests are let in to what is stopped, or not started yet.
func (b *body) lossOfUndrain(s *lang.OpCall) {
	if !b.holdsServing() {
		return
	}
	for _, target := range targets(s) {
		one := b.sure.out.named[b.sure.out.find(b.sure.names(target))]
		if one.stopped || one.made {
			name := lang.Print(target)
			b.nobody(one.class, s.Span, lang.Print(s.Object)+"."+s.Op.Text+" lets requests in to "+name+", which may be stopped", "start it before: start "+name)
		}
	}
}

// lossAtEnd notes what the policy has taken out of service and leaves there when it ends well: what the next runs take comes
// to that.
func (b *body) lossAtEnd() {
	if !b.holdsServing() {
		return
	}
	for _, key := range sortedKeys(b.sure.out.named) {
		one := b.sure.out.named[key]
		switch {
		case one.failed:
		case one.stopped:
			b.stays(one.class, one.at, key+" is drained here, and stays stopped", "start it again and let it in, or remove it: "+key+"--")
		case len(one.by) > 0:
			b.stays(one.class, one.at, key+" stays drained", "let it in again before the end, on every way that doesn't fail")
		}
	}
	for _, cl := range b.c.classes {
		if g := b.sure.out.more[cl]; g.n > 0 && !g.failed && !g.idle {
			b.stays(cl, g.at, "what is drained here stays so", "let it in again in the same turn, or all of them after the loop")
		}
	}
}

func (b *body) stays(cl *class, at lang.Span, what, hint string) {
	if cl.loses == "" || b.p.unserved[cl] || b.p.kept[at] {
		return
	}
	b.p.kept[at] = true
	b.hazard(at, what+" when the policy has ended: its next runs can leave nobody to serve", hint)
	b.p.loss[len(b.p.loss)-1].leaves = cl
}
