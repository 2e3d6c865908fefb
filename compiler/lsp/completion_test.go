package lsp

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.lsp.dev/protocol"
)

// mark is where the cursor is.
const mark = "‸"

// base is a program to which tests add.
func base(t testing.TB) string {
	data, err := os.ReadFile("testdata/base.tune")
	require.NoError(t, err)
	return string(data)
}

// placed is a text without its mark, and where that was.
func placed(t testing.TB, text string) (string, protocol.Position) {
	at := strings.Index(text, mark)
	require.GreaterOrEqual(t, at, 0, "no mark")
	text = text[:at] + text[at+len(mark):]
	return text, newDocument("x", text).position(at)
}

func offered(t testing.TB, e *editor, text string) []protocol.CompletionItem {
	text, pos := placed(t, text)
	uri := e.open(filepath.Join(t.TempDir(), "shop.tune"), text)
	var list protocol.CompletionList
	e.ask("textDocument/completion", protocol.CompletionParams{TextDocumentPositionParams: at(uri, pos)}, &list)
	return list.Items
}

func labels(items []protocol.CompletionItem) []string {
	names := []string{}
	for _, i := range items {
		names = append(names, i.Label)
	}
	return names
}

func TestCompletionKnowsTheArchitecture(t *testing.T) {
	policy := func(body string) string { return "policy P on hot(h: rack) {\n" + body + "\n}\n" }
	state := func(body string) string {
		return policy("  state Pick {\n    let v = max(h.vms by cpu)\n    " + body + "\n  }\n  -> Done\n  final Done")
	}
	for _, c := range []struct {
		name, text string
		has, lacks string
	}{
		{"metrics and attributes after a dot", "event x(h: rack) when h.‸", "cpu high memory vms", "port load on when start ajp"},
		{"in the middle of a word", "event x(h: rack) when h.hi‸ > 3", "cpu high", "port"},
		{"roles after a dot", "event x(t: Tomcat) when t.front.‸", "port host workers", "cpu ajp"},
		{"roles of a set lead on", "event x(a: Apache) when some(a.workers.‸)", "vm host front", "load ajp"},
		{"what a plan knows", "event x(h: rack) when h.planned.‸ > 3", "cpu demand free vms", "high"},
		{"operations of software where an action stands", "policy Q on more {\n  state A {\n    let a = min(Apache by port)\n    a.‸\n  }\n}", "start drain stop", "port"},
		{"states behind an arrow", policy("  state A { h.‸ }\n  -> ‸"), "", ""},
		{"names in a state", state("migrate ‸"), "v h rack Servlet Tomcat", "capacity"},
		{"what it is that is looked at", "policy Q on hot(h: rack) {\n  state A { let d = min(rack by ‸) }\n}", "cpu high it h", "port"},
		{"where an action begins", state("‸"), "migrate let for notify wait allocate release", "lift component attr apply times if var else state final policy"},
		{"steps of a plan", policy("  state A {\n    plan {\n      ‸\n    }\n  }"), "lift place pick apply let if var", "migrate notify hosts fork plan join state"},
		{"clauses of a loop", state("for x in h.vms ‸"), "by where one while", "migrate on_ every"},
		{"declarations", "‸", "hosts vm component policy event link probe func scenario test use", "migrate state attr lossless"},
		{"what an event goes on with", "event x(h: rack) ‸", "when every silent for", "migrate policy by"},
		{"types", "event x(h: ‸", "percent rack Servlet Tomcat", "h when"},
		{"events that start a policy", "policy Q on ‸", "hot tick more deploy shutdown", "rack Done"},
		{"events that come from outside", state("emit ‸"), "more", "hot tick"},
		{"hosts to stand on", "vm Guest on ‸", "front rack", "Servlet Apache"},
		{"what a policy says of itself", "policy Q on tick ‸", "lossless when cooldown", "state migrate"},
		{"lines of a component", "component C on rack [1] {\n  ‸\n}", "attr op ready", "state hosts at"},
		{"lines of a policy", policy("  state A { release h }\n  ‸"), "state final ->", "migrate attr"},
		{"what leads out of a state", policy("  state A { release h }\n  -> A ‸"), "when on otherwise", "migrate state_"},
		{"fields of hosts", "hosts more {\n  ‸\n}", "driver nodes cores memory watts attr", "count op"},
		{"what looks after hosts", "hosts more {\n  driver = ‸\n}", "\"sim\"", "rack max"},
		{"what looks after hosts, in quotes", "hosts more {\n  driver = \"‸\"\n}", "sim", "rack"},
		{"what an operation does", "component C on rack [1] {\n  op go = ‸\n}", "exec template", "rack max port"},
		{"when software is ready", "component C on rack [1] {\n  attr web: int = 80\n  ready = ‸\n}", "port", "rack exec"},
		{"which port", "component C on rack [1] {\n  attr web: int = 80\n  ready = port(‸\n}", "web", "rack ajp"},
		{"by what machines are apart", "require apart(Servlet) on rack by ‸", "high", "cpu Servlet"},
		{"behind a step", state("migrate v to h ‸"), "undoable within", "let state start migrate"},
		{"members of where a machine goes", state("migrate v to h.‸"), "cpu high", "undoable within"},
		{"a choice of where a machine goes", state("migrate v to min(‸"), "rack", "undoable within"},
		{"behind what was made", state("new = Tomcat++ ‸"), "within", "let migrate notify"},
		{"what a way leads to that may miss", state("v.host.‸"), "start stop", "let in and"},
		{"how a state ends", policy("  state A { release h }\n  -> A on ‸"), "success failure", "when otherwise on"},
		{"behind the guard of an arrow", policy("  state A { release h }\n  -> A when h.cpu > 1% ‸"), "and or at", "when otherwise state on"},
		{"how many there may be", "component C on rack ‸", "[1] [1..*]", "rack"},
		{"how many an end of a link may have", "link Apache.two ‸", "[1] [*]", "rack"},
		{"what measures a metric", "probe x: percent on rack every 1s = ‸", "cpu memory", "process.cpu rack"},
		{"what measures a metric of software", "probe x: percent on Tomcat every 1s = ‸", "process.cpu", "memory rack"},
		{"who is silent", "event x(g: rack) when silent(‸", "g", "rack not"},
		{"how often", "event x every ‸", "1min", "rack max"},
		{"units of what lasts", "event x(h: rack) when h.cpu > 5% for 10‸", "10s 10min", "10% 10GiB"},
		{"how long it rests", "policy Q on tick cooldown ‸", "10s", "rack max"},
		{"a module to import", "import ‸", "\"std/relieve\"", "rack"},
		{"a constant of the world", "scenario s {\n  set ‸\n}", "boot_time think", "rack"},
		{"when something happens", "scenario s {\n  at ‸\n}", "1min", "rack max"},
		{"for how long", "event x(h: rack) when avg(h.cpu over ‸", "10s 1min", "rack h"},
		{"lines of a scenario", "scenario s {\n  ‸\n}", "at clients requests load work until", "state expect"},
		{"what a scenario deploys", "scenario s {\n  at 0s deploy ‸\n}", "all Servlet Tomcat Apache", "rack"},
		{"what a scenario deploys beside that", "scenario s {\n  at 0s deploy Servlet, ‸\n}", "Tomcat Apache", "all rack"},
		{"what a scenario shuts down", "scenario s {\n  at 5s shutdown ‸\n}", "all Servlet Tomcat Apache", "rack"},
		{"what a scenario shuts down beside that", "scenario s {\n  at 5s shutdown Servlet, T‸\n}", "Tomcat Apache", "all rack"},
		{"whom a scenario answers", policy("  final A") + "scenario s {\n  at 0s approve ‸\n}", "P", "rack Servlet hot"},
		{"software that has clients", "scenario s {\n  clients of ‸\n}", "Apache Tomcat", "rack Servlet"},
		{"scenarios of a test", "test \"x\" in ‸", "day", "rack"},
		{"lines of a test", "test \"x\" in day {\n  ‸\n}", "at always never eventually", "attr state"},
		{"percents behind a number", "event x(h: rack) when h.cpu > 45‸", "45%", ""},
		{"times behind a number", "event x every 10‸", "10s 10min 10ms", ""},
		{"policies of a module", "use consolidate.‸", "Pack", "hot"},
		{"modules", "use ‸", "consolidate heal", "rack"},
		{"what a role of a link may be called", "link Apache.‸", "tomcat tomcats servlet rack", "apache hot"},
		{"what the other role of a link may be called", "link Apache.two [1] -- [1] Tomcat.‸", "apache apaches", "tomcat servlet"},
		{"parameters of a module", "use consolidate.Pack on tick (‸", "hosts urgency comfort", "rack"},
		{"arguments of a function", state("let y = full(‸"), "h: more: v", ""},
		{"a machine that may fit", state("let y = fits(‸"), "h v rack max", "migrate"},
		{"nothing yet between the parentheses", state("let y = fits(‸)"), "h v rack max", "migrate"},
		{"a machine that is half written", state("let y = fits(v‸"), "h v rack max", "migrate"},
		{"which of them fit", state("let y = count(rack where fits(‸"), "h v it rack max", "migrate"},
		{"a machine that takes a share", state("let y = share(‸"), "h v rack max", "migrate"},
		{"what is smoothed", state("let y = ewma(‸"), "h v rack max", "migrate"},
		{"what is fenced", state("let n = 1\n    fence ‸"), "h v", "n rack not max migrate if"},
		{"what is released", state("release ‸"), "h v", "rack not max migrate if"},
		{"what is lifted", policy("  state A {\n    plan {\n      for v in h.vms {\n        lift ‸\n      }\n    }\n  }"), "v", "h rack not max place"},
		{"functions", state("let y = ‸"), "full max min share if v", "migrate"},
		{"a library module", "import \"‸\"", "std/consolidate", "rack"},
		{"nothing in a comment", "// hos‸", "", "hosts rack"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if strings.Count(c.text, mark) > 1 {
				c.text = strings.Replace(c.text, mark, "cpu", 1)
				c.has = "A"
			}
			requireOffers(t, c.text, c.has, c.lacks)
		})
	}
}

