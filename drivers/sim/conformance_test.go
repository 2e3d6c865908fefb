package sim_test

import (
	"testing"
	"time"

	"github.com/tune-autonomic/tune/drivers"
	"github.com/tune-autonomic/tune/drivers/drivertest"
	"github.com/tune-autonomic/tune/drivers/sim"
)

func site() drivers.Site {
	host := drivers.HostSpec{Cores: 2, MIPS: 1000, Memory: 2 << 30}
	guest := drivers.MachineSpec{VCPUs: 1, MIPS: 1000, Memory: 512 << 20}
	return drivers.Site{
		System: "small",
		Spaces: []drivers.SpaceSpec{
			{Name: "rack", On: -1, Hosts: []drivers.HostSpec{host, host, host}},
			{Name: "rack.vms", On: 0, Machines: []drivers.MachineSpec{guest, guest, guest}},
			{Name: "Tomcat", On: 1, Software: true, Ops: []drivers.OpSpec{{Name: "configure"}, {Name: "restart", Interrupts: true}}},
		},
		Probes: []drivers.ProbeSpec{
			{Name: "cpu", Source: "cpu", Space: 0, Every: time.Second},
			{Name: "cpu", Source: "cpu", Space: 1, Every: time.Second},
		},
	}
}

// look sees what runs where.
type look struct{ world sim.World }

func (l look) Running(m drivers.Ref) []drivers.Ref {
	var s sim.Snapshot
	l.world.Observe(&s)
	for _, state := range s.Machines {
		if state.Ref == m && state.Running {
			return []drivers.Ref{state.Host}
		}
	}
	return nil
}

func TestWorldKeepsWhatDriversPromise(t *testing.T) {
	drivertest.Run(t, func(drivertest.T) drivertest.Harness {
		w := sim.New(sim.Config{Seed: 7})
		return drivertest.Harness{Driver: w, Site: site(), Probe: look{w}}
	})
}
