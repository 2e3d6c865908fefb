package emit

import (
	"github.com/tune-autonomic/tune/compiler/bundle"
	"github.com/tune-autonomic/tune/compiler/ir"
)

// The architecture that the tests' programs stand on: three hosts, machines on them, and one component on machines.
const (
	rack, vms, tomcats            int32 = 0, 1, 2    // spaces
	rackClass, servlet, tomcat    int32 = 0, 1, 2    // classes
	cpu, high, capacity, inflight int32 = 0, 1, 2, 3 // columns of hosts
	granted, planned              int32 = 4, 5
	vmCPU, memory, demand         int32 = 6, 7, 8 // of machines
	load                          int32 = 9       // of tomcats
	guests, plannedGuests         int32 = 0, 1    // navigations of hosts
	host, home, runs              int32 = 2, 3, 4 // of machines
	under                         int32 = 5       // of tomcats: their machine
	stop, drain                   int32 = 0, 1    // operations of tomcats
	second                              = int64(1e9)
)

func tables() bundle.Program {
	number := bundle.Type{Base: bundle.Float, Space: -1, Class: -1}
	percent := bundle.Type{Base: bundle.Percent, Space: -1, Class: -1}
	col := func(space int32, kind bundle.ColumnKind, name string, t bundle.Type) bundle.Column {
		return bundle.Column{Space: space, Kind: kind, Name: name, Type: t}
	}
	return bundle.Program{
		System:  "test",
		Version: 1,
		Spaces: []bundle.Space{
			{Name: "rack", Kind: bundle.Host}, {Name: "rack.vms", Kind: bundle.VM}, {Name: "Tomcat", Kind: bundle.Component},
		},
		Classes: []bundle.Class{
			{
				Name: "rack", Kind: bundle.Host, Space: rack, On: -1, Min: 3, Max: 3, Initial: 3, Driver: "sim",
				Names: []string{"node1", "node2", "node3"}, ReadyPort: -1,
				Attrs: []bundle.Attr{
					{Name: "cores", Type: bundle.Type{Base: bundle.Int, Space: -1, Class: -1}, Values: []float64{2}},
					{Name: "mips", Type: number, Values: []float64{1000}},
					{Name: "memory", Type: bundle.Type{Base: bundle.Bytes, Space: -1, Class: -1}, Values: []float64{4 << 30}},
					{Name: "capacity", Type: number, Values: []float64{2000}},
					{Name: "high", Type: percent, Values: []float64{0.45}},
				},
			},
			{
				Name: "Servlet", Kind: bundle.VM, Space: vms, On: rackClass, Max: -1, Initial: 2, ReadyPort: -1,
				Attrs: []bundle.Attr{
					{Name: "vcpus", Type: bundle.Type{Base: bundle.Int, Space: -1, Class: -1}, Values: []float64{1}},
					{Name: "mips", Type: number, Values: []float64{1000}},
					{Name: "memory", Type: bundle.Type{Base: bundle.Bytes, Space: -1, Class: -1}, Values: []float64{512 << 20}},
				},
			},
			{
				Name: "Tomcat", Kind: bundle.Component, Space: tomcats, On: servlet, Min: 1, Max: 3, Initial: 1, ReadyPort: -1,
				Ops: []bundle.Op{
					{Name: "stop", Interrupts: true, Exec: []string{"shutdown.sh"}},
					{Name: "drain", Exec: []string{"drain"}, Params: []bundle.Param{{Name: "t", Type: bundle.Type{Base: bundle.Inst, Space: tomcats, Class: tomcat}}}},
				},
			},
		},
		Columns: []bundle.Column{
			col(rack, bundle.ColMetric, "cpu", percent), col(rack, bundle.ColAttr, "high", percent),
			col(rack, bundle.ColAttr, "capacity", number), col(rack, bundle.ColInflightCPU, "inflight", percent),
			col(rack, bundle.ColPlannedGranted, "planned.granted", number),
			col(rack, bundle.ColPlannedDemand, "planned.demand", number),
			col(vms, bundle.ColMetric, "cpu", percent), col(vms, bundle.ColAttr, "memory", bundle.Type{Base: bundle.Bytes, Space: -1, Class: -1}),
			col(vms, bundle.ColDemand, "demand", number), col(tomcats, bundle.ColMetric, "load", percent),
		},
		Navs: []bundle.Nav{
			{Name: "vms", From: rack, To: vms, Many: true, Kind: bundle.NavGuests},
			{Name: "planned.vms", From: rack, To: vms, Many: true, Kind: bundle.NavPlannedGuests},
			{Name: "host", From: vms, To: rack, Kind: bundle.NavHost},
			{Name: "home", From: vms, To: rack, Kind: bundle.NavHome},
			{Name: "guests", From: vms, To: tomcats, Many: true, Kind: bundle.NavGuests},
			{Name: "node", From: tomcats, To: vms, Kind: bundle.NavHost},
		},
		Probes: []bundle.Probe{
			{Name: "cpu", Class: rackClass, Column: cpu, Every: second, Stale: 3 * second, Source: "cpu"},
			{Name: "cpu", Class: servlet, Column: vmCPU, Every: second, Stale: 3 * second, Source: "cpu"},
			{Name: "load", Class: tomcat, Column: load, Every: second, Stale: 3 * second, Source: "process.cpu"},
		},
		Hists:  []bundle.Hist{{Column: vmCPU, N: 30}},
		Insts:  []bundle.InstRef{{Space: rack, Index: 1}},
		Deploy: []int32{servlet, tomcat},
	}
}

func plain(b bundle.BaseType) bundle.Type { return bundle.Type{Base: b, Space: -1, Class: -1} }

