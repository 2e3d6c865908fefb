package engine

import (
	"slices"

	"github.com/tune-autonomic/tune/compiler/bundle"
	"github.com/tune-autonomic/tune/drivers"
)

// fitsProgram says whether an instance that was read refers only to what there is. A record may be damaged, or of another
// bundle: then it is refused as a whole.
func (s *State) fitsProgram(in *instance) bool {
	if in.policy < bundle.OnShutdown || in.phase > phaseStuck || (in.policy < 0) != (in.phase == phaseDeploy) {
		return false
	}
	if in.policy >= 0 && !s.fitsPolicy(in) {
		return false
	}
	for _, t := range in.threads {
		if t.pc < 0 || int(t.pc) >= len(s.p.Code) || t.state > threadFailed || t.parent < none || int(t.parent) >= len(in.threads) {
			return false
		}
	}
	for k := range in.tasks {
		if t := &in.tasks[k]; !s.fitsTask(in, t) {
			return false
		}
	}
	for _, u := range in.undo {
		t := u.task(ownerUndo)
		if !s.fitsTask(in, &t) || u.kind == bundle.ActOp && s.opOf(&t) == nil {
			return false
		}
	}
	return s.fitsClaims(in.claims) && s.fitsClaims(in.held) && s.fitsClaims(in.want) &&
		(in.lacks == nil || s.isMachine(in.lacks.target) && s.isNode(in.lacks.target, in.lacks.dest)) &&
		s.fitsApply(in) && s.fitsDeployment(in)
}

func (s *State) fitsPolicy(in *instance) bool {
	states := int32(len(s.p.Policies[in.policy].States))
	if in.state < 0 || in.state >= states || in.next < none || in.next >= states {
		return false
	}
	if in.phase == phaseBody && len(in.threads) == 0 {
		return false
	}
	e := s.p.Policies[in.policy].Event
	if e < 0 || s.events[e].space == none {
		return in.space == none && in.thing == none
	}
	return in.space == s.events[e].space && s.events[e].index(in.thing) != none
}

// fitsAction says whether a thread's task is of the action at which the thread stands: the undo of a turn has tasks of many
// kinds.
func (s *State) fitsAction(t *task) bool {
	if t.action < 0 || int(t.action) >= len(s.p.Actions) {
		return false
	}
	kind := s.p.Actions[t.action].Kind
	return kind == t.kind && !t.undoing || kind == bundle.ActUndoTurn && t.undoing
}

func (s *State) fitsTask(in *instance, t *task) bool {
	if int(t.kind) >= len(timeouts) || t.verb >= drivers.NumVerbs || t.owner < ownerRestart || int(t.owner) >= max(len(in.threads), 1) {
		return false
	}
	if (in.phase == phaseDeploy) != (t.owner == ownerDeploy) || t.owner >= 0 && !s.fitsAction(t) {
		return false
	}
	if t.owner == ownerApply && (in.apply == nil || t.item < 0 || int(t.item) >= len(in.apply.moves)) {
		return false
	}
	if t.owner == ownerRestart && !s.fitsRestart(in, t) {
		return false
	}
	switch t.kind {
	case bundle.ActWait, bundle.ActAsk:
		return t.owner >= 0 && t.target == drivers.NoRef && t.step == 0 && !t.expected && !t.spent && !t.admit
	case bundle.ActNotify, bundle.ActEmit:
		return false
	}
	if s.m.Class(t.target.Space, t.target.Index) == none {
		return false
	}
	return s.fitsVerb(t)
}

// verbsOf tells by which commands an action is carried out; what needs a host waits for its power with no command sent.
var verbsOf = map[bundle.ActionKind][]drivers.Verb{
	bundle.ActCreate: {drivers.Create, drivers.Start}, bundle.ActRestart: {drivers.Create, drivers.Start},
	bundle.ActRemove: {drivers.Stop, drivers.Destroy}, bundle.ActStart: {drivers.Start}, bundle.ActStop: {drivers.Stop},
	bundle.ActOp: {drivers.Operate}, bundle.ActFence: {drivers.Fence},
	bundle.ActMigrate:    {drivers.MigratePrepare, drivers.MigrateCommit, drivers.MigrateAbort},
	bundle.ActAllocate:   {drivers.PowerOn},
	bundle.ActRelease:    {drivers.PowerOff},
	bundle.ActPauseProbe: {drivers.PauseProbe}, bundle.ActResumeProbe: {drivers.ResumeProbe},
}

