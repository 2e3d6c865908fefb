package vm_test

import (
	"fmt"
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	b "github.com/tune-autonomic/tune/compiler/bundle"
	"github.com/tune-autonomic/tune/compiler/bundle/bundletest"
	"github.com/tune-autonomic/tune/runtime/vm"
)

var nan = math.NaN()

// calculate runs one instruction with two operands.
func calculate(t *testing.T, op b.Op_, x, y uint64) uint64 {
	t.Helper()
	p := bundletest.World()
	a := bundletest.NewAsm(p)
	a.I(op, 0, 2, 0, 1)
	a.I(b.RET, 0, 2)
	var f vm.Frame
	f.R[0], f.R[1] = x, y
	stop, _ := vm.New(p, &vm.World{}).Run(&f, 0, 10)
	require.Equal(t, vm.Stop{Kind: vm.StopRet, PC: 2, A: 2}, stop)
	return f.R[2]
}

func TestArithmeticOnUnknownIsUnknown(t *testing.T) {
	for _, c := range []struct {
		op         b.Op_
		x, y, want float64
	}{
		{b.ADD, 1, 2, 3}, {b.SUB, 1, 2, -1}, {b.MUL, 3, 2, 6}, {b.DIV, 3, 2, 1.5},
		{b.MIN, 3, 2, 2}, {b.MAX, 3, 2, 3},
		{b.DIV, 3, 0, nan}, {b.DIV, 0, 0, nan}, {b.DIV, 1e300, 1e-300, nan}, {b.MUL, 1e300, 1e300, nan},
		{b.NEG, 2, 0, -2}, {b.ABS, -2, 0, 2}, {b.SQRT, 9, 0, 3}, {b.SQRT, -9, 0, nan},
	} {
		got := math.Float64frombits(calculate(t, c.op, math.Float64bits(c.x), math.Float64bits(c.y)))
		require.Equal(t, fmt.Sprint(c.want), fmt.Sprint(got), "%v %v %v", c.x, c.op, c.y)
	}
	for _, op := range []b.Op_{b.ADD, b.SUB, b.MUL, b.DIV, b.MIN, b.MAX} {
		for _, c := range [][2]float64{{nan, 1}, {1, nan}, {nan, nan}} {
			got := calculate(t, op, math.Float64bits(c[0]), math.Float64bits(c[1]))
			require.Equal(t, math.Float64bits(nan), got, "%v %v %v: there is one unknown, bit by bit", c[0], op, c[1])
		}
	}
}

func TestComparisonWithUnknownIsUnknown(t *testing.T) {
	for _, c := range []struct {
		op                  b.Op_
		less, same, greater vm.Bool
	}{
		{b.LT, vm.True, vm.False, vm.False}, {b.LE, vm.True, vm.True, vm.False},
		{b.EQ, vm.False, vm.True, vm.False}, {b.NE, vm.True, vm.False, vm.True},
	} {
		ask := func(x, y float64) vm.Bool { return calculate(t, c.op, math.Float64bits(x), math.Float64bits(y)) }
		require.Equal(t, []vm.Bool{c.less, c.same, c.greater}, []vm.Bool{ask(1, 2), ask(2, 2), ask(3, 2)}, c.op)
		require.Equal(t, []vm.Bool{2, 2, 2}, []vm.Bool{ask(nan, 2), ask(2, nan), ask(nan, nan)}, c.op)
	}
}

func TestThreeValuedLogic(t *testing.T) {
	const n, y, u = vm.False, vm.True, vm.Unknown
	for _, c := range []struct {
		op   b.Op_
		want [9]vm.Bool // for x, y = no no, no yes, no unknown, yes no, …
	}{
		{b.AND, [9]vm.Bool{n, n, n, n, y, u, n, u, u}},
		{b.OR, [9]vm.Bool{n, y, u, y, y, y, u, y, u}},
		{b.NOT, [9]vm.Bool{y, y, y, n, n, n, u, u, u}},
	} {
		for i, want := range c.want {
			require.Equal(t, want, calculate(t, c.op, uint64(i/3), uint64(i%3)), "%d %v %d", i/3, c.op, i%3)
		}
	}
}

