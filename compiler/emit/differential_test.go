package emit

import (
	"fmt"
	"math"
	"math/rand"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tune-autonomic/tune/compiler/bundle"
	"github.com/tune-autonomic/tune/compiler/ir"
	"github.com/tune-autonomic/tune/runtime/vm"
)

// recorder is a scratch model that moves nothing and writes down what it is told. Where a machine fits depends on the
// machine alone and on whether the host is one of the empty ones, so twins are alike.
type recorder struct{ log *[]string }

func (r recorder) note(format string, args ...any) {
	*r.log = append(*r.log, fmt.Sprintf(format, args...))
}
func (r recorder) Lift(_, v int32)         { r.note("lift %d", v) }
func (r recorder) Place(_, v, h int32)     { r.note("place %d on %d", v, h) }
func (r recorder) Back(_, v int32)         { r.note("back %d", v) }
func (r recorder) Mark() int               { r.note("mark"); return len(*r.log) }
func (r recorder) Undo(m int)              { r.note("undo %d", m) }
func (r recorder) Fits(_, v, h int32) bool { return (v+min(h, 3))%3 != 0 }

// TestExpressionsMeanWhatTheySay compares emitted code with the interpreter, on generated expressions and worlds: as a
// value, as a transition's guard, and as an event's condition.
func TestExpressionsMeanWhatTheySay(t *testing.T) {
	const programs = 1500
	for seed := range int64(programs) {
		if expressionMeans(t, seed, rand.New(rand.NewSource(seed))); t.Failed() {
			return
		}
	}
}

// FuzzExpressions is the same, for expressions and worlds that bytes decide about.
func FuzzExpressions(f *testing.F) {
	f.Add([]byte("an expression, and a world"))
	f.Fuzz(func(t *testing.T, choices []byte) { expressionMeans(t, 0, rand.New(&chooser{bytes: choices})) })
}

func expressionMeans(t *testing.T, seed int64, r *rand.Rand) {
	const worlds = 2
	h := aHost("h")
	g := &generator{r, []*ir.Var{h}}
	var x ir.Expr
	switch depth := 1 + r.Intn(4); r.Intn(5) {
	case 0:
		x = g.number(depth)
	case 1, 2:
		x = g.truth(depth)
	case 3:
		x = g.instance(rack, depth)
	case 4:
		x = g.set(vms, depth)
	}
	program := valueProgram(h, x)
	out, err := Emit(program)
	require.NoError(t, err)
	if err := bundle.Verify(out); err != nil {
		t.Errorf("seed %d: %v", seed, err)
	}
	for range worlds {
		same(t, seed, r, out, h, x)
	}
	if t.Failed() {
		var listing strings.Builder
		require.NoError(t, bundle.Disasm(&listing, out, bundle.View{}))
		t.Log(listing.String())
	}
}

// chooser is a source of random numbers that takes them from bytes, one each, as long as there are some: what is generated
// changes little where they do.
type chooser struct {
	bytes []byte
	after uint64
}

func (c *chooser) Int63() int64 {
	if len(c.bytes) > 0 {
		b := c.bytes[0]
		c.bytes = c.bytes[1:]
		c.after = c.after*31 + uint64(b)
		return int64(b)<<55 | int64(b)<<32 | int64(b)
	}
	c.after = c.after*6364136223846793005 + 1442695040888963407
	return int64(c.after >> 1)
}

func (c *chooser) Seed(int64) {}

// valueProgram has an expression as a state's let, and if it is a condition also as a guard and an event.
func valueProgram(h *ir.Var, x ir.Expr) *ir.Program {
	v := &ir.Var{Name: "x", Type: x.Type()}
	open := x
	if v.Type.Base != bundle.Bool {
		open = lt(num(0), num(1))
	}
	p := policyOf(0, []*ir.Var{h},
		&ir.State{Name: "Think", Body: []ir.Stmt{let(v, x)}, Next: []ir.Transition{{Guard: open, To: 1}}},
		&ir.State{Name: "Keep", Body: nil, Next: []ir.Transition{{Guard: read(v), To: 2}}},
		&ir.State{Name: "Done", Final: true},
	)
	if v.Type.Base == bundle.Bool {
		p.Events[0].Thing, p.Events[0].Cond = h, x
	}
	return p
}

// read is a condition that reads v, so that it lives.
func read(v *ir.Var) ir.Expr {
	switch v.Type.Base {
	case bundle.Bool:
		return ref(v)
	case bundle.Inst:
		return unary(bundle.ISSET, ref(v))
	case bundle.Set:
		return some(ref(v))
	}
	return unary(bundle.KNOWN, ref(v))
}

func same(t *testing.T, seed int64, r *rand.Rand, p *bundle.Program, h *ir.Var, x ir.Expr) {
	t.Helper()
	w := world(r, p, &[]string{})
	subject := int32(r.Intn(int(w.Size[rack])))
	in := &interpreter{w: w, p: p, env: map[*ir.Var]any{h: subject}}
	want := in.eval(x)

	m := vm.New(p, w)
	var f vm.Frame
	f.SetInst(0, subject)
	think := p.Policies[0].States[0]
	stop, _ := m.Run(&f, think.Body, 1e6)
	require.Equal(t, vm.StopEnd, stop.Kind, "seed %d", seed)
	got := m.Export(&f, p.Policies[0].Regs)[1]
	if !agree(want, got) {
		t.Errorf("seed %d: %v by code, %v by meaning", seed, got, want)
	}
	stop, _ = m.Run(&f, think.Next, 1e6)
	if open := want != any(no) && want != any(maybe); open != (stop.Kind == vm.StopGoto) {
		t.Errorf("seed %d: as a guard, stopped by %v, but it is %v", seed, stop.Kind, want)
	}
	if _, ok := want.(truthValue); ok {
		var f vm.Frame
		if got := m.Test(&p.Events[0].Cond, subject, 0, &f); (got == vm.True) != (want == any(yes)) {
			t.Errorf("seed %d: as a condition %v, but it is %v", seed, got, want)
		}
	}
}

func agree(want any, got vm.Value) bool {
	switch want := want.(type) {
	case float64:
		x := math.Float64frombits(got.Bits)
		return x == want || math.IsNaN(x) && math.IsNaN(want)
	case truthValue:
		return uint64(want) == got.Bits
	case int32:
		return want == int32(uint32(got.Bits))
	case []int32:
		return fmt.Sprint(want) == fmt.Sprint(got.Set)
	}
	return false
}
