package check_test

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"

	"github.com/tune-autonomic/tune/compiler/bundle"
	"github.com/tune-autonomic/tune/compiler/check"
	"github.com/tune-autonomic/tune/compiler/finding"
	"github.com/tune-autonomic/tune/compiler/ir"
	"github.com/tune-autonomic/tune/lang"
)

const world = `system world
hosts rack { nodes = ["n1", "n2"]  cores = 2  memory = 2GiB  attr high: percent = 45%  attr slow: bool = false }
hosts pool { inventory = "hosts.csv" }
vm Guest on rack { count = 3 }
vm Other on pool { inventory = "vms.csv"  count = 10 }
component Web on rack [1..2] { op start = exec("sh -c 'a b' {name}.x --p={port}") attr port: int = 80 }
component App on Guest [0..*] { op start = exec("app") }
component Db on rack [1] { op start = exec("db") }
link Web.apps [1..*] -- [1] App.web
link App.db [1] -- [*] Db.apps
probe cpu: percent on rack every 1s
probe cpu: percent on Guest every 2s stale 30s
probe load: percent on App every 10s = process.cpu
event tick every 5min
event hot(h: rack) when h.cpu > h.high and h.cores == 2 for 10s
`

var inventories = fstest.MapFS{
	"hosts.csv": {Data: []byte("name,cores,mips,memory,watts\na,2,1860,4GiB,86;117\nb,2,2660,4GiB,93.7;135\n")},
	"vms.csv":   {Data: []byte("name,mips,memory\nlarge,2500,870MiB\nsmall,500,613MiB\n")},
}

// checked checks the world with more text; it must have no error.
func checked(t *testing.T, more string) *ir.Program {
	t.Helper()
	file, syntax := lang.Parse("world.tune", world+more)
	require.Empty(t, syntax)
	program, found := check.Check(&check.Files{Main: file, FS: inventories})
	require.NotNil(t, program, "%v", found)
	return program
}

func class(p *ir.Program, name string) *bundle.Class {
	for i := range p.Tables.Classes {
		if p.Tables.Classes[i].Name == name {
			return &p.Tables.Classes[i]
		}
	}
	return nil
}

func attribute(c *bundle.Class, name string) []float64 {
	for _, a := range c.Attrs {
		if a.Name == name {
			return a.Values
		}
	}
	return nil
}

func TestMachinesOfAFamilyShareASpace(t *testing.T) {
	p := checked(t, "vm Big on rack { vcpus = 2 }\n")
	require.Equal(t, class(p, "Guest").Space, class(p, "Big").Space)
	require.Equal(t, "rack.vms", p.Tables.Spaces[class(p, "Guest").Space].Name)
	require.NotEqual(t, class(p, "Guest").Space, class(p, "Other").Space)
}

func TestSizesComeFromDeclarationOrInventory(t *testing.T) {
	p := checked(t, "")
	rack, pool, other := class(p, "rack"), class(p, "pool"), class(p, "Other")
	require.Equal(t, []float64{2000}, attribute(rack, "capacity"), "cores * mips")
	require.Equal(t, []float64{3720, 5320}, attribute(pool, "capacity"))
	require.Equal(t, [][]float64{{86, 117}, {93.7, 135}}, pool.Watts)
	require.Equal(t, []string{"a", "b"}, pool.Names)
	require.EqualValues(t, 2, pool.Sizes)
	require.EqualValues(t, 10, other.Initial)
	require.EqualValues(t, 2, other.Sizes)
	require.Empty(t, other.Names, "rows are kinds of machines here, not machines")
	require.Equal(t, []float64{870 << 20, 613 << 20}, attribute(other, "memory"))
}

