package editors

import (
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// emacs runs Emacs without the user's own settings, and gives what it printed.
func emacs(t *testing.T, args ...string) string {
	t.Helper()
	out, err := exec.Command(program(t, "emacs"), append([]string{"-Q", "--batch"}, args...)...).Output()
	require.NoError(t, err, "%s", out)
	return string(out)
}

func TestTheModeOfEmacsCompilesWithoutAWarning(t *testing.T) {
	mode := copyOf(t, "emacs/tune-mode.el")
	emacs(t, "--eval", "(setq byte-compile-error-on-warn t)", "-f", "batch-byte-compile", mode)
	require.FileExists(t, mode+"c")
}

func TestEmacsIndentsAsTheOneStyleDoes(t *testing.T) {
	got := emacs(t, "-l", "emacs/tune-mode.el", "-l", filepath.Join("testdata", "indent.el"), shop)
	require.Equal(t, read(t, shop), got)
}

// What is in the one style stays so, also where heads and expressions go over several lines.
func TestEmacsLeavesTheOneStyleAsItIs(t *testing.T) {
	for _, name := range []string{"consolidate", "heal", "balance"} {
		module := filepath.Join("..", "compiler", "std", name+".tune")
		require.Equal(t, read(t, module), emacs(t, "-l", "emacs/tune-mode.el", "-l", filepath.Join("testdata", "reindent.el"), module))
	}
}

func TestEmacsColoursWordsByTheirPlace(t *testing.T) {
	golden(t, "words.emacs.golden", emacs(t, "-l", "emacs/tune-mode.el", "-l", filepath.Join("testdata", "faces.el"), "testdata/words.tune"))
}
