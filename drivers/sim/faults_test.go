package sim

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/tune-autonomic/tune/drivers"
)

func faulty(faults ...Fault) Config {
	cfg := plain(nil)
	cfg.Faults = faults
	return cfg
}

func TestCrashIsNoticedByItsSilence(t *testing.T) {
	s := open(t, faulty(Fault{At: 60 * time.Second, Kind: "crash", Target: node1}), shop())
	s.launch(vm1, node1)
	s.launch(tomcat1, vm1)
	s.until(59 * time.Second)
	id := s.begin(operate(tomcat1, 1))
	s.until(62 * time.Second)
	require.False(t, s.observe(vm1).Running)
	require.Empty(t, s.facts)
	require.Equal(t, drivers.Running, s.Query(id).Outcome, "nobody can tell yet")

	s.until(64 * time.Second)
	require.Equal(t, []drivers.Fact{{Kind: drivers.Down, Ref: node1}}, s.facts)
	require.Equal(t, drivers.Unknown, s.results[id].Outcome)
	require.Equal(t, drivers.Failed, s.Query(id).Outcome, "asked again, it tells the truth")
	s.fails(create(vm2, node1), "host node1 doesn't answer")

	s.must(simple(drivers.Fence, node1))
	require.Equal(t, drivers.Fact{Kind: drivers.Gone, Ref: vm1}, s.facts[1])
	require.Equal(t, 1, s.Metrics().HostShutdowns, "its power is off")
	s.must(simple(drivers.Fence, node1))
	require.Equal(t, 1, s.Metrics().HostShutdowns, "it was off already")
	s.launch(vm1, node2)
	s.must(simple(drivers.PowerOn, node1))
	require.Equal(t, drivers.Fact{Kind: drivers.Up, Ref: node1}, s.facts[2])
	require.Len(t, s.facts, 3, "vm1 isn't gone any more")
}

func TestCrashedHostComesBackEmpty(t *testing.T) {
	s := open(t, faulty(Fault{At: 60 * time.Second, Kind: "crash", Target: node1, For: time.Minute}), shop())
	s.launch(vm1, node1)
	s.until(3 * time.Minute)
	require.Equal(t, []drivers.Fact{
		{Kind: drivers.Down, Ref: node1}, {Kind: drivers.Up, Ref: node1}, {Kind: drivers.Gone, Ref: vm1},
	}, s.facts)
	s.launch(vm1, node1)
}

func TestNobodyKnowsWhatRunsOnADeadHostBeforeItIsFenced(t *testing.T) {
	s := open(t, faulty(Fault{At: 100 * time.Second, Kind: "crash", Target: node1}), shop())
	s.launch(vm1, node1)
	s.launch(tomcat1, vm1)
	s.until(101 * time.Second)
	for range 2 { // before its silence is noticed, and after that
		for _, c := range []drivers.Command{
			simple(drivers.Stop, vm1), simple(drivers.Destroy, vm1), simple(drivers.Start, vm1), create(vm1, node2),
			simple(drivers.Stop, tomcat1), simple(drivers.Destroy, tomcat1), operate(tomcat1, 0), create(tomcat2, vm1),
			moving(drivers.MigratePrepare, vm1, node1, node2),
		} {
			s.fails(c, "host node1 doesn't answer, and what was there may still run")
		}
		s.wait(5 * time.Second)
	}
	s.must(simple(drivers.Fence, node1))
	s.must(simple(drivers.Destroy, vm1))
	s.launch(vm1, node2)
}

func TestTwoFencesOfAHostAreBothDone(t *testing.T) {
	s := open(t, faulty(Fault{At: 10 * time.Second, Kind: "crash", Target: node1}), shop())
	s.until(20 * time.Second)
	one, two := s.begin(simple(drivers.Fence, node1)), s.begin(simple(drivers.Fence, node1))
	s.wait(10 * time.Second)
	require.Equal(t, drivers.Done, s.results[one].Outcome, s.results[one].Reason)
	require.Equal(t, drivers.Done, s.results[two].Outcome, s.results[two].Reason)
	require.Equal(t, 1, s.Metrics().HostShutdowns)
}

