package diagram

import (
	"fmt"
	"io"
	"strconv"
	"strings"
)

// style is how things look. The picture brings its own paper, so that it can be read wherever it stands, in the light and in
// the dark.
const style = `
  .paper { fill: #ffffff } .frame { fill: none; stroke: #8c959f } .tab { fill: #f6f8fa; stroke: #8c959f }
  .box { fill: #f2f6fc; stroke: #3b5b8c } .front { fill: #f7f8fa; stroke: #57606a } .side { fill: #dfe4ea; stroke: #57606a }
  .plug { fill: #fdf6e3; stroke: #8a6d1f } .inner { fill: #ffffff; stroke: #3b5b8c }
  .line { fill: none; stroke: #424a53 } .ink, .bar { fill: #24292f } .hollow { fill: #ffffff; stroke: #24292f }
  text { fill: #1f2328; font-family: Arial, Helvetica, "Liberation Sans", Arimo, sans-serif; white-space: pre }
  .plain { font-size: 12px } .small { font-size: 11px } .name { font-size: 14px; font-weight: bold }
  .line, .box, .front, .side, .plug, .inner, .hollow, .frame, .tab { stroke-width: 1.25 } .dashed { stroke-dasharray: 6 4 }
  @media (prefers-color-scheme: dark) {
    .paper { fill: #0d1117 } .frame { stroke: #6e7681 } .tab { fill: #161b22; stroke: #6e7681 }
    .box { fill: #152238; stroke: #7ea6e0 } .front { fill: #161b22; stroke: #9198a1 } .side { fill: #2a313a; stroke: #9198a1 }
    .plug { fill: #2b2413; stroke: #d4b45a } .inner { fill: #0d1117; stroke: #7ea6e0 }
    .line { stroke: #b1bac4 } .ink, .bar { fill: #d1d7de } .hollow { fill: #0d1117; stroke: #d1d7de }
    text { fill: #e6edf3 }
  }
`

// SVG writes a picture as SVG. It needs no program, font or file besides.
func SVG(w io.Writer, p Picture) error {
	s := &svg{}
	s.f(`<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" viewBox="0 0 %[1]d %[2]d" role="img">`, p.Size.W, p.Size.H)
	s.f(`<title>%s</title>`, escape(p.Title))
	s.f(`<style>%s</style>`, style)
	s.f(`<rect class="paper" width="%d" height="%d"/>`, p.Size.W, p.Size.H)
	for _, b := range p.Boxes {
		s.box(b)
	}
	for _, b := range p.Boxes {
		if b.Look == Border {
			s.tab(p, b)
		}
	}
	for _, l := range p.Lines {
		s.path(l)
	}
	for _, t := range p.Texts {
		s.text(t)
	}
	s.f(`</svg>`)
	_, err := io.WriteString(w, s.String())
	return err
}

type svg struct{ strings.Builder }

func (s *svg) f(format string, args ...any) { fmt.Fprintf(s, format+"\n", args...) }

// box draws a box without what stands in it.
func (s *svg) box(b Box) {
	middle := Point{X: b.X + b.W/2, Y: b.Y + b.H/2}
	switch b.Look {
	case Sharp:
		s.rect("box", b.Rect, 0)
	case Round:
		s.rect("box", b.Rect, 10)
	case Inner:
		s.rect("inner", b.Rect, 6)
	case Bar:
		s.rect("bar", b.Rect, 1)
	case Dot:
		s.f(`<circle class="ink" cx="%d" cy="%d" r="%d"/>`, middle.X, middle.Y, b.W/2)
	case Ring:
		s.f(`<circle class="hollow" cx="%d" cy="%d" r="%d"/>`, middle.X, middle.Y, b.W/2-1)
		s.f(`<circle class="ink" cx="%d" cy="%d" r="%d"/>`, middle.X, middle.Y, b.W/2-5)
	case Cube:
		s.cube(b.Rect)
	case Plug:
		s.rect("plug", b.Rect, 0)
		s.plugs(b.Rect)
	case Border:
		s.rect("frame", b.Rect, 0)
	}
	for _, y := range b.Rules {
		s.f(`<path class="line" d="M%d %dH%d"/>`, b.X, b.Y+y, b.X+b.W)
	}
}

