package bundle_test

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tune-autonomic/tune/compiler/bundle"
	"github.com/tune-autonomic/tune/compiler/bundle/bundletest"
)

func TestSampleIsValidAndComplete(t *testing.T) {
	p := bundletest.Sample()
	require.NoError(t, bundle.Verify(p))

	ops, kinds := map[bundle.Op_]bool{}, map[bundle.SetOpKind]bool{}
	for _, in := range p.Code {
		ops[in.Op] = true
	}
	for _, op := range p.SetOps {
		kinds[op.Kind] = true
	}
	require.Len(t, ops, int(bundle.NumOps), "the sample holds every opcode")
	require.Len(t, kinds, int(bundle.SetSumSeries)+1, "and every kind of set operation")
}

// Whatever a bundle says, Verify answers.
func TestVerifyNeverPanics(t *testing.T) {
	for seed := range uint64(20_000) {
		rng := rand.New(rand.NewPCG(seed, 1))
		p := bundletest.Sample()
		bundletest.Scramble(p, rng, 1+rng.IntN(6))
		require.NotPanics(t, func() { _ = bundle.Verify(p) }, "seed %d", seed)
	}
}
