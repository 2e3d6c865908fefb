package layered

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// grown is a rectangle with that much room around it; less if it is negative.
func grown(r Rect, by int) Rect {
	return Rect{Point{r.X - by, r.Y - by}, Size{r.W + 2*by, r.H + 2*by}}
}

func overlaps(a, b Rect) bool {
	return a.X < b.X+b.W && b.X < a.X+a.W && a.Y < b.Y+b.H && b.Y < a.Y+a.H
}

// piece is a line's piece as a rectangle without area.
func piece(a, b Point) Rect {
	return Rect{Point{min(a.X, b.X), min(a.Y, b.Y)}, Size{max(a.X, b.X) - min(a.X, b.X), max(a.Y, b.Y) - min(a.Y, b.Y)}}
}

// faults says what lies upon something else in a layout.
func faults(g Graph, l Layout) []string {
	var bad []string
	var solid []Rect
	var names []string
	for i, n := range l.Nodes {
		solid, names = append(solid, n), append(names, fmt.Sprintf("node %d", i))
		if n.W < g.Nodes[i].W || n.H < g.Nodes[i].H {
			bad = append(bad, fmt.Sprintf("node %d is too small", i))
		}
	}
	for i, e := range l.Edges {
		for _, r := range []Rect{e.Label, e.Tail, e.Head} {
			if r.W > 0 {
				solid, names = append(solid, r), append(names, fmt.Sprintf("label of %d", i))
			}
		}
	}
	for i, a := range solid {
		for j, b := range solid[:i] {
			if overlaps(a, b) {
				bad = append(bad, names[i]+" lies upon "+names[j])
			}
		}
		for e, r := range l.Edges {
			for k := 1; k < len(r.Line); k++ {
				if overlaps(grown(piece(r.Line[k-1], r.Line[k]), 1), grown(a, -1)) {
					bad = append(bad, fmt.Sprintf("edge %d runs through %s", e, names[i]))
				}
			}
		}
	}
	return append(bad, shared(g, l)...)
}

// shared says which edges run upon each other.
func shared(g Graph, l Layout) []string {
	var bad []string
	for e, r := range l.Edges {
		for f, q := range l.Edges[:e] {
			if joined(g, e, f) {
				continue
			}
			for k := 1; k < len(r.Line); k++ {
				for m := 1; m < len(q.Line); m++ {
					a, b := piece(r.Line[k-1], r.Line[k]), piece(q.Line[m-1], q.Line[m])
					if (a.W == 0) == (b.W == 0) && overlaps(grown(a, 1), grown(b, 1)) {
						bad = append(bad, fmt.Sprintf("edges %d and %d run upon each other", e, f))
					}
				}
			}
		}
	}
	return bad
}

// joined says whether two edges may share a piece: they meet at a node where all do.
func joined(g Graph, e, f int) bool {
	a, b := g.Edges[e], g.Edges[f]
	for _, n := range []int{a.From, a.To} {
		if (n == b.From || n == b.To) && g.Nodes[n].Joined {
			return true
		}
	}
	return false
}

func graphs() *rapid.Generator[Graph] {
	return rapid.Custom(func(t *rapid.T) Graph {
		size := func(least, most int, name string) Size {
			return Size{rapid.IntRange(least, most).Draw(t, name), rapid.IntRange(least, most/2).Draw(t, name)}
		}
		label := func() Size {
			if rapid.Bool().Draw(t, "unlabelled") {
				return Size{}
			}
			return size(10, 80, "label")
		}
		var g Graph
		for range rapid.IntRange(1, 9).Draw(t, "nodes") {
			g.Nodes = append(g.Nodes, Node{size(20, 200, "node"), rapid.IntRange(0, 4).Draw(t, "joined") == 0})
		}
		for range rapid.IntRange(0, 14).Draw(t, "edges") {
			end := rapid.IntRange(0, len(g.Nodes)-1)
			g.Edges = append(g.Edges, Edge{end.Draw(t, "from"), end.Draw(t, "to"), label(), label(), label()})
		}
		return g
	})
}

func TestNothingLiesUponAnything(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		g := graphs().Draw(t, "graph")
		l := Lay(g)
		require.Empty(t, faults(g, l))
		for _, r := range l.Nodes {
			require.True(t, r.X >= 0 && r.Y >= 0 && r.X+r.W <= l.Size.W && r.Y+r.H <= l.Size.H, "a node is outside")
		}
	})
}

// Two links that change places each have to be above the other: one goes around.
func TestLinksThatChangePlacesShareNothing(t *testing.T) {
	w := &work{
		verts: []vertex{{left: 0}, {left: 100}, {left: 0, rank: 1}, {left: 100, rank: 1}},
		links: []link{{upper: 0, lower: 3}, {upper: 1, lower: 2}},
		bends: make([]bend, 2),
		tops:  []int{0, 100}, heights: []int{10, 10},
	}
	require.Equal(t, 3, w.assign([]int{0, 1}, []int{0, 1}))
	var l Layout
	for i := range w.links {
		ends := [2]Point{{w.upperEnd(i), 10}, {w.lowerEnd(i), 100}}
		l.Edges = append(l.Edges, Route{Line: append(append(ends[:1:1], w.corners(i)...), ends[1])})
	}
	require.Empty(t, shared(Graph{Nodes: make([]Node, 4), Edges: []Edge{{From: 0, To: 3}, {From: 1, To: 2}}}, l))
}
