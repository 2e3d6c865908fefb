package testrun_test

import (
	"bytes"
	"cmp"
	"context"
	"encoding/xml"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/tune-autonomic/tune/compiler"
	"github.com/tune-autonomic/tune/compiler/bundle"
	"github.com/tune-autonomic/tune/runtime/data"
	"github.com/tune-autonomic/tune/runtime/engine"
	"github.com/tune-autonomic/tune/runtime/manager"
	"github.com/tune-autonomic/tune/runtime/testrun"
)

// world is a rack on whose first host it gets too hot for two machines, 27 s after the beginning.
const world = `system world
hosts rack { nodes = ["n1", "n2"]  cores = 2 }
vm Guest on rack { count = 2  place = pack }
component Web on Guest [2] { op start = exec("web") }
probe cpu: percent on rack every 1s
event hot(h: rack) when h.cpu > 30% and count(h.vms) > 1 for 5s
event called
event done

policy Relieve on hot(h: rack) {
  state Pick { let v = min(h.vms by memory)  let d = min(rack by cpu where it != h) }
  -> Move when v exists and d exists
  -> GiveUp otherwise
  state Move { migrate v to d }
  -> Done
  -> GiveUp on failure undo
  final Done
  final GiveUp
}

policy Answer on called when count(rack where it.cpu > 30%) > 0 {
  state Try { wait until n1.cpu exists within 10s }
  -> Try when n1.cpu > 0% at most 2 times
  -> End
  final End { emit done }
}
policy Listen on done { final Heard }

scenario busy {
  work Web 20ms
  clients of Web: 300 until 60s
  at 22s emit called
  at 40s emit called
  until 60s
}
`

func compile(t *testing.T, tests string) *bundle.Suite {
	t.Helper()
	return compileAll(t, world+tests)
}

func compileAll(t *testing.T, system string) *bundle.Suite {
	t.Helper()
	built := compiler.CompileTests(fstest.MapFS{}, "world.tune", system)
	require.NotNil(t, built.Suite, "%v", built.Findings)
	return built.Suite
}

func run(t *testing.T, tests string) testrun.Report {
	t.Helper()
	r, err := testrun.Run(context.Background(), compile(t, tests), testrun.Options{Jobs: 2})
	require.NoError(t, err)
	return r
}

// fails plays one expectation over a minute of busy, and returns when and why it failed; 0 and "" if it held.
func fails(t *testing.T, expectation string) (time.Duration, string) {
	t.Helper()
	r := run(t, "test \"t\" in busy {\n"+expectation+"\n}")
	require.Len(t, r.Tests, 1)
	require.Empty(t, r.Tests[0].Error)
	if len(r.Tests[0].Failures) == 0 {
		return 0, ""
	}
	f := r.Tests[0].Failures[0]
	return time.Duration(f.Time), f.Why
}

func TestEachWayOfExpecting(t *testing.T) {
	for expectation, want := range map[string]struct {
		at  time.Duration
		why string
	}{
		"at 40s expect count(Guest where it.host == n2) == 1": {},
		"at 20s expect count(Guest where it.host == n2) == 1": {20 * time.Second, "it is not true then"},
		"at 0s  expect n1.cpu < 1%":                           {0, "it is unknown then"},
		"at 60s expect done > 0":                              {},

		"always expect times(hot) <= 1": {},
		"always expect times(hot) < 1":  {27 * time.Second, "it is not true any more"},
		// What isn't known yet neither holds nor fails; what never is can't be relied on.
		"always expect n1.cpu <= 100%":                     {},
		"always expect avg(n1.cpu over 1h) <= 100%":        {60 * time.Second, "it was unknown all the time"},
		"never  expect avg(n1.cpu over 1h) > 100%":         {60 * time.Second, "it was unknown all the time"},
		"never  expect times(Relieve.GiveUp) > 0":          {},
		"never  expect Relieve(n1) in Move":                {27 * time.Second, "it is true"},
		"eventually within 40s expect migrations == 1":     {},
		"eventually within 25s expect migrations == 1":     {25 * time.Second, "it was not true by then"},
		"eventually within 60s expect energy > 1000":       {60 * time.Second, "it was not true by then"},
		"eventually within 30s expect Relieve(n1) in Pick": {30 * time.Second, "it was not true by then"},
	} {
		at, why := fails(t, expectation)
		require.Equal(t, want.why, why, expectation)
		require.Equal(t, want.at, at, expectation)
	}
}

