package vm_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"sort"
	"testing"

	"github.com/stretchr/testify/require"

	b "github.com/tune-autonomic/tune/compiler/bundle"
	"github.com/tune-autonomic/tune/compiler/bundle/bundletest"
	"github.com/tune-autonomic/tune/runtime/vm"
)

// part is a filter or key: what it is to the machine, and to Go.
type part struct {
	pc    int32
	truth func(i int32) vm.Bool
	num   func(i int32) float64
}

// Registers of the code of a reference question.
const (
	regSet, regOther, regWithout, regExcept, regElem, regT, regU, regV, regOut = 0, 1, 2, 3, 4, 5, 6, 7, 8
)

func kleene(known bool, yes bool) vm.Bool {
	if !known {
		return vm.Unknown
	}
	if yes {
		return vm.True
	}
	return vm.False
}

// reference answers a set operation in the plainest Go: the elements that pass, their keys, then what is asked of them.
type reference struct {
	w       *vm.World
	op      *b.SetOp
	where   part
	key     part
	without []int32
	except  int32
}

func (r *reference) passes(i int32) bool {
	if slices.Contains(r.without, i) || len(r.op.Except) > 0 && i == r.except {
		return false
	}
	for _, t := range r.op.Where.Tests {
		if x := r.w.Cols[t.Column][i]; !(x >= t.Lo && x <= t.Hi) {
			return false
		}
	}
	return r.where.truth == nil || r.where.truth(i) == vm.True
}

func (r *reference) keyOf(i int32) float64 {
	switch {
	case r.op.KeyColumn >= 0:
		return r.w.Cols[r.op.KeyColumn][i]
	case r.key.num != nil:
		return r.key.num(i)
	}
	return 0
}

// answer is what the machine must say, as text.
func (r *reference) answer(set []int32) string {
	var ids []int32
	var keys []float64
	open := 0
	for _, i := range set {
		if slices.Contains(r.without, i) || len(r.op.Except) > 0 && i == r.except {
			continue
		}
		open++
		if r.passes(i) {
			ids = append(ids, i)
			keys = append(keys, r.keyOf(i))
		}
	}
	switch r.op.Kind {
	case b.SetFilter:
		return fmt.Sprint(ids)
	case b.SetAny, b.SetAll:
		return r.quantified(ids, open)
	}
	var known []int
	for k, x := range keys {
		if x == x {
			known = append(known, k)
		}
	}
	sum := 0.0
	for _, k := range known {
		sum += keys[k]
	}
	switch r.op.Kind {
	case b.SetCount:
		return fmt.Sprint(float64(len(known)))
	case b.SetSum:
		return fmt.Sprint(sum)
	}
	down := r.op.Kind == b.SetArgMax || r.op.Kind == b.SetMax || r.op.Kind == b.SetSort && r.op.Desc
	sort.SliceStable(known, func(x, y int) bool {
		if down {
			return keys[known[x]] > keys[known[y]]
		}
		return keys[known[x]] < keys[known[y]]
	})
	if r.op.Kind == b.SetSort {
		sorted := []int32{}
		for _, k := range known {
			sorted = append(sorted, ids[k])
		}
		return fmt.Sprint(sorted)
	}
	if len(known) == 0 {
		if r.op.Kind <= b.SetArgMax {
			return "-1"
		}
		return "NaN"
	}
	switch r.op.Kind {
	case b.SetArgMin, b.SetArgMax:
		return fmt.Sprint(ids[known[0]])
	case b.SetAvg:
		return fmt.Sprint(sum / float64(len(known)))
	}
	return fmt.Sprint(keys[known[0]])
}

func (r *reference) quantified(ids []int32, open int) string {
	if r.key.truth == nil {
		if r.op.Kind == b.SetAny {
			return fmt.Sprint(kleene(true, len(ids) > 0))
		}
		return fmt.Sprint(kleene(true, len(ids) == open))
	}
	seen := map[vm.Bool]bool{}
	for _, i := range ids {
		seen[r.key.truth(i)] = true
	}
	decides, otherwise := vm.True, vm.False
	if r.op.Kind == b.SetAll {
		decides, otherwise = vm.False, vm.True
	}
	switch {
	case seen[decides]:
		return fmt.Sprint(decides)
	case seen[vm.Unknown]:
		return fmt.Sprint(vm.Unknown)
	}
	return fmt.Sprint(otherwise)
}

