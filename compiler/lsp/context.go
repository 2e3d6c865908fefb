package lsp

import (
	"slices"
	"sort"
	"strings"

	"github.com/tune-autonomic/tune/lang"
)

// cursor is a place in a document at which something could be written, as far as the words before it say.
type cursor struct {
	doc    *document
	word   lang.Span // the word that is being written, up to the offset and beyond
	offset int
	// decl is the text of the declaration that it is in.
	decl lang.Span
	// blocks are the words that opened the blocks around it, the outermost first.
	blocks []string
	// line is the words of the statement or clause before it, without comments.
	line []string
	// begins is where that statement begins.
	begins int
	// above is the statement before, if the cursor's line stands deeper than that: it goes on with it.
	above []string
	// within says what token it is in the middle of, 0 if none.
	within lang.TokenKind
	token  lang.Span
	// hole is what must stand behind the word if it is in the hole of a text, for the text to have an end.
	hole *ending
}

var blockWords = []string{
	"hosts", "vm", "component", "policy", "scenario", "test", "state", "final", "for", "if", "else", "fork", "plan", "pick", "all",
}

// continues are words that go on with the line before.
var continues = []string{
	"then", "else", "and", "or", "not", "in", "where", "by", "while", "when", "exists", "within", "otherwise", "lossless", "cooldown", "on",
}

func cursorAt(d *document, offset int) *cursor {
	c := &cursor{doc: d, offset: offset, word: d.word(offset)}
	c.decl = declarationAt(d, offset)
	tokens := d.scanned()
	first := sort.Search(len(tokens), func(i int) bool { return tokens[i].Span.Start >= c.decl.Start })
	c.begins = c.decl.Start
	var head string // the last word that can open a block
	var before string
	depth := 0 // of ( and [
	for _, t := range tokens[first:] {
		t.Span.End = d.reach(t)
		if t.Span.End > c.word.Start || t.Span.End == c.word.Start && d.unended(t) {
			if t.Span.Start < offset && (t.Span.End > offset || t.Kind != lang.TokenIdent && t.Kind != lang.TokenKeyword) {
				c.within, c.token = t.Kind, t.Span
			}
			break
		}
		if t.Kind == lang.TokenComment {
			c.token = t.Span
			continue
		}
		text := d.slice(t.Span)
		starts := c.startsStatement(t, text, before, depth) || depth == 0 && c.startsField(t, text, before)
		if starts {
			c.line, c.begins, depth = nil, t.Span.Start, 0
		}
		switch text {
		case "{":
			c.blocks = append(c.blocks, head)
			c.line, c.begins, head = nil, t.Span.End, ""
		case "}":
			c.blocks = c.blocks[:max(0, len(c.blocks)-1)]
			c.line, c.begins, head = nil, t.Span.End, ""
		case ";":
			c.line, c.begins = nil, t.Span.End
		default:
			c.line = append(c.line, text)
			if slices.Contains(blockWords, text) && (head == "" || starts) {
				head = text
			}
			switch text {
			case "(", "[":
				depth++
			case ")", "]":
				depth = max(0, depth-1)
			}
			if d.unended(t) {
				depth = 0 // nothing that was opened on its line has an end
			}
		}
		before = text
	}
	if n := c.token; n.Start < offset && offset <= n.End && (c.within == 0 && strings.HasPrefix(d.slice(n), "//") || openComment(d.slice(n))) {
		c.within = lang.TokenComment
	}
	if c.within == 0 && (c.newLine(before, depth) || depth == 0 && c.endsField(before)) {
		if d.startsLine(c.word.Start) && d.column(c.word.Start) > d.column(c.begins) {
			c.above = c.line
		}
		c.line, c.begins = nil, c.word.Start
	}
	return c
}

// reach is where a token ends. The blanks at the end of a line are still of the text that has no end there.
func (d *document) reach(t lang.Token) int {
	if !d.unended(t) {
		return t.Span.End
	}
	rest := d.text[t.Span.End:]
	return len(d.text) - len(strings.TrimLeft(rest, " "))
}

// unended says whether a token is a text without an end on its line.
func (d *document) unended(t lang.Token) bool {
	return t.Kind == lang.TokenJunk && d.text[t.Span.Start] == '"'
}

// startsStatement says whether a token begins a statement, rather than going on with the one before.
func (c *cursor) startsStatement(t lang.Token, text, before string, depth int) bool {
	if !c.doc.startsLine(t.Span.Start) || depth > 0 || slices.Contains(continues, text) || goesOn(before) {
		return false
	}
	return t.Kind == lang.TokenIdent || t.Kind == lang.TokenKeyword || text == "->"
}

// startsField says whether a token begins the next field of a block whose fields stand in one line.
func (c *cursor) startsField(t lang.Token, text, before string) bool {
	if c.block() == "component" && text != "attr" && text != "op" && text != "ready" {
		return false
	}
	return t.Kind == lang.TokenIdent && c.endsField(before)
}

// endsField says whether a field of a block could end with a word: there is a value, or an attribute's type.
func (c *cursor) endsField(last string) bool {
	switch c.block() {
	case "hosts", "vm":
	case "component":
		if c.first() == "op" && !slices.Contains(c.line, "=") {
			return false
		}
	default:
		return false
	}
	return len(c.line) > 2 && !lang.Reserved(last) && strings.ContainsAny(last[len(last)-1:], `)]%"`+alphanumeric)
}

