package lsp

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.lsp.dev/protocol"

	"github.com/tune-autonomic/tune/compiler/check"
	"github.com/tune-autonomic/tune/lang"
)

// TestTheNextWordIsOffered cuts the project's programs before some of their words, and wants these among what is offered
// there. Words that nobody can know are left out: new names, and those of what is declared further below.
func TestTheNextWordIsOffered(t *testing.T) {
	var paths []string
	for _, pattern := range []string{"../std/*.tune", "../../examples/*/*.tune", "../../examples/std/*/*.tune"} {
		found, err := filepath.Glob(pattern)
		require.NoError(t, err)
		paths = append(paths, found...)
	}
	asked := 0
	var missing []string
	for _, path := range paths {
		path, err := filepath.Abs(path)
		require.NoError(t, err)
		s, text := serverOn(t, path)
		knowable := knowableWords(s, path)
		for i := 3; i < len(knowable); i += 17 { // of all it would take a minute
			place := knowable[i]
			asked++
			if word := text[place.Start:place.End]; !offersWord(s, path, text[:place.Start], word) {
				line := text[strings.LastIndexByte(text[:place.Start], '\n')+1 : place.Start]
				missing = append(missing, filepath.Base(path)+": "+line+"‸"+word)
			}
		}
	}
	require.Greater(t, asked, 150)
	require.Less(t, len(missing), asked/50, strings.Join(missing, "\n"))
}

// serverOn is a server in whose editor a file is open.
func serverOn(t *testing.T, path string) (*server, string) {
	data, err := os.ReadFile(path)
	require.NoError(t, err)
	s := newServer(Options{Library: t.TempDir()}, func() bool { return false })
	s.initialized, s.notify = true, func(string, any) {}
	s.documents[path] = newDocument(path, string(data))
	return s, string(data)
}

// knowableWords are the words of a document that mean something before they are written.
func knowableWords(s *server, path string) []lang.Span {
	d := s.documents[path]
	p := s.examine(d, check.NewIndex(), nil)
	declaredLater := map[int]bool{}
	for _, u := range p.index.Uses() {
		if u.File == p.tree.Path && u.Symbol.File == u.File && u.Symbol.Span.Start >= u.Span.Start {
			declaredLater[u.Span.Start] = true
		}
	}
	var all []lang.Span
	for _, t := range lang.Tokens(d.text) {
		isWord := t.Kind == lang.TokenIdent || t.Kind == lang.TokenKeyword
		isNew := declaredLater[t.Span.Start] || strings.HasPrefix(d.text[t.Span.End:], ":")
		if isWord && !isNew && t.Span.Start > 0 {
			all = append(all, t.Span)
		}
	}
	return all
}

// offersWord says whether what is offered at the end of a text begins with a word.
func offersWord(s *server, path, text, word string) bool {
	d := newDocument(path, text)
	s.documents[path] = d
	s.touch(path)
	list, err := s.completion(context.Background(), &protocol.CompletionParams{TextDocumentPositionParams: at(d.uri, d.position(len(text)))})
	if err != nil {
		return false
	}
	for _, item := range list.Items {
		rest, begins := strings.CutPrefix(item.TextEdit.NewText, word)
		if begins && (rest == "" || !strings.ContainsAny(rest[:1], alphanumeric)) {
			return true
		}
	}
	return false
}
