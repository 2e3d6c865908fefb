package lang

import (
	"fmt"
	"reflect"
	"slices"
	"sort"
	"strings"
	"unicode/utf8"

	"github.com/alecthomas/participle/v2"
	"github.com/alecthomas/participle/v2/lexer"
)

// maxErrors is how many errors of one file are reported.
const maxErrors = 100

// Parse reads a file. It always gives a tree, of what could be read, and the syntax errors in the order of the text, at
// most 100 of them and none twice. Its time is linear in the length of the source.
func Parse(path, source string) (*File, []Error) {
	file := &File{Path: path, Source: source}
	if len(source) > MaxSource {
		msg := fmt.Sprintf("the file has more than %d MiB", MaxSource>>20) // who reads files stops there
		return file, []Error{{Code: CodeTooLarge, Msg: msg, Hint: "split it into modules"}}
	}
	s := newScanner(source)
	if strings.HasPrefix(source, byteOrderMark) {
		s.at = len(byteOrderMark)
	}
	p := &parser{source: source, file: file}
	for first := true; first || !s.done() && !p.gaveUp; first = false {
		if err := p.take(s); err != nil {
			return file, []Error{{Code: CodeEncoding, Msg: err.Error()}}
		}
		if first {
			p.firstLine()
		}
		p.declarations()
	}
	if file.Kind == "" && slices.ContainsFunc(file.Decls, isModuleParam) {
		file.Kind = "module" // its first line says nothing, and systems have no parameters
	}
	file.Gaps = append(file.Gaps, s.gaps()...)
	errs := append(s.errs, p.errs...)
	text, _, _ := strings.Cut(source, "\x00") // behind that it is no text, which was told
	for _, e := range notUTF8(text) {
		if !slices.ContainsFunc(errs, func(told Error) bool {
			return told.Code == CodeEncoding && told.Span.Start <= e.Span.Start && e.Span.Start < told.Span.End
		}) {
			errs = append(errs, e)
		}
		file.Gaps = append(file.Gaps, textAround(source, e.Span))
	}
	return file, tidy(behindMeant(source, reservedOnce(source, swallowed(source, errs))))
}

func isModuleParam(d Decl) bool {
	_, is := d.(*ModuleParam)
	return is
}

// notUTF8 are the places where the source isn't text, those of a line as one.
func notUTF8(source string) []Error {
	if utf8.ValidString(source) {
		return nil
	}
	var errs []Error
	for at := 0; at < len(source) && len(errs) < maxErrors; {
		r, size := utf8.DecodeRuneInString(source[at:])
		if r != utf8.RuneError || size > 1 {
			at += size
			continue
		}
		errs = append(errs, Error{Span: Span{at, at + 1}, Code: CodeEncoding, Msg: "this is not UTF-8", Hint: "save the file as UTF-8"})
		line := strings.IndexByte(source[at:], '\n')
		if line < 0 {
			break
		}
		at += line
	}
	return errs
}

// textAround is the text in quotes, on its line, in which something stands, or else only that.
func textAround(source string, at Span) Span {
	line := strings.LastIndexByte(source[:at.Start], '\n') + 1
	if open := strings.LastIndexByte(source[line:at.Start], '"'); open >= 0 {
		return Span{line + open, at.End}
	}
	return at
}

// reservedOnce drops what texts say of a word that can't be a name, where that was told.
func reservedOnce(source string, errs []Error) []Error {
	told := map[string]bool{}
	for _, e := range errs {
		if e.Code == CodeReserved {
			told[source[e.Span.Start:e.Span.End]] = true
		}
	}
	return slices.DeleteFunc(errs, func(e Error) bool {
		opened := strings.LastIndexByte(source[:e.Span.Start], '{') + 1
		return e.Code == CodeText && (told[source[e.Span.Start:e.Span.End]] || told[source[opened:e.Span.Start]])
	})
}

