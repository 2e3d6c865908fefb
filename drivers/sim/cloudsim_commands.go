package sim

import (
	"slices"

	"github.com/tune-autonomic/tune/drivers"
)

// Start carries out a batch. The hosts that it touches are measured once, after all of it: at one time, only the last
// measurement counts.
func (c *cloudsim) Start(batch []drivers.Command) {
	done := c.telling[:0]
	c.touched, c.landed = c.touched[:0], c.landed[:0]
	for _, cmd := range batch {
		if r, known := c.results.get(cmd.ID); known {
			if r.Outcome != drivers.Running {
				done = append(done, r)
			}
			continue
		}
		reason, now := c.carryOut(cmd)
		r := drivers.Result{ID: cmd.ID, Outcome: drivers.Done}
		switch {
		case !now:
			c.results.put(drivers.Result{ID: cmd.ID, Outcome: drivers.Running})
			continue
		case reason != "":
			r.Outcome, r.Reason = drivers.Failed, reason
		}
		done = append(done, r)
	}
	c.measure()
	if c.telling = done; len(done) > 0 {
		c.report(done)
	}
}

// measure measures the hosts that were touched, and drops the machines that landed and want nothing.
func (c *cloudsim) measure() {
	slices.Sort(c.touched)
	for _, h := range slices.Compact(c.touched) {
		c.update(h, c.moment())
	}
	for _, v := range c.landed {
		c.dropIdle(v)
	}
}

func (c *cloudsim) report(results []drivers.Result) {
	for _, r := range results {
		c.results.put(r)
	}
	c.sink.Results(results)
}

// carryOut says why a command can't be, "" if it is, and whether its result is known at once.
func (c *cloudsim) carryOut(cmd drivers.Command) (reason string, now bool) {
	if err := c.order.admit(cmd); err != nil {
		return err.Error(), true
	}
	if csTime(c.now) > c.cfg.Until.Seconds() {
		return "the simulated day is over", true
	}
	switch cmd.Verb {
	case drivers.Create:
		return c.create(cmd.Target, cmd.Host), true
	case drivers.Destroy:
		return c.destroy(cmd.Target), true
	case drivers.Start, drivers.Stop:
		return c.run(cmd.Target, cmd.Verb == drivers.Start), true
	case drivers.PowerOn, drivers.PowerOff:
		return c.power(cmd.Target, cmd.Verb == drivers.PowerOn), true
	case drivers.PauseProbe, drivers.ResumeProbe:
		return c.pause(cmd), true
	case drivers.MigratePrepare:
		reason = c.prepare(cmd)
		return reason, reason != ""
	case drivers.MigrateCommit, drivers.MigrateAbort:
		return c.settle(cmd), true
	}
	return drivers.ErrUnsupported.Error(), true
}

func (c *cloudsim) guest(r drivers.Ref) *csVM {
	if r.Space != c.guestSpace || r.Index < 0 || int(r.Index) >= len(c.vms) {
		return nil
	}
	return &c.vms[r.Index]
}

func (c *cloudsim) isHost(r drivers.Ref) bool {
	return r.Space == c.hostSpace && r.Index >= 0 && int(r.Index) < len(c.hosts)
}

func (c *cloudsim) create(target, host drivers.Ref) string {
	v := c.guest(target)
	if v == nil || !c.ready(host) {
		return "there is no such machine, or no such host that is on"
	}
	if v.owner >= 0 || v.gone {
		return "this machine is there already, or has ended"
	}
	v.owner, v.log.known = host.Index, false
	c.hosts[host.Index].add(target.Index, false)
	return ""
}

func (c *cloudsim) destroy(target drivers.Ref) string {
	v := c.guest(target)
	if v == nil || v.owner < 0 {
		return "there is no such machine"
	}
	if v.moving > 0 {
		return "this machine is on its way"
	}
	c.remove(target.Index)
	return ""
}

func (c *cloudsim) remove(vm int32) {
	v := &c.vms[vm]
	c.hosts[v.owner].remove(vm)
	v.owner, v.running, v.demand = -1, false, 0
}

