package sim

import (
	"context"
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/tune-autonomic/tune/drivers"
)

// plain is a world without jitter, so that durations are what the constants say.
func plain(settings map[string]float64) Config {
	all := map[string]float64{"jitter": 0}
	for name, value := range settings {
		all[name] = value
	}
	return Config{Seed: 1, Settings: all}
}

// loaded gives machines of the shop a constant load, in shares of their size.
func loaded(cfg Config, shares ...float64) Config {
	trace := Trace{Space: servlet, Step: time.Minute}
	for _, s := range shares {
		trace.Load = append(trace.Load, []float64{s})
	}
	cfg.Traces = []Trace{trace}
	return cfg
}

func TestUnknownSettingsAreRefused(t *testing.T) {
	for name, says := range map[string]string{
		"migration_dwntime": "did you mean migration_downtime?",
		"thnik":             "did you mean think?",
		"moonphase":         "it has think, jitter, bandwidth",
		"boot":              "boot_time or boot_cpu",
	} {
		err := New(Config{Settings: map[string]float64{name: 1}}).Open(context.Background(), shop(), nil)
		require.ErrorContains(t, err, says)
	}
	for _, value := range []float64{-1, math.NaN(), math.Inf(1)} {
		require.Error(t, New(Config{Settings: map[string]float64{"think": value}}).Open(context.Background(), shop(), nil))
	}
	require.ErrorContains(t, New(Config{Fidelity: "cloudsin"}).Open(context.Background(), shop(), nil), "cloudsim")
}

func TestEachSettingHasASource(t *testing.T) {
	seen := map[*float64]bool{}
	var p physics
	for _, s := range settings {
		require.NotEmpty(t, s.comment, s.name)
		require.False(t, seen[s.field(&p)], "%s sets what another setting sets", s.name)
		seen[s.field(&p)] = true
	}
}

func TestSitesThatCannotBe(t *testing.T) {
	for says, spoil := range map[string]func(*drivers.Site, *Config){
		"must have cores":   func(s *drivers.Site, _ *Config) { s.Spaces[rack].Hosts[0].Cores = 0 },
		"must have vcpus":   func(s *drivers.Site, _ *Config) { s.Spaces[servlet].Machines[0].Memory = 0 },
		"cannot measure":    func(s *drivers.Site, _ *Config) { s.Probes[0].Source = "humidity" },
		"period of":         func(s *drivers.Site, _ *Config) { s.Probes[0].Every = 0 },
		"which isn't there": func(s *drivers.Site, _ *Config) { s.Probes[0].Space = 77 },
		"round in a circle": func(_ *drivers.Site, c *Config) {
			c.Links = []Link{{Left: apache, Right: tomcat}, {Left: tomcat, Right: apache}}
		},
		"must be of software":  func(_ *drivers.Site, c *Config) { c.Links = []Link{{Left: apache, Right: rack}} },
		"which isn't software": func(_ *drivers.Site, c *Config) { c.Clients = []Clients{{Space: rack}} },
		"have a step of":       func(_ *drivers.Site, c *Config) { c.Requests = []Requests{{Space: apache}} },
		"must be crash, fail":  func(_ *drivers.Site, c *Config) { c.Faults = []Fault{{Kind: "flood"}} },
		"there is no probe 9":  func(_ *drivers.Site, c *Config) { c.Faults = []Fault{{Kind: "lie", Probe: 9}} },
		"isn't a host":         func(_ *drivers.Site, c *Config) { c.Faults = []Fault{{Kind: "crash", Target: vm1}} },
	} {
		s, c := shop(), Config{}
		spoil(&s, &c)
		require.ErrorContains(t, New(c).Open(context.Background(), s, nil), says)
	}
}

func TestMachinesShareACrowdedHost(t *testing.T) {
	site := shop()
	for i := range site.Spaces[rack].Hosts {
		site.Spaces[rack].Hosts[i].Cores = 1
	}
	s := open(t, loaded(plain(nil), 1, 0.5), site)
	s.launch(vm1, node1)
	s.launch(vm2, node1)
	s.wait(10 * time.Second)
	require.InDelta(t, 1, s.cpu(node1), 1e-9)
	require.InDelta(t, 2.0/3, s.cpu(vm1), 1e-9)
	require.InDelta(t, 1.0/3, s.cpu(vm2), 1e-9)

	before := s.Metrics()
	s.must(moving(drivers.MigratePrepare, vm1, node1, node2))
	s.must(moving(drivers.MigrateCommit, vm1, node1, node2))
	s.wait(10 * time.Second)
	require.InDelta(t, 1, s.cpu(vm1), 1e-9)
	require.InDelta(t, 0.5, s.cpu(vm2), 1e-9)
	require.Greater(t, before.SLATAH, 0.2)
	require.Greater(t, before.Overall, 0.1)
	require.Zero(t, before.PDM)
	after := s.Metrics()
	require.Less(t, after.SLATAH, before.SLATAH, "apart they have what they want")
	require.Greater(t, after.PDM, 0.0)
}

func TestMemoryIsALimit(t *testing.T) {
	site := shop()
	site.Spaces[servlet].Machines[1].Memory = 1.75 * gib
	s := open(t, plain(nil), site)
	s.launch(vm1, node1)
	s.fails(create(vm2, node1), "Servlet-2 needs 1792 MiB of memory, and host node1 has 1536 MiB left")
	s.launch(vm2, node2)
	s.fails(moving(drivers.MigratePrepare, vm1, node1, node2), "host node2 has 256 MiB left")
	s.fails(moving(drivers.MigratePrepare, vm1, node2, node1), "Servlet-1 is on node1, not on node2")
	require.True(t, s.observe(vm1).Running)
}

func TestSoftwareIsToldOfByTheNameThatPeopleGiveIt(t *testing.T) {
	s := open(t, plain(nil), shop())
	s.fails(drivers.Command{Verb: drivers.Start, Target: drivers.Ref{Space: apache, Index: 1}}, "Apache-2 isn't installed")
}

func TestSoftwareThatCannotStartNamesTheMachineItStandsIn(t *testing.T) {
	s := open(t, plain(nil), shop())
	s.launch(vm1, node1)
	s.must(drivers.Command{Verb: drivers.Create, Target: tomcat1, Host: vm1})
	s.must(simple(drivers.Stop, vm1))
	s.fails(simple(drivers.Start, tomcat1), "Tomcat-1 stands in Servlet-1, which isn't up: start or deploy Servlet-1 first")
}

func TestBootTakesTimeAndCPU(t *testing.T) {
	s := open(t, plain(map[string]float64{"boot_time": 20}), shop())
	s.must(create(vm1, node1))
	began := s.now
	id := s.begin(simple(drivers.Start, vm1))
	s.wait(10 * time.Second)
	require.False(t, s.observe(vm1).Running)
	require.Equal(t, drivers.Running, s.Query(id).Outcome)
	require.InDelta(t, 0.1, s.cpu(node1), 1e-9, "0.2 of one of two cores")
	s.until(began + 20*time.Second)
	require.True(t, s.observe(vm1).Running)
	require.Equal(t, drivers.Done, s.Query(id).Outcome)
}

// observe is what is to be seen of a machine.
func (s *stage) observe(m drivers.Ref) MachineState {
	var all Snapshot
	s.Observe(&all)
	for _, state := range all.Machines {
		if state.Ref == m {
			return state
		}
	}
	s.t.Fatalf("no machine %v", m)
	return MachineState{}
}
