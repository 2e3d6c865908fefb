package lang_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tune-autonomic/tune/lang"
)

// examples are the programs that the project ships.
func examples(t testing.TB) map[string]string {
	sources := map[string]string{}
	for _, glob := range []string{"../examples/*/*.tune", "../compiler/std/*.tune"} {
		paths, err := filepath.Glob(glob)
		require.NoError(t, err)
		for _, path := range paths {
			source, err := os.ReadFile(path)
			require.NoError(t, err)
			sources[path] = string(source)
		}
	}
	require.GreaterOrEqual(t, len(sources), 5)
	return sources
}

func TestExamplesParse(t *testing.T) {
	for path, source := range examples(t) {
		file, errs := lang.Parse(path, source)
		for _, e := range errs {
			line, col := lang.Line(source, e.Span.Start)
			t.Errorf("%s:%d:%d: %s (%s)", path, line, col, e, e.Hint)
		}
		require.NotEmpty(t, file.Decls)
	}
}
