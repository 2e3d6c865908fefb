package engine

import (
	"slices"

	"github.com/tune-autonomic/tune/compiler/bundle"
	"github.com/tune-autonomic/tune/runtime/vm"
)

// maxStates is how many states an instance may enter at one time before it is taken to go round for ever.
const maxStates = 10_000

// phase is what an instance is doing.
type phase uint8

const (
	// phaseEnter: about to enter its state. phaseBody: in its body. phaseThink: a plan of it wants to think, or does.
	// phaseUndo: it takes back what it did. phaseDeploy: it is a default deployment or shutdown.
	phaseEnter phase = iota
	phaseBody
	phaseThink
	phaseUndo
	phaseDeploy
	// phaseStuck: an undo failed, or a migration can't be taken back, and an operator must look. phaseEnded: it has ended.
	phaseStuck
	phaseEnded
)

// policy is a policy and where it stands for each thing of its event.
type policy struct {
	def    *bundle.Policy
	things []policyThing
}

type policyThing struct {
	running      uint64 // instance; 0 is none
	armed, until Time   // hold since, and not before
	failures     int32  // in a row
	rev          uint64 // of the journal's subject
	last         uint64 // the last instance
}

// slot is where the policy stands for the k-th thing.
func (p *policy) slot(k int32) *policyThing {
	for int(max(k, 0)) >= len(p.things) {
		p.things = append(p.things, policyThing{armed: never, until: never})
	}
	return &p.things[max(k, 0)]
}

// instance is one run of a policy about one thing, or of a default deployment.
type instance struct {
	id     uint64
	policy int32 // OnDeploy or OnShutdown for the default ones
	space  int32 // of the thing
	thing  int32
	state  int32
	phase  phase
	vals   []vm.Value // the registers that live across actions

	threads []thread
	tasks   []task
	apply   *apply
	undo    []undoItem
	next    int32  // state after an undo; none: the instance ends, failed
	step    uint32 // of the last command
	serial  int32  // of the last task
	pending int    // tasks that are not done
	found   int    // where the last result found its task
	acted   bool   // since the state was entered: it isn't entered anew
	passed  bool   // since then a loop has gone on behind a failure
	failed  bool   // some body failed

	claims []claim
	held   []claim // that it let go while it waits, and takes again before it goes on
	want   []claim // that it waits for
	waits  bool
	lacks  *budgetWait // if it waits for a budget

	deploy deployment

	// What follows isn't kept in the journal.
	queued, dirty bool
	stalled       bool // a thread could go on, but for a claim that was let go
	subject       string
	slot          int   // of a deployment
	arrow         int32 // as in Notice
	seen, anew    bool  // people were told of its state; it chooses anew, and they weren't told
	told, woken   Time
	firsts        []string // what people were told that a deployment comes after
	wakes         int
	entered       int
	enteredAt     Time
}

// threadState says what a thread is doing.
type threadState uint8

const (
	threadReady threadState = iota
	threadActs
	threadJoins
	threadDone
	threadFailed
)

// thread is a branch of a state's body; the first is the body itself.
type thread struct {
	pc     int32
	state  threadState
	parent int32 // who forked it; none once it was joined
	turn   int32 // the instance's last task when the turn began that the thread would undo by itself
}

func (t threadState) over() bool { return t == threadDone || t == threadFailed }

// wakeUp lets an instance go on when its turn comes.
func (s *State) wakeUp(in *instance) {
	if !in.queued && in.phase != phaseEnded {
		in.queued = true
		s.ready = append(s.ready, in)
	}
	s.touch(in)
}

// touch notes that an instance's record must be written.
func (s *State) touch(in *instance) {
	if !in.dirty {
		in.dirty = true
		s.touched = append(s.touched, in)
	}
}

// advance lets an instance go on as far as it can.
func (s *State) advance(in *instance) {
	if in.enteredAt != s.now {
		in.enteredAt, in.entered = s.now, 0
	}
	for !in.waits {
		before, state, threads := in.phase, in.state, in.entered
		switch in.phase {
		case phaseEnter:
			s.enter(in)
		case phaseBody:
			s.body(in)
		case phaseThink:
			s.wantThink(in)
			return
		case phaseUndo:
			s.undoNext(in)
		case phaseDeploy:
			s.deployNext(in)
		default:
			return
		}
		if in.phase == before && in.state == state && in.entered == threads {
			return
		}
	}
}

