package compiler_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"

	"github.com/tune-autonomic/tune/compiler"
	"github.com/tune-autonomic/tune/compiler/finding"
)

const sevenMistakes = `system a
hosts rack { nodes = [n1, "n2"] }
vm G on rak { count = 2 }
component A on G [1..3] { op start = exec("a") }
prob cpu: percent on rack every 1 s
event hot(h: rack) when h.cpi > 45 for 10 s
policy P on hot(h: rack) {
  state S { A++ }
  -> Done
}
`

func TestWhatHintsSayIsDone(t *testing.T) {
	r := compiler.Repair(nil, "a.tune", sevenMistakes)
	require.Empty(t, r.After.Findings)
	require.Equal(t, `system a
hosts rack { nodes = ["n1", "n2"] }
vm G on rack { count = 2 }
component A on G [1..3] { op start = exec("a") }
probe cpu: percent on rack every 1s
event hot(h: rack) when h.cpu > 45% for 10s
policy P on hot(h: rack) when count(A) < 3 {
  state S { A++ }
  -> Done
  final Done
}
`, r.Texts["a.tune"])
	require.Len(t, r.Applied, 9, "what came to light behind a mistake is mended with it")
}

func TestAProgramWithoutFindingsIsLeftAlone(t *testing.T) {
	r := compiler.Repair(nil, "a.tune", "system a\n")
	require.Empty(t, r.Applied)
	require.Empty(t, r.Texts)
}

// A fix that only moves the mistake elsewhere is not applied: low is near lod, but no number.
func TestAFixThatMendsNothingIsNotApplied(t *testing.T) {
	source := "system a\nhosts rack { nodes = [\"n1\"]  attr low: bool = true }\nevent hot(h: rack) when h.lod > 45%\n"
	r := compiler.Repair(nil, "a.tune", source)
	require.Len(t, r.Before.Findings, 1)
	require.Empty(t, r.Applied)
	require.Empty(t, r.Texts)
}

func TestModulesAreMendedToo(t *testing.T) {
	files := fstest.MapFS{"own.tune": {Data: []byte("module own\nparam hs: hosts\nfunc f(h: hs) = sqtr(h.mips)\npolicy P { final S { notify(\"x\") } }\n")}}
	r := compiler.Repair(files, "a.tune", "system a\nimport \"own.tune\"\nhosts rack { nodes = [\"n1\"] }\nevent go\nuse own.P on go (hs: rack)\n")
	require.Empty(t, r.After.Findings)
	require.Contains(t, r.Texts["own.tune"], "sqrt(h.mips)")
	require.NotContains(t, r.Texts, "a.tune")
}

func TestEditsThatOverlapOrLieBeyondAreRefused(t *testing.T) {
	edit := func(start, end int) finding.Edit {
		e := finding.Edit{File: "a", New: "x"}
		e.Span.Start, e.Span.End = start, end
		return e
	}
	for _, edits := range [][]finding.Edit{{edit(0, 3), edit(2, 4)}, {edit(3, 9)}, {edit(-1, 0)}, {edit(2, 1)}, {{File: "b"}}} {
		texts := finding.Sources{"a": "abcd"}
		require.False(t, compiler.Apply(texts, finding.Fix{Edits: edits}))
		require.Equal(t, "abcd", texts["a"])
	}
	texts := finding.Sources{"a": "abcd"}
	require.True(t, compiler.Apply(texts, finding.Fix{Edits: []finding.Edit{edit(2, 3), edit(0, 1)}}))
	require.Equal(t, "xbxd", texts["a"])
}

