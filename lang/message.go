package lang

import (
	"errors"
	"strconv"
	"strings"

	"github.com/alecthomas/participle/v2"
	"github.com/alecthomas/participle/v2/lexer"
)

func spanOf[T name | lexer.Token](word T) Span {
	t := lexer.Token(word)
	return Span{t.Pos.Offset, t.Pos.Offset + len(t.Value)}
}

func nameOf[T name | lexer.Token](word T) Name { return Name{lexer.Token(word).Value, spanOf(word)} }

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

// hintAfter knows the commonest slips by the token that surprised and the one before it.
func hintAfter(last, t lexer.Token) string {
	_, unit := UnitOf(t.Value)
	switch {
	case last.Type == tokNumber && unit:
		return "write the unit next to its number: " + last.Value + t.Value
	case t.Value == "=":
		return "equality is written =="
	}
	return ""
}

// translate turns participle's error into ours: it names the construct and what could have stood there, never a Go type.
// The words are those of the rule that was read. It gives the token that surprised, too.
func (p *parser) translate(err error, construct string, words []string) (Error, lexer.Token) {
	var unexpected *participle.UnexpectedTokenError
	if !errors.As(err, &unexpected) {
		t := *p.lex.Peek()
		return Error{spanOf(t), CodeUnexpected, "cannot read this as " + construct, ""}, t
	}
	t := unexpected.Unexpected
	expected := firstOf(expectation(unexpected))
	before := p.before(t)
	switch {
	case t.Type == tokJunk:
		return Error{Span: spanOf(t)}, t
	case before.Value != "" && before.Pos.Line != t.Pos.Line:
		return Error{spanOf(before), CodeUnexpected, "expected " + expected + " behind " + describe(before) + " in " + construct, ""}, t
	case t.Type == tokKeyword && expected == "a name":
		msg := describe(t) + " is a word of the language and cannot be a name in " + construct
		return Error{spanOf(t), CodeReserved, msg, "choose another name"}, t
	}
	hint := hintAfter(before, t)
	if near := nearest(t.Value, words); hint == "" && t.Type == tokIdent && near != t.Value && near != "" {
		hint = "did you mean " + near + "?"
	}
	return Error{spanOf(t), CodeUnexpected, "unexpected " + describe(t) + " in " + construct + ", expected " + expected, hint}, t
}

// expectation is the part of participle's message that says, as EBNF, what the rest of the rule is.
func expectation(err *participle.UnexpectedTokenError) string {
	_, rest, _ := strings.Cut(err.Message(), "(expected ")
	return strings.TrimSuffix(rest, ")")
}

var phrases = map[string]string{
	"<ident>": "a name", "<number>": "a number", "<string>": "a text", "name": "a name", "expr": "an expression", "setExpr": "an expression",
	"TypeRef": "a type", "Bounds": "[min..max]", "Param": "a parameter", "Trigger": "an event", "Count": "a number",
	"LoadPoint": "a number of clients", "Thing": "a name",
}

// firstOf says in words what an EBNF sequence may begin with.
func firstOf(ebnf string) string {
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
	switch n := len(found); n {
	case 0:
		return ""
	case 1:
		return found[0]
	default:
		return strings.Join(found[:n-1], ", ") + " or " + found[n-1]
	}
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
