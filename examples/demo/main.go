// Command demo does what `make demo` promises: it compiles the examples, runs them, and prints what came of each beside
// what was published. It uses the two commands as a person would, so each line that it runs can be typed again.
package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/tune-autonomic/tune/runtime/report"
)

const out = "out/demo"

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "demo:", err)
		os.Exit(1)
	}
}

func run() error {
	start := time.Now()
	if err := os.MkdirAll(out, 0o755); err != nil {
		return err
	}
	built := map[string]bool{}
	for _, p := range plays {
		fmt.Printf("\n%s\n", p.title)
		if !built[p.source] {
			if err := command("bin/tunec", "build", p.source, "-o", p.bundle()); err != nil {
				return err
			}
			built[p.source] = true
		}
		s, err := p.run()
		if err != nil {
			return err
		}
		p.tell(s)
	}
	fmt.Printf("\nAll in %.1f s. The reports, to open in a browser:\n", time.Since(start).Seconds())
	for _, p := range plays {
		fmt.Printf("  %s\n", filepath.Join(p.dir(), "report.html"))
	}
	return nil
}

// command runs one of the commands and shows it. What it says is kept back unless it fails; warnings of the compiler are
// counted.
func command(name string, args ...string) error {
	fmt.Printf("  $ %s %s\n", filepath.Base(name), strings.Join(args, " "))
	c := exec.Command(name, args...)
	var said strings.Builder
	c.Stdout, c.Stderr = &said, &said
	err := c.Run()
	if errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("%s isn't built: use `make demo`", name)
	}
	if err != nil {
		return fmt.Errorf("%w\n%s", err, said.String())
	}
	if n := strings.Count(said.String(), "warning[TUNE"); n > 0 {
		fmt.Printf("    the compiler warns %d times; the first:\n", n)
		for _, line := range strings.SplitAfterN(said.String(), "\n", 4)[:3] {
			fmt.Print("    ", line)
		}
	}
	return nil
}

func (p play) bundle() string {
	return filepath.Join(out, strings.TrimSuffix(filepath.Base(p.source), ".tune")+".tuneb")
}

func (p play) dir() string { return filepath.Join(out, p.folder) }

func (p play) run() (report.Summary, error) {
	var s report.Summary
	if err := command("bin/tune", "sim", p.bundle(), "--scenario", p.scenario, "--report", p.dir()); err != nil {
		return s, err
	}
	text, err := os.ReadFile(filepath.Join(p.dir(), "summary.json"))
	if err != nil {
		return s, err
	}
	return s, json.Unmarshal(text, &s)
}

// tell prints the figures in three columns.
func (p play) tell(s report.Summary) {
	published := p.published
	for _, d := range s.Data {
		fmt.Println("    load of", d)
		if strings.Contains(d, "synthetic") {
			published += " (on the real load)"
		}
	}
	fmt.Printf("    %-30s %14s   %s\n", "", "here", published)
	for _, f := range p.figures {
		fmt.Printf("    %-30s %14s   %s\n", f.name, f.of(p, s), f.published)
	}
	fmt.Printf("    %-30s %14s\n", "wall time", fmt.Sprintf("%.2f s", s.Time.WallS))
}
