package check

import (
	"github.com/tune-autonomic/tune/compiler/bundle"
	"github.com/tune-autonomic/tune/compiler/ir"
	"github.com/tune-autonomic/tune/lang"
)

// body is one state's statements while they are checked.
type body struct {
	p     *policy
	c     *checker
	state *stateFlow
	// sure is what is made sure of at the statement that is looked at.
	sure    surety
	actions int
	// beside is what branches that run at the same time may do.
	beside effect

	around *lang.For // the loop that the statement stands in, nil if it is none
	loops  int       // how many loops the statement stands in
	last   lang.Stmt
	undone lang.Stmt // the last one of a loop whose turns are undone if they fail
	skips  bool      // the statement stands in a loop that goes on after a failure
	// giveUp holds within `all or nothing`.
	giveUp bool
}

// states checks the statements of a state, and says what can be seen after them.
func (b *body) states(x ctx, list []lang.Stmt) ([]ir.Stmt, ctx) {
	if len(list) > 0 {
		b.last = list[len(list)-1]
	}
	return b.block(x, list)
}

// block checks statements of a state in order.
func (b *body) block(x ctx, list []lang.Stmt) ([]ir.Stmt, ctx) {
	var out []ir.Stmt
	for i := 0; i < len(list); i++ {
		switch s := list[i].(type) {
		case *lang.Fork:
			n := forks(list[i:])
			fork, after := b.forks(x, list[i:i+n])
			out, x = append(out, fork), after
			b.sure.forks(list[i : i+n])
			first := i
			i += n - 1
			if i+1 < len(list) {
				switch list[i+1].(type) {
				case *lang.Join:
					i++
				case *lang.Fork:
					b.tooMany(x, list, first, i+1)
				default:
					b.c.report("TUNE0226", x.unit, list[i+1].Pos(), "what stands between a fork and its join?", "put it into a branch, fork { … }, or after `join`")
				}
			}
		case *lang.Join:
			b.c.report("TUNE0226", x.unit, s.Span, "there is no fork to join", "")
		case *lang.Plan:
			if i+1 < len(list) && isApply(list[i+1]) && !applies(s.Body) {
				s = b.applied(x, s, list[i+1])
				i++
			}
			steps := b.plan(x, s)
			out = append(out, steps...)
			if i != len(list)-1 {
				b.c.report("TUNE0226", x.unit, list[i+1].Pos(), "a plan ends its state", "act on what it did in the next state")
			}
			if b.actions > 1 || b.loops > 0 {
				b.c.report("TUNE0226", x.unit, s.Span, "a state that plans does nothing else before", "put what comes before into a state of its own")
			}
		default:
			st, after := b.stmt(x, list[i])
			if st != nil {
				out = append(out, st)
			}
			if _, isLet := list[i].(*lang.Let); !isLet && list[i] != nil {
				b.p.isWrong(list[i], st == nil)
			}
			b.p.doubtful = b.p.doubtful || b.c.misread(list[i])
			x = after
		}
		if _, isFork := list[i].(*lang.Fork); !isFork {
			b.sure.stmt(list[i])
		}
		b.sure.forget(b.beside)
	}
	return out, x
}

// misread says whether what a statement does, or what a loop walks, is named by a name that is read as another one. The ways of
// a policy are followed by names: there it does nothing.
func (c *checker) misread(s lang.Stmt) bool {
	switch s := s.(type) {
	case *lang.OpCall, *lang.Act:
		return c.slipped(s.Pos())
	case *lang.For:
		return s.Set != nil && c.slipped(s.Set.Pos())
	}
	return false
}

// tooMany reports, once, that from next on there are more branches together than there may be.
func (b *body) tooMany(x ctx, list []lang.Stmt, first, next int) {
	if first > 0 && isFork(list[first-1]) {
		return
	}
	b.c.report("TUNE0229", x.unit, list[next].Pos(), "more than "+number(bundle.MaxBranches)+" branches run together", "put a `join` before it, or use a loop: for x in … at most 16 at once { … }")
}

func isFork(s lang.Stmt) bool { _, is := s.(*lang.Fork); return is }

// forks is how many branches stand together at the beginning of list, and may.
func forks(list []lang.Stmt) int {
	n := 0
	for n < min(len(list), bundle.MaxBranches) {
		if _, isFork := list[n].(*lang.Fork); !isFork {
			break
		}
		n++
	}
	return n
}

