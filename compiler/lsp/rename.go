package lsp

import (
	"context"
	"slices"
	"unicode"

	"go.lsp.dev/jsonrpc2"
	"go.lsp.dev/protocol"

	"github.com/tune-autonomic/tune/compiler/check"
	"github.com/tune-autonomic/tune/compiler/finding"
	"github.com/tune-autonomic/tune/lang"
)

// prepareRename says whether what is under the cursor can have another name.
func (s *server) prepareRename(ctx context.Context, p *protocol.PrepareRenameParams) (*protocol.Range, error) {
	t, err := s.targetAt(ctx, p.TextDocumentPositionParams)
	if err != nil || t == nil || s.fixedName(t) != "" {
		return nil, err
	}
	r := t.doc.rangeOf(t.use.Span)
	return &r, nil
}

// fixedName says why a name can't be changed; "" if it can.
func (s *server) fixedName(t *target) string {
	sym := t.use.Symbol
	if sym.File == "" {
		return sym.Name + " is a name of the language"
	}
	if _, isLibrary := s.inLibrary(s.fileOf(t.program.dir, sym.File)); isLibrary {
		return sym.Name + " is declared in the library, which is not yours to change"
	}
	if sym.Kind == check.OpSymbol && (sym.Name == "start" || sym.Name == "stop") {
		return sym.Name + " is called by deployments, by this name"
	}
	if sym.Kind == check.AttrSymbol && isField(t.program, sym) {
		return sym.Name + " is a field of the language"
	}
	return ""
}

func isField(p *program, sym *check.Symbol) bool {
	for _, d := range p.tree.Decls {
		var fields []*lang.Field
		switch d := d.(type) {
		case *lang.Hosts:
			fields = d.Fields
		case *lang.VM:
			fields = d.Fields
		}
		if slices.ContainsFunc(fields, func(f *lang.Field) bool { return f.Name.Span == sym.Span }) {
			return true
		}
	}
	return false
}

// rename gives what is under the cursor another name, in all programs that know it. It refuses what would give other
// findings than before, or another meaning to a name.
func (s *server) rename(ctx context.Context, p *protocol.RenameParams) (*protocol.WorkspaceEdit, error) {
	t, err := s.targetAt(ctx, p.TextDocumentPositionParams)
	if err != nil {
		return nil, err
	}
	refuse := func(format string, args ...any) (*protocol.WorkspaceEdit, error) {
		return nil, jsonrpc2.Errorf(jsonrpc2.InvalidParams, format, args...)
	}
	if t == nil {
		return refuse("there is no name here")
	}
	if why := s.fixedName(t); why != "" {
		return refuse("%s", why)
	}
	switch {
	case !canBeName(p.NewName):
		return refuse("%q can't be a name: a name is made of letters, digits and _, and begins with a letter", p.NewName)
	case lang.Reserved(p.NewName):
		return refuse("%s is a word of the language", p.NewName)
	case p.NewName == t.use.Symbol.Name:
		return &protocol.WorkspaceEdit{}, nil
	}
	places, err := s.usesOf(ctx, t)
	if err != nil {
		return nil, err
	}
	edits := map[string][]textEdit{}
	for _, at := range places {
		edits[at.path] = append(edits[at.path], textEdit{at.span, p.NewName})
	}
	s.keepSource(t, edits)
	if err := s.rehearse(ctx, t, places, edits, p.NewName); err != nil {
		return nil, err
	}
	edit, ok := s.edit(edits)
	if !ok {
		return refuse("a file that names it can't be read")
	}
	return edit, nil
}

func canBeName(text string) bool {
	for i, r := range text {
		if r != '_' && !unicode.IsLetter(r) && (i == 0 || r < '0' || r > '9') {
			return false
		}
	}
	return text != ""
}

// keepSource has a metric with another name measure what it measured: a probe without a source measures what it is called.
func (s *server) keepSource(t *target, edits map[string][]textEdit) {
	sym := t.use.Symbol
	if sym.Kind != check.MetricSymbol {
		return
	}
	path := s.fileOf(t.program.dir, sym.File)
	for _, d := range t.program.tree.Decls {
		if p, isProbe := d.(*lang.Probe); isProbe && p.Name.Span == sym.Span && p.Source == nil {
			edits[path] = append(edits[path], textEdit{lang.Span{Start: p.Span.End, End: p.Span.End}, " = " + sym.Name})
		}
	}
}

// rehearse checks the programs as they would be.
func (s *server) rehearse(ctx context.Context, t *target, places []usePlace, edits map[string][]textEdit, name string) error {
	programs, err := s.about(ctx, s.fileOf(t.program.dir, t.use.Symbol.File), nil)
	if err != nil {
		return err
	}
	if !slices.Contains(programs, t.program) {
		programs = append(programs, t.program)
	}
	documents := s.documents
	defer func() { s.documents = documents }()
	s.documents = map[string]*document{}
	for path, d := range documents {
		s.documents[path] = d
	}
	for path, list := range edits {
		d := s.document(path)
		if d == nil {
			continue
		}
		changed := newDocument(path, applied(d.text, list))
		changed.open = true
		s.documents[path] = changed
	}
	for _, p := range programs {
		d := s.document(p.root)
		if d == nil {
			continue
		}
		after := s.examine(d, check.NewIndex(), func() bool { return ctx.Err() != nil })
		if f, worse := firstNew(p.findings, after.findings); worse {
			return jsonrpc2.Errorf(jsonrpc2.InvalidParams, "%s can't be called %s: %s", t.use.Symbol.Name, name, f.Msg)
		}
		if n := countNamed(after, name); n != countNamed(p, name)+countIn(s, p, places) {
			return jsonrpc2.Errorf(jsonrpc2.InvalidParams, "%s can't be called %s: %s means something else already", t.use.Symbol.Name, name, name)
		}
	}
	return ctx.Err()
}

// firstNew is a finding of which there were fewer before: that something else has the name, rather than what comes of that.
func firstNew(before, after []finding.Finding) (first finding.Finding, found bool) {
	count := map[finding.Code]int{}
	for _, f := range before {
		count[f.Code]++
	}
	for _, f := range after {
		if count[f.Code]--; count[f.Code] >= 0 {
			continue
		}
		if f.Code == "TUNE0204" {
			return f, true
		}
		if !found {
			first, found = f, true
		}
	}
	return first, found
}

func countNamed(p *program, name string) int {
	n := 0
	for _, u := range p.index.Uses() {
		if u.Symbol.Name == name {
			n++
		}
	}
	return n
}

func countIn(s *server, p *program, places []usePlace) int {
	n := 0
	for _, at := range places {
		if slices.ContainsFunc(s.usesIn(p, at.path), func(u check.Use) bool { return u.Span == at.span }) {
			n++
		}
	}
	return n
}

// applied is a text after edits that don't overlap.
func applied(text string, edits []textEdit) string {
	sorted := slices.Clone(edits)
	slices.SortStableFunc(sorted, func(a, b textEdit) int { return b.span.Start - a.span.Start })
	for _, e := range sorted {
		text = text[:e.span.Start] + e.text + text[e.span.End:]
	}
	return text
}
