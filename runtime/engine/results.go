package engine

import (
	"fmt"
	"slices"

	"github.com/tune-autonomic/tune/compiler/bundle"
	"github.com/tune-autonomic/tune/drivers"
	"github.com/tune-autonomic/tune/runtime/model"
)

// takeResults takes in what came of commands. An outcome that isn't known yet changes nothing: whoever drives the engine
// asks until it is. What nobody waits for is passed over.
func (s *State) takeResults(results []drivers.Result) {
	for _, r := range results {
		in, ti := s.instances[r.ID.Instance], -1
		if in != nil && r.ID.Step != 0 {
			ti = in.find(r.ID.Step)
		}
		if ti < 0 {
			s.powerEnded(r)
			continue
		}
		switch r.Outcome {
		case drivers.Done:
			s.stepDone(in, ti)
		case drivers.Failed:
			s.stepFailed(in, ti, r.Reason)
		}
	}
}

// find is the task whose command has a step; -1 if none has. Results mostly come in the order of the tasks.
func (in *instance) find(step uint32) int {
	for k := range in.tasks {
		i := (in.found + k) % len(in.tasks)
		if t := &in.tasks[i]; t.step == step && !t.done {
			in.found = i
			return i
		}
	}
	return -1
}

// stepDone changes the model as the driver has changed the world, and sends what comes next.
func (s *State) stepDone(in *instance, ti int) {
	t := &in.tasks[ti]
	switch t.verb {
	case drivers.PowerOn:
		t.moot = s.answers(t.target)
		s.isOn(in, t.target)
		s.finishTask(in, ti, true, "")
	case drivers.MigratePrepare:
		s.prepared(in, ti)
	case drivers.MigrateCommit:
		s.committed(in, ti)
	case drivers.MigrateAbort:
		s.notMoved(in, ti, t.abortReason())
	case drivers.Create:
		s.created(in, ti)
	case drivers.Start:
		s.started(in, t)
		if t.kind == bundle.ActRestart {
			s.booted(in, ti)
			return
		}
		s.finishTask(in, ti, true, "")
	case drivers.Stop:
		s.halted(in, t)
		if t.kind == bundle.ActRemove {
			s.send(in, ti, drivers.Destroy)
			return
		}
		s.finishTask(in, ti, true, "")
	case drivers.Destroy:
		target, c := t.target, s.m.Class(t.target.Space, t.target.Index)
		s.finishTask(in, ti, true, "")
		s.removed(target)
		s.tookDown(in, c)
	default:
		s.carriedOut(in, t)
		s.finishTask(in, ti, true, "")
	}
}

// carriedOut is what the rest of the verbs change.
func (s *State) carriedOut(in *instance, t *task) {
	switch t.verb {
	case drivers.PowerOff:
		s.m.Power(t.target.Space, t.target.Index, false)
		s.noticef(NoticePower, in, "%s is off", s.m.Name(t.target.Space, t.target.Index))
	case drivers.Fence:
		s.fenced(in, t.target)
	case drivers.Operate:
		s.operated(t)
	case drivers.PauseProbe, drivers.ResumeProbe:
		s.m.Pause(t.probe, t.target.Index, t.verb == drivers.PauseProbe)
		s.changed(s.m.ProbeColumn(t.probe), t.target.Index)
		if t.verb == drivers.ResumeProbe {
			s.heard(t.target)
		}
	}
}

// halted takes in that something doesn't run any more, nor what stands in it. Whoever takes a stop back starts that again,
// behind the machine.
func (s *State) halted(in *instance, t *task) {
	s.m.SetRunning(s.now, t.target.Space, t.target.Index, false)
	s.things.touch(t.target)
	for g := range s.p.Spaces {
		if s.m.On(int32(g)) != t.target.Space {
			continue
		}
		for _, i := range s.m.Guests(int32(g), t.target.Index) {
			if s.m.Life(int32(g), i) != model.Running {
				continue
			}
			ref := drivers.Ref{Space: int32(g), Index: i}
			s.m.SetRunning(s.now, ref.Space, ref.Index, false)
			s.things.touch(ref)
			if t.kind == bundle.ActStop && t.owner >= 0 && !t.undoing {
				in.undo = append(in.undo, undoItem{kind: bundle.ActStart, target: ref, dest: none, probe: t.probe, op: none, thread: t.owner, serial: t.serial})
			}
		}
	}
}

