// Command tunec is the compiler: it checks .tune files, builds bundles from them, and shows what is in a bundle.
package main

import (
	"os"
	"runtime/debug"

	"github.com/urfave/cli/v2"

	"github.com/tune-autonomic/tune/cmd/internal/clitool"
)

func main() {
	// A compiler lives shortly: a syntax tree's garbage costs less as memory (40 MiB for 10,000 lines) than its collection
	// takes time (a fifth of the whole).
	debug.SetGCPercent(400)
	os.Exit(run())
}

func run() int {
	app := newApp()
	return clitool.Run(app, clitool.Spread(app, os.Args))
}

func newApp() *cli.App {
	return &cli.App{
		Name:  "tunec",
		Usage: "compile .tune files",
		Description: "Example:\n\n" +
			"   tunec check examples/shop/shop.tune\n" +
			"   tunec build examples/shop/shop.tune -o shop.tuneb",
		Writer:    os.Stdout,
		ErrWriter: os.Stderr,
		Commands:  []*cli.Command{checkCommand(), explainCommand(), newCommand(), buildCommand(), testCommand(), disasmCommand(), inspectCommand(), fmtCommand(), diagramCommand(), lspCommand()},
	}
}

func jsonFlag() cli.Flag { return &cli.BoolFlag{Name: "json", Usage: "print JSON for programs"} }
