package engine

import (
	"fmt"
	"slices"

	"github.com/tune-autonomic/tune/compiler/bundle"
	"github.com/tune-autonomic/tune/runtime/model"
	"github.com/tune-autonomic/tune/runtime/vm"
)

const (
	second Time = 1e9
	never  Time = -1 << 62
	none        = model.None

	// usualSlice is how much a plan may think in one Step if nothing else is said, and usualPlan how much in all: some
	// seconds; codeFuel is how much any other code may
	// run at once.
	usualSlice = 200_000
	usualPlan  = 500_000_000
	codeFuel   = 2_000_000
)

// Options are what is known when an engine is made.
type Options struct {
	// Epoch is the leader's; every command carries it.
	Epoch uint64
	// Sizes overrides how many instances a class has; Requires hold besides the program's. Both are a scenario's.
	Sizes    map[int32]int
	Requires []bundle.Require
	// Unkept says that nobody takes up what runs here when this process has ended: then no records are written.
	Unkept bool
	// Slice is how much a plan may think in one step, about one for each instruction and element; 0 for 200,000.
	Slice int
	// Plan is how much a plan may think in all before it fails; 0 for 500,000,000.
	Plan int
}

// State is the engine's whole state. It is for one goroutine at a time.
type State struct {
	p  *bundle.Program
	m  *model.Model
	vm *vm.Machine

	epoch uint64
	now   Time
	out   Outputs
	data  []byte // of the records of this step
	// unkept: there are none.
	unkept bool

	retries  Time // when those who wait look again
	timers   timers
	events   []event
	policies []policy
	watches  [][]watch // by metric column
	marks    []mark    // conditions to look at again
	emitted  []emission
	fed      int // emissions of policies at time fedAt
	fedAt    Time
	seen     uint64 // the model's changes that structural events have seen

	instances map[uint64]*instance
	live      []*instance // by id
	deploys   []deploySlot
	lastID    uint64      // never falls, not even when another process takes over
	ready     []*instance // that can go on
	touched   []*instance // whose record must be written

	claims  claims
	budgets []budget
	things  things
	moving  int  // migrations under way
	stirred bool // a claim, a token or room became free: whoever waits may look again

	plan      *instance // that thinks, in slices
	thinkPC   int32
	queue     []*instance      // that want to think
	sliceFuel int              // of a step
	planFuel  int              // of a plan
	left      int              // of it, for the plan that thinks
	fuel      int              // left for plans in this step
	frame     vm.Frame         // of the thread that runs
	think     vm.Frame         // of the plan that thinks
	spare     vm.Frame         // of guards
	asking    []waiter         // threads that wait for a condition
	plans     [][]bool         // by policy and state: whether its body thinks
	fences    [][]bool         // and whether it fences
	powers    []*power         // hosts that are being switched on
	requires  []bundle.Require // the program's and the scenario's
	wishes    wishes
	drains    drains
	shuts     shuts
	readies   []bundle.Require // those of them that want a number to be ready
}

// New makes the engine of a verified program. Nothing runs yet but the hosts; an operator's "deploy" starts the rest.
func New(p *bundle.Program, o Options) (*State, error) {
	m, err := model.New(p, model.Options{Sizes: o.Sizes, Requires: o.Requires})
	if err != nil {
		return nil, fmt.Errorf("engine: %w", err)
	}
	s := &State{
		p: p, m: m, vm: vm.New(p, m.World()), epoch: o.Epoch, unkept: o.Unkept, sliceFuel: o.Slice, planFuel: o.Plan,
		instances: map[uint64]*instance{}, requires: slices.Concat(p.Requires, o.Requires),
	}
	if s.sliceFuel <= 0 {
		s.sliceFuel = usualSlice
	}
	if s.planFuel <= 0 {
		s.planFuel = usualPlan
	}
	s.readies = readyRules(s.requires)
	s.wishes = newWishes(p)
	s.shuts = newShuts(p)
	s.claims = newClaims(m, p)
	s.things = newThings(m, p)
	s.makeBudgets()
	s.makePolicies()
	s.makeEvents()
	s.setTicks()
	s.seen = m.Changes()
	return s, nil
}

