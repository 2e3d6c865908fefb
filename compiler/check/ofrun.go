package check

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/tune-autonomic/tune/compiler/bundle"
	"github.com/tune-autonomic/tune/compiler/finding"
	"github.com/tune-autonomic/tune/compiler/ir"
	"github.com/tune-autonomic/tune/lang"
)

// counter is what a test can ask of a run by a bare name.
type counter struct {
	name string
	kind bundle.FactKind
	typ  typ
}

var counters = []counter{
	{"lost", bundle.FactLost, intT}, {"done", bundle.FactDone, intT}, {"migrations", bundle.FactMigrations, intT},
	{"energy", bundle.FactEnergy, floatT}, {"stuck", bundle.FactStuck, intT},
}

func isCounter(name string) bool {
	return slices.ContainsFunc(counters, func(c counter) bool { return c.name == name })
}

// trial is a test while its conditions are checked: what they ask of the run beside the model.
type trial struct {
	world *bundle.Scenario
	facts []ir.Fact
}

func newTrial(world *bundle.Scenario) *trial {
	t := &trial{world: world}
	for _, c := range counters {
		t.fact(c.name, bundle.Fact{Kind: c.kind, Event: -1, Policy: -1, State: -1, Class: -1}, c.typ)
	}
	return t
}

// ctx is what a condition of the test sees.
func (t *trial) ctx(u *unit) ctx {
	x := ctx{unit: u, mode: inEvent, trial: t}
	for i, c := range counters {
		x = x.bind(c.name, t.facts[i].Var, c.typ, lang.Span{})
	}
	return x
}

// fact is the variable that stands for something of the run; the same for the same.
func (t *trial) fact(name string, of bundle.Fact, typ typ) *ir.Var {
	for _, f := range t.facts {
		if f.Of == of {
			return f.Var
		}
	}
	v := &ir.Var{Name: name, Type: typ.Type}
	t.facts = append(t.facts, ir.Fact{Var: v, Of: of})
	return v
}

// subject is what the words of a test are about: an event, a policy, or a state of it, and a thing or any.
type subject struct {
	name                 string
	event, policy, state int32
	thing                string
	class                int32 // that things of it have; -1 for none
	unsure               bool  // that could not be found out
}

// ofRun checks what only tests can say. False if e is none of it.
func (c *checker) ofRun(x ctx, e lang.Expr) (val, bool) {
	switch e := e.(type) {
	case *lang.String:
		return c.instanceNamed(x, e), true
	case *lang.Call:
		if x.unit.funcs[e.Func.Text] != nil {
			return val{}, false
		}
		switch e.Func.Text {
		case "times":
			return c.counted(x, e, bundle.FactTimes), true
		case "running":
			return c.counted(x, e, bundle.FactRunning), true
		case "on":
			return c.switchedOn(x, e), true
		}
	case *lang.Binary:
		if e.Op == "in" || e.Op == "not in" {
			return c.inState(x, e)
		}
	}
	return val{}, false
}

func (c *checker) factVal(x ctx, at posed, f bundle.Fact, t typ) val {
	name := printed(at)
	return ref(x, at, x.trial.fact(name, f, t), t)
}

// instanceNamed is an instance by its name, as a text: "Servlet-1".
func (c *checker) instanceNamed(x ctx, e *lang.String) val {
	if len(e.Holes) > 0 {
		c.report("TUNE0201", x.unit, e.Span, "the name of a thing is fixed", "write such as \"Servlet-1\"")
		return badVal
	}
	if h, isHost := c.hosts[e.Value]; isHost {
		c.refersMachine(x.unit, lang.Name{Text: e.Value, Span: e.Span})
		return val{e: &ir.Named{Node: node(x, e, instOf(h.class)), Index: c.inst(h)}, t: instOf(h.class)}
	}
	cl := c.classOfInstance(x.trial.world, lang.Name{Text: e.Value, Span: e.Span})
	if cl == nil {
		return badVal
	}
	return c.factVal(x, e, bundle.Fact{Kind: bundle.FactInst, Event: -1, Policy: -1, State: -1, Class: cl.index, Thing: e.Value}, instOf(cl))
}

