package sim

import (
	"math"
	"slices"

	"github.com/tune-autonomic/tune/drivers"
)

// csHost shares its cores among its machines, in the order in which they came.
type csHost struct {
	core, total float64 // MIPS of a core, and of all
	watts       []float64
	list        []int32
	incoming    []bool // beside list: still on its way here
	grant       []float64
	util        float64 // MIPS granted at the last update
	before      float64 // and at the one before
	log         csHostLog
	off         bool // switched off; nothing may come here
	unseen      bool // its probe is paused
}

// csVM is a machine with its trace.
type csVM struct {
	mips, memory float64
	trace        []float64
	load, demand float64 // now: share of its size, and MIPS
	owner        int32   // -1 before it is created and when it is gone
	moving       int32   // to how many hosts it is on its way
	running      bool
	gone         bool // for good: it wanted nothing
	unseen       bool
	log          csVMLog
}

func (h *csHost) receives(vm int32) bool {
	i := slices.Index(h.list, vm)
	return i >= 0 && h.incoming[i]
}

func (h *csHost) add(vms []csVM, vm int32, incoming bool) {
	h.list = append(h.list, vm)
	h.incoming = append(h.incoming, incoming)
	h.grant = append(h.grant, 0)
	h.share(vms)
}

func (h *csHost) remove(vms []csVM, vm int32) {
	i := slices.Index(h.list, vm)
	if i < 0 {
		return
	}
	h.list = slices.Delete(h.list, i, i+1)
	h.incoming = slices.Delete(h.incoming, i, i+1)
	h.grant = h.grant[:len(h.list)]
	h.share(vms)
}

// claim is what a machine counts for when the host is shared out: at most one core, and a tenth of it while it is still
// on its way here.
func (h *csHost) claim(vms []csVM, i int) float64 {
	c := min(vms[h.list[i]].demand, h.core)
	if h.incoming[i] {
		return c * 0.1
	}
	return c
}

// granted is what becomes of a share g of the machine's demand: nine tenths at the source of a migration, one tenth at
// its destination.
func (h *csHost) granted(vms []csVM, i int, g float64) float64 {
	switch {
	case h.incoming[i]:
		return g * 0.1
	case vms[h.list[i]].moving > 0:
		return g * 0.9
	}
	return g
}

// share grants each machine what it wants if there is enough for all; else all of them their part of it, rounded down.
func (h *csHost) share(vms []csVM) {
	left := h.total
	for i, v := range h.list {
		c := h.claim(vms, i)
		if c > left {
			h.scale(vms)
			return
		}
		left -= c
		h.grant[i] = h.granted(vms, i, min(vms[v].demand, h.core))
	}
}

func (h *csHost) scale(vms []csVM) {
	sum := 0.0
	for i := range h.list {
		sum += h.claim(vms, i)
	}
	scale := h.total / sum
	for i, v := range h.list {
		h.grant[i] = math.Floor(h.granted(vms, i, float64(min(vms[v].demand, h.core)*scale)))
	}
}

// update measures host i at time t.
func (c *cloudsim) update(i int32, t float64) { c.updateAt(i, t, csSampleAt(t, c.step.Seconds())) }

func (c *cloudsim) updateAt(i int32, t float64, at csSample) {
	h := &c.hosts[i]
	if len(h.list) == 0 && h.util == 0 && h.before == 0 && h.log.idle() {
		return
	}
	for _, v := range h.list {
		m := &c.vms[v]
		m.load, m.demand = 0, 0
		if m.running {
			m.load = at.of(m.trace)
			m.demand = float64(m.load * m.mips)
			if m.demand == 0 {
				c.idle = append(c.idle, v)
			}
		}
	}
	h.before = h.util
	h.share(c.vms)
	util, demand := 0.0, 0.0
	for j, v := range h.list {
		m, g := &c.vms[v], h.grant[j]
		if !h.incoming[j] {
			m.log.enter(&c.book, t, g, m.demand, m.moving > 0)
			if m.moving > 0 {
				g /= 0.9
			}
		}
		util += g
		demand += m.demand
	}
	h.util = util
	h.log.enter(&c.book, t, util, demand)
}

// force measures all hosts, counts the energy since the last time, and drops the machines that want nothing: they never
// come back.
func (c *cloudsim) force(t float64) {
	c.idle = c.idle[:0]
	at := csSampleAt(t, c.step.Seconds())
	for i := range c.hosts {
		c.updateAt(int32(i), t, at)
	}
	if dt := t - c.last; dt > 0 {
		for i := range c.hosts {
			if h := &c.hosts[i]; h.before > 0 {
				w := csWatts(h.watts, h.before/h.total) + csWatts(h.watts, h.util/h.total)
				c.book.joules += float64(w / 2 * dt)
			}
		}
	}
	slices.Sort(c.idle)
	for _, v := range c.idle {
		c.dropIdle(v)
	}
	c.last, c.forced = t, true
}

// dropIdle drops a machine that wants nothing where it is.
func (c *cloudsim) dropIdle(vm int32) {
	v := &c.vms[vm]
	if !v.running || v.moving > 0 || v.demand != 0 || !v.log.known {
		return
	}
	c.remove(vm)
	v.gone = true
	c.sink.Fact(drivers.Fact{Kind: drivers.Gone, Ref: drivers.Ref{Space: c.guestSpace, Index: vm}})
}

// csSample is a time between two samples of a trace.
type csSample struct {
	low, high int
	step      float64
	after     float64 // seconds since sample low
}

func csSampleAt(t, step float64) csSample {
	x := t / step
	low, high := int(math.Floor(x)), int(math.Ceil(x))
	return csSample{low: low, high: high, step: step, after: t - float64(float64(low)*step)}
}

// of is the load at that time, on the line between two samples; the last one is repeated.
func (s csSample) of(trace []float64) float64 {
	a := trace[min(s.low, len(trace)-1)]
	if s.low == s.high {
		return a
	}
	b := trace[min(s.high, len(trace)-1)]
	slope := (b - a) / s.step
	return a + float64(slope*s.after)
}

// csWatts is the power at load u (0..1), between the points of the curve. The order of the operations is CloudSim's:
// hosts on one segment of the curve differ by rounding alone, and what is chosen then depends on it.
func csWatts(curve []float64, u float64) float64 {
	n := float64(len(curve) - 1)
	k := math.Floor(u * n)
	if u <= 0 || k >= n {
		return curve[int(math.Max(0, math.Min(k, n)))]
	}
	slope := (curve[int(k)+1] - curve[int(k)]) / (100 / n)
	return curve[int(k)] + float64(float64(slope*(u-k/n))*100)
}
