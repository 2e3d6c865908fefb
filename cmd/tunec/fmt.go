package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/rogpeppe/go-internal/diff"
	"github.com/urfave/cli/v2"

	"github.com/tune-autonomic/tune/cmd/internal/clitool"
	"github.com/tune-autonomic/tune/compiler/finding"
	"github.com/tune-autonomic/tune/internal/files"
	"github.com/tune-autonomic/tune/lang"
	"github.com/tune-autonomic/tune/lang/format"
)

func fmtCommand() *cli.Command {
	return &cli.Command{
		Name:      "fmt",
		Usage:     "write sources in the one style",
		ArgsUsage: "FILE.tune|DIR...",
		Description: "Prints the result; of a folder, all .tune files in it are meant, and - is the standard input. There is nothing to\n" +
			"choose in the style. Lines stay broken where they are; longer ones than 120 columns are broken as well. Comments\n" +
			"stay where they are. A file with syntax errors is left alone, and the exit code is 1.\n\n" +
			"Example:\n\n" +
			"   tunec fmt -w examples\n" +
			"   tunec fmt -d shop.tune\n" +
			"   tunec fmt --check . || echo 'run tunec fmt -w'",
		Flags: []cli.Flag{
			&cli.BoolFlag{Name: "w", Usage: "write the files that change, and print nothing"},
			&cli.BoolFlag{Name: "d", Usage: "print what would change, as a diff"},
			&cli.BoolFlag{Name: "check", Usage: "list the files that would change, and end with 1 if there are any"},
		},
		Action: func(c *cli.Context) error {
			show, err := formattedTo(c)
			if err != nil {
				return err
			}
			paths, err := sourcesIn(c.Args().Slice())
			if err != nil {
				return err
			}
			var failed []error
			for _, path := range paths {
				failed = append(failed, formatOne(c, path, show))
			}
			return worst(failed)
		},
	}
}

// formatted is a source and what it should be.
type formatted struct{ path, was, now string }

func (f formatted) changed() bool { return f.was != f.now }

// formattedTo says what is to be done with a formatted source.
func formattedTo(c *cli.Context) (func(formatted) error, error) {
	out := c.App.Writer
	ways := map[string]func(formatted) error{
		"w": write,
		"d": func(f formatted) error {
			_, err := out.Write(diff.Diff(f.path, []byte(f.was), f.path, []byte(f.now)))
			return err
		},
		"check": func(f formatted) error {
			if !f.changed() {
				return nil
			}
			fmt.Fprintln(out, f.path)
			return clitool.ErrReported
		},
	}
	var chosen []string
	for _, name := range []string{"w", "d", "check"} {
		if c.Bool(name) {
			chosen = append(chosen, name)
		}
	}
	switch {
	case c.NArg() == 0:
		return nil, clitool.Usagef("fmt: FILE.tune or DIR is missing")
	case len(chosen) > 1:
		return nil, clitool.Usagef("fmt: one of -w, -d and --check is expected")
	case len(chosen) == 1:
		return ways[chosen[0]], nil
	}
	return func(f formatted) error {
		_, err := io.WriteString(out, f.now)
		return err
	}, nil
}

// write writes a source that changes.
func write(f formatted) error {
	if f.path == "-" {
		return clitool.Usagef("fmt: -w - : the standard input can't be written")
	}
	if !f.changed() {
		return nil
	}
	return files.Write(f.path, func(w io.Writer) error {
		_, err := io.WriteString(w, f.now)
		return err
	})
}

// sourcesIn lists the files that some arguments mean.
func sourcesIn(args []string) ([]string, error) {
	var paths []string
	for _, arg := range args {
		if strings.HasSuffix(arg, ".tuneb") {
			return nil, fmt.Errorf("%s is a bundle, not a source", arg)
		}
		if info, err := os.Stat(arg); arg == "-" || err == nil && !info.IsDir() {
			paths = append(paths, arg)
			continue
		}
		err := filepath.WalkDir(arg, func(path string, d fs.DirEntry, err error) error {
			switch {
			case err != nil:
				return err
			case d.IsDir() && path != arg && strings.HasPrefix(d.Name(), "."):
				return filepath.SkipDir
			case d.Type().IsRegular() && filepath.Ext(path) == ".tune":
				paths = append(paths, path)
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	return paths, nil
}

// formatOne formats a file, or tells why it can't be.
func formatOne(c *cli.Context, path string, show func(formatted) error) error {
	text, err := sourceAt(c, path)
	if err != nil {
		return err
	}
	now, err := format.Format(text)
	var mistakes format.SyntaxError
	if !errors.As(err, &mistakes) {
		return show(formatted{path, text, now})
	}
	var found []finding.Finding
	for _, e := range mistakes {
		found = append(found, finding.FromSyntax(path, e))
	}
	if err := finding.Render(c.App.ErrWriter, found, finding.Sources{path: text}); err != nil {
		return err
	}
	return clitool.ErrReported
}

// sourceAt reads a file, or the standard input; of one that is too large, no more than it takes to say so.
func sourceAt(c *cli.Context, path string) (string, error) {
	if path != "-" {
		return readBounded(path)
	}
	text, err := io.ReadAll(io.LimitReader(c.App.Reader, lang.MaxSource+1))
	return string(text), err
}

// worst is what is to be said of some errors: those that nobody has told yet.
func worst(all []error) error {
	var untold []error
	told := false
	for _, err := range all {
		if errors.Is(err, clitool.ErrReported) {
			told = true
		} else if err != nil {
			untold = append(untold, err)
		}
	}
	if len(untold) == 0 && told {
		return clitool.ErrReported
	}
	return errors.Join(untold...)
}
