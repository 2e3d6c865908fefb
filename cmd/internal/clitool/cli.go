// Package clitool is what tune and tunec have in common: exit codes, one-line errors, and reading bundles.
//
// Exit codes: 0 all is well; 1 findings, or a failure; 2 the command was used wrongly.
package clitool

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/tune-autonomic/tune/compiler/bundle"
)

// ErrReported is a failure that has been told already.
var ErrReported = errors.New("reported")

// usageError is a mistake in how a command was called.
type usageError struct{ text string }

func (e usageError) Error() string { return e.text }

// Usagef is an error that ends with exit code 2.
func Usagef(format string, args ...any) error { return usageError{fmt.Sprintf(format, args...)} }

// Run runs app and returns its exit code. Errors are one line on stderr; what can't be written to stdout is one.
func Run(app *cli.App, args []string) int {
	app.ExitErrHandler = func(*cli.Context, error) {} // exit codes are made here
	app.OnUsageError = usage
	app.CommandNotFound = nil
	app.HideVersion = true
	app.UseShortOptionHandling = false
	app.EnableBashCompletion = true
	for _, c := range app.Commands {
		c.OnUsageError = usage
	}
	app.Action = noCommand
	var out output
	if f, isFile := app.Writer.(*os.File); isFile {
		out.File, app.Writer = f, &out
	}
	err := app.Run(args)
	if err == nil || errors.Is(err, ErrReported) {
		err = cmp.Or(out.lost, err)
	}
	var use usageError
	switch {
	case err == nil:
		return 0
	case errors.Is(err, ErrReported):
		return 1
	case errors.As(err, &use):
		fmt.Fprintf(app.ErrWriter, "%s: %s; see %s --help\n", app.Name, use.text, helpful(app, args))
		return 2
	}
	fmt.Fprintf(app.ErrWriter, "%s: %s\n", app.Name, oneLine(err))
	return 1
}

// helpful is whose help says more: the command's, if there is one.
func helpful(app *cli.App, args []string) string {
	if len(args) > 1 && app.Command(args[1]) != nil {
		return app.Name + " " + args[1]
	}
	return app.Name
}

// What package flag says, and what we say.
var (
	badValue  = regexp.MustCompile(`^invalid (?:boolean )?value (".*") for (?:flag )?-([^:]+): `)
	noValue   = regexp.MustCompile(`^flag needs an argument: -(.+)$`)
	undefined = regexp.MustCompile(`^flag provided but not defined: -(.+)$`)
)

// usage says in our words what is wrong with a flag.
func usage(c *cli.Context, err error, _ bool) error {
	text := oneLine(err)
	if m := badValue.FindStringSubmatch(text); m != nil {
		return Usagef("--%s %s: %s is expected", m[2], m[1], expected(c, m[2]))
	}
	if m := noValue.FindStringSubmatch(text); m != nil {
		return Usagef("--%s: its value is missing", m[1])
	}
	if m := undefined.FindStringSubmatch(text); m != nil {
		return Usagef("there is no flag --%s", m[1])
	}
	return usageError{text}
}

// expected is what a flag of the command takes.
func expected(c *cli.Context, name string) string {
	for _, f := range c.Command.Flags {
		if !slices.Contains(f.Names(), name) {
			continue
		}
		switch f.(type) {
		case *cli.Uint64Flag:
			return "a whole number from 0 to 2^64-1"
		case *cli.IntFlag:
			return "a whole number"
		case *cli.Float64Flag:
			return "a number"
		case *cli.BoolFlag:
			return "true or false"
		}
	}
	return "another value"
}

// NotEmpty refuses flags of text that were given without any: they would pass for not given.
func NotEmpty(c *cli.Context, flags ...string) error {
	for _, name := range flags {
		if c.IsSet(name) && c.String(name) == "" {
			dashes := "--"
			if len(name) == 1 {
				dashes = "-"
			}
			return Usagef("%s%s \"\": it is empty; give a value, or leave the flag out", dashes, name)
		}
	}
	return nil
}

func noCommand(c *cli.Context) error {
	if name := c.Args().First(); name != "" {
		return Usagef("there is no command %q", name)
	}
	c.App.Writer = c.App.ErrWriter
	if err := cli.ShowAppHelp(c); err != nil {
		return err
	}
	return Usagef("a command is missing")
}

func oneLine(err error) string { return strings.ReplaceAll(err.Error(), "\n", "; ") }

// OneArg is the command's only argument.
func OneArg(c *cli.Context, what string) (string, error) {
	switch n := c.NArg(); {
	case n == 0, n == 1 && c.Args().First() == "": // a variable of the shell that isn't set
		return "", Usagef("%s: %s is missing", c.Command.Name, what)
	case n > 1:
		return "", Usagef("%s: one %s is expected, and %q came too (flags come before or after it)", c.Command.Name, what, c.Args().Get(1))
	}
	return c.Args().First(), nil
}

// ReadBundle reads and verifies the bundle at path.
func ReadBundle(path string) (*bundle.Program, bundle.Info, error) {
	if strings.HasSuffix(path, ".tune") {
		out := strings.TrimSuffix(filepath.Base(path), ".tune") + ".tuneb"
		return nil, bundle.Info{}, fmt.Errorf("%s is a source, not a bundle: `tunec build %s` makes %s", path, path, out)
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, bundle.Info{}, err
	}
	defer f.Close()
	if info, err := f.Stat(); err == nil && info.IsDir() {
		return nil, bundle.Info{}, fmt.Errorf("%s is a folder, not a bundle: `tunec build FILE.tune` makes one", path)
	}
	data, err := io.ReadAll(io.LimitReader(f, bundle.MaxFile+1))
	if err != nil {
		return nil, bundle.Info{}, err
	}
	p, info, err := bundle.Open(data)
	if err != nil {
		return nil, info, fmt.Errorf("%s: %w", path, err)
	}
	return p, info, nil
}

// Spread puts flags that follow the arguments before them, so that both orders work.
func Spread(app *cli.App, args []string) []string {
	if len(args) < 3 {
		return args
	}
	takes := map[string]bool{}
	for _, c := range app.Commands {
		if c.Name != args[1] {
			continue
		}
		for _, f := range c.Flags {
			_, isBool := f.(*cli.BoolFlag)
			for _, n := range f.Names() {
				takes[n] = !isBool
			}
		}
	}
	var flags, rest []string
	for i := 2; i < len(args); i++ {
		a := args[i]
		if a == "--" {
			rest = append(rest, args[i:]...)
			break
		}
		name := strings.TrimLeft(a, "-")
		if name == a || name == "" {
			rest = append(rest, a)
			continue
		}
		flags = append(flags, a)
		if !takes[name] {
			continue
		}
		if i+1 == len(args) {
			return append(append([]string{}, args[:2]...), flags...) // lest it takes the argument for its value
		}
		i++
		flags = append(flags, args[i])
	}
	return append(append(append([]string{}, args[:2]...), flags...), rest...)
}
