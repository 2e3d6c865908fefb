package engine

import (
	"slices"
	"strings"
	"time"

	"github.com/tune-autonomic/tune/compiler/bundle"
	"github.com/tune-autonomic/tune/drivers"
	"github.com/tune-autonomic/tune/runtime/model"
)

// What comes of a migration is the driver's to say. From its first command to its definite end the machine may run on
// either host, whatever happens to these: it stays in the model, claimed, and nobody makes another of it.

// opened says whether a task is a migration of which the driver has been told, and which has no end yet.
func (t *task) opened() bool {
	if t.done || t.kind != bundle.ActMigrate {
		return false
	}
	return t.verb == drivers.MigratePrepare || t.verb == drivers.MigrateCommit || t.verb == drivers.MigrateAbort
}

// eachOpen calls f with every open migration of a machine.
func (s *State) eachOpen(vm drivers.Ref, f func(in *instance, t *task)) {
	for _, in := range s.live {
		for ti := range in.tasks {
			if t := &in.tasks[ti]; t.target == vm && t.opened() {
				f(in, t)
			}
		}
	}
}

// undecided says whether a migration of a machine is open.
func (s *State) undecided(vm drivers.Ref) bool {
	open := false
	s.eachOpen(vm, func(*instance, *task) { open = true })
	return open
}

// lose takes in that something doesn't run where the model has it. It is gone, unless an open migration may have brought
// it elsewhere.
func (s *State) lose(ref drivers.Ref) {
	open := false
	s.eachOpen(ref, func(in *instance, t *task) {
		t.lost, open = true, true
		s.noticef(NoticeWait, in, "%s may run on %s: its migration hasn't been decided",
			s.m.Name(ref.Space, ref.Index), s.m.Name(s.m.On(ref.Space), t.dest))
		s.touch(in)
	})
	if !open {
		s.perished(ref)
	}
}

// fenced takes in that nothing runs on a host: neither what stood there, nor what is on its way to it.
func (s *State) fenced(in *instance, host drivers.Ref) {
	s.m.SetFenced(host.Space, host.Index)
	s.things.touch(host)
	s.noticef(NoticeFact, in, "%s is fenced", s.m.Name(host.Space, host.Index))
	s.voidComing(host)
	for _, guest := range s.guests(host) {
		class := s.m.Class(guest.Space, guest.Index)
		s.lose(guest)
		if s.isAbsent(guest) {
			s.lostWith(host, guest, class)
		}
	}
}

// unheard names the host that something stands on, if it doesn't answer and isn't fenced: what is there may run, whatever a
// driver says, and stays in the model until that is certain. "" if the host answers, or runs nothing.
func (s *State) unheard(ref drivers.Ref) string {
	host := s.hostOf(ref)
	if host == drivers.NoRef || !s.m.IsDown(host.Space, host.Index) || s.m.IsFenced(host.Space, host.Index) {
		return ""
	}
	return s.m.Name(host.Space, host.Index)
}

// hostOf is the host that something stands on, itself or with its machine; NoRef if it stands on none.
func (s *State) hostOf(ref drivers.Ref) drivers.Ref {
	for s.p.Spaces[ref.Space].Kind != bundle.Host {
		if ref = s.nodeOf(ref); ref.Index < 0 {
			return drivers.NoRef
		}
	}
	return ref
}

// mayRun is why something isn't stopped or removed on a host that can't be heard.
func mayRun(what, name, host string) string {
	return what + " " + name + ": " + host + " doesn't answer, and it may still run there; fence " + host + " first"
}

// guests are all that stand on a host.
func (s *State) guests(host drivers.Ref) []drivers.Ref {
	var all []drivers.Ref
	for g := range s.p.Spaces {
		if s.m.On(int32(g)) != host.Space {
			continue
		}
		for _, i := range s.m.Guests(int32(g), host.Index) {
			all = append(all, drivers.Ref{Space: int32(g), Index: i})
		}
	}
	return all
}

// voidComing notes of everything that is being made on, or moved to, a host that it won't run there.
func (s *State) voidComing(host drivers.Ref) {
	for _, in := range s.live {
		for ti := range in.tasks {
			t := &in.tasks[ti]
			making := needsHost(t.kind) && t.kind != bundle.ActMigrate && t.verb == drivers.Create && t.step != 0 && !t.done
			if (making || t.opened()) && t.dest == host.Index && s.m.On(t.target.Space) == host.Space {
				t.void = true
				s.touch(in)
			}
		}
	}
}

// prepared commits a migration, unless its destination has been fenced since.
func (s *State) prepared(in *instance, ti int) {
	if in.tasks[ti].void {
		s.send(in, ti, drivers.MigrateAbort)
		return
	}
	s.send(in, ti, drivers.MigrateCommit)
}

// committed ends a migration whose machine runs at its destination.
func (s *State) committed(in *instance, ti int) {
	t := &in.tasks[ti]
	if t.void {
		vm := t.target
		s.finishTask(in, ti, false, s.m.Name(vm.Space, vm.Index)+" ran on "+s.m.Name(s.m.On(vm.Space), t.dest)+", which was fenced")
		s.perished(vm)
		return
	}
	if s.m.Node(t.target.Space, t.target.Index) != t.dest {
		s.moved(in, t)
	}
	if s.things.needs(t.target) > 1 {
		s.eachOpen(t.target, func(_ *instance, t *task) { t.lost = false })
	}
	s.finishTask(in, ti, true, "")
}

