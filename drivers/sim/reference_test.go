package sim

import (
	"flag"
	"fmt"
	"strings"
	"testing"

	"github.com/tune-autonomic/tune/internal/docs"
)

var update = flag.Bool("update", false, "rewrite what docs/language.md says of the simulated world")

func TestTheReferenceKnowsTheConstantsOfTheWorld(t *testing.T) {
	var b strings.Builder
	b.WriteString("| setting | if it isn't set | |\n|---|---|---|\n")
	for _, s := range settings {
		fmt.Fprintf(&b, "| `%s` | %s | %s |\n", s.name, inWords(s.value, s.unit), s.comment)
	}
	docs.Part(t, "../../docs/language.md", "settings", b.String(), *update)
}

func inWords(v float64, unit Unit) string {
	switch {
	case unit == Share:
		return fmt.Sprintf("%.6g%%", 100*v)
	case unit == BitPerSec:
		return fmt.Sprintf("%gGbit/s", v/1e9)
	case unit == Bytes:
		return fmt.Sprintf("%gKiB", v/1024)
	}
	return fmt.Sprintf("%g%s", v, unit)
}
