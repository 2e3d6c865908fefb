// Package layered lays graphs out in ranks from top to bottom, after Gansner, Koutsofios, North and Vo, "A Technique for
// Drawing Directed Graphs", IEEE TSE 19(3), 1993: edges get ranks that make them short, nodes of a rank an order in which
// few edges cross, and places that make edges straight; what remains crooked is routed along the axes, in channels between
// the ranks.
//
// What an edge says is a node of the layout like any other, so that nothing ever lies upon something else: no two boxes or
// labels overlap, and no edge runs through a box or a label. All lengths are whole pixels: the same graph gives the same
// layout on any machine.
package layered

// Size is the extent of a box or label. The zero Size is that of a label which isn't there.
type Size struct{ W, H int }

// Point is a place; y grows downwards.
type Point struct{ X, Y int }

// Rect is a piece of the plane: its upper left corner and its extent.
type Rect struct {
	Point
	Size
}

// Graph is what is laid out.
type Graph struct {
	Nodes []Node
	Edges []Edge
}

// Node is a box of at least that size. At one that is Joined all edges meet in the middle of its upper or lower side;
// elsewhere each has a place of its own.
type Node struct {
	Size
	Joined bool
}

// Edge leads from a node to another or back to itself. Label stands beside it near From, Tail beside its end at From, Head
// beside its end at To.
type Edge struct {
	From, To          int
	Label, Tail, Head Size
}

// Layout is where things are. A node may have become larger than asked, for its edges to have room.
type Layout struct {
	Size  Size
	Nodes []Rect
	Edges []Route
}

// Route is where an edge is: the corners of its line, from From to To, and its labels.
type Route struct {
	Line              []Point
	Label, Tail, Head Rect
}

// Distances, in pixels.
const (
	nodeGap  = 28 // between boxes beside each other
	laneGap  = 14 // between two edges beside each other in a rank
	trackGap = 12 // between edges that run beside each other in a channel
	stub     = 16 // an edge's straight piece before it bends, an arrow's head included
	labelGap = 6  // between an edge and its label
	portGap  = 12 // between two edges at one side of a node, at least
	loopOut  = 18 // how far an edge from a node to itself stands out
)

// Lay lays g out.
func Lay(g Graph) Layout {
	w := newWork(g)
	w.rank()
	w.split()
	w.order()
	w.ports()
	w.place()
	w.straighten()
	w.route()
	return w.layout()
}
