package engine

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tune-autonomic/tune/compiler/bundle"
	"github.com/tune-autonomic/tune/drivers"
	"github.com/tune-autonomic/tune/runtime/model"
)

// A machine that was lost is restarted with its disk, so what stood on it comes back with it: under its old name, with its old
// partners, and running if it ran. Each of these is a task of its own, class by class, what is depended upon first. The
// restart is the task that waits for them: it ends when all of them have, and has failed if one has.

// awaitsSoftware says whether a task is a restart whose machine runs, and whose software is coming back.
func (t *task) awaitsSoftware() bool {
	return !t.done && t.kind == bundle.ActRestart && t.verb == drivers.Start && t.step == 0
}

// booted goes on with a restart whose machine runs.
func (s *State) booted(in *instance, ti int) {
	in.tasks[ti].step = 0
	s.things.touch(in.tasks[ti].target)
	s.bringBack(in, ti)
}

// bringBack begins what comes next of a machine's software, and ends the restart when there is nothing left, or one of them
// couldn't even begin.
func (s *State) bringBack(in *instance, ti int) {
	serial, vm, deadline := in.tasks[ti].serial, in.tasks[ti].target, in.tasks[ti].deadline
	s.touch(in)
	for _, l := range s.nextBack(vm) {
		t := task{
			kind: bundle.ActCreate, owner: ownerRestart, item: serial, starts: l.Ran, deadline: deadline,
			target: drivers.Ref{Space: l.Space, Index: l.Index}, dest: l.Node, from: none,
		}
		if s.m.Life(l.Space, l.Index) != model.Absent {
			t.kind, t.starts, t.dest = bundle.ActStart, false, none
		}
		if ok, pending := s.beginTask(in, t); !ok && !pending {
			in.tasks[ti].broken = true
		}
	}
	s.restarted(in, ti)
}

// softwareEnded goes on with the restart that a task belongs to.
func (s *State) softwareEnded(in *instance, t *task, ok bool) {
	ti := slices.IndexFunc(in.tasks, func(o task) bool { return o.serial == t.item && o.awaitsSoftware() })
	if ti < 0 {
		return
	}
	in.tasks[ti].broken = in.tasks[ti].broken || !ok
	switch {
	case in.bringsBack(in.tasks[ti].serial):
	case in.tasks[ti].broken:
		s.restarted(in, ti)
	default:
		s.bringBack(in, ti)
	}
}

// bringsBack says whether software of a restart is under way.
func (in *instance) bringsBack(restart int32) bool {
	return slices.ContainsFunc(in.tasks, func(t task) bool { return !t.done && t.owner == ownerRestart && t.item == restart })
}

// restarted ends a restart of which nothing is under way any more. What is back is no longer lost; the rest can be asked for
// again.
func (s *State) restarted(in *instance, ti int) {
	t := &in.tasks[ti]
	if in.bringsBack(t.serial) {
		return
	}
	var missing []string
	for _, l := range s.m.LostOn(t.target.Space, t.target.Index) {
		if s.isBack(l) {
			s.m.Found(l.Space, l.Index)
			s.things.touch(drivers.Ref{Space: l.Space, Index: l.Index})
		}
	}
	for _, l := range s.missing(t.target) {
		missing = append(missing, s.m.Name(l.Space, l.Index))
	}
	what := strings.Join(missing, ", ")
	if what == "" {
		what = "what stood on it"
	}
	s.finishTask(in, ti, !t.broken && len(missing) == 0, "restart "+s.m.Name(t.target.Space, t.target.Index)+": "+what+" didn't come back")
}

// isBack says whether software that was lost is as it was.
func (s *State) isBack(l model.Lost) bool {
	life := s.m.Life(l.Space, l.Index)
	return life == model.Running || life == model.Created && !l.Ran
}

// missing is the software of a machine that is lost and not back yet, but for what is being shut down.
func (s *State) missing(vm drivers.Ref) []model.Lost {
	return slices.DeleteFunc(s.m.LostOn(vm.Space, vm.Index), func(l model.Lost) bool {
		return s.isBack(l) || s.shutdownOf(s.m.Class(l.Space, l.Index)) != nil
	})
}

