package vm

import (
	"math"

	"github.com/tune-autonomic/tune/compiler/bundle"
)

var nan = math.Float64bits(math.NaN())

func num(r uint64) float64 { return math.Float64frombits(r) }

// bits is x as a register holds it: what isn't finite is unknown, and there is one unknown.
func bits(x float64) uint64 {
	if x-x != 0 {
		return nan
	}
	return math.Float64bits(x)
}

func truth(b bool) Bool {
	if b {
		return True
	}
	return False
}

func and(x, y Bool) Bool {
	if x == False || y == False {
		return False
	}
	if x == True {
		return y
	}
	return Unknown
}

func or(x, y Bool) Bool {
	if x == True || y == True {
		return True
	}
	return x | y
}

func not(x Bool) Bool {
	if x == Unknown {
		return Unknown
	}
	return x ^ 1
}

// compared is b, unless x or y is unknown.
func compared(b bool, x, y float64) Bool {
	if x != x || y != y {
		return Unknown
	}
	return truth(b)
}

// exec is the interpreter's loop. The caller has checked that pc is the beginning of a region.
func (m *Machine) exec(f *Frame, pc int32, fuel int) (Stop, int) {
	code := m.p.Code
	r := &f.R
	for {
		if fuel <= 0 {
			return Stop{Kind: StopFuel, PC: pc}, fuel
		}
		fuel--
		in := code[pc]
		pc++
		switch in.Op {
		case bundle.NOP:

		case bundle.MOV:
			r[in.A] = r[in.B]
		case bundle.NUM:
			r[in.A] = math.Float64bits(m.p.Consts[in.K])
		case bundle.BOOL:
			r[in.A] = uint64(in.K)
		case bundle.NONE:
			r[in.A] = None
		case bundle.INST:
			f.SetInst(in.A, m.p.Insts[in.K].Index)
		case bundle.COL:
			r[in.A] = math.Float64bits(m.column(in.K, f.Inst(in.B)))
		case bundle.NAV:
			f.SetInst(in.A, m.one(in.K, f.Inst(in.B)))
		case bundle.NAVS:
			r[in.A] = manyHandle(in.K, f.Inst(in.B))
		case bundle.NAVA:
			m.navAll(f, in)
		case bundle.CLASS:
			r[in.A] = classHandle(in.K)
		case bundle.EMPTY:
			m.beforeAlloc(f)
			_, r[in.A] = m.alloc(f)

		case bundle.ADD:
			r[in.A] = bits(num(r[in.B]) + num(r[in.C]))
		case bundle.SUB:
			r[in.A] = bits(num(r[in.B]) - num(r[in.C]))
		case bundle.MUL:
			r[in.A] = bits(num(r[in.B]) * num(r[in.C]))
		case bundle.DIV:
			r[in.A] = bits(num(r[in.B]) / num(r[in.C]))
		case bundle.MIN, bundle.MAX, bundle.NEG, bundle.ABS, bundle.SQRT, bundle.WATTS, bundle.FITS,
			bundle.LT, bundle.LE, bundle.EQ, bundle.NE, bundle.SAME, bundle.DIFF,
			bundle.AND, bundle.OR, bundle.NOT, bundle.KNOWN, bundle.TOBOOL, bundle.TONUM:
			r[in.A] = m.value(in.Op, in.K, r[in.A], r[in.B], r[in.C])
		case bundle.ISSET:
			r[in.A] = truth(f.Inst(in.B) >= 0)
		case bundle.IN:
			r[in.A] = truth(m.isIn(f.Inst(in.B), r[in.C]))

		case bundle.JMP:
			pc = in.K
		case bundle.JT:
			if r[in.A] == True {
				pc = in.K
			}
		case bundle.JF:
			if r[in.A] != True {
				pc = in.K
			}
		case bundle.JNLT:
			if !(num(r[in.A]) < num(r[in.B])) {
				pc = in.K
			}
		case bundle.JNLE:
			if !(num(r[in.A]) <= num(r[in.B])) {
				pc = in.K
			}
		case bundle.JNEQ:
			if !(num(r[in.A]) == num(r[in.B])) {
				pc = in.K
			}
		case bundle.JNNE:
			if x, y := num(r[in.A]), num(r[in.B]); !(x < y || x > y) {
				pc = in.K
			}

		case bundle.SETOP:
			m.beforeAlloc(f)
			r[in.A] = m.setop(f, in.K, r[in.B])
			fuel = m.pay(fuel)
		case bundle.COUNT:
			r[in.A] = math.Float64bits(float64(len(m.members(r[in.B]))))
		case bundle.SNAP, bundle.POOL, bundle.COPY:
			m.beforeAlloc(f)
			r[in.A] = m.copySet(f, r[in.B])
			fuel = m.pay(fuel)
		case bundle.SORT:
			m.beforeAlloc(f)
			r[in.A] = m.setop(f, in.K, r[in.B])
			fuel = m.pay(fuel)
		case bundle.NEXT:
			if i, ok := m.next(r[in.B]); ok {
				f.SetInst(in.A, i)
			} else {
				pc = in.K
			}
		case bundle.PICK:
			m.pick(f, in)
			fuel = m.pay(fuel)
		case bundle.SADD:
			m.add(m.own(f, in.A), f.Inst(in.B))
		case bundle.SDEL:
			m.remove(m.own(f, in.A), f.Inst(in.B))
			fuel = m.pay(fuel)
		case bundle.SJOIN:
			m.join(m.own(f, in.A), r[in.B])
			fuel = m.pay(fuel)
		case bundle.SMINUS:
			m.minus(m.own(f, in.A), r[in.B])
			fuel = m.pay(fuel)

		case bundle.HIST, bundle.SERSUM, bundle.SERMUL, bundle.SERDIV:
			m.beforeAlloc(f)
			r[in.A] = m.makeSeries(f, in)
			fuel = m.pay(fuel)
		case bundle.SERFUN:
			xs := m.series(r[in.B])
			r[in.A] = bits(m.seriesFunc(in.K, xs))
			m.spent += len(xs)
			fuel = m.pay(fuel)

		case bundle.LIFT:
			if v := f.Inst(in.A); m.exists(in.K, v) {
				m.w.Scratch.Lift(in.K, v)
			}
		case bundle.PLACE:
			if v, h := f.Inst(in.A), f.Inst(in.B); m.exists(in.K, v) && m.exists(m.hosts[in.K], h) {
				m.w.Scratch.Place(in.K, v, h)
			}
		case bundle.BACK:
			if v := f.Inst(in.A); m.exists(in.K, v) {
				m.w.Scratch.Back(in.K, v)
			}
		case bundle.MARK:
			r[in.A] = uint64(m.w.Scratch.Mark())
		case bundle.UNDO:
			m.w.Scratch.Undo(int(r[in.A]))

		case bundle.APPLY:
			return Stop{Kind: StopApply, PC: pc, K: in.K}, fuel
		case bundle.CLAIM, bundle.CLAIMS, bundle.CLAIMC:
			return Stop{Kind: StopClaim, PC: pc, K: in.K, A: in.A}, fuel
		case bundle.ACT:
			return Stop{Kind: StopAct, PC: pc, K: in.K}, fuel
		case bundle.FORK:
			m.share(f)
			return Stop{Kind: StopFork, PC: pc, K: in.K}, fuel
		case bundle.JOIN:
			return Stop{Kind: StopJoin, PC: pc}, fuel
		case bundle.END:
			return Stop{Kind: StopEnd, PC: pc, K: in.K}, fuel
		case bundle.GOTO:
			return Stop{Kind: StopGoto, PC: pc, K: in.K, A: in.A}, fuel
		case bundle.RET:
			return Stop{Kind: StopRet, PC: pc, A: in.A}, fuel
		}
	}
}

