package bundletest

import (
	"math"

	b "github.com/tune-autonomic/tune/compiler/bundle"
)

// Indices of what Sample declares.
const (
	Hosts, VMs, Apps = 0, 1, 2 // spaces, and their only classes

	HostCPU, HostHigh, VMCPU, VMDemand, PlannedDemand, Capacity, VMMemory, CPUAverage = 0, 1, 2, 3, 4, 5, 6, 7 // columns

	VMHost, VMHome, HostVMs, PlannedVMs, AppVM, VMApps, PlannedHost, AppPeers = 0, 1, 2, 3, 4, 5, 6, 7 // navigations
)

var (
	percent  = b.Type{Base: b.Percent, Space: -1, Class: -1}
	number   = b.Type{Base: b.Float, Space: -1, Class: -1}
	aHost    = b.Type{Base: b.Inst, Space: Hosts, Class: Hosts}
	aVM      = b.Type{Base: b.Inst, Space: VMs, Class: VMs}
	anApp    = b.Type{Base: b.Inst, Space: Apps, Class: Apps}
	restOfVM = b.Type{Base: b.Iter, Space: VMs, Class: VMs}
)

// World returns a program with tables and no behaviour: hosts with machines with applications.
func World() *b.Program {
	p := &b.Program{
		System: "sample", Version: 1,
		Spaces: []b.Space{{Name: "rack", Kind: b.Host}, {Name: "rack.vms", Kind: b.VM}, {Name: "App", Kind: b.Component}},
		Classes: []b.Class{
			{
				Name: "rack", Kind: b.Host, Space: Hosts, On: -1, Min: 3, Max: 3, Initial: 3, Names: []string{"n1", "n2", "n3"},
				Attrs:     []b.Attr{{Name: "high", Type: percent, Values: []float64{.45}}},
				Watts:     [][]float64{{80, 100, 120}},
				ReadyPort: -1,
			},
			{Name: "Guest", Kind: b.VM, Space: VMs, On: Hosts, Max: 8, Initial: 6, ReadyPort: -1},
			{
				Name: "App", Kind: b.Component, Space: Apps, On: VMs, Min: 1, Max: 4, Initial: 2,
				Attrs: []b.Attr{{Name: "port", Type: number, Values: []float64{80}}},
				Ops: []b.Op{
					{Name: "resize", Exec: []string{"resize", "{n}"}, Params: []b.Param{{Name: "n", Type: number}}},
					{Name: "configure", Template: "app.tmpl", To: "app.conf"},
				},
				ReadyPort: 0,
			},
		},
		Templates: []b.Source{{Path: "app.tmpl", Text: "name {name}\n"}},
		Lock:      []b.Locked{b.LockOf("app.tmpl", "name {name}\n")},
		Columns: []b.Column{
			{Space: Hosts, Kind: b.ColMetric, Name: "cpu", Type: percent},
			{Space: Hosts, Kind: b.ColAttr, Name: "high", Type: percent},
			{Space: VMs, Kind: b.ColMetric, Name: "cpu", Type: percent},
			{Space: VMs, Kind: b.ColDemand, Name: "demand", Type: number},
			{Space: Hosts, Kind: b.ColPlannedDemand, Name: "planned.demand", Type: number},
			{Space: Hosts, Kind: b.ColAttr, Name: "capacity", Type: number},
			{Space: VMs, Kind: b.ColAttr, Name: "memory", Type: b.Type{Base: b.Bytes, Space: -1, Class: -1}},
			{Space: Hosts, Kind: b.ColWindow, Ref: 0, Name: "cpu average", Type: percent},
		},
		Navs: []b.Nav{
			{Name: "host", From: VMs, To: Hosts, Kind: b.NavHost},
			{Name: "home", From: VMs, To: Hosts, Kind: b.NavHome},
			{Name: "vms", From: Hosts, To: VMs, Many: true, Kind: b.NavGuests},
			{Name: "planned.vms", From: Hosts, To: VMs, Many: true, Kind: b.NavPlannedGuests},
			{Name: "vm", From: Apps, To: VMs, Kind: b.NavHost},
			{Name: "apps", From: VMs, To: Apps, Many: true, Kind: b.NavGuests},
			{Name: "planned.host", From: VMs, To: Hosts, Kind: b.NavPlannedHost},
			{Name: "peers", From: Apps, To: Apps, Many: true, Kind: b.NavRole},
		},
		Links: []b.Link{{Left: b.LinkEnd{Class: Apps, Role: "peers", Max: -1}, Right: b.LinkEnd{Class: Apps, Role: "front", Max: 1}}},
		Probes: []b.Probe{
			{Name: "cpu", Class: Hosts, Column: HostCPU, Every: 1e9, Stale: 5e9, Source: "cpu"},
			{Name: "cpu", Class: VMs, Column: VMCPU, Every: 1e9, Stale: 5e9, Source: "cpu", History: 5},
		},
		Windows:  []b.Window{{Column: HostCPU, Kind: b.WinAvg, Span: 1e10}},
		Requires: []b.Require{{Kind: "capacity", What: "memory", Class: Hosts}},
		Budgets:  []b.Budget{{N: 1, What: "migration", Class: Hosts}},
		Insts:    []b.InstRef{{Space: Hosts, Index: 1}},
		Hists:    []b.Hist{{Column: VMCPU, N: 5}},
		Deploy:   []int32{VMs, Apps},
		Scenarios: []b.Scenario{{
			Name: "day", Until: 1e12,
			Deploys:  []b.DeployAt{{At: 0}},
			Emits:    []b.EmitAt{{At: 7, Event: 3}},
			Answers:  []b.AnswerAt{{At: 8, Verb: b.AnswerClear}},
			Wishes:   []b.WishAt{{At: 8, For: 2, Kind: b.WishPause, Class: -1}},
			Clients:  []b.Clients{{Class: Apps, Points: []b.Point{{N: 10, At: 1e9}, {N: 20, To: true, At: 2e9}}}},
			Loads:    []b.Load{{Class: VMs, From: b.DataRef{Func: "trace", Name: "a"}}},
			Requests: []b.Requests{{Class: Apps, From: b.DataRef{Func: "counts", Name: "b", Args: []b.Setting{{Name: "scale", Type: b.Float, Value: 2}}}}},
			Work:     []b.Work{{Class: Apps, Seconds: .01}},
			Settings: []b.Setting{{Name: "bandwidth", Type: b.Rate, Value: 1e9}},
			Faults: []b.Fault{
				{At: 5, Kind: "crash", Class: Hosts, Instance: "n1", Probe: -1}, {At: 6, Kind: "stall", Class: VMs, Probe: -1, For: 9},
				{At: 7, Kind: "lie", Class: VMs, Probe: 1, By: .2}, {At: 8, Kind: "fail", Class: -1, Probe: -1},
			},
		}},
	}
	return p
}

