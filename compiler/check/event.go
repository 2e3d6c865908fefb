package check

import (
	"slices"
	"strings"

	"github.com/tune-autonomic/tune/compiler/bundle"
	"github.com/tune-autonomic/tune/compiler/finding"
	"github.com/tune-autonomic/tune/compiler/ir"
	"github.com/tune-autonomic/tune/lang"
)

// event is a declared event with its parameters' types. Its index is -1 until it has a place among the program's: those
// of a module come in when something starts on them or emits them.
type event struct {
	index  int32
	name   string
	unit   *unit
	decl   *lang.Event
	params []typ
}

func builtInEvent(name string) bool { return name == "deploy" || name == "shutdown" }

// external says whether the event comes from outside, or from `emit`.
func (e *event) external() bool {
	return e.decl.When == nil && e.decl.Silent == nil && e.decl.Every == nil
}

// fromOutside is an event that can be emitted, by name; of a module's that are one for each use, the one that fits.
func (c *checker) fromOutside(u *unit, name lang.Name, about func(*event) bool) *event {
	if name.Text == "" {
		c.couldStand(u, name.Span, "there are", c.fromOutsideNames(u))
		return nil
	}
	if m := u.modules[name.Text]; m != nil && u.events[name.Text] == nil {
		behind := name.Span.End + len(".")
		c.couldStand(u, lang.Span{Start: behind, End: behind}, "it has", m.fromOutsideNames())
	}
	e := c.eventNamed(u, name, about)
	if e == nil {
		return nil
	}
	if !e.external() {
		c.report("TUNE0226", u, name.Span, "event "+name.Text+" happens by its own condition: it can't be emitted", "declare one without `when`")
		return nil
	}
	return e
}

// binds says whether an operator joins conditions.
func binds(op string) bool { return op == "and" || op == "or" }

// unsure says whether it isn't known what the event is about.
func (e *event) unsure() bool {
	return e.unit.lost.unread(e.decl.Span) || len(e.params) > 0 && e.params[0].bad
}

func (c *checker) declareEvent(u *unit, d *lang.Event, name string) {
	if d.Name.Text == "" {
		return
	}
	if old := u.events[d.Name.Text]; old != nil {
		c.reportf("TUNE0204", u, d.Name.Span, "event %s is already declared", d.Name.Text)
		c.relate(u, old.decl.Name.Span, "it is declared here")
		c.doubledEvents = append(c.doubledEvents, c.newEvent(u, d, name))
		return
	}
	if builtInEvent(d.Name.Text) {
		c.reportf("TUNE0204", u, d.Name.Span, "the event %s is built in", d.Name.Text)
		return
	}
	u.events[d.Name.Text] = c.newEvent(u, d, name)
	c.declares(u, EventSymbol, "", d.Name, typ{bad: true})
}

// newEvent reads what an event is about.
func (c *checker) newEvent(u *unit, d *lang.Event, name string) *event {
	e := &event{index: -1, name: name, unit: u, decl: d}
	for i, p := range d.Params {
		if i > 0 && p.Name.Text == d.Params[0].Name.Text {
			c.reportf("TUNE0204", u, p.Name.Span, "%s is a parameter already", p.Name.Text)
		}
		e.params = append(e.params, c.aboutOne(u, i, p, c.typeRef(u, p.Type)))
	}
	return e
}

// aboutOne is the type of an event's i-th parameter. What it is about, the first, has one class.
func (c *checker) aboutOne(u *unit, i int, p *lang.Param, t typ) typ {
	if i > 0 || !t.inst() || t.Class >= 0 {
		return t
	}
	c.report("TUNE0215", u, p.Type.Span, "an event is about something of one class, and machines of several stand there", "name one of them, or let the event bring it as its second value")
	return typ{bad: true}
}

// checkEvents checks the conditions.
func (c *checker) checkEvents() {
	for _, d := range each[*lang.Event](c.files.Main) {
		if c.files.stopped() {
			return
		}
		if e := c.system.events[d.Name.Text]; e != nil && e.decl == d {
			c.enter(e)
		}
	}
	for _, e := range c.doubledEvents {
		c.event(e)
	}
}

// enter is an event's place among the program's. It is checked when it comes there.
func (c *checker) enter(e *event) int32 {
	if e.index >= 0 {
		return e.index
	}
	e.index = int32(len(c.program.Events))
	c.entered[e.name] = e
	c.program.Events = append(c.program.Events, nil)
	muted, elsewhere, budget, said := c.muted, c.elsewhere, c.loops, c.said
	c.muted, c.elsewhere = 0, nil
	c.program.Events[e.index] = c.event(e)
	c.muted, c.elsewhere, c.loops, c.said = muted, elsewhere, budget, said
	return e.index
}

