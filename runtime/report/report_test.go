package report

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/tune-autonomic/tune/compiler/bundle"
	"github.com/tune-autonomic/tune/drivers"
	"github.com/tune-autonomic/tune/drivers/sim"
	"github.com/tune-autonomic/tune/runtime/engine"
	"github.com/tune-autonomic/tune/runtime/manager"
)

// stageWorld is a world in which hosts and machines do what a function of time says.
type stageWorld struct {
	now     time.Duration
	hosts   int
	cpu     func(host int, t float64) float64 // NaN is off
	vms     int
	where   func(vm int, t float64) int // -1 is nowhere
	metrics func(t float64) sim.Metrics
}

func (w *stageWorld) Capabilities() drivers.Capabilities                     { return drivers.Capabilities{} }
func (w *stageWorld) Open(context.Context, drivers.Site, drivers.Sink) error { return nil }
func (w *stageWorld) Start([]drivers.Command)                                {}
func (w *stageWorld) Query(id drivers.CommandID) drivers.Result              { return drivers.Result{ID: id} }
func (w *stageWorld) Close() error                                           { return nil }
func (w *stageWorld) Next() (time.Duration, bool)                            { return 0, false }
func (w *stageWorld) Advance(t time.Duration)                                { w.now = t }
func (w *stageWorld) Metrics() sim.Metrics                                   { return w.metrics(w.now.Seconds()) }

func (w *stageWorld) Observe(s *sim.Snapshot) {
	s.Hosts, s.Machines = s.Hosts[:0], s.Machines[:0]
	for h := range w.hosts {
		v := w.cpu(h, w.now.Seconds())
		s.Hosts = append(s.Hosts, sim.HostState{Ref: drivers.Ref{Space: 0, Index: int32(h)}, On: !math.IsNaN(v), CPU: v, Watts: 100})
	}
	for i := range w.vms {
		m := sim.MachineState{Ref: drivers.Ref{Space: 1, Index: int32(i)}, Host: drivers.NoRef, To: drivers.NoRef}
		if h := w.where(i, w.now.Seconds()); h >= 0 {
			m.Host = drivers.Ref{Space: 0, Index: int32(h)}
		}
		s.Machines = append(s.Machines, m)
	}
}

type stageNames struct{ hosts, vms int32 }

func (n stageNames) Name(space, i int32) string {
	return fmt.Sprintf("%s%d", [...]string{"node", "vm"}[space], i+1)
}
func (n stageNames) Size(space int32) int32 { return [...]int32{n.hosts, n.vms}[space] }

// play lets a recorder watch a world until a time.
func play(w *stageWorld, until, every time.Duration) *Recorder {
	r := NewRecorder()
	period := r.Begin(manager.Stage{
		Program: &bundle.Program{System: "shop", Probes: []bundle.Probe{{Every: int64(every)}}}, Scenario: "sizing", Seed: 1,
		Until: until, Names: stageNames{int32(w.hosts), int32(w.vms)}, World: w,
	})
	for t := time.Duration(0); t <= until; t += period {
		w.Advance(t)
		r.Moment(t)
	}
	return r
}

// smallWorld is a hot host that one of two machines leaves, and comes home to.
func smallWorld() *stageWorld {
	load := func(t float64) float64 { return math.Max(0, math.Min(1, math.Min((t-1100)/400, (5000-t)/1500))) }
	away := func(t float64) bool { return t > 1400 && t < 4700 }
	return &stageWorld{
		hosts: 4, vms: 2,
		cpu: func(h int, t float64) float64 {
			switch {
			case h == 0:
				return 0.1*load(t) + 0.01
			case h == 1 && away(t):
				return 0.3*load(t) + 0.02 + 0.01*math.Sin(t/40)
			case h == 1:
				return 0.6*load(t) + 0.02 + 0.01*math.Sin(t/40)
			case h == 2 && away(t):
				return 0.3*load(t) + 0.02 + 0.01*math.Cos(t/55)
			case h == 3 && t > 500:
				return math.NaN()
			}
			return 0.01
		},
		where: func(vm int, t float64) int {
			switch {
			case t < 420:
				return -1
			case vm == 0 && away(t):
				return 2
			}
			return 1
		},
		metrics: func(t float64) (m sim.Metrics) {
			for s := 0.0; s < t; s += 10 {
				m.Requests.Done += 850 * load(s)
			}
			m.Requests.MeanSec, m.EnergyKWh, m.Migrations = 0.021, 0.41, 2
			if t > 3000 {
				m.Requests.Lost = 12
			}
			return m
		},
	}
}

