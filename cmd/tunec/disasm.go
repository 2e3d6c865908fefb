package main

import (
	"encoding/json"
	"io"
	"os"

	"github.com/urfave/cli/v2"
	"golang.org/x/term"

	"github.com/tune-autonomic/tune/cmd/internal/clitool"
	"github.com/tune-autonomic/tune/compiler/bundle"
)

func disasmCommand() *cli.Command {
	return &cli.Command{
		Name:      "disasm",
		Usage:     "list a bundle's bytecode beside its source",
		ArgsUsage: "BUNDLE",
		Description: "Each line of the source stands above what it has become, and on the right the piece of it that an instruction\n" +
			"comes from. docs/bundle.md says what the instructions do. Colours are for terminals, and not if NO_COLOR is set.\n\n" +
			"Example:\n\n" +
			"   tunec disasm shop.tuneb --policy Relieve\n" +
			"   tunec disasm --json shop.tuneb | jq '.[] | select(.op == \"ACT\")'",
		Flags: []cli.Flag{
			&cli.StringFlag{Name: "policy", Usage: "only the policy `NAME`"},
			jsonFlag(),
		},
		Action: func(c *cli.Context) error {
			path, err := clitool.OneArg(c, "BUNDLE")
			if err != nil {
				return err
			}
			p, _, err := clitool.ReadBundle(path)
			if err != nil {
				return err
			}
			v := bundle.View{Policy: c.String("policy"), Paint: paintFor(c.App.Writer)}
			if err := hasPolicy(p, v.Policy); err != nil {
				return err
			}
			if c.Bool("json") {
				return json.NewEncoder(c.App.Writer).Encode(bundle.Listing(p, v.Policy))
			}
			return bundle.Disasm(c.App.Writer, p, v)
		},
	}
}

// hasPolicy is a mistake in how the command was called if a bundle has no policy of this name, which may be "".
func hasPolicy(p *bundle.Program, name string) error {
	if name == "" {
		return nil
	}
	known := ""
	for _, has := range p.Policies {
		if has.Name == name {
			return nil
		}
		known += " " + has.Name
	}
	return clitool.Usagef("--policy %s: %s has no such policy; there are:%s", name, p.System, known)
}

// inks are the colours of a listing, as terminals know them.
var inks = map[bundle.Ink]string{bundle.InkTitle: "\x1b[1m", bundle.InkSource: "\x1b[36m", bundle.InkNote: "\x1b[32m", bundle.InkMinor: "\x1b[2m"}

// paintFor paints what goes to a terminal; nil for others.
func paintFor(w io.Writer) func(bundle.Ink, string) string {
	f, isFile := w.(interface{ Fd() uintptr })
	if !isFile || !term.IsTerminal(int(f.Fd())) || os.Getenv("NO_COLOR") != "" {
		return nil
	}
	return func(ink bundle.Ink, text string) string { return inks[ink] + text + "\x1b[0m" }
}
