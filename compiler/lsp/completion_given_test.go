package lsp

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
	"go.lsp.dev/protocol"
)

func TestCompletionKnowsWhatStandsBetweenParentheses(t *testing.T) {
	for _, c := range []struct {
		name, text string
		only       []string
	}{
		{"what an event brings to a policy", "policy Q on hot(‸", []string{"h: rack"}},
		{"the first of several", "event two(t: Tomcat, n: int)\npolicy Q on two(‸", []string{"t: Tomcat"}},
		{"the next of several", "event two(t: Tomcat, n: int)\npolicy Q on two(x: Tomcat, ‸", []string{"n: int"}},
		{"of which class it is", "policy Q on hot(g: ‸", []string{"rack"}},
		{"of which type the next is", "event two(t: Tomcat, n: int)\npolicy Q on two(x: Tomcat, m: ‸", []string{"int"}},
		{"what an event of a module brings", "import \"std/drain\"\nuse drain (hosts: rack)\npolicy Q on drain.maintain(‸", []string{"h: rack"}},
		{"what comes from outside is about", "event gone(h: rack)\nscenario s { at 5s emit gone(‸", []string{"node1", "node2", "node3", "h:"}},
		{"what it is about, by its name", "event gone(h: rack)\nscenario s { at 5s emit gone(h: ‸", []string{"node1", "node2", "node3"}},
		{"whether it is", "event said(yes: bool)\ntest \"x\" in day { at 5s emit said(yes: ‸", []string{"true", "false"}},
		{"what a role that a module is given leads to",
			"module m\nparam app: component\nparam other: role of app\nparam load: probe of app\nparam calm: op of app\nevent e(a: app)\npolicy P on e(a: app) {\n  state S { let x = a.other.‸",
			[]string{"host", "vm", "other", "load", "calm"}},
		{"what a loop over such a role binds",
			"module m\nparam app: component\nparam other: role of app\nparam calm: op of app\nevent e(a: app)\npolicy P on e(a: app) {\n  state S {\n    for b in a.other {\n      b.‸\n    }\n  }\n  -> D\n  final D\n}",
			[]string{"host", "vm", "other", "calm"}},
		{"what a text fills in of a role", "component C on Servlet [1] { op start = exec(\"c {lb.‸}\") }\nlink Apache.cs [1..*] -- [1] C.lb", []string{"cs", "port", "workers", "dir", "name", "host"}},
		{"what a text without an end fills in", "component C on Servlet [1] { op go(t: Tomcat) = exec(\"c {t.‸", []string{"ajp", "front", "dir", "name", "host", "vm"}},
		{"what a text fills in of a host", "component C on rack [1] { op start = exec(\"c {host.‸}\") }", []string{"capacity", "cores", "high", "memory", "mips", "dir", "name"}},
		{"machines that a module is given", "module m\nparam hosts: hosts\nfunc f(v: hosts.‸", []string{"vms"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			require.Equal(t, c.only, labels(offered(t, startEditor(t, Options{}), base(t)+"\n"+c.text)))
		})
	}
}

func TestCompletionKnowsUnfinishedLines(t *testing.T) {
	state := func(body string) string {
		return "policy P on hot(h: rack) {\n  state Pick {\n    let v = max(h.vms by cpu)\n    " + body
	}
	for _, c := range []struct {
		name, text string
		has, lacks string
	}{
		{"a call in a text without an end", state(`notify("{count(‸`), "h v rack", "migrate"},
		{"a call in a text", state(`notify("{count(‸}")`), "h v rack", "migrate"},
		{"a call in a hole without an end", state(`notify("{count(‸ are left")`), "h v rack", "migrate"},
		{"a call behind an arrow", state("  }\n  -> Done when v exists and fits(‸"), "h v rack", "migrate"},
		{"a call within a call", "event x(h: rack) when some(h.vms where abs(cpu - max(h.vms by ‸", "it cpu", "high"},
		{"the name of a call", state("let w = ‸(h.vms by cpu)"), "max h", "migrate"},
		{"the name of a call of a host", "func f(h: rack) = h.‸(5%)", "watts", "rack"},
		{"what a step is about", state("‸"), "v h Servlet Tomcat migrate", "rack node1 hot"},
		{"what a step of a plan is about", state("plan {\n      var took: [rack] = []\n      ‸"), "v h took lift", "Servlet"},
		{"a step that goes on", state("‸.start"), "v h", ""},
		{"the next step of a line", state("fork { v.start; ‸ }"), "v h", "rack"},
		{"what a machine is added to", state("plan {\n      var took: [rack] = []\n      let all = rack\n      add h to ‸"), "took", "all h rack"},
		{"what a machine is removed from", state("plan {\n      var took: [rack] = []\n      remove h from ‸"), "took", "v h rack"},
		{"who is restarted", state("restart ‸"), "v h", "migrate"},
		{"a line that goes on with a condition", "event x(h: rack) when h.cpu > 5%\n                 ‸", "and or for", ""},
		{"a line that goes on with a choice", state("let d = if h.cpu > 5% then h\n            ‸"), "else and", ""},
		{"a line that begins anew", state("‸"), "let", "and else"},
		{"a history", "event x(h: rack) when avg(h.cpu ‸", "over last", "when"},
		{"who isn't in a set", state("plan {\n      if h ‸"), "not in exists", "let"},
		{"who is silent", "event x(h: rack) when ‸", "silent h", "every"},
		{"the next field of a line", "vm Web on rack { count = 2  ‸", "memory place attr", "rack"},
		{"where machines go", "vm Web on rack { count = 2  place = ‸", "pack min", "memory"},
		{"the type of an attribute in a line", "vm Web on rack { count = 2  attr turn: ‸", "int percent", "count"},
		{"the next line of a component", "component C on rack [1] { attr web: int = 80  ‸", "op ready attr", "rack"},
		{"what an operation does behind its name", "component C on rack [1] { op go ‸", "drains interrupts", "ready"},
		{"where a template goes", "component C on rack [1] { op go = template(\"a.tmpl\", ‸", "to:", "rack"},
		{"the next point of a load", "scenario s {\n  clients of Apache: 5 until 5s, ‸", "to", "rack"},
		{"what a scenario requires, on which hosts", "scenario s {\n  require capacity(memory) on ‸", "rack front", "Servlet"},
		{"what measures software", "probe x: percent on Tomcat every 1s = process.‸", "cpu", "process.cpu memory"},
	} {
		t.Run(c.name, func(t *testing.T) {
			requireOffers(t, c.text, c.has, c.lacks)
		})
	}
}