func TestWhatCanBeAskedOfARun(t *testing.T) {
	for _, holds := range []string{
		`at 60s expect times(hot) == 1 and times(hot(n1)) == 1 and times(hot(n2)) == 0`,
		`at 60s expect times(Relieve) == 1 and times(Relieve(n1)) == 1 and times(Relieve(n2)) == 0`,
		`at 60s expect times(Relieve.Pick) == 1 and times(Relieve(n1).Done) == 1 and times(Relieve.GiveUp) == 0`,
		`at 60s expect Relieve in Done and Relieve(n1) in Done and Relieve(n2) not in Done and not (Relieve in Pick)`,
		`at 28s expect running(Relieve) == 1 and running(Relieve(n1)) == 1 and running(Relieve(n2)) == 0 and Relieve in Move`,
		`at 60s expect running(Relieve) == 0 and stuck == 0 and lost == 0 and done > 100 and energy == 0 and migrations == 1`,
		`at 60s expect times(called) == 2 and times(Answer) == 1 and times(done) == 1 and Listen in Heard`,
		`at 60s expect times(Answer.Try) == 3 // what counts its turns is no state of its own`,
		`at 40s expect "Guest-1".host == n2 and "Guest-1".home == n1 and "n1" != n2 and "Web-1".vm == "Guest-1"`,
		`at 5s  expect not ("Web-1" exists)`,
		`at 60s expect on(rack) == 2 and on(n1) == 1`,
		`at 9s  crash n2
		 at 12s expect on(rack) == 1 and on(n2) == 0 and on(n1) == 1`,
	} {
		at, why := fails(t, holds)
		require.Empty(t, why, "%s, at %v", holds, at)
	}
}

func TestATestsOwnLinesGoBeforeThoseOfItsScenario(t *testing.T) {
	r := run(t, `
test "as it is"      in busy { at 59s expect done > 1000 }
test "a shorter one" in busy { until 30s   at 30s expect times(called) == 1 }
test "fewer clients" in busy { clients of Web: 1 until 60s   at 59s expect done > 1 and done < 100 }
test "a fault"       in busy { at 20s fail migration   eventually within 59s expect times(Relieve.GiveUp) == 1 }
test "a load of one's own" { at 0s deploy Guest   load Guest: 10% until 30s, to 90% at 40s   until 60s   at 29s expect n1.cpu < 25%   at 59s expect n1.cpu + n2.cpu > 80% }
test "requests, a second" { requests of Web: 10 until 60s   work Web 5ms   until 60s   at 60s expect done > 200 and done < 600 }
test "all of its own" { until 60s   at 60s expect done == 0 and times(called) == 0 }
`)
	require.Zero(t, r.Failed(), "%+v", r.Tests)
	require.Equal(t, "30s", r.Tests[1].Virtual.String())
}

func TestATestIsPlayedWithEachOfItsSeeds(t *testing.T) {
	r := run(t, `
test "some" in busy { seeds 3..6   never expect done > 10 }
test "one"  in busy { seed 9       never expect done > 10 }
`)
	require.Equal(t, 4, r.Tests[0].Seeds)
	require.EqualValues(t, 3, r.Tests[0].Failures[0].Seed)
	require.Equal(t, []uint64{4, 5, 6}, r.Tests[0].Failures[0].Also)
	require.EqualValues(t, 9, r.Tests[1].Failures[0].Seed)
}

