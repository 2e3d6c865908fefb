package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/tune-autonomic/tune/cmd/internal/clitool"
	"github.com/tune-autonomic/tune/compiler/bundle"
	"github.com/tune-autonomic/tune/compiler/finding"
	"github.com/tune-autonomic/tune/internal/files"
)

func buildCommand() *cli.Command {
	return &cli.Command{
		Name:      "build",
		Usage:     "compile a system into a bundle",
		ArgsUsage: "FILE.tune",
		Description: "The same source gives the same bytes on any machine. Nothing is written if there is an error.\n" +
			"With --json the findings are then what is printed, as by `tunec check`. The sha256 is that of the file: sha256sum prints the same.\n\n" +
			"Example:\n\n" +
			"   tunec build examples/shop/shop.tune -o shop.tuneb",
		Flags: []cli.Flag{
			&cli.StringFlag{Name: "o", Aliases: []string{"output"}, Usage: "write to `FILE` (the source's name with .tuneb, here, if not given; - is the standard output)"},
			&cli.Uint64Flag{Name: "bundle-version", Value: 1, Usage: "this is version `N` of the system; it only grows"},
			strictFlag(), jsonFlag(),
		},
		Action: func(c *cli.Context) error {
			path, err := clitool.OneArg(c, "FILE.tune")
			if err != nil {
				return err
			}
			if err := clitool.NotEmpty(c, "o"); err != nil {
				return err
			}
			version := c.Uint64("bundle-version")
			if version == 0 {
				return clitool.Usagef("--bundle-version 0: versions begin with 1")
			}
			got, err := compile(path)
			if err != nil {
				return err
			}
			if c.Bool("json") && verdict(got, c.Bool("strict")) != nil {
				return show(c, got) // programs get what they can read
			}
			if err := tell(c.App.ErrWriter, got, c.Bool("strict")); err != nil {
				return err
			}
			out := c.String("o")
			if out == "" {
				out = strings.TrimSuffix(filepath.Base(path), ".tune") + ".tuneb"
			}
			if err := spare(out, got.Sources); err != nil {
				return err
			}
			data, info, err := encode(got.Program, version)
			if err != nil {
				return err
			}
			return put(c, out, data, info)
		},
	}
}

// spare refuses to write over what the bundle is built from.
func spare(out string, sources finding.Sources) error {
	if filepath.Ext(out) == ".tune" {
		return clitool.Usagef("-o %s: that is a source's name; bundles end in .tuneb", out)
	}
	there, err := os.Stat(out)
	if err != nil {
		return nil // writing will say what is wrong
	}
	for name := range sources {
		if source, err := os.Stat(name); err == nil && os.SameFile(there, source) {
			return clitool.Usagef("-o %s: the bundle is built from %s and would replace it", out, name)
		}
	}
	return nil
}

func encode(p *bundle.Program, version uint64) ([]byte, bundle.Info, error) {
	data, err := bundle.Encode(p, bundle.Options{Version: version})
	if err != nil {
		return nil, bundle.Info{}, err
	}
	_, info, err := bundle.Open(data) // what is built can be run
	if err != nil {
		return nil, info, fmt.Errorf("the compiler made a bundle that it can't load, which is a mistake in tunec: %w", err)
	}
	return data, info, nil
}

// put writes the bundle and says what it is: to the standard output, or to the standard error if the bundle goes there.
func put(c *cli.Context, out string, data []byte, info bundle.Info) error {
	fill := func(w io.Writer) error {
		_, err := w.Write(data)
		return err
	}
	var err error
	say := c.App.Writer
	if out == "-" || out == "/dev/stdout" {
		say, err = c.App.ErrWriter, fill(c.App.Writer)
	} else {
		err = files.Write(out, fill)
	}
	if err != nil {
		return err
	}
	if c.Bool("json") {
		return json.NewEncoder(say).Encode(struct {
			File string `json:"file"`
			bundle.Info
		}{out, info})
	}
	_, err = fmt.Fprintf(say, "%s: %.1f KiB, sha256 %s\n", out, float64(info.Size)/1024, info.Digest)
	return err
}

func inspectCommand() *cli.Command {
	return &cli.Command{
		Name:        "inspect",
		Usage:       "say what a bundle holds",
		ArgsUsage:   "BUNDLE",
		Description: "Example:\n\n   tunec inspect shop.tuneb\n   tunec inspect --json shop.tuneb | jq .policies",
		Flags:       []cli.Flag{jsonFlag()},
		Action: func(c *cli.Context) error {
			path, err := clitool.OneArg(c, "BUNDLE")
			if err != nil {
				return err
			}
			p, info, err := clitool.ReadBundle(path)
			if err != nil {
				return err
			}
			o := bundle.Summary(p)
			if !c.Bool("json") {
				return overview(c.App.Writer, o, info)
			}
			e := json.NewEncoder(c.App.Writer)
			e.SetIndent("", "  ")
			return e.Encode(struct {
				bundle.Overview
				Bundle bundle.Info `json:"bundle"`
			}{o, info})
		},
	}
}
