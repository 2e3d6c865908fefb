package check

import (
	"slices"
	"strings"

	"github.com/tune-autonomic/tune/compiler/bundle"
	"github.com/tune-autonomic/tune/lang"
)

// Loss: what an action may cost the requests that are under way. A policy marked `lossless` may reach no such action, its
// undo included; in any other it is a warning that names what would avoid it.

// hazard is one action that may lose requests.
type hazard struct {
	span lang.Span
	msg  string
	hint string
	// leaves is the class of which nobody may be left to serve, if that is what is lost.
	leaves *class
	// drains says that it is lost if something isn't drained, or let in again.
	drains bool
	// of is what isn't drained, as it is called there.
	of string
	// mend are changes that would avoid the loss; none if that takes a person.
	mend []lang.Edit
	// guess says that the mend changes what the author may want: a person decides.
	guess bool
}

// started is a start that an undo would take back by a stop.
type started struct {
	state *stateFlow
	span  lang.Span
	class *class
	what  string
	more  bool // something after it in the same state may fail
}

func (b *body) hazard(span lang.Span, msg, hint string) {
	if !b.p.deploys || b.p.decl.Lossless {
		b.p.loss = append(b.p.loss, hazard{span: span, msg: msg, hint: hint})
	}
}

// lossOf notes that an action takes down an instance of cl, by way of its operation op.
func (b *body) lossOf(s posed, cl *class, what, op string, target lang.Expr) {
	switch {
	case cl.interrupting(op):
		b.hazard(s.Pos(), what+" loses requests: "+op+" of "+cl.name+" interrupts", instead(cl))
	case !cl.sureLoss && b.drained(cl, target):
	case cl.kind == bundle.VM && b.sure.has(sureEmpty, target):
	case cl.kind == bundle.VM && cl.loses != "":
		b.hazard(s.Pos(), what+" loses the requests of what runs there: "+cl.loses,
			instead(cl)+"; or drain and remove what runs there, and ask before: when empty("+lang.Print(target)+")")
	case cl.table.Stateful:
		b.undrained(s, cl, what+" loses requests: "+cl.name+" is stateful", target)
	case cl.drainable(op):
		b.undrained(s, cl, what+" loses requests: "+cl.name+b.notDrained(cl, target), target)
	case cl.loses != "":
		b.undrained(s, cl, what+" loses requests: they come to "+cl.name+", which"+b.notDrained(cl, target), target)
	}
}

// drainable says whether the operation is marked `interrupts unless drained`.
func (cl *class) drainable(op string) bool {
	i, ok := cl.ops[op]
	return ok && cl.table.Ops[i].UnlessDrained
}

// lossOfOp notes an operation that interrupts.
func (b *body) lossOfOp(s *lang.OpCall, cl *class, op int32) {
	o := cl.table.Ops[op]
	what := lang.Print(s.Object) + "." + o.Name
	switch {
	case o.Drains:
		b.lossOfDrain(s, cl)
	case o.Undrains:
		b.lossOfUndrain(s)
	}
	switch {
	case o.UnlessDrained && !b.drained(cl, s.Object):
		b.undrained(s, cl, what+" interrupts: "+cl.name+b.notDrained(cl, s.Object), s.Object)
	case o.Interrupts && !o.UnlessDrained:
		b.hazard(s.Span, what+" interrupts: the requests in it are lost", b.c.withoutLoss())
	}
}

// withoutLoss says what an operation of the program's own that interrupts would need. Nothing else does what it does.
func (c *checker) withoutLoss() string {
	if len(c.drains) > 0 {
		return "if it costs nothing what was drained, mark it `interrupts unless drained`, and drain it before"
	}
	return "if it costs nothing what gets no requests, mark it `interrupts unless drained`, and let an operation that `drains` come before it"
}

