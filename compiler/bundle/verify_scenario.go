package bundle

// scenarios checks the worlds to simulate.
func (v *verifier) scenarios() error {
	for i := range v.p.Scenarios {
		sc := &v.p.Scenarios[i]
		if err := v.scenario("scenario "+sc.Name, sc); err != nil {
			return err
		}
	}
	for i, s := range v.p.Sources {
		if err := text("source "+s.Path, s.Path); err != nil {
			return err
		}
		if len(s.Text) > 1<<30 {
			return fault("source "+s.Path, "source %d has %d bytes", i, len(s.Text))
		}
	}
	return nil
}

func (v *verifier) scenario(where string, sc *Scenario) error {
	if err := first(name(where, sc.Name), span(where, "until", sc.Until), text(where, sc.Fidelity)); err != nil {
		return err
	}
	for _, r := range sc.Requires {
		if err := v.require(where, r); err != nil {
			return err
		}
	}
	for _, d := range sc.Deploys {
		if err := span(where, "deployment at", d.At); err != nil {
			return err
		}
		for _, c := range d.Classes {
			if err := v.class(where, c); err != nil {
				return err
			}
		}
	}
	for _, e := range sc.Emits {
		if err := v.emitAt(where, e); err != nil {
			return err
		}
	}
	for _, w := range sc.Wishes {
		if err := v.wish(where, w); err != nil {
			return err
		}
	}
	for _, a := range sc.Answers {
		if err := first(span(where, "answer at", a.At), index(where, "policy", a.Policy, len(v.p.Policies)), answers(where, a.Verb)); err != nil {
			return err
		}
	}
	for _, w := range sc.Work {
		if err := first(v.class(where, w.Class), amount(where, "work", w.Seconds)); err != nil {
			return err
		}
	}
	if err := settings(where, sc.Settings); err != nil {
		return err
	}
	for _, f := range sc.Faults {
		if err := v.faultAt(where, f); err != nil {
			return err
		}
	}
	return v.loads(where, sc)
}

func (v *verifier) emitAt(where string, e EmitAt) error {
	if err := first(span(where, "event at", e.At), index(where, "event", e.Event, len(v.p.Events))); err != nil {
		return err
	}
	ev := &v.p.Events[e.Event]
	if !ev.External {
		return fault(where, "event %s comes from its condition, not from outside", ev.Name)
	}
	if len(ev.Payload) != len(e.Payload) {
		return fault(where, "event %s brings %d values, and the scenario gives %d", ev.Name, len(ev.Payload), len(e.Payload))
	}
	for i, t := range ev.Payload {
		if err := v.given(where, e.Payload[i], t.Type); err != nil {
			return err
		}
	}
	return nil
}

// given checks a value that a scenario gives: an instance of the type's space, or a number.
func (v *verifier) given(where string, g Given, t Type) error {
	if t.Base != Inst {
		if g.Class != -1 || g.Thing != "" {
			return fault(where, "an instance is given where a number is wanted")
		}
		return finite(where, "value", g.Value)
	}
	if err := first(v.class(where, g.Class), text(where, g.Thing)); err != nil {
		return err
	}
	if v.p.Classes[g.Class].Space != t.Space || t.Class >= 0 && t.Class != g.Class || g.Thing == "" {
		return fault(where, "%q of %s is given where another instance is wanted", g.Thing, v.p.Classes[g.Class].Name)
	}
	return nil
}

func (v *verifier) loads(where string, sc *Scenario) error {
	for _, c := range sc.Clients {
		if err := v.class(where, c.Class); err != nil {
			return err
		}
		if err := v.curve(where, "clients", c.Points); err != nil {
			return err
		}
	}
	for _, r := range sc.Requests {
		if err := first(v.class(where, r.Class), v.load(where, "requests", r.From, r.Points)); err != nil {
			return err
		}
	}
	for _, l := range sc.Loads {
		if err := first(v.class(where, l.Class), v.load(where, "load", l.From, l.Points)); err != nil {
			return err
		}
	}
	return nil
}

// load checks that a load has data or points.
func (v *verifier) load(where, what string, from DataRef, points []Point) error {
	if len(points) > 0 {
		return v.curve(where, what, points)
	}
	return data(where, from)
}

