package engine

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/tune-autonomic/tune/compiler/bundle"
	"github.com/tune-autonomic/tune/drivers"
	"github.com/tune-autonomic/tune/runtime/model"
)

// deployment is a default deployment, or its contrary: class by class, what is depended upon first (last).
type deployment struct {
	classes []int32 // still to do
	done    []int32
	begun   bool // the first of them has been begun
	failed  bool
	acted   bool  // it has made or started something since it last went back
	waited  bool  // it has waited for others since then
	rounds  int32 // how often it went back to what it had done, but for the times when it only waited

	own   bool   // of all, by the program's own policies
	first uint64 // run of those, or what has begun them; 0 before
}

// deploySlot is where the records of deployments go: those that run at one time have a slot each, and the next takes the
// first that is free.
type deploySlot struct {
	last uint64 // the last instance
	rev  uint64 // of the journal's subject
}

func (s *State) freeSlot() int {
	for k := range s.deploys {
		if s.instances[s.deploys[k].last] == nil {
			return k
		}
	}
	s.deploys = append(s.deploys, deploySlot{})
	return len(s.deploys) - 1
}

// deploy starts the deployment of classes (none: of all). That of all is the program's own policies' for it, if it has some: such
// a policy can't be told of which classes. All else is done by the default one.
func (s *State) deploy(trigger int32, classes []int32) {
	s.lastID++
	in := &instance{
		id: s.lastID, policy: trigger, space: none, thing: none, state: none, next: none, phase: phaseDeploy,
		told: never, woken: never, slot: s.freeSlot(),
	}
	s.deploys[in.slot].last = in.id
	if len(classes) == 0 && len(s.own(trigger)) > 0 {
		in.deploy.own = true
	} else {
		in.deploy.classes = s.deployOrder(classes)
	}
	if trigger == bundle.OnShutdown {
		slices.Reverse(in.deploy.classes)
	}
	s.instances[in.id] = in
	s.live = append(s.live, in)
	s.notice(NoticeStart, in, "")
	s.wakeUp(in)
}

// deployOrder is the machines' classes, then the software's in the program's order, as far as they are asked for.
func (s *State) deployOrder(only []int32) []int32 {
	var order []int32
	add := func(c int32) {
		if s.p.Classes[c].Kind == bundle.Host || slices.Contains(order, c) || len(only) > 0 && !slices.Contains(only, c) {
			return
		}
		order = append(order, c)
	}
	for c := range s.p.Classes {
		if s.p.Classes[c].Kind == bundle.VM {
			add(int32(c))
		}
	}
	for _, c := range s.p.Deploy {
		add(c)
	}
	for c := range s.p.Classes {
		add(int32(c))
	}
	return order
}

// deployNext goes on with the next class when the one before it is ready. What operators want is done in the order in which
// they said it: a deployment waits for a shutdown of the same classes, and the other way round.
func (s *State) deployNext(in *instance) {
	if same := s.sameOwn(in); same != nil {
		in.deploy.first = same.id
		s.tellFirst(in, s.endOf(same))
		return
	}
	if first := s.before(in); first != nil {
		s.tellFirst(in, s.doneWith(in, first))
		return
	}
	if in.deploy.own {
		s.ownNext(in)
		return
	}
	for in.pending == 0 && !in.waits {
		in.tasks = in.tasks[:0]
		d := &in.deploy
		if d.begun {
			if in.policy == bundle.OnShutdown {
				s.forgetLost(in, d.classes[0])
			}
			d.done = append(d.done, d.classes[0])
			d.classes, d.begun = d.classes[1:], false
		}
		if len(d.classes) == 0 {
			if s.goesBack(in) { // when all others have had their turn: who fenced a host may bring back what was lost
				s.stirred = true
				return
			}
			s.keepPromise(in, d.done)
			s.end(in, d.failed)
			return
		}
		c := d.classes[0]
		if in.policy == bundle.OnShutdown {
			if first := s.changing(in, c); first != "" {
				s.tellFirst(in, first)
				return
			}
			if want := s.membersOf(c); !s.take(in, want) {
				s.waitFor(in, want, s.claimText(in, want))
				return
			}
			d.begun = true
			s.overrides(in, c)
			s.removeAll(in, c)
			continue
		}
		if first := s.notYet(in, c); first != "" {
			d.waited = true
			s.tellFirst(in, first)
			return
		}
		if s.standsLess(d, c) {
			continue
		}
		if s.p.Classes[c].Place.Rule == bundle.PlaceCode && s.plan != nil {
			s.wantThink(in)
			return
		}
		if first := s.notYetUp(in, c); first != "" {
			d.waited = true
			s.tellFirst(in, first)
			return
		}
		d.begun = true
		s.overrides(in, c)
		s.deployClass(in, c)
	}
}

