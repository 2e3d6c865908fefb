package bundle

import (
	"fmt"
	"slices"
)

// LeastPeriod is the shortest time (ns) after which a probe measures again or an event happens again, and for which one holds: 1 ms.
const LeastPeriod = 1_000_000

// architecture checks what there is: spaces, classes, links, and the ways between them.
func (v *verifier) architecture() error {
	p := v.p
	for i, s := range p.Spaces {
		where := fmt.Sprintf("space %d (%s)", i, s.Name)
		if err := name(where, s.Name); err != nil {
			return err
		}
		if s.Kind > Component {
			return fault(where, "kind %d", s.Kind)
		}
	}
	names := map[string]bool{}
	stands := map[int32]int32{} // space → space it stands on
	for i := range p.Classes {
		c := &p.Classes[i]
		where := fmt.Sprintf("class %d (%s)", i, c.Name)
		if names[c.Name] {
			return fault(where, "the name is taken")
		}
		names[c.Name] = true
		if err := first(v.oneClass(where, c), v.attrs(where, c), v.classOps(where, c)); err != nil {
			return err
		}
		on := int32(-1)
		if c.On >= 0 {
			on = p.Classes[c.On].Space
		}
		if have, ok := stands[c.Space]; ok && have != on {
			return fault(where, "another class of its space stands elsewhere")
		}
		stands[c.Space] = on
	}
	for i := range p.Links {
		where := fmt.Sprintf("link %d", i)
		if err := first(v.linkEnd(where, &p.Links[i].Left), v.linkEnd(where, &p.Links[i].Right)); err != nil {
			return err
		}
	}
	for i := range p.Navs {
		if err := v.nav(fmt.Sprintf("navigation %d (%s)", i, p.Navs[i].Name), &p.Navs[i]); err != nil {
			return err
		}
	}
	for i, in := range p.Insts {
		where := fmt.Sprintf("instance %d", i)
		if err := v.space(where, in.Space); err != nil {
			return err
		}
		if err := index(where, "instance", in.Index, MaxInstances); err != nil {
			return err
		}
	}
	for _, c := range p.Deploy {
		if err := v.class("deployment", c); err != nil {
			return err
		}
	}
	return nil
}

func (v *verifier) oneClass(where string, c *Class) error {
	if err := first(name(where, c.Name), v.space(where, c.Space), text(where, c.Driver, c.Image)); err != nil {
		return err
	}
	if c.Kind != v.kind(c.Space) {
		return fault(where, "it isn't of the kind of its space")
	}
	if (c.On < 0) != (c.Kind == Host) {
		return fault(where, "hosts stand on nothing, and everything else on something")
	}
	if c.On >= 0 {
		if err := v.class(where, c.On); err != nil {
			return err
		}
		on := v.p.Classes[c.On].Kind
		if on == Component || c.Kind == VM && on != Host {
			return fault(where, "it can't stand on class %d", c.On)
		}
	}
	if c.Min < 0 || c.Max < -1 || c.Max >= 0 && c.Min > c.Max {
		return fault(where, "bounds %d to %d", c.Min, c.Max)
	}
	if c.Initial < 0 || c.Initial > MaxInstances || c.Max > MaxInstances || c.Max >= 0 && c.Initial > c.Max {
		return fault(where, "%d instances at first, of at most %d (%d in any class)", c.Initial, c.Max, MaxInstances)
	}
	if len(c.Names) > MaxInstances {
		return fault(where, "%d names; at most %d are allowed", len(c.Names), MaxInstances)
	}
	for _, n := range c.Names {
		if err := name(where, n); err != nil {
			return err
		}
	}
	if c.Place.Rule > PlaceCode {
		return fault(where, "placement rule %d", c.Place.Rule)
	}
	if c.Place.Rule == PlaceCode && c.On < 0 {
		return fault(where, "hosts aren't placed")
	}
	return nil
}

func (v *verifier) attrs(where string, c *Class) error {
	if c.Sizes < 0 || c.Sizes > MaxInstances {
		return fault(where, "%d rows of attributes", c.Sizes)
	}
	for _, a := range c.Attrs {
		if err := first(name(where, a.Name), v.typ(where, a.Type), finite(where, a.Name, a.Values...), text(where, a.Texts...)); err != nil {
			return err
		}
		if n := max(len(a.Values), len(a.Texts)); n > 1 && n != int(c.Sizes) {
			return fault(where, "attribute %s has %d values for %d rows", a.Name, n, c.Sizes)
		}
	}
	if n := len(c.Watts); n > 1 && n != int(c.Sizes) {
		return fault(where, "%d power curves for %d rows", n, c.Sizes)
	}
	for _, curve := range c.Watts {
		if err := finite(where, "watts", curve...); err != nil {
			return err
		}
		if len(curve) == 0 || len(curve) > MaxTable {
			return fault(where, "a power curve of %d points", len(curve))
		}
	}
	if c.ReadyPort != -1 {
		return index(where, "attribute of the port", c.ReadyPort, len(c.Attrs))
	}
	return nil
}

