package diagram

import "github.com/tune-autonomic/tune/compiler/diagram/layered"

// Sizes of what is no box.
const (
	dotSize  = 16
	ringSize = 20
	leastBox = 70
)

// ranked lays out classes and states: in ranks, from top to bottom.
func ranked(d Diagram) Picture {
	var g layered.Graph
	parts := make([][]part, len(d.Nodes))
	for i, n := range d.Nodes {
		parts[i] = content(n)
		g.Nodes = append(g.Nodes, layered.Node{Size: nodeSize(n, parts[i]), Joined: n.Shape == Start || n.Shape == Final})
	}
	labels := make([][3]words, len(d.Edges))
	for i, e := range d.Edges {
		labels[i] = [3]words{cut(e.Label, mostLabel), cut(one(e.Tail), mostLabel), cut(one(e.Head), mostLabel)}
		g.Edges = append(g.Edges, layered.Edge{From: e.From, To: e.To,
			Label: labels[i][0].size(), Tail: labels[i][1].size(), Head: labels[i][2].size()})
	}
	l := layered.Lay(g)
	var p Picture
	boxes := make([]int, len(d.Nodes))
	for i, n := range d.Nodes {
		boxes[i] = drawNode(&p, n, parts[i], l.Nodes[i])
	}
	for i, e := range d.Edges {
		r := l.Edges[i]
		p.Lines = append(p.Lines, Path{Points: r.Line, Line: e.Line, From: boxes[e.From], To: boxes[e.To]})
		for k, at := range []Rect{r.Label, r.Tail, r.Head} {
			drawLabel(&p, labels[i][k], at)
		}
	}
	p.frame(d.Title(), l.Size)
	return p
}

func one(s string) []string {
	if s == "" {
		return nil
	}
	return []string{s}
}

func nodeSize(n Node, parts []part) Size {
	switch n.Shape {
	case Start:
		return Size{W: dotSize, H: dotSize}
	case Final:
		s := Size{W: ringSize, H: ringSize}
		if n.Name != "" {
			s = Size{W: max(s.W, plain.width(n.Name)), H: s.H + plain.line() + 2}
		}
		return s
	}
	s := extent(parts)
	return Size{W: max(s.W, leastBox), H: s.H}
}

// drawNode draws a node and says which box it is.
func drawNode(p *Picture, n Node, parts []part, at Rect) int {
	switch n.Shape {
	case Start:
		return p.box(Box{Rect: at, Look: Dot, In: -1})
	case Final:
		ring := area(at.X+at.W/2-ringSize/2, at.Y, ringSize, ringSize)
		id := p.box(Box{Rect: ring, Look: Ring, In: -1})
		if n.Name != "" {
			drawLabel(p, words{font: plain, centred: true, lines: []indented{{text: n.Name}}},
				area(at.X, at.Y+ringSize+2, at.W, plain.line()))
		}
		return id
	}
	look := Round
	if n.Shape == ClassBox {
		look = Sharp
	}
	id := p.box(Box{Rect: at, Look: look, In: -1})
	fillBox(p, parts, id)
	return id
}

func drawLabel(p *Picture, w words, at Rect) {
	if len(w.lines) > 0 {
		w.draw(p, at, p.box(Box{Rect: at, Look: Label, In: -1}))
	}
}
