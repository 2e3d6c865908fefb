package emit

import (
	"github.com/tune-autonomic/tune/compiler/bundle"
	"github.com/tune-autonomic/tune/compiler/ir"
)

const reliefText = `policy Relieve on hot(h: rack) lossless {
  state Pick { let v = max(h.vms by cpu) }
  -> Choose when v exists
  -> GiveUp otherwise
  state Choose { let dst = if v.home != h then v.home else min(rack by cpu where it != h and fits(v, it)) }
  -> Move when dst exists and dst.cpu + v.demand / dst.capacity < dst.high
  -> GiveUp otherwise
  state Move { allocate dst; migrate v to dst within 2min }
  -> Done on success
  -> GiveUp on failure undo
  final Done
  final GiveUp { notify("{h} is hot ({h.cpu}) and no host can take its load") }
}`

func relief() *ir.Program {
	h, v, dst := aHost("h"), aVM("v"), aHost("dst")
	w, it := aVM("it"), aHost("it")
	choice := &ir.Cond{Node: ir.Node{T: dst.Type},
		If:   op(bundle.DIFF, nav(ref(v), home), ref(h)),
		Then: nav(ref(v), home),
		Else: best(bundle.SetArgMin, all(rackClass), it, col(ref(it), cpu), and(op(bundle.DIFF, ref(it), ref(h)), op(bundle.FITS, ref(v), ref(it)))),
	}
	room := lt(op(bundle.ADD, col(ref(dst), cpu), op(bundle.DIV, col(ref(v), demand), col(ref(dst), capacity))), col(ref(dst), high))
	p := policyOf(0, []*ir.Var{h},
		&ir.State{Name: "Pick", Body: []ir.Stmt{let(v, best(bundle.SetArgMax, nav(ref(h), guests), w, col(ref(w), vmCPU), nil))},
			Next: []ir.Transition{{Guard: unary(bundle.ISSET, ref(v)), To: 1}, {To: 4}}},
		&ir.State{Name: "Choose", Body: []ir.Stmt{let(dst, choice)}, Again: 0,
			Next: []ir.Transition{{Guard: and(unary(bundle.ISSET, ref(dst)), room), To: 2}, {To: 4}}},
		&ir.State{Name: "Move", Acts: true, Again: 0, Body: []ir.Stmt{
			&ir.Action{Kind: bundle.ActAllocate, Class: rackClass, Target: ref(dst)},
			&ir.Action{Kind: bundle.ActMigrate, Class: servlet, Target: ref(v), Dest: ref(dst), Timeout: 120 * second},
		}, Next: []ir.Transition{{To: 3}, {When: ir.OnFailure, Undo: true, To: 4}}},
		&ir.State{Name: "Done", Final: true},
		&ir.State{Name: "GiveUp", Final: true, Acts: true, Again: 4, Body: []ir.Stmt{
			&ir.Action{Kind: bundle.ActNotify, Class: -1, Text: &ir.Text{
				Parts: []string{"", " is hot (", ") and no host can take its load"}, Values: []ir.Expr{ref(h), col(ref(h), cpu)},
			}},
		}},
	)
	p.Policies[0].Lossless, p.Policies[0].Most = true, 2
	return p
}

func bringHome() *ir.Program {
	h, v := aHost("h"), aVM("v")
	return policyOf(0, []*ir.Var{h},
		&ir.State{Name: "Return", Acts: true, Body: []ir.Stmt{
			&ir.For{Var: v, Set: nav(ref(h), guests), By: col(ref(v), memory), AtMost: 1, OnFailure: "skip",
				Filter: op(bundle.DIFF, nav(ref(v), home), ref(h)),
				Body: []ir.Stmt{
					&ir.Action{Kind: bundle.ActMigrate, Class: servlet, Target: ref(v), Dest: nav(ref(v), home), Timeout: 120 * second},
				}},
		}, Next: []ir.Transition{{Guard: not(some(nav(ref(h), guests))), To: 1}, {To: 2}}},
		&ir.State{Name: "Free", Acts: true, Again: 1, Body: []ir.Stmt{
			&ir.Action{Kind: bundle.ActRelease, Class: rackClass, Target: ref(h)},
		}, Next: []ir.Transition{{To: 2}}},
		&ir.State{Name: "Done", Final: true, Again: 2},
	)
}

