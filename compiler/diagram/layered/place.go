package layered

import "slices"

// ports lists each vertex's links in the order of where they lead, and makes boxes wide enough for theirs.
func (w *work) ports() {
	for id := range w.verts {
		v := &w.verts[id]
		w.sortLinks(v.up, true)
		w.sortLinks(v.down, false)
		if id < len(w.graph.Nodes) && !w.graph.Nodes[id].Joined {
			room := v.width - v.box
			v.box = max(v.box, portGap*(1+max(len(v.up), len(v.down))))
			v.width = v.box + room
		}
	}
}

func (w *work) sortLinks(links []int, up bool) {
	slices.SortFunc(links, func(a, b int) int {
		x, y := w.links[a], w.links[b]
		if up && x.upper != y.upper {
			return w.verts[x.upper].pos - w.verts[y.upper].pos
		}
		if !up && x.lower != y.lower {
			return w.verts[x.lower].pos - w.verts[y.lower].pos
		}
		return a - b
	})
}

// How much it matters that an edge is straight where it passes, that it meets a box straight, and that it does so where its
// place at the box's side is.
const (
	passing = 24
	meeting = 8
	evenly  = 1
)

// place puts the vertices beside each other, so that links are as straight as can be. Each link wishes to be somewhere: where
// the edges are that it goes on in, and within the sides of the boxes that it meets.
func (w *work) place() {
	s := &simplex{n: len(w.verts) + len(w.links)}
	for _, rank := range w.ranks {
		for i := 1; i < len(rank); i++ {
			a, b := rank[i-1], rank[i]
			s.want(a, b, w.verts[a].width+w.gap(a, b), 0)
		}
	}
	for id, v := range w.verts {
		for _, side := range [][]int{v.up, v.down} {
			for i, l := range side {
				w.wish(s, id, len(w.verts)+l, i, len(side))
			}
		}
	}
	left := s.n // of all, so that all hangs together
	s.n++
	for v := range left {
		s.want(left, v, 0, 0)
	}
	at := s.solve()
	for v := range w.verts {
		w.verts[v].left = at[v]
	}
	for l := range w.links {
		w.links[l].x = at[len(w.verts)+l]
	}
}

// wish says where a vertex wants the i-th of n links at one of its sides.
func (w *work) wish(s *simplex, v, link, i, n int) {
	switch box := w.verts[v].box; {
	case v >= len(w.graph.Nodes):
		s.near(v, link, w.verts[v].anchor, passing)
	case w.graph.Nodes[v].Joined:
		s.near(v, link, box/2, meeting)
	default:
		s.within(v, link, portGap*(i+1), box-portGap*(n-i), meeting)
		s.near(v, link, box*(2*i+1)/(2*n), evenly)
	}
}

func (w *work) gap(a, b int) int {
	n := len(w.graph.Nodes)
	if a < n && b < n {
		return nodeGap
	}
	return 4
}

// straighten gives each link a port at both ends, as near as can be to where it is straight.
func (w *work) straighten() {
	for id, v := range w.verts {
		for i, x := range w.sidePorts(id, v.down) {
			w.links[v.down[i]].upPort = x
		}
		for i, x := range w.sidePorts(id, v.up) {
			w.links[v.up[i]].downPort = x
		}
	}
}

// sidePorts are the ports of the links at one side of a vertex.
func (w *work) sidePorts(id int, links []int) []int {
	v := w.verts[id]
	switch {
	case id >= len(w.graph.Nodes):
		return fill(len(links), v.anchor)
	case w.graph.Nodes[id].Joined:
		return fill(len(links), v.box/2)
	}
	at := make([]int, len(links))
	for i, l := range links {
		at[i] = w.links[l].x - v.left
	}
	return spread(at, v.box)
}

// upperEnd and lowerEnd are where a link's ends are.
func (w *work) upperEnd(l int) int { return w.verts[w.links[l].upper].left + w.links[l].upPort }
func (w *work) lowerEnd(l int) int { return w.verts[w.links[l].lower].left + w.links[l].downPort }

// spread is places on a side of that width, in the same order and portGap apart, near those that are wished for.
func spread(wish []int, width int) []int {
	n := len(wish)
	at := make([]int, n)
	for i, x := range wish {
		at[i] = min(max(x, portGap*(i+1)), width-portGap*(n-i))
		if i > 0 {
			at[i] = max(at[i], at[i-1]+portGap)
		}
	}
	return at
}
