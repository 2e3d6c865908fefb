package sim

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/tune-autonomic/tune/drivers"
)

// TestNothingBreaksTheWorld gives commands at random, with faults between them: whatever is asked, memory is never
// promised twice, each command ends in one result, and nothing runs on a host that doesn't.
func TestNothingBreaksTheWorld(t *testing.T) {
	var done [drivers.NumVerbs]int
	for seed := range uint64(30) {
		rng := rand.New(rand.NewPCG(seed, 1))
		cfg := shopConfig(200)
		cfg.Seed = seed
		for range rng.IntN(4) {
			kind := []string{"crash", "fail", "stall"}[rng.IntN(3)]
			at, last := time.Duration(rng.IntN(400))*time.Second, time.Duration(rng.IntN(60))*time.Second
			cfg.Faults = append(cfg.Faults, Fault{At: at, Kind: kind, Target: drivers.NoRef, For: last})
		}
		s := open(t, cfg, shop())
		verbs := map[drivers.CommandID]drivers.Verb{}
		for range 300 {
			c := anyCommand(rng)
			verbs[s.begin(c)] = c.Verb
			s.wait(time.Duration(rng.IntN(3000)) * time.Millisecond)
			requireSound(t, s.World.(*general), seed)
		}
		s.wait(20 * time.Minute)
		require.Empty(t, s.World.(*general).running, "seed %d", seed)
		for id, verb := range verbs {
			require.Contains(t, s.results, id, "seed %d", seed)
			require.NotEqual(t, drivers.Running, s.Query(id).Outcome, "seed %d", seed)
			if s.results[id].Outcome == drivers.Done {
				done[verb]++
			}
		}
	}
	for verb, n := range done {
		require.Positive(t, n, "verb %d never came to be done", verb)
	}
}

// anyCommand is mostly one that could make sense, so that worlds don't stay empty.
func anyCommand(rng *rand.Rand) drivers.Command {
	pick := func(of ...drivers.Ref) drivers.Ref { return of[rng.IntN(len(of))] }
	node3 := drivers.Ref{Space: rack, Index: 2}
	var c drivers.Command
	switch rng.IntN(12) {
	case 0, 1:
		c = create(pick(vm1, vm2), pick(node1, node2, node3))
	case 2:
		c = create(pick(tomcat1, tomcat2, apache1, mysql1), pick(vm1, vm2, web1, db1))
	case 3, 4:
		c = simple(drivers.Start, pick(vm1, vm2, tomcat1, tomcat2, apache1, mysql1))
	case 5, 6:
		c = moving(drivers.MigratePrepare, pick(vm1, vm2), drivers.NoRef, pick(node1, node2, node3))
	case 7, 8:
		c = moving(drivers.MigrateCommit, pick(vm1, vm2), drivers.NoRef, drivers.NoRef)
		if rng.IntN(4) == 0 {
			c.Verb = drivers.MigrateAbort
		}
	case 9:
		c = simple(drivers.PowerOn+drivers.Verb(rng.IntN(2)), pick(node1, node2, node3, web1, db1))
	case 10:
		c = operate(pick(tomcat1, apache1), int32(rng.IntN(3)))
	default:
		verb := drivers.Verb(rng.IntN(int(drivers.NumVerbs)))
		c = moving(verb, pick(vm1, vm2, tomcat1, apache1, mysql1, node1, node2, web1), drivers.NoRef, pick(node1, node2, vm1, drivers.NoRef))
	}
	c.Probe = int32(rng.IntN(3))
	if rng.IntN(10) == 0 {
		c.Timeout = time.Duration(1+rng.IntN(5)) * time.Second
	}
	return c
}

func requireSound(t *testing.T, w *general, seed uint64) {
	t.Helper()
	for _, h := range w.hosts {
		lent := 0.0
		for _, m := range h.machines {
			require.Same(t, h, m.host, "seed %d", seed)
			lent += m.spec.Memory
		}
		for _, m := range w.machines {
			if m.move != nil && m.move.to == h {
				lent += m.spec.Memory
			}
		}
		require.InDelta(t, lent, h.lent, 1, "seed %d: memory of %s", seed, h.spec.Name)
		require.LessOrEqual(t, h.lent, h.spec.Memory, "seed %d", seed)
		require.GreaterOrEqual(t, h.moves, 0, "seed %d", seed)
		if !h.on {
			require.Empty(t, h.machines, "seed %d: %s is off", seed, h.spec.Name)
			require.Empty(t, h.programs, "seed %d: %s is off", seed, h.spec.Name)
		}
	}
	for _, m := range w.machines {
		require.Equal(t, m.state == absent, m.host == nil && m.move == nil, "seed %d: %s", seed, m.spec.Name)
	}
	for _, p := range w.programs {
		require.True(t, (p.host == nil) != (p.machine == nil), "seed %d", seed)
		require.NotEqual(t, missing, p.state, "seed %d", seed)
		require.GreaterOrEqual(t, p.station.waiting, 0.0)
	}
	for _, f := range w.traffic.flows {
		require.LessOrEqual(t, f.queued, 201.0, "seed %d", seed)
	}
}

func TestSameSeedSameRun(t *testing.T) {
	run := func(seed uint64) (Metrics, map[[2]int32]float64) {
		cfg := shopConfig(600)
		cfg.Seed = seed
		s := openShop(t, cfg)
		s.must(moving(drivers.MigratePrepare, vm1, node1, node2))
		s.must(moving(drivers.MigrateCommit, vm1, node1, node2))
		s.must(operate(apache1, 1))
		s.until(10 * time.Minute)
		return s.Metrics(), s.latest
	}
	first, samples := run(3)
	again, same := run(3)
	other, _ := run(4)
	require.Equal(t, first, again)
	require.Equal(t, samples, same)
	require.NotEqual(t, first, other)
}
