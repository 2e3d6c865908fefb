package main

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"github.com/urfave/cli/v2"

	"github.com/tune-autonomic/tune/cmd/internal/clitool"
	"github.com/tune-autonomic/tune/compiler/finding"
)

func explainCommand() *cli.Command {
	return &cli.Command{
		Name:      "explain",
		Usage:     "say what a finding means, with a wrong and a right program",
		ArgsUsage: "[CODE]",
		Description: "Without a code it lists all findings.\n\n" +
			"Example:\n\n" +
			"   tunec explain TUNE0203\n" +
			"   tunec explain | grep never",
		Flags: []cli.Flag{jsonFlag()},
		Action: func(c *cli.Context) error {
			if c.NArg() == 0 {
				return listFindings(c)
			}
			name, err := clitool.OneArg(c, "CODE")
			if err != nil {
				return err
			}
			info, known := finding.Find(name)
			if !known {
				return clitool.Usagef("there is no finding %s%s", name, didYouMean(finding.Near(name)))
			}
			if c.Bool("json") {
				return json.NewEncoder(c.App.Writer).Encode(explained(info))
			}
			_, err = io.WriteString(c.App.Writer, info.Explain())
			return err
		},
	}
}

// didYouMean is a suggestion at the end of a message; nothing if there is none.
func didYouMean(near finding.Info) string {
	if near.Code == "" {
		return "; tunec explain lists all"
	}
	return fmt.Sprintf("; did you mean %s (%s)?", near.Code, near.Title)
}

func listFindings(c *cli.Context) error {
	if c.Bool("json") {
		all := make([]explanation, 0, len(finding.Table))
		for _, info := range finding.Table {
			all = append(all, explained(info))
		}
		return json.NewEncoder(c.App.Writer).Encode(all)
	}
	w := tabwriter.NewWriter(c.App.Writer, 0, 0, 2, ' ', 0)
	for _, info := range finding.Table {
		fmt.Fprintf(w, "%s\t%s\t%s\n", info.Code, info.Severity, info.Title)
	}
	return w.Flush()
}

// explanation is a finding's entry as programs read it. Prelude is what its programs go on from, "" if they are whole.
type explanation struct {
	Code     finding.Code `json:"code"`
	Severity string       `json:"severity"`
	Title    string       `json:"title"`
	Text     string       `json:"text"`
	Prelude  string       `json:"prelude,omitempty"`
	Wrong    string       `json:"wrong,omitempty"`
	Right    string       `json:"right,omitempty"`
}

func explained(info finding.Info) explanation {
	e := explanation{Code: info.Code, Severity: info.Severity.String(), Title: info.Title, Text: info.Text, Wrong: info.Wrong, Right: info.Right}
	if info.Wrong != "" && (finding.Fragment(info.Wrong) || finding.Fragment(info.Right)) {
		e.Prelude = strings.TrimSpace(finding.Prelude)
	}
	return e
}
