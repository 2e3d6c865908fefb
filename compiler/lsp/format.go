package lsp

import (
	"context"

	"go.lsp.dev/protocol"

	"github.com/tune-autonomic/tune/lang"
	"github.com/tune-autonomic/tune/lang/format"
)

// format puts a document into the language's one style. One with syntax errors is left alone; they are told anyway.
func (s *server) format(_ context.Context, p *protocol.DocumentFormattingParams) ([]protocol.TextEdit, error) {
	d := s.documents[pathOf(p.TextDocument.URI)]
	if d == nil {
		return nil, nil
	}
	text, err := format.Format(d.text)
	if err != nil {
		return nil, nil
	}
	return d.replaced(lang.Span{Start: 0, End: len(d.text)}, text), nil
}

func (s *server) formatRange(_ context.Context, p *protocol.DocumentRangeFormattingParams) ([]protocol.TextEdit, error) {
	d := s.documents[pathOf(p.TextDocument.URI)]
	if d == nil {
		return nil, nil
	}
	span, text, err := format.Range(d.text, d.spanOf(p.Range))
	if err != nil {
		return nil, nil
	}
	return d.replaced(span, text), nil
}

// replaced is the smallest edit of whole lines that makes a span of the document text: cursors elsewhere stay.
func (d *document) replaced(span lang.Span, text string) []protocol.TextEdit {
	old := d.slice(span)
	if old == text {
		return []protocol.TextEdit{}
	}
	first := 0
	for i := 0; i < len(old) && i < len(text) && old[i] == text[i]; i++ {
		if old[i] == '\n' {
			first = i + 1
		}
	}
	last := 0
	for i := 1; i <= len(old)-first && i <= len(text)-first && old[len(old)-i] == text[len(text)-i]; i++ {
		if old[len(old)-i] == '\n' {
			last = i - 1 // what follows this line's end
		}
	}
	where := lang.Span{Start: span.Start + first, End: span.Start + len(old) - last}
	return []protocol.TextEdit{{Range: d.rangeOf(where), NewText: text[first : len(text)-last]}}
}