func (c *checker) event(e *event) *ir.Event {
	d, u := e.decl, e.unit
	out := &ir.Event{Name: e.name, Class: -1, Pos: pos(u, d.Span), External: e.external()}
	x := ctx{unit: u, mode: inEvent}
	for i, p := range d.Params {
		v := &ir.Var{Name: p.Name.Text, Type: e.params[i].Type}
		c.hides(u, u, p.Name)
		c.declares(u, LocalSymbol, "", p.Name, e.params[i])
		x = x.bind(p.Name.Text, v, e.params[i], p.Name.Span)
		if i == 0 && e.params[i].inst() {
			out.Thing, out.Class = v, e.params[i].Class
		}
		out.Payload = append(out.Payload, bundle.Param{Name: p.Name.Text, Type: e.params[i].Type})
		c.eventParam(e, i, p)
	}
	if !out.External {
		out.Payload = nil
	}
	if and, isJoined := d.For.(*lang.Binary); isJoined && binds(and.Op) {
		c.report("TUNE0205", u, and.OpSpan, "an event holds for a duration: what it asks stands before `for`", "write when … "+and.Op+" "+lang.Print(and.Y)+" for "+lang.Print(and.X))
	} else if d.Silent != nil {
		out.For = c.period(u, d.For, "how long it is silent")
	} else if d.For != nil {
		out.For = c.period(u, d.For, "how long it must hold")
	}
	switch {
	case d.When != nil:
		c.begin()
		out.Cond, _ = c.truth(x, d.When, "an event's condition")
		if !turnedOff(d.When) {
			c.sayNever(u, d.When)
		}
		c.sayTooMuch(u, d.Name.Span, d.Name.Text)
	case d.Every != nil:
		out.Every = c.period(u, d.Every, "a period")
		if d.For != nil {
			c.report("TUNE0226", u, d.For.Pos(), "a period holds for no time", "leave `for` out")
			c.leaveOut(u, "for", d.For.Pos())
		}
	case d.Silent != nil && len(e.params) > 0 && e.params[0].bad: // whose silence it is was told
	case d.Silent != nil:
		c.silent(x, d, out)
	case d.For != nil:
		c.report("TUNE0226", u, d.For.Pos(), "what comes from outside holds for no time", "leave `for` out")
		c.leaveOut(u, "for", d.For.Pos())
	}
	return out
}

// eventParam says what an event may be about: one thing if it is watched; anything if it comes from outside.
func (c *checker) eventParam(e *event, i int, p *lang.Param) {
	t := e.params[i]
	switch {
	case t.bad:
	case e.decl.Every != nil:
		c.report("TUNE0226", e.unit, p.Span, "a period is about the whole system: it has no parameters", "")
	case !e.external() && (i > 0 || !t.inst()):
		c.report("TUNE0226", e.unit, p.Span, "what is watched is one thing", "an event with a condition has one parameter, of a class")
	case t.opt, t.set(), !t.inst() && !t.Numeric() && t.Base != bundle.Bool:
		c.report("TUNE0226", e.unit, p.Span, "an event brings things, numbers and bools, not "+c.aType(t), "")
	}
}

// silent reads `silent(h) for 30s`.
func (c *checker) silent(x ctx, d *lang.Event, out *ir.Event) {
	e := d.Silent
	if call, isCall := e.(*lang.Call); isCall && call.Func.Text == "silent" && len(call.Args) == 1 {
		e = call.Args[0].Value
	}
	if id, isIdent := e.(*lang.Ident); !isIdent || out.Thing == nil || id.Text != out.Thing.Name {
		c.report("TUNE0226", x.unit, d.Silent.Pos(), "silence is that of the event's own thing", "write event lost(h: rack) when silent(h) for 30s")
		return
	}
	c.refers(x.unit, e.Pos(), x.unit, d.Params[0].Name.Span)
	if d.For == nil {
		c.report("TUNE0226", x.unit, d.Silent.Pos(), "silent for how long?", "add `for 30s`")
		c.insert(x.unit, d.Span.End, " for 30s")
		c.guess()
		return
	}
	c.heard(x.unit, d, e, out)
	out.Silent, out.For = out.For, 0
}

// heard reports a silence that nobody could tell from health: of what isn't measured, or not as often.
func (c *checker) heard(u *unit, d *lang.Event, of lang.Expr, out *ir.Event) {
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
	case most == "" && !c.system.lost.everywhere[cl.name] && !c.meantToBeMeasured(cl) && !c.halfRead(cl, "probe"):
		c.report("TUNE0212", u, of.Pos(), unmeasured+cl.name+alwaysSilent, "declare a probe on it")
		c.system.lost.nameless["member"] = true // that probe
	case most != "" && out.For > 0 && out.For < shortest:
		every := lang.Print(cl.members[most].probe.Every)
		c.report("TUNE0214", u, d.For.Pos(), "probe "+most+" of "+cl.name+" measures every "+every+", and no other one more often: it would seem silent while it is well",
			"wait for two of its periods at least")
	}
}

// lackProbe leaves out that nothing is measured of what lacks a metric: that is the probe which isn't there.
func (c *checker) lackProbe() {
	c.findings = slices.DeleteFunc(c.findings, func(f finding.Finding) bool {
		of, silent := strings.CutSuffix(strings.TrimPrefix(f.Msg, unmeasured), alwaysSilent)
		return f.Code == "TUNE0212" && silent && slices.ContainsFunc(c.findings, func(lacks finding.Finding) bool {
			return lacks.Code == "TUNE0203" && strings.HasSuffix(lacks.Msg, " of "+of)
		})
	})
}

// What is said of an event that waits for the silence of what nothing measures, around its class.
const (
	unmeasured   = "nothing is measured of "
	alwaysSilent = ": it is always silent"
)

// meantToBeMeasured says whether a probe is declared on a class, be it in vain.
func (c *checker) meantToBeMeasured(cl *class) bool {
	for _, p := range each[*lang.Probe](c.files.Main) {
		if p.On.Text == cl.name {
			return true
		}
	}
	return false
}
