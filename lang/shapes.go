package lang

import (
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/alecthomas/participle/v2/lexer"
)

// Habits that are more than a word: clauses that stand in another order elsewhere, that are left out, or that are put together
// with other signs.

// farthest is how many tokens are looked at, at most, for what something belongs to.
const farthest = mostMended

// nearby is the same of what stands often.
const nearby = 24

// typeBefore is rack h among parameters, where h: rack is meant.
func (w *window) typeBefore() (habit, bool) {
	after := w.value(2)
	if !w.name(1) || after != ")" && after != "," || !w.isParam() || !w.isType(w.value(0)) {
		return habit{}, false
	}
	h, _ := w.reads(2, "the name stands before its type", w.value(1)+": "+w.value(0), w.token(1), word(":", w.token(1)), w.joined(2, w.value(0)))
	return h, true
}

// isParam says whether a parameter may begin here: of a function, an event, an operation, or of what starts a policy.
func (w *window) isParam() bool {
	for n := -1; n >= -farthest; n-- {
		switch t := w.token(n); {
		case t.Value == "(":
			return w.endsHead(n-1, "func", "event", "op", "on")
		case t.Type != tokIdent && t.Value != "," && t.Value != ":" || t.Pos.Line != w.token(0).Pos.Line:
			return false
		}
	}
	return false
}

// closes says whether a parenthesis behind a name lies around the first token, which ends on its line in the direction of a
// step, with no step or block before.
func (w *window) closes(step int) bool {
	ends := map[int]string{-1: "(", 1: ")"}
	depth := 0
	for n := step; -nearby <= n && n <= nearby; n += step {
		switch t := w.value(n); {
		case t == ends[step] && depth == 0:
			return step > 0 || w.look(n-1).Type == tokIdent
		case t == "", t == "{", t == "}", isStepWord[t] && w.value(n-1) == ";":
			return false
		case t == ends[step]:
			depth--
		case t == ends[-step]:
			depth++
		}
	}
	return false
}

// endsHead says whether a name, maybe of a module, ends at the nth token, with one of the words before it.
func (w *window) endsHead(n int, words ...string) bool {
	if w.token(n-1).Value == "." {
		n -= 2
	}
	for _, word := range words {
		if w.token(n).Type == tokIdent && w.token(n-1).Value == word && w.token(n-1).Pos.Line == w.token(n).Pos.Line {
			return true
		}
	}
	return false
}

// isType says whether a name is a type of the language, or is declared in this file as a class.
func (w *window) isType(name string) bool {
	if isTypeWord[name] {
		return true
	}
	for _, kind := range []string{"hosts ", "vm ", "component ", "param "} {
		for _, end := range []string{" ", ":", "\n", "{"} {
			if w.says("\n" + kind + name + end) {
				return true
			}
		}
	}
	return false
}

// conditionless is what begins a condition right behind the head of an event or of a policy, where when was forgotten.
func (w *window) conditionless(t lexer.Token) (habit, bool) {
	switch w.value(1) {
	case ".", "(", "<", ">", "<=", ">=", "==", "!=":
	default:
		return habit{}, false
	}
	if before := w.token(-1); before.Value != ")" && before.Type != tokIdent || before.Pos.Line != t.Pos.Line || !w.behindHead() || w.nearClause(t.Value) {
		return habit{}, false
	}
	if w.value(1) == "(" && (isStepWord[t.Value] || w.value(3) == ":") {
		return habit{}, false // what is done, or an event, rather than what is asked
	}
	if before := w.token(-1).Value; before == w.token(-2).Value || before == t.Value {
		return habit{}, false // event event f(…) and event f f(…) have one word too many
	}
	for n := 1; w.value(n) != "" && n < farthest; n++ {
		if w.value(n) == "when" {
			return habit{}, false
		}
	}
	h, _ := w.reads(1, "a condition stands behind when", "when "+w.text(0, 1), word("when", t), t)
	h.err.Hint = "write when before it"
	h.err.Fix = &Edit{Span: Span{t.Pos.Offset, t.Pos.Offset}, New: "when "}
	return h, true
}

// nearClause says whether a word is rather a slip of one that may stand there.
func (w *window) nearClause(text string) bool {
	return nearest(text, []string{"when", "silent", "every", "lossless", "cooldown"}) != ""
}

// behindHead says whether event NAME(…) stands before, or policy NAME on EVENT(…).
func (w *window) behindHead() bool {
	n := -1
	if w.token(n).Value == ")" {
		for n--; n > -farthest && w.token(n).Value != "("; n-- {
			if v := w.token(n).Value; v == ")" || v == "{" || v == "" {
				return false
			}
		}
		n--
	}
	if w.endsHead(n, "event") {
		return true
	}
	if w.token(n-1).Value == "." {
		n -= 2
	}
	return w.token(n-1).Value == "on" && w.endsHead(n-2, "policy")
}

