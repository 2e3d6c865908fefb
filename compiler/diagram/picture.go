package diagram

import "github.com/tune-autonomic/tune/compiler/diagram/layered"

// Places and extents, in pixels.
type (
	// Point is a place; y grows downwards.
	Point = layered.Point
	// Size is an extent.
	Size = layered.Size
	// Rect is a piece of the plane.
	Rect = layered.Rect
)

func area(x, y, w, h int) Rect { return placed(Point{X: x, Y: y}, Size{W: w, H: h}) }

func placed(at Point, size Size) Rect { return Rect{Point: at, Size: size} }

// Picture is a diagram with everything in its place. Boxes come after those that they stand in.
type Picture struct {
	Title string
	Size  Size
	Boxes []Box
	Lines []Path
	Texts []Text
}

// Look is what a box of a picture looks like.
type Look uint8

// The looks.
const (
	Sharp  Look = iota // a class
	Round              // a state
	Inner              // a branch of a state
	Bar                // a fork or a join
	Dot                // the start
	Ring               // an end
	Cube               // a machine: Rect is all of it, depth is what its front leaves free above and at the right
	Plug               // a component
	Label              // what an edge says: nothing is drawn around it
	Border             // the frame with the title
)

// depth is that of a cube.
const depth = 9

// Box is a shape. Rules are lines across it, as distances from its top.
type Box struct {
	Rect
	Look  Look
	Rules []int
	In    int // the box that this one stands in, -1 for none
}

// Path is an edge's line, along the axes. From and To are boxes.
type Path struct {
	Points   []Point
	Line     Line
	From, To int
}

// Text is one line of text. It stands in the box In.
type Text struct {
	Rect
	Text string
	Font string // "plain", "small", "name"
	In   int
}

func (p *Picture) box(b Box) int {
	p.Boxes = append(p.Boxes, b)
	return len(p.Boxes) - 1
}

func (p *Picture) text(at Point, f font, s string, in int) {
	names := map[font]string{plain: "plain", small: "small", name: "name"}
	p.Texts = append(p.Texts, Text{placed(at, Size{W: f.width(s), H: f.line()}), s, names[f], in})
}

// Room around things.
const (
	margin  = 20 // around the whole
	padding = 10 // between a box's border and what is in it
	titleH  = 26 // of the title's tab
)

// frame puts the border with the title around everything, moves all inside it, and says how large the whole is.
func (p *Picture) frame(title string, content Size) {
	p.Title = title
	w := max(content.W, plain.width(title)+4*padding) + 2*margin
	dx, dy := (w-content.W)/2, titleH+margin
	move := func(at *Point) { at.X, at.Y = at.X+dx, at.Y+dy }
	for i := range p.Boxes {
		move(&p.Boxes[i].Point)
	}
	for i := range p.Texts {
		move(&p.Texts[i].Point)
	}
	for i := range p.Lines {
		for k := range p.Lines[i].Points {
			move(&p.Lines[i].Points[k])
		}
	}
	h := content.H + titleH + 2*margin
	const outside = 4
	border := p.box(Box{Rect: area(outside, outside, w, h), Look: Border, In: -1})
	p.text(Point{X: outside + padding, Y: outside + (titleH-plain.line())/2}, plain, title, border)
	p.Size = Size{W: w + 2*outside, H: h + 2*outside}
}

// Lay gives everything in a diagram its place.
func Lay(d Diagram) Picture {
	if d.Kind == Deployment {
		return nested(d)
	}
	return ranked(d)
}
