package check

import (
	"math"
	"slices"

	"github.com/tune-autonomic/tune/compiler/bundle"
	"github.com/tune-autonomic/tune/compiler/ir"
	"github.com/tune-autonomic/tune/lang"
)

// checkScenarios evaluates the scenarios: nothing in them depends on a run.
func (c *checker) checkScenarios() {
	for _, d := range each[*lang.Scenario](c.files.Main) {
		if first, taken := c.scenarios[d.Name.Text]; taken {
			c.reportf("TUNE0204", c.system, d.Name.Span, "scenario %s is already declared", d.Name.Text)
			if s := c.scenario(d); until(s) > until(c.tables.Scenarios[first]) {
				c.tables.Scenarios[first] = s // a test may mean the longer one
			}
			continue
		}
		c.scenarios[d.Name.Text] = len(c.tables.Scenarios)
		c.declares(c.system, ScenarioSymbol, "", d.Name, typ{bad: true})
		c.tables.Scenarios = append(c.tables.Scenarios, c.scenario(d))
	}
}

func (c *checker) scenario(d *lang.Scenario) bundle.Scenario {
	out := bundle.Scenario{Name: d.Name.Text}
	c.items(&out, d.Items)
	return out
}

// items adds the lines of a scenario to it.
func (c *checker) items(out *bundle.Scenario, items []lang.ScenarioItem) {
	var faults []*lang.Fault // they need to know how many machines a trace brings, and the end
	var wishes []*lang.WishAt
	var said *lang.Fidelity
	for _, item := range items {
		switch item := item.(type) {
		case *lang.DeployAt:
			c.deployAt(out, item)
		case *lang.EmitAt:
			c.emitAt(out, item)
		case *lang.AnswerAt:
			c.answerAt(out, item)
		case *lang.WishAt:
			wishes = append(wishes, item)
		case *lang.ClientsOf:
			c.clientsOf(out, item)
		case *lang.RequestsOf:
			c.requestsOf(out, item)
		case *lang.LoadOf:
			c.loadOf(out, item)
		case *lang.WorkOf:
			cl := c.ofKind(item.Class, bundle.Component, "work")
			cost, ok := c.constant(c.system, item.Cost, base(bundle.Duration), "what a request costs")
			if cl != nil && ok && c.notNegative(cost, item.Cost, "what a request costs") {
				of := func(w bundle.Work) bool { return w.Class == cl.index }
				c.twice(item.Span, "what a request costs at "+cl.name, slices.ContainsFunc(out.Work, of))
				out.Work = append(out.Work, bundle.Work{Class: cl.index, Seconds: cost})
			}
		case *lang.Until:
			c.twice(item.Span, "the end", out.Until != 0)
			out.Until = c.positiveNanos(c.system, item.At, "the end of a scenario")
		case *lang.Fidelity:
			if c.oneOf(item.Name, "TUNE0213", "fidelity", "cloudsim") {
				c.twice(item.Span, "the fidelity", out.Fidelity != "")
				out.Fidelity = item.Name.Text
				said = item
			}
		case *lang.Setting:
			c.setting(out, item)
		case *lang.Require:
			if r, ok := c.require(item); ok {
				out.Requires = append(out.Requires, r)
			}
		case *lang.Fault:
			faults = append(faults, item)
		}
	}
	for _, f := range faults {
		c.fault(out, f)
	}
	for _, w := range wishes {
		c.wishAt(out, w)
	}
	if out.Fidelity == "cloudsim" {
		c.onlyLoads(items)
	}
	if said != nil {
		c.suitsCloudsim(said, out, items)
	}
	c.inTime(out, items)
}

