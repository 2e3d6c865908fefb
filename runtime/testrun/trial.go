package testrun

import (
	"cmp"
	"errors"
	"slices"
	"time"

	"github.com/tune-autonomic/tune/compiler/bundle"
	"github.com/tune-autonomic/tune/drivers/sim"
	"github.com/tune-autonomic/tune/runtime/engine"
	"github.com/tune-autonomic/tune/runtime/manager"
	"github.com/tune-autonomic/tune/runtime/model"
	"github.com/tune-autonomic/tune/runtime/vm"
)

// around is how much of the timeline is shown before and behind a failure.
const around = 30 * time.Second

// codeFuel is how much a condition may run at once.
const codeFuel = 20_000_000

// errTooLong is the end of a run one of whose conditions takes too long.
var errTooLong = errors.New("an expectation takes too long to evaluate; ask less at once")

// trial is one run of one test: it counts what happens, and judges.
type trial struct {
	suite *bundle.Suite
	test  *bundle.Case
	seed  uint64

	facts   facts
	model   *model.Model
	machine *vm.Machine
	frame   vm.Frame

	verdicts []verdict // by expectation
	looked   time.Duration
	story    story
	seen     seen
	failures []Failure
	failed   error // of what was judged at a mark
}

// verdict is where an expectation stands.
type verdict struct {
	decided bool
	known   bool // its condition was true or false at some time
}

func newTrial(s *bundle.Suite, c *bundle.Case, seed uint64) *trial {
	return &trial{
		suite: s, test: c, seed: seed, looked: -1,
		facts: newFacts(s.Program, c), verdicts: make([]verdict, len(c.Expects)), seen: newSeen(s),
		story: story{deploys: deploysOf(s.Program), faults: faultsOf(s.Program, &c.World)},
	}
}

// Begin, Notice and Moment make a trial an observer.
func (t *trial) Begin(manager.Stage) time.Duration { return 0 }

func (t *trial) Notice(n engine.Notice) {
	t.facts.notice(n)
	t.seen.notice(n)
	t.story.add(n)
}

func (t *trial) Moment(time.Duration) {}

// Open, Stepped, Marks, Marked and Passed make a trial a witness.
func (t *trial) Open(st manager.Stage, m *model.Model) error {
	t.model, t.machine = m, vm.New(t.suite.Program, m.World())
	t.facts.world, t.facts.model = st.World, m
	return nil
}

func (t *trial) Stepped(now time.Duration, out *engine.Outputs) error {
	t.seen.declined(out.Declined)
	return t.look(now)
}

// Marks are the times that expectations name: what a run amounts to grows while nothing happens.
func (t *trial) Marks() []time.Duration {
	var marks []time.Duration
	for i := range t.test.Expects {
		if e := &t.test.Expects[i]; isTimed(e) {
			marks = append(marks, time.Duration(e.At))
		}
	}
	slices.Sort(marks)
	return slices.Compact(marks)
}

// Marked judges what is due while nothing happens: but for what the run amounts to, all is as it was.
func (t *trial) Marked(at time.Duration, m sim.Metrics) {
	t.facts.marked = &m
	t.failed = cmp.Or(t.failed, t.judgeDue(at))
	t.facts.marked = nil
}

// Passed judges what is due now. What goes on by itself, such as requests that are lost, is looked at here, too.
func (t *trial) Passed(now, next time.Duration) error {
	end := next == manager.Never
	if t.failed != nil {
		return t.failed
	}
	if t.looked != now || end {
		if err := t.look(now); err != nil {
			return err
		}
	}
	if next > now {
		if err := t.judgeDue(now); err != nil {
			return err
		}
	}
	for i := range t.test.Expects {
		if e, v := &t.test.Expects[i], &t.verdicts[i]; end && !v.decided && !v.known && !isTimed(e) {
			t.fail(i, now, "it was unknown all the time")
		}
	}
	return nil
}

// judgeDue judges what is expected at a time that has come, or within the time up to it.
func (t *trial) judgeDue(now time.Duration) error {
	for i := range t.test.Expects {
		e := &t.test.Expects[i]
		if t.verdicts[i].decided || !isTimed(e) || time.Duration(e.At) > now {
			continue
		}
		if err := t.judge(i, now); err != nil {
			return err
		}
	}
	return nil
}

func isTimed(e *bundle.Expect) bool {
	return e.Mode == bundle.ExpectAt || e.Mode == bundle.ExpectEventually
}

func (t *trial) judge(i int, now time.Duration) error {
	is, err := t.holds(&t.test.Expects[i])
	switch {
	case err != nil:
		return err
	case is == vm.True:
		t.verdicts[i].decided = true
	case t.test.Expects[i].Mode == bundle.ExpectEventually:
		t.fail(i, now, "it was not true by then")
	case is == vm.Unknown:
		t.fail(i, now, "it is unknown then")
	default:
		t.fail(i, now, "it is not true then")
	}
	return nil
}

// look judges the conditions that hold, or mustn't hold, at any time.
func (t *trial) look(now time.Duration) error {
	t.looked = now
	for i := range t.test.Expects {
		e, v := &t.test.Expects[i], &t.verdicts[i]
		if v.decided || e.Mode == bundle.ExpectAt {
			continue
		}
		is, err := t.holds(e)
		if err != nil {
			return err
		}
		v.known = v.known || is != vm.Unknown
		switch {
		case e.Mode == bundle.ExpectEventually && is == vm.True:
			v.decided = true
		case e.Mode == bundle.ExpectAlways && is == vm.False:
			t.fail(i, now, "it is not true any more")
		case e.Mode == bundle.ExpectNever && is == vm.True:
			t.fail(i, now, "it is true")
		}
	}
	return nil
}

func (t *trial) holds(e *bundle.Expect) (vm.Bool, error) {
	t.model.Settle()
	t.facts.fill(&t.frame)
	return t.run(e.PC)
}

// run is what code at pc returns; sets hold until the next run.
func (t *trial) run(pc int32) (uint64, error) {
	t.machine.ResetArena()
	stop, _ := t.machine.Run(&t.frame, pc, codeFuel)
	if stop.Kind != vm.StopRet {
		return 0, errTooLong
	}
	return t.frame.R[stop.A], nil
}

// fail decides against an expectation, and notes what its parts are now.
func (t *trial) fail(i int, now time.Duration, why string) {
	e := &t.test.Expects[i]
	t.verdicts[i].decided = true
	t.model.Settle()
	t.facts.fill(&t.frame)
	f := Failure{Expected: place(t.suite.Program, e.Pos), Seed: t.seed, Time: Span(now), Why: why, index: i}
	for _, part := range e.Parts {
		name := place(t.suite.Program, part.Pos).Words
		if part.Which {
			name = "  which"
		}
		if v := (Value{name, t.show(part)}); part.Which || !slices.Contains(f.Values, v) {
			f.Values = append(f.Values, v)
		}
	}
	t.failures = append(t.failures, f)
}

// told are the failures with what happened around them.
func (t *trial) told() []Failure {
	for i := range t.failures {
		f := &t.failures[i]
		f.Timeline = t.story.around(f.Time, Span(around))
	}
	return t.failures
}
