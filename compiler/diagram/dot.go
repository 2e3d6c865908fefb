package diagram

import (
	"io"
	"strings"
)

// DOT writes a diagram in the language of Graphviz.
func DOT(w io.Writer, d Diagram) error {
	g := &dot{d: d}
	g.f("digraph {")
	g.f("  graph [label=%s, labelloc=t, labeljust=l, fontname=\"Arial\", compound=true, newrank=true]", quoted(plainDOT(d.Title())+`\l`))
	g.f("  node [shape=plain, fontname=\"Arial\", fontsize=12]")
	g.f("  edge [fontname=\"Arial\", fontsize=12]")
	g.inside(-1, "  ")
	for _, e := range d.Edges {
		g.edge(e)
	}
	g.f("}")
	_, err := io.WriteString(w, g.String())
	return err
}

type dot struct {
	script
	d Diagram
}

// quoted is a string of DOT in which \l and \n are kept as what they mean.
func quoted(s string) string { return `"` + strings.ReplaceAll(s, `"`, `\"`) + `"` }

// plainDOT is s without what DOT's strings give a meaning.
func plainDOT(s string) string { return strings.ReplaceAll(oneLine(s), `\`, `\\`) }

// inside writes what stands in a node.
func (g *dot) inside(in int, margin string) {
	for i, n := range g.d.Nodes {
		if n.In != in {
			continue
		}
		if n.Shape == Machine {
			g.f("%ssubgraph cluster_%s {", margin, id(i))
			g.f("%s  label=%s", margin, quoted(plainDOT("«"+n.Stereotype+"» "+heading(n))+broken(n.Attrs)))
			g.f("%s  style=filled; fillcolor=\"#f7f8fa\"", margin)
			g.f("%s  %s [shape=point, style=invis]", margin, id(i)) // a cluster must not be empty
			g.inside(i, margin+"  ")
			g.f("%s}", margin)
			continue
		}
		g.f("%s%s [%s]", margin, id(i), g.node(n))
	}
}

func broken(all []string) string {
	var b strings.Builder
	for _, s := range all {
		b.WriteString(`\n` + plainDOT(s))
	}
	return b.String()
}

func (g *dot) node(n Node) string {
	switch n.Shape {
	case Start:
		return `shape=circle, style=filled, fillcolor=black, width=0.2, label=""`
	case Final:
		return `shape=doublecircle, style=filled, fillcolor=black, width=0.15, label="", xlabel=` + quoted(plainDOT(n.Name))
	case ComponentBox:
		return `shape=component, label=` + quoted(plainDOT("«"+n.Stereotype+"»")+`\n`+plainDOT(heading(n)))
	case StateBox:
		return `shape=Mrecord, label=` + quoted("{"+record(n.Name)+compartment(stepLines(n.Steps))+"}")
	}
	head := record("«"+n.Stereotype+"»") + `\n` + record(heading(n))
	return `shape=record, label=` + quoted("{"+head+compartment(n.Attrs)+compartment(n.Ops)+"}")
}

// recordSigns are the characters that labels of records give a meaning.
var recordSigns = strings.NewReplacer(`\`, `\\`, "{", `\{`, "}", `\}`, "|", `\|`, "<", `\<`, ">", `\>`)

func record(s string) string { return recordSigns.Replace(oneLine(s)) }

func compartment(all []string) string {
	if len(all) == 0 {
		return ""
	}
	s := "|"
	for _, l := range all {
		s += record(l) + `\l`
	}
	return s
}

// stepLines are steps as lines of text, those of branches below the word fork.
func stepLines(steps []Step) []string {
	var all []string
	for _, s := range flat(steps) {
		all = append(all, strings.Repeat("\u00a0\u00a0", s.Depth)+s.Text)
	}
	return all
}

func (g *dot) edge(e Edge) {
	var attrs []string
	if len(e.Label) > 0 {
		var said []string
		for _, l := range e.Label {
			said = append(said, "  "+plainDOT(l)+`\l`)
		}
		attrs = append(attrs, "label="+quoted(strings.Join(said, "")))
	}
	switch e.Line {
	case Association:
		attrs = append(attrs, "dir=none", "taillabel="+quoted(plainDOT(e.Tail)), "headlabel="+quoted(plainDOT(e.Head)))
	case Dependency:
		attrs = append(attrs, "style=dashed", "arrowhead=open")
	}
	g.f("  %s -> %s [%s]", id(e.From), id(e.To), strings.Join(attrs, ", "))
}
