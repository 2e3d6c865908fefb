package lsp

import (
	"context"
	"slices"

	"go.lsp.dev/protocol"

	"github.com/tune-autonomic/tune/compiler/check"
	"github.com/tune-autonomic/tune/lang"
)

// target is a name that the cursor is on, and what it stands for.
type target struct {
	program *program
	use     check.Use
	doc     *document
}

// targetAt is nil if the cursor is on nothing that has a meaning.
func (s *server) targetAt(ctx context.Context, at protocol.TextDocumentPositionParams) (*target, error) {
	d, offset := s.asked(at)
	if d == nil {
		return nil, nil
	}
	p, err := s.programOf(ctx, d.path)
	if err != nil || p == nil {
		return nil, err
	}
	use, some := s.useAt(p, d.path, offset)
	if !some {
		return nil, nil
	}
	return &target{p, use, d}, nil
}

func (s *server) definition(ctx context.Context, p *protocol.DefinitionParams) ([]protocol.Location, error) {
	if where, isImport := s.imported(p.TextDocumentPositionParams); isImport {
		return where, nil
	}
	t, err := s.targetAt(ctx, p.TextDocumentPositionParams)
	if err != nil || t == nil || t.use.Symbol.File == "" {
		return nil, err
	}
	return s.location(s.fileOf(t.program.dir, t.use.Symbol.File), t.use.Symbol.Span), nil
}

// location is a span of a file as the editor has it; none if there is no such file.
func (s *server) location(path string, span lang.Span) []protocol.Location {
	d := s.document(path)
	if d == nil {
		return nil
	}
	s.show(path)
	return []protocol.Location{{URI: d.uri, Range: d.rangeOf(span)}}
}

// imported is the module that an import under the cursor names.
func (s *server) imported(at protocol.TextDocumentPositionParams) ([]protocol.Location, bool) {
	d, offset := s.asked(at)
	if d == nil {
		return nil, false
	}
	im := d.importAt(offset)
	if im == nil {
		return nil, false
	}
	return s.location(s.importPath(d, im.Path), lang.Span{}), true
}

// importAt is the import at an offset; nil if there is none.
func (d *document) importAt(offset int) *lang.Import {
	for _, im := range d.parsed().Imports {
		if im.Span.Start <= offset && offset <= im.Span.End && im.Path != "" {
			return im
		}
	}
	return nil
}

// moduleAt is the module that an import under the cursor brings, where its name stands; nil if the cursor is on none.
func (s *server) moduleAt(ctx context.Context, at protocol.TextDocumentPositionParams) (*target, error) {
	d, offset := s.asked(at)
	if d == nil || d.importAt(offset) == nil {
		return nil, nil
	}
	p, err := s.programOf(ctx, d.path)
	if err != nil || p == nil {
		return nil, err
	}
	path := s.importPath(d, d.importAt(offset).Path)
	for _, u := range s.usesIn(p, d.path) {
		if u.Symbol.Kind == check.ModuleSymbol && s.fileOf(p.dir, u.Symbol.File) == path {
			return &target{p, u, d}, nil
		}
	}
	return nil, nil
}

// references finds all uses of what is under the cursor, in all programs that know it.
func (s *server) references(ctx context.Context, p *protocol.ReferenceParams) ([]protocol.Location, error) {
	t, err := s.targetAt(ctx, p.TextDocumentPositionParams)
	if err == nil && t == nil {
		t, err = s.moduleAt(ctx, p.TextDocumentPositionParams)
	}
	if err != nil || t == nil {
		return nil, err
	}
	places, err := s.usesOf(ctx, t)
	if err != nil {
		return nil, err
	}
	var all []protocol.Location
	for _, at := range places {
		if !p.Context.IncludeDeclaration && at.declares {
			continue
		}
		if d := s.document(at.path); d != nil {
			all = append(all, protocol.Location{URI: d.uri, Range: d.rangeOf(at.span)})
		}
	}
	return all, nil
}

// usePlace is where something is named.
type usePlace struct {
	path     string
	span     lang.Span
	declares bool
}

// usesOf finds where a symbol is named. What is declared in a module may be named in each system that imports it.
func (s *server) usesOf(ctx context.Context, t *target) ([]usePlace, error) {
	symbol := t.use.Symbol
	programs := []*program{t.program}
	path := ""
	if symbol.File != "" {
		path = s.fileOf(t.program.dir, symbol.File)
		if _, isLibrary := s.inLibrary(path); !isLibrary {
			all, err := s.about(ctx, path, nil)
			if err != nil {
				return nil, err
			}
			programs = append(programs, all...)
		}
	}
	var places []usePlace
	for _, p := range programs {
		s.usesIn(p, "") // fills p.uses
		for file, uses := range p.uses {
			for _, u := range uses {
				if !sameSymbol(u.Symbol, symbol) || s.fileOf(p.dir, u.Symbol.File) != s.fileOf(t.program.dir, symbol.File) {
					continue
				}
				place := usePlace{file, u.Span, file == path && u.Span == symbol.Span}
				if !slices.Contains(places, place) {
					places = append(places, place)
				}
			}
		}
	}
	slices.SortFunc(places, func(a, b usePlace) int {
		if a.path != b.path {
			if a.path < b.path {
				return -1
			}
			return 1
		}
		return a.span.Start - b.span.Start
	})
	return places, nil
}

func sameSymbol(a, b *check.Symbol) bool {
	return a.Name == b.Name && a.Span == b.Span && (a.File != "" || b.File == "" && a.Owner == b.Owner)
}

func (s *server) highlights(ctx context.Context, p *protocol.DocumentHighlightParams) ([]protocol.DocumentHighlight, error) {
	t, err := s.targetAt(ctx, p.TextDocumentPositionParams)
	if err != nil || t == nil {
		return nil, err
	}
	var all []protocol.DocumentHighlight
	for _, u := range s.usesIn(t.program, t.doc.path) {
		if !sameSymbol(u.Symbol, t.use.Symbol) {
			continue
		}
		kind := protocol.DocumentHighlightKindRead
		if u.Span == u.Symbol.Span {
			kind = protocol.DocumentHighlightKindWrite
		}
		all = append(all, protocol.DocumentHighlight{Range: t.doc.rangeOf(u.Span), Kind: kind})
	}
	return all, nil
}
