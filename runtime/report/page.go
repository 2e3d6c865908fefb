package report

import (
	"cmp"
	"embed"
	"encoding/json"
	"fmt"
	"html/template"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/tune-autonomic/tune/runtime/engine"
)

//go:embed assets
var assets embed.FS

var pageTemplate = template.Must(template.ParseFS(assets, "assets/page.html"))

const (
	// maxRows is how many lines a table of the page has, maxHover how many runs the pointer finds.
	maxRows  = 200
	maxHover = 2_000
)

// page is what the template fills in.
type page struct {
	Title, Subtitle string
	Data            []string
	Cards           []card
	Legend          []legend
	Charts          template.HTML
	Style           template.CSS
	Script          template.JS
	Facts           template.JS // JSON for the script
	Figures         []figure
	Runs            []runRow
	RunsBeyond      int
	Notes           []noteRow
	NotesBeyond     int
}

type (
	// card is a figure to see first; Tone is good, bad or empty.
	card struct{ Name, Value, Unit, Tone string }
	// legend is a series that can be faded out.
	legend struct{ Name, Var string }
	// figure is a line of the summary.
	figure struct{ Key, Value string }
	// runRow is a run, or Times of them that were alike, the last at Until.
	runRow struct {
		At, Until, Took, Policy, Thing, Way, Outcome, Tone string
		Times                                              int
	}
	// noteRow is something else that happened, or Times of it, the last at Until.
	noteRow struct {
		At, Until, Kind, Text string
		Times                 int
	}
)

func (r *Recorder) writePage(w io.Writer, s Summary) error {
	svg, at, err := drawStack(r.panels())
	if err != nil {
		return err
	}
	style, err := assets.ReadFile("assets/style.css")
	if err != nil {
		return err
	}
	script, err := assets.ReadFile("assets/script.js")
	if err != nil {
		return err
	}
	facts, err := json.Marshal(r.facts(at))
	if err != nil {
		return err
	}
	p := page{
		Title: s.System + " · " + s.Scenario,
		Subtitle: fmt.Sprintf("%s simulated in %s · seed %d · bundle %s",
			people(time.Duration(s.Time.VirtualS*1e9)), people(time.Duration(s.Time.WallS*1e9)), s.Seed, shorten(s.Bundle.Digest, 13)),
		Data: s.Data, Cards: cards(s, r), Charts: template.HTML(svg), Style: template.CSS(style),
		Script: template.JS(script), Facts: template.JS(facts), Figures: figures(s),
	}
	if len(r.hosts) <= fewHosts {
		for h, name := range r.hosts {
			p.Legend = append(p.Legend, legend{name, cssVar(series(h))})
		}
	}
	p.Runs, p.RunsBeyond = r.runRows()
	p.Notes, p.NotesBeyond = r.noteRows()
	return pageTemplate.Execute(w, p)
}

func cards(s Summary, r *Recorder) []card {
	var cs []card
	for _, w := range s.Requests.Waiting {
		never := card{w.Class + " was never ready", "0", "requests", "bad"}
		if w.Clients > 0 {
			never.Unit = "of " + plural(int(math.Ceil(w.Clients)), "client") + " came in"
		}
		cs = append(cs, never)
	}
	if r.hasRequests() {
		lost := card{"requests lost", whole(s.Requests.Lost), "of " + whole(s.Requests.Done+s.Requests.Lost), "good"}
		if s.Requests.Lost > 0 {
			lost.Tone = "bad"
		}
		cs = append(cs, lost)
		if s.Requests.MeanMs > 0 {
			cs = append(cs, card{"answer time, mean", fmt.Sprintf("%.0f", s.Requests.MeanMs), "ms", ""})
		}
	}
	moves := card{"migrations", whole(float64(s.Moves.Count)), "", ""}
	if s.Moves.UnderWay > 0 {
		moves.Unit = whole(float64(s.Moves.UnderWay)) + " still under way"
	}
	cs = append(cs, moves)
	if s.Energy.KWh > 0 {
		cs = append(cs, card{"energy", fmt.Sprintf("%.2f", s.Energy.KWh), "kWh", ""})
	}
	if !r.hasRequests() {
		cs = append(cs,
			card{"SLA violation (SLAV)", fmt.Sprintf("%.5f", s.SLA.SLAV), "%", ""},
			card{"CPU not granted", fmt.Sprintf("%.2f", s.SLA.Overall), "%", ""},
			card{"host shutdowns", whole(float64(s.Hosts.Shutdowns)), "", ""})
	}
	runs, running, failed := 0, 0, 0
	for _, p := range s.Policies {
		runs += p.Runs
		running += p.Running
		failed += p.Failed
	}
	c := card{"policy runs", whole(float64(runs)), "", ""}
	if running > 0 {
		c.Unit = whole(float64(running)) + " still under way"
	}
	if failed > 0 {
		c.Unit, c.Tone = whole(float64(failed))+" failed", "bad"
	}
	return append(cs, c)
}

