package lang

import (
	"errors"
	"slices"
	"sort"
	"strconv"
	"strings"

	"github.com/alecthomas/participle/v2"
	"github.com/alecthomas/participle/v2/lexer"
)

func spanOf[T name | lexer.Token](word T) Span {
	t := lexer.Token(word)
	if t.Pos.Column > 0 { // it was put in the place of something else, which is so long
		return Span{t.Pos.Offset, t.Pos.Offset + t.Pos.Column}
	}
	return Span{t.Pos.Offset, t.Pos.Offset + len(t.Value)}
}

func nameOf[T name | lexer.Token](word T) Name { return Name{lexer.Token(word).Value, spanOf(word)} }

// eventNameOf is an event's name; of one of a module, MODULE.EVENT.
func eventNameOf(e eventName) Name {
	n := nameOf(e.Name)
	if e.Member == nil || e.Member.Value == "" {
		return n
	}
	member := nameOf(*e.Member)
	return Name{n.Text + "." + member.Text, Span{n.Span.Start, member.Span.End}}
}

// describe names a token in a message.
func describe(t lexer.Token) string {
	if t.EOF() {
		return "end"
	}
	if len(t.Value) > 40 {
		return strconv.Quote(strings.ToValidUTF8(t.Value[:36], "") + "…")
	}
	if t.Type == tokString {
		return "text " + t.Value
	}
	return strconv.Quote(t.Value)
}

// advice is a hint, and the change of the text that follows it (nil if there is none).
type advice struct {
	text string
	fix  *Edit
}

func say(text string) advice { return advice{text: text} }

// or is the first of two that has something to say.
func (a advice) or(b advice) advice {
	if a.text != "" {
		return a
	}
	return b
}

// nearHint suggests the word that the token is most like.
func nearHint(t lexer.Token, words ...string) advice {
	near := nearest(t.Value, words)
	if near == "" || near == t.Value || len(t.Value) < 3 && !swapped(t.Value, near) {
		return advice{}
	}
	another := len(t.Value) == 3 && len(near) == 3 && letters(t.Value) != letters(near) // foo is a word as good as for
	return advice{"did you mean " + near + "?", &Edit{spanOf(t), near, another || !Slip(t.Value, near, words)}}
}

// swapped says whether a word has the letters of another, of two, in the other order: so short a word is near too many.
func swapped(word, near string) bool {
	return len(word) == 2 && len(near) == 2 && word[0] == near[1] && word[1] == near[0]
}

// places are the words that say how one thing stands to another: what is meant by one is often said by another.
var places = setOf([]string{"of", "on", "in", "at", "to", "from"})

// lastOf is where a word that has been read stands, the last time.
func (p *parser) lastOf(word string) Span {
	for i := int(p.lex.RawCursor()) - 1; i >= 0; i-- {
		if p.tokens[i].Value == word {
			return spanOf(p.tokens[i])
		}
	}
	return Span{}
}

// leaveOut reports a clause that can't stand where it does: its word, and what follows it at a place.
func (p *parser) leaveOut(word string, at Span, msg string) {
	e := Error{Span: at, Code: CodeUnexpected, Msg: msg, Hint: "leave out the " + word}
	before := strings.TrimRight(p.source[:at.Start], " \t")
	if head, found := strings.CutSuffix(before, word); found {
		e = e.fixed(p.wide(Span{len(head), at.End}), "").guessed()
	}
	p.report(e)
}

// wide is a range with the blanks before it.
func (p *parser) wide(at Span) Span {
	return Span{len(strings.TrimRight(p.source[:at.Start], " \t")), at.End}
}

// asks are the words behind which something is true or not.
var asks = setOf([]string{"when", "where", "if", "while", "until", "expect", "and", "or", "not"})

// at is the place of a token among all.
func (p *parser) at(t lexer.Token) int {
	i := sort.Search(len(p.tokens), func(i int) bool { return p.tokens[i].Pos.Offset >= t.Pos.Offset })
	for near := max(0, i-mostPut); near < min(len(p.tokens), i+mostPut); near++ { // what was put stands upon what is before it
		if p.tokens[near] == t {
			return near
		}
	}
	return min(i, len(p.tokens)-1)
}

