package lsp

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.lsp.dev/protocol"
)

func shop(t testing.TB) (path, text string) {
	path, err := filepath.Abs("../../examples/shop/shop.tune")
	require.NoError(t, err)
	data, err := os.ReadFile(path)
	require.NoError(t, err)
	return path, string(data)
}

func TestAMistakeIsToldWhileItIsTyped(t *testing.T) {
	e := startEditor(t, Options{})
	path, text := shop(t)
	uri := e.open(path, text)
	require.Empty(t, e.diagnosed(uri, 1))
	d := newDocument(path, text)
	at := strings.Index(text, "h.cpu > h.high") + 2
	where := protocol.Range{Start: d.position(at), End: d.position(at + 3)}
	e.change(uri, 2, &where, "cpuu")
	found := e.diagnosed(uri, 2)
	require.NotEmpty(t, found)
	require.Equal(t, "TUNE0203", found[0].Code)
	require.Equal(t, where.Start, found[0].Range.Start)
	where.End.Character++
	e.change(uri, 3, &where, "cpu")
	require.Empty(t, e.diagnosed(uri, 3))
}

func TestHoverAndDefinition(t *testing.T) {
	e := startEditor(t, Options{})
	path, text := shop(t)
	uri := e.open(path, text)
	d := newDocument(path, text)
	pos := d.position(strings.Index(text, "migrate v to dst") + len("migrate "))
	var h protocol.Hover
	e.ask("textDocument/hover", at(uri, pos), &h)
	require.Contains(t, h.Contents.Value, "v: Servlet")
	var where []protocol.Location
	e.ask("textDocument/definition", at(uri, pos), &where)
	require.Len(t, where, 1)
	require.Equal(t, d.position(strings.Index(text, "let v = max")+4), where[0].Range.Start)
}

func TestAFindingsEditIsOfferedAsAQuickFix(t *testing.T) {
	e := startEditor(t, Options{})
	path, text := shop(t)
	text = strings.Replace(text, "h.cpu > h.high", "h.cpuu > h.high", 1)
	uri := e.open(path, text)
	found := e.diagnosed(uri, 1)
	require.NotEmpty(t, found)
	var actions []protocol.CodeAction
	e.ask("textDocument/codeAction", protocol.CodeActionParams{
		TextDocument: protocol.TextDocumentIdentifier{URI: uri}, Range: found[0].Range,
	}, &actions)
	require.NotEmpty(t, actions)
	edits := actions[0].Edit.Changes[uri]
	require.Len(t, edits, 1)
	require.Equal(t, "cpu", edits[0].NewText)
}

func TestFormattingChangesOnlyTheLinesThatDiffer(t *testing.T) {
	e := startEditor(t, Options{})
	path, text := shop(t)
	uri := e.open(path, strings.Replace(text, "    allocate dst\n", "  allocate   dst\n", 1))
	var edits []protocol.TextEdit
	e.ask("textDocument/formatting", protocol.DocumentFormattingParams{TextDocument: protocol.TextDocumentIdentifier{URI: uri}}, &edits)
	require.Len(t, edits, 1)
	require.Equal(t, "    allocate dst\n", edits[0].NewText)
}

// What is too large for bytecode is found a while after the rest, when nobody types.
func TestWhatIsTooLargeForBytecodeIsToldWhileTyping(t *testing.T) {
	e := startEditor(t, Options{Delay: time.Millisecond})
	var lets, holes strings.Builder
	for i := range 300 {
		fmt.Fprintf(&lets, "    let v%d = count(rack)\n", i)
		fmt.Fprintf(&holes, "{v%d}", i)
	}
	path, text := filepath.Join(t.TempDir(), "large.tune"), base(t)
	text += "policy P on tick {\n  state A {\n" + lets.String() + "    notify(\"" + holes.String() + "\")\n  }\n  -> B\n  final B\n}\n"
	uri := e.open(path, text)
	require.Empty(t, e.diagnosed(uri, 1))
	found := e.diagnosed(uri, 1)
	require.Len(t, found, 1)
	require.Equal(t, "TUNE0229", found[0].Code)
	require.NotZero(t, found[0].Range.Start.Line)
	e.change(uri, 2, nil, base(t))
	require.Empty(t, e.diagnosed(uri, 2))
}

// A guess is offered, and not what an editor does unasked.
func TestAGuessIsOfferedAsAQuickFixThatIsNotPreferred(t *testing.T) {
	e := startEditor(t, Options{})
	for more, certain := range map[string]bool{"event often every 5\n": false, "event x(h: rack) when h.cpu > 45\n": true} {
		uri := e.open(filepath.Join(t.TempDir(), "shop.tune"), base(t)+more)
		found := e.diagnosed(uri, 1)
		require.Len(t, found, 1)
		var actions []protocol.CodeAction
		e.ask("textDocument/codeAction", protocol.CodeActionParams{
			TextDocument: protocol.TextDocumentIdentifier{URI: uri}, Range: found[0].Range,
		}, &actions)
		require.Len(t, actions, 1)
		require.Equal(t, certain, actions[0].IsPreferred, actions[0].Title)
	}
}
