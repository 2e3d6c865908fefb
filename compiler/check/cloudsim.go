package check

import (
	"slices"
	"strings"

	"github.com/tune-autonomic/tune/compiler/bundle"
	"github.com/tune-autonomic/tune/lang"
)

// What a world of fidelity cloudsim has not. It is the simulator's to say, which refuses to play the rest.

// cloudsimStep is the time between two samples of a trace, and of whatever is measured there.
const cloudsimStep = 300e9

// onlyLoads reports what a world of that fidelity has not.
func (c *checker) onlyLoads(items []lang.ScenarioItem) {
	for _, item := range items {
		var what string
		switch item.(type) {
		case *lang.ClientsOf, *lang.RequestsOf:
			what = "no requests"
		case *lang.Fault:
			what = "no faults"
		case *lang.Setting:
			what = "no settings"
		default:
			continue
		}
		c.report("TUNE0226", c.system, item.Pos(), "fidelity cloudsim knows "+what, "leave this out, or the fidelity")
	}
}

// suitsCloudsim warns of what the program has, or lacks, so that nothing of that fidelity can be played with it.
func (c *checker) suitsCloudsim(d *lang.Fidelity, sc *bundle.Scenario, items []lang.ScenarioItem) {
	for _, of := range each[*lang.Scenario](c.files.Main) {
		if isIn([]lang.Span{of.Span}, d.Span) && c.system.lost.holed(of.Span) {
			return // what lacks may stand in what could not be read
		}
	}
	if why := append(c.misfits(), c.untraced(sc, items)...); len(why) > 0 {
		c.report("TUNE0315", c.system, d.Span, "fidelity cloudsim "+strings.Join(why, "; it "), "leave it out, or give it a program of its own")
	}
}

// misfits are what of the program doesn't suit, one of each sort.
func (c *checker) misfits() []string {
	count, why := map[bundle.Kind]int{}, map[string]string{}
	for _, s := range c.spaces {
		count[s.kind]++
	}
	for _, cl := range c.classes {
		short := func(curve []float64) bool { return len(curve) < 2 }
		switch {
		case cl.kind == bundle.Component:
			why["software"] = "has no software, and " + cl.name + " is some"
		case cl.kind == bundle.Host && !cl.unsure && !cl.noCurve && (len(cl.table.Watts) == 0 || slices.ContainsFunc(cl.table.Watts, short)):
			why["watts"] = "needs the power of its hosts, and " + cl.name + " has no `watts`"
		}
	}
	if !c.halfDeclared() && (count[bundle.Host] != 1 || count[bundle.VM] != 1) {
		why["family"] = "has one family of hosts, with machines on it"
	}
	for _, p := range c.tables.Probes {
		switch {
		case c.torn(p): // it was told
		case p.Source != "cpu":
			why["probe"] = "measures cpu and nothing else, and probe " + p.Name + " wants " + p.Source
		case p.Every != 0 && p.Every != cloudsimStep:
			why["period"] = "measures every 5min, as its traces do, and probe " + p.Name + " wants another period"
		}
	}
	var all []string
	for _, sort := range sortedKeys(why) {
		all = append(all, why[sort])
	}
	return all
}

// halfDeclared says whether the head of some hosts or machines has a mistake.
func (c *checker) halfDeclared() bool {
	return slices.ContainsFunc(c.files.Main.Decls, func(d lang.Decl) bool {
		switch d := d.(type) {
		case *lang.Hosts:
			return c.declared(d.Name) == nil
		case *lang.VM:
			return c.declared(d.Name) == nil
		}
		return false
	})
}

// torn says whether a probe could not be read, or asks for what nothing measures.
func (c *checker) torn(p bundle.Probe) bool {
	cl := c.classes[p.Class]
	d := cl.members[p.Name].probe
	return c.system.lost.holed(d.Span) || cl.simulated() && !slices.Contains(Measured(cl.kind), p.Source)
}

// untraced says that a scenario has no trace, and none that has a mistake of its own.
func (c *checker) untraced(sc *bundle.Scenario, items []lang.ScenarioItem) []string {
	traced := func(l bundle.Load) bool { return len(l.Points) == 0 }
	meant := func(i lang.ScenarioItem) bool { l, is := i.(*lang.LoadOf); return is && len(l.Points) == 0 }
	if slices.ContainsFunc(sc.Loads, traced) || slices.ContainsFunc(items, meant) {
		return nil
	}
	return []string{"needs a trace of its machines' load, such as load CLASS from trace(\"planetlab/20110303\")"}
}
