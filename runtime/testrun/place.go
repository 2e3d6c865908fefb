package testrun

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/tune-autonomic/tune/compiler/bundle"
)

// Place is a range of a source for people: its first line, and where in it. Line and Column count from 1, columns count
// characters.
type Place struct {
	File   string `json:"file"`
	Line   int    `json:"line"`
	Column int    `json:"column"`
	// Text is the whole line, Words the part of it that is meant, with one blank between words; it has Width characters.
	Text  string `json:"text"`
	Words string `json:"-"`
	Width int    `json:"-"`
}

// place finds a position that Verify has passed.
func place(p *bundle.Program, pos bundle.Pos) Place {
	if int(pos.File) >= len(p.Sources) {
		return Place{}
	}
	src := p.Sources[pos.File]
	from := strings.LastIndexByte(src.Text[:pos.Start], '\n') + 1
	to := len(src.Text)
	if n := strings.IndexByte(src.Text[pos.Start:], '\n'); n >= 0 {
		to = int(pos.Start) + n
	}
	words := clean(src.Text[pos.Start:min(int(pos.End), to)])
	return Place{
		File: src.Path, Line: 1 + strings.Count(src.Text[:pos.Start], "\n"),
		Column: 1 + utf8.RuneCountInString(src.Text[from:pos.Start]),
		Text:   clean(src.Text[from:to]), Words: strings.Join(strings.Fields(words), " "), Width: utf8.RuneCountInString(words),
	}
}

// caret marks the words below the line.
func (p Place) caret() string {
	return strings.Repeat(" ", p.Column-1) + strings.Repeat("^", max(1, p.Width))
}

// clean is a line as a terminal may be told it.
func clean(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\t':
			return ' '
		case unicode.IsControl(r):
			return '·'
		}
		return r
	}, strings.TrimRight(s, "\r"))
}
