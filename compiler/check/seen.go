package check

import (
	"slices"

	"github.com/tune-autonomic/tune/compiler/bundle"
	"github.com/tune-autonomic/tune/compiler/ir"
	"github.com/tune-autonomic/tune/lang"
)

// Cursor is a name that stands where an editor asks what could stand there.
const Cursor = lang.Cursor

// Seen is what can be named at the cursor.
type Seen struct {
	// Locals are the local names, the innermost first.
	Locals []Named
	// Members are those of what stands before the dot; or, without a dot, of the element that is looked at.
	Members []Named
	// Ops are the operations of what stands before the dot. Dot says that there is one.
	Ops []Named
	Dot bool
	// Plan says that the cursor is in a plan.
	Plan bool
	// Names are the classes, functions, constants and machines that can be named by themselves.
	Names []Named
}

// Named is something that can be named: its kind, its type or signature, and where it is declared (File is empty if it is
// built in).
type Named struct {
	Name string
	Kind SymbolKind
	Type string
	// Params is the list of a function's or operation's parameters, in parentheses.
	Params string
	// Changes says that a local name is a `var`.
	Changes bool
	File    string
	Span    lang.Span
}

// Seen is what could stand at the name Cursor; nil if the check did not come there.
func (ix *Index) Seen() *Seen { return ix.seen }

// looking says whether all that is asked for is what could stand at the cursor: then what stands around it, which is
// unfinished, is taken for what it may become.
func (c *checker) looking() bool { return c.files.Index != nil && c.files.Index.looking }

// look notes what can be seen at the cursor, if this name is it.
func (c *checker) look(x ctx, name lang.Name) bool {
	if name.Text != Cursor || !c.looking() {
		return false
	}
	if c.muted > 0 || c.files.Index.seen != nil {
		return true
	}
	seen := &Seen{Plan: x.mode == inPlan || x.mode == inFunc}
	known := map[string]bool{}
	for b := x.scope; b != nil; b = b.next {
		if known[b.name] || b.gone || b.name == "" {
			continue
		}
		known[b.name] = true
		n := Named{Name: b.name, Kind: LocalSymbol, Span: b.span, Changes: b.v != nil && b.v.Mutable}
		if !b.val.t.bad {
			n.Type = c.typeName(b.val.t)
		}
		if b.span != (lang.Span{}) {
			n.File = c.sources[x.unit.file].Path
		}
		seen.Locals = append(seen.Locals, n)
	}
	if x.it != nil && x.it.val.t.inst() {
		seen.Members = c.namedMembers(x.it.val.t, false)
	}
	seen.Names = c.namedEverywhere(x.unit)
	c.files.Index.seen = seen
	return true
}

// lookInto notes the members of what stands before the cursor's dot.
func (c *checker) lookInto(name lang.Name, obj val, statement bool) bool {
	if name.Text != Cursor || !c.looking() {
		return false
	}
	if c.muted > 0 || c.files.Index.seen != nil || obj.t.bad || obj.t.any {
		return true
	}
	seen := &Seen{Dot: true}
	switch {
	case statement && obj.t.inst():
		seen.Ops = c.namedOps(obj.t)
	case obj.t.set():
		seen.Members = c.namedMembers(obj.t.elem(), true)
	case obj.t.inst():
		seen.Members = c.namedMembers(obj.t, false)
		if c.spaces[obj.t.Space].kind == bundle.Host {
			seen.Members = append(seen.Members, Named{Name: "watts", Kind: BuiltInSymbol, Type: "float", Params: "(load: percent)"})
		}
	}
	if statement {
		seen.Members = nil // a statement is an action: but the way to what it is done to may lead on
		if obj.t.inst() {
			for _, m := range c.namedMembers(obj.t, false) {
				if m.Kind == RoleSymbol || m.Name == "host" || m.Name == "vm" || m.Name == "home" {
					seen.Members = append(seen.Members, m)
				}
			}
		}
	}
	c.files.Index.seen = seen
	return true
}

