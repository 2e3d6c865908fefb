package vm

import (
	"cmp"
	"math"
	"slices"

	"github.com/tune-autonomic/tune/compiler/bundle"
)

// pair is an element to sort.
type pair struct {
	key float64
	at  int32
	id  int32
}

// walk is what an operation needs to say which elements are open to it.
type walk struct {
	without  [bundle.MaxExcluded][]uint64
	except   [bundle.MaxExcluded]int32
	bounds   [bundle.MaxBounds]limits
	nBounds  int
	nWithout int
	nExcept  int
	groups   []int32 // of twins; nil if each element is looked at
	twinned  []uint64
	nGroups  int
	seen     []uint32
	stamp    uint32
}

// setop is SetOps[k] over the set h. What the results are where elements are unknown is said at bundle.SetOp.
func (m *Machine) setop(f *Frame, k int32, h uint64) uint64 {
	op := &m.p.SetOps[k]
	if i, ok := m.champion(f, op, h); ok {
		return uint64(uint32(i))
	}
	ids := m.members(h)
	m.spent += len(ids)
	switch op.Kind {
	case bundle.SetArgMin, bundle.SetArgMax:
		return uint64(uint32(m.best(f, k, ids, h&tagMask == tagClass)))
	case bundle.SetFilter:
		return m.filter(f, op, m.kernels[k], ids)
	case bundle.SetSort:
		return m.sorted(f, op, ids)
	case bundle.SetAny, bundle.SetAll:
		return m.quantify(f, op, ids)
	case bundle.SetSumSeries:
		return m.sumSeries(f, op, ids)
	}
	return bits(m.fold(f, op, ids))
}

// begin resolves the sets and instances that op excludes. It takes slots for sets that have no bits of their own.
func (m *Machine) begin(w *walk, f *Frame, op *bundle.SetOp) {
	for _, r := range op.Without {
		s := m.slot(f.R[r])
		if s == nil {
			if len(m.members(f.R[r])) == 0 {
				continue
			}
			s = m.slot(m.copySet(f, f.R[r]))
		}
		s.index()
		w.without[w.nWithout] = s.bits
		w.nWithout++
	}
	for _, r := range op.Except {
		w.except[w.nExcept] = f.Inst(r)
		w.nExcept++
	}
	for _, b := range op.Bounds {
		w.bounds[w.nBounds] = m.limits(b, num(f.R[b.Reg]))
		w.nBounds++
	}
	// Who has been seen is noted for one operation at a time: the outermost, which gains most by it.
	if op.Pure && m.nested == 0 && uint32(op.Space) < uint32(len(m.w.Twins)) && len(m.w.Twins[op.Space]) > 0 {
		m.beginTwins(w, op.Space)
	}
}

func (m *Machine) beginTwins(w *walk, space int32) {
	n := int(m.w.NumTwins[space])
	if len(m.seen[space]) < n {
		m.seen[space] = append(m.seen[space], make([]uint32, n-len(m.seen[space]))...)
	}
	m.stamp++
	if m.stamp == 0 {
		for _, s := range m.seen {
			clear(s)
		}
		m.stamp = 1
	}
	w.groups, w.seen, w.stamp = m.w.Twins[space], m.seen[space], m.stamp
	if uint32(space) < uint32(len(m.w.Twinned)) {
		w.twinned, w.nGroups = m.w.Twinned[space], n
	}
}

// limits hold a column's values between lo and hi.
type limits struct {
	col    []float64
	lo, hi float64
}

// limits are the bound b where its register holds x.
func (m *Machine) limits(b bundle.Bound, x float64) limits {
	l := limits{lo: math.Inf(-1), hi: math.Inf(1)}
	if uint32(b.Column) < uint32(len(m.w.Cols)) {
		l.col = m.w.Cols[b.Column]
	}
	switch b.Is {
	case bundle.AtLeast:
		l.lo = x
	case bundle.Above:
		l.lo = math.Nextafter(x, math.Inf(1))
	case bundle.AtMost:
		l.hi = x
	case bundle.Below:
		l.hi = math.Nextafter(x, math.Inf(-1))
	}
	return l
}