// counted is times(…) and running(…).
func (c *checker) counted(x ctx, e *lang.Call, kind bundle.FactKind) val {
	name := e.Func.Text
	if len(e.Args) != 1 || e.Args[0].Name.Text != "" || e.By != nil || e.Where != nil {
		c.report("TUNE0207", x.unit, e.Span, name+" takes one thing", "write "+name+"(POLICY), or "+name+"(POLICY(node1))")
		return badVal
	}
	s, ok := c.subject(x, e.Args[0].Value)
	if !ok {
		return badVal
	}
	if kind == bundle.FactRunning && (s.policy < 0 || s.state >= 0) {
		c.report("TUNE0207", x.unit, e.Args[0].Span, "running is of a policy", "ask times("+printed(e.Args[0].Value)+")")
		return badVal
	}
	return c.factVal(x, e, bundle.Fact{Kind: kind, Event: s.event, Policy: s.policy, State: s.state, Class: -1, Thing: s.thing}, intT)
}

// switchedOn is on(rack), how many hosts are on, and on(node1), 1 or 0.
func (c *checker) switchedOn(x ctx, e *lang.Call) val {
	f := bundle.Fact{Kind: bundle.FactOn, Event: -1, Policy: -1, State: -1}
	if len(e.Args) == 1 {
		name, _ := nameIn(e.Args[0].Value)
		if cl := x.unit.classes[name.Text]; cl != nil && cl.kind == bundle.Host {
			c.refersClass(x.unit, name, cl)
			f.Class = cl.index
			return c.factVal(x, e, f, intT)
		}
		if h, isHost := c.hosts[name.Text]; isHost {
			c.refersMachine(x.unit, name)
			f.Class, f.Thing = h.class.index, name.Text
			return c.factVal(x, e, f, intT)
		}
		if lost := c.system.lost; lost.has(name) || lost.nameless["host"] || lost.nameless["class"] || unreadable(e) || c.poisoned(name) {
			return badVal
		}
		if key := c.keyOf("TUNE0202", x.unit, name, "", "", ""); c.toldOf(key) {
			c.alsoHere(key, x.unit, name, "")
			return badVal
		}
		if near := nearest(name.Text, c.switched(x.unit)); near != "" && x.unit.classes[name.Text] == nil {
			c.report("TUNE0207", x.unit, e.Span, "on takes a family of hosts, or one host by its name", "did you mean "+near+"?")
			c.change(x.unit, name.Span, near)
			return badVal
		}
	}
	c.report("TUNE0207", x.unit, e.Span, "on takes a family of hosts, or one host by its name", "write on(FAMILY)")
	return badVal
}

// inState is `Relieve(node1) in Move`, or `Relieve in Move` of any thing. False if what stands before `in` is no policy.
func (c *checker) inState(x ctx, e *lang.Binary) (val, bool) {
	if unreadable(e.X) {
		return badVal, true
	}
	name, args := c.calls(e.X)
	policy := c.policyNamed(name)
	if policy < 0 {
		return badVal, c.standsOn(x, e) || c.policyMeant(x, name, e.Y)
	}
	policy, ok := c.useAsked(x, policy, name, args)
	if !ok {
		return badVal, true
	}
	s, ok := c.subject(x, e.X)
	if !ok {
		return badVal, true
	}
	id, isName := e.Y.(*lang.Ident)
	if _, unread := e.Y.(*lang.Bad); unread {
		return badVal, true
	}
	if !isName {
		c.report("TUNE0210", x.unit, e.Y.Pos(), "a policy is in one of its states", "write "+printed(e.X)+" in STATE")
		return badVal, true
	}
	state, ok := c.stateNamed(x, policy, id.Name) // an event may have the same name
	if !ok {
		return badVal, true
	}
	v := c.factVal(x, e.X, bundle.Fact{Kind: bundle.FactIn, Event: -1, Policy: policy, State: state, Class: -1, Thing: s.thing}, boolT)
	if e.Op == "not in" {
		v.e = not(v.e, node(x, e, boolT))
	}
	return v, true
}

