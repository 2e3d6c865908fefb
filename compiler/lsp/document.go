package lsp

import (
	"sort"
	"strings"
	"unicode/utf8"

	"go.lsp.dev/protocol"

	"github.com/tune-autonomic/tune/lang"
)

// document is a text with what is read from it alone, and where its lines begin. It is never changed: an edit makes
// another one.
type document struct {
	path    string // as in files.go
	uri     protocol.DocumentURI
	version int32
	open    bool
	text    string
	starts  []int // of its lines

	before *earlier   // of the text before the last edit; nil if there is none
	tree   *lang.File // nil until it is asked for
	syntax []lang.Error
	tokens []lang.Token
}

func newDocument(path, text string) *document {
	return &document{path: path, uri: uriOf(path), text: text, starts: lineStarts(text)}
}

// lineStarts finds the lines; as the protocol has it, \n, \r\n and \r end one.
func lineStarts(text string) []int {
	starts := append(make([]int, 0, 1+strings.Count(text, "\n")), 0)
	for at := 0; ; {
		i := strings.IndexAny(text[at:], "\r\n")
		if i < 0 {
			return starts
		}
		at += i + 1
		if text[at-1] == '\r' && at < len(text) && text[at] == '\n' {
			at++
		}
		starts = append(starts, at)
	}
}

// whole is an offset that is not within a character or the end of a line: its beginning then.
func (d *document) whole(offset int) int {
	if offset > 0 && offset < len(d.text) && d.text[offset-1] == '\r' && d.text[offset] == '\n' {
		return offset - 1
	}
	for start := offset - 1; start >= 0 && start > offset-utf8.UTFMax && offset < len(d.text) && !utf8.RuneStart(d.text[offset]); start-- {
		if !utf8.RuneStart(d.text[start]) {
			continue
		}
		if _, size := utf8.DecodeRuneInString(d.text[start:]); start+size > offset {
			return start
		}
		break
	}
	return offset
}

// position says where a byte offset is, in lines and UTF-16 units from 0.
func (d *document) position(offset int) protocol.Position {
	offset = d.whole(min(max(offset, 0), len(d.text)))
	line := sort.Search(len(d.starts), func(i int) bool { return d.starts[i] > offset }) - 1
	return protocol.Position{Line: uint32(line), Character: uint32(units(d.text[d.starts[line]:offset]))}
}

// units counts UTF-16 units. A byte that is no UTF-8 counts as one, as the sign that stands for it does.
func units(s string) int {
	n := 0
	for _, r := range s {
		n++
		if r >= 0x10000 {
			n++
		}
	}
	return n
}

// offset is where a position is in bytes. What is beyond a line is at its end, what is beyond the text at the text's.
func (d *document) offset(p protocol.Position) int {
	if int64(p.Line) >= int64(len(d.starts)) {
		return len(d.text)
	}
	at, end := d.starts[p.Line], len(d.text)
	if int(p.Line)+1 < len(d.starts) {
		end = d.starts[p.Line+1]
	}
	for n := int64(p.Character); n > 0 && at < end && d.text[at] != '\n' && d.text[at] != '\r'; n-- {
		r, size := utf8.DecodeRuneInString(d.text[at:])
		if r >= 0x10000 {
			if n--; n == 0 {
				break // between the halves of a character: before it
			}
		}
		at += size
	}
	return at
}

func (d *document) rangeOf(span lang.Span) protocol.Range {
	return protocol.Range{Start: d.position(span.Start), End: d.position(max(span.Start, span.End))}
}

func (d *document) spanOf(r protocol.Range) lang.Span {
	start, end := d.offset(r.Start), d.offset(r.End)
	return lang.Span{Start: min(start, end), End: max(start, end)}
}

// slice is the text of a span.
func (d *document) slice(span lang.Span) string {
	start := min(max(span.Start, 0), len(d.text))
	return d.text[start:min(max(span.End, start), len(d.text))]
}

// line is the number of the line, from 0, that an offset is on.
func (d *document) line(offset int) int { return int(d.position(offset).Line) }

// change is an edit as it comes: without a range it is the whole text.
type change struct {
	Range *protocol.Range `json:"range"`
	Text  string          `json:"text"`
}

// edited is the document after some edits, each made on what the one before it left.
func (d *document) edited(version int32, changes []change) *document {
	next := &document{path: d.path, uri: d.uri, open: d.open, version: version, text: d.text, starts: d.starts}
	from := len(d.text)
	for _, c := range changes {
		text := c.Text
		if c.Range == nil {
			from = 0
		} else {
			span := next.spanOf(*c.Range)
			from = min(from, span.Start)
			text = next.text[:span.Start] + c.Text + next.text[span.End:]
		}
		next.text, next.starts = text, lineStarts(text)
	}
	switch {
	case d.tree != nil:
		next.before = &earlier{d.tree, d.syntax, from}
	case d.before != nil:
		next.before = &earlier{d.before.tree, d.before.syntax, min(from, d.before.upTo)}
	}
	return next
}

// parsed is the document's tree.
func (d *document) parsed() *lang.File {
	if d.tree != nil {
		return d.tree
	}
	var partly bool
	if d.tree, d.syntax, partly = d.reparse(); !partly {
		d.tree, d.syntax = lang.Parse(d.path, d.text)
	}
	d.before = nil
	return d.tree
}

// scanned are its tokens, with comments.
func (d *document) scanned() []lang.Token {
	if d.tokens == nil {
		d.tokens = lang.Tokens(d.text)
	}
	return d.tokens
}

// word is the name or word around an offset, or right before it; empty if there is none.
func (d *document) word(offset int) lang.Span {
	start, end := offset, offset
	for start > 0 && wordByte(d.text[start-1]) {
		start--
	}
	for end < len(d.text) && wordByte(d.text[end]) {
		end++
	}
	return lang.Span{Start: start, End: end}
}

func wordByte(c byte) bool {
	return c == '_' || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= utf8.RuneSelf
}
