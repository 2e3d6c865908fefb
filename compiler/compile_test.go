package compiler_test

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/tune-autonomic/tune/compiler"
	"github.com/tune-autonomic/tune/compiler/bundle"
	"github.com/tune-autonomic/tune/compiler/finding"
)

// The examples compile; only the older way loses requests, and is told so.
func TestExamplesCompile(t *testing.T) {
	for path, codes := range map[string]string{
		"shop/shop.tune":             "",
		"replicas/replicas.tune":     strings.Repeat(" TUNE0402", 8)[1:], // four in either pair of policies
		"datacenter/cloudsim.tune":   "",
		"datacenter/datacenter.tune": "",
	} {
		t.Run(path, func(t *testing.T) {
			r := compiler.Compile(os.DirFS("../examples"), path)
			var out strings.Builder
			require.NoError(t, finding.Render(&out, r.Findings, r.Sources))
			var found []string
			for _, f := range r.Findings {
				found = append(found, string(f.Code))
			}
			require.Equal(t, codes, strings.Join(found, " "), out.String())
			require.NotNil(t, r.Program)
		})
	}
}

// Whatever a file holds, it is refused with findings, quickly, and never with a failure of the compiler.
func TestBadFilesAreRefused(t *testing.T) {
	for name, text := range map[string]string{
		"empty":         "",
		"binary":        "\x7fELF\x00\x01\xff\xfe",
		"broken UTF-8":  "system a\xff\n",
		"not a system":  "hello, world\n",
		"only a module": "module m\nparam n: int\n",
		"nested deeply": "system a\nfunc f() = " + strings.Repeat("(", 1_000_000),
		"many braces":   "system a\npolicy P on deploy { state A " + strings.Repeat("{", 1_000_000),
		"long chain":    "system a\nfunc f() = 1" + strings.Repeat(" + 1", 200_000) + " + x\n",
		"long name":     "system a\nvm " + strings.Repeat("x", 1_000_000) + " on rack { }\n",
	} {
		t.Run(name, func(t *testing.T) {
			r := compiler.CompileSource(nil, "bad.tune", text)
			require.Nil(t, r.Program)
			require.NotEmpty(t, r.Findings)
			for _, f := range r.Findings {
				require.NotEqual(t, finding.Code("TUNE0001"), f.Code, f.Msg)
			}
			require.NoError(t, finding.Render(&strings.Builder{}, r.Findings, r.Sources))
		})
	}
}

// The same source gives the same program, whatever the order of maps.
func TestCompilationIsDeterministic(t *testing.T) {
	first := compiler.Compile(os.DirFS("check/testdata"), "everything.tune")
	for range 5 {
		require.Equal(t, first, compiler.Compile(os.DirFS("check/testdata"), "everything.tune"))
	}
	names := compiler.Compile(os.DirFS("check/testdata"), "names.tune")
	for range 5 {
		require.Equal(t, names.Findings, compiler.Compile(os.DirFS("check/testdata"), "names.tune").Findings)
	}
}

// Loops within loops beyond what bytecode may hold are told where they stand.
func TestLoopsTooDeepAreToldWhereTheyStand(t *testing.T) {
	nested := func(n int) string {
		var b strings.Builder
		b.WriteString("system a\nhosts h { nodes = [\"x\"] }\nvm V on h { count = 2 }\nevent tick every 1s\npolicy P on tick {\n state A {\n")
		for i := range n {
			fmt.Fprintf(&b, "for v%d in V {\n", i)
		}
		b.WriteString("notify(\"x\")\n" + strings.Repeat("}\n", n) + "}\n -> Z\n final Z\n}\n")
		return b.String()
	}
	require.NotNil(t, compiler.CompileSource(nil, "a.tune", nested(bundle.MaxLoops)).Program)
	text := nested(bundle.MaxLoops + 1)
	r := compiler.CompileSource(nil, "a.tune", text)
	require.Nil(t, r.Program)
	f := r.Findings[len(r.Findings)-1]
	require.Equal(t, finding.Code("TUNE0229"), f.Code)
	require.Equal(t, "this stands in more than 16 loops within each other", f.Msg)
	require.Equal(t, "split it; it is in policy P, state A", f.Hint)
	require.Equal(t, "for v16 in V {", strings.SplitN(text[f.Span.Start:], "\n", 2)[0])
}

// A policy of more states than a bundle may hold is told at the first state that is too many.
func TestStatesThatAreTooManyAreToldWhereTheyBegin(t *testing.T) {
	var b strings.Builder
	b.WriteString("system a\nevent go\npolicy P on go {\n")
	for i := range bundle.MaxStates {
		fmt.Fprintf(&b, "state S%d { notify(\"x\") }\n-> S%d\n", i, i+1)
	}
	fmt.Fprintf(&b, "final S%d\n}\n", bundle.MaxStates)
	found := compiler.CompileSource(nil, "a.tune", b.String()).Findings
	require.Len(t, found, 1)
	require.Equal(t, finding.Code("TUNE0229"), found[0].Code)
	require.Equal(t, strings.Index(b.String(), "final S4096")+len("final "), found[0].Span.Start)
}

// What is too large for bytecode is told at what goes too far, not at the beginning of the file.
func TestWhatIsTooLargeIsToldWhereItGoesTooFar(t *testing.T) {
	const head = "system a\nhosts h { nodes = [\"x\"] }\nvm V on h { count = 2 }\nevent tick every 1s\n"
	var lets, holes strings.Builder
	for i := range 300 {
		fmt.Fprintf(&lets, "let v%d = count(h)\n", i)
		fmt.Fprintf(&holes, "{v%d}", i)
	}
	nested := "it.vcpus > 1"
	for range bundle.MaxNesting - 1 {
		nested = "count(it.host.vms where " + nested + ") > 1"
	}
	for name, c := range map[string]struct{ source, at, says string }{
		"values kept across actions": {
			head + "policy P on tick {\n state A {\n" + lets.String() + "}\n -> B\n final B { notify(\"" + holes.String() + "\") }\n}\n",
			"notify(", "policy P keeps 300 values across its actions",
		},
		"registers": {
			head + "policy P on tick {\n state A {\n" + lets.String() + "notify(\"" + holes.String() + "\") }\n -> B\n final B\n}\n",
			"count(h)\nlet v256", "needs more than 256 registers",
		},
		"operations over sets": {
			head + "policy P on tick {\n state A {\n let n = " + "count(h where count(it.vms where " + nested + ") > 1)\n notify(\"{n}\")\n}\n -> B\n final B\n}\n",
			"count(it.vms", "more than 8 operations over sets within each other",
		},
	} {
		t.Run(name, func(t *testing.T) {
			r := compiler.CompileSource(nil, "a.tune", c.source)
			require.True(t, r.Program == nil, "it compiles")
			f := r.Findings[len(r.Findings)-1]
			require.Equal(t, finding.Code("TUNE0229"), f.Code)
			require.Contains(t, f.Msg, c.says)
			require.True(t, strings.HasPrefix(c.source[f.Span.Start:], c.at), "it is at %q", strings.SplitN(c.source[f.Span.Start:], "\n", 2)[0])
		})
	}
}

// A line that can't be understood costs no more than it is long.
func TestALongChainOfDotsIsReadOnce(t *testing.T) {
	began := time.Now()
	r := compiler.CompileSource(nil, "a.tune", "system a\nfunc f() = a"+strings.Repeat(".b", 100_000)+"\n")
	require.NotEmpty(t, r.Findings)
	require.Less(t, time.Since(began), 5*time.Second)
}
