package check

import (
	"fmt"

	"strings"

	"github.com/tune-autonomic/tune/compiler/bundle"
	"github.com/tune-autonomic/tune/compiler/ir"
	"github.com/tune-autonomic/tune/lang"
)

// newAction is an action without operands yet; indices that it doesn't have are -1.
func (b *body) newAction(x ctx, s posed, kind bundle.ActionKind, within lang.Expr) *ir.Action {
	b.actions++
	timeout := b.c.positiveNanos(x.unit, within, "a time limit")
	return &ir.Action{At: at(x, s), Kind: kind, Class: -1, Op: -1, Probe: -1, Event: -1, Timeout: timeout}
}

// action checks one action; nil if it was wrong.
func (b *body) action(x ctx, s lang.Stmt) ir.Stmt {
	var a *ir.Action
	switch s := s.(type) {
	case *lang.Remove:
		a = b.remove(x, s)
	case *lang.Migrate:
		a = b.migrate(x, s)
	case *lang.Act:
		a = b.act(x, s)
	case *lang.OpCall:
		a = b.opCall(x, s)
	case *lang.ProbeAct:
		a = b.probeAct(x, s)
	case *lang.Notify:
		a = b.newAction(x, s, bundle.ActNotify, nil)
		a.Text = b.text(x, s.Text)
	case *lang.Ask:
		a = b.newAction(x, s, bundle.ActAsk, s.Within)
		a.Text = b.text(x, s.Text)
	case *lang.Emit:
		a = b.emit(x, s)
	}
	if a == nil {
		return nil
	}
	return a
}

// ofHosts is what is done to a host in the place of what is done to other things, or of what is no operation.
var ofHosts = map[string]string{
	"start": "allocate", "stop": "release", "removal": "release", "allocate": "allocate", "release": "release", "fence": "fence",
}

// target checks what an action is done to: one present thing that is not a host (or, if host, one).
func (b *body) target(x ctx, a *ir.Action, e lang.Expr, host bool, verb string) (val, bool) {
	v := b.c.expr(x, e)
	there := b.c.wantInst(x, v, e)
	if !there && (v.t.bad || v.t.any || !v.t.inst() || b.c.slipped(e.Pos())) {
		return v, false
	}
	if isHost := b.c.spaces[v.t.Space].kind == bundle.Host; isHost != host {
		if !there { // one of both is enough
			return v, false
		}
		msg, hint := verb+" is for virtual machines and software, not for hosts", ""
		switch do := ofHosts[verb]; {
		case host:
			msg = verb + " is for hosts, not for " + b.c.instName(v.t)
		case do == verb:
			msg, hint = verb+" is no operation of a host, but an action", "write "+do+" "+printed(e)
		case do != "":
			hint = do + " " + printed(e)
		}
		b.c.report("TUNE0215", x.unit, e.Pos(), msg, hint)
		return v, false
	}
	a.Target, a.Class, v.t = v.e, v.t.Class, v.t.present()
	return v, true
}

// typeOf is the type of an expression, of which nothing is told.
func (b *body) typeOf(x ctx, e lang.Expr) typ {
	b.c.muted++
	defer func() { b.c.muted-- }()
	return b.c.expr(x, e).t
}

// notMade reports `++` of what is no class but a name here.
func (b *body) notMade(x ctx, s *lang.Create) bool {
	local := x.lookup(s.Class.Text)
	if local == nil || x.unit.classes[s.Class.Text] != nil {
		return false
	}
	t := b.typeOf(x, &lang.Ident{Name: s.Class})
	switch {
	case t.bad:
	case t.inst() && !t.set():
		cl, hint := b.c.instName(t), ""
		if t.Class >= 0 && b.c.classes[t.Class].kind != bundle.Host {
			hint = "write " + cl + "++"
		}
		b.c.report("TUNE0215", x.unit, s.Class.Span, s.Class.Text+" is one of "+cl+", and ++ makes another one of a class", hint)
	default:
		b.c.report("TUNE0215", x.unit, s.Class.Span, s.Class.Text+" is "+b.c.aType(t)+", and ++ makes one of a class", "numbers change in plans: "+s.Class.Text+" += 1")
	}
	return true
}