func grow() *ir.Program {
	h := aHost("h")
	t := &ir.Var{Name: "t", Type: inst(tomcats, tomcat)}
	made := &ir.Var{Name: "new", Type: inst(tomcats, tomcat)}
	few := lt(&ir.Count{Node: ir.Node{T: plain(bundle.Int)}, Set: all(tomcat)}, num(3))
	act := func(kind bundle.ActionKind, target ir.Expr) *ir.Action {
		return &ir.Action{Kind: kind, Class: tomcat, Target: target, Probe: 2}
	}
	call := func(o int32, args ...ir.Expr) *ir.Action {
		a := act(bundle.ActOp, ref(t))
		a.Op, a.Args = o, args
		return a
	}
	it := &ir.Var{Name: "it", Type: t.Type}
	p := policyOf(0, []*ir.Var{h},
		&ir.State{Name: "Add", Acts: true, Body: []ir.Stmt{
			let(t, best(bundle.SetArgMin, all(tomcat), it, col(ref(it), load), nil)),
			act(bundle.ActPauseProbe, ref(t)),
			&ir.Action{Kind: bundle.ActCreate, Class: tomcat, Result: made},
		}, Next: []ir.Transition{{To: 1}, {When: ir.OnFailure, Undo: true, To: 3}}},
		&ir.State{Name: "Wire", Acts: true, Again: 1, Body: []ir.Stmt{
			&ir.Fork{Branches: [][]ir.Stmt{
				{call(drain, ref(made)), call(stop)},
				{act(bundle.ActStart, ref(made))},
			}},
			&ir.Action{Kind: bundle.ActWait, Class: -1, Cond: lt(col(ref(made), load), num(0.1)), Timeout: 60 * second},
		}, Next: []ir.Transition{{To: 2}}},
		&ir.State{Name: "Resume", Final: true, Acts: true, Again: 2, Body: []ir.Stmt{
			&ir.Action{Kind: bundle.ActCreate, Class: servlet},
			&ir.Action{Kind: bundle.ActNotify, Class: -1, Text: &ir.Text{
				Parts: []string{"", " has ", " at ", ""}, Values: []ir.Expr{ref(h), ref(made), col(ref(made), load)},
			}},
		}},
		&ir.State{Name: "Done", Final: true, Again: 3},
	)
	p.Policies[0].Guard = few
	return p
}

func pick() *ir.Program {
	there := mutable(&ir.Var{Name: "there", Type: setOf(vms, servlet)})
	left := mutable(aNumber("left"))
	v, w := aVM("v"), aVM("w")
	node2 := &ir.Named{Node: ir.Node{T: inst(rack, rackClass)}}
	return planOf(
		let(there, nav(node2, guests)),
		let(left, num(2)),
		&ir.Pick{Var: v, From: ref(there), By: col(ref(v), memory),
			Filter: lt(op(bundle.MUL, num(0.985), col(node2, planned)), col(ref(v), demand)),
			While:  lt(num(0), ref(left)),
			Body:   []ir.Stmt{&ir.Lift{VM: ref(v)}, let(left, op(bundle.SUB, ref(left), num(1)))}},
		&ir.For{Var: w, Set: ref(there), Body: []ir.Stmt{&ir.Back{VM: ref(w)}}},
		&ir.Apply{},
	)
}

func allOrNothing() *ir.Program {
	took := mutable(&ir.Var{Name: "took", Type: setOf(rack, rackClass)})
	h, v, d, it := aHost("h"), aVM("v"), aHost("d"), aHost("it")
	target := best(bundle.SetArgMax, all(rackClass), it, col(ref(it), planned), and(
		op(bundle.DIFF, ref(it), ref(h)), not(op(bundle.IN, ref(it), ref(took))), op(bundle.FITS, ref(v), ref(it))))
	inner := &ir.For{Var: v, Set: nav(ref(h), plannedGuests), By: col(ref(v), demand), Desc: true, Body: []ir.Stmt{
		let(d, target),
		&ir.If{Cond: unary(bundle.ISSET, ref(d)),
			Then: []ir.Stmt{&ir.Put{VM: ref(v), On: ref(d)}, &ir.SetEdit{Op: bundle.SADD, Var: took, Value: ref(d)}},
			Else: []ir.Stmt{&ir.GiveUp{}}},
	}}
	return planOf(
		let(took, &ir.EmptySet{Node: ir.Node{T: took.Type}}),
		&ir.For{Var: h, Set: all(rackClass),
			By:     &ir.Count{Node: ir.Node{T: plain(bundle.Int)}, Set: nav(ref(h), plannedGuests)},
			Filter: and(some(nav(ref(h), plannedGuests)), not(op(bundle.IN, ref(h), ref(took)))),
			Body:   []ir.Stmt{&ir.AllOrNothing{Body: []ir.Stmt{inner}}}},
		&ir.SetEdit{Op: bundle.SJOIN, Var: took, Value: all(rackClass)},
		&ir.SetEdit{Op: bundle.SMINUS, Var: took, Value: ref(took)},
		&ir.Apply{AsListed: true},
	)
}
