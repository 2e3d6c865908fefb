package testrun

import (
	"cmp"
	"slices"
	"sort"
	"time"

	"github.com/tune-autonomic/tune/compiler/bundle"
	"github.com/tune-autonomic/tune/runtime/engine"
)

// story is what happened in a run, in order.
type story struct {
	lines []Line
	waits map[uint64]string // what each instance waits for: told once
	// deploys are the policies that deploy; undone is what of a deployment failed, first things first. However long ago that
	// was, what is missing since then is missed later.
	deploys []string
	undone  []Line
	// faults are those of the test's world that nobody else tells of, which are still to come.
	faults []Line
	// unheard is what an operator said, or the scenario in his place, and nobody could do.
	unheard []Line
}

// mostUndone is how much of a deployment's failures a timeline begins with, and how much is told that nobody could do.
const mostUndone = 5

// Of a timeline, the last lines up to the failure are shown, and the first ones behind it: more of them where there are few
// before.
const (
	mostBefore = 20
	mostBehind = 5
)

// deploysOf are the names of what deploys a program.
func deploysOf(p *bundle.Program) []string {
	names := []string{engine.DefaultDeploy}
	for _, policy := range p.Policies {
		if policy.Event == bundle.OnDeploy {
			names = append(names, policy.Name)
		}
	}
	return names
}

// faultsOf are what goes wrong in a test's world, in its order. What becomes of a migration that is to fail or stall is told when
// it is struck.
func faultsOf(p *bundle.Program, world *bundle.Scenario) []Line {
	var all []Line
	for i := range world.Faults {
		f := &world.Faults[i]
		if f.Kind == "fail" || f.Kind == "stall" {
			continue
		}
		text := "fault: " + f.Of(p)
		if f.For > 0 {
			text += " for " + time.Duration(f.For).String()
		}
		all = append(all, Line{Time: Span(f.At), Text: text})
	}
	slices.SortStableFunc(all, func(a, b Line) int { return cmp.Compare(a.Time, b.Time) })
	return all
}

// pass tells the faults up to a time.
func (s *story) pass(t Span) {
	for len(s.faults) > 0 && s.faults[0].Time <= t {
		s.lines, s.faults = append(s.lines, s.faults[0]), s.faults[1:]
	}
}

func (s *story) add(n engine.Notice) {
	s.pass(Span(n.At))
	if n.Kind == engine.NoticeWait {
		if s.waits[n.Instance] == n.Text {
			return
		}
		if s.waits == nil {
			s.waits = map[uint64]string{}
		}
		s.waits[n.Instance] = n.Text
	}
	if n.Kind == engine.NoticeState && !engine.Written(n.State) {
		return
	}
	line := Line{Time: Span(n.At), Text: told(n)}
	s.lines = append(s.lines, line)
	if n.Kind == engine.NoticeFailed && len(s.undone) < mostUndone && slices.Contains(s.deploys, n.Policy) {
		s.undone = append(s.undone, line)
	}
	if n.Kind == engine.NoticeFailed && n.Policy == "" && len(s.unheard) < mostUndone {
		s.unheard = append(s.unheard, Line{Time: line.Time, Text: n.Text})
	}
}

// around are the lines near a time, with the time itself marked among them, behind what failed of the deployment before. Of
// many, those are left out that are farthest from it.
func (s *story) around(t, near Span) []Line {
	s.pass(t)
	from := sort.Search(len(s.lines), func(i int) bool { return s.lines[i].Time >= t-near })
	mid := sort.Search(len(s.lines), func(i int) bool { return s.lines[i].Time > t })
	to := sort.Search(len(s.lines), func(i int) bool { return s.lines[i].Time > t+near })
	var out []Line
	for _, line := range s.undone {
		if line.Time < t-near {
			out = append(out, line)
		}
	}
	if n := mid - from - mostBefore; n > 0 {
		from += n
		out = append(out, Line{Time: s.lines[from].Time, More: n})
	}
	out = append(out, s.lines[from:mid]...)
	out = append(out, Line{Time: t, Fails: true})
	if n := to - mid - mostBehind - (mostBefore - (mid - from)); n > 0 {
		to -= n
		return append(append(out, s.lines[mid:to]...), Line{Time: s.lines[to].Time, More: n})
	}
	return append(out, s.lines[mid:to]...)
}

// who is a policy and what it is about.
func who(n engine.Notice) string {
	if n.Thing == "" {
		return n.Policy
	}
	return n.Policy + "(" + n.Thing + ")"
}

func told(n engine.Notice) string {
	switch n.Kind {
	case engine.NoticeEvent:
		return "event " + n.Text
	case engine.NoticeStart:
		return who(n) + " starts"
	case engine.NoticeState:
		return who(n) + " -> " + n.State
	case engine.NoticeEnd:
		return who(n) + " ends: " + n.Text
	case engine.NoticeWait:
		return who(n) + " " + n.Text
	case engine.NoticeStuck:
		return who(n) + " is stuck: " + n.Text
	case engine.NoticeFault:
		return "fault: " + n.Text
	case engine.NoticeFailed:
		if n.Policy == "" {
			return "failed: " + n.Text
		}
		return who(n) + " failed: " + n.Text
	case engine.NoticeText:
		return "notify: " + n.Text
	}
	return n.Text
}
