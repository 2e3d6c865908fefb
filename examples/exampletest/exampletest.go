// Package exampletest plays the examples in their tests: a program of the folder, perhaps with lines written otherwise,
// in the simulator, with all that a report of the run would hold.
package exampletest

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/tune-autonomic/tune/compiler"
	"github.com/tune-autonomic/tune/compiler/bundle"
	"github.com/tune-autonomic/tune/runtime/data"
	"github.com/tune-autonomic/tune/runtime/engine"
	"github.com/tune-autonomic/tune/runtime/journal"
	"github.com/tune-autonomic/tune/runtime/manager"
	"github.com/tune-autonomic/tune/runtime/report"
	"github.com/tune-autonomic/tune/runtime/testrun"
)

// Data finds the real loads. It skips the test where they aren't: what is made up in their place has other figures.
func Data(t *testing.T) data.Finder {
	t.Helper()
	dir := os.Getenv("TUNE_DATA")
	if dir == "" {
		t.Skip("no real loads: set TUNE_DATA to a folder that has them (make test does, where it finds one)")
	}
	return data.Finder{Dir: dir}
}

// Compile compiles a program of the current folder with some of its lines written otherwise: old, new, old, new, …
func Compile(t *testing.T, file string, edits ...string) *bundle.Program {
	t.Helper()
	built := compiler.CompileSource(os.DirFS("."), file, edited(t, file, edits))
	require.NotNil(t, built.Program, "%v", built.Findings)
	return built.Program
}

// edited is the text of a file with what is written otherwise.
func edited(t *testing.T, file string, edits []string) string {
	t.Helper()
	raw, err := os.ReadFile(file)
	require.NoError(t, err)
	text := string(raw)
	for i := 0; i < len(edits); i += 2 {
		require.Contains(t, text, edits[i])
		text = strings.ReplaceAll(text, edits[i], edits[i+1])
	}
	return text
}

// Tests plays the tests of a program of the current folder, with some of its lines written otherwise, and returns their
// report as people see it, and how many of them failed.
func Tests(t *testing.T, file string, edits ...string) (told string, failed int) {
	t.Helper()
	built := compiler.CompileTests(os.DirFS("."), file, edited(t, file, edits))
	require.NotNil(t, built.Suite, "%v", built.Findings)
	var text strings.Builder
	printer := testrun.NewPrinter(&text, nil)
	find := data.Finder{Dir: os.Getenv("TUNE_DATA"), Offline: true}
	r, err := testrun.Run(context.Background(), built.Suite, testrun.Options{Jobs: 2, Find: find, Done: printer.Test})
	require.NoError(t, err)
	require.NotEmpty(t, r.Tests)
	return text.String(), r.Failed()
}

// Run is what came of playing a scenario. The wall's time isn't in it, nor anything else that two runs don't share.
type Run struct {
	Summary  report.Summary
	Timeline []byte // timeline.csv
	Records  []byte // what the engine had kept, in order
	Notices  []engine.Notice

	t    *testing.T
	rows [][]string
}

// Play simulates a scenario of p.
func Play(t *testing.T, p *bundle.Program, o manager.SimOptions) *Run {
	t.Helper()
	run := &Run{t: t}
	rec := report.NewRecorder()
	kept := &diary{Memory: journal.NewMemory()}
	o.Observer, o.Journal = manager.Observers{rec, run}, kept
	r, err := manager.Simulate(context.Background(), p, o)
	require.NoError(t, err)

	r.Wall = 0
	dir := t.TempDir()
	require.NoError(t, rec.Write(dir, r, "bundle"))
	text, err := os.ReadFile(filepath.Join(dir, "summary.json"))
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(text, &run.Summary))
	run.Timeline, err = os.ReadFile(filepath.Join(dir, "timeline.csv"))
	require.NoError(t, err)
	run.rows, err = csv.NewReader(bytes.NewReader(run.Timeline)).ReadAll()
	require.NoError(t, err)
	run.Records = kept.text.Bytes()
	run.addsUp()
	return run
}

// addsUp requires that the timeline goes on to the run's end, and has what the summary has.
func (r *Run) addsUp() {
	r.t.Helper()
	end := r.Summary.Time.VirtualS
	require.Equal(r.t, end, number(r.t, r.rows[len(r.rows)-1][0]), "the last line is the run's end")
	joules, before := 0.0, 0.0
	for _, row := range r.rows[1:] {
		at := number(r.t, row[0])
		joules += float64(number(r.t, row[slices.Index(r.rows[0], "power_w")]) * (at - before))
		before = at
	}
	require.InDelta(r.t, r.Summary.Energy.KWh, joules/3.6e6, 0.001*end/3.6e6, "power, times the step, is the energy")
	require.InDelta(r.t, r.Summary.Requests.Done, r.At(end+1, "requests_done"), 0.1)
	require.InDelta(r.t, r.Summary.Requests.Lost, r.At(end+1, "requests_lost"), 1)
	require.Equal(r.t, float64(r.Summary.Moves.Count), r.At(end+1, "migrations"))
}

// Begin, Notice and Moment make a Run an observer, which notes what happened.
func (r *Run) Begin(manager.Stage) time.Duration { return 0 }
func (r *Run) Notice(n engine.Notice)            { r.Notices = append(r.Notices, n) }
func (r *Run) Moment(time.Duration)              {}

// At is a figure of the timeline as it was last known before a time; 0 for a host that is off.
func (r *Run) At(sec float64, column string) float64 {
	r.t.Helper()
	c := slices.Index(r.rows[0], column)
	require.GreaterOrEqual(r.t, c, 0, "the timeline has no column %s", column)
	cell := ""
	for _, row := range r.rows[1:] {
		if number(r.t, row[0]) >= sec {
			break
		}
		cell = row[c]
	}
	return number(r.t, cell)
}

// When is the second at which an event first came, as a notice tells it: "hot(node1)".
func (r *Run) When(event string) float64 {
	r.t.Helper()
	for _, n := range r.Notices {
		if n.Kind == engine.NoticeEvent && n.Text == event {
			return time.Duration(n.At).Seconds()
		}
	}
	require.Fail(r.t, "there was no event "+event)
	return 0
}

// Texts are the notices of a kind, in the order of time.
func (r *Run) Texts(kind engine.NoticeKind) []string {
	var texts []string
	for _, n := range r.Notices {
		if n.Kind == kind {
			texts = append(texts, n.Text)
		}
	}
	return texts
}

func number(t *testing.T, cell string) float64 {
	if cell == "" {
		return 0
	}
	v, err := strconv.ParseFloat(cell, 64)
	require.NoError(t, err)
	return v
}

// diary is a journal that doesn't forget what was replaced.
type diary struct {
	*journal.Memory
	text bytes.Buffer
}

func (d *diary) Append(ctx context.Context, l journal.Lease, entries []journal.Entry) error {
	for _, e := range entries {
		fmt.Fprintf(&d.text, "%s %d %x\n", e.Subject, e.Rev, e.Data)
	}
	return d.Memory.Append(ctx, l, entries)
}
