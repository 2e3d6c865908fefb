package check

import (
	"slices"

	"github.com/tune-autonomic/tune/compiler/bundle"
	"github.com/tune-autonomic/tune/compiler/ir"
	"github.com/tune-autonomic/tune/lang"
)

// policy is a policy while it is checked.
type policy struct {
	c     *checker
	unit  *unit
	decl  *lang.Policy
	out   *ir.Policy
	flow  *flow
	base  ctx // the parameters
	acts  []int
	loss  []hazard
	start []started
	emits []*ir.Action
	// deploys holds for policies that set up or take down the whole system: nothing is served then.
	deploys bool
	broken  bool
	blind   bool // what its event is about isn't known
	// doubtful says that something that it does could not be read, or is wrong.
	doubtful bool
	// Of what was said: the classes of which nobody may be left to serve, those that are not drained before what interrupts
	// them, and the actions whose doing stays.
	unserved, undrained map[*class]bool
	kept                map[lang.Span]bool
	// unsure are the emissions of what may be unknown: these fail.
	unsure map[lang.Stmt]bool
	// wrong are the guards and actions that can't be relied on.
	wrong map[lang.Node]bool
}

func (c *checker) namePolicy(name lang.Name) {
	if old, taken := c.policies[name.Text]; taken {
		c.reportf("TUNE0204", c.system, name.Span, "policy %s is already declared", name.Text)
		c.relate(c.system, old.Span, "it is declared here")
		return
	}
	if cl := c.system.classes[name.Text]; cl != nil {
		c.reportf("TUNE0204", c.system, name.Span, "%s is already declared", name.Text)
		c.relate(c.system, cl.span, "it is declared here")
	}
	c.policies[name.Text] = name
	c.declares(c.system, PolicySymbol, "", name, typ{bad: true})
}

// checkPolicies checks the program's policies, and those of modules that it uses. What the modules are given is read first:
// policies that stand before a use may name its events.
func (c *checker) checkPolicies() {
	uses := map[string]lang.Span{}
	for _, d := range each[*lang.Use](c.files.Main) {
		if !c.again(c.system, "use", uses, d.Span) {
			c.fill(d)
		}
	}
	for _, d := range c.files.Main.Decls {
		if c.files.stopped() {
			return
		}
		switch d := d.(type) {
		case *lang.Policy:
			if d.On == nil && d.Name.Text == "" {
				continue
			}
			if d.On == nil {
				c.report("TUNE0226", c.system, d.Name.Span, "policy "+d.Name.Text+" starts on nothing", "write policy "+d.Name.Text+" on EVENT")
				c.system.lost.nameless["policy"] = true // its name may be what was left out
				continue
			}
			c.policy(c.system, d, starter{d.On.Event, c.system, unitParams{d.On.Params, c.system}}, d.Name.Text)
		case *lang.Use:
			c.use(d)
		}
	}
}

// policy checks a policy. What is wrong with a guard or an action may be all that is wrong with what comes after it, so
// if there is such, the policy is checked anew and they are trusted to have made sure of everything.
func (c *checker) policy(u *unit, d *lang.Policy, on starter, name string) {
	found, policies := len(c.findings), len(c.program.Policies)
	wrong := c.policyTrusting(u, d, on, name, nil)
	if len(wrong) == 0 {
		return
	}
	c.rewind(found)
	c.program.Policies = c.program.Policies[:policies]
	c.policyTrusting(u, d, on, name, wrong)
}

