package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"slices"

	"github.com/urfave/cli/v2"

	"github.com/tune-autonomic/tune/cmd/internal/clitool"
	"github.com/tune-autonomic/tune/compiler"
	"github.com/tune-autonomic/tune/compiler/finding"
	"github.com/tune-autonomic/tune/internal/files"
	"github.com/tune-autonomic/tune/lang"
)

func checkCommand() *cli.Command {
	return &cli.Command{
		Name:      "check",
		Usage:     "say what is wrong with a system, all of it in one run",
		ArgsUsage: "FILE.tune",
		Description: "The exit code is 1 if there is an error. Warnings alone are told and leave it 0, unless --strict.\n" +
			"--fix does what the hints say, where nothing else can be meant and the compiler finds less afterwards. It tells what\n" +
			"it did, what it took back, and what is left: the other hints are offered by editors. `tunec explain CODE` says more of a finding.\n\n" +
			"Example:\n\n" +
			"   tunec check examples/shop/shop.tune\n" +
			"   tunec check --fix --dry-run shop.tune\n" +
			"   tunec check --json shop.tune | jq '.[].code'",
		Flags: []cli.Flag{
			&cli.BoolFlag{Name: "fix", Usage: "mend what can be mended, and write the files"},
			&cli.BoolFlag{Name: "dry-run", Usage: "with --fix: say what would be done, and write nothing"},
			jsonFlag(),
			&cli.BoolFlag{Name: "sarif", Usage: "print SARIF 2.1.0, for code hosts and their like"},
			strictFlag(),
		},
		Action: func(c *cli.Context) error {
			path, err := clitool.OneArg(c, "FILE.tune")
			if err != nil {
				return err
			}
			if c.Bool("json") && c.Bool("sarif") {
				return clitool.Usagef("--json and --sarif: one of them")
			}
			if c.Bool("dry-run") && !c.Bool("fix") {
				return clitool.Usagef("--dry-run goes with --fix")
			}
			got, err := checked(c, path)
			if _, isFile := errors.AsType[*fs.PathError](err); isFile && !c.Bool("fix") && (c.Bool("json") || c.Bool("sarif")) {
				got, err = unreadable(path, err), nil // programs get what they can read, whatever is wrong
			}
			if err != nil {
				return err
			}
			return show(c, got)
		},
	}
}

// unreadable is what came of a program that can't be read.
func unreadable(path string, err error) compiler.Result {
	return compiler.Result{Findings: []finding.Finding{finding.New("TUNE0002", path, lang.Span{}, err.Error(), "")}}
}

// checked compiles the file at path, and mends it first if that is asked for.
func checked(c *cli.Context, path string) (compiler.Result, error) {
	if !c.Bool("fix") {
		return compile(path)
	}
	p, err := openProgram(path)
	if err != nil {
		return compiler.Result{}, err
	}
	defer p.close()
	r := compiler.Repair(p.root.FS(), p.file, p.text)
	if !c.Bool("dry-run") {
		texts := p.sources(r.Texts)
		for _, name := range slices.Sorted(maps.Keys(texts)) {
			if err := files.Write(name, func(w io.Writer) error {
				_, err := io.WriteString(w, texts[name])
				return err
			}); err != nil {
				return compiler.Result{}, err
			}
		}
	}
	sayFixed(c, p, r)
	if c.Bool("dry-run") {
		return p.named(r.Before), nil
	}
	return p.named(r.After), nil
}

// sayFixed tells what was done, or would be.
func sayFixed(c *cli.Context, p *program, r compiler.Repaired) {
	did := "mended"
	if c.Bool("dry-run") {
		did = "would mend"
	}
	for _, f := range r.Applied {
		fmt.Fprintf(c.App.ErrWriter, "%s[%s] %s:%d: %s: %s\n", did, f.Code, here(p.dir, f.File), f.Line, f.Msg, f.Fixes[0].Title)
	}
	for _, f := range r.TakenBack {
		fmt.Fprintf(c.App.ErrWriter, "taken back[%s] %s:%d: %s: with that, the compiler finds no less\n", f.Code, here(p.dir, f.File), f.Line, f.Fixes[0].Title)
	}
}

// show prints the findings in the way that was asked for, and fails if they do.
func show(c *cli.Context, got compiler.Result) error {
	print := finding.JSON
	switch {
	case c.Bool("sarif"):
		print = finding.SARIF
	case !c.Bool("json"):
		return tell(c.App.ErrWriter, got, c.Bool("strict"))
	}
	text, err := print(got.Findings, got.Sources)
	if err != nil {
		return err
	}
	fmt.Fprintf(c.App.Writer, "%s\n", text)
	return verdict(got, c.Bool("strict"))
}

func strictFlag() cli.Flag { return &cli.BoolFlag{Name: "strict", Usage: "let warnings fail, too"} }
