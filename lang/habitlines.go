package lang

import (
	"path"
	"slices"
	"strings"

	"github.com/alecthomas/participle/v2/lexer"
)

// Habits that go through a whole line: what they mean takes the word at its beginning.

// begins is the word that the declaration around the first token begins with, or the line if none does on it; that isn't
// far away.
func (w *window) begins() string {
	return w.token(w.head()).Value
}

// head is where the declaration begins that the first token stands in, or its line: several may stand on one.
func (w *window) head() int {
	n := 0
	for n > -farthest && w.token(n-1).Value != "" && w.value(n-1) != "" && (n == 0 || !w.declaresAt(n)) {
		n--
	}
	return n
}

// declaresAt says whether a declaration seems to begin at the nth token: a word for one with a name behind it, where it
// isn't itself a name.
func (w *window) declaresAt(n int) bool {
	if !declares[w.token(n).Value] || !w.name(n+1) {
		return false
	}
	switch before := w.token(n - 1); before.Value {
	case ".", ",", "(", "[", ":", "=", "on", "of", "in", "attr", "op", "let", "var", "for", "at":
		return false
	default:
		return !declares[before.Value]
	}
}

// saidBefore says whether one of some words stands before the first token, in its declaration.
func (w *window) saidBefore(words ...string) bool {
	for n := w.head(); n < 0; n++ {
		if slices.Contains(words, w.token(n).Value) {
			return true
		}
	}
	return false
}

// eventIf is event e(h: rack) if C, and policy P on e(h: rack) if C {.
func (w *window) eventIf(t lexer.Token) (habit, bool) {
	before := w.look(-1)
	if before.Value != ")" && before.Type != tokIdent {
		return habit{}, false
	}
	head := w.begins()
	if before.Value == head || head != "event" && head != "policy" || w.saidBefore("when", "every", "=", "{", "if") {
		return habit{}, false
	}
	return w.reads(1, means(t.Value), "when", word("when", t))
}

// givesArgument says whether a sign stands behind the name of what is given to a module or with an event.
func (w *window) givesArgument() bool {
	before := w.token(-2).Value
	return (before == "(" || before == ",") && w.token(-1).Type == tokIdent && (w.begins() == "use" || w.saidBefore("emit", "counts", "trace"))
}

// inList says whether the first token stands among numbers or texts in brackets.
func (w *window) inList() bool {
	if next := w.token(1).Type; next != tokNumber && next != tokString {
		return false
	}
	n := -1
	for t := w.look(n); n > -farthest && (t.Type == tokNumber || t.Type == tokString || t.Value == "," || t.Value == ";"); t = w.look(n) {
		n--
	}
	return w.token(n).Value == "["
}

// soon is within 10s expect C, in a line of a test.
func (w *window) soon(t lexer.Token) (habit, bool) {
	if !w.startsLine() || w.token(-1).Value == "eventually" || w.token(1).Type != tokNumber || w.value(2) != "expect" {
		return habit{}, false
	}
	return w.reads(1, "what is to hold within a time begins with eventually", "eventually within", word("eventually", t), t)
}

// ofThing is cpu of h < 5%, where a condition or a function says what it takes.
func (w *window) ofThing(t lexer.Token) (habit, bool) {
	if w.value(1) != "of" || !w.name(2) || spanOf(w.token(2)).End == w.token(3).Pos.Offset && w.value(3) == "-" {
		return habit{}, false
	}
	before := w.token(-1).Value
	if !asks[before] && !compares[before] && !(before == "=" && w.begins() == "func") {
		return habit{}, false
	}
	of, dot := w.joined(3, w.value(2)), word(".", w.token(0)) // what is read begins where the first word stands
	return w.reads(3, "what something has stands behind a dot", w.value(2)+"."+t.Value, of, dot, t)
}

// typeless is probe cpu: on rack every 5s.
func (w *window) typeless() (habit, bool) {
	if w.token(-2).Value != "probe" || w.value(1) != "on" || !w.name(2) || w.value(2) == "on" {
		return habit{}, false
	}
	h, _ := w.reads(1, "a probe has a type", ": percent", w.token(0), nameless(sign(":", w.token(0)))) // which one, nobody knows
	h.err.Hint = "write such as " + w.token(-1).Value + ": percent"
	h.err = h.err.guessed()
	return h, true
}

