package shop

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tune-autonomic/tune/examples/exampletest"
	"github.com/tune-autonomic/tune/runtime/engine"
	"github.com/tune-autonomic/tune/runtime/manager"
)

func sizing(t *testing.T, seed uint64, set map[string]float64) *exampletest.Run {
	t.Helper()
	p := exampletest.Compile(t, "shop.tune")
	return exampletest.Play(t, p, manager.SimOptions{Scenario: "sizing", Seed: seed, Set: set})
}

func TestOneMachineLeavesAndComesHomeAndNothingIsLost(t *testing.T) {
	r := sizing(t, 1, nil)
	require.Zero(t, r.Summary.Requests.Lost)
	require.Greater(t, r.Summary.Requests.Done, 250_000.0)
	require.Equal(t, 2, r.Summary.Moves.Count)
	require.InDelta(t, 0.45, r.At(r.When("hot(node1)"), "cpu.node1"), 0.01, "it has just passed 45 %")
	require.Less(t, r.At(r.When("cold(node2)"), "cpu.node2"), 0.10)
	require.Equal(t, []string{"Servlet-1 from node1 to node2", "Servlet-1 from node2 to node1"}, r.Texts(engine.NoticeMoved))
}

// The curves of the two hosts, as the paper's figures 7 and 8 have them.
func TestTheHostsShareTheLoadAtItsHeight(t *testing.T) {
	r := sizing(t, 1, nil)
	node := func(sec float64) [2]float64 { return [2]float64{r.At(sec, "cpu.node1"), r.At(sec, "cpu.node2")} }

	before := node(r.When("hot(node1)"))
	require.Zero(t, before[1], "one host has all the load, up to its peak")
	for sec := 1600.0; sec <= 3500; sec += 100 {
		now := node(sec)
		require.InDelta(t, now[0], now[1], 0.01, "two equal plateaus at %v s", sec)
		require.InDelta(t, 0.256, now[0], 0.01, "each with half of 85 requests a second of 12 ms on two cores")
		require.Less(t, now[0], before[0])
	}
	require.Greater(t, node(3600)[0], node(4400)[0], "both go down with the clients")

	home := r.When("cold(node2)")
	after := node(home + 60)
	require.Zero(t, after[1])
	require.Greater(t, after[0], 1.5*node(home)[0], "the first has all the load again")
	require.Zero(t, node(5000)[1])
}

func TestAMoveThatHaltsItsMachineForLongLosesRequests(t *testing.T) {
	require.Greater(t, sizing(t, 1, map[string]float64{"migration_downtime": 30}).Summary.Requests.Lost, 100.0)
}

func TestTheSameSeedGivesTheSameRunByteForByte(t *testing.T) {
	one, same, other := sizing(t, 7, nil), sizing(t, 7, nil), sizing(t, 8, nil)
	require.Equal(t, one.Summary, same.Summary)
	require.Equal(t, one.Timeline, same.Timeline)
	require.Equal(t, one.Records, same.Records)
	require.NotEmpty(t, one.Records)
	require.Equal(t, one.Notices, same.Notices)

	require.NotEqual(t, one.Timeline, other.Timeline)
	require.NotEqual(t, one.Records, other.Records)
}

func TestAWeekOfTheWorldCupLosesNothing(t *testing.T) {
	find := exampletest.Data(t)
	r := exampletest.Play(t, exampletest.Compile(t, "shop.tune"), manager.SimOptions{Scenario: "worldcup", Seed: 1, Find: find})
	require.Zero(t, r.Summary.Requests.Lost)
	require.Greater(t, r.Summary.Requests.Done, 3_000_000.0)
	require.Positive(t, r.Summary.Moves.Count, "the host gets hot")
	require.Contains(t, r.Summary.Data[0], "digest checked")
}