func TestWhatAStepActsOnStandsBeforeWhatLeadsToIt(t *testing.T) {
	text := base(t) + "policy P on hot(h: rack) {\n  state Pick {\n    let v = max(h.vms by cpu)\n    fence ‸\n  }\n  -> Done\n  final Done\n}\n"
	require.Equal(t, []string{"h", "v"}, labels(offered(t, startEditor(t, Options{}), text)))
}

func TestWhatAStepMakesIsOfferedWithAName(t *testing.T) {
	made := func(text string) []string {
		var list []string
		for _, label := range labels(offered(t, startEditor(t, Options{}), base(t)+text)) {
			if strings.HasSuffix(label, "++") {
				list = append(list, label)
			}
		}
		return list
	}
	require.Equal(t, []string{"new = Servlet++", "new = Tomcat++"}, made("policy P on hot(h: rack) {\n  state Make {\n    ‸"), "there is always one Apache")
	require.Equal(t, []string{"servlet = Servlet++", "tomcat = Tomcat++"}, made("policy P on hot(h: rack) {\n  state Make {\n    new = Servlet++\n    t‸"))
	require.Equal(t, []string{"new = Apache++", "new = Servlet++", "new = Tomcat++"}, made("policy P on deploy {\n  state Make {\n    ‸"))
	require.Empty(t, made("policy P on hot(h: rack) {\n  state Make {\n    plan {\n      ‸"), "a plan only moves")
}

