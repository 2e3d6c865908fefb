package model_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tune-autonomic/tune/compiler/bundle"
	"github.com/tune-autonomic/tune/runtime/model"
	"github.com/tune-autonomic/tune/runtime/vm"
)

const ranked = `system ranked
hosts rack { driver = "sim"  nodes = ["a"]  cores = 2 }
vm Guest on rack { count = 2  place = pack }
component App on Guest [0..9] initially 2 { op start = exec("run") }
probe cpu:  percent on rack  every 1s stale 3s
probe heat: percent on rack  every 1s stale 2s
probe load: percent on App every 1s stale 3s
event hot(h: rack) when h.cpu > 90% for 1s
policy Least on hot(h: rack) {
  state Ask { let d = min(rack by heat where it != h) let e = max(App by load) let f = min(rack by cpu where it.heat < 1%) }
  -> Done when d exists and e exists and f exists
  -> Done otherwise
  final Done
}
`

// What the tournaments say is what a look at all cells gives, whatever happens to these.
func TestTournamentsFollowTheCells(t *testing.T) {
	p := program(t, ranked)
	m, err := model.New(p, model.Options{Sizes: map[int32]int{0: 5}})
	require.NoError(t, err)
	w := m.World()
	const rack, app int32 = 0, 2
	kept := 0
	for c := range p.Columns {
		least, greatest := p.Columns[c].Space == rack && p.Columns[c].Name == "heat", p.Columns[c].Space == app && p.Columns[c].Name == "load"
		require.Equal(t, least, w.Least[c] != nil, "%v: only what the program asks for is kept", p.Columns[c])
		require.Equal(t, greatest, w.Greatest[c] != nil, "%v", p.Columns[c])
		if least || greatest {
			kept++
		}
	}
	require.Equal(t, 2, kept)
	rng := rand.New(rand.NewPCG(1, 1))
	for _, i := range []int32{0, 1} {
		m.Put(0, 1, i, i)
	}
	for now := range int64(20_000) {
		pr, i := int32(rng.IntN(3)), int32(rng.IntN(9))
		switch at := now * second / 10; rng.IntN(12) {
		case 0:
			m.Put(at, app, i, int32(rng.IntN(2)))
		case 1:
			m.Remove(app, i, func(int32, int32) {})
		case 2:
			m.Expire(at, func(int32, int32) {})
		case 3:
			m.Blank(p.Columns[p.Probes[pr].Column].Space, min(i, 4), func(int32, int32) {})
		case 4:
			m.Sample(at, pr, i, math.NaN())
		default:
			m.Sample(at, pr, i, float64(rng.IntN(6))/10)
		}
		for c := range p.Columns {
			alive := w.Alive[p.Columns[c].Space] // each class has its own space
			if tree := w.Least[c]; tree != nil {
				require.Equal(t, look(w.Cols[c], alive, 1, -1), tree.Best())
				require.Equal(t, look(w.Cols[c], alive, 1, i), tree.BestBut(i))
			}
			if tree := w.Greatest[c]; tree != nil {
				require.Equal(t, look(w.Cols[c], alive, -1, -1), tree.Best())
				require.Equal(t, look(w.Cols[c], alive, -1, i), tree.BestBut(i))
			}
		}
	}
}

// look is the first of alive but for one with the least value, once its sign has been changed.
func look(col []float64, alive []int32, sign float64, but int32) int32 {
	found, least := int32(-1), math.Inf(1)
	for _, i := range alive {
		if x := sign * col[i]; i != but && x < least {
			found, least = i, x
		}
	}
	return found
}

// A sample of one of 1,000 hosts, and the question which is the least loaded but one.
func BenchmarkSampleAndLeastOf1000(b *testing.B) {
	p := program(b, ranked)
	m, err := model.New(p, model.Options{Sizes: map[int32]int{0: 1000}})
	require.NoError(b, err)
	rng := rand.New(rand.NewPCG(1, 1))
	loads := make([]float64, 4096)
	for i := range loads {
		loads[i] = rng.Float64()
	}
	pc := int32(-1) // of the first question
	for at, in := range p.Code {
		if pc < 0 && in.Op == bundle.SETOP {
			pc = int32(at) - 1
		}
	}
	require.Equal(b, bundle.CLASS, p.Code[pc].Op)
	machine := vm.New(p, m.World())
	var f vm.Frame
	for _, ask := range []bool{false, true} {
		name := "sample"
		if ask {
			name = "sample and question"
		}
		b.Run(name, func(b *testing.B) {
			n := 0
			for b.Loop() {
				m.Sample(int64(n)*1000, 1, int32(n*7%1000), loads[n%4096])
				if ask {
					machine.Run(&f, pc, 2)
				}
				n++
			}
		})
	}
}
