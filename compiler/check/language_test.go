package check

import (
	"maps"
	"os"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tune-autonomic/tune/lang"
)

// What the checker knows by name, the reference tells of.
func TestTheReferenceNamesAllThatIsBuiltIn(t *testing.T) {
	page, err := os.ReadFile("../../docs/language.md")
	require.NoError(t, err)
	for _, name := range functions {
		require.Contains(t, string(page), "| `"+name+"(", "a function")
	}
	names := slices.Concat(lang.HostFields, lang.VMFields, slices.Sorted(maps.Keys(placeWords)))
	for _, c := range counters {
		names = append(names, c.name)
	}
	for _, members := range builtins {
		names = append(names, slices.DeleteFunc(slices.Clone(members), func(m string) bool { return m == "planned" })...)
	}
	for _, name := range names {
		require.Regexp(t, "`[.]?"+name+"`", string(page))
	}
	for name := range plannedColumns {
		require.Contains(t, string(page), "`.planned."+name+"`")
	}
}
