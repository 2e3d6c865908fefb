package emit

import (
	"slices"

	"github.com/tune-autonomic/tune/compiler/bundle"
	"github.com/tune-autonomic/tune/compiler/ir"
)

// query is what is asked of the elements of a set.
type query struct {
	kind        bundle.SetOpKind
	space       int32
	it          *ir.Var
	filter, key ir.Expr // simplified; may be nil
	desc        bool
	// truth: it only matters whether the answer is true.
	truth bool
}

func queryOf(x *ir.SetOp) query {
	return query{kind: x.Kind, space: x.Set.Type().Space, it: x.It, filter: x.Filter, key: x.Key, desc: x.Desc}
}

// asksAll says whether q's filter is itself what is asked of all elements, instead of saying which elements.
func (q query) asksAll() bool { return q.kind == bundle.SetAll && q.key == nil }

func (c *coder) setOp(dst uint8, x *ir.SetOp) {
	if x.Kind == bundle.SetSort {
		c.sorted(dst, x)
		return
	}
	set := c.operand(x.Set)
	k := c.prepare(queryOf(x))
	c.emit(bundle.SETOP, dst, set, 0, k)
}

// sorted makes a set of its own of what sorting gives, which is an iter.
func (c *coder) sorted(dst uint8, x *ir.SetOp) {
	set := c.operand(x.Set)
	k := c.prepare(queryOf(x))
	iter := c.temp()
	c.emit(bundle.SORT, iter, set, 0, k)
	c.emit(bundle.COPY, dst, iter, 0, 0)
}

// skipsUnknown says whether elements whose key is unknown are passed over, and the key is no constant: then the filter may
// be asked in the same code, which answers unknown where it isn't true.
func (q query) skipsUnknown() bool {
	if _, constant := q.key.(*ir.Num); constant {
		return false
	}
	switch q.kind {
	case bundle.SetArgMin, bundle.SetArgMax, bundle.SetSort, bundle.SetSum, bundle.SetAvg, bundle.SetMin, bundle.SetMax:
		return true
	}
	return false
}

// asksLast says whether the rest of the filter takes so much longer than the key that only elements should be asked which
// are better than those before.
func (q query) asksLast(rest []term, key ir.Expr) bool {
	if q.kind != bundle.SetArgMin && q.kind != bundle.SetArgMax || contains(key, dear) {
		return false
	}
	return slices.ContainsFunc(rest, func(t term) bool { return contains(t.cond, dear) || contains(t.value, dear) })
}

// dear says whether x looks at each member of a set, or each sample of a series.
func dear(x ir.Expr) bool {
	switch x.(type) {
	case *ir.SetOp, *ir.NavAll, *ir.Hist, *ir.SerFun:
		return true
	}
	return false
}