// forks checks branches that run together; what they bind is known after all of them.
func (b *body) forks(x ctx, list []lang.Stmt) (ir.Stmt, ctx) {
	fork := &ir.Fork{At: at(x, list[0])}
	if b.skips {
		b.c.report("TUNE0226", x.unit, list[0].Pos(), "a loop that goes on after a failure can't hold a fork", "let each turn act one thing after another, or end the loop there: on failure stop")
	}
	after := x.forget()
	b.loops++ // no branch knows what the others have done
	sure, beside := b.sure, b.beside
	others, walks := b.p.flow.of.beside(list), b.sure.branches(list)
	for i, s := range list {
		b.sure, b.beside = sure.copy(), others[i]
		b.sure.elsewhere()
		b.sure.disturb(b.beside)
		b.sure.out.join(sure.beside(walks, i), false)
		b.beside.join(beside)
		stmts, inner := b.block(x, s.(*lang.Fork).Body)
		fork.Branches = append(fork.Branches, stmts)
		seen := map[string]bool{} // what a name was bound to last counts
		for local := inner.scope; local != nil && local != x.scope; local = local.next {
			if seen[local.name] {
				continue
			}
			seen[local.name] = true
			if clash := after.lookup(local.name); clash != nil && x.lookup(local.name) == nil {
				b.c.reportf("TUNE0204", x.unit, local.span, "%s is bound in another branch as well", local.name)
				continue
			}
			after = after.bind(local.name, local.v, local.val.t, local.span)
		}
	}
	b.sure, b.beside = sure, beside
	b.loops--
	return fork, after
}

func at(x ctx, s posed) ir.At { return ir.At{P: pos(x.unit, s.Pos())} }

// unlet reports a name that is given a value without let, and takes it as one that has it.
func (b *body) unlet(x ctx, s *lang.Assign) (ir.Stmt, ctx) {
	if cl := x.unit.classes[s.Name.Text]; cl != nil && x.lookup(s.Name.Text) == nil && cl.kind != bundle.Host && s.Op != "=" {
		return b.recounted(x, s)
	}
	if s.Op != "=" || x.lookup(s.Name.Text) != nil {
		b.c.report("TUNE0226", x.unit, s.Pos(), "a name keeps its value in a state", "choose another name, with let; in a plan, var "+s.Name.Text+" = … can be changed")
		return nil, x
	}
	if made := b.meansNew(x, s); made != nil {
		b.c.report("TUNE0226", x.unit, s.Pos(), "this makes nothing: ++ behind the class does", "write new = "+made.Class.Text+"++")
		if again := b.c.blanksTo(x.unit, s.Span.End, made.Class.Text+"++"); again >= 0 {
			b.c.change(x.unit, lang.Span{Start: made.Class.Span.Start, End: again}, "") // it stands there twice
		} else {
			b.c.insert(x.unit, s.Span.End, "++")
		}
		return b.create(x, made)
	}
	if class, isName := s.Value.(*lang.Ident); isName && x.lookup(class.Text) == nil && x.unit.classes[class.Text] != nil {
		b.c.report("TUNE0226", x.unit, s.Pos(), "a name gets its value by let", "write let "+s.Name.Text+" = …, or "+s.Name.Text+" = "+class.Text+"++ if one is to be made")
		return nil, b.declare(x, s.Name, nil, typ{bad: true})
	}
	b.c.report("TUNE0226", x.unit, s.Pos(), "a name gets its value by let", "write let "+s.Name.Text+" = …")
	b.c.change(x.unit, lang.Span{Start: s.Span.Start, End: s.Span.Start}, "let ")
	return b.let(x, &lang.Let{Span: s.Span, Name: s.Name, Value: s.Value})
}

// recounted reports App += 1 and App -= 1: how many there are changes by making one, or removing one.
func (b *body) recounted(x ctx, s *lang.Assign) (ir.Stmt, ctx) {
	class := s.Name.Text
	if s.Op == "-=" {
		b.c.report("TUNE0226", x.unit, s.Pos(), class+" is a class: of its things one is removed", "choose which, and remove it in another state: let x = min("+class+" by …), and x--")
		return nil, x
	}
	b.c.report("TUNE0226", x.unit, s.Pos(), class+" is a class: ++ makes one of it", "write "+class+"++")
	if n, isNumber := s.Value.(*lang.Number); !isNumber || n.Value != 1 {
		return nil, x
	}
	b.c.change(x.unit, s.Span, class+"++")
	return b.create(x, &lang.Create{Span: s.Span, Class: s.Name})
}

// meansNew is what new = C means if C is a class: new = C++. It is nil if it means something else.
func (b *body) meansNew(x ctx, s *lang.Assign) *lang.Create {
	class, isName := s.Value.(*lang.Ident)
	if !isName || s.Name.Text != "new" || x.lookup(class.Text) != nil {
		return nil
	}
	if cl := x.unit.classes[class.Text]; cl == nil || cl.kind == bundle.Host {
		return nil
	}
	return &lang.Create{Span: s.Span, Bind: s.Name, Class: class.Name}
}

