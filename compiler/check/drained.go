package check

import (
	"slices"
	"strings"

	"github.com/tune-autonomic/tune/compiler/bundle"
	"github.com/tune-autonomic/tune/lang"
)

// Who has drained what. A drain counts once it is certain that everything that sends requests to something has drained it:
// the one that its role leads to, a loop over all of them, or it has drained itself.

// drained notes that an operation that drains has been carried out by what all these paths lead to.
func (s surety) drained(st *lang.OpCall, by []lang.Expr) {
	if len(st.Args) == 0 {
		s.add(sureDrained, st.Object)
	}
	for _, a := range st.Args {
		for _, one := range by {
			s.note(sure{kind: sureDrainedBy, path: a.Value, by: one})
		}
	}
}

// names are the paths that lead where this one does, itself first.
func (s surety) names(path lang.Expr) []lang.Expr {
	names, known := []lang.Expr{path}, map[string]bool{lang.Print(path): true}
	for i := 0; i < len(names); i++ {
		at := lang.Print(names[i])
		for _, key := range sortedKeys(s.facts) {
			one := s.facts[key]
			if one.kind == sureSame && lang.Print(one.path) == at && !known[lang.Print(one.by)] {
				known[lang.Print(one.by)] = true
				names = append(names, one.by)
			}
		}
	}
	return names
}

// bareNames are the names that stand for what a path leads to. A role may lead elsewhere once that is removed.
func (s surety) bareNames(path lang.Expr) []lang.Expr {
	return slices.DeleteFunc(s.names(path), func(e lang.Expr) bool {
		_, isName := e.(*lang.Ident)
		return !isName
	})
}

// same notes that two paths lead to one thing, seen from either.
func (s surety) same(x, y lang.Expr) {
	if rootOf(x) != "" && rootOf(y) != "" {
		s.note(sure{kind: sureSame, path: x, by: y})
		s.note(sure{kind: sureSame, path: y, by: x})
	}
}

// other notes that two paths lead to different things, seen from either.
func (s surety) other(x, y lang.Expr) {
	if rootOf(x) != "" && rootOf(y) != "" {
		s.note(sure{kind: sureOther, path: x, by: y})
		s.note(sure{kind: sureOther, path: y, by: x})
	}
}

// among notes that something is one of a set: what a role leads to leads back to whose role it is, if it leads to one.
func (s surety) among(one, set lang.Expr) {
	if f, isFilter := set.(*lang.Filter); isFilter {
		set = f.Set
	}
	role, isRole := set.(*lang.Select)
	if !isRole {
		return
	}
	whose, isName := role.X.(*lang.Ident)
	if !isName || s.of.named[whose.Text] == nil {
		return
	}
	for _, back := range s.of.backs(s.of.named[whose.Text], role.Name.Text) {
		s.same(&lang.Select{X: one, Name: lang.Name{Text: back}}, whose)
	}
}

// backs are the names of the role that leads back from what a class's role leads to, if it leads to one thing.
func (u *unit) backs(links []bundle.Link, cl *class, name string) []string {
	far, to := u.far(links, cl, name)
	if to == nil || far.Max != 1 {
		return nil
	}
	return u.namesOf(to, far.Role)
}

// across are the names of the role that leads back, wherever else it may lead.
func (u *unit) across(links []bundle.Link, cl *class, name string) []string {
	far, to := u.far(links, cl, name)
	if to == nil {
		return nil
	}
	return u.namesOf(to, far.Role)
}

// far is the other end of a class's role, and the class there; nil if there is no such role.
func (u *unit) far(links []bundle.Link, cl *class, name string) (bundle.LinkEnd, *class) {
	r := cl.members[u.given(instOf(cl), name)].role
	switch {
	case r == nil:
		return bundle.LinkEnd{}, nil
	case r.right:
		return links[r.link].Left, r.to
	}
	return links[r.link].Right, r.to
}

// all notes what each of a set has drained after a loop over it, if no turn was left out or took back another's: what is
// certain at the end of the first turn.
func (s surety) all(loop *lang.For, turn surety) {
	loop = s.of.overRole(loop)
	if loop.Where != nil || loop.While != nil || loop.OnFailure == "skip" || rootOf(loop.Set) == "" {
		return
	}
	if e := s.of.effect(loop.Body); e.drained || len(e.admits) > 0 || e.removed > 0 || len(e.made) > 0 {
		return
	}
	for _, one := range turn.facts {
		by, isName := one.by.(*lang.Ident)
		if one.kind == sureDrainedBy && isName && by.Text == loop.Var.Text && rootOf(one.path) != loop.Var.Text {
			s.note(sure{kind: sureDrainedByAll, path: one.path, by: loop.Set})
		}
	}
}

