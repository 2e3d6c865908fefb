package emit

import (
	"math/rand"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tune-autonomic/tune/compiler/bundle"
	"github.com/tune-autonomic/tune/compiler/ir"
	"github.com/tune-autonomic/tune/runtime/vm"
)

// TestPlansMeanWhatTheySay compares what emitted plans do to a scratch model with what the interpreter does, step by
// step, on generated plans and worlds.
func TestPlansMeanWhatTheySay(t *testing.T) {
	const programs = 500
	for seed := range int64(programs) {
		planMeans(t, seed, rand.New(rand.NewSource(seed)))
	}
}

// FuzzPlans is the same, for plans and worlds that bytes decide about.
func FuzzPlans(f *testing.F) {
	f.Add([]byte("a plan, and a world"))
	f.Fuzz(func(t *testing.T, choices []byte) { planMeans(t, 0, rand.New(&chooser{bytes: choices})) })
}

func planMeans(t *testing.T, seed int64, r *rand.Rand) {
	const worlds = 2
	g := &planner{generator: generator{Rand: r}}
	steps := append(g.begin(), g.steps(3)...)
	steps = append(steps, &ir.Apply{})
	out, err := Emit(planOf(steps...))
	require.NoError(t, err, "seed %d", seed)
	listing := func() string {
		var b strings.Builder
		require.NoError(t, bundle.Disasm(&b, out, bundle.View{}))
		return b.String()
	}
	if err := bundle.Verify(out); err != nil {
		t.Fatalf("seed %d: %v\n%s", seed, err, listing())
	}
	for range worlds {
		var want, got []string
		w := world(r, out, &want)
		in := &interpreter{w: w, p: out, env: map[*ir.Var]any{}}
		require.Equal(t, applies, in.block(steps))

		w.Scratch = recorder{&got}
		var f vm.Frame
		stop, _ := vm.New(out, w).Run(&f, out.Policies[0].States[0].Body, 1e8)
		require.Equal(t, vm.StopApply, stop.Kind, "seed %d", seed)
		require.Equal(t, want, got, "seed %d\n%s", seed, listing())
	}
}

// planner makes steps of plans.
type planner struct {
	generator
	inAll int // all-or-nothings that are open
}

// begin declares a variable of each kind, so that there is something to change.
func (g *planner) begin() []ir.Stmt {
	hosts := mutable(&ir.Var{Name: "hosts", Type: setOf(rack, rackClass)})
	machines := mutable(&ir.Var{Name: "machines", Type: setOf(vms, servlet)})
	n := mutable(aNumber("n"))
	g.vars = append(g.vars, hosts, machines, n)
	return []ir.Stmt{let(hosts, all(rackClass)), let(machines, all(servlet)), let(n, num(1))}
}

func (g *planner) steps(depth int) []ir.Stmt {
	defer func(n int) { g.vars = g.vars[:n] }(len(g.vars))
	var out []ir.Stmt
	for range 1 + g.Intn(4) {
		out = append(out, g.step(depth))
	}
	return out
}

// inside makes a body with v in scope.
func (g *planner) inside(v *ir.Var, depth int) []ir.Stmt {
	g.vars = append(g.vars, v)
	defer func() { g.vars = g.vars[:len(g.vars)-1] }()
	return g.steps(depth)
}

func (g *planner) step(depth int) ir.Stmt {
	const expr = 2
	if depth <= 0 {
		return g.simple(expr)
	}
	switch g.Intn(10) {
	case 0:
		return &ir.If{Cond: g.truth(expr), Then: g.steps(depth - 1), Else: g.maybe(depth - 1)}
	case 1, 2:
		return g.loop(depth, expr)
	case 3:
		return g.picking(depth, expr)
	case 4:
		g.inAll++
		defer func() { g.inAll-- }()
		return &ir.AllOrNothing{Body: g.steps(depth - 1)}
	case 5, 6:
		return g.declare(expr)
	}
	return g.simple(expr)
}

func (g *planner) maybe(depth int) []ir.Stmt {
	if g.Intn(2) == 0 {
		return nil
	}
	return g.steps(depth)
}

