package lang

import (
	"slices"
	"strings"

	"github.com/alecthomas/participle/v2/lexer"
)

// Slips of the hand: a word twice, two words in the wrong order, a brace that was left out, a text within a text.

// linking are words of which one alone can stand between two others.
var linking = setOf([]string{"of", "on", "from", "every", "to"})

// twice is of of V-1, and percent percent, in a line of which the second can't begin anything.
func (w *window) twice(t lexer.Token) (habit, bool) {
	if !w.name(1) || w.value(1) != t.Value {
		return habit{}, false
	}
	before, next := w.token(-1).Value, w.value(2)
	switch {
	case linking[t.Value] && w.behindOperand() && w.name(2):
	case before == "." && next == ".":
	case linking[before] && next == "", next == "-" && w.token(3).Type == tokNumber && spanOf(w.token(1)).End == w.token(2).Pos.Offset:
	case t.Value == "expect" && next != "":
	case (before == "state" || before == "final") && next == "{":
	case before == ":" && (next == "=" || next == "," || next == ")"):
	case before == "=" && (w.begins() == "probe" || w.token(-2).Value == "ready" && next == "("):
	default:
		return habit{}, false
	}
	return w.reads(2, t.Value+" stands here twice", t.Value, w.joined(2, t.Value))
}

// unmarked is op stop unless drained = exec("…"), which doesn't say that it interrupts.
func (w *window) unmarked(t lexer.Token) (habit, bool) {
	if t.Value != "unless" || w.value(1) != "drained" || w.token(-1).Value == "interrupts" || !w.saidBefore("op") || w.saidBefore("=") || !w.endsHead(-1, "op") && w.token(-1).Value != ")" {
		return habit{}, false
	}
	if w.value(2) == "interrupts" {
		return w.reads(3, "what an operation does stands before its unless", "interrupts unless drained", word("interrupts", t), word("unless", w.token(1)), word("drained", w.token(2)))
	}
	h, _ := w.reads(1, "an operation interrupts unless what it is about is drained", "interrupts unless", sign("interrupts", t), t)
	h.err.Fix = &Edit{Span: Span{t.Pos.Offset, t.Pos.Offset}, New: "interrupts "}
	return h, true
}

// loadFrom is App from trace("t"), in a scenario.
func (w *window) loadFrom(t lexer.Token) (habit, bool) {
	if isWorldWord[t.Value] || w.value(1) != "from" || w.value(2) != "trace" && w.value(2) != "counts" || w.value(3) != "(" {
		return habit{}, false
	}
	of, put := "load", []lexer.Token{sign("load", t), t}
	if w.value(2) == "counts" {
		of, put = "requests of", []lexer.Token{sign("requests", t), sign("of", t), t}
	}
	h, _ := w.reads(1, "unexpected "+describe(t)+" in a scenario", of+" "+t.Value, put...)
	h.err.Fix = &Edit{Span: Span{t.Pos.Offset, t.Pos.Offset}, New: of + " "}
	return h, true
}

var isWorldWord = setOf(scenarioWords)

// unopened is func f h: rack), where the parenthesis before the parameters is missing.
func (w *window) unopened(t lexer.Token) (habit, bool) {
	if !w.name(1) || w.value(2) != ":" || !w.endsHead(0, "func", "event", "op", "on", "use") || !closesOnLine(w.tokens, w.at) {
		return habit{}, false
	}
	h, _ := w.reads(1, "what is given stands in parentheses", t.Value+"("+w.value(1)+": …)", t, sign("(", w.token(1)))
	h.err.Span = spanOf(w.token(1))
	h.err.Fix = &Edit{Span: Span{spanOf(t).End, h.err.Span.Start}, New: "("}
	return h, true
}

// restartOn is restart v (if C then a else b) without on, or without v.
func (w *window) restartOn() (habit, bool) {
	if !w.name(1) || w.value(2) != "(" || w.token(2).Pos.Offset == spanOf(w.token(1)).End {
		return habit{}, false
	}
	for n := 3; n < w.line(); n++ {
		if w.value(n) == "on" {
			return habit{}, false
		}
	}
	on := sign("on", w.token(1))
	if w.value(1) == "on" {
		on.Type, on.Value = tokIdent, ""
		h, _ := w.reads(1, "restart what?", "", w.token(0), on)
		h.err.Fix, h.err.Hint = nil, "write restart v on h"
		return h, true
	}
	h, _ := w.reads(2, "restart says where: on a host", w.text(0, 2)+" on", w.token(0), w.token(1), on)
	h.err.Span = spanOf(w.token(2))
	h.err.Fix = &Edit{Span: Span{h.err.Span.Start, h.err.Span.Start}, New: "on "}
	return h, true
}

