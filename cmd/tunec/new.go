package main

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/tune-autonomic/tune/cmd/internal/clitool"
)

// A template is a folder with a system.tune, a README.md and what the system reads. The files of common are in all projects.
//
//go:embed all:templates
var templates embed.FS

const (
	templateRoot  = "templates"
	commonFiles   = "common"
	firstTemplate = "balance"
)

func newCommand() *cli.Command {
	return &cli.Command{
		Name:      "new",
		Usage:     "write a small system to begin with",
		ArgsUsage: "DIR",
		Description: "DIR gets a system that checks, tests and plays as it is. The templates are:\n\n" +
			templateList() +
			"\nExample:\n\n" +
			"   tunec new rack --template heal\n" +
			"   tunec test rack/system.tune",
		Flags: []cli.Flag{&cli.StringFlag{Name: "template", Value: firstTemplate, Usage: "begin with template `NAME`"}},
		Action: func(c *cli.Context) error {
			dir, err := clitool.OneArg(c, "DIR")
			if err != nil {
				return err
			}
			name := c.String("template")
			if !slices.Contains(templateNames(), name) {
				return clitool.Usagef("there is no template %s; there are %s", name, strings.Join(templateNames(), ", "))
			}
			if err := startProject(dir, name); err != nil {
				return err
			}
			_, err = fmt.Fprintf(c.App.Writer, "%s is ready: tunec test %s\n", dir, forShell(filepath.Join(dir, "system.tune")))
			return err
		},
	}
}

// forShell is a path as it can be pasted into a shell.
func forShell(path string) string {
	if strings.HasPrefix(path, "-") {
		path = "./" + path
	}
	const plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./+@%:,="
	if strings.Trim(path, plain) == "" {
		return path
	}
	return "'" + strings.ReplaceAll(path, "'", `'\''`) + "'"
}

func templateNames() []string {
	entries, err := templates.ReadDir(templateRoot)
	if err != nil {
		return nil
	}
	var names []string
	for _, e := range entries {
		if e.Name() != commonFiles {
			names = append(names, e.Name())
		}
	}
	return names
}

// templateList says of each what its system's first line does.
func templateList() string {
	var b strings.Builder
	for _, name := range templateNames() {
		text, _ := templates.ReadFile(path.Join(templateRoot, name, "system.tune"))
		about, _, _ := strings.Cut(strings.TrimPrefix(string(text), "// "), "\n")
		fmt.Fprintf(&b, "    %-12s %s\n", name, about)
	}
	return b.String()
}

// startProject fills a folder that isn't there yet, or is empty: nobody's work is written over. If it can't be written, nothing is
// left of it.
func startProject(dir, template string) error {
	entries, err := os.ReadDir(dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%s can't be the folder of a new system: %w", dir, err)
	}
	if len(entries) > 0 {
		return fmt.Errorf("%s isn't empty: it has %s; name a folder that isn't there yet", dir, entries[0].Name())
	}
	wasThere := err == nil
	for _, part := range []string{commonFiles, template} {
		files, err := fs.Sub(templates, path.Join(templateRoot, part))
		if err == nil {
			err = os.CopyFS(dir, files)
		}
		if err != nil {
			return errors.Join(fmt.Errorf("%s couldn't be written: %w", dir, err), empty(dir, wasThere))
		}
	}
	return nil
}

// empty removes what was written to a folder that was empty, and the folder if it wasn't there.
func empty(dir string, wasThere bool) error {
	if !wasThere {
		return os.RemoveAll(dir)
	}
	entries, err := os.ReadDir(dir)
	for _, e := range entries {
		err = errors.Join(err, os.RemoveAll(filepath.Join(dir, e.Name())))
	}
	return err
}
