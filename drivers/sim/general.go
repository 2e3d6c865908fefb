package sim

import (
	"context"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/tune-autonomic/tune/drivers"
)

// general is the world of fidelity "": hosts that share their CPU, machines that boot and move, software that serves
// requests. Between two things that happen nothing changes but the requests in flight, so time advances from one to the
// next in a single step, and in steps of at most maxTick while there are requests.
type general struct {
	cfg     Config
	physics physics
	err     error // of the configuration, told by Open
	sink    drivers.Sink
	rand    *rand.Rand
	now     time.Duration
	closed  bool

	site     drivers.Site
	hosts    []*host
	machines []*machine
	programs []*program // that are installed
	known    map[drivers.Ref]*program
	unseen   map[drivers.Ref]*host // what ended with a host without anybody knowing, and which host
	first    []int32               // by space: where its instances begin among hosts or machines

	agenda  agenda
	jobs    map[drivers.CommandID]*job
	running []*job
	order   order
	armed   []Fault // faults that wait for a command to hit

	probes  []probe
	masks   []mask
	traffic traffic
	ledger  ledger

	// What the sink is told at the end of this instant.
	results []drivers.Result
	samples []drivers.Sample
	facts   []drivers.Fact
}

var _ World = (*general)(nil)

func newGeneral(cfg Config) *general {
	w := &general{
		cfg: cfg, jobs: map[drivers.CommandID]*job{}, known: map[drivers.Ref]*program{}, unseen: map[drivers.Ref]*host{},
		rand: rand.New(rand.NewPCG(cfg.Seed, 0x7475_6e65)),
	}
	w.physics, w.err = newPhysics(cfg.Settings)
	return w
}

// Capabilities are all that there are: a simulated world can do everything.
func (w *general) Capabilities() drivers.Capabilities {
	return drivers.Capabilities{
		Create: true, LiveMigration: true, Stats: true, Power: true, Operations: true, Fencing: true, Lossless: true,
	}
}

// Open builds the world of the site: all hosts on, nothing on them.
func (w *general) Open(_ context.Context, site drivers.Site, sink drivers.Sink) error {
	if w.err != nil {
		return w.err
	}
	w.site, w.sink = site, sink
	if err := w.build(); err != nil {
		return fmt.Errorf("simulator: %w", err)
	}
	if err := w.buildProbes(); err != nil {
		return fmt.Errorf("simulator: %w", err)
	}
	if err := w.buildTraffic(); err != nil {
		return fmt.Errorf("simulator: %w", err)
	}
	if err := w.planFaults(); err != nil {
		return fmt.Errorf("simulator: %w", err)
	}
	w.planTraces()
	return nil
}

// Close ends the world: the sink isn't called any more.
func (w *general) Close() error {
	w.closed = true
	return nil
}

// Next is when something may be told to the sink, or earlier: no Advance up to there takes long.
func (w *general) Next() (time.Duration, bool) {
	next, ok := w.agenda.next()
	for i := range w.probes {
		if due := w.probes[i].due; !ok || due < next {
			next, ok = due, true
		}
	}
	if breath := w.traffic.breath(w.now); breath < forever && (!ok || breath < next) {
		next, ok = breath, true
	}
	return next, ok && !w.closed
}

// Advance lets time pass up to t.
func (w *general) Advance(t time.Duration) {
	for !w.closed {
		to := t
		if next, ok := w.Next(); ok && next < to {
			to = max(next, w.now)
		}
		w.pass(to)
		for {
			fire, ok := w.agenda.pop(w.now)
			if !ok {
				break
			}
			fire()
		}
		w.sampleProbes()
		w.tell()
		if to == t {
			return
		}
	}
}

// pass lets time go on to a time before which nothing happens but requests.
func (w *general) pass(to time.Duration) {
	for w.now < to {
		w.survey()
		step := w.traffic.step(w.now, to)
		w.share()
		told := w.mark(step, to)
		w.serve(step - w.now)
		w.account((step - w.now).Seconds())
		told()
		w.now = step
	}
}

// mark prepares to tell, when the step that begins now is done, what the run amounted to at the marks in it, and at its end
// if that comes before to.
func (w *general) mark(step, to time.Duration) func() {
	end := min(later(step, 1), to)
	at, ok := w.cfg.nextMark(w.now, end)
	if !ok {
		return func() {}
	}
	before := w.Metrics()
	return func() {
		after := w.Metrics()
		for ; ok; at, ok = w.cfg.nextMark(at, end) {
			w.cfg.Marked(at, between(before, after, (at-w.now).Seconds()/(step-w.now).Seconds()))
		}
	}
}

// tell hands what this instant brought to the sink: results, then samples, then facts.
func (w *general) tell() {
	if len(w.results) > 0 {
		w.sink.Results(w.results)
		w.results = nil // the receiver may keep them
	}
	if len(w.samples) > 0 {
		w.sink.Frame(drivers.Frame{At: w.now, Samples: w.samples})
		w.samples = w.samples[:0]
	}
	for _, f := range w.facts {
		w.sink.Fact(f)
	}
	w.facts = w.facts[:0]
}

// after does something when d has passed.
func (w *general) after(d time.Duration, do func()) { w.agenda.add(later(w.now, d), do) }

// last is a duration of so many seconds, give or take the jitter.
func (w *general) last(sec float64) time.Duration {
	return seconds(sec * (1 + float64(w.physics.jitter*(float64(2*w.rand.Float64())-1))))
}