func TestFunctionsThatAModuleLendsAreOffered(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "figures.tune"), []byte("module figures\n// Between both.\nfunc clamp(x: float) = x\n"), 0o644))
	text, pos := placed(t, "system s\nimport \"figures\"\nhosts rack { nodes = [\"a\"] }\nfunc f(x: float) = figures.‸\n")
	e := startEditor(t, Options{})
	uri := e.open(filepath.Join(dir, "s.tune"), text)
	var list protocol.CompletionList
	e.ask("textDocument/completion", protocol.CompletionParams{TextDocumentPositionParams: at(uri, pos)}, &list)
	require.Equal(t, []string{"clamp"}, labels(list.Items))

	text, pos = placed(t, strings.Replace(text, "figures.\n", "figures.clamp(‸\n", 1))
	e.change(uri, 2, nil, text)
	var help *protocol.SignatureHelp
	e.ask("textDocument/signatureHelp", at(uri, pos), &help)
	require.NotNil(t, help)
	require.Equal(t, "figures.clamp(x: float)", help.Signatures[0].Label)
	require.NotNil(t, help.Signatures[0].Documentation)
}

func TestTheFittingUnitStandsFirst(t *testing.T) {
	e := startEditor(t, Options{})
	require.Equal(t, "45%", offered(t, e, base(t)+"\nevent x(h: rack) when h.cpu > 45‸")[0].Label)
	require.Equal(t, "10ns", offered(t, e, base(t)+"\nevent x(h: rack) when h.cpu > 45% for 10‸")[0].Label)
}

func TestAModuleOfTheLibraryComesWithItsImport(t *testing.T) {
	text, pos := placed(t, "system s\nimport \"std/drain\"\nhosts rack { nodes = [\"a\"] }\nuse ‸\n")
	e := startEditor(t, Options{})
	uri := e.open(filepath.Join(t.TempDir(), "s.tune"), text)
	var list protocol.CompletionList
	e.ask("textDocument/completion", protocol.CompletionParams{TextDocumentPositionParams: at(uri, pos)}, &list)
	edits := map[string][]protocol.TextEdit{}
	for _, item := range list.Items {
		edits[item.Label] = item.AdditionalTextEdits
	}
	require.Empty(t, edits["drain"], "it is imported")
	require.Equal(t, []protocol.TextEdit{{
		Range:   protocol.Range{Start: protocol.Position{Line: 2}, End: protocol.Position{Line: 2}},
		NewText: "import \"std/heal\"\n",
	}}, edits["heal"])
}

func TestFieldsAndBudgetsAreOfferedWithTheirParts(t *testing.T) {
	for text, label := range map[string]string{
		"hosts more {\n  nodes = ‸\n}": `["node1", "node2"]`,
		"hosts more {\n  watts = ‸\n}": "[93.7, 135]",
		"budget ‸":                     "1 migration at a time",
	} {
		require.Contains(t, labels(offered(t, startEditor(t, Options{}), base(t)+"\n"+text)), label)
	}
}

// requireOffers wants some words, with blanks between, to be offered in a text behind the base program, and others not.
func requireOffers(t *testing.T, text, has, lacks string) {
	t.Helper()
	got := labels(offered(t, startEditor(t, Options{}), base(t)+"\n"+text))
	for _, want := range strings.Fields(has) {
		require.Contains(t, got, want)
	}
	for _, not := range strings.Fields(lacks) {
		require.NotContains(t, got, not)
	}
}
