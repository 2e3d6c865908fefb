package lang

import (
	"slices"

	"github.com/alecthomas/participle/v2/lexer"
)

// Signs in the place of others: a semicolon or a colon for =, a dot or a word, and lists and bounds as they are written
// elsewhere.

// tight says whether the first token stands between two others without a blank.
func (w *window) tight() bool {
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
	case w.token(-2).Value == "," && (next.Type == tokIdent && before.Value == "on" || next.Type == tokString && before.Value == "to") && w.closes(-1) && w.closes(1):
		return w.swap("what is given stands behind a colon", ":")
	case w.typed():
		return w.swap("a type stands behind a colon", ":")
	case value && w.unvalued():
		return w.swap("a value stands behind =", "=")
	case next.Type == tokIdent && w.tight() && (w.begins() == "func" || w.begins() == "event" || w.closes(-1) && w.closes(1)):
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
	case w.token(-1).Value == "failure" && before.Value == "on" && (next == "stop" || next == "skip" || next == "undo"):
		h, _ := w.reads(1, "what follows a failure stands right behind it", "")
		h.err.Hint = "leave out the colon"
		return h, true
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
	if w.token(-1).Type != tokIdent || !w.name(1) || !w.tight() {
		return habit{}, false
	}
	switch {
	case compares[w.value(2)] && asks[w.token(-2).Value]:
		return w.swap("what something has stands behind a dot", ".")
	case w.isMemberArrow():
		return w.swap(`"->" leads from one state to another`, ".")
	}
	return habit{}, false
}

// isMemberArrow says whether an arrow without blanks stands between a thing and what it has, rather than between two states:
// new->start.
func (w *window) isMemberArrow() bool {
	before, of := w.token(-1).Value, w.token(-2)
	if w.value(0) != "->" || declares[of.Value] || outcomeOf[before] || w.begins() == "link" {
		return false
	}
	return !w.says("state "+before) && !w.says("final "+before) && !w.says("state "+w.value(1)) && !w.says("final "+w.value(1))
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
	h, _ := w.reads(most+2, "how many there may be is said from the least to the most", "["+from.Value+".."+w.value(most)+"]", append(put, w.token(most+1))...)
	h.lacks = least == 0 // nobody knows how many there are at least
	return h, true
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
	return w.reads(n+1, "a list stands in brackets", "["+w.text(1, n)+"]", put...)
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
	if !w.behindOperand() || !inHead && !w.closes(-1) || w.token(2).Value == ":" {
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

// commas are ["n1",, "n2"], and ["n1", , "n2"], where something between them was left out.
func (w *window) commas(t lexer.Token) (habit, bool) {
	h, _ := w.reads(2, "a comma stands here twice", ",", t)
	if w.token(1).Pos.Offset > spanOf(t).End {
		h.lacks, h.err = true, h.err.guessed()
	}
	return h, true
}

// commaAnd is min(rack where it.cpu < 5%, it != h), with a comma between two conditions.
func (w *window) commaAnd() (habit, bool) {
	below := *w
	below.at++
	if !w.behindOperand() || w.tight() || !below.isCondition() {
		return habit{}, false
	}
	asked := false
	for n, open := -1, 0; n > -farthest; n-- {
		switch v := w.value(n); {
		case v == ")" || v == "]":
			open++
		case (v == "(" || v == "[") && open > 0:
			open--
		case v == "(" && asked && ofSets[w.token(n-1).Value]:
			return w.swap("two conditions are joined by and", "and")
		case v == "" || v == "(" || v == "[" || v == "{" || v == "}" || v == ";":
			return habit{}, false
		case v == "where" && open == 0:
			asked = true
		}
	}
	return habit{}, false
}

// inHead is a sign too many, or another one, in the head of a state, a loop or a link, or in a migration.
func (w *window) inHead(t lexer.Token) (habit, bool) {
	before := w.token(-2)
	behindWord := before.Pos.Line == t.Pos.Line && w.token(-1).Type == tokIdent
	switch {
	case behindWord && (before.Value == "state" || before.Value == "final") && (t.Value == ":" || t.Value == "=") && w.value(1) == "{":
		return w.tooMany(1, "a state has no "+t.Value)
	case behindWord && (before.Value == "state" || before.Value == "final") && t.Value == "(" && w.value(1) == ")" && w.value(2) == "{":
		return w.tooMany(2, "a state has no parameters")
	case behindWord && before.Value == "for" && (t.Value == ":" || t.Value == "=") && w.name(1):
		return w.swap("what a loop goes over stands behind in", "in")
	case t.Value == "." && (w.value(1) == "it" || w.value(2) == ")" && w.value(-2) == "(" && w.value(-3) == "fits" && w.name(1)) && w.closes(-1) && w.closes(1):
		return w.swap("a comma stands between what is in parentheses", ",")
	case t.Value == "-" && w.startsLine() && w.name(1) && (w.value(2) == "on" || w.value(2) == "otherwise" || w.value(2) == "when" || w.token(-1).Value == "}" && w.endsArrow(2)):
		return w.swap("an arrow is written ->", "->")
	case t.Value == ";" && (w.value(1) == "to" || w.token(1).Type == tokNumber && w.value(1) != "") && w.inLoad():
		return w.swap("a comma stands between the parts of a load", ",")
	case (t.Value == ":" || t.Value == "=") && behindWord && before.Value == "work" && w.begins() == "work":
		return w.tooMany(1, "what work says stands right behind it")
	case (t.Value == ":" || t.Value == "=") && w.token(-1).Value == "until" && w.begins() == "until":
		return w.tooMany(1, "what until says stands right behind it")
	case t.Value == ":" && w.token(-1).Value == "to" && w.begins() == "migrate":
		return w.tooMany(1, "where to stands right behind it")
	case t.Value == "(" && w.token(-1).Value == "migrate" && w.name(1):
		return w.migrateCall()
	case (t.Value == "-" || t.Value == "->") && w.token(-1).Value == "]" && w.value(1) == "[" && w.begins() == "link":
		return w.swap("the ends of a link are joined by --", "--")
	}
	return habit{}, false
}

// inLoad says whether the line is a load of a scenario.
func (w *window) inLoad() bool {
	first := w.begins()
	return first == "clients" || first == "requests" || first == "load"
}

// tooMany leaves out n tokens.
func (w *window) tooMany(n int, msg string) (habit, bool) {
	h, _ := w.reads(n, msg, "")
	h.err.Hint = "leave it out"
	h.err.Fix.Span = wideOf(w.token(-1), w.token(n-1))
	return h, true
}
