package shop

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tune-autonomic/tune/examples/exampletest"
	"github.com/tune-autonomic/tune/runtime/engine"
	"github.com/tune-autonomic/tune/runtime/manager"
)

// A fault of migrations that comes while none is under way says that it waits, and then what it strikes.
func TestAFaultThatWaitsForAMigrationIsTold(t *testing.T) {
	p := exampletest.Compile(t, "shop.tune", "  until 5000s\n", "  at 900s fail migration of Servlet\n  until 5000s\n")
	run := exampletest.Play(t, p, manager.SimOptions{Scenario: "sizing", Seed: 1})
	told := run.Texts(engine.NoticeFault)
	require.Len(t, told, 2)
	require.Equal(t, "fail migration of Servlet-1 … Servlet-2: none is under way, so the next one is struck", told[0])
	require.Regexp(t, "^the migration of Servlet-. to node. breaks off$", told[1])
}
