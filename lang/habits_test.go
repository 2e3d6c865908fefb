package lang_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tune-autonomic/tune/lang"
)

// What is written by habit of another language is one finding, whose edit writes it as it is written here.
func TestHabitsOfOtherLanguagesAreMended(t *testing.T) {
	const state = "policy P on e {\n  state A {\n    %\n  }\n  -> B\n  final B\n}"
	const arrow = "policy P on e {\n  state A { start x }\n  %\n  -> C on failure\n  final B\n  final C\n}"
	const when = "event e(h: rack) when %"
	const head = "policy P% {\n  state A {\n    release h\n  }\n  -> B\n  final B\n}"
	for _, c := range []struct {
		in, wrong, right string
		n                int
	}{
		{head, " hot(h: rack)", " on hot(h: rack)", 1},
		{head, ": hot(h: rack)", " on hot(h: rack)", 1},
		{head, "(h: rack) on hot", " on hot(h: rack)", 1},
		{head, " on hot(h: rack) if h.cpu > 3%", " on hot(h: rack) when h.cpu > 3%", 1},
		{"%", "event e h: rack when h.cpu > 3%", "event e(h: rack) when h.cpu > 3%", 1},
		{"%", "event e on h: rack when h.cpu > 3%", "event e(h: rack) when h.cpu > 3%", 1},
		{"%", "event e(h: rack): h.cpu > 3%", "event e(h: rack) when h.cpu > 3%", 1},
		{"%", "func f h: rack = h.cpu", "func f(h: rack) = h.cpu", 1},
		{"%", "func f(h: rack): percent { h.cpu }", "func f(h: rack): percent = h.cpu", 1},
		{"%", "probe mem: percent rack every 1s", "probe mem: percent on rack every 1s", 1},
		{"%", "component App on rack [one..4] { op start = exec(\"a\") }", "component App on rack [1..4] { op start = exec(\"a\") }", 1},
		{"%", "component App on rack [1..] { op start = exec(\"a\") }", "component App on rack [1..*] { op start = exec(\"a\") }", 1},
		{"%", "require one ready of App", "require 1 ready of App", 1},
		{"%", "budget one migration at a time across rack", "budget 1 migration at a time across rack", 1},
		{"scenario s {\n  %\n}", "at 5s start App", "at 5s deploy App", 1},
		{"scenario s {\n  %\n}", "at 5s stop App", "at 5s shutdown App", 1},
		{"scenario s {\n  %\n}", "at 5s kill node1", "at 5s crash node1", 1},
		{"scenario s {\n  %\n}", "at 5s raise e(h: node1)", "at 5s emit e(h: node1)", 1},
		{"test \"t\" in s {\n  %\n}", "at 1min expect done > 10 for 10s", "at 1min expect done > 10", 1},
		{head, " on hot(h: rack) when h.cpu > 3% for 10s", " on hot(h: rack) when h.cpu > 3%", 1},
		{arrow, "-> B when h.cpu > 1% for 10s", "-> B when h.cpu > 1%", 1},
		{state, "wait until h.cpu < 1% for 10s within 5min", "wait until h.cpu < 1% within 5min", 1},
		{state, "move v to d", "migrate v to d", 1},
		{state, "let n = App++", "n = App++", 1},
		{state, "let n = new App", "n = App++", 1},
		{state, "n = new App", "n = App++", 1},
		{state, "new App", "App++", 1},
		{state, "new App\n    new.start", "new = App++\n    new.start", 1},
		{state, "new App\n    new App", "App++\n    App++", 2},
		{state, "create App", "App++", 1},
		{state, "++App", "App++", 1},
		{state, "delete t", "t--", 1},
		{state, `print("{v}")`, `notify("{v}")`, 1},
		{state, "for v in t.apps stop v }", "for v in t.apps { stop v }", 1},
		{state, "foreach v in App { stop v }", "for v in App { stop v }", 1},
		{state, "for each v in App { stop v }", "for v in App { stop v }", 1},
		{state, "migrate v to d within 2 minutes", "migrate v to d within 2min", 1},
		{state, "migrate v to d within 2min 30s", "migrate v to d within 150s", 1},
		{state, "plan { if a > 1 { lift v } elif a > 2 { back v } apply safely }", "plan { if a > 1 { lift v } else if a > 2 { back v } apply safely }", 1},
		{state, "plan { if a > 1 { lift v } elseif a > 2 { back v } apply safely }", "plan { if a > 1 { lift v } else if a > 2 { back v } apply safely }", 1},
		{arrow, "-> B if h.cpu > 1%", "-> B when h.cpu > 1%", 1},
		{arrow, "-> B else", "-> B otherwise", 1},
		{arrow, "-> C on no", "-> C on failure", 1},
		{arrow, "-> B on ok", "-> B on success", 1},
		{arrow, "-> C on error undo", "-> C on failure undo", 1},
		{arrow, "-> C if failure undo", "-> C on failure undo", 1},
		{arrow, "-> C when failure undo", "-> C on failure undo", 1},
		{arrow, "-> B if success", "-> B on success", 1},
		{arrow, "-> C failure at most 2 times", "-> C on failure at most 2 times", 1},
		{arrow, "goto B", "-> B", 1},
		{arrow, "when h.cpu > 1% -> B\n  otherwise -> C", "-> B when h.cpu > 1%\n  -> C otherwise", 2},
		{arrow, "if h.cpu > 1% -> B\n  else -> C", "-> B when h.cpu > 1%\n  -> C otherwise", 2},
		{when, "exists(v)", "v exists", 1},
		{when, "not exists(h.vm.home) or exists d", "not h.vm.home exists or d exists", 2},
		{when, "v.exists and d.exists()", "v exists and d exists", 2},
		{when, "exists(max(h.vms by cpu))", "(max(h.vms by cpu)) exists", 1},
		{when, "h.cpu is 70% and v is not none", "h.cpu == 70% and v != none", 2},
		{when, "h.cpu > 1% for 1m30s", "h.cpu > 1% for 90s", 1},
		{when, "h.cpu > 70 percent for 10 seconds", "h.cpu > 70% for 10s", 2},
		{when, "energy > 1kWh", "energy > 1", 1},
		{state, "migrate v -> h.vm", "migrate v to h.vm", 1},
		{state, "fork App++", "fork { App++ }", 1},
		{state, "let v max(h.vms by cpu)", "let v = max(h.vms by cpu)", 1},
		{arrow, "-> B if h.cpu > 1% else C", "-> B when h.cpu > 1% -> C", 1},
		{arrow, "-> B when h.cpu > 1% else -> C", "-> B when h.cpu > 1% -> C", 1},
		{arrow, "-> B on success, C on failure", "-> B on success -> C on failure", 1},
		{arrow, "-> B on success, -> C on failure", "-> B on success -> C on failure", 1},
		{arrow, "-> B when (h.cpu > 1%) { }", "-> B when (h.cpu > 1%)", 1},
		{"policy P on e {\n  state A { %\n  final B\n}", "stop t -> B }", "stop t } -> B", 1},
		{when, "h.cpu > 70% during 10s", "h.cpu > 70% for 10s", 1},
		{when, "lost == 0 ad done > 3", "lost == 0 and done > 3", 1},
		{when, "h.net > 10MB/s", "h.net > 80Mbit/s", 1},
		{"event e(h: rack) %", "h.cpu > 50% for 10s", "when h.cpu > 50% for 10s", 1},
		{"policy P on e % {\n  state A { }\n}", "count(App) < 3", "when count(App) < 3", 1},
		{"hosts rack { nodes = [] }\nfunc g(%) = h.cpu", "rack h", "h: rack", 1},
		{"hosts rack { nodes = [] }\nevent e(n: int, %) when h.cpu > n", "rack h", "h: rack", 1},
		{"hosts rack { nodes = [] }\npolicy P on e(%) {\n  state A { }\n}", "rack h", "h: rack", 1},
		{"%", "hosts rack { memory = 512 MiB }", "hosts rack { memory = 512MiB }", 1},
		{"%", "hosts rack { memory = 4 GB }", "hosts rack { memory = 4GiB }", 1},
		{"%", "vm V on rack { count = 1..4 }", "vm V on rack { count = 4 }", 1},
		{"%", "vm V on rack { count = [1..4] initially = 1 }", "vm V on rack { count = 4 initially = 1 }", 1},
		{when, "h.cpu > 5 % and h.cpu < 7 %", "h.cpu > 5% and h.cpu < 7%", 2},
		{when, "h.cpu > 5 % for 10s", "h.cpu > 5% for 10s", 1},
		{when, "h.cpu ≥ 5% && h.cpu ≤ 7% || !h.fast", "h.cpu >= 5% and h.cpu <= 7% or not h.fast", 5},
		{when, "h.cpu > max(1%; 2%)", "h.cpu > max(1%, 2%)", 1},
		{"func f(%) = max((1 + 2), a)", "a: int; b: int", "a: int, b: int", 1},
		{"func f(a: int) = max(%)", "(1 + 2); (a + f(3))", "(1 + 2), (a + f(3))", 1},
		{"%", "import std/relieve", `import "std/relieve"`, 1},
		{"%", "import lib.my_own // it", `import "lib/my_own" // it`, 1},
		{"scenario s {\n  %\n}", "after 5s crash n1", "at 5s crash n1", 1},
		{"scenario s {\n  %\n}", "300s crash n1", "at 300s crash n1", 1},
		{"%", "def f(h: rack) = 1", "func f(h: rack) = 1", 1},
		{"%", "using relieve", "use relieve", 1},
	} {
		wrong, right := "system a\n"+strings.Replace(c.in, "%", c.wrong, 1)+"\n", "system a\n"+strings.Replace(c.in, "%", c.right, 1)+"\n"
		text, _ := mended(wrong)
		require.Equal(t, right, text)
		read, errs := lang.Parse("a.tune", wrong)
		meant, none := lang.Parse("a.tune", right)
		require.Empty(t, none, right)
		require.Len(t, errs, max(1, c.n), wrong)
		if errs[0].Code != lang.CodeNumber {
			require.Equal(t, texts(meant), texts(read), c.wrong)
		}
	}
}