// comparesState is Relieve == Move, and Relieve.state == Move: which state a policy is in is asked with `in`.
func (c *checker) comparesState(x ctx, e *lang.Binary) bool {
	asks := map[string]string{"==": "in", "!=": "not in"}[e.Op]
	state, isName := e.Y.(*lang.Ident)
	if x.trial == nil || asks == "" || !isName {
		return false
	}
	policy := e.X
	if of, ok := e.X.(*lang.Select); ok && of.Name.Text == "state" {
		policy = of.X
	}
	name, _ := c.calls(policy)
	if !c.onlyPolicy(x, name) {
		return false
	}
	if between := (lang.Span{Start: e.X.Pos().End, End: e.Y.Pos().Start}); !strings.Contains(c.written(x.unit, between), e.Op) {
		return true // another word was read as the operator, which is told
	}
	whole := printed(policy) + " " + asks + " " + state.Text
	c.report("TUNE0210", x.unit, e.Pos(), "which state a policy is in isn't compared", "write "+whole)
	c.change(x.unit, e.Pos(), whole)
	return true
}

// onlyPolicy says whether a name is that of a policy, and of nothing else that has a value.
func (c *checker) onlyPolicy(x ctx, name lang.Name) bool {
	_, isHost := c.hosts[name.Text]
	_, isConst := c.system.consts[name.Text]
	return c.policyNamed(name) >= 0 && !isHost && !isConst && c.system.classes[name.Text] == nil && x.lookup(name.Text) == nil
}

// withState is the one policy that has a state of a name, or a word for any.
func (c *checker) withState(name string) string {
	found := "POLICY"
	for _, p := range c.program.Policies {
		if slices.ContainsFunc(p.States, func(s *ir.State) bool { return s.Name == name }) {
			if found != "POLICY" {
				return "POLICY"
			}
			found = p.Name
		}
	}
	return found
}

// standsOn is "Web-1" in node2, where what stands on a host is asked of it.
func (c *checker) standsOn(x ctx, e *lang.Binary) bool {
	host, isName := e.Y.(*lang.Ident)
	thing, isText := e.X.(*lang.String)
	if !isName || !isText || len(thing.Holes) > 0 {
		return false
	}
	if _, isHost := c.hosts[host.Text]; !isHost {
		return false
	}
	whole := printed(thing) + ".host " + map[string]string{"in": "==", "not in": "!="}[e.Op] + " " + host.Text
	c.report("TUNE0216", x.unit, host.Span, host.Text+" is one host, not a set", "write "+whole)
	c.change(x.unit, e.Pos(), whole)
	return true
}

// policyMeant reports a name that means nothing, and resembles that of a policy whose state is asked for.
func (c *checker) policyMeant(x ctx, name lang.Name, state lang.Expr) bool {
	if c.untold(name) || c.ofUnused(x, name) {
		return true
	}
	var policies []string
	for _, p := range c.program.Policies {
		policies = append(policies, p.Name)
	}
	_, isName := state.(*lang.Ident)
	_, isClass := c.system.classes[name.Text]
	_, isHost := c.hosts[name.Text]
	_, isConst := c.system.consts[name.Text]
	if isName && isClass && c.nothing(x, state) {
		c.report("TUNE0210", x.unit, name.Span, name.Text+" is a class: only policies are in a state", "write "+c.withState(printed(state))+" in "+printed(state))
		return true
	}
	if !isName || isClass || isHost || isConst || x.lookup(name.Text) != nil || c.system.funcs[name.Text] != nil || nearest(name.Text, policies) == "" && !c.nothing(x, state) {
		return false
	}
	c.unknown("TUNE0210", x.unit, name, "there is no policy "+name.Text, policies, "")
	return true
}