// policyTrusting checks a policy in which some guards and actions are known to be wrong, and says which are.
func (c *checker) policyTrusting(u *unit, d *lang.Policy, on starter, name string, trusted map[lang.Node]bool) map[lang.Node]bool {
	p := &policy{
		c: c, unit: u, decl: d, base: ctx{unit: u, mode: inState},
		out:  &ir.Policy{Name: name, Lossless: d.Lossless, Pos: pos(u, d.Name.Span)},
		acts: make([]int, len(d.States)), wrong: map[lang.Node]bool{},
		unserved: map[*class]bool{}, undrained: map[*class]bool{}, kept: map[lang.Span]bool{}, unsure: map[lang.Stmt]bool{},
	}
	p.doubtful = len(trusted) > 0 || u.lost.holed(d.Span)
	c.begin()
	p.trigger(on)
	p.out.Cooldown, _ = c.nanos(u, d.Cooldown, "a cooldown")
	p.flow = newFlow(d, &meaning{
		classes: u.classes, system: c.system.classes, named: namedIn(d, u.classes), drains: u.byItsNames(c.drains), undrains: u.byItsNames(c.undrains), op: u.givenOp,
		backs:   func(cl *class, role string) []string { return u.backs(c.tables.Links, cl, role) },
		across:  func(cl *class, role string) []string { return u.across(c.tables.Links, cl, role) },
		trusted: trusted, lost: u.lost, source: c.sources[u.file].Source,
	})
	if d.When != nil {
		ok := false
		p.out.Guard, ok = c.truth(p.base, d.When, "a policy's guard")
		p.isWrong(d.When, !ok)
		if !turnedOff(d.When) {
			c.sayNever(u, d.When)
		}
	}
	if len(d.States) == 0 {
		if !u.lost.holed(d.Span) {
			c.report("TUNE0304", u, d.Name.Span, "policy "+d.Name.Text+" has no states", "")
		}
		return nil
	}
	if len(d.States) > bundle.MaxStates {
		c.report("TUNE0229", u, d.States[bundle.MaxStates].Name.Span, "policy "+d.Name.Text+" has more than "+plural(bundle.MaxStates, "state"), "split it: one policy can start another by an event")
		return nil
	}
	p.checkGraph()
	p.checkStates()
	c.elsewhere = nil
	c.sayTooMuch(u, d.Name.Span, d.Name.Text)
	p.checkCycles()
	p.reportLoss()
	p.finish()
	c.program.Policies = append(c.program.Policies, p.out)
	c.checked[p.out] = p
	if p.broken {
		c.unbounded[p.out] = true
	}
	return p.wrong
}

// isWrong notes a guard or an action that is not to be relied on, if so.
func (p *policy) isWrong(n lang.Node, wrong bool) {
	if wrong {
		p.wrong[n] = true
	}
}

// starter is the event that starts a policy, the unit that knows it, and the names that the policy has for what it brings.
type starter struct {
	event  lang.Name
	in     *unit
	params unitParams
}

type unitParams struct {
	list []*lang.Param
	of   *unit
}

// trigger resolves the event that starts the policy, and binds its parameters.
func (p *policy) trigger(on starter) {
	c := p.c
	switch on.event.Text {
	case "":
		p.bindBroken(on.params)
		return
	case "deploy", "shutdown":
		p.out.Event = bundle.OnDeploy
		if on.event.Text == "shutdown" {
			p.out.Event = bundle.OnShutdown
		}
		p.deploys = true
		if len(on.params.list) > 0 {
			c.report("TUNE0207", on.params.of, on.params.list[0].Span, on.event.Text+" is about the whole system: it has no parameters", "")
		}
		return
	}
	if p.mistyped(on) {
		p.bindBroken(on.params)
		return
	}
	e := c.eventNamed(on.in, on.event, c.startsOn(on.params), "deploy", "shutdown")
	if e == nil || e.unit.lost.unread(e.decl.Span) {
		p.deploys = e == nil && nearest(on.event.Text, []string{"deploy", "shutdown"}) != "" // that one is meant
		p.bindBroken(on.params)
		return
	}
	p.out.Event = c.enter(e)
	p.params(on, e)
}

// mistyped says whether an event of a module is meant for which no type tells of which use.
func (p *policy) mistyped(on starter) bool {
	if module, own := on.event.Cut(); !p.c.hasEvent(on.in, module, own) {
		return false
	}
	p.c.muted++
	defer func() { p.c.muted-- }()
	return slices.ContainsFunc(on.params.list, func(param *lang.Param) bool { return p.c.typeRef(on.params.of, param.Type).bad })
}

