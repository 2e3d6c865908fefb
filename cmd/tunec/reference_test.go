package main

import (
	"flag"
	"testing"

	"github.com/tune-autonomic/tune/cmd/internal/clitest"
)

var update = flag.Bool("update", false, "rewrite this program's part of docs/cli.md")

func TestTheReferenceSaysWhatTheHelpSays(t *testing.T) {
	clitest.Reference(t, "../../docs/cli.md", newApp(), *update)
}
