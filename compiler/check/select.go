package check

import (
	"strings"

	"github.com/tune-autonomic/tune/compiler/bundle"
	"github.com/tune-autonomic/tune/compiler/ir"
	"github.com/tune-autonomic/tune/lang"
)

// selectOf checks `x.name`: a member of an instance, or of each of a set; `x.planned.name` asks the scratch model.
func (c *checker) selectOf(x ctx, e *lang.Select) val {
	if inner, isSelect := e.X.(*lang.Select); isSelect && inner.Name.Text == "planned" {
		obj := c.expr(x, inner.X)
		c.refersBuiltIn(x.unit, inner.Name.Span, "planned")
		return c.planned(x, obj, inner.X, e)
	}
	if id, isIdent := e.X.(*lang.Ident); isIdent && id.Text == "planned" && x.it != nil && x.lookup("planned") == nil {
		it := ref(x, id, x.it.v, x.it.val.t)
		c.refersBuiltIn(x.unit, id.Span, "planned")
		return c.planned(x, it, id, e)
	}
	obj := c.expr(x, e.X)
	if e.Name.Text == "" && !obj.t.bad && !obj.t.any && (obj.t.inst() || obj.t.set()) {
		c.couldStand(x.unit, e.Name.Span, "it has", append(c.membersOf(obj.t), x.unit.aliases(obj.t)...))
	}
	if c.lookInto(e.Name, obj, false) || obj.t.bad || e.Name.Text == "" {
		return badVal
	}
	if obj.t.set() {
		return c.memberOfAll(x, obj, e)
	}
	if !obj.t.inst() {
		c.report("TUNE0205", x.unit, e.Name.Span, c.aType(obj.t)+" has no members", "")
		return badVal
	}
	obj, ok := c.assumed(x, obj, e.X)
	if !ok {
		return badVal
	}
	return c.member(x, obj, e.Name, e)
}

// member is `obj.name` for one present instance.
func (c *checker) member(x ctx, obj val, name lang.Name, at posed) val {
	s, as := c.spaces[obj.t.Space], name
	name.Text = x.unit.given(obj.t, name.Text)
	if c.unplaced(obj.t, name.Text) {
		c.refersBuiltIn(x.unit, name.Span, "component."+name.Text)
		return c.somewhere(x, obj, name.Text, at)
	}
	if v, ok := c.builtinMember(x, s, obj, name.Text, at); ok {
		c.refersBuiltIn(x.unit, name.Span, kindWord(s.kind)+"."+name.Text)
		return v
	}
	m, cl := c.findMember(obj.t, name.Text)
	if cl == nil {
		if meant := c.unknownMember(x, obj.t, as); meant != "" {
			return asMeant(c.member(x, obj, lang.Name{Text: meant, Span: as.Span}, at))
		}
		return badVal
	}
	if !m.standard && !c.isGiven(x.unit, as, cl, name.Text, m.kind()) {
		return badVal
	}
	c.refersMember(x.unit, as, m, cl)
	if m.known.bad || !c.ofEach(x, obj.t, as, cl, name.Text) {
		return badVal
	}
	switch {
	case m.attr != nil:
		return c.attribute(x, obj, name, m, at)
	case m.probe != nil:
		return c.metric(x, s, obj, name.Text, m, at)
	}
	return c.followRole(x, obj, cl, name.Text, m, at)
}

// findMember finds a declared member in the instance's class, or in one of the classes that it may have.
func (c *checker) findMember(t typ, name string) (member, *class) {
	if t.Class >= 0 {
		m, known := c.classes[t.Class].members[name]
		if !known {
			return member{}, nil
		}
		return m, c.classes[t.Class]
	}
	for _, cl := range c.spaces[t.Space].classes {
		if m, known := cl.members[name]; known {
			return m, cl
		}
	}
	return member{}, nil
}

// ofEach says whether whatever an instance of t may be has the member that owner has, and as the same; it reports a class
// that hasn't. A metric that a class lacks is unknown of its instances.
func (c *checker) ofEach(x ctx, t typ, as lang.Name, owner *class, name string) bool {
	if t.Class >= 0 {
		return true
	}
	m := owner.members[name]
	for _, cl := range c.spaces[t.Space].classes {
		other, has := cl.members[name]
		switch {
		case has && (other.known.bad || m.same(other)), !has && m.probe != nil:
			continue
		case has:
			c.report("TUNE0205", x.unit, as.Span, name+" of "+cl.name+" is something else than that of "+owner.name, "call them differently, or go over one class alone")
			c.relate(c.system, other.span, "it is declared here")
		case !c.system.lost.has(lang.Name{Text: name}) && !c.system.lost.mayBe("TUNE0203", as.Span):
			c.lacks(x, t, as, m, name, cl)
		}
		return false
	}
	return true
}

