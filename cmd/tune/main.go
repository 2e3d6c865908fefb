// Command tune runs compiled systems: in a simulator, or against the wall clock.
package main

import (
	"context"
	"os"
	"runtime/debug"

	"github.com/urfave/cli/v2"

	"github.com/tune-autonomic/tune/cmd/internal/clitool"
)

func main() { os.Exit(run()) }

// garbage is how far the heap grows past what is in use, in percent, before it is collected, unless GOGC says otherwise.
// What a run keeps is small: a sixth of its time goes into collecting that again and again.
const garbage = 400

func run() int {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(garbage)
	}
	ctx, stop := clitool.UntilStopped()
	defer stop()
	app := newApp(ctx)
	return clitool.Run(app, clitool.Spread(app, os.Args))
}

func newApp(ctx context.Context) *cli.App {
	return &cli.App{
		Name:  "tune",
		Usage: "look after a cluster as its .tune file says",
		Description: "Example:\n\n" +
			"   tunec build examples/shop/shop.tune\n" +
			"   tune sim shop.tuneb --scenario sizing --report out/shop",
		Writer:    os.Stdout,
		ErrWriter: os.Stderr,
		Commands:  []*cli.Command{simCommand(ctx), runCommand(ctx)},
	}
}
