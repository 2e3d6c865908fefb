package check

import (
	"github.com/tune-autonomic/tune/compiler/bundle"
	"github.com/tune-autonomic/tune/compiler/ir"
	"github.com/tune-autonomic/tune/lang"
)

// event is a declared event with its parameters' types.
type event struct {
	index  int32
	decl   *lang.Event
	params []typ
}

// external says whether the event comes from outside, or from `emit`.
func (e *event) external() bool {
	return e.decl.When == nil && e.decl.Silent == nil && e.decl.Every == nil
}

// fromOutside is an event that can be emitted, by name.
func (c *checker) fromOutside(u *unit, name lang.Name) *event {
	e := c.events[name.Text]
	if e == nil {
		c.unknown("TUNE0209", u, name, "there is no event "+name.Text, sortedKeys(c.events), "")
		return nil
	}
	c.refers(u, name.Span, c.system, e.decl.Name.Span)
	if !e.external() {
		c.report("TUNE0226", u, name.Span, "event "+name.Text+" happens by its own condition: it can't be emitted", "declare one without `when`")
		return nil
	}
	return e
}

func (c *checker) declareEvent(d *lang.Event) {
	if d.Name.Text == "" {
		return
	}
	if old := c.events[d.Name.Text]; old != nil {
		c.reportf("TUNE0204", c.system, d.Name.Span, "event %s is already declared", d.Name.Text)
		c.relate(c.system, old.decl.Name.Span, "it is declared here")
		return
	}
	if d.Name.Text == "deploy" || d.Name.Text == "shutdown" {
		c.reportf("TUNE0204", c.system, d.Name.Span, "the event %s is built in", d.Name.Text)
		return
	}
	e := &event{index: int32(len(c.events)), decl: d}
	for i, p := range d.Params {
		if i > 0 && p.Name.Text == d.Params[0].Name.Text {
			c.reportf("TUNE0204", c.system, p.Name.Span, "%s is a parameter already", p.Name.Text)
		}
		e.params = append(e.params, c.typeRef(c.system, p.Type))
	}
	c.events[d.Name.Text] = e
	c.declares(c.system, EventSymbol, "", d.Name, typ{bad: true})
}

// checkEvents checks the conditions.
func (c *checker) checkEvents() {
	for _, d := range each[*lang.Event](c.files.Main) {
		if c.files.stopped() {
			return
		}
		if e := c.events[d.Name.Text]; e != nil && e.decl == d {
			c.program.Events = append(c.program.Events, c.event(e))
		}
	}
}

func (c *checker) event(e *event) *ir.Event {
	d := e.decl
	out := &ir.Event{Name: d.Name.Text, Class: -1, Pos: pos(c.system, d.Span), External: e.external()}
	x := ctx{unit: c.system, mode: inEvent}
	for i, p := range d.Params {
		v := &ir.Var{Name: p.Name.Text, Type: e.params[i].Type}
		c.hides(c.system, c.system, p.Name)
		c.declares(c.system, LocalSymbol, "", p.Name, e.params[i])
		x = x.bind(p.Name.Text, v, e.params[i], p.Name.Span)
		if i == 0 && e.params[i].inst() {
			out.Thing, out.Class = v, e.params[i].Class
		}
		out.Payload = append(out.Payload, e.params[i].Type)
		c.eventParam(e, i, p)
	}
	if !out.External {
		out.Payload = nil
	}
	out.For, _ = c.nanos(c.system, d.For, "how long it must hold")
	switch {
	case d.When != nil:
		c.begin()
		out.Cond, _ = c.truth(x, d.When, "an event's condition")
		c.sayNever(c.system, d.When)
		c.sayTooMuch(c.system, d.Name.Span, d.Name.Text)
	case d.Every != nil:
		out.Every = c.positiveNanos(c.system, d.Every, "a period")
		if d.For != nil {
			c.report("TUNE0226", c.system, d.For.Pos(), "a period holds for no time", "leave `for` out")
			c.leaveOut(c.system, "for", d.For.Pos())
		}
	case d.Silent != nil:
		c.silent(x, d, out)
	case d.For != nil:
		c.report("TUNE0226", c.system, d.For.Pos(), "what comes from outside holds for no time", "leave `for` out")
		c.leaveOut(c.system, "for", d.For.Pos())
	}
	return out
}

// eventParam says what an event may be about: one thing if it is watched; anything if it comes from outside.
func (c *checker) eventParam(e *event, i int, p *lang.Param) {
	t := e.params[i]
	switch {
	case t.bad:
	case e.decl.Every != nil:
		c.report("TUNE0226", c.system, p.Span, "a period is about the whole system: it has no parameters", "")
	case !e.external() && (i > 0 || !t.inst()):
		c.report("TUNE0226", c.system, p.Span, "what is watched is one thing", "an event with a condition has one parameter, of a class")
	case t.opt, t.set(), !t.inst() && !t.Numeric() && t.Base != bundle.Bool:
		c.report("TUNE0226", c.system, p.Span, "an event brings things, numbers and bools, not "+c.aType(t), "")
	}
}

// silent reads `silent(h) for 30s`.
func (c *checker) silent(x ctx, d *lang.Event, out *ir.Event) {
	e := d.Silent
	if call, isCall := e.(*lang.Call); isCall && call.Func.Text == "silent" && len(call.Args) == 1 {
		e = call.Args[0].Value
	}
	if id, isIdent := e.(*lang.Ident); !isIdent || out.Thing == nil || id.Text != out.Thing.Name {
		c.report("TUNE0226", c.system, d.Silent.Pos(), "silence is that of the event's own thing", "write event lost(h: rack) when silent(h) for 30s")
		return
	}
	c.refers(c.system, e.Pos(), c.system, d.Params[0].Name.Span)
	if d.For == nil {
		c.report("TUNE0226", c.system, d.Silent.Pos(), "silent for how long?", "add `for 30s`")
		c.insert(c.system, d.Span.End, " for 30s")
		return
	}
	c.heard(d, e, out)
	out.Silent, out.For = out.For, 0
}

// heard reports a silence that nobody could tell from health: of what isn't measured, or not as often.
func (c *checker) heard(d *lang.Event, of lang.Expr, out *ir.Event) {
	if out.Class < 0 {
		return
	}
	cl := c.classes[out.Class]
	most, shortest := "", int64(0)
	for _, name := range sortedKeys(cl.probes) {
		if every := c.tables.Probes[cl.probes[name]].Every; most == "" || every < shortest {
			most, shortest = name, every
		}
	}
	switch {
	case most == "" && !c.meantToBeMeasured(cl):
		c.report("TUNE0212", c.system, of.Pos(), "nothing is measured of "+cl.name+": it is always silent", "declare a probe on it")
	case most != "" && out.For > 0 && out.For < shortest:
		every := lang.Print(cl.members[most].probe.Every)
		c.report("TUNE0214", c.system, d.For.Pos(), "probe "+most+" of "+cl.name+" measures every "+every+", and no other one more often: it would seem silent while it is well",
			"wait for two of its periods at least")
	}
}

// meantToBeMeasured says whether a probe is declared on a class, be it in vain.
func (c *checker) meantToBeMeasured(cl *class) bool {
	for _, p := range each[*lang.Probe](c.files.Main) {
		if p.On.Text == cl.name {
			return true
		}
	}
	return false
}