// inTime reports what is to happen when its scenario has ended.
func (c *checker) inTime(out *bundle.Scenario, items []lang.ScenarioItem) {
	for _, item := range items {
		var at lang.Expr
		switch item := item.(type) {
		case *lang.DeployAt:
			at = item.At
		case *lang.EmitAt:
			at = item.At
		case *lang.AnswerAt:
			at = item.At
		case *lang.WishAt:
			at = item.At
		case *lang.Fault:
			at = item.At
		}
		c.muted++ // what else is wrong with it was told
		when, ok := c.nanos(c.system, at, "when it happens")
		c.muted--
		if at != nil && ok && when >= until(*out) {
			c.report("TUNE0214", c.system, at.Pos(), "scenario "+out.Name+" ends before that", "")
		}
	}
}

// twice reports what only the last of several lines could say.
func (c *checker) twice(span lang.Span, what string, already bool) {
	if already {
		c.report("TUNE0204", c.system, span, what+" is given twice", "leave one of them out")
	}
}

func (c *checker) notNegative(v float64, at lang.Expr, what string) bool {
	if v >= 0 {
		return true
	}
	c.report("TUNE0214", c.system, at.Pos(), what+" is at least 0", "")
	return false
}

// ofKind is a class of this kind by name.
func (c *checker) ofKind(name lang.Name, kind bundle.Kind, what string) *class {
	cl := c.classNamed(c.system, name)
	if cl != nil && cl.kind != kind {
		c.report("TUNE0215", c.system, name.Span, what+" is about "+kindName(kind)+", and "+cl.name+" is "+kindName(cl.kind), "")
		return nil
	}
	return cl
}

func (c *checker) deployAt(out *bundle.Scenario, d *lang.DeployAt) {
	when, ok := c.nanos(c.system, d.At, "when to deploy")
	deploy := bundle.DeployAt{At: when, Down: d.Down}
	for _, name := range d.Classes {
		cl := c.classNamed(c.system, name)
		if cl == nil {
			ok = false
			continue
		}
		if cl.kind == bundle.Host {
			c.report("TUNE0215", c.system, name.Span, "hosts are there: they aren't deployed", "")
			ok = false
			continue
		}
		deploy.Classes = append(deploy.Classes, cl.index)
	}
	if ok && (d.All || len(deploy.Classes) > 0) {
		out.Deploys = append(out.Deploys, deploy)
	}
}

func (c *checker) clientsOf(out *bundle.Scenario, d *lang.ClientsOf) {
	cl := c.ofKind(d.Class, bundle.Component, "clients")
	points, ok := c.curve(d.Points, floatT, "the number of clients")
	if cl != nil && ok {
		out.Clients = append(out.Clients, bundle.Clients{Class: cl.index, Points: points})
	}
}

func (c *checker) requestsOf(out *bundle.Scenario, d *lang.RequestsOf) {
	if len(d.Points) == 0 {
		if cl, from, ok := c.loadFrom(d.Class, d.From, bundle.Component); ok {
			out.Requests = append(out.Requests, bundle.Requests{Class: cl.index, From: from})
		}
		return
	}
	cl := c.ofKind(d.Class, bundle.Component, "requests")
	points, ok := c.curve(d.Points, floatT, "the requests a second")
	if cl != nil && ok {
		out.Requests = append(out.Requests, bundle.Requests{Class: cl.index, Points: points})
	}
}

func (c *checker) loadOf(out *bundle.Scenario, d *lang.LoadOf) {
	if len(d.Points) == 0 {
		if cl, from, ok := c.loadFrom(d.Class, d.From, bundle.VM); ok {
			c.loadTwice(out, d, cl)
			out.Loads = append(out.Loads, bundle.Load{Class: cl.index, From: from})
		}
		return
	}
	cl := c.ofKind(d.Class, bundle.VM, "a load")
	points, ok := c.curve(d.Points, percentT, "a load")
	for i, p := range points {
		if p.N > 1 {
			c.report("TUNE0214", c.system, d.Points[i].N.Pos(), "a load is at most 100% of the machine", "")
			ok = false
		}
	}
	if cl != nil && ok {
		c.loadTwice(out, d, cl)
		out.Loads = append(out.Loads, bundle.Load{Class: cl.index, Points: points})
	}
}