func TestAnInventoryListsAttributesToo(t *testing.T) {
	const source = `system listed
hosts pool { inventory = "racks.csv"  attr rack: string = "r0"  attr cost: float  attr slow: bool = false  attr grace: duration = 1s }
event tick every 1min
policy P on tick {
  state A {
    let near = pool where rack == "r1" and it.rack != c.rack
    let ok   = pool where "r1" == "r1"
  }
  -> B
  final B
}
`
	file, syntax := lang.Parse("listed.tune", source)
	require.Empty(t, syntax)
	p, found := check.Check(&check.Files{Main: file, FS: fstest.MapFS{"racks.csv": {Data: []byte(
		"name,cores,mips,memory,rack,cost,slow\na,2,1000,4GiB,r1,1.5,true\nb,2,1000,4GiB,r1,2,false\nc,2,1000,4GiB,r2,0.5,true\n")}}})
	require.NotNil(t, p, "%v", found)
	pool := class(p, "pool")
	require.Equal(t, []float64{1.5, 2, 0.5}, attribute(pool, "cost"))
	require.Equal(t, []float64{1, 0, 1}, attribute(pool, "slow"))
	require.Equal(t, []float64{1}, attribute(pool, "grace"), "what the inventory doesn't list is as declared")
	require.Equal(t, []float64{0, 0, 1}, attribute(pool, "rack"), "texts are compared by the numbers that stand for them")
	require.Equal(t, []string{"r1", "r1", "r2"}, pool.Attrs[4].Texts)
}

func TestWhatIsDependedUponIsDeployedFirst(t *testing.T) {
	p := checked(t, "")
	var order []string
	for _, c := range p.Tables.Deploy {
		order = append(order, p.Tables.Classes[c].Name)
	}
	require.Equal(t, "Guest Other Db App Web", strings.Join(order, " "))
}

func TestCommandsAreSplitBeforeAnythingIsFilledIn(t *testing.T) {
	p := checked(t, "")
	require.Equal(t, []string{"sh", "-c", "a b", "{name}.x", "--p={port}"}, class(p, "Web").Ops[0].Exec)
}

func TestProbesAreStaleAfterThreePeriods(t *testing.T) {
	p := checked(t, "")
	require.EqualValues(t, 3e9, p.Tables.Probes[0].Stale)
	require.EqualValues(t, 30e9, p.Tables.Probes[1].Stale)
	require.Equal(t, "process.cpu", p.Tables.Probes[2].Source)
}

func TestWindowsAndHistoriesAreKeptOnce(t *testing.T) {
	p := checked(t, `
event a(h: rack) when avg(h.cpu over 10s) > 80% and stddev(h.cpu last 30) > 1%
event b(h: rack) when avg(h.cpu over 10s) > 90% and median(h.cpu last 12) > 1% and volatility(h.cpu, 5%) < 1
`)
	require.Equal(t, []bundle.Window{
		{Column: 0, Kind: bundle.WinAvg, Span: 10e9},
		{Column: 0, Kind: bundle.WinVolatility, Alpha: 0.05},
	}, p.Tables.Windows)
	require.Equal(t, []bundle.Hist{{Column: 0, N: 30}, {Column: 0, N: 12}}, p.Tables.Hists)
	require.EqualValues(t, 30, p.Tables.Probes[0].History)
	require.EqualValues(t, 0, p.Tables.Probes[1].History)
}

// What is the same for all instances is a constant, so that the condition is a test against a number.
func TestEqualAttributesFold(t *testing.T) {
	p := checked(t, "")
	and := p.Events[1].Cond.(*ir.Binary)
	limit := and.X.(*ir.Binary)
	require.Equal(t, bundle.LT, limit.Op)
	require.Equal(t, 0.45, limit.X.(*ir.Num).V)
	require.IsType(t, &ir.Col{}, limit.Y)
	require.True(t, and.Y.(*ir.Truth).V)
}

func policyOf(t *testing.T, body string) (*ir.Program, *ir.Policy) {
	t.Helper()
	p := checked(t, "policy P on hot(h: rack) {\n"+body+"\n}\n")
	return p, p.Policies[0]
}

// reads says whether an expression reads a column of this kind.
func reads(p *ir.Program, e ir.Expr, kind bundle.ColumnKind) bool {
	switch e := e.(type) {
	case *ir.Col:
		return p.Tables.Columns[e.Column].Kind == kind
	case *ir.Unary:
		return reads(p, e.X, kind)
	case *ir.Binary:
		return reads(p, e.X, kind) || reads(p, e.Y, kind)
	}
	return false
}

