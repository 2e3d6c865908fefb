package bench

import (
	"testing"

	"github.com/expr-lang/expr"
	"github.com/google/cel-go/cel"
	"github.com/google/cel-go/common/types"
	"github.com/google/cel-go/interpreter"
	"github.com/stretchr/testify/require"
	lua "github.com/yuin/gopher-lua"
	"go.starlark.net/starlark"
)

// BenchmarkGuard asks one host after the other whether four of its metrics are within bounds; all are.
func BenchmarkGuard(b *testing.B) {
	hosts := someHosts(100)
	for _, who := range []struct {
		name  string
		guard func(testing.TB, []*host) func(i int) bool
	}{
		{"go by hand", guardByHand}, {"tune", guardByTune}, {"cel", guardByCEL}, {"lua", guardByLua}, {"expr", guardByExpr},
		{"starlark", guardByStarlark},
	} {
		b.Run(who.name, func(b *testing.B) {
			guard := who.guard(b, hosts)
			for i := range hosts {
				require.True(b, guard(i))
			}
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				guard(i % 100)
			}
		})
	}
}

func guardByHand(_ testing.TB, hosts []*host) func(int) bool {
	return func(i int) bool {
		h := hosts[i]
		return h.Load > .1 && h.Mem < .9 && h.Disk < .8 && h.Net < .7
	}
}

func guardByTune(t testing.TB, hosts []*host) func(int) bool {
	return newTune(t, hosts, "min(rack by load)", false).guard
}

func guardByExpr(t testing.TB, hosts []*host) func(int) bool {
	p, err := expr.Compile("Load > 0.1 && Mem < 0.9 && Disk < 0.8 && Net < 0.7", expr.Env(&host{}), expr.AsBool())
	require.NoError(t, err)
	return func(i int) bool {
		ok, err := expr.Run(p, hosts[i])
		return err == nil && ok.(bool)
	}
}

// numbers is a host as CEL sees it, with its values made before.
type numbers map[string]any

func (n numbers) ResolveName(name string) (any, bool) { x, ok := n[name]; return x, ok }
func (numbers) Parent() interpreter.Activation        { return nil }

func guardByCEL(t testing.TB, hosts []*host) func(int) bool {
	p := celProgram(t, "load > 0.1 && mem < 0.9 && disk < 0.8 && net < 0.7",
		cel.Variable("load", cel.DoubleType), cel.Variable("mem", cel.DoubleType),
		cel.Variable("disk", cel.DoubleType), cel.Variable("net", cel.DoubleType))
	rows := make([]numbers, len(hosts))
	for i, h := range hosts {
		rows[i] = numbers{"load": types.Double(h.Load), "mem": types.Double(h.Mem), "disk": types.Double(h.Disk), "net": types.Double(h.Net)}
	}
	return func(i int) bool {
		ok, _, err := p.Eval(rows[i])
		return err == nil && ok == types.True
	}
}

func celProgram(t testing.TB, text string, o ...cel.EnvOption) cel.Program {
	env, err := cel.NewEnv(o...)
	require.NoError(t, err)
	ast, issues := env.Compile(text)
	require.NoError(t, issues.Err())
	p, err := env.Program(ast, cel.EvalOptions(cel.OptOptimize))
	require.NoError(t, err)
	return p
}

func guardByLua(t testing.TB, hosts []*host) func(int) bool {
	l := lua.NewState()
	t.Cleanup(l.Close)
	require.NoError(t, l.DoString("function guard(load, mem, disk, net) return load > 0.1 and mem < 0.9 and disk < 0.8 and net < 0.7 end"))
	call := lua.P{Fn: l.GetGlobal("guard"), NRet: 1}
	return func(i int) bool {
		h := hosts[i]
		err := l.CallByParam(call, lua.LNumber(h.Load), lua.LNumber(h.Mem), lua.LNumber(h.Disk), lua.LNumber(h.Net))
		ok := l.Get(-1)
		l.Pop(1)
		return err == nil && ok == lua.LTrue
	}
}

func guardByStarlark(t testing.TB, hosts []*host) func(int) bool {
	guard := starlarkFunc(t, "guard", "def guard(busy, mem, disk, net):\n  return busy > 0.1 and mem < 0.9 and disk < 0.8 and net < 0.7\n", nil)
	thread := &starlark.Thread{}
	return func(i int) bool {
		h := hosts[i]
		ok, err := starlark.Call(thread, guard, starlark.Tuple{starlark.Float(h.Load), starlark.Float(h.Mem), starlark.Float(h.Disk), starlark.Float(h.Net)}, nil)
		return err == nil && ok == starlark.True
	}
}

func starlarkFunc(t testing.TB, name, text string, globals starlark.StringDict) starlark.Value {
	all, err := starlark.ExecFileOptions(&syntaxOptions, &starlark.Thread{}, "bench.star", text, globals)
	require.NoError(t, err)
	return all[name]
}
