package engine

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tune-autonomic/tune/compiler/bundle"
	"github.com/tune-autonomic/tune/drivers"
)

// undoItem is an action that takes back what an instance did.
type undoItem struct {
	kind   bundle.ActionKind
	target drivers.Ref
	dest   int32
	probe  int32
	op     int32
	args   []string
	insts  []drivers.Ref
	thread int32 // whose task it takes back, and which: of a thread, or of an owner that isn't one
	serial int32
}

// task is what has the item done, by an owner.
func (u *undoItem) task(owner int32) task {
	return task{
		kind: u.kind, target: u.target, dest: u.dest, from: none, probe: u.probe, op: u.op, args: u.args, insts: u.insts, owner: owner, undoing: true,
	}
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
			t := u.task(ownerUndo)
			want = append(want, s.needs(&t)...)
		}
		want = canonical(want)
		if !s.take(in, want) {
			s.waitFor(in, want, s.claimText(in, want))
			return
		}
		u := in.undo[len(in.undo)-1]
		in.undo = in.undo[:len(in.undo)-1]
		s.touch(in)
		t := u.task(ownerUndo)
		ok, pending := s.beginTask(in, t)
		if pending {
			return
		}
		if !ok {
			s.stick(in, &t)
			return
		}
	}
	if in.next == none {
		s.end(in, true)
		return
	}
	in.state, in.next, in.phase, in.seen = in.next, none, phaseEnter, false
}

// stick leaves an instance as it is: a task that takes back what it did failed. It tells what a person has to do: that, and
// whatever else was yet to be taken back. What failed stays the first to take back, should the instance go on.
func (s *State) stick(in *instance, failed *task) {
	in.phase = phaseStuck
	in.failed = true
	s.stirred = true // a deployment may wait for what it holds
	todo := []string{s.undoText(failed)}
	for _, u := range slices.Backward(in.undo) {
		if failed.owner == ownerUndo || u.thread == failed.owner && u.serial > in.threads[failed.owner].turn {
			t := u.task(failed.owner)
			todo = append(todo, s.undoText(&t))
		}
	}
	s.noticef(NoticeStuck, in, "what it did can't be taken back; do it by hand (%s), %s", strings.Join(todo, ", "), s.thenClear(in))
	in.undo = append(in.undo, undoItem{
		kind: failed.kind, target: failed.target, dest: failed.dest, probe: failed.probe, op: failed.op, args: failed.args, insts: failed.insts,
		thread: failed.owner, serial: in.serial,
	})
	s.touch(in)
}

// unstick lets the stuck instances go on that needn't take back any more what they couldn't: it is gone.
func (s *State) unstick() {
	for _, in := range slices.Clone(s.live) {
		if in.phase != phaseStuck || slices.ContainsFunc(in.tasks, func(t task) bool { return !t.done && t.tries >= maxAborts }) {
			continue
		}
		if len(in.threads) > 0 {
			s.unstickTurns(in)
		} else if n := len(in.undo); n > 0 && s.needless(in, &in.undo[n-1], ownerUndo) {
			in.phase = phaseUndo
			s.wakeUp(in)
		}
	}
}

// unstickTurns goes on with the turns that an instance is stuck at, if it is at none of them any more.
func (s *State) unstickTurns(in *instance) {
	var turns []task
	for k := range in.threads {
		action, stuck := s.stuckTurn(in, int32(k))
		if !stuck {
			continue
		}
		if i := in.lastOfTurn(int32(k)); i < 0 || !s.needless(in, &in.undo[i], int32(k)) {
			return
		}
		turns = append(turns, task{owner: int32(k), action: action})
	}
	if len(turns) == 0 {
		return
	}
	in.phase = phaseBody
	for k := range turns {
		s.turnUndone(in, &turns[k], true)
	}
	s.wakeUp(in)
}

// stuckAt is what of its undo a run is stuck at: of each thread that couldn't take back its turn, or of all.
func (s *State) stuckAt(in *instance) []int {
	if !in.isStuck() {
		return nil
	}
	if len(in.threads) == 0 {
		return []int{len(in.undo) - 1}
	}
	var at []int
	for k := range in.threads {
		if _, stuck := s.stuckTurn(in, int32(k)); stuck {
			at = append(at, in.lastOfTurn(int32(k)))
		}
	}
	return at
}

// stuckTurn is the action of a thread that couldn't take back its turn; false if it isn't at that.
func (s *State) stuckTurn(in *instance, thread int32) (action int32, stuck bool) {
	th := &in.threads[thread]
	if th.state != threadActs || th.pc < 1 || s.p.Code[th.pc-1].Op != bundle.ACT {
		return none, false
	}
	if slices.ContainsFunc(in.tasks, func(t task) bool { return !t.done && t.owner == thread }) {
		return none, false
	}
	action = s.p.Code[th.pc-1].K
	return action, s.p.Actions[action].Kind == bundle.ActUndoTurn
}