// same says whether two classes mean one thing by a name: roles never do, for each link has its own.
func (m member) same(o member) bool {
	if m.role != nil || o.role != nil {
		return m.role == o.role
	}
	return (m.attr == nil) == (o.attr == nil) && m.known.Base == o.known.Base
}

// lacks reports a class that hasn't what is asked of any of t.
func (c *checker) lacks(x ctx, t typ, as lang.Name, m member, name string, cl *class) {
	msg := cl.name + " has no " + name + ", and it is asked of all " + c.instName(t)
	if c.muted == 0 && c.alsoHere(c.keyOf("TUNE0203", x.unit, as, "", msg, ""), x.unit, as, "") {
		return
	}
	hint := "go over one class alone"
	if m.attr != nil {
		hint = "give it one: attr " + name + ": " + c.typeName(m.known) + " = …; or " + hint
	}
	c.report("TUNE0203", x.unit, as.Span, msg, hint)
	c.relate(c.system, cl.span, cl.name+" is declared here")
}

func (c *checker) hasMember(t typ, name string) bool {
	if t.bad || !t.inst() {
		return false
	}
	if _, cl := c.findMember(t, name); cl != nil {
		return true
	}
	s := c.spaces[t.Space]
	return len(s.classes) > 0 && name != "planned" && reserved(s.classes[0], name)
}

func (c *checker) membersOf(t typ) []string {
	seen := map[string]bool{}
	for _, cl := range c.spaces[t.Space].classes {
		if t.Class >= 0 && cl.index != t.Class {
			continue
		}
		for _, name := range cl.memberNames() {
			seen[name] = true
		}
	}
	return sortedKeys(seen)
}

// unknownMember reports a member that isn't there, and gives the one that is surely meant.
func (c *checker) unknownMember(x ctx, t typ, name lang.Name) string {
	if name.Text == "planned" {
		c.report("TUNE0203", x.unit, name.Span, "planned is a view, not a value", "ask for one of its figures: planned.demand, planned.cpu, …")
		return ""
	}
	if near := nearest(name.Text, c.membersOf(t)); name.Text == "name" && near == "" {
		c.report("TUNE0203", x.unit, name.Span, noMember(name.Text, c.instName(t)), "a text that fills in the thing itself tells its name")
		return ""
	}
	if name.Text == "ready" && c.spaces[t.Space].kind == bundle.Component {
		c.report("TUNE0203", x.unit, name.Span, noMember(name.Text, c.instName(t)), "start ends when it is ready; wait for something measured behind other operations, such as a.load exists")
		return ""
	}
	for _, cl := range c.spaces[t.Space].classes {
		if _, isOp := cl.ops[name.Text]; isOp && (t.Class < 0 || t.Class == cl.index) {
			c.report("TUNE0203", x.unit, name.Span, name.Text+" is an operation of "+cl.name+": it has no value", "")
			return ""
		}
	}
	return c.unknownOf(c.instName(t), "TUNE0203", x.unit, name, noMember(name.Text, c.instName(t)), append(c.membersOf(t), x.unit.aliases(t)...), "it has")
}

func noMember(name, of string) string {
	return "unknown metric, attribute or role " + quote(name) + " of " + of
}

// builtinMember is what every instance of a kind has.
func (c *checker) builtinMember(x ctx, s *space, obj val, name string, at posed) (val, bool) {
	switch {
	case s.kind == bundle.Host && name == "vms":
		if s.vms == nil {
			return val{}, false
		}
		t := instIn(s.vms).asSet()
		return val{e: &ir.Nav{Node: node(x, at, t), Obj: obj.e, Nav: c.navGuests(s, s.vms)}, t: t}, true
	case s.kind == bundle.VM && name == "home":
		t := instOf(s.family)
		return val{e: &ir.Nav{Node: node(x, at, t), Obj: obj.e, Nav: c.navHome(s)}, t: t}, true
	case s.kind == bundle.VM && name == "host":
		return c.hostOf(x, s, obj, at), true
	case s.kind == bundle.VM && name == "demand":
		col := c.column(columnKey{space: s.index, kind: bundle.ColDemand, name: "demand"}, floatT)
		return val{e: &ir.Col{Node: node(x, at, floatT), Obj: obj.e, Column: col}, t: floatT}, true
	case s.kind == bundle.Component && name == "host":
		if s.classes[0].on.kind == bundle.VM {
			obj = c.hostOf(x, s, obj, at)
			return c.hostOf(x, c.spaces[obj.t.Space], obj, at), true
		}
		return c.hostOf(x, s, obj, at), true
	case s.kind == bundle.Component && name == "vm" && s.classes[0].on.kind == bundle.VM:
		return c.hostOf(x, s, obj, at), true
	}
	return val{}, false
}

