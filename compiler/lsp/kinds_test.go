package lsp

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.lsp.dev/protocol"
)

const kindsModule = `// Lets go of what is empty.
module tidy

// where it is done
param hosts: hosts
param guests: vm
param app: component
param load: probe of hosts = cpu
param clean: op of app = patch
param rest: duration = 10min
param spare: func(x: hosts): bool
param turn: attr of hosts.vms = turn

event idle(h: hosts) when h.load < 5% and spare(h) for rest

func place(a: app) = a.vm.host

policy Free on idle(h: hosts) {
  state Look {
    let v = max(h.vms by turn)
    for a in app { a.clean }
  }
  -> Done
  final Done
}
`

const kindsSystem = `system s
import "tidy"

hosts rack {
  nodes = ["node1"]
  attr zone: int = 1
}
vm Guest on rack { attr turn: int = 1 }
component Web on rack [1] {
  attr port: int = 80
  op weigh(who: App, n: int) weighs = exec("weigh {who} {n} {port}")
}
component App on Guest [1] {
  op patch = exec("patch")
}
link Web.apps [*] -- [1] App.web
probe cpu: percent on rack every 1s
event hot(h: rack) when h.cpu > 50%
event more(a: App, n: int)
func free(x: rack) = x.cpu < 5%
func serving(w: Web) = count(w.apps)
require spread(Guest) on rack by zone
budget 1 migration at a time across rack
use tidy (hosts: rack, guests: Guest, app: App, spare: free)

policy Move on hot(h: rack) {
  state Think {
    let some_web = max(Web by port)
    plan {
      var took: [rack] = []
      let d = min(rack by planned.cpu)
      add d to took
      apply safely
    }
  }
  -> Weigh when some_web exists
  -> Done otherwise
  state Weigh { for t in App { some_web.weigh(who: t, n: 2) } }
  -> Done
  final Done
}

scenario day {
  at 1s deploy all
  at 2s emit more(a: App-1, n: 1)
  at 3s pause Move
  load Guest: 5% until 9s
  until 9s
}

test "it ends" in day {
  at 4s crash node1
  at 5s expect times(tidy.Free) == 0 and times(Move(node1).Think) == 0 and empty(Guest where turn > 1)
}
`

// TestEachKindOfNameIsKnown asks of each kind of name, where it is used, what it is, where it is
// declared and where else it is named.
func TestEachKindOfNameIsKnown(t *testing.T) {
	for _, c := range []struct{ kind, file, at, declared, says string }{
		{"a family of hosts", "s", "vm Guest on ‸rack", "rack {", "hosts rack"},
		{"a class of machines", "s", "component App on ‸Guest", "Guest on rack", "vm Guest"},
		{"a class of software", "s", "max(‸Web by", "Web on rack", "component Web"},
		{"a host", "s", "crash ‸node1", "node1", "host node1"},
		{"a host in a policy's name", "s", "times(Move(‸node1", "node1", "host node1"},
		{"one of a class", "s", "a: ‸App-1", "App on Guest", "component App"},
		{"a role", "s", "count(w.‸apps", "apps [*]", "role"},
		{"an attribute", "s", "Guest where ‸turn", "turn: int", "attribute of Guest"},
		{"an attribute in a requirement", "s", "on rack by ‸zone", "zone: int", "attribute of rack"},
		{"an attribute in a command", "s", "{n} {‸port}", "port: int", "attribute of Web"},
		{"a metric", "s", "h.‸cpu > 50%", "cpu: percent", "metric of rack"},
		{"an event", "s", "policy Move on ‸hot", "hot(h: rack) when", "event hot"},
		{"what it brings", "s", "emit more(‸a:", "a: App, n", "a: App"},
		{"what it is about", "s", "when ‸h.cpu", "h: rack) when", "h: rack"},
		{"an operation", "s", "some_web.‸weigh", "weigh(who", "operation of Web"},
		{"what it is given", "s", "weigh(‸who: t", "who: App", "who: App"},
		{"what it is given, in its command", "s", "\"weigh {‸who}", "who: App", "who: App"},
		{"a policy", "s", "pause ‸Move", "Move on hot", "policy Move"},
		{"a state", "s", "-> ‸Weigh", "Weigh { for", "state Weigh"},
		{"a state in a test", "s", "Move(node1).‸Think", "Think {", "state Think"},
		{"a name of a state", "s", "-> Weigh when ‸some_web", "some_web = max", "some_web: Web"},
		{"a name of a plan", "s", "add ‸d to", "d = min", "d: rack"},
		{"a set of a plan", "s", "add d to ‸took", "took: [rack]", "took: [rack]"},
		{"a name of a loop", "s", "who: ‸t, n", "t in App", "t: App"},
		{"a function", "s", "spare: ‸free", "free(x", "func free"},
		{"a parameter of a function", "s", "= ‸x.cpu", "x: rack) =", "x: rack"},
		{"a scenario", "s", "in ‸day", "day {", "scenario day"},
		{"a module", "s", "use ‸tidy", "tidy\n", "module tidy"},
		{"a module in a test", "s", "times(‸tidy.Free", "tidy\n", "module tidy"},
		{"the path of an import", "s", "import \"ti‸dy", "", "Lets go of what is empty."},
		{"a policy of a module", "s", "tidy.‸Free", "Free on", "policy Free"},
		{"what a module is given", "s", "use tidy (‸hosts:", "hosts: hosts", "where it is done"},
		{"a class that a module is given", "tidy", "for a in ‸app", "app: component", "param app"},
		{"a metric that it is given", "tidy", "h.‸load", "load: probe", "param load"},
		{"an operation that it is given", "tidy", "a.‸clean", "clean: op", "param clean"},
		{"a function that it is given", "tidy", "and ‸spare(h)", "spare: func", "param spare"},
		{"a constant that it is given", "tidy", "for ‸rest", "rest: duration", "param rest"},
	} {
		t.Run(c.kind, func(t *testing.T) {
			e, uris := kinds(t)
			text := map[string]string{"s": kindsSystem, "tidy": kindsModule}[c.file]
			place, where := placed(t, strings.Replace(text, strings.Replace(c.at, mark, "", 1), c.at, 1))
			require.Equal(t, text, place)
			e.diagnosed(uris[c.file], 1)
			asked := protocol.TextDocumentPositionParams{TextDocument: protocol.TextDocumentIdentifier{URI: uris[c.file]}, Position: where}

			var hover *protocol.Hover
			e.ask("textDocument/hover", asked, &hover)
			require.NotNil(t, hover)
			require.Contains(t, hover.Contents.Value, c.says)

			var to []protocol.Location
			e.ask("textDocument/definition", asked, &to)
			require.Len(t, to, 1)
			declared := map[protocol.DocumentURI]string{uris["s"]: kindsSystem, uris["tidy"]: kindsModule}[to[0].URI]
			begins := newDocument("x", declared).offset(to[0].Range.Start)
			require.True(t, strings.HasPrefix(declared[begins:], c.declared), "%.20q", declared[begins:])

			var all []protocol.Location
			e.ask("textDocument/references", protocol.ReferenceParams{TextDocumentPositionParams: asked, Context: protocol.ReferenceContext{IncludeDeclaration: true}}, &all)
			require.Greater(t, len(all), 1)
		})
	}
}

