package engine

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/tune-autonomic/tune/compiler/bundle"
	"github.com/tune-autonomic/tune/drivers"
	"github.com/tune-autonomic/tune/runtime/model"
	"github.com/tune-autonomic/tune/runtime/vm"
)

// already is why an action needs no command: things are as it would make them.
const already = "already so"

// act carries out the action at which a thread stopped. If it is pending, the thread waits for its end.
func (s *State) act(in *instance, t int32, f *vm.Frame, stop vm.Stop) (ok, pending bool) {
	a := &s.p.Actions[stop.K]
	if lacks := s.lacks(in, a, f); lacks != "" {
		s.notice(NoticeFailed, in, lacks)
		return false, false
	}
	switch a.Kind {
	case bundle.ActNotify:
		in.acted = true
		s.notice(NoticeText, in, s.vm.Format(&s.p.Texts[a.Text], f))
		return true, false
	case bundle.ActEmit:
		in.acted = true
		return s.feed(in, s.emission(a, f)), false
	case bundle.ActWait, bundle.ActAsk:
		return s.waitUntil(in, t, f, stop.K)
	case bundle.ActTurn:
		in.threads[t].turn = in.serial
		return true, false
	case bundle.ActUndoTurn:
		return s.undoTurn(in, t, stop.K)
	}
	w := s.newTask(a, f)
	w.owner, w.action = t, stop.K
	if a.Timeout > 0 {
		w.deadline = s.now + a.Timeout
	}
	if a.Kind == bundle.ActCreate {
		if reason := s.choose(in, &w, a.Class); reason != "" {
			s.notice(NoticeFailed, in, reason)
			return false, false
		}
	}
	if s.refuses(in, &w) == "" {
		switch need := s.needs(&w); {
		case s.crosses(in, &w) != "":
			s.waitToAct(in, w, a.Timeout, s.crosses(in, &w))
			return true, true
		case !s.admitsTask(&w):
			s.waitToAct(in, w, a.Timeout, "a budget")
			return true, true
		case !s.take(in, need):
			s.waitToAct(in, w, a.Timeout, s.claimText(in, need))
			return true, true
		}
	} else if a.Kind == bundle.ActCreate {
		s.drop(in, claimOn(w.target))
	}
	return s.beginTask(in, w)
}

func (s *State) newTask(a *bundle.Action, f *vm.Frame) task {
	w := task{kind: a.Kind, target: drivers.NoRef, dest: none, from: none, op: a.Op, probe: a.Probe, undoable: a.Undo}
	if a.Kind != bundle.ActCreate {
		w.target = drivers.Ref{Space: a.Space, Index: f.Inst(a.Target)}
	}
	if a.Kind == bundle.ActMigrate || a.Kind == bundle.ActRestart {
		w.dest = f.Inst(a.Dest)
	}
	if a.Kind == bundle.ActOp {
		w.args, w.insts = s.arguments(a, w.target, f)
	}
	return w
}

// inHalted says whether something stands in a machine that doesn't run: another has stopped that since, and who starts it
// decides what runs there.
func (s *State) inHalted(ref drivers.Ref) bool {
	on := s.m.On(ref.Space)
	return on >= 0 && s.sleeps(on, s.m.Node(ref.Space, ref.Index))
}

// sleeps says whether a node is a machine, and doesn't run.
func (s *State) sleeps(space, i int32) bool {
	return s.p.Spaces[space].Kind == bundle.VM && s.m.Life(space, i) != model.Running
}

// overtaken says whether a task would take something back in a machine that has been stopped since.
func (s *State) overtaken(t *task) bool {
	return (t.kind == bundle.ActStart || s.turnsAway(t)) && s.inHalted(t.target)
}

