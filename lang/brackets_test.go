package lang

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestABracketOfAnotherKindIsOneFinding(t *testing.T) {
	pages, err := filepath.Glob("../examples/std/*/*.tune")
	require.NoError(t, err)
	files, err := filepath.Glob("../examples/*/*.tune")
	require.NoError(t, err)
	files = append(files, pages...)
	require.NotEmpty(t, files)
	const kinds = "()[]{}"
	for _, path := range files {
		source, err := os.ReadFile(path)
		require.NoError(t, err)
		for _, tok := range Tokens(string(source)) {
			at := tok.Span.Start
			if tok.Kind != TokenSign || !strings.Contains(kinds, string(source[at])) {
				continue
			}
			for k := strings.IndexByte(kinds, source[at]) % 2; k < len(kinds); k += 2 {
				if kinds[k] == source[at] {
					continue
				}
				wrong := string(source[:at]) + kinds[k:k+1] + string(source[at+1:])
				_, errs := Parse(path, wrong)
				require.Len(t, errs, 1, "%s:%d %s", path, at, wrong[max(0, at-40):min(len(wrong), at+20)])
			}
		}
	}
}

func TestABracketIsReadAsTheKindItBelongsTo(t *testing.T) {
	for wrong, right := range map[string]string{
		"hosts a { nodes = {\"x\"] }":                                           "hosts a { nodes = [\"x\"] }",
		"hosts a { nodes = [\"x\"] ]":                                           "hosts a { nodes = [\"x\"] }",
		"component C on a {1] { }":                                              "component C on a [1] { }",
		"component C on a [1] ( op start = exec(\"c\") }":                       "component C on a [1] { op start = exec(\"c\") }",
		"component C on a [1] { op start = exec{\"c\") }":                       "component C on a [1] { op start = exec(\"c\") }",
		"policy P on e {\n  state S { restart v on (if a then b else c} }\n}\n": "policy P on e {\n  state S { restart v on (if a then b else c) }\n}\n",
		"policy P on e(h: a)lossless{state A{release h}->C final C)":            "policy P on e(h: a)lossless{state A{release h}->C final C}",
		"policy P on e{state A(release h}->C final C}":                          "policy P on e{state A{release h}->C final C}",
		"scenario day(at 0s deploy all}":                                        "scenario day{at 0s deploy all}",
		"vm V on a(count = 2}":                                                  "vm V on a{count = 2}",
		"use m [hosts: a)":                                                      "use m (hosts: a)",
		"func f(x: int} = x":                                                    "func f(x: int) = x",
		"policy P on e {\n  state S ( let t = min(C by 1) }\n  -> S\n}":         "policy P on e {\n  state S { let t = min(C by 1) }\n  -> S\n}",
		"policy P on e {\n  state S { for t in C where idle(t} { t.x } }\n}\n":  "policy P on e {\n  state S { for t in C where idle(t) { t.x } }\n}\n",
	} {
		f, errs := Parse("x.tune", "system x\n"+wrong+"\n")
		require.Len(t, errs, 1, wrong)
		require.NotNil(t, errs[0].Fix, wrong)
		fix := errs[0].Fix
		require.Equal(t, "system x\n"+right+"\n", f.Source[:fix.Span.Start]+fix.New+f.Source[fix.Span.End:])
	}
}
