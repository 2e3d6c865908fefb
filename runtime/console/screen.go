package console

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/tune-autonomic/tune/drivers"
	"github.com/tune-autonomic/tune/drivers/sim"
)

const (
	bold  = "\x1b[1m"
	dim   = "\x1b[2m"
	red   = "\x1b[31m"
	plain = "\x1b[0m"
)

// screen is the picture of now: hosts with their load and machines above, figures, then what runs and what happened.
func (l *Live) screen(b box) string {
	var rows []string
	put := func(format string, args ...any) { rows = append(rows, fmt.Sprintf(format, args...)) }
	put("%s%s%s · %s   %s   %sCtrl-C ends%s", bold, l.stage.Program.System, plain, l.stage.Scenario, clockTime(l.now), dim, plain)
	put("")
	room := b.rows - 8
	rows = append(rows, l.hostRows(max(3, room/2), b.cols)...)
	put("")
	put("%s", figures(l.stage.World.Metrics()))
	runs := slices.Sorted(maps.Values(l.running))
	if len(runs) == 0 {
		put("%sno policy runs%s", dim, plain)
	} else {
		put("runs: %s", cut(strings.Join(runs, ", "), b.cols-6))
	}
	put("")
	for _, n := range l.news[max(0, len(l.news)-max(1, b.rows-len(rows)-1)):] {
		put("%s", cut(n, b.cols))
	}
	return strings.Join(rows[:min(len(rows), b.rows-1)], "\x1b[K\r\n") + "\x1b[K"
}

// figures are what the run amounts to so far.
func figures(m sim.Metrics) string {
	parts := []string{fmt.Sprintf("migrations %d", m.Migrations)}
	if m.Requests.Done+m.Requests.Lost > 0 {
		lost := fmt.Sprintf("%.0f lost", m.Lost())
		if m.Lost() > 0 {
			lost = red + lost + plain
		}
		parts = append(parts, fmt.Sprintf("requests %.0f answered, %s", m.Requests.Done, lost))
	}
	if m.EnergyKWh > 0 {
		parts = append(parts, fmt.Sprintf("energy %.2f kWh", m.EnergyKWh))
	}
	return strings.Join(parts, " · ")
}

// hostRows are at most n lines: all hosts in their order, or else the busiest.
func (l *Live) hostRows(n, cols int) []string {
	hosts := slices.Clone(l.snapshot.Hosts)
	beyond := 0
	if len(hosts) > n {
		slices.SortStableFunc(hosts, func(a, b sim.HostState) int { return cmp.Compare(b.CPU, a.CPU) })
		beyond = len(hosts) - (n - 1)
		hosts = hosts[:n-1]
	}
	on := map[drivers.Ref][]string{}
	for _, m := range l.snapshot.Machines {
		if m.Host == drivers.NoRef {
			continue
		}
		name := l.stage.Names.Name(m.Ref.Space, m.Ref.Index)
		if m.To != drivers.NoRef {
			name += " → " + l.stage.Names.Name(m.To.Space, m.To.Index)
		}
		on[m.Host] = append(on[m.Host], name)
	}
	var rows []string
	for _, h := range hosts {
		name := cut(l.stage.Names.Name(h.Ref.Space, h.Ref.Index), 14)
		if !h.On {
			rows = append(rows, fmt.Sprintf("%s%-14s off%s", dim, name, plain))
			continue
		}
		guests := cut(strings.Join(on[h.Ref], "  "), cols-46)
		rows = append(rows, fmt.Sprintf("%-14s %s %3.0f %%  %s", name, bar(h.CPU, 20), 100*h.CPU, guests))
	}
	if beyond > 0 {
		rows = append(rows, fmt.Sprintf("%s… and %d more hosts, less busy%s", dim, beyond, plain))
	}
	return rows
}

func cut(s string, n int) string {
	r := []rune(s)
	if len(r) <= n {
		return s
	}
	if n < 1 {
		return ""
	}
	return string(r[:n-1]) + "…"
}
