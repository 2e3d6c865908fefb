package sim

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/tune-autonomic/tune/drivers"
)

// cloudsim is the world of CloudSim 3.0.3's power package, as Beloglazov & Buyya (CCPE 24(13), 2012,
// doi 10.1002/cpe.1867) and all that compare with them use it, quirks included: an empty host draws nothing, a machine
// that wants nothing is gone for good, a machine on its way is granted nine tenths at its source and one tenth of its
// demand at its destination, and memory never binds. docs/cloudsim.md tells the model in words.
//
// Its clock runs 0.1 s ahead of the run's: what the run calls 300 s is 300.1 s in the traces.
type cloudsim struct {
	cfg   Config
	sink  drivers.Sink
	hosts []csHost
	vms   []csVM
	loads csLoads
	// step is both the traces' and the probes' period.
	step       time.Duration
	hostProbe  int32
	guestProbe int32
	hostSpace  int32
	guestSpace int32

	now     time.Duration
	ticks   int64
	last    float64 // time of the last force
	forced  bool
	pending []csMove // prepared and on their way, by time, then in order of their commands
	results outcomes
	telling []drivers.Result // that are reported together
	order   order
	frame   []drivers.Sample
	book    csBook
	// touched are the hosts, and landed the machines, that the commands of one batch have changed.
	touched []int32
	landed  []int32
	// idle are the machines that wanted nothing when they were measured last.
	idle []int32
}

// csMove is a migration under way.
type csMove struct {
	id   drivers.CommandID
	at   float64
	vm   int32
	to   int32
	done bool // prepared; waits for its commit or abort
}

const (
	// csAhead is how far CloudSim's clock is ahead: its tasks start at 0.1 s.
	csAhead = 0.1
	// csBandwidth is what a migration gets of a host's link of 1 Gbit/s, in MiB a second as CloudSim counts: half of it.
	csBandwidth = 62.5
	csMiB       = 1 << 20
)

var _ World = (*cloudsim)(nil)

func newCloudsim(cfg Config) World { return &cloudsim{cfg: cfg} }

// Capabilities of this world: it moves machines, and has no software.
func (c *cloudsim) Capabilities() drivers.Capabilities {
	return drivers.Capabilities{Create: true, LiveMigration: true, Stats: true, Power: true}
}

// Open fails for a site that isn't one family of hosts with machines on it, and for probes of another period than the
// trace's.
func (c *cloudsim) Open(_ context.Context, site drivers.Site, sink drivers.Sink) error {
	c.sink = sink
	if len(c.cfg.Clients)+len(c.cfg.Requests)+len(c.cfg.Faults)+len(c.cfg.Settings) > 0 {
		return errors.New("fidelity cloudsim knows no clients, faults or settings: take them out of the scenario (or leave out --set), or the fidelity")
	}
	if err := c.openSpaces(site); err != nil {
		return err
	}
	return c.openProbes(site)
}

func (c *cloudsim) openSpaces(site drivers.Site) error {
	c.hostSpace, c.guestSpace = -1, -1
	for i, s := range site.Spaces {
		switch {
		case s.Software:
			return fmt.Errorf("fidelity cloudsim has no software, and %s is some", s.Name)
		case s.Hosts != nil && c.hostSpace < 0:
			c.hostSpace = int32(i)
		case s.Machines != nil && c.guestSpace < 0:
			c.guestSpace = int32(i)
		default:
			return fmt.Errorf("fidelity cloudsim has one family of hosts and one class of machines; %s is one too many", s.Name)
		}
	}
	if c.hostSpace < 0 || c.guestSpace < 0 {
		return errors.New("fidelity cloudsim needs a family of hosts and a class of machines on it")
	}
	if len(c.cfg.Traces) != 1 {
		return errors.New("fidelity cloudsim needs one trace: `load CLASS from trace(…)` in the scenario")
	}
	return c.openMachines(site.Spaces[c.hostSpace].Hosts, site.Spaces[c.guestSpace].Machines)
}

func (c *cloudsim) openMachines(hosts []drivers.HostSpec, machines []drivers.MachineSpec) error {
	trace := c.cfg.Traces[0]
	if len(trace.Load) < len(machines) {
		return fmt.Errorf("the trace has %d machines, and %d are declared", len(trace.Load), len(machines))
	}
	c.step = trace.Step
	for _, h := range hosts {
		if len(h.Watts) < 2 {
			return fmt.Errorf("fidelity cloudsim needs a power curve, and %s has none: give `watts`", h.Name)
		}
		c.hosts = append(c.hosts, csHost{core: h.MIPS, total: float64(h.Cores * h.MIPS), watts: h.Watts})
	}
	for i, m := range machines {
		if len(trace.Load[i]) == 0 {
			return fmt.Errorf("the trace of %s is empty", m.Name)
		}
		size := float64(m.VCPUs * m.MIPS)
		c.vms = append(c.vms, csVM{mips: size, memory: m.Memory / csMiB, trace: trace.Load[i], owner: -1})
	}
	c.loads = newCSLoads(len(c.vms))
	return nil
}

