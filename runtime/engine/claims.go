package engine

import (
	"slices"

	"github.com/tune-autonomic/tune/compiler/bundle"
	"github.com/tune-autonomic/tune/drivers"
	"github.com/tune-autonomic/tune/runtime/model"
	"github.com/tune-autonomic/tune/runtime/vm"
)

// maxWakes is how often one who waits may look again at one time.
const maxWakes = 8

// claim is what an instance may write alone: one thing, or (space none) the number of instances of class i. Shared, it is a
// node that something comes to, or that is fenced: many may come, but nobody may switch it off meanwhile.
type claim struct {
	space, i int32
	shared   bool
}

// compare orders claims by what they are on; of the same thing, the exclusive one comes first.
func (a claim) compare(b claim) int {
	switch {
	case a.space != b.space:
		return int(a.space - b.space)
	case a.i != b.i:
		return int(a.i - b.i)
	case a.shared == b.shared:
		return 0
	case b.shared:
		return -1
	}
	return 1
}

// canonical puts claims into their one order, each thing once: who may write it needs no share of it.
func canonical(cs []claim) []claim {
	slices.SortFunc(cs, claim.compare)
	return slices.CompactFunc(cs, func(a, b claim) bool { return a.space == b.space && a.i == b.i })
}

// claims says who holds what.
type claims struct {
	things  [][]hold // by space and instance
	classes []hold
}

// hold is who has a claim: one instance alone (0 is none), or so many shares.
type hold struct {
	alone  uint64
	shares int32
}

func newClaims(m *model.Model, p *bundle.Program) claims {
	c := claims{things: make([][]hold, len(p.Spaces)), classes: make([]hold, len(p.Classes))}
	for s := range c.things {
		c.things[s] = make([]hold, m.Size(int32(s)))
	}
	return c
}

// holder is where the holder of a claim is written.
func (c *claims) holder(k claim) *hold {
	if k.space == none {
		return &c.classes[k.i]
	}
	for int(k.i) >= len(c.things[k.space]) {
		c.things[k.space] = append(c.things[k.space], hold{})
	}
	return &c.things[k.space][k.i]
}

// give writes down that an instance holds k.
func (c *claims) give(in *instance, k claim) {
	if h := c.holder(k); k.shared {
		h.shares++
	} else {
		h.alone = in.id
	}
}

func (c *claims) giveBack(k claim) {
	if h := c.holder(k); k.shared {
		h.shares--
	} else {
		h.alone = 0
	}
}

// can says whether an instance could have k now.
func (s *State) can(in *instance, k claim) bool {
	h := s.claims.holder(k)
	switch {
	case h.alone != 0:
		return h.alone == in.id
	case k.shared || h.shares == 0:
		return true
	}
	mine := int32(0)
	for _, c := range in.claims {
		if c.shared && c.space == k.space && c.i == k.i {
			mine++
		}
	}
	return mine == h.shares
}

func (s *State) canAll(in *instance, want []claim) bool {
	for _, k := range want {
		if !s.can(in, k) {
			return false
		}
	}
	return true
}

// take gives an instance all that it wants, at once, or nothing.
func (s *State) take(in *instance, want []claim) bool {
	if !s.canAll(in, want) {
		return false
	}
	for _, k := range want {
		h := s.claims.holder(k)
		if h.alone != 0 || k.shared && h.shares > 0 && slices.Contains(in.claims, k) {
			continue
		}
		s.claims.give(in, k)
		in.claims = append(in.claims, k)
	}
	return true
}

// share gives an instance one more share of a node that nobody holds alone. Every share is dropped by itself.
func (s *State) share(in *instance, k claim) {
	s.claims.give(in, k)
	in.claims = append(in.claims, k)
}

// release gives back everything that an instance holds.
func (s *State) release(in *instance) {
	for _, k := range in.claims {
		s.claims.giveBack(k)
	}
	if len(in.claims) > 0 {
		s.stirred = true
	}
	in.claims = in.claims[:0]
}

// drop gives back one claim.
func (s *State) drop(in *instance, k claim) {
	if i := slices.Index(in.claims, k); i >= 0 {
		in.claims = slices.Delete(in.claims, i, i+1)
		s.claims.giveBack(k)
		s.stirred = true
	}
}

