package model

import (
	"slices"

	"github.com/tune-autonomic/tune/compiler/bundle"
)

// link is an association: who is connected to whom, seen from both ends.
type link struct {
	ends [2]end // left, right
}

// end is one end of a link: by instance, those at the other end in the order in which they were connected.
type end struct {
	class, space int32
	min, max     int32
	many         [][]int32
	one          []int32 // the first of many, or None
}

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
			links[l].ends[s] = end{class: e.Class, space: sp, min: e.Min, max: e.Max, many: make([][]int32, n), one: nones(n)}
		}
	}
	return links
}

func (e *end) room(i int32) bool { return e.max < 0 || len(e.many[i]) < int(e.max) }

func (e *end) add(i, other int32) {
	e.many[i] = append(e.many[i], other)
	e.one[i] = e.many[i][0]
}

func (e *end) drop(i, other int32) {
	if k := slices.Index(e.many[i], other); k >= 0 {
		e.many[i] = slices.Delete(e.many[i], k, k+1)
	}
	e.one[i] = None
	if len(e.many[i]) > 0 {
		e.one[i] = e.many[i][0]
	}
}

// connect fills the roles of a new instance, the least connected partners first, as far as multiplicities allow.
func (m *Model) connect(c, i int32) {
	for l := range m.links {
		for s := range 2 {
			if m.links[l].ends[s].class == c {
				m.fill(&m.links[l].ends[s], &m.links[l].ends[1-s], i, false)
			}
		}
	}
}

// fill connects instance i of end e with partners of end o: as many as it may have, or (least) as many as it must.
func (m *Model) fill(e, o *end, i int32, least bool) {
	limit := int(e.max)
	if least {
		limit = int(e.min)
	}
	for limit < 0 || len(e.many[i]) < limit {
		partner := m.loneliest(e, o, i)
		if partner == None {
			return
		}
		e.add(i, partner)
		o.add(partner, i)
	}
}

// loneliest is the instance of end o with the fewest connections that has room for i and isn't connected with it.
func (m *Model) loneliest(e, o *end, i int32) int32 {
	best := None
	for _, p := range m.w.Alive[o.class] {
		if e == o && p == i || !o.room(p) || slices.Contains(e.many[i], p) {
			continue
		}
		if best == None || len(o.many[p]) < len(o.many[best]) {
			best = p
		}
	}
	return best
}

// disconnect takes an instance out of all roles. Who has less than it must by that is connected with others.
func (m *Model) disconnect(c, i int32) {
	for l := range m.links {
		for s := range 2 {
			e, o := &m.links[l].ends[s], &m.links[l].ends[1-s]
			if e.class != c {
				continue
			}
			left := slices.Clone(e.many[i])
			for _, p := range left {
				o.drop(p, i)
				e.drop(i, p)
			}
			for _, p := range left {
				m.fill(o, e, p, true)
			}
		}
	}
}
