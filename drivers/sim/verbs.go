package sim

import (
	"fmt"
	"slices"

	"github.com/tune-autonomic/tune/drivers"
)

// launch checks whether a job's command can be carried out, begins it, and lays down its steps. What is the case already
// needs none; an error means that nothing has changed.
func (w *general) launch(j *job) error {
	switch j.cmd.Verb {
	case drivers.Create, drivers.Destroy, drivers.Start, drivers.Stop, drivers.Operate, drivers.MigratePrepare:
		if err := w.seen(j.cmd); err != nil {
			return err
		}
	}
	switch j.cmd.Verb {
	case drivers.Create:
		return w.create(j)
	case drivers.Destroy:
		return w.destroy(j)
	case drivers.Start:
		return w.start(j)
	case drivers.Stop:
		return w.stop(j)
	case drivers.Operate:
		return w.operate(j)
	case drivers.MigratePrepare:
		return w.prepare(j)
	case drivers.MigrateCommit:
		return w.commit(j)
	case drivers.MigrateAbort:
		return w.abort(j)
	case drivers.PowerOn:
		return w.powerOn(j)
	case drivers.PowerOff:
		return w.powerOff(j)
	case drivers.Fence:
		return w.fence(j)
	case drivers.PauseProbe, drivers.ResumeProbe:
		return w.pauseProbe(j)
	}
	return drivers.ErrUnsupported
}

// lasts adds a step of about so many seconds to a job.
func (w *general) lasts(j *job, sec float64, do func()) {
	j.steps = append(j.steps, step{w.last(sec), do})
}

// usable says why h can't take anything now; nil if it can.
func (w *general) usable(h *host, r drivers.Ref) error {
	switch {
	case h == nil:
		return fmt.Errorf("%s isn't a host", w.name(r))
	case h.crashed:
		return fmt.Errorf("host %s doesn't answer", w.name(r))
	case !h.on:
		return fmt.Errorf("host %s is off", w.name(r))
	case h.job != nil:
		return fmt.Errorf("host %s is being switched", w.name(r))
	}
	return nil
}

// fits says why m doesn't find room in h's memory; nil if it does.
func (w *general) fits(m *machine, h *host) error {
	if left := h.spec.Memory - h.lent; m.spec.Memory > left {
		return fmt.Errorf("%s needs %.0f MiB of memory, and host %s has %.0f MiB left", w.name(m.ref),
			m.spec.Memory/(1<<20), w.name(h.ref), left/(1<<20))
	}
	return nil
}

// present says why m can't be worked on now; nil if it can.
func (w *general) present(m *machine) error {
	switch {
	case m.state == absent || m.host == nil:
		return fmt.Errorf("%s isn't there", w.name(m.ref))
	case m.move != nil:
		return fmt.Errorf("%s is being moved", w.name(m.ref))
	case !m.host.on:
		return fmt.Errorf("host %s of %s doesn't answer", w.name(m.host.ref), w.name(m.ref))
	}
	return nil
}

func (w *general) create(j *job) error {
	if m := w.machineAt(j.cmd.Target); m != nil {
		return w.createMachine(j, m)
	}
	if p := w.programAt(j.cmd.Target); p != nil {
		return w.createProgram(j, p)
	}
	return fmt.Errorf("%s is neither a machine nor software", w.name(j.cmd.Target))
}

func (w *general) createMachine(j *job, m *machine) error {
	if m.state != absent {
		return fmt.Errorf("%s is there already", w.name(m.ref))
	}
	h := w.hostAt(j.cmd.Host)
	if err := w.usable(h, j.cmd.Host); err != nil {
		return err
	}
	if err := w.fits(m, h); err != nil {
		return err
	}
	if err := w.claim(j, &m.job); err != nil {
		return err
	}
	m.put(h)
	m.state = building
	j.undo = func() { m.leave(); m.state = absent }
	w.lasts(j, w.physics.createTime, func() { m.state = halted })
	return nil
}

func (w *general) createProgram(j *job, p *program) error {
	if p.state != missing {
		return fmt.Errorf("%s is there already", w.name(p.ref))
	}
	h, m := w.hostAt(j.cmd.Host), w.machineAt(j.cmd.Host)
	if m != nil {
		if err := w.present(m); err != nil {
			return err
		}
		if m.state != up {
			return fmt.Errorf("%s isn't up", w.name(m.ref))
		}
	} else if err := w.usable(h, j.cmd.Host); err != nil {
		return err
	}
	if err := w.claim(j, &p.job); err != nil {
		return err
	}
	w.install(p, h, m)
	p.state = installing
	j.undo = func() { w.remove(p) }
	w.lasts(j, w.physics.createTime, func() { p.state = stopped })
	return nil
}

