package format

import (
	"slices"

	"github.com/tune-autonomic/tune/lang"
)

// space is how many blanks stand before token i if it goes on with a line.
func (f *file) space(i int) int {
	t, last := &f.tokens[i], &f.tokens[i-1]
	switch {
	case len(t.before) > 0 && t.text != "," && !closes(t.text):
		return 1
	case t.begins != noItem:
		return f.between(i)
	case f.follows(t, last):
		return 0
	}
	return 1
}

// follows says whether a token stands right behind the one before it.
func (f *file) follows(t, last *token) bool {
	switch t.text {
	case ",", ")", "]", ".", "..", ":", "?", "++":
		return true
	case "--":
		return last.text != "]" // of a link
	case "(":
		if f.marks.calls[last.Span.Start] || last.text == "silent" || last.text == "func" {
			return true
		}
	}
	switch last.text {
	case "(", "[", ".", "..":
		return true
	case "-":
		if f.marks.minus[last.Span.Start] && t.text != "-" {
			return true
		}
	}
	return f.marks.glued[t.Span.Start]
}

// between is how many blanks stand before the first token of an item that is not the first of its line.
func (f *file) between(i int) int {
	switch f.tokens[i].begins {
	case letItem, stepItem, stateItem, finalItem, arrowItem:
		return 1
	}
	if f.tokens[i-1].text == "{" {
		return 1
	}
	return 2
}

// clauseWords go on with what stands before them, so that a semicolon before a thing of that name must stay.
var clauseWords = func() []string {
	var words []string
	for _, w := range lang.Words() {
		if w.Kind == lang.WordClause {
			words = append(words, w.Text)
		}
	}
	return words
}()

// semicolon says whether one stands before token i.
func (f *file) semicolon(i int) bool {
	t := &f.tokens[i]
	if t.separated && slices.Contains(clauseWords, t.text) {
		return true
	}
	last := f.tokens[i-1].text
	return !t.broken && (t.begins == letItem || t.begins == stepItem) && last != "{" && last != "}"
}
