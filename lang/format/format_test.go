package format_test

import (
	"flag"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"sort"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/diff"
	"github.com/rogpeppe/go-internal/txtar"
	"github.com/stretchr/testify/require"

	"github.com/tune-autonomic/tune/lang"
	"github.com/tune-autonomic/tune/lang/format"
)

var update = flag.Bool("update", false, "rewrite what comes out in testdata")

// programs are the .tune files of the project that are right.
func programs(t testing.TB) map[string]string {
	sources := map[string]string{}
	require.NoError(t, filepath.WalkDir("../..", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || filepath.Ext(path) != ".tune" {
			return err
		}
		source, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		if _, errs := lang.Parse(path, string(source)); len(errs) == 0 {
			sources[path] = string(source)
		}
		return nil
	}))
	require.Greater(t, len(sources), 20)
	return sources
}

// TestGoldenFiles formats the first of each two files of testdata; the second is what comes out. -update rewrites it.
func TestGoldenFiles(t *testing.T) {
	paths, err := filepath.Glob("testdata/*.txtar")
	require.NoError(t, err)
	require.NotEmpty(t, paths)
	for _, path := range paths {
		archive, err := txtar.ParseFile(path)
		require.NoError(t, err)
		require.Zero(t, len(archive.Files)%2)
		for i := 0; i < len(archive.Files); i += 2 {
			source, want := string(archive.Files[i].Data), &archive.Files[i+1]
			got, err := format.Format(source)
			require.NoError(t, err, "%s: %s", path, archive.Files[i].Name)
			requireFaithful(t, source)
			if *update {
				want.Data = []byte(got)
			}
			require.Equal(t, string(want.Data), got, "%s: %s", path, archive.Files[i].Name)
		}
		if *update {
			require.NoError(t, os.WriteFile(path, txtar.Format(archive), 0o644))
		}
	}
}

// Programs that show how new users write are in nobody's style.
func TestTheProjectsProgramsAreFormatted(t *testing.T) {
	for path, source := range programs(t) {
		if strings.Contains(path, "corpus_users") {
			continue
		}
		got, err := format.Format(source)
		require.NoError(t, err)
		if got != source {
			t.Errorf("tunec fmt -w %s changes it:\n%s", path, diff.Diff(path, []byte(source), "formatted", []byte(got)))
		}
	}
}

func TestASourceWithMistakesIsRefused(t *testing.T) {
	_, err := format.Format("system s\nhosts a { x = }\nevnt e\n")
	var mistakes format.SyntaxError
	require.ErrorAs(t, err, &mistakes)
	require.Len(t, mistakes, 2)
	require.ErrorContains(t, err, "and 1 more")
}

// requireFaithful holds what must hold of any source: the same tree comes out, and all comments in their order; a second
// run changes nothing. It says whether the source can be read.
func requireFaithful(t testing.TB, source string) bool {
	t.Helper()
	before, errs := lang.Parse("a.tune", source)
	got, err := format.Format(source)
	if len(errs) > 0 {
		require.Error(t, err)
		return false
	}
	require.NoError(t, err)
	after, errs := lang.Parse("a.tune", got)
	require.Empty(t, errs, "of\n%s\n--- comes\n%s", source, got)
	require.Equal(t, tree(before), tree(after), "of\n%s\n--- comes\n%s", source, got)
	require.Equal(t, comments(source), comments(got), "of\n%s\n--- comes\n%s", source, got)
	again, err := format.Format(got)
	require.NoError(t, err)
	require.Equal(t, got, again, "of\n%s", source)
	for _, line := range strings.Split(got, "\n") {
		require.False(t, strings.HasSuffix(line, " ") && !strings.Contains(got, "/*"), "blanks at the end of %q", line)
	}
	return true
}

// tree is a syntax tree as text, without places.
func tree(f *lang.File) string {
	var b strings.Builder
	dump(&b, reflect.ValueOf([]any{f.Kind, f.Name, f.Imports, f.Decls}))
	return b.String()
}

func dump(b *strings.Builder, v reflect.Value) {
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		if v.IsNil() {
			b.WriteString("nil ")
			return
		}
		dump(b, v.Elem())
	case reflect.Slice:
		for i := range v.Len() {
			dump(b, v.Index(i))
			b.WriteByte('\n')
		}
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[lang.Span]() {
			return
		}
		fmt.Fprintf(b, "%s{", v.Type().Name())
		for i := range v.NumField() {
			dump(b, v.Field(i))
		}
		b.WriteByte('}')
	default:
		fmt.Fprintf(b, "%#v ", v.Interface())
	}
}

// comments are the comments of a source, without the blanks at the ends of their lines.
func comments(source string) []string {
	var all []string
	for _, t := range lang.Tokens(source) {
		if t.Kind == lang.TokenComment {
			lines := strings.Split(source[t.Span.Start:t.Span.End], "\n")
			for i := range lines {
				lines[i] = strings.TrimRight(lines[i], " \t\r")
			}
			all = append(all, strings.Join(lines, "\n"))
		}
	}
	return all
}

func TestFormattingIsFaithful(t *testing.T) {
	for _, source := range programs(t) {
		require.True(t, requireFaithful(t, source))
	}
}

