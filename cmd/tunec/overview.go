package main

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"github.com/tune-autonomic/tune/compiler/bundle"
)

// overview is what a bundle holds, for people.
func overview(out io.Writer, o bundle.Overview, info bundle.Info) error {
	fmt.Fprintf(out, "%s, version %d: %.1f KiB, format %d\nsha256 %s\n", o.System, o.Version, float64(info.Size)/1024, info.FormatVersion, info.Digest)
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	for _, c := range o.Classes {
		on := ""
		if c.On != "" {
			on = "on " + c.On
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\n", c.Kind, c.Name, on, count(c))
	}
	for _, p := range o.Probes {
		fmt.Fprintf(w, "probe\t%s\ton %s\tevery %g s\n", p.Name, p.Class, p.Seconds)
	}
	for _, e := range o.Events {
		fmt.Fprintf(w, "event\t%s\t%s\t%s\n", e.Name, prefixed("of ", e.Class), condition(e))
	}
	for _, p := range o.Policies {
		fmt.Fprintf(w, "policy\t%s\ton %s\t%s\n", p.Name, p.On, policy(p))
	}
	for _, r := range o.Requires {
		fmt.Fprintf(w, "require\t%s\t\t\n", r)
	}
	for _, b := range o.Budgets {
		fmt.Fprintf(w, "budget\t%s\t\t\n", b)
	}
	for _, s := range o.Scenarios {
		fmt.Fprintf(w, "scenario\t%s\t\t\n", s)
	}
	for _, s := range o.Sources {
		fmt.Fprintf(w, "file\t%s\tsha256 %s\t\n", s.Path, s.SHA256)
	}
	if err := w.Flush(); err != nil {
		return err
	}
	_, err := fmt.Fprintf(out, "%d instructions, %d columns, %d windows, %d set operations, %d actions\n",
		o.Sizes.Instructions, o.Sizes.Columns, o.Sizes.Windows, o.Sizes.SetOps, o.Sizes.Actions)
	return err
}

func count(c bundle.ClassOverview) string {
	text := fmt.Sprintf("%d", c.Initial)
	if c.Max < 0 {
		text += fmt.Sprintf(" (%d or more)", c.Min)
	} else if c.Min != c.Max {
		text += fmt.Sprintf(" (%d to %d)", c.Min, c.Max)
	}
	if c.Stateful {
		text += ", stateful"
	}
	return text
}

func condition(e bundle.EventOverview) string {
	var parts []string
	if e.Tests == 1 {
		parts = append(parts, "1 interval test")
	} else if e.Tests > 1 {
		parts = append(parts, fmt.Sprintf("%d interval tests", e.Tests))
	}
	if e.Code {
		parts = append(parts, "code")
	}
	return strings.Join(parts, " and ")
}

func policy(p bundle.PolicyOverview) string {
	text := strings.Join(p.States, ", ") + "; " + p.Most
	if p.Lossless {
		text += "; lossless"
	}
	return text
}

func prefixed(prefix, s string) string {
	if s == "" {
		return ""
	}
	return prefix + s
}
