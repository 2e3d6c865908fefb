package lang

import (
	"slices"
	"strings"

	"github.com/alecthomas/participle/v2/lexer"
)

// Steps, loops and conditions in words of other languages, and words that are one too many or too few there.

// opBody is op go(n: int) { exec("…") }.
func (w *window) opBody() (habit, bool) {
	if next := w.value(1); next != "exec" && next != "template" || w.value(2) != "(" || !w.saidBefore("op") {
		return habit{}, false
	}
	n := 3
	for open := 1; open > 0; n++ {
		switch v := w.value(n); {
		case v == "" || v == "{" || v == "}" || n == farthest:
			return habit{}, false
		case v == "(":
			open++
		case v == ")":
			open--
		}
	}
	if w.value(n) != "}" {
		return habit{}, false
	}
	return w.reads(n+1, "what an operation does stands behind =", "= "+w.text(1, n), append([]lexer.Token{word("=", w.token(0))}, w.tokens[w.at+1:w.at+n]...)...)
}

// nameInBlock is final { Done }, where the block has the name of its state and nothing else.
func (w *window) nameInBlock(t lexer.Token) (habit, bool) {
	if w.value(1) != "{" || !w.name(2) || w.value(3) != "}" || isStepWord[w.value(2)] {
		return habit{}, false
	}
	return w.reads(4, "this state has its name in braces", t.Value+" "+w.value(2), t, w.token(2))
}

// atOnce is at most 3 {, max 3 at once { and one by one {, of a loop.
func (w *window) atOnce(t lexer.Token) (habit, bool) {
	if w.begins() != "for" || !w.behindOperand() && w.token(-1).Value != "desc" {
		return habit{}, false
	}
	if w.token(-1).Value == "at" {
		return habit{}, false
	}
	ends := func(n int) bool { return w.value(n) == "{" || w.value(n) == "on" && w.value(n+1) == "failure" }
	number := w.token(1)
	switch {
	case t.Value == "one" && (w.value(1) == "by" || w.value(1) == "after") && (w.value(2) == "one" && ends(3)):
		return w.reads(3, means(w.text(0, 3)), "one at a time", t, word("at", w.token(1)), word("a", w.token(1)), word("time", w.token(2)))
	case t.Value == "at" && w.value(1) == "most" && w.token(2).Type == tokNumber && ends(3):
		put := append(slices.Clone(w.tokens[w.at:w.at+3]), sign("at", w.token(2)), sign("once", w.token(2)))
		return w.reads(3, "a loop says how many it does at once", w.text(0, 3)+" at once", put...)
	case (t.Value == "max" || t.Value == "most" || t.Value == "upto") && number.Type == tokNumber && w.value(2) == "at" && w.value(3) == "once" && ends(4):
		return w.reads(1, means(t.Value), "at most", word("at", t), word("most", t))
	}
	return habit{}, false
}

// grown is App+ new.start, and new = App+ at the end of its line.
func (w *window) grown(t lexer.Token) (habit, bool) {
	class, plus := w.token(0), w.value(1)
	switch {
	case t.Value == "=" && w.token(-1).Type == tokIdent && w.name(1) && w.value(2) == "+" && w.isType(w.value(1)) && (w.value(3) == "" || w.value(3) == "}" || w.name(3) && w.value(4) == "."):
		return w.reads(3, "what is made is said with ++", "= "+w.value(1)+"++", t, w.token(1), word("++", w.token(2)))
	case t.Type != tokIdent || plus != "+" || !w.startsLine() || !w.isType(t.Value):
	case w.value(2) == "" || w.value(2) == "}":
		return w.reads(2, "what is made is said with ++", t.Value+"++", class, word("++", w.token(1)))
	case w.name(2) && w.value(3) == ".": // which has the name of what is made
		new := word(w.value(2), t)
		return w.reads(2, "what is made is said with ++, and gets a name", w.value(2)+" = "+t.Value+"++", new, word("=", t), class, word("++", w.token(1)))
	}
	return habit{}, false
}

// behindTo is migrate v to is h, and attr high: is percent, with a word too many before what is named.
func (w *window) behindTo(t lexer.Token) (habit, bool) {
	if before := w.token(-1).Value; before != "to" && before != "on" && before != ":" && before != "=" || !w.name(1) || goesOnAName[w.value(1)] {
		return habit{}, false
	}
	h, _ := w.reads(1, means(t.Value), "")
	h.err.Hint, h.err.Fix.Span.End = "leave it out", w.token(1).Pos.Offset
	return h, true
}