// startMade starts instances of a class that were made but don't run, as after a deployment that failed, or soon won't, as far
// as too few run. It waits for those who are at work on one: what they start may fail. What stands where nothing is heard may
// run or not: it counts as lacking, and can be neither started nor made again.
func (s *State) startMade(in *instance, c int32) {
	made, silent, gone := s.lacking(c)
	for _, ref := range made {
		if s.isHalted(in, ref) {
			s.startUnder(in, s.nodeOf(ref))
			continue
		}
		s.startOne(in, task{kind: bundle.ActStart, owner: ownerDeploy, target: ref, dest: none, from: none})
	}
	if gone == 0 { // else it goes back to this class
		s.tellSilent(in, silent)
	}
}

// startOne begins to start one instance, or waits for who is at work on it. Nobody knows when a run that is stuck lets go.
func (s *State) startOne(in *instance, t task) {
	need := s.needs(&t)
	if !s.take(in, need) {
		if why := s.heldByStuck(&t); why != "" {
			in.deploy.failed = true
			s.notice(NoticeFailed, in, why)
			return
		}
		s.waitToAct(in, t, 0, s.claimText(in, need))
		return
	}
	if ok, pending := s.beginTask(in, t); !pending {
		in.deploy.failed = in.deploy.failed || !ok
		s.dropAll(in, need)
	}
}

// heldByStuck says which stuck run holds what a deployment is to start: "" if none does.
func (s *State) heldByStuck(t *task) string {
	if t.owner != ownerDeploy || t.kind != bundle.ActStart {
		return ""
	}
	holder := s.instances[s.claims.holder(claimOn(t.target)).alone]
	if holder == nil || !holder.isStuck() {
		return ""
	}
	return fmt.Sprintf("%s: run %d holds it, which is stuck: clear that, and deploy again", s.deed(t), holder.id)
}

// stopping says whether a run is stopping something, or what it stands on.
func (s *State) stopping(ref drivers.Ref) bool {
	for _, in := range s.live {
		for k := range in.tasks {
			if t := &in.tasks[k]; !t.done && !t.admit && t.kind == bundle.ActStop && s.isOf(ref, t.target) {
				return true
			}
		}
	}
	return false
}

// deployClass makes and starts the instances that a class lacks.
func (s *State) deployClass(in *instance, c int32) {
	s.startMade(in, c)
	_, _, want := s.m.Slots(c)
	lacks := int(want - s.m.Alive(c))
	tasks := make([]task, 0, max(lacks, 0))
	next := int32(0)
	for range lacks {
		t := task{kind: bundle.ActCreate, owner: ownerDeploy, dest: none, from: none, starts: true}
		i := s.freeNumber(in, c, next)
		if i == none {
			break
		}
		next = max(next, i+1)
		t.target = drivers.Ref{Space: s.p.Classes[c].Space, Index: i}
		s.take(in, []claim{claimOn(t.target)})
		tasks = append(tasks, t)
	}
	why := s.placeAll(in, c, tasks)
	waits := s.dropUnplaced(in, tasks) && !in.deploy.failed && s.comesUp(in, c) != ""
	in.deploy.begun = !waits // else it comes to this class again
	for k := range tasks {
		if tasks[k].dest != none || !waits {
			s.deployOne(in, tasks[k], why[k])
		}
	}
}

