package manager

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/tune-autonomic/tune/drivers"
	"github.com/tune-autonomic/tune/runtime/clock"
	"github.com/tune-autonomic/tune/runtime/engine"
	"github.com/tune-autonomic/tune/runtime/journal"
	"github.com/tune-autonomic/tune/runtime/model"
)

// stepper is the engine, as far as the loop knows it.
type stepper interface {
	Step(engine.Input) (*engine.Outputs, error)
}

// timedOperator is an operator's command and when it comes.
type timedOperator struct {
	at time.Duration
	engine.Operator
}

// maxStepsAtOnce is how many steps the engine may take without time going on: a plan of millions of instructions is cut
// into slices, but one that never ends is a mistake.
const maxStepsAtOnce = 1_000_000

// loop leads a run: it feeds the engine what happens, in the order of time, keeps its records, and passes on its
// commands. What happens at one time comes in the order results, frames, facts, timer, operators' commands. It runs in
// one goroutine.
type loop struct {
	engine    stepper
	model     *model.Model // the engine's
	driver    drivers.Driver
	timed     drivers.Timed // the driver, if it lives in virtual time
	post      *post
	inbox     *inbox
	ledger    *ledger
	clock     clock.Clock
	journal   journal.Journal
	lease     journal.Lease
	observer  Observer
	witness   Witness // may be nil
	limits    limits
	operators []timedOperator // by time

	now, until time.Duration
	wake       engine.Time // negative: never
	every      time.Duration
	look       time.Duration // when the observer looks next
	n          uint64
	steps      int // since time last went on
	mail       mail
	news       []drivers.Result // of it, that the engine is to know
	warned     bool
}

// limits are what samples and facts may speak of: instances by space, and the space of each probe.
type limits struct {
	sizes  []int32
	probes []int32
}

// run goes on until until, or until ctx ends; then it returns ctx's error. A run covers [0, until): what is due at until
// itself isn't done any more, and the observer sees what had become of the world by then.
func (l *loop) run(ctx context.Context) error {
	for l.now < l.until {
		if err := l.drain(ctx); err != nil {
			return err
		}
		l.show()
		if err := l.testify(l.next()); err != nil {
			return err
		}
		if err := l.pass(ctx); err != nil {
			return err
		}
	}
	l.show()
	return l.testify(Never)
}

// testify tells the witness that all that happens now has happened, and that nothing will before next.
func (l *loop) testify(next time.Duration) error {
	if l.witness == nil {
		return nil
	}
	return l.witness.Passed(l.now, next)
}

// show lets the observer look at the world, if it wants to by now.
func (l *loop) show() {
	if l.every > 0 && l.now >= l.look {
		l.observer.Moment(l.now)
		l.look += l.every
	}
}

// pass lets time go on to the next thing that happens.
func (l *loop) pass(ctx context.Context) error {
	next := l.next()
	at, err := l.clock.Until(ctx, next, l.inbox.signal)
	if l.timed != nil && at >= l.now {
		l.timed.Advance(at)
	}
	if at > l.now {
		l.now, l.steps = at, 0
	}
	if err != nil {
		return err
	}
	select {
	case <-l.lease.Lost():
		return fmt.Errorf("at %v: %w", l.now, journal.ErrNotLeader)
	default:
		return nil
	}
}

// next is when something happens that is known of already.
func (l *loop) next() time.Duration {
	next := l.until
	if l.wake >= 0 {
		next = min(next, time.Duration(l.wake))
	}
	if l.timed != nil {
		if t, ok := l.timed.Next(); ok {
			next = min(next, t)
		}
	}
	if len(l.operators) > 0 {
		next = min(next, l.operators[0].at)
	}
	if t, ok := l.ledger.next(); ok {
		next = min(next, t)
	}
	if l.every > 0 {
		next = min(next, l.look)
	}
	return max(next, l.now)
}

// drain feeds the engine all that there is at this time.
func (l *loop) drain(ctx context.Context) error {
	for {
		done, err := l.feed(ctx)
		if done || err != nil {
			return err
		}
		if err := ctx.Err(); err != nil {
			return err
		}
	}
}

// feed feeds one round; true if there was nothing.
func (l *loop) feed(ctx context.Context) (bool, error) {
	l.inbox.take(&l.mail)
	if !l.mail.empty() {
		return false, l.open(ctx)
	}
	if l.wake >= 0 && time.Duration(l.wake) <= l.now {
		l.wake = -1
		return false, l.step(ctx, engine.Input{})
	}
	if len(l.operators) > 0 && l.operators[0].at <= l.now {
		op := l.operators[0].Operator
		l.operators = l.operators[1:]
		return false, l.step(ctx, engine.Input{Command: &op})
	}
	ids := l.ledger.ask(l.now)
	for _, id := range ids {
		l.post.ask(id)
	}
	return len(ids) == 0, nil
}

