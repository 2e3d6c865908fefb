package diagram

import (
	"flag"
	"os"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
	"github.com/stretchr/testify/require"
)

var update = flag.Bool("update", false, "rewrite the listings in testdata")

// Each of these was read by the program that it is for, too: Mermaid 11, PlantUML and Graphviz.
func TestDiagramsInTheLanguagesOfOthers(t *testing.T) {
	const file = "testdata/everything.tune"
	raw, err := os.ReadFile(file)
	require.NoError(t, err)
	all := All(Read(file, map[string]string{file: string(raw)}))
	for _, f := range Formats[1:] {
		var got txtar.Archive
		for _, d := range all {
			var b strings.Builder
			require.NoError(t, f.Write(&b, d))
			got.Files = append(got.Files, txtar.File{Name: d.File() + f.Ext, Data: []byte(b.String())})
		}
		golden := "testdata/" + f.Name + ".txtar"
		if *update {
			require.NoError(t, os.WriteFile(golden, txtar.Format(&got), 0o644))
		}
		want, err := os.ReadFile(golden)
		require.NoError(t, err)
		require.Equal(t, string(want), string(txtar.Format(&got)), "if it is meant: go test ./compiler/diagram -update, and read the diff")
	}
}
