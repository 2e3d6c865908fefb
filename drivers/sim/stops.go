package sim

import "slices"

// stop is a tier on the way of a flow.
type stop struct {
	tier    *tier
	callers []caller // none at the entry

	// As survey saw it: whether requests come by here, and are lost if nobody takes them.
	called, needed bool
}

// caller is a stop earlier on the way whose programs send requests here: each of them, if it needs an answer from here.
type caller struct {
	depth int
	needs bool
}

// look works out which stops requests come by: those that are called by one where somebody serves.
func (f *flow) look() {
	for i := range f.path {
		s := &f.path[i]
		s.called, s.needed = i == 0, i == 0
		for _, c := range s.callers {
			if from := &f.path[c.depth]; from.called && len(from.tier.ready) > 0 {
				s.called, s.needed = true, s.needed || c.needs
			}
		}
	}
}

// onward is the first stop behind the end of a route at which its requests don't pass by, who sends them there, and who takes
// them: nobody, if they are lost. Behind the last stop they are answered.
func (t *traffic) onward(id int32) (depth int, from *program, next []*program) {
	f := t.routes[id].flow
	for depth = t.routes[id].depth + 1; depth < len(f.path); depth++ {
		s := &f.path[depth]
		if !s.called {
			continue
		}
		from, calls := t.sender(id, s)
		if next := takers(from, s.tier); calls && (len(next) > 0 || s.needed) {
			return depth, from, next
		}
	}
	return depth, nil, nil
}

// sender is who, of those on a route, sends its requests to a stop: the last that calls there. False if nobody does.
func (t *traffic) sender(id int32, s *stop) (*program, bool) {
	for ; id >= 0; id = t.routes[id].parent {
		if r := &t.routes[id]; slices.ContainsFunc(s.callers, func(c caller) bool { return c.depth == r.depth }) {
			return r.program, true
		}
	}
	return nil, false
}

// depth is where a tier is on the way; -1 if it isn't.
func (f *flow) depth(t *tier) int {
	return slices.IndexFunc(f.path, func(s stop) bool { return s.tier == t })
}

// rest is how long a request is on its way from a stop on, in seconds, when nothing waits.
func (f *flow) rest(depth int) float64 {
	sum := 0.0
	for i := range f.path[depth:] {
		if s := &f.path[depth+i]; s.called && (s.needed || len(s.tier.ready) > 0) {
			sum += s.tier.residence
		}
	}
	return sum
}
