package engine

import (
	"flag"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/tune-autonomic/tune/compiler/bundle"
	"github.com/tune-autonomic/tune/internal/docs"
)

var update = flag.Bool("update", false, "rewrite what docs/language.md says of actions")

func TestTheReferenceKnowsHowLongActionsTakeAndWhatUndoesThem(t *testing.T) {
	var b strings.Builder
	b.WriteString("| action | takes at most | undone by |\n|---|---|---|\n")
	for kind, name := range bundle.ActionNames {
		if kind >= len(timeouts) || timeouts[kind] == 0 {
			continue
		}
		undo := ""
		if u, ok := undoOf(&task{kind: bundle.ActionKind(kind), undoable: true}); ok {
			undo = bundle.ActionNames[u.kind]
		}
		if bundle.ActionKind(kind) == bundle.ActMigrate {
			undo += ", if it is `undoable`"
		}
		if bundle.ActionKind(kind) == bundle.ActOp {
			undo = "the operation with the same parameters that `undrains`, of one that `drains`; and the other way round"
		}
		fmt.Fprintf(&b, "| %s | %s | %s |\n", name, written(time.Duration(timeouts[kind])), undo)
	}
	docs.Part(t, "../../docs/language.md", "actions", b.String(), *update)
}

// written is a time as the language writes it.
func written(d time.Duration) string {
	switch {
	case d%time.Hour == 0:
		return fmt.Sprintf("%dh", d/time.Hour)
	case d%time.Minute == 0:
		return fmt.Sprintf("%dmin", d/time.Minute)
	}
	return fmt.Sprintf("%ds", d/time.Second)
}
