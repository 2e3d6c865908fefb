package drivertest

import (
	"math"
	"time"

	"github.com/tune-autonomic/tune/drivers"
)

// watched is a probe of machines, or else of hosts; -1 if the site has neither.
func (r *rig) watched() int32 {
	found := int32(-1)
	for i, p := range r.Site.Probes {
		if p.Space == r.guests {
			return int32(i)
		}
		if p.Space == r.family {
			found = int32(i)
		}
	}
	return found
}

// seen is how many samples of an instance came since frame number from, and how many frames there are.
func (r *rig) seen(probe, index int32, from int) (samples, until int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, f := range r.frames[from:] {
		for _, s := range f.Samples {
			if s.Probe == probe && s.Index == index {
				samples++
			}
		}
	}
	return samples, len(r.frames)
}

func frames(r *rig) {
	r.Helper()
	probe := r.watched()
	if probe < 0 {
		r.Logf("the site has no probe of hosts or machines")
		return
	}
	r.launch(r.machine(0), r.host(0))
	_, from := r.seen(probe, 0, 0)
	every := r.Site.Probes[probe].Every
	r.let(10*every+every/2, func() bool { return false })
	samples, _ := r.seen(probe, 0, from)
	r.expect(samples >= 8 && samples <= 12, "in ten periods of %v probe %s gave %d samples, not about ten", every, r.Site.Probes[probe].Name, samples)

	r.mu.Lock()
	defer r.mu.Unlock()
	last := time.Duration(math.MinInt64)
	for _, f := range r.frames {
		r.expect(f.At >= last, "a frame of %v came after one of %v: out of order", f.At, last)
		last = f.At
		r.expect(len(f.Samples) > 0, "the frame of %v is empty", f.At)
		for _, s := range f.Samples {
			r.sound(s)
		}
	}
}

// sound checks that a sample is about something, and is a number.
func (r *rig) sound(s drivers.Sample) {
	r.Helper()
	r.expect(s.Probe >= 0 && int(s.Probe) < len(r.Site.Probes), "a sample is of probe %d, which isn't there", s.Probe)
	space := r.Site.Spaces[r.Site.Probes[s.Probe].Space]
	if !space.Software {
		n := len(space.Hosts) + len(space.Machines)
		r.expect(s.Index >= 0 && int(s.Index) < n, "a sample is of instance %d of %s, which isn't there", s.Index, space.Name)
	}
	r.expect(!math.IsNaN(s.Value) && !math.IsInf(s.Value, 0), "a sample of probe %d is %v", s.Probe, s.Value)
}

func pausedProbe(r *rig) {
	r.Helper()
	probe := r.watched()
	if probe < 0 {
		r.Logf("the site has no probe of hosts or machines")
		return
	}
	r.launch(r.machine(0), r.host(0))
	target := drivers.Ref{Space: r.Site.Probes[probe].Space, Index: 0}
	spell := 5*r.Site.Probes[probe].Every + r.Site.Probes[probe].Every/2
	pause := r.command(drivers.PauseProbe, target, drivers.NoRef)
	pause.Probe = probe
	r.must(pause)
	_, from := r.seen(probe, 0, 0)
	r.let(spell, func() bool { return false })
	samples, from := r.seen(probe, 0, from)
	r.expect(samples == 0, "a paused probe gave %d samples", samples)

	resume := r.command(drivers.ResumeProbe, target, drivers.NoRef)
	resume.Probe = probe
	r.must(resume)
	r.let(spell, func() bool { return false })
	samples, _ = r.seen(probe, 0, from)
	r.expect(samples >= 3, "a probe that was resumed gave %d samples in %v", samples, spell)
}

// factsAreTrue does ordinary things, about which there is nothing to tell unasked.
func factsAreTrue(r *rig) {
	r.Helper()
	if !r.creates() {
		return
	}
	r.launch(r.machine(0), r.host(0))
	r.settle()
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, f := range r.facts {
		r.expect(f.Kind != drivers.Gone && f.Kind != drivers.Down, "the driver says that %v is %s, but it is there", f.Ref, map[drivers.FactKind]string{drivers.Gone: "gone", drivers.Down: "down"}[f.Kind])
	}
}

// closed closes a driver that is in the middle of something.
func closed(r *rig) {
	r.Helper()
	if r.creates() {
		r.must(r.command(drivers.Create, r.machine(0), r.host(0)))
		r.start(r.command(drivers.Start, r.machine(0), drivers.NoRef))
	}
	r.close()
	r.settle()
	r.mu.Lock()
	defer r.mu.Unlock()
	r.expect(r.late == 0, "after Close the driver called its sink %d times", r.late)
}
