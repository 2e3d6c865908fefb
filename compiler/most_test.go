package compiler_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tune-autonomic/tune/compiler"
	"github.com/tune-autonomic/tune/compiler/bundle"
)

const mostHead = `system s
hosts rack { nodes = ["a", "b", "c"] }
vm Guest on rack { count = 4 }
component Web on Guest [1..3] { op tidy = exec("tidy") }
component Many on rack [1..*] { op tidy = exec("tidy") }
probe cpu: percent on rack every 1s
event hot(h: rack) when h.cpu > 50% for 10s
event tick every 1min
`

func TestTheMostActionsOfAPolicyAreReckoned(t *testing.T) {
	for _, c := range []struct{ name, policy, want string }{
		{"the longer way", `policy P on hot(h: rack) {
			state A { notify("a") }
			-> B when h.cpu > 70%
			-> C otherwise
			state B { notify("b"); notify("c") }
			-> C
			final C
		}`, "at most 3 actions"},
		{"a cycle that is bounded", `policy P on hot(h: rack) {
			state A { notify("a") }
			-> A when h.cpu > 70% at most 3 times
			-> C otherwise
			final C
		}`, "at most 4 actions"},
		{"a loop over what is listed", `policy P on tick { state A { for h in rack { allocate h } } -> C
			final C }`, "at most 3 actions"},
		{"a loop over machines of which none are made", `policy P on hot(h: rack) {
			state A { for v in h.vms { notify("{v}") } } -> C
			final C }`, "at most 4 actions"},
		{"nested loops: each machine stands on one host only", `policy P on tick {
			state A { for h in rack { allocate h; for v in h.vms { notify("{v}") } } } -> C
			final C }`, "at most 7 actions"},
		{"a class with a maximum", `policy P on tick { state A { for w in Web { w.tidy } } -> C
			final C }`, "at most 3 actions"},
		{"one without", `policy P on tick { state A { notify("a"); for m in Many { m.tidy } } -> C
			final C }`, "at most 1 action and 1 for each Many"},
		{"several without, in one another", `policy P on tick { state A { for m in Many { for n in Many { n.tidy } } } -> C
			final C }`, "as many actions as its sets are large"},
		{"machines that a policy makes are as many as may be", `policy P on tick { state A { Guest++; for v in Guest { notify("{v}") } } -> C
			final C }`, "at most 5 actions"},
		{"a plan moves each machine once", `policy P on tick { state A { plan {
				for v in Guest { let d = min(rack by cpu where fits(v, it)); if d exists { place v on d } }
				apply safely } } -> C
			final C }`, "at most 4 actions"},
		{"branches are taken together", `policy P on tick { state A { fork { notify("a") } fork { for h in rack { allocate h } } join } -> C
			final C }`, "at most 4 actions"},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := compiler.CompileSource(nil, "s.tune", mostHead+c.policy)
			require.NotNil(t, r.Program, "%v", r.Findings)
			require.Equal(t, c.want, bundle.Summary(r.Program).Policies[0].Most)
		})
	}
}
