package ir

import (
	"maps"
	"math"
	"slices"

	"github.com/tune-autonomic/tune/compiler/bundle"
)

// The most actions that one run of a policy can take: every policy ends, and this says when at the latest. Loops are
// bounded by the most instances that there can be of what they walk; where the program itself doesn't bound these, by
// each of them: an inventory may have any number of lines.

// most is an upper bound: Fixed actions, and some for each instance of a class. open says that there is none that could be
// said so simply.
type most struct {
	fixed int64
	each  map[int32]int64
	open  bool
}

// Bound says how many actions a run of pol can take at most: n, and beside these some for each instance of classes. n is
// -1 if the sizes of several sets multiply.
func (p *Program) Bound(pol *Policy) (n int64, each []bundle.MostEach) {
	b := bounds{p: p}
	all := b.policy(pol)
	if all.open || all.fixed < 0 {
		return -1, nil
	}
	for _, class := range slices.Sorted(maps.Keys(all.each)) {
		each = append(each, bundle.MostEach{Class: class, N: all.each[class]})
	}
	return all.fixed, each
}

type bounds struct {
	p *Program
}

// policy is the longest way through the states, once for each piece into which arrows with `at most n times` cut a run.
func (b *bounds) policy(pol *Policy) most {
	pieces := int64(1)
	ways := make([]most, len(pol.States))
	const under, done = 1, 2
	mark := make([]int8, len(pol.States))
	var visit func(i int32) most
	visit = func(i int32) most {
		if i < 0 || int(i) >= len(pol.States) || pol.States[i] == nil {
			return most{}
		}
		if mark[i] == under {
			return most{open: true} // a cycle without a bound: it is refused
		}
		if mark[i] == done {
			return ways[i]
		}
		mark[i] = under
		var longest most
		for _, t := range pol.States[i].Next {
			if t.AtMost == 0 {
				longest = longest.or(visit(t.To))
			}
		}
		ways[i], mark[i] = longest.and(b.body(pol.States[i].Body, nil).all()), done
		return ways[i]
	}
	var all most
	for i, s := range pol.States {
		all = all.or(visit(int32(i)))
		if s == nil {
			continue
		}
		for _, t := range s.Next {
			pieces = min(pieces+int64(t.AtMost), math.MaxInt32)
		}
	}
	return all.times(pieces)
}

// cost is what a body takes in each turn of the loop around it, and in all its turns together.
type cost struct{ turn, total most }

func (c cost) all() most { return c.turn.and(c.total) }

// body is the cost of statements within a loop over around, nil if there is none.
func (b *bounds) body(body []Stmt, around *Var) cost {
	var c cost
	for _, s := range body {
		switch s := s.(type) {
		case *Action:
			c.turn = c.turn.and(most{fixed: 1})
		case *For:
			inner := b.body(s.Body, s.Var)
			loop := inner.turn.forEach(b.size(s.Set)).and(inner.total)
			if around != nil && b.ownedBy(s.Set, around) { // each is one's only
				c.total = c.total.and(loop)
			} else {
				c.turn = c.turn.and(loop)
			}
		case *Fork:
			for _, branch := range s.Branches {
				inner := b.body(branch, around)
				c.turn, c.total = c.turn.and(inner.turn), c.total.and(inner.total)
			}
		case *Apply:
			c.turn = c.turn.and(b.moves(body, s))
		}
	}
	return c
}

// ownedBy says whether a set is of what stands on v, or belongs to no other by its role.
func (b *bounds) ownedBy(set Expr, v *Var) bool {
	switch e := set.(type) {
	case *SetOp:
		return b.ownedBy(e.Set, v)
	case *Nav:
		ref, isRef := e.Obj.(*Ref)
		return isRef && ref.Var == v && e.T.Base == bundle.Set && b.isOnly(e.Nav)
	}
	return false
}

// isOnly says whether what a way leads to is led to from one only.
func (b *bounds) isOnly(nav int32) bool {
	n := b.p.Tables.Navs[nav]
	if n.Kind != bundle.NavRole {
		return true
	}
	back := b.p.Tables.Links[n.Ref].Right
	if n.Right {
		back = b.p.Tables.Links[n.Ref].Left
	}
	return back.Max == 1
}

