package compiler_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tune-autonomic/tune/compiler"
)

// fixedBy is a source after the first fix of its first finding.
func fixedBy(t *testing.T, source string) string {
	t.Helper()
	found := compiler.CompileSource(nil, "a.tune", source).Findings
	require.NotEmpty(t, found)
	require.NotEmpty(t, found[0].Fixes, "%s %s", found[0].Msg, found[0].Hint)
	edits := found[0].Fixes[0].Edits
	for i := len(edits) - 1; i >= 0; i-- {
		e := edits[i]
		source = source[:e.Span.Start] + e.New + source[e.Span.End:]
	}
	return source
}

func TestHintsThatAreEditsCarryThem(t *testing.T) {
	const head = "system a\nhosts rack { nodes = [\"n1\"] }\nprobe cpu: percent on rack every 1s\n"
	for wrong, right := range map[string]string{
		"event hot(h: rack) when h.cpi > 10%":  "event hot(h: rack) when h.cpu > 10%",
		"event hot(h: rak) when h.cpu > 10%":   "event hot(h: rack) when h.cpu > 10%",
		"evnt hot(h: rack) when h.cpu > 10%":   "event hot(h: rack) when h.cpu > 10%",
		"event hot(h: rack) when h.cpu > 10 %": "event hot(h: rack) when h.cpu > 10%",
		"event hot(h: rack) when h.cpu = 10%":  "event hot(h: rack) when h.cpu == 10%",
		"func f(h: rack) = 'x'":                "func f(h: rack) = \"x\"",
		"func f(h: rack) = “x”":                "func f(h: rack) = \"x\"",
		"func f(h: rack) = h.cpu ≥ 1%":         "func f(h: rack) = h.cpu >= 1%",
		"func f(h: rack) = h in rack && true":  "func f(h: rack) = h in rack and true",
		"import \"std/consolidat\"":            "import \"std/consolidate\"",
	} {
		require.Equal(t, head+right, fixedBy(t, head+wrong))
	}
}

func TestWhatWasMadeWithoutANameGetsOne(t *testing.T) {
	const program = "system a\nhosts rack { nodes = [\"n1\"] }\ncomponent App on rack [1..*] { op start = exec(\"app\") }\n" +
		"event tick every 1min\npolicy P on tick {\n  state A {\n    App++\n    new.start\n  }\n  -> B\n  final B\n}\n"
	require.Equal(t, strings.Replace(program, "App++", "new = App++", 1), fixedBy(t, program))
}
