package sim

import "github.com/tune-autonomic/tune/drivers"

// share divides each host's CPU for the step that comes: everybody gets what he wants, at most his size, and, if all
// together want more than there is, each the same part of what he wants.
func (w *general) share() {
	for _, h := range w.hosts {
		if h.on && (len(h.machines) > 0 || len(h.programs) > 0 || h.moves > 0) {
			w.shareHost(h)
		} else {
			h.want, h.used = 0, 0
		}
	}
}

func (w *general) shareHost(h *host) {
	h.want = float64(float64(h.moves) * w.physics.migrationCPU * h.capacity)
	for _, m := range h.machines {
		m.want = w.wish(m)
		if !m.still {
			h.want += m.want
		}
	}
	for _, p := range h.programs {
		p.want = min(w.appetite(p), h.capacity)
		h.want += p.want
	}

	part := 1.0
	if h.want > h.capacity {
		part = h.capacity / h.want
	}
	spare := max(0, h.capacity-h.want)
	h.used = float64(float64(h.moves) * w.physics.migrationCPU * h.capacity * part)
	for _, m := range h.machines {
		w.grant(m, part, spare)
		h.used += m.used
	}
	for _, p := range h.programs {
		p.limit = min(h.capacity, float64(p.want*part)+spare)
		p.used = float64(w.busy(p) * part)
		h.used += p.used
	}
}

// wish is how much CPU m would use, alone on a host.
func (w *general) wish(m *machine) float64 {
	want := w.own(m)
	for _, p := range m.programs {
		p.want = w.appetite(p)
		want += p.want
	}
	return min(want, m.size)
}

// own is what m wants for itself, its programs aside.
func (w *general) own(m *machine) float64 {
	switch m.state {
	case booting:
		return float64(w.physics.bootCPU * m.spec.MIPS)
	case up:
		return m.load
	}
	return 0
}

// grant gives m its part of what it wants, and its programs theirs of that.
func (w *general) grant(m *machine, part, spare float64) {
	m.used, m.got = 0, 0
	if m.still {
		for _, p := range m.programs {
			p.limit, p.used = 0, 0
		}
		return
	}
	m.got = float64(m.want * part)
	sum := w.own(m)
	for _, p := range m.programs {
		sum += p.want
	}
	inner := part
	if sum > m.size {
		inner = part * m.size / sum
	}
	more := min(spare, m.size-m.got)
	m.used = float64(w.own(m) * inner)
	for _, p := range m.programs {
		p.limit = float64(p.want*inner) + more
		p.used = float64(w.busy(p) * inner)
		m.used += p.used
	}
}

// busy is what p wants for other things than requests.
func (w *general) busy(p *program) float64 {
	if p.state != starting {
		return 0
	}
	_, core := p.room()
	return float64(w.physics.startCPU * core)
}

// use counts CPU that p spent on requests in this step.
func (p *program) use(mips float64) {
	p.used += mips
	if p.machine != nil {
		p.machine.used += mips
		p.machine.host.used += mips
		return
	}
	p.host.used += mips
}

// account closes a step of dt seconds: what was used in it is work done, energy drawn, and service granted or not.
func (w *general) account(dt float64) {
	for _, h := range w.hosts {
		if !h.on && !comingUp(h) {
			continue
		}
		h.used = min(h.used, h.capacity)
		h.work += float64(h.used * dt)
		w.ledger.host(h, dt)
	}
	for _, m := range w.machines {
		if m.state < booting {
			continue
		}
		m.work += float64(m.used * dt)
		w.ledger.machine(m, dt)
	}
	for _, p := range w.programs {
		p.work += float64(p.used * dt)
		p.used = 0
	}
}

// planTraces lets the load of machines follow their traces.
func (w *general) planTraces() {
	for _, trace := range w.cfg.Traces {
		if trace.Step <= 0 || len(trace.Load) == 0 {
			continue
		}
		w.follow(trace, 0)
	}
}

// follow sets the loads of step k, and plans the next one. After its end a trace stays as it is.
func (w *general) follow(trace Trace, k int) {
	more := false
	for i, row := range trace.Load {
		m := w.machineAt(drivers.Ref{Space: trace.Space, Index: int32(i)})
		if m == nil || k >= len(row) {
			continue
		}
		m.load = float64(row[k] * m.size)
		more = more || k+1 < len(row)
	}
	if more {
		w.agenda.add(multiple(k+1, trace.Step), func() { w.follow(trace, k+1) })
	}
}
