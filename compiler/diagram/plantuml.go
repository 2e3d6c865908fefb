package diagram

import (
	"io"
	"strings"
)

// PlantUML writes a diagram in PlantUML's language.
func PlantUML(w io.Writer, d Diagram) error {
	p := &plantuml{d: d}
	p.f("@startuml")
	p.f("title %s", p.say(d.Title()))
	switch d.Kind {
	case Class:
		p.classes()
	case Deployment:
		p.inside(-1, "")
		for _, e := range d.Edges {
			p.f("%s -- %s : \"%s\"", id(e.From), id(e.To), p.say(e.Tail+" – "+e.Head))
		}
	case State:
		p.states()
	}
	p.f("@enduml")
	_, err := io.WriteString(w, p.String())
	return err
}

type plantuml struct {
	script
	d Diagram
}

// plantSigns are the characters that PlantUML gives a meaning, as numbers.
var plantSigns = strings.NewReplacer(`"`, "<U+0022>", `\`, "<U+005C>", "<", "<U+003C>", ">", "<U+003E>", "~", "<U+007E>",
	"--", "-<U+002D>", "__", "_<U+005F>", "**", "*<U+002A>", "//", "/<U+002F>", "==", "=<U+003D>", "..", ".<U+002E>")

func (p *plantuml) say(s string) string { return plantSigns.Replace(oneLine(s)) }

func (p *plantuml) classes() {
	p.f("hide circle")
	p.f("hide empty members")
	for i, n := range p.d.Nodes {
		p.f("class \"%s\" as %s <<%s>> {", p.say(heading(n)), id(i), n.Stereotype)
		for _, a := range n.Attrs {
			p.f("  {field} %s", p.say(a))
		}
		for _, o := range n.Ops {
			p.f("  {method} %s", p.say(o))
		}
		p.f("}")
	}
	for _, e := range p.d.Edges {
		if e.Line == Dependency {
			p.f("%s ..> %s : %s", id(e.From), id(e.To), strings.Join(e.Label, " "))
			continue
		}
		p.f("%s \"%s\" -- \"%s\" %s", id(e.From), p.say(e.Tail), p.say(e.Head), id(e.To))
	}
}

// inside writes what stands in a node.
func (p *plantuml) inside(in int, margin string) {
	for i, n := range p.d.Nodes {
		if n.In != in {
			continue
		}
		label := p.say(heading(n))
		for _, a := range n.Attrs {
			label += `\n` + p.say(a)
		}
		if n.Shape != Machine {
			p.f("%scomponent \"%s\" as %s <<%s>>", margin, label, id(i), n.Stereotype)
			continue
		}
		p.f("%snode \"%s\" as %s <<%s>> {", margin, label, id(i), n.Stereotype)
		p.inside(i, margin+"  ")
		p.f("%s}", margin)
	}
}

func (p *plantuml) states() {
	for i, n := range p.d.Nodes {
		switch {
		case n.Shape == Final && n.Name != "":
			p.f("state \"%s\" as %s <<end>>", p.say(n.Name), id(i))
		case n.Shape != StateBox:
		case hasFork(n.Steps):
			p.composite(i, n)
		default:
			p.f("state \"%s\" as %s", p.say(n.Name), id(i))
			for _, s := range n.Steps {
				p.f("%s : %s%s", id(i), strings.Repeat("  ", s.Depth), p.say(s.Text))
			}
		}
	}
	for _, e := range p.d.Edges {
		label := ""
		if len(e.Label) > 0 {
			label = " : " + p.lines(e.Label)
		}
		p.f("%s --> %s%s", p.end(e.From), p.end(e.To), label)
	}
}

func (p *plantuml) lines(all []string) string {
	said := make([]string, len(all))
	for i, s := range all {
		said[i] = p.say(s)
	}
	return strings.Join(said, `\n`)
}

func (p *plantuml) end(i int) string {
	if n := p.d.Nodes[i]; n.Shape == Start || n.Shape == Final && n.Name == "" {
		return "[*]"
	}
	return id(i)
}

// composite is a state with forks, as of Mermaid.
func (p *plantuml) composite(i int, n Node) {
	p.f("state \"%s\" as %s {", p.say(n.Name), id(i))
	for _, s := range chain(id(i), n.Steps) {
		if s.bar != "" {
			p.f("  state %s <<%s>>", s.name, s.bar)
		} else {
			p.f("  state \"%s\" as %s", p.say(s.text), s.name)
		}
		for _, from := range s.after {
			p.f("  %s --> %s", from, s.name)
		}
	}
	p.f("}")
}
