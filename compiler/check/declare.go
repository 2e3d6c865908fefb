package check

import (
	"slices"
	"strings"

	"github.com/tune-autonomic/tune/compiler/bundle"
	"github.com/tune-autonomic/tune/lang"
)

// declare enters all that a program declares, in the order in which it can be understood: what something stands on
// before it, members before what reads them. Policies and scenarios are only named here.
func (c *checker) declare(f *lang.File) {
	hosts, vms, components := each[*lang.Hosts](f), each[*lang.VM](f), each[*lang.Component](f)
	for _, d := range hosts {
		c.declareHosts(d)
	}
	for _, d := range vms {
		c.declareVM(d)
	}
	c.declareComponents(components)
	c.connectSpaces()
	c.readLoads(f)

	for _, d := range hosts {
		if cl := c.declared(d.Name); cl != nil {
			before := len(c.findings)
			fields := c.fillHosts(cl, d)
			cl.unsure = len(c.findings) > before || c.system.lost.holed(d.Span) || unreadFields(d.Fields)
			c.fillWatts(cl, fields["watts"])
		}
	}
	for _, d := range vms {
		if cl := c.declared(d.Name); cl != nil {
			before := len(c.findings)
			fields := c.fillVM(cl, d)
			cl.unsure = len(c.findings) > before || c.system.lost.holed(d.Span) || unreadFields(d.Fields)
			c.enoughMemory(cl, fields)
		}
	}
	for _, d := range components {
		if cl := c.declared(d.Name); cl != nil {
			c.fillComponent(cl, d)
		}
	}
	c.oneNameEach()
	for _, d := range each[*lang.Link](f) {
		c.declareLink(d)
	}
	for _, d := range each[*lang.Probe](f) {
		c.declareProbe(d)
	}
	for _, d := range components {
		if cl := c.declared(d.Name); cl != nil {
			c.fillOps(cl, d)
		}
	}
	c.markDrains()
	c.markLosses()
	c.declareRules(f)
	c.refuseParams(f)
	c.declareFuncs(c.system, f)
	for _, d := range each[*lang.Event](f) {
		c.declareEvent(c.system, d, d.Name.Text)
	}
	for _, d := range each[*lang.Policy](f) {
		c.namePolicy(d.Name)
	}
	c.deployOrder()
}

// refuseParams reports the params of a system. What asks for them is meant as it stands.
func (c *checker) refuseParams(f *lang.File) {
	for _, d := range each[*lang.ModuleParam](f) {
		hint := "declare it in a module, and fill it in with `use`"
		if d.Default != nil && d.Func == nil {
			hint = "a number that has a name is a function: func " + d.Name.Text + "() = " + lang.Print(d.Default)
		}
		c.report("TUNE0224", c.system, d.Span, "a system has no params", hint)
		c.system.lost.lose(d.Name)
	}
}

// each is the declarations of one kind.
func each[D lang.Decl](f *lang.File) []D {
	var out []D
	for _, d := range f.Decls {
		if d, ok := d.(D); ok {
			out = append(out, d)
		}
	}
	return out
}

// declared is the class that this very declaration made; nil if it was a double or stands on nothing.
func (c *checker) declared(name lang.Name) *class {
	if cl := c.system.classes[name.Text]; cl != nil && cl.span == name.Span {
		return cl
	}
	return nil
}

// freeName says whether a class or function may have this name, and reports it if not.
func (c *checker) freeName(u *unit, name lang.Name) bool {
	if name.Text == "" {
		return false
	}
	var old lang.Span
	if cl := u.classes[name.Text]; cl != nil {
		old = cl.span
	} else if f := u.funcs[name.Text]; f != nil {
		old = f.decl.Name.Span
	} else if _, isConst := u.consts[name.Text]; !isConst {
		return true
	}
	c.reportf("TUNE0204", u, name.Span, "%s is already declared", name.Text)
	if old != (lang.Span{}) {
		c.relate(u, old, "it is declared here")
	}
	return false
}

func (c *checker) declareHosts(d *lang.Hosts) {
	if !c.freeName(c.system, d.Name) {
		c.fieldsByName(d.Fields, lang.HostFields, "hosts")
		return
	}
	s := c.newSpace(d.Name.Text, bundle.Host, nil)
	s.family = c.newClass(c.system, d.Name, bundle.Host, s, nil)
}

