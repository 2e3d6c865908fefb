package sim

import (
	"math"
	"time"

	"github.com/tune-autonomic/tune/drivers"
)

// Config is the world to simulate: what a scenario says, and the constants of physics that it may set otherwise.
type Config struct {
	Seed     uint64
	Fidelity string // "" or "cloudsim"
	Until    time.Duration

	// Links say which software sends requests on to which: left to right.
	Links []Link
	// Linked, if set, says whether an instance of the left of a link sends requests to one of its right; all do to all if it is
	// nil. It is called within Start and Advance, and must not call the world.
	Linked func(left, right drivers.Ref) bool
	// Work is the seconds of one reference core that a request costs an instance of a space.
	Work map[int32]float64
	// Clients and Requests are the loads of spaces of software.
	Clients  []Clients
	Requests []Requests
	// Traces are the loads of machines: by space, by instance, a share (0..1) of its size at each multiple of Step. Instances
	// without one are idle.
	Traces   []Trace
	Settings map[string]float64
	Faults   []Fault
	// Struck, if set, is told what becomes of the faults of migrations and crashes that find nothing to strike at once. It is
	// called within Start and Advance, and must not call the world.
	Struck func(at time.Duration, text string)
	// Marked, if set, is told at each of Marks, which grow, what the run amounts to at that time: of the requests and the energy
	// of a step, as much as is over. It is called within Advance, but not for the time that Advance goes up to, when Metrics
	// says it, and must not call the world, which goes on as if there were no marks.
	Marks  []time.Duration
	Marked func(at time.Duration, m Metrics)
}

// Link: an instance of Left sends each request on to one of the instances of Right, chosen in turn. If none of them takes
// it, the request goes on without, where the link is Optional, and is lost otherwise.
type Link struct {
	Left, Right int32
	Optional    bool
}

// Clients is a piecewise linear number of clients that ask, wait for the answer, and think.
type Clients struct {
	Space  int32
	Points []Point
}

// Point: N until At, or in a straight line To N at At.
type Point struct {
	N  float64
	To bool
	At time.Duration
}

// Requests is an open load: requests a second, constant within each Step.
type Requests struct {
	Space int32
	Step  time.Duration
	Rate  []float64
}

// Trace is the load of the machines of a space.
type Trace struct {
	Space int32
	Step  time.Duration
	Load  [][]float64
}

// Fault is something that goes wrong at a time. Kind is crash, of a host; fail or stall, of the machine's migration that
// is under way, or else of the next; silence or lie, of a probe.
type Fault struct {
	At     time.Duration
	Kind   string
	Probe  int32       // of silence and lie, index in Site.Probes
	Target drivers.Ref // NoRef: any
	More   int32       // as many instances after Target are meant as well: one of them is struck, all of them watched
	By     float64     // of lie: 0.2 adds a fifth
	For    time.Duration
}

// about says whether a fault is about a thing.
func (f *Fault) about(r drivers.Ref) bool {
	if f.Target == drivers.NoRef {
		return true
	}
	return r.Space == f.Target.Space && r.Index >= f.Target.Index && r.Index-f.Target.Index <= f.More
}

// Metrics is what a run of the simulator amounts to. Shares are fractions of 1.
type Metrics struct {
	Requests struct {
		// Waiting are the loads that never came: what they are sent to was never ready.
		Waiting    []Waiting
		Done, Lost float64
		// Idle keep-alive connections that were closed are counted apart.
		Idle    float64
		MeanSec float64
		P99Sec  float64
	}
	// Migrations have ended well; Moving are under way. Fidelity cloudsim counts those among the former, as CloudSim does.
	Migrations, Moving int
	EnergyKWh          float64
	// As in Beloglazov & Buyya (2012): SLATAH is the share of active host time in which less CPU was granted than wanted,
	// PDM the share of demand lost to migration, SLAV their product.
	SLATAH, PDM, SLAV float64
	// Overall is the share of demanded CPU work that was not granted. Average is the mean of it over the intervals that were
	// short of it: fidelity cloudsim's, for the other has no intervals.
	Overall, Average float64
	HostShutdowns    int
	MeanActiveSec    float64 // mean time before a host shut down
}

// Waiting is a load of a space of software that was never ready: Clients are the most that there were at once; 0 if it is
// requests.
type Waiting struct {
	Space   int32
	Clients float64
}

// Lost is the requests lost, as a whole number: any part of one counts, so that no loss is rounded away. What is below a
// millionth comes from rounding itself.
func (m Metrics) Lost() float64 { return max(0, math.Ceil(m.Requests.Lost-1e-6)) }