// placeAll chooses a node for each task that makes one of a class. It says why there is none, as things are when it is asked for.
func (s *State) placeAll(in *instance, c int32, tasks []task) (why []string) {
	order := make([]int, len(tasks))
	for k := range order {
		order[k] = k
	}
	if s.p.Classes[c].Place.Decreasing {
		slices.SortStableFunc(order, func(a, b int) int {
			return cmp.Compare(s.m.VMSize(tasks[b].target.Space, tasks[b].target.Index), s.m.VMSize(tasks[a].target.Space, tasks[a].target.Index))
		})
	}
	why = make([]string, len(tasks))
	refused := none // the last task, if there was no node for it
	defer s.asNew(tasks)()
	s.beginPlacing(c)
	for _, k := range order {
		t := &tasks[k]
		if refused != none && s.isAlike(c, t.target, tasks[refused].target) {
			why[k] = why[refused]
			continue
		}
		refused = none
		if t.dest = s.node(c, t.target); t.dest == none {
			t.dest = s.haltedFor(in, t).Index
		}
		if t.dest == none {
			refused, why[k] = int32(k), s.noNode(c, t.target)
		}
		s.placed(c, t.target, t.dest)
	}
	s.endPlacing(c, tasks)
	return why
}

// asNew shows what tasks are to make as if it had never been, until restore is called.
func (s *State) asNew(tasks []task) (restore func()) {
	all := make([]func(), len(tasks))
	for k := range tasks {
		all[k] = s.m.AsNew(tasks[k].target.Space, tasks[k].target.Index)
	}
	return func() {
		for _, restore := range all {
			restore()
		}
	}
}

// isAlike says whether there is a node for a new instance of a class exactly if there is one for another.
func (s *State) isAlike(c int32, what, other drivers.Ref) bool {
	cl := &s.p.Classes[c]
	return cl.Kind == bundle.VM && cl.Place.Rule != bundle.PlaceCode && s.m.Alike(what.Space, what.Index, other.Index)
}

// dropUnplaced gives back the claims on what there is no node for, all at once: they may be a million. It says whether there is such.
func (s *State) dropUnplaced(in *instance, tasks []task) bool {
	unplaced := map[claim]bool{}
	for k := range tasks {
		if tasks[k].dest == none {
			unplaced[claimOn(tasks[k].target)] = true
		}
	}
	if len(unplaced) == 0 {
		return false
	}
	s.stirred = true
	in.claims = slices.DeleteFunc(in.claims, func(k claim) bool {
		if unplaced[k] {
			s.claims.giveBack(k)
		}
		return unplaced[k]
	})
	return true
}

// deployOne begins a task that makes something, or says why there is no node for it.
func (s *State) deployOne(in *instance, t task, why string) {
	if t.dest == none {
		in.deploy.failed = true
		s.noticef(NoticeFailed, in, "create %s: %s", s.m.Name(t.target.Space, t.target.Index), why)
		return
	}
	if on := s.m.On(t.target.Space); s.sleeps(on, t.dest) {
		s.drop(in, claimOn(t.target))
		s.startUnder(in, drivers.Ref{Space: on, Index: t.dest})
		return
	}
	if !s.claimsFor(in, &t) {
		s.waitToAct(in, t, 0, s.claimText(in, []claim{s.shareOf(&t)}))
		return
	}
	if ok, pending := s.beginTask(in, t); !pending {
		in.deploy.failed = in.deploy.failed || !ok
		s.dropAll(in, s.needs(&t))
	}
}

// lookAnew looks again at what a deployment has waited for, or another run's creation: what it stands in may have been stopped meanwhile, or removed. It gives
// a creation another node, if something keeps it from the one that was chosen. It says why the task can't begin, already if the
// deployment first starts a machine for it or waits for a host, and "" if it can.
func (s *State) lookAnew(in *instance, t *task) string {
	c := s.m.Class(t.target.Space, t.target.Index)
	cl := &s.p.Classes[c]
	if t.kind == bundle.ActStart && s.isHalted(in, t.target) {
		return already
	}
	if t.kind != bundle.ActCreate || s.obstacle(cl, t.target, t.dest).kind == "" {
		return ""
	}
	node := s.node(c, t.target)
	if node == none && s.haltedFor(in, t) != drivers.NoRef {
		return already
	}
	if node == none && in.phase == phaseDeploy && !in.deploy.failed && s.comesUp(in, c) != "" {
		in.deploy.begun = false // it comes to this class again
		return already
	}
	if node == none && t.owner != ownerDeploy && !s.canAll(in, s.needs(t)) {
		return "" // who is at work on the one that was chosen may start it again
	}
	if node == none {
		return "create " + s.m.Name(t.target.Space, t.target.Index) + ": " + s.noNode(c, t.target)
	}
	s.tally(t, -1)
	t.dest = node
	s.tally(t, 1)
	return ""
}