func (c *checker) declareVM(d *lang.VM) {
	if !c.freeName(c.system, d.Name) {
		c.classNamed(c.system, d.On)
		c.sizesOf(d)
		return
	}
	on := c.classNamed(c.system, d.On)
	if on == nil {
		c.poisonClass(d.Name)
		c.loseNodes()
		c.sizesOf(d)
		return
	}
	if on.kind != bundle.Host {
		c.reportf("TUNE0215", c.system, d.On.Span, "virtual machines run on hosts, and %s is %s", on.name, kindName(on.kind))
		c.poisonClass(d.Name)
		return
	}
	if on.space.vms == nil {
		on.space.vms = c.newSpace(on.name+".vms", bundle.VM, on)
	}
	c.newClass(c.system, d.Name, bundle.VM, on.space.vms, on)
}

// loseNodes notes that a class is missing on which something stands: hosts with names of their own, or machines of some.
func (c *checker) loseNodes() {
	c.system.lost.nameless["host"] = true
	c.system.lost.lose(lang.Name{Text: "vms"})
}

// declareComponents enters the components; what they stand on may be declared later.
func (c *checker) declareComponents(all []*lang.Component) {
	for _, d := range all {
		if !c.freeName(c.system, d.Name) {
			c.classNamed(c.system, d.On)
			continue
		}
		on := c.classNamed(c.system, d.On)
		if on == nil {
			c.poisonClass(d.Name)
			c.loseNodes()
			continue
		}
		if on.kind == bundle.Component {
			c.reportf("TUNE0215", c.system, d.On.Span, "software runs on hosts or virtual machines, and %s is %s", on.name, kindName(on.kind))
			c.poisonClass(d.Name)
			continue
		}
		c.newClass(c.system, d.Name, bundle.Component, c.newSpace(d.Name.Text, bundle.Component, nil), on)
	}
}

// poisonClass keeps the name of a class that could not be made, so that its uses aren't reported.
func (c *checker) poisonClass(name lang.Name) { c.system.classes[name.Text] = nil }

// poisoned says whether a name is that of a class that could not be made.
func (c *checker) poisoned(name lang.Name) bool {
	cl, declared := c.system.classes[name.Text]
	return cl == nil && (declared || c.system.lost.has(name))
}

// connectSpaces notes who stands on whom.
func (c *checker) connectSpaces() {
	for _, cl := range c.classes {
		if cl.on == nil {
			continue
		}
		node := cl.on.space
		known := false
		for _, g := range node.guests {
			known = known || g == cl.space
		}
		if !known {
			node.guests = append(node.guests, cl.space)
		}
	}
}

// classNamed finds a class, or reports that there is none. nil without a finding stands for one that was wrong already.
func (c *checker) classNamed(u *unit, name lang.Name) *class {
	cl, known := u.classes[name.Text]
	if !known && name.Text != "" {
		cl = u.classes[c.unknown("TUNE0202", u, name, "there is no class "+name.Text, sortedKeys(u.classes), "declared are")]
	}
	c.refersClass(u, name, cl)
	return cl
}

func kindName(k bundle.Kind) string {
	switch k {
	case bundle.Host:
		return "a family of hosts"
	case bundle.VM:
		return "a class of virtual machines"
	}
	return "software"
}

// declareLink gives two classes roles for each other.
func (c *checker) declareLink(d *lang.Link) {
	left, right := c.classNamed(c.system, d.Left.Class), c.classNamed(c.system, d.Right.Class)
	unread := c.system.lost.unread(d.Span)
	okLeft, okRight := unread || c.checkBounds(d.Left.Bounds), unread || c.checkBounds(d.Right.Bounds)
	if left == nil || right == nil || unread {
		c.halfKnown(left, d.Left.Role)
		c.halfKnown(right, d.Right.Role)
		return
	}
	if c.linked(left, right, d) {
		c.report("TUNE0204", c.system, d.Span, "this link is already declared", "leave out one of both")
		c.relate(c.system, left.members[d.Left.Role.Text].span, "it is declared here")
		return
	}
	index := int32(len(c.tables.Links))
	newLeft := c.add(left, d.Left.Role, roleMember(index, false, right, d.Left.Bounds))
	newRight := c.add(right, d.Right.Role, roleMember(index, true, left, d.Right.Bounds))
	if !newLeft || !newRight {
		return
	}
	c.tables.Links = append(c.tables.Links, bundle.Link{Left: linkEnd(left, d.Left), Right: linkEnd(right, d.Right)})
	if okLeft && okRight {
		c.roleFits(left, d.Left, right)
		c.roleFits(right, d.Right, left)
	}
	if okLeft && okRight && left != right && !deploysItself(c.files.Main) {
		c.checkFirst(d, c.tables.Links[index])
	}
	c.roleNav(left, d.Left.Role.Text)
	c.roleNav(right, d.Right.Role.Text)
}

