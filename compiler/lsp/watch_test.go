package lsp

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.lsp.dev/protocol"
)

func TestAFileThatChangesOnTheDiskIsReadAgain(t *testing.T) {
	dir := t.TempDir()
	module := filepath.Join(dir, "figures.tune")
	write := func(text string) { require.NoError(t, os.WriteFile(module, []byte(text), 0o644)) }
	const good = "module figures\nfunc twice(x: float) = x + x\n"
	write(good)
	e := startEditor(t, Options{})
	select {
	case asked := <-e.wants:
		require.Contains(t, asked, "client/registerCapability")
		require.Contains(t, asked, "workspace/didChangeWatchedFiles")
		require.Contains(t, asked, "**/*.tune")
	case <-time.After(20 * time.Second):
		t.Fatal("the editor is not asked to watch files")
	}
	uri := e.open(filepath.Join(dir, "main.tune"), "system s\nimport \"figures\"\nfunc f(x: float) = figures.twice(x)\n")
	require.Empty(t, e.diagnosed(uri, 1))

	changed := func(how protocol.FileChangeType) {
		e.tell("workspace/didChangeWatchedFiles", protocol.DidChangeWatchedFilesParams{
			Changes: []*protocol.FileEvent{{URI: protocol.DocumentURI(uriOf(module)), Type: how}},
		})
	}
	write(strings.Replace(good, "twice", "double", 1))
	changed(protocol.FileChangeTypeChanged)
	require.Equal(t, "TUNE0208", e.diagnosed(uri, 1)[0].Code)
	require.NoError(t, os.Remove(module))
	changed(protocol.FileChangeTypeDeleted)
	require.Equal(t, "TUNE0218", e.diagnosed(uri, 1)[0].Code)
	write(good)
	changed(protocol.FileChangeTypeCreated)
	require.Empty(t, e.diagnosed(uri, 1))
}
