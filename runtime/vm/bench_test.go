package vm_test

import (
	"math"
	"math/rand/v2"
	"testing"

	b "github.com/tune-autonomic/tune/compiler/bundle"
	"github.com/tune-autonomic/tune/compiler/bundle/bundletest"
	"github.com/tune-autonomic/tune/runtime/vm"
)

// crowd is a world of n hosts with random columns.
func crowd(p *b.Program, n int) *vm.World {
	rng := rand.New(rand.NewPCG(1, 1))
	w := &vm.World{Size: []int32{int32(n), 0, 0}, Alive: make([][]int32, 3)}
	for range p.Columns {
		col := make([]float64, n)
		for i := range col {
			col[i] = rng.Float64()
		}
		w.Cols = append(w.Cols, col)
	}
	for i := range n {
		w.Alive[0] = append(w.Alive[0], int32(i))
	}
	return w
}

func BenchmarkGuardOfFourTests(bench *testing.B) {
	p := bundletest.World()
	m := vm.New(p, crowd(p, 100))
	g := b.Guard{PC: -1}
	for _, c := range []int32{0, 1, 4, 5} {
		g.Tests = append(g.Tests, b.Test{Column: c, Lo: 0, Hi: 1})
	}
	var f vm.Frame
	var i int32
	for bench.Loop() {
		m.Test(&g, i%100, 0, &f)
		i++
	}
}

// ask measures one set operation over all hosts.
func ask(bench *testing.B, n int, change func(a *bundletest.Asm, o *b.SetOp), each bool) {
	p := bundletest.World()
	a := bundletest.NewAsm(p)
	k := a.Op(b.SetArgMin, 0, 4, func(o *b.SetOp) { o.KeyColumn = 0 })
	change(a, &p.SetOps[k])
	pc := a.PC()
	a.I(b.CLASS, 0, 1)
	a.I(b.SETOP, k, 2, 1)
	a.I(b.RET, 0, 2)
	w := crowd(p, n)
	if each { // the worst case: each element is better than all before
		for i := range n {
			w.Cols[0][i] = float64(n - i)
		}
	}
	m := vm.New(p, w)
	var f vm.Frame
	for bench.Loop() {
		m.Run(&f, pc, math.MaxInt)
	}
	bench.ReportMetric(float64(bench.Elapsed().Nanoseconds())/float64(bench.N)/float64(n), "ns/element")
}

func BenchmarkLeastOf100(bench *testing.B) {
	ask(bench, 100, func(*bundletest.Asm, *b.SetOp) {}, false)
}

func BenchmarkLeastOf1000WithATest(bench *testing.B) {
	ask(bench, 1000, func(_ *bundletest.Asm, o *b.SetOp) {
		o.Where.Tests = []b.Test{{Column: 1, Lo: .5, Hi: math.Inf(1)}}
	}, false)
}

func BenchmarkLeastOf1000WithATestForEach(bench *testing.B) {
	ask(bench, 1000, func(_ *bundletest.Asm, o *b.SetOp) {
		o.Where.Tests = []b.Test{{Column: 1, Lo: .5, Hi: math.Inf(1)}}
	}, true)
}

// Three columns compared and a computed key: the code of a placement.
func BenchmarkLeastOf1000ByCode(bench *testing.B) {
	ask(bench, 1000, func(a *bundletest.Asm, o *b.SetOp) {
		o.KeyColumn, o.Where.PC = -1, a.PC()
		a.I(b.COL, 1, 5, 4)
		a.I(b.COL, 5, 6, 4)
		a.I(b.LE, 0, 7, 5, 6)
		a.I(b.RET, 0, 7)
		o.KeyPC = a.PC()
		a.I(b.COL, 0, 5, 4)
		a.I(b.COL, 5, 6, 4)
		a.I(b.DIV, 0, 5, 5, 6)
		a.I(b.RET, 0, 5)
	}, false)
}

func BenchmarkTournament1000(bench *testing.B) {
	t := vm.NewTournament(1000)
	rng := rand.New(rand.NewPCG(1, 1))
	keys := make([]float64, 4096)
	for i := range keys {
		keys[i] = rng.Float64()
		t.Update(int32(i%1000), keys[i])
	}
	i := 0
	for bench.Loop() {
		t.Update(int32(i*7%1000), keys[i%4096])
		t.Best()
		i++
	}
}