// inCondition says whether a token stands behind a word on its line that asks for something.
func inCondition(tokens []lexer.Token, at int) bool {
	line := tokens[at].Pos.Line
	for at--; at >= 0 && tokens[at].Pos.Line == line; at-- {
		if asks[tokens[at].Value] {
			return true
		}
	}
	return false
}

// adviceAt knows the commonest slips by the token that surprised, those around it, and what was expected in its place ("" if
// that was much).
func adviceAt(tokens []lexer.Token, at int, expected string) advice {
	if at == 0 || at >= len(tokens) {
		return advice{}
	}
	last, t := tokens[at-1], tokens[at]
	first := noToken // the one before both
	if at > 1 {
		first = tokens[at-2]
	}
	if _, unit := UnitOf(t.Value); unit && last.Type == tokNumber && last.Pos.Line == t.Pos.Line {
		return advice{"write the unit next to its number: " + last.Value + t.Value, &Edit{Span: Span{spanOf(last).End, spanOf(t).Start}}}
	}
	if isTypeWord[t.Value] && isTypeWord[last.Value] {
		return advice{"one type is enough", &Edit{Span{spanOf(last).End, spanOf(t).End}, "", t.Value != last.Value}}
	}
	if t.Value == ":" && at+1 < len(tokens) && tokens[at+1].Value == "=" {
		return advice{"a name gets its value with =: leave out the colon", &Edit{Span: spanOf(t)}}
	}
	if t.Value == ":" && expected == `"="` {
		return advice{"a value stands behind =", &Edit{wideOf(tokens[at-1], t), " =", false}}
	}
	if t.Value == ":" && last.Type == tokNumber && first.Value == "at" {
		return advice{"leave out the colon", &Edit{Span: spanOf(t)}}
	}
	if t.Value == "{" && at == 2 && tokens[0].Value == "system" {
		return say("a system is all of its file: leave out its braces")
	}
	if t.Type == tokString && (last.Value == "exec" || last.Value == "template") {
		return closedBy(last, t, tokens[min(at+1, len(tokens)-1)])
	}
	if t.Value == "," && behindField(tokens, at) {
		return advice{"fields stand side by side: leave out the comma", &Edit{Span: spanOf(t)}}
	}
	if t.Value == "=" {
		return adviceOnEquals(tokens, at, expected)
	}
	if Distance(t.Value, "exists", 1) == 1 && inCondition(tokens, at) {
		return nearHint(t, "exists")
	}
	if w := t.Value; (w == "at" || w == "daily" || w == "cron" || w == ":" && last.Type == tokNumber) && (&window{tokens: tokens, at: at}).begins() == "event" {
		return say(noTimeOfDay)
	}
	if t.Value == "on" && inCondition(tokens, at) {
		return say("where something stands is asked as such: v.host == h")
	}
	if expected == phrases["<string>"] && t.Type == tokIdent {
		return quoted(tokens, at)
	}
	switch {
	case expected == `"in"` && (t.Value == "by" || t.Value == "." || t.Value == "where" || t.Value == "{"):
		return say("a loop gives each one a name: for x in " + last.Value + " …")
	case expected == `"in"` && t.Type == tokIdent && !places[t.Value] && Distance(t.Value, "in", 1) > 1:
		return advice{"write in before what it goes over", &Edit{Span: Span{t.Pos.Offset, t.Pos.Offset}, New: "in ", Guess: true}}
	case expected == `"expect"` && Distance(t.Value, "expect", 2) > 2:
		return advice{"write expect before what is to hold", &Edit{Span: Span{t.Pos.Offset, t.Pos.Offset}, New: "expect "}}
	case expected == phrases["Bounds"] && t.Type == tokNumber && !strings.ContainsAny(t.Value, ".%"):
		return boundsAt(tokens, at)
	case last.Value == ".." && t.Value == "]":
		return advice{"any number is written *", &Edit{Span: Span{t.Pos.Offset, t.Pos.Offset}, New: "*"}}
	case expected == phrases["Bounds"] && t.Value == "{":
		return say("say how many there may be, such as [1] or [0..4]")
	case expected == `":"` && last.Type == tokIdent && first.Value == "probe":
		return say("a probe has a type: " + last.Value + ": percent")
	case expected == `":"` && (t.Value == ")" || t.Value == ",") && declaresParams(tokens, at):
		return say("a parameter has a type: " + last.Value + ": TYPE")
	case expected == `"within"` && last.Value == "eventually":
		return say("say within what time, such as eventually within 1min expect …")
	case last.Pos.Line == t.Pos.Line:
		if help := adviceOnLack(tokens, at, expected); help.text != "" {
			return help
		}
	}
	if hint := elsewhere[t.Value]; hint != "" {
		return say(hint)
	}
	if last.Value == "wait" && t.Type == tokNumber {
		return say(elsewhere["sleep"])
	}
	if word := strings.Trim(expected, `"`); word != t.Value && places[word] && places[t.Value] {
		return advice{"write " + word, &Edit{spanOf(t), word, true}}
	}
	return advice{}
}

