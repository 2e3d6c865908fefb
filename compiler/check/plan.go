package check

import (
	"slices"
	"strings"

	"github.com/tune-autonomic/tune/compiler/bundle"
	"github.com/tune-autonomic/tune/compiler/ir"
	"github.com/tune-autonomic/tune/lang"
)

// plan checks `plan { … }`: its steps stand in the state's body as they are, and end in apply.
func (b *body) plan(x ctx, s *lang.Plan) []ir.Stmt {
	b.actions++ // apply
	x.mode = inPlan
	if n := len(s.Body); (n == 0 || !isApply(s.Body[n-1]) && !applies(s.Body)) && !x.unit.lost.holed(s.Span) {
		b.c.report("TUNE0226", x.unit, s.Span, "this plan is never carried out", "end it with `apply safely`")
		b.c.lastLine(x.unit, s.Span, "apply safely")
	}
	steps, _ := b.steps(x, s.Body, true)
	return steps
}

// applies says whether there is an apply somewhere: at the wrong place, which is reported there.
func applies(list []lang.Stmt) bool {
	return slices.ContainsFunc(list, func(s lang.Stmt) bool {
		switch s := s.(type) {
		case *lang.Apply:
			return true
		case *lang.For:
			return applies(s.Body)
		case *lang.Pick:
			return applies(s.Body)
		case *lang.AllOrNothing:
			return applies(s.Body)
		case *lang.If:
			return applies(s.Then) || applies(s.Else)
		}
		return false
	})
}

// applied is a plan with the apply that stands behind it, which is reported.
func (b *body) applied(x ctx, s *lang.Plan, apply lang.Stmt) *lang.Plan {
	at := apply.Pos()
	b.c.report("TUNE0226", x.unit, at, "what carries out a plan stands in its braces", "end the plan with it")
	if text := b.c.written(x.unit, at); s.Span.End <= at.Start {
		brace, source := s.Span.End-1, b.c.sources[x.unit.file].Source
		end := " }"
		if line := b.c.blanksBefore(x.unit, brace); line > 0 && source[line-1] == '\n' {
			text, end = "  "+text, "\n"+source[line:brace]+"}"
		}
		b.c.change(x.unit, lang.Span{Start: brace, End: at.End}, text+end)
	}
	whole := *s
	whole.Body = append(slices.Clone(s.Body), apply)
	return &whole
}

func isApply(s lang.Stmt) bool {
	_, ok := s.(*lang.Apply)
	return ok
}

// steps checks the steps of a plan in order; top is its outermost block.
func (b *body) steps(x ctx, list []lang.Stmt, top bool) ([]ir.Stmt, ctx) {
	var out []ir.Stmt
	for i, s := range list {
		if isApply(s) && !(top && i == len(list)-1) && !x.unit.lost.unclosed(b.p.decl.Span) {
			b.c.report("TUNE0226", x.unit, s.Pos(), "apply is the last step of a plan", "")
		}
		st, after := b.step(x, s)
		if st != nil {
			out = append(out, st)
		}
		x = after
	}
	return out, x
}

