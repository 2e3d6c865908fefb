package model_test

import (
	"fmt"
	"math"
	"slices"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/tune-autonomic/tune/compiler"
	"github.com/tune-autonomic/tune/compiler/bundle"
	"github.com/tune-autonomic/tune/runtime/model"
)

const second = int64(1e9)

const pool = `system pool
hosts pool { driver = "sim"  inventory = "hosts.csv" }
vm Guest on pool { inventory = "vms.csv"  place = pack }
vm Small on pool { count = 2  vcpus = 2  mips = 100  memory = 64MiB }
component App on Guest [0..*] initially 0 { op start = exec("run") }
probe cpu: percent on pool  every 1s stale 3s
probe cpu: percent on Guest every 1s stale 3s
require capacity(memory) on pool
event odd(h: pool) when avg(h.cpu over 10s) > 90% and min(h.cpu over 10s) > 1% and max(h.cpu over 10s) > 2% for 1s
event wild(v: Guest) when volatility(v.demand, 50%) > 9999 and ewma(v.cpu, 50%) > 1% for 1s
event full(h: pool) when h.planned.demand + h.planned.granted + h.planned.free > 0 and h.planned.memory > 0MiB and h.planned.cpu > 99% for 1s
policy Odd on odd(h: pool) { final Done }
policy Wild on wild(v: Guest) { final Done }
policy Full on full(h: pool) { final Done }
`

var files = fstest.MapFS{
	"hosts.csv": {Data: []byte("name,cores,mips,memory,watts\nbig,2,1000,2048MiB,50;100\nsmall,1,500,1024MiB,20;40\n")},
	"zones.csv": {Data: []byte("name,cores,mips,memory,zone\na,8,1000,4GiB,x\nb,8,1000,4GiB,x\nc,8,1000,4GiB,y\nd,8,1000,4GiB,y\n")},
	"vms.csv":   {Data: []byte("name,mips,memory\nv1,1000,512MiB\nv2,500,512MiB\nv3,2000,1024MiB\nv4,100,2048MiB\n")},
}

func program(t require.TestingT, text string) *bundle.Program {
	r := compiler.CompileSource(files, "model.tune", text)
	require.NotNil(t, r.Program, "%v", r.Findings)
	return r.Program
}

func newPool(t require.TestingT) (*model.Model, *bundle.Program) {
	p := program(t, pool)
	m, err := model.New(p, model.Options{})
	require.NoError(t, err)
	return m, p
}

const (
	hosts  int32 = 0
	guests int32 = 1
	apps   int32 = 2
)

// column is a column's slice, found by what it is.
func column(t require.TestingT, m *model.Model, p *bundle.Program, space int32, kind bundle.ColumnKind, win bundle.WindowKind) []float64 {
	for c := range p.Columns {
		col := &p.Columns[c]
		if col.Space == space && col.Kind == kind && (kind != bundle.ColWindow || p.Windows[col.Ref].Kind == win) {
			return m.World().Cols[c]
		}
	}
	require.Fail(t, "there is no such column")
	return nil
}

func TestInstancesTakeRowsInEqualParts(t *testing.T) {
	p := program(t, pool)
	var guest int32
	for c := range p.Classes {
		if p.Classes[c].Name == "Guest" {
			guest = int32(c)
		}
	}
	m, err := model.New(p, model.Options{Sizes: map[int32]int{guest: 7}})
	require.NoError(t, err)
	var sizes []float64
	for i := range int32(7) {
		sizes = append(sizes, m.VMSize(guests, i))
	}
	require.Equal(t, []float64{1000, 1000, 500, 500, 2000, 2000, 100}, sizes, "7 on 4 rows: two each, the rest on the last")
	require.Equal(t, 200.0, m.VMSize(guests, 7), "another class of the same space follows")
	require.Equal(t, "Guest-1", m.Name(guests, 0), "not one machine of the inventory, but one of its size")
	require.Equal(t, "Small-1", m.Name(guests, 7))

	as, _ := newPool(t)
	require.Equal(t, "v1", as.Name(guests, 0), "as many as rows are the rows")
}

