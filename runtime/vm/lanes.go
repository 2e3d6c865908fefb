package vm

import (
	"math"
	mathbits "math/bits"

	"github.com/tune-autonomic/tune/compiler/bundle"
)

// width is how many elements of a set are worked on together: the code of a key is gone through once for all of them, so
// that choosing what to do costs a fraction of an element's time. Lanes that have jumped elsewhere wait until the code
// gets there; jumps only lead forward.
const width = 64

// lane is a register of width elements.
type lane [width]uint64

// kernel is the code of a key, for lanes. It gives what exec gives, element by element.
type kernel struct {
	code []laneInstr
	// uniform are the registers that are the same for all elements, with the lanes that they are copied to.
	uniform []copied
	elem    uint8 // lane of the element
	lanes   int
}

type copied struct{ reg, lane uint8 }

type laneInstr struct {
	bundle.Instr
	to int32 // a jump's target in the kernel's code
}

// kernelOf is the kernel of the key of op; nil if its code needs more than numbers.
func kernelOf(p *bundle.Program, op *bundle.SetOp) *kernel {
	if op.KeyPC < 0 || op.Kind > bundle.SetArgMax {
		return nil
	}
	code := straight(p.Code, op.KeyPC)
	if code == nil {
		return nil
	}
	b := kernelBuilder{lanes: map[uint8]uint8{}, written: map[uint8]bool{op.Elem: true}, sure: make([]registers, len(code))}
	b.k.elem = b.lane(op.Elem)
	b.sure[0].set(op.Elem)
	for _, in := range code {
		if bundle.Opcodes[in.Op].A.Write {
			b.written[in.A] = true
		}
	}
	for pc, in := range code {
		if !b.add(pc, in, op.KeyPC) {
			return nil
		}
	}
	b.k.lanes = len(b.lanes)
	return &b.k
}

// straight is the code from pc on that is reached, if no jump in it leads back and all of it is about numbers; else nil.
func straight(code []bundle.Instr, pc int32) []bundle.Instr {
	first, last := pc, pc
	for ; pc <= last; pc++ {
		in := code[pc]
		switch {
		case in.Op == bundle.RET:
		case jumps(in.Op) && in.K > pc:
			last = max(last, in.K)
			if in.Op != bundle.JMP {
				last = max(last, pc+1)
			}
		case simple(in.Op):
			last = max(last, pc+1)
		default:
			return nil
		}
	}
	return code[first : last+1]
}

// registers is a set of registers.
type registers [4]uint64

func (s *registers) set(r uint8)      { s[r>>6] |= 1 << (r & 63) }
func (s *registers) has(r uint8) bool { return s[r>>6]>>(r&63)&1 != 0 }

type kernelBuilder struct {
	k       kernel
	lanes   map[uint8]uint8 // by register
	written map[uint8]bool
	// sure, by pc, are the registers that have been written on every way there: the element's at least, once there is one.
	sure []registers
}

func (b *kernelBuilder) lane(r uint8) uint8 {
	l, ok := b.lanes[r]
	if ok {
		return l
	}
	l = uint8(len(b.lanes))
	b.lanes[r] = l
	if !b.written[r] {
		b.k.uniform = append(b.k.uniform, copied{r, l})
	}
	return l
}

// add translates the instruction at pc of the code; false if it reads what may not have been written for its element.
func (b *kernelBuilder) add(pc int, in bundle.Instr, base int32) bool {
	info := &bundle.Opcodes[in.Op]
	li := laneInstr{Instr: bundle.Instr{Op: in.Op, K: in.K}}
	sure := b.sure[pc]
	known := true
	read := func(r uint8) uint8 {
		known = known && (!b.written[r] || sure.has(r))
		return b.lane(r)
	}
	if in.Op == bundle.RET || reads(info.A) {
		li.A = read(in.A)
	}
	if reads(info.B) {
		li.B = read(in.B)
	}
	if reads(info.C) {
		li.C = read(in.C)
	}
	if info.A.Write {
		sure.set(in.A)
		li.A = b.lane(in.A)
	}
	if jumps(in.Op) {
		li.to = in.K - base
		b.reach(li.to, sure)
	}
	if in.Op != bundle.RET && in.Op != bundle.JMP {
		b.reach(int32(pc+1), sure)
	}
	b.k.code = append(b.k.code, li)
	return known
}

// reach notes a way to pc on which sure have been written.
func (b *kernelBuilder) reach(pc int32, sure registers) {
	if b.sure[pc] == (registers{}) {
		b.sure[pc] = sure
		return
	}
	for i := range sure {
		b.sure[pc][i] &= sure[i]
	}
}

func reads(o bundle.Operand) bool { return o.Content != bundle.Nothing && !o.Write }

func jumps(op bundle.Op_) bool { return op >= bundle.JMP && op <= bundle.JNNE }

func simple(op bundle.Op_) bool {
	switch op {
	case bundle.NOP, bundle.MOV, bundle.NUM, bundle.BOOL, bundle.COL, bundle.WATTS, bundle.FITS:
		return true
	}
	return op >= bundle.ADD && op <= bundle.SQRT || op >= bundle.LT && op <= bundle.NE ||
		op >= bundle.AND && op <= bundle.KNOWN || op == bundle.TOBOOL || op == bundle.TONUM
}

// lanes is the memory of kernels.
type lanes struct {
	r       []lane
	pending []uint64 // by pc: lanes that have jumped there
	out     lane
}

