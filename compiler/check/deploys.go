package check

import (
	"fmt"
	"slices"
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

// deploysItself says whether a file has policies that take the place of the deployment that there is else.
func deploysItself(f *lang.File) bool {
	return slices.ContainsFunc(each[*lang.Policy](f), func(d *lang.Policy) bool { return d.On != nil && d.On.Event.Text == "deploy" })
}

// reportMakesLess warns of a program whose own deployment makes less of a class than there must be, or than others need that it
// makes: each step once, and those of a loop any number of times. What it leaves out is its author's to say.
func (c *checker) reportMakesLess() {
	made, first := c.makesItself()
	if len(made) == 0 {
		return
	}
	at := first.decl.Name.Span
	for _, cl := range c.classes {
		if least, n := int(cl.table.Min), made[cl]; cl.kind != bundle.Host && !cl.unsure && n > 0 && n < least {
			c.report("TUNE0301", first.unit, at, fmt.Sprintf("%s needs at least %d: what policies on deploy make is at most %d", cl.name, least, n),
				fmt.Sprintf("make more, or let %s be [%d..*]", cl.name, n))
			return
		}
	}
	for _, l := range c.tables.Links {
		if l.Left.Class == l.Right.Class {
			continue
		}
		for _, r := range c.ends(l) {
			if made[r.from] > 0 && made[r.to] > 0 && !r.filled(1, made[r.to]) {
				c.report("TUNE0301", first.unit, at, fmt.Sprintf("%s needs at least %d: what policies on deploy make of %s is at most %d", r.name, r.least, r.to.name, made[r.to]),
					"make them, too, or let "+r.name+" be [*]")
				return
			}
		}
	}
}

// makesItself is how many of each class the policies on deploy make at most, and the first of these. None if there are no such
// policies, or if what they do isn't known.
func (c *checker) makesItself() (made map[*class]int, first *policy) {
	made = map[*class]int{}
	for _, out := range c.program.Policies {
		p := c.checked[out]
		if out.Event != bundle.OnDeploy {
			continue
		}
		if p.unit != c.system || p.broken || p.flow.torn || p.unit.lost.holed(p.decl.Span) {
			return nil, nil
		}
		if first == nil {
			first = p
		}
		makes := func(n lang.Node, times int) {
			if s, isCreate := n.(*lang.Create); isCreate {
				if cl := p.unit.classes[s.Class.Text]; cl != nil {
					made[cl] = min(many, made[cl]+times)
				}
			}
		}
		emits := false
		lang.Walk(p.decl, func(n lang.Node) {
			makes(n, 1)
			switch n := n.(type) {
			case *lang.Emit:
				emits = true // others may make something then
			case *lang.For:
				lang.Walk(n, func(n lang.Node) { makes(n, many) })
			case *lang.Transition:
				emits = emits || n.AtMost > 0
			}
		})
		if emits || p.loops() {
			return nil, nil
		}
	}
	return made, first
}

// loops says whether a state of a policy may be entered again.
func (p *policy) loops() bool {
	seen := map[string]bool{}
	for _, st := range p.decl.States {
		seen[st.Name.Text] = true
		for _, tr := range st.Transitions {
			if seen[tr.To.Text] {
				return true
			}
		}
	}
	return false
}

// turns is how often a loop around a statement is gone through, if that is known; else 1.
func (b *body) turns(x ctx) int {
	if b.around == nil || b.around.Where != nil || b.around.While != nil {
		return 1
	}
	set, isName := b.around.Set.(*lang.Ident)
	if !isName {
		return 1
	}
	cl := x.unit.classes[set.Text]
	if cl == nil || cl.kind != bundle.Host {
		return 1
	}
	return max(1, len(cl.table.Names))
}

// madeBeside are the policies above this one that make some of a class on deploy, too, once for each step: all of them run, side
// by side.
func (b *body) madeBeside(class lang.Name) []string {
	var names []string
	for _, d := range each[*lang.Policy](b.c.files.Main) {
		if d.Span.Start >= b.p.decl.Span.Start || b.p.unit != b.c.system || d.On == nil || d.On.Event.Text != "deploy" {
			continue
		}
		lang.Walk(d, func(n lang.Node) {
			if made, isCreate := n.(*lang.Create); isCreate && made.Class.Text == class.Text {
				names = append(names, d.Name.Text)
			}
		})
	}
	return names
}

// checkDeployed reports a creation on deploy for which those before it, or other policies, leave no room.
func (b *body) checkDeployed(x ctx, s *lang.Create, cl *class) {
	most, others := cl.most(), b.madeBeside(s.Class)
	if known := b.sure.count(cl); most >= 0 && known.least >= most && known.least <= known.most {
		b.c.report("TUNE0302", b.p.unit, s.Span, fmt.Sprintf("%s++ goes over the maximum, %d: so many are made before it", cl.name, most),
			"leave it out, or declare that there may be more")
		return
	}
	if turns := b.turns(x); most >= 0 && turns > most && b.sure.count(cl).most >= most && b.p.out.Event == bundle.OnDeploy {
		b.c.report("TUNE0302", b.p.unit, s.Span, fmt.Sprintf("%s++ can go over the maximum, %d: the loop makes %d", cl.name, most, turns),
			"ask before each turn: while count("+cl.name+") < "+number(float64(most)))
		return
	}
	if known := b.sure.count(cl); most < 0 || len(others) == 0 || min(known.least, known.most)+len(others) < most || known.most < most || b.p.out.Event != bundle.OnDeploy {
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