// step checks one step of a plan; nil if it was wrong.
func (b *body) step(x ctx, s lang.Stmt) (ir.Stmt, ctx) {
	switch s := s.(type) {
	case *lang.Let:
		return b.let(x, s)
	case *lang.Assign:
		return b.assign(x, s), x
	case *lang.SetEdit:
		return b.setEdit(x, s), x
	case *lang.Lift:
		if vm, ok := b.planned(x, s.VM, bundle.VM, "lift"); ok {
			return &ir.Lift{At: at(x, s), VM: vm.e}, x
		}
	case *lang.Back:
		if vm, ok := b.planned(x, s.VM, bundle.VM, "back"); ok {
			return &ir.Back{At: at(x, s), VM: vm.e}, x
		}
	case *lang.Place:
		return b.place(x, s), x
	case *lang.If:
		return b.branch(x, s), x
	case *lang.For:
		return b.planLoop(x, s), x
	case *lang.Pick:
		return b.pick(x, s), x
	case *lang.AllOrNothing:
		was := b.giveUp
		b.giveUp = true
		steps, _ := b.steps(x, s.Body, false)
		b.giveUp = was
		return &ir.AllOrNothing{At: at(x, s), Body: steps}, x
	case *lang.GiveUp:
		if b.giveUp {
			return &ir.GiveUp{At: at(x, s)}, x
		}
		b.c.report("TUNE0226", x.unit, s.Span, "there is nothing to give up here", "it stands within all or nothing { … }")
	case *lang.Apply:
		return &ir.Apply{At: at(x, s), AsListed: s.AsListed}, x
	case nil:
	default:
		if counts := countStep(x, s); counts != "" {
			b.c.report("TUNE0226", x.unit, s.Pos(), "a plan only thinks: this is an action", "write "+counts)
			b.c.change(x.unit, s.Pos(), counts)
			break
		}
		if m, isMove := s.(*lang.Migrate); isMove {
			placed := "place " + b.c.written(x.unit, m.VM.Pos()) + " on " + b.c.written(x.unit, m.To.Pos())
			b.c.report("TUNE0226", x.unit, s.Pos(), "a plan only thinks: this is an action", "write "+placed+": what apply finds to be elsewhere is migrated")
			b.c.change(x.unit, s.Pos(), placed)
			b.c.guess()
			break
		}
		b.c.report("TUNE0226", x.unit, s.Pos(), "a plan only thinks: this is an action", "put it into a state before or after")
	}
	return nil, x
}

// countStep is how a plan counts what a statement makes or removes, if that is a number: left--; "" if it is none.
func countStep(x ctx, s lang.Stmt) string {
	name, by := "", " += 1"
	switch s := s.(type) {
	case *lang.Create:
		if s.Bind.Text == "" {
			name = s.Class.Text
		}
	case *lang.Remove:
		if target, named := s.Target.(*lang.Ident); named {
			name, by = target.Text, " -= 1"
		}
	}
	if b := x.lookup(name); name == "" || b == nil || !b.val.t.Numeric() {
		return ""
	}
	return name + by
}

func (b *body) planned(x ctx, e lang.Expr, kind bundle.Kind, verb string) (val, bool) {
	v := b.c.expr(x, e)
	return v, b.c.wantKind(x, v, e, kind, verb)
}

func (b *body) place(x ctx, s *lang.Place) ir.Stmt {
	vm, okVM := b.planned(x, s.VM, bundle.VM, "place")
	host, okHost := b.planned(x, s.On, bundle.Host, "place")
	if !okVM || !okHost || !b.c.sameFamily(x, vm, host, s) {
		return nil
	}
	return &ir.Put{At: at(x, s), VM: vm.e, On: host.e}
}

// mutable finds the `var` that a step changes, or reports that there is none.
func (b *body) mutable(x ctx, name lang.Name) *binding {
	local := x.lookup(name.Text)
	if b.c.look(x, name) {
		return nil
	}
	if local != nil {
		b.c.refersLocal(x, name, local)
	}
	switch {
	case local == nil && name.Text != "":
		b.c.unknownName(x, name)
		return nil
	case local == nil || local.val.t.bad:
		return nil
	case local.v == nil || !local.v.Mutable:
		b.c.report("TUNE0226", x.unit, name.Span, name.Text+" can't be changed", "declare it with `var`")
		if local.span != (lang.Span{}) {
			b.c.relate(x.unit, local.span, "it is bound here")
			b.c.reword(x.unit, local.span.Start, "let", "var")
		}
		return nil
	}
	return local
}

