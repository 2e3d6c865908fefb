package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/urfave/cli/v2"

	"github.com/tune-autonomic/tune/cmd/internal/clitool"
	"github.com/tune-autonomic/tune/compiler/bundle"
	"github.com/tune-autonomic/tune/runtime/clock"
	"github.com/tune-autonomic/tune/runtime/console"
	"github.com/tune-autonomic/tune/runtime/data"
	"github.com/tune-autonomic/tune/runtime/manager"
	"github.com/tune-autonomic/tune/runtime/report"
)

// worldFlags say what world to play in. It ends at a time that is said in words, if no other is given.
func worldFlags(end string) []cli.Flag {
	return []cli.Flag{
		&cli.StringFlag{Name: "scenario", Usage: "play scenario `NAME` (the first, if not given)"},
		&cli.Uint64Flag{Name: "seed", Value: 1, Usage: "draw the world's chances from seed `N`"},
		&cli.StringFlag{Name: "until", Usage: "end after `T` of the run's time, such as 90min", DefaultText: end},
		&cli.StringFlag{Name: "trace", Usage: "load machines from `FILE` (CSV, or a folder or tarball in PlanetLab's format) instead of the scenario's trace"},
		&cli.StringSliceFlag{Name: "set", Usage: "set a constant of the simulated world, `NAME=VALUE`, such as migration_downtime=30s"},
		&cli.StringFlag{Name: "report", Usage: "write summary.json, timeline.csv, events.csv and report.html into `DIR`, in the place of an earlier run's"},
		&cli.BoolFlag{Name: "json", Usage: "print the summary as JSON"},
		&cli.BoolFlag{Name: "quiet", Usage: "print nothing but errors"},
	}
}

// The speeds at which a simulated world can follow the wall's clock.
const (
	slowest = 0.001
	fastest = 1e6
)

// patience is how long a simulation that is stopped may take to end by itself: it can't while it thinks.
const patience = 500 * time.Millisecond

const traceHelp = "A trace of one's own is CSV, plain or .gz: a line for each machine, without a header; on it a whole percentage\n" +
	"(0 to 100) of the machine's CPU for every five minutes, with commas between, as many on each line. There are as\n" +
	"many machines as it has lines, whatever the system declares.\n\n"

func simCommand(ctx context.Context) *cli.Command {
	return &cli.Command{
		Name:      "sim",
		Usage:     "play a scenario in a simulated world, in virtual time",
		ArgsUsage: "BUNDLE",
		Description: "The simulator takes the place of every declared driver. The same bundle, scenario, data and seed give the\n" +
			"same figures. Recorded loads are looked for in the folder $TUNE_DATA, then downloaded (unless $TUNE_OFFLINE is\n" +
			"set), then made from the seed; the summary says which. The exit code is 1 if a deployment or a shutdown had a\n" +
			"failed action, too: the run goes on with what there is, and its report is written. So it is if a run of a policy is\n" +
			"stuck at the end, and waits for an operator. Other runs that fail are counted in the summary, and leave it 0.\n\n" +
			traceHelp +
			"Example:\n\n" +
			"   tune sim shop.tuneb --scenario sizing --report out/shop\n" +
			"   tune sim shop.tuneb --set migration_downtime=30s --json | jq .requests.lost",
		Flags: worldFlags("as the scenario says"),
		Action: func(c *cli.Context) error {
			p, info, o, err := worldOf(ctx, c)
			if err != nil {
				return err
			}
			rec := report.NewRecorder()
			progress := console.NewProgress(c.App.ErrWriter)
			o.Observer = manager.Observers{rec, progress}
			res, err := clock.Await(ctx, patience, func() (manager.Result, error) {
				defer progress.Done()
				return manager.Simulate(ctx, p, o)
			})
			if ctx.Err() != nil && errors.Is(err, ctx.Err()) {
				return fmt.Errorf("stopped after %v of the run's time, before its end; nothing was written", res.Virtual)
			}
			if err != nil {
				return err
			}
			if err := tell(c, rec, res, info); err != nil {
				return err
			}
			return errors.Join(deployed(c, rec), shutDown(c, rec), unstuck(c, rec))
		},
	}
}

func runCommand(ctx context.Context) *cli.Command {
	return &cli.Command{
		Name:      "run",
		Usage:     "look after the system against the wall clock, until stopped",
		ArgsUsage: "BUNDLE",
		Description: "Ctrl-C ends cleanly: the report is written, and the exit code is 0. So does a terminal that goes away. On a terminal\n" +
			"the state is shown live; elsewhere each event is a line. With the driver \"sim\" the scenario's world lives in real time.\n\n" +
			"Example:\n\n" +
			"   tune run shop.tuneb --speed 60 --report out/live",
		Flags: append(worldFlags("when it is stopped"), &cli.Float64Flag{Name: "speed", Value: 1, Usage: "let the simulated world run `N` times as fast as the wall's clock"}),
		Action: func(c *cli.Context) error {
			speed := c.Float64("speed")
			if !(speed >= slowest && speed <= fastest) {
				return clitool.Usagef("--speed %v: a number from %v to %v is expected", speed, slowest, fastest)
			}
			p, info, o, err := worldOf(ctx, c)
			if err != nil {
				return err
			}
			rec := report.NewRecorder()
			live := console.NewLive(c.App.Writer, c.Bool("quiet") || c.Bool("json"))
			o.Observer = manager.Observers{rec, live}
			res, err := manager.Run(ctx, p, manager.RunOptions{SimOptions: o, Speed: speed})
			live.Done()
			if err != nil {
				return err
			}
			return tell(c, rec, res, info)
		},
	}
}

