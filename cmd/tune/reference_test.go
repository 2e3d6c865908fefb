package main

import (
	"context"
	"flag"
	"testing"

	"github.com/tune-autonomic/tune/cmd/internal/clitest"
	"github.com/tune-autonomic/tune/internal/docs"
)

var update = flag.Bool("update", false, "rewrite this program's part of docs/cli.md")

func TestTheReferenceSaysWhatTheHelpSays(t *testing.T) {
	docs.Part(t, "../../docs/cli.md", "tune", clitest.Reference(newApp(context.Background())), *update)
}