func (v *verifier) curve(where, what string, points []Point) error {
	last := int64(0)
	for _, p := range points {
		if err := first(amount(where, what, p.N), span(where, what+" at", p.At)); err != nil {
			return err
		}
		if p.At < last {
			return fault(where, "%s at %d ns come after those at %d ns", what, p.At, last)
		}
		last = p.At
	}
	return nil
}

func (v *verifier) faultAt(where string, f Fault) error {
	if err := first(span(where, "fault at", f.At, f.For), finite(where, "fault by", f.By), text(where, f.Instance)); err != nil {
		return err
	}
	if f.By < -1 || f.By > MaxLie {
		return fault(where, "a lie by %v; it is between -1 and %v", f.By, MaxLie)
	}
	switch f.Kind {
	case "crash":
		return v.strikes(where, f, Host)
	case "fail", "stall":
		if f.Class == -1 {
			return nil
		}
		return v.strikes(where, f, VM)
	case "silence", "lie":
		return v.misleads(where, f)
	}
	return fault(where, "a fault of kind %q; there are crash, fail, stall, silence and lie", f.Kind)
}

// strikes checks that a fault is about things of a kind.
func (v *verifier) strikes(where string, f Fault, kind Kind) error {
	if err := v.class(where, f.Class); err != nil {
		return err
	}
	if cl := &v.p.Classes[f.Class]; cl.Kind != kind {
		return fault(where, "a fault of kind %s can't be about %s", f.Kind, cl.Name)
	}
	return nil
}

// misleads checks that a fault is about a probe and what it watches.
func (v *verifier) misleads(where string, f Fault) error {
	if err := first(v.class(where, f.Class), index(where, "probe", f.Probe, len(v.p.Probes))); err != nil {
		return err
	}
	pr, cl := &v.p.Probes[f.Probe], &v.p.Classes[f.Class]
	if v.p.Classes[pr.Class].Space != cl.Space {
		return fault(where, "probe %s doesn't watch %s", pr.Name, cl.Name)
	}
	return nil
}

func amount(where, what string, x float64) error {
	if err := finite(where, what, x); err != nil {
		return err
	}
	if x < 0 {
		return fault(where, "%s %v is negative", what, x)
	}
	return nil
}

func data(where string, d DataRef) error {
	return first(name(where, d.Func), text(where, d.Name), settings(where, d.Args))
}

func settings(where string, ss []Setting) error {
	for _, s := range ss {
		if s.Type == Void || s.Type > Text_ {
			return fault(where, "setting %s has type %d: a number, a truth or a text is possible", s.Name, s.Type)
		}
		if err := first(name(where, s.Name), finite(where, s.Name, s.Value), text(where, s.Text)); err != nil {
			return err
		}
	}
	return nil
}

func (v *verifier) wish(where string, w WishAt) error {
	if err := span(where, "time", w.At, w.For); err != nil {
		return err
	}
	if w.Policy >= 0 {
		if err := index(where, "policy", w.Policy, len(v.p.Policies)); err != nil {
			return err
		}
	}
	switch {
	case w.Policy < -1 || w.Class < -1 || w.Policy >= 0 && w.Class >= 0:
		return fault(where, "an operator wants something of policy %d and class %d", w.Policy, w.Class)
	case w.Kind == WishPause && w.Class < 0, w.Kind == WishResume && w.Class < 0:
		return nil
	case w.Kind == WishIgnore, w.Kind == WishResume:
		return first(v.classOf(where, w.Class, Host, VM, Component), text(where, w.Instance))
	case w.Kind == WishPin:
		return first(v.classOf(where, w.Class, VM, Component), text(where, w.Instance))
	case w.Kind == WishMaintain:
		return first(v.classOf(where, w.Class, Host), text(where, w.Instance))
	}
	return fault(where, "nobody knows what it is to %q", w.Kind)
}

func answers(where, verb string) error {
	if verb == AnswerApprove || verb == AnswerRefuse || verb == AnswerClear {
		return nil
	}
	return fault(where, "an operator can't answer %q", verb)
}
