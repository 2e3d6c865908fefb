package manager

import (
	"context"
	"errors"
	"fmt"
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/tune-autonomic/tune/drivers"
	"github.com/tune-autonomic/tune/runtime/clock"
	"github.com/tune-autonomic/tune/runtime/engine"
	"github.com/tune-autonomic/tune/runtime/journal"
)

// scripted is an engine that writes down what it is fed, and answers what a test says.
type scripted struct {
	fed    []string
	answer func(engine.Input) engine.Outputs
}

func (s *scripted) Step(in engine.Input) (*engine.Outputs, error) {
	what := "timer"
	switch {
	case in.Results != nil:
		what = "results"
		for _, r := range in.Results {
			what += fmt.Sprintf(" %d.%d %v", r.ID.Instance, r.ID.Step, r.Outcome)
		}
	case in.Frame != nil:
		what = fmt.Sprintf("frame of %d", len(in.Frame.Samples))
	case in.Fact != nil:
		what = "fact"
	case in.Command != nil:
		what = in.Command.Verb
	}
	s.fed = append(s.fed, fmt.Sprintf("%v %s", time.Duration(in.At), what))
	out := engine.Outputs{Wake: -1}
	if s.answer != nil {
		out = s.answer(in)
	}
	return &out, nil
}

// puppet is a driver in virtual time that does what a test says.
type puppet struct {
	sink  drivers.Sink
	at    map[time.Duration]func(drivers.Sink)
	order []time.Duration
	start func(drivers.Sink, []drivers.Command)
	query func(drivers.CommandID) drivers.Result
	asked []drivers.CommandID
	now   time.Duration
}

func (p *puppet) Capabilities() drivers.Capabilities { return drivers.Capabilities{} }
func (p *puppet) Open(_ context.Context, _ drivers.Site, s drivers.Sink) error {
	p.sink = s
	return nil
}
func (p *puppet) Close() error { return nil }

func (p *puppet) Start(batch []drivers.Command) {
	if p.start != nil {
		p.start(p.sink, batch)
	}
}

func (p *puppet) Query(id drivers.CommandID) drivers.Result {
	p.asked = append(p.asked, id)
	return p.query(id)
}

func (p *puppet) Next() (time.Duration, bool) {
	if len(p.order) == 0 {
		return 0, false
	}
	return p.order[0], true
}

func (p *puppet) Advance(t time.Duration) {
	if t < p.now {
		panic("time goes back")
	}
	p.now = t
	for len(p.order) > 0 && p.order[0] <= t {
		do := p.at[p.order[0]]
		p.order = p.order[1:]
		do(p.sink)
	}
}

// on adds what happens at a time; times must be added in order.
func (p *puppet) on(t time.Duration, do func(drivers.Sink)) {
	if p.at == nil {
		p.at = map[time.Duration]func(drivers.Sink){}
	}
	p.at[t] = do
	p.order = append(p.order, t)
}

// ears is an observer that remembers.
type ears struct {
	notices []string
	moments []time.Duration
	every   time.Duration
}

func (e *ears) Begin(Stage) time.Duration     { return e.every }
func (e *ears) Notice(n engine.Notice)        { e.notices = append(e.notices, n.Text) }
func (e *ears) Moment(now time.Duration)      { e.moments = append(e.moments, now) }
func id(i uint64, s uint32) drivers.CommandID { return drivers.CommandID{Instance: i, Step: s} }

// newTestLoop is a loop over one space of four things with one probe, until a minute.
func newTestLoop(t *testing.T, e stepper, d drivers.Driver) (*loop, *ears) {
	t.Helper()
	j := journal.NewMemory()
	lease, err := j.Lease(context.Background(), "test", time.Minute)
	require.NoError(t, err)
	in := newInbox()
	require.NoError(t, d.Open(context.Background(), drivers.Site{}, in))
	o := &ears{}
	l := &loop{
		engine: e, driver: d, inbox: in, ledger: newLedger(), journal: j, lease: lease, wake: -1, observer: o,
		clock: clock.Virtual{}, until: time.Minute, limits: limits{sizes: []int32{4}, probes: []int32{0}},
	}
	l.timed, _ = d.(drivers.Timed)
	l.post = newPost(d, in)
	return l, o
}