// eachOf is count(v in h.vms where v.cpu < 5%), where each is called it.
func (w *window) eachOf(t lexer.Token) (habit, bool) {
	if w.token(-1).Value != "(" || !ofSets[w.token(-2).Value] || w.value(1) != "in" || !w.name(2) {
		return habit{}, false
	}
	var put []lexer.Token
	depth, n := 0, 2
	for ; depth >= 0; n++ {
		next := w.token(n)
		switch v := next.Value; {
		case next.EOF() || v == "{" || v == "}" || n == farthest:
			return habit{}, false
		case v == "(":
			depth++
		case v == ")":
			depth--
		case v == t.Value && next.Type == tokIdent && w.token(n-1).Value != ".":
			next = word("it", next)
		}
		if depth >= 0 {
			put = append(put, next)
		}
	}
	n--
	var text strings.Builder
	for i, next := range put {
		if i > 0 {
			text.WriteString(w.source[spanOf(w.token(i+1)).End:w.token(i+2).Pos.Offset])
		}
		text.WriteString(next.Value)
	}
	h, _ := w.reads(n, "each of a set is called it", text.String(), put...)
	h.err.Span = w.span(2)
	return h, true
}

// notEqual is it not h, where it != h is meant.
func (w *window) notEqual(t lexer.Token) (habit, bool) {
	next := w.token(1)
	if before := w.token(-1); before.Type == tokIdent && w.value(-2) == "(" && ofSets[w.value(-3)] && w.value(1) != "in" { // some(ill not it.cpu exists)
		h, _ := w.reads(1, "which ones are meant is said behind where", "", sign("where", t), t)
		h.err.Hint, h.err.Fix = "write where before it", &Edit{Span: Span{t.Pos.Offset, t.Pos.Offset}, New: "where "}
		return h, true
	}
	if !w.behindOperand() || !w.name(1) && next.Type != tokNumber && w.value(1) != "none" || w.value(1) == "" || w.value(2) == "(" || !inCondition(w.tokens, w.at) {
		return habit{}, false
	}
	if set := w.value(1); w.says(set+" = [") || w.says(set+": [") || w.says(set+": set") {
		return w.reads(1, means("not")+" between two values", "not in", word("not", t), word("in", t))
	}
	if v, before := w.token(-1).Value, w.token(-2); v == "exists" || asks[v] || before.Type == tokIdent && !asks[before.Value] { // two names in a row
		return habit{}, false
	}
	h, _ := w.reads(1, means("not")+" between two values", "!=", word("!=", t))
	h.err.Hint, h.err.Fix.Guess = "write !=, or not in if what follows is a set", true
	return h, true
}

// itLacks is where != h, without what is compared.
func (w *window) itLacks(t lexer.Token) (habit, bool) {
	if w.token(-1).Value != "where" {
		return habit{}, false
	}
	h, _ := w.reads(1, "what is compared stands before "+t.Value, "it "+t.Value, word("it", t), t)
	h.put[0].Pos.Column = 0
	h.err.Hint, h.err.Fix = "write it "+t.Value, &Edit{Span: Span{t.Pos.Offset, t.Pos.Offset}, New: "it "}
	return h, true
}

// inTime is migrate v to h in 2min.
func (w *window) inTime(t lexer.Token) (habit, bool) {
	_, unit := splitNumber(w.value(1))
	if of, _ := UnitOf(unit); w.token(1).Type != tokNumber || of.Type != "duration" || !w.behindOperand() || w.begins() == "budget" || w.begins() == "clients" || w.begins() == "requests" || w.begins() == "load" || w.saidBefore("for", "where", "when", "if") {
		return habit{}, false
	}
	return w.reads(1, "how long it may take is said with within", "within", word("within", t))
}

// everyLacks is event tick 5min.
func (w *window) everyLacks(unit string) (habit, bool) {
	t := w.token(0)
	if of, _ := UnitOf(unit); of.Type != "duration" || w.begins() != "event" || !w.behindHead() || w.value(1) != "" || w.token(-1).Value == "every" {
		return habit{}, false
	}
	h, _ := w.reads(1, "an event says how often it comes", "every "+t.Value, sign("every", t), t)
	h.err.Fix = &Edit{Span: Span{t.Pos.Offset, t.Pos.Offset}, New: "every "}
	return h, true
}