// lookIntoText notes what can be filled into the text of an operation: the members of its class, and some names.
func (c *checker) lookIntoText(name lang.Name, cl *class, names fillable) bool {
	if name.Text != Cursor || !c.looking() {
		return false
	}
	seen := &Seen{Members: c.namedMembers(instOf(cl), false)}
	for _, n := range sortedKeys(names) {
		seen.Locals = append(seen.Locals, Named{Name: n, Kind: LocalSymbol})
	}
	c.files.Index.seen = seen
	return true
}

// lookIntoFilled notes what can be filled in of a thing that a text names: what its class has but measures, and what there is
// of each.
func (c *checker) lookIntoFilled(name lang.Name, of typ) bool {
	if name.Text != Cursor || !c.looking() {
		return false
	}
	seen := &Seen{Dot: true}
	for _, cl := range c.classesOf(of) {
		has := c.fillableOf(cl)
		for _, m := range c.namedMembers(of, false) {
			if slices.Contains(has, m.Name) {
				seen.Members = append(seen.Members, m)
			}
		}
		for _, n := range filledIn {
			if t := ofEach(cl, n); !t.bad && !slices.Contains(has, n) {
				seen.Members = append(seen.Members, Named{Name: n, Kind: BuiltInSymbol, Type: c.typeName(t)})
			}
		}
	}
	c.files.Index.seen = seen
	return true
}

// lookPlanned notes what can follow `planned.`.
func (c *checker) lookPlanned(name lang.Name, obj val) bool {
	if name.Text != Cursor || !c.looking() {
		return false
	}
	if c.files.Index.seen != nil || !obj.t.inst() {
		return true
	}
	seen := &Seen{Dot: true}
	s := c.spaces[obj.t.Space]
	switch s.kind {
	case bundle.Host:
		for _, name := range sortedKeys(plannedColumns) {
			seen.Members = append(seen.Members, Named{Name: name, Kind: BuiltInSymbol, Type: c.typeName(plannedColumns[name].t)})
		}
		if s.vms != nil {
			seen.Members = append(seen.Members, Named{Name: "vms", Kind: BuiltInSymbol, Type: c.typeName(instIn(s.vms).asSet())})
		}
	case bundle.VM:
		seen.Members = append(seen.Members, Named{Name: "host", Kind: BuiltInSymbol, Type: c.typeName(instOf(s.family).missable())})
	}
	c.files.Index.seen = seen
	return true
}

// namedMembers are the members of an instance; of the members of a set only those that lead on.
func (c *checker) namedMembers(t typ, leading bool) []Named {
	var out []Named
	s := c.spaces[t.Space]
	names := c.membersOf(t)
	if c.unplaced(t, "vm") && !slices.Contains(names, "vm") {
		names = append(names, "vm")
	}
	for _, name := range names {
		n := Named{Name: name, Kind: BuiltInSymbol}
		known := typ{}
		if m, cl := c.findMember(t, name); cl != nil {
			known, n.Span = m.known, m.span
			switch {
			case m.role != nil:
				n.Kind = RoleSymbol
			case m.probe != nil:
				n.Kind = MetricSymbol
			default:
				n.Kind = AttrSymbol
			}
			if m.span != (lang.Span{}) {
				n.File = c.sources[c.system.file].Path
			}
		} else {
			known = c.builtInType(s, name)
		}
		if leading && !known.inst() && !known.set() {
			continue
		}
		if known.Base != bundle.Void {
			n.Type = c.typeName(known)
		}
		out = append(out, n)
	}
	return out
}

// builtInType is the type of what every instance of a kind has.
func (c *checker) builtInType(s *space, name string) typ {
	switch {
	case name == "vms" && s.vms != nil:
		return instIn(s.vms).asSet()
	case name == "home" && s.family != nil:
		return instOf(s.family)
	case name == "demand":
		return floatT
	case name == "host" && s.kind == bundle.Component && s.classes[0].on.kind == bundle.VM:
		return instOf(s.classes[0].on.on)
	case (name == "host" || name == "vm") && len(s.classes) > 0 && s.classes[0].on != nil:
		return instOf(s.classes[0].on)
	}
	return typ{}
}

