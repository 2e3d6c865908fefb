package check

import (
	"slices"
	"strconv"
	"strings"

	"github.com/tune-autonomic/tune/compiler/bundle"
	"github.com/tune-autonomic/tune/compiler/ir"
	"github.com/tune-autonomic/tune/lang"
)

// What a use gives to a module: classes, members of classes, functions and values, each in the place of a name.

var moduleKinds = map[string]bundle.Kind{"hosts": bundle.Host, "vm": bundle.VM, "component": bundle.Component}

// memberKinds are the kinds of members that a parameter can stand for, with the code of one that isn't there.
var memberKinds = map[string]findingCode{"probe": "TUNE0212", "attr": "TUNE0203", "role": "TUNE0203", "op": "TUNE0211"}

// alias is a member of a class, or of whatever class is in a space, that a module knows by the name of its parameter.
type alias struct {
	class *class
	space *space
	name  string
}

// isOf says whether it is the member of this name of a class.
func (a alias) isOf(cl *class, name string) bool {
	return a.name == name && (a.class == cl || a.space != nil && a.space == cl.space)
}

// fits says whether an instance of t has it.
func (a alias) fits(t typ) bool {
	if a.space != nil {
		return t.Space == a.space.index
	}
	return t.Space == a.class.space.index && (t.Class < 0 || t.Class == a.class.index)
}

// given is the member that a name stands for where an instance of t has it: another one only in a module.
func (u *unit) given(t typ, name string) string {
	a, isParam := u.members[name]
	if isParam && a.fits(t) {
		return a.name
	}
	return name
}

// aliases are the names of parameters by which a module knows what an instance of t has.
func (u *unit) aliases(t typ) []string {
	return slices.DeleteFunc(sortedKeys(u.members), func(name string) bool { return !u.members[name].fits(t) })
}

// givenOp is the operation that a name stands for.
func (u *unit) givenOp(name string) string {
	if a, isParam := u.members[name]; isParam {
		return a.name
	}
	return name
}

// isGiven says whether a module was given a member of a class that it uses by a name; it reports one that it sees by chance.
func (c *checker) isGiven(u *unit, as lang.Name, cl *class, name, kind string) bool {
	if len(u.params) == 0 || u == c.system || u.members[as.Text].isOf(cl, name) {
		return true
	}
	of := "its class"
	for _, its := range sortedKeys(u.classes) {
		switch given := u.classes[its]; {
		case given == cl:
			of = its
		case given != nil && given.space.vms == cl.space:
			of = its + ".vms"
		}
	}
	msg := "a module sees only what it is given, and " + as.Text + " of " + of + " isn't"
	if c.muted > 0 || !c.alsoHere(c.keyOf("TUNE0203", u, as, "", msg, ""), u, as, "") {
		c.report("TUNE0203", u, as.Span, msg, "say what it needs: param "+as.Text+": "+kind+" of "+of)
	}
	return false
}

// namesOf are the names that a member of a class has here: its own, and those of parameters.
func (u *unit) namesOf(cl *class, member string) []string {
	names := []string{member}
	for _, name := range sortedKeys(u.members) {
		if u.members[name].isOf(cl, member) {
			names = append(names, name)
		}
	}
	return names
}

// namesOfClass are the names that a class has here.
func (u *unit) namesOfClass(cl *class) []string {
	var names []string
	for _, name := range sortedKeys(u.classes) {
		if u.classes[name] == cl {
			names = append(names, name)
		}
	}
	return names
}

// byItsNames are operations that drain, or undrain, by the names that a unit has for them.
func (u *unit) byItsNames(ops map[string]bool) map[string]bool {
	if len(u.members) == 0 {
		return ops
	}
	known := map[string]bool{}
	for name, does := range ops {
		known[name] = does
	}
	for name, a := range u.members {
		if known[name] = ops[a.name]; !known[name] {
			delete(known, name)
		}
	}
	return known
}

