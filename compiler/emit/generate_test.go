package emit

import (
	"math"
	"math/rand"

	"github.com/tune-autonomic/tune/compiler/bundle"
	"github.com/tune-autonomic/tune/compiler/ir"
	"github.com/tune-autonomic/tune/runtime/vm"
)

// generator makes expressions of a wanted type over the variables that are in scope.
type generator struct {
	*rand.Rand
	vars []*ir.Var
}

func (g *generator) pick(space int32, base bundle.BaseType) (*ir.Var, bool) {
	var fit []*ir.Var
	for _, v := range g.vars {
		if v.Type.Base == base && (v.Type.Space == space || base != bundle.Inst && base != bundle.Set) {
			fit = append(fit, v)
		}
	}
	if len(fit) == 0 {
		return nil, false
	}
	return fit[g.Intn(len(fit))], true
}

// in makes an expression with v in scope.
func (g *generator) in(v *ir.Var, make func() ir.Expr) ir.Expr {
	g.vars = append(g.vars, v)
	defer func() { g.vars = g.vars[:len(g.vars)-1] }()
	return make()
}

func (g *generator) optional(make func() ir.Expr) ir.Expr {
	if g.Intn(3) == 0 {
		return nil
	}
	return make()
}

func (g *generator) number(depth int) ir.Expr {
	if depth <= 0 {
		if v, ok := g.pick(-1, bundle.Float); ok && g.Intn(3) == 0 {
			return ref(v)
		}
		if g.Intn(3) == 0 {
			return num([]float64{0, 1, 2, 0.5, -1}[g.Intn(5)])
		}
		return g.column(0)
	}
	switch g.Intn(9) {
	case 0, 1:
		return g.column(depth - 1)
	case 2, 3:
		ops := []bundle.Op_{bundle.ADD, bundle.SUB, bundle.MUL, bundle.DIV, bundle.MIN, bundle.MAX}
		return op(ops[g.Intn(len(ops))], g.number(depth-1), g.number(depth-1))
	case 4:
		ops := []bundle.Op_{bundle.NEG, bundle.ABS, bundle.SQRT}
		return unary(ops[g.Intn(len(ops))], g.number(depth-1))
	case 5:
		return &ir.Cond{Node: ir.Node{T: plain(bundle.Float)}, If: g.truth(depth - 1), Then: g.number(depth - 1), Else: g.number(depth - 1)}
	case 6:
		v := aNumber("let")
		value := g.number(depth - 1)
		return &ir.Let{Node: ir.Node{T: plain(bundle.Float)}, Var: v, Value: value, In: g.in(v, func() ir.Expr { return g.number(depth - 1) })}
	case 7:
		return &ir.Count{Node: ir.Node{T: plain(bundle.Int)}, Set: g.set(g.space(), depth-1)}
	}
	kinds := []bundle.SetOpKind{bundle.SetSum, bundle.SetAvg, bundle.SetMin, bundle.SetMax, bundle.SetCount}
	x := g.over(kinds[g.Intn(len(kinds))], g.space(), depth)
	x.T = plain(bundle.Float)
	if x.Kind == bundle.SetCount {
		x.Key = nil
	}
	return x
}

func (g *generator) space() int32 { return int32(g.Intn(2)) }

// over makes a query over a set of the space, with a key that is a number.
func (g *generator) over(kind bundle.SetOpKind, space int32, depth int) *ir.SetOp {
	it := aHost("it")
	if space == vms {
		it = aVM("it")
	}
	x := &ir.SetOp{Kind: kind, Set: g.set(space, depth-1), It: it, Desc: kind == bundle.SetSort && g.Intn(2) == 0}
	g.in(it, func() ir.Expr {
		x.Filter = g.optional(func() ir.Expr { return g.truth(depth - 1) })
		x.Key = g.number(depth - 1)
		if g.Intn(3) == 0 {
			x.Key = g.columnOf(it)
		}
		return nil
	})
	return x
}

func (g *generator) column(depth int) ir.Expr {
	space := g.space()
	x := g.instance(space, depth)
	if space == rack {
		return col(x, []int32{cpu, high, capacity, granted, planned}[g.Intn(5)])
	}
	return col(x, []int32{vmCPU, memory, demand}[g.Intn(3)])
}

func (g *generator) columnOf(v *ir.Var) ir.Expr {
	if v.Type.Space == rack {
		return col(ref(v), []int32{cpu, granted}[g.Intn(2)])
	}
	return col(ref(v), []int32{vmCPU, demand}[g.Intn(2)])
}

