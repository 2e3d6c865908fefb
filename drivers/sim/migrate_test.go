package sim

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/tune-autonomic/tune/drivers"
)

// prepared is how long a migration of vm1 takes, and how long vm1 stands still in it.
func prepared(t *testing.T, cfg Config) (total, still time.Duration) {
	t.Helper()
	s := open(t, cfg, shop())
	s.launch(vm1, node1)
	s.wait(time.Second)
	began := s.now
	id := s.begin(moving(drivers.MigratePrepare, vm1, node1, node2))
	for s.observe(vm1).Running {
		s.wait(10 * time.Millisecond)
	}
	stopped := s.now
	for len(s.results) == 2 {
		s.wait(10 * time.Millisecond)
	}
	require.Equal(t, drivers.Done, s.results[id].Outcome, s.results[id].Reason)
	return s.now - began, s.now - stopped
}

func TestPreCopySendsMemoryInRounds(t *testing.T) {
	// 512 MiB at 1 Gbit/s are 4.29 s; then the machine stands for the switch-over of 0.3 s.
	total, still := prepared(t, plain(nil))
	require.InDelta(t, 4.6, total.Seconds(), 0.03)
	require.InDelta(t, 0.3, still.Seconds(), 0.03)

	// At full load it writes 8 MB/s: 35 MB during the first round, which fit into the last, of 0.28 s.
	total, still = prepared(t, loaded(plain(nil), 1))
	require.InDelta(t, 4.88, total.Seconds(), 0.03)
	require.InDelta(t, 0.58, still.Seconds(), 0.03)

	// Ten times as much takes rounds: 4.3, 2.8, 1.8 … s, each 0.66 of the one before, until 0.3 s are left.
	total, still = prepared(t, loaded(plain(map[string]float64{"dirty_rate": 82e6}), 1))
	require.InDelta(t, 12.2, total.Seconds(), 0.5)
	require.Less(t, still.Seconds(), 0.65)

	// What is written faster than it is sent is sent while the machine stands: all of it.
	total, still = prepared(t, loaded(plain(map[string]float64{"dirty_rate": 1e9}), 1))
	require.InDelta(t, 4.29+0.3, still.Seconds(), 0.05)
	require.InDelta(t, 2*4.29+0.3, total.Seconds(), 0.05)
}

func TestMigrationCostsBothHostsCPU(t *testing.T) {
	s := open(t, plain(nil), shop())
	s.launch(vm1, node1)
	s.until(100 * time.Second)
	s.begin(moving(drivers.MigratePrepare, vm1, node1, node2))
	s.wait(2 * time.Second)
	require.InDelta(t, 0.07, s.cpu(node1), 1e-9)
	require.InDelta(t, 0.07, s.cpu(node2), 1e-9)
	s.wait(10 * time.Second)
	require.Zero(t, s.cpu(node1))
	require.Zero(t, s.cpu(node2))
}

func TestMigrationsShareTheLink(t *testing.T) {
	s := open(t, plain(nil), shop())
	s.launch(vm1, node1)
	s.launch(vm2, node1)
	s.until(100 * time.Second)
	s.begin(moving(drivers.MigratePrepare, vm1, node1, node2))
	s.must(moving(drivers.MigratePrepare, vm2, node1, node2))
	require.InDelta(t, 100+2*4.29+0.3, s.now.Seconds(), 0.1)
}

func TestMachineStandsUntilItIsDecided(t *testing.T) {
	s := open(t, loaded(plain(nil), 1), shop())
	s.launch(vm1, node1)
	s.must(moving(drivers.MigratePrepare, vm1, node1, node2))
	s.wait(time.Hour)
	state := s.observe(vm1)
	require.False(t, state.Running)
	require.Equal(t, node1, state.Host)
	require.Equal(t, node2, state.To)
	s.fails(simple(drivers.Stop, vm1), "is being moved")
	s.must(moving(drivers.MigrateCommit, vm1, node1, node2))
	state = s.observe(vm1)
	require.True(t, state.Running)
	require.Equal(t, node2, state.Host)
	require.Equal(t, 1, s.Metrics().Migrations)
	s.must(simple(drivers.PowerOff, node1))
}

func TestPowerIsDrawnByTheCurve(t *testing.T) {
	s := open(t, loaded(plain(nil), 1), shop())
	s.launch(vm1, node1)
	s.wait(time.Second)
	var all Snapshot
	s.Observe(&all)
	require.Equal(t, 86.0, all.Hosts[0].Watts)
	require.Equal(t, node1, all.Hosts[2].Ref)
	require.InDelta(t, 0.5, all.Hosts[2].CPU, 1e-9)
	require.InDelta(t, 101.5, all.Hosts[2].Watts, 1e-9)

	s.fails(simple(drivers.PowerOff, node1), "isn't empty")
	s.must(simple(drivers.PowerOff, node2))
	s.Observe(&all)
	require.Zero(t, all.Hosts[3].Watts)
	require.False(t, all.Hosts[3].On)
	m := s.Metrics()
	require.Equal(t, 1, m.HostShutdowns)
	require.InDelta(t, s.now.Seconds(), m.MeanActiveSec, 1e-6)
	s.fails(create(vm2, node2), "host node2 is off")

	before := m.EnergyKWh
	s.wait(time.Hour)
	require.InDelta(t, (3*86+101.5)/1000, s.Metrics().EnergyKWh-before, 1e-6)
	s.must(simple(drivers.PowerOn, node2))
	s.launch(vm2, node2)
}

func TestALongPauseOfAMigrationIsToldWhenItBeginsAndWhenItEnds(t *testing.T) {
	move := func(s *stage) {
		s.launch(vm1, node1)
		s.wait(time.Second)
		s.must(moving(drivers.MigratePrepare, vm1, node1, node2))
	}
	quick := open(t, loaded(plain(nil), 1), shop())
	move(quick)
	require.Equal(t, 1, quick.Metrics().Moving)
	quick.must(moving(drivers.MigrateCommit, vm1, node1, node2))
	require.Empty(t, quick.facts)
	require.Zero(t, quick.Metrics().Moving)

	long := open(t, loaded(plain(map[string]float64{"dirty_rate": 1e9}), 1), shop())
	move(long)
	require.Len(t, long.facts, 1)
	paused := long.facts[0]
	require.Equal(t, drivers.Paused, paused.Kind)
	require.Equal(t, vm1, paused.Ref)
	require.InDelta(t, 4.29+0.3, paused.For.Seconds(), 0.05)
	require.Contains(t, paused.Why, "faster than the network")
	long.wait(10 * time.Second)
	long.must(moving(drivers.MigrateCommit, vm1, node1, node2))
	require.Len(t, long.facts, 2)
	require.Equal(t, drivers.Resumed, long.facts[1].Kind)
	require.InDelta(t, 14.6, long.facts[1].For.Seconds(), 0.1)
}

func TestAMachineThatDiesWhileItStandsDoesNotRunAgain(t *testing.T) {
	s := open(t, loaded(plain(map[string]float64{"dirty_rate": 1e9}), 1), shop())
	s.launch(vm1, node1)
	s.wait(time.Second)
	s.begin(moving(drivers.MigratePrepare, vm1, node1, node2))
	s.wait(6 * time.Second)
	s.must(simple(drivers.Fence, node1))
	s.wait(time.Minute)
	for _, f := range s.facts {
		require.NotEqual(t, drivers.Resumed, f.Kind)
	}
}