func (s *svg) rect(class string, r Rect, round int) {
	corner := ""
	if round > 0 {
		corner = fmt.Sprintf(` rx="%d"`, round)
	}
	s.f(`<rect class="%s" x="%d" y="%d" width="%d" height="%d"%s/>`, class, r.X, r.Y, r.W, r.H, corner)
}

// cube is a machine: a front, with a lid and a side behind it.
func (s *svg) cube(r Rect) {
	s.f(`<path class="side" d="M%d %dl%d %dH%dV%dl%d %dV%dZ"/>`,
		r.X, r.Y+depth, depth, -depth, r.X+r.W, r.Y+r.H-depth, -depth, depth, r.Y+depth)
	s.f(`<path class="side" d="M%d %dl%d %d"/>`, r.X+r.W-depth, r.Y+depth, depth, -depth)
	s.rect("front", area(r.X, r.Y+depth, r.W-depth, r.H-depth), 0)
}

// plugs are the sign of a component, in its upper right corner.
func (s *svg) plugs(r Rect) {
	x, y := r.X+r.W-17, r.Y+6
	s.rect("plug", area(x, y, 11, 13), 0)
	s.rect("plug", area(x-3, y+2, 6, 3), 0)
	s.rect("plug", area(x-3, y+8, 6, 3), 0)
}

// tab is where a frame's title stands.
func (s *svg) tab(p Picture, b Box) {
	w := plain.width(p.Title) + 2*padding
	s.f(`<path class="tab" d="M%d %dh%dv%dl-8 8H%dZ"/>`, b.X, b.Y, w+8, titleH-8, b.X)
}

// path is an edge with its arrow.
func (s *svg) path(l Path) {
	class := "line"
	if l.Line == Dependency {
		class += " dashed"
	}
	s.f(`<path class="%s" d="%s"/>`, class, rounded(l.Points))
	tip, before := l.Points[len(l.Points)-1], l.Points[len(l.Points)-2]
	along := Point{X: sign(tip.X - before.X), Y: sign(tip.Y - before.Y)}
	at := func(back, side int) string {
		return strconv.Itoa(tip.X-back*along.X+side*along.Y) + " " + strconv.Itoa(tip.Y-back*along.Y+side*along.X)
	}
	switch l.Line {
	case Transition:
		s.f(`<path class="ink" d="M%sL%sL%sZ"/>`, at(0, 0), at(10, 4), at(10, -4))
	case Dependency:
		s.f(`<path class="line" d="M%sL%sL%s"/>`, at(10, 5), at(0, 0), at(10, -5))
	}
}

// radius is that of an edge's corners.
const radius = 6

// rounded is a line along the axes with round corners.
func rounded(points []Point) string {
	var b strings.Builder
	fmt.Fprintf(&b, "M%d %d", points[0].X, points[0].Y)
	for i := 1; i+1 < len(points); i++ {
		a, c, z := points[i-1], points[i], points[i+1]
		r := min(radius, far(a, c)/2, far(c, z)/2)
		fmt.Fprintf(&b, "L%d %dQ%d %d %d %d", c.X-r*sign(c.X-a.X), c.Y-r*sign(c.Y-a.Y), c.X, c.Y, c.X+r*sign(z.X-c.X), c.Y+r*sign(z.Y-c.Y))
	}
	last := points[len(points)-1]
	fmt.Fprintf(&b, "L%d %d", last.X, last.Y)
	return b.String()
}

func far(a, b Point) int { return max(a.X-b.X, b.X-a.X) + max(a.Y-b.Y, b.Y-a.Y) }

func sign(n int) int {
	switch {
	case n > 0:
		return 1
	case n < 0:
		return -1
	}
	return 0
}

// text is one line of text. Its length is said as well, so that it fits where another font is used.
func (s *svg) text(t Text) {
	if t.Text == "" {
		return
	}
	s.f(`<text class="%s" x="%d" y="%d" textLength="%d" lengthAdjust="spacingAndGlyphs">%s</text>`,
		t.Font, t.X, t.Y+t.H-5, t.W, escape(t.Text))
}

var entities = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;")

// escape is s as text of XML: without what XML can't have, control characters above all.
func escape(s string) string {
	return entities.Replace(strings.Map(func(r rune) rune {
		if r < ' ' || r == 0xFFFE || r == 0xFFFF {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(s, "?")))
}
