package testrun

import (
	"fmt"
	"io"
	"strings"
	"time"
	"unicode/utf8"
)

// widest is the longest name that others are aligned to.
const widest = 72

// mostData is how many lines say where loads came from.
const mostData = 20

// Printer tells people of tests, one by one.
type Printer struct {
	W io.Writer
	// Width is what names are padded to.
	Width int
}

// NewPrinter aligns the names of these tests.
func NewPrinter(w io.Writer, names []string) *Printer {
	p := &Printer{W: w}
	for _, n := range names {
		if l := utf8.RuneCountInString(n); l <= widest {
			p.Width = max(p.Width, l)
		}
	}
	return p
}

// Test prints a line for a test, and below it what failed.
func (p *Printer) Test(t Test) {
	word := "ok  "
	if !t.OK() {
		word = "FAIL"
	}
	pad := strings.Repeat(" ", max(0, p.Width-utf8.RuneCountInString(t.Name)))
	fmt.Fprintf(p.W, "%s  %s%s  %6s in %s%s\n", word, t.Name, pad, t.Virtual, wall(t.Wall), seeds(t.Seeds))
	if t.Error != "" {
		fmt.Fprintf(p.W, "      %s\n", strings.ReplaceAll(t.Error, "\n", "\n      "))
	}
	for _, l := range t.Unheard {
		fmt.Fprintf(p.W, "      at %s nobody could do what was said: %s\n", l.Time, l.Text)
	}
	for _, f := range t.Failures {
		p.failure(f, t.Seeds > 1)
	}
	if !t.OK() {
		fmt.Fprintln(p.W)
	}
}

func seeds(n int) string {
	if n == 1 {
		return ""
	}
	return fmt.Sprintf(", %d seeds", n)
}

// wall is a time that passed outside of the runs.
func wall(s Span) string { return fmt.Sprintf("%.2f s", time.Duration(s).Seconds()) }

func (p *Printer) failure(f Failure, manySeeds bool) {
	at := f.Expected
	fmt.Fprintf(p.W, "\n      %s:%d:%d: at %s %s%s\n", at.File, at.Line, at.Column, f.Time, f.Why, ofSeeds(f, manySeeds))
	fmt.Fprintf(p.W, "%9d | %s\n          | %s\n", at.Line, at.Text, at.caret())
	width := 0
	for _, v := range f.Values {
		width = max(width, utf8.RuneCountInString(v.Part))
	}
	for _, v := range f.Values {
		fmt.Fprintf(p.W, "            %s%s is %s\n", v.Part, strings.Repeat(" ", width-utf8.RuneCountInString(v.Part)), v.Value)
	}
	if len(f.Timeline) == 1 {
		fmt.Fprintf(p.W, "      nothing else happened within %v of it\n", around)
		return
	}
	fmt.Fprintf(p.W, "      what happened around then:\n")
	for _, l := range f.Timeline {
		if l.More > 0 {
			fmt.Fprintf(p.W, "                   … %d more\n", l.More)
			continue
		}
		mark, text := " ", l.Text
		if l.Fails {
			mark, text = ">", "the expectation fails"
		}
		fmt.Fprintf(p.W, "      %s %9.3fs  %s\n", mark, time.Duration(l.Time).Seconds(), text)
	}
}

// ofSeeds says with which seeds it failed, if there are several.
func ofSeeds(f Failure, many bool) string {
	if !many {
		return ""
	}
	text := fmt.Sprintf(" (seed %d", f.Seed)
	for i, s := range f.Also {
		if i == 10 {
			text += fmt.Sprintf(" and %d more", len(f.Also)-i)
			break
		}
		text += fmt.Sprintf(", %d", s)
	}
	return text + ")"
}

// End prints what loads the tests have played, and how many failed.
func (p *Printer) End(r Report) {
	for i, line := range r.Data {
		if i == mostData {
			fmt.Fprintf(p.W, "data  … %d more\n", len(r.Data)-i)
			break
		}
		fmt.Fprintf(p.W, "data  %s\n", line)
	}
	if n := r.Failed(); n > 0 {
		fmt.Fprintf(p.W, "%d of %s failed, in %s\n", n, count(len(r.Tests), "test"), wall(r.Wall))
		return
	}
	fmt.Fprintf(p.W, "%s, all well, in %s\n", count(len(r.Tests), "test"), wall(r.Wall))
}

func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// Coverage prints what of each policy was gone through, and the lines that weren't.
func (p *Printer) Coverage(all []PolicyCover) {
	fmt.Fprintf(p.W, "\ncoverage%s      states   arrows   guards, both ways\n", strings.Repeat(" ", max(0, longest(all)-8)))
	for _, c := range all {
		pad := strings.Repeat(" ", max(8, longest(all))-utf8.RuneCountInString(c.Policy))
		fmt.Fprintf(p.W, "  %s%s  %8s %8s %8s\n", c.Policy, pad, c.States, c.Arrows, c.Guards)
	}
	for _, c := range all {
		for _, m := range c.Missed {
			fmt.Fprintf(p.W, "  %s:%d: %s: %s\n", m.At.File, m.At.Line, c.Policy, m.text())
		}
	}
}

// text says what was missed; of an arrow or a guard with the words of the source.
func (m Miss) text() string {
	if strings.HasPrefix(m.Why, "i") {
		return m.At.Words + " " + strings.TrimPrefix(m.Why, "its ")
	}
	return m.Why
}

func (p Part) String() string { return fmt.Sprintf("%d/%d", p.Met, p.All) }

func longest(all []PolicyCover) int {
	n := 0
	for _, c := range all {
		n = max(n, utf8.RuneCountInString(c.Policy))
	}
	return n
}
