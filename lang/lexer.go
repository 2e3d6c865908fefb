package lang

import (
	"io"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/alecthomas/participle/v2/lexer"
)

// MaxSource is the size of a file, in bytes, from which on it is refused.
const MaxSource = 16 << 20

// byteOrderMark is what some editors put before a text. It says nothing.
const byteOrderMark = "\xef\xbb\xbf"

// maxNesting is how deep brackets, operators and branches may be nested. People stay under ten.
const maxNesting = 100

// Kinds of tokens. A junk token is what has been reported by the lexer already; no rule accepts it.
const (
	tokIdent lexer.TokenType = iota + 1
	tokKeyword
	tokNumber
	tokString
	tokSign
	tokJunk
)

var symbols = map[string]lexer.TokenType{
	"EOF": lexer.EOF, "Ident": tokIdent, "Keyword": tokKeyword, "Number": tokNumber, "String": tokString, "Sign": tokSign, "Junk": tokJunk,
}

// definition makes the lexer known to participle. Spaces and comments are not passed on; a token's value is its source
// text, so that its end is its offset plus its length.
type definition struct{}

func (definition) Symbols() map[string]lexer.TokenType { return symbols }

func (definition) Lex(_ string, r io.Reader) (lexer.Lexer, error) {
	source, err := io.ReadAll(r)
	if err != nil {
		return nil, err
	}
	return newScanner(string(source)), nil
}

// scanner cuts a text into tokens. It never fails: what it cannot read it reports in errs and passes on as junk.
type scanner struct {
	source  string
	at, end int
	base    int // where source begins in the file
	line    int
	depth   int // open brackets
	braces  int // open braces among them
	// closed says that the last token closed the last open brace. A declaration that follows is left for the next run, so
	// that only the tokens of one long declaration are in memory at a time.
	closed bool
	errs   []Error
	says   map[string]bool // which texts stand in the beginning of the file, of those that were asked for
	// gaveUp says that the rest of the file was left out; what is missing at its end is no news then.
	gaveUp bool
}

func newScanner(source string) *scanner {
	return &scanner{source: source, end: len(source), line: 1, says: map[string]bool{}}
}

// Next implements lexer.Lexer.
func (s *scanner) Next() (lexer.Token, error) {
	s.skipBlank()
	if s.at >= s.end || s.closed && s.atDeclaration() {
		s.closed = false
		return s.token(lexer.EOF, s.at), nil
	}
	s.closed = false
	switch c := s.source[s.at]; {
	case isLetter(c):
		return s.word(), nil
	case isDigit(c):
		return s.number(), nil
	case c == '"':
		return s.text(), nil
	case c >= utf8.RuneSelf:
		return s.foreign(), nil
	}
	return s.sign(), nil
}

// done says whether the whole text was passed on.
func (s *scanner) done() bool { return s.at >= s.end }

// atDeclaration says whether a word that begins declarations is next, in the first column.
func (s *scanner) atDeclaration() bool {
	if s.at > 0 && s.source[s.at-1] != '\n' {
		return false
	}
	end := s.at
	for isLetter(s.byte(end)) {
		end++
	}
	return declares[s.source[s.at:end]]
}

// token passes on the text up to end.
func (s *scanner) token(kind lexer.TokenType, end int) lexer.Token {
	t := lexer.Token{Type: kind, Value: s.source[s.at:end], Pos: lexer.Position{Offset: s.base + s.at, Line: s.line}}
	s.at = end
	return t
}

func (s *scanner) skipBlank() {
	for s.at < s.end {
		switch c := s.source[s.at]; {
		case c == '\n':
			s.line++
			s.at++
		case c == ' ' || c == '\t' || c == '\r':
			s.at++
		case strings.HasPrefix(s.source[s.at:s.end], "//"):
			s.at = s.endOfLine()
		case strings.HasPrefix(s.source[s.at:s.end], "/*"):
			s.skipComment()
		default:
			return
		}
	}
}

func (s *scanner) endOfLine() int {
	if i := strings.IndexByte(s.source[s.at:s.end], '\n'); i >= 0 {
		return s.at + i
	}
	return s.end
}

func (s *scanner) skipComment() {
	n := strings.Index(s.source[s.at+2:s.end], "*/")
	if n < 0 {
		s.stop(s.at+2, CodeUnterminated, "this comment has no end: all that follows is part of it", "close it with */")
		return
	}
	s.line += strings.Count(s.source[s.at:s.at+2+n], "\n")
	s.at += n + 4
}

func (s *scanner) report(end int, code, msg, hint string) {
	if len(s.errs) > maxErrors {
		return
	}
	s.errs = append(s.errs, Error{Span: Span{s.base + s.at, s.base + end}, Code: code, Msg: msg, Hint: hint})
}

