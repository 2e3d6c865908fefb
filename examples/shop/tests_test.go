package shop

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tune-autonomic/tune/examples/exampletest"
)

func TestTheShopsTestsHold(t *testing.T) {
	told, failed := exampletest.Tests(t, "shop.tune")
	require.Zero(t, failed, told)
}

// A policy that does something else than what its tests promise doesn't pass them.
func TestABrokenPolicyFailsTheShopsTests(t *testing.T) {
	for name, edit := range map[string][2]string{
		"it never starts":              {"when h.cpu > h.high for 10s", "when h.cpu > 2 * h.high for 10s"},
		"it starts too early":          {"when h.cpu > h.high for 10s", "when h.cpu > h.low for 10s"},
		"it starts on what is unknown": {"when h.cpu > h.high for 10s", "when not h.cpu exists for 10s"},
		"it only thinks":               {"    migrate v to dst within 2min\n", ""},
		"it waits for ever":            {"when h.cpu > h.high for 10s", "when h.cpu > h.high for 1h"},
		"it doesn't say so":            {"-> GiveUp on failure undo", "-> Done   on failure undo"},
		"it goes on as if all were well": {"  -> Move   when dst exists and bears(dst, share(v, on: dst))\n  -> GiveUp otherwise\n",
			"  -> Move   when dst exists and bears(dst, share(v, on: dst))\n  -> Done otherwise\n"},
		"it wakes nobody":       {"else asleep", "else v.host"},
		"nobody comes home":     {"      migrate v to v.home within 2min\n", "      notify(\"{v} stays\")\n"},
		"no host is given back": {"state Free { release h }", "state Free {}"},
	} {
		t.Run(name, func(t *testing.T) {
			told, failed := exampletest.Tests(t, "shop.tune", edit[0], edit[1])
			require.Positive(t, failed, told)
		})
	}
}
