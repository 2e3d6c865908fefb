package check_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tune-autonomic/tune/compiler"
	"github.com/tune-autonomic/tune/compiler/bundle"
	"github.com/tune-autonomic/tune/lang"
)

var wordRE = regexp.MustCompile(`[A-Za-z_][A-Za-z_0-9]*|[0-9][0-9.]*[A-Za-z%/]*|"[^"\n]*"|--|\+\+|->|[<>=!]=|[^\sA-Za-z0-9]|\s+`)

// mutate replaces words of a program by other words of it: edits come in threes, a place (two bytes) and what for.
func mutate(words []string, edits []byte) string {
	out := append([]string(nil), words...)
	for i := 0; i+2 < len(edits); i += 3 {
		at := (int(edits[i])<<8 | int(edits[i+1])) % len(out)
		if strings.TrimSpace(out[at]) == "" {
			at = (at + 1) % len(out)
		}
		out[at] = words[(at+int(edits[i+2])*7)%len(words)]
	}
	return strings.Join(out, "")
}

// FuzzCheck: programs with words changed are checked without a failure of the compiler, every finding stands in its
// file, and what passes makes a bundle that the loader accepts.
func FuzzCheck(f *testing.F) {
	var programs [][]string
	for _, pattern := range []string{"../../examples/*/*.tune", "testdata/*.tune"} {
		files, err := filepath.Glob(pattern)
		require.NoError(f, err)
		for _, file := range files {
			text, err := os.ReadFile(file)
			require.NoError(f, err)
			clean := regexp.MustCompile(`//.*`).ReplaceAllString(string(text), "")
			programs = append(programs, wordRE.FindAllString(clean, -1))
		}
	}
	for i := range programs {
		f.Add(uint8(i), []byte{})
		f.Add(uint8(i), []byte{3, 7, 1})
		f.Add(uint8(i), []byte{1, 40, 2, 2, 9, 13})
	}
	f.Fuzz(func(t *testing.T, which uint8, edits []byte) {
		source := mutate(programs[int(which)%len(programs)], edits[:min(len(edits), 24)])
		r := compiler.CompileSource(os.DirFS("testdata"), "fuzz.tune", source)
		for _, found := range r.Findings {
			if found.Code == "TUNE0001" {
				t.Fatalf("%s\n%s", found.Msg, source)
			}
			text := r.Sources[found.File]
			require.LessOrEqual(t, found.Span.End, len(text), "%v", found)
			require.LessOrEqual(t, found.Span.Start, found.Span.End, "%v", found)
			lang.Line(text, found.Span.Start)
		}
		if r.Program != nil {
			require.NoError(t, bundle.Verify(r.Program), source)
		}
	})
}
