package lsp

import (
	"context"

	"go.lsp.dev/protocol"

	"github.com/tune-autonomic/tune/lang"
)

// folding are the blocks, lists, comments and imports that go over several lines. It is of the words alone, so that a
// broken file folds too.
func (s *server) folding(_ context.Context, p *protocol.FoldingRangeParams) ([]protocol.FoldingRange, error) {
	all := []protocol.FoldingRange{}
	d := s.documents[pathOf(p.TextDocument.URI)]
	if d == nil {
		return all, nil
	}
	fold := func(from, to int, kind protocol.FoldingRangeKind) {
		if to > from {
			all = append(all, protocol.FoldingRange{StartLine: uint32(from), EndLine: uint32(to), Kind: kind})
		}
	}
	var open []int
	comment, ends := -1, -1 // the first and last line of comments that stand together
	for _, t := range d.scanned() {
		line := d.line(t.Span.Start)
		if t.Kind == lang.TokenComment && d.startsLine(t.Span.Start) {
			if comment < 0 || line > ends+1 {
				fold(comment, ends, protocol.CommentFoldingRange)
				comment = line
			}
			ends = d.line(t.Span.End)
			continue
		}
		switch d.slice(t.Span) {
		case "{", "[", "(":
			open = append(open, line)
		case "}", "]", ")":
			if n := len(open); n > 0 {
				fold(open[n-1], line-1, "")
				open = open[:n-1]
			}
		}
	}
	fold(comment, ends, protocol.CommentFoldingRange)
	if imports := d.parsed().Imports; len(imports) > 1 {
		fold(d.line(imports[0].Span.Start), d.line(imports[len(imports)-1].Span.Start), protocol.ImportsFoldingRange)
	}
	return all, nil
}
