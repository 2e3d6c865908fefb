package diagram

// part is a piece of what stands in a box; parts stand below each other.
type part interface {
	size() Size
	draw(p *Picture, at Rect, in int)
}

// words are lines of text, in the middle or at the left.
type words struct {
	font    font
	lines   []indented
	centred bool
}

type indented struct {
	text   string
	indent int
}

func (w words) size() Size {
	var all Size
	for _, l := range w.lines {
		all.W = max(all.W, l.indent+w.font.width(l.text))
		all.H += w.font.line()
	}
	return all
}

func (w words) draw(p *Picture, at Rect, in int) {
	y := at.Y
	for _, l := range w.lines {
		x := at.X + l.indent
		if w.centred {
			x = at.X + (at.W-w.font.width(l.text))/2
		}
		p.text(Point{X: x, Y: y}, w.font, l.text, in)
		y += w.font.line()
	}
}

// rule is a line across the box.
type rule struct{}

func (rule) size() Size { return Size{H: 9} }

func (rule) draw(p *Picture, at Rect, in int) {
	b := &p.Boxes[in]
	b.Rules = append(b.Rules, at.Y+4-b.Y)
}

// fork is branches side by side between two bars.
type fork struct{ branches []words }

const (
	barH      = 4
	branchGap = 12
	branchPad = 6
	arrow     = 18 // from a bar to a branch
)

func (f fork) size() Size {
	all := Size{W: -branchGap}
	for _, b := range f.branches {
		s := b.size()
		all.W += s.W + 2*branchPad + branchGap
		all.H = max(all.H, s.H)
	}
	all.H += 2*branchPad + 2*arrow + 2*barH + 8
	return all
}

func (f fork) draw(p *Picture, at Rect, in int) {
	all := f.size()
	left, top := at.X+(at.W-all.W)/2, at.Y+4
	bottom := at.Y + all.H - 4 - barH
	first := p.box(Box{Rect: area(left, top, all.W, barH), Look: Bar, In: in})
	last := p.box(Box{Rect: area(left, bottom, all.W, barH), Look: Bar, In: in})
	x := left
	for _, b := range f.branches {
		s := b.size()
		room := area(x, top+barH+arrow, s.W+2*branchPad, all.H-2*arrow-2*barH-8)
		id := p.box(Box{Rect: room, Look: Inner, In: in})
		b.draw(p, placed(Point{X: x + branchPad, Y: room.Y + (room.H-s.H)/2}, s), id)
		middle := x + room.W/2
		p.Lines = append(p.Lines,
			Path{Points: []Point{{X: middle, Y: top + barH}, {X: middle, Y: room.Y}}, From: first, To: id},
			Path{Points: []Point{{X: middle, Y: room.Y + room.H}, {X: middle, Y: bottom}}, From: id, To: last})
		x += room.W + branchGap
	}
}

// content is what stands in a node, from top to bottom.
func content(n Node) []part {
	var parts []part
	if n.Stereotype != "" {
		parts = append(parts, centred(small, "«"+n.Stereotype+"»"))
	}
	title := n.Name
	if n.Note != "" && n.Shape != ClassBox {
		title += " " + n.Note
	} else if n.Note != "" {
		title += " [" + n.Note + "]"
	}
	parts = append(parts, centred(name, title))
	if n.Tag != "" {
		parts = append(parts, centred(small, "{"+n.Tag+"}"))
	}
	if n.Shape == ClassBox {
		return append(parts, compartments(n.Attrs, n.Ops)...)
	}
	if len(n.Steps) == 0 && len(n.Attrs) == 0 {
		return parts
	}
	if n.Shape == Machine {
		return append(parts, centred(small, n.Attrs...))
	}
	return append(append(parts, rule{}), stepParts(n.Steps)...)
}

// compartments are lists below each other. As UML's tools do, one that is empty is left out.
func compartments(lists ...[]string) []part {
	var parts []part
	for _, list := range lists {
		if len(list) > 0 {
			parts = append(parts, rule{}, cut(list, mostListed))
		}
	}
	return parts
}

// The widest that a text gets before it is cut into lines.
const (
	mostName   = 260
	mostListed = 300
	mostStep   = 300
	mostBranch = 170
	mostLabel  = 220
	indent     = 12
)

func centred(f font, texts ...string) words {
	w := words{font: f, centred: true}
	for _, t := range texts {
		for _, l := range f.wrap(t, mostName) {
			w.lines = append(w.lines, indented{text: l})
		}
	}
	return w
}

// cut is texts at the left; where one goes on in the next line, that is indented.
func cut(texts []string, most int) words {
	w := words{font: plain}
	for _, t := range texts {
		w.add(t, 0, most)
	}
	return w
}

func (w *words) add(text string, depth, most int) {
	for i, l := range w.font.wrap(text, most) {
		in := depth * indent
		if i > 0 {
			in += 2 * indent
		}
		w.lines = append(w.lines, indented{l, in})
	}
}

// stepParts are a state's steps: texts together, forks by themselves.
func stepParts(steps []Step) []part {
	var parts []part
	texts := words{font: plain}
	for _, s := range steps {
		if s.Branches == nil {
			texts.add(s.Text, s.Depth, mostStep)
			continue
		}
		if len(texts.lines) > 0 {
			parts, texts = append(parts, texts), words{font: plain}
		}
		f := fork{}
		for _, b := range s.Branches {
			branch := words{font: plain}
			for _, step := range flat(b) {
				branch.add(step.Text, step.Depth, mostBranch)
			}
			f.branches = append(f.branches, branch)
		}
		parts = append(parts, f)
	}
	if len(texts.lines) > 0 {
		parts = append(parts, texts)
	}
	return parts
}

// flat is steps with the forks among them as text.
func flat(steps []Step) []Step {
	var all []Step
	for _, s := range steps {
		if s.Branches == nil {
			all = append(all, s)
			continue
		}
		for _, b := range s.Branches {
			all = append(all, Step{Text: "fork", Depth: s.Depth})
			for _, inner := range flat(b) {
				inner.Depth += s.Depth + 1
				all = append(all, inner)
			}
		}
	}
	return all
}

// extent is how large parts are together, with the room around them.
func extent(parts []part) Size {
	all := Size{W: 2 * padding, H: 2 * (padding - 3)}
	for _, p := range parts {
		s := p.size()
		all.W = max(all.W, s.W+2*padding)
		all.H += s.H
	}
	return all
}

// fillBox draws parts into a box.
func fillBox(p *Picture, parts []part, in int) {
	b := p.Boxes[in].Rect
	y := b.Y + padding - 3
	for _, part := range parts {
		s := part.size()
		part.draw(p, area(b.X+padding, y, b.W-2*padding, s.H), in)
		y += s.H
	}
}
