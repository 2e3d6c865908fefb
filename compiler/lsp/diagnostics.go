package lsp

import (
	"context"
	"encoding/json"
	"maps"
	"slices"

	"go.lsp.dev/protocol"

	"github.com/tune-autonomic/tune/compiler/finding"
)

// diagnose checks what is open and tells the editor what was found. It ends, without a word, when a text changes; the
// change brings it back. Else it says whether something remains to be measured.
func (s *server) diagnose(ctx context.Context) (more bool) {
	found := map[string][]protocol.Diagnostic{}
	checked := map[string]bool{}
	for _, d := range s.openDocuments() {
		found[d.path] = []protocol.Diagnostic{}
	}
	for _, d := range s.openDocuments() {
		programs, err := s.about(ctx, d.path, s.outdated)
		if err != nil {
			return false
		}
		for _, p := range programs {
			if !checked[p.root] {
				checked[p.root] = true
				s.collect(p, found)
				more = more || p.measure != nil
			}
		}
	}
	for path := range s.published {
		if _, still := found[path]; !still {
			found[path] = []protocol.Diagnostic{}
		}
	}
	for _, path := range slices.Sorted(maps.Keys(found)) {
		s.publish(path, found[path])
	}
	return more
}

// measure finds what is too large for bytecode in the programs that have no other errors: it takes as long as a check does,
// and little is too large. It ends when a text changes.
func (s *server) measure(ctx context.Context) {
	for _, root := range slices.Sorted(maps.Keys(s.programs)) {
		if ctx.Err() != nil || s.outdated() {
			return
		}
		p := s.programs[root]
		if p.measure == nil || !s.current(p) {
			continue
		}
		p.findings = finding.Sort(append(p.findings, p.measure()...))
		p.measure = nil
	}
	s.diagnose(ctx)
}

// collect sorts what was found in a program by the files that it is in.
func (s *server) collect(p *program, found map[string][]protocol.Diagnostic) {
	for _, f := range p.findings {
		path := s.fileOf(p.dir, f.File)
		d := s.document(path)
		if d == nil {
			continue
		}
		told := s.diagnostic(p, d, f)
		same := func(other protocol.Diagnostic) bool {
			return other.Range == told.Range && other.Code == told.Code && other.Message == told.Message
		}
		if !slices.ContainsFunc(found[path], same) {
			found[path] = append(found[path], told)
		}
	}
}

func (s *server) diagnostic(p *program, d *document, f finding.Finding) protocol.Diagnostic {
	out := protocol.Diagnostic{
		Range: d.rangeOf(f.Span), Severity: protocol.DiagnosticSeverityError, Code: string(f.Code), Source: "tunec", Message: f.Msg,
	}
	if f.Severity == finding.Warning {
		out.Severity = protocol.DiagnosticSeverityWarning
	}
	if f.Hint != "" {
		out.Message += "\n" + f.Hint
	}
	for _, r := range f.Related {
		if other := s.document(s.fileOf(p.dir, r.File)); other != nil {
			out.RelatedInformation = append(out.RelatedInformation, protocol.DiagnosticRelatedInformation{
				Location: protocol.Location{URI: other.uri, Range: other.rangeOf(r.Span)}, Message: r.Msg,
			})
		}
	}
	return out
}

// publish tells the editor what was found in a file, unless it knows.
func (s *server) publish(path string, found []protocol.Diagnostic) {
	params := protocol.PublishDiagnosticsParams{URI: uriOf(path), Diagnostics: found}
	d := s.documents[path]
	if d != nil {
		params.URI, params.Version = d.uri, uint32(max(d.version, 0))
	}
	text, err := json.Marshal(found)
	if err != nil || s.published[path] == string(text) {
		return
	}
	s.notify("textDocument/publishDiagnostics", params)
	if s.published[path] = string(text); d == nil && len(found) == 0 {
		delete(s.published, path)
	}
}
