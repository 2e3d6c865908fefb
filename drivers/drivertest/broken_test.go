package drivertest_test

import (
	"context"
	"fmt"
	"runtime"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/tune-autonomic/tune/drivers"
	"github.com/tune-autonomic/tune/drivers/drivertest"
	"github.com/tune-autonomic/tune/drivers/sim"
)

func smallSite() drivers.Site {
	var hosts []drivers.HostSpec
	for _, name := range []string{"node1", "node2"} {
		hosts = append(hosts, drivers.HostSpec{Name: name, Cores: 2, MIPS: 1000, Memory: 2 << 30})
	}
	var machines []drivers.MachineSpec
	for _, name := range []string{"vm1", "vm2"} {
		machines = append(machines, drivers.MachineSpec{Name: name, VCPUs: 1, MIPS: 1000, Memory: 512 << 20})
	}
	return drivers.Site{
		System: "small",
		Spaces: []drivers.SpaceSpec{
			{Name: "rack", On: -1, Hosts: hosts},
			{Name: "rack.vms", On: 0, Machines: machines},
			{Name: "Tomcat", On: 1, Software: true, Ops: []drivers.OpSpec{
				{Name: "configure"}, {Name: "restart", Interrupts: true}, {Name: "quiet", Drains: true},
				{Name: "patch", Interrupts: true, UnlessDrained: true}, {Name: "admit", Undrains: true},
				{Name: "weigh", Weighs: true, Weight: 1},
			}},
		},
		Probes: []drivers.ProbeSpec{
			{Name: "cpu", Source: "cpu", Space: 0, Every: time.Second},
			{Name: "cpu", Source: "cpu", Space: 1, Every: time.Second},
		},
	}
}

// looker sees what runs where in a simulated world.
type looker struct{ world sim.World }

func (l looker) Running(m drivers.Ref) []drivers.Ref {
	var s sim.Snapshot
	l.world.Observe(&s)
	for _, state := range s.Machines {
		if state.Ref == m && state.Running {
			return []drivers.Ref{state.Host}
		}
	}
	return nil
}

// wrapper is a simulated world between which and the suite something can be broken. Without a break it is sound.
type wrapper struct {
	sim.World
	sink drivers.Sink
	broken
	verbs map[drivers.CommandID]drivers.Verb
	ghost map[drivers.Ref]drivers.Ref // second copies that run
	fresh uint32
}

// broken is what is wrong with a driver: each part may be nil.
type broken struct {
	capabilities func(drivers.Capabilities) drivers.Capabilities
	start        func(*wrapper, []drivers.Command)
	results      func(*wrapper, []drivers.Result)
	frame        func(*wrapper, drivers.Frame)
	query        func(*wrapper, drivers.CommandID) drivers.Result
	close        func(*wrapper) error
}

// crashes is when the first host crashes, long after every other check is over.
const crashes = 2 * time.Hour

func wrap(b broken) *wrapper {
	cfg := sim.Config{Seed: 1, Faults: []sim.Fault{{At: crashes, Kind: "crash", Target: drivers.Ref{}}}}
	return &wrapper{World: sim.New(cfg), broken: b, verbs: map[drivers.CommandID]drivers.Verb{}, ghost: map[drivers.Ref]drivers.Ref{}}
}

func (w *wrapper) Open(ctx context.Context, site drivers.Site, sink drivers.Sink) error {
	w.sink = sink
	return w.World.Open(ctx, site, w)
}

func (w *wrapper) Capabilities() drivers.Capabilities {
	if w.capabilities != nil {
		return w.capabilities(w.World.Capabilities())
	}
	return w.World.Capabilities()
}

func (w *wrapper) Start(batch []drivers.Command) {
	for _, c := range batch {
		w.verbs[c.ID] = c.Verb
	}
	if w.start != nil {
		w.start(w, slices.Clone(batch))
		return
	}
	w.World.Start(batch)
}

func (w *wrapper) Query(id drivers.CommandID) drivers.Result {
	if w.query != nil {
		return w.query(w, id)
	}
	return w.World.Query(id)
}

func (w *wrapper) Close() error {
	if w.close != nil {
		return w.close(w)
	}
	return w.World.Close()
}

func (w *wrapper) Results(results []drivers.Result) {
	if w.results != nil {
		w.results(w, results)
		return
	}
	w.sink.Results(results)
}

func (w *wrapper) Frame(f drivers.Frame) {
	if w.frame != nil {
		w.frame(w, f)
		return
	}
	w.sink.Frame(f)
}

