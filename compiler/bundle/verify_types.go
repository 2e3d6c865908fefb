package bundle

import (
	"fmt"
	"slices"
)

// valueKind is what a register holds, as far as the machine cares.
type valueKind uint8

const (
	vBad valueKind = iota // nothing that may be read
	vNumber
	vTruth
	vInst
	vSet
	vIter
	vPool
	vSeries
	vMark
)

var valueNames = [...]string{"nothing", "a number", "a truth value", "an instance", "a set", "an iter", "a pool", "a series", "a mark"}

// value is the type of a register while code is verified. Own: the set may be changed in place.
type value struct {
	kind  valueKind
	own   bool
	space uint16 // of instances and sets; 0 otherwise
}

func of(kind valueKind, space int32) value { return value{kind: kind, space: uint16(space)} }

func (x value) String() string {
	switch x.kind {
	case vInst, vSet, vIter, vPool:
		return fmt.Sprintf("%s of space %d", valueNames[x.kind], x.space)
	}
	return valueNames[x.kind]
}

// valueOf is what a register of a declared type holds; vBad for what no register holds.
func valueOf(t Type) value {
	switch t.Base {
	case Bool:
		return value{kind: vTruth}
	case Inst:
		return of(vInst, t.Space)
	case Set:
		return of(vSet, t.Space)
	case Iter:
		return of(vIter, t.Space)
	case Pool:
		return of(vPool, t.Space)
	case Series:
		return value{kind: vSeries}
	}
	if t.Numeric() {
		return value{kind: vNumber}
	}
	return value{}
}

// types is what is known of all registers at one place, and which branches have begun that nothing has waited for.
type types struct {
	r      [256]value
	forked []begun
}

// begun is a branch under way: its entry, and what will be known when it has succeeded (nil: it never does).
type begun struct {
	pc int32
	ok *types
}

// merge makes t what holds if either t or u does, and says whether t changed. Both have the same branches under way.
func (t *types) merge(u *types) bool {
	changed := false
	for i, b := range t.forked {
		other := u.forked[i].ok
		if b.ok == nil || other == nil || b.ok == other {
			continue
		}
		if both := *b.ok; both.merge(other) {
			t.forked = slices.Clone(t.forked)
			t.forked[i].ok = &both
			changed = true
		}
	}
	if t.r == u.r {
		return changed
	}
	for i := range t.r {
		a, b := t.r[i], u.r[i]
		if a == b || a.kind == vBad {
			continue
		}
		if a.kind == b.kind && a.space == b.space {
			if !a.own {
				continue
			}
			a.own = false
		} else {
			a = value{}
		}
		t.r[i] = a
		changed = true
	}
	return changed
}

// suspend forgets what doesn't survive while the code waits: all but what regs says.
func (t *types) suspend(regs []Type) {
	clear(t.r[len(regs):])
	for i := range regs {
		x := t.r[i]
		x.own = false
		if x != valueOf(regs[i]) {
			x = value{}
		}
		t.r[i] = x
	}
}

// joined is t after all branches under way have succeeded: what they keep is known.
func (t *types) joined(regs []Type) {
	for _, b := range t.forked {
		for r := range regs {
			if b.ok != nil && t.r[r].kind == vBad {
				t.r[r] = b.ok.r[r]
			}
		}
	}
	t.forked = nil
}

// sameBranches says whether t and u have the same branches under way.
func (t *types) sameBranches(u *types) bool {
	return slices.EqualFunc(t.forked, u.forked, func(a, b begun) bool { return a.pc == b.pc })
}

// outcome is what is known when a region is left.
type outcome struct {
	ok, failed *types // at END 0 and END 1, or where an action fails for good; nil: never
	gotos      map[int32]*types
}

func (o *outcome) goTo(state int32, t *types) {
	if o.gotos == nil {
		o.gotos = map[int32]*types{}
	}
	have := o.gotos[state]
	join(&have, t)
	o.gotos[state] = have
}

func join(into **types, t *types) {
	if *into == nil {
		c := *t
		*into = &c
		return
	}
	(*into).merge(t)
}

// check runs the region over types, beginning with at: until no less becomes known anywhere, and then once more to see
// how it is left, and to verify what runs within its instructions. Without loops once is enough, in the code's order.
func (r *region) check(at *types) (*outcome, error) {
	if err := r.find(); err != nil {
		return nil, err
	}
	for _, pc := range r.leaders {
		r.v.places[pc].leader = true
	}
	defer r.forget()
	r.v.places[r.entry].types = r.v.copyTypes(at)
	todo := []int32{r.entry}
	for r.backward && len(todo) > 0 {
		pc := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		more, err := r.walk(pc, nil)
		if err != nil {
			return nil, err
		}
		todo = append(todo, more...)
	}
	out := &outcome{}
	for _, pc := range r.leaders {
		if r.v.places[pc].types == nil { // only a branch that never ends well leads there
			continue
		}
		if _, err := r.walk(pc, out); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func (r *region) forget() {
	for _, pc := range r.leaders {
		p := &r.v.places[pc]
		if p.types != nil {
			r.v.giveBack(p.types)
		}
		p.leader, p.types = false, nil
	}
}

// copyTypes copies t into memory that giveBack was given, if there is some.
func (v *verifier) copyTypes(t *types) *types {
	n := len(v.spare)
	if n == 0 {
		c := *t
		return &c
	}
	c := v.spare[n-1]
	v.spare = v.spare[:n-1]
	*c = *t
	return c
}

func (v *verifier) giveBack(t *types) { v.spare = append(v.spare, t) }

// walk goes from a leader to the next, and returns the leaders of which less is known now than before. With out it is
// the last time.
func (r *region) walk(pc int32, out *outcome) (changed []int32, err error) {
	t := r.v.copyTypes(r.v.places[pc].types)
	defer r.v.giveBack(t)
	s := step{region: r, t: t, out: out}
	for {
		if err := r.v.charge(r); err != nil {
			return nil, err
		}
		s.pc, s.in = pc, r.v.p.Code[pc]
		if err := s.do(); err != nil {
			return nil, err
		}
		if s.ends {
			return s.changed, nil
		}
		pc++
		if r.v.places[pc].leader {
			return s.changed, s.flow(pc, t)
		}
	}
}

// flow brings what is known at the instruction to the leader to.
func (s *step) flow(to int32, t *types) error {
	p := &s.v.places[to]
	if p.types == nil {
		p.types = s.v.copyTypes(t)
		s.changed = append(s.changed, to)
		return nil
	}
	s.v.work -= len(t.forked) // they are compared one by one
	if !p.types.sameBranches(t) {
		return s.fail("leads to pc %d with other branches under way than on another path", to)
	}
	if p.types.merge(t) {
		s.changed = append(s.changed, to)
	}
	return nil
}