// Sample returns a valid program that holds every opcode, every kind of set operation and most kinds of action.
func Sample() *b.Program {
	p := World()
	a := NewAsm(p)
	events(a)
	relieve(a)
	grow(a)
	p.Classes[VMs].Place = b.Place{Rule: b.PlaceCode, PC: a.PC(), Self: 3}
	a.I(b.CLASS, Hosts, 0)
	a.I(b.SETOP, a.Op(b.SetArgMax, Hosts, 1, func(o *b.SetOp) { o.KeyColumn = Capacity }), 2, 0)
	a.I(b.RET, 0, 2)
	return p
}

func events(a *Asm) {
	hot := b.Guard{Tests: []b.Test{{Column: HostCPU, Lo: .45, Hi: math.Inf(1)}}, PC: a.PC()}
	a.I(b.COL, CPUAverage, 1, 0)
	a.I(b.COL, HostHigh, 2, 0)
	a.I(b.LT, 0, 3, 2, 1)
	a.I(b.KNOWN, 0, 4, 1)
	a.I(b.AND, 0, 3, 3, 4)
	a.I(b.NOT, 0, 4, 3)
	a.I(b.OR, 0, 3, 3, 4)
	a.I(b.RET, 0, 3)
	a.P.Events = []b.Event{
		{Name: "hot", Class: Hosts, Cond: hot, For: 1e10, Watches: []b.Watch{{Column: HostCPU, Self: true}}},
		{Name: "tick", Class: -1, Every: 3e11, Cond: b.Guard{PC: -1}},
		{Name: "call", Class: -1, External: true, Payload: []b.Param{{Name: "n", Type: number}}, Cond: b.Guard{PC: -1}},
		{Name: "more", Class: -1, External: true, Cond: b.Guard{PC: -1}},
	}
}

