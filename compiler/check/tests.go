package check

import (
	"math"
	"slices"
	"strings"

	"github.com/tune-autonomic/tune/compiler/bundle"
	"github.com/tune-autonomic/tune/compiler/ir"
	"github.com/tune-autonomic/tune/lang"
)

// mostSeeds bounds how often a test is played.
const mostSeeds = 10_000

// checkTests checks what tests play and what they expect.
func (c *checker) checkTests() {
	names := map[string]lang.Span{}
	for _, d := range each[*lang.Test](c.files.Main) {
		if before, taken := names[d.Name]; taken && d.Name != "" {
			c.report("TUNE0204", c.system, d.NameSpan, "there is a test of this name already", "say what is different here")
			c.relate(c.system, before, "it is declared here")
		}
		names[d.Name] = d.NameSpan
		c.program.Tests = append(c.program.Tests, c.test(d))
	}
}

func (c *checker) test(d *lang.Test) *ir.Test {
	base := bundle.Scenario{Name: d.Name}
	known := true
	if d.Scenario.Text != "" {
		c.refersScenario(d.Scenario)
		var i int
		if i, known = c.scenarios[d.Scenario.Text]; known {
			base = c.tables.Scenarios[i]
		} else {
			c.unknown("TUNE0210", c.system, d.Scenario, "there is no scenario "+d.Scenario.Text, sortedKeys(c.scenarios), "there are")
		}
	}
	p := pos(c.system, d.NameSpan)
	t := &ir.Test{Case: bundle.Case{
		Name: d.Name, Pos: bundle.Pos{File: p.File, Start: int32(p.Span.Start), End: int32(p.Span.End)}, World: c.instead(base, d.Items),
	}}
	c.items(&t.Case.World, d.Items)
	if known && t.Case.World.Until == 0 && !c.saysItsEnd(d) {
		if of := d.Scenario.Text; of == "" || !c.alsoHere("endless "+of, c.system, lang.Name{Span: d.NameSpan}, "") {
			c.report("TUNE0213", c.system, d.NameSpan, "the test has no end", "add such as `until 300s`")
		}
	}
	t.Case.From, t.Case.To = c.seeds(d.Seeds)
	if len(d.Expects) == 0 && !c.system.lost.holed(d.Span) {
		c.report("TUNE0213", c.system, d.NameSpan, "the test expects nothing, so it can't fail", "add such as `never expect lost > 0`")
	}
	tr := newTrial(&t.Case.World)
	for _, e := range d.Expects {
		t.Expects = append(t.Expects, c.expectation(tr, e))
	}
	t.Facts = tr.facts
	return t
}

// saysItsEnd says whether a test or its scenario says an end, or may have in what could not be read.
func (c *checker) saysItsEnd(d *lang.Test) bool {
	for _, s := range each[*lang.Scenario](c.files.Main) {
		if s.Name.Text == d.Scenario.Text && (hasUntil(s.Items) || c.system.lost.holed(s.Span)) {
			return true
		}
	}
	return hasUntil(d.Items) || c.system.lost.holed(d.Span)
}

func hasUntil(items []lang.ScenarioItem) bool {
	return slices.ContainsFunc(items, func(i lang.ScenarioItem) bool { _, is := i.(*lang.Until); return is })
}