func smallRun() *Recorder {
	r := play(smallWorld(), 5000*time.Second, time.Second)
	at := func(k engine.NoticeKind, sec int64, id uint64, policy, state, thing, text string) {
		r.Notice(engine.Notice{Kind: k, At: sec * 1e9, Instance: id, Policy: policy, State: state, Thing: thing, Text: text})
	}
	at(engine.NoticeDeployed, 420, 0, "", "", "", "vm1 is ready")
	at(engine.NoticeEvent, 1390, 0, "", "", "", "hot(node2)")
	at(engine.NoticeStart, 1390, 1, "Relieve", "", "node2", "")
	at(engine.NoticeState, 1390, 1, "Relieve", "Pick", "node2", "")
	at(engine.NoticeState, 1390, 1, "Relieve", "Move", "node2", "")
	at(engine.NoticeMoved, 1402, 1, "Relieve", "Move", "node2", "vm1: node2 → node3")
	at(engine.NoticeEnd, 1402, 1, "Relieve", "Done", "node2", "Done")
	at(engine.NoticeEvent, 2600, 0, "", "", "", "hot(node3)")
	at(engine.NoticeStart, 2600, 2, "Relieve", "", "node3", "")
	at(engine.NoticeFailed, 2650, 2, "Relieve", "Move", "node3", "migrate vm1 to node4: time is up")
	at(engine.NoticeEnd, 2660, 2, "Relieve", "GiveUp", "node3", "GiveUp")
	at(engine.NoticeEvent, 4690, 0, "", "", "", "cold(node3)")
	at(engine.NoticeStart, 4690, 3, "BringHome", "", "node3", "")
	at(engine.NoticeMoved, 4702, 3, "BringHome", "", "node3", "vm1: node3 → node2")
	at(engine.NoticeEnd, 4702, 3, "BringHome", "Done", "node3", "Done")
	at(engine.NoticeText, 4800, 4, "Relieve", "", "node3", "node3 is <hot> & no host can take its load")
	return r
}

// largeRun is a day of 800 hosts.
func largeRun() *Recorder {
	w := &stageWorld{
		hosts: 800, vms: 1052,
		cpu: func(h int, t float64) float64 {
			if float64(h) > 300-t/500 {
				return math.NaN()
			}
			return 0.5 + 0.4*math.Sin(float64(h)/20+t/8000)
		},
		where: func(vm int, t float64) int { return (vm + int(t)/600) % 300 },
		metrics: func(t float64) sim.Metrics {
			return sim.Metrics{Migrations: int(t / 4), EnergyKWh: 191.73, SLATAH: 0.0495, PDM: 0.0007, SLAV: 0.0000324}
		},
	}
	r := play(w, 24*time.Hour, 5*time.Minute)
	for i := range 287 {
		id, t := uint64(i+1), int64(300*(i+1))*1e9
		r.Notice(engine.Notice{Kind: engine.NoticeEvent, At: t, Text: "tick"})
		r.Notice(engine.Notice{Kind: engine.NoticeStart, At: t, Instance: id, Policy: "Consolidate"})
		r.Notice(engine.Notice{Kind: engine.NoticeEnd, At: t + 28e9, Instance: id, Policy: "Consolidate"})
	}
	return r
}

func result(r *Recorder) manager.Result {
	return manager.Result{
		Scenario: "sizing", Seed: 1, Virtual: r.now, Wall: 312 * time.Millisecond, Metrics: r.stage.World.Metrics(),
		Origins: []string{"Guest: /data/planetlab-20110303.csv.gz (digest checked)"},
	}
}

const digest = "0011223344556677889900112233445566778899001122334455667788990011"

func TestAReportTakesThePlaceOfAnEarlierOneAsAWhole(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "notes.txt"), []byte("mine"), 0o644))
	first := smallRun()
	require.NoError(t, first.Write(dir, result(first), digest))
	before := contents(t, dir)

	require.NoError(t, os.Remove(filepath.Join(dir, "report.html")))
	require.NoError(t, os.Mkdir(filepath.Join(dir, "report.html"), 0o755))
	second := largeRun()
	require.ErrorContains(t, second.Write(dir, result(second), digest), "report.html is no file that could be replaced")
	after := contents(t, dir)
	for _, name := range []string{"timeline.csv", "events.csv", "summary.json", "notes.txt"} {
		require.True(t, before[name] == after[name], "%s isn't the first run's any more", name)
	}

	require.NoError(t, os.Remove(filepath.Join(dir, "report.html")))
	require.NoError(t, second.Write(dir, result(second), digest))
	for name, text := range contents(t, dir) {
		require.Equal(t, name == "notes.txt", before[name] == text, name)
	}
}

