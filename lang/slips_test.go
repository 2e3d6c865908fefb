package lang_test

import (
	"reflect"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tune-autonomic/tune/lang"
)

// What is left out or misspelt in the middle of a line is told once, there, with the edit; the line is read as it was meant.
func TestASlipInALineIsMendedThere(t *testing.T) {
	const policy = "policy P on e {\n  state A {\n    %\n  }\n  -> B\n  final B\n}"
	const arrow = "policy P on e {\n  state A { start x }\n  -> B %\n  final B\n}"
	for _, c := range []struct{ in, wrong, right string }{
		{"%", "func room h: rack): percent = h.cpu", "func room(h: rack): percent = h.cpu"},
		{"%", "func fit h: rack, v: [Box]) = h.cpu", "func fit(h: rack, v: [Box]) = h.cpu"},
		{"%", "event hot h: rack) when h.cpu > 1%", "event hot(h: rack) when h.cpu > 1%"},
		{"%", "component A on rack [1] { op drain t: App) drains = exec(\"a\") }", "component A on rack [1] { op drain(t: App) drains = exec(\"a\") }"},
		{"%", "policy P on m.hot h: rack) lossless { final A { start h } }", "policy P on m.hot(h: rack) lossless { final A { start h } }"},
		{"%", "use m hosts: rack, load: 3)", "use m(hosts: rack, load: 3)"},
		{"%", "use m.P on e hosts: rack)", "use m.P on e(hosts: rack)"},
		{"%", "event e(h: rack) when h.cpu > 1%\n  h.load < 3", "event e(h: rack) when h.cpu > 1%\n  and h.load < 3"},
		{"%", "event e(h: rack) when some(h.vms\n  cpu > 1%)", "event e(h: rack) when some(h.vms\n  where cpu > 1%)"},
		{"%", "event e(h: rack) when h.cpu > 1%\n  some(h.vms where cpu > 1%) for 10s", "event e(h: rack) when h.cpu > 1%\n  and some(h.vms where cpu > 1%) for 10s"},
		{policy, "let d = min(rack by cpu\n it != h)", "let d = min(rack by cpu\n where it != h)"},
		{policy, "for v in h.vms by cpu desc\n v.cpu > 3% { lift v }", "for v in h.vms by cpu desc\n where v.cpu > 3% { lift v }"},
		{policy, "for v in h.vms if v.cpu > 3% { lift v }", "for v in h.vms where v.cpu > 3% { lift v }"},
		{policy, "for v in h.vms where v.cpu > 3% when v exists { lift v }", "for v in h.vms where v.cpu > 3% and v exists { lift v }"},
		{policy, "a->start", "a.start"},
		{policy, "a->tune(3)", "a.tune(3)"},
		{policy, "if a exists then x.y else x.z", "if a exists { x.y } else { x.z }"},
		{policy, "if a exists\n then x.y\n else x.z", "if a exists { x.y } else { x.z }"},
		{policy, "if a exists then { x.y }", "if a exists { x.y }"},
		{"%", "policy P on \"tick\" { final A { start h } }", "policy P on tick { final A { start h } }"},
		{"%", "use m.P (hosts: rack) on m.e", "use m.P on m.e (hosts: rack)"},
		{"%", "event e each 5min", "event e every 5min"},
		{"%", "event e(h: rack) = h.cpu > 3%", "event e(h: rack) when h.cpu > 3%"},
		{"%", "event e = every 5min", "event e every 5min"},
		{"%", "func f(x: int): bool = x = 3", "func f(x: int): bool = x == 3"},
		{"%", "event e(h: rack) when h.cpu <> 3%", "event e(h: rack) when h.cpu != 3%"},
		{arrow, "at most twice", "at most 2 times"},
		{arrow, "on failure once", "on failure at most 1 time"},
		{"policy P on e {\n  state A { start x }\n  %\n  final B\n}", "-> otherwise B", "-> B otherwise"},
		{"policy P on e {\n  state A { start x }\n  %\n  final B\n}", "-> final B on failure", "-> B on failure"},
		{policy, "let w == 3", "let w = 3"},
		{policy, "plan { left left -= 1 }", "plan { left -= 1 }"},
		{policy, "new new = App++", "new = App++"},
		{policy, "let w = max(h.vms by cpu descending)", "let w = max(h.vms by cpu desc)"},
		{policy, "for v in h.vms by desc v.cpu { x.y }", "for v in h.vms by v.cpu desc { x.y }"},
		{"%", "scenario s {\n G: 3% until 1min\n}", "scenario s {\n load G: 3% until 1min\n}"},
		{"policy P on e {\n  state A { start x }\n  %\n  -> C\n  final B\n}", "on failure undo -> B", "-> B on failure undo"},
		{policy, "restart v (if a exists then a else b) within 3min", "restart v on (if a exists then a else b) within 3min"},
		{policy, "plan { if d exists then place v on d else give up }", "plan { if d exists { place v on d } else { give up } }"},
		{policy, "plan {\n lift v\n if d exists then place v on d; apply safely }", "plan {\n lift v\n if d exists { place v on d }; apply safely }"},
		{policy, "\n{\n lift v\n apply safely }", "\nplan {\n lift v\n apply safely }"},
		{policy, "\n{ x.y }\n fork { y.z }", "\nfork { x.y }\n fork { y.z }"},
		{policy, "plan { plae v on d }", "plan { place v on d }"},
		{arrow, "otherwis", "otherwise"},
		{arrow, "Otherwise", "otherwise"},
		{policy, "migrate v to d undoble within 3min", "migrate v to d undoable within 3min"},
		{policy, "migrate v to d undoable witin 3min", "migrate v to d undoable within 3min"},
		{policy, "s.renew witin 2min", "s.renew within 2min"},
	} {
		wrong, right := "system a\n"+strings.Replace(c.in, "%", c.wrong, 1)+"\n", "system a\n"+strings.Replace(c.in, "%", c.right, 1)+"\n"
		read, errs := lang.Parse("a.tune", wrong)
		meant, none := lang.Parse("a.tune", right)
		require.Empty(t, none, right)
		require.Len(t, errs, 1, wrong)
		require.Equal(t, bare(reflect.ValueOf(meant.Decls)), bare(reflect.ValueOf(read.Decls)), wrong)
		text, _ := mended(wrong)
		require.Equal(t, right, text)
	}
}

