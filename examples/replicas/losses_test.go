package replicas

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tune-autonomic/tune/examples/exampletest"
	"github.com/tune-autonomic/tune/runtime/manager"
)

func steady(t *testing.T, seed uint64, edits ...string) *exampletest.Run {
	t.Helper()
	p := exampletest.Compile(t, "replicas.tune", edits...)
	return exampletest.Play(t, p, manager.SimOptions{Scenario: "steady", Seed: seed})
}

// lost is what the addition at 300 s and the removal at 600 s lost.
func lost(r *exampletest.Run) (addition, removal float64) {
	half := r.At(599, "requests_lost")
	return half - r.At(299, "requests_lost"), r.Summary.Requests.Lost - half
}

func TestEachChangeLosesWhatThePaperSays(t *testing.T) {
	for seed := range uint64(8) {
		r := steady(t, seed)
		addition, removal := lost(r)
		require.True(t, 195 <= addition && addition <= 329, "seed %d: an addition lost %.0f", seed, addition)
		require.True(t, 232 <= removal && removal <= 365, "seed %d: a removal lost %.0f", seed, removal)
		require.Zero(t, r.At(299, "requests_lost"), "what changes nothing loses nothing")
	}
}

func TestTwiceTheClientsLoseTwiceAsMuch(t *testing.T) {
	for seed := range uint64(5) {
		half := steady(t, seed, "clients of Apache: 600 until 900s", "clients of Apache: 300 until 900s").Summary.Requests.Lost
		whole := steady(t, seed).Summary.Requests.Lost
		require.InDelta(t, 2, whole/half, 0.4, "seed %d: %.0f and %.0f", seed, half, whole)
	}
}

func TestThePeakAddsATomcatAndTakesItAway(t *testing.T) {
	p := exampletest.Compile(t, "replicas.tune")
	r := exampletest.Play(t, p, manager.SimOptions{Scenario: "peak", Seed: 1})
	require.Greater(t, r.At(r.When("busy(Tomcat-1)"), "cpu.node1"), 0.8)
	require.InDelta(t, r.At(300, "cpu.node1"), r.At(300, "cpu.node3"), 0.01, "two share what was too much for one")
	require.Positive(t, r.Summary.Requests.Lost)
	gone := min(r.At(899, "cpu.node1"), r.At(899, "cpu.node3"))
	require.Zero(t, gone, "one Tomcat is left")
}