func (w *wrapper) Fact(f drivers.Fact) { w.sink.Fact(f) }

func (w *wrapper) Running(m drivers.Ref) []drivers.Ref {
	hosts := looker{w.World}.Running(m)
	if h, ok := w.ghost[m]; ok {
		hosts = append(hosts, h)
	}
	return hosts
}

// done reports a command as done that nobody carries out.
func (w *wrapper) done(c drivers.Command) {
	w.sink.Results([]drivers.Result{{ID: c.ID, Outcome: drivers.Done}})
}

// without carries out all but the commands of a verb, which are said to be done.
func without(verb drivers.Verb) func(*wrapper, []drivers.Command) {
	return func(w *wrapper, batch []drivers.Command) {
		for _, c := range batch {
			if c.Verb == verb {
				w.done(c)
				continue
			}
			w.World.Start([]drivers.Command{c})
		}
	}
}

// breakages are drivers that are wrong in one way each, and what the suite says of them.
var breakages = []struct {
	name   string
	broken broken
	check  string
	says   string
}{
	{
		name:   "reports twice",
		broken: broken{results: func(w *wrapper, r []drivers.Result) { w.sink.Results(r); w.sink.Results(r) }},
		check:  "a command ends in exactly one result", says: "has 2 results: it must have exactly one",
	},
	{
		name: "forgets to report stops",
		broken: broken{results: func(w *wrapper, results []drivers.Result) {
			w.sink.Results(slices.DeleteFunc(slices.Clone(results), func(r drivers.Result) bool { return w.verbs[r.ID] == drivers.Stop }))
		}},
		check: "a command ends in exactly one result", says: "Stop of {1 0} has no result after",
	},
	{
		name: "lies in Query",
		broken: broken{query: func(w *wrapper, id drivers.CommandID) drivers.Result {
			return drivers.Result{ID: id, Outcome: drivers.Done}
		}},
		check: "Query tells the truth", says: "Query of a command that was never given must be failed, but is done",
	},
	{
		name: "resumes both copies",
		broken: broken{start: func(w *wrapper, batch []drivers.Command) {
			for _, c := range batch {
				if c.Verb == drivers.MigrateCommit {
					w.ghost[c.Target] = c.From
				}
			}
			w.World.Start(batch)
		}},
		check: "a commit moves", says: "runs twice",
	},
	{
		name:   "ignores an abort",
		broken: broken{start: without(drivers.MigrateAbort)},
		check:  "an abort resumes the source", says: "after the abort {1 0} must run on {0 0}, but it runs on {-1 -1}",
	},
	{
		name: "acts twice on a repeated id",
		broken: broken{start: func(w *wrapper, batch []drivers.Command) {
			for i := range batch {
				if w.World.Query(batch[i].ID).Outcome == drivers.Done {
					w.fresh++
					again := batch[i]
					again.ID = drivers.CommandID{Instance: 1 << 40, Step: w.fresh}
					again.Seq++ // or it would be refused, for it is late
					w.World.Start([]drivers.Command{again})
				}
			}
			w.World.Start(batch)
		}},
		check: "a repeated command is not carried out again", says: "a Create that was given again was carried out again",
	},
	{
		name: "obeys an old leader",
		broken: broken{start: func(w *wrapper, batch []drivers.Command) {
			for i := range batch {
				batch[i].Epoch = 1000
			}
			w.World.Start(batch)
		}},
		check: "an old epoch is refused", says: "a command of epoch 6 after one of epoch 7 must be refused, but is done",
	},
	{
		name: "doesn't count",
		broken: broken{start: func(w *wrapper, batch []drivers.Command) {
			for i := range batch {
				batch[i].Seq = 0
			}
			w.World.Start(batch)
		}},
		check: "a late command is refused", says: "command 11 of a target after its command 12 must be refused, but is done",
	},
	{
		name: "refuses what it knows",
		broken: broken{start: func(w *wrapper, batch []drivers.Command) {
			for i := range batch {
				if w.World.Query(batch[i].ID).Outcome == drivers.Done && batch[i].Seq == 10 {
					batch[i].ID.Instance = 1 << 40 // as if it had forgotten it
				}
			}
			w.World.Start(batch)
		}},
		check: "a late command is refused", says: "a command that is known must be reported again",
	},
	{
		name:   "says done without doing",
		broken: broken{start: without(drivers.Stop)},
		check:  "done means that it is so", says: "stopped, {1 0} must run on {-1 -1}, but it runs on {0 0}",
	},
	{
		name: "waits in Start",
		broken: broken{start: func(w *wrapper, batch []drivers.Command) {
			time.Sleep(3 * time.Second)
			w.World.Start(batch)
		}},
		check: "Start doesn't wait for an outcome", says: "Start of Create didn't return within 2s",
	},
	{
		name: "begins a batch backwards",
		broken: broken{start: func(w *wrapper, batch []drivers.Command) {
			slices.Reverse(batch)
			w.World.Start(batch)
		}},
		check: "a batch begins in order", says: "out of order",
	},
	{
		name: "takes any weight",
		broken: broken{start: func(w *wrapper, batch []drivers.Command) {
			for i, c := range batch {
				if c.Verb == drivers.Operate && len(c.Args) > 0 {
					batch[i].Args[len(c.Args)-1] = "1"
				}
			}
			w.World.Start(batch)
		}},
		check: "operations of software", says: "must fail, for 0 is no weight, but it is done",
	},
	{
		name: "takes silence for death",
		broken: broken{start: func(w *wrapper, batch []drivers.Command) {
			for _, c := range batch {
				if c.Verb == drivers.Destroy && len(w.Running(c.Target)) == 0 {
					w.done(c)
					continue
				}
				w.World.Start([]drivers.Command{c})
			}
		}},
		check: "what was on a dead host isn't gone before it is fenced", says: "Destroy of a machine on a dead host that isn't fenced must not be done",
	},
	{
		name:   "never sends a frame",
		broken: broken{frame: func(*wrapper, drivers.Frame) {}},
		check:  "frames come in order and on time", says: "gave 0 samples, not about ten",
	},
	{
		name: "changes something and says failed",
		broken: broken{start: func(w *wrapper, batch []drivers.Command) {
			for _, c := range batch {
				if c.Verb == drivers.Create && w.World.Query(c.ID).Reason != "" && len(w.Running(c.Target)) > 0 {
					w.ghost[c.Target] = c.Host
				}
			}
			w.World.Start(batch)
		}},
		check: "failed means that nothing has changed", says: "runs twice",
	},
	{
		name: "does what it says it cannot",
		broken: broken{capabilities: func(c drivers.Capabilities) drivers.Capabilities {
			c.Power = false
			return c
		}},
		check: "what the driver cannot do it refuses", says: "must fail, for it isn't among the capabilities, but it is done",
	},
	{
		name: "goes on after Close",
		broken: broken{close: func(w *wrapper) error {
			stop := time.After(100 * time.Millisecond)
			go func() { <-stop; runtime.Gosched(); time.Sleep(2 * time.Second) }()
			return w.World.Close()
		}},
		check: "Close ends everything", says: "the driver still has goroutines",
	},
}