func TestASampleCountsUntilItIsStale(t *testing.T) {
	m, p := newPool(t)
	cpu := column(t, m, p, hosts, bundle.ColMetric, 0)
	require.True(t, math.IsNaN(cpu[0]), "unknown before the first sample")
	_, ok := m.Sample(second, 0, 0, 0.5)
	require.True(t, ok)
	require.Equal(t, 0.5, cpu[0])
	due, ok := m.NextStale()
	require.True(t, ok)
	require.Equal(t, 4*second, due)
	m.Expire(4*second-1, func(int32, int32) { t.Fatal("too early") })
	lost := 0
	m.Expire(4*second, func(int32, int32) { lost++ })
	require.Equal(t, 1, lost)
	require.True(t, math.IsNaN(cpu[0]))
	_, ok = m.NextStale()
	require.False(t, ok)
}

func TestASampleOfNothingIsPassedOver(t *testing.T) {
	m, _ := newPool(t)
	for _, s := range []struct{ probe, i int32 }{{-1, 0}, {99, 0}, {0, -1}, {0, 99}, {1, 0}} {
		_, ok := m.Sample(0, s.probe, s.i, 1)
		require.False(t, ok, "probe %d, instance %d", s.probe, s.i)
	}
	_, ok := m.Sample(0, 0, 0, math.Inf(1))
	require.True(t, ok, "it was heard")
	m.SetDown(hosts, 0, true)
	_, ok = m.Sample(0, 0, 0, 1)
	require.False(t, ok, "a host that is down says nothing")
}

func TestAWindowIsKnownWhenCovered(t *testing.T) {
	m, p := newPool(t)
	avg := column(t, m, p, hosts, bundle.ColWindow, bundle.WinAvg)
	low := column(t, m, p, hosts, bundle.ColWindow, bundle.WinMin)
	high := column(t, m, p, hosts, bundle.ColWindow, bundle.WinMax)
	for k := int64(1); k <= 7; k++ {
		m.Sample(k*second, 0, 0, float64(k))
		require.True(t, math.IsNaN(avg[0]), "%d of 10 s are less than 80 %%", k)
	}
	for k := int64(8); k <= 30; k++ {
		m.Sample(k*second, 0, 0, float64(k))
		oldest := float64(max(1, k-9))
		require.Equal(t, (oldest+float64(k))/2, avg[0])
		require.Equal(t, oldest, low[0])
		require.Equal(t, float64(k), high[0])
	}
	m.Restart(hosts, 0)
	require.True(t, math.IsNaN(avg[0]))
	require.True(t, math.IsNaN(avg[1]), "others were never known")
}

func TestVolatilityAndMeanFollowTheSamples(t *testing.T) {
	m, p := newPool(t)
	m.Put(0, guests, 0, 0)
	v := column(t, m, p, guests, bundle.ColWindow, bundle.WinVolatility)
	e := column(t, m, p, guests, bundle.ColWindow, bundle.WinEwma)
	d := column(t, m, p, guests, bundle.ColDemand, 0)
	require.Equal(t, 1000.0, d[0], "its whole size before there is a sample")
	require.Equal(t, 0.0, v[0])
	m.Sample(1, 1, 0, 0.5)
	require.Equal(t, []float64{500, 0, 0.5}, []float64{d[0], v[0], e[0]})
	m.Sample(2, 1, 0, 0.7)
	require.InDelta(t, 0.5*200*200, v[0], 1e-6)
	require.InDelta(t, 0.6, e[0], 1e-12)
}

func TestPlannedSumsFollowWhatStandsThere(t *testing.T) {
	m, p := newPool(t)
	col := func(k bundle.ColumnKind) float64 { return column(t, m, p, hosts, k, 0)[1] }
	m.Put(0, guests, 0, 1) // 1000 MIPS wanted, but a core of small has 500
	m.Settle()
	require.Equal(t, 1000.0, col(bundle.ColPlannedDemand))
	require.Equal(t, 500.0, col(bundle.ColPlannedGranted))
	require.Equal(t, 0.0, col(bundle.ColPlannedFree))
	require.Equal(t, 1.0, col(bundle.ColPlannedCPU))
	require.Equal(t, float64(512<<20), col(bundle.ColPlannedMemory))
	m.Sample(1, 1, 0, 0.2)
	m.Settle()
	require.Equal(t, []float64{200, 200, 300, 0.4}, []float64{
		col(bundle.ColPlannedDemand), col(bundle.ColPlannedGranted), col(bundle.ColPlannedFree), col(bundle.ColPlannedCPU),
	})
	m.Move(guests, 0, 0)
	m.Settle()
	require.Equal(t, 0.0, col(bundle.ColPlannedDemand))
	require.Equal(t, int32(1), m.Home(guests, 0), "home is where it was first put")
}