// filling is a use of a module while its parameters are given.
type filling struct {
	c   *checker
	m   *module
	use *lang.Use
	u   *unit
	// key says what was given: two uses that give the same share one unit, and with it its events.
	key strings.Builder
	// lacking are parameters that it doesn't give, and that have no default.
	lacking []string
	// unclear says that nobody knows which parameter one of its arguments is for: it may be any that lacks.
	unclear bool
}

// fillIn makes a module's names: its parameters, with what this use gives them, its functions and its events.
func (c *checker) fillIn(m *module, d *lang.Use) (*unit, bool) {
	f := &filling{c: c, m: m, use: d, u: m.library}
	if f.u == nil {
		f.u = c.newUnit(m.source)
		f.u.modules = m.imports
	}
	params := each[*lang.ModuleParam](m.file)
	args, named := f.arguments(params)
	ok := named
	f.unclear = !named
	for _, p := range params {
		if a := args[p.Name.Text]; a != nil {
			c.refers(c.system, a.Name.Span, f.u, p.Name.Span)
		}
		a := args[p.Name.Text]
		if !named && a == nil && p.Default == nil {
			f.u.classes[p.Name.Text] = nil // it may be what a wrong argument means
			continue
		}
		ok = f.param(p, a) && ok
	}
	if len(f.lacking) > 0 {
		c.report("TUNE0207", c.system, d.Span, "module "+m.name+" needs "+list(f.lacking)+" as well", "add "+strings.Join(f.lacking, ": …, ")+": …")
	}
	if !ok {
		return nil, false
	}
	if same := m.filled[f.key.String()]; same != nil {
		return same, true
	}
	var funcs []*fn
	if m.library == nil {
		funcs = c.nameFuncs(f.u, m.file)
	}
	for _, p := range params {
		if p.Func != nil && args[p.Name.Text] == nil {
			ok = f.funcParam(p, f.u, p.Default) && ok
		}
	}
	if !ok {
		return nil, false
	}
	c.checkFuncs(funcs)
	again := ""
	if n := len(m.filled); n > 0 {
		again = " " + strconv.Itoa(n+1)
	}
	for _, e := range each[*lang.Event](m.file) {
		c.declareEvent(f.u, e, m.name+"."+e.Name.Text+again)
	}
	m.filled[f.key.String()] = f.u
	m.units = append(m.units, f.u)
	return f.u, true
}

// arguments finds the argument of each parameter, by name.
func (f *filling) arguments(params []*lang.ModuleParam) (map[string]*lang.Arg, bool) {
	c, m := f.c, f.m
	var names []string
	for _, p := range params {
		names = append(names, p.Name.Text)
	}
	args := map[string]*lang.Arg{}
	ok := true
	for _, a := range f.use.Args {
		switch {
		case a.Name.Text == "":
			c.report("TUNE0207", c.system, a.Span, "which parameter of "+m.name+" is this?", "name it: "+usage(m.name, names))
			ok = false
		case indexOf(names, a.Name.Text) < 0:
			if lost := c.lost[m.source]; lost.has(a.Name) || lost.nameless["class"] {
				continue // it may be a parameter that could not be read
			}
			meant := c.unknownOf(m.name, "TUNE0207", c.system, a.Name, "module "+m.name+" has no parameter "+a.Name.Text, names, "it has")
			if meant == "" || args[meant] != nil {
				ok = false
				continue
			}
			args[meant] = a
		case args[a.Name.Text] != nil:
			c.report("TUNE0207", c.system, a.Span, a.Name.Text+" is given twice", "")
			ok = false
		default:
			args[a.Name.Text] = a
		}
	}
	return args, ok
}