// prepare computes what is the same for all elements, writes the code that is run for each, and returns q's entry in
// SetOps. Registers stay taken until the scope ends, the element's too.
func (c *coder) prepare(q query) int32 {
	if q.asksAll() && !q.truth { // a filter is never unknown, but the answer may be
		q.key, q.filter = q.filter, nil
	}
	h := hoister{c, map[uint8]*ir.Var{}}
	each := vars{q.it: true}
	op := bundle.SetOp{Kind: q.kind, Space: q.space, Desc: q.desc, KeyColumn: -1, KeyPC: -1}
	op.Where.PC = -1

	var rest []term
	own := vars{q.it: true} // what differs from element to element
	for _, t := range terms(q.filter) {
		switch {
		case t.cond == nil:
			rest = append(rest, term{name: t.name, value: t.value})
			own[t.name] = true
		case !q.asksAll() && h.passedOver(&op, t.cond, q.it):
		default:
			if test, ok := interval(t.cond, q.it); ok {
				op.Where.Tests = narrow(op.Where.Tests, test)
				break
			}
			if !q.asksAll() && h.bounded(&op, t.cond, q.it, own) {
				break
			}
			rest = append(rest, term{cond: t.cond})
		}
	}
	op.Pure = pure(rest, q.key, q.it, c.out)
	rest = h.hoistTerms(rest, each)
	key := q.key
	if col, ok := columnOf(key, q.it); ok {
		op.KeyColumn, key = col, nil
	}
	if key != nil {
		key = h.hoistKey(key, each)
	}

	op.Elem = c.temp()
	c.regs[q.it] = op.Elem
	index := int32(len(c.out.SetOps))
	c.out.SetOps = append(c.out.SetOps, op)
	if len(rest) > 0 && key != nil && q.skipsUnknown() && !q.asksLast(rest, key) {
		r := c.region()
		r.answerKey(rest, key)
		r.placed = append(r.placed, func(at func(label) int32) { c.out.SetOps[index].KeyPC = at(start) })
		return index
	}
	if len(rest) > 0 {
		r := c.region()
		r.answer(rest)
		r.placed = append(r.placed, func(at func(label) int32) { c.out.SetOps[index].Where.PC = at(start) })
	}
	if key != nil {
		r := c.region()
		r.from(key.Where())
		r.share(r.repeated(key), key)
		if n, constant := key.(*ir.Num); constant { // as the machine expects it of a query for any element
			k := r.temp()
			r.emit(bundle.NUM, k, 0, 0, r.constant(n.V))
			r.emit(bundle.RET, k, 0, 0, 0)
		} else {
			r.emit(bundle.RET, r.operand(key), 0, 0, 0)
		}
		r.placed = append(r.placed, func(at func(label) int32) { c.out.SetOps[index].KeyPC = at(start) })
	}
	return index
}

// columnOf returns the column of v that x is.
func columnOf(x ir.Expr, v *ir.Var) (int32, bool) {
	col, ok := x.(*ir.Col)
	if !ok {
		return 0, false
	}
	ref, ok := col.Obj.(*ir.Ref)
	return col.Column, ok && ref.Var == v
}

// hoister takes what is the same for all elements out of a query.
type hoister struct {
	*coder
	// names are what stands for a register in a query: one for each, so that what is computed from it twice is the same.
	names map[uint8]*ir.Var
}

// passedOver notes in op that the condition x leaves out the members of a set, or an instance; false if x is no such
// condition.
func (h hoister) passedOver(op *bundle.SetOp, x ir.Expr, it *ir.Var) bool {
	if not, ok := x.(*ir.Unary); ok && not.Op == bundle.NOT {
		in, ok := not.X.(*ir.Binary)
		if !ok || in.Op != bundle.IN || len(op.Without) == bundle.MaxExcluded || !reads(in.X, it) || mentions(in.Y, vars{it: true}) {
			return false
		}
		op.Without = append(op.Without, h.register(in.Y))
		return true
	}
	diff, ok := x.(*ir.Binary)
	if !ok || diff.Op != bundle.DIFF || len(op.Except) == bundle.MaxExcluded {
		return false
	}
	other := diff.Y
	if reads(other, it) {
		other = diff.X
	} else if !reads(diff.X, it) {
		return false
	}
	if mentions(other, vars{it: true}) {
		return false
	}
	op.Except = append(op.Except, h.register(other))
	return true
}

// bounded notes in op that the condition x compares a column of the element with what is the same for all; false if x is
// no such condition.
func (h hoister) bounded(op *bundle.SetOp, x ir.Expr, it *ir.Var, own vars) bool {
	b, ok := x.(*ir.Binary)
	if !ok || b.Op != bundle.LT && b.Op != bundle.LE || len(op.Bounds) == bundle.MaxBounds {
		return false
	}
	strict, loose, other := bundle.Below, bundle.AtMost, b.Y
	col, ok := columnOf(b.X, it)
	if !ok {
		strict, loose, other = bundle.Above, bundle.AtLeast, b.X
		if col, ok = columnOf(b.Y, it); !ok {
			return false
		}
	}
	if mentions(other, own) {
		return false
	}
	is := loose
	if b.Op == bundle.LT {
		is = strict
	}
	op.Bounds = append(op.Bounds, bundle.Bound{Column: col, Is: is, Reg: h.register(other)})
	return true
}

// reads says whether x is v.
func reads(x ir.Expr, v *ir.Var) bool {
	ref, ok := x.(*ir.Ref)
	return ok && ref.Var == v
}

