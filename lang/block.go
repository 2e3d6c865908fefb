package lang

import (
	"slices"
	"strconv"
	"strings"

	"github.com/alecthomas/participle/v2/lexer"
)

// opened says whether a block follows that can be read. If its head is broken, its brace may still stand behind the
// mistake; and if the brace is what is missing, the block's lines are there all the same, unless the next line is beyond
// the block.
func (p *parser) opened(headOK bool, beyond func(lexer.Token) bool) bool {
	if headOK {
		return true
	}
	for n := p.braceAhead(); n > 0; n-- {
		p.next()
	}
	for !p.peek().EOF() {
		t := *p.peek()
		switch {
		case t.Value == "{":
			p.next()
			return true
		case t.Value == "}" || t.Value == ";" || t.Value == "->":
			return false
		case beyond != nil && isStepWord[t.Value]:
			return true
		case p.startsLine() && !beginsNoLine(t):
			return !p.beginsDeclaration(t) && (beyond == nil || !beyond(t))
		}
		p.next()
	}
	return false
}

// beginsNoLine says whether a token goes on with the line above, so that no block begins with it.
func beginsNoLine(t lexer.Token) bool {
	switch t.Value {
	case "then", "else", "where", "by", "while", "within":
		return true
	}
	return binds[t.Value] > 0 && t.Value != "("
}

// braceAhead is how far ahead the line of the last token opens a block; 0 if it doesn't.
func (p *parser) braceAhead() int {
	for n := 0; p.ahead(n).Pos.Line == p.last().Pos.Line && !p.ahead(n).EOF(); n++ {
		switch p.ahead(n).Value {
		case "{":
			return n
		case "}", "->":
			return 0
		}
	}
	return 0
}

// block reads lines up to the closing brace. The opening one has just been read.
func (p *parser) block(of lines) {
	open, headOK := p.last(), !p.failed()
	if !headOK { // in the block's head
		p.gap(p.lineAt)
	}
	for {
		t := *p.peek()
		switch {
		case t.Value == "}" && p.late:
			p.next()
			p.late = false
		case t.Value == "{" && p.last().Value == "{" && !(of.states && p.startsLine()) && !(of.steps && p.unnamed() != ""), t.Value == "}" && of.early != nil && !p.plainEnd(of, open, t) && of.early(*p.ahead(1), *p.ahead(2)):
			p.extra()
		case t.Value == "}" && !p.isOuter(open, t):
			p.next()
			p.lineErrs = len(p.errs)
			return
		case t.Value == ";":
			p.next()
		case of.steps && t.Value == "else" && p.elseAlone():
		case t.EOF(), p.isBeyond(of, t), p.isOuter(open, t):
			p.unclosed(open, t, headOK)
			return
		default:
			p.line(of)
		}
	}
}

// plainEnd says whether a brace stands where that of a block belongs: on a line of its own below the one that opens it, or at
// the end of that line with a blank line behind it.
func (p *parser) plainEnd(of lines, open, t lexer.Token) bool {
	if open.Pos.Line == t.Pos.Line {
		return p.ahead(1).Pos.Line > t.Pos.Line+1 || p.givesAgain(open) || !slices.Contains(of.words, "op") && p.followsComponent()
	}
	return p.startsLine() && p.indentAt(open) == p.indentAt(t) && !p.flat(open)
}

// givesAgain says whether the line behind the next token gives a field that the block has already: it is another block's.
func (p *parser) givesAgain(open lexer.Token) bool {
	field := p.ahead(1)
	if p.ahead(2).Value != "=" {
		return false
	}
	for i := p.at(open) + 1; i < int(p.lex.RawCursor()); i++ {
		if p.tokens[i].Value == field.Value && p.tokens[i+1].Value == "=" {
			return true
		}
	}
	return false
}

// followsComponent says whether the lines behind the next token, up to a brace that closes what wasn't opened, have operations.
func (p *parser) followsComponent() bool {
	end, lines := p.orphans(1)
	return end >= 0 && slices.ContainsFunc(lines, func(n int) bool { return p.ahead(n).Value == "op" })
}

// flat says whether what stands in a block is indented no deeper than the line that opens it.
func (p *parser) flat(open lexer.Token) bool {
	first := p.after(open)
	return first.Pos.Line > open.Pos.Line && first.Value != "}" && p.indentAt(first) == p.indentAt(open)
}

// extra reports a brace that is one too many, and goes on as if it weren't there.
func (p *parser) extra() {
	t := p.next()
	p.lineErrs = len(p.errs)
	p.file.Gaps = append(p.file.Gaps, spanOf(t))
	e := Error{Span: spanOf(t), Code: CodeUnexpected, Msg: "unexpected " + describe(t), Hint: "there is one " + t.Value + " too many, here or above"}
	p.report(e.fixed(p.wide(spanOf(t)), "").guessed())
	p.lineErrs = len(p.errs)
}

// isOuter says whether a token begins a line that stands too far to the left to be one of a block, or its end. That counts
// where a brace is known to be missing: how deep lines stand says which.
func (p *parser) isOuter(open, t lexer.Token) bool {
	if !p.byIndent || !p.startsLine() || open.Pos.Line == t.Pos.Line {
		return false
	}
	opens, line := p.indentAt(open), p.indentAt(t)
	return line < opens || line == opens && t.Value != "}"
}