// behindName is what follows the name in a declaration of each kind.
var behindName = map[string][]string{
	"hosts": {"{"}, "vm": {"on"}, "component": {"on"}, "scenario": {"{"}, "policy": {"on"}, "state": {"{"}, "event": {"(", "when", "every"}, "probe": {":"},
	"op": {"=", "(", "interrupts", "drains", "undrains", "weighs"}, "attr": {":"},
}

// swapped is rack hosts {, where the kind stands first.
func (w *window) swapped(t lexer.Token) (habit, bool) {
	kind := w.value(1)
	if !slices.Contains(behindName[kind], w.value(2)) || behindName[t.Value] != nil || t.Value == "on" { // vm Box, on a class called hosts
		return habit{}, false
	}
	return w.reads(2, "a declaration says first what it declares", kind+" "+t.Value, word(kind, t), word(t.Value, w.token(1)))
}

// unbraced is state A x.start }, where the brace that begins the block is missing; names is how many words its head has.
func (w *window) unbraced(names int) (habit, bool) {
	for i := 1; i <= names; i++ {
		if !w.name(i) {
			return habit{}, false
		}
	}
	switch w.value(names + 1) {
	case "", "{", "}", ";", "->", "state", "final", w.value(names): // its name may stand there twice
		return habit{}, false
	}
	if w.value(names+1) == "begin" && w.value(w.lastOnLine(names+1)) == "end" {
		last := w.lastOnLine(names + 1)
		put := append(slices.Clone(w.tokens[w.at:w.at+names+1]), word("{", w.token(names+1)))
		put = append(append(put, w.tokens[w.at+names+2:w.at+last]...), word("}", w.token(last)))
		return w.reads(last+1, means("begin")+": a block begins with {", w.text(0, names+1)+" { "+w.text(names+2, last)+" }", put...)
	}
	if blockElsewhere[w.value(names+1)] && w.closesMore() {
		signs := 1
		if w.value(names+1) == "=" && w.value(names+2) == ">" { // =>
			signs++
		}
		put := append(slices.Clone(w.tokens[w.at:w.at+names+1]), word("{", w.token(names+1)))
		h, _ := w.reads(names+1+signs, means(w.text(names+1, names+1+signs))+": a block begins with {", "{", put...)
		h.err.Span = Span{w.token(names + 1).Pos.Offset, spanOf(w.token(names + signs)).End}
		h.err.Fix.Span = h.err.Span
		return h, true
	}
	return w.opening(names + 1)
}

// blockElsewhere are words and signs with which a block begins elsewhere.
var blockElsewhere = setOf([]string{":", "begin", "do", "then", "=", "is"})

// lastOnLine is where the last token on the line stands, from the nth one on; not farther than what is looked at.
func (w *window) lastOnLine(n int) int {
	for n < farthest && w.value(n+1) != "" {
		n++
	}
	return n
}

// beginsBlock are the words that a line begins with which opens a block.
var beginsBlock = setOf([]string{"hosts", "vm", "component", "policy", "state", "final", "for", "scenario", "test", "if", "}"})

// unbracedElse is } else back v, on one line.
func (w *window) unbracedElse(t lexer.Token) (habit, bool) {
	if t.Value != "else" || w.token(-1).Value != "}" || w.value(1) == "" || !w.isAction(1) {
		return habit{}, false
	}
	end := w.stepEnds(1)
	if w.value(end) == "{" {
		return habit{}, false
	}
	put := append([]lexer.Token{t, sign("{", w.token(1))}, w.tokens[w.at+1:w.at+end]...)
	if w.value(end) == "}" && w.closesMore() { // its end is there
		h, _ := w.reads(1, "what an else does stands in braces", "else {", put[:2]...)
		return h, true
	}
	return w.reads(end, "what an else does stands in braces", "else { "+w.text(1, end)+" }", append(put, sign("}", w.token(end-1)))...)
}

// namelessState is final notify("…"), without a name and the braces.
func (w *window) namelessState(t lexer.Token) (habit, bool) {
	if !isStepWord[w.value(1)] || w.value(2) != "(" {
		return habit{}, false
	}
	end := w.stepEnds(1)
	put := append([]lexer.Token{t, nameless(sign("{", w.token(1))), sign("{", w.token(1))}, w.tokens[w.at+1:w.at+end]...)
	h, _ := w.reads(end, "this state has no name", "", append(put, sign("}", w.token(end-1)))...)
	h.err.Span = spanOf(t)
	h.err.Hint, h.err.Fix = "write "+t.Value+" NAME { "+w.text(1, end)+" }", nil
	return h, true
}