func sample(i int32, v float64) drivers.Frame {
	return drivers.Frame{Samples: []drivers.Sample{{Probe: 0, Index: i, Value: v}}}
}

func TestWhatHappensAtOneTimeComesInOneOrder(t *testing.T) {
	d := &puppet{}
	d.start = func(s drivers.Sink, batch []drivers.Command) {}
	d.on(10*time.Second, func(s drivers.Sink) {
		s.Fact(drivers.Fact{Ref: drivers.Ref{Index: 1}})
		s.Frame(sample(0, 1))
		s.Frame(sample(1, 1))
		s.Results([]drivers.Result{{ID: id(1, 1)}})
	})
	e := &scripted{answer: func(in engine.Input) engine.Outputs {
		out := engine.Outputs{Wake: int64(10 * time.Second)}
		if in.At == int64(10*time.Second) && in.Results == nil && in.Frame == nil && in.Fact == nil {
			out.Wake = -1
		}
		if in.Command != nil && in.At == 0 {
			out.Commands = []drivers.Command{{ID: id(1, 1)}}
		}
		return out
	}}
	l, _ := newTestLoop(t, e, d)
	l.operators = []timedOperator{{0, engine.Operator{Verb: "deploy"}}, {10 * time.Second, engine.Operator{Verb: "emit"}}}
	require.NoError(t, l.run(context.Background()))
	require.Equal(t, []string{
		"0s deploy", "10s results 1.1 0", "10s frame of 1", "10s frame of 1", "10s fact", "10s timer", "10s emit",
	}, e.fed)
	require.Equal(t, time.Minute, l.now)
}

func TestALyingDriverIsNoticedAndDoesNoHarm(t *testing.T) {
	d := &puppet{}
	d.start = func(s drivers.Sink, batch []drivers.Command) {
		s.Results([]drivers.Result{{ID: batch[0].ID}, {ID: batch[0].ID, Outcome: drivers.Failed}})
	}
	d.on(time.Second, func(s drivers.Sink) {
		s.Results([]drivers.Result{{ID: id(9, 9)}})
		s.Frame(drivers.Frame{At: time.Hour, Samples: []drivers.Sample{
			{Probe: 7}, {Probe: -1}, {Index: 99}, {Index: -1}, {Value: math.Inf(1)}, {Index: 3, Value: 0.5},
		}})
		s.Fact(drivers.Fact{Ref: drivers.Ref{Space: 5}})
		s.Fact(drivers.Fact{Ref: drivers.NoRef})
	})
	first := true
	e := &scripted{answer: func(in engine.Input) engine.Outputs {
		out := engine.Outputs{Wake: -1}
		if in.Frame != nil {
			require.LessOrEqual(t, in.Frame.At, time.Duration(in.At), "a frame isn't from the future")
		}
		if first {
			first = false
			out.Commands = []drivers.Command{{ID: id(1, 1)}}
		}
		return out
	}}
	l, o := newTestLoop(t, e, d)
	l.operators = []timedOperator{{0, engine.Operator{Verb: "deploy"}}}
	require.NoError(t, l.run(context.Background()))
	require.Equal(t, []string{"0s deploy", "0s results 1.1 0", "1s frame of 1"}, e.fed, "what was reported twice, or for nothing, isn't passed on")
	require.Len(t, o.notices, 5, "%v", o.notices)
}

