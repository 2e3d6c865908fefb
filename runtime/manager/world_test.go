package manager

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/tune-autonomic/tune/compiler/bundle"
	"github.com/tune-autonomic/tune/drivers"
	"github.com/tune-autonomic/tune/drivers/sim"
	"github.com/tune-autonomic/tune/runtime/data"
	"github.com/tune-autonomic/tune/runtime/journal"
	"github.com/tune-autonomic/tune/runtime/model"
)

// twoClasses has two hosts, and two classes of machines in one space: A of 2, and B, which a trace sizes.
func twoClasses() *bundle.Program {
	number := func(name string, v ...float64) bundle.Attr {
		return bundle.Attr{Name: name, Type: bundle.Type{Base: bundle.Float}, Values: v}
	}
	return &bundle.Program{
		System: "two",
		Spaces: []bundle.Space{{Name: "rack", Kind: bundle.Host}, {Name: "rack.vms", Kind: bundle.VM}, {Name: "Web", Kind: bundle.Component}},
		Classes: []bundle.Class{
			{
				Name: "rack", Kind: bundle.Host, Space: 0, On: -1, Min: 2, Max: 2, Initial: 2, Names: []string{"node1", "node2"},
				Sizes: 2, Attrs: []bundle.Attr{number("cores", 2, 4), number("mips", 1000)}, Watts: [][]float64{{80, 120}, {90, 140}},
			},
			{Name: "A", Kind: bundle.VM, Space: 1, On: 0, Min: 2, Max: 2, Initial: 2, Image: "a.img", Attrs: []bundle.Attr{number("memory", 1<<30)}},
			{Name: "B", Kind: bundle.VM, Space: 1, On: 0, Min: 1, Max: 1, Initial: 1, Sizes: 2, Attrs: []bundle.Attr{number("mips", 2500, 500)}},
			{Name: "Web", Kind: bundle.Component, Space: 2, On: 1, Min: 1, Max: 3, Initial: 1, Ops: []bundle.Op{{Name: "start", Exec: []string{"web", "start"}}}},
		},
		Columns: []bundle.Column{{Space: 0, Kind: bundle.ColMetric, Name: "cpu"}, {Space: 1, Kind: bundle.ColMetric, Name: "cpu"}},
		Probes: []bundle.Probe{
			{Name: "cpu", Class: 0, Column: 0, Every: int64(time.Second), Stale: int64(5 * time.Second), Source: "cpu"},
			{Name: "cpu", Class: 2, Column: 1, Every: int64(time.Second), Stale: int64(5 * time.Second), Source: "cpu"},
		},
		Deploy: []int32{1, 2, 3},
	}
}

func newModel(t *testing.T, p *bundle.Program, sizes map[int32]int) *model.Model {
	t.Helper()
	m, err := model.New(p, model.Options{Sizes: sizes})
	require.NoError(t, err)
	return m
}

func TestASiteHasTheInstancesOfTheModel(t *testing.T) {
	p := twoClasses()
	site := newSite(p, newModel(t, p, map[int32]int{2: 4}))

	require.Equal(t, []drivers.HostSpec{
		{Name: "node1", Cores: 2, MIPS: 1000, Memory: 4 << 30, Watts: []float64{80, 120}},
		{Name: "node2", Cores: 4, MIPS: 1000, Memory: 4 << 30, Watts: []float64{90, 140}},
	}, site.Spaces[0].Hosts)
	require.Equal(t, int32(-1), site.Spaces[0].On)

	vms := site.Spaces[1].Machines
	require.Len(t, vms, 6, "two of A, then as many of B as the trace has lines")
	require.Equal(t, drivers.MachineSpec{Name: "A-1", VCPUs: 1, MIPS: 1000, Memory: 1 << 30, Image: "a.img"}, vms[0])
	require.Equal(t, []float64{2500, 2500, 500, 500}, []float64{vms[2].MIPS, vms[3].MIPS, vms[4].MIPS, vms[5].MIPS}, "rows share the instances in equal parts")
	require.Equal(t, int32(0), site.Spaces[1].On)

	require.True(t, site.Spaces[2].Software)
	require.Equal(t, []drivers.OpSpec{{Name: "start", Exec: []string{"web", "start"}}}, site.Spaces[2].Ops)
	require.Equal(t, int32(1), site.Probes[1].Space)
}

