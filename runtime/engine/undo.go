package engine

import (
	"github.com/tune-autonomic/tune/compiler/bundle"
	"github.com/tune-autonomic/tune/drivers"
)

// undoItem is an action that takes back what an instance did.
type undoItem struct {
	kind   bundle.ActionKind
	target drivers.Ref
	dest   int32
	probe  int32
}

// beginUndo takes back what an instance did, latest first. It claims again what it had let go.
func (s *State) beginUndo(in *instance) {
	in.phase, in.held = phaseUndo, in.held[:0]
	in.threads, in.tasks = in.threads[:0], in.tasks[:0]
}

// undoNext takes back one thing; when nothing is left, the instance goes on, or ends.
func (s *State) undoNext(in *instance) {
	if in.pending > 0 { // the last one may still be under way
		return
	}
	for len(in.undo) > 0 {
		var want []claim
		for _, u := range in.undo {
			want = append(want, s.needs(&task{kind: u.kind, target: u.target, dest: u.dest})...)
		}
		want = canonical(want)
		if !s.take(in, want) {
			s.waitFor(in, want, s.claimText(in, want))
			return
		}
		u := in.undo[len(in.undo)-1]
		in.undo = in.undo[:len(in.undo)-1]
		s.touch(in)
		t := task{kind: u.kind, target: u.target, dest: u.dest, probe: u.probe, owner: ownerUndo, undoing: true}
		ok, pending := s.beginTask(in, t)
		if pending {
			return
		}
		if !ok {
			s.stick(in)
			return
		}
	}
	if in.next == none {
		s.end(in, true)
		return
	}
	in.state, in.next, in.phase, in.seen = in.next, none, phaseEnter, false
}

// stick leaves an instance as it is: an undo of it failed.
func (s *State) stick(in *instance) {
	in.phase = phaseStuck
	in.failed = true
	s.noticef(NoticeStuck, in, "an undo failed: look at it, and clear instance %d", in.id)
	s.touch(in)
}

// undoOf is what takes an action back that a task has done; false if nothing does.
func undoOf(t *task) (undoItem, bool) {
	u := undoItem{target: t.target, dest: none, probe: t.probe}
	switch t.kind {
	case bundle.ActCreate:
		u.kind = bundle.ActRemove
	case bundle.ActStart:
		u.kind = bundle.ActStop
	case bundle.ActStop:
		u.kind = bundle.ActStart
	case bundle.ActAllocate:
		u.kind = bundle.ActRelease
	case bundle.ActPauseProbe:
		u.kind = bundle.ActResumeProbe
	case bundle.ActMigrate:
		u.kind, u.dest = bundle.ActMigrate, t.from
		return u, t.undoable
	default:
		return u, false
	}
	return u, true
}