// stmt checks one statement of a state; nil if it was wrong.
func (b *body) stmt(x ctx, s lang.Stmt) (ir.Stmt, ctx) {
	switch s := s.(type) {
	case *lang.Let:
		return b.let(x, s)
	case *lang.For:
		return b.loop(x, s), x.forget()
	case *lang.Create:
		return b.create(x, s)
	case *lang.Wait:
		b.lossOfWait(s)
		return b.wait(x, s)
	case *lang.Ask:
		b.lossOfWait(s)
	case *lang.Assign:
		return b.unlet(x, s)
	case *lang.SetEdit, *lang.Lift, *lang.Back, *lang.Place, *lang.If, *lang.Pick, *lang.AllOrNothing,
		*lang.GiveUp, *lang.Apply:
		if b.c.toldAt(x.unit, s.Pos().Start) {
			return nil, x
		}
		hint := "states branch by arrows, and plans think: plan { … }"
		b.c.report("TUNE0226", x.unit, s.Pos(), "this is a step of a plan, not an action", hint)
		return nil, x
	case nil:
		return nil, x
	}
	action := b.action(x, s)
	if action == nil {
		return nil, x.forget()
	}
	if gone, isRemove := s.(*lang.Remove); isRemove {
		for _, name := range b.sure.bareNames(gone.Target) {
			x = x.remove(name)
		}
	}
	return action, x.forget()
}

// declare makes a name visible, unless it means something here already.
func (b *body) declare(x ctx, name lang.Name, v *ir.Var, t typ) ctx {
	if name.Text == "" {
		return x
	}
	if old := x.lookup(name.Text); old == nil {
		if b.c.hides(x.unit, x.unit, name) {
			b.meantAnother(x, name)
			return x.bindVal(name.Text, badVal)
		}
	} else if x.unit.lost.unclosed(b.p.decl.Span) { // what stands behind a block stands in it
		return x.bindVal(name.Text, badVal)
	} else {
		b.meantAnother(x, name)
		b.c.reportf("TUNE0204", x.unit, name.Span, "%s already means something here", name.Text)
		if old.span != (lang.Span{}) {
			b.c.relate(x.unit, old.span, "it is bound here")
		}
		return x.bindVal(name.Text, badVal)
	}
	b.c.declares(x.unit, LocalSymbol, "", name, t)
	if t.bad {
		return x.bindVal(name.Text, badVal)
	}
	return x.bind(name.Text, v, t, name.Span)
}

// meantAnother notes that a name was bound that is taken: an unknown one behind it that is like no other may be what was meant.
func (b *body) meantAnother(x ctx, name lang.Name) {
	if b.c.muted == 0 {
		x.unit.lost.within[""] = append(x.unit.lost.within[""], lang.Span{Start: name.Span.End, End: b.p.decl.Span.End})
	}
}

// let checks `let x = e`, in a state or a plan; `var` is for plans.
func (b *body) let(x ctx, s *lang.Let) (ir.Stmt, ctx) {
	c := b.c
	v := c.expr(x, s.Value)
	t := v.t
	if s.Type != nil {
		t = c.typeRef(x.unit, s.Type)
		if !t.bad && !v.t.bad && !c.expectDeclared(x, v, t, s.Value, s.Name.Text) {
			t = typ{bad: true}
		}
		v = c.give(v, t)
	}
	if v.t.bad || x.unit.lost.unread(s.Span) {
		t = badVal.t
	}
	if !t.bad && t.any {
		c.report("TUNE0205", x.unit, s.Value.Pos(), "nothing says what this is none of", "say its type: "+s.Name.Text+": [T] = []")
		t = typ{bad: true}
	}
	if !t.bad && (t.Base == bundle.Text_ || t.Base == bundle.Secret) {
		c.report("TUNE0205", x.unit, s.Value.Pos(), "texts can't be kept: they are for messages and operations", "")
		t = typ{bad: true}
	}
	if s.Var && x.mode != inPlan {
		c.report("TUNE0226", x.unit, s.Span, "only plans have `var`", "write let")
		c.reword(x.unit, s.Span.Start, "var", "let")
	}
	if s.Var && t.inst() {
		c.report("TUNE0226", x.unit, s.Span, "a `var` holds a number or a set, not one machine", "write let")
		c.reword(x.unit, s.Span.Start, "var", "let")
		t = typ{bad: true}
	}
	bound := &ir.Var{Name: s.Name.Text, Type: t.Type, Mutable: s.Var}
	after := b.declare(x, s.Name, bound, t)
	if t.bad || v.wrong {
		return nil, after
	}
	return &ir.Assign{At: at(x, s), Var: bound, Value: v.e}, after
}

