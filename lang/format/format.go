// Package format writes a .tune file in the one style that there is. It keeps each token and each comment, and where lines
// were broken; it decides blanks, indents, columns, and where a line that is too long goes on.
//
// A source goes through four steps: the tokens with what the tree says of them (source.go), the items of its blocks
// (items.go), which of them begin lines (layout.go, cursor.go), the columns that consecutive items have in common
// (columns.go), and the text (render.go). What a second run gives is what the first gave: no step looks at the blanks of
// the source, only at its line breaks.
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
