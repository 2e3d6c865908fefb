package sim

import (
	"fmt"
	"slices"
	"time"

	"github.com/tune-autonomic/tune/drivers"
)

// host is a physical machine.
type host struct {
	ref      drivers.Ref
	spec     drivers.HostSpec
	capacity float64 // MIPS
	on       bool    // switched on, and not crashed
	crashed  bool
	silent   bool          // it was told to be down
	since    time.Duration // on since
	machines []*machine    // in the order in which they came
	programs []*program    // that stand on it directly
	lent     float64       // bytes promised to machines, to copies on their way here too
	moves    int           // live migrations under way from or to it
	ghosts   []drivers.Ref // what ended here without anybody knowing: machines, then what stood on the host itself
	job      *job

	want, used float64 // MIPS, in this step
	work       float64 // million instructions since the beginning
}

// machineState is what a machine does.
type machineState uint8

const (
	absent machineState = iota
	building
	halted
	booting
	up
)

// machine is a virtual machine.
type machine struct {
	ref      drivers.Ref
	spec     drivers.MachineSpec
	size     float64 // MIPS
	state    machineState
	host     *host // nil if absent
	programs []*program
	job      *job
	move     *move // a migration that isn't committed or aborted yet
	still    bool  // stopped by it

	load            float64 // of its trace, MIPS
	want, got, used float64 // MIPS, in this step
	work            float64
}

// programState is what software does.
type programState uint8

const (
	missing programState = iota
	installing
	stopped
	starting
	ready
	interrupted
)

// program is an instance of software, on a host or in a machine.
type program struct {
	ref     drivers.Ref
	ops     []drivers.OpSpec
	state   programState
	host    *host    // nil if it is in a machine
	machine *machine // nil if it is on a host
	job     *job
	shuns   []*program           // those drained by it, to which it sends nothing
	quiet   bool                 // drained by itself: nobody sends it anything
	weighs  map[*program]float64 // the weights by which it deals requests out; 1 if it has none

	want, limit, used float64 // MIPS, in this step: limit is what it could get
	work              float64
	station           station
}

// running says whether m computes.
func (m *machine) running() bool { return (m.state == up || m.state == booting) && !m.still }

// room is the most CPU that p may ever use, and the speed of one of its cores, in MIPS.
func (p *program) room() (size, core float64) {
	if p.machine != nil {
		return p.machine.size, p.machine.spec.MIPS
	}
	if p.host != nil {
		return p.host.capacity, p.host.spec.MIPS
	}
	return 0, 0
}

// stands says whether what p is installed on works.
func (p *program) stands() bool {
	if p.machine != nil {
		return p.machine.state == up && p.machine.host != nil && p.machine.host.on
	}
	return p.host != nil && p.host.on
}

// reachable says whether p computes now.
func (p *program) reachable() bool {
	return p.stands() && (p.machine == nil || !p.machine.still)
}

// build makes the hosts and machines of the site. Software comes when it is created.
func (w *general) build() error {
	w.first = make([]int32, len(w.site.Spaces))
	for i, space := range w.site.Spaces {
		switch {
		case len(space.Hosts) > 0:
			w.first[i] = int32(len(w.hosts))
			for k, spec := range space.Hosts {
				h := &host{ref: drivers.Ref{Space: int32(i), Index: int32(k)}, spec: spec, capacity: float64(spec.Cores * spec.MIPS), on: true}
				if !(h.capacity > 0) || !(spec.Memory > 0) {
					return fmt.Errorf("host %s must have cores, MIPS and memory, each more than 0", spec.Name)
				}
				w.hosts = append(w.hosts, h)
			}
		case len(space.Machines) > 0:
			w.first[i] = int32(len(w.machines))
			for k, spec := range space.Machines {
				m := &machine{ref: drivers.Ref{Space: int32(i), Index: int32(k)}, spec: spec, size: float64(spec.VCPUs * spec.MIPS)}
				if !(m.size > 0) || !(spec.Memory > 0) {
					return fmt.Errorf("machine %s must have vcpus, MIPS and memory, each more than 0", spec.Name)
				}
				w.machines = append(w.machines, m)
			}
		}
	}
	return nil
}

// hostAt is host r, nil if there is none; machineAt and programAt likewise.
func (w *general) hostAt(r drivers.Ref) *host {
	if s := w.space(r); s == nil || int(r.Index) >= len(s.Hosts) {
		return nil
	}
	return w.hosts[w.first[r.Space]+r.Index]
}

func (w *general) machineAt(r drivers.Ref) *machine {
	if s := w.space(r); s == nil || int(r.Index) >= len(s.Machines) {
		return nil
	}
	return w.machines[w.first[r.Space]+r.Index]
}

// programAt makes the program known if it is a new one: anybody may name an instance that there isn't yet.
func (w *general) programAt(r drivers.Ref) *program {
	s := w.space(r)
	if s == nil || !s.Software {
		return nil
	}
	if p, ok := w.known[r]; ok {
		return p
	}
	p := &program{ref: r, ops: s.Ops}
	w.known[r] = p
	return p
}

func (w *general) space(r drivers.Ref) *drivers.SpaceSpec {
	if r.Space < 0 || int(r.Space) >= len(w.site.Spaces) || r.Index < 0 {
		return nil
	}
	return &w.site.Spaces[r.Space]
}

// name is what people call r.
func (w *general) name(r drivers.Ref) string {
	if h := w.hostAt(r); h != nil && h.spec.Name != "" {
		return h.spec.Name
	}
	if m := w.machineAt(r); m != nil && m.spec.Name != "" {
		return m.spec.Name
	}
	if s := w.space(r); s != nil {
		return fmt.Sprintf("%s-%d", s.Name, r.Index+1)
	}
	return fmt.Sprintf("instance %d of space %d", r.Index, r.Space)
}

// put places m on h, where it takes memory; leave takes it away.
func (m *machine) put(h *host) {
	m.host = h
	h.machines = append(h.machines, m)
	h.lent += m.spec.Memory
}

func (m *machine) leave() {
	h := m.host
	h.machines = without(h.machines, m)
	h.lent -= m.spec.Memory
	m.host = nil
	m.used, m.got = 0, 0
}

// install makes p part of the machine, or else of the host; remove undoes it.
func (w *general) install(p *program, h *host, m *machine) {
	p.host, p.machine = h, m
	if m != nil {
		m.programs = append(m.programs, p)
	} else {
		h.programs = append(h.programs, p)
	}
	w.programs = append(w.programs, p)
}

func (w *general) remove(p *program) {
	if p.machine != nil {
		p.machine.programs = without(p.machine.programs, p)
	} else {
		p.host.programs = without(p.host.programs, p)
	}
	p.host, p.machine, p.state = nil, nil, missing
	p.shuns, p.quiet, p.weighs = nil, false, nil
	w.programs = without(w.programs, p)
	for _, q := range w.programs {
		q.shuns = without(q.shuns, p)
		delete(q.weighs, p)
	}
}

func without[T comparable](s []T, x T) []T {
	if i := slices.Index(s, x); i >= 0 {
		return slices.Delete(s, i, i+1)
	}
	return s
}
