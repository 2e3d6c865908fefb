package diagram

import (
	"fmt"
	"io"
	"strings"
)

// Mermaid writes a diagram in Mermaid's language.
func Mermaid(w io.Writer, d Diagram) error {
	m := &mermaid{d: d}
	m.f("---")
	m.f("title: %s", quoteYAML(d.Title()))
	if d.Kind == Class {
		m.f("config:\n  class:\n    hideEmptyMembersBox: true") // else both compartments of a class that has no members are drawn
	}
	m.f("---")
	switch d.Kind {
	case Class:
		m.classes()
	case Deployment:
		m.machines()
	case State:
		m.states()
	}
	_, err := io.WriteString(w, m.String())
	return err
}

type mermaid struct {
	script
	d Diagram
}

// script is a text in the making, line by line.
type script struct{ strings.Builder }

func (t *script) f(format string, args ...any) { fmt.Fprintf(t, format+"\n", args...) }

// id is what a node is called in the languages of others, where a name may be a word of theirs.
func id(i int) string { return fmt.Sprintf("n%d", i) }

// quoteYAML is s as a text of Mermaid's front matter.
func quoteYAML(s string) string { return "'" + strings.ReplaceAll(s, "'", "''") + "'" }

// say is s with the characters that Mermaid gives a meaning written as numbers.
func (m *mermaid) say(s string) string {
	var b strings.Builder
	for _, r := range oneLine(s) {
		if strings.ContainsRune("#;:\"<>{}[]()`\\|~*_&%", r) {
			fmt.Fprintf(&b, "#%d;", r)
			continue
		}
		b.WriteRune(r)
	}
	return b.String()
}

// oneLine is s without what would end a line.
func oneLine(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' {
			return ' '
		}
		return r
	}, s)
}

func (m *mermaid) classes() {
	m.f("classDiagram")
	for i, n := range m.d.Nodes {
		m.f("  class %s[\"%s\"] {", id(i), m.say(heading(n)))
		m.f("    <<%s>>", n.Stereotype)
		for _, a := range n.Attrs {
			m.f("    %s", m.member(a))
		}
		for _, o := range n.Ops {
			m.f("    %s", m.member(o))
		}
		m.f("  }")
	}
	for _, e := range m.d.Edges {
		if e.Line == Dependency {
			m.f("  %s ..> %s : %s", id(e.From), id(e.To), m.say(strings.Join(e.Label, " ")))
			continue
		}
		m.f("  %s \"%s\" -- \"%s\" %s", id(e.From), m.say(e.Tail), m.say(e.Head), id(e.To))
	}
}

// member is a line of a class. Mermaid tells operations by their parentheses, and ends a class at a brace.
func (m *mermaid) member(s string) string {
	return memberSigns.Replace(oneLine(s))
}

var memberSigns = strings.NewReplacer("{", "‹", "}", "›", "<", "‹", ">", "›", "~", "-")

// heading is a node's name with what stands beside it.
func heading(n Node) string {
	s := n.Name
	switch {
	case n.Note != "" && n.Shape == ClassBox:
		s += " [" + n.Note + "]"
	case n.Note != "":
		s += " " + n.Note
	}
	if n.Tag != "" {
		s += " {" + n.Tag + "}"
	}
	return s
}

func (m *mermaid) machines() {
	m.f("flowchart TB")
	m.inside(-1, "  ")
	for _, e := range m.d.Edges {
		m.f("  %s ---|\"%s\"| %s", id(e.From), m.say(e.Tail+" – "+e.Head), id(e.To))
	}
}

// inside writes what stands in a node.
func (m *mermaid) inside(in int, margin string) {
	for i, n := range m.d.Nodes {
		if n.In != in {
			continue
		}
		label := m.say("«"+n.Stereotype+"» "+heading(n)) + lines(n.Attrs, m.say)
		if n.Shape != Machine {
			m.f("%s%s[\"%s\"]", margin, id(i), label)
			continue
		}
		m.f("%ssubgraph %s[\"%s\"]", margin, id(i), label)
		m.inside(i, margin+"  ")
		m.f("%send", margin)
	}
}

func lines(all []string, say func(string) string) string {
	var b strings.Builder
	for _, s := range all {
		b.WriteString("<br/>" + say(s))
	}
	return b.String()
}

func (m *mermaid) states() {
	m.f("stateDiagram-v2")
	for i, n := range m.d.Nodes {
		if n.Shape == Final && n.Name != "" {
			m.f("  state \"%s\" as %s", m.say(n.Name), id(i))
			m.f("  %s --> [*]", id(i))
		}
		if n.Shape != StateBox {
			continue
		}
		if hasFork(n.Steps) {
			m.composite(i, n)
			continue
		}
		m.f("  state \"%s\" as %s", m.say(n.Name), id(i))
		for _, s := range n.Steps {
			m.f("  %s : %s%s", id(i), strings.Repeat("#160;#160;", s.Depth), m.say(s.Text))
		}
	}
	for _, e := range m.d.Edges {
		label := ""
		if len(e.Label) > 0 {
			label = " : " + m.say(strings.Join(e.Label, " "))
		}
		m.f("  %s --> %s%s", m.end(e.From), m.end(e.To), label)
	}
}

// end is what an edge's end is called: Mermaid has one name for the start and the end. Ends that have a name are boxes.
func (m *mermaid) end(i int) string {
	if n := m.d.Nodes[i]; n.Shape == Start || n.Shape == Final && n.Name == "" {
		return "[*]"
	}
	return id(i)
}

// composite is a state with forks: a chain of steps and bars.
func (m *mermaid) composite(i int, n Node) {
	m.f("  state \"%s\" as %s {", m.say(n.Name), id(i))
	for _, s := range chain(id(i), n.Steps) {
		switch {
		case s.bar != "":
			m.f("    state %s <<%s>>", s.name, s.bar)
		default:
			m.f("    state \"%s\" as %s", m.say(s.text), s.name)
		}
		for _, from := range s.after {
			m.f("    %s --> %s", from, s.name)
		}
	}
	m.f("  }")
}

// piece is a state within a state: one step, a branch, or a bar.
type piece struct {
	name, text, bar string
	after           []string
}

// chain is a state's steps as states of their own, one after the other, with bars where branches begin and end.
func chain(prefix string, steps []Step) []piece {
	var all []piece
	var last []string
	add := func(kind, text, bar string, after []string) string {
		name := fmt.Sprintf("%s_%s%d", prefix, kind, len(all))
		all = append(all, piece{name, text, bar, after})
		return name
	}
	for _, s := range steps {
		if s.Branches == nil {
			last = []string{add("s", s.Text, "", last)}
			continue
		}
		fork := add("f", "", "fork", last)
		var ends []string
		for _, b := range s.Branches {
			var texts []string
			for _, step := range flat(b) {
				texts = append(texts, step.Text)
			}
			ends = append(ends, add("b", strings.Join(texts, "; "), "", []string{fork}))
		}
		last = []string{add("j", "", "join", ends)}
	}
	return all
}

func hasFork(steps []Step) bool {
	for _, s := range steps {
		if s.Branches != nil {
			return true
		}
	}
	return false
}
