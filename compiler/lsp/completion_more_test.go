package lsp

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestCompletionKnowsTests(t *testing.T) {
	inTest := func(line string) string { return relieve + "test \"x\" in day {\n  " + line + "\n}\n" }
	inScenario := func(line string) string { return relieve + "scenario other {\n  " + line + "\n}\n" }
	drained := "import \"std/drain\"\nuse drain (hosts: rack)\n"
	for _, c := range []struct {
		name, text string
		has, lacks string
	}{
		{"lines", inTest("‸"), "at always never eventually until clients seeds", "expect state attr"},
		{"what happens at a time", inTest("at 300s ‸"), "expect deploy shutdown emit approve refuse clear crash fail stall silence lie", "state migrate day"},
		{"what happens at a time of a scenario", inScenario("at 300s ‸"), "deploy shutdown emit approve refuse clear crash fail stall silence lie", "expect state"},
		{"always", inTest("always ‸"), "expect", "lost"},
		{"eventually", inTest("eventually ‸"), "within", "expect"},
		{"eventually in time", inTest("eventually within 10s ‸"), "expect", "lost"},
		{"an expectation", inTest("at 300s expect ‸"), "lost done migrations energy stuck times running on count Relieve Servlet not", "day crash expect"},
		{"an expectation with no time", inTest("never expect ‸"), "lost times Relieve count", "day"},
		{"an expectation that goes on", inTest("always expect lost == 0 and ‸"), "lost times Relieve", "day"},
		{"behind a number that is expected", inTest("always expect lost ‸"), "and or in", "lost"},
		{"what is counted", inTest("never expect times(‸"), "Relieve hot more", "lost rack day"},
		{"what is counted, with more behind it", inTest("never expect times(‸) > 2"), "Relieve hot more", "lost rack day"},
		{"what runs", inTest("never expect running(‸"), "Relieve", "hot lost rack"},
		{"what is on", inTest("never expect on(‸"), "rack front node1", "Relieve hot lost Servlet"},
		{"what a policy is about", inTest("never expect times(Relieve(‸"), "node1", "front1 Relieve lost"},
		{"what an event is about", "event slow(t: Tomcat) when t.load > 1%\n" + inTest("never expect times(slow(‸"), "\"Tomcat-1\"", "node1 Relieve"},
		{"states of a policy that are counted", inTest("never expect times(Relieve.‸) > 1"), "Pick Move Go Done", "lost cpu"},
		{"states of a policy about a thing", inTest("never expect times(Relieve(node1).‸) > 1"), "Pick Move Go Done", "lost cpu"},
		{"states that a policy is in", inTest("at 5s expect Relieve in ‸"), "Pick Move Go Done", "lost rack"},
		{"states that a policy is in about a thing", inTest("at 5s expect Relieve(node1) in ‸"), "Pick Move Go Done", "lost rack"},
		{"states that a policy isn't in", inTest("at 5s expect Relieve(node1) not in ‸"), "Pick Move Go Done", "lost rack"},
		{"what a set has", inTest("at 5s expect count(Servlet where it.‸) == 1"), "cpu host home", "high lost"},
		{"what crashes", inTest("at 5s crash ‸"), "node1 rack front", "Servlet Tomcat Relieve lost"},
		{"whose migration fails", inTest("at 5s fail migration of ‸"), "Servlet", "node1 rack Tomcat"},
		{"where a load comes from", inScenario("load Servlet from ‸"), "trace", "counts rack"},
		{"which trace", inScenario("load Servlet from trace(\"‸\")"), "planetlab/20110303", "worldcup98"},
		{"where requests come from", inScenario("requests of Apache from ‸"), "counts", "trace rack"},
		{"which counts", inScenario("requests of Apache from counts(\"‸"), "worldcup98", "planetlab/20110303"},
		{"of the counts", inScenario("requests of Apache from counts(\"worldcup98\", ‸"), "from: scale:", "rack"},
		{"what is pinned", inScenario("at 5s pin ‸"), "Servlet Tomcat", "node1 rack Relieve"},
		{"whom an operator answers", inTest("at 5s approve ‸"), "Relieve", "rack"},
		{"what fails", inTest("at 5s fail ‸"), "migration", "rack"},
		{"which probe lies", inTest("at 5s lie ‸"), "cpu load", "rack"},
		{"of whom", inTest("at 5s silence cpu of ‸"), "node1 rack Servlet", "Relieve"},
		{"and how long", inTest("at 5s silence cpu of node1 ‸"), "for", "rack crash"},
		{"what comes from outside", inTest("at 5s emit ‸"), "more", "hot tick"},
		{"what comes from outside in a module", drained + inTest("at 5s emit ‸"), "more drain.maintain drain.back", "hot maintain"},
		{"events of a module", drained + inTest("at 5s emit drain.‸"), "maintain back", "more Empty"},
		{"an event of a module to start on", drained + "policy P on drain.‸", "maintain back", "Empty hot"},
		{"an event of a module to start a module on", drained + "use relieve.Relieve on drain.‸", "maintain back", "Empty hot"},
		{"what of a module is counted", drained + inTest("never expect times(drain.‸"), "maintain back Empty Refill", "hot more"},
		{"whom an operator answers of a module", drained + inTest("at 5s approve ‸"), "drain.Empty drain.Refill", "drain."},
		{"what an event of a module is about", drained + inTest("never expect times(drain.maintain(‸"), "node1", "front1 Relieve"},
	} {
		t.Run(c.name, func(t *testing.T) {
			requireOffers(t, c.text, c.has, c.lacks)
		})
	}
}

