package compiler_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tune-autonomic/tune/compiler"
)

// fixedBy is a source after the first fix of its first finding.
func fixedBy(t *testing.T, source string) string {
	t.Helper()
	found := compiler.CompileSource(nil, "a.tune", source).Findings
	require.NotEmpty(t, found)
	require.NotEmpty(t, found[0].Fixes, "%s %s", found[0].Msg, found[0].Hint)
	edits := found[0].Fixes[0].Edits
	for i := len(edits) - 1; i >= 0; i-- {
		e := edits[i]
		source = source[:e.Span.Start] + e.New + source[e.Span.End:]
	}
	return source
}

func TestHintsThatAreEditsCarryThem(t *testing.T) {
	const head = "system a\nhosts rack { nodes = [\"n1\"] }\nprobe cpu: percent on rack every 1s\n"
	for wrong, right := range map[string]string{
		"event hot(h: rack) when h.cpi > 10%":           "event hot(h: rack) when h.cpu > 10%",
		"event hot(h: rak) when h.cpu > 10%":            "event hot(h: rack) when h.cpu > 10%",
		"evnt hot(h: rack) when h.cpu > 10%":            "event hot(h: rack) when h.cpu > 10%",
		"event hot(h: rack) when h.cpu > 10 %":          "event hot(h: rack) when h.cpu > 10%",
		"event hot(h: rack) when h.cpu = 10%":           "event hot(h: rack) when h.cpu == 10%",
		"func f(h: rack) = avg((h.cpu) last 30s)":       "func f(h: rack) = avg((h.cpu) over 30s)",
		"func f(h: rack) = 'x'":                         "func f(h: rack) = \"x\"",
		"func f(h: rack) = “x”":                         "func f(h: rack) = \"x\"",
		"func f(h: rack) = h.cpu ≥ 1%":                  "func f(h: rack) = h.cpu >= 1%",
		"func f(h: rack) = h in rack && true":           "func f(h: rack) = h in rack and true",
		"import \"std/consolidat\"":                     "import \"std/consolidate\"",
		"func f(h: rack) = 1% < h.cpu < 2%":             "func f(h: rack) = 1% < h.cpu and h.cpu < 2%",
		"func f() = count(rack where true where false)": "func f() = count(rack where true and false)",
		"func f() = 3secs":                              "func f() = 3s",
		"event hot(h: rack) when h.cpu > 0.45":          "event hot(h: rack) when h.cpu > 45%",
		"event hot(h: rack) when h.cpu > 45":            "event hot(h: rack) when h.cpu > 45%",
		"event tick every 5":                            "event tick every 5s",
		"event big(h: rack) when h.memory > 2000000000": "event big(h: rack) when h.memory > 2000000000B",
		"event tick every 5s for 1s":                    "event tick every 5s",
		"event lost(h: rack) when silent(h)":            "event lost(h: rack) when silent(h) for 30s",
		"func f(h: rack) = h == rack":                   "func f(h: rack) = h in rack",
		"event hot(h: rack) when h.cpu > 9%\npolicy P on hot { final A { notify(\"{h}\") } }": "event hot(h: rack) when h.cpu > 9%\npolicy P on hot(h: rack) { final A { notify(\"{h}\") } }",
		"event e(a: int, b: rack)\npolicy P on e(a: int) { final A { notify(\"{b}\") } }":     "event e(a: int, b: rack)\npolicy P on e(a: int, b: rack) { final A { notify(\"{b}\") } }",
		"func f() = rack exists":                                          "func f() = some(rack)",
		"vm G on rack { image = ubuntu }":                                 "vm G on rack { image = \"ubuntu\" }",
		"vm G on rack {\n  count = 2\n":                                   "vm G on rack {\n  count = 2\n}\n",
		"vm G on rack { count = 2 }\nfunc f(v: G, h: rack) = share(v, h)": "vm G on rack { count = 2 }\nfunc f(v: G, h: rack) = share(v, on: h)",
	} {
		t.Run(wrong, func(t *testing.T) { require.Equal(t, head+right, fixedBy(t, head+wrong)) })
	}
}