// contents are the files of a folder, by name.
func contents(t *testing.T, dir string) map[string]string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	all := map[string]string{}
	for _, e := range entries {
		if e.Type().IsRegular() {
			text, err := os.ReadFile(filepath.Join(dir, e.Name()))
			require.NoError(t, err)
			all[e.Name()] = string(text)
		}
	}
	return all
}

func TestAReportIsFourWholeFiles(t *testing.T) {
	for name, r := range map[string]*Recorder{"small": smallRun(), "large": largeRun()} {
		t.Run(name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "out", name)
			if keep := os.Getenv("TUNE_KEEP_REPORTS"); keep != "" {
				dir = filepath.Join(keep, name)
			}
			require.NoError(t, r.Write(dir, result(r), digest))
			entries, err := os.ReadDir(dir)
			require.NoError(t, err)
			var names []string
			for _, e := range entries {
				names = append(names, e.Name())
			}
			require.Equal(t, []string{"events.csv", "report.html", "summary.json", "timeline.csv"}, names)

			page, err := os.ReadFile(filepath.Join(dir, "report.html"))
			require.NoError(t, err)
			text := string(page)
			require.NotContains(t, text, "#0102", "every colour is a name of the style sheet")
			require.NotContains(t, text, "Liberation")
			require.NotContains(t, strings.ReplaceAll(strings.ReplaceAll(text, "http://www.w3.org/2000/svg", ""), "http://www.w3.org/1999/xlink", ""),
				"http", "a report needs nothing from elsewhere")
			require.True(t, strings.HasSuffix(text, "</html>\n"))
		})
	}
}

func TestNamesCannotBreakOutOfThePage(t *testing.T) {
	r := smallRun()
	r.stage.Program.System = `</script><script>alert(1)</script>`
	r.hosts[0] = `<img src=x onerror=alert(1)>`
	var b strings.Builder
	require.NoError(t, r.writePage(&b, r.Summary(result(r), digest)))
	require.NotContains(t, b.String(), "<script>alert")
	require.NotContains(t, b.String(), "<img")
	require.Contains(t, b.String(), "node3 is &lt;hot&gt; &amp; no host")
}

func TestTheTimelineIsATable(t *testing.T) {
	r := smallRun()
	var b strings.Builder
	require.NoError(t, r.writeTimeline(&b))
	rows, err := csv.NewReader(strings.NewReader(b.String())).ReadAll()
	require.NoError(t, err)
	require.Equal(t, []string{
		"time_s", "hosts_on", "power_w", "requests_done", "requests_lost", "migrations",
		"cpu.node1", "cpu.node2", "cpu.node3", "cpu.node4", "host.vm1", "host.vm2",
	}, rows[0])
	last := rows[len(rows)-1]
	require.Equal(t, "", last[9], "node4 is off")
	require.Equal(t, "node2", last[10])
	require.GreaterOrEqual(t, len(rows), samplesWanted/2)
	require.LessOrEqual(t, len(rows), 2*samplesWanted)
}

func TestSummaryHasItsKeysAndPercent(t *testing.T) {
	r := largeRun()
	var b strings.Builder
	require.NoError(t, r.Summary(result(r), digest).WriteJSON(&b))
	var s map[string]any
	require.NoError(t, json.Unmarshal([]byte(b.String()), &s))
	for key, want := range map[string]any{
		"requests.lost": 0.0, "requests.done": 0.0, "migrations.count": 21600.0, "energy.kwh": 191.73, "sla.slatah": 4.95,
		"sla.pdm": 0.07, "sla.slav": 0.00324, "sla.overall": 0.0, "hosts.shutdowns": 0.0, "time.virtual_s": 86400.0,
		"time.wall_s": 0.312, "seed": 1.0, "bundle.digest": digest,
	} {
		var v any = s
		for part := range strings.SplitSeq(key, ".") {
			v = v.(map[string]any)[part]
		}
		if f, ok := want.(float64); ok {
			require.InDelta(t, f, v, 1e-9, key)
			continue
		}
		require.Equal(t, want, v, key)
	}
}

