package check

import (
	"slices"
	"strings"

	"github.com/tune-autonomic/tune/compiler/bundle"
	"github.com/tune-autonomic/tune/compiler/ir"
	"github.com/tune-autonomic/tune/lang"
)

// Index is what the names of a program mean, recorded while it is checked: for editors. A compilation that has none
// records nothing.
type Index struct {
	c       *checker
	symbols map[place]*Symbol
	links   map[place]link
	types   map[place]typ
	wants   map[place]bundle.BaseType
	// machines are where hosts are listed, by name.
	machines map[string]place
	mosts    map[place]string
	// looking holds for an index that is only asked what could stand at Cursor: it keeps no names.
	looking bool
	seen    *Seen
}

// place is a range of one of the sources.
type place struct {
	file int32
	span lang.Span
}

// link says what a name refers to: a declaration, or what is built in under this name.
type link struct {
	to    place
	built string
}

// SymbolKind says what a symbol is.
type SymbolKind uint8

const (
	HostsSymbol SymbolKind = iota
	VMSymbol
	ComponentSymbol
	AttrSymbol
	MetricSymbol
	RoleSymbol
	OpSymbol
	EventSymbol
	FuncSymbol
	ParamSymbol // of a module
	LocalSymbol
	StateSymbol
	PolicySymbol
	ScenarioSymbol
	ModuleSymbol
	MachineSymbol // a listed host
	BuiltInSymbol
)

var symbolKinds = [...]string{
	"hosts", "vm", "component", "attribute", "metric", "role", "operation", "event", "function", "parameter of the module",
	"local name", "state", "policy", "scenario", "module", "host", "built in",
}

func (k SymbolKind) String() string { return symbolKinds[k] }

// Symbol is something that has a name. What is built in stands nowhere: its File is empty.
type Symbol struct {
	Kind  SymbolKind
	Name  string
	Owner string // the class that it is a member of, or the policy of a state
	File  string
	Span  lang.Span // of its name, where it is declared
	Type  string    // as a program would write it; "" if it has no value
}

// Use is a name where it stands; its declaration is one of its uses.
type Use struct {
	File   string
	Span   lang.Span
	Symbol *Symbol
	// Type is that of the value here, past the checks that stand before it.
	Type string
}

// NewIndex makes an index to give to one check.
func NewIndex() *Index {
	return &Index{
		symbols: map[place]*Symbol{}, links: map[place]link{}, types: map[place]typ{}, wants: map[place]bundle.BaseType{},
		machines: map[string]place{}, mosts: map[place]string{},
	}
}

// NewLook makes an index that only says what could stand at Cursor, for one check of a program with that name.
func NewLook() *Index { return &Index{looking: true} }

// Uses are all names that mean something, in the order of the sources and of their text.
func (ix *Index) Uses() []Use {
	places := make([]place, 0, len(ix.links)+len(ix.symbols))
	for at := range ix.links {
		places = append(places, at)
	}
	for at := range ix.symbols {
		if _, both := ix.links[at]; !both {
			places = append(places, at)
		}
	}
	slices.SortFunc(places, comparePlaces)
	uses := make([]Use, 0, len(places))
	built := map[string]*Symbol{}
	for _, at := range places {
		s := ix.symbols[at]
		if l, linked := ix.links[at]; linked {
			if s = ix.symbols[l.to]; l.built != "" {
				s = ix.builtIn(built, l.built)
			}
		}
		if s == nil || at.span.End <= at.span.Start {
			continue
		}
		use := Use{File: ix.path(at.file), Span: at.span, Symbol: s, Type: s.Type}
		if t, typed := ix.types[at]; typed && !t.bad {
			use.Type = ix.c.typeName(t)
		}
		uses = append(uses, use)
	}
	return uses
}

func comparePlaces(a, b place) int {
	switch {
	case a.file != b.file:
		return int(a.file) - int(b.file)
	case a.span.Start != b.span.Start:
		return a.span.Start - b.span.Start
	}
	return a.span.End - b.span.End
}

func (ix *Index) builtIn(known map[string]*Symbol, name string) *Symbol {
	if known[name] == nil {
		s := &Symbol{Kind: BuiltInSymbol, Name: name}
		if owner, member, isMember := strings.Cut(name, "."); isMember {
			s.Owner, s.Name = owner, member
		}
		known[name] = s
	}
	return known[name]
}

func (ix *Index) path(file int32) string {
	if ix.c == nil || int(file) >= len(ix.c.sources) {
		return ""
	}
	return ix.c.sources[file].Path
}