// moves bounds what a plan has done: netted, each machine that it places moves once.
func (b *bounds) moves(body []Stmt, s *Apply) most {
	if s.AsListed {
		return most{open: true}
	}
	one, placed := most{fixed: 1}, map[Type]bool{}
	markPlaced(body, placed)
	var all most
	for t := range placed {
		all = all.or(one.forEach(b.sizeOf(t)))
	}
	return all
}

func markPlaced(body []Stmt, placed map[Type]bool) {
	for _, s := range body {
		switch s := s.(type) {
		case *Put:
			placed[Type{Space: s.VM.Type().Space, Class: -1}] = true
		case *If:
			markPlaced(s.Then, placed)
			markPlaced(s.Else, placed)
		case *For:
			markPlaced(s.Body, placed)
		case *Pick:
			markPlaced(s.Body, placed)
		case *AllOrNothing:
			markPlaced(s.Body, placed)
		}
	}
}

// size bounds the number of elements of a set.
func (b *bounds) size(set Expr) most {
	switch e := set.(type) {
	case *SetOp:
		return b.size(e.Set)
	case *SetList:
		return most{fixed: int64(len(e.Elems))}
	case *EmptySet:
		return most{}
	case *Nav:
		if n := b.far(e.Nav); n >= 0 {
			return most{fixed: n}
		}
	}
	return b.sizeOf(set.Type())
}

// far is the most that a role leads to, -1 if that is not said.
func (b *bounds) far(nav int32) int64 {
	n := b.p.Tables.Navs[nav]
	if n.Kind != bundle.NavRole {
		return -1
	}
	end := b.p.Tables.Links[n.Ref].Left
	if n.Right {
		end = b.p.Tables.Links[n.Ref].Right
	}
	return int64(end.Max)
}

// sizeOf bounds the number of instances of a class, or (Class -1) of all classes of a space.
func (b *bounds) sizeOf(t Type) most {
	var all most
	for i := range b.p.Tables.Classes {
		c := &b.p.Tables.Classes[i]
		if c.Space != t.Space || t.Class >= 0 && int32(i) != t.Class {
			continue
		}
		switch {
		case c.Sizes > 0: // an inventory lists them
			all = all.and(most{each: map[int32]int64{int32(i): 1}})
		case c.Max >= 0:
			all = all.and(most{fixed: int64(c.Max)})
		default:
			all = all.and(most{each: map[int32]int64{int32(i): 1}})
		}
	}
	return all
}

// and is one after the other.
func (m most) and(o most) most { return m.with(o, sumOf) }

// or is one of both.
func (m most) or(o most) most {
	return m.with(o, func(a, b int64) int64 { return max(a, b) })
}

func (m most) with(o most, join func(a, b int64) int64) most {
	out := most{fixed: join(m.fixed, o.fixed), each: maps.Clone(m.each), open: m.open || o.open}
	for class, n := range o.each {
		if out.each == nil {
			out.each = map[int32]int64{}
		}
		out.each[class] = join(out.each[class], n)
	}
	return out
}

func (m most) times(n int64) most {
	out := most{fixed: product(m.fixed, n), open: m.open}
	for class, k := range m.each {
		if out.each == nil {
			out.each = map[int32]int64{}
		}
		out.each[class] = product(k, n)
	}
	return out
}

// forEach is m for each element of a set of this size.
func (m most) forEach(size most) most {
	if m.fixed == 0 && len(m.each) == 0 && !m.open {
		return m
	}
	out := m.times(size.fixed)
	out.open = m.open || size.open || len(size.each) > 0 && len(m.each) > 0
	return out.and(most{each: most{each: size.each}.times(m.fixed).each})
}

// Sums and products stay below a quarter of what fits: more is no bound that anybody reads.
const mostActions = math.MaxInt64 / 4

func sumOf(a, b int64) int64 { return min(a+b, mostActions) }

func product(a, b int64) int64 {
	if a != 0 && b > mostActions/a {
		return mostActions
	}
	return a * b
}