// create checks `C++` and `new = C++`.
func (b *body) create(x ctx, s *lang.Create) (ir.Stmt, ctx) {
	c := b.c
	a := b.newAction(x, s, bundle.ActCreate, s.Within)
	if b.notMade(x, s) {
		return nil, b.declare(x.forget(), s.Bind, nil, typ{bad: true})
	}
	cl := c.classNamed(x.unit, s.Class)
	if cl != nil && cl.kind == bundle.Host {
		c.report("TUNE0215", x.unit, s.Class.Span, "hosts can't be made", "allocate one that there is")
		cl = nil
	}
	if cl == nil {
		return nil, b.declare(x.forget(), s.Bind, nil, typ{bad: true})
	}
	switch most, known := cl.most(), b.sure.count(cl); {
	case x.lenient || b.p.headless():
	case b.p.deploys:
		b.checkDeployed(x, s, cl)
	case most < 0 || known.most < most: // of a fixed number, too: with a host, some are lost
		b.checkRoles(x, s, cl, cl.name+"++", false)
	case int(cl.table.Min) == most && cl.kind == bundle.Component && known.least >= most && known.least <= known.most:
		c.report("TUNE0302", x.unit, s.Span, fmt.Sprintf("%s is [%d]: there is no room for another, unless one is lost with its host", cl.name, most),
			fmt.Sprintf("declare it [%d..%d] if there may be one more", most, most+1))
	default:
		others := b.countSteps(func(st lang.Stmt) bool {
			other, isCreate := st.(*lang.Create)
			return isCreate && other.Class.Text == s.Class.Text
		}) - 1
		b.ask("TUNE0302", x, s.Span, cl.name+"++ can go over the maximum, "+number(float64(most)),
			"count("+s.Class.Text+") < "+number(float64(most-max(0, others))), most-others > int(cl.table.Min) || known.least > known.most && most > others)
	}
	a.Class = cl.index
	after := x.forget()
	after.unnamed = s.Class
	if s.Bind.Text != "" {
		after.unnamed = lang.Name{}
		a.Result = &ir.Var{Name: s.Bind.Text, Type: instOf(cl).Type}
		after = b.declare(after, s.Bind, a.Result, instOf(cl))
	}
	return a, after
}

func (b *body) remove(x ctx, s *lang.Remove) *ir.Action {
	a := b.newAction(x, s, bundle.ActRemove, s.Within)
	if t := b.typeOf(x, s.Target); !t.bad && t.Numeric() {
		b.c.report("TUNE0215", x.unit, s.Target.Pos(), printed(s.Target)+" is "+b.c.aType(t)+", and -- removes a machine or software",
			"numbers change in plans: "+printed(s.Target)+" -= 1")
		return nil
	}
	v, ok := b.target(x, a, s.Target, false, "removal")
	if !ok {
		return nil
	}
	for _, cl := range b.c.classesOf(v.t) {
		switch {
		case x.lenient:
		case b.p.deploys && (cl.table.Min == 0 || b.p.out.Event != bundle.OnDeploy || b.sure.count(cl).least == 0):
		case cl.table.Min > 0 && int(cl.table.Min) == cl.most() && cl.kind == bundle.Component && b.sure.count(cl).least <= cl.most():
			b.c.report("TUNE0301", x.unit, s.Span, fmt.Sprintf("%s is [%d]: without this one there are too few", cl.name, cl.most()),
				fmt.Sprintf("declare it [%d..%d] if there may be one less", cl.most()-1, cl.most()))
		case cl.table.Min > 0 && b.sure.count(cl).least <= int(cl.table.Min):
			others, most := b.removals(x, cl)-1, cl.most()
			least := int(cl.table.Min) + max(0, others)
			b.ask("TUNE0301", x, s.Span, lang.Print(s.Target)+"-- can go under the minimum of "+cl.name+", "+number(float64(cl.table.Min)),
				"count("+cl.name+") > "+number(float64(least)), most < 0 || least < most)
		default:
			b.checkRoles(x, s, cl, lang.Print(s.Target)+"--", true)
			b.checkGuests(x, s, cl)
		}
		b.lossOf(s, cl, "removing "+lang.Print(s.Target), "stop", s.Target)
	}
	return a
}

// checkGuests reports the removal of a machine that can take software on it under its minimum.
func (b *body) checkGuests(x ctx, s *lang.Remove, cl *class) {
	if cl.kind != bundle.VM || b.sure.has(sureEmpty, s.Target) {
		return
	}
	target := lang.Print(s.Target)
	for _, guest := range b.c.classes {
		if guest.on == cl && guest.table.Min > 0 && b.sure.count(guest).least <= int(guest.table.Min) {
			b.c.report("TUNE0301", x.unit, s.Span, fmt.Sprintf("%s-- can take %s, which may stand there, under its minimum of %d", target, guest.name, guest.table.Min),
				"ask before: when empty("+target+")")
			b.guard("empty(" + target + ")")
			return
		}
	}
}

