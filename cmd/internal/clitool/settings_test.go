package clitool

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tune-autonomic/tune/drivers/sim"
	"github.com/tune-autonomic/tune/lang"
)

// TestUnitsAreThoseOfTheLanguage compares the tables: tune, which holds no parser, has one of its own.
func TestUnitsAreThoseOfTheLanguage(t *testing.T) {
	of := map[string]sim.Unit{"percent": sim.Share, "duration": sim.Seconds, "bytes": sim.Bytes, "rate": sim.BitPerSec}
	require.Len(t, units, len(lang.Units)+1)
	for _, u := range lang.Units {
		require.Equal(t, of[u.Type], units[u.Name].of, u.Name)
		require.Equal(t, u.Factor, units[u.Name].factor, u.Name)
	}
}

func TestSettingsAreReadWithTheirUnits(t *testing.T) {
	set, err := Settings([]string{"think=500ms", "bandwidth=2Gbit/s", "jitter=10%", "boot_time=20", "dirty_rate=1MiB", "bandwidth=1e9"})
	require.NoError(t, err)
	require.Equal(t, map[string]float64{"think": 0.5, "bandwidth": 1e9, "jitter": 0.1, "boot_time": 20, "dirty_rate": 1 << 20}, set)
	for _, bad := range []string{"think", "=1", "think=", "think=s", "think=1 parsec", "think=NaN", "think=1e999", "migration_downtime=5%", "bandwidth=5s", "jitter=1MiB"} {
		_, err := Settings([]string{bad})
		require.Error(t, err, bad)
	}
}
