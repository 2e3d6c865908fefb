package check

import (
	"slices"

	"github.com/tune-autonomic/tune/compiler/bundle"
	"github.com/tune-autonomic/tune/lang"
)

// An event has a name where it is declared, and MODULE.EVENT where the module is imported. A module's events are each use's
// own: uses that give it other things have an event each, and who names one means that which is about the same.

// eventNamed is the event that a name means; nil if there is none, which is reported. Of a module's that are one for each use
// it is the one that is about what stands there, as about says. The names in also would do as well.
func (c *checker) eventNamed(u *unit, name lang.Name, about func(*event) bool, also ...string) *event {
	of, own := name.Cut()
	if of.Text != "" {
		return c.eventOfModule(u, of, own, about)
	}
	e := u.events[name.Text]
	if e == nil && u.lost.joined(name) {
		return nil
	}
	if e == nil {
		c.unknownHere("TUNE0209", u, name, "event", append(sortedKeys(u.events), also...), (*module).eventNames)
		return nil
	}
	c.refers(u, name.Span, e.unit, e.decl.Name.Span)
	return e
}

// eventOfModule is the event of a module that is imported.
func (c *checker) eventOfModule(u *unit, module, own lang.Name, about func(*event) bool) *event {
	m := u.modules[module.Text]
	if m == nil {
		c.unknownModule(u, module)
		return nil
	}
	c.refersModule(u, module.Span, m)
	switch {
	case m.hasEvent(own.Text):
	case c.lost[m.source].has(own):
		return nil
	default:
		c.unknownOf(m.name, "TUNE0209", u, own, "module "+m.name+" has no event "+own.Text, m.eventNames(), "it has")
		return nil
	}
	if m.library != nil && len(m.units) == 0 {
		c.fillIn(m, &lang.Use{})
	}
	all := m.events(own.Text)
	switch {
	case len(all) == 0 && (c.misused(m.name) || u != c.system):
		return nil // it has been told, or is where the module is used
	case len(all) == 0:
		c.unused(u, m, lang.Span{Start: module.Span.Start, End: own.Span.End})
		return nil
	}
	if c.misused(m.name) && !slices.ContainsFunc(all, about) {
		return nil // it is that of the use that was wrong
	}
	e := c.theOne(u, m, own, narrowed(narrowed(all, about), (*event).played),
		"give them the same, or let one start on an event of the system: use "+m.name+".POLICY on EVENT (…)")
	if e != nil {
		c.refers(u, own.Span, e.unit, e.decl.Name.Span)
	}
	return e
}

// unused reports a module that is imported, and of which nothing is used: once, with all places that ask for what a use has.
func (c *checker) unused(u *unit, m *module, at lang.Span) {
	if c.system.lost.has(lang.Name{Text: m.name}) {
		return // its use could not be read
	}
	if !c.alsoHere("unused "+m.name, u, lang.Name{Text: m.name, Span: at}, "") {
		c.report("TUNE0209", u, at, "nothing uses module "+m.name+": its events and policies are those of a use", "add use "+givenTo(m.file))
	}
}

// theOne is the event that is left of those of one name; nil if there are several, which is reported, if hosts are known.
func (c *checker) theOne(u *unit, m *module, own lang.Name, left []*event, hint string) *event {
	if len(left) > 1 {
		if c.system.lost.nameless["host"] {
			return nil // which of them it is, a host's name may say
		}
		c.report("TUNE0209", u, own.Span, "of which use of "+m.name+" is this "+own.Text+"? Uses that give other things have one each", hint)
		return nil
	}
	return left[0]
}

// eventAsked is the event whose name a test asks about; nil if it is none of the program's. False if it is reported.
func (c *checker) eventAsked(x ctx, name lang.Name, args []*lang.Arg) (*event, bool) {
	module, own := name.Cut()
	m := x.unit.modules[module.Text]
	if m == nil {
		e := c.entered[name.Text]
		if e != nil {
			c.refers(x.unit, name.Span, e.unit, e.decl.Name.Span)
		}
		return e, true
	}
	all := slices.DeleteFunc(m.events(own.Text), func(e *event) bool { return e.index < 0 })
	if len(all) == 0 {
		return nil, true
	}
	if len(args) > 0 && c.misused(m.name) && !slices.ContainsFunc(all, c.asks(x, args)) {
		return nil, false // it is that of the use that was wrong
	}
	e := c.theOne(x.unit, m, own, narrowed(all, c.asks(x, args)), "say what it is about, such as times("+name.Text+"(node1)), if they are about different things")
	if e == nil {
		return nil, false
	}
	c.refersModule(x.unit, module.Span, m)
	c.refers(x.unit, own.Span, e.unit, e.decl.Name.Span)
	return e, true
}

