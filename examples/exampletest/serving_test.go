package exampletest_test

import (
	"os"
	"path/filepath"
	"slices"
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

// What check --fix makes of a drain that is missing is lossless here, too: it is let in again, and asked for whether there is
// another one.
func TestWhatIsMendedLosesNothing(t *testing.T) {
	for file, more := range map[string]string{
		"serving.tune":     "policy P on each(s: Svc) lossless { state A { s.patch } -> Z final Z }",
		"serving_one.tune": "policy P on one(a: App) lossless { state A { a.patch } -> Z final Z }",
	} {
		dir := "../../compiler/check/testdata"
		text, err := os.ReadFile(filepath.Join(dir, file))
		require.NoError(t, err)
		wrong := without(t, string(text), "") + more
		require.Positive(t, lost(t, compiler.CompileSource(nil, file, strings.Replace(wrong, " lossless {", " {", 1))))
		r := compiler.Repair(nil, file, wrong)
		require.Empty(t, r.After.Findings)
		require.Contains(t, r.Texts[file], ".patch  ")
		require.Zero(t, lost(t, r.After))
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

func parsed(t *testing.T, text string) []*lang.Policy {
	t.Helper()
	f, syntax := lang.Parse("serving.tune", text)
	require.Empty(t, syntax)
	var all []*lang.Policy
	for _, d := range f.Decls {
		if p, is := d.(*lang.Policy); is {
			all = append(all, p)
		}
	}
	require.NotEmpty(t, all)
	return all
}

func policies(t *testing.T, text string) []alone {
	t.Helper()
	var out []alone
	for _, p := range parsed(t, text) {
		out = append(out, alone{p.Name.Text, without(t, text, p.Name.Text), strings.Contains(text[p.Span.Start:p.Span.End], "//!")})
	}
	return out
}

// without is a program without its policies but for one.
func without(t *testing.T, text, but string) string {
	t.Helper()
	for _, p := range slices.Backward(parsed(t, text)) {
		if p.Name.Text != but {
			text = text[:p.Span.Start] + text[p.Span.End:]
		}
	}
	return text
}
