package lang

import (
	"slices"

	"github.com/alecthomas/participle/v2/lexer"
)

// Functions and parameters as other languages write them: their types, and what stands between a head and a body.

// returned is func f() { return X } and func f() { X }, on one line or on three.
func (w *window) returned() (habit, bool) {
	if w.begins() != "func" || w.saidBefore("=") {
		return habit{}, false
	}
	from := 1
	if w.token(1).Value == "return" {
		from++
	}
	for n := from; n < maxNesting; n++ {
		switch t := w.token(n); {
		case t.EOF() || t.Value == "{" || t.Value == "=" || n > from && t.Value != "}" && t.Pos.Line != w.token(from).Pos.Line:
			return habit{}, false
		case t.Value == "}" && n == from:
			return habit{}, false
		case t.Value == "}":
			body := append([]lexer.Token{word("=", w.token(0))}, w.tokens[w.at+from:w.at+n]...)
			h, _ := w.reads(n+1, "a function is one expression, behind =", "= "+w.text(from, n), body...)
			h.err.Span = w.span(from)
			return h, true
		}
	}
	return habit{}, false
}

// bodyArrow is func f(x: int) => x + 1.
func (w *window) bodyArrow() (habit, bool) {
	arrow := w.token(1)
	if arrow.Value != ">" || arrow.Pos.Offset != w.token(0).Pos.Offset+1 || w.begins() != "func" || w.saidBefore("=") {
		return habit{}, false
	}
	return w.reads(2, "what a function is stands behind =", "=", word("=", w.token(0)))
}

// bodyColon is func f(x: rack): x.cpu < 50%.
func (w *window) bodyColon() (habit, bool) {
	if w.token(-1).Value != ")" || w.begins() != "func" || w.saidBefore("=") {
		return habit{}, false
	}
	if h, ok := w.bodyBehindType(); ok {
		return h, true
	}
	isType := true
	for n := 1; n < farthest && w.value(n) != ""; n++ {
		v := w.value(n)
		if v == "=" || v == "{" {
			return habit{}, false
		}
		isType = isType && (w.name(n) || v == "?" || v == "[" || v == "]")
	}
	if isType { // the = stands on the next line
		return habit{}, false
	}
	return w.reads(1, "what a function is stands behind =", "=", word("=", w.token(0)))
}

// bodyBehindType is func f(h: rack): bool h.cpu < 50%, and the same with a colon in the place of its =.
func (w *window) bodyBehindType() (habit, bool) {
	n := 2
	if w.value(n) == "?" {
		n++
	}
	colon := w.value(n) == ":"
	if !colon && !w.name(n) && w.token(n).Type != tokNumber && w.value(n) != "if" && w.value(n) != "not" || w.value(n) == "" || goesOnAnExpression[w.value(n)] || isTypeWord[w.value(n)] || w.value(n+1) == "=" || !w.name(1) || !w.isType(w.value(1)) {
		return habit{}, false
	}
	put := slices.Clone(w.tokens[w.at : w.at+n])
	if colon {
		h, _ := w.reads(n+1, "what a function is stands behind =", "=", append(put, word("=", w.token(n)))...)
		h.err.Span = spanOf(w.token(n))
		h.err.Fix.Span = wideOf(w.token(n-1), w.token(n))
		h.err.Fix.New = " ="
		return h, true
	}
	h, _ := w.reads(n, "what a function is stands behind =", "= "+w.value(n)+" …", append(put, sign("=", w.token(n)))...)
	h.put[n].Pos.Column = 0
	h.err.Span = spanOf(w.token(n))
	h.err.Fix = &Edit{Span: Span{h.err.Span.Start, h.err.Span.Start}, New: "= "}
	return h, true
}

// typeEquals is func f(h= rack) = h.cpu > 5%, and func f(h: rack)= bool = h.cpu > 5%.
func (w *window) typeEquals() (habit, bool) {
	if w.value(2) == "=" && w.name(1) && w.token(-1).Value == ")" && w.begins() == "func" && w.isType(w.value(1)) {
		return w.swap("a function's type stands behind a colon", ":")
	}
	if before := w.token(-2).Value; before != "(" && before != "," || w.token(-1).Type != tokIdent || !w.name(1) || !w.isParam() {
		return habit{}, false
	}
	return w.reads(1, "what a parameter is stands behind a colon", ":", word(":", w.token(0)))
}

// nextParam is f(a: int b: int), which lacks a comma.
func (w *window) nextParam(t lexer.Token) (habit, bool) {
	if w.value(1) != ":" || w.token(-2).Value != ":" || w.token(-1).Type != tokIdent || !w.isParam() {
		return habit{}, false
	}
	h, _ := w.reads(1, "a comma stands between parameters", ", "+t.Value, word(",", t), t)
	h.put[0].Pos.Column = 0
	h.err.Fix = &Edit{Span: Span{spanOf(w.token(-1)).End, spanOf(w.token(-1)).End}, New: ","}
	h.err.Hint = "write a comma before it"
	return h, true
}

// equalsAgain is func f(x: int): bool = x = 3, where the second asks.
func (w *window) equalsAgain() (habit, bool) {
	if w.begins() != "func" || !w.inBody() || !w.behindOperand() || w.value(1) == "" || w.value(1) == "=" || w.value(1) == ">" || w.value(1) == "<" {
		return habit{}, false
	}
	return w.reads(1, "equality is written ==", "==", word("==", w.token(0)))
}

// inBody says whether the = of a function stands before, outside of its parameters.
func (w *window) inBody() bool {
	open := 0
	for n := w.head(); n < 0; n++ {
		switch w.token(n).Value {
		case "(":
			open++
		case ")":
			open--
		case "=":
			if open == 0 {
				return true
			}
		}
	}
	return false
}
