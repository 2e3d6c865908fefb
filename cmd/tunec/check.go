package main

import (
	"fmt"

	"github.com/urfave/cli/v2"

	"github.com/tune-autonomic/tune/cmd/internal/clitool"
	"github.com/tune-autonomic/tune/compiler/finding"
)

func checkCommand() *cli.Command {
	return &cli.Command{
		Name:      "check",
		Usage:     "say what is wrong with a system, all of it in one run",
		ArgsUsage: "FILE.tune",
		Description: "The exit code is 1 if there is an error. Warnings alone are told and leave it 0, unless --strict.\n\n" +
			"Example:\n\n" +
			"   tunec check examples/shop/shop.tune\n" +
			"   tunec check --json shop.tune | jq '.[].code'",
		Flags: []cli.Flag{jsonFlag(), strictFlag()},
		Action: func(c *cli.Context) error {
			path, err := clitool.OneArg(c, "FILE.tune")
			if err != nil {
				return err
			}
			got, err := compile(path)
			if err != nil {
				return err
			}
			if !c.Bool("json") {
				return tell(c.App.ErrWriter, got, c.Bool("strict"))
			}
			text, err := finding.JSON(got.Findings, got.Sources)
			if err != nil {
				return err
			}
			fmt.Fprintf(c.App.Writer, "%s\n", text)
			return verdict(got, c.Bool("strict"))
		},
	}
}

func strictFlag() cli.Flag { return &cli.BoolFlag{Name: "strict", Usage: "let warnings fail, too"} }
