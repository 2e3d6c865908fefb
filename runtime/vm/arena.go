package vm

// A handle is a register's reference to a set or series. Its top 16 bits say what it is; all are NaNs as floats, so that
// no number that code computes looks like one. Handle 0 is the empty set and the empty series.
//
//	many   navigation (16 bits), instance (32): what the model says whenever it is read
//	class  class: likewise
//	slot   index in the arena
const (
	tagMany  uint64 = 0xFFFA << 48
	tagClass uint64 = 0xFFFB << 48
	tagSlot  uint64 = 0xFFFC << 48
	tagMask  uint64 = 0xFFFF << 48
)

func manyHandle(nav, inst int32) uint64 {
	return tagMany | uint64(uint16(nav))<<32 | uint64(uint32(inst))
}
func classHandle(class int32) uint64 { return tagClass | uint64(uint32(class)) }

// slot is a set, iter, pool or series of its own. Slots keep their memory when they are given back.
type slot struct {
	ids  []int32
	pos  int32 // of an iter: the next element
	nums []float64
	bits []uint64 // members, if hasBits
	// hasBits: bits are kept up to date from now on.
	hasBits bool
	// owner is the frame whose code made it; nil if more frames may know it.
	owner *Frame
	used  bool // seen by tidy
}

// arena holds the slots. Those in live are in use, in the order in which they were taken.
type arena struct {
	slots []*slot
	free  []int32
	live  []int32
	// sweepAt is the number of live slots from which it is worth looking for dead ones.
	sweepAt int
}

const minSweep = 1024

// alloc takes a slot for a set or series that code of f makes.
func (a *arena) alloc(f *Frame) (*slot, uint64) {
	var i int32
	if n := len(a.free); n > 0 {
		i = a.free[n-1]
		a.free = a.free[:n-1]
	} else {
		i = int32(len(a.slots))
		a.slots = append(a.slots, &slot{})
	}
	a.live = append(a.live, i)
	s := a.slots[i]
	s.owner = f
	return s, tagSlot | uint64(uint32(i))
}

// slot returns what a slot handle refers to, nil if h is none.
func (a *arena) slot(h uint64) *slot {
	if h&tagMask != tagSlot {
		return nil
	}
	if i := uint32(h); i < uint32(len(a.slots)) {
		return a.slots[i]
	}
	return nil
}

// giveBack empties slot i and puts it on the free list.
func (a *arena) giveBack(i int32) {
	s := a.slots[i]
	*s = slot{ids: s.ids[:0], nums: s.nums[:0], bits: s.bits[:0]}
	a.free = append(a.free, i)
}

// release gives back all slots that were taken since len(live) was n.
func (a *arena) release(n int) {
	for i := len(a.live) - 1; i >= n; i-- {
		a.giveBack(a.live[i])
	}
	a.live = a.live[:n]
}

// ResetArena gives back all sets and series. Frames that hold some must have been exported.
func (a *arena) ResetArena() {
	a.release(0)
	a.sweepAt = 0
}

// tidy gives back what code of f made and no register of f refers to any more. It must not be called while an operation
// holds slots that are in no register.
func (a *arena) tidy(f *Frame) {
	if len(a.live) < max(a.sweepAt, minSweep) {
		return
	}
	for _, r := range f.R {
		if s := a.slot(r); s != nil {
			s.used = true
		}
	}
	kept := a.live[:0]
	for _, i := range a.live {
		s := a.slots[i]
		if s.owner == f && !s.used {
			a.giveBack(i)
			continue
		}
		s.used = false
		kept = append(kept, i)
	}
	a.live = kept
	a.sweepAt = 2 * len(a.live)
}

// share lets another frame know the sets of f: they stay until ResetArena.
func (a *arena) share(f *Frame) {
	for _, i := range a.live {
		if a.slots[i].owner == f {
			a.slots[i].owner = nil
		}
	}
}