// enter claims what the instance's state may write, and begins its body.
func (s *State) enter(in *instance) {
	if in.entered++; in.entered > maxStates {
		s.noticef(NoticeFailed, in, "entered %d states at one time: it goes round without acting; give its cycle a way out", maxStates)
		s.end(in, true)
		return
	}
	st := &s.p.Policies[in.policy].States[in.state]
	in.acted, in.passed = false, false
	if st.Claims >= 0 {
		if s.load(in) != nil {
			s.end(in, true)
			return
		}
		want, ok := s.wants(in, st.Claims)
		want = canonical(append(want, in.held...))
		if !ok {
			s.notice(NoticeFailed, in, "what the state would change takes too long to find out")
			s.fail(in)
			return
		}
		if !s.take(in, s.due(in, want)) {
			s.waitFor(in, want, s.claimText(in, want))
			return
		}
		in.held = in.held[:0]
	}
	s.tellState(in)
	in.threads = append(in.threads[:0], thread{pc: st.Body, parent: none})
	in.phase = phaseBody
}

// tellState tells which state an instance has entered. One without a name is the compiler's own.
func (s *State) tellState(in *instance) {
	if s.stateName(in) == "" {
		return
	}
	s.notice(NoticeState, in, "")
	told := &s.out.Notices[len(s.out.Notices)-1]
	told.Anew, told.Arrow = in.anew, in.arrow
	in.seen, in.anew = true, false
}

// body runs the threads of a state's body until all wait or have ended; then the state's transitions decide.
func (s *State) body(in *instance) {
	in.stalled = false
	for again := true; again; {
		again = false
		in.rejoin()
		for t := 0; t < len(in.threads); t++ {
			if in.threads[t].state == threadReady {
				if !s.whole(in) {
					in.stalled = true
					s.tellWait(in, s.claimText(in, in.held))
					s.rest(in)
					return
				}
				if s.thinksAgain(in, t) {
					in.phase = phaseThink
					return
				}
				s.runThread(in, t)
				again = true
			}
			if in.phase != phaseBody || in.waits {
				return
			}
		}
	}
	for _, t := range in.threads {
		if !t.state.over() {
			s.rest(in)
			return
		}
	}
	s.decide(in)
}

// rest lets go of claims if something in the instance waits: nothing waits while it holds a claim.
func (s *State) rest(in *instance) {
	if in.stalled || in.rests() {
		s.loosen(in)
	}
}

// rejoin lets the threads that wait for their branches go on if all have ended: inner ones first, which stand behind those
// that they branched off from, as one that fails may be the last that another waits for.
func (in *instance) rejoin() {
	for t := len(in.threads) - 1; t >= 0; t-- {
		if in.threads[t].state != threadJoins {
			continue
		}
		if over, failed := in.branches(t); over {
			in.threads[t].state = threadReady
			if failed {
				in.threads[t].state = threadFailed
			}
			in.joined(t)
		}
	}
}

// branches says whether all branches of thread t have ended, and whether one has failed.
func (in *instance) branches(t int) (over, failed bool) {
	for _, b := range in.threads {
		if int(b.parent) != t {
			continue
		}
		if !b.state.over() {
			return false, false
		}
		failed = failed || b.state == threadFailed
	}
	return true, failed
}

func (in *instance) joined(t int) {
	for b := range in.threads {
		if int(in.threads[b].parent) == t {
			in.threads[b] = thread{state: threadDone, parent: none}
		}
	}
}

// runThread runs a thread until it acts, waits, or ends.
func (s *State) runThread(in *instance, t int) {
	if s.load(in) != nil {
		in.threads[t].state = threadFailed
		return
	}
	s.run(in, t, &s.frame, in.threads[t].pc)
}

func (s *State) run(in *instance, t int, f *vm.Frame, pc int32) {
	for on := true; on; {
		var stop vm.Stop
		stop, _ = s.vm.Run(f, pc, codeFuel)
		pc, on = s.follow(in, t, f, stop)
	}
}