func TestWhatIsOnItsWayCounts(t *testing.T) {
	m, _ := newPool(t)
	require.True(t, m.Fits(guests, 0, 1))
	require.False(t, m.Fits(guests, 3, 1), "2048 MiB do not go into 1024")
	m.Put(0, guests, 0, 1)
	require.True(t, m.Fits(guests, 1, 1))
	m.Expect(guests, 1, 1)
	require.True(t, m.Fits(guests, 1, 1), "it isn't in its own way")
	require.False(t, m.Fits(guests, 2, 1))
	require.False(t, m.IsEmpty(hosts, 1))
	m.Arrived(guests, 1, 1)
	require.True(t, m.Fits(guests, 1, 1))
	m.SetDown(hosts, 1, true)
	require.False(t, m.Fits(guests, 1, 1), "a host that doesn't answer takes nothing")
}

func TestWhatStandsOnItGoesWithIt(t *testing.T) {
	m, p := newPool(t)
	m.Put(0, guests, 0, 0)
	c := slices.IndexFunc(p.Classes, func(c bundle.Class) bool { return c.Name == "App" })
	i := m.Free(int32(c), 0, func(int32) model.Room { return model.FreeRoom })
	require.Equal(t, "App-1", m.Name(apps, i), "software without a bound finds room")
	m.Put(0, apps, i, 0)
	require.Equal(t, int32(1), m.Alive(int32(c)))
	require.True(t, m.Extend(apps, 5))
	require.Equal(t, int32(6), m.Size(apps))
	require.False(t, m.Extend(guests, 99), "machines are as many as are declared")
	var gone []string
	m.Remove(guests, 0, func(s, i int32) { gone = append(gone, m.Name(s, i)) })
	require.Equal(t, []string{"App-1", "v1"}, gone)
	require.Zero(t, m.Alive(int32(c)))
	require.Empty(t, m.Guests(guests, 0))
}

func TestRolesFillTheLeastConnectedFirst(t *testing.T) {
	p := program(t, `system links
hosts rack { driver = "sim"  nodes = ["a"] }
component Front on rack [0..3] { op start = exec("run") }
component Back on rack [0..9] { op start = exec("run") }
link Front.backs [1..3] -- [1] Back.front
`)
	m, err := model.New(p, model.Options{})
	require.NoError(t, err)
	var front, back, one, many int32
	for s := range p.Spaces {
		if p.Spaces[s].Name == "Front" {
			front = int32(s)
		}
		if p.Spaces[s].Name == "Back" {
			back = int32(s)
		}
	}
	for n := range p.Navs {
		if p.Navs[n].Kind == bundle.NavRole && p.Navs[n].Many {
			many = int32(n)
		} else if p.Navs[n].Kind == bundle.NavRole {
			one = int32(n)
		}
	}
	w := m.World()
	m.Put(0, front, 0, 0)
	m.Put(0, front, 1, 0)
	for i := range int32(7) {
		m.Put(0, back, i, 0)
	}
	require.Equal(t, []int32{0, 2, 4}, w.Many[many][0])
	require.Equal(t, []int32{1, 3, 5}, w.Many[many][1])
	require.Equal(t, int32(-1), w.One[one][6], "three is the most")
	m.Put(0, front, 2, 0)
	require.Equal(t, []int32{6}, w.Many[many][2], "a new one takes who has none")
	m.Remove(back, 6, func(int32, int32) {})
	require.Equal(t, []int32{0}, w.Many[many][2], "who has less than it must takes over from who has more")
	require.Equal(t, []int32{2, 4}, w.Many[many][0])
	m.Remove(front, 0, func(int32, int32) {})
	require.Equal(t, []int32{0, 2, 4}, w.Many[many][2], "who lost the one it must have is connected again")
}