// forked is fork App++, without the braces.
func (w *window) forked(t lexer.Token) (habit, bool) {
	if !w.name(1) {
		return habit{}, false
	}
	n := 2
	for n < farthest && w.value(n) != "" && w.value(n) != ";" && w.value(n) != "}" && w.value(n) != "{" {
		n++
	}
	if w.value(n) == "{" {
		return habit{}, false
	}
	put := append([]lexer.Token{t, word("{", w.token(1))}, w.tokens[w.at+1:w.at+n]...)
	put[1].Pos.Column = 0
	return w.reads(n, "what is done at the same time stands in braces", "fork { "+w.text(1, n)+" }", append(put, word("}", w.token(n-1)))...)
}

// beforeValue are words behind which a value stands, which may begin with if on the next line.
var beforeValue = setOf([]string{"by", "to", "on", "of", "at", "from", "within", "while", "until", "over", "last", "where", "every", "stale", "for", "add", "remove", "lift", "back", "place", "notify"})

// ifThen is if C then place v on d else give up, as a step: its branches have braces. It begins a step, and each branch does.
func (w *window) ifThen(t lexer.Token) (habit, bool) {
	before := w.token(-1)
	if t.Value != "if" || !w.startsLine() || beforeValue[before.Value] || !w.behindOperand() && !endsLine[before.Value] && before.Value != "--" && before.Value != "++" {
		return habit{}, false
	}
	var marks []int // of then and else
	n := 1
	for v := w.branchWord(n); v != "" && v != ";" && v != "}" && n < farthest; v = w.branchWord(n) {
		switch {
		case v == "then" && w.value(n+1) == "{" && n > 1:
			put := append(slices.Clone(w.tokens[w.at:w.at+n]), w.token(n+1))
			h, _ := w.reads(n+2, "a step's if has its braces without then", "", put...)
			h.err.Span = w.span(n + 1)
			h.err.Hint, h.err.Fix = "leave out then", &Edit{Span: Span{spanOf(w.token(n - 1)).End, h.err.Span.End}}
			return h, true
		case v == "{" || v == "if" || v == "->":
			return habit{}, false
		case (v == "then" && len(marks) == 0 || v == "else" && len(marks) == 1) && w.isAction(n+1):
			marks = append(marks, n)
		case v == "then" || v == "else":
			return habit{}, false
		}
		n++
	}
	if len(marks) == 0 {
		return habit{}, false
	}
	put, text := slices.Clone(w.tokens[w.at:w.at+marks[0]]), w.text(0, marks[0])
	branch := func(from, to int) {
		put = append(put, sign("{", w.token(from)))
		put = append(append(put, w.tokens[w.at+from:w.at+to]...), sign("}", w.token(to-1)))
		text += " { " + w.text(from, to) + " }"
	}
	if len(marks) == 1 {
		branch(marks[0]+1, n)
	} else {
		branch(marks[0]+1, marks[1])
		put, text = append(put, w.token(marks[1])), text+" else"
		branch(marks[1]+1, n)
	}
	return w.reads(n, "the branches of a step's if stand in braces", text, put...)
}

// branchWord is the nth token of an if, on its line or below it with then or else; "" behind its end.
func (w *window) branchWord(n int) string {
	t, before := w.token(n), w.token(n-1)
	if t.Pos.Line == before.Pos.Line || t.Value == "then" || t.Value == "else" || before.Value == "then" || before.Value == "else" {
		return t.Value
	}
	return ""
}

// isAction says whether an action begins at the nth token, rather than a value: place v on d, App++, x.tune(3).
func (w *window) isAction(n int) bool {
	next := w.token(n + 1)
	if isStepWord[w.token(n).Value] {
		return next.Type == tokIdent || next.Value == "("
	}
	return w.token(n).Type == tokIdent && (next.Value == "++" || next.Value == "--" || next.Value == "=" || next.Value == ".")
}

// sign is a sign or a word that was left out, at a token: no longer than that.
func sign(text string, at lexer.Token) lexer.Token {
	t := word(text, at)
	t.Pos.Column = min(t.Pos.Column, len(text))
	return t
}

// whichOnes is for v in h.vms if C, and when C.
func (w *window) whichOnes(t lexer.Token) (habit, bool) {
	if t.Value != "if" && t.Value != "when" || !w.behindOperand() && w.token(-1).Value != "desc" || w.token(-1).Pos.Line != t.Pos.Line {
		return habit{}, false
	}
	open := 0
	for n, join := -1, "where"; w.token(n).Pos.Line == t.Pos.Line && w.token(n).Value != ""; n-- {
		switch v := w.token(n).Value; {
		case v == ")":
			open++
		case v == "(" && open > 0:
			open--
		case v == "(" && t.Value == "if" && ofSets[w.token(n-1).Value]:
			return w.reads(1, "which ones are meant is said behind where", join, word(join, t))
		case endsLine[v] || v == "->" || v == "=" || v == "(" || declares[v]:
			return habit{}, false
		case v == "where":
			join = "and"
		case v == "for" && w.token(n+2).Value == "in", v == "pick" && w.token(n+2).Value == "from":
			return w.reads(1, "which ones are meant is said behind where", join, word(join, t))
		}
	}
	return habit{}, false
}

