package lsp

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.lsp.dev/protocol"
)

// opened opens base with some more text in it, and gives where its mark was.
func opened(t testing.TB, e *editor, more string) (protocol.DocumentURI, *document, protocol.Position) {
	text := base(t) + "\n" + more
	pos := protocol.Position{}
	if strings.Contains(text, mark) {
		text, pos = placed(t, text)
	}
	path := filepath.Join(t.TempDir(), "shop.tune")
	return e.open(path, text), newDocument(path, text), pos
}

const relieve = `policy Relieve on hot(h: rack) {
  state Pick { let v = max(h.vms by cpu) }
  -> Move when v exists
  -> Done otherwise
  state Move {
    let dst = min(rack by cpu where it != h and not full(it, share(v, on: it)))
  }
  -> Go when dst exists
  -> Done otherwise
  state Go { migrate v to dst within 2min }
  -> Done
  final Done
}
`

func TestHoverSaysWhatSomethingIs(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"a class", "event x(h: ra‸ck) when h.cpu > 1%", "Where the servlets run."},
		{"a metric", "event x(h: rack) when h.c‸pu > 1%", "probe cpu: percent on rack every 1s"},
		{"an attribute with a comment behind it", "event x(h: rack) when h.cpu > h.hi‸gh", "too much"},
		{"a local name with its type", strings.Replace(relieve, "migrate v", "migrate ‸v", 1), "v: Servlet"},
		{"one that may be missing", strings.Replace(relieve, "-> Move when v", "-> Move when ‸v", 1), "v: Servlet?"},
		{"a function", strings.Replace(relieve, "full(it", "fu‸ll(it", 1), "full says whether more"},
		{"a function of the language", strings.Replace(relieve, "min(rack", "m‸in(rack", 1), "least key"},
		{"a member that all have", strings.Replace(relieve, "h.vms", "h.v‸ms", 1), "stand on the host"},
		{"a percent", "event x(h: rack) when h.cpu > 4‸5%", "0.45"},
		{"a time", "event x every 1‸5min", "900 s"},
		{"an event of a module", "import \"std/drain\"\nuse drain (hosts: rack)\nscenario s {\n  at 1s emit drain.main‸tain(node1)\n}", "event maintain(h: hosts)"},
		{"a word", relieve + "event x ev‸ery 1s", "in each period"},
		{"a word with several meanings", strings.Replace(relieve, "  final Done", "  -> Done on fail‸ure\n  final Done", 1), "when an action failed"},
		{"a step", strings.Replace(relieve, "migrate v", "mig‸rate v", 1), "while it runs"},
		{"a field", "hosts more {\n  nodes = [\"a\"]\n  wa‸tts = [1, 2]\n}", "the power at equal steps of load"},
		{"a field that is an attribute, too", "hosts more {\n  nodes = [\"a\"]\n  mem‸ory = 2GiB\n}", "If it isn't given: 4GiB"},
		{"a constant of the world", "scenario s {\n  set boot‸_time = 3s\n}", "15s if it isn't set"},
		{"a requirement", "require spr‸ead(Servlet) on rack", "has more of them"},
		{"a line of a scenario", "scenario s {\n  wo‸rk Apache 1ms\n}", "of one core"},
		{"what an operation does", "component App on rack [1] {\n  op start = ex‸ec(\"a\")\n}", "no shell reads it"},
		{"a load", "scenario s {\n  requests of Apache from cou‸nts(\"worldcup98\", from: \"1998-07-12\", scale: 1)\n}", "of a recorded day"},
		{"when a test looks", "test \"t\" {\n  alw‸ays expect lost == 0\n}", "and at the end"},
		{"a test's seeds", "test \"t\" {\n  see‸ds 1..3\n}", "each of these seeds"},
		{"a finding", "event x(h: rack) when h.lo‸d > 1%", "TUNE0203"},
		{"a code in a comment", "// see TUNE‸0206", "may be missing"},
		{"a type", "func f(x: dura‸tion) = x", "`min`"},
		{"a type without a unit", "func f(x: in‸t) = x", "whole number"},
		{"the plan's view of the element", "policy P on hot(h: rack) {\n  state A { plan { let d = min(rack by plan‸ned.cpu)  apply safely } }\n}", "as the plan has it"},
		{"the element", "event x(h: rack) when some(h.vms where i‸t.cpu > 1%)", "The one of the set"},
	} {
		t.Run(c.name, func(t *testing.T) {
			e := startEditor(t, Options{})
			uri, _, pos := opened(t, e, c.text)
			var h *protocol.Hover
			e.ask("textDocument/hover", at(uri, pos), &h)
			if c.want == "" {
				return
			}
			require.NotNil(t, h)
			require.Contains(t, h.Contents.Value, c.want)
		})
	}
}

