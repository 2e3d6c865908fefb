package exampletest_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tune-autonomic/tune/compiler"
	"github.com/tune-autonomic/tune/examples/exampletest"
	"github.com/tune-autonomic/tune/lang"
	"github.com/tune-autonomic/tune/runtime/manager"
)

// What the compiler says of who serves is what the simulated world says: of the policies of serving*.tune, each alone, those
// that it lets be lossless lose nothing, and those that it doesn't lose requests once they aren't called so.
func TestWhatIsLosslessLosesNothing(t *testing.T) {
	files, err := filepath.Glob("../../compiler/check/testdata/serving*.tune")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		for _, p := range policies(t, string(text)) {
			t.Run(filepath.Base(file)+"/"+p.name, func(t *testing.T) {
				t.Parallel()
				built := compiler.CompileSource(os.DirFS(filepath.Dir(file)), filepath.Base(file), p.alone)
				if !p.wrong {
					require.Empty(t, built.Findings)
					require.Zero(t, lost(t, built))
					return
				}
				require.Nil(t, built.Program)
				forced := strings.Replace(p.alone, " lossless {", " {", 1)
				require.NotEqual(t, p.alone, forced)
				require.Positive(t, lost(t, compiler.CompileSource(os.DirFS(filepath.Dir(file)), filepath.Base(file), forced)))
			})
		}
	}
}

func lost(t *testing.T, built compiler.Result) float64 {
	require.NotNil(t, built.Program, "%v", built.Findings)
	return exampletest.Play(t, built.Program, manager.SimOptions{Scenario: "steady", Seed: 1}).Summary.Requests.Lost
}

// alone is a program with one of its policies, and whether that is told of.
type alone struct {
	name, alone string
	wrong       bool
}

func policies(t *testing.T, text string) []alone {
	t.Helper()
	f, syntax := lang.Parse("serving.tune", text)
	require.Empty(t, syntax)
	var all []*lang.Policy
	for _, d := range f.Decls {
		if p, is := d.(*lang.Policy); is {
			all = append(all, p)
		}
	}
	var out []alone
	for i, p := range all {
		one := alone{name: p.Name.Text, alone: text}
		for j := len(all) - 1; j >= 0; j-- {
			if at := all[j].Span; j != i {
				one.alone = one.alone[:at.Start] + one.alone[at.End:]
			}
		}
		line := text[p.Span.Start:p.Span.End]
		one.wrong = strings.Contains(line, "//!")
		out = append(out, one)
	}
	require.NotEmpty(t, out, fmt.Sprint("no policy in ", len(text), " bytes"))
	return out
}