func TestASiteSaysWhereAnOperationsArgumentsHaveItsWeight(t *testing.T) {
	p := twoClasses()
	to := bundle.Param{Name: "to", Type: bundle.Type{Base: bundle.Inst, Space: 2, Class: 3}}
	weight := bundle.Param{Name: "n", Type: bundle.Type{Base: bundle.Float}}
	p.Classes[3].Ops = []bundle.Op{
		{Name: "weigh", Weighs: true, Exec: []string{"weigh", "{to}", "{n}"}, Params: []bundle.Param{to, weight}},
		{Name: "list", Weighs: true, Template: "a.tmpl", To: "a.conf", Params: []bundle.Param{weight, to}},
		{Name: "set", Exec: []string{"set", "{n}"}, Params: []bundle.Param{weight}},
	}
	ops := newSite(p, newModel(t, p, nil)).Spaces[2].Ops
	require.Equal(t, []bool{true, true, false}, []bool{ops[0].Weighs, ops[1].Weighs, ops[2].Weighs})
	require.Equal(t, []int{4, 2, 0}, []int{ops[0].Weight, ops[1].Weight, ops[2].Weight})
}

func TestATraceLandsOnItsOwnClass(t *testing.T) {
	path := filepath.Join(t.TempDir(), "own.csv")
	require.NoError(t, os.WriteFile(path, []byte("10,20\n30,40\n50,60\n"), 0o644))
	p := twoClasses()
	sc := &bundle.Scenario{Name: "day", Until: int64(time.Hour), Loads: []bundle.Load{{Class: 2, From: bundle.DataRef{Func: "trace", Name: "planetlab/20110303"}}}}

	ld, err := readLoads(context.Background(), p, sc, time.Hour, data.Finder{Offline: true}, path)
	require.NoError(t, err)
	require.Equal(t, map[int32]int{2: 3}, ld.sizes(sc))
	cfg, err := newWorld(p, sc, newModel(t, p, ld.sizes(sc)), ld, SimOptions{Set: map[string]float64{"boot_time": 5}})
	require.NoError(t, err)
	require.Equal(t, []sim.Trace{{Space: 1, Step: 5 * time.Minute, Load: [][]float64{nil, nil, {.1, .2}, {.3, .4}, {.5, .6}}}}, cfg.Traces)
	require.Equal(t, map[string]float64{"boot_time": 5}, cfg.Settings)
	require.Equal(t, time.Hour, cfg.Until)
}

func TestATraceIsRefusedWhereNothingTakesOne(t *testing.T) {
	written := []bundle.Load{{Class: 2, Points: []bundle.Point{{N: .5, At: int64(time.Hour)}}}}
	for name, sc := range map[string]bundle.Scenario{"no load": {Name: "day"}, "a written one": {Name: "day", Loads: written}} {
		_, err := readLoads(context.Background(), twoClasses(), &sc, time.Hour, data.Finder{Offline: true}, "no/such.csv")
		require.ErrorContains(t, err, "scenario day loads no trace, so there is nothing that no/such.csv could take the place of", name)
	}
}

