package lang

import (
	"strings"

	"github.com/alecthomas/participle/v2/lexer"
)

// The tokens of a text as the habits see them, and what they put in their place.

// native is a lexer that passes on what another one reads, as it is written here.
type native struct {
	tokens []lexer.Token
	at     int
	errs   []Error
	gaps   []Span
}

// newNative reads all that s has, into room if that is enough.
func newNative(s *scanner, room []lexer.Token) (*native, error) {
	n := &native{tokens: room}
	for {
		t, err := s.Next()
		if err != nil {
			return nil, err
		}
		if n.tokens = append(n.tokens, t); t.EOF() {
			break
		}
	}
	n.plain(s)
	n.unquoted(s)
	n.otherKinds(s.source)
	n.rewrite(s)
	return n, nil
}

func (n *native) Next() (lexer.Token, error) {
	t := n.tokens[min(n.at, len(n.tokens)-1)]
	n.at++
	return t, nil
}

// rewrite replaces habits, from the first one on in a new list.
func (n *native) rewrite(s *scanner) {
	var out []lexer.Token
	w := window{source: s.source, tokens: n.tokens, known: s.says}
	for i := 0; i < len(n.tokens); {
		w.at = i
		h, found := w.habit()
		if !found {
			if out != nil {
				out = append(out, n.tokens[i])
			}
			i++
			continue
		}
		if out == nil {
			out = append(make([]lexer.Token, 0, len(n.tokens)), n.tokens[:i]...)
		}
		out = append(out, h.put...)
		if len(h.put) == h.n { // what follows sees what is meant
			copy(n.tokens[i:], h.put)
		}
		n.errs = append(n.errs, h.err)
		if h.lacks {
			n.gaps = append(n.gaps, h.err.Span)
		}
		if i += h.n; len(h.put) > 0 && h.put[0].Value == "->" {
			w.reversed = i
		}
	}
	if out != nil {
		n.tokens = out
	}
}

// window is the tokens of a text, seen from one of them.
type window struct {
	source string
	tokens []lexer.Token
	at     int
	known  map[string]bool // what says has found out
	// reversed is where the last arrow ends that stood behind its condition.
	reversed int
}

// mostBefore is how much of a file is searched for what its names are, in bytes: its classes stand at its beginning.
const mostBefore = 1 << 16

// says says whether the beginning of the file has a text.
func (w *window) says(text string) bool {
	found, known := w.known[text]
	if !known {
		found = strings.Contains(w.source[:min(len(w.source), mostBefore)], text)
		w.known[text] = found
	}
	return found
}

// token is the one n behind, or before if n is less than 0; one of no type if there is none.
func (w *window) token(n int) lexer.Token { return *w.look(n) }

var noToken lexer.Token

// look is token, to be read only.
func (w *window) look(n int) *lexer.Token {
	if i := w.at + n; i >= 0 && i < len(w.tokens) {
		return &w.tokens[i]
	}
	return &noToken
}

// value is what stands n behind, if it is on the line of the first; else "".
func (w *window) value(n int) string {
	if t := w.look(n); t.Pos.Line == w.look(0).Pos.Line {
		return t.Value
	}
	return ""
}

// name says whether a name stands n behind, on the line of the first.
func (w *window) name(n int) bool { return w.value(n) != "" && w.look(n).Type == tokIdent }

// startsLine says whether the first token begins a line, or a block on one.
func (w *window) startsLine() bool {
	before := w.look(-1)
	return before.Pos.Line != w.look(0).Pos.Line || before.Value == "{" || before.Value == ";"
}

// behindOperand says whether what stands before is a value, so that an operator may follow it.
func (w *window) behindOperand() bool {
	before := w.look(-1)
	switch before.Value {
	case ")", "]", "none", "true", "false", "exists":
		return true
	}
	return before.Type == tokIdent || before.Type == tokNumber || before.Type == tokString
}

// line is how many tokens stand on the line from the first one on.
func (w *window) line() int {
	n := 1
	for w.at+n < len(w.tokens) && w.value(n) != "" {
		n++
	}
	return n
}

// word is a token of a word in the place of another one.
func word(text string, at lexer.Token) lexer.Token {
	at.Pos.Column = spanOf(at).End - at.Pos.Offset
	at.Value, at.Type = text, tokIdent
	switch {
	case reserved[text]:
		at.Type = tokKeyword
	case isDigit(text[0]):
		at.Type = tokNumber
	case !isLetter(text[0]):
		at.Type = tokSign
	}
	return at
}

// nameless is a name that is missing, in the place of a token.
func nameless(at lexer.Token) lexer.Token {
	at.Value, at.Type = "", tokIdent
	return at
}

// joined is a token in the place of n.
func (w *window) joined(n int, text string) lexer.Token {
	t := word(text, w.token(0))
	t.Pos.Column = w.span(n).End - t.Pos.Offset
	return t
}

func (w *window) span(n int) Span {
	return Span{w.token(0).Pos.Offset, spanOf(w.token(n - 1)).End}
}

// text is what the source says from one token up to another, without that.
func (w *window) text(from, to int) string {
	if from >= to {
		return ""
	}
	return w.source[w.token(from).Pos.Offset:spanOf(w.token(to-1)).End]
}

// reads says that the next n tokens are meant as others; new is the text of those.
func (w *window) reads(n int, msg, new string, put ...lexer.Token) (habit, bool) {
	e := Error{Span: w.span(n), Code: CodeUnexpected, Msg: msg, Hint: "write " + new}
	return habit{n: n, put: put, err: e.fixed(w.span(n), new)}, true
}

func means(text string) string { return `"` + text + `" means nothing here` }
