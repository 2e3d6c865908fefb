package check

import (
	"maps"
	"slices"
	"strings"

	"github.com/tune-autonomic/tune/lang"
)

// Who serves. Where requests come to a class, a run that is lossless leaves one of it to serve, whatever it has drained, and
// lets all in again before it ends: the next run counts on them.

// serves takes in what an action does to who serves, by the names that there are before it.
func (s surety) serves(st lang.Stmt) {
	if len(s.of.drains) == 0 {
		return
	}
	switch st := st.(type) {
	case *lang.OpCall:
		s.servesOp(st)
	case *lang.Act:
		s.switched(st.Object, st.Verb.Text)
	case *lang.Create:
		cl := s.of.classes[st.Class.Text]
		switch {
		case cl == nil:
		case st.Bind.Text == "":
			s.out.add(cl, group{n: 1, idle: true, back: true, at: st.Span})
		default:
			s.out.named[st.Bind.Text] = absent{class: cl, path: &lang.Ident{Name: st.Bind}, made: true, at: st.Span}
		}
	case *lang.Remove:
		delete(s.out.named, s.out.find(s.names(st.Target)))
	}
	s.seen.join(s.out, false)
}

func (s surety) servesOp(st *lang.OpCall) {
	op := s.of.op(st.Op.Text)
	switch {
	case op == "start" || op == "stop":
		s.switched(st.Object, op)
	case s.of.drains[st.Op.Text]:
		for i, target := range targets(st) {
			if cl := s.of.about(op, i, target); cl != nil {
				s.turnAway(st, target, cl)
			}
		}
	case s.of.undrains[st.Op.Text]:
		for _, target := range targets(st) {
			if key := s.out.find(s.names(target)); key != "" {
				s.out.put(key, s.letIn(st, target, s.out.named[key]))
			}
		}
	}
}

// targets are what an operation drains or lets in: what it is given, or else what it is one of.
func targets(st *lang.OpCall) []lang.Expr {
	if len(st.Args) == 0 {
		return []lang.Expr{st.Object}
	}
	var all []lang.Expr
	for _, a := range st.Args {
		all = append(all, a.Value)
	}
	return all
}

func (s surety) turnAway(st *lang.OpCall, target lang.Expr, cl *class) {
	key, op := s.out.find(s.names(target)), s.of.op(st.Op.Text)
	one, out := s.out.named[key]
	if !out {
		key, one = lang.Print(target), absent{class: cl, path: target, at: st.Span}
	}
	one.failed = false
	one.by = one.by.and(drainers{seenFrom(target, st.Object): {also: s.alsoNamed(st.Object, target), class: s.of.owner(op), back: s.of.takenBack(op)}})
	s.out.named[key] = one
}

// alsoNamed is what a drainer is to the drained one, "" if no name says that.
func (s surety) alsoNamed(by, target lang.Expr) string {
	for _, name := range s.names(by) {
		for _, its := range s.names(target) {
			if from := seenFrom(its, name); from != lang.Print(name) {
				return from
			}
		}
	}
	return ""
}

// letIn takes back what one has drained, by whatever name it did.
func (s surety) letIn(st *lang.OpCall, target lang.Expr, one absent) absent {
	one.by = maps.Clone(one.by)
	for _, by := range s.names(st.Object) {
		for _, name := range s.names(target) {
			from := seenFrom(name, by)
			maps.DeleteFunc(one.by, func(key string, d drainer) bool { return key == from || d.also == from })
		}
	}
	if owner := s.of.owner(s.of.op(st.Op.Text)); owner != nil && s.count(owner).most == 1 {
		maps.DeleteFunc(one.by, func(_ string, d drainer) bool { return d.class == owner })
	}
	return one
}

// seenFrom is a path as it is written from something on, if it begins there.
func seenFrom(from, path lang.Expr) string {
	name, its := lang.Print(path), lang.Print(from)
	if name == its || strings.HasPrefix(name, its+".") {
		return "it" + name[len(its):]
	}
	return name
}

// switched notes that something out of service was stopped, or started.
func (s surety) switched(object lang.Expr, verb string) {
	key := s.out.find(s.names(object))
	if key == "" || verb != "start" && verb != "stop" {
		return
	}
	one := s.out.named[key]
	one.stopped, one.made = verb == "stop", one.made && verb == "stop"
	s.out.put(key, one)
}

// walked is a loop as to who serves: what may be out of service when a turn begins, on the way, and behind the loop.
type walked struct {
	within, seen, behind outs
	last                 surety // at the end of the first turn
}

