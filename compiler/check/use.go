package check

import (
	"github.com/tune-autonomic/tune/compiler/bundle"
	"github.com/tune-autonomic/tune/compiler/finding"
	"github.com/tune-autonomic/tune/lang"
)

var moduleKinds = map[string]bundle.Kind{"hosts": bundle.Host, "vm": bundle.VM, "component": bundle.Component}

// use fills in a module's policy: its classes become the program's, its other parameters constants.
func (c *checker) use(d *lang.Use) {
	m := c.modules[d.Module.Text]
	if m == nil {
		if d.Module.Text != "" && c.importsRead() {
			c.unknown("TUNE0223", c.system, d.Module, "no module "+d.Module.Text+" is imported", sortedKeys(c.modules), "imported are")
		}
		return
	}
	of := newUnit(m.source)
	c.declares(of, ModuleSymbol, "", m.file.Name, typ{bad: true})
	c.refers(c.system, d.Module.Span, of, m.file.Name.Span)
	decl := modulePolicy(m, d.Policy.Text)
	if decl == nil {
		var names []string
		for _, p := range each[*lang.Policy](m.file) {
			names = append(names, p.Name.Text)
		}
		c.unknown("TUNE0210", c.system, d.Policy, "module "+m.name+" has no policy "+d.Policy.Text, names, "it has")
		return
	}
	u, ok := c.fillIn(m, d)
	if !ok || d.On == nil {
		return
	}
	name := m.name + "." + decl.Name.Text
	if _, twice := c.policies[name]; twice {
		name += " on " + d.On.Event.Text
	}
	c.policies[name] = d.Policy
	c.declares(u, PolicySymbol, "", decl.Name, typ{bad: true})
	c.refers(c.system, d.Policy.Span, u, decl.Name.Span)
	before := len(c.findings)
	c.policy(u, decl, d.On, name)
	for i := before; i < len(c.findings); i++ {
		if f := &c.findings[i]; f.File == m.file.Path {
			f.Related = append(f.Related, finding.Related{File: c.sources[0].Path, Span: d.Span, Msg: "as it is filled in here"})
		}
	}
}

// importsRead says whether all imports could be read: if one could not, a missing module was reported there.
func (c *checker) importsRead() bool { return len(c.modules) >= len(c.files.Main.Imports) }

func modulePolicy(m *module, name string) *lang.Policy {
	for _, p := range each[*lang.Policy](m.file) {
		if p.Name.Text == name {
			return p
		}
	}
	return nil
}

// fillIn makes the module's names: its parameters with the values that this use gives them, and its functions.
func (c *checker) fillIn(m *module, d *lang.Use) (*unit, bool) {
	u := newUnit(m.source)
	args := map[string]*lang.Arg{}
	params := each[*lang.ModuleParam](m.file)
	var names []string
	for _, p := range params {
		names = append(names, p.Name.Text)
	}
	ok := true
	for _, a := range d.Args {
		switch {
		case a.Name.Text == "":
			c.report("TUNE0207", c.system, a.Span, "which parameter of "+m.name+" is this?", "name it: "+usage(d.Policy.Text, names))
			ok = false
		case indexOf(names, a.Name.Text) < 0:
			c.unknown("TUNE0207", c.system, a.Name, "module "+m.name+" has no parameter "+a.Name.Text, names, "it has")
			ok = false
		case args[a.Name.Text] != nil:
			c.report("TUNE0207", c.system, a.Span, a.Name.Text+" is given twice", "")
			ok = false
		default:
			args[a.Name.Text] = a
		}
	}
	if !ok {
		return u, false
	}
	for _, p := range params {
		if a := args[p.Name.Text]; a != nil {
			c.refers(c.system, a.Name.Span, u, p.Name.Span)
		}
		ok = c.param(u, m, d, p, args[p.Name.Text]) && ok
	}
	if ok {
		c.declareFuncs(u, m.file)
	}
	return u, ok
}

// param gives one parameter of a module its class or constant.
func (c *checker) param(u *unit, m *module, d *lang.Use, p *lang.ModuleParam, a *lang.Arg) bool {
	if p.Type == nil || !c.freeName(u, p.Name) {
		return false
	}
	u.params[p.Name.Text] = p.Name.Span
	if a == nil && p.Default == nil {
		c.report("TUNE0207", c.system, d.Span, "module "+m.name+" needs "+p.Name.Text+" as well", "add "+p.Name.Text+": …")
		return false
	}
	if kind, isClass := moduleKinds[p.Type.Name.Text]; isClass && !p.Type.Set {
		c.declares(u, ParamSymbol, "", p.Name, typ{bad: true})
		return c.classParam(u, p, a, kind)
	}
	t := c.typeRef(u, p.Type)
	if t.bad {
		return false
	}
	c.declares(u, ParamSymbol, "", p.Name, t)
	value, from := p.Default, u
	if a != nil {
		value, from = a.Value, c.system
	}
	v, ok := c.constant(from, value, t, p.Name.Text)
	if !ok {
		return false
	}
	u.consts[p.Name.Text] = val{e: num(v, t, pos(from, value.Pos())), t: t}
	return true
}

func (c *checker) classParam(u *unit, p *lang.ModuleParam, a *lang.Arg, kind bundle.Kind) bool {
	if a == nil {
		c.report("TUNE0224", u, p.Span, "a class has no default", "")
		return false
	}
	id, isName := a.Value.(*lang.Ident)
	if !isName {
		c.report("TUNE0207", c.system, a.Value.Pos(), p.Name.Text+" is a class: give its name", "")
		return false
	}
	cl := c.classNamed(c.system, id.Name)
	if cl == nil {
		return false
	}
	if cl.kind != kind {
		c.report("TUNE0215", c.system, id.Name.Span, p.Name.Text+" stands for "+kindName(kind)+", and "+cl.name+" is "+kindName(cl.kind), "")
		return false
	}
	u.classes[p.Name.Text] = cl
	return true
}

// onlyModuleParts reports what a module may not declare.
func (c *checker) onlyModuleParts(m *module) {
	for _, d := range m.file.Decls {
		switch d.(type) {
		case *lang.ModuleParam, *lang.Func:
		case *lang.Policy:
		default:
			c.report("TUNE0224", newUnit(m.source), d.Pos(), "a module has params, functions and policies only", "declare this in the system that uses it")
		}
	}
}
