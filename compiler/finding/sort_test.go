package finding_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tune-autonomic/tune/compiler/finding"
	"github.com/tune-autonomic/tune/lang"
)

// What is found in a module by several uses of it is told once, with all of them, if it is the same, and else each.
func TestWhatUsesOfAModuleFindIsToldByWhatItSays(t *testing.T) {
	of := func(msg string, use int) finding.Finding {
		f := finding.New("TUNE0402", "m.tune", lang.Span{Start: 3, End: 9}, msg, "")
		f.Related = []finding.Related{{File: "s.tune", Span: lang.Span{Start: use, End: use + 1}, Msg: finding.FilledIn}}
		return f
	}
	all := finding.Sort([]finding.Finding{of("App is lost", 1), of("Db is lost", 2), of("App is lost", 3), of("App is lost", 1), of("lost otherwise", 1)})
	require.Len(t, all, 2)
	require.Equal(t, "App is lost", all[0].Msg)
	require.Len(t, all[0].Related, 2)
	require.Equal(t, "Db is lost", all[1].Msg)
}
