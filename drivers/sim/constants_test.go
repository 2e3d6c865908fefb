package sim

import (
	"context"
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/tune-autonomic/tune/drivers"
)

func openWith(name string, value float64) error {
	cfg := shopConfig(100)
	cfg.Settings = map[string]float64{name: value}
	return New(cfg).Open(context.Background(), shop(), nil)
}

func TestSettingsOutOfTheirRangeAreRefusedWithIt(t *testing.T) {
	for _, s := range settings {
		require.LessOrEqual(t, s.least, s.value, s.name)
		require.LessOrEqual(t, s.value, s.most, s.name)
		require.NoError(t, openWith(s.name, s.least))
		require.NoError(t, openWith(s.name, s.most))
		for _, v := range []float64{-1, math.Nextafter(s.least, -1), math.Nextafter(s.most, math.Inf(1)), 1e300, math.Inf(1), math.NaN()} {
			require.ErrorContains(t, openWith(s.name, v), "setting "+s.name)
			require.ErrorContains(t, openWith(s.name, v), "it must be from")
		}
	}
	require.EqualError(t, openWith("think", 1e-9), "setting think = 1e-09 of the simulator: it must be from 0.01 to 86400 s")
	require.EqualError(t, openWith("jitter", 5), "setting jitter = 500% of the simulator: it must be from 0% to 100%")
}

func TestSettingsHaveUnits(t *testing.T) {
	require.NoError(t, CheckUnit("think", Seconds))
	require.NoError(t, CheckUnit("think", Number))
	require.NoError(t, CheckUnit("thnik", Bytes), "CheckSetting says that there is none")
	require.EqualError(t, CheckUnit("migration_downtime", Share),
		"setting migration_downtime of the simulator is a time, such as 30s, not a share")
	require.Error(t, CheckUnit("bandwidth", Seconds))
	for _, s := range settings {
		require.Contains(t, kinds, s.unit, s.name)
	}
}

// TestAtEveryEndOfTheRangesAWorldLives: whatever the constants, time goes on, each command ends, and no Advance takes long.
func TestAtEveryEndOfTheRangesAWorldLives(t *testing.T) {
	for _, s := range settings {
		for _, v := range []float64{s.least, s.most} {
			cfg := shopConfig(100)
			cfg.Settings = map[string]float64{s.name: v}
			w := open(t, cfg, shop())
			for _, x := range []drivers.Command{create(vm1, node1), simple(drivers.Start, vm1), moving(drivers.MigratePrepare, vm1, node1, node2)} {
				require.NotEqual(t, drivers.Running, w.do(x).Outcome, "%s = %v", s.name, v)
			}
			w.wait(time.Second)
		}
	}
}

func TestALongSilenceIsCutIntoShortAdvances(t *testing.T) {
	cfg := shopConfig(100)
	cfg.Settings = map[string]float64{"think": leastThink, "jitter": 0}
	site := shop()
	site.Probes = nil
	s := serving(t, cfg, site)
	next, ok := s.Next()
	require.True(t, ok)
	require.Positive(t, next-s.now)
	require.LessOrEqual(t, next-s.now, 3*time.Second)
}

// serving is a shop whose requests flow, at another site.
func serving(t *testing.T, cfg Config, site drivers.Site) *stage {
	s := open(t, cfg, site)
	s.launch(vm1, node1)
	s.launch(mysql1, db1)
	s.launch(tomcat1, vm1)
	s.launch(apache1, web1)
	s.Advance(s.now + time.Second)
	s.now += time.Second
	return s
}

func TestTimesSaturate(t *testing.T) {
	require.Equal(t, forever, seconds(1e30))
	require.Equal(t, forever, seconds(math.Inf(1)))
	require.Equal(t, -forever, seconds(-1e30))
	require.Zero(t, seconds(math.NaN()))
	require.Equal(t, 1500*time.Millisecond, seconds(1.5))
	require.Equal(t, forever, later(time.Hour, forever))
	require.Equal(t, 2*time.Hour, later(time.Hour, time.Hour))
	require.Equal(t, forever, multiple(1<<40, time.Hour))
	require.Equal(t, 3*time.Hour, multiple(3, time.Hour))
}
