package lang

import (
	"github.com/alecthomas/participle/v2/lexer"
)

// Habits of the arrows between states: where they stand, what is said behind them, and what of them is left out.

// arrowBehind is when C -> S, where the arrow stands first.
func (w *window) arrowBehind() (habit, bool) {
	if !w.startsLine() || w.token(-1).Value != "}" && w.at != w.reversed && !w.behindCase() {
		return habit{}, false
	}
	n := w.line()
	if n < 3 || w.value(n-2) != "->" || !w.name(n-1) {
		return habit{}, false
	}
	for i := 1; i < n-2; i++ {
		if v := w.value(i); v == "->" || v == "{" || v == "}" {
			return habit{}, false
		}
	}
	clause := map[string]string{"when": "when", "if": "when", "otherwise": "otherwise", "else": "otherwise"}[w.value(0)]
	put := append([]lexer.Token{w.token(n - 2), w.token(n - 1), word(clause, w.token(0))}, w.tokens[w.at+1:w.at+n-2]...)
	new := "-> " + w.value(n-1) + " " + clause
	if cond := w.text(1, n-2); cond != "" {
		new += " " + cond
	}
	return w.reads(n, "an arrow says first where it leads", new, put...)
}

// outcomeBefore is on failure -> S, where the arrow stands last.
func (w *window) outcomeBefore() (habit, bool) {
	n := 0
	if w.value(0) == "on" {
		n++
	}
	outcome := w.token(n)
	end := n + 1
	if w.value(end) == "undo" {
		end++
	}
	behind, undo := end+2, ""
	if w.value(behind) == "undo" && end == n+1 {
		behind, undo = behind+1, " undo"
	}
	if !outcomeOf[outcome.Value] || w.value(end) != "->" || !w.name(end+1) || !w.endsArrow(behind) {
		return habit{}, false
	}
	put := append([]lexer.Token{w.token(end), w.token(end + 1), word("on", w.token(0))}, w.tokens[w.at+n:w.at+end]...)
	if undo != "" {
		put = append(put, w.token(end+2))
	}
	return w.reads(behind, "an arrow says first where it leads", "-> "+w.value(end+1)+" on "+w.text(n, end)+undo, put...)
}

// wordBeforeState is -> otherwise B, -> final B and -> final.
func (w *window) wordBeforeState(arrow lexer.Token) (habit, bool) {
	word, to := w.token(1), w.token(2)
	if word.Value == "final" && (w.endsArrow(2) || w.value(2) == "on" || w.value(2) == "when" || w.value(2) == "otherwise") {
		h, _ := w.reads(2, "an arrow leads to a state by its name", "", arrow, nameless(word))
		h.err.Span, h.err.Hint, h.err.Fix = spanOf(word), "write -> NAME, as the final state is called", nil
		return h, true
	}
	if !w.name(2) || w.value(3) == "{" || w.value(3) == "->" {
		return habit{}, false
	}
	if word.Value == "otherwise" {
		if !w.endsArrow(3) {
			return habit{}, false
		}
		return w.reads(3, "an arrow says first where it leads", "-> "+to.Value+" otherwise", arrow, to, word)
	}
	return w.reads(3, "an arrow leads to a state by its name alone", "-> "+to.Value, arrow, to)
}

// dot is a->start, and a->tune(3), where the arrow stands for a dot: a step begins so.
func (w *window) dot(t lexer.Token) (habit, bool) {
	before := w.token(-1)
	if before.Type != tokIdent || spanOf(before).End != t.Pos.Offset || w.token(1).Pos.Offset != spanOf(t).End || !w.inSteps() {
		return habit{}, false
	}
	first := (&window{tokens: w.tokens, at: w.at - 1}).startsLine()
	if v := w.value(2); v != "(" && v != ")" && v != "," && !(first && w.endsArrow(2)) {
		return habit{}, false
	}
	return w.reads(1, `"->" leads from one state to another`, ".", word(".", t))
}

// inSteps says whether the innermost block that is open here holds statements.
func (w *window) inSteps() bool {
	for n, open := -1, 0; n > -farthest; n-- {
		switch v := w.token(n).Value; {
		case v == "":
			return false
		case v == "}":
			open++
		case v == "{" && open > 0:
			open--
		case open == 0 && (v == "state" || v == "final" || v == "for" || v == "plan" || v == "fork"):
			return true
		case open == 0 && declares[v]:
			return false
		}
	}
	return false
}