// relieve is a policy on hot: choose a machine and a host; move it.
func relieve(a *Asm) {
	const thing, victim, dest, rest, v = 0, 1, 2, 3, 4
	pol := b.Policy{
		Name: "Relieve", Event: 0, Regs: []b.Type{aHost, aVM, aHost, restOfVM, aVM},
		RegNames: []string{"h", "v", "dst", "rest of x", "x"}, Most: -1,
	}
	pol.Guard = a.PC()
	a.I(b.NAVS, HostVMs, 8, thing)
	a.I(b.COUNT, 0, 9, 8)
	a.I(b.TOBOOL, 0, 10, 9)
	a.I(b.RET, 0, 10)

	choose := b.State{Name: "Choose", Claims: -1, Fail: -1, Body: a.PC()}
	a.I(b.NAVS, HostVMs, 8, thing)
	a.I(b.SETOP, a.Op(b.SetArgMax, VMs, 9, func(o *b.SetOp) { o.KeyColumn = VMCPU }), victim, 8)
	a.I(b.CLASS, Hosts, 8)
	fits := a.Op(b.SetArgMin, Hosts, 9, func(o *b.SetOp) {
		o.KeyColumn, o.Except, o.Pure = HostCPU, []uint8{thing}, true
		o.Where.Tests = []b.Test{{Column: HostCPU, Lo: 0, Hi: .4}}
	})
	a.I(b.SETOP, fits, dest, 8)
	a.I(b.END, 0)
	a.P.SetOps[fits].Where.PC = a.PC()
	a.I(b.FITS, VMs, 10, victim, 9)
	a.I(b.RET, 0, 10)
	choose.Next = a.PC()
	a.I(b.ISSET, 0, 8, dest)
	a.J(b.JF, "none", 8)
	a.I(b.GOTO, 1, 0)
	a.L("none")
	a.I(b.NAV, VMHome, 8, victim)
	a.I(b.DIFF, 0, 9, 8, thing)
	a.J(b.JT, "go", 9)
	a.I(b.GOTO, 2, 0)
	a.L("go")
	a.I(b.GOTO, 2, 0)

	move := b.State{Name: "Move", Claims: a.PC()}
	a.I(b.CLAIM, VMs, victim)
	a.I(b.CLAIM, Hosts, dest)
	a.I(b.CLAIM, Hosts, thing, b.Shared)
	a.I(b.NAVS, HostVMs, 8, thing)
	a.I(b.CLAIMS, VMs, 8)
	a.I(b.CLAIMC, VMs)
	a.I(b.RET, 0, 0)
	move.Body = a.PC()
	a.I(b.ACT, a.Action(b.Action{Kind: b.ActAllocate, Class: Hosts, Space: Hosts, Target: dest}))
	a.I(b.ACT, a.Action(b.Action{Kind: b.ActMigrate, Class: VMs, Space: VMs, Target: victim, Dest: dest, Timeout: 12e10}))
	a.I(b.NAVS, HostVMs, 8, thing)
	a.I(b.SORT, a.Op(b.SetSort, VMs, 9, func(o *b.SetOp) { o.KeyColumn, o.Desc = VMMemory, true }), rest, 8)
	a.L("next")
	a.J(b.NEXT, "out", v, rest)
	skip := a.Action(b.Action{Kind: b.ActMigrate, Class: VMs, Space: VMs, Target: v, Dest: dest})
	a.P.Actions[skip].OnFail = a.PC() - 1
	a.I(b.ACT, skip)
	a.J(b.JMP, "next")
	a.L("out")
	a.J(b.FORK, "left")
	a.J(b.FORK, "right")
	a.J(b.JMP, "join")
	a.L("left")
	a.I(b.ACT, a.Action(b.Action{Kind: b.ActStart, Class: VMs, Space: VMs, Target: victim}))
	a.I(b.END, 0)
	a.L("right")
	a.P.Texts = append(a.P.Texts, b.Text{Parts: []string{"", " at ", ""}, Regs: []uint8{thing, 8}, Types: []b.Type{aHost, percent}})
	a.I(b.COL, HostCPU, 8, thing)
	a.I(b.ACT, a.Action(b.Action{Kind: b.ActNotify, Class: -1, Space: -1, Text: 0}))
	a.I(b.END, 0)
	a.L("join")
	a.I(b.JOIN, 0)
	a.I(b.END, 0)
	move.Next = a.PC()
	a.I(b.GOTO, 2, 0)
	move.Fail = a.PC()
	a.I(b.GOTO, 2, 1)

	done := b.State{Name: "Done", Final: true, Claims: -1, Fail: -1, Again: 2, Body: a.PC()}
	a.I(b.END, 0)
	done.Next = a.PC()
	a.I(b.END, 0)
	pol.States = []b.State{choose, move, done}
	a.P.Policies = append(a.P.Policies, pol)
}