// param gives one parameter what it stands for.
func (f *filling) param(p *lang.ModuleParam, a *lang.Arg) bool {
	if !f.c.freeName(f.u, p.Name) || f.u.members[p.Name.Text].name != "" {
		return false
	}
	f.u.params[p.Name.Text] = p.Name.Span
	if _, isClass := moduleKinds[typeName(p)]; isClass {
		f.u.classes[p.Name.Text] = nil // until it is given one: if it is not, what is of it says no more
	}
	if torn := f.u.lost.unread(p.Span); torn && (p.Type == nil || a == nil && p.Default == nil) {
		f.u.consts[p.Name.Text] = badVal // it may be anything
		return true
	}
	if a == nil && p.Default == nil {
		f.lacking = append(f.lacking, p.Name.Text)
		return false
	}
	from, value := f.u, p.Default
	if a != nil {
		from, value = f.c.system, a.Value
	}
	if p.Func != nil {
		f.c.declares(f.u, ParamSymbol, "", p.Name, typ{bad: true})
		return a == nil || f.funcParam(p, from, value)
	}
	if p.Type == nil {
		return false
	}
	_, isMember := memberKinds[p.Type.Name.Text]
	kind, isClass := moduleKinds[p.Type.Name.Text]
	switch {
	case isMember && !p.Type.Set:
		f.c.declares(f.u, ParamSymbol, "", p.Name, typ{bad: true})
		return f.memberParam(p, from, value)
	case p.Of.Text != "":
		f.c.report("TUNE0224", f.u, p.Of.Span, "a parameter that is of a class stands for one of its members", "write param "+p.Name.Text+": probe of "+p.Of.Text+"; there are probe, attr, role and op")
		return false
	case isClass && !p.Type.Set:
		f.c.declares(f.u, ParamSymbol, "", p.Name, typ{bad: true})
		return f.classParam(p, a, kind)
	}
	return f.value(p, from, value)
}

// typeName is the name of a parameter's type, "" of a function and of what was left out.
func typeName(p *lang.ModuleParam) string {
	if p.Type == nil || p.Type.Set {
		return ""
	}
	return p.Type.Name.Text
}

func (f *filling) missing(p *lang.ModuleParam, why string) {
	if f.unclear {
		return
	}
	msg := "module " + f.m.name + " needs " + p.Name.Text + " as well" + why
	if !f.c.alsoHere(msg, f.c.system, lang.Name{Span: f.use.Span}, "") {
		f.c.report("TUNE0207", f.c.system, f.use.Span, msg, "add "+p.Name.Text+": …")
	}
}

// lacks reports that a class has no member that is a parameter's default, if that wasn't told of another place.
func (f *filling) lacks(p *lang.ModuleParam, cl *class, name lang.Name) {
	if f.c.system.lost.everywhere[name.Text] || f.c.lacking("TUNE0207", f.c.system, lang.Name{Text: name.Text, Span: f.use.Span}, "", cl.name) {
		return
	}
	before := len(f.c.findings)
	f.missing(p, ": "+cl.name+" has no "+p.Type.Name.Text+" "+name.Text)
	if len(f.c.findings) > before {
		f.c.tellLack(name.Text, cl.name, before)
	}
}

// gave notes what a parameter was given.
func (f *filling) gave(p *lang.ModuleParam, what string) bool {
	f.key.WriteString(p.Name.Text + "=" + strconv.Quote(what) + ";")
	return true
}

// name is a value that is a name, as classes, members and functions are given.
func (f *filling) name(p *lang.ModuleParam, from *unit, value lang.Expr, what string) (lang.Name, bool) {
	id, isName := value.(*lang.Ident)
	if isName {
		return id.Name, true
	}
	if _, bad := value.(*lang.Bad); !bad {
		f.c.report("TUNE0207", from, value.Pos(), p.Name.Text+" is "+what+": give its name", "")
	}
	return lang.Name{}, false
}

