package sim

import "github.com/tune-autonomic/tune/drivers"

// Observe writes the state of now over s.
func (w *general) Observe(s *Snapshot) {
	s.Hosts, s.Machines = s.Hosts[:0], s.Machines[:0]
	for _, h := range w.hosts {
		state := HostState{Ref: h.ref, On: h.on, Watts: watts(h)}
		if h.on {
			state.CPU = h.used / h.capacity
		}
		s.Hosts = append(s.Hosts, state)
	}
	for _, m := range w.machines {
		state := MachineState{Ref: m.ref, Host: drivers.NoRef, To: drivers.NoRef, Running: m.state == up && !m.still}
		if m.host != nil {
			state.Host = m.host.ref
		}
		if m.move != nil && m.move.to != nil {
			state.To = m.move.to.ref
		}
		if m.running() {
			state.CPU = m.used / m.size
		}
		s.Machines = append(s.Machines, state)
	}
}
