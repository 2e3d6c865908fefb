package lsp

import (
	"context"
	"path/filepath"
	"slices"

	"go.lsp.dev/protocol"
)

// server is the state that one editor's questions are answered from. One goroutine uses it.
type server struct {
	opts     Options
	notify   func(method string, params any)
	request  func(method string, params any) // whose answer is of no use
	outdated func() bool                     // whether a change of a text waits
	// belongsTo ends the server with a process.
	belongsTo func(editor int)

	initialized, shutDown, exit bool

	exited chan struct{}

	folders   []string
	files     []string // of the workspace
	listed    bool
	documents map[string]*document // those that are open
	closed    map[string]*document // what was read of others
	programs  map[string]*program

	// state counts changes; changed says at which of them a document last changed ("" stands for anything).
	state   int
	changed map[string]int
	// unchecked says that something has changed since the last check.
	unchecked bool
	published map[string]string

	tokens map[string]tokensSent
	sends  int
	// plainText and noSnippets hold for editors that show no Markdown, and that insert no snippets.
	plainText, noSnippets bool
	// watches holds for editors that can be asked to tell when files change on the disk.
	watches bool
}

func newServer(opts Options, outdated func() bool) *server {
	if opts.Delay == 0 {
		opts.Delay = defaultDelay
	}
	if opts.Look == 0 {
		opts.Look = defaultLook
	}
	return &server{
		opts: opts, outdated: outdated, exited: make(chan struct{}),
		documents: map[string]*document{}, closed: map[string]*document{}, programs: map[string]*program{},
		changed: map[string]int{}, published: map[string]string{}, tokens: map[string]tokensSent{},
	}
}

// methods are what can be asked.
var methods map[string]handler

func init() { // a variable that its own functions read
	methods = map[string]handler{
		"initialize":                             on((*server).initialize),
		"initialized":                            hear(func(s *server, _ *struct{}) { s.watchFiles() }),
		"shutdown":                               on(func(s *server, _ context.Context, _ *struct{}) (any, error) { s.shutDown = true; return nil, nil }),
		"exit":                                   hear(func(s *server, _ *struct{}) { s.exit = true }),
		"textDocument/didOpen":                   hear((*server).didOpen),
		"textDocument/didChange":                 hear((*server).didChange),
		"textDocument/didClose":                  hear((*server).didClose),
		"textDocument/didSave":                   hear(func(s *server, _ *struct{}) { s.touch("") }),
		"workspace/didChangeWatchedFiles":        hear(func(s *server, _ *struct{}) { s.filesChanged() }),
		"workspace/didChangeWorkspaceFolders":    hear((*server).didChangeFolders),
		"textDocument/hover":                     on((*server).hover),
		"textDocument/definition":                on((*server).definition),
		"textDocument/references":                on((*server).references),
		"textDocument/documentHighlight":         on((*server).highlights),
		"textDocument/documentSymbol":            on((*server).documentSymbols),
		"workspace/symbol":                       on((*server).workspaceSymbols),
		"textDocument/prepareRename":             on((*server).prepareRename),
		"textDocument/rename":                    on((*server).rename),
		"textDocument/semanticTokens/full":       on((*server).semanticTokens),
		"textDocument/semanticTokens/full/delta": on((*server).semanticTokensDelta),
		"textDocument/semanticTokens/range":      on((*server).semanticTokensRange),
		"textDocument/foldingRange":              on((*server).folding),
		"textDocument/signatureHelp":             on((*server).signature),
		"textDocument/inlayHint":                 on((*server).inlayHints),
		"textDocument/completion":                on((*server).completion),
		"textDocument/codeAction":                on((*server).codeActions),
		"textDocument/formatting":                on((*server).format),
		"textDocument/rangeFormatting":           on((*server).formatRange),
	}
}

// capabilities are what the server can do. Inlay hints are younger than the protocol's Go package.
type capabilities struct {
	protocol.ServerCapabilities
	InlayHintProvider bool `json:"inlayHintProvider,omitempty"`
}

type initializeResult struct {
	Capabilities capabilities        `json:"capabilities"`
	ServerInfo   protocol.ServerInfo `json:"serverInfo"`
}

// initializeParams is what is read of the editor's first words; its whole form differs between editors.
type initializeParams struct {
	ProcessID        int                  `json:"processId"`
	RootPath         string               `json:"rootPath"`
	RootURI          protocol.DocumentURI `json:"rootUri"`
	WorkspaceFolders []struct {
		URI protocol.DocumentURI `json:"uri"`
	} `json:"workspaceFolders"`
	Capabilities struct {
		TextDocument struct {
			Hover *struct {
				ContentFormat []string `json:"contentFormat"`
			} `json:"hover"`
			Completion *struct {
				CompletionItem struct {
					SnippetSupport bool `json:"snippetSupport"`
				} `json:"completionItem"`
			} `json:"completion"`
		} `json:"textDocument"`
		Workspace struct {
			DidChangeWatchedFiles struct {
				DynamicRegistration bool `json:"dynamicRegistration"`
			} `json:"didChangeWatchedFiles"`
		} `json:"workspace"`
	} `json:"capabilities"`
}

