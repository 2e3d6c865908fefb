package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"regexp"
	"runtime"

	"github.com/urfave/cli/v2"

	"github.com/tune-autonomic/tune/cmd/internal/clitool"
	"github.com/tune-autonomic/tune/compiler"
	"github.com/tune-autonomic/tune/compiler/bundle"
	"github.com/tune-autonomic/tune/internal/files"
	"github.com/tune-autonomic/tune/runtime/data"
	"github.com/tune-autonomic/tune/runtime/testrun"
)

func testCommand() *cli.Command {
	return &cli.Command{
		Name:      "test",
		Usage:     "play a system's tests in simulated worlds, in virtual time",
		ArgsUsage: "FILE.tune | FOLDER",
		Description: "Each `test` block is played on the real engine, once with each of its seeds. The exit code is 1 if one\n" +
			"fails; then it is told which expectation failed, what its parts were, and what happened around that time.\n" +
			"Of a folder, the tests of all systems in it are played. With --json, a system with errors gives its findings,\n" +
			"as check --json does.\n\n" +
			"Example:\n\n" +
			"   tunec test examples/shop/shop.tune\n" +
			"   tunec test examples/shop/shop.tune --run 'comes home' --cover",
		Flags: []cli.Flag{
			&cli.StringFlag{Name: "run", Usage: "play only tests whose names match the regular expression `RE`"},
			&cli.IntFlag{Name: "jobs", Value: runtime.NumCPU(), DefaultText: "as many as there are processors", Usage: "play up to `N` runs at once"},
			&cli.BoolFlag{Name: "cover", Usage: "say which states, arrows and outcomes of guards the tests have gone through"},
			&cli.StringFlag{Name: "junit", Usage: "write JUnit's XML into `FILE`"},
			jsonFlag(),
		},
		Action: func(c *cli.Context) error {
			path, err := clitool.OneArg(c, "FILE.tune")
			if err != nil {
				return err
			}
			o, err := testOptions(c)
			if err != nil {
				return err
			}
			if info, err := os.Stat(path); err == nil && info.IsDir() {
				return testFolder(c, path, o)
			}
			return testFile(c, path, o)
		},
	}
}

// testFile plays the tests of one system.
func testFile(c *cli.Context, path string, o testrun.Options) error {
	got, err := compileTests(path)
	if _, isFile := errors.AsType[*fs.PathError](err); isFile && c.Bool("json") {
		got, err = unreadable(path, err), nil
	}
	if err != nil {
		return err
	}
	if got.Suite == nil { // warnings are for check
		return show(c, got)
	}
	return runTests(c, got.Suite, o)
}

// compileTests is compile with the tests. What comes of them names files as path does.
func compileTests(path string) (compiler.Result, error) {
	p, err := openProgram(path)
	if err != nil {
		return compiler.Result{}, err
	}
	defer p.close()
	r := p.named(compiler.CompileTests(p.root.FS(), p.file, p.text))
	if r.Suite != nil {
		for i := range r.Suite.Program.Sources {
			s := &r.Suite.Program.Sources[i]
			s.Path = here(p.dir, s.Path)
		}
	}
	return r, nil
}

func testOptions(c *cli.Context) (testrun.Options, error) {
	o := testrun.Options{Jobs: c.Int("jobs"), Find: data.Default(1)}
	if o.Jobs < 1 {
		return o, clitool.Usagef("--jobs %d: a number of at least 1 is expected", o.Jobs)
	}
	if re := c.String("run"); re != "" {
		match, err := regexp.Compile(re)
		if err != nil {
			return o, clitool.Usagef("--run %s: %v", re, err)
		}
		o.Match = match
	}
	return o, nil
}

func runTests(c *cli.Context, s *bundle.Suite, o testrun.Options) error {
	ctx, stop := clitool.UntilStopped()
	defer stop()
	printer := testrun.NewPrinter(c.App.Writer, testNames(s, o.Match))
	if !c.Bool("json") {
		o.Done = printer.Test
	}
	r, stopped := testrun.Run(ctx, s, o)
	if len(r.Tests) == 0 {
		return noTests(s, o)
	}
	var err error
	switch {
	case c.Bool("json"):
		err = json.NewEncoder(c.App.Writer).Encode(r)
	case stopped == nil:
		if c.Bool("cover") {
			printer.Coverage(r.Coverage)
		}
		printer.End(r)
	}
	if file := c.String("junit"); err == nil && file != "" {
		err = files.Write(file, func(w io.Writer) error { return testrun.WriteJUnit(w, s.Program.System, r) })
	}
	switch {
	case err != nil:
		return err
	case stopped != nil:
		return stopped
	case r.Failed() > 0:
		return clitool.ErrReported
	}
	return nil
}

// noTests is no success: somebody expects something to be tested.
func noTests(s *bundle.Suite, o testrun.Options) error {
	if o.Match != nil && len(s.Cases) > 0 {
		return clitool.Usagef("--run %s: none of the %d tests is called so", o.Match, len(s.Cases))
	}
	return fmt.Errorf("%s has no tests: add `test \"NAME\" in SCENARIO { … }`", s.Program.System)
}

func testNames(s *bundle.Suite, match *regexp.Regexp) []string {
	var names []string
	for _, t := range s.Cases {
		if match == nil || match.MatchString(t.Name) {
			names = append(names, t.Name)
		}
	}
	return names
}
