package report

import (
	"fmt"
	"math"
	"slices"
	"time"

	"gonum.org/v1/plot/vg"
)

// maxLanes is how many machines or policies get a lane of their own.
const maxLanes = 40

// panels are the charts of a run, from what users feel at the top to what policies did at the bottom.
func (r *Recorder) panels() []panel {
	var ps []panel
	if r.hasRequests() {
		ps = append(ps, r.requestPanel())
	}
	if len(r.hosts) <= fewHosts {
		ps = append(ps, r.cpuPanel())
	} else {
		ps = append(ps, r.bandPanel(), r.fleetPanel(), r.heatPanel(), r.migrationPanel())
	}
	if n := len(r.vms); n > 0 && n <= maxLanes {
		ps = append(ps, r.placePanel())
	}
	if len(r.log.order)+len(r.log.events)+len(r.faults()) > 0 {
		ps = append(ps, r.policyPanel())
	}
	return ps
}

func (r *Recorder) times() []float64 {
	ts := make([]float64, len(r.samples))
	for i, s := range r.samples {
		ts[i] = s.at.Seconds()
	}
	return ts
}

func (r *Recorder) hasRequests() bool {
	n := len(r.samples)
	return n > 0 && r.samples[n-1].done+r.samples[n-1].lost > 0
}

// rates are a counter's growth a second, by sample.
func (r *Recorder) rates(of func(sample) float64) []float64 {
	v := make([]float64, len(r.samples))
	for i := range v {
		v[i] = r.rate(i, of)
	}
	return v
}

func (r *Recorder) requestPanel() panel {
	p := newPlot(r.end())
	done := r.rates(func(s sample) float64 { return s.done })
	lost := r.rates(func(s sample) float64 { return s.lost })
	countAxis(p, max(slices.Max(done), slices.Max(lost)))
	ts := r.times()
	p.Add(area{ts, make([]float64, len(ts)), done, tintColour}, curve{ts, done, busyColour, 1.2, false})
	p.Add(curve{ts, onlyPositive(lost), badColour, 1.6, false})
	return panel{"Requests a second: answered, and in red lost", p, 90}
}

// onlyPositive leaves out stretches of zeros.
func onlyPositive(v []float64) []float64 {
	out := make([]float64, len(v))
	for i := range v {
		out[i] = v[i]
		if slices.Max(v[max(0, i-1):min(len(v), i+2)]) == 0 {
			out[i] = math.NaN()
		}
	}
	return out
}

// hostCPU is a host's curve.
func (r *Recorder) hostCPU(h int) []float64 {
	v := make([]float64, len(r.samples))
	for i := range v {
		v[i] = float64(r.cpuOf(i)[h])
	}
	return v
}

func (r *Recorder) cpuPanel() panel {
	p := newPlot(r.end())
	percentAxis(p)
	ts := r.times()
	for h := range r.hosts {
		p.Add(curve{ts, r.hostCPU(h), series(h), 1.4, h >= maxSeries})
	}
	return panel{"CPU of each host; a gap where it is off", p, 190}
}

// percentiles of the hosts that are on, at each sample.
type percentiles struct{ p10, p25, p50, p75, p90 []float64 }

func (r *Recorder) percentiles() percentiles {
	n := len(r.samples)
	q := percentiles{make([]float64, n), make([]float64, n), make([]float64, n), make([]float64, n), make([]float64, n)}
	on := make([]float64, 0, len(r.hosts))
	for i := range n {
		on = on[:0]
		for _, v := range r.cpuOf(i) {
			if !math.IsNaN(float64(v)) {
				on = append(on, float64(v))
			}
		}
		slices.Sort(on)
		for _, x := range []struct {
			of []float64
			at float64
		}{{q.p10, .1}, {q.p25, .25}, {q.p50, .5}, {q.p75, .75}, {q.p90, .9}} {
			x.of[i] = math.NaN()
			if len(on) > 0 {
				x.of[i] = on[int(x.at*float64(len(on)-1))]
			}
		}
	}
	return q
}

