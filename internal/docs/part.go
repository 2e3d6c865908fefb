// Package docs holds the documents to what the code does.
package docs

import (
	"os"
	"regexp"
	"testing"

	"github.com/stretchr/testify/require"
)

// Part holds the part of a document between `<!-- NAME -->` and `<!-- end -->` to a text, or rewrites it.
func Part(t *testing.T, path, name, text string, update bool) {
	t.Helper()
	old, err := os.ReadFile(path)
	require.NoError(t, err)
	begin, end := "<!-- "+name+" -->\n", "<!-- end -->"
	part := regexp.MustCompile("(?s)" + regexp.QuoteMeta(begin) + ".*?" + regexp.QuoteMeta(end))
	require.True(t, part.Match(old), "%s has no place for %s", path, name)
	current := part.ReplaceAllLiteralString(string(old), begin+"\n"+text+"\n"+end)
	if update {
		require.NoError(t, os.WriteFile(path, []byte(current), 0o644))
		return
	}
	require.Equal(t, current, string(old), "%s isn't current: go test . -run %s -update, in this folder", path, t.Name())
}