// refuses says why a task can't begin: "" if it can, already if there is nothing to do.
func (s *State) refuses(in *instance, t *task) string {
	life := s.m.Life(t.target.Space, t.target.Index)
	name := s.m.Name(t.target.Space, t.target.Index)
	if t.kind != bundle.ActCreate && t.target.Index < 0 {
		return actionText(t.kind) + ": there is nothing to do it to"
	}
	if life == model.Absent && t.kind != bundle.ActCreate && t.kind != bundle.ActRestart {
		if t.undoing {
			return already
		}
		return s.deed(t) + ": it is gone"
	}
	if t.undoing && (slices.ContainsFunc(t.insts, s.isAbsent) || s.overtaken(t)) {
		return already
	}
	if unwanted := s.unwanted(in, t); unwanted != "" {
		return unwanted
	}
	if unready := s.unready(in, t); unready != "" {
		return unready
	}
	if lost := s.loses(in, t); lost != "" {
		return lost
	}
	switch t.kind {
	case bundle.ActMigrate:
		return s.refusesMove(t)
	case bundle.ActCreate:
		if t.owner == ownerRestart { // its machine was let in with all that comes back with it
			return ""
		}
		if life != model.Absent { // it waited, and another branch has brought back what had its number
			return s.deed(t) + ": it is there by now"
		}
		if shut := s.shutSince(in, t); shut != "" {
			return shut
		}
		defer s.m.AsNew(t.target.Space, t.target.Index)()
		return s.breaks(t)
	case bundle.ActRestart:
		return s.refusesRestart(in, t, life)
	case bundle.ActRemove:
		if host := s.unheard(t.target); host != "" {
			return mayRun("remove", name, host)
		}
		c := s.m.Class(t.target.Space, t.target.Index)
		going := s.underWay(c, bundle.ActRemove)
		if t.admit { // it counts itself
			going--
		}
		if !t.undoing && !s.isTakingDown(in) && s.m.Alive(c)-going <= s.p.Classes[c].Min {
			return "remove " + name + ": there must be at least " + strconv.Itoa(int(s.p.Classes[c].Min)) + " " + s.p.Classes[c].Name
		}
		return s.takesTooMany(in, t)
	case bundle.ActStart:
		if life == model.Running && !s.stopping(t.target) { // else it is started once that has ended
			if host := s.unheard(t.target); host != "" && !t.undoing {
				return "start " + name + ": " + host + " doesn't answer, and nobody knows whether it runs there; fence " + host + ", or wait until it does"
			}
			return already
		}
	case bundle.ActAllocate:
		if s.answers(t.target) { // a question to its driver would let others choose between this step and the next
			return already
		}
	case bundle.ActFence:
		if s.m.IsFenced(t.target.Space, t.target.Index) && !s.isSwitched(in, t.target) { // else it may be on once that has ended
			return already
		}
	case bundle.ActStop:
		if life == model.Created {
			return already
		}
		if host := s.unheard(t.target); host != "" {
			return mayRun("stop", name, host)
		}
	case bundle.ActPauseProbe, bundle.ActResumeProbe:
		if s.m.IsPaused(t.probe, t.target.Index) == (t.kind == bundle.ActPauseProbe) {
			return already
		}
	case bundle.ActRelease:
		return s.refusesRelease(t, life)
	}
	return ""
}

func (s *State) refusesMove(t *task) string {
	name, on := s.m.Name(t.target.Space, t.target.Index), s.m.On(t.target.Space)
	switch {
	case t.dest < 0 || t.dest >= s.m.Size(on):
		return "migrate " + name + ": there is no host to move it to"
	case s.m.Node(t.target.Space, t.target.Index) == t.dest:
		return already
	case s.awayText(on, t.dest) != "":
		return "migrate " + name + ": " + s.awayText(on, t.dest)
	case t.undoing || t.owner == ownerApply: // an undo must get through; a plan answers for its moves by itself
		return ""
	}
	return s.breaks(t)
}

// breaks says which require would not hold if a task brought its machine where it is to go: "" if all would.
func (s *State) breaks(t *task) string {
	on := s.m.On(t.target.Space)
	host := s.m.Name(on, t.dest)
	if parts := s.m.Parts(t.target.Space, t.target.Index, t.dest); parts != "" {
		return fmt.Sprintf("%s: with it on %s, require %s wouldn't hold", s.deed(t), host, parts)
	}
	what, would, of := s.m.Breaks(t.target.Space, t.target.Index, t.dest)
	if what == "" {
		return ""
	}
	unit := func(x float64) string { return strconv.FormatFloat(math.Round(x), 'f', -1, 64) + " MIPS" }
	if what == "memory" {
		unit = func(x float64) string { return strconv.FormatFloat(math.Round(x/(1<<20)), 'f', -1, 64) + " MiB" }
	}
	return fmt.Sprintf("%s: %s would have %s of %s; require capacity(%s) on %s holds for whatever comes there",
		s.deed(t), host, unit(would), unit(of), what, s.p.Classes[s.m.Class(on, t.dest)].Name)
}

func (s *State) refusesRelease(t *task, life model.Life) string {
	switch {
	case life != model.Running:
		return already
	case s.m.IsEmpty(t.target.Space, t.target.Index) && s.crowd(t.target.Space, t.target.Index) == 0:
		return ""
	case t.undoing:
		return already
	}
	return "release " + s.m.Name(t.target.Space, t.target.Index) + ": something stands on it, or is on its way"
}

func (s *State) admitsTask(t *task) bool {
	return t.undoing || t.kind != bundle.ActMigrate || s.admits(s.m.On(t.target.Space), s.m.Node(t.target.Space, t.target.Index), t.dest)
}

// waitToAct makes a thread wait, unclaimed, until a budget admits its task and nobody else holds what that needs. If the
// instance has done nothing in this state yet, it will choose again; else it will go on with this task.
func (s *State) waitToAct(in *instance, t task, timeout int64, why string) {
	if t.owner != ownerDeploy && s.choosesAnew(in) {
		in.phase = phaseEnter
		want := s.needs(&t)
		if t.kind == bundle.ActMigrate {
			in.lacks = &budgetWait{t.target, t.dest}
		}
		if t.kind == bundle.ActCreate {
			s.drop(in, claimOn(t.target))
			want = want[1:]
		}
		s.waitFor(in, want, why)
		return
	}
	in.deploy.waited = true
	t.admit, t.deadline = true, s.now+max(timeout, timeouts[t.kind])
	t.from, t.patience = none, timeout
	s.keep(in, t)
	s.tellWait(in, why)
}