// truths writes code for one of several conditions on an element.
func truths(a *bundletest.Asm, w *vm.World, rng *rand.Rand) part {
	pc := a.PC()
	cpu, high := w.Cols[bundletest.HostCPU], w.Cols[bundletest.HostHigh]
	switch rng.IntN(3) {
	case 0:
		a.I(b.COL, bundletest.HostCPU, regT, regElem)
		a.I(b.COL, bundletest.HostHigh, regU, regElem)
		a.I(b.LT, 0, regT, regT, regU)
		a.I(b.RET, 0, regT)
		return part{pc: pc, truth: func(i int32) vm.Bool {
			return kleene(cpu[i] == cpu[i] && high[i] == high[i], cpu[i] < high[i])
		}}
	case 1: // more than one guest
		a.I(b.NAVS, bundletest.HostVMs, regT, regElem)
		a.I(b.COUNT, 0, regU, regT)
		a.I(b.NUM, a.Const(1), regV)
		a.I(b.LT, 0, regT, regV, regU)
		a.I(b.RET, 0, regT)
		return part{pc: pc, truth: func(i int32) vm.Bool { return kleene(true, len(w.Many[bundletest.HostVMs][i]) > 1) }}
	default: // some guest wants something: a set operation within
		a.I(b.NAVS, bundletest.HostVMs, regT, regElem)
		inner := a.Op(b.SetAny, bundletest.VMs, regV, func(o *b.SetOp) {
			o.Where.Tests = []b.Test{{Column: bundletest.VMDemand, Lo: .1, Hi: math.Inf(1)}}
		})
		a.I(b.SETOP, inner, regU, regT)
		a.I(b.RET, 0, regU)
		return part{pc: pc, truth: func(i int32) vm.Bool {
			return kleene(true, slices.ContainsFunc(w.Many[bundletest.HostVMs][i], func(v int32) bool {
				return w.Cols[bundletest.VMDemand][v] >= .1
			}))
		}}
	}
}

// numbers writes code for one of several keys of an element.
func numbers(a *bundletest.Asm, w *vm.World, rng *rand.Rand) part {
	pc := a.PC()
	if rng.IntN(4) == 0 {
		a.I(b.NUM, a.Const(3), regT)
		a.I(b.RET, 0, regT)
		return part{pc: pc, num: func(int32) float64 { return 3 }}
	}
	x, y := w.Cols[bundletest.HostCPU], w.Cols[bundletest.Capacity]
	a.I(b.COL, bundletest.HostCPU, regT, regElem)
	a.I(b.COL, bundletest.Capacity, regU, regElem)
	a.I(b.DIV, 0, regT, regT, regU)
	a.I(b.RET, 0, regT)
	return part{pc: pc, num: func(i int32) float64 {
		if q := x[i] / y[i]; !math.IsInf(q, 0) {
			return q
		}
		return math.NaN()
	}}
}

// TestSetOperationsAgreeWithPlainGo asks random questions of random worlds, and compares with the reference.
func TestSetOperationsAgreeWithPlainGo(t *testing.T) {
	asked := map[b.SetOpKind]int{}
	for seed := range uint64(20_000) {
		rng := rand.New(rand.NewPCG(seed, 2))
		p := bundletest.World()
		a := bundletest.NewAsm(p)
		w := randomWorld(p, rng, 1+rng.IntN(8), false)
		ref := &reference{w: w, except: int32(rng.IntN(3)) - 1}
		k := a.Op(b.SetOpKind(rng.IntN(int(b.SetMax)+1)), bundletest.Hosts, regElem, func(o *b.SetOp) {
			for range rng.IntN(3) {
				lo := float64(rng.IntN(6)-2) / 4
				o.Where.Tests = append(o.Where.Tests, b.Test{Column: int32(rng.IntN(2)), Lo: lo, Hi: lo + 1})
			}
			if rng.IntN(2) == 0 {
				o.Without = []uint8{regWithout}
			}
			if rng.IntN(3) == 0 {
				o.Except = []uint8{regExcept}
			}
			o.Desc = rng.IntN(2) == 0
		})
		if rng.IntN(2) == 0 {
			ref.where = truths(a, w, rng)
			p.SetOps[k].Where.PC = ref.where.pc
		}
		switch kind := p.SetOps[k].Kind; {
		case kind == b.SetFilter:
		case kind == b.SetAny || kind == b.SetAll:
			if rng.IntN(2) == 0 {
				ref.key = truths(a, w, rng)
				p.SetOps[k].KeyPC = ref.key.pc
			}
		case rng.IntN(2) == 0:
			p.SetOps[k].KeyColumn = bundletest.HostCPU
		default:
			ref.key = numbers(a, w, rng)
			p.SetOps[k].KeyPC = ref.key.pc
		}
		ref.op = &p.SetOps[k]
		asked[ref.op.Kind]++

		pc := a.PC()
		a.I(b.CLASS, bundletest.Hosts, regSet)
		op := b.SETOP
		if ref.op.Kind == b.SetSort {
			op = b.SORT
		}
		a.I(op, k, regOut, regSet)
		a.I(b.RET, 0, regOut)

		m := vm.New(p, w)
		var f vm.Frame
		require.NoError(t, m.Import(&f, []b.Type{{}, {}, {Base: b.Set, Space: bundletest.Hosts}}, []vm.Value{{}, {}, {Set: w.Alive[0][:len(w.Alive[0])/2]}}))
		if len(ref.op.Without) > 0 {
			ref.without = w.Alive[0][:len(w.Alive[0])/2]
		}
		f.SetInst(regExcept, ref.except)
		stop, _ := m.Run(&f, pc, 1_000_000)
		require.Equal(t, vm.StopRet, stop.Kind)
		require.Equal(t, ref.answer(w.Alive[0]), show(m, &f, ref.op), "seed %d: %+v over %v", seed, *ref.op, w.Alive[0])
	}
	require.Len(t, asked, int(b.SetMax)+1, "every kind was asked")
}