func TestBranchesTakeUnknownForNotTrue(t *testing.T) {
	for _, c := range []struct {
		op   b.Op_
		x, y float64
		goes bool
	}{
		{b.JNLT, 1, 2, false}, {b.JNLT, 2, 2, true}, {b.JNLT, nan, 2, true}, {b.JNLT, 2, nan, true},
		{b.JNLE, 2, 2, false}, {b.JNLE, 3, 2, true}, {b.JNLE, nan, 2, true},
		{b.JNEQ, 2, 2, false}, {b.JNEQ, 3, 2, true}, {b.JNEQ, nan, nan, true},
		{b.JNNE, 3, 2, false}, {b.JNNE, 2, 2, true}, {b.JNNE, nan, 2, true},
	} {
		a := bundletest.NewAsm(bundletest.World())
		a.J(c.op, "gone", 0, 1)
		a.I(b.RET, 0, 2)
		a.L("gone")
		a.I(b.RET, 0, 3)
		var f vm.Frame
		f.R[0], f.R[1] = math.Float64bits(c.x), math.Float64bits(c.y)
		stop, _ := vm.New(a.P, &vm.World{}).Run(&f, 0, 10)
		require.Equal(t, c.goes, stop.A == 3, "%v %v %v", c.op, c.x, c.y)
	}
	for _, op := range []b.Op_{b.JT, b.JF} {
		for _, x := range []vm.Bool{vm.False, vm.True, vm.Unknown} {
			a := bundletest.NewAsm(bundletest.World())
			a.J(op, "gone", 0)
			a.I(b.RET, 0, 2)
			a.L("gone")
			a.I(b.RET, 0, 3)
			var f vm.Frame
			f.R[0] = x
			stop, _ := vm.New(a.P, &vm.World{}).Run(&f, 0, 10)
			require.Equal(t, (x == vm.True) == (op == b.JT), stop.A == 3, "%v %d", op, x)
		}
	}
}

func TestGuards(t *testing.T) {
	p := bundletest.World()
	a := bundletest.NewAsm(p)
	w := &vm.World{Size: []int32{4}, Cols: [][]float64{{.3, .5, .7, nan}, {1, 1, 0, 1}}}
	half := b.Test{Column: 0, Lo: .5, Hi: math.Inf(1)}
	flag := b.Test{Column: 1, Lo: 1, Hi: 1}
	pc := a.PC()
	a.I(b.COL, 1, 1, 0)
	a.I(b.TOBOOL, 0, 1, 1)
	a.I(b.RET, 0, 1)
	m := vm.New(p, w)
	ask := func(g b.Guard) (out []vm.Bool) {
		var f vm.Frame
		for i := range int32(5) {
			out = append(out, m.Test(&g, i, 0, &f))
		}
		return out
	}
	const n, y, u = vm.False, vm.True, vm.Unknown
	require.Equal(t, []vm.Bool{n, y, y, u, u}, ask(b.Guard{Tests: []b.Test{half}, PC: -1}), "bounds count; what isn't there is unknown")
	require.Equal(t, []vm.Bool{n, y, n, u, u}, ask(b.Guard{Tests: []b.Test{half, flag}, PC: -1}))
	require.Equal(t, []vm.Bool{n, y, n, u, u}, ask(b.Guard{Tests: []b.Test{half}, PC: pc}), "code as well as tests")
	require.Equal(t, []vm.Bool{y, y, n, y, u}, ask(b.Guard{PC: pc}))
}

func TestWattsLieBetweenThePointsOfTheCurve(t *testing.T) {
	p := bundletest.World()
	a := bundletest.NewAsm(p)
	a.I(b.WATTS, bundletest.Hosts, 2, 0, 1)
	a.I(b.RET, 0, 2)
	m := vm.New(p, &vm.World{Curves: [][]*vm.Curve{{vm.NewCurve([]float64{80, 100, 130}), vm.NewCurve([]float64{50}), nil}}})
	watts := func(host int32, load float64) string {
		var f vm.Frame
		f.SetInst(0, host)
		f.R[1] = math.Float64bits(load)
		m.Run(&f, 0, 10)
		return fmt.Sprint(math.Float64frombits(f.R[2]))
	}
	for _, c := range []struct {
		load float64
		want string
	}{{0, "80"}, {.25, "90"}, {.5, "100"}, {.75, "115"}, {1, "130"}, {-1, "80"}, {2, "130"}, {nan, "NaN"}} {
		require.Equal(t, c.want, watts(0, c.load))
	}
	require.Equal(t, []string{"50", "NaN", "NaN", "NaN"}, []string{watts(1, .7), watts(2, .7), watts(3, .7), watts(-1, .7)})
}

