// Package manager runs a compiled system: it feeds the engine what drivers report, keeps the engine's records in a
// journal, and passes its commands on. Simulate does so in a simulated world and in virtual time; Run against the wall
// clock until it is told to stop. Both run the same loop, so a policy that was simulated is the policy that runs.
//
// A driver isn't trusted: results that nobody waits for, samples of things that don't exist and commands that never end
// are noticed, told to the observer, and do no harm.
package manager

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strings"
	"time"

	"github.com/tune-autonomic/tune/compiler/bundle"
	"github.com/tune-autonomic/tune/drivers/sim"
	"github.com/tune-autonomic/tune/runtime/clock"
	"github.com/tune-autonomic/tune/runtime/data"
	"github.com/tune-autonomic/tune/runtime/engine"
	"github.com/tune-autonomic/tune/runtime/journal"
	"github.com/tune-autonomic/tune/runtime/model"
)

// Observer is told what happens. It is called from one goroutine, and must not change what it is shown.
type Observer interface {
	// Begin comes first. It returns how often Moment is to be called, in the run's time; 0 is never.
	Begin(Stage) time.Duration
	// Notice tells what happened; Moment says that the world can be looked at as it is now.
	Notice(engine.Notice)
	Moment(now time.Duration)
}

// Witness looks at a run from inside, between the steps of its engine. It is called from the run's goroutine, must change
// nothing, and holds on to nothing that it is shown but the model. An error ends the run.
type Witness interface {
	// Open comes first, behind the observer's Begin, with what the engine knows of the system.
	Open(Stage, *model.Model) error
	// Stepped comes after each step, when what it asked for has begun.
	Stepped(now time.Duration, out *engine.Outputs) error
	// Marks are the times, which grow, at which it must know what the run amounts to: Marked says it for those at which nothing
	// happens, behind Passed with the time before and ahead of what happens next. A run is the same with and without marks.
	Marks() []time.Duration
	Marked(at time.Duration, m sim.Metrics)
	// Passed says that all that happens now has happened, and that nothing will before next. The last call comes at the
	// end of the run; next is Never then.
	Passed(now, next time.Duration) error
}

// Never is a time that doesn't come.
const Never = time.Duration(math.MaxInt64)

// Stage is what a run is played on.
type Stage struct {
	Program  *bundle.Program
	Scenario string
	Seed     uint64
	Until    time.Duration // 0: until stopped
	Names    Names
	World    sim.World
	// Origins say, a line each, where the loads come from.
	Origins []string
}

// Names knows what instances are called, and how many a space has.
type Names interface {
	Name(space, i int32) string
	Size(space int32) int32
}

// SimOptions say what to simulate.
type SimOptions struct {
	// Scenario is one of the program's; "" for the first.
	Scenario string
	Seed     uint64
	// Until ends the run at another time than the scenario's, if it isn't 0.
	Until time.Duration
	// Trace is the path of a trace that takes the place of those that the scenario names.
	Trace string
	// Set sets constants of the simulated physics.
	Set  map[string]float64
	Find data.Finder
	// Journal keeps the run's records, and is closed with it. It must be the run's own. If it is nil the run ends with its
	// process, and has none.
	Journal journal.Journal
	// Observer may be nil.
	Observer Observer
	// World is played instead of one of the program's scenarios, if it isn't nil. It must have passed the same checks.
	World *bundle.Scenario
	// Witness may be nil.
	Witness Witness
}

// RunOptions say what to run. The simulated world's time is the wall's, Speed times as fast; 0 stands for 1.
type RunOptions struct {
	SimOptions
	Speed float64
}

// Result is what a run amounts to.
type Result struct {
	Scenario string
	Seed     uint64
	Virtual  time.Duration // how long it ran, in its own time
	Wall     time.Duration
	Metrics  sim.Metrics
	Origins  []string
}

func (o SimOptions) until(sc *bundle.Scenario) time.Duration {
	if o.Until > 0 {
		return o.Until
	}
	return time.Duration(sc.Until)
}

// Simulate plays a scenario in virtual time, with the simulator in the place of every declared driver. The same program,
// scenario, data and seed give the same result but for Wall.
func Simulate(ctx context.Context, p *bundle.Program, o SimOptions) (Result, error) {
	sc, err := o.scenario(p)
	if err != nil {
		return Result{}, err
	}
	if o.until(sc) <= 0 {
		return Result{}, fmt.Errorf("scenario %s doesn't say until when: give --until, such as --until 10min, or write `until 10min` into it", sc.Name)
	}
	return play(ctx, p, sc, o, clock.Virtual{}, o.until(sc))
}

// Run runs the system against the wall clock until ctx ends, which is no error, or until o.Until.
func Run(ctx context.Context, p *bundle.Program, o RunOptions) (Result, error) {
	for _, c := range p.Classes {
		if c.Kind == bundle.Host && c.Driver != "" && c.Driver != "sim" {
			return Result{}, fmt.Errorf("hosts %s: this tune has no driver %q, only \"sim\"; `tune sim` puts the simulator in its place", c.Name, c.Driver)
		}
	}
	sc, err := o.scenario(p)
	if err != nil {
		return Result{}, err
	}
	until := time.Duration(math.MaxInt64)
	if o.Until > 0 {
		until = o.Until
	}
	speed := o.Speed
	if speed == 0 {
		speed = 1
	}
	if !(speed > 0) || math.IsInf(speed, 0) {
		return Result{}, fmt.Errorf("speed %v: a number more than 0 is expected", speed)
	}
	r, err := play(ctx, p, sc, o.SimOptions, clock.NewWall(speed), until)
	switch {
	case ctx.Err() == nil || !errors.Is(err, ctx.Err()):
		return r, err
	case r.Scenario == "":
		return r, errors.New("stopped before the run began; nothing was written")
	}
	return r, nil
}

// scenario is the world to play, whose settings are of the right units.
func (o SimOptions) scenario(p *bundle.Program) (*bundle.Scenario, error) {
	if o.World != nil {
		return o.World, checkUnits(o.World)
	}
	sc, err := scenario(p, o.Scenario)
	if err != nil {
		return nil, err
	}
	return sc, checkUnits(sc)
}

func scenario(p *bundle.Program, name string) (*bundle.Scenario, error) {
	if len(p.Scenarios) == 0 {
		return nil, fmt.Errorf("%s has no scenario, and a simulated world needs one: add `scenario NAME { … }`", p.System)
	}
	if name == "" {
		return &p.Scenarios[0], nil
	}
	names := make([]string, len(p.Scenarios))
	for i := range p.Scenarios {
		if names[i] = p.Scenarios[i].Name; names[i] == name {
			return &p.Scenarios[i], nil
		}
	}
	return nil, fmt.Errorf("%s has no scenario %s; it has %s", p.System, name, strings.Join(names, ", "))
}

// units are what types of the language measure, as the simulator calls it.
var units = map[bundle.BaseType]sim.Unit{
	bundle.Percent: sim.Share, bundle.Duration: sim.Seconds, bundle.Bytes: sim.Bytes, bundle.Rate: sim.BitPerSec,
}

// checkUnits refuses a scenario that sets a constant to something of another unit.
func checkUnits(sc *bundle.Scenario) error {
	for _, s := range sc.Settings {
		if err := sim.CheckUnit(s.Name, units[s.Type]); err != nil {
			return fmt.Errorf("scenario %s: %w", sc.Name, err)
		}
	}
	return nil
}