// elements checks what a loop walks: the set, its order and its filter. inner sees the element.
type elements struct {
	v         *ir.Var
	set       ir.Expr
	by        ir.Expr
	filter    ir.Expr
	while     ir.Expr
	inner     ctx
	ok        bool
	elementOf typ
}

// walk checks the clauses of `for` and `pick`.
func (b *body) walk(x ctx, name lang.Name, setExpr, by, where, while lang.Expr) elements {
	c := b.c
	set, inner := c.setOf(x, setExpr)
	w := elements{ok: c.wantSet(x, set, setExpr)}
	if w.ok && set.t.any {
		c.report("TUNE0216", x.unit, setExpr.Pos(), "this set is always empty", "")
		w.ok = false
	}
	if !w.ok {
		w.inner = b.declare(x, name, nil, typ{bad: true})
		return w
	}
	w.set, w.elementOf = set.e, set.t.elem()
	w.v = &ir.Var{Name: name.Text, Type: w.elementOf.Type}
	w.inner = b.declare(x, name, w.v, w.elementOf)
	elem := w.inner.element(w.v, w.elementOf)
	var ok bool
	w.filter, elem, ok = c.filters(elem, inner, where)
	if w.ok = w.ok && ok; !ok {
		w.inner.lenient = true
		b.asksWrongly(setExpr, where)
	}
	w.inner.facts = elem.keep().facts
	if by != nil {
		key := c.expr(elem, by)
		w.ok = c.wantNumber(elem, key, by) && w.ok
		w.by = key.e
	}
	if while != nil {
		test, ok := c.truth(x, while, "`while`")
		w.while, w.ok = test, w.ok && ok
		b.p.isWrong(while, !ok)
	}
	return w
}

// asksWrongly notes the filters of a loop of which one is wrong.
func (b *body) asksWrongly(set, where lang.Expr) {
	if f, isFilter := set.(*lang.Filter); isFilter {
		b.p.isWrong(f.Where, true)
	}
	if where != nil {
		b.p.isWrong(where, true)
	}
}

// order drops a key that is the same for all: sorting is stable, so it changes nothing.
func order(by ir.Expr) ir.Expr {
	if _, same := by.(*ir.Num); same {
		return nil
	}
	return by
}

// loop checks `for … in …` over actions.
func (b *body) loop(x ctx, s *lang.For) ir.Stmt {
	if x.loop == (lang.Span{}) {
		x.loop = s.Span
	}
	w := b.walk(x, s.Var, s.Set, s.By, s.Where, s.While)
	if s.AtMost > ir.MaxAtOnce {
		head := lang.Span{Start: s.Span.Start, End: s.Set.Pos().End}
		b.c.report("TUNE0214", x.unit, head, "a loop takes no more than "+number(ir.MaxAtOnce)+" at once, and this asks for "+number(float64(s.AtMost)), "write at most "+number(ir.MaxAtOnce)+" at once")
	}
	sure, beside, around := b.sure, b.beside, b.around
	b.sure, b.around = sure.copy(), s
	b.sure.turn(s)
	if len(b.p.flow.of.drains) > 0 {
		b.sure.out.become(sure.turns(s).within)
	}
	if s.AtMost > 1 {
		b.beside = b.p.flow.of.otherTurns(s)
		b.beside.join(beside)
	}
	b.loops++
	undone, skips := b.undone, b.skips
	b.skips = skips || failsOn(s)
	if s.OnFailure == "undo" && len(s.Body) > 0 {
		if undone != nil {
			b.c.report("TUNE0226", x.unit, s.Span, "a turn of the loop around this one is undone as a whole", "leave out the inner `on failure undo`")
		}
		b.undone = s.Body[len(s.Body)-1]
	}
	stmts, _ := b.block(w.inner.forget(), s.Body)
	b.undone, b.skips = undone, skips
	b.loops--
	b.sure, b.beside, b.around = sure, beside, around
	if !w.ok {
		return nil
	}
	out := &ir.For{
		At: at(x, s), Var: w.v, Set: w.set, By: order(w.by), Desc: s.Desc, Filter: w.filter, While: w.while,
		AtMost: max(1, s.AtMost), OnFailure: s.OnFailure, Body: stmts,
	}
	if out.OnFailure == "" {
		out.OnFailure = "stop"
	}
	return out
}
