package check_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tune-autonomic/tune/compiler"
)

// Branches are compared with each other, so there may be only so many of them.
func TestOnlySoManyBranchesRunTogether(t *testing.T) {
	told := func(n int) []string {
		source := "system s\nhosts r { nodes = [\"a\"] }\nevent go\npolicy P on go { final A { " + strings.Repeat("fork { allocate a } ", n) + "join } }\n"
		var all []string
		for _, f := range compiler.CompileSource(nil, "s.tune", source).Findings {
			all = append(all, string(f.Code)+" "+f.Msg)
		}
		return all
	}
	require.Empty(t, told(256))
	require.Equal(t, []string{"TUNE0229 more than 256 branches run together"}, told(257))
	require.Equal(t, []string{"TUNE0229 more than 256 branches run together"}, told(2000), "once")
}