// placed is move v to h, in a plan.
func (w *window) placed(t lexer.Token) (habit, bool) {
	if w.value(2) != "to" || !w.name(3) || !w.inPlan() {
		return habit{}, false
	}
	return w.reads(4, means(t.Value), "place "+w.value(1)+" on "+w.value(3), word("place", t), w.token(1), word("on", w.token(2)), w.token(3))
}

// inPlan says whether a plan is open here.
func (w *window) inPlan() bool {
	for n, open := -1, 0; n > -farthest; n-- {
		switch v := w.token(n).Value; {
		case v == "" || v == "state" || v == "final":
			return false
		case v == "}":
			open++
		case v == "{" && open > 0:
			open--
		case v == "{" && w.token(n-1).Value == "plan":
			return true
		}
	}
	return false
}

// behindCase says whether the arrow before says already when it is taken.
func (w *window) behindCase() bool {
	said := false
	for n := -1; n > -farthest; n-- {
		switch w.token(n).Value {
		case "->":
			return said
		case "when", "on", "otherwise":
			said = true
		case "", "{", "}":
			return false
		}
	}
	return false
}

// outcomes are words for how a state may end.
var outcomes = map[string]string{
	"no": "failure", "fail": "failure", "failed": "failure", "fails": "failure", "error": "failure", "err": "failure", "exception": "failure",
	"timeout": "failure", "yes": "success", "ok": "success", "succeeded": "success", "done": "success", "completion": "success",
}

// clause is a word behind an arrow that is called otherwise here.
func (w *window) clause(n int, meant, new string) (habit, bool) {
	h, _ := w.reads(n, means(w.value(n-1)), new, w.token(0), w.token(1), word(meant, w.token(n-1)))
	h.err.Span = spanOf(w.token(n - 1))
	return h, true
}

// alsoArrow is a comma between two ways out of a state: -> B on success, C on failure.
func (w *window) alsoArrow(t lexer.Token) (habit, bool) {
	n := 1
	if w.value(1) == "->" {
		n = 2
	}
	if !w.name(n) || w.token(-1).Type == tokSign && w.value(-1) != ")" || !w.behindArrow() || w.inParentheses() {
		return habit{}, false
	}
	switch w.value(n + 1) {
	case "", "on", "when", "otherwise", "if", "else":
	default:
		return habit{}, false
	}
	h, _ := w.reads(n, "each arrow leads to one state", " ->", word("->", t))
	h.err.Hint = "write -> " + w.value(n) + " in place of the comma"
	return h, true
}

// inParentheses says whether a parenthesis is open before the first token on its line.
func (w *window) inParentheses() bool {
	for n, open := -1, 0; n > -farthest && w.value(n) != ""; n-- {
		switch w.value(n) {
		case ")":
			open++
		case "(":
			if open--; open < 0 {
				return true
			}
		}
	}
	return false
}

// behindArrow says whether an arrow stands before, on the line.
func (w *window) behindArrow() bool {
	for n := -1; n > -farthest && w.token(n).Pos.Line == w.token(0).Pos.Line; n-- {
		switch w.token(n).Value {
		case "{", "}", ";":
			return false
		case "->":
			return true
		}
	}
	return false
}

// either is -> B if C else D.
func (w *window) either(t lexer.Token) (habit, bool) {
	if v := w.value(2); v != "if" && v != "when" {
		return habit{}, false
	}
	n := 4
	for ; w.value(n) != "else" && w.value(n) != "otherwise"; n++ {
		switch w.value(n) {
		case "", "->", "{", "}", ";", ",", "then":
			return habit{}, false
		}
		if n == farthest {
			return habit{}, false
		}
	}
	cond, end := n, n+1
	if w.value(end) == "->" {
		end++
	}
	if !w.name(end) || w.value(end+1) != "" && w.value(end+1) != "}" {
		return habit{}, false
	}
	put := append([]lexer.Token{t, w.token(1), word("when", w.token(2))}, w.tokens[w.at+3:w.at+cond]...)
	put = append(put, word("->", w.token(cond)), w.token(end))
	h, _ := w.reads(end+1, "each arrow leads to one state", "-> "+w.value(1)+" when "+w.text(3, cond)+" -> "+w.value(end), put...)
	return h, true
}

// elseArrow is -> B else -> C: the first of both says no condition. If more is said behind the second, the word may as well be
// the first one's.
func (w *window) elseArrow(t lexer.Token) (habit, bool) {
	if v := w.value(2); v != "else" && v != "otherwise" || w.value(3) != "->" || !w.name(4) || w.value(5) != "" && w.value(5) != "}" {
		return habit{}, false
	}
	when := word("when", w.token(2))
	h, _ := w.reads(3, "this arrow doesn't say when it is taken", "", t, w.token(1), when, nameless(when))
	h.err.Hint = "write -> " + w.value(1) + " when C, or on success; then -> " + w.value(4)
	h.err.Fix = nil
	return h, true
}

