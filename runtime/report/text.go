package report

import (
	"fmt"
	"io"
	"math"
	"path/filepath"
	"strings"
	"time"
)

// WriteText says in a few lines what came of the run. dir is where the report was written, "" if it wasn't.
func (s Summary) WriteText(w io.Writer, dir string) error {
	var b strings.Builder
	fmt.Fprintf(&b, "%s · %s: %s in %s, seed %d\n", s.System, s.Scenario,
		people(time.Duration(s.Time.VirtualS*1e9)), people(time.Duration(s.Time.WallS*1e9)), s.Seed)
	line := func(name, format string, args ...any) {
		fmt.Fprintf(&b, "  %-11s %s\n", name, fmt.Sprintf(format, args...))
	}
	if s.Requests.Done+s.Requests.Lost > 0 {
		line("requests", "%s lost of %s; answered in %.0f ms on average, 99 %% within %.0f ms",
			whole(s.Requests.Lost), whole(s.Requests.Done+s.Requests.Lost), s.Requests.MeanMs, s.Requests.P99Ms)
	}
	for _, w := range s.Requests.Waiting {
		line("requests", "%s", w.text())
	}
	line("migrations", "%s", s.Moves.text())
	if s.Energy.KWh > 0 {
		line("energy", "%.2f kWh, %s", s.Energy.KWh, plural(s.Hosts.Shutdowns, "host shutdown"))
	}
	if s.SLA.SLATAH >= 0.005 || s.SLA.Overall >= 0.005 {
		line("sla", "SLATAH %.2f %%, PDM %.2f %%, SLAV %.5f %%, overall %.2f %%", s.SLA.SLATAH, s.SLA.PDM, s.SLA.SLAV, s.SLA.Overall)
	}
	for _, p := range s.Policies {
		text := plural(p.Runs, "run")
		if p.Running > 0 {
			text += fmt.Sprintf(", %d still under way", p.Running)
		}
		if p.Failed > 0 {
			text += fmt.Sprintf(", %d failed", p.Failed)
		}
		if p.Stuck > 0 {
			text += fmt.Sprintf(", %d stuck", p.Stuck)
		}
		switch {
		case p.Why == "":
		case p.Failed > 0 || p.Stuck > 0:
			text += "; the first: " + p.Why
		default:
			text += "; an action failed: " + p.Why
		}
		line("policy", "%s: %s", p.Name, text)
	}
	for _, d := range s.Data {
		line("load", "%s", d)
	}
	if dir != "" {
		line("report", "%s", filepath.Join(dir, "report.html"))
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func (w Waiting) text() string {
	who := "the requests to it"
	if w.Clients > 0 {
		who = plural(int(math.Ceil(w.Clients)), "client")
	}
	return w.Class + " was never ready, and " + who + " never came in"
}

func (m Migrations) text() string {
	text := whole(float64(m.Count))
	if m.UnderWay > 0 {
		text += fmt.Sprintf(", and %d under way at the end", m.UnderWay)
	}
	return text
}

func plural(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return whole(float64(n)) + " " + what + "s"
}