func TestReferencesAndHighlights(t *testing.T) {
	e := startEditor(t, Options{})
	uri, d, pos := opened(t, e, strings.Replace(relieve, "migrate v to", "migrate ‸v to", 1))
	var where []protocol.Location
	e.ask("textDocument/references", protocol.ReferenceParams{
		TextDocumentPositionParams: at(uri, pos), Context: protocol.ReferenceContext{IncludeDeclaration: true},
	}, &where)
	require.Len(t, where, 4) // let v, v exists, share(v, …), migrate v
	for _, w := range where {
		require.Equal(t, "v", d.slice(d.spanOf(w.Range)))
	}
	var marks []protocol.DocumentHighlight
	e.ask("textDocument/documentHighlight", at(uri, pos), &marks)
	require.Len(t, marks, 4)
	require.Equal(t, protocol.DocumentHighlightKindWrite, marks[0].Kind)
}

func TestRename(t *testing.T) {
	for _, c := range []struct {
		name, text, to string
		n              int
		refused        string
	}{
		{"a local name", strings.Replace(relieve, "migrate v to", "migrate ‸v to", 1), "busiest", 4, ""},
		{"a state", strings.Replace(relieve, "final Done", "final ‸Done", 1), "End", 4, ""},
		{"a class", "event x(h: ‸rack) when h.cpu > 1%", "pool", 6, ""},
		{"a metric keeps its source", "event x(v: Servlet) when v.‸cpu > 1%", "busy", 3, ""},
		{"an event", strings.Replace(relieve, "on hot", "on ‸hot", 1), "warm", 2, ""},
		{"to a word of the language", strings.Replace(relieve, "migrate v to", "migrate ‸v to", 1), "state", 0, "word of the language"},
		{"to no name", strings.Replace(relieve, "migrate v to", "migrate ‸v to", 1), "a-b", 0, "can't be a name"},
		{"to a name that is taken", strings.Replace(relieve, "migrate v to", "migrate ‸v to", 1), "dst", 0, "dst"},
		{"to a class's name", strings.Replace(relieve, "migrate v to", "migrate ‸v to", 1), "rack", 0, "hide"},
		{"what the language names", strings.Replace(relieve, "h.vms", "h.‸vms", 1), "machines", 0, "language"},
		{"a field", "event x(h: rack) when h.‸memory > 1GiB", "ram", 0, "language"},
		{"an event of the library", "import \"std/drain\"\nuse drain (hosts: rack)\nscenario s {\n  at 1s emit drain.main‸tain(node1)\n}", "leave", 0, "library"},
		{"a policy of the library", "use consolidate.‸Pack on tick (hosts: rack)", "Squeeze", 0, "library"},
	} {
		t.Run(c.name, func(t *testing.T) {
			e := startEditor(t, Options{Library: t.TempDir()})
			uri, _, pos := opened(t, e, c.text)
			var edit protocol.WorkspaceEdit
			err := e.try("textDocument/rename", protocol.RenameParams{TextDocumentPositionParams: at(uri, pos), NewName: c.to}, &edit)
			if c.refused != "" {
				require.ErrorContains(t, err, c.refused)
				return
			}
			require.NoError(t, err)
			require.Len(t, edit.Changes[uri], c.n)
		})
	}
}

