package compiler_test

import (
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tune-autonomic/tune/compiler"
	"github.com/tune-autonomic/tune/compiler/finding"
	"github.com/tune-autonomic/tune/lang"
)

const shopOfTwo = `system a
hosts rack { nodes = ["n1", "n2"]  attr room: bytes = 2GiB }
vm G on rack { count = 2 }
component A on G [1..3] { attr stop: int = 8005  op start = exec("a") }
probe cpu: percent on rack every 1s
event hot(h: rack) when h.cpu > 45% for 10s
`

// Causes come first: what follows from a slip in a word is not mended by itself.
func TestSyntaxIsMendedBeforeWhatFollowsFromIt(t *testing.T) {
	const policy = "policy P on hot(h: rack) {\n  state S { allocate h }\n  -> C\n  fnial C\n}\n"
	r := compiler.Repair(nil, "a.tune", shopOfTwo+policy)
	require.Empty(t, r.After.Findings)
	require.Equal(t, shopOfTwo+strings.Replace(policy, "fnial", "final", 1), r.Texts["a.tune"])
	require.Len(t, r.Applied, 1)
}

// A brace too many ends a policy early: what its states lack then stands behind it.
func TestNothingIsMendedBehindASyntaxErrorThatIsLeft(t *testing.T) {
	for _, policy := range []string{
		"policy P on hot(h: rack) {\n  state S { allocate h } }\n  -> C\n  final C\n}\n",
		"policy P on hot(h: rack) {\n  state S { allocate h }\n  -> C\n}\n  final C\n}\n",
		"policy P on hot(h: rak) {\n  state S { allocate ) h }\n  -> C\n  final C\n}\n",
	} {
		r := compiler.Repair(nil, "a.tune", shopOfTwo+policy)
		require.NotEmpty(t, r.After.Findings)
		require.Empty(t, r.Texts, policy)
	}
}

// What more than one thing can be meant by is offered, and left to a person.
func TestGuessesAreOfferedAndNotMade(t *testing.T) {
	for name, text := range map[string]string{
		"a size without a unit":            "event big(h: rack) when h.memory > 2\n",
		"a time without a unit":            "event tick every 5\n",
		"a share that may be one of 100":   "event warm(h: rack) when h.cpu > 0.45\n",
		"a unit that may be another":       "event tick every 5m\n",
		"a size of thousands or of 1024s":  "event big(h: rack) when h.memory > 2gb\n",
		"a digit":                          "func f(a: A) = a.stop2\n",
		"a name that is as near to others": "func f(h: rack) = sqr(h.cpu)\n",
		"a value that is given":            "component B on G [1] {\n  attr port: int = 80\n  ready port = port(port)\n}\n",
		"an arrow that is never taken":     "policy P on hot(h: rack) {\n  state S { allocate h }\n  -> Z when true\n  -> Y\n  final Z\n  final Y\n}\n",
		"a guard behind otherwise":         "policy P on hot(h: rack) {\n  state S { allocate h }\n  -> Z otherwise\n  -> Y when h.cpu > 1%\n  final Z\n  final Y\n}\n",
		"how often a cycle is run through": "policy P on hot(h: rack) {\n  state S { allocate h }\n  -> S\n}\n",
		"how long a silence lasts":         "event gone(h: rack) when silent(h)\n",
		"a clause that can't be":           "event tick every 5s for 1s\n",
		"a state without an exit":          "policy P on hot(h: rack) {\n  state S { allocate h }\n}\n",
		"an escape":                        "policy P on hot(h: rack) { final S { notify(\"a\\d\") } }\n",
	} {
		t.Run(name, func(t *testing.T) {
			r := compiler.Repair(nil, "a.tune", shopOfTwo+text)
			require.NotEmpty(t, r.Before.Findings)
			require.Empty(t, r.Applied)
			require.Empty(t, r.Texts)
			for _, f := range r.Before.Findings {
				for _, fix := range f.Fixes {
					require.True(t, fix.Guess, "%s: %s", f.Msg, fix.Title)
				}
			}
		})
	}
}