func (f *filling) classParam(p *lang.ModuleParam, a *lang.Arg, kind bundle.Kind) bool {
	c := f.c
	if a == nil {
		c.report("TUNE0224", f.u, p.Span, "a class has no default", "")
		return false
	}
	f.u.classes[p.Name.Text] = nil // what is said of it is silent, unless it is found
	name, ok := f.name(p, c.system, a.Value, "a class")
	if !ok {
		return false
	}
	cl := c.classNamed(c.system, name)
	if cl == nil {
		return false
	}
	c.refersClass(c.system, name, cl)
	if cl.kind != kind {
		c.report("TUNE0215", c.system, name.Span, p.Name.Text+" stands for "+kindName(kind)+", and "+cl.name+" is "+kindName(cl.kind), "")
		return false
	}
	f.u.classes[p.Name.Text] = cl
	return f.gave(p, cl.name)
}

// memberParam gives a parameter a member of a class: `param load: probe of hosts`.
func (f *filling) memberParam(p *lang.ModuleParam, from *unit, value lang.Expr) bool {
	c, kind := f.c, p.Type.Name.Text
	if p.Of.Text == "" {
		c.report("TUNE0224", f.u, p.Type.Span, "of which class is this "+kind+"?", "write param "+p.Name.Text+": "+kind+" of CLASS, where CLASS is a parameter above")
		return false
	}
	cl := c.classNamed(f.u, p.Of)
	name, ok := f.name(p, from, value, "a member of "+p.Of.Text)
	if cl == nil || !ok {
		return false
	}
	c.refersClass(f.u, p.Of, cl)
	if p.Part.Text != "" {
		return f.memberOfMachines(p, from, name, cl)
	}
	names := cl.membersOfKind(kind)
	if !slices.Contains(names, name.Text) {
		if cl.members[name.Text].known.bad || from == f.u && c.halfRead(cl, kind) { // it was declared wrongly, and that was told
			return false
		}
		if from == f.u {
			f.lacks(p, cl, name)
		} else {
			c.unknownOf(cl.name, memberKinds[kind], from, name, cl.name+" has no "+kind+" "+name.Text, names, "it has")
		}
		return false
	}
	switch {
	case from == f.u: // its default, which is named nowhere
	case kind == "op":
		c.refersOp(from, name, cl)
	default:
		c.refersMember(from, name, cl.members[name.Text], cl)
	}
	f.u.members[p.Name.Text] = alias{class: cl, name: name.Text}
	return f.gave(p, name.Text)
}

// memberOfMachines gives a parameter a member that every machine on some hosts has: `param turn: attr of hosts.vms`.
func (f *filling) memberOfMachines(p *lang.ModuleParam, from *unit, name lang.Name, on *class) bool {
	c, kind := f.c, p.Type.Name.Text
	t := c.machinesOf(f.u, &lang.TypeRef{Span: p.Span, Name: p.Of, Part: p.Part}, on)
	if t.bad {
		return false
	}
	for _, cl := range on.space.vms.classes {
		names := cl.membersOfKind(kind)
		if slices.Contains(names, name.Text) {
			if from != f.u && kind != "op" {
				c.refersMember(from, name, cl.members[name.Text], cl)
			}
			continue
		}
		if cl.members[name.Text].known.bad || from == f.u && c.halfRead(cl, kind) {
			return false
		}
		if from == f.u {
			f.lacks(p, cl, name)
		} else {
			c.unknownOf(cl.name, memberKinds[kind], from, name, cl.name+" has no "+kind+" "+name.Text+", and each of "+c.instName(t)+" must", names, "it has")
		}
		c.relate(c.system, cl.span, cl.name+" is declared here")
		return false
	}
	f.u.members[p.Name.Text] = alias{space: on.space.vms, name: name.Text}
	return f.gave(p, name.Text)
}

// membersOfKind are the names of a class's probes, attributes, roles or operations.
func (cl *class) membersOfKind(kind string) []string {
	if kind == "op" {
		return append(sortedKeys(cl.ops), "start", "stop")
	}
	var names []string
	for _, name := range sortedKeys(cl.members) {
		m := cl.members[name]
		if kind == "probe" && m.probe != nil || kind == "attr" && m.attr != nil || kind == "role" && m.role != nil {
			names = append(names, name)
		}
	}
	return names
}