func worldOf(ctx context.Context, c *cli.Context) (*bundle.Program, bundle.Info, manager.SimOptions, error) {
	var o manager.SimOptions
	path, err := clitool.OneArg(c, "BUNDLE")
	if err != nil {
		return nil, bundle.Info{}, o, err
	}
	set, err := clitool.Settings(c.StringSlice("set"))
	if err != nil {
		return nil, bundle.Info{}, o, err
	}
	if err := clitool.NotEmpty(c, "scenario", "trace", "report"); err != nil {
		return nil, bundle.Info{}, o, err
	}
	until, err := clitool.Time(c, "until")
	if err != nil {
		return nil, bundle.Info{}, o, err
	}
	p, info, err := readBundle(ctx, path)
	if err != nil {
		return nil, info, o, err
	}
	if err := hasScenario(p, c.String("scenario")); err != nil {
		return nil, info, o, err
	}
	if err := reportPlace(c.String("report")); err != nil {
		return nil, info, o, err
	}
	o = manager.SimOptions{
		Scenario: c.String("scenario"), Seed: c.Uint64("seed"), Until: until,
		Trace: c.String("trace"), Set: set, Find: data.Default(c.Uint64("seed")),
	}
	return p, info, o, nil
}

// readBundle reads the bundle at path, which may be a pipe that nobody writes to.
func readBundle(ctx context.Context, path string) (*bundle.Program, bundle.Info, error) {
	var info bundle.Info
	p, err := clock.Await(ctx, 0, func() (p *bundle.Program, err error) {
		p, info, err = clitool.ReadBundle(path)
		return p, err
	})
	if ctx.Err() != nil && errors.Is(err, ctx.Err()) {
		return nil, bundle.Info{}, fmt.Errorf("stopped while %s was read, before the run began; nothing was written", path)
	}
	return p, info, err
}

// hasScenario is a mistake in how the command was called if a bundle has no scenario of this name, which may be "".
func hasScenario(p *bundle.Program, name string) error {
	known := ""
	for _, has := range p.Scenarios {
		if has.Name == name {
			return nil
		}
		known += " " + has.Name
	}
	if name == "" || known == "" { // a bundle without any is told by whoever plays it
		return nil
	}
	return clitool.Usagef("--scenario %s: %s has no such scenario; there are:%s", name, p.System, known)
}

// reportPlace fails if no report can be written into dir: better to hear of it now than after a day. It leaves nothing there.
func reportPlace(dir string) error {
	if dir == "" {
		return nil
	}
	there := filepath.Clean(dir)
	for {
		if _, err := os.Stat(there); !errors.Is(err, fs.ErrNotExist) || there == filepath.Dir(there) {
			break
		}
		there = filepath.Dir(there) // it will be made there
	}
	probe, err := os.CreateTemp(there, ".report-")
	if err != nil {
		return fmt.Errorf("the report can't be written into %s: no file can be made in %s (%w); choose another folder", dir, there, errors.Unwrap(err))
	}
	return errors.Join(probe.Close(), os.Remove(probe.Name()))
}

// tell writes the report and says what came of the run, which it does all the same if the report can't be written.
func tell(c *cli.Context, rec *report.Recorder, res manager.Result, info bundle.Info) error {
	dir := c.String("report")
	var failed error
	if dir != "" {
		if failed = rec.Write(dir, res, info.Digest); failed != nil {
			dir = ""
		}
	}
	if err := say(c, rec.Summary(res, info.Digest), dir); err != nil {
		return err
	}
	return failed
}

func say(c *cli.Context, s report.Summary, dir string) error {
	switch {
	case c.Bool("json"):
		return s.WriteJSON(c.App.Writer)
	case c.Bool("quiet"):
		return nil
	}
	return s.WriteText(c.App.Writer, dir)
}

// deployed fails if a deployment did: the figures of a run are of what there was of the system.
func deployed(c *cli.Context, rec *report.Recorder) error {
	why := rec.FailedDeployment()
	if why == "" {
		return nil
	}
	return fmt.Errorf("the deployment failed, and the run went on without what is missing: %s (%s)", why, whereMore(c))
}

// shutDown fails if a shutdown did.
func shutDown(c *cli.Context, rec *report.Recorder) error {
	why := rec.FailedShutdown()
	if why == "" {
		return nil
	}
	return fmt.Errorf("the shutdown failed, and something was left standing: %s (%s)", why, whereMore(c))
}

// unstuck fails if a run of a policy waits for an operator when all has ended.
func unstuck(c *cli.Context, rec *report.Recorder) error {
	what := rec.Stuck()
	if what == "" {
		return nil
	}
	return fmt.Errorf("at the end something waits for an operator: %s (%s)", what, whereMore(c))
}

func whereMore(c *cli.Context) string {
	if dir := c.String("report"); dir != "" {
		return "see " + filepath.Join(dir, "events.csv")
	}
	return "--report DIR writes all that happened"
}