// params gives the event's things and numbers the names that the policy has for them.
func (p *policy) params(on starter, e *event) {
	c, list, of := p.c, on.params.list, on.params.of
	p.blind = e.unsure()
	if len(list) > len(e.params) {
		what := "event " + e.decl.Name.Text + " has " + plural(len(e.params), "parameter")
		if on.in == of {
			c.report("TUNE0207", of, list[len(e.params)].Span, what, "")
		} else {
			c.report("TUNE0207", on.in, on.event.Span, what+", and policy "+p.out.Name+" needs "+number(float64(len(list))), "")
		}
	}
	for i, t := range e.params {
		v := &ir.Var{Name: e.decl.Params[i].Name.Text, Type: t.Type}
		p.out.Params = append(p.out.Params, v)
		if i >= len(list) {
			continue
		}
		named := list[i]
		v.Name = named.Name.Text
		c.hides(of, of, named.Name)
		if named.Type != nil {
			said := c.typeRef(of, named.Type)
			if !said.bad && !t.bad && said.Type != t.Type {
				p.otherType(on, e, named, t, said)
				t = typ{bad: true}
			}
		}
		c.declares(of, LocalSymbol, "", named.Name, t)
		p.base = p.base.bind(v.Name, v, t, named.Name.Span)
	}
	if on.in == of && len(list) < len(e.params) {
		p.base.unasked = p.requests(on, e)
	}
	for _, named := range list[min(len(list), len(e.params)):] {
		p.base = p.base.bindVal(named.Name.Text, badVal)
	}
}

// requests says how the policy would ask for the things of its event that it doesn't name.
func (p *policy) requests(on starter, e *event) map[string]request {
	named := on.params.list
	at, open := on.event.Span.End, "("
	if len(named) > 0 {
		at, open = named[len(named)-1].Span.End, ", "
	}
	asked, requests := "", map[string]request{}
	for _, param := range e.decl.Params[len(named):] {
		if param.Name.Text == "" || param.Type == nil {
			break
		}
		if asked != "" {
			asked += ", "
		}
		asked += param.Name.Text + ": " + param.Type.String()
		r := request{head: "on " + on.event.Text + "(…, " + asked + ")", at: lang.Span{Start: at, End: at}, text: open + asked}
		if len(named) == 0 {
			r.head = "on " + on.event.Text + "(" + asked + ")"
			r.text += ")"
		}
		requests[param.Name.Text] = r
	}
	return requests
}

// otherType reports an event that is about something else than the policy says: where the policy names its event.
func (p *policy) otherType(on starter, e *event, named *lang.Param, is, said typ) {
	c := p.c
	at, where := on.params.of, named.Type.Span
	if on.in != at {
		at, where = on.in, on.event.Span
	}
	if said.Class >= 0 && c.ofAnotherUse(at, where, c.moduleOf(e), c.classes[said.Class]) {
		return
	}
	c.report("TUNE0205", at, where, "event "+e.decl.Name.Text+" is about "+c.aType(is)+", not "+c.aType(said), "")
}

// bindBroken names the parameters of an event that isn't known, so that their uses aren't reported.
func (p *policy) bindBroken(params unitParams) {
	p.blind = true
	for _, named := range params.list {
		t := typ{bad: true}
		if named.Type != nil {
			t = p.c.typeRef(params.of, named.Type)
		}
		v := &ir.Var{Name: named.Name.Text, Type: t.Type}
		p.c.declares(params.of, LocalSymbol, "", named.Name, t)
		p.base = p.base.bind(v.Name, v, t, named.Name.Span)
	}
}

// checkGraph checks names and shape of the states and their transitions.
func (p *policy) checkGraph() {
	unknown, lacks := p.torn(), false
	p.broken = unknown
	for _, st := range p.flow.states {
		p.c.declares(p.unit, StateSymbol, p.decl.Name.Text, st.decl.Name, typ{bad: true})
		if first := p.flow.byName[st.decl.Name.Text]; first != st {
			p.c.reportf("TUNE0204", p.unit, st.decl.Name.Span, "state %s is already declared", st.decl.Name.Text)
			p.c.relate(p.unit, first.decl.Name.Span, "it is declared here")
			unknown = true
		}
		lacks = p.checkArrows(st) || lacks
	}
	for _, st := range p.flow.states {
		if !lacks { // a state: its arrows may stand behind those of another
			p.checkHidden(st.decl)
		}
		p.checkOpen(st)
	}
	unknown = unknown || lacks
	p.broken = unknown
	if unknown || slices.ContainsFunc(p.flow.states, deadEnd) {
		return // what can't be reached may follow from that
	}
	p.checkReached()
}

