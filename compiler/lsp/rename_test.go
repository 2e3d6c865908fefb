package lsp

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.lsp.dev/protocol"
)

const givingModule = `module m
param hs:    hosts
param app:   component
param worth: func(h: hs): float
param calm:  op of app
event idle(h: hs) when worth(h) < 2 for 1min
policy P on idle(h: hs) {
  state S { let x = min(app by load_of(it))  for a in app { a.calm } }
  -> Done
  -> Done on failure
  final Done
}
func load_of(a: app) = worth(a.host)
`

const givingSystem = `system a
import "m"
hosts rack { nodes = ["n1", "n2"] }
component App on rack [2] {
  op start = exec("app")
  op rest  = exec("rest")
}
func rent(h: rack): float = 1.5
use m (hs: rack, app: App, worth: rent, calm: rest)
event tick every 1h
policy Q on tick { final S { for a in App { a.rest } } }
`

// renamed are the files of two programs after a rename at the ‸ in one of them.
func renamed(t *testing.T, files map[string]string, to string) map[string]string {
	t.Helper()
	dir := t.TempDir()
	e := startEditor(t, Options{}, dir)
	var from protocol.TextDocumentPositionParams
	out, uris := map[string]string{}, map[string]protocol.DocumentURI{}
	for name, text := range files {
		path := filepath.Join(dir, name)
		cut := strings.Index(text, "‸")
		out[name] = strings.Replace(text, "‸", "", 1)
		require.NoError(t, os.WriteFile(path, []byte(out[name]), 0o644))
		uris[name] = e.open(path, out[name])
		if cut >= 0 {
			from = at(uris[name], newDocument(path, out[name]).position(cut))
		}
	}
	var edit protocol.WorkspaceEdit
	require.NoError(t, e.try("textDocument/rename", protocol.RenameParams{TextDocumentPositionParams: from, NewName: to}, &edit))
	for name, uri := range uris {
		d := newDocument(name, out[name])
		var edits []textEdit
		for _, change := range edit.Changes[uri] {
			edits = append(edits, textEdit{d.spanOf(change.Range), change.NewText})
		}
		out[name] = applied(out[name], edits)
	}
	return out
}

// What a module is given has the module's name in the module, and the system's in the system.
func TestAModulesParametersAreRenamedWhereItNamesThem(t *testing.T) {
	for _, c := range []struct {
		from, word, to string
		module, system []string
	}{
		{"module", "worth(h) <", "gain", []string{"worth", "gain"}, []string{"worth:", "gain:"}},
		{"module", "worth(a", "gain", []string{"worth", "gain"}, []string{"worth:", "gain:"}},
		{"system", "rent(h", "cost", nil, []string{"rent", "cost"}},
		{"system", "rent, calm", "cost", nil, []string{"rent", "cost"}},
		{"module", "calm }", "ease", []string{"calm", "ease"}, []string{"calm:", "ease:"}},
		{"system", "rest  =", "relax", nil, []string{"op rest", "op relax", ": rest)", ": relax)", "a.rest", "a.relax"}},
		{"system", "rest)", "relax", nil, []string{"op rest", "op relax", ": rest)", ": relax)", "a.rest", "a.relax"}},
	} {
		files := map[string]string{"m.tune": givingModule, "a.tune": givingSystem}
		name := map[string]string{"module": "m.tune", "system": "a.tune"}[c.from]
		require.Contains(t, files[name], c.word)
		files[name] = strings.Replace(files[name], c.word, "‸"+c.word, 1)
		after := renamed(t, files, c.to)
		require.Equal(t, strings.NewReplacer(c.module...).Replace(givingModule), after["m.tune"], c.word)
		require.Equal(t, strings.NewReplacer(c.system...).Replace(givingSystem), after["a.tune"], c.word)
	}
}

// The name of a machine has that of its class in it.
func TestAClassIsRenamedInTheNamesOfItsMachines(t *testing.T) {
	const text = `system a
hosts rack { nodes = ["n1", "n2"] }
vm Small on rack { count = 2 }
component App on Small [1..2] { op start = exec("app") }
event more(v: Small)
event idle(v: Small) when empty(Small where it != v)
policy P on more(v: Small) { final S { notify("{v}") } }
policy Q on idle(v: Small) { final S { notify("{v}") } }
scenario day {
  at 0s deploy all
  at 1s emit more(v: Small-1)
  at 2s pin Small-2 for 1min
  at 3s fail migration of "Small-1"
  at 4s maintain "n1"
  until 1h
}
test "t" in day {
  at 1min expect times(P("Small-1")) == 1 and "Small-2".host exists and on(n1) == 1 and "n1".cores == 1
}
`
	first := strings.Index(text, "Small")
	for at := first; at >= 0; {
		after := renamed(t, map[string]string{"a.tune": text[:at] + "‸" + text[at:]}, "Little")
		require.Equal(t, strings.ReplaceAll(text, "Small", "Little"), after["a.tune"])
		next := strings.Index(text[at+1:], "Small")
		if next < 0 {
			break
		}
		at += 1 + next
	}
	after := renamed(t, map[string]string{"a.tune": strings.Replace(text, `"n1"`, `"‸n1"`, 1)}, "first")
	require.Equal(t, strings.ReplaceAll(text, "n1", "first"), after["a.tune"])
}