// open says whether i is not excluded and within the bounds.
func (w *walk) open(i int32) bool {
	for _, bits := range w.without[:w.nWithout] {
		if hasBit(bits, i) {
			return false
		}
	}
	return w.passes(i)
}

// passes is open for an element that is in no set that is left out.
func (w *walk) passes(i int32) bool {
	for k := range w.bounds[:w.nBounds] {
		b := &w.bounds[k]
		if uint32(i) >= uint32(len(b.col)) || !(b.lo <= b.col[i] && b.col[i] <= b.hi) {
			return false
		}
	}
	return !w.excepted(i)
}

// sieve keeps of ids, in their order, those that pass, and says how many.
func (w *walk) sieve(ids []int32) int {
	for k := range w.bounds[:w.nBounds] {
		col, lo, hi, n := w.bounds[k].col, w.bounds[k].lo, w.bounds[k].hi, 0
		for _, i := range ids {
			ids[n] = i
			if i := int(i); uint(i) < uint(len(col)) && lo <= col[i] && col[i] <= hi {
				n++
			}
		}
		ids = ids[:n]
	}
	if w.nExcept == 0 {
		return len(ids)
	}
	return len(slices.DeleteFunc(ids, w.excepted))
}

func (w *walk) excepted(i int32) bool {
	for _, x := range w.except[:w.nExcept] {
		if x == i {
			return true
		}
	}
	return false
}

// seenTwin says whether a twin of i was looked at before.
func (w *walk) seenTwin(i int32) bool {
	if uint32(i) >= uint32(len(w.groups)) {
		return false
	}
	g := w.groups[i]
	return uint32(g) < uint32(len(w.seen)) && w.seen[g] == w.stamp
}

// twin says whether a twin of i was looked at before; i has been from now on.
func (w *walk) twin(i int32) bool {
	if uint32(i) >= uint32(len(w.groups)) {
		return false
	}
	g := w.groups[i]
	if uint32(g) >= uint32(len(w.seen)) {
		return false
	}
	if w.seen[g] == w.stamp {
		return true
	}
	w.seen[g] = w.stamp
	return false
}

// key is the key of element i, 0 if op has none.
func (m *Machine) key(f *Frame, op *bundle.SetOp, i int32) float64 {
	if op.KeyColumn >= 0 {
		return m.column(op.KeyColumn, i)
	}
	if op.KeyPC < 0 {
		return 0
	}
	f.SetInst(op.Elem, i)
	return num(m.eval(f, op.KeyPC))
}

// best is the least (greatest) element of ids, the first of equals; -1 if none passes. Sorted says that ids ascend.
func (m *Machine) best(f *Frame, k int32, ids []int32, sorted bool) int32 {
	op := &m.p.SetOps[k]
	if op.KeyColumn >= 0 && op.Where.PC < 0 && len(op.Bounds)+len(op.Without)+len(op.Except) == 0 {
		return m.bestByColumn(op, ids)
	}
	live := len(m.live)
	s := search{m: m, f: f, op: op, any: m.first[k], kernel: m.kernels[k], sign: 1, found: -1, least: math.Inf(1)}
	if op.Kind == bundle.SetArgMax {
		s.sign = -1
	}
	m.begin(&s.walk, f, op)
	if n := len(ids); sorted && !s.any && n > 0 && int(ids[n-1]-ids[0]) == n-1 {
		s.between(ids[0], ids[n-1])
	} else {
		s.among(ids)
	}
	s.weigh(s.n)
	if len(m.live) > live {
		m.release(live)
	}
	return s.found
}

// pass says whether all tests hold for instance i.
func (m *Machine) pass(ts []bundle.Test, i int32) bool {
	for k := range ts {
		t := &ts[k]
		if x := m.column(t.Column, i); !(t.Lo <= x && x <= t.Hi) {
			return false
		}
	}
	return true
}

