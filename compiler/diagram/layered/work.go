package layered

// work is a layout in the making. Its vertices are the graph's nodes first, then those in which edges pass a rank.
type work struct {
	graph Graph
	arcs  []arc // one for each edge that leads elsewhere, turned downwards
	loops [][]int

	verts []vertex
	links []link // the pieces of arcs from a rank to the next

	ranks   [][]int // vertices from left to right
	tops    []int   // of the ranks
	heights []int
	bends   []bend // of each link
	bent    []int  // of each rank: how many tracks the channel below it has
}

// arc is an edge turned so that it leads to a lower rank.
type arc struct {
	edge     int
	from, to int
	turned   bool
	path     []int // links
	label    int   // the vertices that hold its labels, -1 for none
	tail     int
	head     int
}

// vertex is something that takes up room in a rank: a node, or an edge on its way, which may have its label beside it.
type vertex struct {
	rank, pos int
	left      int // its place, of the room's left side
	width     int // of its room
	height    int
	anchor    int // on an edge's way: where the edge is, from the left
	box       int // of a node: how much of the room is its box, at the left
	up, down  []int
}

// link is a piece of an arc between neighbouring ranks. Its ports are offsets from the left of its vertices.
type link struct {
	arc              int
	upper, lower     int
	upPort, downPort int
	x                int // where it would be if it were straight
}

// bend is how a link goes from its upper end to its lower: straight down, or along one track of the channel between, or
// along one to x and along another from there.
type bend struct {
	tracks []int
	x      int
}

func newWork(g Graph) *work {
	w := &work{graph: g, loops: make([][]int, len(g.Nodes))}
	for i, e := range g.Edges {
		if e.From == e.To {
			w.loops[e.From] = append(w.loops[e.From], i)
			continue
		}
		w.arcs = append(w.arcs, arc{edge: i, from: e.From, to: e.To, label: -1, tail: -1, head: -1})
	}
	for n, node := range g.Nodes {
		v := vertex{box: max(node.W, 2*portGap), height: node.H}
		if node.Joined {
			v.box = node.W
		}
		v.width = v.box
		if len(w.loops[n]) > 0 {
			room := w.loopRoom(n)
			v.width += room.W
			v.height = max(v.height, room.H)
		}
		w.verts = append(w.verts, v)
	}
	w.turnBack()
	return w
}

// loopRoom is what a node's loops take up beside it, with their labels.
func (w *work) loopRoom(n int) Size {
	var all Size
	for _, i := range w.loops[n] {
		e := w.graph.Edges[i]
		all.W = max(all.W, loopOut+labelGap+max(e.Label.W, e.Tail.W, e.Head.W))
		all.H += loopHeight(e)
	}
	return all
}

func loopHeight(e Edge) int { return max(2*stub, e.Label.H+e.Tail.H+e.Head.H+8) }

// turnBack turns the edges that close a cycle, as a walk from node 0, then from the others in order, finds them.
func (w *work) turnBack() {
	out := make([][]int, len(w.graph.Nodes))
	for i, a := range w.arcs {
		out[a.from] = append(out[a.from], i)
	}
	const (
		fresh = iota
		open
		done
	)
	state := make([]int, len(w.graph.Nodes))
	var walk func(n int)
	walk = func(n int) {
		state[n] = open
		for _, i := range out[n] {
			a := &w.arcs[i]
			switch state[a.to] {
			case open:
				a.from, a.to, a.turned = a.to, a.from, true
			case fresh:
				walk(a.to)
			}
		}
		state[n] = done
	}
	for n := range w.graph.Nodes {
		if state[n] == fresh {
			walk(n)
		}
	}
}

// labels are the sizes of an arc's labels from its upper end to its lower: at the upper end, its own, at the lower end.
func (w *work) labels(a arc) (upper, own, lower Size) {
	e := w.graph.Edges[a.edge]
	if a.turned {
		return e.Head, e.Label, e.Tail
	}
	return e.Tail, e.Label, e.Head
}

// length is the fewest ranks that an arc spans: each label stands in a rank between its ends.
func (w *work) length(a arc) int {
	n := 1
	for _, s := range w.labelsOf(a) {
		if s != (Size{}) {
			n++
		}
	}
	return n
}

func (w *work) labelsOf(a arc) [3]Size {
	upper, own, lower := w.labels(a)
	return [3]Size{upper, own, lower}
}

// rank gives each node its rank.
func (w *work) rank() {
	top := len(w.graph.Nodes) // a node above all, so that all hangs together
	s := simplex{n: top + 1}
	for _, a := range w.arcs {
		s.want(a.from, a.to, w.length(a), 1)
	}
	for n := range top {
		s.want(top, n, 0, 0)
	}
	for n, r := range s.solve()[:top] {
		w.verts[n].rank = r
	}
}

// split cuts the arcs into links from one rank to the next, with a vertex in each rank between.
func (w *work) split() {
	for i := range w.arcs {
		a := &w.arcs[i]
		upper, own, lower := w.labels(*a)
		first, last := w.verts[a.from].rank+1, w.verts[a.to].rank-1
		above := a.from
		for r := first; r <= last; r++ {
			v := vertex{rank: r, width: laneGap, anchor: laneGap / 2}
			id := len(w.verts)
			label := Size{}
			switch {
			case r == first && upper != (Size{}):
				label, *w.end(a, true) = upper, id
			case r == last && lower != (Size{}):
				label, *w.end(a, false) = lower, id
			case a.label < 0 && own != (Size{}) && r == w.labelRank(*a, first, last):
				label, a.label = own, id
			}
			if label != (Size{}) {
				v.width += labelGap + label.W
				v.height = label.H
			}
			w.verts = append(w.verts, v)
			w.link(i, above, id)
			above = id
		}
		w.link(i, above, a.to)
	}
	deepest := 0
	for _, v := range w.verts {
		deepest = max(deepest, v.rank)
	}
	w.ranks = make([][]int, deepest+1)
}

// end is where an arc keeps the vertex of the label at its upper or lower end.
func (w *work) end(a *arc, upper bool) *int {
	if upper != a.turned {
		return &a.tail
	}
	return &a.head
}

// labelRank is the rank of an arc's own label: as near as can be to where its edge begins.
func (w *work) labelRank(a arc, first, last int) int {
	upper, _, lower := w.labels(a)
	if a.turned {
		if lower != (Size{}) {
			last--
		}
		return last
	}
	if upper != (Size{}) {
		first++
	}
	return first
}

func (w *work) link(arc, upper, lower int) {
	id := len(w.links)
	w.links = append(w.links, link{arc: arc, upper: upper, lower: lower})
	w.arcs[arc].path = append(w.arcs[arc].path, id)
	w.verts[upper].down = append(w.verts[upper].down, id)
	w.verts[lower].up = append(w.verts[lower].up, id)
}
