package vm

import (
	"math"

	"github.com/tune-autonomic/tune/compiler/bundle"
)

// burns are what the elements of a column draw at the load that it says, each as it was found in the run at.
type burns struct {
	watts []float64
	at    []uint64
}

// setLoads finds the instructions that ask for the power at what a column says, with which nothing else is done. A plan
// changes none but planned columns, so what it is for the others need be found once in a run for each element.
func (k *kernel) setLoads(p *bundle.Program, wanted []registers) {
	reached := make([]bool, len(k.code)) // by a jump
	for _, in := range k.code {
		if jumps(in.Op) {
			reached[in.to] = true
		}
	}
	for pc := 1; pc < len(k.code); pc++ {
		col, in := &k.code[pc-1], &k.code[pc]
		if in.Op != bundle.WATTS || col.Op != bundle.COL || col.A != in.C || reached[pc] || planned(p.Columns[col.K].Kind) {
			continue
		}
		if in.A == in.C || !wanted[pc+1].has(in.C) {
			in.load, col.Op = col.K, bundle.NOP
		}
	}
}

func planned(k bundle.ColumnKind) bool {
	return k >= bundle.ColPlannedDemand && k <= bundle.ColPlannedMemory
}

// burn puts into a what the elements ids draw at the load that a column says.
func (m *Machine) burn(a []float64, ids []int32, column int32, curves []*Curve) {
	var col []float64
	if uint32(column) < uint32(len(m.w.Cols)) {
		col = m.w.Cols[column]
	}
	known := &m.burns[column]
	if len(known.at) < len(col) {
		known.watts, known.at = make([]float64, len(col)), make([]uint64, len(col))
	}
	for l, i := range ids {
		i := int(i)
		if uint(i) >= uint(len(col)) || i >= len(curves) {
			a[l] = math.NaN()
			continue
		}
		if known.at[i] != m.runs {
			known.at[i], known.watts[i] = m.runs, finite(curves[i].At(col[i]))
		}
		a[l] = known.watts[i]
	}
}
