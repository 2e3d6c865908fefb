// Package std_test plays the systems that use the standard library, and holds docs/std.md to what came of it.
package std_test

import (
	"bytes"
	"context"
	"encoding/csv"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tune-autonomic/tune/compiler"
	"github.com/tune-autonomic/tune/compiler/std"
	"github.com/tune-autonomic/tune/examples/exampletest"
	"github.com/tune-autonomic/tune/internal/docs"
	"github.com/tune-autonomic/tune/runtime/manager"
	"github.com/tune-autonomic/tune/runtime/testrun"
)

var update = flag.Bool("update", false, "print the figures into docs/std.md anew")

const document = "../../docs/std.md"

// gain is what a module is worth: a figure of a scenario with it, and without the lines that use it.
type gain struct {
	module, file, scenario string // the file is that of examples/std/MODULE/MODULE.tune, if it isn't said
	data                   bool   // that it is played on real loads
	instead                string // of the lines that use it
	figure                 func(*exampletest.Run) string
	name                   string // of the figure
}

var gains = []gain{
	{module: "apart", scenario: "crash", name: "requests lost when a host is, with two servers", figure: lost},
	{module: "together", scenario: "steady", name: "servers whose database is on another host, of two", figure: divorced},
	{module: "balance", file: "balance/day.tune", scenario: "day", data: true, name: "CPU asked for and not given on a real day, %", figure: ungranted},
	{module: "consolidate", file: "../datacenter/datacenter.tune", scenario: "day", data: true, name: "energy of 800 hosts on a real day, kWh", figure: energy},
	{module: "drain", scenario: "disk", name: "requests lost when the host is pulled out", figure: lost},
	{module: "rolling", scenario: "steady", instead: bare, name: "requests lost by restarting four servers (without: not drained)", figure: lost},
	{module: "heal", scenario: "crash", name: "requests lost when the host of the database is", figure: lost},
	{module: "reweight", scenario: "worldcup", data: true, name: "requests lost on a real day, when a server has to go to a slower host", figure: lost},
	{module: "relieve", scenario: "worldcup", data: true, name: "requests lost on a real day", figure: lost},
}

// bare restarts one after the other, and drains none.
const bare = "policy Roll on renew { state All { for a in App { a.again } } -> Done  final Done }"

func lost(r *exampletest.Run) string { return fmt.Sprintf("%.0f", r.Summary.Requests.Lost) }

func ungranted(r *exampletest.Run) string { return fmt.Sprintf("%.2f", r.Summary.SLA.Overall) }

func energy(r *exampletest.Run) string { return fmt.Sprintf("%.1f", r.Summary.Energy.KWh) }

// divorced counts the servers whose database is on another host at the end.
func divorced(r *exampletest.Run) string {
	rows, err := csv.NewReader(bytes.NewReader(r.Timeline)).ReadAll()
	if err != nil {
		return err.Error()
	}
	host := map[string]string{}
	for i, column := range rows[0] {
		host[column] = rows[len(rows)-1][i]
	}
	n := 0
	for _, k := range []string{"1", "2"} {
		if host["host.Servlet-"+k] != host["host.Data-"+k] {
			n++
		}
	}
	return fmt.Sprint(n)
}

// unused are the edits that take a module out of a program, with the tests, which may ask for its policies.
func unused(t *testing.T, file, module, instead string) []string {
	t.Helper()
	raw, err := os.ReadFile(file)
	require.NoError(t, err)
	uses := regexp.MustCompile(`(?m)^use `+module+`\b.*\n( .*\n|\).*\n)*`).FindAllString(string(raw), -1)
	require.NotEmpty(t, uses)
	var edits []string
	if tests := regexp.MustCompile(`(?ms)^test .*\z`).FindString(string(raw)); tests != "" {
		edits = append(edits, tests, "")
	}
	for _, u := range uses {
		edits, instead = append(edits, u, instead+"\n"), ""
	}
	return edits
}

// figures are the figure without the module and with it.
func (g gain) figures(t *testing.T) (without, with string) {
	t.Helper()
	file := g.file
	if file == "" {
		file = g.module + "/" + g.module + ".tune"
	}
	o := manager.SimOptions{Scenario: g.scenario, Seed: 1}
	if g.data {
		o.Find = exampletest.Data(t)
	}
	t.Chdir(filepath.Dir(file))
	file = filepath.Base(file)
	edits := unused(t, file, g.module, g.instead)
	idle := exampletest.Play(t, exampletest.Compile(t, file, edits...), o)
	busy := exampletest.Play(t, exampletest.Compile(t, file), o)
	return g.figure(idle), g.figure(busy)
}