// register computes x before the query, unless it is in a register already.
func (h hoister) register(x ir.Expr) uint8 {
	if r, ok := h.inRegister(x); ok {
		return r
	}
	r := h.temp()
	h.once(r, x)
	h.known = append(h.known, knownValue{h.key(x), r})
	return r
}

func (h hoister) hoistTerms(ts []term, each vars) []term {
	for i, t := range ts {
		if t.cond != nil {
			ts[i].cond = h.hoist(t.cond, each)
			continue
		}
		ts[i].value = h.hoist(t.value, each)
		each[t.name] = true
	}
	return ts
}

// hoist returns x with its largest parts that read none of each computed before the query.
func (h hoister) hoist(x ir.Expr, each vars) ir.Expr {
	if !mentions(x, each) {
		return h.hoisted(x)
	}
	switch x := x.(type) {
	case *ir.SetOp:
		y := *x
		y.Set = h.hoist(x.Set, each)
		inner := each.with(x.It)
		if x.Filter != nil {
			y.Filter = h.hoistFilter(x.Filter, x.It, inner)
		}
		if x.Key != nil {
			y.Key = h.hoistKey(x.Key, inner)
		}
		return &y
	case *ir.Let:
		y := *x
		y.Value = h.hoist(x.Value, each)
		y.In = h.hoist(x.In, each.with(x.Var))
		return &y
	}
	return mapExpr(x, func(y ir.Expr) ir.Expr { return h.hoist(y, each) })
}

// hoistFilter hoists out of a filter, but leaves the constants of what will be interval tests.
func (h hoister) hoistFilter(x ir.Expr, it *ir.Var, each vars) ir.Expr {
	if _, ok := interval(x, it); ok {
		return x
	}
	and, ok := x.(*ir.Binary)
	if !ok || and.Op != bundle.AND {
		return h.hoist(x, each)
	}
	y := *and
	y.X, y.Y = h.hoistFilter(and.X, it, each), h.hoistFilter(and.Y, it, each)
	return &y
}

// hoistKey hoists out of a key, unless it is a constant: then any element will do, and the machine should see that.
func (h hoister) hoistKey(x ir.Expr, each vars) ir.Expr {
	if _, constant := x.(*ir.Num); constant {
		return x
	}
	return h.hoist(x, each)
}

// hoisted returns a reference to the register that x is in. What is true or false anyway stays, as jumps need none.
func (h hoister) hoisted(x ir.Expr) ir.Expr {
	switch x := x.(type) {
	case *ir.Ref, *ir.Truth:
		return x
	}
	r := h.register(x)
	v, ok := h.names[r]
	if !ok {
		v = &ir.Var{Type: x.Type()}
		h.names[r], h.regs[v] = v, r
	}
	return &ir.Ref{Node: ir.Node{T: x.Type(), P: x.Where()}, Var: v}
}

// pure says whether the conditions and the key depend on the element only through its columns and its guests.
func pure(ts []term, key ir.Expr, it *ir.Var, p *bundle.Program) bool {
	for _, t := range ts {
		if !pureIn(t.cond, it, p) || !pureIn(t.value, it, p) {
			return false
		}
	}
	return pureIn(key, it, p)
}

func pureIn(x ir.Expr, it *ir.Var, p *bundle.Program) bool {
	switch x := x.(type) {
	case nil:
		return true
	case *ir.Ref:
		return x.Var != it
	case *ir.Col:
		if reads(x.Obj, it) {
			return true
		}
	case *ir.Nav:
		if reads(x.Obj, it) {
			kind := p.Navs[x.Nav].Kind
			return kind == bundle.NavGuests || kind == bundle.NavPlannedGuests
		}
	case *ir.Binary:
		switch {
		case x.Op == bundle.WATTS && reads(x.X, it):
			return pureIn(x.Y, it, p)
		case x.Op == bundle.FITS && reads(x.Y, it):
			return pureIn(x.X, it, p)
		}
	}
	ok := true
	ir.Each(x, func(y ir.Expr) { ok = ok && pureIn(y, it, p) })
	return ok
}