func (v *verifier) classOps(where string, c *Class) error {
	for _, op := range c.Ops {
		at := where + ", operation " + op.Name
		if err := first(name(at, op.Name), text(at, op.Exec...), text(at, op.Template, op.To)); err != nil {
			return err
		}
		if len(op.Exec) == 0 && op.Template == "" {
			return fault(at, "it does nothing")
		}
		if op.Template != "" && !slices.ContainsFunc(v.p.Templates, func(s Source) bool { return s.Path == op.Template }) {
			return fault(at, "the bundle has no template %q", op.Template)
		}
		if err := v.parameters(at, op.Params); err != nil {
			return err
		}
		if op.Weighs && !v.weighing(Types(op.Params)) {
			return fault(at, "it weighs, and takes something else than a component and a number")
		}
	}
	return nil
}

func (v *verifier) parameters(where string, all []Param) error {
	for i := range all {
		at := fmt.Sprintf("%s, parameter %d", where, i+1)
		if err := first(name(at, all[i].Name), v.typ(at, all[i].Type)); err != nil {
			return err
		}
	}
	return nil
}

// weighing says whether parameters are those of an operation that weighs: a component and a number.
func (v *verifier) weighing(params []Type) bool {
	components, numbers := 0, 0
	for _, t := range params {
		switch {
		case t.Base == Inst && v.kind(t.Space) == Component:
			components++
		case t.Base == Int || t.Base == Float:
			numbers++
		}
	}
	return len(params) == 2 && components == 1 && numbers == 1
}

func (v *verifier) linkEnd(where string, e *LinkEnd) error {
	if err := first(v.class(where, e.Class), name(where, e.Role)); err != nil {
		return err
	}
	if e.Min < 0 || e.Max < -1 || e.Max >= 0 && e.Min > e.Max {
		return fault(where, "role %s has bounds %d to %d", e.Role, e.Min, e.Max)
	}
	return nil
}

func (v *verifier) nav(where string, n *Nav) error {
	if err := first(name(where, n.Name), v.space(where, n.From), v.space(where, n.To)); err != nil {
		return err
	}
	from, to := v.kind(n.From), v.kind(n.To)
	ok := false
	switch n.Kind {
	case NavHost:
		ok = !n.Many && from != Host && to != Component
	case NavHome, NavPlannedHost:
		ok = !n.Many && from == VM && to == Host
	case NavGuests:
		ok = n.Many && from != Component && to != Host
	case NavPlannedGuests:
		ok = n.Many && from == Host && to == VM
	case NavRole:
		if err := index(where, "link", n.Ref, len(v.p.Links)); err != nil {
			return err
		}
		near, far := v.p.Links[n.Ref].Left, v.p.Links[n.Ref].Right
		if n.Right {
			near, far = far, near
		}
		ok = v.p.Classes[near.Class].Space == n.From && v.p.Classes[far.Class].Space == n.To
	}
	if !ok {
		return fault(where, "no way of kind %d leads from space %d to %d", n.Kind, n.From, n.To)
	}
	return nil
}

// measuring checks what is known of instances: columns, probes, windows, histories.
func (v *verifier) measuring() error {
	p := v.p
	for i := range p.Columns {
		if err := v.column(fmt.Sprintf("column %d (%s)", i, p.Columns[i].Name), &p.Columns[i]); err != nil {
			return err
		}
	}
	for i := range p.Windows {
		w := &p.Windows[i]
		where := fmt.Sprintf("window %d", i)
		if err := first(v.sampled(where, w.Column), span(where, "span", w.Span), finite(where, "alpha", w.Alpha)); err != nil {
			return err
		}
		if w.Kind > WinEwma || w.Alpha < 0 || w.Alpha > 1 {
			return fault(where, "kind %d, alpha %v", w.Kind, w.Alpha)
		}
	}
	for i := range p.Columns {
		c := &p.Columns[i]
		if c.Kind != ColWindow {
			continue
		}
		if over := p.Windows[c.Ref].Column; p.Columns[over].Space != c.Space {
			return fault(fmt.Sprintf("column %d (%s)", i, c.Name), "its window is over another space's column")
		}
	}
	for i, h := range p.Hists {
		where := fmt.Sprintf("history %d", i)
		if err := v.sampled(where, h.Column); err != nil {
			return err
		}
		if h.N < 1 || h.N > MaxHistory {
			return fault(where, "%d samples; 1 to %d are allowed", h.N, MaxHistory)
		}
	}
	for i := range p.Probes {
		pr := &p.Probes[i]
		where := fmt.Sprintf("probe %d (%s)", i, pr.Name)
		if err := first(name(where, pr.Name), v.class(where, pr.Class), span(where, "stale", pr.Stale), text(where, pr.Source)); err != nil {
			return err
		}
		if err := v.columnOf(where, pr.Column, p.Classes[pr.Class].Space); err != nil {
			return err
		}
		if p.Columns[pr.Column].Kind != ColMetric || pr.Every < LeastPeriod || pr.History < 0 || pr.History > MaxHistory {
			return fault(where, "column %d, every %d ns, %d samples kept", pr.Column, pr.Every, pr.History)
		}
	}
	return nil
}