// hostOf is the node that an instance stands on.
func (c *checker) hostOf(x ctx, s *space, obj val, at posed) val {
	t := instOf(s.classes[0].on)
	return val{e: &ir.Nav{Node: node(x, at, t), Obj: obj.e, Nav: c.navHost(s)}, t: t}
}

// attribute reads an attribute; one that is the same for all instances is a constant.
func (c *checker) attribute(x ctx, obj val, name lang.Name, m member, at posed) val {
	t := m.known
	if t.Base == bundle.Text_ || t.Base == bundle.Secret {
		return c.textAttr(x, obj, name.Text, t, at)
	}
	if v, same := c.sameValue(obj.t, name.Text); same {
		if t.Base == bundle.Bool {
			return val{e: &ir.Truth{Node: node(x, at, t), V: v != 0}, t: t}
		}
		return val{e: num(v, t, pos(x.unit, at.Pos())), t: t}
	}
	colT := t
	if t.Base == bundle.Bool {
		colT = intT
	}
	col := c.column(columnKey{space: obj.t.Space, kind: bundle.ColAttr, name: name.Text}, colT)
	read := &ir.Col{Node: node(x, at, colT), Obj: obj.e, Column: col}
	if t.Base == bundle.Bool {
		zero := num(0, intT, read.P)
		return val{e: &ir.Binary{Node: node(x, at, boolT), Op: bundle.NE, X: read, Y: zero}, t: t}
	}
	return val{e: read, t: t}
}

// sameValue is an attribute's value if all instances that t can be have the same.
func (c *checker) sameValue(t typ, name string) (float64, bool) {
	var value float64
	found := false
	for _, cl := range c.spaces[t.Space].classes {
		if t.Class >= 0 && cl.index != t.Class {
			continue
		}
		m, known := cl.members[name]
		if !known || m.attr == nil {
			return 0, false
		}
		for _, v := range cl.table.Attrs[m.attr.index].Values {
			if found && v != value {
				return 0, false
			}
			value, found = v, true
		}
	}
	return value, found
}

// metric reads the last sample. In states, what moves under way will bring is added to a host's load.
func (c *checker) metric(x ctx, s *space, obj val, name string, m member, at posed) val {
	col := c.column(columnKey{space: s.index, kind: bundle.ColMetric, name: name}, m.known)
	read := &ir.Col{Node: node(x, at, m.known), Obj: obj.e, Column: col}
	if x.mode != inState || x.raw || s.kind != bundle.Host || !c.measuresCPU(col) || m.known.Base != bundle.Percent {
		return val{e: read, t: m.known}
	}
	coming := &ir.Col{Node: node(x, at, percentT), Obj: obj.e, Column: c.inflight(s)}
	return val{e: &ir.Binary{Node: node(x, at, percentT), Op: bundle.ADD, X: read, Y: coming}, t: percentT}
}

func (c *checker) followRole(x ctx, obj val, cl *class, name string, m member, at posed) val {
	return val{e: &ir.Nav{Node: node(x, at, m.known), Obj: obj.e, Nav: c.roleNav(cl, name)}, t: m.known}
}