// stepEnds is where what is done from the nth token on ends, on its line.
func (w *window) stepEnds(n int) int {
	for ; n < farthest; n++ {
		if v := w.value(n); v == "" || v == ";" || v == "{" || v == "}" || v == "->" {
			break
		}
	}
	return n
}

// behindSet are the words that may stand behind the set of a loop.
var behindSet = setOf([]string{"by", "where", "while", "one", "at", "on", "in", "over", "last", "exists", "and", "or"})

// endsLoopHead are the last words of what the head of a loop says.
var endsLoopHead = setOf([]string{"time", "once", "skip", "stop", "undo", "desc"})

// unbracedLoop is for g in s.gates g.shut }.
func (w *window) unbracedLoop() (habit, bool) {
	if !w.name(1) || w.value(2) != "in" || !w.name(3) {
		return habit{}, false
	}
	n := 4
	for w.value(n) == "." && w.name(n+1) {
		n += 2
	}
	if w.name(n) && !behindSet[w.value(n)] {
		return w.opening(n)
	}
	for ; n < farthest && w.value(n) != "" && w.value(n) != "{"; n++ {
		if endsLoopHead[w.value(n)] && w.isAction(n+1) {
			return w.opening(n + 1)
		}
	}
	return habit{}, false
}

// forless is v in h.vms {, without its for.
func (w *window) forless(t lexer.Token) (habit, bool) {
	if n := w.line(); !w.name(2) || w.value(n-1) != "{" || w.firstColumn() {
		return habit{}, false
	}
	if before := w.token(-1).Value; !w.behindOperand() && before != "{" && before != "}" && before != ";" { // what goes on a line has begun
		return habit{}, false
	}
	h, _ := w.reads(1, "a loop begins with for", "for "+t.Value, sign("for", t), t)
	h.err.Fix = &Edit{Span: Span{t.Pos.Offset, t.Pos.Offset}, New: "for "}
	return h, true
}

// opening reads a brace behind a head of n tokens, if that is what lacks on the line.
func (w *window) opening(n int) (habit, bool) {
	if !w.closesMore() {
		return habit{}, false
	}
	put := slices.Clone(w.tokens[w.at : w.at+n])
	brace := word("{", w.token(n-1))
	brace.Pos.Column = 0
	return w.reads(n, "this block has no { where it begins", w.text(0, n)+" {", append(put, brace)...)
}

// closesMore says whether more blocks end on the line than begin on it.
func (w *window) closesMore() bool {
	from := 0
	for from > -farthest && w.token(from-1).Value != "" && w.value(from-1) != "" {
		from--
	}
	open := 0
	for n := from; n < farthest && w.value(n) != ""; n++ {
		switch w.value(n) {
		case "{":
			open++
		case "}":
			open--
		}
	}
	return open < 0
}

// quoted is "{if C then "a" else "b"}": the quotes within end the text. It is read as an empty one.
func (w *window) quoted(t lexer.Token) (habit, bool) {
	if !openHole(t.Value) {
		return habit{}, false
	}
	n := 1
	for n < farthest && w.name(n) && w.token(n+1).Type == tokString && w.value(n+1) != "" {
		n += 2
		if strings.HasSuffix(w.value(n-1), `"`) && !openHole("{"+w.value(n-1)) {
			h, _ := w.reads(n, "a text ends with the next quote, within braces, too", "", w.joined(n, `""`))
			h.put[0].Type = tokString
			h.err.Code, h.err.Fix, h.err.Hint = CodeText, nil, "braces hold no text: say each in a message of its own"
			return h, true
		}
	}
	return habit{}, false
}

var doubledBraces = strings.NewReplacer("{{", "", "}}", "")

// openHole says whether the last brace of a text begins what it is to be filled with, and doesn't end it.
func openHole(raw string) bool {
	raw = doubledBraces.Replace(raw)
	return strings.LastIndexByte(raw, '{') > strings.LastIndexByte(raw, '}')
}

// conditionAndPeriod is event e(h: rack) when C every 5min: it has the one or the other.
func (w *window) conditionAndPeriod() (habit, bool) {
	if w.token(1).Type != tokNumber || w.value(1) == "" || !w.behindOperand() || w.begins() != "event" || !w.saidBefore("when") {
		return habit{}, false
	}
	h, _ := w.reads(2, "an event has a condition or a period, not both", "")
	h.err.Fix, h.err.Hint = nil, "say for "+w.value(1)+" if the condition is to hold so long; or leave the condition to the policy: on EVENT when …"
	return h, true
}