func (s *State) dropAll(in *instance, cs []claim) {
	for _, k := range cs {
		s.drop(in, k)
	}
}

// claimOn is the claim on a thing alone, and shareOf the share of the node that t brings something to.
func claimOn(r drivers.Ref) claim { return claim{space: r.Space, i: r.Index} }

func (s *State) shareOf(t *task) claim {
	return claim{space: s.m.On(t.target.Space), i: t.dest, shared: true}
}

// needs are the claims without which a task can't be under way.
func (s *State) needs(t *task) []claim {
	if t.target == drivers.NoRef {
		return nil
	}
	target := claimOn(t.target)
	switch {
	case t.kind == bundle.ActRestart:
		return append([]claim{target, s.shareOf(t)}, s.lostClaims(t.target)...)
	case needsHost(t.kind):
		return []claim{target, s.shareOf(t)}
	case t.halts():
		return append([]claim{target}, s.guestClaims(t.target)...)
	case t.kind == bundle.ActFence:
		// What waits for a lost host, and may end only when that is fenced, doesn't hold it up: who switches the host does.
		if holder := s.instances[s.claims.holder(target).alone]; holder != nil && !holder.switches(t.target) {
			return nil
		}
		target.shared = true
	case s.turnsAway(t):
		// Who is drained is another's only when that is over.
		want := []claim{target}
		for _, of := range t.insts {
			want = append(want, claimOn(of))
		}
		return canonical(want)
	}
	return []claim{target}
}

// switches says whether a run is switching a host on or off.
func (in *instance) switches(host drivers.Ref) bool {
	return slices.ContainsFunc(in.tasks, func(t task) bool {
		return !t.done && !t.admit && t.target == host && (t.kind == bundle.ActAllocate || t.kind == bundle.ActRelease)
	})
}

// crosses says what a task waits for of its own run, another branch of which is at work: its claims keep off only other runs. "" if
// that is nothing.
func (s *State) crosses(in *instance, t *task) string {
	host := drivers.Ref{Space: s.m.On(t.target.Space), Index: t.dest}
	for k := range in.tasks {
		switch o := &in.tasks[k]; {
		case o.done || o.admit || o.owner < 0:
		case o.kind == bundle.ActRelease && o.target == host && needsHost(t.kind):
			return s.m.Name(host.Space, host.Index) + " to be off"
		case o.target == t.target && o.lives() && t.lives():
			return s.m.Name(t.target.Space, t.target.Index)
		}
	}
	return ""
}

// lives says whether a task is about whether, and where, its target runs.
func (t *task) lives() bool {
	return needsHost(t.kind) || t.halts() || t.kind == bundle.ActStart
}

// isSwitched says whether another run is switching a host on or off.
func (s *State) isSwitched(in *instance, host drivers.Ref) bool {
	return slices.ContainsFunc(s.live, func(other *instance) bool { return other != in && other.switches(host) })
}

// due is what of some claims an instance can't do without before it acts. A state that fences doesn't wait for things that others
// hold, stuck or at work on a host that died: it may be the fence that frees them. It claims them when it acts on them.
func (s *State) due(in *instance, want []claim) []claim {
	if !s.isToFence(in) {
		return want
	}
	return slices.DeleteFunc(slices.Clone(want), func(k claim) bool { return k.space != none && !s.can(in, k) })
}

// isToFence says whether an instance is in a state that fences a host, and hasn't failed there.
func (s *State) isToFence(in *instance) bool {
	return in.policy >= 0 && in.phase != phaseUndo && s.fences[in.policy][in.state]
}

// halts says whether a task ends what stands in its target, too.
func (t *task) halts() bool { return t.kind == bundle.ActStop || t.kind == bundle.ActRemove }

// guestClaims are the claims on what stands in a machine: who stops that waits for those who are at work on it.
func (s *State) guestClaims(vm drivers.Ref) []claim {
	if s.p.Spaces[vm.Space].Kind != bundle.VM {
		return nil
	}
	var all []claim
	for _, ref := range s.guests(vm) {
		all = append(all, claimOn(ref))
	}
	return all
}

