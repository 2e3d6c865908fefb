package sim

import (
	"math"

	"github.com/tune-autonomic/tune/drivers"
)

// ledger adds up what a run amounts to.
type ledger struct {
	done, lost, idle float64
	latency          float64 // seconds times requests
	histogram        [histogramSize]float64

	migrations int
	joules     float64

	active, short float64 // host seconds in use, and those in which less was granted than wanted
	wanted, unmet float64 // by machines, million instructions
	moving        float64 // of unmet, while standing still for a move
	shutdowns     int
	served        float64 // seconds on, of hosts that were shut down
}

// The histogram has eight cells for each doubling of the latency, from 2^-20 s on: a cell is 9 % wide.
const (
	cellsADoubling = 8
	smallest       = -20
	histogramSize  = 32 * cellsADoubling
)

// answer counts requests that waited and then were served for an exponential time: nine in ten for 0.74 of its mean, the
// slowest two in a hundred for the 4.6 that one in a hundred exceeds.
func (l *ledger) answer(n, waited, residence float64) {
	l.done += n
	l.latency += float64(n * (waited + residence))
	l.histogram[cell(waited+float64(0.74*residence))] += float64(0.9 * n)
	l.histogram[cell(waited+float64(2.9*residence))] += float64(0.08 * n)
	l.histogram[cell(waited+float64(4.6*residence))] += float64(0.02 * n)
}

func cell(latency float64) int {
	if latency <= 0 {
		return 0
	}
	fraction, exponent := math.Frexp(latency)
	at := (exponent-smallest)*cellsADoubling + int((fraction-0.5)*2*cellsADoubling)
	return max(0, min(at, histogramSize-1))
}

// percentile is the latency that a share of the answers doesn't exceed, to a cell.
func (l *ledger) percentile(share float64) float64 {
	total, sum := 0.0, 0.0
	for _, n := range l.histogram {
		total += n
	}
	for i, n := range l.histogram {
		if sum += n; sum >= share*total && sum > 0 {
			exponent, part := i/cellsADoubling+smallest, float64(i%cellsADoubling+1)/cellsADoubling
			return math.Ldexp(0.5+part/2, exponent)
		}
	}
	return 0
}

// host counts dt seconds of a host that is on or coming up.
func (l *ledger) host(h *host, dt float64) {
	l.joules += float64(watts(h) * dt)
	if !h.on || h.used <= 0 {
		return
	}
	l.active += dt
	if h.want > h.capacity {
		l.short += dt
	}
}

// machine counts dt seconds of a machine that runs or stands.
func (l *ledger) machine(m *machine, dt float64) {
	l.wanted += float64(m.want * dt)
	lack := m.want - m.got
	if lack <= m.want*1e-12 {
		return
	}
	l.unmet += float64(lack * dt)
	if m.still {
		l.moving += float64(lack * dt)
	}
}

// shutDown counts a host that was switched off after so many seconds.
func (l *ledger) shutDown(on float64) {
	l.shutdowns++
	l.served += on
}

// watts is what a host draws: nothing if its curve isn't known.
func watts(h *host) float64 {
	curve := h.spec.Watts
	if len(curve) == 0 || !h.on && !comingUp(h) {
		return 0
	}
	if len(curve) == 1 {
		return curve[0]
	}
	at := float64(min(h.used/h.capacity, 1) * float64(len(curve)-1))
	i := min(int(at), len(curve)-2)
	return curve[i] + float64((curve[i+1]-curve[i])*(at-float64(i)))
}

func comingUp(h *host) bool { return h.job != nil && h.job.cmd.Verb == drivers.PowerOn }

// Metrics is what the run amounts to so far.
func (w *general) Metrics() Metrics {
	l := &w.ledger
	var m Metrics
	m.Requests.Done, m.Requests.Lost, m.Requests.Idle = l.done, l.lost, l.idle
	m.Requests.MeanSec, m.Requests.P99Sec = over(l.latency, l.done), l.percentile(0.99)
	m.Requests.Waiting = w.traffic.waiting(w.now)
	m.Migrations = l.migrations
	for _, vm := range w.machines {
		if vm.move != nil {
			m.Moving++
		}
	}
	m.EnergyKWh = l.joules / 3.6e6
	m.SLATAH, m.PDM = over(l.short, l.active), over(l.moving, l.wanted)
	m.SLAV = m.SLATAH * m.PDM
	m.Overall = over(l.unmet, l.wanted)
	m.HostShutdowns, m.MeanActiveSec = l.shutdowns, over(l.served, float64(l.shutdowns))
	return m
}

func over(a, b float64) float64 {
	if b == 0 {
		return 0
	}
	return a / b
}
