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
	incoming    []bool    // beside list: still on its way here
	grant       []float64 // beside list: what each gets since the last update
	util        float64   // MIPS granted at the last update
	before      float64   // and at the one before
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

// add and remove leave it to the next update what each machine is granted.
func (h *csHost) add(vm int32, incoming bool) {
	h.list = append(h.list, vm)
	h.incoming = append(h.incoming, incoming)
	h.grant = append(h.grant, 0)
}

func (h *csHost) remove(vm int32) {
	i := slices.Index(h.list, vm)
	if i < 0 {
		return
	}
	h.list = slices.Delete(h.list, i, i+1)
	h.incoming = slices.Delete(h.incoming, i, i+1)
	h.grant = h.grant[:len(h.list)]
}

// wants is what a machine can use of a host at most: one core.
func (h *csHost) wants(v *csVM) float64 {
	if v.demand > h.core {
		return h.core
	}
	return v.demand
}

// counted is what a machine that wants w counts for when the host is shared out: a tenth while it is still on its way here.
func (h *csHost) counted(i int, w float64) float64 {
	if h.incoming[i] {
		return w * 0.1
	}
	return w
}

// granted is what becomes of a share g of a machine's demand: nine tenths at the source of a migration, one tenth at
// its destination.
func (h *csHost) granted(v *csVM, i int, g float64) float64 {
	switch {
	case h.incoming[i]:
		return g * 0.1
	case v.moving > 0:
		return g * 0.9
	}
	return g
}

// share grants each machine what it wants if there is enough for all; else all of them their part of it, rounded down.
func (h *csHost) share(vms []csVM) {
	left := h.total
	for i, v := range h.list {
		w := h.wants(&vms[v])
		c := h.counted(i, w)
		if c > left {
			h.scale(vms)
			return
		}
		left -= c
		h.grant[i] = h.granted(&vms[v], i, w)
	}
}

func (h *csHost) scale(vms []csVM) {
	sum := 0.0
	for i, v := range h.list {
		sum += h.counted(i, h.wants(&vms[v]))
	}
	scale := h.total / sum
	for i, v := range h.list {
		h.grant[i] = math.Floor(h.granted(&vms[v], i, float64(h.wants(&vms[v])*scale)))
	}
}

// update measures host i at time t.
func (c *cloudsim) update(i int32, t float64) { c.updateAt(i, t, c.sampleAt(t)) }

func (c *cloudsim) updateAt(i int32, t float64, at csSample) {
	h := &c.hosts[i]
	if len(h.list) == 0 && h.util == 0 && h.before == 0 && h.log.idle() {
		return
	}
	for _, v := range h.list {
		m := &c.vms[v]
		m.load, m.demand = 0, 0
		if m.running {
			m.load = at.of(v)
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
	at := c.sampleAt(t)
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

// csLoads are the traces between two samples, side by side: at sample low each machine's load, and by how much it changes
// in a second until the next. The last sample is repeated.
type csLoads struct {
	low         int
	load, slope []float64
}

func newCSLoads(machines int) csLoads {
	return csLoads{low: -1, load: make([]float64, machines), slope: make([]float64, machines)}
}

// csSample is the loads at a time, so many seconds after sample low.
type csSample struct {
	*csLoads
	after float64
}

// sampleAt is the loads at time t.
func (c *cloudsim) sampleAt(t float64) csSample {
	step := c.step.Seconds()
	x := t / step
	low := math.Floor(x)
	if l := &c.loads; l.low != int(low) {
		l.low = int(low)
		for i := range c.vms {
			trace := c.vms[i].trace
			a, b := trace[min(l.low, len(trace)-1)], trace[min(l.low+1, len(trace)-1)]
			l.load[i], l.slope[i] = a, (b-a)/step
		}
	}
	if x == low {
		return csSample{&c.loads, 0}
	}
	return csSample{&c.loads, t - float64(low*step)}
}

// of is a machine's load, on the line between two samples.
func (s csSample) of(vm int32) float64 { return s.load[vm] + float64(s.slope[vm]*s.after) }

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
