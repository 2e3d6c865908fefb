package diagram

import (
	"cmp"
	"slices"
)

const (
	nestGap  = 26 // between machines beside each other
	laneStep = 14 // between links that run beside each other below
	laneRoom = 14 // between what is below the machines
	plugRoom = 24 // what the sign of a component takes up, on both sides
)

// nest is a deployment diagram in the making. What stands in something stands side by side in it, so that from each
// component a link can go straight down, through borders only, to where links run below all machines.
type nest struct {
	d        Diagram
	children [][]int // by node, the outermost last
	parts    [][]part
	ends     [][]end // by node: its links, from left to right
	at       []Rect
}

// end is an end of a link at a node.
type end struct {
	edge  int
	tail  bool
	label words
	x     int // of the link
}

// nested lays out machines and what stands on them.
func nested(d Diagram) Picture {
	n := &nest{d: d, children: make([][]int, len(d.Nodes)+1), parts: make([][]part, len(d.Nodes)), at: make([]Rect, len(d.Nodes))}
	for i, node := range d.Nodes {
		n.parts[i] = content(node)
		in := n.outer(i)
		n.children[in] = append(n.children[in], i)
	}
	n.arrange()
	n.sortEnds()
	height, width := 0, 0
	for _, c := range n.children[len(d.Nodes)] {
		s := n.extent(c)
		n.put(c, placed(Point{X: width}, s))
		width += s.W + nestGap
		height = max(height, s.H)
	}
	var p Picture
	for i := range d.Nodes {
		look := Plug
		if d.Nodes[i].Shape == Machine {
			look = Cube
		}
		p.box(Box{Rect: n.at[i], Look: look, In: d.Nodes[i].In}) // boxes are numbered as nodes
	}
	for i := range d.Nodes {
		n.fill(&p, i)
	}
	bottom, right := n.drawLinks(&p, height)
	p.frame(d.Title(), Size{W: max(width-nestGap, right), H: bottom})
	return p
}

// outer is where a node stands, the whole if in nothing.
func (n *nest) outer(i int) int {
	if in := n.d.Nodes[i].In; in >= 0 {
		return in
	}
	return len(n.d.Nodes)
}

// arrange puts what stands side by side into an order in which links are short and few cross: it swaps as long as that helps.
func (n *nest) arrange() {
	cost := n.cost()
	for better := true; better; {
		better = false
		for _, c := range n.children {
			for i := range c {
				for j := range i {
					c[i], c[j] = c[j], c[i]
					if now := n.cost(); now < cost {
						cost, better = now, true
						continue
					}
					c[i], c[j] = c[j], c[i]
				}
			}
		}
	}
}

// cost is how bad an order is: a crossing counts as much as many steps of length.
func (n *nest) cost() int {
	place := n.places()
	sum := 0
	for i, e := range n.d.Edges {
		a, b := ordered(place[e.From], place[e.To])
		sum += b - a
		for _, f := range n.d.Edges[:i] {
			c, d := ordered(place[f.From], place[f.To])
			if a < c && c < b && b < d || c < a && a < d && d < b {
				sum += 100
			}
		}
	}
	return sum
}

// places numbers the nodes from left to right.
func (n *nest) places() []int {
	place := make([]int, len(n.d.Nodes))
	next := 0
	var walk func(list []int)
	walk = func(list []int) {
		for _, c := range list {
			place[c] = next
			next++
			walk(n.children[c])
		}
	}
	walk(n.children[len(n.d.Nodes)])
	return place
}

func ordered(a, b int) (int, int) { return min(a, b), max(a, b) }

// sortEnds lists the ends of each node's links so that links at one node don't cross: those to the left first, the nearest
// of them outermost; then those to the right, the farthest of them innermost.
func (n *nest) sortEnds() {
	place := n.places()
	n.ends = make([][]end, len(n.d.Nodes))
	for i, e := range n.d.Edges {
		n.ends[e.From] = append(n.ends[e.From], end{edge: i, tail: true, label: cut(one(e.Tail), mostLabel)})
		n.ends[e.To] = append(n.ends[e.To], end{edge: i, label: cut(one(e.Head), mostLabel)})
	}
	for i, ends := range n.ends {
		slices.SortStableFunc(ends, func(a, b end) int {
			x, y := place[n.far(i, a)]-place[i], place[n.far(i, b)]-place[i]
			switch {
			case x <= 0 && y <= 0, x > 0 && y > 0:
				return cmp.Compare(y, x)
			}
			return cmp.Compare(x, y)
		})
	}
}