func TestAFailureIsToldWithWhatHappenedAroundIt(t *testing.T) {
	r := run(t, `test "t" in busy { at 50s expect count(Guest where it.host == n2) == 2 and Relieve(n1) in GiveUp and n2.cpu > 100% }`)
	f := r.Tests[0].Failures[0]
	require.Equal(t, "count(Guest where it.host == n2) == 2 and Relieve(n1) in GiveUp and n2.cpu > 100%", f.Expected.Words)
	require.Equal(t, testrun.Value{Part: "count(Guest where it.host == n2)", Value: "1"}, f.Values[0])
	require.Equal(t, testrun.Value{Part: "  which", Value: "Guest-1"}, f.Values[1])
	require.Equal(t, testrun.Value{Part: "Relieve(n1)", Value: "in Done"}, f.Values[2])
	require.Regexp(t, `^\d+(\.\d+)?%$`, f.Values[3].Value)

	var texts []string
	for _, l := range f.Timeline {
		texts = append(texts, l.Text)
		require.InDelta(t, 50, time.Duration(l.Time).Seconds(), 30)
	}
	require.Contains(t, texts, "Guest-1 from n1 to n2")
	require.Contains(t, texts, "Relieve(n1) -> Done")
	require.True(t, f.Timeline[len(f.Timeline)-1].Fails, "nothing came after it")
}

// What a deployment couldn't make is missing for good: the reason is told, however long ago it was.
func TestWhatFailedOfTheDeploymentIsToldLater(t *testing.T) {
	r := run(t, `
vm Huge on rack { count = 9  memory = 4GiB }
scenario crowded { at 0s deploy Huge   until 10min }
test "t" in crowded { at 9min expect count(Huge) == 9 }
`)
	first := r.Tests[0].Failures[0].Timeline[0]
	require.Contains(t, first.Text, "deploy failed: create Huge-")
	require.Less(t, time.Duration(first.Time), time.Minute)
}

func TestCoverageKnowsWhichWaysWereGone(t *testing.T) {
	r := run(t, `test "t" in busy { always expect lost == 0 }`)
	require.Equal(t, testrun.PolicyCover{Policy: "Relieve", States: testrun.Part{Met: 3, All: 4}, Arrows: testrun.Part{Met: 2, All: 4}, Guards: testrun.Part{Met: 1, All: 2}},
		without(r.Coverage[0]))
	require.Equal(t, []string{"its guard is always true", "is never taken", "is never taken", "state GiveUp is never entered"}, missed(r.Coverage[0]))
	require.Equal(t, testrun.PolicyCover{Policy: "Answer", States: testrun.Part{Met: 2, All: 2}, Arrows: testrun.Part{Met: 2, All: 2}, Guards: testrun.Part{Met: 4, All: 4}},
		without(r.Coverage[1]), "its own guard declined the second call, and that of its first arrow ended it")
}

func TestCoverageTellsGuardsThatWereNeverAsked(t *testing.T) {
	r := run(t, `test "t" { until 10s   at 5s expect lost == 0 }`)
	require.Contains(t, missed(r.Coverage[1]), "the policy's guard is never asked")
	require.NotContains(t, missed(r.Coverage[1]), "the policy's guard is always true")
}

// Two uses of a module have a policy each: to an operator they are one.
func TestAWishIsForThePoliciesOfAllUses(t *testing.T) {
	suite := compileAll(t, `system twice
import "std/drain"

hosts rack { nodes = ["n1", "n2"] }
hosts row { nodes = ["m1", "m2"] }
vm Left on rack { count = 1 }
vm Right on row { count = 1 }

use drain (hosts: rack)
use drain (hosts: row)

scenario s {
  at 0s deploy all
  at 2s emit drain.maintain(n1)
  at 2s emit drain.maintain(m1)
  until 10s
}

test "not paused" in s {
  at 9s expect times(drain.Empty(n1)) == 1 and times(drain.Empty(m1)) == 1
}

test "paused" in s {
  at 1s pause drain.Empty
  at 9s expect times(drain.Empty(n1)) == 0 and times(drain.Empty(m1)) == 0
}
`)
	r, err := testrun.Run(context.Background(), suite, testrun.Options{Jobs: 1})
	require.NoError(t, err)
	for _, one := range r.Tests {
		require.Empty(t, one.Failures, one.Name)
	}
}

func without(c testrun.PolicyCover) testrun.PolicyCover {
	c.Missed = nil
	return c
}

