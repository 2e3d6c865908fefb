package manager

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/tune-autonomic/tune/compiler/bundle"
	"github.com/tune-autonomic/tune/drivers"
	"github.com/tune-autonomic/tune/drivers/sim"
	"github.com/tune-autonomic/tune/runtime/clock"
	"github.com/tune-autonomic/tune/runtime/engine"
	"github.com/tune-autonomic/tune/runtime/journal"
	"github.com/tune-autonomic/tune/runtime/model"
)

// forOnesOwn is the lease of a journal in one's own memory: nobody else can want it, so it never ends by itself.
const forOnesOwn time.Duration = 0

// play sets the stage and runs the loop. The result holds for what was played, even if there is an error.
func play(ctx context.Context, p *bundle.Program, sc *bundle.Scenario, o SimOptions, c clock.Clock, until time.Duration) (Result, error) {
	start := time.Now()
	ld, err := clock.Await(ctx, 0, func() (loads, error) { return readLoads(ctx, p, sc, o.until(sc), o.Find, o.Trace) })
	if ctx.Err() != nil && errors.Is(err, ctx.Err()) {
		return Result{}, errors.New("stopped while its loads were read, before the run began; nothing was written")
	}
	if err != nil {
		return Result{}, err
	}
	sizes := ld.sizes(sc)
	m, err := model.New(p, model.Options{Sizes: sizes, Requires: sc.Requires})
	if err != nil {
		return Result{}, err
	}
	cfg, err := newWorld(p, sc, m, ld, o)
	if err != nil {
		return Result{}, err
	}
	said, err := operators(p, sc, m)
	if err != nil {
		return Result{}, err
	}
	observer := o.Observer
	if observer == nil {
		observer = blind{}
	}
	cfg.Until = until
	cfg.Struck = func(at time.Duration, text string) {
		observer.Notice(engine.Notice{Kind: engine.NoticeFault, At: int64(at), Text: text})
	}
	if o.Witness != nil {
		cfg.Marks, cfg.Marked = o.Witness.Marks(), o.Witness.Marked
	}
	live := m // the engine's, once there is one
	cfg.Linked = func(left, right drivers.Ref) bool {
		return live.Linked(left.Space, left.Index, right.Space, right.Index)
	}
	world := sim.New(cfg)
	kept := o.Journal
	if kept == nil {
		kept = journal.NewMemory()
	}
	l, err := newLoop(ctx, p, newSite(p, m), world, kept, engine.Options{
		Sizes: sizes, Requires: sc.Requires, Unkept: o.Journal == nil,
	})
	if err != nil {
		return Result{}, err
	}
	live = l.model
	l.clock, l.until, l.operators, l.limits = c, until, said, newLimits(p, m)
	l.observer = observer
	stage := Stage{
		Program: p, Scenario: sc.Name, Seed: o.Seed, Until: o.until(sc), Names: m, World: world, Origins: ld.origins,
	}
	l.every = l.observer.Begin(stage)
	if l.witness = o.Witness; l.witness != nil {
		err = l.witness.Open(stage, l.model)
	}
	if err == nil {
		err = l.run(ctx)
	}
	r := Result{
		Scenario: sc.Name, Seed: o.Seed, Virtual: l.now, Metrics: world.Metrics(), Origins: ld.origins, Wall: time.Since(start),
	}
	return r, errors.Join(err, l.close(ctx))
}

// newLoop takes the lead, opens the driver, and makes an engine for it.
func newLoop(ctx context.Context, p *bundle.Program, site drivers.Site, d drivers.Driver, j journal.Journal, o engine.Options) (*loop, error) {
	l := &loop{driver: d, inbox: newInbox(), ledger: newLedger(), journal: j, wake: -1}
	l.timed, _ = d.(drivers.Timed)
	var err error
	if l.lease, err = l.journal.Lease(ctx, "manager", forOnesOwn); err != nil {
		return nil, fmt.Errorf("journal: %w", err)
	}
	o.Epoch = l.lease.Epoch()
	state, err := engine.New(p, o)
	if err != nil {
		return nil, err
	}
	l.engine, l.model = state, state.Model()
	if err := d.Open(ctx, site, l.inbox); err != nil {
		return nil, err
	}
	l.post = newPost(d, l.inbox)
	return l, nil
}