// headAgain is the first line of a block twice, one behind the other: nothing has two of one name.
func (w *window) headAgain() (habit, bool) {
	n := 1
	for n < farthest && w.value(n) != "" {
		n++
	}
	if n < 3 || w.value(n-1) != "{" || w.token(n-2).Value == "{" || w.token(2*n).Pos.Line == w.token(n).Pos.Line {
		return habit{}, false
	}
	for i := range n {
		if w.token(n+i).Value != w.value(i) || w.token(n+i).Pos.Line != w.token(n).Pos.Line {
			return habit{}, false
		}
	}
	h, _ := w.reads(2*n, "this line stands here twice", "", w.tokens[w.at:w.at+n]...)
	h.err.Span.Start = w.token(n).Pos.Offset
	h.err.Fix.Span, h.err.Hint = h.err.Span, "leave out one of both"
	return h, true
}

// named are the words that begin a block with a name.
var named = setOf([]string{"hosts", "vm", "component", "policy", "scenario", "test", "state"})

// markBehindEquals is op stop = interrupts exec("…"), where the mark stands before the =.
func (w *window) markBehindEquals() (habit, bool) {
	switch w.value(1) {
	case "interrupts", "drains", "undrains", "weighs":
	default:
		return habit{}, false
	}
	if fun := w.value(2); fun != "exec" && fun != "template" || w.value(3) != "(" {
		return habit{}, false
	}
	return w.reads(2, w.value(1)+" stands before the =", w.value(1)+" =", w.token(1), word("=", w.token(1)))
}

// silentOver is silent(n) > 30s.
func (w *window) silentOver() (habit, bool) {
	if w.token(-4).Value != "silent" || w.token(-3).Value != "(" || w.token(-1).Value != ")" || w.token(1).Type != tokNumber || w.begins() != "event" {
		return habit{}, false
	}
	return w.reads(1, "how long a silence lasts is said with for", "for", word("for", w.token(0)))
}

// descBefore is by desc memory.
func (w *window) descBefore(t lexer.Token) (habit, bool) {
	if w.token(-1).Value != "by" || !w.name(1) || behindSet[w.value(1)] && w.value(2) != "." {
		return habit{}, false
	}
	n := 2
	for w.value(n) == "." && w.name(n+1) {
		n += 2
	}
	if w.value(n) == "(" {
		return habit{}, false
	}
	put := append(slices.Clone(w.tokens[w.at+1:w.at+n]), t)
	return w.reads(n, "desc stands behind what it sorts by", w.text(1, n)+" desc", put...)
}

// howOften is -> B at most twice, and -> B twice.
func (w *window) howOften(t lexer.Token) (habit, bool) {
	if !w.behindArrow() || !w.endsArrow(1) || w.token(-1).Value == "->" {
		return habit{}, false
	}
	n, times := map[string]string{"once": "1", "twice": "2", "thrice": "3"}[t.Value], "times"
	if n == "1" {
		times = "time"
	}
	if w.token(-1).Value == "most" {
		return w.reads(1, means(t.Value), n+" "+times, word(n, t), word(times, t))
	}
	return w.reads(1, means(t.Value), "at most "+n+" "+times, word("at", t), word("most", t), word(n, t), word(times, t))
}

// unequal is a <> b.
func (w *window) unequal(t lexer.Token) (habit, bool) {
	if w.value(1) != ">" || w.token(1).Pos.Offset != spanOf(t).End {
		return habit{}, false
	}
	return w.reads(2, `"<>" means nothing here`, "!=", w.joined(2, "!="))
}

// binds is let w == 3.
func (w *window) binds(t lexer.Token) (habit, bool) {
	if first := w.token(-2).Value; first != "let" && first != "var" || w.token(-1).Type != tokIdent {
		return habit{}, false
	}
	return w.reads(1, "a name gets its value with =", "=", word("=", t))
}

// eventEquals is event e(h: rack) = C, event e = when C and event e = every 5min.
func (w *window) eventEquals() (habit, bool) {
	before := w.token(-1)
	if before.Value != ")" && before.Type != tokIdent || w.begins() != "event" || !w.behindHead() || w.value(1) == "" {
		return habit{}, false
	}
	switch next := w.value(1); next {
	case "when", "every", "silent", "=", ">", "<":
		if next == "silent" || next == "when" || next == "every" {
			h, _ := w.reads(1, "an event has no =", "")
			h.err.Hint, h.err.Fix.Span.Start = "leave it out", spanOf(before).End
			return h, true
		}
		return habit{}, false
	}
	return w.reads(1, "what an event waits for stands behind when", "when", word("when", w.token(0)))
}

