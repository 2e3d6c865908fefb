package check

import (
	"fmt"
	"strings"

	"github.com/tune-autonomic/tune/compiler/bundle"
	"github.com/tune-autonomic/tune/lang"
)

// reportMakesNothing warns of a program whose own deployment makes nothing, though there should be something: it takes the
// place of the one that would have made what is declared.
func (c *checker) reportMakesNothing() {
	var first *policy
	for _, out := range c.program.Policies {
		p := c.checked[out]
		if out.Event != bundle.OnDeploy {
			continue
		}
		if p.broken || p.unit.lost.holed(p.decl.Span) || p.mayMake() {
			return
		}
		if first == nil {
			first = p
		}
	}
	if lacks := c.initials(); first != nil && len(lacks) > 0 {
		c.report("TUNE0314", first.unit, first.decl.Name.Span,
			"policy "+first.out.Name+" makes nothing, and takes the place of the deployment that would: there won't be any "+strings.Join(lacks, ", "),
			"make things with `++`, such as x = "+lacks[0]+"++, or leave the policy out: what is declared is made and started without it")
	}
}

// madeBeside are the policies above this one that make some of a class on deploy, too: all of them run, side by side.
func (b *body) madeBeside(class lang.Name) []string {
	var names []string
	for _, d := range each[*lang.Policy](b.c.files.Main) {
		if d.Span.Start >= b.p.decl.Span.Start || b.p.unit != b.c.system || d.On == nil || d.On.Event.Text != "deploy" {
			continue
		}
		makes := false
		lang.Walk(d, func(n lang.Node) {
			made, isCreate := n.(*lang.Create)
			makes = makes || isCreate && made.Class.Text == class.Text
		})
		if makes {
			names = append(names, d.Name.Text)
		}
	}
	return names
}

// checkDeployed reports a creation on deploy for which those before it, or other policies, leave no room.
func (b *body) checkDeployed(s *lang.Create, cl *class) {
	most, others := cl.most(), b.madeBeside(s.Class)
	if known := b.sure.count(cl); most >= 0 && known.least >= most && known.least <= known.most {
		b.c.report("TUNE0302", b.p.unit, s.Span, fmt.Sprintf("%s++ goes over the maximum, %d: so many are made before it", cl.name, most),
			"leave it out, or declare that there may be more")
		return
	}
	if most < 0 || len(others) < most || b.sure.count(cl).most < most || b.p.out.Event != bundle.OnDeploy {
		return
	}
	b.c.report("TUNE0302", b.p.unit, s.Span, fmt.Sprintf("%s++ can go over the maximum, %d: all policies on deploy run, and %s makes it, too", cl.name, most, others[0]),
		"let one of them make it, or guard it: when count("+cl.name+") < "+number(float64(most)))
}

// initials are the names of the classes of which a deployment makes some.
func (c *checker) initials() []string {
	var names []string
	for _, cl := range c.classes {
		if cl.kind != bundle.Host && cl.table.Initial > 0 {
			names = append(names, cl.name)
		}
	}
	return names
}

// mayMake says whether a policy makes something, or lets another do so by an event.
func (p *policy) mayMake() bool {
	may := false
	lang.Walk(p.decl, func(n lang.Node) {
		switch n.(type) {
		case *lang.Create, *lang.Emit:
			may = true
		}
	})
	return may
}
