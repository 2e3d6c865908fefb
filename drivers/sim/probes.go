package sim

import (
	"fmt"
	"time"

	"github.com/tune-autonomic/tune/drivers"
)

// probe is something that is watched, at each multiple of its period.
type probe struct {
	spec    drivers.ProbeSpec
	measure func(w *general, p *probe, number int32, since float64)
	due     time.Duration
	before  []float64 // work of each thing when it was last measured
	early   map[int32]float64
	paused  map[int32]bool
}

func (w *general) buildProbes() error {
	for _, spec := range w.site.Probes {
		if spec.Space < 0 || int(spec.Space) >= len(w.site.Spaces) {
			return fmt.Errorf("probe %s watches space %d, which isn't there", spec.Name, spec.Space)
		}
		if spec.Every <= 0 {
			return fmt.Errorf("probe %s has a period of %v", spec.Name, spec.Every)
		}
		space := w.site.Spaces[spec.Space]
		p := probe{spec: spec, due: spec.Every, paused: map[int32]bool{}}
		switch {
		case len(space.Hosts) > 0 && (spec.Source == "cpu" || spec.Source == "memory"):
			p.measure = (*general).measureHosts
			p.before = make([]float64, len(space.Hosts))
		case len(space.Machines) > 0 && (spec.Source == "cpu" || spec.Source == "memory"):
			p.measure = (*general).measureMachines
			p.before = make([]float64, len(space.Machines))
		case space.Software && spec.Source == "process.cpu":
			p.measure = (*general).measurePrograms
			p.early = map[int32]float64{}
		default:
			return fmt.Errorf("probe %s: the simulator cannot measure %q of %s; it can measure cpu and memory of hosts and "+
				"machines, and process.cpu of software", spec.Name, spec.Source, space.Name)
		}
		w.probes = append(w.probes, p)
	}
	return nil
}

// sampleProbes measures what is due.
func (w *general) sampleProbes() {
	for i := range w.probes {
		p := &w.probes[i]
		if p.due > w.now {
			continue
		}
		p.measure(w, p, int32(i), p.spec.Every.Seconds())
		p.due = later(p.due, p.spec.Every)
	}
}

// sample adds a value to this instant's frame, if the probe isn't paused or silent.
func (w *general) sample(p *probe, number int32, thing drivers.Ref, value float64) {
	if len(p.paused) > 0 && p.paused[thing.Index] {
		return
	}
	if len(w.masks) > 0 {
		told, ok := w.disguise(number, thing, value)
		if !ok {
			return
		}
		value = told
	}
	w.samples = append(w.samples, drivers.Sample{Probe: number, Index: thing.Index, Value: value})
}

func (w *general) measureHosts(p *probe, number int32, since float64) {
	for i, h := range w.hosts[w.first[p.spec.Space]:][:len(p.before)] {
		done := h.work - p.before[i]
		p.before[i] = h.work
		switch {
		case !h.on:
		case p.spec.Source == "memory":
			w.sample(p, number, h.ref, h.lent/h.spec.Memory)
		default:
			w.sample(p, number, h.ref, done/float64(h.capacity*since))
		}
	}
}

// measureMachines measures those that are up; while one stands still for a move nobody can tell.
func (w *general) measureMachines(p *probe, number int32, since float64) {
	for i, m := range w.machines[w.first[p.spec.Space]:][:len(p.before)] {
		done := m.work - p.before[i]
		p.before[i] = m.work
		switch {
		case !m.running():
		case p.spec.Source == "memory":
			w.sample(p, number, m.ref, w.physics.guestMemory)
		default:
			w.sample(p, number, m.ref, done/float64(m.size*since))
		}
	}
}

func (w *general) measurePrograms(p *probe, number int32, since float64) {
	for _, s := range w.programs {
		if s.ref.Space != p.spec.Space {
			continue
		}
		done := s.work - p.early[s.ref.Index]
		p.early[s.ref.Index] = s.work
		if size, _ := s.room(); s.state == ready && s.reachable() {
			w.sample(p, number, s.ref, done/float64(size*since))
		}
	}
}
