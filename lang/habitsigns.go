package lang

import (
	"slices"
	"strings"

	"github.com/alecthomas/participle/v2/lexer"
)

// Signs in the place of others: a semicolon or a colon for =, a dot or a word, and brackets and bounds as they are written elsewhere.

// close says whether the first token stands between two others without a blank.
func (w *window) close() bool {
	return spanOf(w.token(-1)).End == w.token(0).Pos.Offset && w.token(1).Pos.Offset == spanOf(w.token(0)).End
}

// swap reads a sign in the place of the first token.
func (w *window) swap(msg, sign string) (habit, bool) {
	h, _ := w.reads(1, msg, sign, word(sign, w.token(0)))
	if isLetter(sign[0]) && spanOf(w.token(-1)).End == h.err.Span.Start {
		h.err.Fix.New = " " + h.err.Fix.New
	}
	if isLetter(sign[0]) && w.token(1).Pos.Offset == h.err.Span.End {
		h.err.Fix.New += " "
	}
	return h, true
}

// semicolon is count ; 4, and fig;clamp(x).
func (w *window) semicolon() (habit, bool) {
	before, next := w.token(-1), w.token(1)
	if before.Value == ")" && w.name(1) && w.value(2) == "=" && w.begins() == "func" {
		return w.swap("a function's type stands behind a colon", ":")
	}
	if before.Type != tokIdent || before.Pos.Line != w.token(0).Pos.Line {
		return habit{}, false
	}
	switch value := next.Type == tokNumber || next.Type == tokString || next.Value == "["; {
	case next.Pos.Line != before.Pos.Line:
	case w.token(-2).Value == "," && next.Type == tokIdent && w.closes(-1) && w.closes(1) && before.Value == "on":
		return w.swap("what is given stands behind a colon", ":")
	case w.typed():
		return w.swap("a type stands behind a colon", ":")
	case value && w.unvalued():
		return w.swap("a value stands behind =", "=")
	case next.Type == tokIdent && w.close() && (w.begins() == "func" || w.begins() == "event" || w.closes(-1) && w.closes(1)):
		return w.swap("what something has stands behind a dot", ".")
	}
	return habit{}, false
}

// typed says whether a type and a value follow: ; int = 3.
func (w *window) typed() bool {
	n := 1
	for w.value(n) == "[" {
		n++
	}
	if !w.name(n) {
		return false
	}
	for n++; w.value(n) == "]" || w.value(n) == "?"; n++ {
	}
	first := w.token(-2).Value
	return w.value(n) == "=" && (first == "let" || first == "var" || first == "attr" || first == "param")
}

// unvalued says whether a name that can have a value ends before the first token, on its line, without one.
func (w *window) unvalued() bool {
	for n := -1; n > -farthest; n-- {
		switch t := w.token(n); {
		case t.Value == "let" || t.Value == "var" || t.Value == "attr" || t.Value == "param":
			return true
		case n == -2 && isFieldName[w.token(-1).Value] && t.Value != "." && t.Value != "=":
			return true
		case t.Value == "" || t.Pos.Line != w.token(0).Pos.Line || endsLine[t.Value]:
			return false
		case t.Type != tokIdent && t.Value != ":":
			return false
		}
	}
	return false
}

// headColon is vm Box: rack {, event tick: every 5min, cooldown: 10min and h:cpu > 5%.
func (w *window) headColon() (habit, bool) {
	before := w.token(-2)
	declared := before.Pos.Line == w.token(0).Pos.Line && w.name(1)
	switch next := w.value(1); {
	case declared && (before.Value == "vm" || before.Value == "component") && (w.value(2) == "{" || w.value(2) == "["):
		return w.swap("what it stands on is said with on", "on")
	case declared && before.Value == "event" && (next == "every" || next == "when"):
		h, _ := w.reads(1, "an event has no colon", "")
		h.err.Hint = "leave it out"
		return h, true
	case (before.Value == "let" || before.Value == "var") && declared && (w.value(2) == "(" || w.value(2) == "."):
		return w.swap("a name gets its value with =", "=")
	case clauses[w.token(-1).Value] && w.token(1).Type == tokNumber && !gives[before.Value] && before.Pos.Line == w.token(0).Pos.Line && w.begins() != "use":
		h, _ := w.reads(1, "what "+w.token(-1).Value+" says stands right behind it", "")
		h.err.Hint = "leave out the colon"
		return h, true
	}
	return w.dotMeant()
}

// dotMeant is h:cpu, h->cpu and h=cpu, where h.cpu is compared.
func (w *window) dotMeant() (habit, bool) {
	if w.token(-1).Type != tokIdent || !w.name(1) || !w.close() || !compares[w.value(2)] || !asks[w.token(-2).Value] {
		return habit{}, false
	}
	return w.swap("what something has stands behind a dot", ".")
}

// bounds are how many there may be as it is written elsewhere: [1-4], [1->4], [1,4], [1:4] and [1 to 4].
func (w *window) bounds() (habit, bool) {
	least, most := 1, 3
	if w.value(least) == ".." { // [..4]
		least, most = 0, 2
	} else if w.token(least).Type != tokNumber {
		return habit{}, false
	}
	switch w.value(most - 1) {
	case "-", "->", ",", ":", ";", "to", "=":
	case "..":
		if least > 0 {
			return habit{}, false
		}
	default:
		return habit{}, false
	}
	if w.token(most).Type != tokNumber && w.value(most) != "*" || w.value(most+1) != "]" {
		return habit{}, false
	}
	if before := w.token(-1); before.Type != tokIdent && before.Value != "--" {
		return habit{}, false
	}
	if first := w.begins(); first != "link" && first != "component" || w.saidBefore("{") {
		return habit{}, false
	}
	from := word("0", w.token(1))
	if least > 0 {
		from = w.token(least)
	}
	put := []lexer.Token{w.token(0), from, word("..", w.token(most-1)), w.token(most)}
	return w.reads(most+2, "how many there may be is said from the least to the most", "["+from.Value+".."+w.value(most)+"]", append(put, w.token(most+1))...)
}

