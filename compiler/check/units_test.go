package check

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestALiteralIsTheNumberThatWasWritten: what is told of it, or given to a command, has the digits that its author knows.
func TestALiteralIsTheNumberThatWasWritten(t *testing.T) {
	for _, c := range []struct {
		number float64
		unit   string
		want   float64
	}{
		{33.3, "%", 0.333}, {80, "%", 0.8}, {0.1, "%", 0.001}, {57, "%", 0.57}, {0, "%", 0}, {1e-320, "%", 1e-322}, {250, "%", 2.5},
		{0.3, "ms", 0.0003}, {16.7, "ms", 0.0167}, {1.1, "us", 1.1e-6}, {4.35, "ns", 4.35e-9}, {1.5, "s", 1.5}, {0.1, "min", 6},
		{1.005, "kbit/s", 1005}, {2.3, "Gbit/s", 2.3e9}, {1.1, "MB", 1.1e6}, {1.5, "GiB", 1.5 * (1 << 30)},
		{1e308, "Gbit/s", math.Inf(1)},
	} {
		require.Equal(t, c.want, unitOf[c.unit].of(c.number), "%v%s", c.number, c.unit)
	}
}