// grow is a policy on a call with a number: it makes something, uses it, and plans.
func grow(a *Asm) {
	const n, made = 0, 1
	pol := b.Policy{Name: "Grow", Event: 2, Guard: -1, Regs: []b.Type{number, anApp}, RegNames: []string{"n", "new"}, Most: 4}
	add := b.State{Name: "Add", Fail: -1, Claims: a.PC()}
	a.I(b.CLAIMC, Apps)
	a.I(b.RET, 0, 0)
	add.Body = a.PC()
	a.I(b.ACT, a.Action(b.Action{Kind: b.ActCreate, Class: Apps, Space: Apps, Result: made}))
	a.I(b.ACT, a.Action(b.Action{Kind: b.ActOp, Class: Apps, Space: Apps, Target: made, Args: []uint8{n}}))
	a.I(b.ACT, a.Action(b.Action{Kind: b.ActEmit, Event: 2, Args: []uint8{n}}))
	wait := a.Action(b.Action{Kind: b.ActWait, Timeout: 1e9})
	a.I(b.ACT, wait)
	a.I(b.END, 0)
	a.P.Actions[wait].WaitPC = a.PC()
	a.I(b.NAV, AppVM, 4, made)
	a.I(b.ISSET, 0, 5, 4)
	a.I(b.RET, 0, 5)
	add.Next = a.PC()
	a.I(b.GOTO, 1, 0)

	think := b.State{Name: "Think", Fail: -1, Again: 1, Claims: a.PC()}
	a.I(b.RET, 0, 0)
	think.Body = a.PC()
	plan(a)
	think.Next = a.PC()
	a.I(b.GOTO, 2, 0)

	done := b.State{Name: "Done", Final: true, Claims: -1, Next: -1, Fail: -1, Again: 2, Body: a.PC()}
	a.I(b.END, 0)
	pol.States = []b.State{add, think, done}
	a.P.Policies = append(a.P.Policies, pol)
}

