package lang

import (
	"github.com/alecthomas/participle/v2/lexer"
)

// Conditions without the word that joins them to what stands before: where is left out behind a set, and behind another
// condition. Such a line can be nothing else, as no statement and no declaration compares.

// compares are the signs of a condition.
var compares = setOf([]string{"<", ">", "<=", ">=", "==", "!="})

// unjoined is it != h, on a line of its own below rack by cpu or below h.cpu < 40%.
func (w *window) unjoined(t lexer.Token) (habit, bool) {
	if !w.behindOperand() && w.token(-1).Value != "desc" || !w.isCondition() {
		return habit{}, false
	}
	join := w.joins()
	if join == "" {
		return habit{}, false
	}
	msg := "two conditions are joined by and"
	if join == "where" {
		msg = "which ones are meant is said behind where"
	}
	h, _ := w.reads(1, msg, "", sign(join, t), t)
	h.err.Hint = "write " + join + " before it"
	h.err.Fix = &Edit{Span: Span{t.Pos.Offset, t.Pos.Offset}, New: join + " ", Guess: join != "where"}
	return h, true
}

// isCondition says whether a condition begins here: h.cpu < 3%, d exists, some(h.vms).
func (w *window) isCondition() bool {
	switch v := w.token(0).Value; {
	case v == "not":
		return w.value(1) != "in"
	case declares[v] || isStepWord[v]:
		return false
	}
	n := 1
	for w.value(n) == "." && w.name(n+1) {
		n += 2
	}
	if next := w.value(n); next != "(" {
		return compares[next] || next == "exists"
	}
	for n++; w.value(n) != ")"; n++ {
		if v := w.value(n); v == "" || v == ":" || v == "{" || n == farthest {
			return false
		}
	}
	return n > 2 && !goesOnAName[w.value(n+1)] && w.value(1) == "("
}

// ofSets are functions of one set.
var ofSets = setOf([]string{"some", "all", "min", "max", "count", "sum", "avg"})

// joins is the word that lacks before a condition: where behind what is chosen from, and behind another condition. "" if no
// condition can stand here.
func (w *window) joins() string {
	for n, open := -1, 0; n > -farthest; n-- {
		t := w.token(n)
		switch v := t.Value; {
		case v == ")" || v == "]":
			open++
		case open > 0 && (v == "(" || v == "["):
			open--
		case v == "(" && ofSets[w.token(n-1).Value]:
			return "where"
		case v == "" || v == "(" || v == "[" || v == "{" || v == "}" || v == ";" || v == "->" || v == "=":
			return ""
		case open > 0:
		case v == "by" || v == "in" && w.token(n-2).Value == "for" || v == "from":
			return "where"
		case asks[v] || compares[v]:
			return "and"
		case v == "within" || v == "let" || v == "var" || v == "then" || v == "else" || declares[v]:
			return ""
		}
	}
	return ""
}
