package main

import (
	"io"
	"os"
	"path/filepath"

	"github.com/urfave/cli/v2"

	"github.com/tune-autonomic/tune/cmd/internal/clitool"
	"github.com/tune-autonomic/tune/compiler/lsp"
)

func lspCommand() *cli.Command {
	return &cli.Command{
		Name:  "lsp",
		Usage: "serve an editor: the language server",
		Description: "It speaks the Language Server Protocol over the standard input and output; editors start it.\n" +
			"Modules of the library are written below the user's cache folder when an editor wants to show them.\n\n" +
			"Example (Neovim):\n\n" +
			"   :lua vim.lsp.start({name = \"tune\", cmd = {\"tunec\", \"lsp\"}})",
		Flags: []cli.Flag{&cli.BoolFlag{Name: "stdio", Usage: "does nothing: some editors say so"}},
		Action: func(c *cli.Context) error {
			if c.NArg() > 0 {
				return clitool.Usagef("lsp: it takes no arguments, and %q came", c.Args().First())
			}
			return lsp.Serve(c.Context, newStdio(c.App.Reader, c.App.Writer), lsp.Options{Library: libraryFolder()})
		},
	}
}

// libraryFolder is where modules of the library are shown; "" if the user has no place for it.
func libraryFolder() string {
	cache, err := os.UserCacheDir()
	if err != nil {
		return ""
	}
	return filepath.Join(cache, "tune", "std")
}

// stdio is the connection of a program that was started by an editor.
type stdio struct {
	*io.PipeReader
	io.Writer
}

// newStdio reads through a pipe: closing it ends a read that waits, as closing the standard input does not. What waits for
// input then is left to the process's end.
func newStdio(in io.Reader, out io.Writer) stdio {
	r, w := io.Pipe()
	go func() {
		_, err := io.Copy(w, in)
		w.CloseWithError(err)
	}()
	return stdio{r, out}
}
