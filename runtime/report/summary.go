package report

import (
	"encoding/json"
	"io"
	"math"

	"github.com/tune-autonomic/tune/runtime/manager"
)

// Summary is a run in figures: what summary.json holds. docs/summary.schema.json is its schema.
type Summary struct {
	System   string        `json:"system"`
	Scenario string        `json:"scenario"`
	Seed     uint64        `json:"seed"`
	Bundle   BundleInfo    `json:"bundle"`
	Requests Requests      `json:"requests"`
	Moves    Migrations    `json:"migrations"`
	Energy   Energy        `json:"energy"`
	SLA      SLA           `json:"sla"`
	Hosts    Hosts         `json:"hosts"`
	Time     Time          `json:"time"`
	Policies []PolicyCount `json:"policies"`
	// Data says, a line each, where the loads came from.
	Data []string `json:"data"`
}

// The parts of a Summary. SLA's are in percent.
type (
	// BundleInfo says which bundle ran.
	BundleInfo struct {
		Digest string `json:"digest"`
	}
	// Requests were answered or lost: Lost is a whole number, and counts any part of one. Idle are idle connections that
	// were closed, which loses nothing.
	Requests struct {
		Done   float64 `json:"done"`
		Lost   float64 `json:"lost"`
		Idle   float64 `json:"idle_closed"`
		MeanMs float64 `json:"mean_ms"`
		P99Ms  float64 `json:"p99_ms"`
		// Waiting is left out if there is none.
		Waiting []Waiting `json:"waiting,omitempty"`
	}
	// Migrations are live ones; UnderWay were so at the end.
	Migrations struct {
		Count    int `json:"count"`
		UnderWay int `json:"under_way"`
	}
	// Waiting is a load that never came, as its class was never ready: Clients at most, or requests if that is 0.
	Waiting struct {
		Class   string  `json:"class"`
		Clients float64 `json:"clients"`
	}
	// Energy is what hosts drew.
	Energy struct {
		KWh float64 `json:"kwh"`
	}
	// SLA is as in Beloglazov & Buyya (2012). Average is left out where no interval fell short; fidelity cloudsim alone
	// has intervals.
	SLA struct {
		SLATAH  float64 `json:"slatah"`
		PDM     float64 `json:"pdm"`
		SLAV    float64 `json:"slav"`
		Overall float64 `json:"overall"`
		Average float64 `json:"average,omitempty"`
	}
	// Hosts tells how often one was switched off, and how long it had been on.
	Hosts struct {
		Shutdowns   int     `json:"shutdowns"`
		MeanActiveS float64 `json:"mean_active_s"`
	}
	// Time is the run's own and the wall's.
	Time struct {
		VirtualS float64 `json:"virtual_s"`
		WallS    float64 `json:"wall_s"`
	}
	// PolicyCount counts a policy's runs; Running of them were under way at the end, Failed ended so, Stuck wait for an
	// operator. A run in which a loop passed over an action that failed may have ended well.
	PolicyCount struct {
		Name    string `json:"name"`
		Runs    int    `json:"runs"`
		Running int    `json:"running"`
		Failed  int    `json:"failed"`
		Stuck   int    `json:"stuck"`
		// Why is what was said of the first action that failed.
		Why string `json:"why,omitempty"`
	}
)

// Summary puts a result in figures; digest is the bundle's.
func (r *Recorder) Summary(res manager.Result, digest string) Summary {
	m := res.Metrics
	s := Summary{
		System: r.program().System, Scenario: res.Scenario, Seed: res.Seed, Bundle: BundleInfo{digest},
		Requests: Requests{
			Done: finite(m.Requests.Done), Lost: finite(m.Lost()), Idle: finite(m.Requests.Idle),
			MeanMs: finite(m.Requests.MeanSec * 1e3), P99Ms: finite(m.Requests.P99Sec * 1e3),
		},
		Moves:  Migrations{m.Migrations, m.Moving},
		Energy: Energy{finite(m.EnergyKWh)},
		SLA: SLA{
			SLATAH: finite(m.SLATAH * 100), PDM: finite(m.PDM * 100), SLAV: finite(m.SLAV * 100),
			Overall: finite(m.Overall * 100), Average: finite(m.Average * 100),
		},
		Hosts:    Hosts{m.HostShutdowns, finite(m.MeanActiveSec)},
		Time:     Time{res.Virtual.Seconds(), res.Wall.Seconds()},
		Policies: []PolicyCount{},
		Data:     append([]string{}, res.Origins...),
	}
	for _, w := range m.Requests.Waiting {
		s.Requests.Waiting = append(s.Requests.Waiting, Waiting{r.program().Spaces[w.Space].Name, w.Clients})
	}
	for _, name := range r.log.order {
		c := r.log.counts[name]
		s.Policies = append(s.Policies, PolicyCount{name, c.runs, c.running, c.failed, c.stuck, c.why})
	}
	return s
}

// finite makes a ratio to nothing 0: JSON has no word for it.
func finite(v float64) float64 {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return 0
	}
	return v
}

// WriteJSON writes s for a program to read.
func (s Summary) WriteJSON(w io.Writer) error {
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	return e.Encode(s)
}