func figures(s Summary) []figure {
	num := func(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }
	all := []figure{
		{"requests.done", decimals(s.Requests.Done, 0)}, {"requests.lost", decimals(s.Requests.Lost, 0)},
		{"requests.idle_closed", decimals(s.Requests.Idle, 0)},
		{"requests.mean_ms", decimals(s.Requests.MeanMs, 1)}, {"requests.p99_ms", decimals(s.Requests.P99Ms, 1)},
		{"migrations.count", strconv.Itoa(s.Moves.Count)}, {"migrations.under_way", strconv.Itoa(s.Moves.UnderWay)}, {"energy.kwh", decimals(s.Energy.KWh, 2)},
		{"sla.slatah", decimals(s.SLA.SLATAH, 2) + " %"}, {"sla.pdm", decimals(s.SLA.PDM, 2) + " %"},
		{"sla.slav", decimals(s.SLA.SLAV, 5) + " %"}, {"sla.overall", decimals(s.SLA.Overall, 2) + " %"},
		{"hosts.shutdowns", strconv.Itoa(s.Hosts.Shutdowns)}, {"hosts.mean_active_s", decimals(s.Hosts.MeanActiveS, 1)},
		{"time.virtual_s", num(s.Time.VirtualS)}, {"time.wall_s", decimals(s.Time.WallS, 3)},
		{"seed", strconv.FormatUint(s.Seed, 10)}, {"bundle.digest", s.Bundle.Digest},
	}
	if s.SLA.Average > 0 {
		all = append(all, figure{"sla.average", decimals(s.SLA.Average, 2) + " %"})
	}
	return all
}

// runRows are the runs; those that follow each other and are alike share a row.
func (r *Recorder) runRows() ([]runRow, int) {
	var rows []runRow
	shown := 0
	for _, x := range r.log.runs {
		row := newRunRow(x)
		if n := len(rows); n > 0 && rows[n-1].like(row) {
			rows[n-1].Times++
			rows[n-1].Until = row.At
		} else if n == maxRows {
			break
		} else {
			rows = append(rows, row)
		}
		shown++
	}
	return rows, len(r.log.runs) - shown + r.log.runsBeyond
}

func newRunRow(x run) runRow {
	row := runRow{At: clockTime(x.start), Policy: x.policy, Thing: x.thing, Way: strings.Join(x.states, " → "), Outcome: x.outcome, Tone: "good", Times: 1}
	switch {
	case x.stuck:
		row.Outcome, row.Tone = "stuck", "bad"
	case x.end < 0:
		row.Outcome, row.Tone = "still running", "busy"
	case x.failed:
		row.Tone = "bad"
	}
	if x.end >= 0 {
		row.Took = people(x.end - x.start)
	}
	return row
}

func (a runRow) like(b runRow) bool {
	return a.Policy == b.Policy && a.Thing == b.Thing && a.Way == b.Way && a.Outcome == b.Outcome && a.Tone == b.Tone && a.Took == b.Took
}

func (r *Recorder) noteRows() ([]noteRow, int) {
	all := slices.Clone(r.log.notes)
	for _, f := range r.faults() {
		all = append(all, note{f.at, f.until, engine.NoticeFault, f.text, 1})
	}
	slices.SortStableFunc(all, func(a, b note) int { return cmp.Compare(a.at, b.at) })
	var rows []noteRow
	for _, n := range all[:min(len(all), maxRows)] {
		row := noteRow{At: clockTime(n.at), Kind: kindNames[n.kind], Text: n.text, Times: n.times}
		if n.times > 1 {
			row.Until = clockTime(n.until)
		}
		rows = append(rows, row)
	}
	return rows, len(all) - len(rows) + r.log.notesBeyond
}

// whole is a number with thin spaces between thousands.
func whole(v float64) string {
	s := strconv.FormatFloat(math.Round(v), 'f', 0, 64)
	for i := len(s) - 3; i > 0 && s[i-1] != '-'; i -= 3 {
		s = s[:i] + "\u2009" + s[i:]
	}
	return s
}

// clockTime is a time since the run's start: 1:02:03, with days before if there are any.
func clockTime(d time.Duration) string {
	days := ""
	if n := d / (24 * time.Hour); n > 0 {
		days = fmt.Sprintf("%dd ", n)
		d -= n * 24 * time.Hour
	}
	return fmt.Sprintf("%s%d:%02d:%02d", days, int(d.Hours()), int(d.Minutes())%60, int(d.Seconds())%60)
}

// people is a duration in the unit that fits it.
func people(d time.Duration) string {
	switch {
	case d < time.Second:
		return fmt.Sprintf("%d ms", d.Milliseconds())
	case d < 2*time.Minute:
		return fmt.Sprintf("%.3g s", d.Seconds())
	case d < 2*time.Hour:
		return fmt.Sprintf("%.3g min", d.Minutes())
	case d <= 48*time.Hour:
		return fmt.Sprintf("%.3g h", d.Hours())
	}
	return fmt.Sprintf("%.3g days", d.Hours()/24)
}