func (r *Recorder) bandPanel() panel {
	p := newPlot(r.end())
	percentAxis(p)
	ts, q := r.times(), r.percentiles()
	p.Add(area{ts, q.p10, q.p90, tintColour}, area{ts, q.p25, q.p75, bandColour}, curve{ts, q.p50, busyColour, 1.5, false})
	return panel{"CPU of the hosts that are on: the median, half of them, and 80 % of them", p, 150}
}

func (r *Recorder) fleetPanel() panel {
	p := newPlot(r.end())
	on := make([]float64, len(r.samples))
	for i, s := range r.samples {
		on[i] = float64(s.on)
	}
	countAxis(p, float64(len(r.hosts)))
	ts := r.times()
	p.Add(area{ts, make([]float64, len(ts)), on, tintColour}, curve{ts, on, busyColour, 1.4, false})
	return panel{fmt.Sprintf("Hosts that are on, of %d", len(r.hosts)), p, 90}
}

func (r *Recorder) migrationPanel() panel {
	p := newPlot(r.end())
	n := make([]float64, len(r.samples))
	for i := range n {
		n[i] = float64(r.samples[i].migrations - r.before(i).migrations)
	}
	countAxis(p, slices.Max(append(n, 1)))
	ts := r.times()
	p.Add(area{ts, make([]float64, len(ts)), n, tintColour}, curve{ts, n, busyColour, 1.2, false})
	return panel{"Migrations in each step", p, 80}
}

// placePanel shows on which host each machine stands, in that host's colour.
func (r *Recorder) placePanel() panel {
	p := newPlot(r.end())
	nameAxis(p, r.vms)
	l := lanes{rows: len(r.vms), thick: 0.68}
	since := make([]move, len(r.vms))
	for i := range since {
		since[i].host = -1
	}
	add := func(vm int, until time.Duration) {
		if s := since[vm]; s.host >= 0 {
			l.bars = append(l.bars, bar{vm, s.at.Seconds(), until.Seconds(), series(s.host), r.hosts[s.host]})
		}
	}
	for _, m := range r.moves {
		add(m.vm, m.at)
		since[m.vm] = m
	}
	for vm := range since {
		add(vm, r.now)
	}
	p.Add(l)
	return panel{"Where each machine is", p, vg.Points(float64(20 * len(r.vms)))}
}

// policyPanel shows what was made to go wrong, when events held, and each policy's runs.
func (r *Recorder) policyPanel() panel {
	p := newPlot(r.end())
	events := r.log.eventOrder[:min(len(r.log.eventOrder), maxLanes)]
	policies := r.log.order[:min(len(r.log.order), maxLanes)]
	faults := r.faults()
	var names []string
	row := map[string]int{}
	if len(faults) > 0 {
		names = append(names, "faults")
	}
	firstEvent := len(names)
	for _, e := range events {
		names = append(names, "event "+e)
	}
	for _, q := range policies {
		row[q] = len(names)
		names = append(names, q)
	}
	nameAxis(p, names)
	for i, e := range events {
		p.Add(marks{len(names), firstEvent + i, r.log.events[e], muteColour})
	}
	l := lanes{rows: len(names), thick: 0.5}
	strokes := lanes{rows: len(names), thick: 0.68} // with room for what went wrong
	blows := marks{len(names), 0, nil, badColour}
	for _, f := range faults {
		if f.blow {
			blows.times = append(blows.times, f.at.Seconds())
			continue
		}
		strokes.bars = append(strokes.bars, bar{0, f.at.Seconds(), f.until.Seconds(), badColour, f.text})
	}
	slices.Sort(blows.times)
	for _, x := range r.log.runs {
		i, ok := row[x.policy]
		if !ok {
			continue
		}
		end, colour := x.end, goodColour
		if end < 0 {
			end, colour = r.now, busyColour
		}
		if x.failed {
			colour = badColour
		}
		l.bars = append(l.bars, bar{i, x.start.Seconds(), end.Seconds(), colour, ""})
	}
	p.Add(l, strokes, blows)
	return panel{"Events, and what policies did: green went well, red failed", p, vg.Points(float64(20 * len(names)))}
}