func TestADeadHostThatIsSwitchedOnHasLostEverything(t *testing.T) {
	s := open(t, faulty(Fault{At: 60 * time.Second, Kind: "crash", Target: web1}), shop())
	s.launch(apache1, web1)
	s.until(2 * time.Minute)
	id := s.begin(simple(drivers.PowerOn, web1))
	for range 1_000 {
		if len(s.facts) > 1 {
			break
		}
		next, _ := s.Next()
		s.until(next)
	}
	require.Equal(t, []drivers.Fact{
		{Kind: drivers.Down, Ref: web1}, {Kind: drivers.Up, Ref: web1}, {Kind: drivers.Gone, Ref: apache1},
	}, s.facts)
	require.Empty(t, s.results[id], "what is gone is told before whoever switched it on goes on")
	s.wait(time.Second)
	require.Equal(t, drivers.Done, s.results[id].Outcome)
	s.launch(apache1, web1)
}

func TestCrashOfAnyHostIsDrawnFromTheSeed(t *testing.T) {
	hit := map[drivers.Ref]bool{}
	for seed := range uint64(20) {
		cfg := faulty(Fault{At: time.Second, Kind: "crash", Target: drivers.NoRef})
		cfg.Seed = seed
		s := open(t, cfg, shop())
		s.until(10 * time.Second)
		require.Len(t, s.facts, 1)
		hit[s.facts[0].Ref] = true
	}
	require.Greater(t, len(hit), 2)
}

func TestCrashBetweenPrepareAndCommit(t *testing.T) {
	for _, crashed := range []drivers.Ref{node1, node2} {
		s := open(t, faulty(Fault{At: 100 * time.Second, Kind: "crash", Target: crashed}), shop())
		s.launch(vm1, node1)
		s.must(moving(drivers.MigratePrepare, vm1, node1, node2))
		s.until(110 * time.Second)
		require.False(t, s.observe(vm1).Running, "nobody resumes by himself")
		if crashed == node1 {
			s.fails(moving(drivers.MigrateAbort, vm1, node1, node2), "the source of Servlet-1 is lost")
			s.must(moving(drivers.MigrateCommit, vm1, node1, node2))
			require.Equal(t, node2, s.observe(vm1).Host)
		} else {
			s.fails(moving(drivers.MigrateCommit, vm1, node1, node2), "no copy")
			s.must(moving(drivers.MigrateAbort, vm1, node1, node2))
			require.Equal(t, node1, s.observe(vm1).Host)
		}
		require.True(t, s.observe(vm1).Running)
	}
}

func TestCrashDuringPreCopyLeavesTheSourceRunning(t *testing.T) {
	s := open(t, faulty(Fault{At: 60 * time.Second, Kind: "crash", Target: node2}), shop())
	s.launch(vm1, node1)
	s.until(58 * time.Second)
	id := s.begin(moving(drivers.MigratePrepare, vm1, node1, node2))
	s.until(70 * time.Second)
	require.Equal(t, drivers.Unknown, s.results[id].Outcome)
	require.Equal(t, drivers.Failed, s.Query(id).Outcome)
	require.True(t, s.observe(vm1).Running)
	require.Equal(t, drivers.NoRef, s.observe(vm1).To)
	s.must(moving(drivers.MigratePrepare, vm1, node1, drivers.Ref{Space: rack, Index: 2}))
}

func TestMigrationFailsOrStalls(t *testing.T) {
	s := open(t, faulty(
		Fault{At: 30 * time.Second, Kind: "fail", Target: drivers.NoRef},
		Fault{At: 100 * time.Second, Kind: "stall", Target: vm1},
		Fault{At: 200 * time.Second, Kind: "stall", Target: vm1, For: 20 * time.Second},
	), shop())
	s.launch(vm1, node1)
	s.until(40 * time.Second)
	s.fails(moving(drivers.MigratePrepare, vm1, node1, node2), "broke off")
	require.True(t, s.observe(vm1).Running)

	s.until(101 * time.Second)
	stalled := moving(drivers.MigratePrepare, vm1, node1, node2)
	stalled.Timeout = 30 * time.Second
	s.fails(stalled, "given up after 30s")
	require.Equal(t, 131*time.Second, s.now)
	require.True(t, s.observe(vm1).Running)

	s.until(199 * time.Second)
	s.must(moving(drivers.MigratePrepare, vm1, node1, node2))
	require.InDelta(t, 199+4.6+20, s.now.Seconds(), 0.1, "a stall ends")
}