func TestCompletionKnowsModules(t *testing.T) {
	const head = "module m\nparam hosts: hosts\nparam app: component\nparam drain: op of app = drain\nparam load: probe of hosts = cpu\nparam held: duration = 5s\n"
	e := startEditor(t, Options{})
	for _, c := range []struct {
		name, text string
		has, lacks []string
	}{
		{"what a module can be given", head + "param x: ‸", []string{"probe", "attr", "role", "op", "func", "percent", "hosts"}, []string{"held"}},
		{"of whom", head + "param x: attr of ‸", []string{"hosts", "app"}, []string{"percent"}},
		{"of which machines", head + "param x: attr of hosts.‸", []string{"vms"}, []string{"hosts"}},
		{"which member it is if nothing is said", head + "param busy: probe of hosts = ‸", []string{"busy", "cpu"}, []string{"hosts"}},
		{"a length of time", head + "event x every ‸", []string{"1min", "held"}, []string{"load"}},
		{"where software stands", head + "func f(a: app) = a.vm.‸", []string{"demand", "host", "vcpus"}, []string{"load"}},
		{"members of its host", head + "func f(a: app) = a.vm.host.‸", []string{"load", "capacity"}, []string{"demand"}},
		{"what software can be told", head + "policy P on tick { state A { for a in app { a.‸", []string{"drain", "start", "vm"}, []string{"undrain"}},
		{"what is known of a choice", head + "event e(h: hosts)\npolicy P on e(h: hosts) {\n  state A { let d = if h.load < 5% then h else min(hosts by load) }\n  -> B when d.‸",
			[]string{"load", "memory"}, []string{"high"}},
		{"its name", "module ‸", []string{"shop"}, []string{"hosts"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := labels(offered(t, e, c.text))
			for _, want := range c.has {
				require.Contains(t, got, want)
			}
			for _, not := range c.lacks {
				require.NotContains(t, got, not)
			}
		})
	}
}

// The hosts of an inventory are as good as those of a list.
func TestTheHostsOfAnInventoryAreOffered(t *testing.T) {
	const inventory = "# the rack\nname,cores,mips,memory\nn1,2,1000,4GiB\nn-2,2,1000,4GiB\nhalf a line\n"
	const system = "system s\nhosts rack { inventory = \"rack.csv\" }\nvm Guest on rack { count = 2 }\nevent gone(h: rack)\n"
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "rack.csv"), []byte(inventory), 0o644))
	e := startEditor(t, Options{}, dir)
	for _, text := range []string{
		"scenario s { at 5s crash ‸", "scenario s { at 5s emit gone(h: ‸", "test \"x\" in s { at 5s maintain ‸", "test \"x\" in s { at 5s expect times(gone(‸",
	} {
		text, pos := placed(t, system+text)
		uri := e.open(filepath.Join(dir, "shop.tune"), text)
		var list protocol.CompletionList
		e.ask("textDocument/completion", protocol.CompletionParams{TextDocumentPositionParams: at(uri, pos)}, &list)
		require.Subset(t, labels(list.Items), []string{"n1", `"n-2"`}, text)
	}
}