func missed(c testrun.PolicyCover) []string {
	var all []string
	for _, m := range c.Missed {
		all = append(all, m.Why)
	}
	return all
}

func TestOnlySomeAreRun(t *testing.T) {
	s := compile(t, `
test "one" in busy { always expect lost == 0 }
test "two" in busy { always expect lost == 0 }
`)
	var told []string
	r, err := testrun.Run(context.Background(), s, testrun.Options{
		Match: regexp.MustCompile("^t"), Jobs: 4, Done: func(t testrun.Test) { told = append(told, t.Name) },
	})
	require.NoError(t, err)
	require.Len(t, r.Tests, 1)
	require.Equal(t, []string{"two"}, told)
}

func TestAReportForMachinesIsWellFormed(t *testing.T) {
	r := run(t, `test "a <\"bad\"> & name" in busy { never expect done > 1 }`)
	var out bytes.Buffer
	require.NoError(t, testrun.WriteJUnit(&out, []testrun.Played{{System: "world", Report: r}}))
	require.NoError(t, xml.Unmarshal(out.Bytes(), &struct {
		XMLName xml.Name `xml:"testsuites"`
	}{}))
	require.Contains(t, out.String(), `failures="1"`)
}

// diary keeps all that an observer is told.
type diary struct{ notices []engine.Notice }

func (d *diary) Begin(manager.Stage) time.Duration { return 0 }
func (d *diary) Notice(n engine.Notice)            { d.notices = append(d.notices, n) }
func (d *diary) Moment(time.Duration)              {}

func TestARunIsTheSameWithAndWithoutItsTest(t *testing.T) {
	s := compile(t, `test "t" in busy {
		never  expect avg(n1.cpu over 10s) > 100% or energy > 1000
		at 33.3s expect count(rack where it.planned.cpu > 2%) > 0
	}`)
	play := func(p *bundle.Program) ([]engine.Notice, manager.Result) {
		d := &diary{}
		r, err := manager.Simulate(context.Background(), p, manager.SimOptions{Scenario: "busy", Seed: 5, Observer: d})
		require.NoError(t, err)
		r.Wall = 0
		return d.notices, r
	}
	told, came := play(compiler.CompileSource(fstest.MapFS{}, "world.tune", world).Program)
	require.NotEmpty(t, told)
	again, same := play(s.Program)
	require.Equal(t, told, again)
	require.Equal(t, came, same)

	d := &diary{}
	judged, err := testrun.Judge(context.Background(), s, 0, 5, d)
	require.NoError(t, err)
	judged.Wall = 0
	require.Equal(t, told, d.notices)
	require.Equal(t, came, judged)
}

func TestWhoStopsATestRunKeepsWhatHasEnded(t *testing.T) {
	s := compile(t, `
test "first" in busy { always expect lost == 0 }
test "second" in busy { always expect lost == 0 }
test "third" in busy { always expect lost == 0 }
`)
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	r, err := testrun.Run(ctx, s, testrun.Options{Jobs: 1, Done: func(testrun.Test) { stop() }})
	require.EqualError(t, err, "stopped: 1 of 3 tests had ended")
	require.Len(t, r.Tests, 3)
	require.Empty(t, r.Tests[0].Error)
	require.Equal(t, "stopped before its end", r.Tests[1].Error)
	require.Equal(t, 2, r.Failed())
}

// quiet is a world in which nothing happens for five minutes but that requests are lost and energy is drawn.
const quiet = `system quiet
hosts rack { nodes = ["n1"]  watts = [100, 200] }
vm Guest on rack { count = 1 }
component Web on Guest [1] { op start = exec("web") }
probe cpu: percent on rack every 5min
scenario flood { work Web 10ms  requests of Web: 500 until 1h  until 1h }
`

