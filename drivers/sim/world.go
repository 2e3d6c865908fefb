package sim

import "github.com/tune-autonomic/tune/drivers"

// World is a simulated world: a driver in virtual time that can also be looked at from outside. Nothing happens in it but
// within Start and Advance, so none of its methods needs a lock, and none may be called from a sink.
type World interface {
	drivers.Timed
	// Metrics is what the run amounts to so far.
	Metrics() Metrics
	// Observe writes the state of now over s, whose slices it reuses.
	Observe(s *Snapshot)
}

// Snapshot is what a person would see on walking through the machine room.
type Snapshot struct {
	Hosts    []HostState
	Machines []MachineState
}

// HostState is one host. Its order is that of the site: by space, then by index.
type HostState struct {
	Ref   drivers.Ref
	On    bool
	CPU   float64 // share of its size in use, 0..1
	Watts float64 // what it draws now
}

// MachineState is one machine, ordered like hosts.
type MachineState struct {
	Ref     drivers.Ref
	Host    drivers.Ref // where it runs or stands; NoRef if it isn't anywhere
	To      drivers.Ref // where it is moving to; NoRef if it isn't
	Running bool        // it serves: up, and not stopped for a move
	CPU     float64     // share of its size in use, 0..1
}
