package engine

import (
	"time"

	"github.com/tune-autonomic/tune/compiler/bundle"
	"github.com/tune-autonomic/tune/drivers"
	"github.com/tune-autonomic/tune/runtime/model"
)

// How long an action may take if it doesn't say.
var timeouts = [...]Time{
	bundle.ActCreate: 5 * 60 * second, bundle.ActRemove: 5 * 60 * second,
	bundle.ActStart: 10 * 60 * second, bundle.ActStop: 5 * 60 * second,
	bundle.ActOp: 60 * second, bundle.ActMigrate: 10 * 60 * second, bundle.ActRestart: 15 * 60 * second,
	bundle.ActPauseProbe: 30 * second, bundle.ActResumeProbe: 30 * second,
	bundle.ActAllocate: 10 * 60 * second, bundle.ActRelease: 10 * 60 * second,
	bundle.ActWait: 10 * 60 * second, bundle.ActAsk: 24 * 3600 * second, bundle.ActFence: 5 * 60 * second,
}

// decideTime is how long it may take to take a migration back, or to commit it, when its own time is over.
const decideTime = 60 * second

// Owners of tasks that aren't threads.
const (
	ownerUndo   int32 = -1
	ownerApply  int32 = -2
	ownerDeploy int32 = -3
	// ownerRestart: of software that comes back with its machine; item is the serial of the restart.
	ownerRestart int32 = -4
)

// task is an action under way: the command that is pending, and what comes after it.
type task struct {
	kind   bundle.ActionKind
	owner  int32 // thread, or one of the owners above
	item   int32 // of the owner
	action int32
	serial int32 // within the instance
	target drivers.Ref
	dest   int32 // node, in the space that the target stands on
	from   int32
	op     int32
	probe  int32
	args   []string
	insts  []drivers.Ref // among the arguments

	undoing  bool // counts toward budgets, but waits for none
	undoable bool // of a migration: an undo brings it back
	starts   bool // a creation that starts what it made
	admit    bool // waits for a budget
	expected bool // counted as in flight
	spent    bool // counted by budgets
	aborts   bool // the time is up: the source is to go on
	lost     bool // of a migration: its machine doesn't run on its source any more
	void     bool // its destination was fenced while it was under way
	broken   bool // of a restart: some of its software doesn't come back
	moot     bool // of switching on a host: it was on by then, as one that came back by itself is
	done     bool

	tries    int32 // how often it couldn't be taken back
	verb     drivers.Verb
	step     uint32 // of the pending command; 0 if there is none
	seq      uint64
	deadline Time
	patience Time // of a task that waits for a budget: how long it may take then; 0 for the usual
}

// beginTask begins an action. If it is pending, the owner will hear of its end; otherwise ok says how it ended.
func (s *State) beginTask(in *instance, t task) (ok, pending bool) {
	switch reason := s.refuses(in, &t); reason {
	case "":
	case already:
		s.tellLeft(in, &t)
		s.takeFromLost(&t)
		return true, false
	default:
		s.notice(NoticeFailed, in, reason)
		return false, false
	}
	if t.deadline == 0 {
		t.deadline = s.now + timeouts[t.kind]
	}
	s.keep(in, t)
	s.proceed(in, len(in.tasks)-1)
	return true, true
}

// keep adds a task to its instance, which counts as having acted.
func (s *State) keep(in *instance, t task) {
	in.serial++
	t.serial = in.serial
	in.tasks = append(in.tasks, t)
	in.pending++
	in.acted = true
	s.tally(&t, 1)
	s.timers.set(t.deadline, timerTask, in.id, t.serial)
	s.touch(in)
}

// proceed counts what a new task will bring, and sends its first command.
func (s *State) proceed(in *instance, ti int) {
	t := &in.tasks[ti]
	on := s.m.On(t.target.Space)
	in.deploy.acted = in.deploy.acted || t.owner == ownerDeploy
	switch t.kind {
	case bundle.ActMigrate:
		t.from = s.m.Node(t.target.Space, t.target.Index)
		s.spend(on, t.from, t.dest)
		t.spent = true
		s.expect(t)
		s.moving++
	case bundle.ActCreate, bundle.ActRestart:
		if s.m.Life(t.target.Space, t.target.Index) == model.Absent {
			s.expect(t)
		}
	}
	if needsHost(t.kind) && s.p.Spaces[on].Kind == bundle.Host && !s.m.IsOn(on, t.dest) {
		s.awaitPower(in, ti)
		return
	}
	s.send(in, ti, s.firstVerb(t))
}

