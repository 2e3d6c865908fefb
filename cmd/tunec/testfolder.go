package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"

	"github.com/urfave/cli/v2"

	"github.com/tune-autonomic/tune/cmd/internal/clitool"
	"github.com/tune-autonomic/tune/lang"
	"github.com/tune-autonomic/tune/runtime/testrun"
)

// testFolder plays the tests of all systems that stand in a folder, one after the other. It fails if one of them does.
func testFolder(c *cli.Context, dir string, o testrun.Options) error {
	for _, flag := range []string{"json", "junit"} {
		if c.IsSet(flag) {
			return clitool.Usagef("--%s tells of one system, and %s is a folder: give a file", flag, dir)
		}
	}
	systems, err := tested(dir, o.Match)
	if err != nil {
		return err
	}
	if len(systems) == 0 && o.Match != nil {
		return clitool.Usagef("--run %s: no test in %s is called so", o.Match, dir)
	}
	if len(systems) == 0 {
		return fmt.Errorf("no .tune file in %s has a test (folders in it are not looked into): give the folder of a system, or add `test \"NAME\" in SCENARIO { … }` to one", dir)
	}
	var failed error
	for i, path := range systems {
		if i > 0 {
			fmt.Fprintln(c.App.Writer)
		}
		fmt.Fprintf(c.App.Writer, "%s\n", path)
		if err := testFile(c, path, o); errors.Is(err, clitool.ErrReported) {
			failed = err
		} else if err != nil {
			return err
		}
	}
	return failed
}

// tested are the files of a folder that have tests of such names, in the order of their names; nil matches any.
func tested(dir string, match *regexp.Regexp) ([]string, error) {
	all, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	var paths []string
	for _, e := range all {
		if !e.Type().IsRegular() || filepath.Ext(e.Name()) != ".tune" {
			continue
		}
		path := filepath.Join(dir, e.Name())
		text, err := readBounded(path)
		if err != nil {
			return nil, err
		}
		if hasTest(path, text, match) {
			paths = append(paths, path)
		}
	}
	return paths, nil
}

func hasTest(path, text string, match *regexp.Regexp) bool {
	file, _ := lang.Parse(path, text)
	for _, d := range file.Decls {
		if t, isTest := d.(*lang.Test); isTest && (match == nil || match.MatchString(t.Name)) {
			return true
		}
	}
	return false
}