func TestSoundDriverPasses(t *testing.T) {
	drivertest.Run(t, func(drivertest.T) drivertest.Harness {
		w := wrap(broken{})
		return drivertest.Harness{Driver: w, Site: smallSite(), Probe: w, Crashes: crashes}
	})
}

func TestBrokenDriversFailEachForItsOwnReason(t *testing.T) {
	for _, b := range breakages {
		t.Run(b.name, func(t *testing.T) {
			i := slices.IndexFunc(drivertest.Checks, func(c drivertest.Check) bool { return c.Name == b.check })
			require.GreaterOrEqual(t, i, 0, "no check is called so")
			failures := failuresOf(drivertest.Checks[i], b.broken)
			require.NotEmpty(t, failures, "the suite lets it pass")
			require.Contains(t, failures[0], b.says)
		})
	}
}

func TestReasonsAreTheirOwn(t *testing.T) {
	seen := map[string]string{}
	for _, b := range breakages {
		key := b.check + ": " + b.says
		require.Empty(t, seen[key], "%s fails as %s does", b.name, seen[key])
		seen[key] = b.name
	}
	require.GreaterOrEqual(t, len(breakages), 10)
}

// recorder is a T that keeps what it is told.
type recorder struct{ failures []string }

func (r *recorder) Helper()             {}
func (r *recorder) Logf(string, ...any) {}
func (r *recorder) FailNow()            { runtime.Goexit() }
func (r *recorder) Errorf(format string, args ...any) {
	r.failures = append(r.failures, fmt.Sprintf(format, args...))
}

func failuresOf(c drivertest.Check, b broken) []string {
	var r recorder
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		c.Run(&r, func(drivertest.T) drivertest.Harness {
			w := wrap(b)
			return drivertest.Harness{Driver: w, Site: smallSite(), Probe: w, Crashes: crashes}
		})
	}()
	<-ended
	return r.failures
}