func (s *server) initialize(_ context.Context, p *initializeParams) (*initializeResult, error) {
	s.initialized = true
	if p.ProcessID > 0 && exists(p.ProcessID) { // else it is on another machine, or in another container
		s.belongsTo(p.ProcessID)
	}
	for _, f := range p.WorkspaceFolders {
		s.addFolder(pathOf(f.URI))
	}
	switch {
	case len(p.WorkspaceFolders) > 0:
	case p.RootURI != "":
		s.addFolder(pathOf(p.RootURI))
	case p.RootPath != "":
		s.addFolder(p.RootPath)
	}
	s.watches = p.Capabilities.Workspace.DidChangeWatchedFiles.DynamicRegistration
	text := p.Capabilities.TextDocument
	s.plainText = text.Hover != nil && len(text.Hover.ContentFormat) > 0 && !slices.Contains(text.Hover.ContentFormat, "markdown")
	s.noSnippets = text.Completion == nil || !text.Completion.CompletionItem.SnippetSupport
	result := &initializeResult{ServerInfo: protocol.ServerInfo{Name: "tunec lsp", Version: s.opts.Version}}
	result.Capabilities.ServerCapabilities = provided()
	result.Capabilities.InlayHintProvider = true
	return result, nil
}

func provided() protocol.ServerCapabilities {
	return protocol.ServerCapabilities{
		TextDocumentSync: protocol.TextDocumentSyncOptions{
			OpenClose: true, Change: protocol.TextDocumentSyncKindIncremental, Save: &protocol.SaveOptions{},
		},
		RenameProvider:        &protocol.RenameOptions{PrepareProvider: true},
		FoldingRangeProvider:  true,
		SignatureHelpProvider: &protocol.SignatureHelpOptions{TriggerCharacters: []string{"(", ","}},
		SemanticTokensProvider: semanticTokensOptions{
			Legend: protocol.SemanticTokensLegend{TokenTypes: tokenTypes, TokenModifiers: tokenModifiers},
			Full:   map[string]bool{"delta": true}, Range: true,
		},
		HoverProvider:                   true,
		DefinitionProvider:              true,
		ReferencesProvider:              true,
		DocumentHighlightProvider:       true,
		DocumentSymbolProvider:          true,
		WorkspaceSymbolProvider:         true,
		CompletionProvider:              &protocol.CompletionOptions{TriggerCharacters: []string{".", ">", "\""}},
		CodeActionProvider:              &protocol.CodeActionOptions{CodeActionKinds: []protocol.CodeActionKind{protocol.QuickFix}},
		DocumentFormattingProvider:      true,
		DocumentRangeFormattingProvider: true,
		Workspace: &protocol.ServerCapabilitiesWorkspace{
			WorkspaceFolders: &protocol.ServerCapabilitiesWorkspaceFolders{Supported: true, ChangeNotifications: true},
		},
	}
}

// semanticTokensOptions has what the protocol's Go package leaves out.
type semanticTokensOptions struct {
	Legend protocol.SemanticTokensLegend `json:"legend"`
	Full   map[string]bool               `json:"full"`
	Range  bool                          `json:"range"`
}

func (s *server) addFolder(path string) {
	if filepath.IsAbs(path) && !slices.Contains(s.folders, path) {
		s.folders, s.listed = append(s.folders, path), false
	}
}

type didChangeFoldersParams struct {
	Event struct {
		Added, Removed []struct {
			URI protocol.DocumentURI `json:"uri"`
		}
	} `json:"event"`
}

func (s *server) didChangeFolders(p *didChangeFoldersParams) {
	for _, f := range p.Event.Removed {
		s.folders = slices.DeleteFunc(s.folders, func(path string) bool { return path == pathOf(f.URI) })
	}
	for _, f := range p.Event.Added {
		s.addFolder(pathOf(f.URI))
	}
	s.filesChanged()
}

// watchFiles asks the editor to tell when a file changes that findings depend on: another module, or an inventory or trace.
func (s *server) watchFiles() {
	if !s.watches {
		return
	}
	s.request("client/registerCapability", protocol.RegistrationParams{Registrations: []protocol.Registration{{
		ID: "files", Method: "workspace/didChangeWatchedFiles",
		RegisterOptions: protocol.DidChangeWatchedFilesRegistrationOptions{Watchers: []protocol.FileSystemWatcher{
			{GlobPattern: "**/*.tune"}, {GlobPattern: "**/*.csv"},
		}},
	}}})
}

// filesChanged notes that files came, went or have another content.
func (s *server) filesChanged() {
	s.listed = false
	s.touch("")
}

func (s *server) didOpen(p *protocol.DidOpenTextDocumentParams) {
	d := newDocument(pathOf(p.TextDocument.URI), p.TextDocument.Text)
	d.uri, d.version, d.open = p.TextDocument.URI, p.TextDocument.Version, true
	s.documents[d.path] = d
	delete(s.closed, d.path)
	delete(s.published, d.path)
	s.touch(d.path)
}

// didChangeParams says which parts of a text became what.
type didChangeParams struct {
	TextDocument   protocol.VersionedTextDocumentIdentifier `json:"textDocument"`
	ContentChanges []change                                 `json:"contentChanges"`
}

func (s *server) didChange(p *didChangeParams) {
	d := s.documents[pathOf(p.TextDocument.URI)]
	if d == nil {
		return // an edit of what was never opened means nothing
	}
	s.documents[d.path] = d.edited(p.TextDocument.Version, p.ContentChanges)
	s.touch(d.path)
}

func (s *server) didClose(p *protocol.DidCloseTextDocumentParams) {
	path := pathOf(p.TextDocument.URI)
	delete(s.documents, path)
	delete(s.programs, path)
	delete(s.tokens, path)
	s.touch(path)
}

// asked is the open document that a request is about, and the offset in it; nil if the editor hasn't opened it.
func (s *server) asked(at protocol.TextDocumentPositionParams) (*document, int) {
	d := s.documents[pathOf(at.TextDocument.URI)]
	if d == nil {
		return nil, 0
	}
	return d, d.offset(at.Position)
}