// A fault that finds nothing to strike isn't silent about it: neither when it begins to wait, nor when it strikes.
func TestFaultsTellWhatBecomesOfThem(t *testing.T) {
	cfg := faulty(
		Fault{At: 30 * time.Second, Kind: "fail", Target: vm1},
		Fault{At: 31 * time.Second, Kind: "stall", Target: drivers.NoRef, For: 20 * time.Second},
		Fault{At: 200 * time.Second, Kind: "crash", Target: node2},
		Fault{At: 210 * time.Second, Kind: "crash", Target: node2},
	)
	var told []string
	cfg.Struck = func(at time.Duration, text string) { told = append(told, at.String()+" "+text) }
	s := open(t, cfg, shop())
	s.launch(vm1, node1)
	s.until(40 * time.Second)
	require.Equal(t, []string{
		"30s fail migration of Servlet-1: none is under way, so the next one is struck",
		"31s stall migration of any machine: none is under way, so the next one is struck",
	}, told)
	s.fails(moving(drivers.MigratePrepare, vm1, node1, node2), "broke off")
	s.wait(time.Second)
	s.must(moving(drivers.MigratePrepare, vm1, node1, node2))
	s.until(220 * time.Second)
	require.Len(t, told, 5)
	require.Equal(t, "40s the migration of Servlet-1 to node2 breaks off", told[2])
	require.Contains(t, told[3], "the migration of Servlet-1 to node2 stalls for 20s")
	require.Equal(t, "3m30s crash node2: it isn't on, so nothing crashes", told[4])
}

func TestFaultsStrikeWhomTheyAreAbout(t *testing.T) {
	s := open(t, faulty(
		Fault{At: 30 * time.Second, Kind: "fail", Target: vm2},
		Fault{At: 500 * time.Second, Kind: "crash", Target: node2, More: 1},
	), shop())
	s.launch(vm1, node1)
	s.until(40 * time.Second)
	s.must(moving(drivers.MigratePrepare, vm1, node1, node2))
	s.must(moving(drivers.MigrateCommit, vm1, node1, node2))
	s.launch(vm2, node1)
	s.fails(moving(drivers.MigratePrepare, vm2, node1, node2), "broke off")
	s.must(moving(drivers.MigratePrepare, vm2, node1, node2))

	s.until(510 * time.Second)
	require.Len(t, s.facts, 1)
	require.NotEqual(t, node1, s.facts[0].Ref, "one of the two others")
	require.Equal(t, rack, s.facts[0].Ref.Space)
}

func TestProbesFallSilentOrLie(t *testing.T) {
	s := open(t, loaded(faulty(
		Fault{At: 60*time.Second + 1, Kind: "silence", Probe: 0, Target: node1, For: 10 * time.Second},
		Fault{At: 60*time.Second + 1, Kind: "lie", Probe: 1, Target: drivers.NoRef, By: 0.2, For: 10 * time.Second},
	), 0.5), shop())
	s.launch(vm1, node1)
	s.until(60 * time.Second)
	clear(s.latest)
	s.until(70 * time.Second)
	require.NotContains(t, s.latest, [2]int32{0, node1.Index})
	require.Contains(t, s.latest, [2]int32{0, node2.Index})
	require.InDelta(t, 0.6, s.cpu(vm1), 1e-9, "half, and a fifth more")
	s.until(72 * time.Second)
	require.InDelta(t, 0.25, s.cpu(node1), 1e-9)
	require.InDelta(t, 0.5, s.cpu(vm1), 1e-9)
}

func TestSilenceCoversAMetricWhoeverSamplesIt(t *testing.T) {
	site := shop()
	site.Probes = append(site.Probes, site.Probes[1]) // of another class of machines in the same space
	s := open(t, loaded(faulty(Fault{At: 50 * time.Second, Kind: "silence", Probe: 2, Target: vm1}), 0.5), site)
	s.launch(vm1, node1)
	s.until(51 * time.Second)
	clear(s.latest)
	s.until(60 * time.Second)
	require.NotContains(t, s.latest, [2]int32{1, vm1.Index})
	require.NotContains(t, s.latest, [2]int32{2, vm1.Index})
}