// beforeTorn says whether a place stands on the line of a text without an end, behind another text: one of its quotes lacks.
func beforeTorn(source string, errs []Error, at Span) bool {
	return slices.ContainsFunc(errs, func(text Error) bool {
		if text.Code != CodeUnterminated || text.Span.Start < at.Start {
			return false
		}
		line := strings.LastIndexByte(source[:at.Start], '\n') + 1
		return !strings.Contains(source[at.Start:text.Span.Start], "\n") && strings.Contains(source[line:at.Start], `"`)
	})
}

// swallowed drops the missing braces that stand in texts without an end.
func swallowed(source string, errs []Error) []Error {
	var kept []Error
	for _, e := range errs {
		if e.Code == CodeUnexpected && beforeTorn(source, errs, e.Span) {
			continue
		}
		inText := e.Code == CodeMissingEnd && slices.ContainsFunc(errs, func(text Error) bool {
			return text.Code == CodeUnterminated && e.Span.Start < text.Span.Start && strings.Contains(source[text.Span.Start:text.Span.End], "}")
		})
		if !inText {
			kept = append(kept, e)
		}
	}
	return kept
}

// take gets the next tokens: up to the end of a declaration, or of the file.
func (p *parser) take(s *scanner) error {
	n, err := newNative(s, p.room[:0])
	if err != nil {
		return err
	}
	p.room = n.tokens
	p.errs = append(p.errs, n.errs...)
	p.file.Gaps = append(p.file.Gaps, n.gaps...)
	p.lineErrs = len(p.errs)
	lex, err := lexer.Upgrade(n)
	if err != nil {
		return err
	}
	p.lex = lex
	mark := lex.MakeCheckpoint()
	for !lex.Peek().EOF() {
		lex.Next()
	}
	p.tokens = lex.Range(0, lex.RawCursor()+1)
	lex.LoadCheckpoint(mark)
	p.gaveUp = s.gaveUp
	return nil
}

// tidy puts errors into the order of the text and drops those that say the same of the same place.
func tidy(errs []Error) []Error {
	sort.SliceStable(errs, func(i, j int) bool { return errs[i].Span.Start < errs[j].Span.Start })
	var kept []Error
	for _, e := range errs {
		if e.Code == "" { // follows from what the lexer has reported
			continue
		}
		if n := len(kept); n > 0 && kept[n-1].Span.Start == e.Span.Start {
			continue
		}
		if len(kept) == maxErrors {
			break
		}
		kept = append(kept, e)
	}
	return kept
}

// parser reads blocks line by line. Each line is a rule of the grammar; behind a mistake it looks for the next line.
type parser struct {
	lex    *lexer.PeekingLexer
	tokens []lexer.Token
	room   []lexer.Token // for tokens before they are passed on
	source string
	file   *File
	errs   []Error
	// lineErrs is how many errors there were before the line that is being read: only its first one is kept.
	lineErrs   int
	lineAt     int // where that line begins
	meantAt    int // where the line begins whose first word was read as another one, with so many errors then
	meantErrs  int
	of         lines        // the block that it stands in
	unclosedAt int          // where a missing brace was reported, plus one
	leaving    []namedArrow // the arrows of this policy that say which state they leave
	late       bool         // the next brace is that of a state that has ended
	branches   int          // how many branches are open that may have an else behind them
	gaveUp     bool
	torn       bool // a block of this declaration has no end
	byIndent   bool // a brace is missing: how deep lines stand says which
}

func (p *parser) peek() *lexer.Token { return p.lex.Peek() }

func (p *parser) next() lexer.Token { return *p.lex.Next() }

func (p *parser) is(value string) bool { return p.peek().Value == value }

// ahead is the token n behind the next one, the last one at the end.
func (p *parser) ahead(n int) *lexer.Token {
	return &p.tokens[min(int(p.lex.RawCursor())+n, len(p.tokens)-1)]
}

// last is the token before the next one.
func (p *parser) last() lexer.Token {
	if at := p.lex.RawCursor(); at > 0 {
		return p.tokens[at-1]
	}
	return lexer.Token{}
}