// assign checks x = e, x += e, x -= e.
func (b *body) assign(x ctx, s *lang.Assign) ir.Stmt {
	local := b.mutable(x, s.Name)
	if local == nil {
		b.c.expr(x, s.Value)
		return nil
	}
	t := local.val.t
	if s.Op == "=" {
		v := b.c.expr(x, s.Value)
		if !b.c.expect(x, v, t, s.Value, s.Name.Text) {
			return nil
		}
		return &ir.Assign{At: at(x, s), Var: local.v, Value: b.c.give(v, t).e}
	}
	if t.set() {
		edit := map[string]string{"+=": "add %s to ", "-=": "remove %s from "}[s.Op] + s.Name.Text
		b.c.report("TUNE0226", x.unit, s.Span, "sets change by add and remove", "write "+strings.Replace(edit, "%s", "…", 1))
		b.c.change(x.unit, s.Span, strings.Replace(edit, "%s", b.c.written(x.unit, s.Value.Pos()), 1))
		return nil
	}
	op := "+"
	if s.Op == "-=" {
		op = "-"
	}
	sum := &lang.Binary{Span: s.Span, Op: op, OpSpan: s.Span, X: &lang.Ident{Name: s.Name}, Y: s.Value}
	v := b.c.expr(x, sum)
	if !b.c.expect(x, v, t, s.Value, s.Name.Text) {
		return nil
	}
	return &ir.Assign{At: at(x, s), Var: local.v, Value: v.e}
}

// setEdit checks add and remove; an added set is joined.
func (b *body) setEdit(x ctx, s *lang.SetEdit) ir.Stmt {
	c := b.c
	local, v := b.mutable(x, s.Set), c.expr(x, s.Value)
	if local == nil || v.t.bad {
		return nil
	}
	t := local.val.t
	if !t.set() {
		c.report("TUNE0216", x.unit, s.Set.Span, s.Set.Text+" is "+c.aType(t)+", not a set", "")
		return nil
	}
	out := &ir.SetEdit{At: at(x, s), Op: bundle.SADD, Var: local.v}
	want := t.elem()
	if v.t.set() {
		out.Op, want, v = bundle.SJOIN, t, c.give(v, t)
	}
	if s.Remove {
		out.Op = map[bundle.Op_]bundle.Op_{bundle.SADD: bundle.SDEL, bundle.SJOIN: bundle.SMINUS}[out.Op]
	}
	if !c.expect(x, v, want, s.Value, "what goes into "+s.Set.Text) {
		return nil
	}
	out.Value = v.e
	return out
}

func (b *body) branch(x ctx, s *lang.If) ir.Stmt {
	cond, ok := b.c.truth(x, s.Cond, "the condition")
	yes, no := x, x
	if ok {
		b.c.sayNever(x.unit, s.Cond)
		yes, no = x.learn(cond, true).keep(), x.learn(cond, false).keep()
	} else {
		yes, no = x.doubt(s.Cond), x.doubt(s.Cond)
	}
	then, _ := b.steps(yes, s.Then, false)
	otherwise, _ := b.steps(no, s.Else, false)
	if !ok {
		return nil
	}
	return &ir.If{At: at(x, s), Cond: cond, Then: then, Else: otherwise}
}

func (b *body) planLoop(x ctx, s *lang.For) ir.Stmt {
	w := b.walk(x, s.Var, s.Set, s.By, s.Where, s.While)
	steps, _ := b.steps(w.inner, s.Body, false)
	if s.AtMost > 1 || s.OnFailure != "" {
		b.c.report("TUNE0226", x.unit, s.Span, "a plan's loop only thinks: nothing is done at once, and nothing fails", "")
	}
	if !w.ok {
		return nil
	}
	return &ir.For{At: at(x, s), Var: w.v, Set: w.set, By: order(w.by), Desc: s.Desc, Filter: w.filter, While: w.while, AtMost: 1, OnFailure: "stop", Body: steps}
}

func (b *body) pick(x ctx, s *lang.Pick) ir.Stmt {
	w := b.walk(x, s.Var, s.From, s.By, s.Where, s.While)
	steps, _ := b.steps(w.inner, s.Body, false)
	if w.ok && s.By == nil {
		b.c.report("TUNE0226", x.unit, s.Span, "pick the best by what?", "write pick "+s.Var.Text+" from "+lang.Print(s.From)+" by …")
		return nil
	}
	if !w.ok {
		return nil
	}
	return &ir.Pick{At: at(x, s), Var: w.v, From: w.set, By: w.by, Desc: s.Desc, Filter: w.filter, While: w.while, Body: steps}
}
