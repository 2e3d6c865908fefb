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
	// kernel computes keys, if it can; then elements are gathered in ids: at most width, and a word more.
	kernel *kernel
	ids    [2 * width]int32
	n      int
	sign   float64
	// found is the best so far, -1 for none. Of equals the first is wanted: the lowest, if the set ascends and is not
	// looked at in its order.
	found     int32
	ascending bool
	least     float64
}

// among looks at the elements of ids.
func (s *search) among(ids []int32) {
	for _, i := range ids {
		if s.open(i) && s.look(i) {
			return
		}
	}
}

// between looks at the elements from first to last, first those that are like no other, then one of each group of twins.
// What is left out by a set costs next to nothing: 64 elements are passed over at once.
func (s *search) between(first, last int32) {
	s.ascending = true
	bare := s.kernel != nil && s.op.KeyColumn < 0 && len(s.op.Where.Tests) == 0
	for word := int(first >> 6); word <= int(last>>6); word++ {
		left := s.left(word, first, last)
		if word < len(s.twinned) {
			left &^= s.twinned[word]
		}
		if bare {
			s.gatherWord(int32(word<<6), left)
			continue
		}
		for ; left != 0; left &= left - 1 {
			if i := int32(word<<6 + mathbits.TrailingZeros64(left)); s.passes(i) {
				s.look(i)
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
				s.look(i)
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

// look takes note of element i; true if nothing better can come.
func (s *search) look(i int32) bool {
	op := s.op
	key := 0.0
	if op.KeyColumn >= 0 { // the cheapest question first
		key = s.sign * s.m.column(op.KeyColumn, i)
		if !s.better(key, i) {
			return false
		}
	}
	if !s.m.pass(op.Where.Tests, i) || s.groups != nil && s.twin(i) {
		return false
	}
	switch {
	case s.kernel != nil:
		s.gather(i)
		return false
	case s.any:
		if s.holds(i) {
			s.found = i
		}
		return s.found == i
	case op.KeyColumn < 0:
		key = s.sign * s.m.key(s.f, op, i)
	}
	if s.better(key, i) && s.holds(i) {
		s.found, s.least = i, key
	}
	return false
}

// gather puts element i with those to be weighed together.
func (s *search) gather(i int32) {
	s.ids[s.n] = i
	if s.n++; s.n == width {
		s.weigh(width)
	}
}

// gatherWord is gather for those of the 64 elements from base on that have their bit in left, and pass.
func (s *search) gatherWord(base int32, left uint64) {
	n := s.n
	for ; left != 0; left &= left - 1 {
		s.ids[n&(2*width-1)] = base + int32(mathbits.TrailingZeros64(left))
		n++
	}
	s.n += s.sieve(s.ids[s.n:n])
	if s.n >= width {
		s.weigh(width)
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

// weigh compares the first n of the elements that were gathered, and lets go of them.
func (s *search) weigh(n int) {
	if n == 0 {
		return
	}
	keys := s.m.runKernel(s.kernel, s.f, s.ids[:n])
	for l, i := range s.ids[:n] {
		key := s.sign * keys[l]
		if key > s.least { // most are
			continue
		}
		if s.better(key, i) && s.holds(i) {
			s.found, s.least = i, key
		}
	}
	s.n = copy(s.ids[:], s.ids[n:s.n])
}

// better says whether element i, which has this key, is to be preferred to the one that was found.
func (s *search) better(key float64, i int32) bool {
	return key < s.least || key == s.least && s.ascending && i < s.found
}
