package emit

import (
	"github.com/tune-autonomic/tune/compiler/bundle"
	"github.com/tune-autonomic/tune/compiler/ir"
)

// listing is a program, and what it says as source text.
type listing struct {
	name, says string
	program    func() *ir.Program
}

var listings = []listing{
	{"guard", `event hot(h: rack) when h.cpu > 45% and h.cpu <= 90% and h.cpu + h.inflight < h.high for 10s`, func() *ir.Program {
		h := aHost("h")
		return &ir.Program{Tables: tables(), Events: []*ir.Event{{
			Name: "hot", Class: rackClass, Thing: h, For: 10 * second,
			Cond: and(lt(num(0.45), col(ref(h), cpu)), le(col(ref(h), cpu), num(0.9)),
				lt(op(bundle.ADD, col(ref(h), cpu), col(ref(h), inflight)), col(ref(h), high))),
		}}}
	}},
	{"structural", `event cold(h: rack) when h.cpu < 10% and some(h.vms) for 60s`, func() *ir.Program {
		h := aHost("h")
		return &ir.Program{Tables: tables(), Events: []*ir.Event{
			{Name: "cold", Class: rackClass, Thing: h, For: 60 * second, Cond: and(lt(col(ref(h), cpu), num(0.1)), some(nav(ref(h), guests)))},
			{Name: "tick", Class: -1, Every: 300 * second},
			{Name: "told", Class: -1, External: true, Payload: []bundle.Param{{Name: "p", Type: plain(bundle.Percent)}}},
		}}
	}},
	{"three-valued", `event odd(h: rack) when not some(h.vms where cpu > 50%) and not (all h.vms: cpu > 5%)`, func() *ir.Program {
		h, v, w := aHost("h"), aVM("it"), aVM("it")
		every := &ir.SetOp{Node: ir.Node{T: plain(bundle.Bool)}, Kind: bundle.SetAll, Set: nav(ref(h), guests), It: w,
			Filter: and(lt(num(0.05), col(ref(w), vmCPU)), op(bundle.DIFF, nav(ref(w), home), ref(h)))}
		return &ir.Program{Tables: tables(), Events: []*ir.Event{{
			Name: "odd", Class: rackClass, Thing: h, For: second,
			Cond: and(not(some(where(nav(ref(h), guests), v, lt(num(0.5), col(ref(v), vmCPU))))), not(every)),
		}}}
	}},
	{"placement", `place = min(rack by it.watts(it.planned.granted / it.capacity) where it.capacity >= self.demand)`, func() *ir.Program {
		p := &ir.Program{Tables: tables()}
		p.Tables.Classes[servlet].Place.Rule = bundle.PlaceCode
		self, it := aVM("self"), aHost("it")
		p.Places = []ir.Place{{Class: servlet, Self: self, Node: best(bundle.SetArgMin, all(rackClass), it,
			op(bundle.WATTS, ref(it), op(bundle.DIV, col(ref(it), granted), col(ref(it), capacity))),
			le(col(ref(self), demand), col(ref(it), capacity)))}}
		return p
	}},
	{"argmin", `let x = min(rack by cpu where it != h and it not in [node2] and cpu < 90% and fits(v, it) )`, func() *ir.Program {
		return thinking(func(h *ir.Var) ir.Expr {
			it, v := aHost("it"), aVM("v")
			list := &ir.SetList{Node: ir.Node{T: setOf(rack, rackClass)}, Elems: []ir.Expr{&ir.Named{Node: ir.Node{T: inst(rack, rackClass)}}}}
			busiest := best(bundle.SetArgMax, nav(ref(h), guests), v, col(ref(v), vmCPU), nil)
			return best(bundle.SetArgMin, all(rackClass), it, col(ref(it), cpu), and(
				op(bundle.DIFF, ref(it), ref(h)), not(op(bundle.IN, ref(it), list)), lt(col(ref(it), cpu), num(0.9)),
				op(bundle.FITS, busiest, ref(it))))
		})
	}},
	{"hoist", `let x = max(rack by it.planned.demand where it.planned.demand + h.cpu * 2 <= 98% * it.capacity - 2 and (it.planned.granted == 0 or it.planned.demand < it.capacity))`, func() *ir.Program {
		return thinking(func(h *ir.Var) ir.Expr {
			it := aHost("it")
			room := le(op(bundle.ADD, col(ref(it), planned), op(bundle.MUL, col(ref(h), cpu), num(2))),
				op(bundle.SUB, op(bundle.MUL, num(0.98), col(ref(it), capacity)), num(2)))
			quiet := or(op(bundle.EQ, col(ref(it), granted), num(0)), lt(col(ref(it), planned), col(ref(it), capacity)))
			return best(bundle.SetArgMax, all(rackClass), it, col(ref(it), planned), and(room, quiet))
		})
	}},
	{"nested", `let x = min(rack by sum(it.planned.vms by demand * h.high) where count(it.planned.vms where cpu > 0%) > 0)`, func() *ir.Program {
		return thinking(func(h *ir.Var) ir.Expr {
			it, v, w := aHost("it"), aVM("v"), aVM("w")
			sum := &ir.SetOp{Node: ir.Node{T: plain(bundle.Float)}, Kind: bundle.SetSum, Set: nav(ref(it), plannedGuests), It: v,
				Key: op(bundle.MUL, col(ref(v), demand), col(ref(h), high))}
			count := &ir.Count{Node: ir.Node{T: plain(bundle.Int)}, Set: where(nav(ref(it), plannedGuests), w, lt(num(0), col(ref(w), vmCPU)))}
			return best(bundle.SetArgMin, all(rackClass), it, sum, lt(num(0), count))
		})
	}},
	{"asked-last", `let x = min(rack by it.planned.demand / it.capacity where count(it.planned.vms where cpu > 0%) > 0)`, func() *ir.Program {
		return thinking(func(h *ir.Var) ir.Expr {
			it, w := aHost("it"), aVM("w")
			count := &ir.Count{Node: ir.Node{T: plain(bundle.Int)}, Set: where(nav(ref(it), plannedGuests), w, lt(num(0), col(ref(w), vmCPU)))}
			return best(bundle.SetArgMin, all(rackClass), it, op(bundle.DIV, col(ref(it), planned), col(ref(it), capacity)), lt(num(0), count))
		})
	}},
	{"fused", `let x = min((rack where cpu > 0%) by cpu where not (cpu >= 50%))`, func() *ir.Program {
		return thinking(func(h *ir.Var) ir.Expr {
			a, b := aHost("it"), aHost("it")
			return best(bundle.SetArgMin, where(all(rackClass), a, lt(num(0), col(ref(a), cpu))), b, col(ref(b), cpu),
				not(le(num(0.5), col(ref(b), cpu))))
		})
	}},
	{"first", `let x = min(rack by 0 where empty(it.planned.vms))`, func() *ir.Program {
		return thinking(func(h *ir.Var) ir.Expr {
			it := aHost("it")
			return best(bundle.SetArgMin, all(rackClass), it, num(0), not(some(nav(ref(it), plannedGuests))))
		})
	}},
	{"logic", `let x = (h.cpu < 10% or not known(h.cpu)) and (if h.cpu > 1% then not (h.high < h.cpu or true) else h == node2)`, func() *ir.Program {
		return thinking(func(h *ir.Var) ir.Expr {
			named := &ir.Named{Node: ir.Node{T: inst(rack, rackClass)}}
			inner := not(or(lt(col(ref(h), high), col(ref(h), cpu)), &ir.Truth{Node: ir.Node{T: plain(bundle.Bool)}, V: true}))
			return and(or(lt(col(ref(h), cpu), num(0.1)), not(unary(bundle.KNOWN, col(ref(h), cpu)))),
				&ir.Cond{Node: ir.Node{T: plain(bundle.Bool)}, If: lt(num(0.01), col(ref(h), cpu)), Then: inner, Else: op(bundle.SAME, ref(h), named)})
		})
	}},
	{"arithmetic", `let x = sqrt(abs(-h.cpu)) / (h.capacity + h.capacity * 2) + (f(h.cpu + 1) where f(a) = a * a)`, func() *ir.Program {
		return thinking(func(h *ir.Var) ir.Expr {
			a := aNumber("a")
			square := &ir.Let{Node: ir.Node{T: plain(bundle.Float)}, Var: a, Value: op(bundle.ADD, col(ref(h), cpu), num(1)), In: op(bundle.MUL, ref(a), ref(a))}
			root := unary(bundle.SQRT, unary(bundle.ABS, unary(bundle.NEG, col(ref(h), cpu))))
			size := op(bundle.ADD, col(ref(h), capacity), op(bundle.MUL, col(ref(h), capacity), op(bundle.ADD, num(1), num(1))))
			return op(bundle.ADD, op(bundle.DIV, root, size), square)
		})
	}},
	{"series", `let x = sum(h.vms by (it.cpu last 30) * 2)`, func() *ir.Program {
		return thinking(func(h *ir.Var) ir.Expr {
			it := aVM("it")
			series := plain(bundle.Series)
			return &ir.SetOp{Node: ir.Node{T: series}, Kind: bundle.SetSumSeries, Set: nav(ref(h), guests), It: it,
				Key: op(bundle.SERMUL, &ir.Hist{Node: ir.Node{T: series}, Obj: ref(it)}, num(2))}
		})
	}},
	{"sets", `let x = h.vms.guests; none, empty and sorted sets`, func() *ir.Program {
		h, v := aHost("h"), aVM("it")
		kept := &ir.Var{Name: "kept", Type: setOf(vms, servlet)}
		there := &ir.Var{Name: "there", Type: setOf(tomcats, tomcat)}
		nobody := aVM("nobody")
		sorted := &ir.SetOp{Node: ir.Node{T: kept.Type}, Kind: bundle.SetSort, Set: nav(ref(h), guests), It: v, Key: col(ref(v), memory), Desc: true}
		return policyOf(0, []*ir.Var{h},
			&ir.State{Name: "Look", Body: []ir.Stmt{
				let(kept, sorted),
				let(there, &ir.NavAll{Node: ir.Node{T: there.Type}, Set: nav(ref(h), guests), Nav: runs}),
				let(nobody, &ir.Cond{Node: ir.Node{T: nobody.Type}, If: some(ref(there)), Then: &ir.None{Node: ir.Node{T: nobody.Type}},
					Else: best(bundle.SetArgMin, ref(kept), v, col(ref(v), vmCPU), nil)}),
			}, Next: []ir.Transition{{Guard: and(some(ref(kept)), unary(bundle.ISSET, ref(nobody)), op(bundle.IN, ref(nobody), ref(kept))), To: 1}}},
			&ir.State{Name: "Done", Final: true},
		)
	}},
	{"relieve", reliefText, relief},
	{"bring-home", `policy BringHome on hot(h: rack) {
  state Return {
    for v in h.vms by memory where v.home != h one at a time on failure skip { migrate v to v.home within 2min }
  }
  -> Free when empty(h)
  -> Done otherwise
  state Free { release h }
  -> Done
  final Done
}`, bringHome},
	{"grow", `policy Grow on hot(h: rack) when count(Tomcat) < 3 {
  state Add { pause probe load of t; new = Tomcat++ }  -> Wire on success  -> Done on failure undo
  state Wire { fork { t.drain(new); t.stop } fork { new.start } join; wait until new.load < 10% within 60s }  -> Resume
  final Resume { Servlet++; notify("{h} has {new} at {new.load}") }
}`, grow},
	{"pick", `plan {
  var there = node2.vms
  var left = 2
  pick v from there by v.memory where it.demand > rack.demand while left > 0 { lift v; left -= 1 }
  for v in there { back v }
  apply safely
}`, pick},
	{"all-or-nothing", `plan {
  var took: [rack] = []
  for h in rack by count(h.planned.vms) where some(h.planned.vms) and h not in took {
    all or nothing {
      for v in h.planned.vms by v.demand desc {
        let d = max(rack by it.planned.demand where it != h and it not in took and fits(v, it))
        if d exists { place v on d; add d to took } else { give up }
      }
    }
  }
  add rack to took; remove took from took
  apply as listed
}`, allOrNothing},
}