func TestADriverThatForgetsIsAsked(t *testing.T) {
	d := &puppet{start: func(drivers.Sink, []drivers.Command) {}}
	answers := []drivers.Outcome{drivers.Running, drivers.Unknown, drivers.Unknown, drivers.Done}
	d.query = func(drivers.CommandID) drivers.Result {
		o := answers[0]
		answers = answers[1:]
		return drivers.Result{Outcome: o}
	}
	first := true
	e := &scripted{answer: func(in engine.Input) engine.Outputs {
		out := engine.Outputs{Wake: -1}
		if first {
			first = false
			out.Commands = []drivers.Command{{ID: id(1, 1), Timeout: 5 * time.Second}}
		}
		return out
	}}
	l, _ := newTestLoop(t, e, d)
	l.operators = []timedOperator{{0, engine.Operator{Verb: "deploy"}}}
	require.NoError(t, l.run(context.Background()))
	require.Equal(t, []string{"0s deploy", "16s results 1.1 2", "22s results 1.1 0"}, e.fed,
		"asked when its time and the grace are over, told once that the outcome is unknown, and asked on until it is known")
	require.Len(t, d.asked, 4)
	require.Empty(t, l.ledger.open)
}

func TestAnUnknownResultIsFollowedUp(t *testing.T) {
	d := &puppet{query: func(id drivers.CommandID) drivers.Result { return drivers.Result{Outcome: drivers.Failed} }}
	d.start = func(s drivers.Sink, b []drivers.Command) {
		s.Results([]drivers.Result{{ID: b[0].ID, Outcome: drivers.Unknown}})
	}
	first := true
	e := &scripted{answer: func(in engine.Input) engine.Outputs {
		out := engine.Outputs{Wake: -1}
		if first {
			first = false
			out.Commands = []drivers.Command{{ID: id(1, 1)}}
		}
		return out
	}}
	l, _ := newTestLoop(t, e, d)
	l.operators = []timedOperator{{0, engine.Operator{Verb: "deploy"}}}
	require.NoError(t, l.run(context.Background()))
	require.Equal(t, []string{"0s deploy", "0s results 1.1 2", "1s results 1.1 1"}, e.fed)
}

// stone is a driver outside of virtual time that hangs in everything.
type stone struct{ hang chan struct{} }

func (s *stone) Capabilities() drivers.Capabilities                     { return drivers.Capabilities{} }
func (s *stone) Open(context.Context, drivers.Site, drivers.Sink) error { return nil }
func (s *stone) Start([]drivers.Command)                                { <-s.hang }
func (s *stone) Query(id drivers.CommandID) drivers.Result              { <-s.hang; return drivers.Result{ID: id} }
func (s *stone) Close() error                                           { return nil }

func TestADriverThatHangsHoldsUpNobody(t *testing.T) {
	d := &stone{make(chan struct{})}
	defer close(d.hang)
	e := &scripted{answer: func(in engine.Input) engine.Outputs {
		out := engine.Outputs{Wake: in.At + int64(time.Second)}
		if len(out.Commands) == 0 && in.Command != nil {
			out.Commands = []drivers.Command{{ID: id(1, 1), Timeout: time.Second}, {ID: id(1, 2), Timeout: time.Second}}
		}
		return out
	}}
	l, _ := newTestLoop(t, e, d)
	l.clock = clock.NewWall(600)
	l.operators = []timedOperator{{0, engine.Operator{Verb: "deploy"}}}
	start := time.Now()
	require.NoError(t, l.run(context.Background()))
	require.Less(t, time.Since(start), 5*time.Second)
	require.Len(t, e.fed, 60, "the engine's timers went on")
	require.NoError(t, l.post.close())
}

func TestAnEngineThatMakesNoHeadwayIsStopped(t *testing.T) {
	e := &scripted{answer: func(in engine.Input) engine.Outputs { return engine.Outputs{Wake: in.At} }}
	l, _ := newTestLoop(t, e, &puppet{})
	l.wake = 0
	l.steps = maxStepsAtOnce - 10
	require.ErrorContains(t, l.run(context.Background()), "time doesn't go on")
}