// Model is the running system as the engine knows it. Whoever drives the engine may look at it between steps.
func (s *State) Model() *model.Model { return s.m }

// Now is the time of the last step.
func (s *State) Now() Time { return s.now }

// Step takes in what happened and says what is to be done about it. It changes s in place. An error means that the input
// broke the contract, and then nothing has changed. The same inputs give the same outputs.
func (s *State) Step(in Input) (*Outputs, error) {
	if err := s.check(in); err != nil {
		return nil, err
	}
	s.begin(in.At)
	s.passed(s.now - 1)
	switch {
	case in.Frame != nil:
		s.takeFrame(in.Frame)
	case in.Results != nil:
		s.takeResults(in.Results)
	case in.Fact != nil:
		s.takeFact(*in.Fact)
	case in.Command != nil:
		s.obey(in.Command)
	default:
		// Of what happens at one time, timers come last but for operators: whoever drives the engine keeps that order.
		s.passed(s.now)
	}
	s.settle()
	return s.finish(), nil
}

// passed lets happen what time does by itself up to t: samples become stale, and then timers ring.
func (s *State) passed(t Time) {
	s.m.Expire(t, s.lost)
	if next, ok := s.timers.next(); ok && next <= t {
		s.look()
		s.ring(t)
	}
}

func (s *State) check(in Input) error {
	if in.At < s.now {
		return fmt.Errorf("engine: input %d is at %d ns, before %d ns, where the engine is: time must not go back", in.N, in.At, s.now)
	}
	n := 0
	for _, set := range []bool{in.Frame != nil, in.Results != nil, in.Fact != nil, in.Command != nil} {
		if set {
			n++
		}
	}
	if n > 1 {
		return fmt.Errorf("engine: input %d holds %d things; give them one by one", in.N, n)
	}
	return nil
}

func (s *State) begin(at Time) {
	s.now = at
	s.out.Records, s.out.Commands, s.out.Notices = s.out.Records[:0], s.out.Commands[:0], s.out.Notices[:0]
	s.out.Declined, s.data = s.out.Declined[:0], s.data[:0]
	s.fuel = s.sliceFuel
}

// settle goes on until nothing more can happen at this time.
func (s *State) settle() {
	for {
		switch {
		case len(s.ready) > 0:
			in := s.ready[0]
			s.ready = s.ready[1:]
			in.queued = false
			s.advance(in)
		case len(s.emitted) > 0:
			e := s.emitted[0]
			s.emitted = s.emitted[1:]
			s.arrive(e)
		case s.look():
		case s.thinkOn():
		case s.retry():
		default:
			s.ready, s.emitted = s.ready[:0], s.emitted[:0]
			return
		}
	}
}

func (s *State) finish() *Outputs {
	s.writeRecords()
	s.out.Wake = s.wake()
	return &s.out
}

func (s *State) wake() Time {
	if s.plan != nil {
		return s.now
	}
	next, ok := s.timers.next()
	if stale, some := s.m.NextStale(); some && len(s.events) > 0 && (!ok || stale < next) {
		next, ok = stale, true
	}
	if !ok {
		return -1
	}
	return max(next, s.now)
}

// notice tells people something about an instance; nil if it is about none.
func (s *State) notice(k NoticeKind, in *instance, text string) {
	n := Notice{Kind: k, At: s.now, Text: text}
	if in != nil {
		n.Instance, n.Policy, n.State, n.Thing = in.id, s.policyName(in), s.stateName(in), s.thingName(in)
	}
	s.out.Notices = append(s.out.Notices, n)
}

func (s *State) noticef(k NoticeKind, in *instance, format string, args ...any) {
	s.notice(k, in, fmt.Sprintf(format, args...))
}

func (s *State) policyName(in *instance) string {
	switch {
	case in.policy >= 0:
		return s.p.Policies[in.policy].Name
	case in.policy == bundle.OnShutdown:
		return DefaultShutdown
	}
	return DefaultDeploy
}

func (s *State) stateName(in *instance) string {
	if in.policy < 0 || in.state < 0 {
		return ""
	}
	return s.p.Policies[in.policy].States[in.state].Name
}

func (s *State) thingName(in *instance) string {
	if in.thing < 0 {
		return ""
	}
	return s.m.Name(in.space, in.thing)
}