// useOn is use m(hosts: rack) on tick, where what is given stands before the event.
func (w *window) useOn() (habit, bool) {
	n := 1
	for w.name(n) && w.value(n+1) == "." {
		n += 2
	}
	if !w.name(n) || w.value(n+1) != "(" {
		return habit{}, false
	}
	open := n + 1
	for n = open + 1; w.value(n) != ")"; n++ {
		if v := w.value(n); v == "" || v == "(" || n == farthest {
			return habit{}, false
		}
	}
	on := n + 1
	end := on + 2
	for w.value(end) == "." && w.name(end+1) {
		end += 2
	}
	if w.value(on) != "on" || !w.name(on+1) || w.value(end) != "" {
		return habit{}, false
	}
	put := append(append(slices.Clone(w.tokens[w.at:w.at+open]), w.tokens[w.at+on:w.at+end]...), w.tokens[w.at+open:w.at+on]...)
	new := w.text(0, open) + " " + w.text(on, end) + " " + w.text(open, on)
	h, _ := w.reads(end, "a use says on which event before what it gives", new, put...)
	h.err.Span = Span{w.token(on).Pos.Offset, h.err.Span.End}
	return h, true
}

// to is migrate v -> h.
func (w *window) to(t lexer.Token) (habit, bool) {
	for n := -1; n > -farthest && w.token(n).Pos.Line == t.Pos.Line; n-- {
		switch w.token(n).Value {
		case "{", "}", ";", "->", "to": // the last one says where: this arrow leads on
			return habit{}, false
		case "migrate":
			return w.reads(1, `"->" leads from one state to another`, "to", word("to", t))
		}
	}
	return habit{}, false
}

// made is new App: what is made has that name if something is said of it below.
func (w *window) made(t lexer.Token) (habit, bool) {
	class := w.token(1)
	if !w.isType(class.Value) && !unicode.IsUpper(rune(class.Value[0])) { // new.start without its dot
		return habit{}, false
	}
	for n := 2; n < farthest; n++ {
		if w.token(n).Value != "new" {
			continue
		}
		if w.token(n+1).Type == tokIdent {
			break // another one is made
		}
		return w.reads(w.behindCall(2), means(t.Value), "new = "+class.Value+"++", t, word("=", class), class, word("++", class))
	}
	return w.reads(w.behindCall(2), means(t.Value), class.Value+"++", class, word("++", class))
}

// alsoEvent is policy P on e, f and policy P on e or f.
func (w *window) alsoEvent() (habit, bool) {
	if !w.name(1) || w.begins() != "policy" || !w.behindHead() {
		return habit{}, false
	}
	switch w.value(2) {
	case "{", "when", "lossless", "cooldown":
	default:
		return habit{}, false
	}
	h, _ := w.reads(2, "a policy starts on one event", "")
	h.err.Hint, h.err.Fix = "write another policy on "+w.value(1), nil
	return h, true
}

// valueless is let v max(h.vms by cpu), without its =.
func (w *window) valueless(t lexer.Token) (habit, bool) {
	if w.name(1) && w.value(2) == "[" && w.name(3) && w.value(4) == "]" && w.value(5) == "=" {
		colon := word(":", w.token(2))
		colon.Pos.Column = 0
		h, _ := w.reads(2, "a type stands behind a colon", w.value(1)+": "+w.text(2, 5), t, w.token(1), colon)
		h.err.Span, h.err.Fix = Span{w.token(2).Pos.Offset, spanOf(w.token(4)).End}, &Edit{Span: Span{spanOf(w.token(1)).End, spanOf(w.token(1)).End}, New: ":"}
		return h, true
	}
	if !w.name(1) || !w.name(2) || w.value(3) != "(" && w.value(3) != "." {
		return habit{}, false
	}
	equals := word("=", w.token(2))
	equals.Pos.Column = 0
	h, _ := w.reads(2, "a name gets its value with =", w.text(0, 2)+" = "+w.value(2)+"…", t, w.token(1), equals)
	h.err.Span = spanOf(w.token(2))
	at := spanOf(w.token(1)).End
	h.err.Fix = &Edit{Span: Span{at, at}, New: " ="}
	return h, true
}