func TestInlayHintsShowTypes(t *testing.T) {
	e := startEditor(t, Options{})
	uri, d, _ := opened(t, e, relieve)
	var hints []inlayHint
	e.ask("textDocument/inlayHint", inlayHintParams{protocol.TextDocumentIdentifier{URI: uri}, d.rangeOf(d.word(0))}, &hints)
	require.Empty(t, hints)
	whole := protocol.Range{End: protocol.Position{Line: 10_000}}
	e.ask("textDocument/inlayHint", inlayHintParams{protocol.TextDocumentIdentifier{URI: uri}, whole}, &hints)
	var texts []string
	for _, h := range hints {
		texts = append(texts, h.Label)
	}
	require.Contains(t, texts, ": Servlet?")
	require.Contains(t, texts, ": rack?")
}

func TestTheMostActionsArentSaidWhileOneOfThemIsWrong(t *testing.T) {
	const head = "system s\n\nhosts r { nodes = [\"a\", \"b\"] }\n\nvm V on r { count = 3 }\n\nevent tick every 5s\n\npolicy P on tick {\n  final A { "
	for action, said := range map[string][]string{
		"for v in V { migrate v to v.home }":  {"at most 3 actions"},
		"for v in V { migrate v to nowhere }": nil,
	} {
		e := startEditor(t, Options{})
		uri, _, _ := opened(t, e, head+action+" }\n}\n‸")
		var hints []inlayHint
		e.ask("textDocument/inlayHint", inlayHintParams{protocol.TextDocumentIdentifier{URI: uri}, protocol.Range{End: protocol.Position{Line: 100}}}, &hints)
		var texts []string
		for _, h := range hints {
			texts = append(texts, strings.TrimSpace(h.Label))
		}
		require.Equal(t, said, texts, action)
	}
}

func TestSignatures(t *testing.T) {
	for _, c := range []struct {
		text, label string
		arg         uint32
	}{
		{"event x(h: rack) when full(‸", "full(h: rack, more: percent)", 0},
		{"event x(h: rack) when full(h, ‸", "full(h: rack, more: percent)", 1},
		{"event x(h: rack) when some(h.vms where share(it, ‸", "share(v, on: h): percent", 1},
		{"use consolidate.Pack on tick (hosts: rack, ‸", "consolidate.Pack(", 1},
		{"policy Q on hot(‸", "hot(h: rack)", 0},
		{"test \"t\" in day {\n  never expect times(‸", "times(policy, state or event): int", 0},
		{"import \"std/relieve\"\nuse relieve (‸", "relieve(hosts: hosts, ", 0},
		{"use consolidate on tick (hosts: rack, ‸", "consolidate(hosts: hosts, ", 1},
		{"import \"std/drain\"\nuse drain (hosts: rack)\nscenario s {\n  at 1s emit drain.maintain(‸", "drain.maintain(h: rack)", 0},
		{"policy Q on more(n: int) {\n  state A {\n    let a = min(Apache by port)\n    a.drain(‸", "Apache.drain(t: Tomcat)", 0},
	} {
		e := startEditor(t, Options{})
		uri, _, pos := opened(t, e, c.text)
		var help *protocol.SignatureHelp
		e.ask("textDocument/signatureHelp", at(uri, pos), &help)
		require.NotNil(t, help, c.text)
		require.Contains(t, help.Signatures[0].Label, c.label)
		require.Equal(t, c.arg, help.ActiveParameter, c.text)
	}
}

func TestSemanticTokensFollowOneAnother(t *testing.T) {
	e := startEditor(t, Options{})
	uri, d, _ := opened(t, e, relieve)
	of := protocol.TextDocumentIdentifier{URI: uri}
	var full protocol.SemanticTokens
	e.ask("textDocument/semanticTokens/full", protocol.SemanticTokensParams{TextDocument: of}, &full)
	kinds := decoded(t, d, full.Data)
	require.Equal(t, protocol.SemanticTokenKeyword, kinds["policy"])
	require.Equal(t, protocol.SemanticTokenClass, kinds["rack"])
	require.Equal(t, protocol.SemanticTokenVariable, kinds["dst"])
	require.Equal(t, protocol.SemanticTokenProperty, kinds["cpu"])
	require.Equal(t, protocol.SemanticTokenKeyword, kinds["migrate"])
	require.Equal(t, protocol.SemanticTokenNumber, kinds["2min"])

	end := d.position(len(d.text))
	e.change(uri, 2, &protocol.Range{Start: end, End: end}, "event later every 1s\n")
	var delta protocol.SemanticTokensDelta
	e.ask("textDocument/semanticTokens/full/delta", protocol.SemanticTokensDeltaParams{TextDocument: of, PreviousResultID: full.ResultID}, &delta)
	require.Len(t, delta.Edits, 1)
	made := slices.Clone(full.Data)
	made = slices.Replace(made, int(delta.Edits[0].Start), int(delta.Edits[0].Start+delta.Edits[0].DeleteCount), delta.Edits[0].Data...)
	var again protocol.SemanticTokens
	e.ask("textDocument/semanticTokens/full", protocol.SemanticTokensParams{TextDocument: of}, &again)
	require.Equal(t, again.Data, made)
}