// mangle changes what is between some tokens of a source: it breaks and joins lines, and puts in comments. Sometimes it
// joins most lines, and sometimes it makes names long.
func mangle(source string, r *rand.Rand) string {
	fillings := []string{" ", "", "\n", "\n\n\n", "\t", "\r\n", " /* c */ ", " // c\n", "\n// c\n", "\n/* c\nd */ ", ";", "\n  ", strings.Repeat("\n// d\n", 2)}
	often := []float64{0, 0.003, 0.02, 0.3}[r.IntN(4)]
	join, long := r.IntN(3) == 0, r.IntN(3) == 0
	var b strings.Builder
	end := 0
	for _, t := range lang.Tokens(source) {
		between, text := source[end:t.Span.Start], source[t.Span.Start:t.Span.End]
		end = t.Span.End
		if join && r.IntN(10) > 0 {
			between = strings.ReplaceAll(between, "\n", " ")
		}
		if r.Float64() < often {
			between = fillings[r.IntN(len(fillings))]
		}
		if long && t.Kind == lang.TokenIdent && !words[text] {
			text += "_and_its_longer_name"
		}
		b.WriteString(between + text)
		if strings.HasPrefix(text, "//") {
			b.WriteString("\n")
		}
	}
	return b.String() + source[end:]
}

var words = func() map[string]bool {
	all := map[string]bool{}
	for _, w := range lang.Words() {
		all[w.Text] = true
	}
	return all
}()

// pieces are the parts of the project's programs between blank lines, each as a program.
func pieces(t testing.TB) []string {
	var all []string
	sources := programs(t)
	for _, path := range sortedKeys(sources) {
		for _, piece := range strings.Split(sources[path], "\n\n") {
			if !strings.Contains(piece, "system ") {
				piece = "system s\n" + piece
			}
			if _, errs := lang.Parse(path, piece); len(errs) == 0 {
				all = append(all, piece)
			}
		}
	}
	return all
}

func TestFormattingIsFaithfulHoweverASourceIsWritten(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	tried, read := 0, 0
	try := func(source string) {
		tried++
		if requireFaithful(t, mangle(source, r)) {
			read++
		}
	}
	sources := programs(t)
	for _, path := range sortedKeys(sources) {
		try(sources[path])
	}
	for _, piece := range pieces(t) {
		try(piece)
	}
	require.Greater(t, read, tried/3, "enough must be readable, or nothing is tried")
}

func sortedKeys(m map[string]string) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	return keys
}

// FuzzFormat is run with -run ^$ -fuzzminimizetime 20x. A source is tried as it is and mangled.
func FuzzFormat(f *testing.F) {
	for i, piece := range pieces(f) {
		f.Add(piece, uint64(i))
	}
	f.Fuzz(func(t *testing.T, source string, seed uint64) {
		requireFaithful(t, source)
		requireFaithful(t, mangle(source, rand.New(rand.NewPCG(seed, 1))))
	})
}

func TestARangeIsFormattedByWholeDeclarations(t *testing.T) {
	const source = "system  s\n\n// Of a.\nhosts a { nodes=[] }\n\n\nevent  b\nevent  c  event  d\n// The end."
	for at, want := range map[string][2]string{
		"system": {"system  s\n\n", "system s\n\n"},
		"Of a":   {"// Of a.\nhosts a { nodes=[] }\n\n\n", "// Of a.\nhosts a { nodes = [] }\n\n"},
		"nodes":  {"// Of a.\nhosts a { nodes=[] }\n\n\n", "// Of a.\nhosts a { nodes = [] }\n\n"},
		"b":      {"event  b\n", "event b\n"},
		"d\n":    {"event  c  event  d\n// The end.", "event c\nevent d\n// The end.\n"},
	} {
		start := strings.Index(source, at)
		span, got, err := format.Range(source, lang.Span{Start: start, End: start + 1})
		require.NoError(t, err)
		require.Equal(t, want, [2]string{source[span.Start:span.End], got}, at)
	}
	span, got, err := format.Range(source, lang.Span{Start: 0, End: len(source)})
	require.NoError(t, err)
	require.Equal(t, lang.Span{Start: 0, End: len(source)}, span)
	all, err := format.Format(source)
	require.NoError(t, err)
	require.Equal(t, all, got)
}

func TestLargeSourcesAreFormattedInTime(t *testing.T) {
	for name, source := range map[string]string{
		"a long list":        "system s\nhosts a { nodes = [" + strings.Repeat(`"n", `, 20_000) + `"m"] }`,
		"one line":           "system s\npolicy P on e { state A { " + strings.Repeat("x.y; ", 20_000) + "} }",
		"nested in one line": "system s\npolicy P on e { state A { " + strings.Repeat("if a { x.y; ", 90) + strings.Repeat("}", 92),
		"many lines":         "system s\n" + strings.Repeat("probe a: int on b every 1s // c\n", 20_000),
		"many arguments":     "system s\nfunc f() = g(" + strings.Repeat("h(a, b), ", 20_000) + "1)",
		"many comments":      "system s\n" + strings.Repeat("/* c */ ", 20_000),
	} {
		start := time.Now()
		_, err := format.Format(source)
		require.NoError(t, err, name)
		require.Less(t, time.Since(start), 20*time.Second, name)
	}
}
