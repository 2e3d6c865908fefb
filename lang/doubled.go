package lang

import (
	"slices"
	"strings"

	"github.com/alecthomas/participle/v2/lexer"
)

// A word or a number that stands there twice, one right behind the other: the second one begins nothing in such a place.

// doubledFirst is op op drain(…), never never expect C and test test "a day", at the beginning of a line.
func (w *window) doubledFirst(t lexer.Token) (habit, bool) {
	if w.value(1) != t.Value {
		return habit{}, false
	}
	switch next := w.token(2); {
	case (t.Value == "op" || t.Value == "attr") && w.name(2):
	case (t.Value == "test" || t.Value == "import") && next.Type == tokString && w.value(2) != "":
	case (t.Value == "never" || t.Value == "always") && w.value(2) == "expect", t.Value == "eventually" && w.value(2) == "within":
	default:
		return habit{}, false
	}
	return w.once()
}

// doubledInside is max(h h.vms) and (w w: Work).
func (w *window) doubledInside(t lexer.Token) (habit, bool) {
	before := w.token(-1).Value
	if w.value(1) != t.Value || before != "(" && before != "," {
		return habit{}, false
	}
	switch w.value(2) {
	case ")", ",", ".":
		if !ofSets[w.token(-2).Value] { // of two arguments, a comma or a colon lacks
			return habit{}, false
		}
		return w.once()
	case ":":
		return w.once()
	}
	return habit{}, false
}

// ofThings are what things have by themselves that isn't done: an operation is never called so.
var ofThings = setOf([]string{"vms", "host", "home", "planned", "demand", "vm"})

// doubledOwner is let x = h h.vms, and migrate a to a a.home.
func (w *window) doubledOwner(t lexer.Token) (habit, bool) {
	before := w.token(-1).Value
	if w.value(1) != t.Value || before != "=" && before != "to" && before != "on" && before != "in" || w.value(2) != "." || !w.name(3) || !ofThings[w.value(3)] && w.mayBeDone(w.value(3)) {
		return habit{}, false
	}
	return w.once()
}

// mayBeDone says whether a name may be that of an operation: who has them all in sight is the declaration's file alone.
func (w *window) mayBeDone(name string) bool {
	return name == "start" || name == "stop" || len(w.source) > mostBefore || w.says("op "+name) || w.says("module ") || w.says(": op")
}

// doubledNumber is at 11min 11min expect C.
func (w *window) doubledNumber() (habit, bool) {
	before := w.token(-1)
	if w.value(1) != w.value(0) || before.Type != tokIdent && before.Type != tokKeyword && before.Value != "=" || before.Pos.Line != w.token(0).Pos.Line {
		return habit{}, false
	}
	return w.once()
}

// once reads the first of two that are the same.
func (w *window) once() (habit, bool) {
	text := w.value(0)
	put := w.token(0)
	put.Pos.Column = spanOf(w.token(1)).End - put.Pos.Offset
	h, _ := w.reads(2, text+" stands here twice", text, put)
	h.err.Hint = "leave out one of both"
	return h, true
}

// shouted are words at the beginning of a line of steps or states that people write in capital letters.
var shouted = setOf([]string{"if", "for", "let", "var", "state", "final", "wait", "migrate", "plan", "fork", "notify", "start", "stop", "restart", "ask", "emit", "add", "remove"})

// capital is IF d exists {, and Migrate v to h.
func (w *window) capital(t lexer.Token) (habit, bool) {
	small := strings.ToLower(t.Value)
	if small == t.Value || !shouted[small] || w.isType(t.Value) {
		return habit{}, false
	}
	switch before := w.look(-1).Value; { // -> Start, and state Add {, may go on here
	case before == "{", before == "}", before == ";", before == "++", before == "--":
	case !w.behindOperand(), before == "state", before == "final", declares[before]:
		return habit{}, false
	}
	switch next := w.value(1); {
	case next == "" || next == "}" || next == "{" && small != "plan" && small != "fork" || goesOnAName[next] && (next != "(" || small != "notify"):
		return habit{}, false
	}
	return w.reads(1, means(t.Value), small, word(small, t))
}

// triggers are words that say elsewhere what starts a policy.
var triggers = setOf([]string{"for", "upon", "by", "if", "when", "at", "after", "from", "in", "of", "to", "handles", "reacts", "triggered", "onEvent", "->", "=", ":"})

// triggerElsewhere is policy P for hot(h: rack) {, where on is meant.
func (w *window) triggerElsewhere() (habit, bool) {
	word2 := w.token(2)
	if !triggers[word2.Value] || word2.Value == ":" || !w.name(3) {
		return habit{}, false
	}
	switch w.value(4) {
	case "{", "lossless", "cooldown", "(":
	case "when", ".":
		if word2.Value == "when" || word2.Value == "if" {
			return habit{}, false
		}
	default:
		return habit{}, false
	}
	conditional := word2.Value == "when" || word2.Value == "if"
	if conditional && !w.says("event "+w.value(3)) || slices.ContainsFunc(w.tokens[w.at+3:w.at+w.line()], func(t lexer.Token) bool { return t.Value == "on" }) {
		return habit{}, false
	}
	msg := means(word2.Value)
	if reserved[word2.Value] || word2.Type == tokSign {
		msg = "what starts a policy is said with on"
	}
	h, _ := w.reads(3, msg, "on", w.token(0), w.token(1), word("on", word2))
	h.err.Span = spanOf(word2)
	h.err.Fix.Span = h.err.Span
	return h, true
}

// namelessMember is attr percent = 70%, and probe percent on Work: what stands there is a type.
func (w *window) namelessMember(t lexer.Token, behind string) (habit, bool) {
	if !isTypeWord[w.value(1)] || w.value(2) != behind {
		return habit{}, false
	}
	name := nameless(w.token(1))
	name.Pos.Column = 0
	colon := sign(":", w.token(1))
	h, _ := w.reads(2, "this "+memberCalled[t.Value]+" has no name", "", t, name, colon, w.token(1))
	h.err.Span = spanOf(w.token(1))
	h.err.Hint, h.err.Fix = "write it before its type: "+t.Value+" NAME: "+w.value(1), nil
	return h, true
}

// attrOtherwise is attr percent = 70% and attr percent limit = 70%.
func (w *window) attrOtherwise(t lexer.Token) (habit, bool) {
	if t.Value != "attr" {
		return habit{}, false
	}
	if h, ok := w.namelessMember(t, "="); ok {
		return h, true
	}
	return w.typeFirstOf(t)
}

// memberCalled is what a word declares.
var memberCalled = map[string]string{"attr": "attribute", "probe": "probe"}

// typeFirstOf is attr percent limit = 70%.
func (w *window) typeFirstOf(t lexer.Token) (habit, bool) {
	if !w.name(1) || !w.name(2) || !isTypeWord[w.value(1)] || w.value(3) != "=" && w.value(3) != "" && w.value(3) != "}" || w.value(2) == "on" {
		return habit{}, false
	}
	kind := w.token(1)
	of := w.token(2)
	kind.Pos.Offset, kind.Pos.Column = of.Pos.Offset, spanOf(of).End-of.Pos.Offset
	of.Pos.Offset, of.Pos.Column = w.token(1).Pos.Offset, len(w.value(1))
	colon := sign(":", kind)
	h, _ := w.reads(3, "the name stands before its type", w.value(2)+": "+w.value(1), t, of, colon, kind)
	h.err.Span = Span{w.token(1).Pos.Offset, spanOf(w.token(2)).End}
	h.err.Fix.Span = h.err.Span
	return h, true
}