// notMoved ends a migration whose machine is where it was; if it doesn't run there any more, it is gone.
func (s *State) notMoved(in *instance, ti int, reason string) {
	vm, lost := in.tasks[ti].target, in.tasks[ti].lost
	s.finishTask(in, ti, false, reason)
	if lost && !s.undecided(vm) {
		s.perished(vm)
	}
}

// How often a migration is taken back, and how long after the first failure of that: then twice as long each time.
const (
	maxAborts   = 5
	firstAborts = 5 * second
)

// notAborted takes in that a migration couldn't be taken back: nothing has changed, so the source is stopped and the copy is
// paused. It is tried again; after that a person must look, and until they have the machine stays claimed.
func (s *State) notAborted(in *instance, ti int, reason string) {
	t := &in.tasks[ti]
	text := "the migration of " + s.m.Name(t.target.Space, t.target.Index) + " can't be taken back"
	if reason != "" {
		text += ": " + reason
	}
	t.tries++
	t.step = 0
	s.things.touch(t.target)
	s.touch(in)
	if t.tries < maxAborts {
		t.deadline = s.now + firstAborts<<(t.tries-1)
		s.timers.set(t.deadline, timerTask, in.id, t.serial)
		s.noticef(NoticeFailed, in, "%s; it is tried again in %v", text, time.Duration(t.deadline-s.now))
		return
	}
	in.phase, in.failed = phaseStuck, true
	s.unspend(t)
	s.noticef(NoticeStuck, in, "%s; %s%s, %s", text, s.leftOpen(t), s.leftUndone(in), s.thenClear(in))
}

// leftOpen says what a person must see to when a migration can be neither completed nor taken back.
func (s *State) leftOpen(t *task) string {
	on := s.m.On(t.target.Space)
	name, from, to := s.m.Name(t.target.Space, t.target.Index), s.m.Name(on, t.from), s.m.Name(on, t.dest)
	if t.lost {
		return name + " is lost on " + from + ", and a copy is on " + to + ": see that this doesn't run"
	}
	return name + " is stopped on " + from + ", with a copy on " + to + ": see that it runs on " + from + " and nowhere else"
}

// leftUndone says what a person must take back by hand of what a run did before a migration that it couldn't take back: clearing it
// lets go of that. "" if there is nothing.
func (s *State) leftUndone(in *instance) string {
	if len(in.threads) > 0 || len(in.undo) == 0 {
		return ""
	}
	var todo []string
	for _, u := range slices.Backward(in.undo) {
		t := u.task(ownerUndo)
		todo = append(todo, s.undoText(&t))
	}
	return "; do by hand what else it would take back (" + strings.Join(todo, ", ") + ")"
}

// again tries once more to end a migration that couldn't be taken back. A machine that is lost on its source may live only
// in its copy, which nothing keeps from running.
func (s *State) again(in *instance, ti int) {
	switch t := &in.tasks[ti]; {
	case t.tries >= maxAborts:
	case t.lost && !t.void:
		s.send(in, ti, drivers.MigrateCommit)
	default:
		s.send(in, ti, drivers.MigrateAbort)
	}
}

// clear ends a stuck instance, whose machines are as the model has them: an operator has seen to that.
func (s *State) clear(id uint64) {
	in := s.instances[id]
	if in == nil || in.phase != phaseStuck {
		s.noticef(NoticeFailed, nil, "clear: run %d isn't stuck", id)
		return
	}
	if slices.ContainsFunc(in.tasks, func(t task) bool { return !t.done && t.step != 0 }) {
		s.notice(NoticeFailed, in, "clear: it still has commands under way; clear it when they have ended")
		return
	}
	var lost []drivers.Ref
	for ti := range in.tasks {
		t := &in.tasks[ti]
		if t.done {
			continue
		}
		s.ended(in, t)
		if t.lost {
			lost = append(lost, t.target)
		}
	}
	s.end(in, true)
	for _, vm := range lost {
		s.perished(vm)
	}
}

// moved puts a machine where it is now. What was measured of both hosts no longer tells how they are.
func (s *State) moved(in *instance, t *task) {
	on := s.m.On(t.target.Space)
	from := s.m.Node(t.target.Space, t.target.Index)
	s.m.Move(t.target.Space, t.target.Index, t.dest)
	s.things.arrives(t.target)
	s.restart(on, from)
	s.restart(on, t.dest)
	s.notice(NoticeMoved, in, s.m.Name(t.target.Space, t.target.Index)+" from "+s.m.Name(on, from)+" to "+s.m.Name(on, t.dest))
}

// nowhere says why what was made doesn't run: "" if it does.
func (s *State) nowhere(t *task) string {
	on := s.m.On(t.target.Space)
	name, node := s.m.Name(t.target.Space, t.target.Index), s.m.Name(on, t.dest)
	switch {
	case t.void:
		return name + " was made on " + node + ", which was fenced"
	case s.p.Spaces[on].Kind != bundle.Host && s.m.Life(on, t.dest) == model.Absent:
		return name + " was made on " + node + ", which is gone"
	}
	return ""
}
