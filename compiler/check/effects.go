package check

import (
	"slices"
	"strings"

	"github.com/tune-autonomic/tune/lang"
)

// effect is what actions, all or some of them, may make uncertain.
type effect struct {
	roles, empty, paths bool
	drained             bool        // of anything: it may serve again
	admits              []lang.Expr // what serves again, where that is known
	// starts are what is started. Who has drained that still does, but whether what has drained itself still is drained only
	// the software knows. With started, it may be anything.
	starts  []lang.Expr
	started bool
	stopped bool // an undo starts it again
	mixed   bool // between a stop and a start, they are taken back each by itself
	made    map[*class]int
	removed int
}

// effect sums up what a body may do.
func (m *meaning) effect(stmts []lang.Stmt) effect {
	all := effect{made: map[*class]int{}}
	for _, st := range stmts {
		all.join(m.effectOf(st))
	}
	return all
}

func (m *meaning) effectOf(st lang.Stmt) effect {
	switch st := st.(type) {
	case *lang.Let, *lang.Notify, *lang.Emit, *lang.Ask, *lang.Wait, *lang.Join:
		return effect{}
	case *lang.ProbeAct:
		return effect{mixed: true}
	case *lang.OpCall:
		itself := len(st.Args) == 0 && (m.drains[st.Op.Text] || m.undrains[st.Op.Text])
		e := effect{roles: true, stopped: m.op(st.Op.Text) == "stop", mixed: itself}
		switch {
		case m.undrains[st.Op.Text]:
			e.admits = targets(st)
		case m.op(st.Op.Text) == "start":
			e.starts = targets(st)
		}
		return e
	case *lang.Fork:
		return m.effect(st.Body)
	case *lang.For:
		e := m.effect(st.Body).repeated()
		e.admits = slices.DeleteFunc(e.admits, func(of lang.Expr) bool {
			mine := rootOf(of) == st.Var.Text || rootOf(of) == ""
			e.drained = e.drained || mine
			return mine
		})
		e.starts = slices.DeleteFunc(e.starts, func(of lang.Expr) bool {
			mine := rootOf(of) == st.Var.Text || rootOf(of) == ""
			e.started = e.started || mine
			return mine
		})
		if st.OnFailure == "undo" {
			e.join(e.takenBack())
			e.mixed = true
		}
		return e
	case *lang.Create:
		e := effect{roles: true, empty: true, paths: true}
		if cl := m.classes[st.Class.Text]; cl != nil {
			e.made = map[*class]int{cl: 1}
		}
		return e
	case *lang.Remove:
		return effect{roles: true, paths: true, removed: 1}
	case *lang.Migrate, *lang.Plan:
		return effect{roles: true, empty: true, paths: true}
	case *lang.Act:
		if st.Verb.Text == "start" {
			return effect{roles: true, paths: true, starts: []lang.Expr{st.Object}}
		}
		return effect{roles: true, paths: true, drained: st.Verb.Text == "restart", empty: st.Verb.Text == "restart", stopped: st.Verb.Text == "stop"}
	}
	return effect{roles: true}
}

// beside is, for each of several branches, what all the others may do: what those before it do, and those behind it.
func (m *meaning) beside(branches []lang.Stmt) []effect {
	others := make([]effect, len(branches))
	before, behind := effect{made: map[*class]int{}}, effect{made: map[*class]int{}}
	for i, branch := range branches {
		others[i].made = map[*class]int{}
		others[i].join(before)
		before.join(m.effectOf(branch))
	}
	for i, branch := range slices.Backward(branches) {
		others[i].join(behind)
		behind.join(m.effectOf(branch))
	}
	return others
}

// otherTurns is what the turns of a loop may do that are taken at the same time as one: what each lets in that it is about
// itself is another's.
func (m *meaning) otherTurns(loop *lang.For) effect {
	all := m.effect(loop.Body).repeated()
	own := func(of lang.Expr) bool { return rootOf(of) == loop.Var.Text }
	all.admits, all.starts = slices.DeleteFunc(all.admits, own), slices.DeleteFunc(all.starts, own)
	return all
}