// texts are all expressions of a file, as they would be written.
func texts(f *lang.File) string {
	var b strings.Builder
	for _, d := range f.Decls {
		lang.Walk(d, func(n lang.Node) {
			if e, isExpr := n.(lang.Expr); isExpr {
				b.WriteString(lang.Print(e) + ";")
			}
		})
	}
	return b.String()
}

// What reads like a habit and is right stays as it is.
func TestWhatOnlyLooksLikeAHabitIsLeft(t *testing.T) {
	for _, text := range []string{
		"policy P on e {\n state A { new = App++\n new.start }\n -> B when x exists\n -> C\n otherwise\n final B\n final C\n}",
		"policy P on e {\n state A { plan { s = 3 h.x = 2 min -= 1 d += 2 apply safely } }\n -> B\n when a > b\n -> C otherwise\n final B\n final C\n}",
		"policy P on e {\n state A { for each in App { stop each } }\n -> B\n final B { start is\n stop new }\n}",
		"component App on rack [1] {\n op move = exec(\"a\")\n op print = exec(\"b\")\n}\npolicy P on e { final S { a.move\n a.print } }",
	} {
		_, errs := lang.Parse("a.tune", "system a\n"+text+"\n")
		for _, e := range errs {
			require.NotContains(t, e.Msg, "means nothing here")
		}
	}
}
