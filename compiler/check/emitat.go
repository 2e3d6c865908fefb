package check

import (
	"github.com/tune-autonomic/tune/compiler/bundle"
	"github.com/tune-autonomic/tune/lang"
)

// emitAt reads `at 300s emit more(h: node1, n: 3)`. Things are named, as faults name them: what there will be by then has a
// name already.
func (c *checker) emitAt(out *bundle.Scenario, d *lang.EmitAt) {
	when, ok := c.nanos(c.system, d.At, "when it comes")
	x := ctx{unit: c.system, mode: inEvent}
	e := c.fromOutside(c.system, d.Event, c.brings(x, out, d.Args))
	if e == nil || e.unsure() {
		return
	}
	classOf := func(at lang.Expr) *class {
		var found bundle.Fault
		if name, named := thingNamed(at); named {
			return c.meant(out, &found, name)
		}
		return nil
	}
	if c.bringsAnother(c.system, e, d.Args, classOf) {
		return
	}
	emit := bundle.EmitAt{At: when, Event: c.enter(e)}
	c.refersArgs(c.system, d.Args, e.unit, e.decl.Params)
	args, matched := c.matchArgs(x, d.Args, e.decl.Params, d.Event.Text, d.Event.Span)
	ok = ok && matched
	for i, value := range args {
		if value == nil || e.params[i].bad {
			ok = false
			continue
		}
		g, fits := c.given(out, e.params[i], value, e.decl.Params[i].Name.Text)
		emit.Payload = append(emit.Payload, g)
		ok = ok && fits
	}
	if ok {
		out.Emits = append(out.Emits, emit)
	}
}

// brings says, of several events, which may bring what a scenario gives.
func (c *checker) brings(x ctx, out *bundle.Scenario, args []*lang.Arg) func(*event) bool {
	return func(e *event) bool {
		c.muted++
		defer func() { c.muted-- }()
		values, ok := c.matchArgs(x, args, e.decl.Params, e.name, e.decl.Span)
		for i, value := range values {
			if ok = ok && value != nil; ok {
				_, ok = c.given(out, e.params[i], value, "")
			}
		}
		return ok
	}
}

// given reads a value that a scenario gives: a constant, or a thing by its name.
func (c *checker) given(sc *bundle.Scenario, t typ, value lang.Expr, what string) (bundle.Given, bool) {
	if !t.inst() {
		v, ok := c.constant(c.system, value, t, what)
		return bundle.Given{Value: v, Class: -1}, ok
	}
	name, ok := thingNamed(value)
	if !ok {
		if _, bad := value.(*lang.Bad); !bad {
			c.report("TUNE0205", c.system, value.Pos(), what+" is "+c.aType(t)+": give its name", "such as node1, or Servlet-1")
		}
		return bundle.Given{}, false
	}
	var found bundle.Fault
	cl := c.meant(sc, &found, name)
	switch {
	case cl == nil:
		return bundle.Given{}, false
	case cl.space.index != t.Space || t.Class >= 0 && t.Class != cl.index:
		c.report("TUNE0205", c.system, name.Span, what+" is "+c.aType(t)+", and "+name.Text+" is "+whatIs(cl, &found), "")
		return bundle.Given{}, false
	case found.Instance == "":
		c.report("TUNE0216", c.system, name.Span, what+" is one "+c.instName(t)+", and "+name.Text+" is the class of all", "give the name of one, such as "+cl.name+"-1")
		return bundle.Given{}, false
	}
	return bundle.Given{Class: cl.index, Thing: found.Instance}, true
}

// thingNamed is the name of a thing in the place of an expression: node1, Servlet-1, or "web.example.org".
func thingNamed(e lang.Expr) (lang.Name, bool) {
	switch e := e.(type) {
	case *lang.Ident:
		return e.Name, true
	case *lang.String:
		return lang.Name{Text: e.Value, Span: e.Span}, len(e.Holes) == 0
	}
	return lang.Name{}, false
}