// since is the span from an offset to what was read last.
func (p *parser) since(start int) Span {
	t := p.last()
	return Span{start, max(start, spanOf(t).End)}
}

// startsLine says whether nothing stands before the next token on its line.
func (p *parser) startsLine() bool { return p.last().Pos.Line != p.peek().Pos.Line }

// before is the token before t.
func (p *parser) before(t lexer.Token) lexer.Token {
	i := p.at(t)
	if i == 0 {
		return lexer.Token{}
	}
	return p.tokens[i-1]
}

// after is the token behind t.
func (p *parser) after(t lexer.Token) lexer.Token {
	return p.tokens[min(p.at(t)+1, len(p.tokens)-1)]
}

// report keeps an error if it is the first of its line: others would follow from that one.
func (p *parser) report(e Error) {
	if !p.failed() && p.meantErrs > 0 && p.meantErrs == len(p.errs) && p.meantAt == p.lineAt {
		p.lineErrs = len(p.errs) - 1 // its first word was it
	}
	if !p.failed() {
		p.errs = append(p.errs, e)
		return
	}
	if first := &p.errs[p.lineErrs]; e.Span.Start <= first.Span.Start {
		*first = e
	}
}

func (p *parser) fail(span Span, code, msg, hint string) {
	p.report(Error{Span: span, Code: code, Msg: msg, Hint: hint})
}

// slip reports what is wrong of a line that says what it does all the same: it is read as if that were right.
func (p *parser) slip(e Error) {
	if !p.failed() {
		p.report(e)
		p.lineErrs = len(p.errs)
	}
}

// failed says whether the line that is being read has an error.
func (p *parser) failed() bool { return len(p.errs) > p.lineErrs }

// unexpected reports the next token.
func (p *parser) unexpected(where string, help advice) {
	t := *p.peek()
	if next := p.ahead(1); t.Type == tokJunk || next.Type == tokJunk && next.Pos.Offset == spanOf(t).End { // what it is part of was told
		p.report(Error{Span: spanOf(t)})
		return
	}
	help = adviceAt(p.tokens, p.at(t), "").or(help)
	p.report(Error{Span: spanOf(t), Code: CodeUnexpected, Msg: "unexpected " + describe(t) + " " + where, Hint: help.text, Fix: help.fix})
}

// goesOn says that more lines follow the one that is read.
var goesOn = participle.AllowTrailing(true)

// read reads a line by the rule for G. If it doesn't fit, what there was until then is in the result, and the next token
// is the one that surprised.
func read[G any](p *parser, construct string) (line *G, ok bool) {
	rule, err := participle.ParserForProduction[G](rules())
	if err != nil {
		p.unexpected("here", advice{})
		return new(G), false
	}
	mark := p.lex.MakeCheckpoint()
	line, err = rule.ParseFromLexer(p.lex, goesOn)
	words := ruleWords(reflect.TypeFor[G]().Name())
	if err == nil {
		return goOn(p, rule, mark, line, construct, words), true
	}
	e, at := p.translate(err, construct, words)
	p.lex.LoadCheckpoint(mark)
	if mended, ok := mend(p, rule, at, e, lacking(err), words); ok {
		return mended, true
	}
	p.report(e)
	for p.peek().Pos.Offset < at.Pos.Offset {
		p.next()
	}
	return line, false
}

// lines says which lines a block has: how one begins, how it is read, and what can only stand outside of the block.
type lines struct {
	begins func(t lexer.Token) bool
	read   func()
	beyond func(t lexer.Token) bool // nil: declarations only
	// owns is a word that begins a declaration elsewhere and a line here.
	owns string
	// anew are words that begin a line with the name behind them, also in the middle of one. With assigns, name = does.
	anew    []string
	assigns bool
	// early says whether a closing brace with this token behind it stands before the block's end; nil: never.
	early  func(t, next lexer.Token) bool
	states bool // each line may be a block
	steps  bool // the lines are statements
	top    bool // no block, but the whole file: a closing brace ends nothing
	// words are what can stand behind a line on its line; nil if it may be any.
	words []string
}