// bestByColumn is best where nothing but columns count.
func (m *Machine) bestByColumn(op *bundle.SetOp, ids []int32) int32 {
	if uint32(op.KeyColumn) >= uint32(len(m.w.Cols)) {
		return -1
	}
	col := m.w.Cols[op.KeyColumn]
	if op.Kind == bundle.SetArgMax {
		return m.greatest(col, ids, op.Where.Tests)
	}
	return m.least(col, ids, op.Where.Tests)
}

func (m *Machine) least(col []float64, ids []int32, ts []bundle.Test) int32 {
	found, best := int32(-1), math.Inf(1)
	for _, i := range ids {
		if uint32(i) < uint32(len(col)) && col[i] < best && m.pass(ts, i) {
			found, best = i, col[i]
		}
	}
	return found
}

func (m *Machine) greatest(col []float64, ids []int32, ts []bundle.Test) int32 {
	found, best := int32(-1), math.Inf(-1)
	for _, i := range ids {
		if uint32(i) < uint32(len(col)) && col[i] > best && m.pass(ts, i) {
			found, best = i, col[i]
		}
	}
	return found
}

// champion answers from a tournament, where the model keeps one that fits.
func (m *Machine) champion(f *Frame, op *bundle.SetOp, h uint64) (int32, bool) {
	if h&tagMask != tagClass || op.KeyColumn < 0 || op.Kind > bundle.SetArgMax {
		return -1, false
	}
	kept := m.w.Least
	if op.Kind == bundle.SetArgMax {
		kept = m.w.Greatest
	}
	if uint32(op.KeyColumn) >= uint32(len(kept)) || kept[op.KeyColumn] == nil || !m.alone[uint32(h)] {
		return -1, false
	}
	switch {
	case !op.LeavesOneOut():
		return -1, false
	case len(op.Except) == 0:
		return kept[op.KeyColumn].Best(), true
	}
	return kept[op.KeyColumn].BestBut(f.Inst(op.Except[0])), true
}

// filter makes the set of the elements that pass; k, which may be nil, asks the filter's code of many at once.
func (m *Machine) filter(f *Frame, op *bundle.SetOp, k *kernel, ids []int32) uint64 {
	s, h := m.alloc(f)
	live := len(m.live)
	var w walk
	m.begin(&w, f, op)
	w.groups = nil
	if k == nil {
		for _, i := range ids {
			if w.open(i) && m.where(f, op, i) == True {
				s.ids = append(s.ids, i)
			}
		}
	} else {
		for _, i := range ids {
			if w.open(i) && m.pass(op.Where.Tests, i) {
				s.ids = append(s.ids, i)
			}
		}
		s.ids = m.trueOf(k, f, s.ids)
	}
	m.release(live)
	return h
}

// trueOf keeps of ids, in their order, those of which k gives true.
func (m *Machine) trueOf(k *kernel, f *Frame, ids []int32) []int32 {
	kept := ids[:0]
	for len(ids) > 0 {
		n := min(len(ids), width)
		for l, x := range m.runKernel(k, f, ids[:n])[:n] {
			if math.Float64bits(x) == True {
				kept = append(kept, ids[l])
			}
		}
		ids = ids[n:]
	}
	return kept
}

func (m *Machine) where(f *Frame, op *bundle.SetOp, i int32) Bool {
	res := m.tests(op.Where.Tests, i)
	if res == False || op.Where.PC < 0 {
		return res
	}
	f.SetInst(op.Elem, i)
	return and(res, m.eval(f, op.Where.PC))
}

