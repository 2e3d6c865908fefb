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
			{Name: "Tomcat", On: 1, Software: true, Ops: []drivers.OpSpec{
				{Name: "configure"}, {Name: "restart", Interrupts: true}, {Name: "quiet", Drains: true},
				{Name: "patch", Interrupts: true, UnlessDrained: true}, {Name: "admit", Undrains: true},
				{Name: "weigh", Weighs: true, Weight: 1},
			}},
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
		const crashes = 2 * time.Hour // long after every other check is over
		w := sim.New(sim.Config{Seed: 7, Faults: []sim.Fault{{At: crashes, Kind: "crash", Target: drivers.Ref{}}}})
		return drivertest.Harness{Driver: w, Site: site(), Probe: look{w}, Crashes: crashes}
	})
}

func TestCloudsimKeepsWhatDriversPromise(t *testing.T) {
	small := site()
	small.Spaces = small.Spaces[:2]
	for i := range small.Spaces[0].Hosts {
		small.Spaces[0].Hosts[i].Watts = []float64{100, 200}
	}
	for i := range small.Probes {
		small.Probes[i].Every = time.Minute
	}
	loads := [][]float64{{0.5, 0.4}, {0.3, 0.2}, {0.1, 0.2}}
	drivertest.Run(t, func(drivertest.T) drivertest.Harness {
		w := sim.New(sim.Config{
			Fidelity: "cloudsim", Until: time.Hour,
			Traces: []sim.Trace{{Space: 1, Step: time.Minute, Load: loads}},
		})
		return drivertest.Harness{Driver: w, Site: small, Probe: look{w}}
	})
}