// show is what the machine answered, as text.
func show(m *vm.Machine, f *vm.Frame, op *b.SetOp) string {
	types := make([]b.Type, regOut+1)
	switch op.Kind {
	case b.SetFilter, b.SetSort:
		types[regOut].Base = b.Set
		return fmt.Sprint(m.Export(f, types)[regOut].Set)
	case b.SetArgMin, b.SetArgMax:
		return fmt.Sprint(f.Inst(regOut))
	case b.SetAny, b.SetAll:
		return fmt.Sprint(f.R[regOut])
	}
	return fmt.Sprint(math.Float64frombits(f.R[regOut]))
}

// bitsOf has a bit for each instance that is in a group.
func bitsOf(groups [][]int32) [][]uint64 {
	all := make([][]uint64, len(groups))
	for s, of := range groups {
		all[s] = make([]uint64, len(of)/64+1)
		for i, g := range of {
			if g >= 0 {
				all[s][i/64] |= 1 << (i % 64)
			}
		}
	}
	return all
}

// Twins may be passed over only where that makes no difference.
func TestTwinsMakeNoDifference(t *testing.T) {
	for seed := range uint64(3_000) {
		rng := rand.New(rand.NewPCG(seed, 3))
		p := bundletest.World()
		a := bundletest.NewAsm(p)
		w := randomWorld(p, rng, 2+rng.IntN(150), false)
		first := map[int32]int{} // make them twins indeed
		for i, g := range w.Twins[bundletest.Hosts] {
			if g < 0 {
				continue
			}
			j, ok := first[g]
			if !ok {
				j, first[g] = i, i
			}
			for _, c := range []int{bundletest.HostCPU, bundletest.HostHigh, bundletest.Capacity} {
				w.Cols[c][i] = w.Cols[c][j]
			}
			w.Many[bundletest.HostVMs][i] = nil
		}
		if seed%2 == 0 {
			w.Twinned = bitsOf(w.Twins)
		}
		k := a.Op(b.SetOpKind(rng.IntN(int(b.SetMax)+1)), bundletest.Hosts, regElem)
		p.SetOps[k].Where.PC = truths(a, w, rng).pc
		switch kind := p.SetOps[k].Kind; {
		case kind == b.SetFilter:
		case kind == b.SetAny || kind == b.SetAll:
			p.SetOps[k].KeyPC = truths(a, w, rng).pc
		default:
			p.SetOps[k].KeyPC = numbers(a, w, rng).pc
			if seed%3 == 0 { // as it is compiled: the filter is asked in the key's code
				p.SetOps[k].Where.PC = -1
			}
		}
		pc := a.PC()
		a.I(b.CLASS, bundletest.Hosts, regSet)
		op := b.SETOP
		if p.SetOps[k].Kind == b.SetSort {
			op = b.SORT
		}
		a.I(op, k, regOut, regSet)
		a.I(b.RET, 0, regOut)
		ask := func(pure bool) string {
			p.SetOps[k].Pure = pure
			m := vm.New(p, w)
			var f vm.Frame
			m.Run(&f, pc, 1_000_000)
			return show(m, &f, &p.SetOps[k])
		}
		require.Equal(t, ask(false), ask(true), "seed %d: %+v", seed, p.SetOps[k])
	}
}