func TestWhereSomethingStandsIsToldWhereItIsWantedElsewhere(t *testing.T) {
	const head = "system a\nhosts rack { nodes = [\"n1\"] }\nhosts edge { nodes = [\"e1\"] }\nvm G on rack { count = 2 }\nvm E on edge { count = 1 }\ncomponent A on G [1..2] { op start = exec(\"a\") }\n"
	require.Equal(t, head+"require apart(A) on rack", fixedBy(t, head+"require apart(A) on edge"))
	for source, declared := range map[string]string{
		"require apart(A) on edge":                         "A on G",
		"func f(v: G, h: edge): percent = share(v, on: h)": "G on rack",
	} {
		found := compiler.CompileSource(nil, "a.tune", head+source).Findings
		require.Len(t, found, 1)
		require.Len(t, found[0].Related, 1, source)
		require.True(t, strings.HasPrefix(head[found[0].Related[0].Span.Start:], declared), source)
	}
}

func TestWhatWasMadeWithoutANameGetsOne(t *testing.T) {
	const program = "system a\nhosts rack { nodes = [\"n1\"] }\ncomponent App on rack [1..*] { op start = exec(\"app\") }\n" +
		"event tick every 1min\npolicy P on tick {\n  state A {\n    App++\n    new.start\n  }\n  -> B\n  final B\n}\n"
	require.Equal(t, strings.Replace(program, "App++", "new = App++", 1), fixedBy(t, program))
}

func TestHintsInPoliciesCarryTheirEdits(t *testing.T) {
	const head = "system a\nhosts rack { nodes = [\"n1\"] }\nvm G on rack { count = 2 }\ncomponent A on G [1..3] { op start = exec(\"a\") }\nevent go\npolicy P on go "
	for wrong, right := range map[string]string{
		"{\n  state S { allocate n1 }\n}":                                                "{\n  final S { allocate n1 }\n}",
		"{\n  final S\n  -> S\n}":                                                        "{\n  state S\n  -> S\n}",
		"{\n  state S { allocate n1 }\n  -> Done\n}":                                     "{\n  state S { allocate n1 }\n  -> Done\n  final Done\n}",
		"{ final S { var x = 1 } }":                                                      "{ final S { let x = 1 } }",
		"{ final S { plan { let n = count(G) } } }":                                      "{ final S { plan { let n = count(G) apply safely } } }",
		"{ final S { plan { let n = 1 n = 2 apply safely } } }":                          "{ final S { plan { var n = 1 n = 2 apply safely } } }",
		"{ final S { plan { var s: [G] = [] for v in G { s += v } apply safely } } }":    "{ final S { plan { var s: [G] = [] for v in G { add v to s } apply safely } } }",
		"{ final S { notify(n1) } }":                                                     "{ final S { notify(\"{n1}\") } }",
		"{ final S { A++ } }":                                                            "when count(A) < 3 { final S { A++ } }",
		"{ final S { for a in A { a-- } } }":                                             "{ final S { for a in A while count(A) > 1 { a-- } } }",
		"{ final S { for a in A where a.host == n1 while some(G) or some(A) { a-- } } }": "{ final S { for a in A where a.host == n1 while (some(G) or some(A)) and count(A) > 1 { a-- } } }",
		"when count(A) < 3 { final S { A += 1 } }":                                       "when count(A) < 3 { final S { A++ } }",
		"lossless lossless { final S { allocate n1 } }":                                  "lossless { final S { allocate n1 } }",
		"{\n  state S { allocate n1 }\n  -> S\n}":                                        "{\n  state S { allocate n1 }\n  -> S at most 3 times\n}",
		"{\n  state S { allocate n1 }\n  -> Z\n  -> Z when true\n  final Z\n}":           "{\n  state S { allocate n1 }\n  -> Z\n  final Z\n}",
		"{\n  state S { allocate n1 }\n  -> T\n  state T { A++ }\n  -> Z\n  final Z\n}":  "{\n  state S { allocate n1 }\n  -> T when count(A) < 3\n  state T { A++ }\n  -> Z\n  final Z\n}",
	} {
		t.Run(wrong, func(t *testing.T) { require.Equal(t, head+right, fixedBy(t, head+wrong)) })
	}
}

