package check

import (
	"fmt"
	"slices"

	"github.com/tune-autonomic/tune/compiler/bundle"
	"github.com/tune-autonomic/tune/lang"
)

// require reads what must always hold; false if it can't be made sense of.
func (c *checker) require(d *lang.Require) (bundle.Require, bool) {
	r := bundle.Require{Kind: d.Kind.Text, Class: -1, Of: -1, By: d.By.Text, N: int32(d.N)}
	if !c.oneOf(d.Kind, "TUNE0213", "require", bundle.RequireCapacity, bundle.RequireApart, bundle.RequireSpread, bundle.RequireReady) {
		return r, false
	}
	switch r.Kind {
	case bundle.RequireCapacity:
		return r, c.requireCapacity(d, &r)
	case bundle.RequireReady:
		return r, c.requireReady(d, &r)
	}
	return r, c.requireApart(d, &r)
}

func (c *checker) requireCapacity(d *lang.Require, r *bundle.Require) bool {
	ok := c.oneOf(d.What, "TUNE0213", "capacity", "cpu", "memory")
	if d.By.Text != "" {
		c.report("TUNE0213", c.system, d.By.Span, "capacity is each host's own", "leave out by "+d.By.Text)
		ok = false
	}
	family := c.family(d.On)
	if family == nil || !ok {
		return false
	}
	r.What, r.Class = d.What.Text, family.index
	return r.What != "cpu" || c.enoughCPU(d, family)
}

func (c *checker) requireApart(d *lang.Require, r *bundle.Require) bool {
	of, family := c.classNamed(c.system, d.What), c.family(d.On)
	if of == nil || family == nil {
		return false
	}
	if of.kind == bundle.Host {
		c.reportf("TUNE0215", c.system, d.What.Span, "%s is a family of hosts; what is kept %s stands on them", of.name, r.Kind)
		return false
	}
	if !of.standsOn(family) {
		c.standsElsewhere(d, of, family)
		return false
	}
	r.Of, r.Class = of.index, family.index
	return c.groups(d, family) && c.enoughApart(d, of, family)
}

// standsElsewhere reports what is required of a class on hosts on which it doesn't stand.
func (c *checker) standsElsewhere(d *lang.Require, of, family *class) {
	there := of.on
	if there != nil && there.kind == bundle.VM {
		there = there.on
	}
	if there == nil { // on what it stands could not be read, which was told
		return
	}
	c.report("TUNE0215", c.system, d.What.Span, of.name+" doesn't stand on "+family.name, "it stands on "+there.name+": write on "+there.name)
	c.change(c.system, d.On.Span, there.name)
	c.guess()
	c.relate(c.system, of.span, of.name+" is declared here")
}

// standsOn says whether the instances of a class stand on hosts of a family, or on machines that do.
func (cl *class) standsOn(family *class) bool {
	return cl.on == family || cl.on != nil && cl.on.on == family
}

// groups holds what hosts are grouped by to an attribute of theirs.
func (c *checker) groups(d *lang.Require, family *class) bool {
	if d.By.Text == "" {
		return true
	}
	m, known := family.members[d.By.Text]
	switch {
	case !known:
		c.unknownOf(family.name, "TUNE0203", c.system, d.By, family.name+" has no attribute "+d.By.Text, family.attributes(), "it has")
	case m.attr == nil && !m.known.bad:
		c.reportf("TUNE0215", c.system, d.By.Span, "%s is no attribute of %s: what hosts are grouped by doesn't change", d.By.Text, family.name)
	default:
		c.refersMember(c.system, d.By, m, family)
		return m.attr != nil
	}
	return false
}

// attributes are the names of a class's attributes, in order.
func (cl *class) attributes() []string {
	var names []string
	for name, m := range cl.members {
		if m.attr != nil {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// enoughApart tells of more instances at first than there are hosts for them to be apart on.
func (c *checker) enoughApart(d *lang.Require, of, family *class) bool {
	hosts := max(int(family.table.Initial), len(family.table.Names))
	if d.Kind.Text != bundle.RequireApart || d.By.Text != "" || hosts == 0 || int(of.table.Initial) <= hosts || of.traced || c.system.lost.nameless["host"] {
		return true
	}
	c.report("TUNE0214", c.system, d.Span, fmt.Sprintf("%d %s can't be apart on %d %s", of.table.Initial, of.name, hosts, family.name), "")
	return false
}

func (c *checker) requireReady(d *lang.Require, r *bundle.Require) bool {
	of := c.classNamed(c.system, d.What)
	switch {
	case of == nil:
	case of.kind != bundle.Component:
		c.reportf("TUNE0215", c.system, d.What.Span, "%s is %s; what is ready is a component", of.name, kindName(of.kind))
	case d.N < 1:
		c.report("TUNE0214", c.system, d.Span, "none ready always holds", "write how many there must be, 1 at least")
	case of.table.Max >= 0 && d.N > int(of.table.Max):
		c.report("TUNE0214", c.system, d.Span, fmt.Sprintf("%s has %d at most: %d can't be ready", of.name, of.table.Max, d.N), "")
	default:
		r.Of = of.index
		return true
	}
	return false
}
