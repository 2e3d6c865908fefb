package lsp

import (
	"context"
	"encoding/json"
	"errors"
	"math/rand/v2"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.lsp.dev/jsonrpc2"
	"go.lsp.dev/protocol"

	"github.com/tune-autonomic/tune/lang"
)

// scraps are what random edits put in.
var scraps = []string{
	"", "", "", "\n", "\r\n", " ", "{", "}", "(", ")", "[", "]", "\"", "{h}", ".", "->", "=", "++", "//", "/*", "*/", "45%", "10", "s", "é", "𝕏", "\xff",
	"policy P on hot(h: rack) {\n", "state A {\n", "let x = ", "migrate v to ", "\nevent e", " when h.", "\nhosts x {\n", "\nimport \"std/consolidate\"\n",
	"rack", "hot", "max(h.vms by cpu)", "for v in h.vms ", "use consolidate.", "module m\n", "plan {\n",
}

func randomEdit(r *rand.Rand, d *document) change {
	start := r.IntN(len(d.text) + 1)
	end := min(len(d.text), start+r.IntN(12)*r.IntN(4))
	where := protocol.Range{Start: d.position(start), End: d.position(end)}
	return change{&where, scraps[r.IntN(len(scraps))]}
}

// TestAnEditIsReadAsTheWholeText compares the tree after an edit with that of the whole text.
func TestAnEditIsReadAsTheWholeText(t *testing.T) {
	for seed := range uint64(40) {
		r := rand.New(rand.NewPCG(seed, 1))
		d := newDocument("x.tune", base(t)+"\n"+relieve+"\n"+relieve+"event last every 1s\n")
		for range 60 {
			d.parsed()
			d = d.edited(1, []change{randomEdit(r, d)})
			if r.IntN(3) > 0 {
				continue
			}
			tree, syntax := lang.Parse("x.tune", d.text)
			if len(syntax) == 0 {
				syntax = nil
			}
			got := d.parsed()
			require.Equal(t, asJSON(t, tree.Decls), asJSON(t, got.Decls), "seed %d:\n%s", seed, d.text)
			require.Equal(t, asJSON(t, tree.Imports), asJSON(t, got.Imports))
			require.Equal(t, asJSON(t, syntax), asJSON(t, d.syntax))
			require.Equal(t, asJSON(t, tree.Gaps), asJSON(t, got.Gaps))
		}
	}
}

func asJSON(t testing.TB, v any) string {
	data, err := json.Marshal(v)
	require.NoError(t, err)
	return string(data)
}

// FuzzSession sends random edits and requests: the server answers them all, and its answers stay within the document.
func FuzzSession(f *testing.F) {
	for seed := range uint64(6) {
		f.Add(seed)
	}
	text, library := base(f)+"\n"+relieve, f.TempDir()
	f.Fuzz(func(t *testing.T, seed uint64) {
		r := rand.New(rand.NewPCG(seed, 2))
		s := newServer(Options{Library: library}, func() bool { return false })
		s.initialized, s.notify = true, func(_ string, params any) { asJSON(t, params) }
		path := filepath.Join(library, "..", "shop.tune")
		d := newDocument(path, text)
		s.didOpen(&protocol.DidOpenTextDocumentParams{TextDocument: protocol.TextDocumentItem{URI: d.uri, Text: text}})
		for range 10 {
			d = s.documents[d.path]
			edit := randomEdit(r, d)
			s.didChange(&didChangeParams{TextDocument: protocol.VersionedTextDocumentIdentifier{TextDocumentIdentifier: protocol.TextDocumentIdentifier{URI: d.uri}}, ContentChanges: []change{edit}})
			for range 4 {
				askAnything(t, r, s, s.documents[d.path])
			}
			if r.IntN(4) == 0 {
				s.diagnose(context.Background())
			}
		}
	})
}

// requests are what is asked; their parameters fit all of them.
var requests = []string{
	"textDocument/hover", "textDocument/definition", "textDocument/references", "textDocument/documentHighlight", "textDocument/completion",
	"textDocument/signatureHelp", "textDocument/documentSymbol", "textDocument/foldingRange", "textDocument/semanticTokens/full",
	"textDocument/semanticTokens/range", "textDocument/semanticTokens/full/delta", "textDocument/inlayHint", "textDocument/formatting",
	"textDocument/rangeFormatting", "textDocument/codeAction", "textDocument/prepareRename", "textDocument/rename", "workspace/symbol",
}

func askAnything(t *testing.T, r *rand.Rand, s *server, d *document) {
	at := d.position(r.IntN(len(d.text) + 1))
	params := asJSON(t, map[string]any{
		"textDocument": map[string]any{"uri": d.uri}, "position": at, "newName": "other", "query": "r", "context": map[string]any{"includeDeclaration": true},
		"range": protocol.Range{Start: at, End: d.position(len(d.text))}, "options": map[string]any{}, "previousResultId": "1",
	})
	method := requests[r.IntN(len(requests))]
	result, err := methods[method](s, context.Background(), json.RawMessage(params))
	var refused *jsonrpc2.Error
	require.True(t, err == nil || errors.As(err, &refused), "%s: %v", method, err)
	answer := asJSON(t, result)
	if strings.HasPrefix(method, "textDocument/semanticTokens/full") && !strings.HasSuffix(method, "delta") && result != nil {
		if full := result.(*protocol.SemanticTokens); full != nil {
			decoded(t, d, full.Data)
		}
	}
	var any any
	require.NoError(t, json.Unmarshal([]byte(answer), &any))
	within(t, d, any, method)
}

// within holds that the ranges of an answer about a document are in it, and none ends before it begins.
func within(t *testing.T, d *document, answer any, method string) {
	switch v := answer.(type) {
	case []any:
		for _, one := range v {
			within(t, d, one, method)
		}
	case map[string]any:
		if uri, elsewhere := v["uri"]; elsewhere && uri != string(d.uri) {
			return
		}
		start, hasStart := v["start"].(map[string]any)
		end, hasEnd := v["end"].(map[string]any)
		if hasStart && hasEnd {
			a, b := positionOf(start), positionOf(end)
			require.LessOrEqual(t, int(b.Line), len(d.starts)-1, method)
			require.Equal(t, a, d.position(d.offset(a)), method)
			require.Equal(t, b, d.position(d.offset(b)), method)
			require.LessOrEqual(t, d.offset(a), d.offset(b), method)
		}
		for _, one := range v {
			within(t, d, one, method)
		}
	}
}

func positionOf(v map[string]any) protocol.Position {
	return protocol.Position{Line: uint32(v["line"].(float64)), Character: uint32(v["character"].(float64))}
}
