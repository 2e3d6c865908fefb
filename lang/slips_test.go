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
		"s.renew within1 = App++", "start x start y stop z", "apply safely left -= 1",
	} {
		_, errs := lang.Parse("a.tune", "system a\npolicy P on e { final A { "+steps+" } }\n")
		require.Empty(t, errs, steps)
	}
}
