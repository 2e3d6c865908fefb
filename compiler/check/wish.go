package check

import (
	"github.com/tune-autonomic/tune/compiler/bundle"
	"github.com/tune-autonomic/tune/lang"
)

// wishAt reads `at 300s pin Servlet-1 for 10min`, in a scenario whose loads are known.
func (c *checker) wishAt(out *bundle.Scenario, d *lang.WishAt) {
	w := bundle.WishAt{Kind: d.Kind.Text, Policy: -1, Class: -1}
	at, okAt := c.nanos(c.system, d.At, "when it is said")
	w.At, w.For = at, c.positiveNanos(c.system, d.For, "how long it is wanted")
	if w.Kind == bundle.WishResume && d.For != nil {
		c.report("TUNE0213", c.system, d.For.Pos(), "a resumption has no duration", "leave out the for")
		c.leaveOut(c.system, "for", d.For.Pos())
	}
	if !c.wished(out, &w, d) || !okAt {
		return
	}
	if w.Policy < 0 {
		out.Wishes = append(out.Wishes, w)
		return
	}
	for _, w.Policy = range c.usesOf(w.Policy) {
		out.Wishes = append(out.Wishes, w)
	}
}

// wished finds out what an operator's wish is about.
func (c *checker) wished(sc *bundle.Scenario, w *bundle.WishAt, d *lang.WishAt) bool {
	policies := w.Kind == bundle.WishPause || w.Kind == bundle.WishResume
	switch p := c.policyNamed(d.About); {
	case d.All && !policies:
		c.report("TUNE0213", c.system, d.Kind.Span, "all is what can be paused or resumed", "say what to "+w.Kind+": a host, a machine, some software, or a class")
		return false
	case d.All:
		return true
	case p >= 0 && policies:
		c.refersPolicy(c.system, d.About, p)
		w.Policy = p
		return true
	case w.Kind == bundle.WishPause:
		c.noPolicy(d.About)
		return false
	}
	if policies && c.untold(d.About) {
		return false
	}
	var f bundle.Fault
	cl := c.meant(sc, &f, d.About)
	if cl == nil {
		return false
	}
	w.Class, w.Instance = f.Class, f.Instance
	switch {
	case w.Kind == bundle.WishPin && cl.kind == bundle.Host:
		c.report("TUNE0215", c.system, d.About.Span, "a host is where it is; what is pinned stands on one", "write maintain: then nothing comes to it")
		return false
	case w.Kind == bundle.WishMaintain && cl.kind != bundle.Host:
		c.report("TUNE0215", c.system, d.About.Span, "hosts are maintained, and "+d.About.Text+" is "+whatIs(cl, &f), "write pin: then it stays where it is")
		return false
	}
	return true
}

// noPolicy reports a name that no policy has, unless it is of one that has mistakes of its own.
func (c *checker) noPolicy(name lang.Name) {
	if name.Text == "" || c.untold(name) {
		return
	}
	var known []string
	for _, p := range c.program.Policies {
		known = append(known, p.Name)
	}
	c.unknown("TUNE0210", c.system, name, "there is no policy "+name.Text, known, "there are")
}
