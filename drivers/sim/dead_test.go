package sim

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// crashed is what the crash of node1, once all runs, costs in requests: those of 600 clients that are at Apache, which
// deals them to two servers.
func crashed(t *testing.T, failover time.Duration, before func(s *stage)) float64 {
	t.Helper()
	cfg := shopConfig(600)
	cfg.Settings = map[string]float64{"failover_time": failover.Seconds()}
	cfg.Faults = []Fault{{At: 4 * time.Minute, Kind: "crash", Target: node1}}
	s := open(t, cfg, drainable())
	s.launchSpread()
	before(s)
	require.Less(t, s.now, 4*time.Minute)
	s.until(5 * time.Minute)
	return s.Metrics().Lost()
}

func TestWhoSendsToTheDeadLosesThatUntilHeMissesThem(t *testing.T) {
	nothing := func(*stage) {}
	rate := 600.0 / 7 / 2 // of either server, in requests a second
	atOnce := crashed(t, 0, nothing)
	require.Less(t, atOnce, rate, "those in flight")
	require.InEpsilon(t, atOnce+6*rate, crashed(t, 6*time.Second, nothing), 0.1)
	require.InEpsilon(t, atOnce+20*rate, crashed(t, 20*time.Second, nothing), 0.15)
}

func TestWhoHasDrainedTheDeadSendsThemNothing(t *testing.T) {
	require.Zero(t, crashed(t, 6*time.Second, func(s *stage) { s.must(about(apache1, drainOp, tomcat1)) }))
	require.Zero(t, crashed(t, 6*time.Second, func(s *stage) { s.must(about(tomcat1, drainOp)) }))
}