func TestTotalsAreThoseOfTheTimeThatIsNamed(t *testing.T) {
	for expectation, want := range map[string]string{
		"at 4min expect lost > 50000 and energy > 0.005":  "",
		"at 4min expect lost == 0 and energy < 0.001":     "it is not true then",
		"eventually within 4min expect lost > 50000":      "",
		"eventually within 4min expect energy > 0.005":    "",
		"eventually within 10s expect lost > 50000":       "it was not true by then",
		"at 250500ms expect energy < 0.014 and done > 10": "",
	} {
		built := compiler.CompileTests(fstest.MapFS{}, "quiet.tune", quiet+"test \"t\" in flood { "+expectation+" }")
		require.NotNil(t, built.Suite, "%v", built.Findings)
		r, err := testrun.Run(context.Background(), built.Suite, testrun.Options{})
		require.NoError(t, err)
		var why []string
		for _, f := range r.Tests[0].Failures {
			why = append(why, f.Why)
		}
		require.Equal(t, want, strings.Join(why, "; "), expectation)
	}
}

// A world in which much happens at once: of that, what is nearest to the failure is told.
func TestATimelineIsBounded(t *testing.T) {
	r := run(t, `
event tick every 1s
policy Tell on tick { final A { notify("tick") } }
test "t" in busy { at 30s expect lost > 1000000 }
`)
	lines := r.Tests[0].Failures[0].Timeline
	fails := slices.IndexFunc(lines, func(l testrun.Line) bool { return l.Fails })
	require.Equal(t, 21, fails, "a line for those that are left out, and 20 before it")
	require.Len(t, lines, 21+1+5+1)
	require.Positive(t, lines[0].More)
	require.Positive(t, lines[len(lines)-1].More)
	require.InDelta(t, 30, time.Duration(lines[1].Time).Seconds(), 10)

	var out strings.Builder
	testrun.NewPrinter(&out, nil).Test(r.Tests[0])
	require.Regexp(t, `(?m)^ +… \d+ more$`, out.String())
}

// What the world does to a system is part of what happened, in its order.
func TestFaultsStandInTheTimeline(t *testing.T) {
	r := run(t, `
test "t" in busy {
  at 40s lie cpu of n1 by 20% for 10s
  at 41s silence cpu of n2
  at 45s crash n2 for 30s
  at 50s expect lost > 1000000
}
`)
	var faults []string
	for _, l := range r.Tests[0].Failures[0].Timeline {
		if strings.HasPrefix(l.Text, "fault: ") {
			faults = append(faults, time.Duration(l.Time).String()+" "+l.Text)
		}
	}
	require.Equal(t, []string{"40s fault: lie cpu of n1 by 20 % for 10s", "41s fault: silence cpu of n2", "45s fault: crash n2 for 30s"}, faults)
	require.True(t, slices.IsSortedFunc(r.Tests[0].Failures[0].Timeline, func(a, b testrun.Line) int { return cmp.Compare(a.Time, b.Time) }))
}

// What a scenario says and nobody can do is told of each test in which it is said, whether it fails or not.
func TestWhatNobodyCouldDoIsTold(t *testing.T) {
	r := run(t, `
event heat(g: Guest)
policy Cool on heat(g: Guest) { final A { notify("{g}") } }
test "t" in busy { at 1s emit heat(g: Guest-2)  at 50s expect times(Cool) == 0 }
test "u" in busy { at 50s expect times(Cool) == 0 }
`)
	require.True(t, r.Tests[0].OK())
	require.Equal(t, []testrun.Line{{Time: testrun.Span(time.Second), Text: "emit heat: Guest-2 is not there"}}, r.Tests[0].Unheard)
	require.Empty(t, r.Tests[1].Unheard)
	var out strings.Builder
	testrun.NewPrinter(&out, nil).Test(r.Tests[0])
	require.Contains(t, out.String(), "at 1s nobody could do what was said: emit heat: Guest-2 is not there")
}

// Days that are made up are made up from the seed: of several seeds, each is another.
func TestTheDataOfEachSeedIsTold(t *testing.T) {
	s := compile(t, `
vm Traced on rack { place = pack }
test "t" { seeds 1..3  load Traced from trace("planetlab/20110303")  at 1s expect count(Guest) == 0  until 2s }
`)
	r, err := testrun.Run(context.Background(), s, testrun.Options{Jobs: 1, Find: data.Finder{Offline: true}})
	require.NoError(t, err)
	require.Len(t, r.Data, 3)
}
