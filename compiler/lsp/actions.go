package lsp

import (
	"context"
	"slices"

	"go.lsp.dev/protocol"

	"github.com/tune-autonomic/tune/compiler/finding"
	"github.com/tune-autonomic/tune/lang"
)

// codeActions are the changes that answer what was found in a range.
func (s *server) codeActions(ctx context.Context, at *protocol.CodeActionParams) ([]protocol.CodeAction, error) {
	all := []protocol.CodeAction{}
	d := s.documents[pathOf(at.TextDocument.URI)]
	if d == nil || !wantsFixes(at.Context.Only) {
		return all, nil
	}
	programs, err := s.about(ctx, d.path, nil)
	if err != nil {
		return nil, err
	}
	asked := d.spanOf(at.Range)
	for _, p := range programs {
		for _, f := range p.findings {
			if s.fileOf(p.dir, f.File) != d.path || f.Span.Start > asked.End || f.Span.End < asked.Start {
				continue
			}
			for i, fix := range f.Fixes {
				edit, ok := s.workspaceEdit(p, fix)
				if !ok {
					continue
				}
				all = append(all, protocol.CodeAction{
					Title: fix.Title, Kind: protocol.QuickFix, Diagnostics: []protocol.Diagnostic{s.diagnostic(p, d, f)},
					IsPreferred: !fix.Guess && i == 0 && len(f.Fixes) == 1, Edit: edit,
				})
			}
		}
	}
	return all, nil
}

func wantsFixes(only []protocol.CodeActionKind) bool {
	return len(only) == 0 || slices.Contains(only, protocol.QuickFix) || slices.Contains(only, "")
}

// workspaceEdit is a fix as the editor carries it out. Modules of the library are nobody's to change.
func (s *server) workspaceEdit(p *program, fix finding.Fix) (*protocol.WorkspaceEdit, bool) {
	edits := map[string][]textEdit{}
	for _, e := range fix.Edits {
		path := s.fileOf(p.dir, e.File)
		if _, isLibrary := s.inLibrary(path); isLibrary {
			return nil, false
		}
		edits[path] = append(edits[path], textEdit{e.Span, e.New})
	}
	return s.edit(edits)
}

// textEdit puts text in the place of a span.
type textEdit struct {
	span lang.Span
	text string
}

// edit is changes of documents, by path.
func (s *server) edit(edits map[string][]textEdit) (*protocol.WorkspaceEdit, bool) {
	out := &protocol.WorkspaceEdit{Changes: map[protocol.DocumentURI][]protocol.TextEdit{}}
	for path, list := range edits {
		d := s.document(path)
		if d == nil {
			return nil, false
		}
		for _, e := range list {
			out.Changes[d.uri] = append(out.Changes[d.uri], protocol.TextEdit{Range: d.rangeOf(e.span), NewText: e.text})
		}
	}
	return out, len(out.Changes) > 0
}
