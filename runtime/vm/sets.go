package vm

import (
	"slices"

	"github.com/tune-autonomic/tune/compiler/bundle"
)

// maxID bounds what a set of bits holds; Verify allows fewer instances.
const maxID = 1 << 24

func hasBit(bits []uint64, i int32) bool {
	w := uint32(i) >> 6
	return w < uint32(len(bits)) && bits[w]>>(uint32(i)&63)&1 != 0
}

func (s *slot) setBit(i int32) {
	w := int(uint32(i) >> 6)
	for len(s.bits) <= w {
		s.bits = append(s.bits, 0)
	}
	s.bits[w] |= 1 << (uint32(i) & 63)
}

func (s *slot) clearBit(i int32) {
	if w := uint32(i) >> 6; w < uint32(len(s.bits)) {
		s.bits[w] &^= 1 << (uint32(i) & 63)
	}
}

// index makes bits say which instances s has.
func (s *slot) index() {
	if s.hasBits {
		return
	}
	s.hasBits = true
	s.bits = s.bits[:0]
	for _, i := range s.ids[s.pos:] {
		if uint32(i) < maxID {
			s.setBit(i)
		}
	}
}

// isIn says whether i is in the set h.
func (m *Machine) isIn(i int32, h uint64) bool {
	ids := m.members(h)
	if s := m.slot(h); s != nil && len(ids) > 8 {
		s.index()
	}
	if s := m.slot(h); s != nil && s.hasBits {
		return hasBit(s.bits, i)
	}
	for _, j := range ids {
		if i == j {
			return true
		}
	}
	return false
}

// copySet makes a set, iter or pool with the elements of h.
func (m *Machine) copySet(f *Frame, h uint64) uint64 {
	s, to := m.alloc(f)
	s.ids = append(s.ids, m.members(h)...)
	m.spent += len(s.ids)
	return to
}

// own returns the set in register r so that it may be changed: a copy, if it is the model's.
func (m *Machine) own(f *Frame, r uint8) *slot {
	if m.slot(f.R[r]) == nil {
		f.R[r] = m.copySet(f, f.R[r])
	}
	s := m.slot(f.R[r])
	s.index()
	return s
}

// add puts i at the end of s, unless it is none or there.
func (m *Machine) add(s *slot, i int32) {
	if uint32(i) >= maxID || hasBit(s.bits, i) {
		return
	}
	s.setBit(i)
	s.ids = append(s.ids, i)
}

func (m *Machine) remove(s *slot, i int32) {
	if !hasBit(s.bits, i) {
		return
	}
	s.clearBit(i)
	m.spent += len(s.ids)
	for k, j := range s.ids {
		if i == j {
			s.ids = append(s.ids[:k], s.ids[k+1:]...)
			return
		}
	}
}

func (m *Machine) join(s *slot, h uint64) {
	ids := m.members(h)
	m.spent += len(ids)
	for _, i := range ids {
		m.add(s, i)
	}
}

func (m *Machine) minus(s *slot, h uint64) {
	ids := m.members(h)
	m.spent += len(ids) + len(s.ids)
	for _, i := range ids {
		s.clearBit(i)
	}
	kept := s.ids[:0]
	for _, i := range s.ids {
		if hasBit(s.bits, i) {
			kept = append(kept, i)
		}
	}
	s.ids = kept
}

// next is the next element of the iter h, false after the last.
func (m *Machine) next(h uint64) (int32, bool) {
	s := m.slot(h)
	if s == nil || int(s.pos) >= len(s.ids) {
		return -1, false
	}
	i := s.ids[s.pos]
	s.pos++
	if s.hasBits {
		s.clearBit(i)
	}
	return i, true
}

// pick takes the best element out of the pool r[B].
func (m *Machine) pick(f *Frame, in bundle.Instr) {
	s := m.slot(f.R[in.B])
	if s == nil {
		f.R[in.A] = None
		return
	}
	i := m.best(f, in.K, s.ids, false)
	m.spent += len(s.ids)
	f.SetInst(in.A, i)
	if i < 0 {
		return
	}
	if s.hasBits {
		s.clearBit(i)
	}
	at := slices.Index(s.ids, i)
	s.ids = slices.Delete(s.ids, at, at+1)
}

// navAll makes the set of all that navigation K leads to from the set r[B], each once, in the order found.
func (m *Machine) navAll(f *Frame, in bundle.Instr) {
	m.beforeAlloc(f)
	s, h := m.alloc(f)
	s.index()
	nav := &m.p.Navs[in.K]
	for _, i := range m.members(f.R[in.B]) {
		m.spent++
		if !nav.Many {
			m.add(s, m.one(in.K, i))
			continue
		}
		to := m.many(in.K, i)
		m.spent += len(to)
		for _, j := range to {
			m.add(s, j)
		}
	}
	f.R[in.A] = h
}
