package lang

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// A block without its head is told once, at its first line, and what its lines say is read.
func TestABlockWithoutItsHeadIsToldOnce(t *testing.T) {
	for body, head := range map[string]string{
		"  nodes = [\"n1\"]\n  cores = 2\n}":                                "hosts NAME {",
		"  memory = 1GiB\n  count = 2\n}":                                   "vm NAME on HOSTS {",
		"  attr dir: string = \"x\"\n  op start = exec(\"a\")\n}":           "component NAME on CLASS [min..max] {",
		"  state A { let n = 1 }\n  -> B\n  final B\n}":                     "policy NAME on EVENT {",
		"  at 0s deploy all\n  until 10s\n}":                                "scenario NAME {",
		"  at 0s deploy all\n  at 3s expect lost == 0\n  until 10s\n}":      `test "…" {`,
		"{\n  op start = exec(\"a\")\n  op stop = exec(\"b\")\n}":           "component NAME on CLASS [min..max] {",
		"  always expect lost == 0\n  until 10s\n}":                         `test "…" {`,
		"  -> B\n  final B { notify(\"x\") }\n}":                            "policy NAME on EVENT {",
		"  attr big: bool = true\n  nodes = [\"n1\"]\n  attr n: int = 1\n}": "hosts NAME {",
	} {
		for _, before := range []string{"hosts rack {\n  cores = 1\n}\n\n", "event hot\n\n", "hosts rack { cores = 1 }\n\n"} {
			f, errs := Parse("x.tune", "system x\n"+before+body+"\nhosts more { cores = 1 }\n")
			require.Len(t, errs, 1, body)
			require.Contains(t, errs[0].Hint, "the head of this block is missing: write "+head+" before it", body)
			require.Len(t, f.Decls, 3, body)
		}
	}
}

// So is the body of a state without its head: the state is there, with its arrows.
func TestAStateWithoutItsHeadIsToldOnce(t *testing.T) {
	for body, head := range map[string]string{
		"    let n = 1\n  }\n  -> B\n  final B\n":                      "state NAME {",
		"    for v in h.vms {\n      lift v\n    }\n  }\n":             "final NAME {",
		"  {\n    fork { t.start; u.start }\n  }\n  -> B\n  final B\n": "state NAME {",
	} {
		f, errs := Parse("x.tune", "system x\npolicy P on e {\n  state A { let n = 1 }\n  -> A\n"+body+"}\nhosts more { cores = 1 }\n")
		require.Len(t, errs, 1, body)
		require.Contains(t, errs[0].Hint, "write "+head+" before it", body)
		p := f.Decls[0].(*Policy)
		require.Empty(t, p.States[1].Name.Text)
		require.NotEmpty(t, p.States[1].Body)
		require.Len(t, f.Decls, 2)
	}
}

func TestABraceTooManyIsNoMissingHead(t *testing.T) {
	_, errs := Parse("x.tune", "system x\nhosts rack { cores = 1 }\n  memory = 2GiB\n}\n")
	require.Len(t, errs, 1)
	require.Contains(t, errs[0].Hint, "one } too many")
}