func TestMovesUnderWayCountInStatesOnly(t *testing.T) {
	p, policy := policyOf(t, `
  state A { let x = h.cpu  let y = avg(h.cpu over 10s)  notify("{h.cpu}") }
  -> B when h.cpu < 10%
  -> B otherwise
  state B { plan { let z = h.cpu  apply safely } }
  -> C
  final C`)
	a, b := policy.States[0], policy.States[1]
	require.True(t, reads(p, a.Body[0].(*ir.Assign).Value, bundle.ColInflightCPU), "in a let")
	require.False(t, reads(p, a.Body[1].(*ir.Assign).Value, bundle.ColInflightCPU), "in a window")
	require.False(t, reads(p, a.Body[2].(*ir.Action).Text.Values[0], bundle.ColInflightCPU), "in a message")
	require.True(t, reads(p, a.Next[0].Guard, bundle.ColInflightCPU), "in a guard")
	require.False(t, reads(p, b.Body[0].(*ir.Assign).Value, bundle.ColInflightCPU), "in a plan")
	require.False(t, reads(p, p.Events[1].Cond, bundle.ColInflightCPU), "in an event")
}

func TestStatesBeginAgainWhereTheyChose(t *testing.T) {
	_, policy := policyOf(t, `
  state Look { let v = max(h.vms by cpu) }
  -> Choose when v exists
  -> End otherwise
  state Choose { let d = min(rack by cpu) }
  -> Move when d exists
  -> End otherwise
  state Move { migrate v to d }
  -> Tell
  state Tell { notify("{v}") }
  -> Free
  state Free { allocate h }
  -> End
  final End`)
	var again []int32
	var acts []bool
	for _, s := range policy.States {
		again, acts = append(again, s.Again), append(acts, s.Acts)
	}
	require.Equal(t, []int32{0, 0, 0, 3, 4, 5}, again, "Move begins again at Look, which chose v")
	require.Equal(t, []bool{false, false, true, true, true, false}, acts)
	require.EqualValues(t, 3, policy.Most)
}

func TestBoundedArrowsAreCounted(t *testing.T) {
	_, policy := policyOf(t, `
  state Try { allocate h }
  -> Try on failure at most 3 times
  -> End
  final End`)
	require.EqualValues(t, 4, policy.Most)
	require.Len(t, policy.States, 4)
	begin, try, count := policy.States[0], policy.States[1], policy.States[3]
	require.EqualValues(t, 1, begin.Next[0].To)
	require.EqualValues(t, 3, try.Next[0].To)
	require.Equal(t, ir.OnFailure, try.Next[0].When)
	require.NotNil(t, try.Next[0].Guard)
	require.EqualValues(t, 1, count.Next[0].To)
	require.EqualValues(t, 1, try.Again)
}

func TestALoopHasNoMoreActionsThanItsSetIsLarge(t *testing.T) {
	_, policy := policyOf(t, "state A { for v in h.vms { migrate v to v.home } }\n-> B\nfinal B")
	require.EqualValues(t, 3, policy.Most)
}

func TestALoopOverARoleOfManyIsTakenInEachTurn(t *testing.T) {
	_, policy := policyOf(t, "state A { for w in Web { for a in w.apps { start a } } }\n-> B\nfinal B")
	require.EqualValues(t, []int64{0, 1}, []int64{policy.Most, policy.MostEach[0].N}, "each App has one Web")

	p := checked(t, `
component Lb on rack [2] { op start = exec("lb") }
component Box on rack [5] { op start = exec("box") }
link Lb.boxes [1..*] -- [1..*] Box.lbs
policy P on tick { state A { for x in Box { start x for l in x.lbs { start l } } } -> B final B }
`)
	require.EqualValues(t, 5*(1+2), p.Policies[0].Most)
}

// A function's argument is reckoned once, however often it is named.
func TestFunctionsAreExpanded(t *testing.T) {
	p := checked(t, `
func both(h: rack, x: float) = x * x + h.memory / 1GiB
event e(h: rack) when both(h, h.cpu / 1%) > 3
event f(h: rack) when both(h, 2) > 3
`)
	sum := p.Events[2].Cond.(*ir.Binary).Y.(*ir.Let)
	require.Equal(t, "x", sum.Var.Name)
	require.True(t, reads(p, sum.Value, bundle.ColMetric))
	require.True(t, p.Events[3].Cond.(*ir.Truth).V, "2*2 + 2 > 3 is known now")
}

