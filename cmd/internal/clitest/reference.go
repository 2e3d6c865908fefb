package clitest

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/urfave/cli/v2"
)

// Reference is what the program's help says, as Markdown.
func Reference(app *cli.App) string {
	var b strings.Builder
	fmt.Fprintf(&b, "## %s\n\n%s.\n\n| command | |\n|---|---|\n", app.Name, sentence(app.Usage))
	for _, c := range app.Commands {
		fmt.Fprintf(&b, "| [`%s %s`](#%s-%s) | %s |\n", app.Name, c.Name, app.Name, c.Name, cell(c.Usage))
	}
	for _, c := range app.Commands {
		fmt.Fprintf(&b, "\n### %s %s\n\n%s.\n\n    %s\n", app.Name, c.Name, sentence(c.Usage), call(app, c))
		b.WriteString(description(c.Description))
		b.WriteString("\n| flag | |\n|---|---|\n")
		for _, f := range c.Flags {
			names, what, _ := strings.Cut(f.String(), "\t")
			fmt.Fprintf(&b, "| `%s` | %s |\n", names, cell(noDefault.ReplaceAllString(what, "")))
		}
	}
	return b.String()
}

// noDefault is what help says of a flag that is off, or unset, unless it is given.
var noDefault = regexp.MustCompile(` \(default: (false|0s)\)$`)

func call(app *cli.App, c *cli.Command) string {
	return strings.TrimSpace(app.Name + " " + c.Name + " [FLAGS] " + c.ArgsUsage)
}

// description is a command's help, with its examples as a block of code.
func description(text string) string {
	text, example, found := strings.Cut(text, "Example")
	var b strings.Builder
	if text = strings.TrimSpace(text); text != "" {
		fmt.Fprintf(&b, "\n%s\n", text)
	}
	if !found {
		return b.String()
	}
	title, lines, _ := strings.Cut(example, "\n\n")
	fmt.Fprintf(&b, "\nExample%s\n\n", title)
	for _, line := range strings.Split(lines, "\n") {
		fmt.Fprintf(&b, "    %s\n", strings.TrimPrefix(line, "   "))
	}
	return b.String()
}

func sentence(text string) string { return strings.ToUpper(text[:1]) + text[1:] }

func cell(text string) string { return strings.ReplaceAll(strings.TrimSpace(text), "|", `\|`) }