// nothing says whether a name means nothing: behind `in` it is to be a state then, of a policy that isn't there.
func (c *checker) nothing(x ctx, e lang.Expr) bool {
	name, _ := nameIn(e)
	_, isClass := x.unit.classes[name.Text]
	_, isConst := x.unit.consts[name.Text]
	return name.Text != "" && !isClass && !isConst && x.lookup(name.Text) == nil && nearest(name.Text, sortedKeys(x.unit.classes)) == ""
}

// calls is the dotted name in `a`, `a.b`, `a(x)` and `a.b(x)`, and the arguments.
func (c *checker) calls(e lang.Expr) (lang.Name, []*lang.Arg) {
	switch e := e.(type) {
	case *lang.Call:
		return e.Func, e.Args
	case *lang.Method:
		name, _ := nameIn(e.X)
		return dotted(name, e.Func), e.Args
	}
	name, _ := nameIn(e)
	return name, nil
}

// nameIn is a name, perhaps with dots.
func nameIn(e lang.Expr) (lang.Name, bool) {
	switch e := e.(type) {
	case *lang.Ident:
		return e.Name, true
	case *lang.String:
		return lang.Name{Text: e.Value, Span: e.Span}, len(e.Holes) == 0
	case *lang.Select:
		name, ok := nameIn(e.X)
		return dotted(name, e.Name), ok
	}
	return lang.Name{}, false
}

func dotted(a, b lang.Name) lang.Name {
	return lang.Name{Text: a.Text + "." + b.Text, Span: lang.Span{Start: a.Span.Start, End: b.Span.End}}
}

// refersPolicy records a use of a policy's name; of one of a module, the name behind the dot.
func (c *checker) refersPolicy(u *unit, name lang.Name, p int32) {
	at := c.program.Policies[p].Pos
	c.refers(u, ownName(name), &unit{file: at.File}, at.Span)
	if of, _ := name.Cut(); u.modules[of.Text] != nil {
		c.refersModule(u, of.Span, u.modules[of.Text])
	}
}

// watched warns of an event that is asked about and on which no policy starts: nobody watches for it, so it never happens.
func (c *checker) watched(x ctx, ev *event, name lang.Name) {
	starts := func(p *ir.Policy) bool { return p.Event == ev.index }
	if ev.external() || finding.Failed(c.syntax) || finding.Failed(c.findings) || slices.ContainsFunc(c.program.Policies, starts) {
		return
	}
	c.report("TUNE0311", x.unit, name.Span, "no policy starts on "+name.Text+", so nobody watches for it: it never happens", "expect its condition, or let a policy start on it")
}

// ownName is where a name stands without the module's before it.
func ownName(name lang.Name) lang.Span {
	last := name.Text[strings.LastIndexByte(name.Text, '.')+1:]
	return lang.Span{Start: name.Span.End - len(last), End: name.Span.End}
}

// untold says whether a name, perhaps with dots, may be that of a policy or an event that has mistakes of its own.
func (c *checker) untold(name lang.Name) bool {
	first, _, _ := strings.Cut(name.Text, ".")
	_, policy := c.policies[name.Text]
	_, owner := c.policies[first]
	_, event := c.system.events[first]
	return policy || owner && c.policyNamed(lang.Name{Text: first}) < 0 || event && c.entered[first] == nil ||
		c.system.lost.has(lang.Name{Text: first, Span: name.Span}) || c.misused(first)
}

// ofUnused says whether a name is that of a policy of a module of which nothing is used, which it reports.
func (c *checker) ofUnused(x ctx, name lang.Name) bool {
	first, own, _ := strings.Cut(name.Text, ".")
	m := x.unit.modules[first]
	if m == nil || len(m.units) > 0 {
		return false
	}
	own, _, _ = strings.Cut(own, ".")
	has := slices.ContainsFunc(each[*lang.Policy](m.file), func(p *lang.Policy) bool { return p.Name.Text == own })
	if has {
		c.unused(x.unit, m, name.Span)
	}
	return has
}