func TestARunOfAnyLengthNeedsTheSameRoom(t *testing.T) {
	r := NewRecorder()
	w := smallWorld()
	period := r.Begin(manager.Stage{Program: &bundle.Program{System: "s"}, Names: stageNames{4, 2}, World: w})
	require.Equal(t, time.Second, period, "a run without an end is looked at each second")
	w.metrics = func(float64) sim.Metrics { return sim.Metrics{} }
	for t := time.Duration(0); t < 20*time.Hour; t += period {
		w.Advance(t)
		r.Moment(t)
	}
	require.LessOrEqual(t, len(r.samples), 2*samplesWanted)
	require.GreaterOrEqual(t, len(r.samples), samplesWanted/2)
	require.Len(t, r.cpu, 4*len(r.samples))
	step := r.samples[1].at - r.samples[0].at
	for i := 2; i < len(r.samples)-1; i++ {
		require.InDelta(t, step.Seconds(), (r.samples[i].at - r.samples[i-1].at).Seconds(), step.Seconds(), "steps stay about even")
	}
}

func TestTicksAreAtRoundTimes(t *testing.T) {
	for _, c := range []struct {
		end  time.Duration
		want string
	}{
		{30 * time.Second, "0 s 5 s 10 s 15 s 20 s 25 s 30 s"},
		{5000 * time.Second, "0 min 10 min 20 min 30 min 40 min 50 min 60 min 70 min 80 min"},
		{24 * time.Hour, "0:00 2:00 4:00 6:00 8:00 10:00 12:00 14:00 16:00 18:00 20:00 22:00 24:00"},
		{7 * 24 * time.Hour, "day 0 day 1 day 2 day 3 day 4 day 5 day 6 day 7"},
	} {
		var got []string
		for _, tick := range timeTicks(c.end) {
			got = append(got, tick.Label)
		}
		require.Equal(t, c.want, strings.Join(got, " "))
	}
	require.LessOrEqual(t, len(timeTicks(100*365*24*time.Hour)), 14)
}

func TestAnEmptyRunHasAReport(t *testing.T) {
	r := NewRecorder()
	w := &stageWorld{metrics: func(float64) sim.Metrics { return sim.Metrics{SLATAH: math.NaN(), PDM: math.Inf(1)} }}
	r.Begin(manager.Stage{Program: &bundle.Program{System: "s"}, Names: stageNames{}, World: w})
	require.NoError(t, r.Write(t.TempDir(), result(r), digest))
}

func BenchmarkADayOf800Hosts(b *testing.B) {
	w := &stageWorld{
		hosts: 800, vms: 1052,
		cpu:     func(h int, t float64) float64 { return 0.5 },
		where:   func(vm int, t float64) int { return vm % 800 },
		metrics: func(float64) sim.Metrics { return sim.Metrics{} },
	}
	for b.Loop() {
		play(w, 24*time.Hour, 5*time.Minute)
	}
}

func TestWhatPoliciesWaitForIsNoticed(t *testing.T) {
	r := smallRun()
	wait := func(sec int64, thing, text string) {
		r.Notice(engine.Notice{Kind: engine.NoticeWait, At: sec * 1e9, Instance: 9, Policy: "Relieve", Thing: thing, Text: text})
	}
	wait(4900, "node1", "waits for vm1")
	wait(4910, "node2", "asks: may vm1 move?")
	for sec := range int64(50) {
		wait(4920+sec, "node1", "waits for vm1")
	}
	rows, beyond := r.noteRows()
	require.Zero(t, beyond)
	require.Equal(t, []noteRow{
		{At: "1:21:40", Until: "1:22:49", Kind: "waits", Text: "Relieve(node1) waits for vm1", Times: 51},
		{At: "1:21:50", Kind: "waits", Text: "Relieve(node2) asks: may vm1 move?", Times: 1},
	}, rows[len(rows)-2:])
}

