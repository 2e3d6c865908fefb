package engine

import (
	"math"
	"slices"
	"strings"

	"github.com/tune-autonomic/tune/compiler/bundle"
)

// unmeasured names what a class's placement code asks of the nodes that it sees, and that isn't known of some of them, and says
// what to do about it; "" if all of it is known.
func (s *State) unmeasured(c int32, nodes []int32) string {
	on := s.p.Classes[s.p.Classes[c].On].Space
	var told []string
	for _, col := range s.reads(s.p.Classes[c].Place.PC) {
		metric := s.metricOf(col)
		if metric == nil || metric.Space != on {
			continue
		}
		of := s.unknownOf(on, col, nodes)
		if text := metric.Name + " of " + of; of != "" && !slices.Contains(told, text) {
			told = append(told, text)
		}
	}
	if told == nil {
		return ""
	}
	return ": it asks for " + strings.Join(told, ", and for ") +
		", which isn't known, as it isn't measured now, or not for long enough; try again once it is, or let it choose by something else till then: if … exists then … else …"
}

// metricOf is the metric that a column has the values of, or a statistic over; nil if it has no metric's.
func (s *State) metricOf(col int32) *bundle.Column {
	c := &s.p.Columns[col]
	for c.Kind == bundle.ColWindow {
		c = &s.p.Columns[s.p.Windows[c.Ref].Column]
	}
	if c.Kind != bundle.ColMetric {
		return nil
	}
	return c
}

// unknownOf names those of the nodes of which a column isn't known.
func (s *State) unknownOf(on, col int32, nodes []int32) string {
	var names []string
	for _, n := range nodes {
		switch {
		case !math.IsNaN(s.m.World().Cols[col][n]):
		case len(names) == mostObstacles:
			return strings.Join(names, ", ") + " and more"
		default:
			names = append(names, s.m.Name(on, n))
		}
	}
	return strings.Join(names, ", ")
}

// whyUnknown says why something that a run has reckoned may be unknown: what its policy asks for isn't measured, or nothing is what it
// comes to.
func (s *State) whyUnknown(in *instance) string {
	const nothing = "has no value: a division by 0, the root of a negative number, and a figure of an empty set have none"
	asks, known := false, true
	for _, st := range s.p.Policies[in.policy].States {
		for _, col := range s.reads(st.Body) {
			if metric := s.metricOf(col); metric != nil {
				asks, known = true, known && s.isKnown(metric.Space, col)
			}
		}
	}
	switch {
	case !asks:
		return nothing
	case known:
		return "wasn't measured then, or not for long enough, or " + nothing
	}
	return "isn't measured now"
}

// isKnown says whether a column is known of all that there are in a space.
func (s *State) isKnown(space, col int32) bool {
	for c := range s.p.Classes {
		if s.p.Classes[c].Space == space && s.unknownOf(space, col, s.m.World().Alive[c]) != "" {
			return false
		}
	}
	return true
}

// reads are the columns that code from pc reads, each once.
func (s *State) reads(pc int32) []int32 {
	if pc < 0 {
		return nil
	}
	var all []int32
	reaches(s.p.Code, pc, func(in *bundle.Instr) bool {
		switch bundle.Opcodes[in.Op].K {
		case bundle.KColumn:
			all = append(all, in.K)
		case bundle.KHist:
			all = append(all, s.p.Hists[in.K].Column)
		case bundle.KSetOp:
			all = append(all, s.readsOf(&s.p.SetOps[in.K])...)
		}
		return false
	})
	slices.Sort(all)
	return slices.Compact(all)
}

// readsOf are the columns that an operation over a set reads of its elements.
func (s *State) readsOf(op *bundle.SetOp) []int32 {
	all := append(s.reads(op.Where.PC), s.reads(op.KeyPC)...)
	if op.KeyColumn >= 0 {
		all = append(all, op.KeyColumn)
	}
	for _, t := range op.Where.Tests {
		all = append(all, t.Column)
	}
	for _, b := range op.Bounds {
		all = append(all, b.Column)
	}
	return all
}
