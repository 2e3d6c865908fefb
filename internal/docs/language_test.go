package docs

import (
	"context"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tune-autonomic/tune/compiler"
	"github.com/tune-autonomic/tune/lang"
	"github.com/tune-autonomic/tune/runtime/testrun"
)

const language = "../../docs/language.md"

func TestThePageOfTheLanguageIsCurrent(t *testing.T) {
	Part(t, language, "units", unitTable(), *update)
	Part(t, language, "words", wordList(), *update)
	Part(t, language, "grammar", "```ebnf\n"+lang.Grammar()+"```\n", *update)
}

func unitTable() string {
	var b strings.Builder
	b.WriteString("| type | units |\n|---|---|\n")
	for i := 0; i < len(lang.Units); {
		of := lang.Units[i].Type
		var names []string
		for ; i < len(lang.Units) && lang.Units[i].Type == of; i++ {
			names = append(names, "`"+lang.Units[i].Name+"`")
		}
		fmt.Fprintf(&b, "| `%s` | %s |\n", of, strings.Join(names, " "))
	}
	return b.String()
}

func wordList() string {
	var words []string
	for _, w := range lang.Words() {
		if w.Kind == lang.WordReserved {
			words = append(words, "`"+w.Text+"`")
		}
	}
	slices.Sort(words)
	return strings.Join(words, " ") + "\n"
}

var example = regexp.MustCompile("(?s)```tune\n(.*?)```")

// shop is the program that the page's examples make together, and its files.
func shop(t *testing.T) (string, fstest.MapFS) {
	t.Helper()
	page, err := os.ReadFile(language)
	require.NoError(t, err)
	var system strings.Builder
	files := fstest.MapFS{"workers.tmpl": {Data: []byte("workers={workers}\n")}}
	for _, m := range example.FindAllStringSubmatch(string(page), -1) {
		if name, isModule := strings.CutPrefix(m[1], "module "); isModule {
			name, _, _ = strings.Cut(name, "\n")
			files[name+".tune"] = &fstest.MapFile{Data: []byte(m[1])}
			continue
		}
		system.WriteString(m[1] + "\n")
	}
	return system.String(), files
}

// Warnings are named where the example draws them, and there are no others.
func TestTheExamplesOfTheLanguageAreOneProgram(t *testing.T) {
	program, files := shop(t)
	built := compiler.CompileTests(files, "shop.tune", program)
	told := map[int]bool{}
	for _, f := range built.Findings {
		text := built.Sources[f.File]
		n := strings.Count(text[:f.Span.Start], "\n")
		line := strings.Split(text, "\n")[n]
		assert.Contains(t, line, "// "+string(f.Code), "%s:%d: %s (%s)\n%s", f.File, n+1, f.Msg, f.Hint, line)
		told[n] = true
	}
	require.NotNil(t, built.Suite)
	for i, line := range strings.Split(program, "\n") {
		require.Equal(t, strings.Contains(line, "// TUNE"), told[i], line)
	}
}

// The tests among the examples hold.
func TestTheTestsOfTheLanguageArePlayed(t *testing.T) {
	program, files := shop(t)
	built := compiler.CompileTests(files, "shop.tune", program)
	require.NotNil(t, built.Suite)
	report, err := testrun.Run(context.Background(), built.Suite, testrun.Options{Jobs: 1})
	require.NoError(t, err)
	require.NotEmpty(t, report.Tests)
	for _, played := range report.Tests {
		require.True(t, played.OK(), "%s: `tunec test` says why", played.Name)
	}
}

// What the language has, its page shows in an example that compiles.
func TestEveryWordOfTheLanguageIsInAnExample(t *testing.T) {
	program, files := shop(t)
	for _, f := range files {
		program += string(f.Data)
	}
	shown := map[string]bool{}
	for _, token := range lang.Tokens(program) {
		text := program[token.Span.Start:token.Span.End]
		switch token.Kind {
		case lang.TokenComment:
			continue
		case lang.TokenNumber:
			text = strings.TrimLeft(text, "0123456789.")
		}
		shown[text] = true
	}
	var missing []string
	for _, w := range lang.Words() {
		// ns, d and the like are in the table of units; that all units are read alike is the lexer's to hold.
		if w.Kind != lang.WordUnit && !shown[w.Text] {
			missing = append(missing, w.Kind+" "+w.Text)
		}
	}
	require.Empty(t, missing)
}