// boundsAt are bounds that lack a bracket: 1..2].
func boundsAt(tokens []lexer.Token, at int) advice {
	t, end := tokens[at], at
	text := t.Value
	if at+2 < len(tokens) && tokens[at+1].Value == ".." && tokens[at+2].Pos.Line == t.Pos.Line {
		end = at + 2
		text += ".." + tokens[end].Value
	}
	whole := Span{t.Pos.Offset, spanOf(tokens[end]).End}
	if end+1 < len(tokens) && tokens[end+1].Value == "]" {
		whole.End = spanOf(tokens[end+1]).End
	}
	return advice{"how many there may be stands in brackets: [" + text + "]", &Edit{Span: whole, New: "[" + text + "]"}}
}

// wideOf is a token's range with the blanks before it.
func wideOf(before, t lexer.Token) Span { return Span{spanOf(before).End, spanOf(t).End} }

// behindField says whether a token stands behind a field on its line, name = value.
func behindField(tokens []lexer.Token, at int) bool {
	line := tokens[at].Pos.Line
	for at -= 2; at > 0 && tokens[at].Pos.Line == line; at-- {
		if tokens[at].Value == "=" {
			return isFieldName[tokens[at-1].Value]
		}
	}
	return false
}

var isFieldName = setOf(slices.Concat(HostFields, VMFields))

// declaresParams says whether a token stands on a line that declares something with parameters.
func declaresParams(tokens []lexer.Token, at int) bool {
	first := (&window{tokens: tokens, at: at}).begins()
	return first == "func" || first == "event" || first == "policy" || first == "op"
}

// quoted puts a bare word in quotes, with what stands close behind it: std/relieve.
func quoted(tokens []lexer.Token, at int) advice {
	word := spanOf(tokens[at])
	text := tokens[at].Value
	for _, t := range tokens[at+1:] {
		if t.Pos.Offset != word.End || t.EOF() || t.Type == tokString || t.Type == tokJunk || t.Value == "{" {
			break
		}
		word.End, text = spanOf(t).End, text+t.Value
	}
	if tokens[at-1].Value == "import" {
		text = strings.ReplaceAll(strings.TrimSuffix(text, ".tune"), ".", "/")
	}
	return advice{"write it in quotes: \"" + text + "\"", &Edit{word, `"` + text + `"`, false}}
}

