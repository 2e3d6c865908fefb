package lsp

import (
	"testing"

	"github.com/stretchr/testify/require"
	"go.lsp.dev/protocol"
)

// A buffer that was never saved has no folder, but everything else that a file has.
func TestABufferThatWasNeverSavedIsCheckedAsAFileIs(t *testing.T) {
	e := startEditor(t, Options{})
	const uri = protocol.DocumentURI("untitled:Untitled-1")
	text := base(t) + "import \"mine\"\nevent x(h: rack) when h.cpuu > 1%\nuse consolidate.Pack on tick (hosts: rack)\n"
	e.tell("textDocument/didOpen", protocol.DidOpenTextDocumentParams{
		TextDocument: protocol.TextDocumentItem{URI: uri, LanguageID: "tune", Version: 1, Text: text},
	})
	found := e.diagnosed(uri, 1)
	require.Len(t, found, 2)
	require.Equal(t, "TUNE0218", found[0].Code)
	require.Contains(t, found[0].Message, "save")
	require.Equal(t, "TUNE0203", found[1].Code)

	var actions []protocol.CodeAction
	e.ask("textDocument/codeAction", protocol.CodeActionParams{TextDocument: protocol.TextDocumentIdentifier{URI: uri}, Range: found[1].Range}, &actions)
	require.Len(t, actions, 1)
	require.Equal(t, "cpu", actions[0].Edit.Changes[uri][0].NewText)

	d := newDocument("x", text)
	pos := d.position(len(text) - len("rack)\n"))
	var where []protocol.Location
	e.ask("textDocument/definition", at(uri, pos), &where)
	require.Len(t, where, 1)
	require.Equal(t, uri, where[0].URI)
	var hover protocol.Hover
	e.ask("textDocument/hover", at(uri, pos), &hover)
	require.Contains(t, hover.Contents.Value, "servlets")
	var edit protocol.WorkspaceEdit
	e.ask("textDocument/rename", protocol.RenameParams{TextDocumentPositionParams: at(uri, pos), NewName: "pool"}, &edit)
	require.NotEmpty(t, edit.Changes[uri])
}
