package lang

import (
	"strings"

	"github.com/alecthomas/participle/v2/lexer"
)

// TokenKind is what a token is by its letters alone.
type TokenKind uint8

const (
	TokenIdent TokenKind = iota + 1
	TokenKeyword
	TokenNumber
	TokenString
	TokenSign
	TokenComment
	TokenJunk // means nothing; Parse says why
)

// Token is a piece of a source that is not blank.
type Token struct {
	Span Span
	Kind TokenKind
}

var tokenKinds = map[lexer.TokenType]TokenKind{
	tokIdent: TokenIdent, tokKeyword: TokenKeyword, tokNumber: TokenNumber, tokString: TokenString, tokSign: TokenSign, tokJunk: TokenJunk,
}

// Tokens cuts a source into its tokens, with its comments, in the order of the text. Where the lexer gives up, as in a
// comment without an end, the tokens end.
func Tokens(source string) []Token {
	s := newScanner(source)
	if strings.HasPrefix(source, byteOrderMark) {
		s.at = len(byteOrderMark)
	}
	var all []Token
	for behind := s.at; ; {
		t, err := s.Next()
		if err != nil {
			return all
		}
		all = append(all, commentsIn(source, behind, t.Pos.Offset)...)
		if !t.EOF() {
			all = append(all, Token{spanOf(t), tokenKinds[t.Type]})
		} else if s.done() {
			return all
		}
		behind = s.at
	}
}

// commentsIn finds the comments between two tokens.
func commentsIn(source string, at, end int) []Token {
	var all []Token
	for at < end {
		n := 1
		switch between := source[at:end]; {
		case strings.HasPrefix(between, "//"):
			if n = strings.IndexByte(between, '\n'); n < 0 {
				n = len(between)
			}
		case strings.HasPrefix(between, "/*"):
			if n = strings.Index(between[2:], "*/") + 4; n < 4 { // has no end
				return all
			}
		default:
			at++
			continue
		}
		all = append(all, Token{Span{at, at + n}, TokenComment})
		at += n
	}
	return all
}