func (c *cloudsim) openProbes(site drivers.Site) error {
	c.hostProbe, c.guestProbe = -1, -1
	for i, p := range site.Probes {
		if p.Source != "cpu" {
			return fmt.Errorf("fidelity cloudsim measures cpu and nothing else; probe %s wants %s", p.Name, p.Source)
		}
		if p.Every != c.step {
			return fmt.Errorf("fidelity cloudsim measures at the trace's step, %v; probe %s wants %v", c.step, p.Name, p.Every)
		}
		if p.Space == c.hostSpace {
			c.hostProbe = int32(i)
		} else {
			c.guestProbe = int32(i)
		}
	}
	return nil
}

// Close ends the world.
func (c *cloudsim) Close() error { return nil }

// Query says what came of a command.
func (c *cloudsim) Query(id drivers.CommandID) drivers.Result {
	if r, ok := c.results.get(id); ok {
		return r
	}
	return drivers.Result{ID: id, Outcome: drivers.Failed, Reason: "this command never came"}
}

// Next is the next sampling or the next end of a migration's copying.
func (c *cloudsim) Next() (time.Duration, bool) {
	next := multiple(int(c.ticks+1), c.step)
	if csTime(next) > c.cfg.Until.Seconds() {
		next = math.MaxInt64
	}
	for _, m := range c.pending {
		if !m.done {
			next = min(next, csDuration(m.at))
			break
		}
	}
	return next, next != math.MaxInt64
}

// Advance lets time pass up to t.
func (c *cloudsim) Advance(t time.Duration) {
	for next, ok := c.Next(); ok && next <= t; next, ok = c.Next() {
		c.mark(next)
		c.now = next
		if !c.arrive() {
			c.ticks++
			c.force(csTime(next))
			c.sample()
		}
	}
	c.mark(t)
	c.now = t
}

// mark tells what the run amounts to at the marks before to. CloudSim's books are only kept when it measures.
func (c *cloudsim) mark(to time.Duration) {
	for at, ok := c.cfg.nextMark(c.now, to); ok; at, ok = c.cfg.nextMark(at, to) {
		c.cfg.Marked(at, c.Metrics())
	}
}

// arrive reports the migrations that have copied everything now; false if there are none.
func (c *cloudsim) arrive() bool {
	c.telling = c.telling[:0]
	for i := range c.pending {
		m := &c.pending[i]
		if m.done || csDuration(m.at) > c.now {
			continue
		}
		if len(c.telling) == 0 {
			c.force(m.at)
		}
		m.done = true
		c.telling = append(c.telling, drivers.Result{ID: m.id, Outcome: drivers.Done})
	}
	if len(c.telling) == 0 {
		return false
	}
	c.report(c.telling)
	return true
}

// sample tells who is gone, and then what everybody else uses.
func (c *cloudsim) sample() {
	c.frame = c.frame[:0]
	if c.hostProbe >= 0 {
		for i := range c.hosts {
			h := &c.hosts[i]
			if h.unseen {
				continue
			}
			c.frame = append(c.frame, drivers.Sample{Probe: c.hostProbe, Index: int32(i), Value: h.util / h.total})
		}
	}
	if c.guestProbe >= 0 {
		for i := range c.vms {
			if v := &c.vms[i]; v.running && !v.unseen {
				c.frame = append(c.frame, drivers.Sample{Probe: c.guestProbe, Index: int32(i), Value: v.load})
			}
		}
	}
	c.sink.Frame(drivers.Frame{At: c.now, Samples: c.frame})
}

// moment is the time that CloudSim's clock shows now: exactly that of the migrations that have just arrived, if any.
func (c *cloudsim) moment() float64 {
	if c.forced && csDuration(c.last) == c.now {
		return c.last
	}
	return csTime(c.now)
}

// csTime is CloudSim's clock at a time of the run; csDuration is the run's.
func csTime(t time.Duration) float64 { return csAhead + t.Seconds() }

func csDuration(t float64) time.Duration {
	return nanoseconds(math.Round((t - csAhead) * float64(time.Second)))
}

// Observe writes the state of now over s.
func (c *cloudsim) Observe(s *Snapshot) {
	s.Hosts = slices.Grow(s.Hosts[:0], len(c.hosts))[:len(c.hosts)]
	for i := range c.hosts {
		h, state := &c.hosts[i], &s.Hosts[i]
		state.Ref = drivers.Ref{Space: c.hostSpace, Index: int32(i)}
		state.On, state.CPU, state.Watts = h.util > 0, h.util/h.total, 0
		if state.On {
			state.Watts = csWatts(h.watts, state.CPU)
		}
	}
	s.Machines = slices.Grow(s.Machines[:0], len(c.vms))[:len(c.vms)]
	for i := range c.vms {
		v, state := &c.vms[i], &s.Machines[i]
		state.Ref = drivers.Ref{Space: c.guestSpace, Index: int32(i)}
		state.Host, state.To, state.Running, state.CPU = drivers.NoRef, drivers.NoRef, false, 0
		if v.owner >= 0 {
			state.Host = drivers.Ref{Space: c.hostSpace, Index: v.owner}
			state.Running, state.CPU = v.running, v.load
		}
	}
	for _, m := range c.pending {
		s.Machines[m.vm].To = drivers.Ref{Space: c.hostSpace, Index: m.to}
		if m.done {
			s.Machines[m.vm].Running = false
		}
	}
}
