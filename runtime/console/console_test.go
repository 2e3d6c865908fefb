package console

import (
	"bytes"
	"context"
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

// still is a world of n hosts, one machine on the first, that never changes. Host i uses i percent; the last is off.
type still struct{ n int }

func (still) Capabilities() drivers.Capabilities                     { return drivers.Capabilities{} }
func (still) Open(context.Context, drivers.Site, drivers.Sink) error { return nil }
func (still) Start([]drivers.Command)                                {}
func (still) Query(id drivers.CommandID) drivers.Result              { return drivers.Result{ID: id} }
func (still) Close() error                                           { return nil }
func (still) Next() (time.Duration, bool)                            { return 0, false }
func (still) Advance(time.Duration)                                  {}

func (still) Metrics() (m sim.Metrics) {
	m.Requests.Done, m.Requests.Lost, m.Migrations = 1234, 5, 2
	return m
}

func (w still) Observe(s *sim.Snapshot) {
	s.Hosts, s.Machines = s.Hosts[:0], s.Machines[:0]
	for i := range w.n {
		s.Hosts = append(s.Hosts, sim.HostState{Ref: drivers.Ref{Index: int32(i)}, On: i < w.n-1, CPU: float64(i) / 100})
	}
	s.Machines = append(s.Machines, sim.MachineState{
		Ref: drivers.Ref{Space: 1}, Host: drivers.Ref{Index: 0}, To: drivers.Ref{Index: 1}, Running: true,
	})
}

type names struct{}

func (names) Name(space, i int32) string {
	return [...]string{"node", "vm"}[space] + string(rune('A'+i%26))
}
func (names) Size(int32) int32 { return 1 }

func stage(w sim.World) manager.Stage {
	return manager.Stage{Program: &bundle.Program{System: "shop"}, Scenario: "day", Until: time.Hour, Names: names{}, World: w}
}

func TestWithoutATerminalEachEventIsALine(t *testing.T) {
	var b bytes.Buffer
	l := NewLive(&b, false)
	l.Begin(stage(still{2}))
	l.Notice(engine.Notice{Kind: engine.NoticeEvent, At: 90e9, Text: "hot(nodeA)"})
	l.Notice(engine.Notice{Kind: engine.NoticeEvent, At: 90e9, Text: "hot(nodeA)", Again: true})
	l.Notice(engine.Notice{Kind: engine.NoticeStart, At: 90e9, Instance: 1, Policy: "Relieve", Thing: "nodeA"})
	l.Notice(engine.Notice{Kind: engine.NoticeState, At: 90e9, Instance: 1, Policy: "Relieve", State: "Pick"})
	l.Notice(engine.Notice{Kind: engine.NoticeFailed, At: 95e9, Instance: 1, Policy: "Relieve", Thing: "nodeA", Text: "migrate: no room"})
	l.Notice(engine.Notice{Kind: engine.NoticeEnd, At: 3700e9, Instance: 1, Policy: "Relieve", Thing: "nodeA", State: "GiveUp"})
	l.Moment(time.Hour)
	l.Done()
	require.Equal(t, `looking after shop, scenario day; stop with Ctrl-C
0:01:30  event hot(nodeA)
0:01:30  Relieve(nodeA) starts
0:01:35  Relieve(nodeA) failed: migrate: no room
1:01:40  Relieve(nodeA) ends in GiveUp
`, b.String())
}

func TestAnOperatorSeesWhoWaitsForWhat(t *testing.T) {
	wait := func(at int64, instance uint64, text string) engine.Notice {
		return engine.Notice{Kind: engine.NoticeWait, At: at * 1e9, Instance: instance, Policy: "Relieve", Thing: "nodeA", State: "Ask", Text: text}
	}
	var b bytes.Buffer
	l := NewLive(&b, false)
	l.Begin(stage(still{2}))
	l.Notice(wait(10, 1, "asks: may vmA move?"))
	l.Notice(wait(11, 2, "waits for vmA"))
	l.Notice(wait(12, 2, "waits for vmA"))
	l.Notice(wait(13, 2, "waits for a budget"))
	l.Notice(wait(80, 2, "waits for a budget"))
	require.Equal(t, `looking after shop, scenario day; stop with Ctrl-C
0:00:10  Relieve(nodeA) asks: may vmA move?
0:00:11  Relieve(nodeA) waits for vmA
0:00:13  Relieve(nodeA) waits for a budget
0:01:20  Relieve(nodeA) waits for a budget
`, b.String(), "the same is told again after a while")
	l.stage.World.Observe(&l.snapshot)
	require.Contains(t, l.screen(box{80, 24}), "runs: Relieve(nodeA) asks: may vmA move?, Relieve(nodeA) waits for a budget")
	l.Notice(engine.Notice{Kind: engine.NoticeState, Instance: 1, Policy: "Relieve", Thing: "nodeA", State: "Move"})
	l.Notice(engine.Notice{Kind: engine.NoticeState, Instance: 1, Policy: "Relieve", Thing: "nodeA", State: "Move again"})
	require.Contains(t, l.screen(box{80, 24}), "runs: Relieve(nodeA) waits for a budget, Relieve(nodeA): Move")
}

func TestSilenceIsSilent(t *testing.T) {
	var b bytes.Buffer
	l := NewLive(&b, true)
	l.Begin(stage(still{2}))
	l.Notice(engine.Notice{Kind: engine.NoticeEvent, Text: "hot"})
	p := NewProgress(&b)
	p.Begin(stage(still{2}))
	p.Moment(time.Minute)
	p.Done()
	require.Empty(t, b.String(), "progress is for terminals only")
}

func TestTheScreenFits(t *testing.T) {
	for _, hosts := range []int{1, 3, 800} {
		for _, b := range []box{{80, 24}, {40, 10}, {200, 60}, {20, 5}} {
			l := NewLive(&bytes.Buffer{}, false)
			l.terminal = true
			l.Begin(stage(still{hosts}))
			for i := range 100 {
				l.Notice(engine.Notice{Kind: engine.NoticeText, At: int64(i) * 1e9, Text: strings.Repeat("a long text ", 20)})
			}
			l.stage.World.Observe(&l.snapshot)
			rows := strings.Split(l.screen(b), "\r\n")
			require.LessOrEqual(t, len(rows), b.rows-1)
			require.Contains(t, rows[0], "shop")
		}
	}
}

func TestTheScreenShowsTheBusiestHosts(t *testing.T) {
	l := NewLive(&bytes.Buffer{}, false)
	l.Begin(stage(still{90}))
	l.stage.World.Observe(&l.snapshot)
	text := l.screen(box{80, 24})
	require.Contains(t, text, " 88 %")
	require.NotContains(t, text, "  1 %")
	require.Contains(t, text, "more hosts, less busy")
	require.Contains(t, text, "5 lost")

	l.Begin(stage(still{3}))
	l.stage.World.Observe(&l.snapshot)
	text = l.screen(box{80, 24})
	require.Contains(t, text, "vmA → nodeB")
	require.Contains(t, text, "off")
}

func TestABarHasEighths(t *testing.T) {
	require.Equal(t, "    ", bar(0, 4))
	require.Equal(t, "██  ", bar(0.5, 4))
	require.Equal(t, "█▌  ", bar(0.375, 4))
	require.Equal(t, "████", bar(7, 4))
	require.Equal(t, "    ", bar(-1, 4))
}