func (v *verifier) column(where string, c *Column) error {
	if err := first(v.space(where, c.Space), text(where, c.Name), v.typ(where, c.Type)); err != nil {
		return err
	}
	if !c.Type.Numeric() && c.Type.Base != Bool {
		return fault(where, "its values aren't numbers")
	}
	kind := v.kind(c.Space)
	switch {
	case c.Kind == ColAttr || c.Kind == ColMetric:
		return name(where, c.Name)
	case c.Kind == ColWindow:
		return index(where, "window", c.Ref, len(v.p.Windows))
	case c.Kind == ColDemand && kind == VM, c.Kind > ColDemand && c.Kind <= ColPlannedMemory && kind == Host:
		return nil
	}
	return fault(where, "no column of kind %d in this space", c.Kind)
}

// sampled checks that column i has samples.
func (v *verifier) sampled(where string, i int32) error {
	if err := index(where, "column", i, len(v.p.Columns)); err != nil {
		return err
	}
	if k := v.p.Columns[i].Kind; k != ColMetric && k != ColDemand {
		return fault(where, "column %d (%s) has no samples", i, v.p.Columns[i].Name)
	}
	return nil
}

// behaviour checks the tables of events, policies, and what they refer to, as far as no code is concerned.
func (v *verifier) behaviour() error {
	p := v.p
	for i, r := range p.Requires {
		if err := v.require(fmt.Sprintf("require %d", i), r); err != nil {
			return err
		}
	}
	for i, b := range p.Budgets {
		where := fmt.Sprintf("budget %d", i)
		if err := first(name(where, b.What), v.class(where, b.Class), span(where, "period", b.Per)); err != nil {
			return err
		}
		if b.N < 1 {
			return fault(where, "%d at a time: nothing could ever be done", b.N)
		}
	}
	for i := range p.Texts {
		if err := v.text(fmt.Sprintf("text %d", i), &p.Texts[i]); err != nil {
			return err
		}
	}
	for i := range p.Events {
		if err := v.event(fmt.Sprintf("event %d (%s)", i, p.Events[i].Name), &p.Events[i]); err != nil {
			return err
		}
	}
	for i := range p.Policies {
		if err := v.policy("policy "+p.Policies[i].Name, &p.Policies[i]); err != nil {
			return err
		}
	}
	for i := range p.Actions {
		if err := v.action(fmt.Sprintf("action %d", i), &p.Actions[i]); err != nil {
			return err
		}
	}
	return nil
}

func (v *verifier) require(where string, r Require) error {
	switch r.Kind {
	case RequireCapacity:
		if r.What != "cpu" && r.What != "memory" {
			return fault(where, "capacity of %q", r.What)
		}
		return v.classOf(where, r.Class, Host)
	case RequireApart, RequireSpread:
		if err := first(v.classOf(where, r.Class, Host), v.classOf(where, r.Of, VM, Component)); err != nil {
			return err
		}
		if !v.p.StandsOn(r.Of, r.Class) {
			return fault(where, "%s doesn't stand on %s", v.p.Classes[r.Of].Name, v.p.Classes[r.Class].Name)
		}
		if r.By != "" && !slices.ContainsFunc(v.p.Classes[r.Class].Attrs, func(a Attr) bool { return a.Name == r.By }) {
			return fault(where, "%s has no attribute %q", v.p.Classes[r.Class].Name, r.By)
		}
		return nil
	case RequireReady:
		if r.N < 1 {
			return fault(where, "%d ready: that holds by itself", r.N)
		}
		return v.classOf(where, r.Of, Component)
	}
	return fault(where, "nobody knows what %q requires", r.Kind)
}

// classOf is an error unless c is a class of one of some kinds.
func (v *verifier) classOf(where string, c int32, kinds ...Kind) error {
	if err := v.class(where, c); err != nil {
		return err
	}
	if kind := v.p.Classes[c].Kind; !slices.Contains(kinds, kind) {
		return fault(where, "%s is of the wrong kind, %s", v.p.Classes[c].Name, KindNames[kind])
	}
	return nil
}

