// Package format writes a .tune file in the one style. The same tree and the same comments come out, and a second run
// changes nothing: no step looks at the blanks of the source, only at its line breaks.
//
// The style: two blanks of indent, and a brace on its head's line. At most one blank line between things, none at the
// ends of a block. A block that was in one line stays there if it fits into 120 columns; statements in one line are
// separated by semicolons, other things by two blanks. Lines stay broken where they are; one that is too long is broken
// before a clause, then or else, behind a comma, or before and or or, whichever holds least together, and goes on under
// what it belongs to. Consecutive lines of one kind are a table: fields, attributes, operations, probes, links, arrows and
// their like have their parts in columns. Comments stay where they were; those at the ends of lines begin in one column.
//
// A source goes through five steps: the tokens with what the tree says of them (source.go), the items of its blocks
// (items.go), which tokens begin lines (layout.go, cursor.go), the columns of tables (columns.go), and the text (render.go,
// comments.go).
package format

import (
	"fmt"
	"strings"

	"github.com/tune-autonomic/tune/lang"
)

const (
	// width is how many columns a line has before it is broken. What is aligned, and comments, may go beyond.
	width = 120
	// step is how much deeper the lines of a block stand than its head.
	step = 2
	// commentColumn is where comments at the ends of lines begin, unless the lines are longer.
	commentColumn = 42
)

// SyntaxError is why a source can't be formatted: its syntax errors, in the order of the text.
type SyntaxError []lang.Error

func (e SyntaxError) Error() string {
	if len(e) == 1 {
		return e[0].Error()
	}
	return fmt.Sprintf("%s (and %d more)", e[0].Error(), len(e)-1)
}

// Format writes a source in the one style. Its only error is a SyntaxError.
func Format(source string) (string, error) {
	f, err := read(source)
	if err != nil {
		return "", err
	}
	return f.write().text(), nil
}

// Range formats the declarations that overlap a range of the source, with the comments above them. It gives the lines to be
// replaced and their new text.
func Range(source string, in lang.Span) (lang.Span, string, error) {
	f, err := read(source)
	if err != nil {
		return lang.Span{}, "", err
	}
	p := f.write()
	was := lang.Span{Start: 0, End: len(source)}
	from, to := 0, len(p.lines)
	for _, it := range f.items {
		at, whole := f.lineOf(it)
		switch {
		case !whole:
		case at <= in.Start:
			was.Start, from = at, it.begins
		case at >= in.End && at > in.Start:
			was.End, to = at, it.begins
			return was, p.between(from, to), nil
		}
	}
	return was, p.between(from, to), nil
}

// lineOf is where the first line of an item begins, with the comments above it; whole says that no other item is on it.
func (f *file) lineOf(it *item) (at int, whole bool) {
	t := &f.tokens[it.first]
	at, whole = t.Span.Start, t.newline
	for _, c := range t.before {
		if c.newline {
			at, whole = c.at, true
			break
		}
	}
	return strings.LastIndexByte(f.source[:at], '\n') + 1, whole
}