// classesOf are the classes that an instance of t may have.
func (c *checker) classesOf(t typ) []*class {
	if t.bad || !t.inst() {
		return nil
	}
	if t.Class >= 0 {
		return c.classes[t.Class : t.Class+1]
	}
	return c.spaces[t.Space].classes
}

func (b *body) migrate(x ctx, s *lang.Migrate) *ir.Action {
	a := b.newAction(x, s, bundle.ActMigrate, s.Within)
	a.Undo = s.Undo
	return b.move(x, a, s.VM, s.To, s, "migrate")
}

// move checks the operands of migrate and restart.
func (b *body) move(x ctx, a *ir.Action, vmExpr, hostExpr lang.Expr, s posed, verb string) *ir.Action {
	vm, host := b.c.expr(x, vmExpr), b.c.expr(x, hostExpr)
	if b.c.isOne(vm, bundle.Host) && b.c.isOne(host, bundle.VM) {
		b.c.report("TUNE0215", x.unit, s.Pos(), verb+" has first the machine, then its new host", "turn them round")
		b.c.changes(x.unit, []lang.Edit{{Span: vmExpr.Pos(), New: printed(hostExpr)}, {Span: hostExpr.Pos(), New: printed(vmExpr)}})
		return nil
	}
	okVM := b.c.wantKind(x, vm, vmExpr, bundle.VM, verb)
	okHost := b.c.wantKind(x, host, hostExpr, bundle.Host, verb)
	if !okVM || !okHost || !b.c.sameFamily(x, vm, host, s) {
		return nil
	}
	a.Target, a.Dest, a.Class = vm.e, host.e, vm.t.Class
	return a
}

// act checks start, stop, allocate, release, fence and restart.
func (b *body) act(x ctx, s *lang.Act) *ir.Action {
	if verb := s.Verb.Text; verb != "restart" && s.On != nil {
		b.c.expr(x, s.On)
		b.c.report("TUNE0207", x.unit, s.On.Pos(), "only restart says where it acts, "+verb+" doesn't", "leave out on "+lang.Print(s.On))
		b.c.leaveOut(x.unit, "on", s.On.Pos())
	}
	switch s.Verb.Text {
	case "start", "stop":
		return b.startStop(x, s, s.Object, s.Verb.Text, s.Within)
	case "restart":
		a := b.newAction(x, s, bundle.ActRestart, s.Within)
		if s.On == nil {
			b.c.expr(x, s.Object)
			b.c.report("TUNE0207", x.unit, s.Span, "restart it where?", "write restart v on h")
			return nil
		}
		a = b.move(x, a, s.Object, s.On, s, "restart")
		if a != nil {
			for _, cl := range b.c.classesOf(typ{Type: a.Target.Type()}) {
				b.lossOf(s, cl, "restarting "+lang.Print(s.Object), "restart", s.Object)
			}
		}
		return a
	}
	kind, known := map[string]bundle.ActionKind{
		"allocate": bundle.ActAllocate, "release": bundle.ActRelease, "fence": bundle.ActFence,
	}[s.Verb.Text]
	if !known {
		b.c.unknown("TUNE0211", x.unit, s.Verb, "there is no action "+s.Verb.Text, []string{"start", "stop", "restart", "allocate", "release", "fence", "migrate"}, "")
		return nil
	}
	a := b.newAction(x, s, kind, s.Within)
	v, ok := b.target(x, a, s.Object, true, s.Verb.Text)
	if !ok {
		return nil
	}
	if kind != bundle.ActAllocate {
		b.lossOfHost(s, b.c.spaces[v.t.Space].family)
	}
	return a
}

// startStop is start and stop, as verbs or as operations of a component.
func (b *body) startStop(x ctx, s posed, object lang.Expr, verb string, within lang.Expr) *ir.Action {
	kind := bundle.ActStart
	if verb == "stop" {
		kind = bundle.ActStop
	}
	a := b.newAction(x, s, kind, within)
	v, ok := b.target(x, a, object, false, verb)
	if !ok {
		return nil
	}
	for _, cl := range b.c.classesOf(v.t) {
		if kind == bundle.ActStop {
			b.lossOf(s, cl, "stopping "+lang.Print(object), "stop", object)
			continue
		}
		b.lossOfStart(s, cl, object)
	}
	return a
}

