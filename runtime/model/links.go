package model

import (
	"slices"

	"github.com/tune-autonomic/tune/compiler/bundle"
)

// link is an association: who is connected to whom, seen from both ends. Keeper is the end of which each instance keeps
// its connections in the journal: the one where it may have fewer.
type link struct {
	ends   [2]end // left, right
	keeper int
}

// end is one end of a link: by instance, those at the other end in the order in which they were connected.
type end struct {
	class, space int32
	min, max     int32
	many         [][]int32
	nth          [][]uint64 // by instance and connection: its number among all that were ever made
	one          []int32    // the first of many, or None
}

// bonds numbers the connections, and notes whose record of them has changed.
type bonds struct {
	made    uint64
	changed []thing
}

type thing struct{ space, i int32 }

func side(right bool) int {
	if right {
		return 1
	}
	return 0
}

func newLinks(p *bundle.Program, spaces []space) []link {
	links := make([]link, len(p.Links))
	for l := range p.Links {
		for s, e := range []bundle.LinkEnd{p.Links[l].Left, p.Links[l].Right} {
			sp := p.Classes[e.Class].Space
			n := len(spaces[sp].class)
			links[l].ends[s] = end{class: e.Class, space: sp, min: e.Min, max: e.Max, many: make([][]int32, n), nth: make([][]uint64, n), one: nones(n)}
		}
		links[l].keeper = keeper(&links[l])
	}
	return links
}

func (e *end) room(i int32) bool { return e.max < 0 || len(e.many[i]) < int(e.max) }

func keeper(l *link) int {
	left, right := l.ends[0].max, l.ends[1].max
	return side(right >= 0 && (left < 0 || right < left))
}

func (e *end) has(i, other int32) bool { return slices.Contains(e.many[i], other) }

func (e *end) add(i, other int32, nth uint64) {
	e.many[i] = append(e.many[i], other)
	e.nth[i] = append(e.nth[i], nth)
	e.one[i] = e.many[i][0]
}

func (e *end) drop(i, other int32) {
	if k := slices.Index(e.many[i], other); k >= 0 {
		e.many[i] = slices.Delete(e.many[i], k, k+1)
		e.nth[i] = slices.Delete(e.nth[i], k, k+1)
	}
	e.one[i] = None
	if len(e.many[i]) > 0 {
		e.one[i] = e.many[i][0]
	}
}

// tie connects instance i, at end s of link l, with other.
func (m *Model) tie(l, s int, i, other int32) {
	m.bonds.made++
	m.links[l].ends[s].add(i, other, m.bonds.made)
	m.links[l].ends[1-s].add(other, i, m.bonds.made)
	m.retie(l, s, i, other)
}

func (m *Model) untie(l, s int, i, other int32) {
	m.links[l].ends[s].drop(i, other)
	m.links[l].ends[1-s].drop(other, i)
	m.retie(l, s, i, other)
}

// retie notes that who keeps a connection has another record of it now.
func (m *Model) retie(l, s int, i, other int32) {
	if s != m.links[l].keeper {
		i = other
	}
	m.bonds.changed = append(m.bonds.changed, thing{m.links[l].ends[m.links[l].keeper].space, i})
}

// connect fills the roles of a new instance, the least connected partners first, as far as multiplicities allow. What it must
// have and nobody has room for is taken from those of its class that have more than they must.
func (m *Model) connect(c, i int32) {
	for l := range m.links {
		for s := range 2 {
			if m.links[l].ends[s].class == c {
				m.fill(l, s, i, false)
				m.takePartners(l, s, i)
			}
		}
	}
}

// takePartners gives instance i, at end s of link l, as many partners as it must have, of those who have most.
func (m *Model) takePartners(l, s int, i int32) {
	e, o := &m.links[l].ends[s], &m.links[l].ends[1-s]
	for len(e.many[i]) < int(e.min) {
		from := m.richest(e, i)
		if from == None || len(e.many[from]) <= int(e.min) {
			return
		}
		k := slices.IndexFunc(e.many[from], func(p int32) bool { return !(e.class == o.class && p == i) && !e.has(i, p) })
		if k < 0 {
			return
		}
		partner := e.many[from][k]
		m.untie(l, s, from, partner)
		m.tie(l, s, i, partner)
	}
}

// richest is the instance of end e with the most connections but for i, the first of several.
func (m *Model) richest(e *end, i int32) int32 {
	best := None
	for _, p := range m.w.Alive[e.class] {
		if p != i && (best == None || len(e.many[p]) > len(e.many[best])) {
			best = p
		}
	}
	return best
}

// fill connects instance i, at end s of link l, with partners: as many as it may have, or (least) as many as it must.
func (m *Model) fill(l, s int, i int32, least bool) {
	e, o := &m.links[l].ends[s], &m.links[l].ends[1-s]
	limit := int(e.max)
	if least {
		limit = int(e.min)
	}
	for limit < 0 || len(e.many[i]) < limit {
		partner := m.loneliest(e, o, i)
		if partner == None {
			return
		}
		m.tie(l, s, i, partner)
	}
}

// loneliest is the instance of end o with the fewest connections that has room for i and isn't connected with it.
func (m *Model) loneliest(e, o *end, i int32) int32 {
	best := None
	for _, p := range m.w.Alive[o.class] {
		if e.class == o.class && p == i || !o.room(p) || e.has(i, p) {
			continue
		}
		if best == None || len(o.many[p]) < len(o.many[best]) {
			best = p
		}
	}
	return best
}

// disconnect takes an instance out of all roles. Who has less than it must by that is connected with others, or takes over
// from those of its class that have more than they must.
func (m *Model) disconnect(c, i int32) {
	for l := range m.links {
		for s := range 2 {
			e := &m.links[l].ends[s]
			if e.class != c {
				continue
			}
			left := slices.Clone(e.many[i])
			for _, p := range left {
				m.untie(l, s, i, p)
			}
			for _, p := range left {
				m.fill(l, 1-s, p, true)
				m.takePartners(l, 1-s, p)
			}
		}
	}
}

// Linked says whether an instance of the left end of a link is connected with one of its right end.
func (m *Model) Linked(leftSpace, left, rightSpace, right int32) bool {
	for l := range m.links {
		a, b := &m.links[l].ends[0], &m.links[l].ends[1]
		if a.space == leftSpace && b.space == rightSpace && a.has(left, right) {
			return true
		}
	}
	return false
}