func TestTheSummaryHidesNoLossAndTellsApartWhatStillRuns(t *testing.T) {
	r := smallRun()
	at := func(k engine.NoticeKind, id uint64, text string) {
		r.Notice(engine.Notice{Kind: k, At: 4900e9, Instance: id, Policy: "Grow", Text: text})
	}
	for id := uint64(10); id < 13; id++ {
		at(engine.NoticeStart, id, "")
	}
	at(engine.NoticeStuck, 11, "destroy vm1 failed")
	at(engine.NoticeEnd, 12, "Done")
	for lost, want := range map[float64]string{0: "0", 1e-9: "0", 1e-3: "1", 12: "12", 316.0000001: "316", 316.2: "317"} {
		res := result(r)
		res.Metrics = sim.Metrics{}
		res.Metrics.Requests.Lost, res.Metrics.Requests.Done = lost, 1000
		s := r.Summary(res, digest)
		var b, text strings.Builder
		require.NoError(t, s.WriteJSON(&b))
		require.Contains(t, b.String(), `"lost": `+want+",")
		require.NotContains(t, b.String(), "average", "nothing fell short")
		require.Equal(t, PolicyCount{Name: "Grow", Runs: 3, Running: 1, Stuck: 1, Why: "destroy vm1 failed"}, s.Policies[2])
		require.NoError(t, s.WriteText(&text, ""))
		require.Contains(t, text.String(), "Grow: 3 runs, 1 still under way, 1 stuck")
	}
}

// Who reads events.csv and who reads summary.json hear the same of a run.
func TestARunHasFailedIfItsEndSaysSo(t *testing.T) {
	r := smallRun()
	at := func(k engine.NoticeKind, id uint64, text string) {
		r.Notice(engine.Notice{Kind: k, At: 4900e9, Instance: id, Policy: "Grow", Text: text})
	}
	for id, end := range map[uint64]string{10: "done", 11: "failed"} {
		at(engine.NoticeStart, id, "")
		at(engine.NoticeFailed, id, "restart vm1: no room")
		at(engine.NoticeEnd, id, end)
	}
	s := r.Summary(result(r), digest)
	require.Equal(t, PolicyCount{Name: "Grow", Runs: 2, Failed: 1, Why: "restart vm1: no room"}, s.Policies[2])
}

// faultyRun is the small run, with a fault of each kind.
func faultyRun() *Recorder {
	r := smallRun()
	r.stage.Program.Classes = []bundle.Class{{Name: "rack"}, {Name: "Servlet", Kind: bundle.VM}}
	r.stage.Program.Probes[0].Name = "cpu"
	r.stage.Program.Scenarios = []bundle.Scenario{{Name: "other", Faults: []bundle.Fault{{At: 5}}}, {Name: "sizing", Faults: []bundle.Fault{
		{At: 3000e9, Kind: "crash", Class: 0, Instance: "node2", Probe: -1},
		{At: 1000e9, Kind: "silence", Class: 0, Probe: 0},
		{At: 600e9, Kind: "lie", Class: 0, Instance: "node1", Probe: 0, By: -0.2, For: 60e9},
		{At: 700e9, Kind: "fail", Class: -1, Probe: -1},
		{At: 4000e9, Kind: "stall", Class: 1, Probe: -1, For: 9000e9},
		{At: 9000e9, Kind: "crash", Class: 0, Probe: -1},
	}}}
	return r
}

func TestFaultsAreOnTheTimeAxis(t *testing.T) {
	r := faultyRun()
	sec := func(n int) time.Duration { return time.Duration(n) * time.Second }
	require.Equal(t, []fault{
		{sec(3000), sec(3000), true, "crash node2"}, {sec(1000), r.now, false, "silence cpu of rack"},
		{sec(600), sec(660), false, "lie cpu of node1 by -20 % for 60 s"}, {sec(700), sec(700), true, "fail migration"},
		{sec(4000), r.now, false, "stall migration of Servlet for 2.5 h"},
	}, r.faults(), "what would come after the end isn't shown")

	var page strings.Builder
	require.NoError(t, r.writePage(&page, r.Summary(result(r), digest)))
	require.Contains(t, page.String(), ">faults</text>")
	require.Contains(t, page.String(), ">silence cpu of rack</text>")
	require.Contains(t, page.String(), `<td class="mute">fault</td><td>crash node2</td>`)
	var plain strings.Builder
	r = smallRun()
	require.NoError(t, r.writePage(&plain, r.Summary(result(r), digest)))
	require.NotContains(t, plain.String(), ">faults</text>")
}