// A step may begin behind another one on its line, however much its first word resembles one that could go on with that.
func TestAStepBehindAStepIsNoSlip(t *testing.T) {
	for _, steps := range []string{
		"migrate v to d within2.renew", "migrate v to d withi--", "start x onn.stop", "start x wait until y", "restart v on d notify(\"x\")",
		"s.renew within1 = App++", "wait until x.y < 3\n x.tune(3)", "wait until x.y < 3\n notify(\"x\")", "wait until x.y < 3 within 1min\n t.stop",
		"let a = x.y > 3\n t--", "for x in s.t where x.y > 3\n by x.z { x.y }", "start x start y stop z", "apply safely left -= 1",
	} {
		_, errs := lang.Parse("a.tune", "system a\npolicy P on e { final A { "+steps+" } }\n")
		require.Empty(t, errs, steps)
	}
}

// A value may begin with if on a line of its own, and what is done in a branch may look like one.
func TestAValueThatBeginsWithIfIsNoStep(t *testing.T) {
	for _, steps := range []string{
		"let d =\n if a exists\n then a else b", "migrate v to\n if a exists then stop else start", "restart f(v)\n on x restart f(v) on y",
		"for x in s by\n if a exists then lift else back { lift x }",
	} {
		_, errs := lang.Parse("a.tune", "system a\npolicy P on e { final A { "+steps+" } }\n")
		require.Empty(t, errs, steps)
	}
}

// A line whose first word was told to be another one tells nothing more, and a line behind it does.
func TestALineWhoseFirstWordIsWrongIsToldOnce(t *testing.T) {
	for steps, n := range map[string]int{
		"plan { lift x\n as listed }": 1, "for f in front { f f.undrain(a) }": 1, "strt x onn onn": 1, "strt x\n start x start": 2,
		"plan {\n plae v to d\n plae v to d }": 2,
	} {
		_, errs := lang.Parse("a.tune", "system a\npolicy P on e {\n final A {\n "+steps+"\n }\n}\n")
		require.Len(t, errs, n, steps)
	}
	for _, line := range []string{"event gone(: hosts)", "event gone(: vm) when x > 3", "func f(n: int, : component) = n"} {
		_, errs := lang.Parse("a.tune", "module a\n"+line+"\nevent more\n")
		require.Len(t, errs, 1, line)
	}
}

// What is wrong behind a clause of an arrow is what is told there, once: it is no second case.
func TestWhatIsWrongBehindAClauseIsNoCase(t *testing.T) {
	const says = "behind an arrow stands when …, on success, on failure or otherwise, and how often: at most 2 times"
	for _, c := range []struct{ arrow, at, hint string }{
		{"-> B when y = 3", "=", "equality is written =="},
		{"-> B when v exist and d exists", "exist", "did you mean exists?"},
		{"-> B when v exist on failure", "exist", "did you mean exists?"},
		{"-> B on failure max 2 times", "max", says},
		{"-> B on failure 2 times", "2", says},
		{"-> B on success or failure", "or", says},
		{"-> B otherwise foo", "foo", says},
		{"-> B on failure foo", "foo", ""},
	} {
		source := "system s\npolicy P on e {\n  state A { start x }\n  " + c.arrow + "\n  final B\n}\n"
		_, errs := lang.Parse("s.tune", source)
		require.Len(t, errs, 1, c.arrow)
		require.Equal(t, lang.CodeUnexpected, errs[0].Code, c.arrow)
		require.Equal(t, c.at, source[errs[0].Span.Start:errs[0].Span.End], c.arrow)
		require.Contains(t, errs[0].Hint, c.hint, c.arrow)
	}
	for _, two := range []string{"otherwise on failure", "when y == 3 on failure at most 2 times", "on success on failure", "when y when z"} {
		_, errs := lang.Parse("s.tune", "system s\npolicy P on e {\n  state A { start x }\n  -> B "+two+"\n  final B\n}\n")
		require.Len(t, errs, 1, two)
		require.Equal(t, lang.CodeTwice, errs[0].Code, two)
	}
}
