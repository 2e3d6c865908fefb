package engine

import (
	"cmp"
	"slices"

	"github.com/tune-autonomic/tune/compiler/bundle"
	"github.com/tune-autonomic/tune/drivers"
	"github.com/tune-autonomic/tune/runtime/model"
	"github.com/tune-autonomic/tune/runtime/vm"
)

// deployment is a default deployment, or its contrary: class by class, what is depended upon first (last).
type deployment struct {
	classes []int32 // still to do
	begun   bool    // the first of them has been begun
	failed  bool
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

// deploy starts the deployment of classes (none: of all): the program's own policy for it, or the default one.
func (s *State) deploy(trigger int32, classes []int32) {
	own := false
	for p := range s.p.Policies {
		if s.p.Policies[p].Event == trigger {
			own = true
			if s.policies[p].slot(0).running == 0 {
				s.start(int32(p), none, nil)
			}
		}
	}
	if own {
		return
	}
	s.lastID++
	in := &instance{
		id: s.lastID, policy: trigger, space: none, thing: none, state: none, next: none, phase: phaseDeploy,
		told: never, woken: never, deploy: deployment{classes: s.deployOrder(classes)}, slot: s.freeSlot(),
	}
	s.deploys[in.slot].last = in.id
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

// deployNext goes on with the next class when the one before it is ready.
func (s *State) deployNext(in *instance) {
	for in.pending == 0 && !in.waits {
		in.tasks = in.tasks[:0]
		d := &in.deploy
		if d.begun {
			d.classes, d.begun = d.classes[1:], false
		}
		if len(d.classes) == 0 {
			s.end(in, d.failed)
			return
		}
		c := d.classes[0]
		if in.policy == bundle.OnShutdown {
			if want := s.membersOf(c); !s.take(in, want) {
				s.waitFor(in, want, s.claimText(in, want))
				return
			}
			d.begun = true
			s.removeAll(in, c)
			continue
		}
		if s.nodesComing(in, c) {
			return
		}
		if s.p.Classes[c].Place.Rule == bundle.PlaceCode && s.plan != nil {
			s.wantThink(in)
			return
		}
		d.begun = true
		s.deployClass(in, c)
	}
}

// nodesComing says whether what a class stands on is being made by another deployment.
func (s *State) nodesComing(in *instance, c int32) bool {
	on := s.p.Classes[c].On
	if on < 0 || s.p.Classes[on].Kind == bundle.Host {
		return false
	}
	for _, other := range s.live {
		if other == in {
			continue
		}
		for k := range other.tasks {
			if t := &other.tasks[k]; !t.done && t.kind == bundle.ActCreate && s.m.Class(t.target.Space, t.target.Index) == on {
				return true
			}
		}
	}
	return false
}

// deployClass makes and starts the instances that a class lacks.
func (s *State) deployClass(in *instance, c int32) {
	_, _, want := s.m.Slots(c)
	lacks := int(want - s.m.Alive(c) - s.underWay(c, bundle.ActCreate))
	tasks := make([]task, 0, max(lacks, 0))
	for range lacks {
		t := task{kind: bundle.ActCreate, owner: ownerDeploy, dest: none, from: none, starts: true}
		i := s.slotFor(c)
		if i == none {
			break
		}
		t.target = drivers.Ref{Space: s.p.Classes[c].Space, Index: i}
		s.take(in, []claim{claimOn(t.target)})
		tasks = append(tasks, t)
	}
	order := make([]int, len(tasks))
	for k := range order {
		order[k] = k
	}
	if s.p.Classes[c].Place.Decreasing {
		slices.SortStableFunc(order, func(a, b int) int {
			return cmp.Compare(s.m.VMSize(tasks[b].target.Space, tasks[b].target.Index), s.m.VMSize(tasks[a].target.Space, tasks[a].target.Index))
		})
	}
	s.beginPlacing(c)
	for _, k := range order {
		tasks[k].dest = s.node(c, tasks[k].target)
		s.placed(c, tasks[k].target, tasks[k].dest)
	}
	s.endPlacing(c, tasks)
	for k := range tasks {
		s.deployOne(in, tasks[k])
	}
}

func (s *State) deployOne(in *instance, t task) {
	if t.dest == none {
		in.deploy.failed = true
		s.noticef(NoticeFailed, in, "create %s: %s", s.m.Name(t.target.Space, t.target.Index), s.noNode(s.m.Class(t.target.Space, t.target.Index)))
		s.drop(in, claimOn(t.target))
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

// membersOf are the claims on every instance of a class.
func (s *State) membersOf(c int32) []claim {
	var all []claim
	for _, i := range s.m.World().Alive[c] {
		all = append(all, claim{space: s.p.Classes[c].Space, i: i})
	}
	return all
}

// removeAll stops and removes every instance of a class.
func (s *State) removeAll(in *instance, c int32) {
	for _, i := range slices.Clone(s.m.World().Alive[c]) {
		ref := drivers.Ref{Space: s.p.Classes[c].Space, Index: i}
		s.beginTask(in, task{kind: bundle.ActRemove, owner: ownerDeploy, target: ref, dest: none, from: none})
	}
}

// choose finds the slot and the node of a new instance of a class; otherwise it says why there is none.
func (s *State) choose(in *instance, t *task, c int32) string {
	name := s.p.Classes[c].Name
	i := s.slotFor(c)
	_, most, _ := s.m.Slots(c)
	if i == none || s.p.Classes[c].Max >= 0 && s.m.Alive(c)+s.underWay(c, bundle.ActCreate) >= most {
		return "create " + name + ": there are as many as there may be"
	}
	t.target = drivers.Ref{Space: s.p.Classes[c].Space, Index: i}
	t.dest = s.node(c, t.target)
	if t.dest == none {
		return "create " + name + ": " + s.noNode(c)
	}
	s.take(in, []claim{claimOn(t.target)})
	return ""
}

// slotFor is the number of the next instance of a class: absent, claimed by no one, and not being made. A machine that was
// lost is claimed as long as something was on its way to it.
func (s *State) slotFor(c int32) int32 {
	space := s.p.Classes[c].Space
	i := s.m.Free(c, func(i int32) bool { return *s.claims.holder(claim{space: space, i: i}) != hold{} })
	s.things.grow(space, s.m.Size(space))
	if i != none {
		s.forgetSoftware(drivers.Ref{Space: space, Index: i})
		s.m.Forget(space, i)
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

// beginPlacing, placed and endPlacing let placement code see where those before went: on the scratch model, if it is
// free, for code; by what is in flight for the rules.
func (s *State) beginPlacing(c int32) {
	if s.p.Classes[c].Place.Rule == bundle.PlaceCode {
		s.m.Think()
	}
}

func (s *State) placed(c int32, what drivers.Ref, node int32) {
	if node == none {
		return
	}
	if s.p.Classes[c].Place.Rule == bundle.PlaceCode {
		s.m.World().Scratch.Place(what.Space, what.Index, node)
		return
	}
	s.things.coming(what.Space, node, 1)
	s.m.Expect(what.Space, what.Index, node)
}

func (s *State) endPlacing(c int32, tasks []task) {
	if s.p.Classes[c].Place.Rule == bundle.PlaceCode {
		s.m.Rest()
		return
	}
	for k := range tasks {
		t := &tasks[k]
		if t.dest == none {
			continue
		}
		s.things.coming(t.target.Space, t.dest, -1)
		s.m.Arrived(t.target.Space, t.target.Index, t.dest)
	}
}

// node chooses where a new instance stands, by its class's rule; none if no node will do.
func (s *State) node(c int32, what drivers.Ref) int32 {
	cl := &s.p.Classes[c]
	if cl.Place.Rule == bundle.PlaceCode {
		return s.nodeByCode(c, what)
	}
	best, least := none, 0.0
	for _, n := range s.m.World().Alive[cl.On] {
		if !s.hasRoom(cl, what, n) {
			continue
		}
		cost := 0.0
		switch cl.Place.Rule {
		case bundle.Spread:
			cost = float64(s.crowd(s.m.On(what.Space), n))
		case bundle.ByPower:
			cost = s.m.AddedWatts(what.Space, what.Index, n)
		}
		if best == none || cost < least {
			best, least = n, cost
		}
		if cl.Place.Rule == bundle.Pack {
			break
		}
	}
	return best
}

// noNode is why there is no node for a new instance of a class.
func (s *State) noNode(c int32) string {
	cl := &s.p.Classes[c]
	on := &s.p.Classes[cl.On]
	switch {
	case cl.Place.Rule == bundle.PlaceCode:
		return "its placement chooses no node"
	case on.Kind == bundle.Host:
		return "no node has room for it" + s.partedText(c)
	case s.m.Alive(cl.On) == 0:
		return "there is no " + on.Name + " for it to run on"
	}
	if parted := s.partedText(c); parted != "" {
		return "no " + on.Name + " may have it" + parted
	}
	return "no " + on.Name + " is running: what was made must be started, too"
}

// partedText says what else than room a class may lack.
func (s *State) partedText(c int32) string {
	for _, r := range s.requires {
		if r.Of == c && r.Kind != bundle.RequireReady && r.Kind != bundle.RequireCapacity {
			return " that keeps require " + r.Text(s.p)
		}
	}
	return ""
}

// crowd is how many stand on a node, or are on their way to it.
func (s *State) crowd(on, node int32) int {
	n := 0
	for g := range s.p.Spaces {
		if s.m.On(int32(g)) == on {
			n += len(s.m.Guests(int32(g), node)) + int(s.things.comingTo(int32(g), node))
		}
	}
	return n
}

func (s *State) hasRoom(cl *bundle.Class, what drivers.Ref, node int32) bool {
	on := s.p.Classes[cl.On].Space
	if s.m.Parts(what.Space, what.Index, node) != "" {
		return false
	}
	if s.p.Classes[cl.On].Kind != bundle.Host {
		return s.m.Life(on, node) == model.Running
	}
	return !s.m.IsDown(on, node) && !s.m.IsMaintained(on, node) && (cl.Kind != bundle.VM || s.m.HasRoom(what.Space, what.Index, node))
}

func (s *State) nodeByCode(c int32, what drivers.Ref) int32 {
	pl := &s.p.Classes[c].Place
	s.m.Settle()
	if s.plan == nil {
		s.vm.ResetArena()
	}
	s.spare.SetInst(pl.Self, what.Index)
	stop, _ := s.vm.Run(&s.spare, pl.PC, codeFuel)
	if stop.Kind != vm.StopRet {
		return none
	}
	n := s.spare.Inst(stop.A)
	if n < 0 || n >= s.m.Size(s.m.On(what.Space)) {
		return none
	}
	return n
}
