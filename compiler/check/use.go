package check

import (
	"slices"
	"strconv"

	"github.com/tune-autonomic/tune/compiler/finding"
	"github.com/tune-autonomic/tune/lang"
)

// filled is a use whose module has got what it needs.
type filled struct {
	m        *module
	policies []*lang.Policy
	u        *unit
}

// fill gives a module's parameters what a use says.
func (c *checker) fill(d *lang.Use) {
	if c.takeIn(d) {
		return
	}
	meant := d.Module.Text
	switch near := nearest(meant, sortedKeys(c.modules)); {
	case c.modules[meant] != nil:
	case near != "":
		meant = near
	case c.system.lost.holed(d.Span) || len(c.unread) == 0:
		meant = "" // it may be any
	}
	c.unfilled[meant] = true
}

// misused says whether a use of a module was wrong, or one that may be of any module: what it would have brought isn't known.
func (c *checker) misused(module string) bool { return c.unfilled[module] || c.unfilled[""] }

// takeIn says whether all is there of what a use names.
func (c *checker) takeIn(d *lang.Use) bool {
	m := c.modules[d.Module.Text]
	if m == nil {
		c.unknownModule(c.system, d.Module)
		return false
	}
	c.refersModule(c.system, d.Module.Span, m)
	policies := c.used(m, d)
	if len(policies) == 0 {
		return false
	}
	before := len(c.findings)
	u, ok := c.fillIn(m, d)
	if !ok {
		return false
	}
	c.blame(u, m, d, before) // for its functions, before those of another use are looked at
	c.blameUse(u, m, d)
	u.notePlayed(d, policies)
	c.weighsInVain(u, m, d)
	c.filled[d] = filled{m, policies, u}
	return true
}

// refersModule records a use of a module's name.
func (c *checker) refersModule(u *unit, name lang.Span, m *module) {
	of := c.newUnit(m.source)
	c.declares(of, ModuleSymbol, "", m.file.Name, typ{bad: true})
	c.refers(u, name, of, m.file.Name.Span)
}

// use takes a module's policy, or all that it has, into the program: its parameters have become what the use gives them.
func (c *checker) use(d *lang.Use) {
	f, ok := c.filled[d]
	if !ok {
		return
	}
	u, m := f.u, f.m
	before := len(c.findings)
	for _, decl := range f.policies {
		if !c.usePolicy(u, m, d, decl) {
			c.unfilled[m.name] = true
		}
	}
	c.blame(u, m, d, before)
	c.blameUse(u, m, d)
	for i := before; i < len(c.findings); i++ {
		if f := &c.findings[i]; f.File == m.file.Path {
			f.Related = append(f.Related, finding.Related{File: c.sources[0].Path, Span: d.Span, Msg: finding.FilledIn})
		}
	}
}

// unknownModule reports a name that is no module's. One that an import may have brought which could not be read is told there.
func (c *checker) unknownModule(u *unit, name lang.Name) {
	untold := u == c.system && slices.ContainsFunc(c.unread, func(module string) bool {
		return module == "" || name.Text == module || nearest(name.Text, []string{module}) != ""
	})
	if name.Text != "" && !untold {
		c.unknown("TUNE0223", u, name, "no module "+name.Text+" is imported", sortedKeys(u.modules), "imported are")
	}
}

// used are the policies that a use names: one, or all of the module.
func (c *checker) used(m *module, d *lang.Use) []*lang.Policy {
	all := each[*lang.Policy](m.file)
	var names []string
	for _, p := range all {
		if p.Name.Text == d.Policy.Text {
			return []*lang.Policy{p}
		}
		names = append(names, p.Name.Text)
	}
	switch {
	case d.Policy.Text != "":
		c.unknownOf(m.name, "TUNE0210", c.system, d.Policy, "module "+m.name+" has no policy "+d.Policy.Text, names, "it has")
		return nil
	case len(all) == 0 && c.lost[m.source].nameless["policy"]:
	case len(all) == 0:
		c.report("TUNE0210", c.system, d.Module.Span, "module "+m.name+" has no policies", "")
	case len(all) > 1 && d.On != nil:
		c.report("TUNE0207", c.system, d.On.Span, "module "+m.name+" has several policies: which of them starts on "+d.On.Event.Text+"?",
			"name it: use "+m.name+"."+names[0]+" on "+d.On.Event.Text)
		return nil
	}
	return all
}

// usePolicy checks one policy of a module as a use fills it in. The event that the use says outranks the policy's own; false
// if there is neither.
func (c *checker) usePolicy(u *unit, m *module, d *lang.Use, decl *lang.Policy) bool {
	on := starter{params: unitParams{of: u}}
	if decl.On != nil {
		on.event, on.in, on.params.list = decl.On.Event, u, decl.On.Params
	}
	if d.On != nil {
		on.event, on.in = d.On.Event, c.system
	}
	module, _ := on.event.Cut()
	if on.in == nil || on.in == u && module.Text == "" && u.events[on.event.Text] == nil && !builtInEvent(on.event.Text) {
		if u.lost.mayBe("TUNE0209", on.event.Span) || u.lost.has(on.event) || u.lost.unread(decl.Span) {
			return false
		}
		if near := nearest(on.event.Text, sortedKeys(u.events)); near != "" && d.On == nil && !c.library[m.file] {
			c.unknown("TUNE0209", u, on.event, "there is no event "+on.event.Text, sortedKeys(u.events), "")
			return false
		}
		c.report("TUNE0209", c.system, d.Span, "policy "+m.name+"."+decl.Name.Text+" starts on an event of the system: on which?",
			"say it: use "+m.name+"."+decl.Name.Text+" on EVENT (…)")
		return false
	}
	name := c.newPolicyName(m.name+"."+decl.Name.Text, d.On)
	c.policies[name] = d.Module
	c.declares(u, PolicySymbol, "", decl.Name, typ{bad: true})
	if d.Policy.Text != "" {
		c.refers(c.system, d.Policy.Span, u, decl.Name.Span)
	}
	c.policy(u, decl, on, name)
	return true
}

// newPolicyName is a name that no policy has yet: a module's policy may be used more than once.
func (c *checker) newPolicyName(name string, on *lang.Trigger) string {
	if _, taken := c.policies[name]; taken && on != nil {
		name += " on " + on.Event.Text
	}
	unique := name
	for n := 2; ; n++ {
		if _, taken := c.policies[unique]; !taken {
			return unique
		}
		unique = name + " " + strconv.Itoa(n)
	}
}

// onlyModuleParts reports what a module may not declare.
func (c *checker) onlyModuleParts(m *module) {
	for _, d := range m.file.Decls {
		switch d.(type) {
		case *lang.ModuleParam, *lang.Func, *lang.Event, *lang.Policy:
		default:
			c.report("TUNE0224", c.newUnit(m.source), d.Pos(), "a module has params, functions, events and policies only", "declare this in the system that uses it")
		}
	}
}