// equalsPlus is left =+ 1.
func (w *window) equalsPlus() (habit, bool) {
	plus := w.token(1)
	if plus.Value != "+" || plus.Pos.Offset != spanOf(w.token(0)).End || w.token(-1).Type != tokIdent || w.token(-2).Pos.Line == w.token(0).Pos.Line && !endsLine[w.token(-2).Value] {
		return habit{}, false
	}
	h, _ := w.reads(2, `"=+" means nothing here`, "+=", w.joined(2, "+="))
	h.err = h.err.guessed()
	return h, true
}

// noTimeOfDay says what stands in the place of a time of day.
const noTimeOfDay = "an event knows no time of day: it comes every so often, such as every 1d"

// everyDay is every day, of an event or a probe, and every day at 22:00.
func (w *window) everyDay(t lexer.Token) (habit, bool) {
	unit, _ := UnitOf(longUnits[w.value(1)])
	if first := w.begins(); unit.Type != "duration" || first != "event" && first != "probe" {
		return habit{}, false
	}
	n, each := 2, "1"+unit.Name
	if w.value(n) == "at" {
		n = w.line()
	}
	h, _ := w.reads(n, "a time is a number with its unit", "every "+each, t, word(each, w.token(1)))
	if n > 2 {
		h.err.Msg, h.err.Hint, h.err.Fix.Guess = `unexpected "at" in an event`, noTimeOfDay, true
	}
	return h, true
}

// saidOtherwise are words in the middle of a line that are called otherwise here.
func (w *window) saidOtherwise(t lexer.Token) (habit, bool) {
	next := w.token(1)
	if w.isTime(1) && t.Type == tokIdent && w.behindOperand() && w.begins() == "event" && len(t.Value) < 5 && Distance(t.Value, "for", 1) < 2 {
		return w.reads(1, "unexpected "+describe(t)+" in an event", "for", word("for", t))
	}
	switch t.Value {
	case "each":
		if first := w.begins(); next.Type == tokNumber && w.value(1) != "" && (first == "event" || first == "probe") {
			return w.reads(1, means(t.Value), "every", word("every", t))
		}
	case "descending":
		if w.behindOperand() && w.saidBefore("by") {
			return w.reads(1, means(t.Value), "desc", word("desc", t))
		}
	case "desc":
		return w.descBefore(t)
	case "once", "twice", "thrice":
		return w.howOften(t)
	case "sort", "sorted", "order", "ordered":
		if first := w.begins(); w.value(1) == "by" && (first == "for" || first == "pick") {
			return w.reads(2, means(t.Value), "by", next)
		}
	case "timeout":
		if next.Type == tokNumber && w.value(1) != "" && w.behindOperand() {
			return w.reads(1, means(t.Value), "within", word("within", t))
		}
	case "per":
		if unit, _ := UnitOf(longUnits[w.value(1)]); unit.Type == "duration" && w.begins() == "budget" {
			each := "1" + unit.Name
			return w.reads(2, "a time is a number with its unit", "per "+each, t, word(each, next))
		}
	}
	return habit{}, false
}

// orFor is when h.cpu > 80% or 10s, and lie cpu of rack by 10% or 2min.
func (w *window) orFor(t lexer.Token) (habit, bool) {
	below := *w
	below.at++
	if !below.isTime(0) || !w.behindOperand() || goesOnANumber[w.token(2).Value] || !w.lasts() {
		return habit{}, false
	}
	return w.reads(1, "how long it lasts is said with for", "for", word("for", t))
}

// goesOnANumber are the words and signs behind a number with which a longer value or a condition goes on.
var goesOnANumber = setOf([]string{"<", "<=", ">", ">=", "==", "!=", "+", "-", "*", "/", ".", ",", ")", "in", "not", "exists", "over", "last"})

// lasts says whether what stands before is an event's condition, or something that happens at a time: both can last. It
// looks no farther than to the nearest block or declaration, on whatever lines.
func (w *window) lasts() bool {
	for n := -1; n > -farthest; n-- {
		switch t := w.look(n); {
		case t.Type == 0, t.Value == "{", t.Value == "}", t.Value == ";", t.Value == "->", t.Value == "expect":
			return false
		case t.Value == "at" && w.look(n+1).Type == tokNumber:
			return true
		case declares[t.Value] && w.look(n+1).Type == tokIdent && w.look(n-1).Value != ".":
			return t.Value == "event"
		}
	}
	return false
}

// isTime says whether the nth token is a duration, on the line of the first.
func (w *window) isTime(n int) bool {
	_, unit := splitNumber(w.value(n))
	of, _ := UnitOf(unit)
	return of.Type == "duration" && w.token(n).Type == tokNumber
}