// quotedEvent is policy P on "tick", and on("tick").
func (w *window) quotedEvent(t lexer.Token) (habit, bool) {
	n := 1
	if w.value(n) == "on" {
		n++
	}
	open := w.value(n) == "("
	if open {
		n++
	}
	event := w.token(n)
	name := strings.Trim(event.Value, `"`)
	if event.Type != tokString || open && w.value(n+1) != ")" || !w.endsHead(-1, "policy") || name == "" || strings.ContainsFunc(name, notInName) {
		return habit{}, false
	}
	if open {
		n++
	}
	h, _ := w.reads(n+1, "an event is named without quotes", "on "+name, t, word(name, event))
	h.err.Span.Start = w.token(1).Pos.Offset
	return h, true
}

// namelessEvent is event when C, event every 5min, event silent(h) and event (h: rack).
func (w *window) namelessEvent(t lexer.Token) (habit, bool) {
	switch next := w.value(1); {
	case next == "when" && w.name(2) && w.value(2) != "every", next == "for" && w.token(2).Type == tokNumber:
	case next == "(" && w.token(1).Pos.Offset > spanOf(t).End:
	case next == "every" && w.token(2).Type == tokNumber && w.value(2) != "":
	case next == "silent" && w.value(2) == "(" && w.name(3) && w.value(4) == ")":
	default:
		return habit{}, false
	}
	nothing := sign("event", t)
	nothing.Value = ""
	h, _ := w.reads(1, "this event has no name", "", t, nothing)
	h.err.Hint, h.err.Fix = "write it behind event: event NAME "+w.value(1)+" …", nil
	return h, true
}

// eventless is policy P on (h: rack), without the event.
func (w *window) eventless(t lexer.Token) (habit, bool) {
	if w.value(1) != "(" || !w.endsHead(-1, "policy") {
		return habit{}, false
	}
	event := w.token(1)
	event.Type, event.Value = tokIdent, ""
	h, _ := w.reads(1, "no event is said to start this policy", "", t, event)
	h.err.Hint, h.err.Fix = "write on and its name before what it tells: on EVENT(…)", nil
	return h, true
}

// clauses are words of which each says something of a line by what stands right behind it; gives are words behind which they
// would be names.
var (
	clauses = setOf([]string{"cooldown", "every", "stale", "within"})
	gives   = setOf([]string{"let", "var", "op", "attr", "param", "set", "{", "}", ";", "(", ","})
)

// clauseEquals is cooldown = 10s, behind the name of a policy.
func (w *window) clauseEquals() (habit, bool) {
	clause, before := w.token(-1), w.token(-2)
	if !clauses[clause.Value] || gives[before.Value] || before.Pos.Line != clause.Pos.Line || clause.Pos.Line != w.token(0).Pos.Line {
		return habit{}, false
	}
	if (clause.Value == "every" || clause.Value == "stale") && w.token(1).Type == tokIdent && w.begins() == "probe" {
		nothing := sign(clause.Value, clause)
		nothing.Value = ""
		h, _ := w.reads(1, clause.Value+" says a time, before the =", "", nothing, w.token(0))
		h.err.Span, h.err.Hint, h.err.Fix = spanOf(clause), "write such as "+clause.Value+" 10s", nil
		return h, true
	}
	h, _ := w.reads(1, "what "+clause.Value+" says stands right behind it", "")
	h.err.Hint = "leave out the ="
	h.err.Fix.Span.Start = spanOf(clause).End
	return h, true
}

// perSecond are units of data in a time as others write them, in bits or in bytes; it is said in bits here.
var perSecond = map[string]struct {
	unit string
	bits float64
}{
	"kB": {"kbit/s", 8}, "KB": {"kbit/s", 8}, "MB": {"Mbit/s", 8}, "GB": {"Gbit/s", 8}, "B": {"bit/s", 8},
	"b": {"bit/s", 1}, "kb": {"kbit/s", 1}, "Kb": {"kbit/s", 1}, "Mb": {"Mbit/s", 1}, "mb": {"Mbit/s", 1}, "Gb": {"Gbit/s", 1}, "gb": {"Gbit/s", 1},
}

// rate is 10MB/s, and 1Gb/s.
func (w *window) rate(digits, unit string) (habit, bool) {
	meant := perSecond[unit]
	n, err := strconv.ParseFloat(digits, 64)
	if meant.unit == "" || err != nil || w.value(1) != "/" || w.value(2) != "s" && w.value(2) != "sec" {
		return habit{}, false
	}
	text := strconv.FormatFloat(meant.bits*n, 'f', -1, 64) + meant.unit
	h, _ := w.reads(3, `"`+unit+`/s" is no unit: data in a time is said in bits`, text, w.joined(3, text))
	h.err.Fix.Guess = unit == "mb" || unit == "gb" // in small letters it may be bytes
	return h, true
}