// claimsFor takes what a task needs, and with it what its instance let go.
func (s *State) claimsFor(in *instance, t *task) bool {
	if t.owner != ownerDeploy || !needsHost(t.kind) {
		return s.whole(in, s.needs(t)...)
	}
	dest := s.shareOf(t)
	if !s.can(in, dest) {
		return false
	}
	s.share(in, dest)
	return true
}

// inUse says whether an action of the instance that is under way needs k.
func (s *State) inUse(in *instance, k claim) bool {
	for ti := range in.tasks {
		t := &in.tasks[ti]
		switch {
		case t.done || t.target == drivers.NoRef:
		case t.admit:
			if t.kind == bundle.ActCreate && k == claimOn(t.target) { // nobody else may make it
				return true
			}
		case k.space == t.target.Space && k.i == t.target.Index:
			return true
		case needsHost(t.kind) && k.space == s.m.On(t.target.Space) && k.i == t.dest:
			return true
		case t.kind == bundle.ActRestart && slices.Contains(s.lostClaims(t.target), k):
			return true
		case t.halts() && k.space != none && s.m.On(k.space) == t.target.Space && s.m.Node(k.space, k.i) == t.target.Index:
			return true
		case s.turnsAway(t) && slices.ContainsFunc(t.insts, func(of drivers.Ref) bool { return k == claimOn(of) }):
			return true
		case k.space == none && (t.kind == bundle.ActCreate || t.kind == bundle.ActRemove) && s.m.Class(t.target.Space, t.target.Index) == k.i:
			return true
		}
	}
	return false
}

// loosen lets go of what no action under way needs: something in the instance waits. It is taken again, all at once,
// before any of its code goes on.
func (s *State) loosen(in *instance) {
	if len(in.claims) == 0 {
		return
	}
	held := slices.Clone(in.held)
	kept := in.claims[:0]
	for _, k := range in.claims {
		held = append(held, k)
		if s.inUse(in, k) {
			kept = append(kept, k)
			continue
		}
		s.claims.giveBack(k)
		s.stirred = true
	}
	let := len(kept) < len(in.claims)
	in.claims = kept
	if let || len(in.held) > 0 {
		in.held = canonical(held)
		s.touch(in)
	}
}

// whole takes again what an instance let go while it waited, and what it wants besides: all at once. If it can't, the
// instance waits on.
func (s *State) whole(in *instance, want ...claim) bool {
	if len(in.held) == 0 && len(want) == 0 {
		return true
	}
	all := canonical(append(s.due(in, slices.Clone(in.held)), want...))
	if !s.take(in, all) {
		return false
	}
	in.held = in.held[:0]
	return true
}

// rests says whether a thread of an instance waits for something that isn't an action's end. A plan's moves claim what they
// need by themselves.
func (in *instance) rests() bool {
	for ti := range in.tasks {
		if t := &in.tasks[ti]; !t.done && (t.admit || t.kind == bundle.ActWait || t.kind == bundle.ActAsk) {
			return true
		}
	}
	return false
}

// wants runs a state's code for what it will claim. False if the code came to no end.
func (s *State) wants(in *instance, pc int32) ([]claim, bool) {
	var want []claim
	fuel := codeFuel
	for {
		var stop vm.Stop
		stop, fuel = s.vm.Run(&s.frame, pc, fuel)
		pc = stop.PC
		switch stop.Kind {
		case vm.StopRet, vm.StopEnd:
			return canonical(want), true
		case vm.StopClaim:
			want = s.claimed(want, pc-1)
		default:
			return nil, false
		}
	}
}

func (s *State) claimed(want []claim, pc int32) []claim {
	switch op := &s.p.Code[pc]; op.Op {
	case bundle.CLAIM:
		if i := s.frame.Inst(op.A); s.m.Class(op.K, i) != none {
			want = append(want, claim{op.K, i, op.B == bundle.Shared})
		}
	case bundle.CLAIMS:
		for _, i := range s.vm.Members(&s.frame, op.A) {
			want = append(want, claim{op.K, i, op.B == bundle.Shared})
		}
	case bundle.CLAIMC:
		want = append(want, claim{space: none, i: op.K})
	}
	return want
}