// deadEnd says whether a state that is reached lacks an arrow, or is final and has one, which was told.
func deadEnd(st *stateFlow) bool {
	return st.reached && (st.open || st.decl.Final == (len(st.decl.Transitions) > 0))
}

// checkReached reports the states that can't be reached, but for those to which arrows lead from one that is told.
func (p *policy) checkReached() {
	told := map[*stateFlow]bool{}
	for _, alone := range []bool{true, false} { // of a circle, the first is told
		for _, st := range p.flow.states {
			fromElsewhere := slices.ContainsFunc(st.in, func(e *edge) bool { return e.from != st })
			if st.reached || told[st] || alone && fromElsewhere {
				continue
			}
			p.c.report("TUNE0303", p.unit, st.decl.Name.Span, "state "+st.decl.Name.Text+" can't be reached: "+whyLost(st), "")
			for follow := []*stateFlow{st}; len(follow) > 0; follow = follow[1:] {
				if st := follow[0]; !told[st] {
					told[st] = true
					for _, e := range st.edges {
						follow = append(follow, e.to)
					}
				}
			}
		}
	}
}

// torn says whether a state, or where an arrow leads, could not be read: the graph has a hole.
func (p *policy) torn() bool {
	d := p.decl
	for _, gap := range p.unit.lost.gaps {
		if gap.Start <= d.Span.Start || gap.Start >= d.Span.End {
			continue
		}
		if p.flow.of.source[gap.Start:gap.End] == "{" { // it is never closed
			return true
		}
		if !slices.ContainsFunc(d.States, func(s *lang.State) bool {
			return s.Name.Text != "" && (s.Span.Start <= gap.Start && gap.Start < s.Span.End || slices.ContainsFunc(s.Transitions, func(tr *lang.Transition) bool {
				return tr.To.Text != "" && tr.Span.Start < gap.End && gap.Start <= tr.Span.End
			}))
		}) {
			return true
		}
	}
	return false
}

// whyLost says why a state can't be reached.
func whyLost(st *stateFlow) string {
	for _, e := range st.in {
		if e.from != st {
			return "arrows lead to it only from states that can't be reached either"
		}
	}
	if len(st.in) > 0 {
		return "only its own arrow leads to it"
	}
	return "no arrow leads to it"
}

// checkArrows checks the transitions of one state, and says whether one leads to no state.
func (p *policy) checkArrows(st *stateFlow) (unknown bool) {
	d := st.decl
	if d.Final && len(d.Transitions) > 0 {
		p.c.report("TUNE0306", p.unit, d.Transitions[0].Span, "the policy ends in "+d.Name.Text+": no arrow leads out of a final state", "make it a `state`, or leave the arrow out")
		p.c.reword(p.unit, d.Name.Span.Start, "final", "state")
		p.c.guess()
	}
	again := slices.ContainsFunc(p.flow.states[min(st.index+1, len(p.flow.states)):], func(other *stateFlow) bool {
		return d.Name.Text != "" && other.decl.Name.Text == d.Name.Text // it stands there twice, which was told
	})
	if !d.Final && len(d.Transitions) == 0 && !p.broken && !again {
		p.c.report("TUNE0304", p.unit, d.Name.Span, "state "+d.Name.Text+" has no exit", "add an arrow, or make it `final`")
		p.c.reword(p.unit, d.Name.Span.Start, "state", "final")
		p.c.guess()
	}
	for _, tr := range d.Transitions {
		if tr.To.Text != "" && p.flow.byName[tr.To.Text] == nil {
			p.flow.torn = true
			p.c.unknownOf(p.decl.Name.Text, "TUNE0210", p.unit, tr.To, "policy "+p.decl.Name.Text+" has no state "+tr.To.Text, sortedKeys(p.flow.byName), "it has")
			p.c.lastLine(p.unit, p.decl.Span, "final "+tr.To.Text)
			if p.ends() {
				p.c.guess()
			}
			unknown = true
		}
		if to := p.flow.byName[tr.To.Text]; to != nil {
			p.c.refers(p.unit, tr.To.Span, p.unit, to.decl.Name.Span)
		}
	}
	return unknown
}