func (g *generator) truth(depth int) ir.Expr {
	compare := []bundle.Op_{bundle.LT, bundle.LE, bundle.EQ, bundle.NE}
	if depth <= 0 {
		return op(compare[g.Intn(4)], g.number(0), g.number(0))
	}
	switch g.Intn(12) {
	case 0, 1, 2:
		return op(compare[g.Intn(4)], g.number(depth-1), g.number(depth-1))
	case 3, 4:
		return and(g.truth(depth-1), g.truth(depth-1))
	case 5:
		return or(g.truth(depth-1), g.truth(depth-1))
	case 6:
		return not(g.truth(depth - 1))
	case 7:
		space := g.space()
		ops := []bundle.Op_{bundle.SAME, bundle.DIFF}
		return op(ops[g.Intn(2)], g.instance(space, depth-1), g.instance(space, depth-1))
	case 8:
		space := g.space()
		in := op(bundle.IN, g.instance(space, depth-1), g.set(space, depth-1))
		if g.Intn(2) == 0 {
			return not(in)
		}
		return in
	case 9:
		return op(bundle.FITS, g.instance(vms, depth-1), g.instance(rack, depth-1))
	case 10:
		if g.Intn(2) == 0 {
			return unary(bundle.KNOWN, g.number(depth-1))
		}
		return unary(bundle.ISSET, g.instance(g.space(), depth-1))
	}
	kinds := []bundle.SetOpKind{bundle.SetAny, bundle.SetAll}
	x := g.over(kinds[g.Intn(2)], g.space(), depth)
	x.T, x.Key = plain(bundle.Bool), nil
	if x.Kind == bundle.SetAll && x.Filter == nil || g.Intn(3) == 0 {
		g.in(x.It, func() ir.Expr {
			x.Key = g.truth(depth - 1)
			return nil
		})
	}
	return x
}

func (g *generator) instance(space int32, depth int) ir.Expr {
	v, ok := g.pick(space, bundle.Inst)
	if ok && (depth <= 0 || g.Intn(2) == 0) {
		return ref(v)
	}
	switch {
	case space == rack && (depth <= 0 || g.Intn(5) == 0):
		return &ir.Named{Node: ir.Node{T: inst(rack, rackClass)}}
	case depth <= 0:
		return &ir.None{Node: ir.Node{T: inst(space, space)}}
	case space == rack && g.Intn(2) == 0:
		return nav(g.instance(vms, depth-1), []int32{host, home}[g.Intn(2)])
	}
	kinds := []bundle.SetOpKind{bundle.SetArgMin, bundle.SetArgMax}
	x := g.over(kinds[g.Intn(2)], space, depth)
	x.T = inst(space, space)
	if g.Intn(6) == 0 {
		x.Key = num(0)
	}
	if g.Intn(6) == 0 { // what was asked about is chosen again, and must be the same
		return &ir.Cond{Node: x.Node, If: unary(bundle.ISSET, x), Then: x, Else: g.instance(space, depth-1)}
	}
	return x
}

func (g *generator) set(space int32, depth int) ir.Expr {
	if v, ok := g.pick(space, bundle.Set); ok && g.Intn(2) == 0 {
		return ref(v)
	}
	if depth <= 0 {
		return all(space)
	}
	switch g.Intn(6) {
	case 0:
		return &ir.SetList{Node: ir.Node{T: setOf(space, space)}, Elems: []ir.Expr{g.instance(space, depth-1), g.instance(space, depth-1)}}
	case 1, 2:
		if space == vms {
			return nav(g.instance(rack, depth-1), []int32{guests, plannedGuests}[g.Intn(2)])
		}
		return &ir.NavAll{Node: ir.Node{T: setOf(rack, rackClass)}, Set: g.set(vms, depth-1), Nav: host}
	case 3:
		x := g.over(bundle.SetFilter, space, depth)
		x.T, x.Key = setOf(space, space), nil
		if x.Filter == nil {
			return x.Set
		}
		return x
	case 4:
		x := g.over(bundle.SetSort, space, depth)
		x.T, x.Filter = setOf(space, space), nil
		return x
	}
	return all(space)
}

// world makes a small world, with unknown values, none's and twins in it.
func world(r *rand.Rand, p *bundle.Program, log *[]string) *vm.World {
	const hosts, machines = 6, 7
	w := &vm.World{Size: []int32{hosts, machines, 0}, Scratch: recorder{log}}
	value := func() float64 { return []float64{0, 0.5, 1, 2, -1, math.NaN()}[r.Intn(6)] }
	for _, c := range p.Columns {
		column := make([]float64, w.Size[c.Space])
		for i := range column {
			column[i] = value()
		}
		w.Cols = append(w.Cols, column)
	}
	w.One, w.Many = make([][]int32, len(p.Navs)), make([][][]int32, len(p.Navs))
	for n, nav := range p.Navs {
		if nav.Many {
			w.Many[n] = make([][]int32, w.Size[nav.From])
		} else {
			w.One[n] = make([]int32, w.Size[nav.From])
		}
	}
	twins := make([]int32, hosts)
	for v := range int32(machines) {
		h := int32(r.Intn(hosts - 3)) // the last three are empty
		w.One[host][v], w.One[home][v] = h, int32(r.Intn(hosts+1)-1)
		w.Many[guests][h] = append(w.Many[guests][h], v)
		there := r.Intn(hosts - 3)
		w.Many[plannedGuests][there] = append(w.Many[plannedGuests][there], v)
	}
	for h := range twins {
		twins[h] = -1
	}
	twins[hosts-2], twins[hosts-1] = 0, 0
	for c, col := range p.Columns {
		if col.Space == rack {
			w.Cols[c][hosts-1] = w.Cols[c][hosts-2]
		}
	}
	w.Twins, w.NumTwins = [][]int32{twins, nil, nil}, []int32{1, 0, 0}
	for _, c := range p.Classes {
		var alive []int32
		for i := range w.Size[c.Space] {
			if r.Intn(8) > 0 {
				alive = append(alive, i)
			}
		}
		w.Alive = append(w.Alive, alive)
	}
	return w
}
