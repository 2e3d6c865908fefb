package lang_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tune-autonomic/tune/lang"
)

// Behind a declaration that can't be read the next one is read, also one that lacks its name; what was not understood is
// told as gaps.
func TestGapsAreWhatCouldNotBeRead(t *testing.T) {
	const source = "system a\nrequire capacity memory on rack\nscenario { until 5s }\nevnt hot every 1s\npolicy P on hot losless { final A }\n"
	f, errs := lang.Parse("a.tune", source)
	require.Len(t, errs, 4)
	var gaps []string
	for _, g := range f.Gaps {
		gaps = append(gaps, source[g.Start:g.End])
	}
	require.Equal(t, []string{"require capacity memory on rack", "scenario {", "evnt hot every 1s", "policy P on hot losless {"}, gaps)
	require.Len(t, f.Decls, 3)
}