// ends says whether the policy has a state to end in: then an arrow to another one hardly lacks it.
func (p *policy) ends() bool {
	return slices.ContainsFunc(p.decl.States, func(s *lang.State) bool { return s.Final })
}

// outcome is what must have come of a state for an arrow to be tried.
func outcome(tr *lang.Transition) string {
	if tr.Failure {
		return "failure"
	}
	return "success"
}

// checkHidden reports arrows that can never be taken, because one before them always is.
func (p *policy) checkHidden(d *lang.State) {
	var always, failure *lang.Transition
	var asked []*lang.Transition // those with a guard that may be tried any number of times
	for _, tr := range d.Transitions {
		if p.unit.lost.unread(tr.Span) {
			continue
		}
		before := always
		if tr.Failure {
			before = failure
		}
		if before != nil {
			msg := "this arrow is never taken: the one before it always is"
			if before.Success || before.Failure {
				msg = "this arrow is never taken: it is tried after " + outcome(before) + " only, and then the one before it always is taken"
			}
			p.c.report("TUNE0307", p.unit, tr.Span, msg, "leave it out, or put it first")
			p.c.dropLine(p.unit, tr.Span)
			p.c.relate(p.unit, before.Span, "this one")
		}
		if before == nil {
			p.checkAsked(tr, asked)
		}
		if tr.When != nil && tr.AtMost == 0 {
			asked = append(asked, tr)
		}
		switch {
		case tr.AtMost == 0 && tr.When != nil && p.c.isFalse(p.unit, negation(tr.When)):
			always = tr
		case tr.AtMost > 0 || tr.When != nil:
		case tr.Failure:
			failure = tr
		default:
			always = tr
		}
	}
}

// checkOpen reports a state that the policy may find no way out of, though it has succeeded: it would end there, as if it
// were final.
func (p *policy) checkOpen(st *stateFlow) {
	d := st.decl
	var shut lang.Expr // what none of the guards being true asks
	for _, tr := range d.Transitions {
		switch {
		case p.unit.lost.unread(tr.Span):
			return
		case tr.Failure:
		case tr.When == nil && tr.AtMost == 0:
			return
		case tr.When != nil && tr.AtMost == 0 && shut == nil:
			shut = negation(tr.When)
		case tr.When != nil && tr.AtMost == 0:
			shut = &lang.Binary{Span: tr.When.Pos(), Op: "and", X: shut, Y: negation(tr.When)}
		}
	}
	if d.Final || p.broken || len(d.Transitions) == 0 || shut != nil && p.unit.contradicted(shut) != "" {
		return
	}
	st.open = true
	p.c.report("TUNE0310", p.unit, d.Name.Span, "state "+d.Name.Text+" may have no way out: where no arrow of it is open, the run ends here, and counts as done",
		"say where it goes then: -> … otherwise")
}

// boundPolicies says how many actions each policy can take, once all sizes are known.
func (c *checker) boundPolicies() {
	for _, p := range c.program.Policies {
		p.Most = -1
		if c.unbounded[p] {
			continue
		}
		p.Most, p.MostEach = c.program.Bound(p)
		if len(c.checked[p].wrong) > 0 {
			continue // what is wrong may be an action, and wasn't counted
		}
		c.mayTake(p.Pos, bundle.MostActions(p.Most, p.MostEach, func(class int32) string { return c.classes[class].name }))
	}
}

// checkAsked reports an arrow whose guard holds only where that of one before it does.
func (p *policy) checkAsked(tr *lang.Transition, before []*lang.Transition) {
	if tr.When == nil || p.unit.contradicted(tr.When) != "" {
		return
	}
	for _, earlier := range before {
		only := &lang.Binary{Span: tr.When.Pos(), Op: "and", X: tr.When, Y: negation(earlier.When)}
		if lang.Print(tr.When) != lang.Print(earlier.When) && p.unit.contradicted(only) == "" {
			continue
		}
		p.c.report("TUNE0307", p.unit, tr.Span, "this arrow is never taken: where its guard holds, that of one before it does, too", "put it first, or leave it out")
		p.c.relate(p.unit, earlier.Span, "this one")
		p.c.dropLine(p.unit, tr.Span)
		return
	}
}