func TestWhatDeploymentsCallByItsNameKeepsIt(t *testing.T) {
	const text = "system a\nhosts rack { nodes = [\"n1\"] }\ncomponent App on rack [1] { op start = exec(\"app\") }\n"
	e := startEditor(t, Options{}, t.TempDir())
	uri := e.open("a.tune", text)
	from := at(uri, newDocument("a.tune", text).position(strings.Index(text, "start")))
	err := e.try("textDocument/rename", protocol.RenameParams{TextDocumentPositionParams: from, NewName: "begin"}, &protocol.WorkspaceEdit{})
	require.ErrorContains(t, err, "start is called by deployments")
}

func TestAStateIsNotRenamedToAnotherOfItsPolicy(t *testing.T) {
	const text = "system a\nhosts rack { nodes = [\"n1\"] }\nevent tick every 1min\npolicy P on tick {\n  state S { allocate n1 }\n  -> T\n  state T { release n1 }\n  -> Z\n  final Z\n}\n"
	e := startEditor(t, Options{}, t.TempDir())
	uri := e.open("a.tune", text)
	from := at(uri, newDocument("a.tune", text).position(strings.Index(text, "-> T")+3))
	for _, name := range []string{"S", "Z"} {
		err := e.try("textDocument/rename", protocol.RenameParams{TextDocumentPositionParams: from, NewName: name}, &protocol.WorkspaceEdit{})
		require.ErrorContains(t, err, "T can't be called "+name+": state "+name+" is already declared")
	}
}

const lendingModule = `// Figures that others reckon with.
module figures_mod
func half(x: percent): percent = x / 2
`

const borrowingSystem = `system a
import "figures"
hosts rack { nodes = ["n1", "n2"] }
probe cpu: percent on rack every 1s
func twice(x: percent): percent = figures_mod.half(x) * 4
event hot(h: rack) when figures_mod.half(h.cpu) > 40%
policy P on hot(h: rack) {
  state S { let a = figures_mod.half(h.cpu) }
  -> Done when a > figures_mod.half(h.cpu)
  -> Done otherwise
  final Done
}
scenario day { at 0s deploy all  until 1min }
test "t" in day { at 10s expect figures_mod.half(n1.cpu) < 3% }
`

// A module that lends functions has its name before them, and is known by it there.
func TestAModuleIsKnownBeforeWhatItLends(t *testing.T) {
	files := map[string]string{"figures.tune": lendingModule, "a.tune": borrowingSystem}
	dir := t.TempDir()
	e := startEditor(t, Options{}, dir)
	uris := map[string]protocol.DocumentURI{}
	for name, text := range files {
		path := filepath.Join(dir, name)
		require.NoError(t, os.WriteFile(path, []byte(text), 0o644))
		uris[name] = e.open(path, text)
	}
	for name, text := range files {
		for begin := strings.Index(text, "figures_mod"); begin >= 0; {
			here := at(uris[name], newDocument(name, text).position(begin+2))
			var hover protocol.Hover
			require.NoError(t, e.try("textDocument/hover", protocol.HoverParams{TextDocumentPositionParams: here}, &hover))
			require.Contains(t, hover.Contents.Value, "module figures_mod", text[begin:])
			require.Contains(t, hover.Contents.Value, "Figures that others reckon with.", text[begin:])
			var found []protocol.Location
			require.NoError(t, e.try("textDocument/definition", protocol.DefinitionParams{TextDocumentPositionParams: here}, &found))
			require.Len(t, found, 1, text[begin:])
			require.Equal(t, uris["figures.tune"], found[0].URI)

			moved := map[string]string{"figures.tune": lendingModule, "a.tune": borrowingSystem}
			moved[name] = text[:begin] + "‸" + text[begin:]
			after := renamed(t, moved, "sums")
			require.Equal(t, strings.ReplaceAll(lendingModule, "figures_mod", "sums"), after["figures.tune"])
			require.Equal(t, strings.ReplaceAll(borrowingSystem, "figures_mod", "sums"), after["a.tune"])
			next := strings.Index(text[begin+1:], "figures_mod")
			if next < 0 {
				break
			}
			begin += 1 + next
		}
	}
}