func TestFaultsFindTheirTargets(t *testing.T) {
	p := twoClasses()
	m := newModel(t, p, nil)
	config := func(f bundle.Fault) (sim.Config, error) {
		return newWorld(p, &bundle.Scenario{Name: "bad", Until: 1, Faults: []bundle.Fault{f}}, m, loads{}, SimOptions{})
	}
	cfg, err := config(bundle.Fault{Kind: "silence", Class: 2, Instance: "B-1", Probe: 1, For: int64(time.Minute)})
	require.NoError(t, err)
	require.Equal(t, []sim.Fault{{Kind: "silence", Probe: 1, Target: drivers.Ref{Space: 1, Index: 2}, For: time.Minute}}, cfg.Faults)

	cfg, err = config(bundle.Fault{Kind: "stall", Class: -1, Probe: -1})
	require.NoError(t, err)
	require.Equal(t, []sim.Fault{{Kind: "stall", Probe: -1, Target: drivers.NoRef}}, cfg.Faults, "any machine")

	cfg, err = config(bundle.Fault{Kind: "fail", Class: 1, Probe: -1})
	require.NoError(t, err)
	require.Equal(t, []sim.Fault{{Kind: "fail", Probe: -1, Target: drivers.Ref{Space: 1, Index: 0}, More: 1}}, cfg.Faults, "any of A, none of B")

	cfg, err = config(bundle.Fault{Kind: "crash", Class: 0, Instance: "node2", Probe: -1})
	require.NoError(t, err)
	require.Equal(t, drivers.Ref{Space: 0, Index: 1}, cfg.Faults[0].Target)

	_, err = config(bundle.Fault{Kind: "stall", Class: 2, Instance: "B-7", Probe: -1})
	require.ErrorContains(t, err, "scenario bad: fault stall: there is no B-7; B has 1 instances")

	p.Classes[3].Max = -1
	cfg, err = config(bundle.Fault{Kind: "silence", Class: 3, Instance: "Web-9", Probe: 1})
	require.NoError(t, err)
	require.Equal(t, drivers.Ref{Space: 2, Index: 8}, cfg.Faults[0].Target, "it may come to be")
}

func TestWhatTheSimulatorDoesNotKnowIsSaid(t *testing.T) {
	p := twoClasses()
	find := data.Finder{Offline: true}
	for _, c := range []struct {
		sc   bundle.Scenario
		want string
	}{
		{bundle.Scenario{Loads: []bundle.Load{{From: bundle.DataRef{Func: "guess"}}}}, "doesn't know guess"},
		{bundle.Scenario{Requests: []bundle.Requests{{From: bundle.DataRef{Func: "trace"}}}}, "doesn't know trace"},
		{bundle.Scenario{Requests: []bundle.Requests{{From: bundle.DataRef{Func: "counts", Args: []bundle.Setting{{Name: "size"}}}}}}, "and not size"},
	} {
		_, err := readLoads(context.Background(), p, &c.sc, time.Hour, find, "")
		require.ErrorContains(t, err, c.want)
	}
}

func TestAScenarioWithoutDeploymentDeploysAllAtOnce(t *testing.T) {
	ops := said(t, &bundle.Scenario{Name: "day"})
	require.Len(t, ops, 1)
	require.Zero(t, ops[0].at)
	require.Equal(t, "deploy", ops[0].Verb)

	ops = said(t, &bundle.Scenario{Deploys: []bundle.DeployAt{{At: 9, Classes: []int32{2}}, {At: 5}, {At: 9, Classes: []int32{1}}}})
	require.Equal(t, []time.Duration{5, 9, 9}, []time.Duration{ops[0].at, ops[1].at, ops[2].at})
	require.Equal(t, []int32{2}, ops[1].Classes, "in the order of the scenario")
}

func TestAScenarioEmitsInTheOrderOfTime(t *testing.T) {
	ops := said(t, &bundle.Scenario{Deploys: []bundle.DeployAt{{At: 5}, {At: 20}}, Emits: []bundle.EmitAt{{At: 9, Event: 2}, {At: 5, Event: 1}}})
	var said []string
	for _, op := range ops {
		said = append(said, fmt.Sprintf("%d %s %d", op.at, op.Verb, op.Event))
	}
	require.Equal(t, []string{"5 deploy 0", "5 emit 1", "9 emit 2", "20 deploy 0"}, said, "what is deployed comes first")
}

