package format

import (
	"bytes"
	"strings"
)

// printed is the result, line by line.
type printed struct {
	lines []line
	fresh bool // nothing stands in the block yet that could follow a blank line
}

// line is a line with the comment at its end. The code of one with a comment of many lines has many lines, too.
type line struct {
	code    []byte
	comment string
}

func (f *file) write() *printed {
	p := &printed{fresh: true}
	f.writeItems(p, f.items, 0)
	f.writeComments(p, len(f.tokens)-1, 0, true)
	p.alignComments()
	return p
}

func (f *file) writeItems(p *printed, items []*item, indent int) {
	for _, it := range items {
		it.begins = len(p.lines)
		f.writeItem(p, it, indent)
		if p.lines[it.begins].blank() {
			it.begins++
		}
	}
}

func (f *file) writeItem(p *printed, it *item, indent int) {
	c := f.newCursor(it, indent)
	blocks := it.blocks
	for i := it.first; i <= it.last; i++ {
		f.writeToken(p, c, i, i == it.first)
		if it.oneLine || len(blocks) == 0 || i != blocks[0].open || f.empty(i) {
			continue
		}
		p.fresh = true
		f.writeItems(p, blocks[0].items, indent+step)
		i = blocks[0].close
		f.writeComments(p, i, indent+step, true)
		p.begin(indent, false)
		p.add("}")
		c.endBlock()
		c.col++
		blocks = blocks[1:]
	}
}

// writeToken writes token i with what stands before it.
func (f *file) writeToken(p *printed, c *cursor, i int, first bool) {
	t := &f.tokens[i]
	if i > 0 && f.semicolon(i) {
		p.add(";")
	}
	column := c.indent
	if !first && t.broken {
		column = c.column(i)
	}
	shares := len(t.lead()) > 0
	above := column
	if closes(t.text) && !shares {
		above = c.inside() // the last in brackets belong to what they hold
	}
	f.writeComments(p, i, above, first)
	switch {
	case t.broken && !shares:
		p.begin(column, first && t.blank)
	case shares:
		p.add(" ")
	case i > 0:
		p.add(strings.Repeat(" ", f.space(i)))
	}
	p.add(strings.Repeat(" ", t.pad) + t.text)
	c.put(i, first)
}

// writeComments writes the comments before token i: those that stand behind the token before it there, the others on lines
// of their own in a column, each with those behind it.
func (f *file) writeComments(p *printed, i, column int, blanks bool) {
	t, alone := &f.tokens[i], false
	for n, note := range t.before {
		alone = alone || note.newline
		ends := t.broken && (t.newline || !t.ownLine())
		if n+1 < len(t.before) {
			ends = t.before[n+1].newline
		}
		switch {
		case note.newline:
			p.begin(column, blanks && note.blank)
			p.add(note.text)
		case ends && !alone && !strings.Contains(note.text, "\n"):
			p.lines[len(p.lines)-1].comment = note.text
		default:
			p.add(" " + note.text)
		}
	}
}

// begin begins a line. No blank line stands at the beginning of a block.
func (p *printed) begin(column int, blank bool) {
	if blank && !p.fresh {
		p.lines = append(p.lines, line{})
	}
	p.fresh = false
	p.lines = append(p.lines, line{code: bytes.Repeat([]byte{' '}, column)})
}

func (p *printed) add(text string) {
	l := &p.lines[len(p.lines)-1]
	l.code = append(l.code, text...)
}