// funcParam gives a parameter a function, which takes and gives what the parameter says.
func (f *filling) funcParam(p *lang.ModuleParam, from *unit, value lang.Expr) bool {
	c := f.c
	fun, name := f.funcNamed(p, from, value)
	if fun == nil || !c.checkFunc(fun) {
		return false
	}
	c.refers(from, name.Span, fun.unit, fun.decl.Name.Span)
	if fits, bad := f.suits(fun, p.Func); bad || !fits {
		if !bad {
			c.report("TUNE0205", from, name.Span, "function "+name.Text+" does not take and give what "+p.Name.Text+" of "+f.m.name+" does", "")
			c.relate(f.u, p.Func.Span, "it is said here")
		}
		return false
	}
	f.u.funcs[p.Name.Text], f.u.signatures[p.Name.Text] = fun, p.Func.Params
	return f.gave(p, strconv.Itoa(int(fun.unit.file))+"."+fun.decl.Name.Text)
}

// funcNamed is the function that an argument names, one of the file or MODULE.FUNCTION; nil if there is none, which is reported.
func (f *filling) funcNamed(p *lang.ModuleParam, from *unit, value lang.Expr) (*fn, lang.Name) {
	c := f.c
	if of, isSelect := value.(*lang.Select); isSelect {
		if m, isModule := c.moduleCalled(ctx{unit: from}, &lang.Method{X: of.X}); isModule {
			return c.libraryFunc(from, m, of.X, of.Name), of.Name
		}
	}
	name, ok := f.name(p, from, value, "a function")
	if !ok {
		return nil, name
	}
	fun := from.funcs[name.Text]
	if fun == nil {
		c.unknownHere("TUNE0208", from, name, "function", sortedKeys(from.funcs), (*module).funcNames)
	}
	return fun, name
}

// suits says whether a function can stand for one of this signature.
func (f *filling) suits(fun *fn, s *lang.Signature) (fits, bad bool) {
	result := f.c.typeRef(f.u, s.Result)
	fits, bad = len(s.Params) == len(fun.params), result.bad
	for i, p := range s.Params {
		t := f.c.typeRef(f.u, p.Type)
		bad = bad || t.bad
		fits = fits && val{t: t}.fits(fun.params[i]) && (!t.opt || fun.params[i].opt)
	}
	return fits && val{t: fun.result}.fits(result) && (!fun.result.opt || result.opt), bad
}

// value gives a parameter a constant.
func (f *filling) value(p *lang.ModuleParam, from *unit, value lang.Expr) bool {
	c := f.c
	t := c.typeRef(f.u, p.Type)
	if t.bad {
		f.u.classes[p.Name.Text] = nil // it may be meant for one
		return false
	}
	c.declares(f.u, ParamSymbol, "", p.Name, t)
	at := pos(from, value.Pos())
	if t.Base == bundle.Text_ {
		text, isText := value.(*lang.String)
		if !isText || len(text.Holes) > 0 {
			c.report("TUNE0205", from, value.Pos(), p.Name.Text+" is a text without holes", `write it in quotes: "…"`)
			return false
		}
		f.u.consts[p.Name.Text] = val{t: t, str: text.Value, e: &ir.Truth{Node: ir.Node{T: t.Type, P: at}}}
		return f.gave(p, text.Value)
	}
	v, ok := c.constant(from, value, t, p.Name.Text)
	if !ok {
		return false
	}
	k := val{e: num(v, t, at), t: t}
	if t.Base == bundle.Bool {
		k.e = &ir.Truth{Node: ir.Node{T: t.Type, P: at}, V: v != 0}
	}
	f.u.consts[p.Name.Text] = k
	return f.gave(p, number(v))
}