// several is nodes = "a", "b" in a line of its own.
func (w *window) several() (habit, bool) {
	n, kind := 3, w.token(2).Type
	for w.value(n) == "," && w.value(n+1) != "" && w.token(n+1).Type == kind {
		n += 2
	}
	if w.value(1) != "=" || n == 3 || kind != tokString && (kind != tokNumber || w.value(n) != "]") {
		return habit{}, false
	}
	put := append([]lexer.Token{w.token(0), w.token(1), word("[", w.token(2))}, w.tokens[w.at+2:w.at+n]...)
	new := "[" + w.text(2, n) + "]"
	put = append(put, word("]", w.token(n-1)))
	if w.value(n) == "]" {
		n++
	}
	h, _ := w.reads(n, "a list stands in brackets", new, put...)
	h.err.Span = Span{w.token(2).Pos.Offset, h.err.Span.End}
	h.err.Fix.Span = h.err.Span
	return h, true
}

// from is from std import heal, and from "std/heal" import heal.
func (w *window) from() (habit, bool) {
	at := 1
	for w.value(at) != "" && w.value(at) != "import" {
		at++
	}
	end := w.line()
	if at < 2 || w.value(at) != "import" || end != at+2 || !w.name(at+1) && w.token(at+1).Type != tokString {
		return habit{}, false
	}
	of := strings.ReplaceAll(strings.Trim(w.text(1, at), `"`), ".", "/")
	if what := strings.Trim(w.value(at+1), `"`); path.Base(of) != what && of != "" {
		of += "/" + what
	}
	file := w.token(at + 1)
	file.Type, file.Value = tokString, `"`+of+`"`
	return w.reads(end, means("from"), `import "`+of+`"`, word("import", w.token(0)), file)
}

// holds are what asks for something, by the word before it, and says of it how it can ask for what lasts: only an event's
// condition is held for a time.
var holds = map[string]string{
	"wait":   "what is to last is asked of a window, as in max(h.cpu over 10s) < 50%; how long it may take is said with within",
	"expect": "leave it out: at and eventually ask at one time, always and never at all times",
	"->":     "an arrow is taken at once; what is to last is asked of a window, as in min(h.cpu over 10s) > 50%",
	"policy": "say it of the event that it starts on: event NAME when … for 10s",
}

// heldFor is wait until C for 10s, expect C for 10s, -> S when C for 10s and policy P on e when C for 10s.
func (w *window) heldFor() (habit, bool) {
	if w.token(1).Type != tokNumber || w.value(1) == "" || !w.behindOperand() {
		return habit{}, false
	}
	for n := -1; n > -farthest && w.value(n) != ""; n-- {
		before := w.value(n)
		if before == "{" || before == "}" || before == ";" || before == "at" || before == "event" {
			return habit{}, false
		}
		if hint := holds[before]; hint != "" {
			h, _ := w.reads(2, "only the condition of an event holds for a time", "")
			h.err.Hint = strings.ReplaceAll(hint, "10s", w.value(1))
			h.err.Fix.Span = wideOf(w.token(-1), w.token(1))
			h.err = h.err.guessed()
			return h, true
		}
	}
	return habit{}, false
}

// happenings are what a scenario calls otherwise that happens at a time.
var happenings = map[string]string{"start": "deploy", "install": "deploy", "launch": "deploy", "boot": "deploy", "stop": "shutdown", "kill": "crash", "raise": "emit", "fire": "emit"}

// happens is at 5s start App, from the word behind the time on.
func (w *window) happens(t lexer.Token) (habit, bool) {
	ours := happenings[t.Value]
	if ours == "" || !w.name(1) {
		return habit{}, false
	}
	h, _ := w.reads(1, means(t.Value), ours, word(ours, t))
	h.err = h.err.guessed()
	return h, true
}