// lines counts the lines of a module that a machine reads: neither blank nor only a comment.
func lines(t *testing.T, module string) int {
	t.Helper()
	n := 0
	for _, line := range strings.Split(source(t, module), "\n") {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "//") {
			n++
		}
	}
	return n
}

func source(t *testing.T, module string) string {
	t.Helper()
	raw, err := fs.ReadFile(std.FS, module+".tune")
	require.NoError(t, err)
	return string(raw)
}

// TestTheTableTellsWhatEachIsWorth: the rows of docs/std.md are printed from runs; -update rewrites them.
func TestTheTableTellsWhatEachIsWorth(t *testing.T) {
	for _, g := range gains {
		t.Run(g.module, func(t *testing.T) {
			file, err := filepath.Abs(document)
			require.NoError(t, err)
			without, with := g.figures(t)
			require.NotEqual(t, without, with, "it is worth nothing here")
			row := fmt.Sprintf("| `%s` | %d | %s | %s | %s |\n", g.module, lines(t, g.module), g.name, without, with)
			holdRow(t, file, g.module, row)
		})
	}
}

// TestThePagesAreInTheDocument: what a module says of itself, and what it takes, stands there as in its source.
func TestThePagesAreInTheDocument(t *testing.T) {
	for _, m := range modules(t) {
		docs.Part(t, document, m, page(source(t, m)), *update)
	}
}

var startsOnNothing = regexp.MustCompile(`(?m)^policy (\w+) (lossless )?\{`)

// page is the comment before a module as text, its parameters as code, and what it needs to start.
func page(source string) string {
	head, body, _ := strings.Cut(source, "\nmodule ")
	about := strings.ReplaceAll(strings.TrimPrefix(head, "// "), "\n// ", "\n")
	var params []string
	for _, line := range strings.Split(body, "\n") {
		if strings.HasPrefix(line, "param ") {
			params = append(params, "    "+line+"\n")
		}
	}
	text := about + "\n\n" + strings.Join(params, "")
	if p := startsOnNothing.FindStringSubmatch(body); p != nil {
		module, _, _ := strings.Cut(body, "\n")
		text += "\nIt starts on no event of its own: `use " + module + "." + p[1] + " on EVENT (…)` says on which.\n"
	}
	return text
}

func modules(t *testing.T) []string {
	t.Helper()
	files, err := fs.Glob(std.FS, "*.tune")
	require.NoError(t, err)
	var names []string
	for _, f := range files {
		names = append(names, strings.TrimSuffix(path.Base(f), ".tune"))
	}
	return names
}

// holdRow holds a module's row of the table: each is printed by itself, as some need real loads.
func holdRow(t *testing.T, file, module, row string) {
	t.Helper()
	raw, err := os.ReadFile(file)
	require.NoError(t, err)
	old := regexp.MustCompile("(?m)^\\| `" + module + "` \\|.*\n").FindString(string(raw))
	require.NotEmpty(t, old, "the table has no row for %s", module)
	if *update {
		require.NoError(t, os.WriteFile(file, []byte(strings.Replace(string(raw), old, row, 1)), 0o644))
		return
	}
	require.Equal(t, row, old, "go test ./examples/std -update prints it anew")
}

func TestEachModuleHasAPlaceInTheTable(t *testing.T) {
	var listed []string
	for _, g := range gains {
		listed = append(listed, g.module)
	}
	require.ElementsMatch(t, modules(t), listed)
}

// warned are systems that the compiler warns of, for what they do costs requests if it is done in vain.
var warned = map[string]bool{"heal/heal.tune": true}

// What uses the library checks without a word, and its tests hold.
func TestTheSystemsKeepTheirPromises(t *testing.T) {
	files, err := filepath.Glob("*/*.tune")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, f := range files {
		t.Run(f, func(t *testing.T) {
			raw, err := os.ReadFile(f)
			require.NoError(t, err)
			r := compiler.CompileTests(os.DirFS(filepath.Dir(f)), filepath.Base(f), string(raw))
			require.NotNil(t, r.Suite, "%v", r.Findings)
			got, err := testrun.Run(context.Background(), r.Suite, testrun.Options{Jobs: 1})
			require.NoError(t, err)
			require.Zero(t, got.Failed(), "%+v", got.Tests)
			if !warned[f] {
				require.Empty(t, r.Findings)
			}
		})
	}
}
