package sim

import (
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/tune-autonomic/tune/drivers"
)

func TestOutcomesAreRememberedForEver(t *testing.T) {
	var o outcomes
	id := func(instance uint64, step uint32) drivers.CommandID {
		return drivers.CommandID{Instance: instance, Step: step}
	}
	_, known := o.get(id(1, 1))
	require.False(t, known)

	told := []drivers.Result{
		{ID: id(1, 1), Outcome: drivers.Running},
		{ID: id(2, 7), Outcome: drivers.Failed, Reason: "no room"},
		{ID: id(1, 2), Outcome: drivers.Done},
		{ID: id(1, 1<<31), Outcome: drivers.Unknown, Reason: "nobody knows"},
	}
	for _, r := range told {
		o.put(r)
	}
	for _, want := range told {
		got, known := o.get(want.ID)
		require.True(t, known)
		require.Equal(t, want, got)
	}
	_, known = o.get(id(2, 6))
	require.False(t, known, "a step between two that came")

	o.put(drivers.Result{ID: id(1, 1), Outcome: drivers.Done})
	got, _ := o.get(id(1, 1))
	require.Equal(t, drivers.Done, got.Outcome)
}
