package main

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tune-autonomic/tune/compiler/bundle"
)

func TestAnOverviewTellsWhatMayBeDone(t *testing.T) {
	var out strings.Builder
	o := bundle.Overview{System: "shop", Budgets: []string{"1 migration at a time across rack", "4 migrations per 10min per rack host"}}
	require.NoError(t, overview(&out, o, bundle.Info{}))
	for _, b := range o.Budgets {
		require.Regexp(t, `(?m)^budget +`+b, out.String())
	}
}
