package vm

import (
	"math"
	mathbits "math/bits"
	"slices"

	"github.com/tune-autonomic/tune/compiler/bundle"
)

// width is how many elements of a set are worked on together: the code of a key is gone through once for all of them, so
// that choosing what to do costs a fraction of an element's time. Lanes that have jumped elsewhere wait until the code
// gets there; jumps only lead forward.
const width = 64

// lane is a register of width elements. Numbers stand in it as they are, all else by its bits.
type lane [width]float64

// kernel is the code of a key or a filter, for lanes. It gives what exec gives, element by element.
type kernel struct {
	code []laneInstr
	// uniform are the registers that are the same for all elements, with the lanes that they are copied to.
	uniform []copied
	elem    uint8 // lane of the element
	// asked says that code reads the element itself, not only its columns.
	asked bool
	lanes int
	// r is what the lanes hold. Those of uniform keep what they were filled with last.
	r       []lane
	pending []uint64 // by pc: lanes that have jumped there
	out     lane
}

type copied struct{ reg, lane uint8 }

type laneInstr struct {
	bundle.Instr
	to int32 // a jump's target in the kernel's code
	// apart says that the result is put where it is wanted, lane by lane: one that has jumped over this still needs what
	// the register held.
	apart bool
	// load, of WATTS, is the column of the element that holds the load, one that doesn't change in a run; -1 if C holds it.
	load int32
}

// kernelOf is the kernel of what op asks of many elements: the key of a best one, or the filter of a set. It is nil if there
// is no code for that, or it needs more than numbers.
func kernelOf(p *bundle.Program, op *bundle.SetOp) *kernel {
	switch {
	case op.Kind <= bundle.SetArgMax && op.KeyPC >= 0 && !keyIsConstant(p, op):
		return kernelAt(p, op.KeyPC, op.Elem)
	case op.Kind == bundle.SetFilter && op.Where.PC >= 0:
		return kernelAt(p, op.Where.PC, op.Elem)
	}
	return nil
}

