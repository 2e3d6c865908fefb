package finding_test

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tune-autonomic/tune/compiler/finding"
	"github.com/tune-autonomic/tune/lang"
)

var update = flag.Bool("update", false, "rewrite docs/findings.md")

const source = "system a\n\nevent hot(t: Tomcat) when t.lod > 80%\n"

func example() finding.Finding {
	at := strings.Index(source, "lod")
	return finding.New("TUNE0203", "a.tune", lang.Span{Start: at, End: at + 3}, `unknown metric "lod" of Tomcat`, "did you mean load?")
}

func TestAFindingShowsItsLineWithACaret(t *testing.T) {
	var out strings.Builder
	require.NoError(t, finding.Render(&out, []finding.Finding{example()}, finding.Sources{"a.tune": source}))
	require.Equal(t, `error[TUNE0203] a.tune:3:29: unknown metric "lod" of Tomcat
    3 | event hot(t: Tomcat) when t.lod > 80%
      |                             ^^^ did you mean load?
`, out.String())
}

func TestAFindingAsJSONHasStableKeys(t *testing.T) {
	data, err := finding.JSON([]finding.Finding{example()}, finding.Sources{"a.tune": source})
	require.NoError(t, err)
	require.JSONEq(t, `[{"code": "TUNE0203", "severity": "error", "file": "a.tune", "line": 3, "column": 29, "endLine": 3, "endColumn": 32,
		"message": "unknown metric \"lod\" of Tomcat", "hint": "did you mean load?"}]`, string(data))

	none, err := finding.JSON(nil, nil)
	require.NoError(t, err)
	require.Equal(t, "[]", string(none))
}

// Wherever a finding stands, even beyond its file, it can be shown.
func TestAnyFindingCanBeShown(t *testing.T) {
	long := strings.Repeat("x", 5000)
	for _, span := range []lang.Span{{}, {Start: -1, End: 3}, {Start: 4, End: 2}, {Start: 4990, End: 5000}, {Start: 9000, End: 9999}, {Start: 0, End: 5000}} {
		var out strings.Builder
		f := finding.New("TUNE0201", "a.tune", span, "message", "")
		require.NoError(t, finding.Render(&out, []finding.Finding{f}, finding.Sources{"a.tune": long}))
		require.Less(t, len(out.String()), 1000)
		require.Contains(t, out.String(), "message")
		require.NoError(t, finding.Render(&out, []finding.Finding{f}, nil))
	}
}

func TestFindingsComeInOrderAndOnce(t *testing.T) {
	at := func(code finding.Code, file string, start int) finding.Finding {
		return finding.New(code, file, lang.Span{Start: start, End: start + 1}, "", "")
	}
	sorted := finding.Sort([]finding.Finding{at("TUNE0202", "b", 9), at("TUNE0201", "a", 5), at("TUNE0201", "b", 3), at("TUNE0202", "b", 9)})
	require.Equal(t, []finding.Finding{at("TUNE0201", "b", 3), at("TUNE0202", "b", 9), at("TUNE0201", "a", 5)}, sorted)
}

func TestOnlyErrorsRefuseAProgram(t *testing.T) {
	require.False(t, finding.Failed([]finding.Finding{{Code: "TUNE0402", Severity: finding.Warning}}))
	require.True(t, finding.Failed([]finding.Finding{{Code: "TUNE0402", Severity: finding.Warning}, {Code: "TUNE0201"}}))
}

func TestTheTableIsInOrderAndHasEveryCodeOfTheParser(t *testing.T) {
	for i, info := range finding.Table {
		require.Regexp(t, `^TUNE\d{4}$`, string(info.Code))
		require.Equal(t, info, finding.Lookup(info.Code))
		require.Equal(t, info.Wrong == "", info.Right == "", "%s: a wrong program comes with a right one", info.Code)
		if i > 0 {
			require.Less(t, finding.Table[i-1].Code, info.Code)
		}
	}
	for code, title := range lang.Titles {
		require.Equal(t, title, finding.Lookup(finding.Code(code)).Title, code)
	}
}

// docs/findings.md is printed from the table; -update rewrites it.
func TestTheDocumentationIsTheTable(t *testing.T) {
	const path = "../../docs/findings.md"
	var b strings.Builder
	b.WriteString("# Findings\n\nWhat the compiler refuses or warns of. A code keeps its meaning for good. Printed from `compiler/finding/table.go`.\n\nAn error refuses the program: `tunec check` and `tunec build` exit with 1. A warning is told and leaves that at 0; with `--strict` it counts as an\nerror does.\n")
	b.WriteString("\n`tunec explain CODE` prints the same. `tunec check --fix` does what the hints say, where nothing else can be meant and the compiler finds less afterwards.\n\nThe programs below go on from this one, unless they begin with `system` or consist of several files:\n\n```\n" + finding.Prelude + "```\n")
	for _, info := range finding.Table {
		fmt.Fprintf(&b, "\n## %s — %s (%s)\n\n%s\n", info.Code, info.Title, info.Severity, info.Text)
		if info.Wrong != "" {
			fmt.Fprintf(&b, "\n```\n%s\n```\n\nRight:\n\n```\n%s\n```\n", info.Wrong, info.Right)
		}
	}
	if *update {
		require.NoError(t, os.WriteFile(path, []byte(b.String()), 0o644))
	}
	written, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, b.String(), string(written), "run go test ./compiler/finding -update")
}