func (g *planner) element(space int32) *ir.Var {
	if space == rack {
		return aHost("h")
	}
	return aVM("v")
}

func (g *planner) loop(depth, expr int) ir.Stmt {
	space := g.space()
	s := &ir.For{Var: g.element(space), Set: g.set(space, expr), Desc: g.Intn(2) == 0}
	g.in(s.Var, func() ir.Expr {
		s.By = g.optional(func() ir.Expr { return g.number(expr) })
		s.Filter = g.optional(func() ir.Expr { return g.truth(expr) })
		if g.Intn(3) == 0 {
			s.While = g.truth(expr)
		}
		return nil
	})
	s.Body = g.inside(s.Var, depth-1)
	return s
}

func (g *planner) picking(depth, expr int) ir.Stmt {
	space := g.space()
	s := &ir.Pick{Var: g.element(space), From: g.set(space, expr), Desc: g.Intn(2) == 0}
	g.in(s.Var, func() ir.Expr {
		s.By = g.optional(func() ir.Expr { return g.number(expr) })
		s.Filter = g.optional(func() ir.Expr { return g.truth(expr) })
		if g.Intn(3) == 0 {
			s.While = g.truth(expr)
		}
		return nil
	})
	s.Body = g.inside(s.Var, depth-1)
	return s
}

// declare makes a let or a var, which is in scope for what follows in the block.
func (g *planner) declare(expr int) ir.Stmt {
	var v *ir.Var
	var x ir.Expr
	switch space := g.space(); g.Intn(4) {
	case 0:
		v, x = g.element(space), g.instance(space, expr)
	case 1:
		v, x = &ir.Var{Name: "s", Type: setOf(space, space)}, g.set(space, expr)
	case 2:
		v, x = mutable(&ir.Var{Name: "s", Type: setOf(space, space)}), g.set(space, expr)
		if g.Intn(2) == 0 {
			x = &ir.EmptySet{Node: ir.Node{T: v.Type}}
		}
	default:
		v, x = mutable(aNumber("n")), g.number(expr)
	}
	g.vars = append(g.vars, v)
	return let(v, x)
}

func (g *planner) mutable(base bundle.BaseType) (*ir.Var, bool) {
	var fit []*ir.Var
	for _, v := range g.vars {
		if v.Mutable && v.Type.Base == base {
			fit = append(fit, v)
		}
	}
	if len(fit) == 0 {
		return nil, false
	}
	return fit[g.Intn(len(fit))], true
}

func (g *planner) simple(expr int) ir.Stmt {
	switch g.Intn(8) {
	case 0:
		return &ir.Lift{VM: g.instance(vms, expr)}
	case 1:
		return &ir.Back{VM: g.instance(vms, expr)}
	case 2, 3:
		if v, ok := g.mutable(bundle.Set); ok {
			return g.edit(v, expr)
		}
	case 4:
		if v, ok := g.mutable(bundle.Float); ok {
			return let(v, g.number(expr))
		}
	case 5:
		if v, ok := g.mutable(bundle.Set); ok {
			return let(v, g.set(v.Type.Space, expr))
		}
	case 6:
		if g.inAll > 0 && g.Intn(2) == 0 {
			return &ir.GiveUp{}
		}
	}
	return &ir.Put{VM: g.instance(vms, expr), On: g.instance(rack, expr)}
}

func (g *planner) edit(v *ir.Var, expr int) ir.Stmt {
	space := v.Type.Space
	switch g.Intn(4) {
	case 0:
		return &ir.SetEdit{Op: bundle.SADD, Var: v, Value: g.instance(space, expr)}
	case 1:
		return &ir.SetEdit{Op: bundle.SDEL, Var: v, Value: g.instance(space, expr)}
	case 2:
		return &ir.SetEdit{Op: bundle.SJOIN, Var: v, Value: g.set(space, expr)}
	}
	return &ir.SetEdit{Op: bundle.SMINUS, Var: v, Value: g.set(space, expr)}
}