// line reads one line; behind a mistake it goes on to the next.
func (p *parser) line(of lines) {
	if len(p.errs) > maxErrors { // also what bounds the nesting of blocks whose braces are missing
		p.giveUp()
		return
	}
	p.lineErrs = len(p.errs)
	begin, at := p.lex.RawCursor(), p.peek().Pos.Offset
	if !p.startsLine() && !endsLine[p.last().Value] && p.lineAt < at && !p.beginsAnew(of) && !p.is("attr") && !p.is("op") {
		at = p.lineAt // what can't be read may go on with what stands before it
	}
	p.lineAt = at
	outer := p.of
	p.of = of
	of.read()
	p.of = outer
	stuck := p.lex.RawCursor() == begin
	if stuck && !p.failed() {
		p.unexpected("here", advice{})
	}
	if p.failed() {
		if p.leaveParentheses(int(begin)) {
			stuck = false
		}
		p.resync(of, stuck)
		p.gap(at)
	}
}

// endsLine are the signs behind which a line begins anew.
var endsLine = map[string]bool{"": true, ";": true, "{": true, "}": true}

// meant reads a word that begins no line as the one of the words that it is most like, if a name follows it: stte A. The
// slip is reported, and the line is as good as any.
func (p *parser) meant(where string, words ...string) bool {
	t, next := p.peek(), p.ahead(1)
	if next.Value != "{" {
		words = slices.DeleteFunc(slices.Clone(words), func(w string) bool { return w == "plan" || w == "fork" })
	}
	near := nearest(t.Value, words)
	if t.Type != tokIdent || len(t.Value) < 2 || near == "" || near == t.Value || Distance(t.Value, near, 2) > 1+len(near)/6 || next.Pos.Line != t.Pos.Line || next.Type != tokIdent && next.Type != tokString && next.Type != tokNumber && !(next.Value == "{" && (near == "plan" || near == "fork")) {
		return false
	}
	p.unexpected(where, nearHint(*t, words...))
	p.lineErrs = len(p.errs)
	p.meantAt, p.meantErrs = p.lineAt, len(p.errs)
	p.instead(near, 1)
	return true
}

// instead reads a word in the place of the next n tokens.
func (p *parser) instead(word string, n int) {
	i, t := int(p.lex.RawCursor()), *p.peek()
	t.Value, t.Type = word, kindOf(word)
	p.splice(change{from: i, to: i + n, put: []lexer.Token{t}})
	if i > 0 {
		p.lex.FastForward(lexer.RawCursor(i - 1))
	}
}

// gap notes that what was read since an offset was not understood.
func (p *parser) gap(start int) { p.file.Gaps = append(p.file.Gaps, p.since(start)) }

// giveUp leaves the rest of the file unread.
func (p *parser) giveUp() {
	p.gaveUp = true
	p.file.Gaps = append(p.file.Gaps, Span{p.peek().Pos.Offset, len(p.source)})
	p.lex.FastForward(lexer.RawCursor(len(p.tokens) - 1))
}

// leaveParentheses goes to where the parentheses end that a line has opened since the token from, up to the next one, and says
// whether it did: what stands on other lines there begins none. If they never end, one of them is what is wrong.
func (p *parser) leaveParentheses(from int) bool {
	at := int(p.lex.RawCursor())
	open := openSince(p.tokens[from:at])
	for i := at; open > 0 && i < len(p.tokens) && i-at < mostMended; i++ {
		switch t := p.tokens[i]; {
		case t.EOF(), t.Value == "{", t.Value == "}", t.Value == "->", p.firstColumn(t) && declares[t.Value]:
			return false
		case t.Value == "(":
			open++
		case t.Value == ")":
			open--
		}
		if open == 0 {
			for int(p.lex.RawCursor()) <= i {
				p.next()
			}
			return true
		}
	}
	return false
}