// choosesAnew says whether an instance that has to wait will choose again by then: it has done nothing in this state yet.
func (s *State) choosesAnew(in *instance) bool {
	return !in.acted && in.pending == 0 && !s.isToFence(in)
}

// budgetWait is the migration for which an instance lacks a budget.
type budgetWait struct {
	target drivers.Ref
	dest   int32
}

// admitted begins the tasks of an instance that waited for a budget or a claim and are let in now.
func (s *State) admitted(in *instance) bool {
	went := false
	for ti := range in.tasks {
		t := &in.tasks[ti]
		if t.done || !t.admit {
			continue
		}
		reason := ""
		if t.owner == ownerDeploy || t.owner >= 0 && t.kind == bundle.ActCreate {
			reason = s.lookAnew(in, t)
		}
		if reason == "" {
			reason = s.refuses(in, t)
		}
		if reason == "" {
			reason = s.heldByStuck(t)
		}
		if waits := reason == "" || t.undoing && s.isAbsent(t.target); waits && !(s.admitsTask(t) && s.crosses(in, t) == "" && s.claimsFor(in, t)) {
			continue
		}
		went = true
		if reason == already {
			s.takeFromLost(t)
		}
		if reason != "" {
			s.finishTask(in, ti, reason == already, reason)
			continue
		}
		t.admit = false
		if t.deadline = s.now + t.patience; t.patience == 0 {
			t.deadline = s.now + timeouts[t.kind]
		}
		s.timers.set(t.deadline, timerTask, in.id, t.serial)
		s.proceed(in, ti)
	}
	if went {
		s.rest(in)
	}
	return went
}

// waitUntil lets a thread wait until a condition holds, or an operator has answered.
func (s *State) waitUntil(in *instance, t int32, f *vm.Frame, k int32) (ok, pending bool) {
	a := &s.p.Actions[k]
	if a.Kind == bundle.ActWait {
		if stop, _ := s.vm.Run(f, a.WaitPC, codeFuel); stop.Kind == vm.StopRet && f.R[stop.A] == vm.True {
			return true, false
		}
	} else {
		s.noticef(NoticeWait, in, "asks: %s", s.vm.Format(&s.p.Texts[a.Text], f))
	}
	w := task{kind: a.Kind, owner: t, action: k, target: drivers.NoRef, dest: none, from: none, deadline: s.now + timeouts[a.Kind]}
	if a.Timeout > 0 {
		w.deadline = s.now + a.Timeout
	}
	acted := in.acted
	s.keep(in, w)
	in.acted = acted || a.Kind == bundle.ActAsk
	if a.Kind == bundle.ActWait {
		s.asking = append(s.asking, waiter{in.id, in.serial})
	}
	return true, true
}

// lookAsked asks again for the conditions that threads wait for. It says whether one has come true.
func (s *State) lookAsked() bool {
	went := false
	kept := s.asking[:0]
	for _, w := range s.asking {
		in, ti := s.taskOf(w)
		if in == nil {
			continue
		}
		if !went && s.holds(in, s.p.Actions[in.tasks[ti].action].WaitPC) {
			s.finishTask(in, ti, true, "")
			went = true
			continue
		}
		kept = append(kept, w)
	}
	s.asking = kept
	return went
}

// deed says what a task does, for people: as a program says it.
func (s *State) deed(t *task) string {
	name := s.m.Name(t.target.Space, t.target.Index)
	op := s.opOf(t)
	switch {
	case op != nil && len(op.Params) > 0:
		return name + "." + op.Name + "(" + strings.Join(t.args[max(0, len(t.args)-len(op.Params)):], ", ") + ")"
	case op != nil:
		return name + "." + op.Name
	case t.kind == bundle.ActPauseProbe:
		return "pause probe " + s.p.Probes[t.probe].Name + " of " + name
	case t.kind == bundle.ActResumeProbe:
		return "resume probe " + s.p.Probes[t.probe].Name + " of " + name
	}
	return actionText(t.kind) + " " + name
}

// actionText names an action, for people.
func actionText(k bundle.ActionKind) string {
	names := [...]string{
		bundle.ActCreate: "create", bundle.ActRemove: "remove", bundle.ActStart: "start", bundle.ActStop: "stop",
		bundle.ActOp: "operate", bundle.ActMigrate: "migrate", bundle.ActRestart: "restart",
		bundle.ActPauseProbe: "pause a probe of", bundle.ActResumeProbe: "resume a probe of",
		bundle.ActAllocate: "allocate", bundle.ActRelease: "release", bundle.ActNotify: "notify", bundle.ActEmit: "emit",
		bundle.ActWait: "wait", bundle.ActAsk: "ask", bundle.ActFence: "fence", bundle.ActTurn: "begin a turn", bundle.ActUndoTurn: "undo a turn",
	}
	if int(k) < len(names) {
		return names[k]
	}
	return "act"
}