// decoded is the kind of each text, and fails if tokens overlap or leave the document.
func decoded(t testing.TB, d *document, data []uint32) map[string]protocol.SemanticTokenTypes {
	require.Zero(t, len(data)%5)
	kinds := map[string]protocol.SemanticTokenTypes{}
	var line, char, end uint32
	for i := 0; i < len(data); i += 5 {
		if data[i] > 0 {
			line, char, end = line+data[i], 0, 0
		}
		char += data[i+1]
		require.GreaterOrEqual(t, char, end, "tokens overlap")
		end = char + data[i+2]
		require.Less(t, int(line), len(d.starts))
		require.Less(t, int(data[i+3]), len(tokenTypes))
		from := d.offset(protocol.Position{Line: line, Character: char})
		to := d.offset(protocol.Position{Line: line, Character: end})
		require.Equal(t, int(data[i+2]), units(d.text[from:to]), "a token goes beyond its line")
		kinds[d.text[from:to]] = tokenTypes[data[i+3]]
	}
	return kinds
}

func TestBrokenFilesHaveSymbolsAndFold(t *testing.T) {
	e := startEditor(t, Options{})
	uri, _, _ := opened(t, e, "policy Broken on hot(h: rack) {\n  state A {\n    let x = \n  -> \n  state B {")
	var symbols []protocol.DocumentSymbol
	e.ask("textDocument/documentSymbol", protocol.DocumentSymbolParams{TextDocument: protocol.TextDocumentIdentifier{URI: uri}}, &symbols)
	last := symbols[len(symbols)-1]
	require.Equal(t, "Broken", last.Name)
	require.Len(t, last.Children, 2)
	var folds []protocol.FoldingRange
	e.ask("textDocument/foldingRange", protocol.FoldingRangeParams{TextDocumentPositionParams: at(uri, protocol.Position{})}, &folds)
	require.NotEmpty(t, folds)
}

func TestAUseIsASymbolByWhatItUses(t *testing.T) {
	for text, want := range map[string]string{"use consolidate (hosts: rack)": "consolidate", "use consolidate.Pack on tick (hosts: rack)": "consolidate.Pack"} {
		e := startEditor(t, Options{})
		uri, _, _ := opened(t, e, text)
		var symbols []protocol.DocumentSymbol
		e.ask("textDocument/documentSymbol", protocol.DocumentSymbolParams{TextDocument: protocol.TextDocumentIdentifier{URI: uri}}, &symbols)
		require.Equal(t, want, symbols[len(symbols)-1].Name)
	}
}

func TestTheLibraryIsShownAsFilesToRead(t *testing.T) {
	library := filepath.Join(t.TempDir(), "std")
	e := startEditor(t, Options{Library: library})
	uri, _, pos := opened(t, e, "use consolidate.‸Pack on tick (hosts: rack)")
	var where []protocol.Location
	e.ask("textDocument/definition", at(uri, pos), &where)
	require.Len(t, where, 1)
	file := pathOf(where[0].URI)
	require.Equal(t, filepath.Join(library, "consolidate.tune"), file)
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	require.Contains(t, string(text), "policy Pack")
	info, err := os.Stat(file)
	require.NoError(t, err)
	require.Zero(t, info.Mode().Perm()&0o222, "it can be written")

	module := e.open(file, string(text)) // names mean something in it, though no system imports it
	d := newDocument(file, string(text))
	var h protocol.Hover
	e.ask("textDocument/hover", at(module, d.position(strings.Index(string(text), "worth(it)")+1)), &h)
	require.Contains(t, h.Contents.Value, "func worth")
	require.Empty(t, e.diagnosed(module, 1))
}

