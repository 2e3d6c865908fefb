package editors

import (
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

var update = flag.Bool("update", false, "print the words of the language into the plugins")

func TestThePluginsKnowTheWordsOfTheLanguage(t *testing.T) {
	texts, err := Files()
	require.NoError(t, err)
	for path, want := range texts {
		if *update {
			require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
			require.NoError(t, os.WriteFile(path, []byte(want), 0o644))
		}
		got, err := os.ReadFile(path)
		require.NoError(t, err)
		require.True(t, want == string(got), "%s is behind the language or its template: go test ./editors -update", path)
	}
}