// fitsVerb says whether what an action is about can be what it is about.
func (s *State) fitsVerb(t *task) bool {
	isHost := s.p.Spaces[t.target.Space].Kind == bundle.Host
	if t.step != 0 && !slices.Contains(verbsOf[t.kind], t.verb) {
		return false
	}
	if t.awaitsPower() && (t.step != 0 || s.m.On(t.target.Space) == none || s.p.Spaces[s.m.On(t.target.Space)].Kind != bundle.Host) {
		return false
	}
	switch t.kind {
	case bundle.ActMigrate:
		return s.isMachine(t.target) && s.isNode(t.target, t.dest) && (!t.spent && !t.opened() || s.isNode(t.target, t.from)) &&
			t.tries >= 0 && t.tries <= maxAborts
	case bundle.ActRestart:
		return s.isMachine(t.target) && s.isNode(t.target, t.dest) && !t.spent
	case bundle.ActCreate:
		return !isHost && s.isNode(t.target, t.dest) && !t.spent
	case bundle.ActAllocate, bundle.ActRelease, bundle.ActFence:
		return isHost && !t.expected && !t.spent
	case bundle.ActPauseProbe, bundle.ActResumeProbe:
		return t.probe >= 0 && int(t.probe) < len(s.p.Probes) &&
			s.p.Classes[s.p.Probes[t.probe].Class].Space == t.target.Space && !t.expected && !t.spent
	}
	return !isHost && !t.expected && !t.spent
}

// fitsRestart says whether a task can be one of software that comes back with the machine of a restart.
func (s *State) fitsRestart(in *instance, t *task) bool {
	k := slices.IndexFunc(in.tasks, func(o task) bool { return o.serial == t.item && o.awaitsSoftware() })
	if k < 0 || t.kind != bundle.ActCreate && t.kind != bundle.ActStart || s.m.Class(t.target.Space, t.target.Index) == none {
		return false
	}
	vm := in.tasks[k].target
	return s.m.On(t.target.Space) == vm.Space && (t.kind == bundle.ActStart || t.dest == vm.Index)
}

func (s *State) isMachine(r drivers.Ref) bool {
	return s.m.Class(r.Space, r.Index) != none && s.p.Spaces[r.Space].Kind == bundle.VM
}

// isNode says whether node is one that r may stand on.
func (s *State) isNode(r drivers.Ref, node int32) bool {
	return s.m.Class(s.m.On(r.Space), node) != none
}

func (s *State) fitsClaims(cs []claim) bool {
	for _, c := range cs {
		if c.space == none && (c.i < 0 || int(c.i) >= len(s.p.Classes)) || c.space != none && s.m.Class(c.space, c.i) == none {
			return false
		}
	}
	return true
}

func (s *State) fitsApply(in *instance) bool {
	a := in.apply
	if a == nil {
		return true
	}
	if in.phase != phaseBody && in.phase != phaseStuck || a.thread < 0 || int(a.thread) >= len(in.threads) {
		return false
	}
	for _, m := range a.moves {
		if !s.isMachine(m.vm) || !s.isNode(m.vm, m.to) || m.state > moveFailed {
			return false
		}
	}
	return true
}

func (s *State) fitsDeployment(in *instance) bool {
	for _, c := range slices.Concat(in.deploy.classes, in.deploy.done) {
		if c < 0 || int(c) >= len(s.p.Classes) || s.p.Classes[c].Kind == bundle.Host {
			return false
		}
	}
	if in.deploy.own {
		return in.policy < 0 && !in.deploy.begun && len(in.deploy.classes) == 0 && len(s.own(in.policy)) > 0
	}
	return !in.deploy.begun || len(in.deploy.classes) > 0
}