// loadTwice reports a class that has a load already: machines have one each, while requests from several sides add up.
func (c *checker) loadTwice(out *bundle.Scenario, d *lang.LoadOf, cl *class) {
	if c.slipped(d.Class.Span) {
		return // in a test it may have been meant in the place of the scenario's
	}
	c.twice(d.Span, "the load of "+cl.name, slices.ContainsFunc(out.Loads, func(l bundle.Load) bool { return l.Class == cl.index }))
}

// curve is a piecewise linear function of time. False if a point of it has a mistake.
func (c *checker) curve(points []*lang.LoadPoint, t typ, what string) (out []bundle.Point, ok bool) {
	var before int64
	ok = true
	for _, p := range points {
		n, okN := c.constant(c.system, p.N, t, what)
		when, okAt := c.nanos(c.system, p.At, "a time")
		if !okN || !okAt || !c.notNegative(n, p.N, what) {
			ok = false
			continue
		}
		if when < before {
			c.report("TUNE0214", c.system, p.At.Pos(), "this is before the time that comes before it", "times only grow")
		}
		before = when
		out = append(out, bundle.Point{N: n, To: p.To, At: when})
	}
	return out, ok
}

var dataFuncs = map[bundle.Kind]string{bundle.Component: "counts", bundle.VM: "trace"}

// loadFrom reads `CLASS from counts("name", …)`.
func (c *checker) loadFrom(name lang.Name, from lang.Expr, kind bundle.Kind) (*class, bundle.DataRef, bool) {
	fun := dataFuncs[kind]
	cl := c.ofKind(name, kind, fun)
	call, isCall := from.(*lang.Call)
	if !isCall || call.Func.Text != fun || len(call.Args) == 0 || call.Args[0].Name.Text != "" {
		if _, bad := from.(*lang.Bad); !bad && from != nil {
			c.report("TUNE0207", c.system, from.Pos(), "the load comes from "+fun+"(…)", `write `+fun+`("NAME")`)
		}
		return nil, bundle.DataRef{}, false
	}
	ref := bundle.DataRef{Func: fun, Name: c.constText(call.Args[0].Value, "the name of the data")}
	for _, a := range call.Args[1:] {
		if a.Name.Text == "" {
			c.report("TUNE0207", c.system, a.Span, "name this argument", `such as scale: 0.5`)
			continue
		}
		if s, ok := c.dataArg(fun, a); ok {
			c.inRecord(ref.Name, s, a.Value)
			ref.Args = append(ref.Args, s)
		}
	}
	c.findable(fun, ref.Name, call.Args[0].Value)
	return cl, ref, cl != nil
}

// settingOf is a named number (times in seconds, sizes in bytes) or text.
func (c *checker) settingOf(name string, e lang.Expr) (bundle.Setting, bool) {
	if _, isText := e.(*lang.String); isText {
		return bundle.Setting{Name: name, Type: bundle.Text_, Text: c.constText(e, name)}, true
	}
	v := c.constVal(c.system, e)
	switch k := v.e.(type) {
	case *ir.Num:
		return bundle.Setting{Name: name, Type: v.t.Base, Value: k.V}, !v.t.bad
	case *ir.Truth:
		s := bundle.Setting{Name: name, Type: bundle.Bool}
		if k.V {
			s.Value = 1
		}
		return s, !v.t.bad
	}
	if !v.t.bad {
		c.report("TUNE0214", c.system, e.Pos(), name+" must be a constant number or text", "")
	}
	return bundle.Setting{}, false
}

// until is when a scenario ends; math.MaxInt64 if it doesn't say.
func until(s bundle.Scenario) int64 {
	if s.Until == 0 {
		return math.MaxInt64
	}
	return s.Until
}