// runKernel computes the keys of the elements ids, at most width, into out.
func (m *Machine) runKernel(k *kernel, f *Frame, ids []int32) *lane {
	w := &m.lanes
	if len(w.r) < k.lanes {
		w.r = make([]lane, k.lanes)
	}
	if len(w.pending) < len(k.code) {
		w.pending = make([]uint64, len(k.code))
	}
	for _, u := range k.uniform {
		x, l := f.R[u.reg], &w.r[u.lane]
		for i := range ids {
			l[i&(width-1)] = x
		}
	}
	for i, id := range ids {
		w.r[k.elem][i&(width-1)] = uint64(uint32(id))
	}
	on := ^uint64(0) >> (width - len(ids))
	var list [width]uint8
	active := activeLanes(&list, on)
	for pc := range k.code {
		if w.pending[pc] != 0 {
			on |= w.pending[pc]
			w.pending[pc] = 0
			active = activeLanes(&list, on)
		}
		if on == 0 {
			continue
		}
		in := &k.code[pc]
		m.spent += len(active)
		switch {
		case in.Op == bundle.RET:
			a := &w.r[in.A]
			for _, l := range active {
				w.out[l&(width-1)] = a[l&(width-1)]
			}
			on, active = 0, active[:0]
		case jumps(in.Op):
			gone := w.taken(in, active, on)
			w.pending[in.to] |= gone
			if gone != 0 {
				on &^= gone
				active = activeLanes(&list, on)
			}
		default:
			m.laneOp(in, active)
		}
	}
	return &w.out
}

func activeLanes(list *[width]uint8, on uint64) []uint8 {
	n := 0
	for ; on != 0; on &= on - 1 {
		list[n&(width-1)] = uint8(mathbits.TrailingZeros64(on))
		n++
	}
	return list[:n]
}

// taken are the lanes that jump.
func (w *lanes) taken(in *laneInstr, active []uint8, on uint64) uint64 {
	gone := uint64(0)
	a, b := &w.r[in.A], &w.r[in.B]
	switch in.Op {
	case bundle.JMP:
		return on
	case bundle.JT:
		for _, l := range active {
			gone |= bit(a[l&(width-1)] == True) << (l & (width - 1))
		}
	case bundle.JF:
		for _, l := range active {
			gone |= bit(a[l&(width-1)] != True) << (l & (width - 1))
		}
	case bundle.JNLT:
		for _, l := range active {
			gone |= bit(!(num(a[l&(width-1)]) < num(b[l&(width-1)]))) << (l & (width - 1))
		}
	case bundle.JNLE:
		for _, l := range active {
			gone |= bit(!(num(a[l&(width-1)]) <= num(b[l&(width-1)]))) << (l & (width - 1))
		}
	case bundle.JNEQ:
		for _, l := range active {
			gone |= bit(!(num(a[l&(width-1)]) == num(b[l&(width-1)]))) << (l & (width - 1))
		}
	case bundle.JNNE:
		for _, l := range active {
			x, y := num(a[l&(width-1)]), num(b[l&(width-1)])
			gone |= bit(!(x < y || x > y)) << (l & (width - 1))
		}
	}
	return gone
}

func bit(b bool) uint64 {
	if b {
		return 1
	}
	return 0
}

// laneOp carries out one instruction that isn't a jump.
func (m *Machine) laneOp(in *laneInstr, active []uint8) {
	w := &m.lanes
	a, b, c := &w.r[in.A], &w.r[in.B], &w.r[in.C]
	switch in.Op {
	case bundle.NUM:
		x := math.Float64bits(m.p.Consts[in.K])
		for _, l := range active {
			a[l&(width-1)] = x
		}
	case bundle.COL:
		var col []float64
		if uint32(in.K) < uint32(len(m.w.Cols)) {
			col = m.w.Cols[in.K]
		}
		for _, l := range active {
			x := nan
			if i := uint32(b[l&(width-1)]); i < uint32(len(col)) {
				x = math.Float64bits(col[i])
			}
			a[l&(width-1)] = x
		}
	case bundle.ADD:
		for _, l := range active {
			a[l&(width-1)] = bits(num(b[l&(width-1)]) + num(c[l&(width-1)]))
		}
	case bundle.SUB:
		for _, l := range active {
			a[l&(width-1)] = bits(num(b[l&(width-1)]) - num(c[l&(width-1)]))
		}
	case bundle.MUL:
		for _, l := range active {
			a[l&(width-1)] = bits(num(b[l&(width-1)]) * num(c[l&(width-1)]))
		}
	case bundle.DIV:
		for _, l := range active {
			a[l&(width-1)] = bits(num(b[l&(width-1)]) / num(c[l&(width-1)]))
		}
	case bundle.WATTS:
		var curves []*Curve
		if uint32(in.K) < uint32(len(m.w.Curves)) {
			curves = m.w.Curves[in.K]
		}
		for _, l := range active {
			x := nan
			if i := uint32(b[l&(width-1)]); i < uint32(len(curves)) {
				x = bits(curves[i].At(num(c[l&(width-1)])))
			}
			a[l&(width-1)] = x
		}
	default:
		for _, l := range active {
			a[l&(width-1)] = m.value(in.Op, in.K, a[l&(width-1)], b[l&(width-1)], c[l&(width-1)])
		}
	}
}
