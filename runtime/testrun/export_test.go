package testrun

import (
	"context"

	"github.com/tune-autonomic/tune/compiler/bundle"
	"github.com/tune-autonomic/tune/runtime/manager"
)

// Judge plays a test once, and tells an observer of it as well.
func Judge(ctx context.Context, s *bundle.Suite, test int, seed uint64, more manager.Observer) (manager.Result, error) {
	c := &s.Cases[test]
	t := newTrial(s, c, seed)
	return manager.Simulate(ctx, s.Program, manager.SimOptions{
		World: &c.World, Seed: seed, Observer: manager.Observers{t, more}, Witness: t,
	})
}