// overRole is a loop over those of a class whose role leads to something as the loop over the role that leads back from that:
// for a in App where t in a.workers walks t.apps. Any other loop is itself.
func (m *meaning) overRole(loop *lang.For) *lang.For {
	in, isBinary := loop.Where.(*lang.Binary)
	set, isName := loop.Set.(*lang.Ident)
	if !isBinary || in.Op != "in" || m.trusted[in] || !isName || m.classes[set.Text] == nil || rootOf(in.X) == "" || rootOf(in.X) == loop.Var.Text {
		return loop
	}
	role, isRole := in.Y.(*lang.Select)
	if !isRole || lang.Print(role.X) != loop.Var.Text && lang.Print(role.X) != "it" {
		return loop
	}
	back := m.across(m.classes[set.Text], role.Name.Text)
	if len(back) == 0 {
		return loop
	}
	over := *loop
	over.Set, over.Where = &lang.Select{Span: set.Span, X: in.X, Name: lang.Name{Text: back[0]}}, nil
	return &over
}

// drained says whether it is certain that an instance of cl gets no requests: it has drained itself, or for each link over
// which requests come, those at its other end have. What clients ask directly only it can drain.
func (b *body) drained(cl *class, target lang.Expr) bool {
	names := b.sure.names(target)
	if slices.ContainsFunc(names, func(name lang.Expr) bool { return b.sure.has(sureDrained, name) }) {
		return true
	}
	return len(b.senders(cl, target)) == 0 && slices.ContainsFunc(b.c.tables.Links, func(l bundle.Link) bool { return l.Right.Class == cl.index })
}

// senders says over which roles requests may still come to an instance of cl that hasn't drained itself, and whether clients
// ask it directly.
func (b *body) senders(cl *class, target lang.Expr) []string {
	var all []string
	names := b.sure.names(target)
	for _, l := range b.c.tables.Links {
		if l.Right.Class == cl.index && !slices.ContainsFunc(names, func(name lang.Expr) bool { return b.drainedOver(l, cl, name) }) {
			all = append(all, "over "+b.c.classes[l.Left.Class].name+"."+l.Left.Role)
		}
	}
	if b.c.entries[cl] {
		all = append(all, "from clients, whom only "+cl.name+" itself can turn away")
	}
	return all
}

// notDrained says of a class, behind its name, over what requests come to one that isn't drained for certain, and on which
// way of several here.
func (b *body) notDrained(cl *class, target lang.Expr) string {
	msg := " was not drained on every way here"
	if from := b.senders(cl, target); len(from) > 0 {
		msg += ": requests still come " + strings.Join(from, " and ")
	}
	if e := b.undrainedWay(cl, target); e != nil {
		msg += ", on the way from " + e.from.decl.Name.Text + " to " + e.to.decl.Name.Text
	}
	return msg
}

// undrainedWay is an arrow by which something comes here that isn't drained, where others bring it drained; nil if there is
// none.
func (b *body) undrainedWay(cl *class, target lang.Expr) *edge {
	seen := map[*stateFlow]bool{}
	for next := []*stateFlow{b.state}; len(next) > 0; next = next[1:] {
		st := next[0]
		if st == nil || seen[st] {
			continue
		}
		seen[st] = true
		var without []*edge
		for _, e := range st.in {
			there := *b
			if _, there.sure = e.carries(); !there.drained(cl, target) {
				without = append(without, e)
			}
		}
		if len(without) > 0 && len(without) < len(st.in) {
			return without[0]
		}
		for _, e := range without {
			next = append(next, e.from)
		}
	}
	return nil
}

// drainedOver says the same of one link, by all names that there are here for its ends.
func (b *body) drainedOver(l bundle.Link, cl *class, target lang.Expr) bool {
	for _, name := range b.p.unit.namesOf(cl, l.Right.Role) {
		role := &lang.Select{X: target, Name: lang.Name{Text: name}}
		if l.Right.Max == 1 && b.sure.holds(sureDrainedBy, target, role) || b.sure.holds(sureDrainedByAll, target, role) {
			return true
		}
	}
	for _, name := range b.p.unit.namesOfClass(b.c.classes[l.Left.Class]) {
		if b.sure.holds(sureDrainedByAll, target, &lang.Ident{Name: lang.Name{Text: name}}) {
			return true
		}
	}
	return false
}

// readLoads notes the classes that clients or requests of a scenario or a test come to, and those that a trace makes.
func (c *checker) readLoads(f *lang.File) {
	c.entries = map[*class]bool{}
	for _, d := range each[*lang.Scenario](f) {
		c.readLoadsOf(d.Items)
	}
	for _, d := range each[*lang.Test](f) {
		c.readLoadsOf(d.Items)
	}
}

func (c *checker) readLoadsOf(items []lang.ScenarioItem) {
	for _, item := range items {
		switch item := item.(type) {
		case *lang.ClientsOf:
			c.enters(item.Class)
		case *lang.RequestsOf:
			c.enters(item.Class)
		case *lang.LoadOf:
			if cl := c.system.classes[item.Class.Text]; cl != nil && len(item.Points) == 0 {
				cl.traced = true
			}
		}
	}
}

func (c *checker) enters(name lang.Name) {
	if cl := c.system.classes[name.Text]; cl != nil && cl.kind == bundle.Component {
		c.entries[cl] = true
	}
}
