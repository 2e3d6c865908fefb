package lang

import (
	"github.com/alecthomas/participle/v2/lexer"
)

// A word or a number that stands there twice, one right behind the other: the second one begins nothing in such a place.

// doubledFirst is op op drain(…), never never expect C and test test "a day", at the beginning of a line.
func (w *window) doubledFirst(t lexer.Token) (habit, bool) {
	if w.value(1) != t.Value {
		return habit{}, false
	}
	switch next := w.token(2); {
	case (t.Value == "op" || t.Value == "attr") && w.name(2) && (w.value(3) == "(" || w.value(3) == ":" || !isMark[w.value(2)]):
	case (t.Value == "test" || t.Value == "import") && next.Type == tokString && w.value(2) != "":
	case (t.Value == "never" || t.Value == "always") && w.value(2) == "expect", t.Value == "eventually" && w.value(2) == "within":
	default:
		return habit{}, false
	}
	return w.once()
}

// isMark are the words behind the name of an operation, which may be op itself.
var isMark = setOf([]string{"interrupts", "drains", "undrains", "weighs"})

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
