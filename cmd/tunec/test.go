package main

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"regexp"
	"runtime"

	"github.com/urfave/cli/v2"

	"github.com/tune-autonomic/tune/cmd/internal/clitool"
	"github.com/tune-autonomic/tune/compiler"
	"github.com/tune-autonomic/tune/compiler/bundle"
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
			"Behind the tests stands which data their loads came from, where they name any. Of a folder, the tests of all\n" +
			"systems in it are played; --json is a list of them then, each with its file. A system with errors gives its\n" +
			"findings there, as check --json does.\n\n" +
			"Example:\n\n" +
			"   tunec test examples/shop/shop.tune\n" +
			"   tunec test examples/shop/shop.tune --run 'comes home' --cover\n" +
			"   tunec test examples/shop --junit shop.xml",
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
			if err := clitool.NotEmpty(c, "junit"); err != nil {
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
	p, err := play(c, path, o)
	if !p.told() {
		return err
	}
	if c.Bool("json") {
		if err := p.write(c); err != nil {
			return err
		}
	}
	return cmp.Or(writeJUnit(c, []played{p}), err)
}

// play compiles a system and plays its tests. People are told while they run. The error is ErrReported if something failed.
func play(c *cli.Context, path string, o testrun.Options) (played, error) {
	got, err := compileTests(path)
	if _, isFile := errors.AsType[*fs.PathError](err); isFile && c.Bool("json") {
		got, err = unreadable(path, err), nil
	}
	p := played{file: path, got: got}
	switch {
	case err != nil:
		return p, err
	case got.Suite == nil && c.Bool("json"):
		return p, clitool.ErrReported
	case got.Suite == nil: // warnings are for check
		return p, show(c, got)
	}
	p.report, err = runTests(c, got.Suite, o)
	return p, err
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

// runTests plays a suite, and tells people of it.
func runTests(c *cli.Context, s *bundle.Suite, o testrun.Options) (*testrun.Report, error) {
	ctx, stop := clitool.UntilStopped()
	defer stop()
	printer := testrun.NewPrinter(c.App.Writer, testNames(s, o.Match))
	if !c.Bool("json") {
		o.Done = printer.Test
	}
	r, stopped := testrun.Run(ctx, s, o)
	if len(r.Tests) == 0 {
		r.Tests = []testrun.Test{} // a program reads a list, if an empty one
		return &r, noTests(s, o)
	}
	if !c.Bool("json") && stopped == nil {
		if c.Bool("cover") {
			printer.Coverage(r.Coverage)
		}
		printer.End(r)
	}
	switch {
	case stopped != nil:
		return &r, stopped
	case r.Failed() > 0:
		return &r, clitool.ErrReported
	}
	return &r, nil
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
