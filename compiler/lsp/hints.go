package lsp

import (
	"context"

	"go.lsp.dev/protocol"

	"github.com/tune-autonomic/tune/compiler/check"
	"github.com/tune-autonomic/tune/lang"
)

// inlayHint is a text that an editor shows within a line. It is younger than the protocol's Go package.
type inlayHint struct {
	Position    protocol.Position `json:"position"`
	Label       string            `json:"label"`
	Kind        int               `json:"kind,omitempty"` // 1 for a type
	PaddingLeft bool              `json:"paddingLeft,omitempty"`
}

type inlayHintParams struct {
	TextDocument protocol.TextDocumentIdentifier `json:"textDocument"`
	Range        protocol.Range                  `json:"range"`
}

// inlayHints are the types of names that are bound without one, and the most actions that each policy can take.
func (s *server) inlayHints(ctx context.Context, p *inlayHintParams) ([]inlayHint, error) {
	all := []inlayHint{}
	d := s.documents[pathOf(p.TextDocument.URI)]
	if d == nil {
		return all, nil
	}
	prog, err := s.programOf(ctx, d.path)
	if err != nil || prog == nil {
		return all, err
	}
	types := map[lang.Span]string{}
	for _, u := range s.usesIn(prog, d.path) {
		if u.Symbol.Kind == check.LocalSymbol && u.Symbol.Span == u.Span {
			types[u.Span] = u.Symbol.Type
		}
	}
	in := d.spanOf(p.Range)
	name := s.nameIn(prog, d.path)
	for _, decl := range d.parsed().Decls {
		if at := decl.Pos(); at.End < in.Start || at.Start > in.End {
			continue
		}
		lang.Walk(decl, func(n lang.Node) {
			switch n := n.(type) {
			case *lang.Let:
				if t := types[n.Name.Span]; n.Type == nil && t != "" {
					all = append(all, inlayHint{Position: d.position(n.Name.Span.End), Label: ": " + t, Kind: 1})
				}
			case *lang.Policy:
				if most := prog.index.Most(name, n.Name.Span); most != "" {
					all = append(all, inlayHint{Position: d.position(n.Name.Span.End), Label: most, PaddingLeft: true})
				}
			}
		})
	}
	return all, nil
}
