package bench

import (
	"math/rand/v2"
	"testing"

	"github.com/expr-lang/expr"
	"github.com/google/cel-go/cel"
	"github.com/google/cel-go/common/types"
	"github.com/google/cel-go/ext"
	"github.com/stretchr/testify/require"
	lua "github.com/yuin/gopher-lua"
	"go.starlark.net/starlark"
	"go.starlark.net/syntax"
)

// asked is somebody who is told of each new load, and then asked which host has the least.
type asked struct {
	tell  func(i int, load float64)
	least func() int
}

// BenchmarkLeast tells one new load, and asks for the least loaded of 100 hosts; of 1,000, those that have less than half of
// their memory in use.
func BenchmarkLeast(b *testing.B) {
	for _, size := range []struct {
		name     string
		n        int
		filtered bool
	}{{"100", 100, false}, {"1000 with a filter", 1000, true}} {
		for _, who := range []struct {
			name string
			ask  func(testing.TB, []*host, bool) asked
		}{
			{"go by hand", leastByHand}, {"tune", leastByTune}, {"tune, looking at each", leastByScan}, {"lua", leastByLua},
			{"starlark", leastByStarlark}, {"expr", leastByExpr}, {"cel", leastByCEL},
		} {
			if size.filtered && who.name == "tune, looking at each" {
				continue // it always does then
			}
			b.Run(size.name+"/"+who.name, func(b *testing.B) {
				a, right := who.ask(b, someHosts(size.n), size.filtered), leastByHand(b, someHosts(size.n), size.filtered)
				rng := rand.New(rand.NewPCG(2, 2))
				loads := make([]float64, 1024)
				for i := range loads {
					loads[i] = rng.Float64()
					a.tell(i*7%size.n, loads[i])
					right.tell(i*7%size.n, loads[i])
					require.Equal(b, right.least(), a.least())
				}
				b.ReportAllocs()
				for i := 0; b.Loop(); i++ {
					a.tell(i*7%size.n, loads[i%1024])
					a.least()
				}
			})
		}
	}
}

// must is for what is measured: require would take longer.
func must(t testing.TB, err error) {
	if err != nil {
		t.Fatal(err)
	}
}

func leastByHand(_ testing.TB, hosts []*host, filtered bool) asked {
	loads, mems := make([]float64, len(hosts)), make([]float64, len(hosts))
	for i, h := range hosts {
		loads[i], mems[i] = h.Load, h.Mem
	}
	return asked{
		tell: func(i int, load float64) { loads[i] = load },
		least: func() int {
			best := -1
			for i, x := range loads {
				if (best < 0 || x < loads[best]) && (!filtered || mems[i] < .5) {
					best = i
				}
			}
			return best
		},
	}
}

func leastByTune(t testing.TB, hosts []*host, filtered bool) asked {
	return tuned(t, hosts, filtered, false)
}
func leastByScan(t testing.TB, hosts []*host, filtered bool) asked {
	return tuned(t, hosts, filtered, true)
}

func tuned(t testing.TB, hosts []*host, filtered, scan bool) asked {
	question := "min(rack by load)"
	if filtered {
		question = "min(rack by load where it.mem < 50%)"
	}
	s := newTune(t, hosts, question, scan)
	return asked{tell: func(i int, load float64) { s.m.Sample(1, 0, int32(i), load) }, least: s.least}
}

func leastByExpr(t testing.TB, hosts []*host, filtered bool) asked {
	type env struct{ Hosts []*host }
	set := "Hosts"
	if filtered {
		set = "filter(Hosts, .Mem < 0.5)"
	}
	p, err := expr.Compile("reduce("+set+", #.Load < #acc.Load ? # : #acc)", expr.Env(env{}))
	require.NoError(t, err)
	e := env{hosts}
	return asked{
		tell: func(i int, load float64) { hosts[i].Load = load },
		least: func() int {
			h, err := expr.Run(p, e)
			must(t, err)
			return h.(*host).ID
		},
	}
}

// CEL folds nothing; its library sorts.
func leastByCEL(t testing.TB, hosts []*host, filtered bool) asked {
	set := "hosts"
	if filtered {
		set = "hosts.filter(h, h.mem < 0.5)"
	}
	p := celProgram(t, set+".sortBy(h, h.load)[0].id", ext.Lists(),
		cel.Variable("hosts", cel.ListType(cel.MapType(cel.StringType, cel.DoubleType))))
	rows := make([]map[string]float64, len(hosts))
	for i, h := range hosts {
		rows[i] = map[string]float64{"id": float64(h.ID), "load": h.Load, "mem": h.Mem}
	}
	env := numbers{"hosts": types.DefaultTypeAdapter.NativeToValue(rows)}
	return asked{
		tell: func(i int, load float64) { rows[i]["load"] = load },
		least: func() int {
			id, _, err := p.Eval(env)
			must(t, err)
			return int(id.(types.Double))
		},
	}
}

func leastByLua(t testing.TB, hosts []*host, filtered bool) asked {
	l := lua.NewState()
	t.Cleanup(l.Close)
	rows := l.NewTable()
	tables := make([]*lua.LTable, len(hosts))
	for i, h := range hosts {
		tables[i] = l.NewTable()
		tables[i].RawSetString("id", lua.LNumber(h.ID))
		tables[i].RawSetString("load", lua.LNumber(h.Load))
		tables[i].RawSetString("mem", lua.LNumber(h.Mem))
		rows.Append(tables[i])
	}
	l.SetGlobal("hosts", rows)
	test := ""
	if filtered {
		test = "h.mem < 0.5 and "
	}
	require.NoError(t, l.DoString(`
function least()
  local best, low = -1, math.huge
  for i = 1, #hosts do
    local h = hosts[i]
    if `+test+`h.load < low then best, low = h.id, h.load end
  end
  return best
end`))
	call := lua.P{Fn: l.GetGlobal("least"), NRet: 1}
	return asked{
		tell: func(i int, load float64) { tables[i].RawSetString("load", lua.LNumber(load)) },
		least: func() int {
			must(t, l.CallByParam(call))
			id := l.Get(-1).(lua.LNumber)
			l.Pop(1)
			return int(id)
		},
	}
}

var syntaxOptions = syntax.FileOptions{}

func leastByStarlark(t testing.TB, hosts []*host, filtered bool) asked {
	rows := make([]starlark.Value, len(hosts))
	for i, h := range hosts {
		d := starlark.NewDict(3)
		require.NoError(t, d.SetKey(starlark.String("id"), starlark.MakeInt(h.ID)))
		require.NoError(t, d.SetKey(starlark.String("load"), starlark.Float(h.Load)))
		require.NoError(t, d.SetKey(starlark.String("mem"), starlark.Float(h.Mem)))
		rows[i] = d
	}
	set := "hosts"
	if filtered {
		set = `[h for h in hosts if h["mem"] < 0.5]`
	}
	least := starlarkFunc(t, "least", "def least(hosts):\n  return min("+set+", key=lambda h: h[\"load\"])[\"id\"]\n", nil)
	thread, all := &starlark.Thread{}, starlark.Tuple{starlark.NewList(rows)}
	return asked{
		tell: func(i int, load float64) {
			must(t, rows[i].(*starlark.Dict).SetKey(starlark.String("load"), starlark.Float(load)))
		},
		least: func() int {
			v, err := starlark.Call(thread, least, all, nil)
			must(t, err)
			id, _ := v.(starlark.Int).Int64()
			return int(id)
		},
	}
}