// gaps are what the scanner left out, or could read as nothing: each to the end of its line, or of the file.
func (s *scanner) gaps() []Span {
	var out []Span
	for _, e := range s.errs {
		end := len(s.source)
		if i := strings.IndexByte(s.source[min(e.Span.Start, end):], '\n'); i >= 0 && !strings.HasPrefix(s.source[e.Span.Start:], "/*") {
			end = e.Span.Start + i
		}
		out = append(out, Span{e.Span.Start, end})
	}
	if s.gaveUp {
		out = append(out, Span{s.base + s.at, len(s.source)})
	}
	return out
}

// stop reports an error after which the rest of the file makes no sense.
func (s *scanner) stop(end int, code, msg, hint string) {
	s.report(end, code, msg, hint)
	s.gaveUp = true
	s.end = s.at
}

func (s *scanner) word() lexer.Token {
	end := s.at
	for end < s.end {
		if c := s.source[end]; c < utf8.RuneSelf {
			if !isLetter(c) && !isDigit(c) {
				break
			}
			end++
			continue
		}
		r, size := utf8.DecodeRuneInString(s.source[end:s.end])
		if !unicode.IsLetter(r) {
			break
		}
		end += size
	}
	kind := tokIdent
	if reserved[s.source[s.at:end]] {
		kind = tokKeyword
	}
	return s.token(kind, end)
}

// number reads digits with the unit that is glued to them. 1..3 are two numbers, 1e6 is one.
func (s *scanner) number() lexer.Token {
	end := s.digits(s.at)
	if s.byte(end) == '.' && isDigit(s.byte(end+1)) {
		end = s.digits(end + 1)
	}
	if exp := end + 1; s.byte(end) == 'e' {
		if s.byte(exp) == '+' || s.byte(exp) == '-' {
			exp++
		}
		if isDigit(s.byte(exp)) {
			end = s.digits(exp)
		}
	}
	unit := end
	for isLetter(s.byte(end)) || isDigit(s.byte(end)) {
		end++
	}
	if s.byte(unit) == '%' {
		end++
	}
	if strings.HasSuffix(s.source[unit:end], "bit") && s.byte(end) == '/' && s.byte(end+1) == 's' && !isLetter(s.byte(end+2)) {
		end += 2
	}
	return s.token(tokNumber, end)
}

func (s *scanner) digits(at int) int {
	for isDigit(s.byte(at)) {
		at++
	}
	return at
}

// byte is the byte at an offset, 0 past the end.
func (s *scanner) byte(at int) byte {
	if at < s.end {
		return s.source[at]
	}
	return 0
}

// text reads a literal in quotes, which ends on its own line.
func (s *scanner) text() lexer.Token {
	for i := s.at + 1; i < s.end && s.source[i] != '\n'; i++ {
		switch s.source[i] {
		case '\\':
			if s.byte(i+1) != '\n' {
				i++
			}
		case '"':
			return s.token(tokString, i+1)
		}
	}
	last := s.endOfLine()
	for last > s.at+1 && (s.source[last-1] == '\r' || s.source[last-1] == ' ') {
		last--
	}
	s.report(last, CodeUnterminated, "this text has no end on its line", `close it with "`)
	if e := &s.errs[len(s.errs)-1]; e.Span.Start == s.base+s.at { // the brackets at the end are hardly the text's
		end := e.Span.Start + textEnds(s.source[s.at:last])
		e.Fix = &Edit{Span: Span{end, end}, New: `"`, Guess: strings.Contains(s.source[strings.LastIndexByte(s.source[:s.at], '\n')+1:s.at], `"`)}
	}
	return s.token(tokJunk, last)
}

// textEnds is where a text without an end seems to end, before the brackets that close what it stands in.
func textEnds(line string) int {
	n := len(strings.TrimRight(line, ")]} \t;,"))
	if strings.HasPrefix(line[n:], "}") && openHole(line[:n]) {
		return n + 1
	}
	return n
}

// foreign reads what begins with a byte beyond ASCII: a word, or something that has no place here.
func (s *scanner) foreign() lexer.Token {
	r, size := utf8.DecodeRuneInString(s.source[s.at:s.end])
	if unicode.IsLetter(r) {
		return s.word()
	}
	if r == utf8.RuneError && size <= 1 {
		return s.junk("this is not UTF-8", "save the file as UTF-8", "")
	}
	hint, plain := "", foreignSigns[r]
	switch {
	case plain == `"`:
		hint = `a text stands between plain quotes: "`
	case plain != "":
		hint = "write " + plain
	}
	return s.junk("the character "+s.source[s.at:s.at+size]+" means nothing here", hint, plain)
}

// foreignSigns are signs that editors make of plain ones.
var foreignSigns = map[rune]string{
	'“': `"`, '”': `"`, '„': `"`, '«': `"`, '»': `"`, '→': "->", '–': "-", '—': "-", '−': "-", '≤': "<=", '≥': ">=", '≠': "!=",
}

