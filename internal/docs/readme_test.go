package docs

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"
	"github.com/tune-autonomic/tune/compiler"
)

// section is the indented block under a heading of a document.
func section(t *testing.T, file, heading string) string {
	t.Helper()
	raw, err := os.ReadFile(file)
	require.NoError(t, err)
	_, rest, ok := strings.Cut(string(raw), "\n## "+heading+"\n")
	require.True(t, ok, "%s has no heading %q", file, heading)
	rest, _, _ = strings.Cut(rest, "\n## ")
	var block []string
	for _, line := range strings.Split(rest, "\n") {
		if code, ok := strings.CutPrefix(line, "    "); ok {
			block = append(block, code)
		}
	}
	require.NotEmpty(t, block)
	return strings.Join(block, "\n")
}

func TestTheTenLinesOfTheReadmeCompile(t *testing.T) {
	text := section(t, "../../README.md", "The language in ten lines")
	require.Len(t, strings.Split(text, "\n"), 10)
	built := compiler.CompileSource(fstest.MapFS{}, "readme.tune", "system readme\n"+text)
	require.Empty(t, built.Findings)
}

func TestWhatTheDocumentsLinkToIsThere(t *testing.T) {
	link := regexp.MustCompile(`\]\(([^)#:]+)\)`)
	err := filepath.WalkDir("../..", func(path string, d os.DirEntry, err error) error {
		if err == nil && d.Name() == "node_modules" { // others' documents
			return filepath.SkipDir
		}
		if err != nil || d.IsDir() || filepath.Ext(path) != ".md" {
			return err
		}
		raw, err := os.ReadFile(path)
		require.NoError(t, err)
		for _, m := range link.FindAllStringSubmatch(string(raw), -1) {
			_, err := os.Stat(filepath.Join(filepath.Dir(path), m[1]))
			require.NoError(t, err, "%s links to %s", path, m[1])
		}
		return nil
	})
	require.NoError(t, err)
}