// waitFor makes an instance wait, holding nothing, until it can have what it held and what it wants.
func (s *State) waitFor(in *instance, want []claim, why string) {
	in.held = canonical(append(in.held, in.claims...))
	in.want = canonical(append(append(in.want[:0], in.held...), want...))
	s.release(in)
	in.waits = true
	s.tellWait(in, why)
	s.touch(in)
}

// tellWait tells, once at a time, what an instance waits for.
func (s *State) tellWait(in *instance, why string) {
	if in.told != s.now {
		s.noticef(NoticeWait, in, "waits for %s", why)
	}
	in.told = s.now
}

// free says whether an instance could have all that it waits for.
func (s *State) free(in *instance) bool {
	if !s.canAll(in, s.due(in, in.want)) {
		return false
	}
	if in.apply != nil {
		return s.heldUp(in) == ""
	}
	if l := in.lacks; l != nil {
		return s.admits(s.m.On(l.target.Space), s.m.Node(l.target.Space, l.target.Index), l.dest)
	}
	return true
}

// retry lets those who wait look again, the oldest first, after something became free, and no plan is in the midst of its thoughts.
// It says whether anyone went on.
func (s *State) retry() bool {
	if !s.stirred || s.plan != nil {
		return false
	}
	s.stirred = false
	went := false
	for _, in := range slices.Clone(s.live) {
		switch {
		case in.waits && in.apply != nil:
			if s.free(in) && s.resume(in) {
				s.stirred = true // the others look again when it has thought, lest they take what came free
				return true
			}
		case in.waits:
			went = s.free(in) && s.resume(in) || went
		case in.apply != nil && in.phase == phaseBody:
			went = s.pump(in) || went
		case in.stalled && s.canAll(in, s.due(in, in.held)):
			s.wakeUp(in)
			went = true
		case (in.phase == phaseBody || in.phase == phaseDeploy) && in.pending > 0:
			went = s.admitted(in) || went
		case in.phase == phaseDeploy && in.pending == 0:
			s.wakeUp(in)
			went = true
		}
	}
	return went
}

// resume lets an instance that waited go on: with what it held before, and from the state that chose what it does.
func (s *State) resume(in *instance) bool {
	if in.woken == s.now && in.wakes >= maxWakes {
		if in.wakes == maxWakes { // what it waits for may be free by then, and nothing else happen
			s.retryAt(s.now + second/1000)
			in.wakes++
		}
		return false
	}
	if in.woken != s.now {
		in.woken, in.wakes = s.now, 0
	}
	in.wakes++
	in.waits, in.lacks = false, nil
	s.whole(in)
	if in.apply != nil {
		in.apply, in.phase = nil, phaseEnter
	}
	if in.phase == phaseEnter {
		if !s.stillCalledFor(in) {
			s.notice(NoticeWait, in, "is no longer called for")
			s.end(in, false)
			return true
		}
		again := s.p.Policies[in.policy].States[in.state].Again
		in.anew = in.anew || in.seen || again != in.state
		in.state, in.seen, in.arrow = again, false, 0
	}
	s.wakeUp(in)
	return true
}

// stillCalledFor asks the policy's guard again for an instance that waited before it did anything.
func (s *State) stillCalledFor(in *instance) bool {
	guard := s.p.Policies[in.policy].Guard
	return guard < 0 || in.serial > 0 || s.holds(in, guard)
}

// claimText names the first claim of a list that another holds, and who, if that one is stuck.
func (s *State) claimText(in *instance, want []claim) string {
	for _, k := range want {
		if s.can(in, k) {
			continue
		}
		if k.space == none {
			return s.until(s.stuckOn(k), "the number of "+s.p.Classes[k.i].Name)
		}
		return s.until(s.stuckOn(k), s.m.Name(k.space, k.i))
	}
	return "what it would change"
}

// stuckOn is a run that holds what a claim is on, alone or with others, and is stuck; nil if there is none.
func (s *State) stuckOn(k claim) *instance {
	for _, in := range s.live {
		if in.isStuck() && slices.ContainsFunc(in.claims, func(c claim) bool { return c.space == k.space && c.i == k.i }) {
			return in
		}
	}
	return nil
}
