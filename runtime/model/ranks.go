package model

import (
	"github.com/tune-autonomic/tune/compiler/bundle"
	"github.com/tune-autonomic/tune/runtime/vm"
)

// keepRanks makes tournaments for the metrics whose least or greatest the program asks of whole classes that have their
// space for themselves. Only what samples fill changes one cell at a time, so other columns have none.
func (m *Model) keepRanks() {
	classes := make([]int, len(m.p.Spaces))
	for i := range m.p.Classes {
		classes[m.p.Classes[i].Space]++
	}
	m.w.Least = make([]*vm.Tournament, len(m.p.Columns))
	m.w.Greatest = make([]*vm.Tournament, len(m.p.Columns))
	var whole [256]bool // by register: the last that the code wrote there, as it stands, is a class
	for _, in := range m.p.Code {
		if in.Op == bundle.SETOP && whole[in.B] {
			if op := &m.p.SetOps[in.K]; classes[op.Space] == 1 {
				m.keepRank(op)
			}
		}
		if bundle.Opcodes[in.Op].A.Write {
			whole[in.A] = in.Op == bundle.CLASS
		}
	}
}

func (m *Model) keepRank(op *bundle.SetOp) {
	if op.KeyColumn < 0 || !op.LeavesOneOut() || m.p.Columns[op.KeyColumn].Kind != bundle.ColMetric {
		return
	}
	kept := m.w.Least
	switch op.Kind {
	case bundle.SetArgMin:
	case bundle.SetArgMax:
		kept = m.w.Greatest
	default:
		return
	}
	if kept[op.KeyColumn] == nil {
		kept[op.KeyColumn] = vm.NewTournament(int(m.Size(op.Space)))
	}
}

// measure sets the cell of a metric.
func (m *Model) measure(column, i int32, v float64) {
	m.w.Cols[column][i] = v
	if t := m.w.Least[column]; t != nil {
		t.Update(i, v)
	}
	if t := m.w.Greatest[column]; t != nil {
		t.Update(i, -v)
	}
}