// openSince is how many parentheses are open behind some tokens.
func openSince(tokens []lexer.Token) int {
	open := 0
	for _, t := range tokens {
		switch t.Value {
		case "(":
			open++
		case ")":
			open--
		case "{":
			open = 0
		}
	}
	return open
}

// resync skips to where the next line seems to begin.
func (p *parser) resync(of lines, stuck bool) {
	for depth := 0; !p.peek().EOF(); stuck = false {
		t := *p.peek()
		if depth == 0 && !stuck && (t.Value == "}" && !of.top || of.top && (p.beginsSlip(t) || p.beginsNameless(t)) || t.Value == ";" || p.beginsLine(of, t)) {
			return
		}
		if depth > 0 && p.firstColumn(t) && p.beginsDeclaration(t) {
			return
		}
		switch t.Value {
		case "{":
			depth++
		case "}":
			depth = max(depth-1, 0)
		}
		p.next()
	}
}

// beginsAnew says whether the next token begins a line of a block wherever it stands.
func (p *parser) beginsAnew(of lines) bool {
	last, t, next := p.last(), p.peek(), p.ahead(1)
	switch last.Value {
	case ",", "(", "[", ":", ".", "attr", "op", "let", "var":
		return false
	}
	return of.assigns && t.Type == tokIdent && next.Value == "=" ||
		(next.Type == tokIdent && next.Pos.Line == t.Pos.Line || t.Value == "notify" && next.Value == "(") && slices.Contains(of.anew, t.Value)
}

func (p *parser) beginsLine(of lines, t lexer.Token) bool {
	if p.beginsAnew(of) {
		return true
	}
	if t.Value == "->" {
		return of.begins(t) || of.beyond != nil && of.beyond(t)
	}
	r := reader{lex: p.lex}
	return p.startsLine() && (p.last().Value != "," || r.nextLine(t)) && (of.begins(t) || p.beginsDeclaration(t) || of.beyond != nil && of.beyond(t))
}

// beginsSlip says whether the next token seems to be meant to begin a declaration: evnt hot, in the first column.
func (p *parser) beginsSlip(t lexer.Token) bool {
	next := p.ahead(1)
	return t.Type == tokIdent && p.firstColumn(t) && next.Type == tokIdent && next.Pos.Line == t.Pos.Line &&
		nearest(t.Value, declarationWords) != ""
}

// beginsNameless says whether the next token is meant to begin a declaration whose name is left out, event when …, or can't
// be one, event by, in the first column. A name would be followed by something else there, or have it right behind it: use.x, use(x).
func (p *parser) beginsNameless(t lexer.Token) bool {
	last, next := p.last(), p.ahead(1)
	if !declares[t.Value] || !p.firstColumn(t) || next.Pos.Line != t.Pos.Line || last.Value == "," || last.Value == "(" {
		return false
	}
	switch next.Value {
	case ":", "[", "(", ".":
		return next.Pos.Offset > spanOf(t).End
	}
	return next.Type == tokKeyword
}

func (p *parser) firstColumn(t lexer.Token) bool {
	return t.Pos.Offset == 0 || p.source[t.Pos.Offset-1] == '\n'
}

// beginsDeclaration says whether the next token begins a declaration rather than being a name: `probe load`, not `probe.x`.
func (p *parser) beginsDeclaration(t lexer.Token) bool {
	if !declares[t.Value] || !p.startsLine() {
		return false
	}
	next := p.ahead(1)
	if next.Value == "{" {
		return p.firstColumn(t) // its name is missing
	}
	if t.Value == "probe" && p.ahead(2).Value == "of" { // what is paused or resumed
		return false
	}
	return t.Type == tokKeyword || next.Pos.Line == t.Pos.Line && (next.Type == tokIdent || next.Type == tokString || next.Type == tokNumber)
}