func needsHost(k bundle.ActionKind) bool {
	return k == bundle.ActMigrate || k == bundle.ActCreate || k == bundle.ActRestart
}

func (s *State) expect(t *task) {
	s.m.Expect(t.target.Space, t.target.Index, t.dest)
	s.things.coming(t.target.Space, t.dest, 1)
	s.m.SetAnew(t.target.Space, t.target.Index, t.makesAnew())
	t.expected = true
}

// makesAnew says whether a task makes another thing under its number, rather than bringing one back.
func (t *task) makesAnew() bool { return t.kind == bundle.ActCreate && t.owner != ownerRestart }

func (s *State) firstVerb(t *task) drivers.Verb {
	switch t.kind {
	case bundle.ActRestart:
		if s.m.Life(t.target.Space, t.target.Index) != model.Absent {
			return drivers.Start
		}
		return drivers.Create
	case bundle.ActCreate:
		return drivers.Create
	case bundle.ActRemove:
		if s.m.Life(t.target.Space, t.target.Index) == model.Running {
			return drivers.Stop
		}
		return drivers.Destroy
	case bundle.ActStart:
		return drivers.Start
	case bundle.ActStop:
		return drivers.Stop
	case bundle.ActOp:
		return drivers.Operate
	case bundle.ActMigrate:
		return drivers.MigratePrepare
	case bundle.ActPauseProbe:
		return drivers.PauseProbe
	case bundle.ActResumeProbe:
		return drivers.ResumeProbe
	case bundle.ActAllocate:
		return drivers.PowerOn
	case bundle.ActRelease:
		return drivers.PowerOff
	}
	return drivers.Fence
}

// send gives the driver a task's next command.
func (s *State) send(in *instance, ti int, verb drivers.Verb) {
	t := &in.tasks[ti]
	in.step++
	t.verb, t.step = verb, in.step
	if verb == drivers.MigrateAbort || verb == drivers.MigrateCommit && t.deadline <= s.now {
		t.deadline = s.now + decideTime
		s.timers.set(t.deadline, timerTask, in.id, t.serial)
	}
	t.seq = s.things.next(t.target)
	s.out.Commands = append(s.out.Commands, s.command(in, t))
	s.touch(in)
}

// command is a task's pending command, as it was sent and would be sent again.
func (s *State) command(in *instance, t *task) drivers.Command {
	c := drivers.Command{
		ID: drivers.CommandID{Instance: in.id, Step: t.step}, Epoch: s.epoch, Seq: t.seq,
		Verb: t.verb, Target: t.target, Host: drivers.NoRef, From: drivers.NoRef, Op: t.op, Probe: t.probe, Args: t.args, Insts: t.insts,
		Timeout: time.Duration(t.left(s.now)),
	}
	switch t.verb {
	case drivers.Create, drivers.MigratePrepare, drivers.MigrateCommit, drivers.MigrateAbort:
		on := s.m.On(t.target.Space)
		c.Host = drivers.Ref{Space: on, Index: t.dest}
		if t.kind == bundle.ActMigrate {
			c.From = drivers.Ref{Space: on, Index: t.from}
		}
	}
	return c
}

// left is how long a command may take. One that comes when its task's time is over, or that ends a migration, has a second.
func (t *task) left(now Time) Time {
	if left := t.deadline - now; left > 0 && t.verb != drivers.MigrateCommit {
		return left
	}
	return max(t.deadline-now, second)
}

// timeUp is called when a task has used up its time. A migration that isn't committed is taken back; a condition that
// hasn't come true has failed. Of other commands it isn't known whether they had their effect: the driver is asked.
func (s *State) timeUp(id uint64, serial int32) {
	in, ti := s.taskOf(waiter{id, serial})
	if in == nil {
		return
	}
	t := &in.tasks[ti]
	if t.deadline > s.now {
		return
	}
	switch {
	case t.kind == bundle.ActWait || t.kind == bundle.ActAsk:
		s.finishTask(in, ti, false, actionText(t.kind)+" took too long")
	case t.verb == drivers.MigratePrepare && t.step != 0 && !t.aborts:
		t.aborts = true
		s.send(in, ti, drivers.MigrateAbort)
	case t.verb == drivers.MigrateAbort && t.step == 0:
		s.again(in, ti)
	case t.awaitsPower():
		s.finishTask(in, ti, false, s.deed(t)+" took too long: "+s.m.Name(s.m.On(t.target.Space), t.dest)+" isn't on yet")
	case t.awaitsSoftware():
		// What it waits for has the same time, and tells.
	case t.admit:
		// The time of what waits for a budget begins when it is let in.
	default:
		s.noticef(NoticeWait, in, "%s has used up its time: what came of it is being asked", s.deed(t))
	}
}

