package sim

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/tune-autonomic/tune/drivers"
)

func TestShopIsSizedAsInThePaper(t *testing.T) {
	s := openShop(t, shopConfig(600))
	s.wait(60 * time.Second)
	both := s.cpu(node1)
	t.Logf("both %.3f, machines %.3f %.3f, %+v", both, s.cpu(vm1), s.cpu(vm2), s.Metrics().Requests)
	require.InDelta(t, 0.51, both, 0.02, "600 clients, 85 requests/s of 12 ms on two cores")

	s.must(moving(drivers.MigratePrepare, vm1, node1, node2))
	s.must(moving(drivers.MigrateCommit, vm1, node1, node2))
	s.wait(10 * time.Second)
	require.InDelta(t, both/2, s.cpu(node1), 0.02)
	require.InDelta(t, both/2, s.cpu(node2), 0.02)
	require.Zero(t, s.Metrics().Requests.Lost, "a live migration loses nothing")
}

func TestLongDowntimeLosesRequests(t *testing.T) {
	cfg := shopConfig(600)
	cfg.Settings = map[string]float64{"migration_downtime": 30}
	s := openShop(t, cfg)
	s.wait(60 * time.Second)
	s.must(moving(drivers.MigratePrepare, vm1, node1, node2))
	s.must(moving(drivers.MigrateCommit, vm1, node1, node2))
	s.wait(60 * time.Second)
	m := s.Metrics()
	t.Logf("%+v", m)
	require.Greater(t, m.Requests.Lost, 100.0)
	require.Equal(t, 1, m.Migrations)
	require.Greater(t, m.PDM, 0.0)
}

// replicasConfig is the older way: Tomcats on hosts of two cores.
func openReplicas(t *testing.T, cfg Config) *stage {
	t.Helper()
	site := shop()
	site.Spaces[tomcat].On = rack
	s := open(t, cfg, site)
	s.launch(mysql1, db1)
	s.launch(tomcat1, node1)
	s.launch(tomcat2, node2)
	s.launch(apache1, web1)
	return s
}

// lossOfRestart is the requests that one restart of Apache loses.
func lossOfRestart(t *testing.T, clients, work float64, seed uint64) float64 {
	t.Helper()
	cfg := shopConfig(clients)
	cfg.Seed, cfg.Work[tomcat] = seed, work
	s := openReplicas(t, cfg)
	s.wait(120 * time.Second)
	before := s.Metrics().Requests.Lost
	s.must(operate(apache1, 1))
	s.wait(60 * time.Second)
	return s.Metrics().Requests.Lost - before
}

func TestRestartLosesRequests(t *testing.T) {
	for seed := range uint64(5) {
		for _, work := range []float64{0.01, 0.02, 0.03} {
			t.Logf("seed %d, work %v: %.0f of 600 clients, %.0f of 1200", seed, work, lossOfRestart(t, 600, work, seed), lossOfRestart(t, 1200, work, seed))
		}
	}
}

func BenchmarkWeek(b *testing.B) {
	for b.Loop() {
		cfg := shopConfig(0)
		cfg.Clients = nil
		rates := make([]float64, 7*24*3600)
		for i := range rates {
			rates[i] = 40 + float64(i%86400)/2000
		}
		cfg.Requests = []Requests{{Space: apache, Step: time.Second, Rate: rates}}
		s := openShop(b, cfg)
		s.until(7 * 24 * time.Hour)
		b.ReportMetric(float64(s.frames), "frames")
	}
}
