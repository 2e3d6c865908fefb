package vm_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	b "github.com/tune-autonomic/tune/compiler/bundle"
	"github.com/tune-autonomic/tune/compiler/bundle/bundletest"
	"github.com/tune-autonomic/tune/runtime/vm"
)

// steps runs code that ends in RET, and returns the sets in the given registers.
func steps(t *testing.T, w *vm.World, write func(a *bundletest.Asm), regs ...uint8) [][]int32 {
	t.Helper()
	a := bundletest.NewAsm(bundletest.World())
	write(a)
	a.I(b.RET, 0, 0)
	m := vm.New(a.P, w)
	var f vm.Frame
	stop, _ := m.Run(&f, 0, 10_000)
	require.Equal(t, vm.StopRet, stop.Kind)
	types := make([]b.Type, 256)
	for _, r := range regs {
		types[r].Base = b.Set
	}
	values := m.Export(&f, types)
	var out [][]int32
	for _, r := range regs {
		out = append(out, values[r].Set)
	}
	return out
}

func hosts(alive ...int32) *vm.World {
	w := &vm.World{Size: []int32{10, 10, 10}, Alive: [][]int32{alive, nil, nil}}
	cpu := make([]float64, 10)
	for i := range cpu {
		cpu[i] = float64(i%3) / 10
	}
	w.Cols = [][]float64{cpu}
	w.Many = [][][]int32{0: nil, 2: {{7, 5}, {5, 6}, nil}}
	return w
}

func TestSetsKeepTheOrderInWhichTheyWereFilled(t *testing.T) {
	inst := func(a *bundletest.Asm, i int32, r uint8) {
		a.P.Insts = append(a.P.Insts, b.InstRef{Space: 0, Index: i})
		a.I(b.INST, int32(len(a.P.Insts)-1), r)
	}
	got := steps(t, hosts(2, 4, 6), func(a *bundletest.Asm) {
		a.I(b.CLASS, 0, 1)
		a.I(b.EMPTY, 0, 2)
		for _, i := range []int32{9, 4, 9, 1} {
			inst(a, i, 0)
			a.I(b.SADD, 0, 2, 0)
		}
		a.I(b.NONE, 0, 0)
		a.I(b.SADD, 0, 2, 0) // nothing comes of none
		a.I(b.COPY, 0, 3, 2)
		a.I(b.SJOIN, 0, 3, 1)
		a.I(b.COPY, 0, 4, 3)
		inst(a, 4, 0)
		a.I(b.SDEL, 0, 4, 0)
		a.I(b.COPY, 0, 5, 4)
		a.I(b.SMINUS, 0, 5, 1)
		a.I(b.COPY, 0, 6, 5)
		a.I(b.SMINUS, 0, 6, 6)
		a.I(b.NAVA, bundletest.HostVMs, 7, 8)
	}, 1, 2, 3, 4, 5, 6, 7)
	require.Equal(t, [][]int32{{2, 4, 6}, {9, 4, 1}, {9, 4, 1, 2, 6}, {9, 1, 2, 6}, {9, 1}, {}, {}}, got)

	got = steps(t, hosts(0, 1, 2), func(a *bundletest.Asm) {
		a.I(b.CLASS, 0, 1)
		a.I(b.NAVA, bundletest.HostVMs, 2, 1)
	}, 2)
	require.Equal(t, [][]int32{{7, 5, 6}}, got, "all guests, each once, in the order in which they are met")
}

func TestAnIterStaysAsItWas(t *testing.T) {
	got := steps(t, hosts(0, 1, 2, 3, 4, 5), func(a *bundletest.Asm) {
		a.I(b.CLASS, 0, 1)
		a.I(b.COPY, 0, 2, 1)
		a.I(b.SNAP, 0, 3, 2)
		a.I(b.EMPTY, 0, 4)
		a.L("loop")
		a.J(b.NEXT, "out", 5, 3)
		a.I(b.SDEL, 0, 2, 5)
		a.I(b.SADD, 0, 4, 5)
		a.J(b.JMP, "loop")
		a.L("out")
	}, 2, 4)
	require.Equal(t, [][]int32{{}, {0, 1, 2, 3, 4, 5}}, got)
}

func TestSortIsStableAndPickChoosesAnew(t *testing.T) {
	order := func(kind b.SetOpKind, desc bool) []int32 {
		return steps(t, hosts(0, 1, 2, 3, 4, 5), func(a *bundletest.Asm) {
			op := a.Op(kind, 0, 9, func(o *b.SetOp) { o.KeyColumn, o.Desc = 0, desc })
			a.I(b.CLASS, 0, 1)
			a.I(b.EMPTY, 0, 4)
			if kind == b.SetSort {
				a.I(b.SORT, op, 3, 1)
				a.L("loop")
				a.J(b.NEXT, "out", 5, 3)
			} else {
				a.I(b.POOL, 0, 3, 1)
				a.L("loop")
				a.I(b.PICK, op, 5, 3)
				a.I(b.ISSET, 0, 6, 5)
				a.J(b.JF, "out", 6)
			}
			a.I(b.SADD, 0, 4, 5)
			a.J(b.JMP, "loop")
			a.L("out")
		}, 4)[0]
	}
	require.Equal(t, []int32{0, 3, 1, 4, 2, 5}, order(b.SetSort, false))
	require.Equal(t, []int32{2, 5, 1, 4, 0, 3}, order(b.SetSort, true))
	require.Equal(t, []int32{0, 3, 1, 4, 2, 5}, order(b.SetArgMin, false))
	require.Equal(t, []int32{2, 5, 1, 4, 0, 3}, order(b.SetArgMax, false))
}

