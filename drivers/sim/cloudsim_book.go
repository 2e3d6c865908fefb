package sim

// csBook adds up what a run amounts to, entry by entry, so that no history is kept.
type csBook struct {
	joules     float64
	migrations int

	// Seconds in which hosts were active, and in which they were short of CPU besides.
	active, short float64
	// MIPS times seconds: wanted, granted, and missing while on the way.
	wanted, granted, missed float64
	// Share missing, over the intervals in which something was.
	shortfall  float64
	shortfalls int

	shutdowns int
	upSeconds float64 // of the hosts that shut down, up to then
}

// csHostLog is a host's last entry; it counts from its time to the next one's. A later entry at the same time replaces
// it.
type csHostLog struct {
	known        bool
	at           float64
	util, demand float64
	off          bool    // at the entry before: a host is active before its first
	since        float64 // when it became active
}

func (l *csHostLog) idle() bool { return l.known && l.off && l.util == 0 }

func (l *csHostLog) enter(b *csBook, t, util, demand float64) {
	if l.known && t > l.at {
		if l.util > 0 {
			b.active += t - l.at
			if l.util < l.demand {
				b.short += t - l.at
			}
		}
		l.settle(b)
	}
	l.known, l.at, l.util, l.demand = true, t, util, demand
}

// settle counts the entry as one that no other replaces.
func (l *csHostLog) settle(b *csBook) {
	off := l.util <= 0
	if off && !l.off {
		b.shutdowns++
		b.upSeconds += l.at - l.since
	}
	if !off && l.off {
		l.since = l.at
	}
	l.off = off
}

// csVMLog is a machine's last entry.
type csVMLog struct {
	known         bool
	at            float64
	grant, demand float64
	moving        bool
}

func (l *csVMLog) enter(b *csBook, t, grant, demand float64, moving bool) {
	if dt := t - l.at; l.known && dt > 0 {
		b.wanted += float64(l.demand * dt)
		b.granted += float64(l.grant * dt)
		if l.grant < l.demand {
			b.shortfall += (l.demand - l.grant) / l.demand
			b.shortfalls++
		}
		if l.moving {
			b.missed += float64((l.demand - l.grant) * dt)
		}
	}
	l.known, l.at, l.grant, l.demand, l.moving = true, t, grant, demand, moving
}

// Metrics are CloudSim's figures, by its own rules.
func (c *cloudsim) Metrics() Metrics {
	b := c.book
	for i := range c.hosts {
		if l := c.hosts[i].log; l.known {
			l.settle(&b)
		}
	}
	var m Metrics
	m.Migrations = b.migrations
	m.EnergyKWh = b.joules / 3600 / 1000
	m.SLATAH = ratio(b.short, b.active)
	m.PDM = ratio(b.missed, b.wanted)
	m.SLAV = m.SLATAH * m.PDM
	m.Overall = ratio(b.wanted-b.granted, b.wanted)
	m.Average = ratio(b.shortfall, float64(b.shortfalls))
	m.HostShutdowns = b.shutdowns
	m.MeanActiveSec = ratio(b.upSeconds, float64(b.shutdowns))
	return m
}

func ratio(a, b float64) float64 {
	if b == 0 {
		return 0
	}
	return a / b
}