// verbOf is the action that is meant by what is no operation of a machine; "" if none is.
func verbOf(s *lang.OpCall) string {
	object := lang.Print(s.Object)
	switch s.Op.Text {
	case "migrate":
		return "write migrate " + object + " to h"
	case "restart":
		return "write restart " + object + " on h"
	}
	return ""
}

// opCall checks an operation of a component.
func (b *body) opCall(x ctx, s *lang.OpCall) *ir.Action {
	name := x.unit.givenOp(s.Op.Text)
	if name == "start" || name == "stop" {
		if len(s.Args) > 0 {
			b.c.report("TUNE0207", x.unit, s.Args[0].Span, name+" takes no arguments", "")
		}
		b.c.refersStart(x, s)
		return b.startStop(x, s, s.Object, name, s.Within)
	}
	a := b.newAction(x, s, bundle.ActOp, s.Within)
	x.lenient = x.lenient || s.Op.Text == Cursor
	v, ok := b.target(x, a, s.Object, false, s.Op.Text)
	if ok && s.Op.Text == "" {
		b.c.couldStand(x.unit, s.Op.Span, "it has", b.c.opsOf(v.t))
	}
	if b.c.lookInto(s.Op, v, true) || !ok || s.Op.Text == "" {
		return nil
	}
	if v.t.Class < 0 || b.c.classes[v.t.Class].kind != bundle.Component {
		b.c.report("TUNE0211", x.unit, s.Op.Span, b.c.instName(v.t)+" has no operations but start and stop", verbOf(s))
		return nil
	}
	cl := b.c.classes[v.t.Class]
	if _, isParam := x.unit.params[name]; isParam && cl.standIn {
		b.c.refers(x.unit, s.Op.Span, x.unit, x.unit.params[name])
		for _, arg := range s.Args {
			b.c.expr(x, arg.Value)
		}
		return nil
	}
	op, known := cl.ops[name]
	if !known {
		meant := b.c.unknownOf(cl.name, "TUNE0211", x.unit, s.Op, cl.name+" has no operation "+s.Op.Text, append(sortedKeys(cl.ops), "start", "stop"), "it has")
		if op, known = cl.ops[meant]; !known {
			return nil
		}
		name = meant
		if len(s.Args) != len(cl.opDecls[op].Params) { // then it isn't that sure
			for _, arg := range s.Args {
				b.c.expr(x, arg.Value)
			}
			return nil
		}
	}
	if !b.c.isGiven(x.unit, s.Op, cl, name, "op") {
		return nil
	}
	a.Op = op
	b.c.called[cl.opDecls[op]] = true
	b.c.refersOp(x.unit, s.Op, cl)
	if b.c.system.lost.unread(cl.opDecls[op].Span) {
		return nil
	}
	if a.Args, ok = b.args(x, s.Args, b.c.system, cl.opDecls[op].Params, s.Op); !ok {
		return nil
	}
	b.weight(x, s, &cl.table.Ops[op], a.Args)
	b.lossOfOp(s, cl, op)
	return a
}

// args checks the arguments of an operation or an event.
func (b *body) args(x ctx, args []*lang.Arg, of *unit, params []*lang.Param, name lang.Name) ([]ir.Expr, bool) {
	b.c.refersArgs(x.unit, args, of, params)
	exprs, ok := b.c.matchArgs(x, args, params, name.Text, name.Span)
	var out []ir.Expr
	for i, e := range exprs {
		if e == nil {
			ok = false
			continue
		}
		b.c.muted++ // the declaration has said what is wrong with its types
		want := b.c.typeRef(of, params[i].Type)
		b.c.muted--
		v := b.c.expr(x, e)
		if !b.c.expect(x, v, want, e, params[i].Name.Text) {
			ok = false
			continue
		}
		out = append(out, b.c.give(v, want).e)
	}
	return out, ok
}

// probeAct checks `pause probe load of t`.
func (b *body) probeAct(x ctx, s *lang.ProbeAct) *ir.Action {
	kind := bundle.ActPauseProbe
	if s.Resume {
		kind = bundle.ActResumeProbe
	}
	a := b.newAction(x, s, kind, nil)
	v := b.c.expr(x, s.Of)
	if !b.c.wantInst(x, v, s.Of) {
		return nil
	}
	a.Target, a.Class = v.e, v.t.Class
	names := map[string]bool{}
	for _, cl := range b.c.classesOf(v.t) {
		for name := range cl.probes {
			names[name] = true
		}
		name := x.unit.given(instOf(cl), s.Probe.Text)
		if cl.members[name].known.bad { // where it is declared, that was told
			return nil
		}
		if i, known := cl.probes[name]; known {
			if !b.c.isGiven(x.unit, s.Probe, cl, name, "probe") {
				return nil
			}
			b.c.refersMember(x.unit, s.Probe, cl.members[name], cl)
			a.Probe = i
			return a
		}
	}
	b.c.unknownOf(b.c.instName(v.t), "TUNE0212", x.unit, s.Probe, b.c.instName(v.t)+" has no probe "+s.Probe.Text, sortedKeys(names), "it has")
	return nil
}

