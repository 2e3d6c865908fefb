package check

import (
	"slices"

	"github.com/tune-autonomic/tune/compiler/bundle"
	"github.com/tune-autonomic/tune/lang"
)

// class is a declared class: a family of hosts, a class of virtual machines, or of software.
type class struct {
	index int32
	name  string
	kind  bundle.Kind
	space *space
	on    *class // nil for hosts
	span  lang.Span
	table *bundle.Class
	// listed is where each of the table's names is listed; one place for all, if that is a file.
	listed []lang.Span

	// loses says why requests are lost with it, or with what may stand on it; "" if none are. sureLoss: drained or not.
	loses    string
	sureLoss bool
	// traced: how many there are is for a scenario's trace to say.
	traced bool
	// standIn: it takes the place of what a use gives to a module that is checked by itself.
	standIn bool
	// unsure: something is wrong with what its declaration says.
	unsure bool
	// noCurve: what it draws is written, and is no power curve.
	noCurve bool

	members map[string]member // attributes, metrics and roles by name
	ops     map[string]int32
	opDecls []*lang.Op
	probes  map[string]int32
}

// member is what `x.name` can mean for an instance of a class; exactly one of the fields is set, none if its type is bad.
type member struct {
	attr  *attr
	probe *lang.Probe
	role  *role
	span  lang.Span
	known typ // the member's type
	// standard holds for what each of its kind has.
	standard bool
	// share holds for a metric that lies between 0 and 1.
	share bool
}

// kind is what a module's parameter calls such a member.
func (m member) kind() string {
	switch {
	case m.probe != nil:
		return "probe"
	case m.role != nil:
		return "role"
	}
	return "attr"
}

// attr is an attribute: its values are those of the bundle's table.
type attr struct {
	index int
	t     typ
}

// role is an end of a link as seen from the class that has it.
type role struct {
	link   int32
	right  bool
	to     *class
	bounds lang.Bounds
}

// space is a set of instances that are numbered together.
type space struct {
	index   int32
	name    string
	kind    bundle.Kind
	family  *class // of hosts: the class itself; of VMs: their hosts
	classes []*class
	// vms is the space of the machines on this family of hosts; nil if there are none. guests are all spaces whose
	// instances stand on instances of this one.
	vms    *space
	guests []*space
}

// instance is a declared instance.
type instance struct {
	class *class
	index int32
}

// markLosses notes for each class what is lost with it, or with what may stand on it.
func (c *checker) markLosses() {
	for _, cl := range c.classes {
		loses := ""
		switch {
		case cl.table.Stateful:
			loses = cl.name + " is stateful"
		case cl.interrupting("stop") || cl.drainable("stop"):
			loses = "stop of " + cl.name + " interrupts"
		case c.serves(cl):
			loses = "requests come to " + cl.name
		default:
			continue
		}
		for on := cl; on != nil; on = on.on {
			if on.loses == "" {
				on.loses = loses
			}
			on.sureLoss = on.sureLoss || cl.interrupting("stop")
		}
	}
}

// serves says whether requests come to instances of cl: over a link, from its left end, or from a scenario's clients.
func (c *checker) serves(cl *class) bool {
	return c.entries[cl] || slices.ContainsFunc(c.tables.Links, func(l bundle.Link) bool { return l.Right.Class == cl.index })
}

// interrupting says whether the class's own operation of this name is marked `interrupts`.
func (cl *class) interrupting(op string) bool {
	i, ok := cl.ops[op]
	return ok && cl.table.Ops[i].Interrupts && !cl.table.Ops[i].UnlessDrained
}

func (c *checker) newSpace(name string, kind bundle.Kind, family *class) *space {
	s := &space{index: int32(len(c.spaces)), name: name, kind: kind, family: family}
	c.spaces = append(c.spaces, s)
	c.tables.Spaces = append(c.tables.Spaces, bundle.Space{Name: name, Kind: kind})
	return s
}

// newClass enters a class into the tables. Its name must be new.
func (c *checker) newClass(u *unit, name lang.Name, kind bundle.Kind, s *space, on *class) *class {
	if slices.Contains(lang.Types(), name.Text) {
		c.report("TUNE0108", u, name.Span, name.Text+" is a type and cannot be the name of a class", "choose another name")
	}
	cl := &class{
		index: int32(len(c.classes)), name: name.Text, kind: kind, space: s, on: on, span: name.Span,
		members: map[string]member{}, ops: map[string]int32{}, probes: map[string]int32{},
	}
	cl.table = &bundle.Class{Name: name.Text, Kind: kind, Space: s.index, On: -1, Max: -1, ReadyPort: -1}
	if on != nil {
		cl.table.On = on.index
	}
	s.classes = append(s.classes, cl)
	c.classes = append(c.classes, cl)
	u.classes[name.Text] = cl
	c.declares(u, classSymbol(kind), "", name, instOf(cl))
	return cl
}

// add gives a class a member, unless it has one of that name, which is reported.
func (c *checker) add(cl *class, name lang.Name, m member) bool {
	m.span = name.Span
	old, taken := cl.members[name.Text]
	if !taken && !reserved(cl, name.Text) {
		cl.members[name.Text] = m
		c.declares(c.system, m.symbol(), cl.name, name, m.known)
		return true
	}
	c.reportf("TUNE0204", c.system, name.Span, "%s already has a member %s", cl.name, name.Text)
	if taken && old.span != (lang.Span{}) {
		c.relate(c.system, old.span, "it is declared here")
	}
	return false
}

// builtin members, by kind.
var builtins = map[bundle.Kind][]string{
	bundle.Host:      {"vms", "planned"},
	bundle.VM:        {"host", "home", "demand", "planned"},
	bundle.Component: {"host", "vm"},
}

func reserved(cl *class, name string) bool {
	for _, b := range builtins[cl.kind] {
		if b == name && (b != "vm" || cl.on == nil || cl.on.kind == bundle.VM) {
			return true
		}
	}
	return false
}

// memberNames are all names that can follow a dot after an instance of cl.
func (cl *class) memberNames() []string {
	names := sortedKeys(cl.members)
	for _, b := range builtins[cl.kind] {
		if reserved(cl, b) && (b != "vms" || cl.space.vms != nil) {
			names = append(names, b)
		}
	}
	return names
}
