package lang_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tune-autonomic/tune/lang"
)

var (
	comments   = regexp.MustCompile(`("(?:\\.|[^"\\\n])*")|//[^\n]*|(?s:/\*.*?\*/)`)
	lineBreaks = regexp.MustCompile(`\s*\n\s*`)
	paragraphs = regexp.MustCompile(`\n\s*\n`)
)

// onOneLine is a text without comments and line breaks.
func onOneLine(source string) string {
	return strings.TrimSpace(lineBreaks.ReplaceAllString(source, " "))
}

// A step ends where the next one begins, wherever lines end: no habit takes a right program for something else that stands on
// one line, neither all of it nor each of its paragraphs.
func TestARightProgramMayStandOnOneLine(t *testing.T) {
	read := 0
	require.NoError(t, filepath.WalkDir("..", func(path string, _ fs.DirEntry, err error) error {
		if err != nil || filepath.Ext(path) != ".tune" {
			return err
		}
		text, err := os.ReadFile(path)
		require.NoError(t, err)
		source := comments.ReplaceAllString(string(text), "$1")
		want, errs := lang.Parse(path, source)
		if len(errs) > 0 {
			return nil
		}
		read++
		var joined []string
		for _, p := range paragraphs.Split(source, -1) {
			joined = append(joined, onOneLine(p))
		}
		for _, text := range []string{onOneLine(source), strings.Join(joined, "\n\n")} {
			got, errs := lang.Parse(path, text)
			for _, e := range errs {
				t.Errorf("%s: %s: …%s", path, e.Msg, text[max(0, e.Span.Start-60):min(len(text), e.Span.End+40)])
			}
			if len(errs) == 0 {
				require.Equal(t, outline(reflect.ValueOf(want.Decls)), outline(reflect.ValueOf(got.Decls)), path)
			}
		}
		return nil
	}))
	require.Greater(t, read, 100)
}

// outline is a tree without the places where its parts stand, and without comments.
func outline(v reflect.Value) any {
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		if v.IsNil() {
			return nil
		}
		return outline(v.Elem())
	case reflect.Slice:
		var all []any
		for i := range v.Len() {
			all = append(all, outline(v.Index(i)))
		}
		return all
	case reflect.Struct:
		if _, isSpan := v.Interface().(lang.Span); isSpan {
			return nil
		}
		parts := []any{v.Type().Name()}
		for i := range v.NumField() {
			if f := v.Type().Field(i); f.IsExported() && f.Name != "Doc" {
				parts = append(parts, f.Name, outline(v.Field(i)))
			}
		}
		return parts
	default:
		return v.Interface()
	}
}

// What a habit looks like counts within its own arrow or declaration alone.
func TestWhatStandsBesideItIsNoHabit(t *testing.T) {
	for _, text := range []string{
		"event hot(h: r) when h.cpu > 1% for 1min event tick every 10min",
		"event a every 1s event b(h: r) when h.cpu > 1% event c() every 2s",
		"event go policy P on go { state A { stop x if y { stop y } } -> B final B }",
		"policy P on e { state A { stop x } -> D otherwise -> D on failure final D }",
		"policy P on e { state A { stop x } -> C otherwise -> B when x.cpu > 1% final B; final C }",
		"policy P on e { state A { stop x }\n -> B; final B; final C }",
	} {
		_, errs := lang.Parse("a.tune", "system a\n"+text+"\n")
		require.Empty(t, errs, text)
	}
}
