package sim

import (
	"fmt"
	"time"

	"github.com/tune-autonomic/tune/drivers"
)

// mask is a probe that is silent or lies, from now until a time; for ever if that is 0.
type mask struct {
	fault Fault
	until time.Duration
}

// planFaults puts the faults of the scenario on the agenda.
func (w *general) planFaults() error {
	for _, f := range w.cfg.Faults {
		var strike func()
		switch f.Kind {
		case "crash":
			if f.Target != drivers.NoRef && w.hostAt(f.Target) == nil {
				return fmt.Errorf("a crash at %v: %s isn't a host", f.At, w.name(f.Target))
			}
			strike = func() { w.strikeHost(f) }
		case "fail", "stall":
			strike = func() { w.strikeJob(f) }
		case "silence", "lie":
			if f.Probe < 0 || int(f.Probe) >= len(w.probes) {
				return fmt.Errorf("a %s at %v: there is no probe %d", f.Kind, f.At, f.Probe)
			}
			strike = func() { w.strikeProbe(f) }
		default:
			return fmt.Errorf("a fault at %v is %q: it must be crash, fail, stall, silence or lie", f.At, f.Kind)
		}
		w.agenda.add(f.At, strike)
	}
	return nil
}

// strikeHost crashes a host; any that is on if the fault doesn't name one. It comes back when For is over, or else when
// somebody switches it on.
func (w *general) strikeHost(f Fault) {
	h := w.hostAt(f.Target)
	if h == nil {
		var on []*host
		for _, h := range w.hosts {
			if h.on {
				on = append(on, h)
			}
		}
		if len(on) == 0 {
			return
		}
		h = on[w.rand.IntN(len(on))]
	}
	if !h.on {
		return
	}
	w.crash(h)
	if f.For > 0 {
		w.after(f.For, func() {
			if h.crashed {
				w.comeUp(h)
			}
		})
	}
}

// strikeJob makes a command fail or stall: the first under way that the fault means, or else the next to come.
func (w *general) strikeJob(f Fault) {
	for _, j := range w.running {
		if w.means(f, j) {
			hit(f, j)
			return
		}
	}
	w.armed = append(w.armed, f)
}

// afflict lets the first armed fault that means j hit it.
func (w *general) afflict(j *job) {
	for i, f := range w.armed {
		if w.means(f, j) {
			hit(f, j)
			w.armed = append(w.armed[:i], w.armed[i+1:]...)
			return
		}
	}
}

// means says whether a fault is about j: one without a target is about migrations.
func (w *general) means(f Fault, j *job) bool {
	if len(j.steps) == 0 {
		return false
	}
	if f.Target == drivers.NoRef {
		return j.cmd.Verb == drivers.MigratePrepare
	}
	return j.cmd.Target == f.Target
}

func hit(f Fault, j *job) {
	switch {
	case f.Kind == "fail":
		j.doomed = true
	case f.For > 0:
		j.delay = f.For
	default:
		j.stalled = true
	}
}

func (w *general) strikeProbe(f Fault) {
	m := mask{fault: f}
	if f.For > 0 {
		m.until = w.now + f.For
	}
	w.masks = append(w.masks, m)
}

// disguise is what a probe tells of a value, and whether it tells anything.
func (w *general) disguise(probe int32, thing drivers.Ref, value float64) (float64, bool) {
	for _, m := range w.masks {
		f := m.fault
		if m.until > 0 && w.now >= m.until || f.Probe != probe || f.Target != drivers.NoRef && f.Target != thing {
			continue
		}
		if f.Kind == "silence" {
			return 0, false
		}
		value += float64(value * f.By)
	}
	return value, true
}
