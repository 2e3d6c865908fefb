package lang

import (
	"slices"
	"strings"

	"github.com/alecthomas/participle/v2/lexer"
)

// Signs that mean nothing here, but plainly stand for something that does: `5 %`, `a && b`, `h.cpu ≥ 5%`. They were told as
// they were read, and the line says what it says all the same.

// plain reads the signs of which it is clear what is meant. What was told of them is the list's now: nothing is lost by them.
func (n *native) plain(s *scanner) {
	if len(s.errs) == 0 {
		return
	}
	told := map[int]Error{}
	for _, e := range s.errs {
		if (e.Code == CodeEncoding || e.Code == CodeUnterminated) && e.Fix != nil && !e.Fix.Guess {
			told[e.Span.Start] = e
		}
	}
	var out []lexer.Token
	for i := 0; i < len(n.tokens); i++ {
		t := n.tokens[i]
		e, known := told[t.Pos.Offset]
		if unequal, ok := equalsNot(out, t); ok {
			out[len(out)-1] = unequal
			n.errs = append(n.errs, Error{Span: spanOf(unequal), Code: CodeUnexpected, Msg: `"=!" means nothing here`, Hint: "write !="}.fixed(spanOf(unequal), "!="))
			s.errs = slices.DeleteFunc(s.errs, func(o Error) bool { return o.Span == spanOf(t) })
			continue
		}
		if t.Type != tokJunk || !known || !n.meant(s, &out, e, n.tokens[i:]) {
			out = append(out, t)
			continue
		}
		e.meant = true
		n.errs = append(n.errs, e)
		s.errs = slices.DeleteFunc(s.errs, func(o Error) bool { return o.Span == e.Span })
	}
	n.tokens = out
}

// equalsNot is a =! b, from the second sign on; != is what it is meant as.
func equalsNot(before []lexer.Token, t lexer.Token) (lexer.Token, bool) {
	i := len(before) - 1
	if t.Value != "!" || t.Type != tokJunk || i < 0 || before[i].Value != "=" || spanOf(before[i]).End != t.Pos.Offset {
		return lexer.Token{}, false
	}
	unequal := before[i]
	unequal.Value, unequal.Type = "!=", tokSign
	return unequal, true
}

// meant puts what junk stands for behind what was read before, if it can; from is the junk, and what follows it.
func (n *native) meant(s *scanner, before *[]lexer.Token, e Error, from []lexer.Token) bool {
	if e.Code == CodeUnterminated {
		return s.ended(before, e, from[0])
	}
	text := strings.TrimSpace(e.Fix.New)
	switch {
	case text == "": // 5 %
		i := len(*before) - 1
		if i < 0 || (*before)[i].Type != tokNumber || e.Span.End != e.Span.Start+1 || isOperand(from[1], from[0]) {
			return false
		}
		number := &(*before)[i]
		number.Value += "%"
		number.Pos.Column = e.Span.End - number.Pos.Offset
		return true
	case text == "//", strings.HasPrefix(text, `"`):
		return false // what stands within is no text of its own
	}
	*before = append(*before, word(text, from[0]))
	return true
}

// ended puts a text without an end behind what was read before, if it is all that stands there: exec("x). It ends before the
// brackets.
func (s *scanner) ended(before *[]lexer.Token, e Error, junk lexer.Token) bool {
	end := e.Fix.Span.Start
	if i := len(*before) - 1; i < 0 || (*before)[i].Value != "(" || s.base > 0 || s.source[end-1] == '\\' || openHole(s.source[junk.Pos.Offset:end]) {
		return false
	}
	text := junk
	text.Type, text.Value, text.Pos.Column = tokString, s.source[junk.Pos.Offset:end]+`"`, end-junk.Pos.Offset
	*before = append(*before, text)
	for at := end; at < e.Span.End; at++ {
		if sign := s.source[at : at+1]; sign != " " && sign != "\t" {
			behind := junk
			behind.Type, behind.Value, behind.Pos.Offset, behind.Pos.Column = tokSign, sign, at, 0
			*before = append(*before, behind)
		}
	}
	return true
}

// isOperand says whether a token on the line of another one can be the right side of an operator.
func isOperand(t, of lexer.Token) bool {
	return t.Pos.Line == of.Pos.Line && (t.Type == tokNumber || t.Type == tokString || t.Value == "(" || t.Type == tokIdent && !goesOnAnExpression[t.Value])
}

// goesOnAnExpression are the words that can stand behind an expression and are no reserved ones.
var goesOnAnExpression = setOf([]string{"within", "at", "to", "on", "until", "every", "stale", "desc", "one", "over", "last", "lossless", "cooldown", "undoable", "attr", "op", "ready", "let", "start", "stop"})

// behindMeant drops what is said of a line behind a sign of which was told what it is meant as: it may be meant otherwise.
func behindMeant(source string, errs []Error) []Error {
	var meant []Span
	for _, e := range errs {
		if e.meant {
			meant = append(meant, e.Span)
		}
	}
	for i := range errs {
		errs[i].meant = false
	}
	return slices.DeleteFunc(errs, func(e Error) bool {
		return e.Code == CodeUnexpected && slices.ContainsFunc(meant, func(at Span) bool {
			return at.End <= e.Span.Start && !strings.Contains(source[at.End:e.Span.Start], "\n")
		})
	})
}