// kinds is an editor with a system and its module.
func kinds(t *testing.T) (*editor, map[string]protocol.DocumentURI) {
	dir := t.TempDir()
	for name, text := range map[string]string{"s": kindsSystem, "tidy": kindsModule} {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name+".tune"), []byte(text), 0o644))
	}
	e := startEditor(t, Options{}, dir)
	return e, map[string]protocol.DocumentURI{
		"s": e.open(filepath.Join(dir, "s.tune"), kindsSystem), "tidy": e.open(filepath.Join(dir, "tidy.tune"), kindsModule),
	}
}

// Nobody uses the module: what it is given is told as it says it.
func TestAModuleByItselfIsExplained(t *testing.T) {
	e := startEditor(t, Options{})
	for at, says := range map[string]string{
		"module ‸tidy": "Lets go of what is empty.", "attr of hosts.‸vms": "stand on the host", "func(‸x": "x: hosts",
		"a.‸vm.host": "machine that the software runs on", "a.‸clean": "op of app", "by ‸turn": "attr of hosts.vms",
	} {
		text, where := placed(t, strings.Replace(kindsModule, strings.Replace(at, mark, "", 1), at, 1))
		uri := e.open(filepath.Join(t.TempDir(), "tidy.tune"), text)
		var hover *protocol.Hover
		e.ask("textDocument/hover", protocol.TextDocumentPositionParams{TextDocument: protocol.TextDocumentIdentifier{URI: uri}, Position: where}, &hover)
		require.NotNil(t, hover, at)
		require.Contains(t, hover.Contents.Value, says, at)
	}
}

func TestAParameterOfAnOperationIsRenamedInItsCommand(t *testing.T) {
	e, uris := kinds(t)
	_, where := placed(t, strings.Replace(kindsSystem, "weigh(who: t", "weigh(‸who: t", 1))
	var edit *protocol.WorkspaceEdit
	e.ask("textDocument/rename", protocol.RenameParams{
		TextDocumentPositionParams: protocol.TextDocumentPositionParams{TextDocument: protocol.TextDocumentIdentifier{URI: uris["s"]}, Position: where}, NewName: "whom",
	}, &edit)
	require.NotNil(t, edit)
	got := kindsSystem
	edits := edit.Changes[uris["s"]]
	d := newDocument("x", kindsSystem)
	for i := len(edits) - 1; i >= 0; i-- {
		got = got[:d.offset(edits[i].Range.Start)] + edits[i].NewText + got[d.offset(edits[i].Range.End):]
	}
	require.Equal(t, strings.ReplaceAll(kindsSystem, "who", "whom"), got)
}