// sorted makes an iter over the elements that pass and whose key is known, in the order of the key; stable.
func (m *Machine) sorted(f *Frame, op *bundle.SetOp, ids []int32) uint64 {
	s, h := m.alloc(f)
	live := len(m.live)
	var w walk
	m.begin(&w, f, op)
	pairs := m.pairs[:0]
	m.pairs = nil // a key may sort, too
	for at, i := range ids {
		if !w.open(i) || m.where(f, op, i) != True {
			continue
		}
		key := m.key(f, op, i)
		if key != key {
			continue
		}
		if op.Desc {
			key = -key
		}
		pairs = append(pairs, pair{key, int32(at), i})
	}
	slices.SortFunc(pairs, func(a, b pair) int {
		if c := cmp.Compare(a.key, b.key); c != 0 {
			return c
		}
		return int(a.at - b.at)
	})
	for _, p := range pairs {
		s.ids = append(s.ids, p.id)
	}
	m.pairs = pairs
	m.release(live)
	return h
}

// quantify is SetAny and SetAll. With a key, a truth value, it asks whether it is true of any (all) elements that pass,
// and one that decides beats unknown ones. Without, it asks whether any (all) elements pass.
func (m *Machine) quantify(f *Frame, op *bundle.SetOp, ids []int32) Bool {
	decides, otherwise := True, False
	if op.Kind == bundle.SetAll {
		decides, otherwise = False, True
	}
	live := len(m.live)
	var w walk
	m.begin(&w, f, op)
	res := otherwise
	for _, i := range ids {
		if !w.open(i) || w.twin(i) {
			continue
		}
		holds := truth(m.where(f, op, i) == True)
		if op.KeyPC >= 0 {
			if holds != True {
				continue
			}
			f.SetInst(op.Elem, i)
			holds = m.eval(f, op.KeyPC)
		}
		if holds == decides {
			res = decides
			break
		}
		if holds == Unknown {
			res = Unknown
		}
	}
	m.release(live)
	return res
}

// fold is SetCount, SetSum, SetAvg, SetMin and SetMax.
func (m *Machine) fold(f *Frame, op *bundle.SetOp, ids []int32) float64 {
	live := len(m.live)
	var w walk
	m.begin(&w, f, op)
	n, sum, lo, hi := 0, 0.0, 0.0, 0.0
	for _, i := range ids {
		if !w.open(i) || m.where(f, op, i) != True {
			continue
		}
		key := m.key(f, op, i)
		if key != key {
			continue
		}
		if n == 0 || key < lo {
			lo = key
		}
		if n == 0 || key > hi {
			hi = key
		}
		n++
		sum += key
	}
	m.release(live)
	switch {
	case op.Kind == bundle.SetCount:
		return float64(n)
	case op.Kind == bundle.SetSum:
		return sum
	case n == 0:
		return math.NaN()
	case op.Kind == bundle.SetAvg:
		return sum / float64(n)
	case op.Kind == bundle.SetMin:
		return lo
	}
	return hi
}

// sumSeries adds the series of the elements that pass, newest with newest.
func (m *Machine) sumSeries(f *Frame, op *bundle.SetOp, ids []int32) uint64 {
	s, h := m.alloc(f)
	live := len(m.live)
	var w walk
	m.begin(&w, f, op)
	for _, i := range ids {
		if !w.open(i) || m.where(f, op, i) != True {
			continue
		}
		made := len(m.live)
		f.SetInst(op.Elem, i)
		xs := m.series(m.evalKeep(f, op.KeyPC))
		m.spent += len(xs)
		s.nums = addSeries(s.nums, xs)
		m.release(made)
	}
	m.release(live)
	return h
}

// keyIsConstant says that op has no key, or one that is the same known number for all.
func keyIsConstant(p *bundle.Program, op *bundle.SetOp) bool {
	if op.KeyColumn >= 0 || op.KeyPC < 0 {
		return op.KeyColumn < 0
	}
	key := p.Code[op.KeyPC]
	if key.Op != bundle.NUM {
		return false
	}
	x := p.Consts[key.K]
	ret := p.Code[op.KeyPC+1] // NUM is never the last
	return x == x && ret.Op == bundle.RET && ret.A == key.A
}
