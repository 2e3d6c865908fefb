package exampletest_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tune-autonomic/tune/examples/exampletest"
	"github.com/tune-autonomic/tune/runtime/engine"
	"github.com/tune-autonomic/tune/runtime/manager"
)

// What a policy that is lossless promises, the simulated world keeps: a drain of the program is one of the world.
func TestADrainSavesRequests(t *testing.T) {
	t.Chdir("testdata")
	play := func(edits ...string) *exampletest.Run {
		p := exampletest.Compile(t, "drain.tune", edits...)
		return exampletest.Play(t, p, manager.SimOptions{Scenario: "steady", Seed: 1})
	}
	with := play()
	require.Empty(t, with.Texts(engine.NoticeFailed))
	require.Zero(t, with.Summary.Requests.Lost)

	without := play("lossless", "", "      a.lb.drain(a)\n", "")
	require.Empty(t, without.Texts(engine.NoticeFailed))
	require.Positive(t, without.Summary.Requests.Lost)
}

// What one policy has drained another may let in, and a new balancer has drained nobody: what serves again isn't interrupted.
func TestPoliciesThatMeetLoseNothing(t *testing.T) {
	t.Chdir("testdata")
	for _, scenario := range []string{"quick", "grow"} {
		play := func(edits ...string) *exampletest.Run {
			return exampletest.Play(t, exampletest.Compile(t, "meeting.tune", edits...), manager.SimOptions{Scenario: scenario, Seed: 1})
		}
		run := play()
		require.Zero(t, run.Summary.Requests.Lost, scenario)
		require.Contains(t, run.Texts(engine.NoticeFailed)[0], "sends it requests, again or newly; policy Slow is lossless")
		require.Positive(t, play("policy Slow on slow lossless", "policy Slow on slow").Summary.Requests.Lost, scenario)
	}
}

// Each of several balancers sends requests to its own alone: who is drained at one has no others to come.
func TestADrainAtTheOneThatSendsIsEnough(t *testing.T) {
	t.Chdir("testdata")
	play := func(edits ...string) *exampletest.Run {
		return exampletest.Play(t, exampletest.Compile(t, "split.tune", edits...), manager.SimOptions{Scenario: "day", Seed: 1})
	}
	require.Zero(t, play().Summary.Requests.Lost)
	require.Positive(t, play("lossless", "", "      b.front.leave(b)\n", "").Summary.Requests.Lost)
}