// junk reports unreadable bytes, a run of them once. What is plainly meant by them is the fix.
func (s *scanner) junk(msg, hint, meant string) lexer.Token {
	first := s.source[s.at]
	end := s.at + 1
	if first == '\'' { // probably a text: all of it is junk
		if n := strings.IndexAny(s.source[end:s.end], "'\n"); n >= 0 && s.source[end+n] == first {
			end += n
		}
	}
	for end < s.end && (s.source[end] == first || first >= utf8.RuneSelf && s.source[end] >= utf8.RuneSelf) {
		end++
	}
	s.report(end, CodeEncoding, msg, hint)
	if last := len(s.errs) - 1; s.errs[last].Span.Start == s.base+s.at { // it was kept
		fix := s.meant(end, meant)
		if s.errs[last].Fix = fix; fix != nil {
			end = max(end, fix.Span.End-s.base) // a text between such quotes is one mistake
		}
	}
	if first == '#' { // a comment of other languages: what it says is none of ours
		for end < s.end && s.source[end] != '\n' {
			end++
		}
	}
	return s.token(tokJunk, end)
}

var doubleSigns = setOf([]string{"->", "--", "++", "+=", "-=", "==", "!=", "<=", ">=", ".."})

func (s *scanner) sign() lexer.Token {
	if s.at+2 <= s.end && doubleSigns[s.source[s.at:s.at+2]] {
		return s.token(tokSign, s.at+2)
	}
	switch c := s.source[s.at]; c {
	case '{', '(', '[':
		if s.depth++; c == '{' {
			s.braces++
		}
		if s.depth > maxNesting {
			s.stop(s.at+1, CodeNesting, "brackets are nested too deeply here", "give the inner parts names of their own")
			return s.token(lexer.EOF, s.end)
		}
		return s.token(tokSign, s.at+1)
	case '}', ')', ']':
		s.depth = max(s.depth-1, 0)
		if c == '}' {
			s.braces = max(s.braces-1, 0)
			s.closed = s.braces == 0
		}
		return s.token(tokSign, s.at+1)
	case '.', ',', ':', ';', '=', '<', '>', '+', '-', '*', '/', '?':
		return s.token(tokSign, s.at+1)
	case 0:
		s.stop(s.at+1, CodeEncoding, "this is not a text file: it holds a zero byte", "give the path of a .tune file")
		return s.token(lexer.EOF, s.end)
	default:
		return s.junk("the character "+printable(c)+" means nothing here", signHints[c], signsMeant[c])
	}
}

// meant is what junk up to an offset is to be: the plain sign, a text between plain quotes, or a percent sign behind its
// number.
func (s *scanner) meant(end int, plain string) *Edit {
	at := Span{s.base + s.at, s.base + end}
	first := s.source[s.at]
	switch {
	case first >= utf8.RuneSelf && utf8.RuneCountInString(s.source[s.at:end]) > 1:
		return nil // the rest of the run isn't the sign's
	case first == '\'' && end > s.at+1:
		return &Edit{Span: at, New: `"` + s.source[s.at+1:end-1] + `"`}
	case first == '%':
		number := strings.TrimRight(s.source[:s.at], " \t")
		if number == "" || !isDigit(number[len(number)-1]) {
			return nil
		}
		return &Edit{Span: Span{s.base + len(number), at.Start}}
	case plain == `"`:
		return s.plainQuotes(end)
	case plain != "":
		return &Edit{Span: at, New: plain}
	}
	return nil
}

// plainQuotes is a text between quotes that an editor made, the first of which ends at an offset; nil if it has no end.
func (s *scanner) plainQuotes(end int) *Edit {
	line := s.source[end:s.endOfLine()]
	for i, r := range line {
		if foreignSigns[r] == `"` {
			return &Edit{Span: Span{s.base + s.at, s.base + end + i + utf8.RuneLen(r)}, New: `"` + line[:i] + `"`}
		}
	}
	return nil
}

// signsMeant are what signs of other languages are here.
var signsMeant = map[byte]string{'&': "and", '|': "or", '!': "not ", '#': "//"}

var signHints = map[byte]string{
	'&': "write and", '|': "write or", '!': "write not, or != for unequal", '#': "a comment begins with //",
	'\'': `a text stands between plain quotes: "`, '%': "a percentage is written next to its number: 45%",
}

func printable(c byte) string {
	if c > ' ' && c < 0x7f {
		return string(rune(c))
	}
	const digits = "0123456789abcdef"
	return "0x" + string(digits[c>>4]) + string(digits[c&15])
}

func isLetter(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' || c == '_' }
func isDigit(c byte) bool  { return c >= '0' && c <= '9' }
