package main

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/tune-autonomic/tune/cmd/internal/clitool"
	"github.com/tune-autonomic/tune/compiler/bundle"
)

func buildCommand() *cli.Command {
	return &cli.Command{
		Name:      "build",
		Usage:     "compile a system into a bundle",
		ArgsUsage: "FILE.tune",
		Description: "The same source gives the same bytes on any machine. Nothing is written if there is an error.\n\n" +
			"Example:\n\n" +
			"   tunec build examples/shop/shop.tune -o shop.tuneb",
		Flags: []cli.Flag{
			&cli.StringFlag{Name: "o", Aliases: []string{"output"}, Usage: "write to `FILE` (the source's name with .tuneb, here, if not given)"},
			&cli.Uint64Flag{Name: "bundle-version", Value: 1, Usage: "this is version `N` of the system; it only grows"},
			strictFlag(), jsonFlag(),
		},
		Action: func(c *cli.Context) error {
			path, err := clitool.OneArg(c, "FILE.tune")
			if err != nil {
				return err
			}
			got, err := compile(path)
			if err != nil {
				return err
			}
			if err := tell(c.App.ErrWriter, got, c.Bool("strict")); err != nil {
				return err
			}
			out := c.String("o")
			if out == "" {
				out = strings.TrimSuffix(filepath.Base(path), ".tune") + ".tuneb"
			}
			info, err := write(out, got.Program, c.Uint64("bundle-version"))
			if err != nil {
				return err
			}
			if c.Bool("json") {
				return json.NewEncoder(c.App.Writer).Encode(struct {
					File string `json:"file"`
					bundle.Info
				}{out, info})
			}
			fmt.Fprintf(c.App.Writer, "%s: %.1f KiB, sha256 %s\n", out, float64(info.Size)/1024, info.Digest)
			return nil
		},
	}
}

// write writes p to a file beside path and renames it.
func write(path string, p *bundle.Program, version uint64) (bundle.Info, error) {
	data, err := bundle.Encode(p, bundle.Options{Version: version})
	if err != nil {
		return bundle.Info{}, err
	}
	_, info, err := bundle.Open(data) // what is built can be run
	if err != nil {
		return info, fmt.Errorf("the compiler made a bundle that it can't load, which is a mistake in tunec: %w", err)
	}
	return info, clitool.WriteFile(path, data)
}

func disasmCommand() *cli.Command {
	return &cli.Command{
		Name:        "disasm",
		Usage:       "list a bundle's bytecode beside its source",
		ArgsUsage:   "BUNDLE",
		Description: "Example:\n\n   tunec disasm shop.tuneb | less",
		Action: func(c *cli.Context) error {
			path, err := clitool.OneArg(c, "BUNDLE")
			if err != nil {
				return err
			}
			p, _, err := clitool.ReadBundle(path)
			if err != nil {
				return err
			}
			return bundle.Disasm(c.App.Writer, p)
		},
	}
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