func (c *checker) policyNamed(name lang.Name) int32 {
	return int32(slices.IndexFunc(c.program.Policies, func(p *ir.Policy) bool { return p.Name == name.Text }))
}

// subject resolves an event, a policy or a policy's state: hot, hot(node1), Relieve, Relieve(node1), Relieve.Move,
// Relieve(node1).Move.
func (c *checker) subject(x ctx, e lang.Expr) (subject, bool) {
	s := subject{event: -1, policy: -1, state: -1, class: -1}
	if unreadable(e) {
		return s, false
	}
	name, args := c.calls(e)
	if ev, ok := c.eventAsked(x, name, args); !ok {
		return s, false
	} else if ev != nil {
		s.name, s.event = name.Text, ev.index
		c.watched(x, ev, name)
		s.unsure = ev.unsure()
		if len(ev.params) > 0 && ev.params[0].inst() {
			s.class = ev.params[0].Class
		}
		return s, c.about(x, &s, args, e)
	}
	if p := c.policyNamed(name); p >= 0 {
		return c.ofPolicy(x, p, name, args, e)
	}
	if sel, isSelect := e.(*lang.Select); isSelect {
		of, args := c.calls(sel.X)
		if p := c.policyNamed(of); p >= 0 { // also if there is an event of that name: it has no states
			s, ok := c.ofPolicy(x, p, of, args, sel.X)
			if !ok {
				return s, false
			}
			s.state, ok = c.stateNamed(x, s.policy, sel.Name)
			return s, ok
		}
	}
	if sel, isSelect := e.(*lang.Select); isSelect {
		if first, _ := name.Cut(); x.unit.modules[first.Text] == nil { // of a policy's state it is the policy that is missing
			name, _ = c.calls(sel.X)
		}
	}
	if name.Text == "" {
		name.Span = e.Pos()
	}
	known := slices.DeleteFunc(sortedKeys(c.entered), func(name string) bool { return strings.Contains(name, " ") }) // as a second use has them
	for _, p := range c.program.Policies {
		known = append(known, p.Name)
	}
	ofModule := func(m *module) []string { return withoutModule(known, m.name) }
	theirs, _ := ofModules(x.unit, name.Text, ofModule)
	switch best := nearest(name.Text, known); {
	case c.untold(name) || c.ofUnused(x, name) || best == "" && c.system.lost.nameless["event"]:
	case c.system.lost.nameless["policy"] && strings.EqualFold(best, name.Text): // the policy whose head is missing
	case name.Text != "" && len(theirs) > 0:
		c.unknownHere("TUNE0209", x.unit, name, "event or policy", known, ofModule)
	case c.entered[best] != nil:
		c.unknown("TUNE0209", x.unit, name, "there is no event "+name.Text, known, "")
	case c.stateOfOne(x, e):
	default:
		c.unknown("TUNE0210", x.unit, name, "no event and no policy is called "+cmp.Or(name.Text, printed(e)), known, "there are")
	}
	return s, false
}

// ofPolicy is the policy p, which is called name there, or its runs about the thing in args.
// stateOfOne reports times(P.S(x)): whose state is meant stands behind the policy.
func (c *checker) stateOfOne(x ctx, e lang.Expr) bool {
	m, isMethod := e.(*lang.Method)
	if !isMethod {
		return false
	}
	policy, _ := nameIn(m.X)
	if len(m.Args) == 0 || c.policyNamed(policy) < 0 {
		return false
	}
	args := lang.Span{Start: m.Args[0].Span.Start, End: m.Args[len(m.Args)-1].Span.End}
	one := c.written(x.unit, args)
	if b, isBinary := m.Args[0].Value.(*lang.Binary); isBinary && len(m.Args) == 1 && b.Op == "-" {
		one = strconv.Quote(one)
	}
	is := policy.Text + "(" + one + ")." + m.Func.Text
	c.report("TUNE0210", x.unit, m.Span, "a state isn't called: what its policy is about stands behind that", "write "+is)
	c.change(x.unit, m.Span, is)
	return true
}

