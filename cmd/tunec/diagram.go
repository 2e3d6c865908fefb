package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/tune-autonomic/tune/cmd/internal/clitool"
	"github.com/tune-autonomic/tune/compiler/diagram"
	"github.com/tune-autonomic/tune/compiler/finding"
	"github.com/tune-autonomic/tune/internal/files"
	"github.com/tune-autonomic/tune/lang"
)

func diagramCommand() *cli.Command {
	return &cli.Command{
		Name:      "diagram",
		Usage:     "draw a system's classes, machines and policies",
		ArgsUsage: "FILE.tune",
		Description: "The kinds are class, deployment and state: one state diagram for each policy. Of a module there are its policies.\n" +
			"A single diagram goes to the standard output, or to the file that -o names. Several need -o FOLDER: a name without\n" +
			"the format's extension (.svg, .mmd, .puml, .dot) is a folder's.\n\n" +
			"Example:\n\n" +
			"   tunec diagram examples/shop/shop.tune -o pictures\n" +
			"   tunec diagram examples/shop/shop.tune --policy Relieve > relieve.svg\n" +
			"   tunec diagram examples/shop/shop.tune --kind class --format mermaid",
		Flags: []cli.Flag{
			&cli.StringFlag{Name: "kind", Usage: "only diagrams of this `KIND`: class, deployment or state"},
			&cli.StringFlag{Name: "policy", Usage: "only the state diagram of the policy `NAME`"},
			&cli.StringFlag{Name: "format", Value: "svg", Usage: "write `FORMAT`: svg, mermaid, plantuml or dot"},
			&cli.StringFlag{Name: "o", Aliases: []string{"output"}, Usage: "write to the file or folder `NAME` (- is the standard output)"},
		},
		Action: func(c *cli.Context) error {
			path, err := clitool.OneArg(c, "FILE.tune")
			if err != nil {
				return err
			}
			if err := clitool.NotEmpty(c, "o"); err != nil {
				return err
			}
			format, err := formatNamed(c.String("format"))
			if err != nil {
				return err
			}
			if kind := c.String("kind"); kind != "" && !slices.Contains(diagram.Kinds, diagram.Kind(kind)) {
				return clitool.Usagef("--kind %s: there are class, deployment and state", kind)
			}
			p, err := drawn(c.App.ErrWriter, path)
			if err != nil {
				return err
			}
			list, err := chosen(diagram.All(p), c.String("kind"), c.String("policy"), path)
			if err != nil {
				return err
			}
			return putDiagrams(c, list, format)
		},
	}
}

func formatNamed(name string) (diagram.Format, error) {
	for _, f := range diagram.Formats {
		if f.Name == name {
			return f, nil
		}
	}
	return diagram.Format{}, clitool.Usagef("--format %s: there are svg, mermaid, plantuml and dot", name)
}

// drawn is the program at path. One with errors is told of instead; a module is only read, as it is checked where it is used.
func drawn(w io.Writer, path string) (diagram.Program, error) {
	got, err := compile(path)
	if err != nil {
		return diagram.Program{}, err
	}
	name := filepath.Clean(path)
	file, syntax := lang.Parse(name, got.Sources[name])
	if file.Kind == "module" {
		got.Findings = nil
		for _, e := range syntax {
			got.Findings = append(got.Findings, finding.FromSyntax(name, e))
		}
	}
	if finding.Failed(got.Findings) {
		return diagram.Program{}, errors.Join(clitool.ErrReported, finding.Render(w, got.Findings, got.Sources))
	}
	return diagram.Read(name, got.Sources), nil
}

// chosen are the diagrams that were asked for: at least one.
func chosen(all []diagram.Diagram, kind, policy, path string) ([]diagram.Diagram, error) {
	var list []diagram.Diagram
	var policies []string
	for _, d := range all {
		if d.Kind == diagram.State {
			policies = append(policies, d.Name)
		}
		if (kind == "" || d.Kind == diagram.Kind(kind)) && (policy == "" || d.Kind == diagram.State && d.Name == policy) {
			list = append(list, d)
		}
	}
	switch {
	case len(list) > 0:
		return list, nil
	case policy != "" && kind != "" && kind != string(diagram.State):
		return nil, clitool.Usagef("--policy %s: only state diagrams are of a policy", policy)
	case policy != "" && len(policies) > 0:
		return nil, clitool.Usagef("--policy %s: %s has %s", policy, path, strings.Join(policies, ", "))
	}
	return nil, fmt.Errorf("%s: there is nothing to draw", path)
}

// pictures are how files of other formats end: nobody calls a folder so.
var pictures = []string{".png", ".jpg", ".jpeg", ".gif", ".webp", ".pdf", ".ps", ".eps", ".html", ".md", ".txt"}

// putDiagrams writes diagrams where -o says, and says what was written.
func putDiagrams(c *cli.Context, list []diagram.Diagram, format diagram.Format) error {
	out := c.String("o")
	if out == "" || out == "-" {
		if len(list) > 1 {
			return clitool.Usagef("these are %d diagrams: give -o FOLDER, or choose one with --kind and --policy", len(list))
		}
		return format.Write(c.App.Writer, list[0])
	}
	if ext := filepath.Ext(out); slices.ContainsFunc(diagram.Formats, func(f diagram.Format) bool { return f.Ext == ext }) {
		if ext != format.Ext {
			return clitool.Usagef("-o %s: --format %s ends in %s", out, format.Name, format.Ext)
		}
		if len(list) > 1 {
			return clitool.Usagef("-o %s: these are %d diagrams, which need a folder", out, len(list))
		}
		return putDiagram(c.App.Writer, out, list[0], format)
	}
	if slices.Contains(pictures, strings.ToLower(filepath.Ext(out))) {
		return clitool.Usagef("-o %s: no format ends in %s; --format %s ends in %s", out, filepath.Ext(out), format.Name, format.Ext)
	}
	if info, err := os.Stat(out); err == nil && !info.IsDir() {
		return clitool.Usagef("-o %s: that is a file; a diagram's file ends in %s, anything else is a folder", out, format.Ext)
	}
	if err := os.MkdirAll(out, 0o777); err != nil {
		return err
	}
	for _, d := range list {
		if err := putDiagram(c.App.Writer, filepath.Join(out, d.File()+format.Ext), d, format); err != nil {
			return err
		}
	}
	return nil
}

func putDiagram(say io.Writer, path string, d diagram.Diagram, format diagram.Format) error {
	if err := files.Write(path, func(w io.Writer) error { return format.Write(w, d) }); err != nil {
		return err
	}
	_, err := fmt.Fprintln(say, path)
	return err
}