func (v *verifier) text(where string, t *Text) error {
	if len(t.Parts) != len(t.Regs)+1 || len(t.Regs) != len(t.Types) {
		return fault(where, "%d parts with %d values of %d types", len(t.Parts), len(t.Regs), len(t.Types))
	}
	for _, typ := range t.Types {
		if err := v.typ(where, typ); err != nil {
			return err
		}
		switch typ.Base {
		case Secret:
			return fault(where, "a secret can't be filled in")
		case Void, Series, Iter, Pool:
			return fault(where, "a value of type %d has no form as text", typ.Base)
		}
	}
	return text(where, t.Parts...)
}

func (v *verifier) event(where string, e *Event) error {
	if err := first(name(where, e.Name), span(where, "time", e.Every, e.Silent, e.For)); err != nil {
		return err
	}
	if e.Class != -1 {
		if err := v.class(where, e.Class); err != nil {
			return err
		}
	}
	if err := v.parameters(where, e.Payload); err != nil {
		return err
	}
	for _, t := range Types(e.Payload) {
		if valueOf(t).kind == vBad {
			return fault(where, "values of type %d can't come with an event", t.Base)
		}
	}
	kinds := 0
	for _, is := range []bool{e.Every > 0, e.Silent > 0, e.External} {
		if is {
			kinds++
		}
	}
	if kinds > 1 || len(e.Payload) > 0 && !e.External || e.Silent > 0 && e.Class < 0 {
		return fault(where, "it is more than one of a period, a silence, and something from outside, or half of one")
	}
	if e.External && e.Class >= 0 {
		about := of(vInst, v.p.Classes[e.Class].Space)
		if len(e.Payload) == 0 || valueOf(e.Payload[0].Type) != about {
			return fault(where, "it is about %v, and doesn't bring it first", about)
		}
	}
	for _, w := range e.Watches {
		if err := index(where, "column", w.Column, len(v.p.Columns)); err != nil {
			return err
		}
		if w.Self && (e.Class < 0 || v.p.Columns[w.Column].Space != v.p.Classes[e.Class].Space) {
			return fault(where, "it has no column %d of its own", w.Column)
		}
	}
	return nil
}

func (v *verifier) policy(where string, pol *Policy) error {
	if err := first(name(where, pol.Name), span(where, "cooldown", pol.Cooldown)); err != nil {
		return err
	}
	if pol.Event < OnShutdown || int(pol.Event) >= len(v.p.Events) {
		return fault(where, "event %d, of %d", pol.Event, len(v.p.Events))
	}
	if len(pol.Regs) > 256 || len(pol.RegNames) != len(pol.Regs) {
		return fault(where, "%d registers with %d names", len(pol.Regs), len(pol.RegNames))
	}
	for i, t := range pol.Regs {
		if err := first(v.typ(where, t), text(where, pol.RegNames[i])); err != nil {
			return err
		}
		if valueOf(t).kind == vBad && t.Base != Void {
			return fault(where, "register %d can't keep a value of type %d", i, t.Base)
		}
	}
	if pol.Most < -1 {
		return fault(where, "at most %d actions", pol.Most)
	}
	for _, each := range pol.MostEach {
		if err := index(where, "class of which each brings actions", each.Class, len(v.p.Classes)); err != nil {
			return err
		}
		if each.N < 1 || pol.Most < 0 {
			return fault(where, "at most %d actions for each", each.N)
		}
	}
	if len(pol.States) == 0 || len(pol.States) > MaxStates {
		return fault(where, "%d states; 1 to %d are allowed", len(pol.States), MaxStates)
	}
	for i := range pol.States {
		s := &pol.States[i]
		if err := first(text(where, s.Name), index(where+", state "+s.Name, "state to enter again", s.Again, len(pol.States))); err != nil {
			return err
		}
	}
	return nil
}

// typ checks that t is a type that there is.
func (v *verifier) typ(where string, t Type) error {
	if t.Base > Series {
		return fault(where, "type %d", t.Base)
	}
	switch t.Base {
	case Inst, Set, Iter, Pool:
		if err := v.space(where, t.Space); err != nil {
			return err
		}
		if t.Class == -1 {
			return nil
		}
		if err := v.class(where, t.Class); err != nil {
			return err
		}
		if v.p.Classes[t.Class].Space != t.Space {
			return fault(where, "class %d isn't in space %d", t.Class, t.Space)
		}
	}
	return nil
}

// templates checks that each is there once, and no longer than a text may be.
func (v *verifier) templates() error {
	seen := map[string]bool{}
	for _, t := range v.p.Templates {
		where := "template " + t.Path
		if err := first(name(where, t.Path), text(where, t.Text)); err != nil {
			return err
		}
		if seen[t.Path] {
			return fault(where, "it is there twice")
		}
		seen[t.Path] = true
	}
	return nil
}
