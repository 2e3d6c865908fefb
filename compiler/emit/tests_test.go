package emit_test

import (
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"

	"github.com/tune-autonomic/tune/compiler"
	"github.com/tune-autonomic/tune/compiler/bundle"
)

const tested = `system tested
hosts rack { nodes = ["n1", "n2"] }
vm Guest on rack { count = 2 }
probe cpu: percent on rack every 1s
event hot(h: rack) when avg(h.cpu over 10s) > 80%
policy P on hot(h: rack) when count(h.vms) > 1 {
  state A { let v = max(h.vms by memory) }
  -> B when v exists
  -> C otherwise
  state B { notify("{v}") }
  -> C
  -> C on failure
  final C
}
scenario s { until 10s }
`

const itsTests = `
test "t" in s {
  at 5s expect min(n1.cpu over 7s) > 3% and avg(n1.cpu last 20) > 0 and some(rack where P in C and it.planned.cpu > 1%) and times(P) > 2
}
`

func compileTested(t *testing.T, text string) (*bundle.Program, *bundle.Suite) {
	t.Helper()
	plain := compiler.CompileSource(fstest.MapFS{}, "t.tune", text)
	require.NotNil(t, plain.Program, "%v", plain.Findings)
	suite := compiler.CompileTests(fstest.MapFS{}, "t.tune", text)
	require.NotNil(t, suite.Suite, "%v", suite.Findings)
	return plain.Program, suite.Suite
}

func TestABundleHasNothingOfItsTests(t *testing.T) {
	without, _ := compileTested(t, tested)
	with, _ := compileTested(t, tested+itsTests)
	with.Sources, with.Lock = without.Sources, without.Lock
	one, err := bundle.Encode(without, bundle.Options{})
	require.NoError(t, err)
	other, err := bundle.Encode(with, bundle.Options{})
	require.NoError(t, err)
	require.Equal(t, one, other)
}

func TestTheCodeThatIsTestedIsTheCodeThatRuns(t *testing.T) {
	program, suite := compileTested(t, tested+itsTests)
	require.Greater(t, len(suite.Program.Code), len(program.Code))
	require.Equal(t, program.Code, suite.Program.Code[:len(program.Code)])
	require.Equal(t, program.Policies, suite.Program.Policies)
	require.Equal(t, program.Events, suite.Program.Events)
}

func TestASuiteKnowsEveryArrow(t *testing.T) {
	_, suite := compileTested(t, tested+itsTests)
	type arrow struct {
		from, to         string
		failure, guarded bool
	}
	var all []arrow
	for _, a := range suite.Arrows {
		states := suite.Program.Policies[a.Policy].States
		all = append(all, arrow{states[a.State].Name, states[a.To].Name, a.Failure, a.Guarded})
	}
	require.Equal(t, []arrow{{"A", "B", false, true}, {"A", "C", false, false}, {"B", "C", false, false}, {"B", "C", true, false}}, all)
}

func TestOnlyFactsThatAreAskedForTakeARegister(t *testing.T) {
	_, suite := compileTested(t, tested+itsTests)
	require.Equal(t, []bundle.Fact{
		{Kind: bundle.FactIn, Event: -1, Policy: 0, State: 2, Class: -1},
		{Kind: bundle.FactTimes, Event: -1, Policy: 0, State: -1, Class: -1},
	}, suite.Cases[0].Facts)
}

func TestASuiteIsVerified(t *testing.T) {
	for want, spoil := range map[string]func(*bundle.Suite){
		`expectation 1: mode 9`:               func(s *bundle.Suite) { s.Cases[0].Expects[0].Mode = 9 },
		`entry pc 100000`:                     func(s *bundle.Suite) { s.Cases[0].Expects[0].PC = 100000 },
		`policy 7, of 1`:                      func(s *bundle.Suite) { s.Cases[0].Facts[0].Policy = 7 },
		`state -1`:                            func(s *bundle.Suite) { s.Cases[0].Facts[0].State = -1 },
		`a fact of kind 99`:                   func(s *bundle.Suite) { s.Cases[0].Facts[0].Kind = 99 },
		`seeds 5 to 1`:                        func(s *bundle.Suite) { s.Cases[0].From = 5 },
		`fact 2, of 2`:                        func(s *bundle.Suite) { s.Cases[0].Expects[0].Parts[0].Fact = 2 },
		`doesn't lead to its state`:           func(s *bundle.Suite) { s.Arrows[0].To = 2 },
		`of kind "burn"; there are crash`:     func(s *bundle.Suite) { s.Cases[0].World.Faults = []bundle.Fault{{Kind: "burn", Class: -1, Probe: -1}} },
		`bundle refused: system: has no name`: func(s *bundle.Suite) { s.Program.System = "" },
		`time -1 ns is before the beginning`:  func(s *bundle.Suite) { s.Cases[0].Expects[0].At = -1 },
	} {
		_, suite := compileTested(t, tested+itsTests)
		require.NoError(t, bundle.VerifySuite(suite))
		spoil(suite)
		require.ErrorContains(t, bundle.VerifySuite(suite), want)
	}
}