// A plan may be run in slices as small as one instruction: what it does is the same.
func TestSlicesMakeNoDifference(t *testing.T) {
	p := bundletest.Sample()
	think := p.Policies[1].States[1].Body
	run := func(seed uint64, fuel int) ([]string, vm.Stop) {
		w := randomWorld(p, rand.New(rand.NewPCG(seed, 4)), 6, false)
		m := vm.New(p, w)
		var f vm.Frame
		stop := vm.Stop{Kind: vm.StopFuel, PC: think}
		for stop.Kind == vm.StopFuel {
			var left int
			stop, left = m.Run(&f, stop.PC, fuel)
			require.LessOrEqual(t, left, fuel)
		}
		return w.Scratch.(*scratch).moves, stop
	}
	for seed := range uint64(300) {
		moves, stop := run(seed, math.MaxInt)
		require.Equal(t, vm.StopApply, stop.Kind)
		sliced, again := run(seed, 1)
		require.Equal(t, moves, sliced)
		require.Equal(t, stop, again)
	}
}

func TestAFrameCanBeWrittenDown(t *testing.T) {
	p := bundletest.World()
	a := bundletest.NewAsm(p)
	a.I(b.CLASS, 0, 1)
	a.I(b.SNAP, 0, 2, 1)
	a.J(b.NEXT, "out", 3, 2)
	a.I(b.NUM, a.Const(.5), 4)
	a.L("out")
	a.I(b.RET, 0, 3)
	w := hosts(1, 2, 3)
	m := vm.New(p, w)
	var f vm.Frame
	m.Run(&f, 0, 100)
	types := []b.Type{{}, {Base: b.Set}, {Base: b.Iter}, {Base: b.Inst}, {Base: b.Float}, {Base: b.Series}}
	values := m.Export(&f, types)
	require.Equal(t, []vm.Value{{}, {Set: []int32{1, 2, 3}}, {Set: []int32{2, 3}}, {Bits: 1}, {Bits: math.Float64bits(.5)}, {Series: []float64{}}}, values)

	other := vm.New(p, w)
	var g vm.Frame
	require.NoError(t, other.Import(&g, types, values))
	w.Alive[0] = nil // what was written down stays
	require.Equal(t, values, other.Export(&g, types))

	require.ErrorContains(t, other.Import(&g, types, values[1:]), "5 values for 6 registers")
	values[1].Set = []int32{11}
	require.ErrorContains(t, other.Import(&g, types, values), "names instance 11 of space 0")
}

func TestDeadSetsAreGivenBack(t *testing.T) {
	p := bundletest.World()
	a := bundletest.NewAsm(p)
	a.I(b.CLASS, 0, 1)
	a.I(b.COPY, 0, 2, 1) // stays
	a.I(b.SNAP, 0, 3, 1)
	a.L("outer")
	a.J(b.NEXT, "end", 4, 3)
	a.I(b.SNAP, 0, 5, 1)
	a.L("inner")
	a.J(b.NEXT, "outer", 6, 5)
	for range 10 {
		a.I(b.COPY, 0, 7, 1)
	}
	a.J(b.JMP, "inner")
	a.L("end")
	a.I(b.RET, 0, 4)
	alive := make([]int32, 100)
	for i := range alive {
		alive[i] = int32(i)
	}
	w := &vm.World{Size: []int32{100, 0, 0}, Alive: [][]int32{alive, nil, nil}}
	m := vm.New(p, w)
	var f vm.Frame
	stop, _ := m.Run(&f, 0, math.MaxInt)
	require.Equal(t, vm.StopRet, stop.Kind)
	require.Less(t, m.Slots(), 3000, "100,000 copies were made, of which few were alive at a time")
	require.Equal(t, alive, m.Export(&f, []b.Type{{}, {}, {Base: b.Set}})[2].Set)
}

func TestNothingIsAllocated(t *testing.T) {
	p := bundletest.Sample()
	w := randomWorld(p, rand.New(rand.NewPCG(1, 5)), 8, false)
	w.Scratch = nil
	m := vm.New(p, w)
	var f vm.Frame
	hot := &p.Events[0]
	require.Zero(t, testing.AllocsPerRun(100, func() {
		for i := range int32(8) {
			m.Test(&hot.Cond, i, hot.Thing, &f)
		}
	}), "by a guard")
	plan := func() {
		m.ResetArena()
		stop, _ := m.Run(&f, p.Policies[1].States[1].Body, math.MaxInt)
		if stop.Kind != vm.StopApply {
			t.Fatal(stop)
		}
	}
	for range 3 {
		plan()
	}
	require.Zero(t, testing.AllocsPerRun(100, plan), "by a plan, once it has run")
}