// lossOfHost notes the release or the fencing of a host that may hold something stateful.
func (b *body) lossOfHost(s *lang.Act, family *class) {
	if family.loses == "" {
		return
	}
	if s.Verb.Text == "release" && b.sure.has(sureEmpty, s.Object) {
		return
	}
	host := lang.Print(s.Object)
	hint := "migrate away what runs there, and ask before: when empty(" + host + ")"
	if s.Verb.Text == "fence" {
		hint = "migrate away what runs there while it answers"
	}
	b.hazard(s.Span, s.Verb.Text+" "+host+" loses the requests of what may run there: "+family.loses, hint)
}

// lossOfStart remembers a start: its undo is a stop, unless it takes back one itself.
func (b *body) lossOfStart(s posed, cl *class, target lang.Expr) {
	object := lang.Print(target)
	if b.p.deploys && !b.p.decl.Lossless {
		return
	}
	if cl.interrupting("start") {
		b.hazard(s.Pos(), object+".start interrupts: the requests in it are lost", instead(cl))
	}
	if cl.loses != "" && !b.sure.wasHalted(target) {
		stmt, _ := s.(lang.Stmt)
		if b.undone != nil && stmt != b.undone {
			b.hazard(s.Pos(), "if its turn fails, undo stops "+object+" again, and that loses requests", "start it last, or say on failure skip")
		}
		b.p.start = append(b.p.start, started{
			state: b.state, span: s.Pos(), class: cl, what: object, more: b.loops > 0 || stmt != b.last,
		})
	}
}

// follows says whether a statement stands right behind another one.
func (b *body) follows(s, before lang.Span) bool {
	between := b.c.written(b.p.unit, lang.Span{Start: before.End, End: s.Start})
	return before.End <= s.Start && !slices.ContainsFunc(lang.Tokens(between), func(t lang.Token) bool {
		return t.Kind != lang.TokenComment && between[t.Span.Start:t.Span.End] != ";"
	})
}

// undrained notes a loss that a drain right before it would avoid, if the program has one for such software.
func (b *body) undrained(s posed, cl *class, msg string, target lang.Expr) {
	of := lang.Print(target)
	_, isOp := s.(*lang.OpCall)
	if n := len(b.p.loss); !isOp && n > 0 && b.p.loss[n-1].of == of && b.follows(s.Pos(), b.p.loss[n-1].span) {
		b.p.loss[n-1].span.End = s.Pos().End // it is stopped, and removed: what drains it before the one does so before the other
		return
	}
	b.hazard(s.Pos(), msg, b.avoid(s, cl))
	if n := len(b.p.loss); n > 0 {
		last := &b.p.loss[n-1]
		last.drains, last.of = true, of
	}
	b.p.undrained[cl] = true
	call, back := b.drainOf(cl, target)
	if call == "" || len(b.p.loss) == 0 || cl.sureLoss {
		return
	}
	last := &b.p.loss[len(b.p.loss)-1]
	if last.span != s.Pos() {
		return
	}
	before, behind := s.Pos().Start, s.Pos().End
	gap := b.c.between(b.p.unit, before)
	last.hint += ": " + call
	last.mend = append(last.mend, lang.Edit{Span: lang.Span{Start: before, End: before}, New: call + gap})
	if op, isOp := s.(*lang.OpCall); isOp && b.p.flow.of.op(op.Op.Text) != "stop" && back != "" { // it serves again
		last.hint += ", and let it in again behind it: " + back
		last.mend = append(last.mend, lang.Edit{Span: lang.Span{Start: behind, End: behind}, New: gap + back})
	}
}