// forgetUndo lets go of what would take back something about a thing that is gone, as what was made now under its name is another.
// Until then it may come back: who restarts what was lost with its host brings back what a run has made.
func (s *State) forgetUndo(gone drivers.Ref) {
	for _, in := range s.live {
		kept := slices.DeleteFunc(in.undo, func(u undoItem) bool { return u.isAbout(gone) })
		if len(kept) < len(in.undo) {
			in.undo = kept
			s.touch(in)
		}
	}
}

// isAbout says whether an item is about a thing, or brings it along.
func (u *undoItem) isAbout(thing drivers.Ref) bool {
	return u.target == thing || slices.Contains(u.insts, thing)
}

// needless says whether there is nothing to take back any more.
func (s *State) needless(in *instance, u *undoItem, owner int32) bool {
	t := u.task(owner)
	return s.refuses(in, &t) == already
}

// takeFromLost takes back what was done to something that is lost: it stays away, or comes back as it was before.
func (s *State) takeFromLost(t *task) {
	if !t.undoing || !s.isAbsent(t.target) {
		return
	}
	lost := s.m.LostWith(t.target.Space, t.target.Index)
	switch {
	case t.kind == bundle.ActRemove:
		s.forget(t.target)
	case lost != nil && (t.kind == bundle.ActStop || t.kind == bundle.ActStart):
		lost.Ran = t.kind == bundle.ActStart
		s.things.touch(t.target)
	}
}

// undoText says what a task that takes something back does.
func (s *State) undoText(t *task) string {
	if t.kind == bundle.ActMigrate {
		return s.deed(t) + " to " + s.m.Name(s.m.On(t.target.Space), t.dest)
	}
	return s.deed(t)
}

// thenClear says how an operator ends an instance that is stuck.
func (s *State) thenClear(in *instance) string {
	return fmt.Sprintf("then clear run %d (a scenario says: clear %s)", in.id, s.p.Policies[in.policy].Name)
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
		t := u.task(thread)
		t.action = action
		if s.refuses(in, &t) == "" || s.isAbsent(t.target) { // else another may be bringing it back
			if first := s.crosses(in, &t); first != "" {
				s.waitToAct(in, t, 0, first)
				return true, true
			}
			if need := s.needs(&t); !s.take(in, need) {
				s.waitToAct(in, t, 0, s.claimText(in, need))
				return true, true
			}
		}
		ok, pending := s.beginTask(in, t)
		if !ok && !pending {
			s.stick(in, &t)
			return false, true // it waits for what would let it go on
		}
		if pending {
			return true, true
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
func (s *State) turnUndone(in *instance, t *task, ok bool) {
	if !ok {
		s.stick(in, t)
		return
	}
	thread, action := t.owner, t.action
	if ok, pending := s.undoTurn(in, thread, action); ok && !pending {
		in.threads[thread].state = threadReady
	}
}

// remember keeps what takes back what a task has done. What does just that is not taken back in its turn: both are forgotten.
func (s *State) remember(in *instance, t *task) {
	if i := in.mends(t); i >= 0 {
		in.undo = slices.Delete(in.undo, i, i+1)
		return
	}
	u, has := undoOf(t)
	if t.kind == bundle.ActOp {
		has = s.takesBack(&u, t)
	}
	if has {
		in.undo = append(in.undo, u)
	}
}

// mends is what a task has taken back of what its thread has done: the last to the same, and in the same turn; none if it
// isn't that.
func (in *instance) mends(t *task) int {
	for i := len(in.undo) - 1; i >= 0; i-- {
		u := &in.undo[i]
		if u.thread != t.owner || u.target != t.target || !slices.Equal(u.insts, t.insts) {
			continue
		}
		same := u.kind == t.kind && u.dest == t.dest && u.probe == t.probe && u.op == t.op && slices.Equal(u.args, t.args)
		if same && u.serial > in.threads[t.owner].turn {
			return i
		}
		break
	}
	return int(none)
}

// undoOf is what takes an action back that a task has done; false if nothing does, or only another operation.
func undoOf(t *task) (undoItem, bool) {
	u := undoItem{target: t.target, dest: none, probe: t.probe, op: t.op, thread: t.owner, serial: t.serial}
	switch t.kind {
	case bundle.ActCreate:
		u.kind = bundle.ActRemove
	case bundle.ActStart:
		u.kind = bundle.ActStop
	case bundle.ActStop:
		u.kind = bundle.ActStart
	case bundle.ActAllocate:
		u.kind = bundle.ActRelease
		return u, !t.moot
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

// takesBack makes an item of the operation that takes back what a task has drained, or let in; false if there is none.
func (s *State) takesBack(u *undoItem, t *task) bool {
	c := s.m.Class(t.target.Space, t.target.Index)
	if c == none {
		return false
	}
	back := s.p.Classes[c].TakesBack(t.op)
	if back < 0 {
		return false
	}
	own := s.ownArguments(&s.p.Classes[c].Ops[t.op], t.target)
	u.kind, u.op, u.insts = bundle.ActOp, back, t.insts
	u.args = append(s.ownArguments(&s.p.Classes[c].Ops[back], t.target), t.args[min(len(own), len(t.args)):]...)
	return true
}