// kernelAt is the kernel of the code at pc, which finds its element in register elem.
func kernelAt(p *bundle.Program, pc int32, elem uint8) *kernel {
	code := straight(p.Code, pc)
	if code == nil {
		return nil
	}
	b := kernelBuilder{lanes: map[uint8]uint8{}, written: map[uint8]bool{elem: true}, sure: make([]registers, len(code))}
	b.k.elem = b.lane(elem)
	b.sure[0].set(elem)
	for _, in := range code {
		if bundle.Opcodes[in.Op].A.Write {
			b.written[in.A] = true
		}
	}
	for at, in := range code {
		if !b.add(at, in, pc) {
			return nil
		}
	}
	if b.k.lanes = len(b.lanes) + 2; b.k.lanes > math.MaxUint8+1 { // the last two are apart and unknown
		return nil
	}
	wanted := b.k.wanted()
	b.k.setApart(wanted)
	b.k.setLoads(p, wanted)
	b.k.setUnknown(p)
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
func (s *registers) unset(r uint8)    { s[r>>6] &^= 1 << (r & 63) }
func (s *registers) has(r uint8) bool { return s[r>>6]>>(r&63)&1 != 0 }

func (s *registers) join(o *registers) {
	for i := range s {
		s[i] |= o[i]
	}
}

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

// add translates the instruction at pc of the code; false if it reads what may not have been written for its element, or
// of another instance.
func (b *kernelBuilder) add(pc int, in bundle.Instr, base int32) bool {
	info := &bundle.Opcodes[in.Op]
	li := laneInstr{Instr: bundle.Instr{Op: in.Op, K: in.K}, load: -1}
	sure := b.sure[pc]
	known := true
	read := func(r uint8) uint8 {
		known = known && (!b.written[r] || sure.has(r))
		return b.lane(r)
	}
	ask := func(r uint8) uint8 {
		l := read(r)
		b.k.asked = b.k.asked || l == b.k.elem
		return l
	}
	if in.Op == bundle.RET || reads(info.A) {
		li.A = ask(in.A)
	}
	switch {
	case in.Op == bundle.COL || in.Op == bundle.WATTS:
		li.B = read(in.B)
		known = known && li.B == b.k.elem
	case reads(info.B):
		li.B = ask(in.B)
	}
	if reads(info.C) {
		li.C = ask(in.C)
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

// wanted are, by pc, the lanes' registers that are read from there on before they are written.
func (k *kernel) wanted() []registers {
	wanted := make([]registers, len(k.code)+1)
	for pc := len(k.code) - 1; pc >= 0; pc-- {
		in, info := &k.code[pc], &bundle.Opcodes[k.code[pc].Op]
		var w registers
		switch {
		case in.Op == bundle.RET:
			w.set(in.A)
		case in.Op == bundle.JMP:
			w = wanted[in.to]
		default:
			w = wanted[pc+1]
			if jumps(in.Op) {
				w.join(&wanted[in.to])
			}
			if info.A.Write {
				w.unset(in.A)
			}
			for _, o := range []struct {
				is bundle.Operand
				r  uint8
			}{{info.A, in.A}, {info.B, in.B}, {info.C, in.C}} {
				if reads(o.is) {
					w.set(o.r)
				}
			}
		}
		wanted[pc] = w
	}
	return wanted
}

// setApart finds the instructions whose result may not be put into lanes that have jumped over them.
func (k *kernel) setApart(wanted []registers) {
	for pc := range k.code {
		for from := range k.code[:pc] {
			j := &k.code[from]
			if jumps(j.Op) && int(j.to) > pc && wanted[j.to].has(k.code[pc].A) {
				k.code[pc].apart = true
			}
		}
	}
}

// apart is the lane where results are put that not all lanes want; unknown holds the unknown number.
func (k *kernel) apart() uint8   { return uint8(k.lanes - 2) }
func (k *kernel) unknown() uint8 { return uint8(k.lanes - 1) }

// setUnknown finds the code that only says that an element is out of the question: it returns 0 / 0.
func (k *kernel) setUnknown(p *bundle.Program) {
	for pc := range len(k.code) - 2 {
		zero, div, ret := &k.code[pc], &k.code[pc+1], &k.code[pc+2]
		if zero.Op != bundle.NUM || p.Consts[zero.K] != 0 || div.Op != bundle.DIV || ret.Op != bundle.RET {
			continue
		}
		if div.B == zero.A && div.C == zero.A && ret.A == div.A && !k.reaches(pc+1) && !k.reaches(pc+2) {
			zero.Op, div.Op, ret.A = bundle.NOP, bundle.NOP, k.unknown()
		}
	}
}

// reaches says whether a jump leads to pc.
func (k *kernel) reaches(pc int) bool {
	return slices.ContainsFunc(k.code, func(in laneInstr) bool { return jumps(in.Op) && int(in.to) == pc })
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

// begin makes a kernel ready for the elements ids.
func (k *kernel) begin(f *Frame, ids []int32) {
	if k.r == nil {
		k.r, k.pending = make([]lane, k.lanes), make([]uint64, len(k.code))
		fill(k.r[k.unknown()][:], math.NaN())
	}
	for _, u := range k.uniform {
		if x, l := num(f.R[u.reg]), &k.r[u.lane]; math.Float64bits(l[0]) != f.R[u.reg] {
			fill(l[:], x)
		}
	}
	if k.asked {
		elem := k.r[k.elem][:len(ids)]
		for l, i := range ids[:len(elem)] {
			elem[l] = num(uint64(uint32(i)))
		}
	}
}

// runKernel computes what k gives for the elements ids, at most width, into what it returns. Each instruction is carried out
// for all lanes if one needs it: that is cheaper than to ask which do.
func (m *Machine) runKernel(k *kernel, f *Frame, ids []int32) *lane {
	n := len(ids)
	k.begin(f, ids)
	on, returned := ^uint64(0)>>(width-n), false
	for pc := range k.code {
		if k.pending[pc] != 0 {
			on |= k.pending[pc]
			k.pending[pc] = 0
		}
		if on == 0 {
			continue
		}
		in := &k.code[pc]
		m.spent += mathbits.OnesCount64(on)
		switch {
		case in.Op == bundle.NOP:
		case in.Op == bundle.RET:
			if !returned { // all others are still to come
				k.out, returned = k.r[in.A], true
			} else {
				blend(&k.out, &k.r[in.A], on)
			}
			on = 0
		case jumps(in.Op):
			gone := k.taken(in, n) & on
			k.pending[in.to] |= gone
			on &^= gone
		case in.apart:
			m.laneOp(k, in, k.apart(), ids, on)
			blend(&k.r[in.A], &k.r[k.apart()], on)
		default:
			m.laneOp(k, in, in.A, ids, on)
		}
	}
	return &k.out
}

func fill(to []float64, x float64) {
	for l := range to {
		to[l] = x
	}
}

// blend copies the lanes that are on.
func blend(to, from *lane, on uint64) {
	if on == ^uint64(0) {
		*to = *from
		return
	}
	for ; on != 0; on &= on - 1 {
		l := mathbits.TrailingZeros64(on) & (width - 1)
		to[l] = from[l]
	}
}

// taken are the lanes that jump, were they all here.
func (k *kernel) taken(in *laneInstr, n int) uint64 {
	gone := uint64(0) // from the last lane to the first
	a, b := k.r[in.A][:n], k.r[in.B][:n]
	switch in.Op {
	case bundle.JMP:
		return ^uint64(0)
	case bundle.JT:
		for l := len(a) - 1; l >= 0; l-- {
			gone = gone<<1 | bit(math.Float64bits(a[l]) == True)
		}
	case bundle.JF:
		for l := len(a) - 1; l >= 0; l-- {
			gone = gone<<1 | bit(math.Float64bits(a[l]) != True)
		}
	case bundle.JNLT:
		for l := len(a) - 1; l >= 0; l-- {
			gone = gone<<1 | bit(!(a[l] < b[l]))
		}
	case bundle.JNLE:
		for l := len(a) - 1; l >= 0; l-- {
			gone = gone<<1 | bit(!(a[l] <= b[l]))
		}
	case bundle.JNEQ:
		for l := len(a) - 1; l >= 0; l-- {
			gone = gone<<1 | bit(!(a[l] == b[l]))
		}
	case bundle.JNNE:
		for l := len(a) - 1; l >= 0; l-- {
			gone = gone<<1 | bit(!(a[l] < b[l] || a[l] > b[l]))
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

// finite is bits, for a lane.
func finite(x float64) float64 {
	if d := x - x; d == d {
		return x
	}
	return math.NaN()
}

// laneOp carries out one instruction that isn't a jump, for the lanes of the elements ids, or, where it may be dear, those
// that are on; the result goes to register to.
func (m *Machine) laneOp(k *kernel, in *laneInstr, to uint8, ids []int32, on uint64) {
	a, b, c := k.r[to][:len(ids)], k.r[in.B][:len(ids)], k.r[in.C][:len(ids)]
	switch in.Op {
	case bundle.NUM:
		fill(a, m.p.Consts[in.K])
	case bundle.COL:
		var col []float64
		if uint32(in.K) < uint32(len(m.w.Cols)) {
			col = m.w.Cols[in.K]
		}
		for l, i := range ids {
			if i := int(i); uint(i) < uint(len(col)) {
				a[l] = col[i]
			} else {
				a[l] = math.NaN()
			}
		}
	case bundle.ADD:
		for l, x := range b {
			a[l] = finite(x + c[l])
		}
	case bundle.SUB:
		for l, x := range b {
			a[l] = finite(x - c[l])
		}
	case bundle.MUL:
		for l, x := range b {
			a[l] = finite(x * c[l])
		}
	case bundle.DIV:
		for l, x := range b {
			a[l] = finite(x / c[l])
		}
	case bundle.LT:
		for l, x := range b {
			a[l] = num(compared(x < c[l], x, c[l]))
		}
	case bundle.LE:
		for l, x := range b {
			a[l] = num(compared(x <= c[l], x, c[l]))
		}
	case bundle.WATTS:
		var curves []*Curve
		if uint32(in.K) < uint32(len(m.w.Curves)) {
			curves = m.w.Curves[in.K]
		}
		if in.load >= 0 {
			m.burn(a, ids, in.load, curves)
			return
		}
		for l, i := range ids {
			if i := int(i); uint(i) < uint(len(curves)) {
				a[l] = finite(curves[i].At(c[l]))
			} else {
				a[l] = math.NaN()
			}
		}
	default:
		for ; on != 0; on &= on - 1 {
			l := mathbits.TrailingZeros64(on)
			a[l] = num(m.value(in.Op, in.K, math.Float64bits(a[l]), math.Float64bits(b[l]), math.Float64bits(c[l])))
		}
	}
}
