package lang_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tune-autonomic/tune/lang"
)

func TestASlipNeedsNoPersonToKnowWhatWasMeant(t *testing.T) {
	among := []string{"cpu", "stop", "sqrt", "iqr", "memory", "migrations", "capacity", "node1", "node2", "if"}
	for word, meant := range map[string]string{"cpi": "cpu", "stpo": "stop", "sotp": "stop", "memroy": "memory", "migratoin": "migrations", "Memory": "memory"} {
		require.True(t, lang.Slip(word, meant, among), word)
	}
	for word, meant := range map[string]string{
		"stop2": "stop", "node3": "node1", "stxx": "stop", "sqr": "sqrt", "memry2": "memory", "of": "if", "cap": "capacity",
	} {
		require.False(t, lang.Slip(word, meant, among), word)
	}
}

// The edits that syntax errors carry say whether they are guesses.
func TestWhatSyntaxErrorsMeanIsSureOrAGuess(t *testing.T) {
	const head = "system a\nhosts rack { nodes = [\"n1\"] }\n"
	for text, guess := range map[string]bool{
		"event e every 5secs":                             false,
		"event e every 5m":                                true,
		"event e every 10 s":                              false,
		"vm G on rack { memory = 2mib }":                  false,
		"vm G on rack { memory = 2gb }":                   true,
		"event e(h: rack) when h.cpu = 10%":               false,
		"component B on rack [1] { attr port = port(x) }": true,
		"evnt e every 5s":                                 false,
		"policy P on e lossless lossless { final S }":     false,
		"vm G on rack {\n  count = 2\n":                   false,
		"vm G on rack {\ncount = 2\n":                     true,
		"vm G on rack { {\n  count = 2\n}\n":              true,
		"vm G on rack { image = \"a }":                    false,
		"hosts b { nodes = [\"a\", \"b] }":                true,
	} {
		_, errs := lang.Parse("a.tune", head+text)
		require.NotEmpty(t, errs, text)
		require.NotNil(t, errs[0].Fix, text)
		require.Equal(t, guess, errs[0].Fix.Guess, text)
	}
}

func TestABraceThatIsAddedKeepsTheLineEnds(t *testing.T) {
	const text = "system a\nvm G on rack {\n  count = 2\n\nevent e every 5s\n"
	for _, source := range []string{text, strings.ReplaceAll(text, "\n", "\r\n")} {
		_, errs := lang.Parse("a.tune", source)
		require.Len(t, errs, 1)
		fix := errs[0].Fix
		mended := source[:fix.Span.Start] + fix.New + source[fix.Span.End:]
		require.Equal(t, strings.Replace(text, "count = 2\n", "count = 2\n}\n", 1), strings.ReplaceAll(mended, "\r\n", "\n"))
		require.NotContains(t, strings.ReplaceAll(mended, "\r\n", ""), "\r")
		if source != text {
			require.NotContains(t, strings.ReplaceAll(mended, "\r\n", ""), "\n")
		}
	}
}
