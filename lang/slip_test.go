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
		"event e every 5secs":                          false,
		"event e every 5m":                             true,
		"event e every 10 s":                           false,
		"vm G on rack { memory = 2mib }":               false,
		"vm G on rack { memory = 2gb }":                true,
		"event e(h: rack) when h.cpu = 10%":            false,
		"component B on rack [1] { attr port = 8080 }": true,
		"evnt e every 5s":                              false,
		"policy P on e lossless lossless { final S }":  false,
		"vm G on rack {\n  count = 2\n":                false,
		"vm G on rack {\ncount = 2\n":                  true,
		"vm G on rack { {\n  count = 2\n}\n":           true,
		"vm G on rack { image = \"a }":                 false,
		"hosts b { nodes = [\"a\", \"b] }":             true,
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

// mended is a source in which what its syntax errors offer is done, and what they say.
func mended(source string) (text string, hints []string) {
	_, errs := lang.Parse("a.tune", source)
	for i := len(errs) - 1; i >= 0; i-- {
		hints = append(hints, errs[i].Hint)
		if fix := errs[i].Fix; fix != nil {
			source = source[:fix.Span.Start] + fix.New + source[fix.Span.End:]
		}
	}
	return source, hints
}

// A number at the end of a line has nothing to do with a name that begins the next, even if that is spelled as a unit is.
func TestAUnitStandsOnTheLineOfItsNumber(t *testing.T) {
	for _, policy := range []string{
		"state S { plan {\n s = 3\n h.cpu = 3%\n apply safely } }\n",
		"state S { allocate h }\n-> D when count(S) > 3\nh\nfinal D\n",
	} {
		source := "system a\npolicy P on hot(h: rack) {\n" + policy + "}\n"
		text, hints := mended(source)
		require.Len(t, hints, 1)
		require.NotContains(t, hints[0], "unit")
		require.Equal(t, source, text)
	}
}

// What an = is meant to be depends on what stands around it.
func TestAnEqualsSignThatCannotStandIsMendedAsItWasMeant(t *testing.T) {
	for wrong, right := range map[string]string{
		"vm G on rack { attr limit = 70% }":             "vm G on rack { attr limit: percent = 70% }",
		"vm G on rack { attr room := 2GiB }":            "vm G on rack { attr room: bytes = 2GiB }",
		"vm G on rack { attr limit = f(x) }":            "vm G on rack { attr limit = f(x) }",
		"func z = 3":                                    "func z() = 3",
		"func g(h: rack = h.cpu":                        "func g(h: rack) = h.cpu",
		"policy P on e when count(App) => 1 { }":        "policy P on e when count(App) >= 1 { }",
		"policy P on e when count(App) =< 1 { }":        "policy P on e when count(App) <= 1 { }",
		"policy P on e when count(App = 1 { }":          "policy P on e when count(App) = 1 { }",
		"policy P on e { state A { }\n=> Done }":        "policy P on e { state A { }\n-> Done }",
		"policy P on e { state A { } => Done }":         "policy P on e { state A { } -> Done }",
		"policy P on e { state A { var v := 3 } }":      "policy P on e { state A { var v = 3 } }",
		"policy P on e { state A { let v = (a = 3) } }": "policy P on e { state A { let v = (a = 3) } }",
		"policy P on e { state A { if (a = 3) { } } }":  "policy P on e { state A { if (a == 3) { } } }",
	} {
		text, _ := mended("system a\n" + wrong + "\n")
		require.Equal(t, "system a\n"+right+"\n", text)
	}
}

// What belongs in quotes and stands bare is put there as far as it goes without a blank.
func TestABareTextIsQuoted(t *testing.T) {
	for wrong, right := range map[string]string{
		"import std/relieve":         `import "std/relieve"`,
		"test b in s { }":            `test "b" in s { }`,
		"test never-lost in s{ }":    `test "never-lost" in s{ }`,
		"test high { until 10min\n}": "test \"high\" { until 10min\n}",
	} {
		text, hints := mended("system a\n" + wrong + "\n")
		require.Equal(t, "system a\n"+right+"\n", text)
		require.Len(t, hints, 1)
	}
}