// ofAnotherUse adds a place to the finding that has told that no use of a module is about a class, and says whether there is one.
// If not, the next finding is that.
func (c *checker) ofAnotherUse(u *unit, at lang.Span, module string, cl *class) bool {
	return module != "" && cl != nil && c.alsoHere("no use of "+module+" is about "+cl.name, u, lang.Name{Span: at}, "")
}

// bringsAnother says the same of an event that brings something of a class, where it is about another one.
func (c *checker) bringsAnother(u *unit, e *event, args []*lang.Arg, classOf func(lang.Expr) *class) bool {
	if len(args) == 0 || len(e.params) == 0 || e.params[0].Class < 0 {
		return false
	}
	at := args[0].Value
	c.muted++
	cl := classOf(at)
	c.muted--
	return cl != nil && cl.index != e.params[0].Class && c.ofAnotherUse(u, at.Pos(), c.moduleOf(e), cl)
}

// moduleOf is the module that the event is of; "" if it is the system's.
func (c *checker) moduleOf(e *event) string {
	if e.unit == c.system {
		return ""
	}
	return c.sources[e.unit.file].Name.Text
}

// narrowed are those of some events that fit; all of them if none does, or if there is nothing to choose.
func narrowed(all []*event, fits func(*event) bool) []*event {
	if len(all) < 2 {
		return all
	}
	if some := slices.DeleteFunc(slices.Clone(all), func(e *event) bool { return !fits(e) }); len(some) > 0 {
		return some
	}
	return all
}

// played says whether a policy that is used starts on the event, or emits it.
func (e *event) played() bool { return e.unit.plays[e.decl.Name.Text] }

// events are the events of this name, of each way in which the module is filled in.
func (m *module) events(name string) []*event {
	var all []*event
	for _, u := range m.units {
		if e := u.events[name]; e != nil {
			all = append(all, e)
		}
	}
	return all
}

func (m *module) eventNames() []string {
	var names []string
	for _, e := range each[*lang.Event](m.file) {
		names = append(names, e.Name.Text)
	}
	return names
}

func (m *module) hasEvent(name string) bool { return slices.Contains(m.eventNames(), name) }

// notePlayed notes which events of its module a use's policies start on or emit.
func (u *unit) notePlayed(d *lang.Use, policies []*lang.Policy) {
	for _, p := range policies {
		if p.On != nil && d.On == nil {
			u.plays[p.On.Event.Text] = true
		}
		lang.Walk(p, func(n lang.Node) {
			if emit, isEmit := n.(*lang.Emit); isEmit {
				u.plays[emit.Event.Text] = true
			}
		})
	}
}

// takes says, of several events, which may bring what stands in an `emit`: their first values may be of different classes.
func (c *checker) takes(x ctx, args []*lang.Arg) func(*event) bool {
	return func(e *event) bool {
		c.muted++
		defer func() { c.muted-- }()
		values, ok := c.matchArgs(x, args, e.decl.Params, e.name, e.decl.Span)
		for i, value := range values {
			ok = ok && value != nil && c.expr(x, value).fits(e.params[i])
		}
		return ok
	}
}

// hasEvent says whether a module that is imported has an event.
func (c *checker) hasEvent(u *unit, module, own lang.Name) bool {
	m := u.modules[module.Text]
	return m != nil && m.hasEvent(own.Text)
}

// anyBad says whether something of what is given isn't known.
func (c *checker) anyBad(x ctx, args []*lang.Arg) bool {
	c.muted++
	defer func() { c.muted-- }()
	return slices.ContainsFunc(args, func(a *lang.Arg) bool { return c.expr(x, a.Value).t.bad })
}

// startsOn says, of several events, which are about what a policy says that it starts on.
func (c *checker) startsOn(params unitParams) func(*event) bool {
	return func(e *event) bool {
		c.muted++
		defer func() { c.muted-- }()
		for i, p := range params.list[:min(len(params.list), len(e.params))] {
			if p.Type != nil && c.typeRef(params.of, p.Type).Type != e.params[i].Type {
				return false
			}
		}
		return true
	}
}

// asks says, of several events, which may be about the thing that a test asks for.
func (c *checker) asks(x ctx, args []*lang.Arg) func(*event) bool {
	return func(e *event) bool {
		cl := c.classAsked(x, args)
		return cl != nil && len(e.params) > 0 && e.params[0].Space == cl.space.index && (e.params[0].Class < 0 || e.params[0].Class == cl.index)
	}
}

// classAsked is the class of the one thing that a test asks about; nil if it asks about none.
func (c *checker) classAsked(x ctx, args []*lang.Arg) *class {
	if len(args) != 1 {
		return nil
	}
	name, ok := nameIn(args[0].Value)
	if !ok {
		return nil
	}
	c.muted++
	defer func() { c.muted-- }()
	return c.meant(x.trial.world, &bundle.Fault{}, name)
}