// far is the node at the other end of a link.
func (n *nest) far(node int, e end) int {
	if e.tail {
		return n.d.Edges[e.edge].To
	}
	return n.d.Edges[e.edge].From
}

// endWidth is the room that a link with its label takes up below a node.
func endWidth(e end) int { return max(laneRoom, e.label.size().W+6+laneRoom) }

// extent is how large a node is, with all that stands in it.
func (n *nest) extent(i int) Size {
	own := extent(n.parts[i])
	ends := laneRoom
	for _, e := range n.ends[i] {
		ends += endWidth(e)
	}
	if n.d.Nodes[i].Shape != Machine {
		return Size{W: max(own.W+plugRoom, ends), H: own.H + 6}
	}
	inside, height := 0, 0
	for _, c := range n.children[i] {
		s := n.extent(c)
		inside += s.W + nestGap
		height = max(height, s.H)
	}
	all := Size{W: max(own.W, inside+nestGap, ends, 110) + depth, H: own.H + depth}
	if height > 0 {
		all.H += height + nestGap/2
	}
	return all
}

// put places a node and what stands in it, side by side at its foot.
func (n *nest) put(i int, at Rect) {
	n.at[i] = at
	inside := -nestGap
	for _, c := range n.children[i] {
		inside += n.extent(c).W + nestGap
	}
	x := at.X + (at.W-depth-inside)/2
	for _, c := range n.children[i] {
		s := n.extent(c)
		n.put(c, placed(Point{X: x, Y: at.Y + at.H - nestGap/2 - s.H}, s))
		x += s.W + nestGap
	}
	x = at.X + laneRoom
	for k := range n.ends[i] {
		n.ends[i][k].x = x
		x += endWidth(n.ends[i][k])
	}
}

// fill draws what is written in a node's box: on a machine's front, or beside the sign of a component.
func (n *nest) fill(p *Picture, i int) {
	at := n.at[i]
	p.Boxes[i].Rect = area(at.X+plugRoom/2, at.Y+3, at.W-plugRoom, at.H-3)
	if n.d.Nodes[i].Shape == Machine {
		p.Boxes[i].Rect = area(at.X, at.Y+depth, at.W-depth, at.H-depth)
	}
	fillBox(p, n.parts[i], i)
	p.Boxes[i].Rect = at
}

// drawLinks draws the links below the machines, whose feet are at y, and says how far down and right they reach.
func (n *nest) drawLinks(p *Picture, y int) (bottom, right int) {
	if len(n.d.Edges) == 0 {
		return y, 0
	}
	ends := make([][2]end, len(n.d.Edges)) // of each link: at From, at To
	labels := 0
	for _, list := range n.ends {
		for _, e := range list {
			at := placed(Point{X: e.x + 6, Y: y + 8}, e.label.size())
			drawLabel(p, e.label, at)
			labels = max(labels, at.H)
			right = max(right, at.X+at.W)
			if e.tail {
				ends[e.edge][0] = e
			} else {
				ends[e.edge][1] = e
			}
		}
	}
	first := y + 8 + labels + laneStep/2
	lanes := n.lanes(ends)
	bottom = first
	for i, e := range n.d.Edges {
		a, b := ends[i][0].x, ends[i][1].x
		lane := first + lanes[i]*laneStep
		from, to := n.at[e.From], n.at[e.To]
		p.Lines = append(p.Lines, Path{Line: e.Line, From: e.From, To: e.To,
			Points: []Point{{X: a, Y: from.Y + from.H}, {X: a, Y: lane}, {X: b, Y: lane}, {X: b, Y: to.Y + to.H}}})
		bottom = max(bottom, lane)
	}
	return bottom, right
}

// lanes gives each link a lane: short ones above long ones, so that only those cross that must.
func (n *nest) lanes(ends [][2]end) []int {
	var byLength []int
	for i := range ends {
		byLength = append(byLength, i)
	}
	span := func(i int) (int, int) { return ordered(ends[i][0].x, ends[i][1].x) }
	slices.SortStableFunc(byLength, func(i, j int) int {
		a, b := span(i)
		c, d := span(j)
		return cmp.Compare(b-a, d-c)
	})
	lanes := make([]int, len(ends))
	for k, i := range byLength {
		a, b := span(i)
		for _, j := range byLength[:k] {
			if c, d := span(j); a <= d && c <= b {
				lanes[i] = max(lanes[i], lanes[j]+1)
			}
		}
	}
	return lanes
}
