package sim

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/tune-autonomic/tune/drivers"
)

// drainable is the shop with operations that drain: of Apache its Tomcats, of each piece of software itself.
func drainable() drivers.Site {
	site := shop()
	ops := []drivers.OpSpec{
		{Name: "drain", Drains: true}, {Name: "undrain", Undrains: true}, {Name: "patch", Interrupts: true, UnlessDrained: true},
	}
	for _, s := range []int32{apache, tomcat, mysql} {
		site.Spaces[s].Ops = ops
	}
	site.Probes = append(site.Probes, drivers.ProbeSpec{Name: "load", Source: "process.cpu", Space: tomcat, Every: time.Second})
	return site
}

const drainOp, undrainOp, patchOp = 0, 1, 2

func openDrainable(t *testing.T) *stage { return openSpread(t, drainable()) }

// openSpread has the shop running for a minute.
func openSpread(t *testing.T, site drivers.Site) *stage {
	s := open(t, shopConfig(600), site)
	s.launchSpread()
	s.wait(time.Minute)
	return s
}

// launchSpread starts the shop, each Tomcat on a host of its own.
func (s *stage) launchSpread() {
	s.launch(vm1, node1)
	s.launch(vm2, node2)
	s.launch(mysql1, db1)
	s.launch(tomcat1, vm1)
	s.launch(tomcat2, vm2)
	s.launch(apache1, web1)
}

func about(x drivers.Ref, op int32, insts ...drivers.Ref) drivers.Command {
	c := operate(x, op)
	c.Insts = insts
	return c
}

func (s *stage) load(tomcat drivers.Ref) float64 { return s.latest[[2]int32{2, tomcat.Index}] }

func TestWhatIsDrainedLosesNothing(t *testing.T) {
	for name, last := range map[string]drivers.Command{
		"an interruption": operate(tomcat1, patchOp), "a stop": simple(drivers.Stop, tomcat1), "a removal": simple(drivers.Destroy, tomcat1),
		"the stop of its machine": simple(drivers.Stop, vm1),
	} {
		t.Run(name, func(t *testing.T) {
			s := openDrainable(t)
			s.must(last)
			s.wait(time.Minute)
			require.Positive(t, s.Metrics().Requests.Lost, "it isn't drained")

			s = openDrainable(t)
			s.must(about(apache1, drainOp, tomcat1))
			s.must(last)
			s.wait(time.Minute)
			require.Zero(t, s.Metrics().Lost())
			require.Zero(t, s.Metrics().Requests.Idle)
		})
	}
}

func TestTheDrainedGetsNothingUntilItIsTakenBack(t *testing.T) {
	s := openDrainable(t)
	both := s.load(tomcat1)
	require.Positive(t, both)
	s.must(about(apache1, drainOp, tomcat1))
	s.wait(10 * time.Second)
	require.Zero(t, s.load(tomcat1))
	require.InDelta(t, 2*both, s.load(tomcat2), both/5, "the other one serves all")

	s.must(about(apache1, undrainOp, tomcat1))
	s.wait(time.Minute)
	require.InDelta(t, both, s.load(tomcat1), both/5)
	require.Zero(t, s.Metrics().Lost())
}

func TestADrainOfOneselfTurnsEverybodyAway(t *testing.T) {
	s := openDrainable(t)
	s.must(operate(tomcat1, drainOp))
	s.wait(10 * time.Second)
	require.Zero(t, s.load(tomcat1))
	s.must(operate(tomcat1, patchOp))
	s.must(operate(tomcat1, undrainOp))
	s.wait(time.Minute)
	require.Positive(t, s.load(tomcat1))
	require.Zero(t, s.Metrics().Lost())

	s.must(operate(apache1, drainOp))
	s.wait(10 * time.Second)
	require.Greater(t, s.Metrics().Requests.Lost, 100.0, "clients find no door")
}

