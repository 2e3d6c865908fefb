package format

import (
	"slices"

	"github.com/tune-autonomic/tune/lang"
)

// layItems decides which tokens of some items begin lines, and aligns the items with one another.
func (f *file) layItems(items []*item, indent int) {
	for _, it := range items {
		it.oneLine = f.wasOneLine(it) && f.lay(it, indent, true)
		if !it.oneLine {
			f.lay(it, indent, false)
			for _, b := range it.blocks {
				f.layItems(b.items, indent+step)
			}
		}
	}
	f.align(items)
}

// candidate is a token before which a line may be broken, with the cursor before it.
type candidate struct {
	token, rank int
	cursor      cursor
}

// lay breaks the lines of an item: where the source does, and where they are too long. With oneLine, its blocks are to
// stay in its line; lay fails if a line with a block is too long for that.
func (f *file) lay(it *item, indent int, oneLine bool) (ok bool) {
	c := f.newCursor(it, indent)
	var best *candidate
	forced, braces := false, false
	for i := it.first; i <= it.last; i++ {
		t := &f.tokens[i]
		t.broken, t.pad = forced || i == it.first || f.breaks(i), 0
		if t.broken {
			best, braces = nil, false
		} else if rank, ok := f.rank(it, i, c); ok && (best == nil || rank <= best.rank) {
			best = &candidate{i, rank, c.copy()}
		}
		forced = false
		c.put(i, i == it.first)
		braces = braces || t.text == "{"
		switch {
		case c.col > width && braces && oneLine:
			return false
		case c.col > width && best != nil:
			i, *c, forced = best.token-1, best.cursor, true
			best = nil
		case t.text == "{" && !oneLine:
			i = f.skipBlock(c, i)
			best = nil
		}
	}
	return true
}

// skipBlock goes on behind the block that begins with a token. An empty one stays where it is.
func (f *file) skipBlock(c *cursor, open int) (end int) {
	end = f.tokens[open].closes
	f.tokens[end].broken = !f.empty(open)
	if f.empty(open) {
		c.put(end, false)
		return end
	}
	c.endBlock()
	c.col++
	return end
}

// empty says whether nothing is in the block that begins with a token.
func (f *file) empty(open int) bool {
	end := f.tokens[open].closes
	return end == open+1 && len(f.tokens[end].before) == 0
}

// breaks says whether the line is broken before token i, which begins no item. Braces and what is behind them go on with
// the line, unless a comment is in between.
func (f *file) breaks(i int) bool {
	t := &f.tokens[i]
	if t.ownLine() {
		return true
	}
	if t.text == "{" || t.text == "}" || f.elseOfBlock(i) {
		return t.newline && len(t.before) > 0
	}
	return t.newline
}

// rank says whether a line may be broken before token i, and how well: less is better.
func (f *file) rank(it *item, i int, c *cursor) (rank int, ok bool) {
	rank = 10 * len(c.open)
	switch {
	case i == it.first || c.column(i) >= c.col:
		return 0, false
	case it.kind == funcItem && len(c.open) == 0 && f.tokens[i-1].text == "=":
		return rank, f.staysOperand(i)
	case f.tokens[i-1].text == ",":
		return rank + 1, f.staysOperand(i)
	}
	if f.clause(i) {
		return rank + 1, true
	}
	switch f.word(i) {
	case "then", "else":
		return rank + 2, !f.elseOfBlock(i)
	case "or":
		return rank + 3, true
	case "and":
		return rank + 4, true
	}
	return 0, false
}

// staysOperand says that token i would still be read as an operand if it began a line, and not as the line's first word.
func (f *file) staysOperand(i int) bool {
	if f.tokens[i].Kind != lang.TokenIdent {
		return true
	}
	next := &f.tokens[i+1]
	return f.tokens[i].text != "notify" && !slices.Contains([]lang.TokenKind{lang.TokenIdent, lang.TokenNumber, lang.TokenString}, next.Kind)
}