// plan empties a host: for its machines, the greatest first, a host; and looks at everything on the way.
func plan(a *Asm) {
	const (
		host, hosts, took, mark, pool, v, t, iter, elem, dst, sum, n = 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21
		ser, ser2                                                    = 22, 23
	)
	a.I(b.NOP, 0)
	a.I(b.INST, 0, host)
	a.I(b.CLASS, Hosts, hosts)
	a.I(b.EMPTY, Hosts, took)
	a.I(b.SADD, 0, took, host)
	a.I(b.MARK, 0, mark)
	a.I(b.NAVS, HostVMs, t, host)
	a.I(b.POOL, 0, pool, t)
	a.L("pick")
	pick := a.Op(b.SetArgMax, VMs, elem, func(o *b.SetOp) { o.KeyColumn = VMDemand })
	a.I(b.PICK, pick, v, pool)
	a.I(b.ISSET, 0, t, v)
	a.J(b.JF, "picked", t)
	a.I(b.LIFT, VMs, v)
	best := a.Op(b.SetArgMin, Hosts, elem, func(o *b.SetOp) { o.Without, o.Pure = []uint8{took}, true })
	a.I(b.SETOP, best, dst, hosts)
	a.I(b.ISSET, 0, t, dst)
	a.J(b.JF, "lost", t)
	a.I(b.PLACE, VMs, v, dst)
	a.J(b.JMP, "pick")
	a.L("lost")
	a.I(b.BACK, VMs, v)
	a.I(b.UNDO, 0, mark)
	a.L("picked")

	a.I(b.COPY, 0, n, hosts)
	a.I(b.SMINUS, 0, n, took)
	a.I(b.SJOIN, 0, took, n)
	a.I(b.SDEL, 0, took, host)
	a.I(b.NAVA, PlannedVMs, t, hosts)
	a.I(b.IN, 0, t, host, took)
	a.I(b.SNAP, 0, iter, hosts)
	a.L("hosts")
	a.J(b.NEXT, "end", dst, iter)
	a.I(b.SAME, 0, t, dst, host)
	a.J(b.JT, "hosts", t)
	a.I(b.NAVS, PlannedVMs, t, dst)
	series := a.Op(b.SetSumSeries, VMs, elem)
	a.I(b.SETOP, series, ser, t)
	a.I(b.SERSUM, 0, ser2, ser, ser)
	a.I(b.COUNT, 0, n, t)
	a.I(b.SERMUL, 0, ser, ser, n)
	a.I(b.SERDIV, 0, ser, ser, n)
	a.I(b.SERFUN, b.SerForecast, sum, ser)
	a.I(b.NUM, a.Const(2), n)
	for _, op := range []b.Op_{b.ADD, b.SUB, b.MUL, b.DIV, b.MIN, b.MAX} {
		a.I(op, 0, sum, sum, n)
	}
	for _, op := range []b.Op_{b.NEG, b.ABS, b.SQRT} {
		a.I(op, 0, sum, sum)
	}
	a.I(b.WATTS, Hosts, n, dst, sum)
	for _, op := range []b.Op_{b.LT, b.LE, b.EQ, b.NE} {
		a.I(op, 0, t, sum, n)
	}
	a.I(b.TONUM, 0, n, t)
	for _, op := range []b.Op_{b.JNLT, b.JNLE, b.JNEQ, b.JNNE} {
		a.J(op, "hosts", sum, n)
	}
	var folds []int32
	for kind := b.SetFilter; kind <= b.SetMax; kind++ {
		if kind == b.SetSort {
			continue
		}
		k := a.Op(kind, Hosts, elem)
		folds = append(folds, k)
		a.I(b.SETOP, k, t, hosts)
	}
	a.I(b.BOOL, 2, t)
	a.I(b.NONE, VMs, v)
	a.I(b.MOV, 0, n, v)
	a.J(b.JMP, "hosts")
	a.L("end")
	a.I(b.APPLY, 0)
	a.I(b.END, 0)

	a.P.SetOps[best].KeyPC = a.PC()
	a.I(b.COL, PlannedDemand, 30, elem)
	a.I(b.COL, Capacity, 31, elem)
	a.I(b.DIV, 0, 30, 30, 31)
	a.I(b.RET, 0, 30)
	a.P.SetOps[series].KeyPC = a.PC()
	a.I(b.HIST, 0, 30, elem)
	a.I(b.RET, 0, 30)
	for _, k := range folds {
		a.P.SetOps[k].Where.PC = a.PC()
		a.I(b.COL, HostCPU, 30, elem)
		a.I(b.COL, HostHigh, 31, elem)
		a.I(b.LT, 0, 32, 30, 31)
		a.I(b.RET, 0, 32)
		switch a.P.SetOps[k].Kind {
		case b.SetSum, b.SetAvg:
			a.P.SetOps[k].KeyColumn = HostCPU
		case b.SetMin, b.SetMax:
			a.P.SetOps[k].KeyPC = a.PC()
			a.I(b.COL, HostCPU, 30, elem)
			a.I(b.RET, 0, 30)
		case b.SetAll:
			a.P.SetOps[k].KeyPC = a.PC()
			a.I(b.COL, HostCPU, 30, elem)
			a.I(b.LE, 0, 31, 30, 30)
			a.I(b.RET, 0, 31)
		}
	}
}
