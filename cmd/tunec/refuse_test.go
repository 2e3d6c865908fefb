package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// Programs that read what tests say get the findings of a system that can't be tested.
func TestTestsOfABrokenSystemAreJSONToo(t *testing.T) {
	file := filepath.Join(t.TempDir(), "a.tune")
	require.NoError(t, os.WriteFile(file, []byte("system a\nvm G on rak { count = 2 }\n"), 0o600))
	for _, path := range []string{file, file + ".gone"} {
		code, out := tunec("test", "--json", path)
		require.Equal(t, 1, code)
		var found []struct{ Code string }
		require.NoError(t, json.Unmarshal([]byte(out), &found), out)
		require.Len(t, found, 1)
	}
}

// Nobody who says p.png wants a folder of that name.
func TestADiagramInAFormatThatThereIsntIsRefused(t *testing.T) {
	dir := t.TempDir()
	file, out := filepath.Join(dir, "a.tune"), filepath.Join(dir, "p.png")
	require.NoError(t, os.WriteFile(file, []byte("system a\nhosts rack { nodes = [\"n\"] }\n"), 0o600))
	code, said := tunec("diagram", file, "-o", out)
	require.Equal(t, 2, code)
	require.Contains(t, said, "no format ends in .png")
	require.NoFileExists(t, out)
	require.NoDirExists(t, out)
}

// What the compiler makes of `at most n times` is nobody's state.
func TestStatesThatNobodyWroteAreNotShown(t *testing.T) {
	dir := t.TempDir()
	file, bundle := filepath.Join(dir, "a.tune"), filepath.Join(dir, "a.tuneb")
	require.NoError(t, os.WriteFile(file, []byte(`system a
hosts rack { nodes = ["n"] }
event go
policy P on go {
  state Wake { allocate n }
  -> Done on success
  -> Wake on failure at most 3 times
  -> Done otherwise
  final Done
}
`), 0o600))
	code, said := tunec("build", file, "-o", bundle)
	require.Zero(t, code, said)
	_, said = tunec("inspect", bundle)
	require.Contains(t, said, "  Wake, Done;")
}
