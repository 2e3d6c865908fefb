package lsp

import (
	"context"
	"encoding/json"
	"net"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.lsp.dev/jsonrpc2"
	"go.lsp.dev/protocol"
)

// editor is a client of a server in the same process.
type editor struct {
	t    testing.TB
	conn jsonrpc2.Conn
	done chan error

	mu    sync.Mutex
	found map[protocol.DocumentURI]protocol.PublishDiagnosticsParams
	news  chan protocol.PublishDiagnosticsParams
	wants chan string // what the server asks of it
}

// startEditor starts a server and says hello to it; both end with the test.
func startEditor(t testing.TB, opts Options, folders ...string) *editor {
	here, there := net.Pipe()
	e := &editor{
		t: t, conn: jsonrpc2.NewConn(jsonrpc2.NewStream(here)), done: make(chan error, 1),
		found: map[protocol.DocumentURI]protocol.PublishDiagnosticsParams{}, news: make(chan protocol.PublishDiagnosticsParams, 10_000),
		wants: make(chan string, 100),
	}
	ctx, cancel := context.WithCancel(context.Background())
	e.conn.Go(ctx, e.hear)
	go func() { e.done <- Serve(ctx, there, opts) }()
	t.Cleanup(func() {
		e.ask("shutdown", nil, nil)
		e.tell("exit", nil)
		select {
		case err := <-e.done:
			require.NoError(t, err)
		case <-time.After(10 * time.Second):
			t.Error("the server does not end")
		}
		cancel()
		e.conn.Close()
		<-e.conn.Done()
	})
	var list []map[string]any
	for _, f := range folders {
		list = append(list, map[string]any{"uri": uriOf(f), "name": f})
	}
	hello := map[string]any{"workspaceFolders": list, "capabilities": map[string]any{
		"textDocument": map[string]any{"completion": map[string]any{"completionItem": map[string]any{"snippetSupport": true}}},
		"workspace":    map[string]any{"didChangeWatchedFiles": map[string]any{"dynamicRegistration": true}},
	}}
	e.ask("initialize", hello, nil)
	e.tell("initialized", struct{}{})
	return e
}

func (e *editor) hear(_ context.Context, reply jsonrpc2.Replier, req jsonrpc2.Request) error {
	if req.Method() == "textDocument/publishDiagnostics" {
		var p protocol.PublishDiagnosticsParams
		if err := json.Unmarshal(req.Params(), &p); err != nil {
			return err
		}
		e.mu.Lock()
		e.found[p.URI] = p
		e.mu.Unlock()
		e.news <- p
	}
	if _, isCall := req.(*jsonrpc2.Call); isCall {
		e.wants <- req.Method() + " " + string(req.Params())
	}
	// An error ends the connection, and the library can't hear of a second one then: a server that is gone needs no answer.
	_ = reply(context.Background(), nil, nil)
	return nil
}

// ask asks, and reads the answer into result.
func (e *editor) ask(method string, params, result any) {
	e.t.Helper()
	require.NoError(e.t, e.try(method, params, result), method)
}

func (e *editor) try(method string, params, result any) error {
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	_, err := e.conn.Call(ctx, method, params, result)
	return err
}

func (e *editor) tell(method string, params any) {
	e.t.Helper()
	require.NoError(e.t, e.conn.Notify(context.Background(), method, params))
}

func (e *editor) open(path, text string) protocol.DocumentURI {
	uri := uriOf(path)
	e.tell("textDocument/didOpen", protocol.DidOpenTextDocumentParams{
		TextDocument: protocol.TextDocumentItem{URI: uri, LanguageID: "tune", Version: 1, Text: text},
	})
	return uri
}

// change replaces a part of a text, or with nil the whole.
func (e *editor) change(uri protocol.DocumentURI, version int32, where *protocol.Range, text string) {
	e.tell("textDocument/didChange", map[string]any{
		"textDocument":   map[string]any{"uri": uri, "version": version},
		"contentChanges": []change{{where, text}},
	})
}

// diagnosed waits for what is found in a version of a text.
func (e *editor) diagnosed(uri protocol.DocumentURI, version uint32) []protocol.Diagnostic {
	e.t.Helper()
	for {
		select {
		case p := <-e.news:
			if p.URI == uri && p.Version >= version {
				return p.Diagnostics
			}
		case <-time.After(20 * time.Second):
			e.t.Fatalf("no diagnostics of version %d of %s", version, uri)
		}
	}
}

func at(uri protocol.DocumentURI, p protocol.Position) protocol.TextDocumentPositionParams {
	return protocol.TextDocumentPositionParams{TextDocument: protocol.TextDocumentIdentifier{URI: uri}, Position: p}
}
