package lang

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestAStateBehindAWordThatNobodyKnowsIsRead(t *testing.T) {
	f, errs := Parse("x.tune", "system x\npolicy P on e {\n  phase A { start x }\n  -> B\n  target B { notify(\"b\") }\n}\n")
	require.Len(t, errs, 2)
	require.Contains(t, errs[0].Hint, "write state A")
	require.Contains(t, errs[1].Hint, "write final B")
	states := f.Decls[0].(*Policy).States
	require.Len(t, states, 2)
	require.Equal(t, "A", states[0].Name.Text)
	require.Len(t, states[0].Transitions, 1)
	require.True(t, states[1].Final)
	require.Len(t, states[1].Body, 1)
}