// follow does what a thread stopped for. It says where to go on, if it can at once.
func (s *State) follow(in *instance, t int, f *vm.Frame, stop vm.Stop) (pc int32, on bool) {
	pc = stop.PC
	in.threads[t].pc = pc
	switch stop.Kind {
	case vm.StopAct:
		ok, pending := s.act(in, int32(t), f, stop)
		if pending {
			in.threads[t].state = threadActs
			s.save(in, f)
			return pc, false
		}
		if ok {
			return pc, true
		}
		if pc = s.p.Actions[stop.K].OnFail; pc >= 0 {
			in.passed = true
			return pc, true
		}
		s.stopThread(in, t, f, true)
	case vm.StopFork:
		in.threads = append(in.threads, thread{pc: stop.K, parent: int32(t)})
		return pc, true
	case vm.StopJoin:
		in.threads[t].state = threadJoins
		s.save(in, f)
	case vm.StopApply:
		in.threads[t].state = threadActs
		s.save(in, f)
		s.carryOut(in, int32(t), stop.K != 0)
	case vm.StopEnd, vm.StopRet:
		s.stopThread(in, t, f, stop.Kind == vm.StopEnd && stop.K != 0)
	default:
		s.notice(NoticeFailed, in, "its code takes too long")
		s.stopThread(in, t, f, true)
	}
	return pc, false
}

func (s *State) stopThread(in *instance, t int, f *vm.Frame, failed bool) {
	in.threads[t].state = threadDone
	if failed {
		in.threads[t].state = threadFailed
	}
	s.save(in, f)
}

// decide follows the transition of a state whose body has ended. What its loops have passed over is a failure if an arrow
// says where that leads.
func (s *State) decide(in *instance) {
	st := &s.p.Policies[in.policy].States[in.state]
	failed := slices.ContainsFunc(in.threads, func(t thread) bool { return t.state == threadFailed }) || in.passed && st.Fail >= 0
	pc := st.Next
	if failed {
		in.failed, pc = true, st.Fail
	}
	if st.Final && !failed {
		s.end(in, in.failed)
		return
	}
	if st.Final || pc < 0 || s.load(in) != nil {
		s.giveUp(in, failed)
		return
	}
	stop, _ := s.vm.Run(&s.frame, pc, codeFuel)
	if stop.Kind != vm.StopGoto {
		s.giveUp(in, failed)
		return
	}
	s.save(in, &s.frame)
	in.arrow = stop.PC
	s.enterAfter(in, stop.K, stop.A != 0)
}

// enterAfter goes to a state, after an undo if that is asked for.
func (s *State) enterAfter(in *instance, state int32, undo bool) {
	if undo && len(in.undo) > 0 {
		in.next = state
		s.beginUndo(in)
		return
	}
	in.state, in.phase, in.seen = state, phaseEnter, false
}

// giveUp ends an instance for which no transition is open: after a failure, it undoes what it did.
func (s *State) giveUp(in *instance, failed bool) {
	if !failed {
		s.end(in, in.failed)
		return
	}
	s.fail(in)
}

// fail undoes what the instance did, and ends it, failed.
func (s *State) fail(in *instance) {
	in.failed = true
	in.next = none
	s.beginUndo(in)
}

// end ends an instance.
func (s *State) end(in *instance, failed bool) {
	text := "done"
	if failed {
		text = "failed"
	}
	in.failed = failed
	s.notice(NoticeEnd, in, text)
	s.release(in)
	in.phase, in.waits, in.apply = phaseEnded, false, nil
	delete(s.instances, in.id)
	if k, ok := slices.BinarySearchFunc(s.live, in.id, byID); ok {
		s.live = slices.Delete(s.live, k, k+1)
	}
	s.stirred = true
	s.touch(in)
	if in.policy >= 0 {
		s.rearm(in.policy, in.thing, failed)
	}
}

func byID(in *instance, id uint64) int {
	switch {
	case in.id < id:
		return -1
	case in.id > id:
		return 1
	}
	return 0
}