// UnitWanted is the type that a bare number should have had: percent, duration, bytes or rate; "" if any will do.
func (ix *Index) UnitWanted(file string, span lang.Span) string {
	for at, want := range ix.wants {
		if at.span == span && ix.path(at.file) == file {
			return ix.c.typeName(base(want))
		}
	}
	return ""
}

// Most says how many actions the policy whose name stands there can take; "" if that is not known.
func (ix *Index) Most(file string, name lang.Span) string {
	for at, text := range ix.mosts {
		if at.span == name && ix.path(at.file) == file {
			return text
		}
	}
	return ""
}

// The checker's side: each of these does nothing without an index, and while functions are expanded.

func (c *checker) indexing() bool {
	return c.files.Index != nil && !c.files.Index.looking && c.muted == 0
}

// declares records what a name declares.
func (c *checker) declares(u *unit, kind SymbolKind, owner string, name lang.Name, t typ) {
	if c.muted > 0 || name.Text == "" || name.Span == (lang.Span{}) {
		return
	}
	c.named[place{u.file, name.Span}] = true
	c.keeps(u, kind, owner, name, t)
}

// keeps records what a name stands for that is known to editors alone.
func (c *checker) keeps(u *unit, kind SymbolKind, owner string, name lang.Name, t typ) {
	if !c.indexing() || name.Text == "" || name.Span == (lang.Span{}) {
		return
	}
	s := &Symbol{Kind: kind, Name: name.Text, Owner: owner, File: c.sources[u.file].Path, Span: name.Span}
	if !t.bad && (t.Base != bundle.Void || t.any) {
		s.Type = c.typeName(t)
	}
	c.files.Index.symbols[place{u.file, name.Span}] = s
}

// refers records that a name stands for what is declared at a span of a unit's file.
func (c *checker) refers(u *unit, name lang.Span, to *unit, span lang.Span) {
	if !c.indexing() || name == (lang.Span{}) || span == (lang.Span{}) {
		return
	}
	c.files.Index.links[place{u.file, name}] = link{to: place{to.file, span}}
}

// refersBuiltIn records that a name is one of the language's own: cpu of planned, lost in a test.
func (c *checker) refersBuiltIn(u *unit, name lang.Span, what string) {
	if c.indexing() && name != (lang.Span{}) {
		c.files.Index.links[place{u.file, name}] = link{built: what}
	}
}

// refersClass records a use of a class, which in a module is one of its parameters.
func (c *checker) refersClass(u *unit, name lang.Name, cl *class) {
	if !c.indexing() || cl == nil {
		return
	}
	if param, isParam := u.params[name.Text]; isParam {
		c.refers(u, name.Span, u, param)
		return
	}
	c.refers(u, name.Span, c.system, cl.span)
}

// refersMember records a use of a member of an instance.
func (c *checker) refersMember(u *unit, name lang.Name, m member, cl *class) {
	if !c.indexing() {
		return
	}
	if _, isParam := u.members[name.Text]; isParam {
		c.refers(u, name.Span, u, u.params[name.Text])
		return
	}
	if m.span == (lang.Span{}) {
		c.refersBuiltIn(u, name.Span, cl.name+"."+name.Text)
		return
	}
	c.refers(u, name.Span, c.system, m.span)
}

// refersArgs records the names of arguments.
func (c *checker) refersArgs(u *unit, args []*lang.Arg, of *unit, params []*lang.Param) {
	if !c.indexing() {
		return
	}
	for _, a := range args {
		for _, p := range params {
			if a.Name.Text != "" && a.Name.Text == p.Name.Text {
				c.refers(u, a.Name.Span, of, p.Name.Span)
			}
		}
	}
}

// typed records the type of a value at a name.
func (c *checker) typed(u *unit, e lang.Expr, t typ) {
	if !c.indexing() || t.bad {
		return
	}
	switch e := e.(type) {
	case *lang.Ident:
		c.files.Index.types[place{u.file, e.Span}] = t
	case *lang.Select:
		c.files.Index.types[place{u.file, e.Name.Span}] = t
	case *lang.Call:
		c.files.Index.types[place{u.file, e.Func.Span}] = t
	}
}

// wanted records the type that a bare number should have.
func (c *checker) wanted(u *unit, at lang.Span, v val, want typ) {
	if c.indexing() && v.lit {
		c.files.Index.wants[place{u.file, at}] = want.Base
	}
}