func TestTournamentKnowsTheLeast(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 6))
	for n := 1; n < 40; n++ {
		tree := vm.NewTournament(n)
		keys := make([]float64, n+5) // it grows
		for i := range keys {
			keys[i] = math.NaN()
		}
		require.EqualValues(t, -1, tree.Best())
		for range 300 {
			i := rng.IntN(len(keys))
			keys[i] = float64(rng.IntN(10))
			if rng.IntN(4) == 0 {
				keys[i] = math.NaN()
			}
			tree.Update(int32(i), keys[i])
			best := int32(-1)
			for k, x := range keys {
				if x == x && (best < 0 || x < keys[best]) {
					best = int32(k)
				}
			}
			require.Equal(t, best, tree.Best(), keys)
		}
	}
}

func TestATournamentAnswersForTheMachine(t *testing.T) {
	p := bundletest.World()
	a := bundletest.NewAsm(p)
	a.I(b.CLASS, 0, 1)
	a.I(b.SETOP, a.Op(b.SetArgMin, 0, 9, func(o *b.SetOp) { o.KeyColumn = 0 }), 2, 1)
	a.I(b.SETOP, a.Op(b.SetArgMax, 0, 9, func(o *b.SetOp) { o.KeyColumn = 0 }), 3, 1)
	a.I(b.RET, 0, 2)
	w := hosts(3, 4, 5)
	w.Least, w.Greatest = []*vm.Tournament{vm.NewTournament(10)}, []*vm.Tournament{vm.NewTournament(10)}
	for _, i := range w.Alive[0] {
		w.Least[0].Update(i, w.Cols[0][i])
		w.Greatest[0].Update(i, -w.Cols[0][i])
	}
	m := vm.New(p, w)
	var f vm.Frame
	m.Run(&f, 0, 100)
	require.EqualValues(t, []int32{3, 5}, []int32{f.Inst(2), f.Inst(3)})
	w.Least[0].Update(4, -1) // the tournament was asked, not the column
	m.Run(&f, 0, 100)
	require.EqualValues(t, 4, f.Inst(2))
}

// A filter may itself ask something of the same hosts; what it passes over is its own affair.
func TestTwinsAreCountedOnceWhereQueriesNest(t *testing.T) {
	w := hosts(0, 1, 2)
	w.Size[0] = 3
	w.Cols = [][]float64{{5, 5, 3}, {5, 5, 3}}
	w.Twins, w.NumTwins, w.Twinned = [][]int32{{0, 0, 1}}, []int32{2}, [][]uint64{{7}}
	a := bundletest.NewAsm(bundletest.World())
	inner := a.Op(b.SetArgMin, 0, 10, func(o *b.SetOp) {
		o.KeyColumn, o.Pure = 1, true
		o.Where.Tests = []b.Test{{Column: 1, Lo: 0, Hi: 9}}
	})
	filter := a.PC()
	a.I(b.CLASS, 0, 5)
	a.I(b.SETOP, inner, 6, 5)
	a.I(b.ISSET, 0, 7, 6)
	a.I(b.RET, 0, 7)
	outer := a.Op(b.SetArgMin, 0, 4, func(o *b.SetOp) { o.KeyColumn, o.Pure, o.Where.PC = 0, true, filter })
	pc := a.PC()
	a.I(b.CLASS, 0, 1)
	a.I(b.SETOP, outer, 2, 1)
	a.I(b.RET, 0, 2)
	var f vm.Frame
	vm.New(a.P, w).Run(&f, pc, 1000)
	require.Equal(t, int32(2), f.Inst(2), "the least of all is a twin of none of the others")
}

func TestWhatHostsDrawIsFoundAnewInEachRun(t *testing.T) {
	a := bundletest.NewAsm(bundletest.World())
	key := a.PC()
	a.I(b.COL, bundletest.HostCPU, 10, 9)
	a.I(b.WATTS, bundletest.Hosts, 11, 9, 10)
	a.I(b.RET, 0, 11)
	least := a.Op(b.SetArgMin, bundletest.Hosts, 9, func(o *b.SetOp) { o.KeyPC = key })
	pc := a.PC()
	a.I(b.CLASS, 0, 1)
	a.I(b.SETOP, least, 2, 1)
	a.I(b.RET, 0, 2)
	w := hosts(3, 4, 5)
	w.Curves = [][]*vm.Curve{make([]*vm.Curve, 6)} // of one more than there are, none is known
	for i := range 5 {
		w.Curves[0][i] = vm.NewCurve([]float64{80, 100})
	}
	m := vm.New(a.P, w)
	ask := func() int32 {
		var f vm.Frame
		m.Run(&f, pc, 100)
		return f.Inst(2)
	}
	w.Cols[0] = []float64{0, 0, 0, .3, .5, .1}
	require.EqualValues(t, 3, ask(), "what 5 draws isn't known")
	w.Cols[0] = []float64{0, 0, 0, .6, .5, .1}
	require.EqualValues(t, 4, ask())
	w.Curves[0][5] = vm.NewCurve([]float64{80, 100})
	require.EqualValues(t, 5, ask())
}