// emit checks `emit e(args)`.
func (b *body) emit(x ctx, s *lang.Emit) *ir.Action {
	a := b.newAction(x, s, bundle.ActEmit, nil)
	if module, own := s.Event.Cut(); b.c.hasEvent(x.unit, module, own) && b.c.anyBad(x, s.Args) {
		return nil // of which use it is, nobody knows
	}
	e := b.c.fromOutside(x.unit, s.Event, b.c.takes(x, s.Args))
	if e == nil || e.unsure() {
		return nil
	}
	classOf := func(at lang.Expr) *class {
		if t := b.c.expr(x, at).t; t.inst() && !t.bad && t.Class >= 0 {
			return b.c.classes[t.Class]
		}
		return nil
	}
	if b.c.bringsAnother(x.unit, e, s.Args, classOf) {
		return nil
	}
	args, ok := b.args(x, s.Args, e.unit, e.decl.Params, s.Event)
	if !ok {
		return nil
	}
	a.Event, a.Args = b.c.enter(e), args
	b.p.emits = append(b.p.emits, a)
	b.p.unsure[s] = !b.allKnown(args)
	return a
}

// wait checks `wait until C within T`; past it, C is known.
func (b *body) wait(x ctx, s *lang.Wait) (ir.Stmt, ctx) {
	a := b.newAction(x, s, bundle.ActWait, s.Within)
	cond, ok := b.c.truth(x, s.Cond, "what is waited for")
	if !ok {
		b.p.isWrong(s.Cond, true)
		return nil, x.doubt(s.Cond)
	}
	a.Cond = cond
	b.c.sayNever(x.unit, s.Cond)
	return a, x.forget().learn(cond, true).keep()
}

// text checks a text to fill in. Loads in it are what was measured.
func (b *body) text(x ctx, e lang.Expr) *ir.Text {
	x.raw = true
	s, isText := e.(*lang.String)
	if !isText {
		v := b.c.expr(x, e)
		if !v.t.bad {
			b.c.report("TUNE0205", x.unit, e.Pos(), "this is "+b.c.aType(v.t)+", not a text", `write it in quotes: "{`+printed(e)+`} …"`)
			b.c.change(x.unit, e.Pos(), `"{`+b.c.written(x.unit, e.Pos())+`}"`)
		}
		return nil
	}
	out := &ir.Text{}
	var part strings.Builder
	for _, h := range s.Holes {
		part.WriteString(h.Before)
		v := b.c.expr(x.named(h.X), h.X)
		switch {
		case v.t.bad:
			continue
		case v.t.Base == bundle.Secret:
			b.c.report("TUNE0230", x.unit, h.X.Pos(), "a secret is never shown", "")
		case differs(v):
			b.c.report("TUNE0205", x.unit, h.X.Pos(), lang.Print(h.X)+" differs from one to the other: it can't be filled in here", "fill in the one that has it")
		case v.t.Base == bundle.Text_:
			part.WriteString(v.str)
		case v.t.any:
			b.c.report("TUNE0205", x.unit, h.X.Pos(), "none can't be filled in", "say in words what is missing")
		case v.t.set() || v.t.Base == bundle.Series:
			b.c.report("TUNE0205", x.unit, h.X.Pos(), b.c.aType(v.t)+" can't be filled in", "fill in one of it, or count("+lang.Print(h.X)+")")
		case v.t.opt:
			b.c.needPresent(x, v, h.X)
		default:
			out.Parts = append(out.Parts, part.String())
			out.Values = append(out.Values, shown(v))
			part.Reset()
		}
	}
	if len(s.Holes) > 0 {
		part.WriteString(s.Tail)
	} else {
		part.WriteString(s.Value)
	}
	out.Parts = append(out.Parts, part.String())
	return out
}

// stringLit is a text in an expression: only messages and operations have a use for it.
func (c *checker) stringLit(x ctx, e *lang.String) val {
	return val{t: textT, str: e.Value, e: &ir.Truth{Node: node(x, e, textT)}}
}