func TestANewOneGetsWhatItMustHaveOfThoseWhoHaveMore(t *testing.T) {
	p := program(t, `system links
hosts rack { driver = "sim"  nodes = ["a"] }
component Front on rack [0..3] { op start = exec("run") }
component Back on rack [0..9] { op start = exec("run") }
link Front.backs [2..*] -- [1] Back.front
`)
	m, err := model.New(p, model.Options{})
	require.NoError(t, err)
	space := func(name string) int32 {
		return int32(slices.IndexFunc(p.Spaces, func(s bundle.Space) bool { return s.Name == name }))
	}
	backs := slices.IndexFunc(p.Navs, func(n bundle.Nav) bool { return n.Kind == bundle.NavRole && n.Many })
	w := m.World()
	for i := range int32(5) {
		m.Put(0, space("Back"), i, 0)
	}
	m.Put(0, space("Front"), 0, 0)
	require.Equal(t, []int32{0, 1, 2, 3, 4}, w.Many[backs][0])
	m.Put(0, space("Front"), 1, 0)
	require.Equal(t, [][]int32{{2, 3, 4}, {0, 1}}, w.Many[backs][:2])
	m.Put(0, space("Front"), 2, 0)
	require.Equal(t, [][]int32{{3, 4}, {0, 1}, {2}}, w.Many[backs][:3], "nobody goes below what they must have")
}

// snapshot is all that code can see of the planned world, bit by bit.
func snapshot(m *model.Model, p *bundle.Program) string {
	out := ""
	for c := range p.Columns {
		if p.Columns[c].Kind >= bundle.ColPlannedDemand {
			for _, v := range m.World().Cols[c] {
				out += fmt.Sprintf("%x ", math.Float64bits(v))
			}
		}
	}
	m.Resume()
	for n := range p.Navs {
		if k := p.Navs[n].Kind; k == bundle.NavPlannedGuests || k == bundle.NavPlannedHost {
			out += fmt.Sprint(m.World().One[n], m.World().Many[n])
		}
	}
	return out + fmt.Sprint(m.World().Twins[0])
}

func TestUndoLeavesNoTrace(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m, p := newPool(t)
		for i := range int32(6) {
			m.Put(0, guests, i, rapid.Int32Range(0, 1).Draw(t, "host"))
			m.Sample(0, 1, i, rapid.Float64Range(0, 1).Draw(t, "load"))
		}
		before := m.Guests(guests, 0)
		m.Think()
		s := m.World().Scratch
		change := func() {
			v := rapid.Int32Range(0, 5).Draw(t, "vm")
			switch rapid.IntRange(0, 2).Draw(t, "change") {
			case 0:
				s.Lift(guests, v)
			case 1:
				s.Place(guests, v, rapid.Int32Range(0, 1).Draw(t, "to"))
			case 2:
				s.Back(guests, v)
			}
		}
		for range rapid.IntRange(0, 5).Draw(t, "first") {
			change()
		}
		at, mark := snapshot(m, p), s.Mark()
		for range rapid.IntRange(0, 9).Draw(t, "then") {
			change()
		}
		s.Undo(mark)
		require.Equal(t, at, snapshot(m, p))
		s.Undo(0)
		require.Empty(t, m.Netted())
		require.Empty(t, m.Listed())
		m.Rest()
		require.Equal(t, before, m.Guests(guests, 0))
	})
}

func TestMovesAreNettedOrListed(t *testing.T) {
	m, _ := newPool(t)
	for i := range int32(3) {
		m.Put(0, guests, i, 0)
	}
	m.Think()
	s := m.World().Scratch
	s.Place(guests, 0, 1)
	s.Place(guests, 1, 1)
	s.Place(guests, 0, 0)
	s.Lift(guests, 2)
	s.Place(guests, 2, 1)
	m.Rest()
	require.Equal(t, []model.Move{{Space: guests, VM: 1, To: 1}, {Space: guests, VM: 2, To: 1}}, m.Netted(), "what ends where it was doesn't move")
	require.Equal(t, []model.Move{
		{Space: guests, VM: 0, To: 1}, {Space: guests, VM: 1, To: 1}, {Space: guests, VM: 0, To: 0}, {Space: guests, VM: 2, To: 1},
	}, m.Listed())
}