// instead is a scenario without what a test says otherwise: the end, the fidelity, settings, and the loads and the work of
// the same class. What happens at a time is added to.
func (c *checker) instead(base bundle.Scenario, items []lang.ScenarioItem) bundle.Scenario {
	out := base
	for _, item := range items {
		switch item := item.(type) {
		case *lang.Until:
			out.Until = 0
		case *lang.Setting:
			out.Settings = without(out.Settings, func(s bundle.Setting) bool { return s.Name == item.Name.Text })
		case *lang.ClientsOf:
			out.Clients = without(out.Clients, func(l bundle.Clients) bool { return c.isClass(l.Class, item.Class) })
		case *lang.RequestsOf:
			out.Requests = without(out.Requests, func(l bundle.Requests) bool { return c.isClass(l.Class, item.Class) })
		case *lang.LoadOf:
			out.Loads = without(out.Loads, func(l bundle.Load) bool { return c.isClass(l.Class, item.Class) })
		case *lang.WorkOf:
			out.Work = without(out.Work, func(w bundle.Work) bool { return c.isClass(w.Class, item.Class) })
		}
	}
	out.Deploys, out.Emits, out.Faults = slices.Clip(out.Deploys), slices.Clip(out.Emits), slices.Clip(out.Faults)
	out.Answers, out.Wishes = slices.Clip(out.Answers), slices.Clip(out.Wishes)
	out.Clients, out.Requests, out.Loads = slices.Clip(out.Clients), slices.Clip(out.Requests), slices.Clip(out.Loads)
	out.Work, out.Settings, out.Requires = slices.Clip(out.Work), slices.Clip(out.Settings), slices.Clip(out.Requires)
	return out
}

// without is a new slice of what isn't dropped.
func without[T any](all []T, drop func(T) bool) []T {
	return slices.DeleteFunc(slices.Clone(all), drop)
}

func (c *checker) isClass(index int32, name lang.Name) bool {
	cl := c.system.classes[name.Text]
	return cl != nil && cl.index == index
}

// seeds are the first and the last seed of a test.
func (c *checker) seeds(d *lang.Seeds) (from, to uint64) {
	if d == nil {
		return 1, 1
	}
	if d.To < d.From || d.To-d.From >= mostSeeds {
		c.report("TUNE0214", c.system, d.Span, "seeds grow, and there are at most 10,000 of them", "such as seeds 1..20")
		return 1, 1
	}
	return uint64(d.From), uint64(d.To)
}

var expectModes = map[string]bundle.ExpectMode{
	"at": bundle.ExpectAt, "always": bundle.ExpectAlways, "never": bundle.ExpectNever, "eventually": bundle.ExpectEventually,
}

func (c *checker) expectation(tr *trial, e *lang.Expect) *ir.Expect {
	out := &ir.Expect{Mode: expectModes[e.Mode], Pos: pos(c.system, e.Span)}
	if e.Cond != nil {
		out.Pos = pos(c.system, e.Cond.Pos())
	}
	c.begin()
	when, ok := c.nanos(c.system, e.At, "a time")
	if out.At = when; ok && when > until(*tr.world) {
		c.report("TUNE0214", c.system, e.At.Pos(), "the test ends before that", "")
	}
	var isTruth bool
	out.Cond, isTruth = c.truth(tr.ctx(c.system), e.Cond, "what is expected")
	const instead = "ask for something that a run may change, such as lost == 0"
	switch {
	case !isTruth:
	case literal(e.Cond):
		c.report("TUNE0311", c.system, e.Cond.Pos(), "this asks nothing of the run", instead)
	case c.leftNothing(e.Cond):
		c.report("TUNE0311", c.system, e.Cond.Pos(), "this never holds, whatever the run does", instead)
	case c.leftNothing(negation(e.Cond)):
		c.report("TUNE0311", c.system, e.Cond.Pos(), "this always holds, whatever the run does", instead)
	}
	c.sayTooMuch(c.system, e.Span, "the expectation")
	return out
}

// leftNothing says whether what a test expects leaves no value to a host, or to something that a run counts: these are
// always known, and no run counts below 0.
func (c *checker) leftNothing(e lang.Expr) bool {
	counts := map[string]span{}
	for _, k := range counters {
		counts[k.name] = span{most: math.Inf(1)}
	}
	what := c.system.contradiction(counts, e)
	_, isHost := c.hosts[what]
	return isHost || isCounter(what) || counting[strings.Split(what, "(")[0]]
}

// counting are the functions of tests that give a count.
var counting = map[string]bool{"times": true, "running": true, "on": true}