func TestRecordsAreKeptBeforeCommandsAreSent(t *testing.T) {
	var l *loop
	d := &puppet{}
	sent := 0
	d.start = func(s drivers.Sink, b []drivers.Command) {
		sent++
		kept := 0
		require.NoError(t, l.journal.Load(context.Background(), func(journal.Entry) error { kept++; return nil }))
		require.Equal(t, sent, kept)
	}
	n := 0
	e := &scripted{answer: func(in engine.Input) engine.Outputs {
		n++
		return engine.Outputs{
			Wake:     -1,
			Records:  []engine.Record{{Subject: fmt.Sprintf("instance.%d", n), Rev: 1, Data: []byte("state")}},
			Commands: []drivers.Command{{ID: id(uint64(n), 1), Timeout: time.Hour}},
		}
	}}
	l, _ = newTestLoop(t, e, d)
	l.operators = []timedOperator{{0, engine.Operator{Verb: "a"}}, {time.Second, engine.Operator{Verb: "b"}}}
	require.NoError(t, l.run(context.Background()))
	require.Equal(t, 2, sent)
}

func TestWhoeverLostTheLeadSendsNothing(t *testing.T) {
	d := &puppet{start: func(drivers.Sink, []drivers.Command) { t.Error("a command was sent") }}
	e := &scripted{answer: func(in engine.Input) engine.Outputs {
		return engine.Outputs{
			Wake:     -1,
			Records:  []engine.Record{{Subject: "instance.1", Rev: 7, Data: []byte("state")}},
			Commands: []drivers.Command{{ID: id(1, 1)}},
		}
	}}
	l, _ := newTestLoop(t, e, d)
	l.operators = []timedOperator{{0, engine.Operator{Verb: "deploy"}}}
	err := l.run(context.Background())
	require.ErrorIs(t, err, journal.ErrConflict)
	require.ErrorContains(t, err, "this one stops")
}

func TestTheObserverLooksAtEqualSteps(t *testing.T) {
	l, o := newTestLoop(t, &scripted{}, &puppet{})
	l.every = 25 * time.Second
	require.NoError(t, l.run(context.Background()))
	require.Equal(t, []time.Duration{0, 25 * time.Second, 50 * time.Second}, o.moments)
}

func TestTheContextEndsARun(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	d := &puppet{}
	d.on(time.Second, func(drivers.Sink) { cancel() })
	l, _ := newTestLoop(t, &scripted{}, d)
	require.True(t, errors.Is(l.run(ctx), context.Canceled))
	require.Less(t, l.now, time.Minute)
}

func TestAFloodOfFramesLosesTheOldest(t *testing.T) {
	in := newInbox()
	for i := range maxFrames + 10 {
		in.Frame(drivers.Frame{At: time.Duration(i)})
	}
	var m mail
	in.take(&m)
	require.Len(t, m.frames, maxFrames)
	require.Equal(t, time.Duration(10), m.frames[0].At)
}

func TestAFrameIsCopied(t *testing.T) {
	in := newInbox()
	theirs := []drivers.Sample{{Value: 1}}
	in.Frame(drivers.Frame{Samples: theirs})
	theirs[0].Value = 2
	in.Frame(drivers.Frame{Samples: theirs})
	var m mail
	in.take(&m)
	require.Equal(t, 1.0, m.frames[0].Samples[0].Value)
	require.Equal(t, 2.0, m.frames[1].Samples[0].Value)
}

func TestWhatIsDueAtTheEndIsNotDoneAnyMore(t *testing.T) {
	d := &puppet{}
	d.on(59*time.Second, func(s drivers.Sink) { s.Frame(sample(0, 1)) })
	d.on(time.Minute, func(s drivers.Sink) { s.Frame(sample(0, 1)) })
	e := &scripted{answer: func(engine.Input) engine.Outputs { return engine.Outputs{Wake: int64(time.Minute)} }}
	l, o := newTestLoop(t, e, d)
	l.every, o.every = 30*time.Second, 30*time.Second
	l.operators = []timedOperator{{0, engine.Operator{Verb: "deploy"}}, {time.Minute, engine.Operator{Verb: "emit"}}}
	require.NoError(t, l.run(context.Background()))
	require.Equal(t, []string{"0s deploy", "59s frame of 1"}, e.fed)
	require.Equal(t, time.Minute, d.now, "the world goes on to the end")
	require.Equal(t, []time.Duration{0, 30 * time.Second, time.Minute}, o.moments, "and is looked at there")
}
