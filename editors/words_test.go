package editors

import (
	"flag"
	"fmt"
	"os"
	"testing"

	"github.com/stretchr/testify/require"
)

var update = flag.Bool("update", false, "print the words of the language into the plugins, and what the editors make of them")

// TestMain prints the words before the editors are asked what they make of them.
func TestMain(m *testing.M) {
	flag.Parse()
	if *update {
		if err := write(); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	}
	os.Exit(m.Run())
}

func write() error {
	texts, err := Files()
	if err != nil {
		return err
	}
	for path, text := range texts {
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			return err
		}
	}
	return nil
}

func TestThePluginsKnowTheWordsOfTheLanguage(t *testing.T) {
	texts, err := Files()
	require.NoError(t, err)
	for path, want := range texts {
		require.True(t, want == read(t, path), "%s is behind the language or its template: go test ./editors -update", path)
	}
}
