package bench

import (
	"fmt"
	"strings"
	"testing"

	"github.com/expr-lang/expr"
	"github.com/google/cel-go/cel"
	"github.com/google/cel-go/common/types"
	"github.com/stretchr/testify/require"
	lua "github.com/yuin/gopher-lua"
	"go.starlark.net/starlark"

	"github.com/tune-autonomic/tune/drivers"
	"github.com/tune-autonomic/tune/runtime/engine"
)

// A thousand policies watch a hundred metrics of ten hosts: ten policies each. policy is what one waits for.
const (
	policies = 1000
	metrics  = 100
	rackSize = 10
)

func condition(policy int) string { return fmt.Sprintf("x > 0.%d && x < 0.99", 90+policy%8) }

// BenchmarkThousandPolicies takes in one sample, of which ten policies' conditions hear; none holds. TUNe's engine finds
// these ten by itself, keeps the sample, and watches for how long conditions hold; the others are handed the ten.
func BenchmarkThousandPolicies(b *testing.B) {
	for _, who := range []struct {
		name   string
		sample func(testing.TB) func(metric int, x float64) bool
	}{
		{"go by hand", sampleByHand}, {"cel", sampleByCEL}, {"lua", sampleByLua}, {"expr", sampleByExpr}, {"starlark", sampleByStarlark},
	} {
		b.Run(who.name, func(b *testing.B) {
			sample := who.sample(b)
			require.False(b, sample(0, .5))
			require.True(b, sample(0, .98))
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				sample(i%metrics, .5)
			}
		})
	}
	b.Run("tune", func(b *testing.B) {
		e, frames := watching(b)
		b.ReportAllocs()
		n := 0
		for b.Loop() { // a frame has a sample of each host
			if n%rackSize == 0 {
				_, err := e.Step(engine.Input{At: int64(n) * 1e6, Frame: frames[n/rackSize%metrics]})
				must(b, err)
			}
			n++
		}
	})
}

// watching is an engine with the thousand policies, and for each metric a frame with a sample of each host.
func watching(t testing.TB) (*engine.State, []*drivers.Frame) {
	var text strings.Builder
	text.WriteString(rack(rackSize))
	for m := range metrics {
		fmt.Fprintf(&text, "probe m%d: percent on rack every 1s stale 1h\n", m)
	}
	for p := range policies {
		fmt.Fprintf(&text, "event e%[1]d(h: rack) when h.m%[2]d > %[3]d%% and h.m%[2]d < 99%% for 10s\n", p, p%metrics, 90+p%8)
		fmt.Fprintf(&text, "policy P%[1]d on e%[1]d(h: rack) { final Done }\n", p)
	}
	e, err := engine.New(load(t, text.String()), engine.Options{})
	require.NoError(t, err)
	frames := make([]*drivers.Frame, metrics)
	for m := range frames {
		frames[m] = &drivers.Frame{}
		for h := range rackSize {
			frames[m].Samples = append(frames[m].Samples, drivers.Sample{Probe: int32(m), Index: int32(h), Value: .5})
		}
		_, err := e.Step(engine.Input{Frame: frames[m]})
		require.NoError(t, err)
	}
	return e, frames
}

// handed calls holds for the policies that watch a metric, and says whether one's condition does.
func handed(metric int, holds func(policy int) bool) bool {
	holding := false
	for p := metric; p < policies; p += metrics {
		holding = holds(p) || holding
	}
	return holding
}

func sampleByHand(testing.TB) func(int, float64) bool {
	lows := make([]float64, policies)
	for p := range lows {
		lows[p] = float64(90+p%8) / 100
	}
	return func(m int, x float64) bool {
		return handed(m, func(p int) bool { return x > lows[p] && x < .99 })
	}
}

func sampleByCEL(t testing.TB) func(int, float64) bool {
	programs := make([]cel.Program, policies)
	for p := range programs {
		programs[p] = celProgram(t, condition(p), cel.Variable("x", cel.DoubleType))
	}
	env := numbers{}
	return func(m int, x float64) bool {
		env["x"] = types.Double(x)
		return handed(m, func(p int) bool {
			ok, _, err := programs[p].Eval(env)
			must(t, err)
			return ok == types.True
		})
	}
}

func sampleByExpr(t testing.TB) func(int, float64) bool {
	type env struct {
		X float64 `expr:"x"`
	}
	all := make([]func(*env) bool, policies)
	for p := range all {
		program, err := expr.Compile(condition(p), expr.Env(&env{}), expr.AsBool())
		require.NoError(t, err)
		all[p] = func(e *env) bool {
			ok, err := expr.Run(program, e)
			must(t, err)
			return ok.(bool)
		}
	}
	e := &env{}
	return func(m int, x float64) bool {
		e.X = x
		return handed(m, func(p int) bool { return all[p](e) })
	}
}

func sampleByLua(t testing.TB) func(int, float64) bool {
	l := lua.NewState()
	t.Cleanup(l.Close)
	calls := make([]lua.P, policies)
	for p := range calls {
		require.NoError(t, l.DoString("function guard(x) return "+strings.Replace(condition(p), "&&", "and", 1)+" end"))
		calls[p] = lua.P{Fn: l.GetGlobal("guard"), NRet: 1}
	}
	return func(m int, x float64) bool {
		return handed(m, func(p int) bool {
			must(t, l.CallByParam(calls[p], lua.LNumber(x)))
			ok := l.Get(-1)
			l.Pop(1)
			return ok == lua.LTrue
		})
	}
}

func sampleByStarlark(t testing.TB) func(int, float64) bool {
	calls := make([]starlark.Value, policies)
	for p := range calls {
		calls[p] = starlarkFunc(t, "guard", "def guard(x):\n  return "+strings.Replace(condition(p), "&&", "and", 1)+"\n", nil)
	}
	thread := &starlark.Thread{}
	return func(m int, x float64) bool {
		args := starlark.Tuple{starlark.Float(x)}
		return handed(m, func(p int) bool {
			ok, err := starlark.Call(thread, calls[p], args, nil)
			must(t, err)
			return ok == starlark.True
		})
	}
}
