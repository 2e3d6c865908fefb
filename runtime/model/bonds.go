package model

import (
	"cmp"
	"slices"
)

// Bond is a connection as one of the two keeps it: by instance Index of Space, with Other, along Link. Nth orders bonds by
// when they were made.
type Bond struct {
	Space, Index int32
	Link, Other  int32
	Nth          uint64
}

// Bonds are the connections that an instance keeps. Each connection is kept by one of the two.
func (m *Model) Bonds(space, i int32) []Bond {
	var all []Bond
	for l := range m.links {
		e := &m.links[l].ends[m.links[l].keeper]
		if e.class != m.Class(space, i) {
			continue
		}
		for k, other := range e.many[i] {
			all = append(all, Bond{space, i, int32(l), other, e.nth[i][k]})
		}
	}
	return all
}

// Rebound calls each with those whose bonds have changed since it was asked last, in the order of the changes; one may
// come more than once.
func (m *Model) Rebound(each func(space, i int32)) {
	for _, t := range m.bonds.changed {
		each(t.space, t.i)
	}
	m.bonds.changed = m.bonds.changed[:0]
}

// RestoreBonds sets what is kept of connections in the journal, when everything is where it stands. What can't be, because
// records of one step are missing, is replaced by what must be. If a bond can't be of this program, it says which, and false.
func (m *Model) RestoreBonds(all []Bond) (Bond, bool) {
	for _, b := range all {
		if !m.canBe(b) {
			return b, false
		}
	}
	all = slices.SortedStableFunc(slices.Values(all), func(a, b Bond) int { return cmp.Compare(a.Nth, b.Nth) })
	all = slices.DeleteFunc(all, m.rebind)
	m.bonds.changed = m.bonds.changed[:0]
	for _, b := range all {
		if m.Life(b.Space, b.Index) != Absent {
			m.fill(int(b.Link), m.links[b.Link].keeper, b.Index, true)
		}
	}
	m.changed++
	return Bond{}, true
}

func (m *Model) canBe(b Bond) bool {
	if b.Link < 0 || int(b.Link) >= len(m.links) {
		return false
	}
	l := &m.links[b.Link]
	e, o := &l.ends[l.keeper], &l.ends[1-l.keeper]
	return b.Space == e.space && m.Class(e.space, b.Index) == e.class && m.Class(o.space, b.Other) == o.class
}

// rebind makes a connection that was kept, if both are there and have room.
func (m *Model) rebind(b Bond) bool {
	l := &m.links[b.Link]
	e, o := &l.ends[l.keeper], &l.ends[1-l.keeper]
	if m.Life(e.space, b.Index) == Absent || m.Life(o.space, b.Other) == Absent || !e.room(b.Index) || !o.room(b.Other) || e.has(b.Index, b.Other) {
		return false
	}
	m.bonds.made = b.Nth - 1
	m.tie(int(b.Link), l.keeper, b.Index, b.Other)
	return true
}

// Sender is software that has a role filled by an instance, and all that fill it.
type Sender struct {
	Space, Index int32
	Others       []int32 // of the instance's space; it is among them
}

// Senders are those to whose roles an instance belongs, on the right of a link: they may send it requests.
func (m *Model) Senders(space, i int32) []Sender {
	var all []Sender
	for l := range m.links {
		left, right := &m.links[l].ends[0], &m.links[l].ends[1]
		if right.class != m.Class(space, i) {
			continue
		}
		for _, by := range right.many[i] {
			all = append(all, Sender{Space: left.space, Index: by, Others: left.many[by]})
		}
	}
	return all
}
