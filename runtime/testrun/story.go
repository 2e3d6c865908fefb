package testrun

import (
	"sort"

	"github.com/tune-autonomic/tune/runtime/engine"
)

// story is what happened in a run, in order.
type story struct {
	lines []Line
	waits map[uint64]string // what each instance waits for: told once
}

func (s *story) add(n engine.Notice) {
	if n.Kind == engine.NoticeWait {
		if s.waits[n.Instance] == n.Text {
			return
		}
		if s.waits == nil {
			s.waits = map[uint64]string{}
		}
		s.waits[n.Instance] = n.Text
	}
	if n.Kind == engine.NoticeState && !isWritten(n.State) {
		return
	}
	s.lines = append(s.lines, Line{Time: Span(n.At), Text: told(n)})
}

// around are the lines near a time, with the time itself marked among them.
func (s *story) around(t, near Span) []Line {
	from := sort.Search(len(s.lines), func(i int) bool { return s.lines[i].Time >= t-near })
	mid := sort.Search(len(s.lines), func(i int) bool { return s.lines[i].Time > t })
	to := sort.Search(len(s.lines), func(i int) bool { return s.lines[i].Time > t+near })
	out := append([]Line(nil), s.lines[from:mid]...)
	out = append(out, Line{Time: t, Fails: true})
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
