package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/tune-autonomic/tune/cmd/internal/clitool"
	"github.com/tune-autonomic/tune/compiler"
	"github.com/tune-autonomic/tune/compiler/finding"
	"github.com/tune-autonomic/tune/internal/files"
	"github.com/tune-autonomic/tune/runtime/testrun"
)

// played is what came of one file: a report of its tests, or, if there is none, the findings of a system with errors.
type played struct {
	file   string
	got    compiler.Result
	report *testrun.Report
}

// told says whether there is something that programs can read.
func (p played) told() bool { return p.report != nil || len(p.got.Findings) > 0 && p.got.Suite == nil }

// write prints it for programs, as the only one.
func (p played) write(c *cli.Context) error {
	if p.report != nil {
		return json.NewEncoder(c.App.Writer).Encode(p.report)
	}
	found, err := finding.JSON(p.got.Findings, p.got.Sources)
	if err == nil {
		_, err = fmt.Fprintf(c.App.Writer, "%s\n", found)
	}
	return err
}

// writeAll prints, for programs, what came of some files.
func writeAll(c *cli.Context, all []played) error {
	type entry struct {
		File     string          `json:"file"`
		Findings json.RawMessage `json:"findings,omitempty"`
		*testrun.Report
	}
	list := []entry{}
	for _, p := range all {
		e := entry{File: p.file, Report: p.report}
		if p.report == nil {
			found, err := finding.JSON(p.got.Findings, p.got.Sources)
			if err != nil {
				return err
			}
			e.Findings = found
		}
		list = append(list, e)
	}
	return json.NewEncoder(c.App.Writer).Encode(list)
}

// writeJUnit writes what came of some files into the file that --junit says, if it does.
func writeJUnit(c *cli.Context, all []played) error {
	path := c.String("junit")
	if path == "" {
		return nil
	}
	var systems []testrun.Played
	for _, p := range all {
		systems = append(systems, p.forJUnit())
	}
	return files.Write(path, func(w io.Writer) error { return testrun.WriteJUnit(w, systems) })
}

// forJUnit is it with what JUnit has no place for, a system with errors, as a test that can't be played.
func (p played) forJUnit() testrun.Played {
	if p.report != nil {
		return testrun.Played{System: p.got.Suite.Program.System, Report: *p.report}
	}
	first, wrong := finding.Finding{}, 0
	for _, f := range p.got.Findings {
		if f.Severity != finding.Error {
			continue
		}
		if wrong++; wrong == 1 {
			first = f
		}
	}
	why := fmt.Sprintf("%s: %s", first.Code, first.Msg)
	if wrong > 1 {
		why += fmt.Sprintf(" (and %d more)", wrong-1)
	}
	var all strings.Builder
	_ = finding.Render(&all, p.got.Findings, p.got.Sources) // a Builder takes all
	compiles := testrun.Test{Name: "compiles", At: testrun.Place{File: p.file, Line: 1}, Seeds: 1, Error: why + "\n" + strings.TrimSpace(all.String())}
	return testrun.Played{System: p.file, Report: testrun.Report{Tests: []testrun.Test{compiles}}}
}

// playAll plays the tests of some files, one after the other. The error is ErrReported if one of them failed.
func playAll(c *cli.Context, paths []string, o testrun.Options) (all []played, err error) {
	for i, path := range paths {
		if !c.Bool("json") {
			if i > 0 {
				fmt.Fprintln(c.App.Writer)
			}
			fmt.Fprintf(c.App.Writer, "%s\n", path)
		}
		p, failed := play(c, path, o)
		if failed != nil && !errors.Is(failed, clitool.ErrReported) {
			return all, failed
		}
		all = append(all, p)
		if failed != nil {
			err = failed
		}
	}
	return all, err
}
