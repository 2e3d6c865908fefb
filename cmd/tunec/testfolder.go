package main

import (
	"cmp"
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
	all, err := playAll(c, systems, o)
	if err != nil && !errors.Is(err, clitool.ErrReported) {
		return err
	}
	if c.Bool("json") {
		if err := writeAll(c, all); err != nil {
			return err
		}
	}
	return cmp.Or(writeJUnit(c, all), err)
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