// linked says whether a link between the same roles has been declared.
func (c *checker) linked(left, right *class, d *lang.Link) bool {
	from, to := left.members[d.Left.Role.Text].role, right.members[d.Right.Role.Text].role
	return from != nil && to != nil && from != to && from.link == to.link && from.right != to.right
}

// halfKnown gives a class a member of which nobody knows what it is; that of a class that isn't known may be any other's.
func (c *checker) halfKnown(cl *class, name lang.Name) {
	if cl == nil {
		c.system.lost.lose(name)
	} else if name.Text != "" {
		c.add(cl, name, member{known: typ{bad: true}})
	}
}

func roleMember(link int32, right bool, to *class, b lang.Bounds) member {
	t := instOf(to)
	if b.Max != 1 {
		t = t.asSet()
	} else if b.Min == 0 {
		t = t.missable()
	}
	return member{role: &role{link: link, right: right, to: to, bounds: b}, known: t}
}

func linkEnd(cl *class, end lang.LinkEnd) bundle.LinkEnd {
	return bundle.LinkEnd{Class: cl.index, Role: end.Role.Text, Min: int32(end.Bounds.Min), Max: int32(end.Bounds.Max)}
}

// roleFits reports a role that wants more than there can be of the other class.
func (c *checker) roleFits(cl *class, end lang.LinkEnd, other *class) {
	if !other.unsure && other.table.Max >= 0 && int32(end.Bounds.Min) > other.table.Max {
		c.reportf("TUNE0217", c.system, end.Bounds.Span, "%s.%s needs at least %d of %s, and there are at most %d",
			cl.name, end.Role.Text, end.Bounds.Min, other.name, other.table.Max)
	}
}

// checkBounds reports a multiplicity that no number satisfies.
func (c *checker) checkBounds(b lang.Bounds) bool {
	if b.Max >= 0 && b.Max < b.Min {
		c.reportf("TUNE0217", c.system, b.Span, "at most %d is less than at least %d", b.Max, b.Min)
		return false
	}
	if b.Max == 0 || b.Min < 0 || b.Min > 1_000_000 || b.Max > 1_000_000 {
		c.report("TUNE0217", c.system, b.Span, "a multiplicity is between 1 and a million", "")
		return false
	}
	return true
}

// declareProbe gives a class a metric.
func (c *checker) declareProbe(d *lang.Probe) {
	cl := c.classNamed(c.system, d.On)
	t := c.typeRef(c.system, d.Type)
	every := c.period(c.system, d.Every, "a probe's period")
	stale, ok := c.nanos(c.system, d.Stale, "the time after which a probe is stale")
	if cl == nil {
		c.system.lost.lose(d.Name)
		return
	}
	if !t.bad && !t.Numeric() {
		c.report("TUNE0205", c.system, d.Type.Span, "a probe measures a number, not "+c.aType(t), "")
		t.bad = true
	}
	if t.bad {
		c.halfKnown(cl, d.Name)
		return
	}
	if d.Stale == nil {
		stale = 3 * every
	} else if ok && stale < every {
		c.report("TUNE0214", c.system, d.Stale.Pos(), "it would be stale before the next sample comes", "leave it out: three periods")
		c.leaveOut(c.system, "stale", d.Stale.Pos())
	}
	key := columnKey{space: cl.space.index, kind: bundle.ColMetric, name: d.Name.Text}
	if col, shared := c.columns[key]; shared && c.tables.Columns[col].Type.Base != t.Base {
		c.reportf("TUNE0205", c.system, d.Type.Span, "%s is %s for other machines of the same hosts", d.Name.Text,
			c.aType(typ{Type: c.tables.Columns[col].Type}))
		c.halfKnown(cl, d.Name)
		return
	}
	if !c.add(cl, d.Name, member{probe: d, known: t, share: c.isShare(d, cl)}) {
		return
	}
	if _, unread := d.Source.(*lang.Bad); !unread {
		c.measurable(d, cl, t)
	}
	p := bundle.Probe{Name: d.Name.Text, Class: cl.index, Column: c.column(key, t), Every: every, Stale: stale, Source: probeSource(d)}
	cl.probes[d.Name.Text] = int32(len(c.tables.Probes))
	c.cpuLoads[p.Column] = c.cpuLoads[p.Column] || p.Source == "cpu"
	c.tables.Probes = append(c.tables.Probes, p)
}