// open feeds the mail.
func (l *loop) open(ctx context.Context) error {
	if rs := l.sift(); len(rs) > 0 {
		if err := l.step(ctx, engine.Input{Results: rs}); err != nil {
			return err
		}
	}
	for i := range l.mail.frames {
		f := &l.mail.frames[i]
		f.At = min(f.At, l.now)
		f.Samples = l.siftSamples(f.Samples)
		if err := l.step(ctx, engine.Input{Frame: f}); err != nil {
			return err
		}
	}
	for i := range l.mail.facts {
		f := &l.mail.facts[i]
		if !l.limits.has(f.Ref) {
			l.warn(fmt.Sprintf("the driver reported a fact about instance %d of space %d, which doesn't exist: ignored", f.Ref.Index, f.Ref.Space))
			continue
		}
		if err := l.step(ctx, engine.Input{Fact: f}); err != nil {
			return err
		}
	}
	return nil
}

// sift keeps the results and answers that somebody waits for.
func (l *loop) sift() []drivers.Result {
	rs := l.news[:0]
	for _, r := range l.mail.results {
		if r.Outcome >= drivers.Running {
			r.Outcome = drivers.Unknown // a result that claims to be none
		}
		switch l.ledger.result(r, l.now) {
		case news:
			rs = append(rs, r)
		case strange:
			l.warn(fmt.Sprintf("the driver reported command %d.%d, which had ended or never begun: ignored", r.ID.Instance, r.ID.Step))
		}
	}
	for _, r := range l.mail.answers {
		if l.ledger.result(r, l.now) == news {
			rs = append(rs, r)
		}
	}
	l.news = rs
	return rs
}

// siftSamples drops what can't have been measured.
func (l *loop) siftSamples(samples []drivers.Sample) []drivers.Sample {
	bad := func(s drivers.Sample) bool {
		if s.Probe < 0 || int(s.Probe) >= len(l.limits.probes) || math.IsInf(s.Value, 0) {
			return true
		}
		return !l.limits.has(drivers.Ref{Space: l.limits.probes[s.Probe], Index: s.Index})
	}
	if !slices.ContainsFunc(samples, bad) {
		return samples
	}
	if !l.warned {
		l.warn("the driver sent samples of things that don't exist, or that are no numbers: ignored, now and later")
		l.warned = true
	}
	return slices.DeleteFunc(samples, bad)
}

func (l limits) has(r drivers.Ref) bool {
	return r.Space >= 0 && int(r.Space) < len(l.sizes) && r.Index >= 0 && r.Index < l.sizes[r.Space]
}

func (l *loop) warn(text string) {
	l.observer.Notice(engine.Notice{Kind: engine.NoticeFailed, At: int64(l.now), Text: text})
}

// step feeds one input, and does what comes of it: records first, then notices, then commands, as what a command brings about
// in a simulated world may be told at once.
func (l *loop) step(ctx context.Context, in engine.Input) error {
	if l.steps++; l.steps > maxStepsAtOnce {
		return fmt.Errorf("at %v: the engine took %d steps and time doesn't go on; this is a mistake in tune or in a plan that hardly ends", l.now, maxStepsAtOnce)
	}
	l.n++
	in.N, in.At = l.n, int64(l.now)
	out, err := l.engine.Step(in)
	if err != nil {
		return fmt.Errorf("at %v: %w", l.now, err)
	}
	l.wake = out.Wake
	if err := l.keep(ctx, out.Records); err != nil {
		return err
	}
	for i := range out.Notices {
		l.observer.Notice(out.Notices[i])
	}
	if len(out.Commands) > 0 {
		l.ledger.sent(out.Commands, l.now)
		l.post.start(out.Commands)
	}
	if l.witness == nil {
		return nil
	}
	return l.witness.Stepped(l.now, out)
}

func (l *loop) keep(ctx context.Context, records []engine.Record) error {
	if len(records) == 0 {
		return nil
	}
	entries := make([]journal.Entry, len(records))
	for i, r := range records {
		entries[i] = journal.Entry{Subject: r.Subject, Rev: r.Rev, Data: r.Data}
	}
	err := l.journal.Append(ctx, l.lease, entries)
	if errors.Is(err, journal.ErrConflict) || errors.Is(err, journal.ErrNotLeader) {
		return fmt.Errorf("at %v: %w; another manager leads, this one stops", l.now, err)
	}
	if err != nil {
		return fmt.Errorf("at %v: journal: %w", l.now, err)
	}
	return nil
}