func (w *general) destroy(j *job) error {
	if m := w.machineAt(j.cmd.Target); m != nil {
		if m.state == absent {
			return nil
		}
		if err := w.present(m); err != nil {
			return err
		}
		w.lasts(j, w.physics.destroyTime, func() { w.kill(m) })
		return w.claim(j, &m.job)
	}
	if p := w.programAt(j.cmd.Target); p != nil {
		if p.state == missing {
			return nil
		}
		w.lasts(j, w.physics.destroyTime, func() { w.down(p); w.remove(p) })
		return w.claim(j, &p.job)
	}
	return fmt.Errorf("%s is neither a machine nor software", w.name(j.cmd.Target))
}

func (w *general) start(j *job) error {
	if m := w.machineAt(j.cmd.Target); m != nil {
		return w.boot(j, m)
	}
	p := w.programAt(j.cmd.Target)
	switch {
	case p == nil:
		return fmt.Errorf("%s is neither a machine nor software", w.name(j.cmd.Target))
	case p.state == ready || p.state == interrupted:
		return nil
	case p.state == missing || !p.stands():
		return w.notUp(p)
	}
	if err := w.claim(j, &p.job); err != nil {
		return err
	}
	p.state = starting
	j.undo = func() { p.state = stopped }
	w.lasts(j, w.physics.startTime, func() { p.state = ready })
	return nil
}

func (w *general) boot(j *job, m *machine) error {
	if m.state == up {
		return nil
	}
	if err := w.present(m); err != nil {
		return err
	}
	if err := w.claim(j, &m.job); err != nil {
		return err
	}
	m.state = booting
	j.undo = func() { m.state = halted }
	w.lasts(j, w.physics.bootTime, func() { m.state = up })
	return nil
}

func (w *general) stop(j *job) error {
	if m := w.machineAt(j.cmd.Target); m != nil {
		if m.state == absent || m.state == halted {
			return nil
		}
		if err := w.present(m); err != nil {
			return err
		}
		w.lasts(j, w.physics.shutdownTime, func() {
			for _, p := range slices.Clone(m.programs) {
				w.cancel(p)
				w.halt(p)
			}
			m.state = halted
		})
		return w.claim(j, &m.job)
	}
	p := w.programAt(j.cmd.Target)
	if p == nil {
		return fmt.Errorf("%s is neither a machine nor software", w.name(j.cmd.Target))
	}
	if p.state == missing || p.state == stopped {
		return nil
	}
	w.lasts(j, w.physics.stopTime, func() { w.halt(p) })
	return w.claim(j, &p.job)
}

// halt ends a program that may be serving.
func (w *general) halt(p *program) {
	w.down(p)
	if p.state > stopped {
		p.state = stopped
	}
}

// notUp says why nothing can be done with software: it isn't installed, or what it stands on doesn't run.
func (w *general) notUp(p *program) error {
	switch {
	case p.state < stopped:
		return fmt.Errorf("%s isn't installed", w.name(p.ref))
	case p.machine != nil && p.machine.host != nil && p.machine.host.on:
		return fmt.Errorf("%s stands in %s, which isn't up: start or deploy %[2]s first", w.name(p.ref), w.name(p.machine.ref))
	}
	return fmt.Errorf("%s stands on a host that is off", w.name(p.ref))
}

func (w *general) operate(j *job) error {
	p := w.programAt(j.cmd.Target)
	switch {
	case p == nil:
		return fmt.Errorf("%s isn't software", w.name(j.cmd.Target))
	case j.cmd.Op < 0 || int(j.cmd.Op) >= len(p.ops):
		return fmt.Errorf("%s has no operation %d", w.name(p.ref), j.cmd.Op)
	case p.state < stopped || !p.stands():
		return w.notUp(p)
	}
	if w.ahead(j) {
		j.steps = append(j.steps, step{w.traffic.tick, func() {
			if err := w.operate(j); err != nil {
				w.end(j, drivers.Failed, err.Error())
			}
		}})
		return nil
	}
	if err := w.claim(j, &p.job); err != nil {
		return err
	}
	switch op := &p.ops[j.cmd.Op]; {
	case op.Drains:
		w.drain(j, p)
		return nil
	case op.Undrains:
		w.undrain(j, p)
		return nil
	case op.Weighs:
		return w.weigh(j, p, op.Weight)
	case !op.Interrupts || p.state != ready:
		w.lasts(j, w.physics.operationTime, func() {})
		return nil
	}
	w.down(p)
	p.state = interrupted
	j.undo = func() { p.state = ready }
	w.lasts(j, w.physics.restartTime, func() { p.state = ready })
	return nil
}

func (w *general) pauseProbe(j *job) error {
	if j.cmd.Probe < 0 || int(j.cmd.Probe) >= len(w.probes) {
		return fmt.Errorf("there is no probe %d", j.cmd.Probe)
	}
	p := &w.probes[j.cmd.Probe]
	if p.spec.Space != j.cmd.Target.Space || j.cmd.Target.Index < 0 {
		return fmt.Errorf("probe %s doesn't watch %s", p.spec.Name, w.name(j.cmd.Target))
	}
	if j.cmd.Verb == drivers.PauseProbe {
		p.paused[j.cmd.Target.Index] = true
	} else {
		delete(p.paused, j.cmd.Target.Index)
	}
	return nil
}
