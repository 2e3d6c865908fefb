package diagram

import (
	"strconv"
	"strings"

	"github.com/tune-autonomic/tune/lang"
)

// classes is the diagram of a program's classes.
func classes(f *lang.File) Diagram {
	d := Diagram{Kind: Class, Name: f.Name.Text}
	index := map[string]int{}
	add := func(name string, n Node) {
		index[name] = len(d.Nodes)
		n.Shape, n.Name, n.In = ClassBox, name, -1
		d.Nodes = append(d.Nodes, n)
	}
	for _, c := range of[*lang.Component](f) {
		add(c.Name.Text, Node{Stereotype: "component", Note: multiplicity(c.Bounds), Tag: stateful(c),
			Attrs: append(attrs(f, c.Attrs), probes(f, c.Name.Text)...), Ops: ops(f, c.Ops)})
	}
	for _, v := range of[*lang.VM](f) {
		add(v.Name.Text, Node{Stereotype: "vm", Attrs: facts(f, v.Name.Text, v.Fields, v.Attrs)})
	}
	for _, h := range of[*lang.Hosts](f) {
		add(h.Name.Text, Node{Stereotype: "hosts", Attrs: facts(f, h.Name.Text, h.Fields, h.Attrs)})
	}
	d.Edges = append(associations(f, index), standing(f, index)...)
	return d
}

// associations are the links between classes that are there.
func associations(f *lang.File, index map[string]int) []Edge {
	var all []Edge
	for _, l := range of[*lang.Link](f) {
		from, ok := index[l.Left.Class.Text]
		to, okTo := index[l.Right.Class.Text]
		if ok && okTo {
			all = append(all, Edge{From: from, To: to, Line: Association, Tail: role(l.Right), Head: role(l.Left)})
		}
	}
	return all
}

// role is what stands at the far end of a class that has the role.
func role(e lang.LinkEnd) string { return e.Role.Text + " " + multiplicity(e.Bounds) }

// standing says of each class what it stands on.
func standing(f *lang.File, index map[string]int) []Edge {
	var all []Edge
	for _, c := range of[*lang.Component](f) {
		all = appendOn(all, index, c.Name.Text, c.On.Text)
	}
	for _, v := range of[*lang.VM](f) {
		all = appendOn(all, index, v.Name.Text, v.On.Text)
	}
	return all
}

func appendOn(all []Edge, index map[string]int, class, on string) []Edge {
	to, ok := index[on]
	if !ok || class == on {
		return all
	}
	return append(all, Edge{From: index[class], To: to, Line: Dependency, Label: []string{"«on»"}})
}

func multiplicity(b lang.Bounds) string {
	switch {
	case b.Max == b.Min:
		return strconv.Itoa(b.Min)
	case b.Max >= 0:
		return strconv.Itoa(b.Min) + ".." + strconv.Itoa(b.Max)
	case b.Min == 0:
		return "*"
	}
	return strconv.Itoa(b.Min) + "..*"
}

func stateful(c *lang.Component) string {
	if c.Stateful {
		return "stateful"
	}
	return ""
}

// facts are a machine's fields, attributes and metrics.
func facts(f *lang.File, class string, fields []*lang.Field, own []*lang.Attr) []string {
	var all []string
	for _, field := range fields {
		all = append(all, field.Name.Text+" = "+text(f, field.Value.Pos()))
	}
	return append(append(all, attrs(f, own)...), probes(f, class)...)
}

func attrs(f *lang.File, list []*lang.Attr) []string {
	var all []string
	for _, a := range list {
		all = append(all, strings.TrimPrefix(text(f, a.Span), "attr "))
	}
	return all
}

// probes are a class's metrics; UML marks what isn't set but comes of something else by a slash.
func probes(f *lang.File, class string) []string {
	var all []string
	for _, p := range of[*lang.Probe](f) {
		if p.On.Text == class && p.Type != nil {
			all = append(all, "/"+p.Name.Text+": "+text(f, p.Type.Span)+" {every "+text(f, p.Every.Pos())+"}")
		}
	}
	return all
}

// ops are operations, with what they do to requests.
func ops(f *lang.File, list []*lang.Op) []string {
	var all []string
	for _, o := range list {
		var params, tags []string
		for _, p := range o.Params {
			params = append(params, text(f, p.Span))
		}
		switch {
		case o.UnlessDrained:
			tags = append(tags, "interrupts unless drained")
		case o.Interrupts:
			tags = append(tags, "interrupts")
		}
		if o.Drains {
			tags = append(tags, "drains")
		}
		if o.Undrains {
			tags = append(tags, "undrains")
		}
		if o.Weighs {
			tags = append(tags, "weighs")
		}
		line := o.Name.Text + "(" + strings.Join(params, ", ") + ")"
		if len(tags) > 0 {
			line += " {" + strings.Join(tags, ", ") + "}"
		}
		all = append(all, line)
	}
	return all
}