// nextBack is what comes back next of a machine's software: that of the class which a deployment would make first.
func (s *State) nextBack(vm drivers.Ref) []model.Lost {
	all := s.missing(vm)
	for _, c := range s.deployOrder(nil) {
		of := func(l model.Lost) bool { return s.m.Class(l.Space, l.Index) == c }
		if slices.ContainsFunc(all, of) {
			return slices.DeleteFunc(all, func(l model.Lost) bool { return !of(l) })
		}
	}
	return nil
}

// lostClaims are the claims on a machine's software: who restarts the machine brings it back, and nobody else.
func (s *State) lostClaims(vm drivers.Ref) []claim {
	var all []claim
	for _, l := range s.m.LostOn(vm.Space, vm.Index) {
		all = append(all, claim{space: l.Space, i: l.Index})
	}
	return all
}

// refusesRestart says why a restart can't begin. Of a machine that stands there already it goes on with what is missing. A
// migration that another has under way is waited for: the machine is claimed.
func (s *State) refusesRestart(in *instance, t *task, life model.Life) string {
	name, on := s.m.Name(t.target.Space, t.target.Index), s.m.On(t.target.Space)
	switch {
	case t.dest < 0 || t.dest >= s.m.Size(on):
		return "restart " + name + ": there is no host to start it on"
	case s.awayText(on, t.dest) != "":
		return "restart " + name + ": " + s.awayText(on, t.dest)
	case life == model.Absent && s.m.Home(t.target.Space, t.target.Index) == none:
		return "restart " + name + ": it was removed, taken back, shut down or made anew since it was lost"
	case life == model.Absent:
		if down := s.shutdownOf(s.m.Class(t.target.Space, t.target.Index)); down != nil {
			return fmt.Sprintf("restart %s: run %d is shutting it down", name, down.id)
		}
		return s.breaks(t)
	case s.undecided(t.target) && !s.isBusy(in, t.target):
		return "restart " + name + ": a migration of it hasn't been decided"
	case s.m.IsFenced(on, s.m.Node(t.target.Space, t.target.Index)):
		return ""
	case s.m.Node(t.target.Space, t.target.Index) == t.dest && (life == model.Created || len(s.missing(t.target)) > 0):
		return ""
	}
	return "restart " + name + ": it may still run where it is; fence its host first"
}

// isBusy says whether another run is at work on something, and will end by itself.
func (s *State) isBusy(in *instance, ref drivers.Ref) bool {
	holder := s.instances[s.claims.holder(claimOn(ref)).alone]
	return holder != nil && holder != in && !holder.isStuck()
}

// perished takes out of the model what was lost, and what stood on it; a machine's software is remembered.
func (s *State) perished(ref drivers.Ref) {
	s.m.Lose(ref.Space, ref.Index, s.gone(ref))
	s.markStructural()
	s.unstick()
}

// removed takes out of the model what an action has removed, and what stood on it; none of it comes back.
func (s *State) removed(ref drivers.Ref) {
	s.forgetSoftware(ref)
	s.m.Remove(ref.Space, ref.Index, s.gone(ref))
	s.forget(ref)
	s.markStructural()
	s.unstick()
}

// forget lets go of what is known of something that is gone, and may have come back: nobody brings it back any more.
func (s *State) forget(ref drivers.Ref) {
	if !s.isAbsent(ref) || s.m.Home(ref.Space, ref.Index) == none {
		return
	}
	s.forgetSoftware(ref)
	s.m.Forget(ref.Space, ref.Index)
	s.things.touch(ref)
}

// forgetSoftware notes that what was lost along with a machine won't be known any more: the machine is another one.
func (s *State) forgetSoftware(ref drivers.Ref) {
	for _, l := range s.m.LostOn(ref.Space, ref.Index) {
		s.m.Found(l.Space, l.Index)
		s.things.touch(drivers.Ref{Space: l.Space, Index: l.Index})
	}
}

// gone is told of what leaves the model because ref does: what was under way with it, or on it, has failed.
func (s *State) gone(ref drivers.Ref) func(space, i int32) {
	return func(space, i int32) {
		gone := drivers.Ref{Space: space, Index: i}
		class := s.m.Class(space, i)
		s.things.touch(gone)
		s.drains.forget(gone)
		s.failAll(gone, "is gone")
		if gone != ref {
			s.lostWith(ref, gone, class)
		}
	}
}
