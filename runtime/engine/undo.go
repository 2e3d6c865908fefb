package engine

import (
	"slices"

	"github.com/tune-autonomic/tune/compiler/bundle"
	"github.com/tune-autonomic/tune/drivers"
)

// undoItem is an action that takes back what an instance did.
type undoItem struct {
	kind   bundle.ActionKind
	target drivers.Ref
	dest   int32
	probe  int32
	thread int32 // whose task it takes back, and which: of a thread, or of an owner that isn't one
	serial int32
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

// undoTurn takes back what a thread has done since its turn began, latest first. What comes first may be pending then; the
// thread waits for the rest as well.
func (s *State) undoTurn(in *instance, thread, action int32) (ok, pending bool) {
	for {
		i := in.lastOfTurn(thread)
		if i < 0 {
			return true, false
		}
		u := in.undo[i]
		in.undo = slices.Delete(in.undo, i, i+1)
		s.touch(in)
		t := task{kind: u.kind, target: u.target, dest: u.dest, from: none, probe: u.probe, owner: thread, action: action, undoing: true}
		if s.refuses(in, &t) == "" {
			if need := s.needs(&t); !s.take(in, need) {
				s.waitToAct(in, t, 0, s.claimText(in, need))
				return true, true
			}
		}
		ok, pending := s.beginTask(in, t)
		if !ok {
			s.stick(in)
		}
		if !ok || pending {
			return ok, pending
		}
	}
}

// lastOfTurn is the last thing that a thread has done since its turn began, among what an undo would take back; none if
// there is nothing.
func (in *instance) lastOfTurn(thread int32) int {
	for i := len(in.undo) - 1; i >= 0; i-- {
		if u := &in.undo[i]; u.thread == thread && u.serial > in.threads[thread].turn {
			return i
		}
	}
	return int(none)
}

// turnUndone goes on with the undo of a turn, and then lets its thread go on.
func (s *State) turnUndone(in *instance, thread, action int32, ok bool) {
	if !ok {
		s.stick(in)
		return
	}
	if ok, pending := s.undoTurn(in, thread, action); ok && !pending {
		in.threads[thread].state = threadReady
	}
}

// undoOf is what takes an action back that a task has done; false if nothing does.
func undoOf(t *task) (undoItem, bool) {
	u := undoItem{target: t.target, dest: none, probe: t.probe, thread: t.owner, serial: t.serial}
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