func inst(space, class int32) bundle.Type {
	return bundle.Type{Base: bundle.Inst, Space: space, Class: class}
}

func setOf(space, class int32) bundle.Type {
	return bundle.Type{Base: bundle.Set, Space: space, Class: class}
}

func aHost(name string) *ir.Var { return &ir.Var{Name: name, Type: inst(rack, rackClass)} }
func aVM(name string) *ir.Var   { return &ir.Var{Name: name, Type: inst(vms, servlet)} }
func aNumber(name string) *ir.Var {
	return &ir.Var{Name: name, Type: plain(bundle.Float)}
}

func num(v float64) ir.Expr { return &ir.Num{Node: ir.Node{T: plain(bundle.Float)}, V: v} }
func ref(v *ir.Var) ir.Expr { return &ir.Ref{Node: ir.Node{T: v.Type}, Var: v} }

func col(x ir.Expr, column int32) ir.Expr {
	return &ir.Col{Node: ir.Node{T: plain(bundle.Float)}, Obj: x, Column: column}
}

func nav(x ir.Expr, n int32) ir.Expr {
	to := tables().Navs[n].To
	t := inst(to, to)
	if tables().Navs[n].Many {
		t = setOf(to, to)
	}
	return &ir.Nav{Node: ir.Node{T: t}, Obj: x, Nav: n}
}

func all(class int32) ir.Expr {
	return &ir.Members{Node: ir.Node{T: setOf(class, class)}, Class: class}
}

func op(o bundle.Op_, x, y ir.Expr) ir.Expr {
	base := bundle.Bool
	switch {
	case o >= bundle.ADD && o <= bundle.MAX, o == bundle.WATTS:
		base = bundle.Float
	case o >= bundle.SERSUM && o <= bundle.SERDIV:
		base = bundle.Series
	}
	return &ir.Binary{Node: ir.Node{T: plain(base)}, Op: o, X: x, Y: y}
}

func unary(o bundle.Op_, x ir.Expr) ir.Expr {
	base := bundle.Bool
	switch o {
	case bundle.NEG, bundle.ABS, bundle.SQRT:
		base = bundle.Float
	}
	return &ir.Unary{Node: ir.Node{T: plain(base)}, Op: o, X: x}
}

func not(x ir.Expr) ir.Expr { return unary(bundle.NOT, x) }

func and(xs ...ir.Expr) ir.Expr {
	out := xs[0]
	for _, x := range xs[1:] {
		out = op(bundle.AND, out, x)
	}
	return out
}

func or(x, y ir.Expr) ir.Expr { return op(bundle.OR, x, y) }
func lt(x, y ir.Expr) ir.Expr { return op(bundle.LT, x, y) }
func le(x, y ir.Expr) ir.Expr { return op(bundle.LE, x, y) }

// best is min (max) of a set by a key, where it passes a filter.
func best(kind bundle.SetOpKind, set ir.Expr, it *ir.Var, key, filter ir.Expr) *ir.SetOp {
	return &ir.SetOp{Node: ir.Node{T: it.Type}, Kind: kind, Set: set, It: it, Key: key, Filter: filter}
}

func where(set ir.Expr, it *ir.Var, filter ir.Expr) *ir.SetOp {
	return &ir.SetOp{Node: ir.Node{T: set.Type()}, Kind: bundle.SetFilter, Set: set, It: it, Filter: filter}
}

func some(set ir.Expr) *ir.SetOp {
	return &ir.SetOp{Node: ir.Node{T: plain(bundle.Bool)}, Kind: bundle.SetAny, Set: set, It: &ir.Var{Type: inst(set.Type().Space, set.Type().Class)}}
}

func let(v *ir.Var, x ir.Expr) ir.Stmt { return &ir.Assign{Var: v, Value: x} }

// mutable makes v a plan's var.
func mutable(v *ir.Var) *ir.Var {
	v.Mutable = true
	return v
}

// planOf is a program with one policy on a tick, whose one state has the steps of a plan.
func planOf(steps ...ir.Stmt) *ir.Program {
	return policyOf(bundle.OnDeploy, nil,
		&ir.State{Name: "Think", Acts: true, Body: steps, Next: []ir.Transition{{To: 1}}},
		&ir.State{Name: "Done", Final: true},
	)
}

func policyOf(event int32, params []*ir.Var, states ...*ir.State) *ir.Program {
	p := &ir.Program{Tables: tables(), Policies: []*ir.Policy{{
		Name: "P", Event: event, Params: params, States: states, Most: -1,
	}}}
	if event >= 0 {
		p.Events = []*ir.Event{{Name: "hot", Class: rackClass, Thing: params[0], For: 10 * second, Cond: lt(num(0.45), col(ref(params[0]), cpu))}}
	}
	return p
}

// thinking is a program with a policy on a host whose first state evaluates x and whose transition is open if it is
// true, or is some.
func thinking(x func(h *ir.Var) ir.Expr) *ir.Program {
	h := aHost("h")
	value := x(h)
	v := &ir.Var{Name: "x", Type: value.Type()}
	var open ir.Expr
	switch v.Type.Base {
	case bundle.Bool:
		open = ref(v)
	case bundle.Inst:
		open = unary(bundle.ISSET, ref(v))
	case bundle.Set:
		open = some(ref(v))
	case bundle.Series:
		open = lt(num(0), &ir.SerFun{Node: ir.Node{T: plain(bundle.Float)}, Fun: bundle.SerAvg, X: ref(v)})
	default:
		open = lt(num(0), ref(v))
	}
	return policyOf(0, []*ir.Var{h},
		&ir.State{Name: "Think", Body: []ir.Stmt{let(v, value)}, Next: []ir.Transition{{Guard: open, To: 1}}},
		&ir.State{Name: "Done", Final: true},
	)
}