// listOf are texts between braces or parentheses, behind a =: { "a", "b" }.
func (w *window) listOf() (habit, bool) {
	if w.token(-1).Value != "=" || w.token(1).Type != tokString {
		return habit{}, false
	}
	n := 2
	for w.token(n).Value == "," && w.token(n+1).Type == tokString && n < farthest {
		n += 2
	}
	ends := map[string]string{"{": "}", "(": ")"}[w.value(0)]
	if w.token(n).Value != ends || ends == ")" && n == 2 {
		return habit{}, false
	}
	put := slices.Clone(w.tokens[w.at : w.at+n+1])
	put[0].Value, put[n].Value = "[", "]"
	return w.reads(n+1, "several texts stand in brackets", "["+w.text(1, n)+"]", put...)
}

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

// goesOnBehindComma are the words before which a comma is too much.
var goesOnBehindComma = setOf([]string{"desc", "where", "while", "by", "within", "every", "stale", "last", "over"})

// commaBefore is min(rack by cpu, where it != h), and avg(h.cpu, last 30s).
func (w *window) commaBefore(t lexer.Token) (habit, bool) {
	next := w.token(1)
	if !goesOnBehindComma[next.Value] {
		return habit{}, false
	}
	first, inHead := w.begins(), false
	switch {
	case (first == "for" || first == "pick") && (next.Value == "desc" || next.Value == "where" || next.Value == "while" || next.Value == "by"),
		first == "migrate" && next.Value == "within", first == "probe" && (next.Value == "every" || next.Value == "stale"):
		inHead = true
	case next.Value == "where" || next.Value == "by" && w.token(2).Type == tokIdent:
	case (next.Value == "last" || next.Value == "over") && w.token(2).Type == tokNumber:
	default:
		return habit{}, false
	}
	if !w.behindOperand() || !inHead && !w.closes(-1) {
		return habit{}, false
	}
	if _, unit := splitNumber(w.token(2).Value); next.Value == "last" && unit != "" {
		h, _ := w.reads(2, "what was measured in a time is asked with over", "over", word("over", next))
		h.err.Fix.New = " over"
		return h, true
	}
	h, _ := w.reads(1, "no comma stands before "+next.Value, "")
	h.err.Hint = "leave it out"
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

// inHead is a sign too many, or another one, in the head of a state, a loop or a link, or in a migration.
func (w *window) inHead(t lexer.Token) (habit, bool) {
	before := w.token(-2)
	first := ""
	if t.Value == ":" || t.Value == "=" || t.Value == ";" {
		first = w.begins()
	}
	behindWord := before.Pos.Line == t.Pos.Line && w.token(-1).Type == tokIdent
	switch {
	case behindWord && (before.Value == "state" || before.Value == "final") && (t.Value == ":" || t.Value == "=") && w.value(1) == "{":
		return w.tooMany(1, "a state has no "+t.Value)
	case behindWord && (before.Value == "state" || before.Value == "final") && t.Value == "(" && w.value(1) == ")" && w.value(2) == "{":
		return w.tooMany(2, "a state has no parameters")
	case behindWord && before.Value == "for" && (t.Value == ":" || t.Value == "=") && w.name(1):
		return w.swap("what a loop goes over stands behind in", "in")
	case t.Value == "." && w.value(1) == "it" && w.closes(-1) && w.closes(1):
		return w.swap("a comma stands between what is in parentheses", ",")
	case t.Value == "-" && w.startsLine() && w.name(1) && (w.value(2) == "on" || w.value(2) == "otherwise" || w.value(2) == "when" || w.token(-1).Value == "}" && w.endsArrow(2)):
		return w.swap("an arrow is written ->", "->")
	case t.Value == ";" && (first == "clients" || first == "requests" || first == "load") && (w.value(1) == "to" || w.token(1).Type == tokNumber && w.value(1) != ""):
		return w.swap("a comma stands between the parts of a load", ",")
	case (t.Value == ":" || t.Value == "=") && (first == "work" && before.Value == "work" && behindWord || first == "until" && w.token(-1).Value == "until" && !w.saidBefore("clients", "requests", "load")):
		return w.tooMany(1, "what "+first+" says stands right behind it")
	case t.Value == ":" && w.token(-1).Value == "to" && w.begins() == "migrate":
		return w.tooMany(1, "where to stands right behind it")
	case t.Value == "(" && w.token(-1).Value == "migrate" && w.name(1):
		return w.migrateCall()
	case (t.Value == "-" || t.Value == "->") && w.token(-1).Value == "]" && w.value(1) == "[" && w.begins() == "link":
		return w.swap("the ends of a link are joined by --", "--")
	}
	return habit{}, false
}

// tooMany leaves out n tokens.
func (w *window) tooMany(n int, msg string) (habit, bool) {
	h, _ := w.reads(n, msg, "")
	h.err.Hint = "leave it out"
	h.err.Fix.Span = wideOf(w.token(-1), w.token(n-1))
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