func TestAWayShowsAStateThatIsEnteredAnewOnce(t *testing.T) {
	way := func(states ...string) string {
		r := smallRun()
		r.Notice(engine.Notice{Kind: engine.NoticeStart, At: 4900e9, Instance: 20, Policy: "Relieve"})
		for _, state := range states {
			name, anew := strings.CutPrefix(state, "anew ")
			r.Notice(engine.Notice{Kind: engine.NoticeState, At: 4900e9, Instance: 20, Policy: "Relieve", State: name, Anew: anew})
		}
		rows, _ := r.runRows()
		return rows[len(rows)-1].Way
	}
	require.Equal(t, "P → M → P → M", way("P", "P", "M", "M again", "P", "M", "M again"), "a cycle is what was done")
	require.Equal(t, "P → M", way("P", "M", "anew P", "M", "anew P", "M"), "what was chosen anew was done once")
	require.Equal(t, "P → M → P → C → M", way("P", "M", "P", "C", "anew P", "anew P", "C", "M"))
	require.Equal(t, "P → M → C", way("P", "M", "anew C"), "it waited before it entered")
}

// Events, what policies did and faults stand on one time axis with the samples of timeline.csv.
func TestEventsAreATable(t *testing.T) {
	r := faultyRun()
	for range 3 {
		r.Notice(engine.Notice{Kind: engine.NoticeWait, At: 4900e9, Instance: 9, Policy: "Relieve", Thing: "node2", Text: "waits for vm1"})
	}
	for _, state := range []string{"Pick", "", "Pick again"} {
		r.Notice(engine.Notice{Kind: engine.NoticeState, At: 4901e9, Instance: 9, Policy: "Relieve", State: state, Thing: "node2"})
	}
	var text strings.Builder
	require.NoError(t, r.writeEvents(&text))
	rows, err := csv.NewReader(strings.NewReader(text.String())).ReadAll()
	require.NoError(t, err)
	require.Equal(t, []string{"time_s", "kind", "policy", "run", "thing", "state", "text"}, rows[0])
	for _, want := range [][]string{
		{"420", "deployed", "", "", "", "", "vm1 is ready"},
		{"1390", "event", "", "", "", "", "hot(node2)"},
		{"1390", "start", "Relieve", "1", "node2", "", ""},
		{"1390", "state", "Relieve", "1", "node2", "Move", ""},
		{"1402", "moved", "Relieve", "1", "node2", "Move", "vm1: node2 → node3"},
		{"1402", "end", "Relieve", "1", "node2", "Done", "Done"},
		{"2650", "failed", "Relieve", "2", "node3", "Move", "migrate vm1 to node4: time is up"},
		{"3000", "fault", "", "", "", "", "crash node2"},
		{"4800", "notify", "Relieve", "4", "node3", "", "node3 is <hot> & no host can take its load"},
		{"4901", "state", "Relieve", "9", "node2", "Pick", ""},
	} {
		require.Contains(t, rows, want)
	}
	require.Equal(t, 1, strings.Count(text.String(), "4901,state,"), "what counts how often an arrow is taken is no state")
	require.Equal(t, 1, strings.Count(text.String(), "waits for vm1"), "asking again for the same is no news")
	for i := 2; i < len(rows); i++ {
		a, errA := strconv.ParseFloat(rows[i-1][0], 64)
		b, errB := strconv.ParseFloat(rows[i][0], 64)
		require.NoError(t, errors.Join(errA, errB))
		require.LessOrEqual(t, a, b, "in the order of time")
	}
}

func TestEventsThatAreNotKeptAreCounted(t *testing.T) {
	r := smallRun()
	had := r.events.kept
	for range maxEvents + 5 {
		r.Notice(engine.Notice{Kind: engine.NoticeEvent, At: 4900e9, Text: "tick"})
	}
	var text strings.Builder
	require.NoError(t, r.writeEvents(&text))
	require.Contains(t, text.String(), fmt.Sprintf(",cut,,,,,%d more are not told\n", had+5))
}

func TestAnEventThatGoesOnIsTheSameEvent(t *testing.T) {
	r := smallRun()
	before := r.log.events["hot"]
	for range 100 {
		r.Notice(engine.Notice{Kind: engine.NoticeEvent, At: 4900e9, Text: "hot(node3)", Again: true})
	}
	require.Equal(t, before, r.log.events["hot"])
	var table strings.Builder
	require.NoError(t, r.writeEvents(&table))
	require.NotContains(t, table.String(), "4900,event")
}
