package lang

import (
	"github.com/alecthomas/participle/v2/lexer"
)

// Conditions without the word that joins them to what stands before: where is left out behind a set, and behind another
// condition. Such a line can be nothing else, as no statement and no declaration compares.

// compares are the signs of a condition.
var compares = setOf([]string{"<", ">", "<=", ">=", "==", "!="})

// unjoined is it != h, behind rack by cpu or behind h.cpu < 40%, on the same line or below it.
func (w *window) unjoined(t lexer.Token) (habit, bool) {
	if h, ok := w.joinSlip(t); ok {
		return h, true
	}
	if !w.behindOperand() && w.token(-1).Value != "desc" || !w.startsLine() && !w.behindValue() || !w.isCondition() {
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

// joinSlip is ad (h.cpu < 5%), behind a condition.
func (w *window) joinSlip(t lexer.Token) (habit, bool) {
	if w.value(1) != "(" || w.token(1).Pos.Offset == spanOf(t).End || t.Type != tokIdent || !w.behindOperand() || isStepWord[t.Value] || declares[t.Value] {
		return habit{}, false
	}
	if before := w.token(-1); places[t.Value] || ofSets[t.Value] || before.Type == tokIdent && before.Value != "exists" && w.token(-2).Value != "." && !compares[w.token(-2).Value] {
		return habit{}, false
	}
	meant := nearest(t.Value, []string{"and", "or"})
	if meant == "" || w.joins() == "" || w.says("func "+t.Value+"(") {
		return habit{}, false
	}
	return w.reads(1, means(t.Value), meant, word(meant, t))
}

// onNextLine is expect, and until of a wait, with what is asked on the line below.
func (w *window) onNextLine(t lexer.Token) (habit, bool) {
	if h, ok := w.headOnNextLine(t); ok {
		return h, true
	}
	below := *w
	below.at++
	if t.Value != "expect" && (t.Value != "until" || w.token(-1).Value != "wait") || w.value(1) != "" || w.token(1).Pos.Line != t.Pos.Line+1 || w.token(1).Type != tokIdent || !below.isCondition() {
		return habit{}, false
	}
	return w.lineUp("what is asked begins on the line of " + t.Value)
}

// headOnNextLine is vm Box on, with the class on the line below it.
func (w *window) headOnNextLine(t lexer.Token) (habit, bool) {
	if t.Value != "on" || w.value(1) != "" || w.token(1).Pos.Line != t.Pos.Line+1 || !w.endsHead(-1, "vm", "component", "policy") {
		return habit{}, false
	}
	switch next := w.token(2); {
	case w.token(1).Type != tokIdent || next.Pos.Line != w.token(1).Pos.Line:
		return habit{}, false
	case next.Value != "{" && next.Value != "[" && next.Value != "(" && next.Value != ".":
		return habit{}, false
	}
	return w.lineUp("what it is on stands on the line of its head")
}

// lineUp reads the line below the first token behind it.
func (w *window) lineUp(msg string) (habit, bool) {
	t, below := w.token(0), *w
	below.at++
	put := []lexer.Token{t}
	for n := range below.line() {
		next := below.token(n)
		next.Pos.Line = t.Pos.Line
		put = append(put, next)
	}
	h, _ := w.reads(len(put), msg, "", put...)
	between := Span{spanOf(t).End, w.token(1).Pos.Offset}
	h.err.Span, h.err.Hint, h.err.Fix = spanOf(t), "write it behind "+t.Value, &Edit{Span: between, New: " "}
	return h, true
}

// behindValue says whether what stands before is surely a value, and no slip of a word that goes on with one.
func (w *window) behindValue() bool {
	if next := w.value(1); next != "." && next != "(" && w.token(0).Value != "it" { // rather a dot that was left out
		return false
	}
	before := w.token(-1)
	return before.Type != tokIdent || w.token(-2).Value == "." || compares[w.token(-2).Value]
}

// isCondition says whether a condition begins here: h.cpu < 3%, d exists, some(h.vms).
func (w *window) isCondition() bool {
	switch v := w.token(0).Value; {
	case v == "not":
		return w.value(1) != "in"
	case declares[v] || isStepWord[v] || w.firstColumn():
		return false
	}
	n := 1
	for w.value(n) == "." && w.name(n+1) {
		n += 2
	}
	if next := w.value(n); next != "(" {
		return compares[next] || next == "exists"
	}
	open := 0
	for ; open > 0 || w.value(n) == "("; n++ {
		switch v := w.value(n); {
		case v == "" || v == ":" || v == "{" || n == farthest:
			return false
		case v == "(":
			open++
		case v == ")":
			open--
		}
	}
	return compares[w.value(n)] || w.startsLine() && w.value(1) == "(" && w.value(2) != ")" && behindCondition[w.value(n)]
}

// firstColumn says whether a line begins here as a declaration does.
func (w *window) firstColumn() bool {
	at := w.token(0).Pos.Offset
	return at == 0 || w.source[at-1] == '\n'
}

// isMeasured says whether nothing but what something has stands from the nth token on, up to the first: h.planned.cpu.
func (w *window) isMeasured(n int) bool {
	dots := 0
	for ; n < 0; n++ {
		if t := w.token(n); t.Value == "." {
			dots++
		} else if t.Type != tokIdent {
			return false
		}
	}
	return dots > 0
}

// behindCondition are what may follow one that is a call; "" is the end of its line.
var behindCondition = setOf([]string{"", "and", "or", "for", ")", "]", "{", "then", "while", "where", "by"})

// ofSets are functions of one set.
var ofSets = setOf([]string{"some", "all", "min", "max", "count", "sum", "avg"})

// joins is the word that lacks before a condition: where behind what is chosen from, and behind another condition. "" if no
// condition can stand here.
func (w *window) joins() string {
	said := w.startsLine()
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
		case v == "if" || v == "at":
			return ""
		case compares[v] || v == "exists":
			said = true
		case asks[v] && said:
			return "and"
		case (v == "and" || v == "or") && w.isMeasured(n+1):
			return "" // what stands before is no condition: rather a sign between two values lacks
		case v == "within" || v == "let" || v == "var" || v == "then" || v == "else" || declares[v]:
			return ""
		}
	}
	return ""
}