func (t *task) abortReason() string {
	if t.aborts {
		return "the migration took too long"
	}
	return "the migration could not be completed"
}

func (s *State) arrived(t *task) {
	if !t.expected {
		return
	}
	t.expected = false
	s.m.SetAnew(t.target.Space, t.target.Index, false)
	s.m.Arrived(t.target.Space, t.target.Index, t.dest)
	s.things.coming(t.target.Space, t.dest, -1)
}

// unspend gives back what a migration uses up of budgets as long as it is under way.
func (s *State) unspend(t *task) {
	if !t.spent {
		return
	}
	t.spent = false
	s.moving--
	s.refund(s.m.On(t.target.Space), t.from, t.dest)
}

// tally counts a task for the things that it needs.
func (s *State) tally(t *task, by int32) {
	if t.target == drivers.NoRef {
		return
	}
	s.things.needed[t.target.Space][t.target.Index] += by
	if t.kind == bundle.ActFence {
		s.things.fencing[t.target.Space][t.target.Index] += by
	}
	if needsHost(t.kind) && t.dest != none {
		s.things.needed[s.m.On(t.target.Space)][t.dest] += by
	}
}

// ended takes back what was counted for a task as long as it was under way.
func (s *State) ended(in *instance, t *task) {
	t.done = true
	in.pending--
	s.tally(t, -1)
	s.arrived(t)
	s.unspend(t)
}

// finishTask ends a task, and tells its owner.
func (s *State) finishTask(in *instance, ti int, ok bool, reason string) {
	t := &in.tasks[ti]
	s.ended(in, t)
	s.stirred = s.stirred || in.rests() // another branch of its run may wait for it
	if !ok {
		s.notice(NoticeFailed, in, reason)
	}
	if t.step != 0 {
		s.things.touch(t.target)
	}
	switch t.kind {
	case bundle.ActCreate, bundle.ActRestart, bundle.ActStop, bundle.ActRemove, bundle.ActAllocate, bundle.ActRelease, bundle.ActFence: // a deployment may wait for that, or a fence
		s.stirred = true
	}
	switch t.owner {
	case ownerUndo:
		if !ok {
			s.stick(in, t)
		}
	case ownerApply:
		s.moveEnded(in, t, ok)
	case ownerDeploy:
		in.deploy.failed = in.deploy.failed || !ok
		s.letGo(in, t)
		s.stirred = true
	case ownerRestart:
		s.softwareEnded(in, t, ok)
	default:
		s.resumeThread(in, t, ok)
	}
	s.wakeUp(in)
}

// letGo gives back what a deployment's task held: one that still waits holds nothing but what it is to make.
func (s *State) letGo(in *instance, t *task) {
	switch {
	case !t.admit:
		s.dropAll(in, s.needs(t))
	case t.kind == bundle.ActCreate:
		s.drop(in, claimOn(t.target))
	}
}

// resumeThread lets the thread of a task go on: after a success with what it made, after a failure where that leads.
func (s *State) resumeThread(in *instance, t *task, ok bool) {
	if t.undoing {
		s.turnUndone(in, t, ok)
		return
	}
	if ok && !t.admit { // else what it waited to do was done by another
		s.remember(in, t)
	}
	if !ok && t.kind == bundle.ActCreate {
		s.drop(in, claimOn(t.target))
	}
	if int(t.owner) >= len(in.threads) {
		return
	}
	th := &in.threads[t.owner]
	th.state = threadReady
	act := &s.p.Actions[t.action]
	switch {
	case ok && t.kind == bundle.ActCreate && int(act.Result) < len(in.vals):
		in.vals[act.Result].Bits = uint64(uint32(t.target.Index))
	case !ok && act.OnFail >= 0:
		in.passed, th.pc = true, act.OnFail
	case !ok:
		th.state = threadFailed
	}
}