func (c *checker) namedOps(t typ) []Named {
	var out []Named
	for _, cl := range c.classesOf(t) {
		if cl.standIn {
			out = append(out, c.opsGiven(cl)...)
		}
		for _, d := range cl.opDecls {
			out = append(out, Named{Name: d.Name.Text, Kind: OpSymbol, Params: paramList(d.Params), File: c.sources[c.system.file].Path, Span: d.Name.Span})
		}
	}
	for _, name := range []string{"start", "stop"} {
		if !slices.ContainsFunc(out, func(n Named) bool { return n.Name == name }) {
			out = append(out, Named{Name: name, Kind: BuiltInSymbol})
		}
	}
	return out
}

// opsGiven are the operations that a module is told of a class that it is given.
func (c *checker) opsGiven(cl *class) []Named {
	var out []Named
	for _, p := range each[*lang.ModuleParam](c.files.Main) {
		if typeName(p) == "op" && p.Of.Text == cl.name {
			out = append(out, Named{Name: p.Name.Text, Kind: OpSymbol, File: c.sources[c.system.file].Path, Span: p.Name.Span})
		}
	}
	return out
}

// lookBehind looks at what a function asks of the elements of a set of which nothing is known.
func (c *checker) lookBehind(x ctx, e *lang.Call, inner lang.Expr) {
	if !c.looking() {
		return
	}
	x = x.bind("it", &ir.Var{Name: "it"}, typ{bad: true}, lang.Span{})
	for _, asked := range []lang.Expr{inner, e.By, e.Where} {
		if asked != nil {
			c.expr(x, asked)
		}
	}
}

// namedEverywhere are the names of a unit that are values.
func (c *checker) namedEverywhere(u *unit) []Named {
	var out []Named
	file := c.sources[u.file].Path
	for _, name := range sortedKeys(u.classes) {
		cl := u.classes[name]
		if cl == nil {
			continue
		}
		n := Named{Name: name, Kind: classSymbol(cl.kind), Type: "[" + name + "]", File: c.sources[c.system.file].Path, Span: cl.span}
		if at, isParam := u.params[name]; isParam {
			n.File, n.Span = file, at
		}
		out = append(out, n)
	}
	for _, name := range sortedKeys(u.consts) {
		out = append(out, Named{Name: name, Kind: ParamSymbol, Type: c.typeName(u.consts[name].t), File: file, Span: u.params[name]})
	}
	for _, name := range sortedKeys(u.funcs) {
		f := u.funcs[name]
		n := Named{Name: name, Kind: FuncSymbol, Params: paramList(f.decl.Params), File: file, Span: f.decl.Name.Span}
		if f.state == fnGood {
			n.Type = c.typeName(f.result)
		}
		out = append(out, n)
	}
	if u == c.system && len(c.hosts) < 1000 {
		for _, name := range sortedKeys(c.hosts) {
			if plainWord(name) {
				out = append(out, Named{Name: name, Kind: MachineSymbol, Type: c.hosts[name].class.name})
			}
		}
	}
	return out
}

// plainWord says whether a machine's name can be written as a name of the language.
func plainWord(name string) bool {
	for i, r := range name {
		if r != '_' && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (i == 0 || r < '0' || r > '9') {
			return false
		}
	}
	return name != "" && !lang.Reserved(name)
}

func classSymbol(k bundle.Kind) SymbolKind {
	switch k {
	case bundle.Host:
		return HostsSymbol
	case bundle.VM:
		return VMSymbol
	}
	return ComponentSymbol
}

// paramList is a list of parameters as it is written.
func paramList(params []*lang.Param) string {
	text := "("
	for i, p := range params {
		if i > 0 {
			text += ", "
		}
		text += p.Name.Text
		if p.Type != nil {
			text += ": " + p.Type.String()
		}
	}
	return text + ")"
}