func TestADrainThatIsMissingAndAnUndoTooManyCarryTheirEdits(t *testing.T) {
	const head = `system a
hosts rack { nodes = ["n1"] }
vm G on rack { count = 2 }
component Web on rack [1] { op start = exec("web")  op drain(a: App) drains = exec("drain {a}") }
component App on G [1..3] { op start = exec("a")  op stop interrupts unless drained = exec("s") }
link Web.apps [1..*] -- [1] App.web
event quiet(a: App)
policy P on quiet(a: App) lossless `
	for wrong, right := range map[string]string{
		"{ final S { stop a } }":             "{ final S { a.web.drain(a)  stop a } }",
		"{\n  final S {\n    stop a\n  }\n}": "{\n  final S {\n    a.web.drain(a)\n    stop a\n  }\n}",
		"{\n  state S { start a }\n  -> T\n  -> Z on failure\n  state T { allocate n1 }\n  -> Z\n  -> Z on failure undo\n  final Z\n}": "{\n  state S { start a }\n  -> T\n  -> Z on failure\n  state T { allocate n1 }\n  -> Z\n  -> Z on failure\n  final Z\n}",
	} {
		t.Run(wrong, func(t *testing.T) { require.Equal(t, head+right, fixedBy(t, head+wrong)) })
	}
}

func TestAGuardIsAskedOnEachWayThatDoesNotAskIt(t *testing.T) {
	const program = "system a\nhosts rack { nodes = [\"n1\"] }\ncomponent App on rack [1..3] { op start = exec(\"app\") }\n" +
		"event tick every 1min\npolicy P on tick {\n  state A { App++ }\n  -> A when count(App) < 3 and true at most 2 times\n  -> B\n  final B\n}\n"
	guarded := strings.Replace(program, "on tick {", "on tick when count(App) < 3 {", 1)
	require.Equal(t, guarded, fixedBy(t, program), "the start is a way, too")
	require.Empty(t, compiler.CompileSource(nil, "a.tune", guarded).Findings)
}

// The type of a metric that only a share can be is mended where all that asks for it wants a percent; else a person says so.
func TestATypeThatNoUseWantsIsMendedWhereItIsDeclared(t *testing.T) {
	const program = `system a
hosts rack { nodes = ["n1"] }
probe cpu: float on rack every 1s
probe heat: float on rack every 1s
event hot(h: rack) when h.cpu > 70%
event warm(h: rack) when h.cpu > 60%
event cold(h: rack) when h.heat < 10%
event mild(h: rack) when h.heat < 20%
`
	require.Equal(t, strings.Replace(program, "cpu: float", "cpu: percent", 1), fixedBy(t, program))
	var sure []bool
	for _, f := range compiler.CompileSource(nil, "a.tune", program).Findings {
		if f.Code == "TUNE0205" {
			sure = append(sure, !f.Fixes[0].Guess)
		}
	}
	require.Equal(t, []bool{true, false}, sure)
}

func TestAClassThatStandsTwiceIsMadeOnce(t *testing.T) {
	const head = "system a\nhosts rack { nodes = [\"n1\"] }\nvm G on rack { count = 3 }\nevent e\npolicy P on e when count(G) < 3 { state A { new = "
	require.Equal(t, head+"G++ } -> B final B }", fixedBy(t, head+"G G++ } -> B final B }"))
	require.Equal(t, head+"G++ } -> B final B }", fixedBy(t, head+"G } -> B final B }"))
}

// Whether a failure is taken back is the author's: an editor offers to leave it out, and no one else does it.
func TestAnUndoIsLeftOutByAPersonAlone(t *testing.T) {
	found := compiler.CompileSource(nil, "a.tune", `system a
hosts h { nodes = ["x", "y"] }
component T on h [0..2] { op start = exec("t") op stop interrupts = exec("u") }
event more(y: h)
policy P on more(y: h) when count(T) < 2 {
  state A { n = T++ }
  -> B
  state B { start n }
  -> C
  state C { allocate y }
  -> D
  -> G on failure undo
  final D
  final G { notify("taken back") }
}`).Findings
	require.Len(t, found, 1)
	require.Equal(t, "if state C fails, undo stops n again, and that loses requests", found[0].Msg)
	require.True(t, found[0].Fixes[0].Guess)
}