func (c *checker) ofPolicy(x ctx, p int32, name lang.Name, args []*lang.Arg, e lang.Expr) (subject, bool) {
	p, ok := c.useAsked(x, p, name, args)
	if !ok {
		return subject{}, false
	}
	c.refersPolicy(x.unit, name, p)
	s := subject{name: name.Text, event: -1, policy: p, state: -1, class: -1}
	module, _ := name.Cut()
	s.unsure = c.checked[c.program.Policies[p]].blind || module.Text != "" && c.misused(module.Text)
	if params := c.program.Policies[p].Params; len(params) > 0 && params[0].Type.Base == bundle.Inst {
		s.class = params[0].Type.Class
	}
	return s, c.about(x, &s, args, e)
}

// switched are the names of what is switched on: the families of hosts, and all hosts that are listed.
func (c *checker) switched(u *unit) []string {
	names := sortedKeys(c.hosts)
	for _, name := range sortedKeys(u.classes) {
		if cl := u.classes[name]; cl != nil && cl.kind == bundle.Host {
			names = append(names, name)
		}
	}
	return names
}

// unreadable says whether a part of an expression could not be read, which was told.
func unreadable(e lang.Expr) bool {
	found := false
	lang.Walk(e, func(n lang.Node) {
		_, bad := n.(*lang.Bad)
		found = found || bad
	})
	return found
}

// unreadFields says whether the value of a field could not be read.
func unreadFields(fields []*lang.Field) bool {
	return slices.ContainsFunc(fields, func(f *lang.Field) bool { return unreadable(f.Value) })
}

// about resolves the thing in hot(node1).
func (c *checker) about(x ctx, s *subject, args []*lang.Arg, e lang.Expr) bool {
	if len(args) == 0 {
		return true
	}
	if len(args) > 1 || s.class < 0 && !s.unsure {
		c.report("TUNE0207", x.unit, e.Pos(), s.name+" isn't about that", "write "+s.name+" alone, or one thing that it may be about")
		return false
	}
	name, ok := nameIn(args[0].Value)
	if minus, isBinary := args[0].Value.(*lang.Binary); isBinary && c.namesInstance(x, minus) {
		return false
	}
	if !ok {
		c.report("TUNE0207", x.unit, args[0].Span, "name one thing", "such as "+s.name+"(node1)")
		return false
	}
	cl := c.hosts[name.Text].class
	if cl == nil {
		cl = c.classOfInstance(x.trial.world, name)
	}
	if cl != nil && cl.index != s.class && !s.unsure {
		of, _ := lang.Name{Text: s.name}.Cut()
		if c.ofAnotherUse(x.unit, name.Span, of.Text, cl) {
			return false
		}
		c.report("TUNE0207", x.unit, name.Span, name.Text+" is of "+cl.name+", and "+s.name+" is about "+c.classes[s.class].name, "")
		return false
	}
	c.refersMachine(x.unit, name)
	s.thing = name.Text
	return cl != nil
}

func (c *checker) stateNamed(x ctx, policy int32, name lang.Name) (int32, bool) {
	var names []string
	for i, s := range c.program.Policies[policy].States {
		if s.Name == name.Text {
			c.refers(x.unit, name.Span, &unit{file: s.Pos.File}, s.Pos.Span)
			return int32(i), true
		}
		names = append(names, s.Name)
	}
	c.unknownOf(c.program.Policies[policy].Name, "TUNE0210", x.unit, name, "policy "+c.program.Policies[policy].Name+" has no state "+name.Text, names, "it has")
	return -1, false
}
