package sim

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/tune-autonomic/tune/drivers"
)

// notes is a sink that remembers.
type notes struct {
	results []drivers.Result
	loads   [][]float64
	gone    []drivers.Ref
}

func (n *notes) Results(r []drivers.Result) { n.results = append(n.results, r...) }
func (n *notes) Fact(f drivers.Fact)        { n.gone = append(n.gone, f.Ref) }
func (n *notes) Frame(f drivers.Frame) {
	var loads []float64
	for _, s := range f.Samples {
		loads = append(loads, s.Value)
	}
	n.loads = append(n.loads, loads)
}

var g5 = []float64{93.7, 97, 101, 105, 110, 116, 121, 125, 129, 133, 135}

// aDay opens hosts of two cores of 1,000 MIPS, machines of 1,000 MIPS and 625 MiB (10 s to move) with these loads, and
// puts machine i on host at[i].
func aDay(t *testing.T, hosts int, at []int32, loads ...[]float64) (World, *notes) {
	t.Helper()
	site := drivers.Site{
		Spaces: []drivers.SpaceSpec{{Name: "pool", On: -1}, {Name: "pool.vms", On: 0}},
		Probes: []drivers.ProbeSpec{
			{Name: "cpu", Source: "cpu", Space: 0, Every: 300 * time.Second},
			{Name: "cpu", Source: "cpu", Space: 1, Every: 300 * time.Second},
		},
	}
	for range hosts {
		site.Spaces[0].Hosts = append(site.Spaces[0].Hosts, drivers.HostSpec{Cores: 2, MIPS: 1000, Memory: 4 << 30, Watts: g5})
	}
	for range loads {
		site.Spaces[1].Machines = append(site.Spaces[1].Machines, drivers.MachineSpec{VCPUs: 1, MIPS: 1000, Memory: 625 << 20})
	}
	w := newCloudsim(Config{Until: time.Hour, Traces: []Trace{{Space: 1, Step: 300 * time.Second, Load: loads}}})
	n := &notes{}
	require.NoError(t, w.Open(context.Background(), site, n))
	var batch []drivers.Command
	for i, h := range at {
		batch = append(batch, command(i, drivers.Create, int32(i), h), command(i, drivers.Start, int32(i), -1))
	}
	w.Start(batch)
	return w, n
}

func command(step int, verb drivers.Verb, vm, host int32) drivers.Command {
	return drivers.Command{
		ID: drivers.CommandID{Instance: uint64(verb), Step: uint32(step)}, Verb: verb,
		Target: drivers.Ref{Space: 1, Index: vm}, Host: drivers.Ref{Space: 0, Index: host},
	}
}

func steady(load float64) []float64 { return []float64{load, load, load, load} }

func TestCloudsimCountsNoEnergyBeforeTheFirstSampling(t *testing.T) {
	w, n := aDay(t, 1, []int32{0}, steady(0.5))
	w.Advance(300 * time.Second)
	require.Zero(t, w.Metrics().EnergyKWh)
	require.Equal(t, [][]float64{{0.25, 0.5}}, n.loads)
	w.Advance(600 * time.Second)
	require.InDelta(t, (101+(105-101)*0.5)*300/3600/1000, w.Metrics().EnergyKWh, 1e-12)
}

func TestCloudsimScalesDownAllWhenTooMuchIsWanted(t *testing.T) {
	w, _ := aDay(t, 1, []int32{0, 0, 0}, steady(1), steady(1), steady(0.5))
	w.Advance(600 * time.Second)
	m := w.Metrics()
	require.Equal(t, 1.0, m.SLATAH)
	require.InDelta(t, 1-2000/2500.0, m.Overall, 1e-12)
}

func TestCloudsimMovesInMemoryOverHalfALink(t *testing.T) {
	w, n := aDay(t, 2, []int32{0}, steady(0.5))
	w.Advance(300 * time.Second)
	w.Start([]drivers.Command{command(1, drivers.MigratePrepare, 0, 1)})
	next, ok := w.Next()
	require.True(t, ok)
	require.Equal(t, 310*time.Second, next)
	w.Advance(next)
	require.Equal(t, drivers.Done, n.results[len(n.results)-1].Outcome)
	w.Start([]drivers.Command{command(2, drivers.MigrateCommit, 0, 1)})
	w.Advance(600 * time.Second)
	require.Equal(t, []float64{0, 0.25, 0.5}, n.loads[1])
	m := w.Metrics()
	require.Equal(t, 1, m.Migrations)
	require.Equal(t, 1, m.HostShutdowns)
	require.InDelta(t, 0.1*10/300, m.PDM, 1e-12, "a tenth is missed while the machine is on its way")
}

func TestCloudsimAbortLeavesTheMachineAtItsSource(t *testing.T) {
	w, n := aDay(t, 2, []int32{0}, steady(0.5))
	w.Advance(300 * time.Second)
	w.Start([]drivers.Command{command(1, drivers.MigratePrepare, 0, 1)})
	w.Start([]drivers.Command{command(2, drivers.MigrateAbort, 0, 1)})
	w.Advance(600 * time.Second)
	require.Equal(t, []float64{0.25, 0, 0.5}, n.loads[1])
}

func TestCloudsimDropsForGoodWhatWantsNothing(t *testing.T) {
	w, n := aDay(t, 1, []int32{0, 0}, steady(0.5), []float64{0.5, 0, 0, 0.5})
	w.Advance(900 * time.Second)
	require.Equal(t, []drivers.Ref{{Space: 1, Index: 1}}, n.gone)
	require.Len(t, n.loads[2], 2, "one host, one machine left")
}

func TestCloudsimKnowsACommandAgain(t *testing.T) {
	w, n := aDay(t, 2, []int32{0}, steady(0.5))
	w.Advance(300 * time.Second)
	move := command(1, drivers.MigratePrepare, 0, 1)
	w.Start([]drivers.Command{move, move})
	require.Equal(t, drivers.Running, w.Query(move.ID).Outcome)
	w.Advance(310 * time.Second)
	w.Start([]drivers.Command{move})
	require.Len(t, n.results, 4, "created, started, prepared, and prepared told again")
	require.Equal(t, 1, w.Metrics().Migrations)
}
