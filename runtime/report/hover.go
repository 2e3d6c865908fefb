package report

import "math"

// facts are what the page's script shows at the pointer: as JSON, times in seconds.
type facts struct {
	At     span        `json:"at"`
	End    float64     `json:"end"`
	Times  []float64   `json:"t"`
	Lines  []hoverLine `json:"lines"`
	Places []hoverLane `json:"places"`
	Runs   []hoverRun  `json:"runs"`
}

// hoverLine is a curve: a value a time, null for none. Var is its colour's name, Unit follows the value.
type hoverLine struct {
	Name   string     `json:"name"`
	Var    string     `json:"var"`
	Unit   string     `json:"unit"`
	Values []*float64 `json:"v"`
}

// hoverLane is where a machine stands from each time on.
type hoverLane struct {
	Name  string     `json:"name"`
	Moves []hoverPut `json:"m"`
}

type hoverPut struct {
	At   float64 `json:"t"`
	Host string  `json:"h"`
	Var  string  `json:"var"`
}

// hoverRun is a run of a policy, or a fault. End is negative while it goes on.
type hoverRun struct {
	Start  float64 `json:"s"`
	End    float64 `json:"e"`
	Policy string  `json:"p"`
	Failed bool    `json:"f,omitempty"`
}

func (r *Recorder) facts(at span) facts {
	f := facts{At: at, End: r.end().Seconds(), Times: r.times()}
	if r.hasRequests() {
		f.add("answered", cssVar(busyColour), "/s", 1, r.rates(func(s sample) float64 { return s.done }))
		f.add("lost", cssVar(badColour), "/s", 1, r.rates(func(s sample) float64 { return s.lost }))
	}
	if len(r.hosts) <= fewHosts {
		for h, name := range r.hosts {
			f.add(name, cssVar(series(h)), " %", 100, r.hostCPU(h))
		}
	} else {
		q := r.percentiles()
		f.add("90 % of hosts below", cssVar(tintColour), " %", 100, q.p90)
		f.add("median", cssVar(busyColour), " %", 100, q.p50)
		f.add("10 % of hosts below", cssVar(tintColour), " %", 100, q.p10)
		on, moved := make([]float64, len(r.samples)), make([]float64, len(r.samples))
		for i, s := range r.samples {
			on[i], moved[i] = float64(s.on), float64(s.migrations)
		}
		f.add("hosts on", cssVar(busyColour), "", 1, on)
		f.add("migrations so far", cssVar(muteColour), "", 1, moved)
	}
	if len(r.vms) <= maxLanes {
		f.Places = r.hoverLanes()
	}
	for _, x := range r.faults() {
		f.Runs = append(f.Runs, hoverRun{x.at.Seconds(), x.until.Seconds(), x.text, true})
	}
	for _, x := range r.log.runs[:min(len(r.log.runs), maxHover)] {
		f.Runs = append(f.Runs, hoverRun{x.start.Seconds(), x.end.Seconds(), x.policy, x.failed})
	}
	return f
}

// add rounds to a tenth: nobody reads more at a pointer.
func (f *facts) add(name, colour, unit string, scale float64, values []float64) {
	l := hoverLine{name, colour, unit, make([]*float64, len(values))}
	for i, v := range values {
		if !math.IsNaN(v) {
			x := math.Round(v*scale*10) / 10
			l.Values[i] = &x
		}
	}
	f.Lines = append(f.Lines, l)
}

func (r *Recorder) hoverLanes() []hoverLane {
	ls := make([]hoverLane, len(r.vms))
	for i, name := range r.vms {
		ls[i].Name = name
	}
	for _, m := range r.moves {
		put := hoverPut{At: m.at.Seconds(), Host: r.hostName(m.host), Var: cssVar(muteColour)}
		if m.host >= 0 {
			put.Var = cssVar(series(m.host))
		}
		ls[m.vm].Moves = append(ls[m.vm].Moves, put)
	}
	return ls
}

func (r *Recorder) hostName(i int) string {
	if i < 0 {
		return ""
	}
	return r.hosts[i]
}
