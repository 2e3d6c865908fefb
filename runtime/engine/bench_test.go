package engine_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tune-autonomic/tune/compiler/bundle"
	"github.com/tune-autonomic/tune/drivers"
	"github.com/tune-autonomic/tune/runtime/engine"
)

// watched is a rack of n hosts with the given number of metrics and policies: each policy watches one metric.
func watched(t testing.TB, hosts, metrics, policies int) (*engine.State, *bundle.Program) {
	var b strings.Builder
	fmt.Fprintf(&b, "system bench\nhosts rack { driver = \"sim\"  nodes = [")
	for i := range hosts {
		if i > 0 {
			b.WriteString(", ")
		}
		fmt.Fprintf(&b, "\"n%d\"", i)
	}
	b.WriteString("] }\n")
	for m := range metrics {
		fmt.Fprintf(&b, "probe m%d: percent on rack every 1s stale 5s = cpu\n", m)
	}
	for p := range policies {
		fmt.Fprintf(&b, "event e%d(h: rack) when h.m%d > %d%% and h.m%d < 99%% for 10s\n", p, p%metrics, 90+p%8, p%metrics)
		fmt.Fprintf(&b, "policy P%d on e%d(h: rack) { final Done }\n", p, p)
	}
	p, err := compile(b.String())
	require.NoError(t, err)
	e, err := engine.New(p, engine.Options{})
	require.NoError(t, err)
	return e, p
}

func frameOf(hosts, metrics int) *drivers.Frame {
	f := &drivers.Frame{}
	for m := range metrics {
		for h := range hosts {
			f.Samples = append(f.Samples, drivers.Sample{Probe: int32(m), Index: int32(h), Value: 0.5})
		}
	}
	return f
}

// feed gives a frame a second to an engine.
func feed(t testing.TB, e *engine.State, f *drivers.Frame, now *engine.Time) {
	*now += 1e9
	if _, err := e.Step(engine.Input{At: *now, Frame: f}); err != nil {
		t.Fatal(err)
	}
}

func TestAFrameThatTriggersNothingAllocatesNothing(t *testing.T) {
	e, _ := watched(t, 50, 2, 10)
	f, now := frameOf(50, 2), engine.Time(0)
	feed(t, e, f, &now)
	require.Zero(t, testing.AllocsPerRun(100, func() { feed(t, e, f, &now) }))
}

// BenchmarkSample is the cost of one sample of a metric that nobody watches, and that ten policies watch: 1,000 policies
// of which 1 % are concerned.
func BenchmarkSample(b *testing.B) {
	for _, c := range []struct {
		name                     string
		hosts, metrics, policies int
		used                     int
	}{
		{"unwatched", 800, 2, 0, 2},
		{"one event", 800, 1, 1, 1},
		{"1000 policies, 10 concerned", 10, 100, 1000, 1},
	} {
		b.Run(c.name, func(b *testing.B) {
			e, _ := watched(b, c.hosts, c.metrics, c.policies)
			f, now := frameOf(c.hosts, c.used), engine.Time(0)
			feed(b, e, f, &now)
			b.ReportAllocs()
			b.ResetTimer()
			for range b.N {
				feed(b, e, f, &now)
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*len(f.Samples)), "ns/sample")
		})
	}
}
