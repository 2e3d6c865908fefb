package vm

import (
	mathbits "math/bits"

	"github.com/tune-autonomic/tune/compiler/bundle"
)

// search looks for the least element of a set; for the greatest, keys are turned round.
type search struct {
	walk
	m   *Machine
	f   *Frame
	op  *bundle.SetOp
	any bool // the first that passes is as good as all others
	// kernel computes keys, if it can; then elements are gathered in ids, which stand at the places ats.
	kernel *kernel
	ids    [width]int32
	ats    [width]int32
	n      int
	sign   float64
	found  int
	least  float64
}

// among looks at the elements of ids.
func (s *search) among(ids []int32) {
	for at, i := range ids {
		if s.open(i) && s.look(at, i) {
			return
		}
	}
}

// between looks at the elements from first to last, first those that are like no other, then one of each group of twins.
// What is left out by a set costs next to nothing: 64 elements are passed over at once.
func (s *search) between(first, last int32) {
	bare := s.kernel != nil && s.op.KeyColumn < 0 && len(s.op.Where.Tests) == 0
	for word := int(first >> 6); word <= int(last>>6); word++ {
		left := s.left(word, first, last)
		if word < len(s.twinned) {
			left &^= s.twinned[word]
		}
		for ; left != 0; left &= left - 1 {
			i := int32(word<<6 + mathbits.TrailingZeros64(left))
			switch {
			case !s.passes(i):
			case bare:
				s.gather(int(i-first), i)
			default:
				s.look(int(i-first), i)
			}
		}
	}
	open := s.nGroups
	for word := int(first >> 6); word <= int(last>>6) && word < len(s.twinned) && open > 0; word++ {
		for left := s.left(word, first, last) & s.twinned[word]; left != 0 && open > 0; left &= left - 1 {
			i := int32(word<<6 + mathbits.TrailingZeros64(left))
			if s.seenTwin(i) || s.excepted(i) {
				continue
			}
			open--
			if s.passes(i) {
				s.look(int(i-first), i)
			} else {
				s.twin(i)
			}
		}
	}
}

// left are the elements of a word between first and last that no set leaves out.
func (s *search) left(word int, first, last int32) uint64 {
	left := ^uint64(0)
	for _, out := range s.without[:s.nWithout] {
		if word < len(out) {
			left &^= out[word]
		}
	}
	if word == int(first>>6) {
		left &= ^uint64(0) << (first & 63)
	}
	if word == int(last>>6) {
		left &= ^uint64(0) >> (63 - last&63)
	}
	return left
}

// look takes note of element i, at place at of the set; true if nothing better can come.
func (s *search) look(at int, i int32) bool {
	op := s.op
	key := 0.0
	if op.KeyColumn >= 0 { // the cheapest question first
		key = s.sign * s.m.column(op.KeyColumn, i)
		if !s.better(key, at) {
			return false
		}
	}
	if !s.m.pass(op.Where.Tests, i) || s.groups != nil && s.twin(i) {
		return false
	}
	switch {
	case s.kernel != nil:
		s.gather(at, i)
		return false
	case s.any:
		if s.holds(i) {
			s.found = at
		}
		return s.found == at
	case op.KeyColumn < 0:
		key = s.sign * s.m.key(s.f, op, i)
	}
	if s.better(key, at) && s.holds(i) {
		s.found, s.least = at, key
	}
	return false
}

// gather puts element i with those to be weighed together.
func (s *search) gather(at int, i int32) {
	s.ids[s.n], s.ats[s.n] = i, int32(at)
	if s.n++; s.n == width {
		s.weigh()
	}
}

// holds runs the filter's code, which is put into the key's unless it is dear: so it is asked last.
func (s *search) holds(i int32) bool {
	if s.op.Where.PC < 0 {
		return true
	}
	s.f.SetInst(s.op.Elem, i)
	return s.m.eval(s.f, s.op.Where.PC) == True
}

// weigh compares the elements that were gathered.
func (s *search) weigh() {
	if s.n == 0 {
		return
	}
	keys := s.m.runKernel(s.kernel, s.f, s.ids[:s.n])
	if s.op.Where.PC >= 0 { // its code may need the memory
		copied := *keys
		keys = &copied
	}
	for i, at := range s.ats[:s.n] {
		if key := s.sign * num(keys[i]); s.better(key, int(at)) && s.holds(s.ids[i]) {
			s.found, s.least = int(at), key
		}
	}
	s.n = 0
}

// better says whether an element with this key, at this place, is to be preferred to the one that was found.
func (s *search) better(key float64, at int) bool {
	return key < s.least || key == s.least && at < s.found
}