// halfRead says whether a declaration could not be read that may be a member of this kind of a class, whatever its name.
func (c *checker) halfRead(cl *class, kind string) bool {
	return slices.ContainsFunc(c.files.Main.Decls, func(d lang.Decl) bool {
		of := kind != "probe" && kind != "role" && d.Pos().Start < cl.span.Start && cl.span.End <= d.Pos().End
		switch d := d.(type) {
		case *lang.Probe:
			of = kind == "probe" && (d.On.Text == cl.name || c.system.classes[d.On.Text] == nil)
		case *lang.Link:
			of = kind == "role"
		}
		return of && c.system.lost.holed(d.Pos())
	})
}

// probeSource is what a driver measures: the metric's own name, unless it is said.
func probeSource(d *lang.Probe) string {
	if d.Source == nil {
		return d.Name.Text
	}
	return lang.Print(d.Source)
}

// declareRules reads requires and budgets.
func (c *checker) declareRules(f *lang.File) {
	for _, d := range each[*lang.Require](f) {
		if r, ok := c.require(d); ok {
			c.tables.Requires = append(c.tables.Requires, r)
		}
	}
	for _, d := range each[*lang.Budget](f) {
		c.declareBudget(d)
	}
}

func (c *checker) declareBudget(d *lang.Budget) {
	across := d.Across
	if d.PerHost.Text != "" {
		across = d.PerHost
	}
	ok := c.oneOf(d.What, "TUNE0213", "budget", "migration", "migrations")
	cl := c.family(across)
	per := c.positiveNanos(c.system, d.Per, "a budget's time")
	if d.N < 1 || d.N > 1_000_000 {
		c.report("TUNE0214", c.system, d.Span, "a budget allows between 1 and a million", "")
		return
	}
	if cl == nil || !ok {
		return
	}
	c.tables.Budgets = append(c.tables.Budgets, bundle.Budget{
		N: int32(d.N), What: "migration", Per: per, Class: cl.index, PerHost: d.PerHost.Text != "",
	})
}

// family is a family of hosts by name.
func (c *checker) family(name lang.Name) *class {
	cl := c.classNamed(c.system, name)
	if cl != nil && cl.kind != bundle.Host {
		c.reportf("TUNE0215", c.system, name.Span, "%s is %s, not a family of hosts", cl.name, kindName(cl.kind))
		return nil
	}
	return cl
}

// oneOf reports a word that is none of those that may stand there.
func (c *checker) oneOf(name lang.Name, code findingCode, where string, words ...string) bool {
	for _, w := range words {
		if name.Text == w {
			return true
		}
	}
	if name.Text != "" {
		c.unknown(code, c.system, name, where+" knows no "+name.Text, words, "it knows")
	}
	return false
}

// deployOrder sorts VMs and software so that what is depended upon comes first: what something stands on, and the right
// end of a link before the left.
func (c *checker) deployOrder() {
	needs := make([][]int32, len(c.classes))
	for _, cl := range c.classes {
		if cl.on != nil && cl.on.kind != bundle.Host {
			needs[cl.index] = append(needs[cl.index], cl.on.index)
		}
	}
	for _, l := range c.tables.Links {
		needs[l.Left.Class] = append(needs[l.Left.Class], l.Right.Class)
	}
	const (
		unseen = iota
		under
		placed
	)
	mark := make([]int, len(c.classes))
	var way []string // the classes under which a visit is
	var visit func(i int32) bool
	visit = func(i int32) bool {
		if mark[i] == placed {
			return true
		}
		if mark[i] == under {
			name := c.classes[i].name
			circle := append(way[slices.Index(way, name):], name)
			hint := "leave out a link of " + strings.Join(circle, " -> ") + ": one gives both of its ends a role"
			if len(circle) == 2 {
				hint = "peers need no link: the others of a are " + name + " where it != a. A link says who is started first, and whom requests go to"
			}
			c.report("TUNE0227", c.system, c.classes[i].span, name+" depends on itself, by way of its links: nothing could be started first", hint)
			return false
		}
		mark[i] = under
		way = append(way, c.classes[i].name)
		for _, n := range needs[i] {
			if !visit(n) {
				mark[i] = placed
				return false
			}
		}
		way = way[:len(way)-1]
		mark[i] = placed
		if c.classes[i].kind != bundle.Host {
			c.tables.Deploy = append(c.tables.Deploy, i)
		}
		return true
	}
	for _, kind := range []bundle.Kind{bundle.VM, bundle.Component} {
		for i, cl := range c.classes {
			if cl.kind == kind && !visit(int32(i)) {
				return
			}
		}
	}
}
