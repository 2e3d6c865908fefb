package sim

import (
	"context"
	"flag"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/tune-autonomic/tune/compiler/bundle"
	"github.com/tune-autonomic/tune/compiler/check"
	"github.com/tune-autonomic/tune/drivers"
	"github.com/tune-autonomic/tune/internal/docs"
)

var update = flag.Bool("update", false, "rewrite what docs/language.md says of the simulated world")

func TestTheReferenceKnowsTheConstantsOfTheWorld(t *testing.T) {
	var b strings.Builder
	b.WriteString("| setting | if it isn't set | |\n|---|---|---|\n")
	for _, s := range settings {
		fmt.Fprintf(&b, "| `%s` | %s | %s |\n", s.name, inWords(s.value, s.unit), s.comment)
	}
	docs.Part(t, "../../docs/language.md", "settings", b.String(), *update)
}

// A program is held to the world's constants where it is compiled, too.
func TestTheCompilerKnowsTheConstantsOfTheWorld(t *testing.T) {
	units := map[bundle.BaseType]Unit{bundle.Percent: Share, bundle.Duration: Seconds, bundle.Bytes: Bytes, bundle.Rate: BitPerSec}
	require.Len(t, check.Constants, len(settings))
	for i, s := range settings {
		k := check.Constants[i]
		require.Equal(t, s.name, k.Name)
		require.Equal(t, s.unit, units[k.Type], s.name)
		require.Equal(t, []float64{s.least, s.most}, []float64{k.Least, k.Most}, s.name)
	}
}

func TestTheCompilerKnowsWhatTheSimulatorMeasures(t *testing.T) {
	for kind, space := range map[bundle.Kind]int32{bundle.Host: rack, bundle.VM: servlet, bundle.Component: tomcat} {
		for _, source := range []string{"cpu", "memory", "process.cpu", "humidity"} {
			site := shop()
			site.Probes = []drivers.ProbeSpec{{Name: "p", Source: source, Space: space, Every: time.Second}}
			err := New(Config{}).Open(context.Background(), site, nil)
			require.Equal(t, slices.Contains(check.Measured(kind), source), err == nil, "%s of %v", source, kind)
		}
	}
}

func inWords(v float64, unit Unit) string {
	switch {
	case unit == Share:
		return fmt.Sprintf("%.6g%%", 100*v)
	case unit == BitPerSec:
		return fmt.Sprintf("%gGbit/s", v/1e9)
	case unit == Bytes:
		return fmt.Sprintf("%gKiB", v/1024)
	}
	return fmt.Sprintf("%g%s", v, unit)
}
