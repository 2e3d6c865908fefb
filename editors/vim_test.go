package editors

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// program finds an editor, or skips the test.
func program(t *testing.T, name string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err != nil {
		t.Skipf("there is no %s", name)
	}
	return path
}

// tunec builds the compiler.
func tunec(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "tunec")
	out, err := exec.Command("go", "build", "-o", path, "../cmd/tunec").CombinedOutput()
	require.NoError(t, err, "%s", out)
	return path
}

// nvim runs a script of testdata on a file, in Neovim with our plugin and nothing else, and gives what it printed.
func nvim(t *testing.T, script, file, compiler string) string {
	t.Helper()
	plugin, err := filepath.Abs("vim")
	require.NoError(t, err)
	c := exec.Command(program(t, "nvim"), "--headless", "-u", "NONE", "-i", "NONE", "-n", "--cmd", "set rtp^="+plugin,
		"--cmd", "let g:tune_tunec = $TUNEC", "--cmd", "filetype plugin indent on | syntax on", file, "-S", filepath.Join("testdata", script))
	c.Env = append(os.Environ(), "XDG_STATE_HOME="+t.TempDir(), "TUNEC="+compiler)
	out, err := c.CombinedOutput()
	require.NoError(t, err, "%s", out)
	return string(out)
}

// copyOf is a copy of a file that a test may change.
func copyOf(t *testing.T, file string) string {
	t.Helper()
	raw, err := os.ReadFile(file)
	require.NoError(t, err)
	path := filepath.Join(t.TempDir(), filepath.Base(file))
	require.NoError(t, os.WriteFile(path, raw, 0o644))
	return path
}

// golden holds a text to a file of testdata.
func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		require.NoError(t, os.WriteFile(path, []byte(got), 0o644))
	}
	want, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, string(want), got, "if this is better: go test ./editors -update")
}

const shop = "../examples/shop/shop.tune"

func read(t *testing.T, file string) string {
	t.Helper()
	raw, err := os.ReadFile(file)
	require.NoError(t, err)
	return string(raw)
}

// wrong writes a program for a test to mend.
func wrong(t *testing.T, text string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "wrong.tune")
	require.NoError(t, os.WriteFile(file, []byte(text), 0o644))
	return file
}

func TestVimAsksTheCompiler(t *testing.T) {
	program(t, "nvim")
	compiler := tunec(t)
	t.Run("the language server shows a finding and mends it", func(t *testing.T) {
		file := wrong(t, "system s\n\nhosts rack {\n  nodes = [\"n1\"]\n  memory = 2GB\n}\n")
		nvim(t, "fix.lua", file, compiler)
		require.Contains(t, read(t, file), "memory = 2GiB\n")
	})
	t.Run(":make lists findings, gq formats", func(t *testing.T) {
		file := wrong(t, "system s\nhosts rack {\nnodes=[\"n1\"]\nmemory = 2\n}\n")
		nvim(t, "quickfix.lua", file, compiler)
		require.Equal(t, "system s\nhosts rack {\n  nodes  = [\"n1\"]\n  memory = 2\n}\n", read(t, file))
	})
}

func TestVimFormatsWhatIsAskedFor(t *testing.T) {
	file := wrong(t, `system x

hosts rack { nodes = ["n1"] }
// a comment that is rather long and could be wrapped by gq, since it goes on for more than eighty columns of text
event   hot(h: rack)   when h.cpu > 45%

policy P on hot(h: rack) {
final A { notify("x") }
}
`)
	nvim(t, "format.lua", file, tunec(t))
	require.Equal(t, `system x

hosts rack { nodes = ["n1"] }
// a comment that is rather long and could be wrapped by gq, since it goes on
// for more than eighty columns of text
event   hot(h: rack)   when h.cpu > 45%

policy P on hot(h: rack) {
  final A { notify("x") }
}
`, read(t, file))
}

func TestVimIndentsAsTheOneStyleDoes(t *testing.T) {
	file := copyOf(t, shop)
	nvim(t, "indent.lua", file, "none")
	require.Equal(t, read(t, shop), read(t, file))
}

// What is in the one style stays so, also where heads and expressions go over several lines.
func TestVimLeavesTheOneStyleAsItIs(t *testing.T) {
	for _, name := range []string{"consolidate", "heal", "balance"} {
		module := filepath.Join("..", "compiler", "std", name+".tune")
		file := copyOf(t, module)
		nvim(t, "reindent.lua", file, "none")
		require.Equal(t, read(t, module), read(t, file))
	}
}

func TestVimColoursWordsByTheirPlace(t *testing.T) {
	golden(t, "words.vim.golden", nvim(t, "groups.lua", "testdata/words.tune", "none"))
}