func (e *effect) join(other effect) {
	e.roles, e.empty = e.roles || other.roles, e.empty || other.empty
	e.drained, e.paths = e.drained || other.drained, e.paths || other.paths
	e.stopped, e.mixed = e.stopped || other.stopped, e.mixed || other.mixed
	e.admits = append(slices.Clip(e.admits), other.admits...)
	e.starts, e.started = append(slices.Clip(e.starts), other.starts...), e.started || other.started
	for cl, n := range other.made {
		e.made[cl] = min(e.made[cl]+n, many)
	}
	e.removed = min(e.removed+other.removed, many)
}

// repeated is the effect of any number of turns.
func (e effect) repeated() effect {
	made := map[*class]int{}
	for cl := range e.made {
		made[cl] = many
	}
	e.made = made
	if e.removed > 0 {
		e.removed = many
	}
	return e
}

// takenBack is what an undo of an effect may do: what was made goes, and what was stopped is started, and serves again.
func (e effect) takenBack() effect {
	back := effect{roles: e.roles, paths: e.paths, empty: e.empty || e.stopped, drained: e.drained || e.stopped, admits: e.admits, starts: e.starts, started: e.started}
	if len(e.made) > 0 {
		back.removed = many
	}
	return back
}

// disturb takes away what is not certain when some or all of an effect has come about.
func (s surety) disturb(e effect) {
	s.forget(e)
	for cl, known := range s.counts {
		least := max(known.least-e.removed, min(known.least, int(cl.table.Min))) // no removal goes under that
		s.counts[cl] = between{least: least, most: known.most + e.made[cl]}
	}
}

// forget drops the facts that an effect may have changed.
func (s surety) forget(e effect) {
	admitted := s.admitted(e)
	for key, one := range s.facts {
		far := strings.Contains(key, ".") // roles may lead elsewhere
		switch {
		case one.kind == sureExists && far && e.roles,
			one.kind == sureEmpty && (e.empty || far && e.paths),
			one.kind == sureDrained && (admitted[key] || far && e.paths),
			one.kind == sureHalted && (admitted[key] || far && e.paths || e.mixed),
			one.kind == sureDrainedBy && (admitted[key] || e.senders() || farther(one.path) && e.paths),
			one.kind == sureDrainedByAll && (admitted[key] || e.senders() || farther(one.path) && e.paths),
			one.kind == sureSame && far && e.roles,
			one.kind == sureOther && (far && e.roles || e.removed > 0),
			one.kind == sureFewer && e.senders():
			delete(s.facts, key)
		}
	}
}

// admitted are the facts of what is drained or stopped that an effect may end.
func (s surety) admitted(e effect) map[string]bool {
	ends := map[string]bool{}
	for key, one := range s.facts {
		maySame := func(of lang.Expr) bool { return !s.differ(one.path, of) }
		switch one.kind {
		case sureDrained, sureHalted:
			ends[key] = e.drained || e.started || slices.ContainsFunc(e.admits, maySame) || slices.ContainsFunc(e.starts, maySame)
		case sureDrainedBy, sureDrainedByAll:
			ends[key] = e.drained || slices.ContainsFunc(e.admits, maySame)
		}
	}
	return ends
}

// differ says whether it is certain that two paths lead to different things.
func (s surety) differ(x, y lang.Expr) bool {
	others := s.names(y)
	for _, name := range s.names(x) {
		if slices.ContainsFunc(others, func(other lang.Expr) bool { return s.holds(sureOther, name, other) }) {
			return true
		}
	}
	return false
}

// senders says whether requests may come from others than before: from new ones, or by roles that were filled anew.
func (e effect) senders() bool { return len(e.made) > 0 || e.removed > 0 }