// run starts or stops a machine. One that is stopped wants nothing, and stays.
func (c *cloudsim) run(target drivers.Ref, on bool) string {
	v := c.guest(target)
	if v == nil || v.owner < 0 {
		return "there is no such machine"
	}
	if v.running == on {
		return "the machine is started or stopped already"
	}
	if v.moving > 0 {
		return "this machine is on its way"
	}
	v.running = on
	return ""
}

// power switches a host, off only if nothing is on it.
func (c *cloudsim) power(host drivers.Ref, on bool) string {
	if !c.isHost(host) {
		return "there is no such host"
	}
	h := &c.hosts[host.Index]
	if !on && len(h.list) > 0 {
		return "machines stand on this host"
	}
	h.off = !on
	return ""
}

// pause stops or resumes the samples of one host or machine.
func (c *cloudsim) pause(cmd drivers.Command) string {
	switch {
	case cmd.Probe == c.hostProbe && c.isHost(cmd.Target):
		c.hosts[cmd.Target.Index].unseen = cmd.Verb == drivers.PauseProbe
	case cmd.Probe == c.guestProbe && c.guest(cmd.Target) != nil:
		c.vms[cmd.Target.Index].unseen = cmd.Verb == drivers.PauseProbe
	default:
		return "there is no such probe, or nothing that it watches"
	}
	return ""
}

func (c *cloudsim) ready(host drivers.Ref) bool { return c.isHost(host) && !c.hosts[host.Index].off }

// prepare begins a migration. A machine may be on its way to several hosts: the last that is committed has it.
func (c *cloudsim) prepare(cmd drivers.Command) string {
	v := c.guest(cmd.Target)
	if v == nil || !v.running || !c.ready(cmd.Host) {
		return "there is no such running machine, or no such host that is on"
	}
	if v.owner == cmd.Host.Index || c.hosts[cmd.Host.Index].receives(cmd.Target.Index) {
		return "the machine is there already, or on its way there"
	}
	t := c.moment()
	v.moving++
	c.book.migrations++
	c.hosts[cmd.Host.Index].add(cmd.Target.Index, true)
	c.touched = append(c.touched, cmd.Host.Index, v.owner)
	m := csMove{id: cmd.ID, at: t + v.memory/csBandwidth, vm: cmd.Target.Index, to: cmd.Host.Index}
	at, _ := slices.BinarySearchFunc(c.pending, m.at, func(p csMove, at float64) int {
		if p.at <= at {
			return -1
		}
		return 1
	})
	c.pending = slices.Insert(c.pending, at, m)
	return ""
}

// settle ends a migration: the copy becomes the machine, or is dropped.
func (c *cloudsim) settle(cmd drivers.Command) string {
	i := slices.IndexFunc(c.pending, func(m csMove) bool {
		return m.vm == cmd.Target.Index && m.to == cmd.Host.Index && (m.done || cmd.Verb == drivers.MigrateAbort)
	})
	if v := c.guest(cmd.Target); i < 0 && cmd.Verb == drivers.MigrateAbort && v != nil && v.owner != cmd.Host.Index {
		return ""
	}
	if i < 0 {
		return "no such migration is prepared"
	}
	m := c.pending[i]
	c.pending = slices.Delete(c.pending, i, i+1)
	v := &c.vms[m.vm]
	c.touched = append(c.touched, v.owner, m.to)
	c.landed = append(c.landed, m.vm)
	if cmd.Verb == drivers.MigrateAbort {
		v.moving--
		c.hosts[m.to].remove(m.vm)
		if !m.done {
			c.report([]drivers.Result{{ID: m.id, Outcome: drivers.Failed, Reason: "aborted"}})
		}
		return ""
	}
	c.hosts[v.owner].remove(m.vm)
	c.hosts[m.to].remove(m.vm)
	v.moving--
	v.owner = m.to
	c.hosts[m.to].add(m.vm, false)
	return ""
}