func TestAModuleIsCheckedWithTheSystemThatImportsIt(t *testing.T) {
	dir := t.TempDir()
	module := "module relief\nparam pool: hosts\nparam cpu: probe of pool = cpu\nparam high: percent = 50%\npolicy Rest {\n  state A { for v in pool where it.cpu > high { release v } }\n  -> Done\n  final Done\n}\n"
	system := base(t) + "import \"relief\"\nuse relief.Rest on tick (pool: rack)\n"
	require.NoError(t, os.WriteFile(filepath.Join(dir, "relief.tune"), []byte(module), 0o644))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "shop.tune"), []byte(system), 0o644))
	e := startEditor(t, Options{}, dir)
	uri := e.open(filepath.Join(dir, "relief.tune"), module)
	for _, d := range e.diagnosed(uri, 1) {
		require.NotEqual(t, protocol.DiagnosticSeverityError, d.Severity, d.Message)
	}
	broken := strings.Replace(module, "it.cpu", "it.cpx", 1)
	e.change(uri, 2, nil, broken)
	found := e.diagnosed(uri, 2)
	require.NotEmpty(t, found)
	require.Equal(t, "TUNE0203", found[0].Code)

	var where []protocol.Location
	e.ask("textDocument/references", protocol.ReferenceParams{
		TextDocumentPositionParams: at(uri, newDocument("x", broken).position(strings.Index(broken, "pool"))),
		Context:                    protocol.ReferenceContext{IncludeDeclaration: true},
	}, &where)
	require.Len(t, where, 4) // in the module three times, and in the system that fills it in
}

func TestAModuleThatIsOpenedLeavesTheFindingsOfItsSystem(t *testing.T) {
	dir := t.TempDir()
	module := "module figures\nfunc twice(x: float) = x + x\n"
	system := "system s\nimport \"figures\"\nhosts rack { nodes = [\"a\"] }\nfunc f(x: float) = figures.twize(x)\n"
	require.NoError(t, os.WriteFile(filepath.Join(dir, "figures.tune"), []byte(module), 0o644))
	e := startEditor(t, Options{})
	uri := e.open(filepath.Join(dir, "main.tune"), system)
	require.NotEmpty(t, e.diagnosed(uri, 1))
	other := e.open(filepath.Join(dir, "figures.tune"), module)
	e.diagnosed(other, 1)
	e.change(uri, 2, nil, "\n"+system)
	require.NotEmpty(t, e.diagnosed(uri, 2), "the module comes before its system")
}

// A module's event is named in the module, and in the tests of who uses it.
func TestAModulesEventIsRenamedInTestsToo(t *testing.T) {
	dir := t.TempDir()
	module := "module m\nparam hs: hosts\nevent crowded(h: hs)\npolicy P on crowded(h: hs) { final S { notify(\"x\") } }\n"
	system := "system a\nimport \"m\"\nhosts rack { nodes = [\"n\"] }\nuse m (hs: rack)\nscenario s { until 1h }\ntest \"x\" in s { at 1min expect times(m.crowded) == 0 }\n"
	inModule, inSystem := filepath.Join(dir, "m.tune"), filepath.Join(dir, "a.tune")
	require.NoError(t, os.WriteFile(inModule, []byte(module), 0o644))
	require.NoError(t, os.WriteFile(inSystem, []byte(system), 0o644))
	e := startEditor(t, Options{})
	uri, user := e.open(inModule, module), e.open(inSystem, system)
	for _, from := range []protocol.TextDocumentPositionParams{
		at(uri, newDocument(inModule, module).position(strings.Index(module, "crowded"))),
		at(user, newDocument(inSystem, system).position(strings.Index(system, "crowded"))),
	} {
		var edit protocol.WorkspaceEdit
		require.NoError(t, e.try("textDocument/rename", protocol.RenameParams{TextDocumentPositionParams: from, NewName: "full"}, &edit))
		require.Len(t, edit.Changes[uri], 2)
		require.Len(t, edit.Changes[user], 1)
	}
}