func TestCompletionKnowsWhatATextIsFilledWith(t *testing.T) {
	state := func(line string) string {
		return "policy P on hot(h: rack) {\n  state Pick {\n    let v = max(h.vms by cpu)\n    " + line + "\n  }\n  -> Done\n  final Done\n}\n"
	}
	for _, c := range []struct {
		name, text string
		has, lacks string
	}{
		{"names", state(`notify("{‸}")`), "h v rack", "migrate notify"},
		{"members", state(`notify("{h.‸}")`), "cpu high", "h rack migrate"},
		{"the second hole", state(`notify("{h} has {h.c‸} now")`), "cpu high", "rack"},
		{"an open text", state(`notify("{h.‸`), "cpu high", "rack"},
		{"beside a hole", state(`notify("{h} ‸")`), "", "h v rack cpu"},
		{"beside a hole of an open text", state(`notify("{h} ‸`), "", "h v rack cpu in and policy"},
		{"in an open text", state(`notify("gone  ‸`), "", "h v rack cpu in and policy"},
		{"behind a blank in a hole of an open text", state(`notify("{h} and { ‸`), "h v rack", "in and migrate"},
		{"below an open text", state("notify(\"gone \n    ‸"), "h v migrate", "in and policy"},
		{"in an open text of an operation", "component C on rack [1] {\n  op start = exec(\"relay ‸\n}\n", "", "for in if and policy"},
		{"in an open text of a test", "test \"a ‸", "", "for in if state"},
		{"in no hole", state(`notify("hello ‸ {h}")`), "", "h v rack cpu"},
		{"behind an escape", state(`notify("\{‸")`), "", "h v rack"},
		{"an operation's command", "component C on rack [1] {\n  attr port: int = 80\n  op start(t: Tomcat) = exec(\"c -p {‸}\")\n}\n", "port host t", "rack h"},
	} {
		t.Run(c.name, func(t *testing.T) {
			requireOffers(t, c.text, c.has, c.lacks)
		})
	}
}

func TestCompletionKnowsWhatAModuleIsGiven(t *testing.T) {
	e := startEditor(t, Options{})
	of := func(text string) []string { return labels(offered(t, e, base(t)+"\n"+text)) }
	hosts := of("use consolidate.Pack on tick (hosts: ‸")
	require.Contains(t, hosts, "rack")
	require.NotContains(t, hosts, "Servlet")
	vms := of("import \"std/apart\"\nuse apart (hosts: rack, vms: ‸)")
	require.Contains(t, vms, "Servlet")
	require.NotContains(t, vms, "rack")
	require.NotContains(t, vms, "hot")
	require.NotContains(t, of("use consolidate.Pack on tick (hosts: rack, comfort: ‸)"), "rack")

	details := map[string]string{}
	for _, i := range offered(t, e, base(t)+"\nuse consolidate.Pack on tick (‸") {
		details[i.Label] = i.Detail
	}
	require.Equal(t, "hosts", details["hosts"])
	require.Regexp(t, `^percent = \d+%$`, details["steadiness"])
}
