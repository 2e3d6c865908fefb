// Package docs holds the documents to what the code does.
package docs

import (
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// Part holds the part of a document between `<!-- NAME -->` and `<!-- end -->` to a text, or rewrites it.
func Part(t *testing.T, path, name, text string, update bool) {
	t.Helper()
	old, err := os.ReadFile(path)
	require.NoError(t, err)
	before, rest, begins := strings.Cut(string(old), "<!-- "+name+" -->\n")
	shown, after, ends := strings.Cut(rest, "<!-- end -->")
	require.True(t, begins && ends, "%s has no place for %s", path, name)
	text = "\n" + text + "\n"
	if update {
		whole := before + "<!-- " + name + " -->\n" + text + "<!-- end -->" + after
		require.NoError(t, os.WriteFile(path, []byte(whole), 0o644))
		return
	}
	require.Equal(t, text, shown, "%s isn't current: go test . -run %s -update, in this folder", path, t.Name())
}
