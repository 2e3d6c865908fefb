package lang

import (
	"slices"

	"github.com/alecthomas/participle/v2/lexer"
)

// Conditions as one would say them: h.cpu is above 50%, v.host is not d, h.vms is empty.

// than are the words before a `than`, and the operators that they mean.
var than = map[string]string{
	"greater": ">", "more": ">", "higher": ">", "larger": ">", "bigger": ">",
	"less": "<", "lower": "<", "smaller": "<", "fewer": "<",
}

// beyond are the words that compare with what stands right behind them.
var beyond = map[string]string{"above": ">", "below": "<", "under": "<", "exceeds": ">", "equals": "=="}

// negatedSign are what operators mean behind a not.
var negatedSign = map[string]string{">": "<=", "<": ">=", ">=": "<", "<=": ">", "==": "!="}

// isMissing are words for what isn't there.
var isMissing = setOf([]string{"missing", "absent", "null", "nil", "undefined", "unknown", "unset"})

// asksBefore says whether a condition is asked for before the first token.
func (w *window) asksBefore() bool {
	return inCondition(w.tokens, w.at) || w.begins() == "func" && w.saidBefore("=")
}

// beginsOperand says whether a value may begin with the first token.
func (w *window) beginsOperand() bool {
	before := w.token(-1).Value
	return asks[before] || !w.behindOperand() && before != "."
}

// compared is a comparison in words from t on: is above 50%, exceeds 50%, is not d.
func (w *window) compared(t lexer.Token) (habit, bool) {
	if !w.behindOperand() || !w.asksBefore() {
		return habit{}, false
	}
	n, not := 0, false
	if t.Value == "is" {
		if n++; w.value(n) == "not" {
			n, not = n+1, true
		}
	}
	if n > 0 && isMissing[w.value(n)] {
		return w.asksMissing(t, n, not)
	}
	op, behind := w.comparison(n, n > 0)
	if op == "" || !w.isValue(behind) {
		return habit{}, false
	}
	if not {
		op = negatedSign[op]
	}
	h, _ := w.reads(behind, means(w.text(0, behind)), op, word(op, t))
	if op == "==" && !not && w.token(behind).Type == tokIdent && w.value(behind) != "none" {
		h.err = h.err.guessed()
	}
	return h, true
}

// asksMissing is x is missing, and x is not missing: the n tokens before that word are is, and perhaps not.
func (w *window) asksMissing(t lexer.Token, n int, not bool) (habit, bool) {
	if not {
		return w.reads(n+1, means(w.text(0, n+1)), "exists", word("exists", t))
	}
	h, _ := w.reads(n+1, means(w.text(0, n+1)), "", word("exists", t))
	h.err.Hint, h.err.Fix = "what may be missing is asked with not … exists", nil
	return h, true
}

// comparison is the operator that words mean from the one n behind on, and what stands behind them. Behind an `is`, a
// value alone means that both are equal.
func (w *window) comparison(n int, behindIs bool) (op string, behind int) {
	switch v := w.value(n); {
	case than[v] != "" && w.value(n+1) == "than":
		op, behind = than[v], n+2
		if w.value(behind) == "or" && (w.value(behind+1) == "equal" || w.value(behind+1) == "equals") {
			op, behind = op+"=", behind+2
			if w.value(behind) == "to" {
				behind++
			}
		}
		return op, behind
	case beyond[v] != "":
		return beyond[v], n + 1
	case v == "at" && w.value(n+1) == "least":
		return ">=", n + 2
	case v == "at" && w.value(n+1) == "most":
		return "<=", n + 2
	case behindIs && (v == "over" || v == "beyond"):
		return ">", n + 1
	case v == "equal" && w.value(n+1) == "to":
		return "==", n + 2
	case behindIs && w.isThing(n):
		return "==", n
	}
	return "", n
}

// isValue says whether a value begins n behind, on the line.
func (w *window) isValue(n int) bool {
	if w.value(n) == "" {
		return false
	}
	switch w.token(n).Type {
	case tokNumber, tokString:
		return true
	case tokIdent:
		return !goesOnAName[w.value(n+1)] || w.value(n+1) == "." || w.value(n+1) == "("
	}
	return w.value(n) == "(" || w.value(n) == "none"
}

// isThing says whether what stands n behind is a value by itself: a number, a text, or a name, of something else perhaps, and
// no word for how something is.
func (w *window) isThing(n int) bool {
	t := w.token(n)
	if w.value(n) == "" || t.Type != tokIdent || t.Value == "none" {
		return t.Type == tokNumber || t.Type == tokString || w.value(n) == "none"
	}
	switch next := w.value(n + 1); next {
	case "", ".", ")", "and", "or", "for", "{", "}", ";":
		return !states[t.Value]
	}
	return false
}

// states are words for how something is, which no operator asks.
var states = setOf([]string{
	"off", "on", "up", "down", "running", "stopped", "started", "dead", "alive", "gone", "busy", "idle", "hot", "cold", "full", "ready",
	"empty", "silent", "healthy", "overloaded", "available", "free", "high", "low", "too",
})

// asked are the functions that are said of something as if they were words: h.vms is empty, and empty h.
var asked = setOf([]string{"empty", "silent"})

// isAsked is h.vms is empty, and h.fast is not true, from the name on that it begins with.
func (w *window) isAsked() (habit, bool) {
	if !w.beginsOperand() {
		return habit{}, false
	}
	end := w.path(0)
	if w.value(end) != "is" || !w.asksBefore() {
		return habit{}, false
	}
	n, not := end+1, false
	if w.value(n) == "not" {
		n, not = n+1, true
	}
	of, new := w.value(n), w.text(0, end)
	put := slices.Clone(w.tokens[w.at : w.at+end])
	switch {
	case of == "false":
		not = !not
	case asked[of] && w.value(n+1) != "(":
		put, new = w.callOf(of, 0, end), of+"("+new+")"
	case of != "true":
		return habit{}, false
	}
	if not {
		put, new = append([]lexer.Token{word("not", w.token(0))}, put...), "not "+new
	}
	h, _ := w.reads(n+1, means(w.text(end, n+1)), new, put...)
	return h, true
}

// askedOf is empty h, and silent h: a call without its parentheses.
func (w *window) askedOf(t lexer.Token) (habit, bool) {
	if !w.beginsOperand() || !w.asksBefore() || !w.name(1) || goesOnAnExpression[w.value(1)] || declares[w.value(1)] {
		return habit{}, false
	}
	end := w.path(1)
	if w.value(end) == "(" || w.value(1) == t.Value {
		return habit{}, false
	}
	return w.reads(end, means(w.text(0, end)), t.Value+"("+w.text(1, end)+")", w.callOf(t.Value, 1, end)...)
}

// callOf is a call of what stands between two tokens.
func (w *window) callOf(name string, from, to int) []lexer.Token {
	at := w.token(from)
	put := []lexer.Token{word(name, at), sign("(", at)}
	put = append(put, slices.Clone(w.tokens[w.at+from:w.at+to])...)
	return append(put, sign(")", w.token(to-1)))
}

// path is behind a name and the members that are asked of it: h.vms.
func (w *window) path(n int) int {
	for n++; w.value(n) == "." && w.name(n+1); {
		n += 2
	}
	return n
}