// value is what an operation gives that only reads the registers B and C, which hold b and c. MOV, NUM and BOOL, which
// read none or one as it is, are among them for lanes; any other leaves a.
func (m *Machine) value(op bundle.Op_, k int32, a, b, c uint64) uint64 {
	x, y := num(b), num(c)
	switch op {
	case bundle.MOV:
		return b
	case bundle.BOOL:
		return uint64(k)
	case bundle.MIN:
		return bits(min(x, y))
	case bundle.MAX:
		return bits(max(x, y))
	case bundle.NEG:
		return bits(-x)
	case bundle.ABS:
		return bits(math.Abs(x))
	case bundle.SQRT:
		return bits(math.Sqrt(x))
	case bundle.WATTS:
		return bits(m.watts(k, int32(uint32(b)), y))
	case bundle.FITS:
		return m.fits(k, int32(uint32(b)), int32(uint32(c)))
	case bundle.LT:
		return compared(x < y, x, y)
	case bundle.LE:
		return compared(x <= y, x, y)
	case bundle.EQ:
		return compared(x == y, x, y)
	case bundle.NE:
		return compared(x != y, x, y)
	case bundle.SAME:
		return truth(uint32(b) == uint32(c))
	case bundle.DIFF:
		return truth(uint32(b) != uint32(c))
	case bundle.AND:
		return and(b, c)
	case bundle.OR:
		return or(b, c)
	case bundle.NOT:
		return not(b)
	case bundle.KNOWN:
		return truth(x == x)
	case bundle.TOBOOL:
		return compared(x != 0, x, 0)
	case bundle.TONUM:
		return tonum(b)
	}
	return a
}

// pay takes what nested code and set operations cost from the fuel.
func (m *Machine) pay(fuel int) int {
	fuel -= m.spent
	m.spent = 0
	return fuel
}

// beforeAlloc looks for dead sets, unless an operation is under way whose sets no register holds.
func (m *Machine) beforeAlloc(f *Frame) {
	if m.nested == 0 && len(m.live) >= minSweep {
		m.tidy(f)
	}
}

func tonum(b Bool) uint64 {
	if b == Unknown {
		return nan
	}
	return math.Float64bits(float64(b))
}

func (m *Machine) fits(space, v, h int32) Bool {
	if !m.exists(space, v) || !m.exists(m.hosts[space], h) {
		return False
	}
	return truth(m.w.Scratch.Fits(space, v, h))
}

func (m *Machine) makeSeries(f *Frame, in bundle.Instr) uint64 {
	s, h := m.alloc(f)
	switch in.Op {
	case bundle.HIST:
		hist := m.p.Hists[in.K]
		if i := f.Inst(in.B); m.exists(m.p.Columns[hist.Column].Space, i) {
			s.nums = m.w.History(s.nums[:0], hist.Column, i, hist.N)
		}
	case bundle.SERSUM:
		s.nums = append(s.nums[:0], m.series(f.R[in.B])...)
		s.nums = addSeries(s.nums, m.series(f.R[in.C]))
	case bundle.SERMUL:
		for _, x := range m.series(f.R[in.B]) {
			s.nums = append(s.nums, num(bits(x*num(f.R[in.C]))))
		}
	case bundle.SERDIV:
		for _, x := range m.series(f.R[in.B]) {
			s.nums = append(s.nums, num(bits(x/num(f.R[in.C]))))
		}
	}
	m.spent += len(s.nums)
	return h
}