// turns walks one turn of a loop. What that leaves behind, each may have.
func (s surety) turns(loop *lang.For) walked {
	first := s.copy()
	first.turn(loop)
	loop = s.of.overRole(loop)
	every, of := first.enter(loop)
	began := first.out.copy()
	first.seen.join(began, false)
	first.body(loop.Body)

	spare, mine := first.spared(loop.Var), turnsOwn(loop)
	t := walked{seen: first.seen.copy(), behind: first.out.copy(), last: first}
	_, stays := t.behind.named[loop.Var.Text]
	if failsOn(loop) {
		failed := first.seen.copy()
		if loop.OnFailure == "undo" {
			failed.undo()
		}
		t.behind.join(failed, false)
	}
	t.behind.rename(loop.Var.Text, every)
	if of != nil && !stays {
		t.behind.admit(of)
	}
	t.behind.unname(mine, many, spare)
	before := s.out.copy()
	if every != "" {
		before.rename(every, "")
		for key, one := range before.named {
			one.by = one.by.without("")
			before.put(key, one)
		}
	}
	if of == nil || s.count(of).least < 1 {
		t.behind.join(before, false)
	}
	t.seen.rename(loop.Var.Text, every)
	t.seen.unname(mine, max(1, loop.AtMost), spare)

	earlier := t.behind.copy()
	earlier.rename(every, loop.Var.Text)
	t.within = began
	t.within.join(earlier, false)
	if loop.AtMost > 1 {
		beside := first.seen.copy()
		beside.unname(mine, loop.AtMost-1, spare)
		for cl, g := range beside.more {
			if n := g.n - began.more[cl].n; n > 0 {
				g.n = n
				t.within.add(cl, g)
			}
		}
	}
	return t
}

// enter takes what all of a set have drained as drained by the loop's one of it, and all that a loop walks as its own. It
// says how that set is called, and which class that is; "" and nil unless each of it has a turn.
func (s surety) enter(loop *lang.For) (every string, of *class) {
	if loop.Where != nil || loop.While != nil || failsOn(loop) || rootOf(loop.Set) == "" {
		return "", nil
	}
	every = "every " + lang.Print(loop.Set)
	s.out.rename(every, loop.Var.Text)
	id, isName := loop.Set.(*lang.Ident)
	if !isName || s.of.classes[id.Text] == nil {
		return every, nil
	}
	of = s.of.classes[id.Text]
	for key, one := range s.out.named {
		for by, d := range one.by {
			if d.class == of {
				one.by = one.by.without(by)
				one.by[loop.Var.Text] = drainer{class: of, back: d.back}
			}
		}
		s.out.named[key] = one
	}
	if all, some := s.out.all(of); some {
		all.path = &lang.Ident{Name: loop.Var}
		s.out.named[loop.Var.Text] = all
	}
	return every, of
}

// failsOn says whether a loop goes on when a turn has failed.
func failsOn(loop *lang.For) bool { return loop.OnFailure == "skip" || loop.OnFailure == "undo" }

// turnsOwn says which names are a turn's own.
func turnsOwn(loop *lang.For) func(string) bool {
	binds, _ := bindsOf(loop.Body)
	return func(name string) bool { return name == loop.Var.Text || slices.Contains(binds, name) }
}

// spared is one that a turn's own is certain not to be; "" if none is.
func (s surety) spared(name lang.Name) string {
	for _, key := range sortedKeys(s.facts) {
		one := s.facts[key]
		if id, isName := one.path.(*lang.Ident); one.kind == sureOther && isName && id.Text == name.Text {
			return lang.Print(one.by)
		}
	}
	return ""
}

// left says whether it is certain that one of a class serves when target doesn't.
func (s surety) left(cl *class, target lang.Expr) bool {
	if s.trusts("") || s.trusts(cl.name) || s.trusts(rootOf(target)) || s.relied() {
		return true
	}
	if s.count(cl).least > s.outWith(cl, target) {
		return true
	}
	g := s.out.more[cl]
	for _, name := range s.names(target) {
		for _, one := range s.facts {
			if one.kind != sureOther || lang.Print(one.path) != lang.Print(name) || s.out.find(s.names(one.by)) != "" {
				continue
			}
			if g.n == 0 || g.spare == lang.Print(one.by) {
				return true
			}
		}
	}
	return false
}

// branches walks each of several branches by itself.
func (s surety) branches(branches []lang.Stmt) []surety {
	walks := make([]surety, len(branches))
	for i, branch := range branches {
		walks[i] = s.copy()
		walks[i].elsewhere()
		walks[i].body(branch.(*lang.Fork).Body)
	}
	return walks
}

// beside is what branches other than the i-th may put out of service at any time.
func (s surety) beside(walks []surety, i int) outs {
	all := s.out.copy()
	for j, walk := range walks {
		if j == i {
			continue
		}
		for cl, g := range walk.seen.more {
			if g.n -= s.out.more[cl].n; g.n > 0 {
				all.add(cl, g)
			}
		}
		all.join(outs{named: walk.seen.named}, false)
	}
	return all
}

