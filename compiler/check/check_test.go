package check_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"

	"github.com/tune-autonomic/tune/compiler"
	"github.com/tune-autonomic/tune/compiler/bundle"
	"github.com/tune-autonomic/tune/compiler/finding"
	"github.com/tune-autonomic/tune/lang"
)

// wanted is `//! CODE "pattern"` beside the line that is wrong, or `//!^` below it. The pattern matches message and hint, a
// blank between.
type wanted struct {
	file    string
	line    int
	code    string
	pattern string
}

var wantedRE = regexp.MustCompile(`(TUNE\d{4})(?: "([^"]*)")?`)

func expectations(file, source string) []wanted {
	var out []wanted
	for i, line := range strings.Split(source, "\n") {
		_, says, found := strings.Cut(line, "//!")
		if !found {
			continue
		}
		number := i + 1
		if strings.HasPrefix(says, "^") {
			number = i
		}
		for _, m := range wantedRE.FindAllStringSubmatch(says, -1) {
			out = append(out, wanted{file: file, line: number, code: m[1], pattern: m[2]})
		}
	}
	return out
}

// Each program of testdata raises what stands beside its lines, and nothing else.
func TestFindings(t *testing.T) {
	for _, dir := range []string{"testdata", "testdata/corpus", "testdata/corpus_users"} {
		files, err := filepath.Glob(dir + "/*.tune")
		require.NoError(t, err)
		require.NotEmpty(t, files)
		for _, file := range files {
			t.Run(filepath.Base(file), func(t *testing.T) {
				t.Parallel()
				raisesWhatItSays(t, compiler.Compile(os.DirFS(dir), filepath.Base(file)))
			})
		}
	}
}

// raisesWhatItSays compares findings with what the program says beside its lines.
func raisesWhatItSays(t *testing.T, r compiler.Result) {
	t.Helper()
	var left []wanted
	for path, source := range r.Sources {
		left = append(left, expectations(path, source)...)
	}
	for _, f := range r.Findings {
		line, _ := lang.Line(r.Sources[f.File], f.Span.Start)
		i := slices.IndexFunc(left, func(w wanted) bool {
			return w.file == f.File && w.line == line && w.code == string(f.Code) &&
				regexp.MustCompile(w.pattern).MatchString(f.Msg+" "+f.Hint)
		})
		if i < 0 {
			t.Errorf("unasked: %s:%d: %s %s | %s", f.File, line, f.Code, f.Msg, f.Hint)
			continue
		}
		left = slices.Delete(left, i, i+1)
	}
	if r.Program != nil {
		require.NoError(t, bundle.Verify(r.Program))
	}
	for _, w := range left {
		t.Errorf("missing: %s:%d: %s %q", w.file, w.line, w.code, w.pattern)
	}
}

// The corpus has at least 150 wrong programs, and three for each code that a short program can raise.
func TestTheCorpusKnowsEachCodeInThreeWays(t *testing.T) {
	corpus := os.DirFS("testdata/corpus")
	programs, err := fs.Glob(corpus, "*.tune")
	require.NoError(t, err)
	require.GreaterOrEqual(t, len(programs), 150)
	ways := map[string]int{}
	for _, name := range programs {
		r := compiler.Compile(corpus, name)
		codes := map[string]bool{}
		for path, source := range r.Sources {
			for _, w := range expectations(path, source) {
				codes[w.code] = true
			}
		}
		require.NotEmpty(t, codes, "%s says nothing", name)
		for code := range codes {
			ways[code]++
		}
	}
	for _, info := range finding.Table {
		if info.Wrong != "" {
			require.GreaterOrEqual(t, ways[string(info.Code)], 3, info.Code)
		}
	}
}

// raised are the codes that take more than a file to raise.
var raised = map[string]func() compiler.Result{
	"TUNE0001": func() compiler.Result {
		return compiler.CompileSource(brokenFS{}, "a.tune", "system a\nhosts h { inventory = \"x.csv\" }")
	},
	"TUNE0002": func() compiler.Result { return compiler.Compile(fstest.MapFS{}, "gone.tune") },
	"TUNE0106": func() compiler.Result {
		return compiler.CompileSource(nil, "a.tune", "system a\n"+strings.Repeat("//\n", lang.MaxSource/2))
	},
}

// brokenFS fails in a way that no file system should.
type brokenFS struct{}

