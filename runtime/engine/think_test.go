package engine_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tune-autonomic/tune/compiler/bundle"
	"github.com/tune-autonomic/tune/runtime/engine"
)

// endless is a plan of eight loops within each other; its policy begins it again when it has failed.
const endless = `
system endless
hosts rack { driver = "sim"  nodes = ["a", "b", "c", "d", "e", "f", "g", "h"] }
event go
policy P on go {
  state Think {
    plan {
      var n = 0
      for a in rack { for b in rack { for c in rack { for d in rack { for e in rack { for f in rack { for g in rack { for h in rack { n += 1 } } } } } } } }
      apply safely
    }
  }
  -> Done
  -> Think on failure at most 2 times
  -> Done on failure
  final Done
}`

func TestAPlanThatHardlyEndsFailsAndSaysWhy(t *testing.T) {
	p, err := compile(endless)
	require.NoError(t, err)
	require.Contains(t, raise(t, p, engine.Options{Slice: 1000, Plan: 100_000}), "its plan has looked at more than 100000 things and isn't at its end")
	require.NotContains(t, raise(t, p, engine.Options{Plan: 100_000_000}), "isn't at its end")
}

// raise raises the first event, and lets all come of it that does at this time.
func raise(t *testing.T, p *bundle.Program, o engine.Options) string {
	e, err := engine.New(p, o)
	require.NoError(t, err)
	out, err := e.Step(engine.Input{Command: &engine.Operator{Verb: "emit"}})
	require.NoError(t, err)
	var told strings.Builder
	for steps := 0; ; steps++ {
		for _, n := range out.Notices {
			told.WriteString(n.Text + "\n")
		}
		if out.Wake != 0 {
			return told.String()
		}
		require.Less(t, steps, 1000, "it comes to an end at one time")
		out, err = e.Step(engine.Input{})
		require.NoError(t, err)
	}
}