// joined takes in what is out of service once all branches have ended: what none has let in.
func (s surety) joined(walks []surety) {
	s.seen.join(s.beside(walks, -1), false)
	after := outs{named: map[string]absent{}, more: maps.Clone(s.out.more)}
	for _, walk := range walks {
		for key, one := range walk.out.named {
			for by := range s.out.named[key].by {
				if slices.ContainsFunc(walks, func(other surety) bool { _, has := other.out.named[key].by[by]; return !has }) {
					one.by = one.by.without(by)
				}
			}
			if mine, both := after.named[key]; both {
				one.by = one.by.and(mine.by)
			}
			after.put(key, one)
		}
		for cl, g := range walk.out.more {
			if g.n -= s.out.more[cl].n; g.n > 0 {
				after.add(cl, g)
			}
		}
	}
	s.out.become(after)
}

// outWith is how many of a class may be out of service when target is, too.
func (s surety) outWith(cl *class, target lang.Expr) int {
	out := s.out.out(cl)
	if s.out.find(s.names(target)) == "" {
		out = min(out+1, many)
	}
	return out
}

// takenBack says whether an undo takes back what an operation drains: whoever has it has one for that, too.
func (m *meaning) takenBack(op string) bool {
	return !slices.ContainsFunc(m.owners(op), func(cl *class) bool { return cl.takesBack(cl.opDecls[cl.ops[op]]) == nil })
}

// about is the class of what an operation drains by its i-th argument, or of itself if it takes none; nil if that can't be
// told.
func (m *meaning) about(op string, i int, target lang.Expr) *class {
	var all []*class
	for _, cl := range m.owners(op) {
		if of := m.takes(cl, op, i); of != nil {
			all = append(all, of)
		}
	}
	if id, isName := target.(*lang.Ident); isName && slices.Contains(all, m.named[id.Text]) {
		return m.named[id.Text]
	}
	if len(all) == 0 {
		return nil
	}
	return all[0]
}

// takes is the class of what an operation of a class is about.
func (m *meaning) takes(cl *class, op string, i int) *class {
	params := cl.opDecls[cl.ops[op]].Params
	switch {
	case len(params) == 0:
		return cl
	case i >= len(params) || params[i].Type == nil:
		return nil
	}
	return m.system[params[i].Type.Name.Text]
}

// owners are the classes that have an operation, in the order of their names; what is declared wrongly has none.
func (m *meaning) owners(op string) []*class {
	var all []*class
	for _, name := range sortedKeys(m.system) {
		cl := m.system[name]
		if cl == nil {
			continue
		}
		if _, has := cl.ops[op]; has {
			all = append(all, cl)
		}
	}
	return all
}

// owner is the one class that has an operation; nil if several do.
func (m *meaning) owner(op string) *class {
	if all := m.owners(op); len(all) == 1 {
		return all[0]
	}
	return nil
}

// namedIn are the classes of the things that a policy's names stand for, as far as its text says so: a name for a set has
// none, nor one that stands for things of two classes.
func namedIn(d *lang.Policy, classes map[string]*class) map[string]*class {
	named := map[string]*class{}
	name := func(name lang.Name, cl *class) {
		if before, twice := named[name.Text]; twice && before != cl {
			cl = nil
		}
		named[name.Text] = cl
	}
	if d.On != nil {
		for _, p := range d.On.Params {
			if p.Type != nil {
				name(p.Name, classes[p.Type.Name.Text])
			}
		}
	}
	var of func(body []lang.Stmt)
	of = func(body []lang.Stmt) {
		for _, st := range body {
			switch st := st.(type) {
			case *lang.Let:
				name(st.Name, classes[chosenOf(st.Value)])
			case *lang.Create:
				name(st.Bind, classes[st.Class.Text])
			case *lang.For:
				name(st.Var, classes[setName(st.Set)])
				of(st.Body)
			case *lang.Fork:
				of(st.Body)
			}
		}
	}
	for _, st := range d.States {
		of(st.Body)
	}
	return named
}

// chosenOf is the name of the set of which an expression is one, "" if it has none.
func chosenOf(e lang.Expr) string {
	call, isCall := e.(*lang.Call)
	if !isCall || len(call.Args) != 1 || call.Func.Text != "min" && call.Func.Text != "max" {
		return ""
	}
	return setName(call.Args[0].Value)
}

// setName is the name of the set that an expression takes elements of, "" if it has none.
func setName(e lang.Expr) string {
	switch e := e.(type) {
	case *lang.Filter:
		return setName(e.Set)
	case *lang.Ident:
		return e.Text
	}
	return ""
}
