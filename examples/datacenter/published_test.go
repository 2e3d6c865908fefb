package datacenter

import (
	"context"
	_ "embed"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/tune-autonomic/tune/compiler/bundle"
	"github.com/tune-autonomic/tune/drivers/sim"
	"github.com/tune-autonomic/tune/examples/exampletest"
	"github.com/tune-autonomic/tune/runtime/data"
	"github.com/tune-autonomic/tune/runtime/manager"
)

func play(t *testing.T, p *bundle.Program, scenario string, find data.Finder) sim.Metrics {
	t.Helper()
	r, err := manager.Simulate(context.Background(), p, manager.SimOptions{Scenario: scenario, Seed: 1, Find: find})
	require.NoError(t, err)
	return r.Metrics
}

// line has the figures with the digits in which they were published.
func line(m sim.Metrics) string {
	return fmt.Sprintf("%.2f kWh, %d migrations, SLATAH %.2f %%, PDM %.2f %%, SLAV %.5f %%, overall %.2f %%, average %.2f %%, %d shutdowns",
		m.EnergyKWh, m.Migrations, 100*m.SLATAH, 100*m.PDM, 100*m.SLAV, 100*m.Overall, 100*m.Average, m.HostShutdowns)
}

func TestThePageGivesThePublishedDigits(t *testing.T) {
	find := exampletest.Data(t)
	p := exampletest.Compile(t, "cloudsim.tune")
	m := play(t, p, "published", find)
	require.Equal(t,
		"191.73 kWh, 26634 migrations, SLATAH 4.95 %, PDM 0.07 %, SLAV 0.00324 %, overall 0.07 %, average 10.14 %, 5863 shutdowns", line(m))
	require.InDelta(t, 972.50, m.MeanActiveSec, 0.005)
	require.Equal(t,
		"151.74 kWh, 22301 migrations, SLATAH 5.39 %, PDM 0.08 %, SLAV 0.00416 %, overall 0.09 %, average 10.75 %, 4737 shutdowns",
		line(play(t, p, "other", find)))
}

// The figures of a made-up day are nobody's, but its timeline must add up to them, too; so must that of a run that ends
// between two steps.
func TestTheTimelineOfADayAddsUp(t *testing.T) {
	p := exampletest.Compile(t, "cloudsim.tune")
	for _, until := range []time.Duration{0, 50 * time.Minute, 10*time.Minute + 10*time.Second} {
		o := manager.SimOptions{Scenario: "published", Seed: 1, Until: until, Find: data.Finder{Offline: true}}
		require.Positive(t, exampletest.Play(t, p, o).Summary.Energy.KWh)
	}
}

func TestAnEditedPageGivesTheDigitsOfItsFamily(t *testing.T) {
	find := exampletest.Data(t)
	t.Run("the least busy machine goes", func(t *testing.T) {
		m := play(t, exampletest.Compile(t, "cloudsim.tune", "= v.memory", "= v.cpu"), "published", find)
		require.Equal(t,
			"206.73 kWh, 30188 migrations, SLATAH 7.42 %, PDM 0.06 %, SLAV 0.00481 %, overall 0.07 %, average 10.09 %, 6474 shutdowns", line(m))
	})
	t.Run("the ceiling follows the spread of a host's load", func(t *testing.T) {
		m := play(t, exampletest.Compile(t, "cloudsim.tune", byItsSpread...), "published", find)
		require.Equal(t,
			"188.86 kWh, 26476 migrations, SLATAH 4.96 %, PDM 0.06 %, SLAV 0.00315 %, overall 0.07 %, average 9.98 %, 5827 shutdowns", line(m))
	})
}

// byItsSpread makes the ceiling of a host 1 - 1.5 times the interquartile range of its load, once that is known.
var byItsSpread = []string{
	"func crowded(h: pool, demand: float) = demand > 80% * h.capacity", block(),
	"crowded(it, it.planned.demand)", "crowded(it)",
	"crowded(h, h.planned.demand)", "crowded(h)",
	"crowded(it, it.planned.demand + v.demand)", "burdened(it, v)",
	"self.mips <= 80%", "self.mips <= 70%",
}

//go:embed README.md
var readme string

// block is the first program in the README.
func block() string {
	_, text, _ := strings.Cut(readme, "```tune\n")
	text, _, _ = strings.Cut(text, "```")
	return text
}