// Whatever is wrong with a program, mending makes it no worse, and each fix can be made.
func TestMendingMakesNoProgramWorse(t *testing.T) {
	dir := os.DirFS("check/testdata")
	names, err := fs.Glob(dir, "*.tune")
	require.NoError(t, err)
	for _, name := range names {
		t.Run(filepath.Base(name), func(t *testing.T) {
			t.Parallel()
			text, err := fs.ReadFile(dir, name)
			require.NoError(t, err)
			if len(text) > 6000 {
				text = text[:6000]
			}
			r := compiler.Repair(dir, name, string(text))
			for _, f := range r.Before.Findings {
				for _, fix := range f.Fixes {
					require.NotEmpty(t, fix.Title)
					texts := finding.Sources{}
					for file, text := range r.Before.Sources {
						texts[file] = text
					}
					require.True(t, compiler.Apply(texts, fix), "%s: %v", f.Msg, fix)
				}
			}
			require.LessOrEqual(t, len(r.After.Findings), len(r.Before.Findings))
			if len(r.Applied) > 0 {
				require.NotEmpty(t, r.Texts)
			}
		})
	}
}

// A class that nobody knows hides what is wrong with all that is done with it.
func TestAThingsNameStaysMendedWhateverComesToLight(t *testing.T) {
	source := `system a
hosts rack { nodes = ["n1", "n2"]  attr zone: string = "x" }
vm Guest on rak { count = 2 }
probe cpu: percent on rack every 1s
event hot(h: rack) when h.cpu > 45% for 10s
policy P on hot(h: rack) {
  state S { for v in h.vms { migrate v to h.zone } }
  -> C when some(h.vms.foo)
  -> C otherwise
  final C
}
`
	r := compiler.Repair(nil, "a.tune", source)
	require.Equal(t, strings.Replace(source, "on rak ", "on rack ", 1), r.Texts["a.tune"])
	require.Empty(t, r.TakenBack)
	require.NotEmpty(t, r.After.Findings, "what has come to light")
}

func TestANameIsMendedWhereItIsDeclaredIfAllOthersAgree(t *testing.T) {
	source := `system a
hosts rakc { nodes = ["n1", "n2"] }
probe cup: percent on rack every 1s
event hto(h: rack) when h.cpu > 45% for 10s
policy P on hot(h: rack) { final D { notify("{h.cpu}") } }
policy Q on hot(h: rack) {
  state S { allocate h }
  -> Done when h.cpu > 10%
  -> Done otherwise
  final Doen
}
`
	r := compiler.Repair(nil, "a.tune", source)
	require.Empty(t, r.After.Findings)
	require.Equal(t, strings.NewReplacer("rakc", "rack", "cup", "cpu", "hto", "hot", "Doen", "Done").Replace(source), r.Texts["a.tune"])
}

// No guard lets in another one where there is always one: `count(Web) < 1` never holds.
func TestWhatThereIsAlwaysOneOfGetsNoGuard(t *testing.T) {
	r := compiler.Repair(nil, "a.tune", `system a
hosts rack { nodes = ["n1"] }
component Web on rack [1] { op start = exec("a") }
event go
policy P on go { final S { Web++ } }
`)
	require.Empty(t, r.Texts)
	require.Len(t, r.After.Findings, 1)
	require.Equal(t, "declare it [1..2] if there may be one more", r.After.Findings[0].Hint)
}

// back may be the module's event or the program's own that is called nearly so: only a person knows.
func TestWhatAModuleHasIsMeantIfNothingOwnMayBe(t *testing.T) {
	program := func(own, started string) string {
		return "system a\nimport \"std/drain\"\nhosts rack { nodes = [\"n1\", \"n2\"] }\nvm G on rack { count = 2 }\n" +
			"probe cpu: percent on rack every 1s\nprobe cpu: percent on G every 1s\nuse drain.Empty (hosts: rack)\nevent " + own + "(h: rack)\n" +
			"policy Tell on " + started + "(h: rack) {\n  final Say { notify(\"{h}\") }\n}\n" +
			"scenario s {\n  at 1s emit " + started + "(h: n1)\n  until 1min\n}\n"
	}
	r := compiler.Repair(nil, "a.tune", program("bacck", "back"))
	require.Len(t, r.Before.Findings, 1)
	require.Empty(t, r.Before.Findings[0].Fixes)
	require.Empty(t, r.Texts)
	r = compiler.Repair(nil, "a.tune", program("other", "back"))
	require.Equal(t, program("other", "drain.back"), r.Texts["a.tune"])
	require.Empty(t, r.After.Findings)
}