// drainOf is the operation that drains target, and the one that takes that back; "" if there is none. It is one of a role
// that leads to one thing, but of what clients ask directly its own.
func (b *body) drainOf(cl *class, target lang.Expr) (drain, back string) {
	if b.p.unit != b.c.system {
		return "", "" // a module's roles have names of its own
	}
	if b.c.entries[cl] {
		own, what := cl.ownDrain(), lang.Print(target)
		if own == nil {
			return "", ""
		}
		return what + "." + own.Name.Text, cl.undrain(own, what, nil)
	}
	for _, name := range sortedKeys(cl.members) {
		r := cl.members[name].role
		if r == nil || r.bounds.Min != 1 || r.bounds.Max != 1 || !b.c.receives(cl, name) {
			continue
		}
		if op := r.to.drainFor(cl); op != nil {
			what := lang.Print(target)
			by := what + "." + name
			return by + "." + op.Name.Text + "(" + what + ")", r.to.undrain(op, by, []string{what})
		}
	}
	return "", ""
}

// drainFor is the operation by which one of the class drains one of another; nil if there is none.
func (cl *class) drainFor(other *class) *lang.Op {
	for _, op := range cl.opDecls {
		if op.Drains && !op.Interrupts && len(op.Params) == 1 && op.Params[0].Type != nil && op.Params[0].Type.Name.Text == other.name {
			return op
		}
	}
	return nil
}

// receives says whether what a class's role leads to sends it requests: those go along a link from left to right.
func (c *checker) receives(cl *class, role string) bool {
	return slices.ContainsFunc(c.tables.Links, func(l bundle.Link) bool { return l.Right.Class == cl.index && l.Right.Role == role })
}

// drainedBackwards is the class that has an operation to drain others and gets their requests, as its link stands the wrong way
// round; nil if there is none.
func (c *checker) drainedBackwards(cl *class) *class {
	for _, name := range sortedKeys(cl.members) {
		if r := cl.members[name].role; r != nil && !c.receives(cl, name) && r.to.drainFor(cl) != nil {
			return r.to
		}
	}
	return nil
}

// ownDrain is the operation by which one of the class drains itself; nil if there is none.
func (cl *class) ownDrain() *lang.Op {
	for _, op := range cl.opDecls {
		if op.Drains && !op.Interrupts && len(op.Params) == 0 {
			return op
		}
	}
	return nil
}

// avoid names the way to do without: draining if the program can; else moving the virtual machine, if that may do what was
// meant.
func (b *body) avoid(s posed, cl *class) string {
	op, isOp := s.(*lang.OpCall)
	by := b.c.drainedBackwards(cl)
	switch {
	case by != nil:
		return "requests go along a link from left to right: " + by.name + " stands on its left if it drains " + cl.name
	case b.c.entries[cl] && cl.ownDrain() == nil:
		return "let an operation of " + cl.name + " that `drains`, with nothing in brackets, come before it; or let clients ask only those who can drain it"
	case len(b.c.drains) > 0:
		return "drain it before, on every way"
	case isOp && b.p.flow.of.op(op.Op.Text) != "stop":
		return "let an operation that `drains` come before it, of what sends it requests"
	}
	return instead(cl)
}

// instead names the way to do without an action that loses even what is drained.
func instead(cl *class) string {
	switch {
	case cl.kind == bundle.VM:
		return "migrate it: it moves while it runs"
	case cl.on != nil && cl.on.kind == bundle.VM:
		return "migrate its virtual machine instead: it moves while it runs"
	}
	return "run " + cl.name + " in a virtual machine, and migrate that: it moves while it runs"
}

// leavesUnread says whether one of the arrows that leave a state could not be read: it may lead its failure elsewhere.
func (p *policy) leavesUnread(s *stateFlow) bool {
	return slices.ContainsFunc(s.decl.Transitions, func(tr *lang.Transition) bool { return p.unit.lost.holed(tr.Span) })
}