// inBlock is arrows at the end of a state's block, on one line: state A { stop t -> B }.
func (w *window) inBlock(t lexer.Token) (habit, bool) {
	n := 1
	for w.value(n) != "}" {
		if v := w.value(n); n == farthest || v == "{" || v == "state" || v == "final" || v == "" {
			return habit{}, false
		}
		n++
	}
	switch w.token(n + 1).Value {
	case "state", "final", "->", "}":
	default:
		return habit{}, false
	}
	if !w.inState() {
		return habit{}, false
	}
	put := append([]lexer.Token{word("}", t)}, w.tokens[w.at:w.at+n]...)
	h, _ := w.reads(n+1, "an arrow stands behind the block of its state", "} "+w.text(0, n), put...)
	h.err.Span = spanOf(t)
	return h, true
}

// inState says whether the innermost block that is open here is a state's, and no arrow stands in it.
func (w *window) inState() bool {
	open := 0
	for n := -1; n > -farthest; n-- {
		switch w.token(n).Value {
		case "}":
			open++
		case "{":
			if open--; open < 0 {
				return w.token(n-1).Type == tokIdent && w.token(n-2).Value == "state"
			}
		case "", "->", "state", "final":
			return false
		}
	}
	return false
}

// arrowsBlock is a block behind an arrow: -> B when C { }.
func (w *window) arrowsBlock(t lexer.Token) (habit, bool) {
	if !w.behindOperand() || w.token(-1).Pos.Line != t.Pos.Line || !w.behindArrow() {
		return habit{}, false
	}
	if w.token(-1).Type == tokIdent {
		switch v := w.token(-2); {
		case v.Type == tokIdent && v.Value != "on", v.Type == tokNumber, v.Value == ")", v.Value == "state", v.Value == "final":
			return habit{}, false
		}
	}
	open, n := 1, 1
	for ; open > 0; n++ {
		switch v := w.token(n).Value; {
		case v == "{":
			open++
		case v == "}":
			open--
		case v == "->" || v == "state" || v == "final" || v == "" || n == farthest:
			return habit{}, false
		}
	}
	h, _ := w.reads(n, "an arrow has no block", "")
	h.err.Fix.Span.Start = spanOf(w.token(-1)).End
	h.err.Hint = "leave it out: what is done stands in the block of the state that the arrow leads to"
	h.err.Span = spanOf(t)
	h.err.Fix.Guess = n > 2
	return h, true
}

// outcomeOf are how a state ends.
var outcomeOf = setOf([]string{"failure", "success"})

// outcomeSaid are other words for how a state ends.
var outcomeSaid = map[string]string{"failed": "failure", "succeeded": "success"}

// saidOutcome is -> B if failed.
func (w *window) saidOutcome(arrow lexer.Token) (habit, bool) {
	clause, ends := w.value(2), outcomeSaid[w.value(3)]
	if ends == "" || clause != "if" && clause != "on" && (clause != "when" || w.says(w.value(3)+" =") || w.says(w.value(3)+":")) || !w.endsArrow(4) && w.value(4) != "undo" {
		return habit{}, false
	}
	new := "on " + ends
	h, _ := w.reads(4, "how a state ends is said with on", new, arrow, w.token(1), word("on", w.token(2)), word(ends, w.token(3)))
	h.err.Span = Span{w.token(2).Pos.Offset, spanOf(w.token(3)).End}
	h.err.Fix.Span = h.err.Span
	return h, true
}

// outcome is -> B if failure and -> B failure, where the nth word says how the state ends.
func (w *window) outcome(n int, arrow lexer.Token) (habit, bool) {
	on, new := word("on", w.token(n)), "-> "+w.value(1)+" on "+w.value(n)
	if n == 2 {
		on.Pos.Column = 0
	}
	end := n + 1
	if n == 2 && w.value(end) == "on" { // failure on
		end++
	}
	h, _ := w.reads(end, "how a state ends is said with on", new, arrow, w.token(1), on, w.token(n))
	h.err.Span = Span{w.token(2).Pos.Offset, spanOf(w.token(n)).End}
	return h, true
}

// endsArrow says whether an arrow ends before the nth token.
func (w *window) endsArrow(n int) bool {
	switch w.value(n) {
	case "", "}", ";", "->", "at", "state", "final":
		return true
	}
	return false
}
