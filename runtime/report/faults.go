package report

import (
	"time"

	"github.com/tune-autonomic/tune/compiler/bundle"
)

// fault is something that the scenario lets go wrong, from at to until; a blow, as a crash is, is over at once.
type fault struct {
	at, until time.Duration
	blow      bool
	text      string
}

// faults are those of the scenario that came before the run's end, in its order.
func (r *Recorder) faults() []fault {
	var fs []fault
	for _, sc := range r.program().Scenarios {
		if sc.Name != r.stage.Scenario {
			continue
		}
		for _, f := range sc.Faults {
			if at := time.Duration(f.At); at < r.now {
				fs = append(fs, fault{at, r.faultEnd(f), f.For == 0 && f.Probe < 0, r.faultText(f)})
			}
		}
	}
	return fs
}

// faultEnd is when a fault is over: a probe that is silent or lies goes on for ever if it isn't said for how long.
func (r *Recorder) faultEnd(f bundle.Fault) time.Duration {
	switch {
	case f.For > 0 && f.For < int64(r.now)-f.At:
		return time.Duration(f.At + f.For)
	case f.For > 0 || f.Probe >= 0:
		return r.now
	}
	return time.Duration(f.At)
}

// faultText says what goes wrong, and how long.
func (r *Recorder) faultText(f bundle.Fault) string {
	text := f.Of(r.program())
	if f.For > 0 {
		text += " for " + people(time.Duration(f.For))
	}
	return text
}