func TestADrainElsewhereDoesNotCount(t *testing.T) {
	site := drainable()
	site.Spaces[0].Hosts = hostsOf(1, "web1", "db1", "web2")
	s := open(t, shopConfig(600), site)
	apache2, web2 := drivers.Ref{Space: apache, Index: 1}, drivers.Ref{Space: 0, Index: 2}
	s.launchSpread()
	s.launch(apache2, web2)
	s.wait(time.Minute)
	half := s.load(tomcat1)
	s.must(about(apache1, drainOp, tomcat1))
	s.wait(10 * time.Second)
	require.InDelta(t, half/2, s.load(tomcat1), half/10, "the other Apache sends it requests as before")
	s.must(about(apache2, drainOp, tomcat1))
	s.must(operate(tomcat1, patchOp))
	s.wait(time.Minute)
	require.Zero(t, s.Metrics().Lost())
}

// Where requests have piled up, a drain takes as long as they do; when its time is over before, it has changed nothing.
func TestADrainThatTakesTooLongIsTakenBack(t *testing.T) {
	cfg := shopConfig(600)
	cfg.Settings = map[string]float64{"migration_downtime": 8}
	s := open(t, cfg, drainable())
	s.launchSpread()
	s.wait(time.Minute)
	s.begin(moving(drivers.MigratePrepare, vm1, node1, node2))
	for !s.World.(*general).machineAt(vm1).still {
		s.wait(100 * time.Millisecond)
	}

	c := about(apache1, drainOp, tomcat1)
	c.Timeout = 3 * time.Second
	s.fails(c, "given up after 3s")
	s.wait(10 * time.Second)
	s.must(moving(drivers.MigrateCommit, vm1, node1, node2))
	s.wait(time.Minute)
	require.Positive(t, s.load(tomcat1))
	before := s.now
	s.must(about(apache1, drainOp, tomcat1))
	require.Less(t, s.now-before, 3*time.Second)
}

// Behind an Apache that asks a Tomcat and then a database by itself, it is the Apache whose drain of the database counts.
func TestWhoIsLinkedToWhatIsDrainedSendsTheRequests(t *testing.T) {
	opened := func(optional bool) *stage {
		cfg := shopConfig(600)
		cfg.Links = []Link{{Left: apache, Right: tomcat}, {Left: apache, Right: mysql, Optional: optional}}
		s := open(t, cfg, drainable())
		s.launch(vm1, node1)
		s.launch(mysql1, db1)
		s.launch(tomcat1, vm1)
		s.launch(apache1, web1)
		s.wait(time.Minute)
		return s
	}
	s := opened(false)
	s.must(about(tomcat1, drainOp, mysql1))
	s.wait(time.Minute)
	require.Zero(t, s.Metrics().Requests.Lost, "the Tomcat sends it none")
	s.must(about(apache1, drainOp, mysql1))
	s.wait(time.Minute)
	require.Positive(t, s.Metrics().Requests.Lost, "nobody else takes them")

	s = opened(true)
	s.must(about(apache1, drainOp, mysql1))
	s.must(operate(mysql1, patchOp))
	s.wait(time.Minute)
	require.Zero(t, s.Metrics().Requests.Lost, "they go on without")
}

func TestOperationsOfOneAreCarriedOutOneByOne(t *testing.T) {
	s := openDrainable(t)
	first, second := about(apache1, drainOp, tomcat1), about(apache1, undrainOp, tomcat1)
	first.Seq, second.Seq = 1, 2
	a, b := s.begin(first), s.begin(second)
	for s.results[b].Outcome != drivers.Done {
		require.NotEqual(t, drivers.Failed, s.results[b].Outcome, s.results[b].Reason)
		s.wait(100 * time.Millisecond)
		if s.results[b].Outcome == drivers.Done {
			require.Equal(t, drivers.Done, s.results[a].Outcome, "the first ends first")
		}
	}
	third := about(apache1, drainOp, tomcat2)
	third.Seq = 3
	s.must(third)
	s.wait(time.Minute)
	require.Zero(t, s.Metrics().Requests.Lost, "what was drained first serves again")
	require.Positive(t, s.load(tomcat1))
}