// valueBelow is let w = with a name on the line below, and another step behind that.
func (w *window) valueBelow() (habit, bool) {
	t, value := w.token(0), w.token(1)
	if w.value(1) != "" || value.Type != tokIdent || value.Pos.Line != t.Pos.Line+1 || w.token(-1).Type != tokIdent {
		return habit{}, false
	}
	if isStepWord[value.Value] || isFieldName[value.Value] || declares[value.Value] || value.Value == "attr" || value.Value == "op" || value.Value == "ready" {
		return habit{}, false
	}
	next, behind := w.token(2), w.token(3)
	if next.Pos.Line != value.Pos.Line || next.Type != tokIdent && !declares[next.Value] && next.Value != "let" && next.Value != "var" {
		return habit{}, false
	}
	begins := isStepWord[next.Value] || next.Value == "attr" || next.Value == "op" || declares[next.Value] || next.Value == "let" || next.Value == "var"
	if !begins && behind.Value != "=" && behind.Value != "+=" && behind.Value != "-=" || goesOnAnExpression[next.Value] && !isStepWord[next.Value] && next.Value != "attr" && next.Value != "op" && next.Value != "let" {
		return habit{}, false
	}
	value.Pos.Line = t.Pos.Line
	h, _ := w.reads(2, "a name stands on the line of its =, if more follows it", "", t, value)
	h.err.Hint, h.err.Fix = "write "+value.Value+" behind the =", &Edit{Span: Span{spanOf(t).End, w.token(1).Pos.Offset}, New: " "}
	h.err.Span = spanOf(t)
	return h, true
}

// migrateCall is migrate(v, h), from the parenthesis on.
func (w *window) migrateCall() (habit, bool) {
	n := 1
	for w.name(n) && w.value(n+1) == "." {
		n += 2
	}
	comma := n + 1
	if !w.name(n) || w.value(comma) != "," && w.value(comma) != "to" || !w.name(comma+1) {
		return habit{}, false
	}
	end := comma + 1
	for w.name(end) && w.value(end+1) == "." {
		end += 2
	}
	if !w.name(end) || w.value(end+1) != ")" {
		return habit{}, false
	}
	put := slices.Clone(w.tokens[w.at+1 : w.at+end+1])
	put[comma-1] = word("to", w.token(comma))
	vm, host := w.text(1, comma), w.text(comma+1, end+1)
	h, _ := w.reads(end+2, "a migration says what goes where", " "+vm+" to "+host, put...)
	h.err.Hint = "write migrate " + vm + " to " + host
	return h, true
}

// endsElsewhere is end, alone on its line, where a brace closes the block.
func (w *window) endsElsewhere(t lexer.Token) (habit, bool) {
	before, next := w.token(-1), w.token(1)
	if t.Value != "end" || w.value(1) != "" || before.Pos.Line == t.Pos.Line || !w.behindOperand() && before.Value != "}" && before.Value != "++" && before.Value != "--" || next.Value == "=" || next.Value == "." {
		return habit{}, false
	}
	return w.reads(1, means("end"), "}", word("}", t))
}

// opElsewhere is method drain(a: App) drains = exec("…").
func (w *window) opElsewhere(t lexer.Token) (habit, bool) {
	switch t.Value {
	case "method", "def", "fn", "func", "function", "operation", "action":
	default:
		return habit{}, false
	}
	if !w.name(1) || !w.deep() {
		return habit{}, false
	}
	for n := 2; n < farthest && w.value(n) != ""; n++ {
		if v := w.value(n); (v == "exec" || v == "template") && w.value(n-1) == "=" && w.value(n+1) == "(" {
			return w.reads(1, means(t.Value), "op", word("op", t))
		}
	}
	return habit{}, false
}

// letElsewhere is val v = max(h.vms by cpu).
func (w *window) letElsewhere(t lexer.Token) (habit, bool) {
	switch t.Value {
	case "val", "const", "auto", "local", "my":
	default:
		return habit{}, false
	}
	if !w.name(1) || w.value(2) != "=" || w.value(3) == "" || !w.inSteps() {
		return habit{}, false
	}
	return w.reads(1, means(t.Value), "let", word("let", t))
}

// policyElsewhere is rule P on hot(h: rack) {, with states in its block.
func (w *window) policyElsewhere(t lexer.Token) (habit, bool) {
	if declares[t.Value] || !w.firstColumn() || !w.name(1) || w.value(2) != "on" || !w.name(3) {
		return habit{}, false
	}
	n := w.line()
	if first := w.token(n); w.value(n-1) != "{" || first.Value != "state" && first.Value != "final" && !w.says("event "+w.value(3)) {
		return habit{}, false
	}
	return w.reads(1, means(t.Value), "policy", word("policy", t))
}

// longArrow is --> S, and => S.
func (w *window) longArrow(t lexer.Token) (habit, bool) {
	head := w.token(1)
	if t.Value != "--" && t.Value != "=" || head.Value != ">" || head.Pos.Offset != spanOf(t).End || !w.startsLine() && w.token(-1).Value != "}" || !w.name(2) {
		return habit{}, false
	}
	return w.reads(2, "an arrow is written ->", "->", w.joined(2, "->"))
}

// into is clients of Web: 0 until 1min, into 30 at 5min.
func (w *window) into(t lexer.Token) (habit, bool) {
	if w.token(1).Type != tokNumber || w.value(2) != "at" || !w.inLoad() {
		return habit{}, false
	}
	return w.reads(1, means("into"), "to", word("to", t))
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