func (s *State) created(in *instance, ti int) {
	t := &in.tasks[ti]
	if reason := s.nowhere(t); reason != "" {
		s.fell(in, ti, reason)
		return
	}
	s.arrived(t)
	if t.makesAnew() {
		s.forget(t.target)
		s.forgetUndo(t.target)
	}
	s.madeAgain(in, t)
	s.m.Put(s.now, t.target.Space, t.target.Index, t.dest)
	s.things.arrives(t.target)
	if t.kind == bundle.ActRestart || t.starts {
		s.send(in, ti, drivers.Start)
		return
	}
	s.finishTask(in, ti, true, "")
}

func (s *State) started(in *instance, t *task) {
	s.m.SetRunning(s.now, t.target.Space, t.target.Index, true)
	on := s.m.On(t.target.Space)
	s.noticef(NoticeDeployed, in, "%s runs on %s", s.m.Name(t.target.Space, t.target.Index),
		s.m.Name(on, s.m.Node(t.target.Space, t.target.Index)))
	s.markStructural()
}

// lostWith tells of what is gone because what it stood on is.
func (s *State) lostWith(ref, gone drivers.Ref, class int32) {
	text := fmt.Sprintf("%s is lost with %s", s.m.Name(gone.Space, gone.Index), s.m.Name(ref.Space, ref.Index))
	if class != none {
		if c := &s.p.Classes[class]; s.m.Alive(class) < c.Min {
			text += fmt.Sprintf("; of %s there are %d, and there must be %d at least", c.Name, s.m.Alive(class), c.Min)
		}
	}
	s.notice(NoticeFact, nil, text)
}

// failAll ends, as failed, every task about something. A restart that waits for software ends when that has, and one that hasn't
// begun is for what is lost.
func (s *State) failAll(ref drivers.Ref, why string) {
	for _, in := range slices.Clone(s.live) {
		for ti := range in.tasks {
			t := &in.tasks[ti]
			switch {
			case t.done || t.target != ref || t.awaitsSoftware() || t.admit && t.kind == bundle.ActRestart:
			case t.admit && t.owner == ownerDeploy && t.kind == bundle.ActStart: // it is made again, if it lacks
				in.deploy.begun = false
				s.finishTask(in, ti, true, "")
			default:
				s.fell(in, ti, s.m.Name(ref.Space, ref.Index)+" "+why)
			}
		}
	}
}

// fell ends a task because what it is about is gone. That is what a shutdown is for, and a deployment looks again at its end at what it
// has made; for all others it is a failure.
func (s *State) fell(in *instance, ti int, why string) {
	s.finishTask(in, ti, in.tasks[ti].owner == ownerDeploy, why)
}

// stepFailed ends a task whose command has failed: nothing has changed by it.
func (s *State) stepFailed(in *instance, ti int, reason string) {
	t := &in.tasks[ti]
	text := s.deed(t) + " failed"
	if reason != "" {
		text += ": " + reason
	}
	switch t.verb {
	case drivers.MigratePrepare:
		s.notMoved(in, ti, text)
		return
	case drivers.MigrateCommit:
		// The copy doesn't run, so the source must.
		s.send(in, ti, drivers.MigrateAbort)
		return
	case drivers.MigrateAbort:
		s.notAborted(in, ti, reason)
		return
	}
	if t.owner == ownerDeploy && s.fallsSilent(t) {
		s.notice(NoticeFact, in, text)
		s.fell(in, ti, text)
		return
	}
	s.finishTask(in, ti, false, text)
}

// fallsSilent says whether what a task makes or starts stands where nothing is heard any more, or where all is being ended, or was
// since, or in a machine that is gone.
func (s *State) fallsSilent(t *task) bool {
	at := t.target
	switch t.kind {
	case bundle.ActCreate:
		if s.nowhere(t) != "" {
			return true
		}
		at = drivers.Ref{Space: s.m.On(t.target.Space), Index: t.dest}
	case bundle.ActStart:
	default:
		return false
	}
	return t.void || s.unheard(at) != "" || s.isFencing(at)
}