func TestAScenarioNamesWhatItsEventsBring(t *testing.T) {
	p := twoClasses()
	m := newModel(t, p, nil)
	sc := bundle.Scenario{Name: "day", Emits: []bundle.EmitAt{{Payload: []bundle.Given{{Class: 2, Thing: "B-1"}, {Class: -1, Value: 2.5}}}}}
	ops, err := operators(p, &sc, m)
	require.NoError(t, err)
	require.Equal(t, []float64{2, 2.5}, ops[1].Payload)

	sc.Emits[0].Payload[0].Thing = "B-2"
	_, err = operators(p, &sc, m)
	require.EqualError(t, err, "scenario day: there is no B-2")
}

func TestAScenarioThatOnlyShutsDownDeploysAllAtFirst(t *testing.T) {
	ops := said(t, &bundle.Scenario{Deploys: []bundle.DeployAt{{At: 7, Down: true, Classes: []int32{1}}}})
	require.Equal(t, []string{"deploy", "shutdown"}, []string{ops[0].Verb, ops[1].Verb})
	require.Equal(t, []time.Duration{0, 7}, []time.Duration{ops[0].at, ops[1].at})
}

// said is what operators say in a scenario that gives nothing by name.
func said(t *testing.T, sc *bundle.Scenario) []timedOperator {
	t.Helper()
	ops, err := operators(nil, sc, nil)
	require.NoError(t, err)
	return ops
}

func TestRequestsNeedOnlyWhatARoleMustHave(t *testing.T) {
	p := twoClasses()
	web := func(least int32) bundle.LinkEnd { return bundle.LinkEnd{Class: 3, Min: least, Max: -1} }
	machine := bundle.LinkEnd{Class: 2, Max: -1}
	p.Links = []bundle.Link{{Left: web(1), Right: web(0)}, {Left: web(0), Right: machine}, {Left: web(0), Right: web(1)}}
	cfg, err := newWorld(p, &bundle.Scenario{}, newModel(t, twoClasses(), nil), loads{}, SimOptions{})
	require.NoError(t, err)
	require.Equal(t, []sim.Link{{Left: 2, Right: 2}, {Left: 2, Right: 2, Optional: true}}, cfg.Links)
}

func TestRequestsComeAsLongAsTheRunLasts(t *testing.T) {
	p := twoClasses()
	always := bundle.Requests{Class: 3, Points: []bundle.Point{{N: 5, At: int64(time.Minute)}}}
	recorded := bundle.Requests{Class: 3, From: bundle.DataRef{Func: "counts", Name: "worldcup98"}}
	sc := &bundle.Scenario{Requests: []bundle.Requests{always, recorded}}
	find := data.Finder{Offline: true}

	o := SimOptions{Until: 2 * time.Hour}
	ld, err := readLoads(context.Background(), p, sc, o.until(sc), find, "")
	require.NoError(t, err)
	require.Len(t, ld.requests[0].value, 2*3600, "the scenario has no end of its own")
	require.Len(t, ld.requests[1].value, 2*60)

	ld, err = readLoads(context.Background(), p, sc, 0, find, "")
	require.NoError(t, err)
	require.Len(t, ld.requests[0].value, 60)
	require.Greater(t, len(ld.requests[1].value), 24*60, "a run that nothing ends has all that was recorded")
}

// interrupted is a journal whose owner is stopped while it waits for the lead.
type interrupted struct {
	journal.Journal
	stop context.CancelFunc
}

func (j interrupted) Lease(ctx context.Context, _ string, _ time.Duration) (journal.Lease, error) {
	j.stop()
	return nil, ctx.Err()
}

func TestARunThatIsStoppedBeforeItBeginsSaysSo(t *testing.T) {
	ctx, stop := context.WithCancel(context.Background())
	p := twoClasses()
	p.Scenarios = []bundle.Scenario{{Name: "day", Until: int64(time.Minute)}}
	_, err := Run(ctx, p, RunOptions{SimOptions: SimOptions{Journal: interrupted{journal.NewMemory(), stop}}})
	require.EqualError(t, err, "stopped before the run began; nothing was written")
}
