package vm_test

import (
	"fmt"
	"math"
	"math/rand/v2"

	"github.com/tune-autonomic/tune/compiler/bundle"
	"github.com/tune-autonomic/tune/runtime/vm"
)

// scratch is a scratch model that keeps one list of moves, and lets a machine fit if the sum of their numbers is even.
type scratch struct{ moves []string }

func (s *scratch) Lift(space, v int32) { s.moves = append(s.moves, fmt.Sprintf("lift %d", v)) }
func (s *scratch) Place(space, v, h int32) {
	s.moves = append(s.moves, fmt.Sprintf("place %d %d", v, h))
}
func (s *scratch) Back(space, v int32)         { s.moves = append(s.moves, fmt.Sprintf("back %d", v)) }
func (s *scratch) Fits(space, v, h int32) bool { return (v+h)%2 == 0 }
func (s *scratch) Mark() int                   { return len(s.moves) }
func (s *scratch) Undo(mark int)               { s.moves = s.moves[:min(max(mark, 0), len(s.moves))] }

// randomWorld is a world for the tables of p, with n instances in each space: some unknown, some dead, some astray.
func randomWorld(p *bundle.Program, rng *rand.Rand, n int, astray bool) *vm.World {
	w := &vm.World{Scratch: &scratch{}, Name: func(space, i int32) string { return fmt.Sprintf("%s-%d", p.Spaces[space].Name, i+1) }}
	inst := func() int32 {
		if astray && rng.IntN(10) == 0 {
			return int32(rng.Uint32())
		}
		return int32(rng.IntN(n+1) - 1)
	}
	num := func() float64 {
		if rng.IntN(8) == 0 {
			return math.NaN()
		}
		return float64(rng.IntN(9)-2) / 4
	}
	for range p.Spaces {
		w.Size = append(w.Size, int32(n))
		groups := make([]int32, n)
		for i := range groups {
			groups[i] = int32(rng.IntN(4) - 1)
		}
		w.Twins, w.NumTwins = append(w.Twins, groups), append(w.NumTwins, 3)
		curves := make([]*vm.Curve, n)
		for i := range curves {
			var watts []float64
			for range rng.IntN(4) {
				watts = append(watts, 100*num())
			}
			curves[i] = vm.NewCurve(watts)
		}
		w.Curves = append(w.Curves, curves)
	}
	for range p.Columns {
		col := make([]float64, n)
		for i := range col {
			col[i] = num()
		}
		if astray && rng.IntN(5) == 0 {
			col = col[:rng.IntN(n+1)]
		}
		w.Cols = append(w.Cols, col)
	}
	for range p.Navs {
		one, many := make([]int32, n), make([][]int32, n)
		for i := range n {
			one[i] = inst()
			for range rng.IntN(4) {
				many[i] = append(many[i], max(inst(), 0))
			}
		}
		w.One, w.Many = append(w.One, one), append(w.Many, many)
	}
	for range p.Classes {
		var alive []int32
		for i := range n {
			if rng.IntN(5) > 0 {
				alive = append(alive, int32(i))
			}
		}
		w.Alive = append(w.Alive, alive)
	}
	w.History = func(dst []float64, col, i, n int32) []float64 {
		for k := range min(n, 1+i%5) {
			dst = append(dst, float64(col+i-k))
		}
		return dst
	}
	return w
}
