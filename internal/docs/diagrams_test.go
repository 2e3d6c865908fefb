package docs

import (
	"flag"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tune-autonomic/tune/compiler/diagram"
	"github.com/tune-autonomic/tune/compiler/std"
)

var update = flag.Bool("update", false, "redraw the examples' diagrams, and rewrite what documents print of the code")

// examples are the folders with a program that is called as they are, and a README.
func examples(t *testing.T) []string {
	t.Helper()
	readmes, err := filepath.Glob("../../examples/*/README.md")
	require.NoError(t, err)
	require.NotEmpty(t, readmes)
	var dirs []string
	for _, r := range readmes {
		dirs = append(dirs, filepath.Dir(r))
	}
	return dirs
}

// drawings are the pictures of an example's program, by file name.
func drawings(t *testing.T, dir string) map[string]string {
	t.Helper()
	main := filepath.Base(dir) + ".tune"
	raw, err := os.ReadFile(filepath.Join(dir, main))
	require.NoError(t, err)
	sources := map[string]string{main: string(raw)}
	library, err := fs.Glob(std.FS, "*.tune")
	require.NoError(t, err)
	for _, f := range library {
		raw, err := fs.ReadFile(std.FS, f)
		require.NoError(t, err)
		sources["std/"+f] = string(raw)
	}
	files := map[string]string{}
	for _, d := range diagram.All(diagram.Read(main, sources)) {
		var b strings.Builder
		require.NoError(t, diagram.SVG(&b, diagram.Lay(d)))
		files[d.File()+".svg"] = b.String()
	}
	return files
}

func TestTheExamplesShowTheirDiagrams(t *testing.T) {
	const redraw = "go test ./internal/docs -update draws them anew; look at them"
	for _, dir := range examples(t) {
		want := drawings(t, dir)
		shown := filepath.Join(dir, "diagrams")
		if *update {
			require.NoError(t, os.RemoveAll(shown))
			require.NoError(t, os.Mkdir(shown, 0o755))
			for name, text := range want {
				require.NoError(t, os.WriteFile(filepath.Join(shown, name), []byte(text), 0o644))
			}
		}
		readme, err := os.ReadFile(filepath.Join(dir, "README.md"))
		require.NoError(t, err)
		for name, text := range want {
			got, err := os.ReadFile(filepath.Join(shown, name))
			require.NoError(t, err, redraw)
			require.True(t, text == string(got), "%s/%s is not what %s says: %s", shown, name, dir, redraw)
			require.Contains(t, string(readme), "](diagrams/"+name+")", "%s does not show it", dir)
		}
		there, err := os.ReadDir(shown)
		require.NoError(t, err)
		require.Len(t, there, len(want), "%s has a diagram that is none of the program's: %s", shown, redraw)
	}
}
