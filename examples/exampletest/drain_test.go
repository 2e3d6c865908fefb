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