// membersOf are the claims on every instance of a class, and on what stands there.
func (s *State) membersOf(c int32) []claim {
	var all []claim
	for _, i := range s.m.World().Alive[c] {
		ref := drivers.Ref{Space: s.p.Classes[c].Space, Index: i}
		all = append(append(all, claimOn(ref)), s.guestClaims(ref)...)
	}
	return canonical(all)
}

// removeAll stops and removes every instance of a class.
func (s *State) removeAll(in *instance, c int32) {
	for _, i := range slices.Clone(s.m.World().Alive[c]) {
		ref := drivers.Ref{Space: s.p.Classes[c].Space, Index: i}
		ok, pending := s.beginTask(in, task{kind: bundle.ActRemove, owner: ownerDeploy, target: ref, dest: none, from: none})
		in.deploy.failed = in.deploy.failed || !ok && !pending
	}
}

// forgetLost forgets what was lost of a class: it has been shut down, and nobody brings it back. The program's own policies for a
// shutdown may not have meant what another run is bringing back.
func (s *State) forgetLost(in *instance, c int32) {
	first, n, _ := s.m.Slots(c)
	for i := first; i < first+n; i++ {
		ref := drivers.Ref{Space: s.p.Classes[c].Space, Index: i}
		holder := s.claims.holder(claimOn(ref)).alone
		if isOwn := in.policy >= 0 || in.deploy.own; isOwn && holder != 0 && holder != in.id {
			continue
		}
		s.forget(ref)
	}
}

// choose finds the slot and the node of a new instance of a class; otherwise it says why there is none.
func (s *State) choose(in *instance, t *task, c int32) string {
	name := s.p.Classes[c].Name
	i := s.freeNumber(in, c, 0)
	_, most, _ := s.m.Slots(c)
	if i == none || s.p.Classes[c].Max >= 0 && s.m.Alive(c)+s.underWay(c, bundle.ActCreate) >= most {
		return fmt.Sprintf("create %s: there may be %d at most, with those that are being made or may come back; ask before, in a guard: when count(%s) < %d",
			name, most, name, most)
	}
	t.target = drivers.Ref{Space: s.p.Classes[c].Space, Index: i}
	t.dest = s.node(c, t.target)
	if t.dest == none {
		return "create " + name + ": " + s.noNode(c, t.target)
	}
	s.take(in, []claim{claimOn(t.target)})
	return ""
}

// freeNumber is the number of the next instance of a class: absent, not being made, and claimed by no one else. A machine that
// was lost is claimed as long as something was on its way to it. Nobody's room is free before from.
func (s *State) freeNumber(in *instance, c, from int32) int32 {
	space := s.p.Classes[c].Space
	size := s.m.Size(space)
	i := s.m.Free(c, from, func(i int32) model.Room {
		k := claim{space: space, i: i}
		switch h := *s.claims.holder(k); {
		case h == hold{}:
			return model.FreeRoom
		case h.alone == in.id && in.policy >= 0 && !s.inUse(in, k): // a deployment claims what it is about to make
			return model.OwnRoom
		}
		return model.TakenRoom
	})
	if s.m.Size(space) > size { // whoever takes over must know it before what is made of it
		s.things.grow(space, s.m.Size(space))
		s.things.touch(drivers.Ref{Space: space, Index: i})
	}
	return i
}

// underWay is how many instances of a class are being made, or removed.
func (s *State) underWay(c int32, kind bundle.ActionKind) int32 {
	n := int32(0)
	for _, in := range s.live {
		for k := range in.tasks {
			if t := &in.tasks[k]; !t.done && t.kind == kind && s.m.Class(t.target.Space, t.target.Index) == c {
				n++
			}
		}
	}
	return n
}
