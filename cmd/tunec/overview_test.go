package main

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tune-autonomic/tune/compiler/bundle"
)

func TestAnOverviewTellsOfBudgetsWhereThereAreAny(t *testing.T) {
	for n, want := range map[int]string{0: "", 2: "budgets  2"} {
		var out strings.Builder
		require.NoError(t, overview(&out, bundle.Overview{System: "shop", Budgets: n}, bundle.Info{}))
		if want == "" {
			require.NotContains(t, out.String(), "budgets")
			continue
		}
		require.Contains(t, out.String(), want)
	}
}