// adviceOnEquals says what an = is meant to be that stands where none can.
func adviceOnEquals(tokens []lexer.Token, at int, expected string) advice {
	last, t, next := tokens[at-1], tokens[at], tokens[min(at+1, len(tokens)-1)]
	both := Span{spanOf(t).Start, spanOf(next).End}
	joined := next.Pos.Offset == spanOf(t).End
	asked := inCondition(tokens, at)
	behind := spanOf(last).End
	switch {
	case joined && next.Value == ">" && (last.Value == "}" || last.Pos.Line != t.Pos.Line):
		return advice{"a transition is written ->", &Edit{both, "->", last.Value != "}"}}
	case joined && (next.Value == ">" || next.Value == "<"):
		return advice{"write " + next.Value + "=", &Edit{both, next.Value + "=", !asked}}
	case last.Value == ":" && bindsName(tokens, at):
		return advice{"a name gets its value with =: leave out the colon", &Edit{Span: spanOf(last)}}
	case last.Value == ":" && at >= 2:
		return adviceOnType(next, Span{spanOf(tokens[at-2]).End, both.Start + 1})
	case expected == `"from" or ":"`:
		return advice{"a load begins behind a colon", &Edit{wideOf(last, t), ":", false}}
	case expected == `":"`:
		return adviceOnType(next, Span{behind, both.Start + 1})
	case expected == `"("`:
		return advice{"a function has parentheses, also if nothing stands in them", &Edit{Span{behind, behind}, "()", true}}
	case strings.Contains(expected, `")"`) && !closesOnLine(tokens, at):
		return advice{"close it with ) before the =", &Edit{Span{behind, behind}, ")", true}}
	case asked:
		return advice{"equality is written ==", &Edit{spanOf(t), "==", false}}
	}
	return advice{}
}

// adviceOnType says that a type is missing between a name and the =, and which if the value tells. The range is from one to
// the other.
func adviceOnType(value lexer.Token, between Span) advice {
	typ := literalType(value)
	if typ == "" {
		return say("its type stands before the =")
	}
	return advice{"its type stands before the =: " + typ, &Edit{between, ": " + typ + " =", true}}
}

// LiteralType is the name of the type of a number with its unit, "" if a text is none.
func LiteralType(text string) string {
	if text == "" || !isDigit(text[0]) || len(Tokens(text)) != 1 {
		return ""
	}
	return literalType(lexer.Token{Type: tokNumber, Value: text})
}

// literalType is the type of a literal, "" of anything else.
func literalType(t lexer.Token) string {
	switch {
	case t.Type == tokString:
		return "string"
	case t.Value == "true" || t.Value == "false":
		return "bool"
	case t.Type != tokNumber:
		return ""
	}
	number := strings.TrimRight(t.Value, "%/abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")
	if unit, ok := UnitOf(t.Value[len(number):]); ok {
		return unit.Type
	}
	if strings.Contains(number, ".") {
		return "float"
	}
	return "int"
}

// bindsName says whether a token stands on a line that begins with let or var, right behind the name and the colon.
func bindsName(tokens []lexer.Token, at int) bool {
	return at >= 3 && (tokens[at-3].Value == "let" || tokens[at-3].Value == "var")
}

// closesOnLine says whether a parenthesis that is open before a token is closed behind it on its line.
func closesOnLine(tokens []lexer.Token, at int) bool {
	open := 0
	for _, t := range tokens[at:] {
		switch {
		case t.Pos.Line != tokens[at].Pos.Line:
			return false
		case t.Value == "(":
			open++
		case t.Value == ")" && open == 0:
			return true
		case t.Value == ")":
			open--
		}
	}
	return false
}

// isNamedParam says whether what stands between two tokens is a parameter's name: (by: int).
func isNamedParam(before, after lexer.Token) bool {
	return (before.Value == "(" || before.Value == ",") && after.Value == ":"
}

func isReserved(t lexer.Token, construct string) Error {
	msg := describe(t) + " is a word of the language and cannot be a name in " + construct
	return Error{Span: spanOf(t), Code: CodeReserved, Msg: msg, Hint: "choose another name"}
}

// aLink is what a link is called in messages.
const aLink = "a link"