func (brokenFS) Open(string) (fs.File, error) { panic("a broken file system") }

// Every code of the table is raised by a program of testdata, or by one that is made here.
func TestEveryCodeIsRaised(t *testing.T) {
	seen := map[string]bool{}
	require.NoError(t, fs.WalkDir(os.DirFS("testdata"), ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || filepath.Ext(path) != ".tune" {
			return err
		}
		source, err := fs.ReadFile(os.DirFS("testdata"), path)
		for _, w := range expectations(path, string(source)) {
			seen[w.code] = true
		}
		return err
	}))
	for code, program := range raised {
		var codes []string
		for _, f := range program().Findings {
			codes = append(codes, string(f.Code))
		}
		require.Contains(t, codes, code)
		seen[code] = true
	}
	for _, info := range finding.Table {
		require.True(t, seen[string(info.Code)], "no program raises %s (%s)", info.Code, info.Title)
		require.NotEmpty(t, info.Title, info.Code)
		require.NotEmpty(t, info.Text, info.Code)
	}
}

// unshown are the codes of which no program can be shown: of the compiler itself, of a file that isn't there, and of one
// of 16 MiB. The table says so of each.
var unshown = []finding.Code{"TUNE0001", "TUNE0002", "TUNE0106"}

// found are the findings of a program of the table, and of a complete one.
func found(program string) []finding.Finding {
	files := fstest.MapFS{}
	for name, text := range finding.Files(program) {
		files[name] = &fstest.MapFile{Data: []byte(text)}
	}
	return compiler.Compile(files, "main.tune").Findings
}

// What the table calls wrong raises its code and nothing else; what it calls right raises nothing.
func TestTheProgramsOfTheTableSayWhatTheyShow(t *testing.T) {
	require.Empty(t, found("event tick every 1s"), "the prelude")
	for _, info := range finding.Table {
		t.Run(string(info.Code), func(t *testing.T) {
			require.Equal(t, slices.Contains(unshown, info.Code), info.Wrong == "")
			if info.Wrong == "" {
				require.Contains(t, info.Text, "No program is shown here: ")
				return
			}
			wrong := found(info.Wrong)
			require.NotEmpty(t, wrong)
			for _, f := range wrong {
				require.Equal(t, info.Code, f.Code, "%s %s", f.Msg, f.Hint)
			}
			require.Empty(t, found(info.Right))
		})
	}
}

func TestAnInventorysFindingShowsTheLinesThatAreWrong(t *testing.T) {
	files := fstest.MapFS{
		"s.tune": {Data: []byte("system s\nhosts rack { inventory = \"h.csv\" }\n")},
		"h.csv":  {Data: []byte("name,cores,mips,memory\r\na,2,1860,4GiB\r\nb,2,1860,4\r\nc,x,1,4GiB\r\n")},
	}
	r := compiler.Compile(files, "s.tune")
	require.Len(t, r.Findings, 1)
	var shown []string
	for _, at := range r.Findings[0].Related {
		require.Equal(t, "h.csv", at.File)
		shown = append(shown, r.Sources[at.File][at.Span.Start:at.Span.End]+": "+at.Msg)
	}
	require.Equal(t, []string{
		`b,2,1860,4: memory "4" has no unit: write one, such as 4096MiB`, `c,x,1,4GiB: cores "x" is not a number above 0`,
	}, shown)
}

func TestADeploymentThatMakesSomethingIsAsItsAuthorWantsIt(t *testing.T) {
	for _, program := range []string{
		`policy Up on deploy { state Start { a = App++  a.start } -> Done  final Done }`,
		`policy Up on deploy { final Tell { notify("up") } }  policy More on deploy { final Make { fork { App++ } } }`,
		`policy Up on deploy { final Tell { emit go } }  policy Make on go when count(App) < 3 { final Make { App++ } }`,
		`policy Down on shutdown { final Tell { notify("down") } }`,
		"system empty\nhosts rack { nodes = [\"n1\"] }\npolicy Up on deploy { final Tell { notify(\"up\") } }",
		"system later\nhosts rack { nodes = [\"n1\"] }\ncomponent App on rack [0..3] { op start = exec(\"app\") }\npolicy Up on deploy { final Tell { notify(\"up\") } }",
	} {
		require.Empty(t, found(program), program)
	}
}