func TestLinesThatAreAddedEndAsOthersDo(t *testing.T) {
	dos := func(text string) string { return strings.ReplaceAll(text, "\n", "\r\n") }
	for wrong, right := range map[string]string{
		"policy P on hot(h: rack) {\n  state S { allocate h }\n  -> Done\n}\n":                  "policy P on hot(h: rack) {\n  state S { allocate h }\n  -> Done\n  final Done\n}\n",
		"vm H on rack {\n  count = 2\n":                                                         "vm H on rack {\n  count = 2\n}\n",
		"policy P on hot(h: rack) {\n  final S {\n    plan {\n      let n = 1\n    }\n  }\n}\n": "policy P on hot(h: rack) {\n  final S {\n    plan {\n      let n = 1\n      apply safely\n    }\n  }\n}\n",
	} {
		require.Equal(t, shopOfTwo+right, compiler.Repair(nil, "a.tune", shopOfTwo+wrong).Texts["a.tune"])
		require.Equal(t, dos(shopOfTwo+right), compiler.Repair(nil, "a.tune", dos(shopOfTwo+wrong)).Texts["a.tune"])
	}
}

func TestAFixThatLeadsToOtherErrorsIsTakenBackAndTold(t *testing.T) {
	source := "system a\nhosts rack { nodes = [\"n1\"]  attr low: bool = true }\nevent hot(h: rack) when h.lod > 45%\n"
	r := compiler.Repair(nil, "a.tune", source)
	require.Empty(t, r.Texts)
	require.Len(t, r.TakenBack, 1)
	require.Equal(t, 3, r.TakenBack[0].Line)
	require.Equal(t, "write low", r.TakenBack[0].Fixes[0].Title)
}

// errorsIn counts the syntax errors of a result, and all errors.
func errorsIn(r compiler.Result) (syntax, all int) {
	for _, f := range r.Findings {
		if f.Severity != finding.Error {
			continue
		}
		if all++; strings.HasPrefix(string(f.Code), "TUNE01") {
			syntax++
		}
	}
	return syntax, all
}

// mendsWell holds what is true of mending any program.
func mendsWell(t *testing.T, fsys fs.FS, path, text, what string) {
	t.Helper()
	first := compiler.Repair(fsys, path, text)
	syntax, all := errorsIn(first.Before)
	syntaxLeft, left := errorsIn(first.After)
	require.LessOrEqual(t, left, all, what)
	require.LessOrEqual(t, syntaxLeft, syntax, what)
	if len(first.Texts) == 0 {
		return
	}
	_, own := first.Texts[path]
	if _, errs := lang.Parse(path, text); own && len(errs) == 0 {
		_, errs = lang.Parse(path, first.Texts[path])
		require.Empty(t, errs, what)
	}
	for file := range first.Texts {
		require.Equal(t, path, file, what)
	}
	again := compiler.Repair(fsys, path, first.Texts[path])
	require.Empty(t, again.Texts, "%s: mended once more\n%s", what, first.Texts[path])
}

func TestMendingIsIdempotentAndNeverRaisesTheErrorsOfTheCorpora(t *testing.T) {
	dirs, err := filepath.Glob("check/testdata/corpus*")
	require.NoError(t, err)
	require.Len(t, dirs, 2)
	for _, dir := range dirs {
		names, err := filepath.Glob(dir + "/*.tune")
		require.NoError(t, err)
		require.NotEmpty(t, names)
		for _, name := range names {
			text, err := os.ReadFile(name)
			require.NoError(t, err)
			mendsWell(t, os.DirFS(dir), filepath.Base(name), string(text), name)
		}
	}
}

func TestMendingIsIdempotentAndNeverRaisesTheErrorsOfExamplesWithASlip(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	examples := os.DirFS("../examples")
	for _, path := range []string{"shop/shop.tune", "replicas/replicas.tune", "datacenter/cloudsim.tune"} {
		data, err := os.ReadFile("../examples/" + path)
		require.NoError(t, err)
		source := string(data)
		tokens := tokenRE.FindAllStringIndex(source, -1)
		for range 100 {
			at, other := tokens[r.IntN(len(tokens))], tokens[r.IntN(len(tokens))]
			token := source[at[0]:at[1]]
			by := []string{"", token + " " + token, source[other[0]:other[1]], token[:len(token)/2], token[1:] + token[:1]}[r.IntN(5)]
			mendsWell(t, examples, path, source[:at[0]]+by+source[at[1]:], fmt.Sprintf("%s: %q for %q at %d", path, by, token, at[0]))
		}
	}
}
