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

// strikeHost crashes a host; one that is on, drawn from the seed, of those that the fault is about. It comes back when For
// is over, or else when somebody switches it on.
func (w *general) strikeHost(f Fault) {
	var on []*host
	for _, h := range w.hosts {
		if h.on && f.about(h.ref) {
			on = append(on, h)
		}
	}
	if len(on) == 0 {
		w.struck("crash %s: it isn't on, so nothing crashes", w.victims(f, "any host"))
		return
	}
	h := on[0]
	if len(on) > 1 {
		h = on[w.rand.IntN(len(on))]
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

// strikeJob makes a migration fail or stall: the first under way that the fault is about, or else the next to come.
func (w *general) strikeJob(f Fault) {
	for _, j := range w.running {
		if f.hits(j) {
			w.hit(f, j)
			return
		}
	}
	w.struck("%s migration of %s: none is under way, so the next one is struck", f.Kind, w.victims(f, "any machine"))
	w.armed = append(w.armed, f)
}

// struck tells what has become of a fault.
func (w *general) struck(format string, args ...any) {
	if w.cfg.Struck != nil {
		w.cfg.Struck(w.now, fmt.Sprintf(format, args...))
	}
}

// victims names whom a fault is about.
func (w *general) victims(f Fault, any string) string {
	switch {
	case f.Target == drivers.NoRef:
		return any
	case f.More > 0:
		last := drivers.Ref{Space: f.Target.Space, Index: f.Target.Index + f.More}
		return w.name(f.Target) + " … " + w.name(last)
	}
	return w.name(f.Target)
}

// afflict lets the first armed fault that is about j hit it.
func (w *general) afflict(j *job) {
	for i, f := range w.armed {
		if f.hits(j) {
			w.hit(f, j)
			w.armed = append(w.armed[:i], w.armed[i+1:]...)
			return
		}
	}
}

// hits says whether j is a migration on its way that a fault is about.
func (f *Fault) hits(j *job) bool {
	return j.cmd.Verb == drivers.MigratePrepare && len(j.steps) > 0 && f.about(j.cmd.Target)
}

func (w *general) hit(f Fault, j *job) {
	what := "stalls"
	switch {
	case f.Kind == "fail":
		j.doomed, what = true, "breaks off"
	case f.For > 0:
		j.delay, what = f.For, "stalls for "+f.For.String()
	default:
		j.stalled = true
	}
	w.struck("the migration of %s to %s %s", w.name(j.cmd.Target), w.name(j.cmd.Host), what)
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
		if m.until > 0 && w.now >= m.until || !w.sameMetric(f.Probe, probe) || !f.about(thing) {
			continue
		}
		if f.Kind == "silence" {
			return 0, false
		}
		value += float64(value * f.By)
	}
	return value, true
}

// sameMetric says whether two probes tell the same of the same things, as those of several classes of machines do.
func (w *general) sameMetric(a, b int32) bool {
	x, y := &w.probes[a].spec, &w.probes[b].spec
	return x.Space == y.Space && x.Name == y.Name
}
