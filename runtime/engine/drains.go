package engine

import (
	"slices"

	"github.com/tune-autonomic/tune/compiler/bundle"
	"github.com/tune-autonomic/tune/drivers"
	"github.com/tune-autonomic/tune/runtime/model"
)

// Who is drained, and by whom: what operations have drained and not let in again, kept in a record of its own.

// drain is software to which another sends no requests, or nobody, if it has drained itself.
type drain struct{ by, of drivers.Ref }

// drains are all that there are, in the order in which they were made.
type drains struct {
	all   []drain
	rev   uint64
	dirty bool
}

func (d *drains) has(one drain) bool { return slices.Contains(d.all, one) }

func (d *drains) add(one drain) {
	if !d.has(one) {
		d.all, d.dirty = append(d.all, one), true
	}
}

func (d *drains) drop(ends func(drain) bool) {
	if slices.ContainsFunc(d.all, ends) {
		d.all, d.dirty = slices.DeleteFunc(d.all, ends), true
	}
}

// forget lets go of what is gone: neither what takes its place nor what sends there is drained.
func (d *drains) forget(gone drivers.Ref) {
	d.drop(func(one drain) bool { return one.by == gone || one.of == gone })
}

// opOf is the operation that a task carries out; nil if it is none.
func (s *State) opOf(t *task) *bundle.Op {
	c := s.m.Class(t.target.Space, t.target.Index)
	if t.kind != bundle.ActOp || c == none || t.op < 0 || int(t.op) >= len(s.p.Classes[c].Ops) {
		return nil
	}
	return &s.p.Classes[c].Ops[t.op]
}

// about is what an operation drains or lets in: the software among its arguments, or else its own.
func (t *task) about() []drivers.Ref {
	if len(t.insts) == 0 {
		return []drivers.Ref{t.target}
	}
	return t.insts
}

// operated notes what an operation has drained, or let in.
func (s *State) operated(t *task) {
	if !s.turnsAway(t) {
		return
	}
	for _, of := range t.about() {
		one := drain{by: t.target, of: of}
		switch {
		case s.opOf(t).Undrains:
			s.drains.drop(func(d drain) bool { return d == one })
		case !s.isAbsent(of):
			s.drains.add(one)
		}
	}
}

// tellLeft tells whom an undo leaves drained, because who drained them stands in a machine that has been stopped since.
func (s *State) tellLeft(in *instance, t *task) {
	if op := s.opOf(t); !t.undoing || op == nil || !op.Undrains || !s.inHalted(t.target) {
		return
	}
	for _, of := range t.about() {
		if s.drains.has(drain{by: t.target, of: of}) {
			by := s.m.Name(t.target.Space, t.target.Index)
			if t.target == of {
				by = "itself"
			}
			s.noticef(NoticeFact, in, "%s stays drained by %s until somebody lets it in: %s doesn't run", s.m.Name(of.Space, of.Index), by,
				s.m.Name(s.m.On(t.target.Space), s.m.Node(t.target.Space, t.target.Index)))
		}
	}
}

// turnsAway says whether a task drains something, or lets it in.
func (s *State) turnsAway(t *task) bool {
	op := s.opOf(t)
	return op != nil && (op.Drains || op.Undrains)
}

func (s *State) isAbsent(r drivers.Ref) bool { return s.m.Life(r.Space, r.Index) == model.Absent }

// writeDrains writes down who is drained, if that has changed.
func (s *State) writeDrains() {
	d := &s.drains
	if !d.dirty {
		return
	}
	d.dirty = false
	d.rev++
	s.record(drainsSubject, d.rev, func(w *writer) {
		w.uint(uint64(len(d.all)))
		for _, one := range d.all {
			encodeRef(w, one.by)
			encodeRef(w, one.of)
		}
	})
}

func (s *State) readDrains(rec Record) ([]drain, error) {
	r := reader{b: rec.Data}
	var all []drain
	for range r.count() {
		all = append(all, drain{by: decodeRef(&r), of: decodeRef(&r)})
	}
	s.drains.rev = rec.Rev
	return all, r.err
}

// restoreDrains takes up who is drained; false if somebody isn't software. Who isn't there any more is passed over.
func (s *State) restoreDrains(all []drain) bool {
	for _, one := range all {
		for _, r := range []drivers.Ref{one.by, one.of} {
			if s.m.Class(r.Space, r.Index) == none || s.p.Spaces[r.Space].Kind != bundle.Component {
				return false
			}
		}
		if !s.isAbsent(one.by) && !s.isAbsent(one.of) {
			s.drains.add(one)
		}
	}
	s.drains.dirty = false
	return true
}
