package main

import (
	"fmt"
	"math"

	"github.com/tune-autonomic/tune/runtime/report"
)

// play is one run: a scenario of an example, where its report goes, and what to compare it with.
type play struct {
	title                    string
	source, scenario, folder string
	published                string // head of the column of published figures
	figures                  []figure
}

// figure is a line: what came of the run, and what was published.
type figure struct {
	name, published string
	of              func(play, report.Summary) string
}

func energy(published string) figure {
	return figure{"energy, kWh", published, func(_ play, s report.Summary) string { return fmt.Sprintf("%.2f", s.Energy.KWh) }}
}

func migrations(published string) figure {
	return figure{"migrations", published, func(_ play, s report.Summary) string { return fmt.Sprint(s.Moves.Count) }}
}

func slav(published string) figure {
	return figure{"SLAV = SLATAH x PDM, %", published, func(_ play, s report.Summary) string { return fmt.Sprintf("%.5f", s.SLA.SLAV) }}
}

func slatah(published string) figure {
	return figure{"SLATAH, %", published, func(_ play, s report.Summary) string { return fmt.Sprintf("%.2f", s.SLA.SLATAH) }}
}

func pdm(published string) figure {
	return figure{"PDM, %", published, func(_ play, s report.Summary) string { return fmt.Sprintf("%.2f", s.SLA.PDM) }}
}

func overall(published string) figure {
	return figure{"CPU demanded, not granted, %", published, func(_ play, s report.Summary) string { return fmt.Sprintf("%.2f", s.SLA.Overall) }}
}

func shutdowns(published string) figure {
	return figure{"host shutdowns", published, func(_ play, s report.Summary) string { return fmt.Sprint(s.Hosts.Shutdowns) }}
}

func lost(published string) figure {
	return figure{"requests lost", published, func(_ play, s report.Summary) string { return fmt.Sprintf("%.0f", s.Requests.Lost) }}
}

// lostAt tells apart what the first, second, … of the changes that lost requests lost.
func lostAt(change int, name, published string) figure {
	return figure{"  on " + name, published, func(p play, _ report.Summary) string {
		sums, err := losses(p.dir())
		if err != nil {
			return err.Error()
		}
		if change > len(sums) {
			return "0"
		}
		return fmt.Sprintf("%.0f", math.Ceil(running(sums[:change]))-math.Ceil(running(sums[:change-1])))
	}}
}

// running is a sum of losses, without what comes of rounding alone.
func running(sums []float64) float64 {
	all := -1e-6
	for _, n := range sums {
		all += n
	}
	return all
}

func answered() figure {
	return figure{"requests answered", "", func(_ play, s report.Summary) string { return fmt.Sprintf("%.0f", s.Requests.Done) }}
}

// runs counts the runs of a policy.
func runs(policy, published string) figure {
	return figure{"runs of " + policy, published, func(_ play, s report.Summary) string {
		for _, p := range s.Policies {
			if p.Name == policy {
				return fmt.Sprint(p.Runs)
			}
		}
		return "0"
	}}
}

const (
	shop       = "examples/shop/shop.tune"
	replicas   = "examples/replicas/replicas.tune"
	cloudsim   = "examples/datacenter/cloudsim.tune"
	datacenter = "examples/datacenter/datacenter.tune"
)

// plays are what the demo runs. The paper is TUNe's (section 4.3.3 is the sizing experiment); CloudSim is release 3.0.3
// with the policy that cloudsim.tune writes out; the bound is the day's demand at the best watts per MIPS.
var plays = []play{
	{
		"shop: the sizing experiment. One virtual machine leaves when its host passes 45 %, and comes home under 10 %.",
		shop, "sizing", "shop", "paper",
		[]figure{lost("0"), answered(), migrations("2"), energy(""), runs("Relieve", "1"), runs("BringHome", "")},
	},
	{
		"worldcup: the same shop under the week around the final of 1998.",
		shop, "worldcup", "worldcup", "",
		[]figure{lost(""), answered(), migrations("")},
	},
	{
		"replicas: the older way, which adds and removes Tomcats and restarts Apache.",
		replicas, "peak", "replicas", "paper",
		[]figure{lost(""), lostAt(1, "an addition, at 600 clients", "195-329"), lostAt(2, "a removal, at 100 clients", ""), answered(), runs("Grow", ""), runs("Shrink", "")},
	},
	{
		"replicas, and 600 clients all the time: what one addition and one removal lose.",
		replicas, "steady", "replicas/steady", "paper",
		[]figure{lost(""), lostAt(1, "the addition", "195-329"), lostAt(2, "the removal", "232-365"), answered()},
	},
	{
		"cloudsim: 800 hosts, 1,052 machines, 24 hours, and the published policy with a ceiling of 80 % as a page of the language.",
		cloudsim, "published", "cloudsim", "CloudSim 3.0.3",
		[]figure{energy("191.73"), migrations("26634"), slatah("4.95"), pdm("0.07"), slav("0.00324"), overall("0.07"), shutdowns("5863")},
	},
	{
		"cloudsim, another day.",
		cloudsim, "other", "cloudsim/other", "CloudSim 3.0.3",
		[]figure{energy("151.74"), migrations("22301"), slatah("5.39"), pdm("0.08"), slav("0.00416"), shutdowns("4737")},
	},
	{
		"datacenter: the first day again, under the library's std/consolidate.",
		datacenter, "day", "datacenter", "CloudSim 3.0.3, 80 %",
		[]figure{energy("191.73 (no policy can get below 95.36 on the real day)"), migrations("26634"), slatah("4.95"), pdm("0.07"), slav("0.00324"), overall("0.07"), shutdowns("5863")},
	},
	{
		"datacenter, and now a host's memory is a limit all day long.",
		datacenter, "memory", "datacenter/memory", "",
		[]figure{energy(""), migrations(""), slatah(""), pdm(""), slav(""), overall(""), shutdowns("")},
	},
}