// lists records where the hosts of a family are named.
func (c *checker) lists(e lang.Expr) {
	list, ok := e.(*lang.List)
	if !ok || !c.indexing() {
		return
	}
	for _, el := range list.Elems {
		s, isText := el.(*lang.String)
		if !isText || s.Span.End-s.Span.Start < 3 {
			continue
		}
		name := lang.Name{Text: s.Value, Span: lang.Span{Start: s.Span.Start + 1, End: s.Span.End - 1}}
		c.declares(c.system, MachineSymbol, "", name, typ{bad: true})
		c.files.Index.machines[s.Value] = place{c.system.file, name.Span}
	}
}

func (c *checker) refersMachine(u *unit, name lang.Name) {
	if c.indexing() {
		if at, listed := c.files.Index.machines[name.Text]; listed {
			c.refers(u, c.unquoted(u, name.Span), c.system, at.span)
		}
	}
}

// refersNumbered records the class in the name of one of its machines, or of its software: Servlet-1.
func (c *checker) refersNumbered(u *unit, name lang.Name, cl *class) {
	at := c.unquoted(u, name.Span).Start
	span := lang.Span{Start: at, End: at + len(cl.name)}
	if c.written(u, span) == cl.name {
		c.refersClass(u, lang.Name{Text: cl.name, Span: span}, cl)
	}
}

// unquoted is a range without the quotes around it.
func (c *checker) unquoted(u *unit, span lang.Span) lang.Span {
	if text := c.written(u, span); len(text) > 2 && text[0] == '"' {
		return lang.Span{Start: span.Start + 1, End: span.End - 1}
	}
	return span
}

// refersOp records a use of a component's operation, by the name that a unit has for it.
func (c *checker) refersOp(u *unit, name lang.Name, cl *class) {
	if !c.indexing() {
		return
	}
	if _, isParam := u.members[name.Text]; isParam {
		c.refers(u, name.Span, u, u.params[name.Text])
		return
	}
	if op, declared := cl.ops[name.Text]; declared {
		c.refers(u, name.Span, c.system, cl.opDecls[op].Name.Span)
		return
	}
	c.refersBuiltIn(u, name.Span, name.Text)
}

// refersFunc records a call of a function, which in a module may be one of its parameters.
func (c *checker) refersFunc(u *unit, name lang.Name, f *fn) {
	if param, isParam := u.params[name.Text]; isParam && u.funcs[name.Text] == f {
		c.refers(u, name.Span, u, param)
		return
	}
	c.refers(u, name.Span, f.unit, f.decl.Name.Span)
}

// mayTake records the most actions of a policy.
func (c *checker) mayTake(name ir.Pos, most string) {
	if c.indexing() {
		c.files.Index.mosts[place{name.File, name.Span}] = most
	}
}

// fieldAttrs records the fields of a class that are its attributes as well.
func (c *checker) fieldAttrs(cl *class, fields map[string]*lang.Field) {
	if !c.indexing() {
		return
	}
	for name, f := range fields {
		if m, isAttr := cl.members[name]; isAttr && m.span == (lang.Span{}) {
			m.span = f.Name.Span
			cl.members[name] = m
			c.declares(c.system, AttrSymbol, cl.name, f.Name, m.known)
		}
	}
}

func (m member) symbol() SymbolKind {
	switch {
	case m.role != nil:
		return RoleSymbol
	case m.probe != nil:
		return MetricSymbol
	}
	return AttrSymbol
}

// refersLocal records a use of a local name; one that stands nowhere is the language's: it, self, lost.
func (c *checker) refersLocal(x ctx, name lang.Name, b *binding) {
	if b.span == (lang.Span{}) {
		c.refersBuiltIn(x.unit, name.Span, name.Text)
		return
	}
	c.refers(x.unit, name.Span, x.unit, b.span)
}

// kindWord is the word that declares things of a kind.
func kindWord(k bundle.Kind) string {
	switch k {
	case bundle.Host:
		return "hosts"
	case bundle.VM:
		return "vm"
	}
	return "component"
}

// refersStart records a start or stop that stands behind a dot: the class's own operation of this name, if it has one.
func (c *checker) refersStart(x ctx, s *lang.OpCall) {
	if !c.indexing() {
		return
	}
	c.refersBuiltIn(x.unit, s.Op.Span, s.Op.Text)
	c.muted++
	v := c.expr(x, s.Object)
	c.muted--
	for _, cl := range c.classesOf(v.t) {
		c.refersOp(x.unit, s.Op, cl)
	}
}

func (c *checker) refersScenario(name lang.Name) {
	if !c.indexing() {
		return
	}
	for _, d := range each[*lang.Scenario](c.files.Main) {
		if d.Name.Text == name.Text {
			c.refers(c.system, name.Span, c.system, d.Name.Span)
			return
		}
	}
}
