package engine

import (
	"math"

	"github.com/tune-autonomic/tune/compiler/bundle"
)

// watch is an entry of the index from metric columns to the events that depend on them: of the sampled thing alone, or
// of every thing that the event is about.
type watch struct {
	event int32
	self  bool
	// lo and hi are the values of the sampled cell without which the condition can't be true.
	lo, hi float64
}

// mark is a condition to look at again; thing none: of all things.
type mark struct{ event, thing int32 }

// makeWatches builds the index. A column that is computed from others, such as a window, is watched where these are
// sampled.
func (s *State) makeWatches() {
	s.watches = make([][]watch, len(s.p.Columns))
	for c := range s.p.Columns {
		col := &s.p.Columns[c]
		if col.Kind != bundle.ColMetric {
			continue
		}
		s.watch(int32(c), int32(c))
		s.m.Dependents(int32(c), func(d int32) { s.watch(int32(c), d) })
		if s.p.Spaces[col.Space].Kind == bundle.VM {
			s.watchSums(int32(c))
		}
	}
}

// watch lets samples of metric column c wake the events that read column d.
func (s *State) watch(c, d int32) {
	for e := range s.p.Events {
		for _, w := range s.p.Events[e].Watches {
			if w.Column == d {
				s.addWatch(c, s.newWatch(int32(e), c, w.Self && s.p.Columns[d].Space == s.p.Columns[c].Space))
			}
		}
	}
}

// watchSums lets samples of machines wake the events that read sums over machines.
func (s *State) watchSums(c int32) {
	for e := range s.p.Events {
		for _, w := range s.p.Events[e].Watches {
			if s.p.Columns[w.Column].Kind >= bundle.ColInflightCPU {
				s.addWatch(c, s.newWatch(int32(e), c, false))
			}
		}
	}
}

func (s *State) newWatch(e, c int32, self bool) watch {
	w := watch{event: e, self: self, lo: math.Inf(-1), hi: math.Inf(1)}
	if !self {
		return w
	}
	for _, t := range s.p.Events[e].Cond.Tests {
		if t.Column == c {
			w.lo, w.hi = max(w.lo, t.Lo), min(w.hi, t.Hi)
		}
	}
	return w
}

func (s *State) addWatch(c int32, w watch) {
	for i := range s.watches[c] {
		if old := &s.watches[c][i]; old.event == w.event {
			old.self = old.self && w.self
			return
		}
	}
	s.watches[c] = append(s.watches[c], w)
}

// changed marks what depends on cell i of a metric column.
func (s *State) changed(column, i int32) {
	for _, w := range s.watches[column] {
		if w.self {
			s.mark(w.event, i)
		} else {
			s.markAll(w.event)
		}
	}
}

// sampled marks what depends on cell i of a metric column, whose value is v now. A condition that wasn't true, and can't
// be with v, need not be looked at: whatever else it reads is watched as well.
func (s *State) sampled(column, i int32, v float64) {
	ws := s.watches[column]
	for k := range ws {
		w := &ws[k]
		if !w.self {
			s.markAll(w.event)
			continue
		}
		ev := &s.events[w.event]
		if t := ev.index(i); t >= 0 && (w.lo <= v && v <= w.hi || ev.things[t].since != never) {
			s.mark(w.event, i)
		}
	}
}

// lost is told of cells whose value is unknown from now on.
func (s *State) lost(column, i int32) { s.changed(column, i) }

func (s *State) mark(e, thing int32) {
	ev := &s.events[e]
	k := ev.index(thing)
	if ev.all || k < 0 || ev.things[k].marked {
		return
	}
	ev.things[k].marked = true
	s.marks = append(s.marks, mark{e, thing})
}

func (s *State) markAll(e int32) {
	if ev := &s.events[e]; !ev.all {
		ev.all = true
		s.marks = append(s.marks, mark{e, none})
	}
}

// look evaluates every marked condition, in the order of the marks. It says whether there was any.
func (s *State) look() bool {
	if s.seen != s.m.Changes() {
		s.seen = s.m.Changes()
		s.markStructural()
	}
	if len(s.marks) == 0 {
		return s.lookAsked()
	}
	s.m.Settle()
	for k := 0; k < len(s.marks); k++ {
		m := s.marks[k]
		ev := &s.events[m.event]
		if m.thing != none {
			if t := &ev.things[ev.index(m.thing)]; t.marked {
				t.marked = false
				s.evaluate(m.event, m.thing)
			}
			continue
		}
		ev.all = false
		for t := range ev.things {
			ev.things[t].marked = false
			s.evaluate(m.event, ev.thing(t))
		}
	}
	s.marks = s.marks[:0]
	return true
}

// markStructural marks the conditions that depend on what there is and where it stands.
func (s *State) markStructural() {
	for e := range s.events {
		ev := &s.events[e]
		s.growEvent(ev)
		if ev.def.Structural || ev.def.Silent > 0 {
			s.markAll(int32(e))
		}
	}
}
