package finding

import (
	"fmt"
	"strings"

	"github.com/tune-autonomic/tune/lang"
)

// Prelude is the system from which the table's programs go on, unless they are whole ones.
const Prelude = `system shop

hosts rack {
  nodes = ["node1", "node2"]
  attr limit: percent = 80%
}

vm Guest on rack { count = 2 }

component Web on rack [1] {
  attr port: int = 80
  op start = exec("web {port}")
  op drain(a: App)   drains   = exec("drain {a}")
  op undrain(a: App) undrains = exec("undrain {a}")
}

component App on Guest [1..3] initially 2 {
  op start = exec("app")
  op stop  interrupts unless drained = exec("stop")
  op patch interrupts = exec("patch")
}

link Web.apps [1..*] -- [1] App.web

probe cpu:  percent on rack every 1s
probe load: percent on App  every 1s = process.cpu

event hot(h: rack) when h.cpu > h.limit for 10s
event busy(a: App) when a.load > 80%
event go
`

// Fragment says whether a program of the table goes on from the prelude.
func Fragment(program string) bool {
	return !strings.HasPrefix(program, "system ") && !strings.HasPrefix(program, "-- ")
}

// Files are the files of a program of the table by name; the system is main.tune. A program of several files has a line
// `-- NAME --` before each.
func Files(program string) map[string]string {
	if Fragment(program) {
		return map[string]string{"main.tune": Prelude + "\n" + program + "\n"}
	}
	files := map[string]string{}
	name := "main.tune"
	for line := range strings.Lines(program) {
		if rest, is := strings.CutPrefix(line, "-- "); is {
			name = strings.TrimSuffix(strings.TrimSpace(rest), " --")
			continue
		}
		files[name] += line
	}
	return files
}

// Find is the entry of a code as people write it: TUNE0203, tune0203, 203.
func Find(code string) (Info, bool) {
	digits := strings.TrimPrefix(strings.ToUpper(strings.TrimSpace(code)), "TUNE")
	info := Lookup(Code("TUNE" + strings.Repeat("0", max(0, 4-len(digits))) + digits))
	return info, info.Title != ""
}

// Near is the entry whose code is most like one that there is not; an empty one if none is.
func Near(code string) Info {
	best, least := Info{}, 3
	for _, info := range Table {
		if d := lang.Distance(strings.ToUpper(code), string(info.Code), least); d < least {
			best, least = info, d
		}
	}
	return best
}

// Explain says all that there is to say of a code, for a terminal.
func (info Info) Explain() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %s (%s)\n\n%s\n", info.Code, info.Title, info.Severity, wrap(info.Text, 100))
	if info.Wrong == "" {
		return b.String()
	}
	fmt.Fprintf(&b, "\nWrong:\n\n%s\nRight:\n\n%s", indent(info.Wrong), indent(info.Right))
	if Fragment(info.Wrong) || Fragment(info.Right) {
		fmt.Fprintf(&b, "\nThey go on from this system:\n\n%s", indent(Prelude))
	}
	return b.String()
}

func indent(text string) string {
	var b strings.Builder
	for line := range strings.Lines(strings.TrimSpace(text) + "\n") {
		if strings.TrimSpace(line) != "" {
			b.WriteString("    ")
		}
		b.WriteString(line)
	}
	return b.String()
}

// wrap breaks a text at blanks into lines of at most width characters, if its words allow that.
func wrap(text string, width int) string {
	var b strings.Builder
	at := 0
	for i, word := range strings.Fields(text) {
		n := len([]rune(word))
		switch {
		case i > 0 && at+1+n > width:
			b.WriteString("\n")
			at = 0
		case i > 0:
			b.WriteString(" ")
			at++
		}
		b.WriteString(word)
		at += n
	}
	return b.String()
}