// indentAt is how many blanks the line of a token begins with.
func (p *parser) indentAt(t lexer.Token) int {
	return indent(p.source[strings.LastIndexByte(p.source[:t.Pos.Offset], '\n')+1:])
}

func (p *parser) isBeyond(of lines, t lexer.Token) bool {
	if of.beyond != nil && of.beyond(t) {
		return true
	}
	return t.Value != of.owns && p.beginsDeclaration(t)
}

// closing puts the brace that ends a block on a line of its own, behind the last line that belongs to the block.
func (p *parser) closing(open, at lexer.Token) (Span, string) {
	last := p.before(at)
	end := spanOf(last).End
	if n := strings.IndexByte(p.source[end:], '\n'); n >= 0 {
		end += len(strings.TrimSuffix(p.source[end:end+n], "\r"))
	} else {
		end = len(p.source)
	}
	begin := strings.LastIndexByte(p.source[:open.Pos.Offset], '\n') + 1
	line := p.source[begin:open.Pos.Offset]
	return Span{end, end}, lineEnd(p.source) + line[:indent(line)] + "}"
}

// closedBehindArrows says whether the arrows at which a block ends have its brace behind them, and what belongs to a policy
// behind that.
func (p *parser) closedBehindArrows(at lexer.Token) bool {
	if at.Value != "->" {
		return false
	}
	closed := false
	for line := range strings.Lines(p.source[at.Pos.Offset:]) {
		words := strings.Fields(line)
		switch {
		case len(words) == 0, !closed && words[0] == "->":
		case !closed && words[0] == "}" && len(words) == 1:
			closed = true
		default:
			return closed && (words[0] == "state" || words[0] == "final" || words[0] == "->" || words[0] == "}")
		}
	}
	return false
}

// indented says whether a block that has no end is plainly the lines up to an offset: each stands deeper than the one that
// opens it, and is the only one that this opens.
func (p *parser) indented(open lexer.Token, end int) bool {
	if p.before(open).Value == "{" {
		return false
	}
	begin := strings.LastIndexByte(p.source[:open.Pos.Offset], '\n') + 1
	lines := strings.Split(p.source[begin:end], "\n")
	for _, line := range lines[1:] {
		if strings.TrimSpace(line) != "" && indent(line) <= indent(lines[0]) {
			return false
		}
	}
	return true
}

// indent is how many blanks a line begins with.
func indent(line string) int { return len(line) - len(strings.TrimLeft(line, " \t")) }

// lineEnd is how the lines of a text end.
func lineEnd(text string) string {
	if i := strings.IndexByte(text, '\n'); i > 0 && text[i-1] == '\r' {
		return "\r\n"
	}
	return "\n"
}

// isPut says whether a brace doesn't stand in the source: that it lacks was told.
func (p *parser) isPut(brace lexer.Token) bool {
	at := brace.Pos.Offset
	return at >= len(p.source) || p.source[at] != '{'
}

// alsoClosed adds to what was told of the brace that begins a block that the one which ends it lacks, too.
func (p *parser) alsoClosed(open, at lexer.Token) {
	i := slices.IndexFunc(p.errs, func(e Error) bool {
		return e.Fix != nil && strings.TrimSpace(e.Fix.New) == "{" && e.Fix.Span.End >= open.Pos.Offset && e.Fix.Span.Start <= p.after(open).Pos.Offset
	})
	if i < 0 {
		return
	}
	end, brace := p.closing(open, at)
	if p.before(at).Pos.Line == open.Pos.Line {
		brace = " }"
	}
	begin := p.errs[i].Fix.Span.End
	p.errs[i].Hint += ", and } at the end"
	p.errs[i].Fix = &Edit{Span: Span{begin, end.End}, New: p.errs[i].Fix.New + p.source[begin:end.End] + brace}
}

// unclosed reports a block without an end, of those that lack it at the same place the innermost.
func (p *parser) unclosed(open, at lexer.Token, headOK bool) {
	p.lineErrs, p.torn = len(p.errs), true
	if p.gaveUp {
		p.file.Gaps = append(p.file.Gaps, spanOf(open)) // what it lacks may be in the rest of the file
		return
	}
	if !headOK { // it has lost its beginning as well
		p.file.Gaps = append(p.file.Gaps, spanOf(open))
		return
	}
	if p.unclosedAt == at.Pos.Offset+1 {
		return
	}
	if p.isPut(open) {
		p.alsoClosed(open, at)
		return
	}
	p.unclosedAt = at.Pos.Offset + 1
	hint := "add } at the end of the file"
	switch {
	case at.EOF() && at.Pos.Offset < len(p.source):
		hint = "add } before line " + strconv.Itoa(at.Pos.Line)
	case !at.EOF():
		hint = "add } before " + describe(at) + " on line " + strconv.Itoa(at.Pos.Line)
	}
	p.file.Gaps = append(p.file.Gaps, spanOf(open))
	e := Error{Span: spanOf(open), Code: CodeMissingEnd, Msg: "this block is never closed", Hint: hint}.fixed(p.closing(open, at))
	if p.closedBehindArrows(at) {
		p.late = true
		e.Msg, e.Hint, e.Fix = "this block is closed behind its arrows", "arrows stand behind the } of their state: put it before them", nil
	} else if !p.indented(open, e.Fix.Span.End) {
		e = e.guessed()
	}
	p.report(e)
	p.lineErrs = len(p.errs)
}