// reportLoss says what the policy may lose.
func (p *policy) reportLoss() {
	for _, s := range p.start {
		if at := p.undoAfter(s); at != nil && !p.leavesUnread(at) {
			p.loss = append(p.loss, hazard{
				span:  s.span,
				msg:   "if state " + at.decl.Name.Text + " fails, undo stops " + s.what + " again, and that loses requests",
				hint:  "lead failure elsewhere, without undo: -> … on failure",
				mend:  p.withoutUndo(at),
				guess: true,
			})
		}
	}
	code := findingCode("TUNE0402")
	ends := ""
	if p.decl.Lossless {
		code, ends = "TUNE0401", ", and policy "+p.decl.Name.Text+" is lossless"
	}
	if len(p.loss) == 0 || p.c.linksTorn() {
		return // who sends requests to whom isn't known, or there is nothing to tell
	}
	for _, h := range p.loss {
		if p.undrained[h.leaves] {
			continue // who is left to serve is asked once all that is to be drained is
		}
		if p.doubtful && (h.drains || h.leaves != nil) {
			continue // what is wrong may be what drains it, or lets it in again
		}
		p.c.report(code, p.unit, h.span, h.msg+ends, h.hint)
		p.c.changes(p.unit, h.mend)
		if h.guess {
			p.c.guess()
		}
	}
}

// linksTorn says whether a link, or a class that one may have led to, could not be read, or an operation.
func (c *checker) linksTorn() bool {
	torn := func(d lang.Decl) bool { return c.system.lost.unread(d.Pos()) }
	return slices.ContainsFunc(each[*lang.Link](c.files.Main), func(d *lang.Link) bool {
		return c.system.lost.holed(d.Span) || c.system.classes[d.Left.Class.Text] == nil || c.system.classes[d.Right.Class.Text] == nil
	}) || slices.ContainsFunc(each[*lang.Component](c.files.Main), func(d *lang.Component) bool {
		return torn(d) || slices.ContainsFunc(c.system.lost.words(c.files.Main.Source, d.Span), func(w string) bool { return lossMarks[w] })
	})
}

// lossMarks are the words by which an operation says what it does to requests.
var lossMarks = map[string]bool{"interrupts": true, "drains": true, "undrains": true}

// withoutUndo takes the undo out of a state's arrow; nil if no arrow says it.
func (p *policy) withoutUndo(st *stateFlow) []lang.Edit {
	for _, tr := range st.decl.Transitions {
		const undo = " undo"
		if i := strings.LastIndex(p.c.written(p.unit, tr.Span), undo); tr.Undo && i >= 0 {
			at := tr.Span.Start + i
			return []lang.Edit{{Span: lang.Span{Start: at, End: at + len(undo)}}}
		}
	}
	return nil
}

// undoAfter finds a state that may fail after s was started, and then undoes it; nil if there is none.
func (p *policy) undoAfter(s started) *stateFlow {
	if s.more && p.undoes(s.state) {
		return s.state
	}
	seen := map[*stateFlow]bool{}
	var next []*stateFlow
	for _, e := range s.state.edges {
		next = append(next, e.to)
	}
	for len(next) > 0 {
		st := next[0]
		next = next[1:]
		if seen[st] {
			continue
		}
		seen[st] = true
		if p.undoes(st) {
			return st
		}
		for _, e := range st.edges {
			next = append(next, e.to)
		}
	}
	return nil
}

// undoes says whether a failure of this state undoes what the policy did: if an arrow says so, or none is open.
func (p *policy) undoes(st *stateFlow) bool {
	if p.acts[st.index] == 0 || p.onlySays(st.decl.Body) {
		return false
	}
	open := false
	for _, tr := range st.decl.Transitions {
		if !tr.Failure {
			continue
		}
		if tr.Undo {
			return true
		}
		open = open || tr.AtMost == 0
	}
	return !open
}

// onlySays holds for a body that does nothing but tell: that can't fail.
func (p *policy) onlySays(body []lang.Stmt) bool {
	for _, s := range body {
		if p.unsure[s] {
			return false
		}
		switch s.(type) {
		case *lang.Notify, *lang.Emit, *lang.Let, *lang.ProbeAct:
		default:
			return false
		}
	}
	return true
}