// close ends the driver, then the lead.
func (l *loop) close(ctx context.Context) error {
	ctx = context.WithoutCancel(ctx)
	return errors.Join(l.post.close(), l.lease.Release(ctx), l.journal.Close())
}

// operators are a scenario's commands by time; a scenario without any deploys everything at once.
func operators(p *bundle.Program, sc *bundle.Scenario, m *model.Model) ([]timedOperator, error) {
	deploys := sc.Deploys
	if !slices.ContainsFunc(deploys, func(d bundle.DeployAt) bool { return !d.Down }) {
		deploys = append([]bundle.DeployAt{{}}, deploys...)
	}
	var ops []timedOperator
	say := func(at int64, o engine.Operator) {
		o.Who, o.Why = "scenario "+sc.Name, "as it says"
		ops = append(ops, timedOperator{time.Duration(at), o})
	}
	for _, d := range deploys {
		verb := "deploy"
		if d.Down {
			verb = "shutdown"
		}
		say(d.At, engine.Operator{Verb: verb, Classes: d.Classes})
	}
	for _, e := range sc.Emits {
		payload, err := payload(p, sc, m, e.Payload)
		if err != nil {
			return nil, err
		}
		say(e.At, engine.Operator{Verb: "emit", Event: e.Event, Payload: payload})
	}
	for _, a := range sc.Answers {
		say(a.At, engine.Operator{Verb: a.Verb, Policy: a.Policy})
	}
	for _, w := range sc.Wishes {
		o, err := wish(p, sc, m, w)
		if err != nil {
			return nil, err
		}
		say(w.At, o)
		if w.For > 0 {
			o.Verb, o.Wish = bundle.WishResume, w.Kind
			say(w.At+w.For, o)
		}
	}
	slices.SortStableFunc(ops, func(a, b timedOperator) int { return cmp.Compare(a.at, b.at) })
	return ops, nil
}

// wish is what an operator wants in a scenario, of one instance or of all that a class may have.
func wish(p *bundle.Program, sc *bundle.Scenario, m *model.Model, w bundle.WishAt) (engine.Operator, error) {
	o := engine.Operator{Verb: w.Kind, Policy: w.Policy}
	if w.Class < 0 {
		return o, nil
	}
	first, n, _ := m.Slots(w.Class)
	if w.Instance != "" {
		i, ok := instance(p, m, w.Class, w.Instance)
		if !ok {
			return o, fmt.Errorf("scenario %s: there is no %s", sc.Name, w.Instance)
		}
		first, n = i, 1
	}
	for i := first; i < first+n; i++ {
		o.Things = append(o.Things, drivers.Ref{Space: p.Classes[w.Class].Space, Index: i})
	}
	return o, nil
}

// payload is what a scenario's event brings, with instances as numbers.
func payload(p *bundle.Program, sc *bundle.Scenario, m *model.Model, given []bundle.Given) ([]float64, error) {
	var out []float64
	for _, g := range given {
		if g.Class >= 0 {
			i, ok := instance(p, m, g.Class, g.Thing)
			if !ok {
				return nil, fmt.Errorf("scenario %s: there is no %s", sc.Name, g.Thing)
			}
			g.Value = float64(i)
		}
		out = append(out, g.Value)
	}
	return out, nil
}

func newLimits(p *bundle.Program, m *model.Model) limits {
	l := limits{sizes: make([]int32, len(p.Spaces))}
	for s := range p.Spaces {
		l.sizes[s] = m.Size(int32(s))
	}
	for _, c := range p.Classes {
		if mayGrow(&c) {
			l.sizes[c.Space] = math.MaxInt32
		}
	}
	for _, pr := range p.Probes {
		l.probes = append(l.probes, p.Classes[pr.Class].Space)
	}
	return l
}

// blind is an observer that doesn't look.
type blind struct{}

func (blind) Begin(Stage) time.Duration { return 0 }
func (blind) Notice(engine.Notice)      {}
func (blind) Moment(time.Duration)      {}