func TestConsolidationKeepsItsFigures(t *testing.T) {
	find := exampletest.Data(t)
	p := exampletest.Compile(t, "datacenter.tune")
	m := play(t, p, "day", find)
	require.LessOrEqual(t, m.EnergyKWh, 111.0, line(m))
	require.LessOrEqual(t, m.Migrations, 3000, line(m))
	require.LessOrEqual(t, 100*m.SLAV, 0.0003, line(m))

	const bound = 69.77 // all demand of 2011-04-20 at the watts of the best host, full
	m = play(t, exampletest.Compile(t, "datacenter.tune", "planetlab/20110303", "planetlab/20110420"), "day", find)
	require.LessOrEqual(t, m.EnergyKWh, 1.25*bound, line(m))
	require.LessOrEqual(t, m.Migrations, 4000, line(m))
	require.LessOrEqual(t, 100*m.SLAV, 0.0004, line(m))
}

// A page could fit the days that it was made on and no other: here the machines of both are shuffled, so that other loads
// fall to other sizes, in days of other sizes.
func TestConsolidationIsAsGoodOnDaysThatNobodyHad(t *testing.T) {
	find := exampletest.Data(t)
	p := exampletest.Compile(t, "datacenter.tune")
	for seed, machines := range []int{898, 1054, 1358} {
		day := shuffled(t, find, uint64(seed), machines)
		file := filepath.Join(t.TempDir(), "day.csv")
		require.NoError(t, os.WriteFile(file, []byte(csv(day)), 0o600))

		r, err := manager.Simulate(context.Background(), p, manager.SimOptions{Scenario: "day", Seed: 1, Trace: file, Find: find})
		require.NoError(t, err)
		require.LessOrEqual(t, r.Metrics.EnergyKWh, 1.25*leastEnergy(day), line(r.Metrics))
		require.LessOrEqual(t, r.Metrics.Migrations, 4000, line(r.Metrics))
		require.LessOrEqual(t, 100*r.Metrics.SLAV, 0.0004, line(r.Metrics))
	}
}

func shuffled(t *testing.T, find data.Finder, seed uint64, machines int) [][]float64 {
	t.Helper()
	var all [][]float64
	for _, day := range []string{"planetlab/20110303", "planetlab/20110420"} {
		trace, err := find.Trace(context.Background(), day)
		require.NoError(t, err)
		all = append(all, trace.Load...)
	}
	r := rand.New(rand.NewPCG(seed, 0))
	r.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	return all[:machines]
}

func csv(rows [][]float64) string {
	var b strings.Builder
	for _, row := range rows {
		for i, share := range row {
			if i > 0 {
				b.WriteByte(',')
			}
			fmt.Fprintf(&b, "%.0f", 100*share)
		}
		b.WriteByte('\n')
	}
	return b.String()
}

// leastEnergy is the bound that no policy can beat, in kWh: all demand at the watts of the best host, full.
func leastEnergy(rows [][]float64) float64 {
	size, fourth := []float64{2500, 2000, 1000, 500}, (len(rows)+3)/4
	const period, wattsPerMIPS, joules = 300, 135.0 / (2 * 2660), 3.6e6
	sum := 0.0
	for i, row := range rows {
		used := untilGone(row)
		for k := 1; k+2 < len(used); k++ {
			sum += (used[k] + used[k+1]) / 2 * size[i/fourth]
		}
	}
	return sum * period * wattsPerMIPS / joules
}

// untilGone is the load of a machine with nothing behind its end: it is gone once it wants nothing for two samples, as in
// the published model.
func untilGone(row []float64) []float64 {
	used := slices.Clone(row)
	for k := 1; k+1 < len(used); k++ {
		if used[k] == 0 && used[k+1] == 0 {
			clear(used[k:])
			break
		}
	}
	return used
}

func TestMemoryIsALimitWhereItIsRequired(t *testing.T) {
	find := exampletest.Data(t)
	p := exampletest.Compile(t, "datacenter.tune")
	free, bound := play(t, p, "day", find), play(t, p, "memory", find)
	require.Greater(t, bound.EnergyKWh, free.EnergyKWh)

	const least = 391.5 // hosts for the memory of the machines that are there at each step, each at its part of the demand
	require.LessOrEqual(t, bound.EnergyKWh, 1.1*least, line(bound))
}