func TestTwinsAreEmptyHostsThatLookTheSame(t *testing.T) {
	p := program(t, `system twins
hosts rack { driver = "sim"  nodes = ["a", "b", "c", "d"] }
vm Guest on rack { count = 1 }
probe cpu: percent on rack every 1s
`)
	m, err := model.New(p, model.Options{})
	require.NoError(t, err)
	for i, v := range []float64{0, 0, 0.5, 0} {
		m.Sample(0, 0, int32(i), v)
	}
	m.Put(0, guests, 0, 0)
	m.Think()
	w := m.World()
	require.Equal(t, []int32{-1, 0, 1, 0}, w.Twins[hosts])
	require.Equal(t, int32(2), w.NumTwins[hosts])
	w.Scratch.Place(guests, 0, 3)
	require.Equal(t, []int32{-1, 0, 1, -1}, w.Twins[hosts], "what was not empty in the model is one of a kind")
	w.Scratch.Undo(0)
	require.Equal(t, []int32{-1, 0, 1, 0}, w.Twins[hosts])
	m.Rest()
	require.Nil(t, w.Twins[hosts], "only plans use them")
}

func TestRoomAndPowerOfANewMachine(t *testing.T) {
	m, _ := newPool(t)
	const big, small = 0, 1
	require.False(t, m.IsTight(guests, 0, big))
	require.True(t, m.IsTight(guests, 0, small), "its core is faster than small's")
	require.True(t, m.IsTight(guests, 2, big), "2000 MIPS a core are more than 1000")
	lacks, _ := m.Lacks(guests, 2, big)
	require.Empty(t, lacks, "CPU may be promised twice where nothing says that it mustn't")
	lacks, missing := m.Lacks(guests, 3, small)
	require.Equal(t, model.LackMemory, lacks)
	require.InDelta(t, 1024<<20, missing, 0)
	require.InDelta(t, 75.0, m.AddedWatts(guests, 0, big), 1e-9, "an empty host draws nothing before")
	m.Put(0, guests, 0, big)
	require.InDelta(t, 12.5, m.AddedWatts(guests, 1, big), 1e-9)
}

func TestWhereCPUIsRequiredANewMachineMustFindAllOfIt(t *testing.T) {
	p := program(t, pool)
	cpu := p.Requires[0] // of memory; the compiler refuses it of cpu, for v3 is faster than every core
	cpu.What = "cpu"
	m, err := model.New(p, model.Options{Requires: []bundle.Require{cpu}})
	require.NoError(t, err)
	const big, small = 0, 1
	lacks, _ := m.Lacks(guests, 0, big)
	require.Empty(t, lacks)
	lacks, missing := m.Lacks(guests, 0, small)
	require.Equal(t, model.LackCPU, lacks)
	require.InDelta(t, 500, missing, 1e-9)
	lacks, missing = m.Lacks(guests, 2, big)
	require.Equal(t, model.LackSpeed, lacks)
	require.InDelta(t, 1000, missing, 1e-9)
}

func TestHistoryIsNewestFirst(t *testing.T) {
	p := program(t, `system hist
hosts rack { driver = "sim"  nodes = ["a", "b"] }
probe cpu: percent on rack every 1s
event e(h: rack) when avg(h.cpu last 3) > 50% for 1s
policy P on e(h: rack) { final Done }
`)
	m, err := model.New(p, model.Options{})
	require.NoError(t, err)
	col := m.ProbeColumn(0)
	require.Empty(t, m.World().History(nil, col, 0, 3))
	for k := range 5 {
		m.Sample(int64(k), 0, 0, float64(k))
	}
	require.Equal(t, []float64{4, 3, 2}, m.World().History(nil, col, 0, 3))
	require.Equal(t, []float64{4, 3}, m.World().History(nil, col, 0, 2))
	require.Empty(t, m.World().History(nil, col, 1, 2))
	require.Empty(t, m.World().History(nil, col, 99, 2))
}
