package diagram

import (
	"strconv"

	"github.com/tune-autonomic/tune/lang"
)

// deployment is the diagram of what stands on what. Nodes come after those that they stand in.
func deployment(f *lang.File) Diagram {
	d := Diagram{Kind: Deployment, Name: f.Name.Text}
	index := map[string]int{}
	add := func(name, on string, n Node) {
		in, ok := index[on]
		if !ok {
			in = -1
		}
		index[name] = len(d.Nodes)
		n.Name, n.In = name, in
		d.Nodes = append(d.Nodes, n)
	}
	for _, h := range of[*lang.Hosts](f) {
		add(h.Name.Text, "", Node{Shape: Machine, Stereotype: "hosts", Note: hostCount(f, h), Attrs: sizes(f, h.Fields)})
	}
	for _, v := range of[*lang.VM](f) {
		add(v.Name.Text, v.On.Text, Node{Shape: Machine, Stereotype: "vm", Note: vmCount(f, v), Attrs: sizes(f, v.Fields)})
	}
	for _, c := range of[*lang.Component](f) {
		add(c.Name.Text, c.On.Text, Node{Shape: ComponentBox, Stereotype: "component", Note: componentCount(c), Tag: stateful(c)})
	}
	d.Edges = associations(f, index)
	return d
}

// field is the value of a field, nil if it isn't given.
func field(fields []*lang.Field, name string) lang.Expr {
	for _, f := range fields {
		if f.Name.Text == name {
			return f.Value
		}
	}
	return nil
}

func hostCount(f *lang.File, h *lang.Hosts) string {
	if list, ok := field(h.Fields, "nodes").(*lang.List); ok {
		return "× " + strconv.Itoa(len(list.Elems))
	}
	return inventory(f, h.Fields)
}

func vmCount(f *lang.File, v *lang.VM) string {
	first := ""
	if n := field(v.Fields, "initially"); n != nil {
		first = text(f, n.Pos()) + " of "
	}
	if n := field(v.Fields, "count"); n != nil {
		return "× " + first + text(f, n.Pos())
	}
	return inventory(f, v.Fields)
}

// inventory says which file lists the machines.
func inventory(f *lang.File, fields []*lang.Field) string {
	if name := field(fields, "inventory"); name != nil {
		return "× rows of " + text(f, name.Pos())
	}
	return ""
}

// componentCount is how many there are at first, and how many there may be.
func componentCount(c *lang.Component) string {
	first := c.Initially
	if first < 0 {
		first = c.Bounds.Min
	}
	count := "× " + strconv.Itoa(first)
	if c.Bounds.Min != c.Bounds.Max {
		count += " of " + multiplicity(c.Bounds)
	}
	return count
}

// sizes are the fields that say how large a machine is.
func sizes(f *lang.File, fields []*lang.Field) []string {
	var all []string
	for _, name := range []string{"cores", "vcpus", "mips", "memory"} {
		if v := field(fields, name); v != nil {
			all = append(all, name+" = "+text(f, v.Pos()))
		}
	}
	return all
}