func TestSeries(t *testing.T) {
	p := bundletest.World()
	p.Columns = append(p.Columns, b.Column{Space: bundletest.VMs, Kind: b.ColMetric, Name: "x"})
	a := bundletest.NewAsm(p)
	samples := [][]float64{{5, 3, 1, nan}, {1, 1}, {}, {10, 0, 0, 0, 0, 0, 0}}
	w := &vm.World{Size: []int32{0, 4, 0}, History: func(dst []float64, col, i, n int32) []float64 {
		return append(dst, samples[i][:min(int(n), len(samples[i]))]...)
	}}
	p.Hists[0].N = 7
	fun := func(i, fun int32) string {
		pc := a.PC()
		a.I(b.HIST, 0, 1, 0)
		a.I(b.SERFUN, fun, 2, 1)
		a.I(b.RET, 0, 2)
		var f vm.Frame
		f.SetInst(0, i)
		vm.New(p, w).Run(&f, pc, 100)
		return fmt.Sprintf("%.4g", math.Float64frombits(f.R[2]))
	}
	for _, c := range []struct {
		fun  int32
		want [4]string
	}{
		{b.SerLen, [4]string{"4", "2", "0", "7"}},
		{b.SerAvg, [4]string{"3", "1", "NaN", "1.429"}},
		{b.SerMin, [4]string{"1", "1", "NaN", "0"}},
		{b.SerMax, [4]string{"5", "1", "NaN", "10"}},
		{b.SerStddev, [4]string{"2", "0", "NaN", "3.78"}},
		{b.SerMedian, [4]string{"3", "1", "NaN", "0"}},
		{b.SerMad, [4]string{"2", "0", "NaN", "0"}},
		{b.SerIqr, [4]string{"4", "0", "NaN", "0"}},
		{b.SerForecast, [4]string{"7", "1", "NaN", "5.714"}},
	} {
		for i, want := range c.want {
			require.Equal(t, want, fun(int32(i), c.fun), "%s of %v", b.SeriesFuncs[c.fun], samples[i])
		}
	}

	pc := a.PC()
	a.I(b.HIST, 0, 2, 0)
	a.I(b.HIST, 0, 3, 1)
	a.I(b.SERSUM, 0, 4, 3, 2)
	a.I(b.NUM, a.Const(2), 5)
	a.I(b.SERMUL, 0, 6, 4, 5)
	a.I(b.SERDIV, 0, 7, 6, 5)
	a.I(b.RET, 0, 4)
	m := vm.New(p, w)
	var f vm.Frame
	f.SetInst(0, 3)
	f.SetInst(1, 1)
	m.Run(&f, pc, 100)
	types := make([]b.Type, 8)
	types[4].Base, types[6].Base, types[7].Base = b.Series, b.Series, b.Series
	out := m.Export(&f, types)
	require.Equal(t, []float64{11, 1, 0, 0, 0, 0, 0}, out[4].Series, "the shorter one ends in zeros")
	require.Equal(t, []float64{22, 2, 0, 0, 0, 0, 0}, out[6].Series)
	require.Equal(t, out[4].Series, out[7].Series)
}

func TestTextsAreForPeople(t *testing.T) {
	m := vm.New(bundletest.World(), &vm.World{Size: []int32{3, 3, 3}, Name: func(space, i int32) string { return fmt.Sprintf("node%d", i+1) }})
	show := func(base b.BaseType, x float64) string {
		var f vm.Frame
		f.R[7] = math.Float64bits(x)
		return m.Format(&b.Text{Parts: []string{"<", ">"}, Regs: []uint8{7}, Types: []b.Type{{Base: base}}}, &f)
	}
	for _, c := range []struct {
		base b.BaseType
		x    float64
		want string
	}{
		{b.Percent, .4711, "<47.1%>"}, {b.Percent, .5, "<50%>"}, {b.Percent, nan, "<unknown>"}, {b.Percent, -1e-9, "<0%>"},
		{b.Duration, 1.5, "<1.5s>"}, {b.Duration, 3661.2, "<1h1m1s>"}, {b.Duration, .0123456, "<12.3ms>"}, {b.Duration, 1e300, ""},
		{b.Bytes, 512 << 20, "<512 MiB>"}, {b.Bytes, 1.5 * (1 << 30), "<1.5 GiB>"}, {b.Bytes, 12, "<12 B>"},
		{b.Rate, 1e8, "<100 Mbit/s>"}, {b.Int, 12, "<12>"}, {b.Float, 1.0 / 3, "<0.333333>"},
	} {
		if c.want != "" {
			require.Equal(t, c.want, show(c.base, c.x))
		} else {
			require.NotPanics(t, func() { show(c.base, c.x) })
		}
	}
	var f vm.Frame
	f.SetInst(0, 1)
	f.SetInst(1, -1)
	f.R[2] = vm.Unknown
	require.NoError(t, m.Import(&f, []b.Type{{Base: b.Inst}, {Base: b.Inst}, {Base: b.Bool}, {Base: b.Set}},
		[]vm.Value{{Bits: f.R[0]}, {Bits: f.R[1]}, {Bits: f.R[2]}, {Set: []int32{2, 0}}}))
	text := &b.Text{
		Parts: []string{"", " to ", ": ", ", of ", ""}, Regs: []uint8{0, 1, 2, 3},
		Types: []b.Type{{Base: b.Inst}, {Base: b.Inst}, {Base: b.Bool}, {Base: b.Set}},
	}
	require.Equal(t, "node2 to none: unknown, of [node3, node1]", m.Format(text, &f))
}