const alphanumeric = "_0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"

// newLine says whether the cursor's word begins a line that goes on with nothing.
func (c *cursor) newLine(before string, depth int) bool {
	return c.doc.startsLine(c.word.Start) && depth == 0 && !goesOn(before)
}

// goesOn says whether a word can't be the last of a line.
func goesOn(word string) bool {
	switch word {
	case "", "{", "}", ";", ")", "]", "?", "*", "++":
		return false
	}
	return strings.Contains("= + - / < <= > >= == != += -= , . : -> --", word) || slices.Contains(continues[:12], word) && word != "exists"
}

// startsLine says whether only blanks stand before an offset on its line.
func (d *document) startsLine(offset int) bool {
	for i := offset - 1; i >= 0; i-- {
		switch d.text[i] {
		case '\n', '\r':
			return true
		case ' ', '\t':
		default:
			return false
		}
	}
	return true
}

// column is how far from the beginning of its line an offset is.
func (d *document) column(offset int) int {
	return offset - 1 - strings.LastIndexAny(d.text[:offset], "\r\n")
}

// declarationAt is the text of the declaration around an offset: up to where the next one begins.
func declarationAt(d *document, offset int) lang.Span {
	span := lang.Span{Start: 0, End: len(d.text)}
	file := d.parsed()
	from := func(at int) {
		switch {
		case at <= offset && at > span.Start:
			span.Start = at
		case at > offset && at < span.End:
			span.End = at
		}
	}
	for _, decl := range file.Decls {
		from(decl.Pos().Start)
	}
	for _, im := range file.Imports {
		from(im.Span.Start)
	}
	return span
}

// back is a word before the cursor in its line: 1 for the last one.
func (c *cursor) back(n int) string {
	if n > len(c.line) {
		return ""
	}
	return c.line[len(c.line)-n]
}

// first is the word that begins the line.
func (c *cursor) first() string {
	if len(c.line) == 0 {
		return ""
	}
	return c.line[0]
}

// block is the word that opened the innermost block, "" outside of all.
func (c *cursor) block() string {
	if len(c.blocks) == 0 {
		return ""
	}
	return c.blocks[len(c.blocks)-1]
}

// inSteps says whether the cursor is among statements.
func (c *cursor) inSteps() bool {
	switch c.block() {
	case "state", "final", "for", "if", "else", "fork", "plan", "pick", "all":
		return true
	}
	return false
}

func (c *cursor) inPlan() bool { return slices.Contains(c.blocks, "plan") }

// calls is the name before the innermost open parenthesis, what is before its dot, and the number of the argument.
func (c *cursor) calls() (name, of string, arg int, named string) {
	depth := 0
	for i := len(c.line) - 1; i > 0; i-- {
		switch c.line[i] {
		case ")", "]":
			depth++
		case "[":
			depth--
		case ",":
			if depth == 0 {
				arg++
			}
		case ":":
			if depth == 0 && arg == 0 && named == "" {
				named = c.line[i-1]
			}
		case "(":
			if depth--; depth < 0 {
				switch {
				case c.line[0] == "use" && i > 3 && c.line[2] == ".": // use module.Policy on event (
					return c.line[3], c.line[1], arg, named
				case c.line[0] == "use" && i > 1: // use module on event (
					return "", c.line[1], arg, named
				case i > 2 && c.line[i-2] == ".":
					of = c.line[i-3]
				}
				return c.line[i-1], of, arg, named
			}
		}
	}
	return "", "", 0, ""
}

// enterHole goes into the hole of a text that the cursor is in: its words are the line then. False if it is in none.
func (c *cursor) enterHole() bool {
	d, open := c.doc, -1
	if d.text[c.token.Start] != '"' {
		return false
	}
	for i := c.token.Start + 1; i < c.word.Start; i++ {
		switch d.text[i] {
		case '\\':
			i++
		case '{':
			open = i
		case '}':
			open = -1
		}
	}
	if open < 0 {
		return false
	}
	outside := c.line
	c.line = nil
	c.line = wordsIn(d.text[open+1 : c.word.Start])
	rest := d.slice(lang.Span{Start: c.word.End, End: c.token.End})
	switch closed := strings.IndexAny(rest, "{}"); {
	case c.within == lang.TokenJunk: // the text has no end, and with it nothing that was opened on its line
		c.hole = &ending{behind: closers(c.line) + `}"` + closers(outside), resume: c.token.End}
	case closed < 0 || rest[closed] == '{':
		c.hole = &ending{behind: closers(c.line) + "}", resume: c.word.End}
	default:
		c.hole = &ending{behind: closers(append(slices.Clip(c.line), wordsIn(rest[:closed])...)), resume: c.word.End}
	}
	return true
}

// wordsIn are the words and signs of a text.
func wordsIn(text string) []string {
	var words []string
	for _, t := range lang.Tokens(text) {
		words = append(words, text[t.Span.Start:t.Span.End])
	}
	return words
}

// openComment says whether a token is a comment of several lines that hasn't ended yet.
func openComment(text string) bool {
	return strings.HasPrefix(text, "/*") && !strings.HasSuffix(text, "*/")
}