// memberOfAll is `S.name`: a role or node of each of a set is the set of them; numbers need a statistic.
func (c *checker) memberOfAll(x ctx, obj val, e *lang.Select) val {
	if obj.t.any {
		return badVal
	}
	if f := here(e.Name.Text, []string{"count", "empty"}); f != "" && !c.hasMember(obj.t.elem(), e.Name.Text) {
		c.report("TUNE0203", x.unit, e.Name.Span, "a set has no "+e.Name.Text, "")
		c.writeInstead(x, e.Span, f+"("+lang.Print(e.X)+")")
		return badVal
	}
	it := &ir.Var{Name: "it", Type: obj.t.elem().Type}
	one := c.member(x, ref(x, e, it, obj.t.elem()), e.Name, e)
	if one.t.bad {
		return badVal
	}
	if !one.t.inst() && !one.t.set() {
		s, what := lang.Print(e.X), e.Name.Text
		c.report("TUNE0216", x.unit, e.Span, s+" is a set of "+c.instName(obj.t)+": each has a "+what+" of its own",
			"choose one, max("+s+" by "+what+"), or sum them, sum("+s+" by "+what+")")
		return badVal
	}
	return c.navAll(x, obj.e, one.e, it, one.t, e)
}

// navAll follows from each of a set the way that leads from it.
func (c *checker) navAll(x ctx, set, way ir.Expr, it *ir.Var, t typ, at posed) val {
	nav, isNav := way.(*ir.Nav)
	if !isNav {
		return badVal
	}
	if r, isRef := nav.Obj.(*ir.Ref); !isRef || r.Var != it {
		inner := c.navAll(x, set, nav.Obj, it, typ{Type: nav.Obj.Type()}, at)
		if inner.t.bad {
			return badVal
		}
		set = inner.e
	}
	all := t.asSet()
	return val{e: &ir.NavAll{Node: node(x, at, all), Set: set, Nav: nav.Nav}, t: all}
}

// plannedColumns are the figures of a host in the scratch model.
var plannedColumns = map[string]struct {
	kind bundle.ColumnKind
	t    typ
}{
	"demand":  {bundle.ColPlannedDemand, floatT},
	"granted": {bundle.ColPlannedGranted, floatT},
	"free":    {bundle.ColPlannedFree, floatT},
	"cpu":     {bundle.ColPlannedCPU, percentT},
	"memory":  {bundle.ColPlannedMemory, base(bundle.Bytes)},
}

// planned is `h.planned.name`, `h.planned.vms` and `v.planned.host`.
func (c *checker) planned(x ctx, obj val, at posed, e *lang.Select) val {
	if c.lookPlanned(e.Name, obj) || !c.wantInst(x, obj, at) {
		return badVal
	}
	s, name := c.spaces[obj.t.Space], e.Name.Text
	c.refersBuiltIn(x.unit, e.Name.Span, "planned."+name)
	switch s.kind {
	case bundle.Host:
		if col, known := plannedColumns[name]; known {
			i := c.column(columnKey{space: s.index, kind: col.kind, name: "planned." + name}, col.t)
			return val{e: &ir.Col{Node: node(x, e, col.t), Obj: obj.e, Column: i}, t: col.t}
		}
		if name == "vms" && s.vms != nil {
			t := instIn(s.vms).asSet()
			n := c.nav(bundle.Nav{Name: "planned.vms", From: s.index, To: s.vms.index, Many: true, Kind: bundle.NavPlannedGuests})
			return val{e: &ir.Nav{Node: node(x, e, t), Obj: obj.e, Nav: n}, t: t}
		}
	case bundle.VM:
		if name == "host" {
			t := instOf(s.family).missable() // a lifted machine has none
			n := c.nav(bundle.Nav{Name: "planned.host", From: s.index, To: s.family.space.index, Kind: bundle.NavPlannedHost})
			return val{e: &ir.Nav{Node: node(x, e, t), Obj: obj.e, Nav: n}, t: t}
		}
	}
	candidates := append(sortedKeys(plannedColumns), "vms")
	if s.kind == bundle.VM {
		candidates = []string{"host"}
	}
	if s.kind == bundle.Component {
		c.report("TUNE0203", x.unit, e.Name.Span, "software is not planned, only hosts and virtual machines are", "")
		return badVal
	}
	if s.kind == bundle.VM && name != "planned" && c.hasMember(obj.t, name) {
		own := strings.TrimSuffix(lang.Print(e.X), ".planned") + "." + name
		c.report("TUNE0203", x.unit, e.Name.Span, "a plan knows no "+name+" of "+c.instName(obj.t)+": it is the machine's own, wherever that stands", "write "+own)
		c.change(x.unit, e.Span, own)
		return badVal
	}
	if name != "" {
		c.unknown("TUNE0203", x.unit, e.Name, "a plan knows no "+name+" of "+c.instName(obj.t), candidates, "it knows")
	}
	return badVal
}