// translate turns participle's error into ours: it names the construct and what could have stood there, never a Go type.
// The words are those of the rule that was read. It gives the token that surprised, too.
func (p *parser) translate(err error, construct string, words []string) (Error, lexer.Token) {
	var unexpected *participle.UnexpectedTokenError
	if !errors.As(err, &unexpected) {
		t := *p.lex.Peek()
		return Error{Span: spanOf(t), Code: CodeUnexpected, Msg: "cannot read this as " + construct}, t
	}
	t := unexpected.Unexpected
	expected, help := firstOf(expectation(unexpected)), advice{}
	before := p.before(t)
	if (t.Type != tokKeyword || t.Pos.Line != before.Pos.Line) && construct == aLink && before.Value == "." {
		expected, help = "a role", say("a role is what one end of a link calls the other, such as workers")
	}
	help = help.or(p.adviceOnLine(construct, t, expected))
	switch {
	case t.Type == tokJunk:
		return Error{Span: spanOf(t)}, t
	case t.Type == tokKeyword && isNamedParam(before, p.after(t)):
		return isReserved(t, construct), t
	case expected != "" && before.Value != "" && before.Pos.Line != t.Pos.Line:
		msg := "expected " + expected + " behind " + describe(before) + " in " + construct
		return Error{Span: spanOf(before), Code: CodeUnexpected, Msg: msg, Hint: help.text}, t
	case t.Type == tokKeyword && expected == "a name":
		return isReserved(t, construct), t
	}
	help = help.or(amount(t, expected)).or(adviceAt(p.tokens, p.at(t), expected))
	if help.text == "" && t.Type == tokIdent {
		help = nearHint(t, words...)
	}
	msg := "unexpected " + describe(t) + " in " + construct
	if expected != "" { // nothing is, where the rule doesn't even begin
		msg += ", expected " + expected
	}
	return Error{Span: spanOf(t), Code: CodeUnexpected, Msg: msg, Hint: help.text, Fix: help.fix}, t
}

// expectation is the part of participle's message that says, as EBNF, what the rest of the rule is.
func expectation(err *participle.UnexpectedTokenError) string {
	_, rest, _ := strings.Cut(err.Message(), "(expected ")
	return strings.TrimSuffix(rest, ")")
}

var phrases = map[string]string{
	"<ident>": "a name", "<number>": "a number", "<string>": "a text", "name": "a name", "expr": "an expression", "setExpr": "an expression",
	"TypeRef": "a type", "Bounds": "[min..max]", "Param": "a parameter", "Trigger": "an event", "EventName": "an event", "Count": "a number",
	"LoadPoint": "a number of clients", "Thing": "a name",
}

// firstOf says in words what an EBNF sequence may begin with.
func firstOf(ebnf string) string {
	found := firsts(ebnf)
	switch n := len(found); n {
	case 0:
		return ""
	case 1:
		return found[0]
	default:
		return strings.Join(found[:n-1], ", ") + " or " + found[n-1]
	}
}

// firsts is what an EBNF sequence may begin with, each in words.
func firsts(ebnf string) []string {
	var found []string
	for rest := ebnf; rest != ""; {
		var item string
		item, rest = cutItem(rest)
		optional := strings.HasSuffix(item, "?") || strings.HasSuffix(item, "*")
		found = append(found, beginnings(strings.TrimRight(item, "?*+"))...)
		if !optional {
			break
		}
	}
	return found
}

// cutItem cuts the first item off an EBNF sequence: a literal, a name or a group, with its mark ? * +.
func cutItem(ebnf string) (item, rest string) {
	depth, quoted := 0, false
	for i, c := range ebnf {
		switch {
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '(':
			depth++
		case c == ')':
			depth--
		case c == ' ' && depth == 0:
			return ebnf[:i], strings.TrimLeft(ebnf[i:], " ")
		}
	}
	return ebnf, ""
}

// beginnings lists what one EBNF item may begin with.
func beginnings(item string) []string {
	if !strings.HasPrefix(item, "(") {
		if phrase := phrases[item]; phrase != "" {
			return []string{phrase}
		}
		return []string{item}
	}
	var all []string
	rest, start := strings.TrimSuffix(item[1:], ")"), true
	for rest != "" {
		var next string
		next, rest = cutItem(rest)
		if next == "|" {
			start = true
			continue
		}
		if start {
			all = append(all, beginnings(strings.TrimRight(next, "?*+"))...)
		}
		start = false
	}
	return all
}

// lacking is what could have stood where participle was surprised.
func lacking(err error) []string {
	var unexpected *participle.UnexpectedTokenError
	if !errors.As(err, &unexpected) {
		return nil
	}
	return firsts(expectation(unexpected))
}
