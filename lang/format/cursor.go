package format

import (
	"strings"
	"unicode/utf8"

	"github.com/tune-autonomic/tune/lang"
)

// cursor goes along the tokens of an item and knows in which column each of them stands.
type cursor struct {
	f      *file
	indent int // of the item
	hang   int // of the lines that go on with it
	line   int // of the item, from 0
	begin  int // where that line begins
	col    int // behind the last token
	open   []bracket
	clause bool // outside of brackets, a line begins with a clause
	asks   bool // one has, and what it asks may go on
	ifs    []choice
}

// choice is an `if … then … else …`, as long as what stands in its brackets may belong to it.
type choice struct {
	col   int  // of its if
	depth int  // how many brackets are open around it
	ended bool // its else is there
}

// bracket is one that is open.
type bracket struct {
	content int // where what it holds begins; -1 until that is known
	line    int // where the line with the bracket begins
	hung    bool
	clauses bool // a clause stands in it
}

func (f *file) newCursor(it *item, indent int) *cursor {
	c := &cursor{f: f, indent: indent, hang: indent + step, begin: indent, col: indent}
	if len(it.blocks) > 0 {
		c.hang += step // to tell it from the block
	}
	return c
}

// copy is a cursor that stays when c goes on.
func (c *cursor) copy() cursor {
	kept := *c
	kept.open = append([]bracket(nil), c.open...)
	kept.ifs = append([]choice(nil), c.ifs...)
	return kept
}

// column is where token i begins if a line begins with it.
func (c *cursor) column(i int) int {
	t := &c.f.tokens[i]
	if t.text == "{" || t.text == "}" || c.f.elseOfBlock(i) {
		return c.indent
	}
	if n := c.choiceOf(i); n >= 0 {
		if word := c.f.word(i); word == "then" || word == "else" {
			return c.ifs[n].col
		}
		return c.ifs[n].col + step
	}
	switch {
	case len(c.open) == 0 && (c.clause && !c.f.clause(i) && !c.f.part(i) || c.asks && c.f.joins(i)):
		return c.hang + step
	case len(c.open) == 0:
		return c.hang
	}
	b := c.open[len(c.open)-1]
	closing := closes(t.text)
	switch {
	case closing && (b.hung || b.content < 0):
		return b.line
	case closing:
		return b.content - 1
	case b.content >= 0 && b.clauses && !c.f.clause(i) && c.f.tokens[i-1].text != ",":
		return b.content + step
	}
	return c.inside()
}

// inside is the column of what the innermost open bracket holds.
func (c *cursor) inside() int {
	b := c.open[len(c.open)-1]
	if b.content < 0 {
		return b.line + step
	}
	return b.content
}

// choiceOf is which of the choices token i belongs to, -1 if to none.
func (c *cursor) choiceOf(i int) int {
	n := len(c.ifs) - 1
	if c.f.word(i) == "then" || c.f.word(i) == "else" {
		for n >= 0 && c.ifs[n].ended {
			n--
		}
	}
	if n < 0 || c.ifs[n].depth != len(c.open) || c.f.clause(i) || closes(c.f.tokens[i].text) || c.f.tokens[i-1].text == "," {
		return -1
	}
	return n
}

// put sets token i. It begins a line if it is broken, but for the first of an item.
func (c *cursor) put(i int, first bool) {
	t := &c.f.tokens[i]
	if t.broken && !first {
		c.col = c.column(i)
		c.begin = c.col
		c.line++
		c.clause = len(c.open) == 0 && (c.f.clause(i) || c.f.part(i))
		c.asks = c.asks || c.clause
	} else if !first {
		c.col += c.f.space(i)
		if c.f.semicolon(i) {
			c.col++
		}
	}
	c.comments(t)
	c.col += t.pad
	t.line, t.col = c.line, c.col
	if n := len(c.open); n > 0 && c.open[n-1].content < 0 && !closes(t.text) {
		c.open[n-1].content, c.open[n-1].hung = c.col, t.broken
	}
	c.col += utf8.RuneCountInString(t.text)
	c.enter(i)
}

// comments moves behind the comments that stand before t on its line.
func (c *cursor) comments(t *token) {
	for _, note := range t.lead() {
		c.col = behind(c.col, note.text) + 1
	}
}

// behind is the column behind a text that begins in a column.
func behind(col int, text string) int {
	if i := strings.LastIndexByte(text, '\n'); i >= 0 {
		return utf8.RuneCountInString(text[i+1:])
	}
	return col + utf8.RuneCountInString(text)
}

// enter keeps what later tokens need to know of token i.
func (c *cursor) enter(i int) {
	t := &c.f.tokens[i]
	switch {
	case t.text == "(" || t.text == "[":
		c.open = append(c.open, bracket{content: -1, line: c.begin})
	case closes(t.text) && len(c.open) > 0:
		c.open = c.open[:len(c.open)-1]
		c.endChoices(len(c.open) + 1)
	case t.text == "," || t.text == "{":
		c.endChoices(len(c.open))
	case c.f.clause(i):
		c.endChoices(len(c.open))
		if len(c.open) > 0 {
			c.open[len(c.open)-1].clauses = true
		}
	case c.f.word(i) == "if" && t.begins == noItem && !c.f.elseOfBlock(i-1):
		c.ifs = append(c.ifs, choice{col: t.col, depth: len(c.open)})
	case c.f.word(i) == "else" && !c.f.elseOfBlock(i):
		if n := c.choiceOf(i); n >= 0 {
			c.ifs[n].ended = true
		}
	}
}

// endChoices says that nothing more belongs to the choices in a number of brackets.
func (c *cursor) endChoices(depth int) {
	for n := len(c.ifs) - 1; n >= 0 && c.ifs[n].depth >= depth; n-- {
		c.ifs = c.ifs[:n]
	}
}

// endBlock goes on behind a block that has lines of its own.
func (c *cursor) endBlock() {
	c.line++
	c.begin, c.col, c.asks = c.indent, c.indent, false
}

func closes(text string) bool { return text == ")" || text == "]" }

// clause says whether token i begins a part of its line, or what a query does with its set.
func (f *file) clause(i int) bool {
	switch f.word(i) {
	case "when", "while", "where", "by", "for", "within":
		return true
	}
	return false
}

// part says whether token i begins a part of its line by a word that is a name elsewhere: two names stand in no expression one
// behind the other.
func (f *file) part(i int) bool {
	switch f.tokens[i].text {
	case "cooldown", "lossless", "one", "at", "on", "every", "stale", "initially", "stateful", "undoable":
	default:
		return false
	}
	switch last := &f.tokens[i-1]; last.Kind {
	case lang.TokenIdent, lang.TokenNumber, lang.TokenString:
		return true
	default:
		return closes(last.text) || last.text == "exists"
	}
}

// joins says whether token i goes on with a condition.
func (f *file) joins(i int) bool { return f.word(i) == "and" || f.word(i) == "or" }

// word is token i if it is a reserved word, and no name behind a dot.
func (f *file) word(i int) string {
	if f.tokens[i].Kind != lang.TokenKeyword || f.tokens[i-1].text == "." {
		return ""
	}
	return f.tokens[i].text
}

func (f *file) elseOfBlock(i int) bool { return f.word(i) == "else" && f.tokens[i-1].text == "}" }
