package lang

import (
	"slices"
	"strings"

	"github.com/alecthomas/participle/v2/lexer"
)

// A text whose first quote lacks, as in exec(front {w}") and ["n1", n2"]: its last one begins a text without an end. It is told
// where the quote belongs, and the line is read with it.

// beforeTexts are words and signs behind which a text stands.
var beforeTexts = setOf([]string{"(", "[", ",", "=", "test", "import"})

// behindTexts are what may follow a text on its line; "" is its end.
var behindTexts = setOf([]string{")", "]", ",", "in", "as", "{", "}", "else", ""})

// unquoted reads each line that has a quote too few with one more, where all its texts stand in their places then.
func (n *native) unquoted(s *scanner) {
	if s.base > 0 {
		return
	}
	for _, e := range slices.Clone(s.errs) {
		if e.Code != CodeUnterminated || !strings.HasPrefix(s.source[e.Span.Start:], `"`) {
			continue
		}
		junk := slices.IndexFunc(n.tokens, func(t lexer.Token) bool { return t.Type == tokJunk && t.Pos.Offset == e.Span.Start })
		if junk < 0 {
			continue
		}
		for i := junk - 1; i > 0 && i > junk-nearby && n.tokens[i].Pos.Line == n.tokens[junk].Pos.Line; i-- {
			t := n.tokens[i]
			if t.Type == tokString || !beforeTexts[n.tokens[i-1].Value] || n.tokens[i-1].Pos.Line != t.Pos.Line {
				continue
			}
			line, ok := requoted(s.source[t.Pos.Offset:e.Span.End], t.Pos)
			if !ok {
				continue
			}
			at := Span{t.Pos.Offset, t.Pos.Offset}
			n.tokens = slices.Concat(n.tokens[:i], line, n.tokens[junk+1:])
			n.errs = append(n.errs, Error{Span: Span{at.Start, spanOf(line[0]).End}, Code: CodeUnterminated, Msg: "this text has no quote where it begins",
				Hint: `open it with "`, Fix: &Edit{Span: at, New: `"`}})
			s.errs = slices.DeleteFunc(s.errs, func(o Error) bool { return o.Span == e.Span })
			break
		}
	}
}

// requoted are the tokens of the rest of a line with a quote before it, which begins at a place; ok if all texts have an end
// then and stand in the places of texts.
func requoted(rest string, at lexer.Position) (tokens []lexer.Token, ok bool) {
	s := newScanner(`"` + rest)
	for {
		t, err := s.Next()
		if err != nil || t.Type == tokJunk || len(s.errs) > 0 {
			return nil, false
		}
		if t.EOF() {
			break
		}
		tokens = append(tokens, t)
	}
	for i, t := range tokens {
		if t.Type != tokString {
			continue
		}
		next := ""
		if i+1 < len(tokens) {
			next = tokens[i+1].Value
		}
		if i > 0 && !beforeTexts[tokens[i-1].Value] || !behindTexts[next] {
			return nil, false
		}
	}
	for i := range tokens { // the quote isn't in the file
		tokens[i].Pos.Offset += at.Offset - 1
		tokens[i].Pos.Line = at.Line
	}
	first := &tokens[0]
	first.Pos.Offset++
	first.Pos.Column = len(first.Value) - 1
	return tokens, true
}