// A module's functions reckon with those of modules that it imports itself.
func TestModulesLendTheirFunctions(t *testing.T) {
	file, _ := lang.Parse("world.tune", `system world
import "lib/ceilings"
hosts rack { nodes = ["n1"] attr margin: float = 7 }
probe load: percent on rack every 1s = cpu
event high(h: rack) when h.load > ceilings.of(h.margin - 6)
event most(h: rack) when h.load > ceilings.of(9)
use ceilings.Tell on high
`)
	program, found := check.Check(&check.Files{Main: file, FS: fstest.MapFS{
		"lib/ceilings.tune": {Data: []byte(`module ceilings
import "figures"
func of(swing: float): percent = 80% - figures.clamp(swing, 0, 5) * 10%
policy Tell { state A { notify("{of(1)}") } -> B final B }
`)},
		"lib/figures.tune": {Data: []byte("module figures\nfunc clamp(x: float, low: float, high: float) = max(low, min(x, high))\n")},
	}})
	require.Empty(t, found)
	most := program.Events[1].Cond.(*ir.Binary)
	require.InDelta(t, 0.3, most.X.(*ir.Num).V, 1e-9, "80% - 5 * 10% is known now")
}

func TestModulesAreFilledIn(t *testing.T) {
	p := checked(t, `
import "std/consolidate"
use consolidate.Pack on tick (hosts: pool)
`)
	require.Len(t, p.Policies, 1)
	require.Equal(t, "consolidate.Pack", p.Policies[0].Name)
	require.Empty(t, p.Policies[0].Params)
	require.Len(t, p.Tables.Sources, 2)
	require.EqualValues(t, 1, p.Policies[0].Pos.File)
}

// What the program has and a module wasn't given, it doesn't see, even by the name that it has there.
func TestAModuleSeesOnlyWhatItIsGiven(t *testing.T) {
	of := func(params, body string) []finding.Finding {
		file, _ := lang.Parse("world.tune", `system world
import "mine"
hosts rack { nodes = ["n1"] attr rank: int = 3 }
vm Small on rack { count = 1 attr turn: int = 1 }
vm Big on rack { count = 1 attr turn: int = 2 }
component App on Small [1] { op start = exec("run") op patch = exec("patch") }
component Db on Small [1] { op start = exec("run") }
link App.db [1] -- [1] Db.app
probe cpu: percent on rack every 1s
event tick every 1min
use mine on tick (hosts: rack, app: App)
`)
		_, found := check.Check(&check.Files{Main: file, FS: fstest.MapFS{
			"mine.tune": {Data: []byte("module mine\nparam hosts: hosts\nparam app: component\n" + params + "\npolicy P { final A { " + body + " } }\n")},
		}})
		return found
	}
	for name, c := range map[string]struct{ param, body string }{
		"a probe":                      {"param cpu: probe of hosts = cpu", `notify("{sum(hosts by it.cpu)}")`},
		"a probe, by the bare name":    {"param cpu: probe of hosts = cpu", `notify("{sum(hosts by cpu)}")`},
		"a probe that is paused":       {"param cpu: probe of hosts = cpu", `for h in hosts { pause probe cpu of h }`},
		"an attribute":                 {"param rank: attr of hosts = rank", `notify("{max(hosts by it.rank)}")`},
		"an attribute of its machines": {"param turn: attr of hosts.vms = turn", `for h in hosts { notify("{sum(h.vms by it.turn)}") }`},
		"a role":                       {"param db: role of app = db", `for a in app { notify("{a.db.host.memory}") }`},
		"an operation":                 {"param patch: op of app = patch", `for a in app { a.patch }`},
	} {
		t.Run(name, func(t *testing.T) {
			require.Empty(t, of(c.param, c.body))
			found := of("", c.body)
			require.Len(t, found, 1)
			require.Contains(t, found[0].Msg, "a module sees only what it is given")
			require.Contains(t, found[0].Hint, strings.Split(c.param, " =")[0])
		})
	}
	require.Empty(t, of("", `for h in hosts { notify("{h.memory} {h.cores} {sum(h.vms by it.demand)} {count(h.vms)}") }`), "what all have")
}
