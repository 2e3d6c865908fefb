package vm

import (
	"math"

	"github.com/tune-autonomic/tune/compiler/bundle"
)

// Machine runs the code of one verified program over one world. It is for one goroutine at a time. It holds no state
// between runs but the arena: the sets and series of frames that are under way.
type Machine struct {
	arena
	p *bundle.Program
	w *World
	// hosts, by space, is the space that its instances stand in, -1 for none. alone, by class, says that a class is the
	// only one in its space. first, by SetOp, says that all elements that pass are equally good.
	hosts []int32
	alone []bool
	first []bool
	// kernels, by SetOp, compute keys, or filters of sets, for many elements at once; nil where that can't be.
	kernels []*kernel
	// runs counts how often the world may have changed; burns are by column.
	runs  uint64
	burns []burns
	// spent counts the fuel of nested code and set operations since the running instruction began.
	spent int
	// nested is how many set operations are under way.
	nested int
	// seen, by space and group of twins, holds the stamp of the operation that looked at the group last.
	seen  [][]uint32
	stamp uint32
	pairs []pair
	nums  []float64
}

// New returns a machine for p, which must have passed Verify, over w. The model may change what w holds between runs.
func New(p *bundle.Program, w *World) *Machine {
	m := &Machine{
		p: p, w: w,
		hosts:   make([]int32, len(p.Spaces)),
		alone:   make([]bool, len(p.Classes)),
		first:   make([]bool, len(p.SetOps)),
		kernels: make([]*kernel, len(p.SetOps)),
		seen:    make([][]uint32, len(p.Spaces)),
		burns:   make([]burns, len(p.Columns)),
	}
	classes := make([]int, len(p.Spaces))
	for i := range m.hosts {
		m.hosts[i] = -1
	}
	for _, c := range p.Classes {
		classes[c.Space]++
		if c.On >= 0 {
			m.hosts[c.Space] = p.Classes[c.On].Space
		}
	}
	for i, c := range p.Classes {
		m.alone[i] = classes[c.Space] == 1
	}
	w.complete()
	for i := range p.SetOps {
		m.first[i] = keyIsConstant(p, &p.SetOps[i])
		m.kernels[i] = kernelOf(p, &p.SetOps[i])
	}
	return m
}

// Test says whether g holds for subject; f's registers are free for its code, subjectReg gets the subject. It allocates
// nothing. False is said only if it is false whatever the unknown values are.
func (m *Machine) Test(g *bundle.Guard, subject int32, subjectReg uint8, f *Frame) Bool {
	res := m.tests(g.Tests, subject)
	if g.PC < 0 || res == False {
		return res
	}
	f.SetInst(subjectReg, subject)
	m.runs++
	res = and(res, m.eval(f, g.PC))
	m.spent = 0
	return res
}

// tests says whether all interval tests hold for instance i.
func (m *Machine) tests(ts []bundle.Test, i int32) Bool {
	res := True
	for k := range ts {
		t := &ts[k]
		x := m.column(t.Column, i)
		if t.Lo <= x && x <= t.Hi {
			continue
		}
		if x == x {
			return False
		}
		res = Unknown
	}
	return res
}

// Run runs f from pc until something must happen outside, or fuel is used up; it returns why it came back and the fuel
// that is left: less than none if the last instruction took more than there was. Fuel is about one an instruction and one an element that a set operation looks at; at least one
// instruction is run if fuel is positive. Go on at Stop.PC with the same frame. At StopRet, Stop.A is the register.
func (m *Machine) Run(f *Frame, pc int32, fuel int) (Stop, int) {
	m.spent, m.nested = 0, 0
	m.runs++
	return m.exec(f, pc, fuel)
}

// eval runs code that only computes, gives back the sets that it made, and returns its value, which is none of these.
func (m *Machine) eval(f *Frame, pc int32) uint64 {
	live := len(m.live)
	v := m.evalKeep(f, pc)
	if len(m.live) > live {
		m.release(live)
	}
	return v
}

// evalKeep is eval where the value may be a series: the caller gives back what was made.
func (m *Machine) evalKeep(f *Frame, pc int32) uint64 {
	m.nested++
	stop, left := m.exec(f, pc, math.MaxInt)
	m.nested--
	m.spent += math.MaxInt - left
	return f.R[stop.A]
}

// column is column c of instance i, NaN if there is none.
func (m *Machine) column(c, i int32) float64 {
	if cols := m.w.Cols; uint32(c) < uint32(len(cols)) {
		if col := cols[c]; uint32(i) < uint32(len(col)) {
			return col[i]
		}
	}
	return math.NaN()
}

// one is what navigation n leads to from i, -1 if to nothing.
func (m *Machine) one(n, i int32) int32 {
	if uint32(n) < uint32(len(m.w.One)) {
		if to := m.w.One[n]; uint32(i) < uint32(len(to)) {
			return to[i]
		}
	}
	return -1
}

// many is the set that navigation n leads to from i.
func (m *Machine) many(n, i int32) []int32 {
	if uint32(n) < uint32(len(m.w.Many)) {
		if to := m.w.Many[n]; uint32(i) < uint32(len(to)) {
			return to[i]
		}
	}
	return nil
}

// exists says whether space has an instance i, alive or not.
func (m *Machine) exists(space, i int32) bool {
	return uint32(space) < uint32(len(m.w.Size)) && i >= 0 && i < m.w.Size[space]
}

// members are the elements of the set, iter or pool h, in order. They hold until h or the model changes.
func (m *Machine) members(h uint64) []int32 {
	switch h & tagMask {
	case tagSlot:
		if s := m.slot(h); s != nil && int(s.pos) <= len(s.ids) {
			return s.ids[s.pos:]
		}
	case tagMany:
		return m.many(int32(h>>32&0xFFFF), int32(uint32(h)))
	case tagClass:
		if c := uint32(h); c < uint32(len(m.w.Alive)) {
			return m.w.Alive[c]
		}
	}
	return nil
}

// series are the samples of h, newest first.
func (m *Machine) series(h uint64) []float64 {
	if s := m.slot(h); s != nil {
		return s.nums
	}
	return nil
}

// watts is the power that host i of space draws at load u.
func (m *Machine) watts(space, i int32, u float64) float64 {
	if uint32(space) >= uint32(len(m.w.Curves)) || uint32(i) >= uint32(len(m.w.Curves[space])) {
		return math.NaN()
	}
	return m.w.Curves[space][i].At(u)
}
