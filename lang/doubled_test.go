package lang

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestADoubledFirstWordIsReadOnce(t *testing.T) {
	for _, line := range []string{"hosts hosts rack { }", "vm vm G on rack { }", "component component C on rack [1] { }", "event event go", "event event hot(h: rack)", "probe probe cpu: percent on rack every 1s", "event event every"} {
		f, errs := Parse("x.tune", "system x\n"+line+"\n")
		require.Len(t, errs, 1, line)
		require.Contains(t, errs[0].Msg, "it stands there already", line)
		require.Empty(t, f.Gaps, line)
		require.Len(t, f.Decls, 1, line)
		require.NotNil(t, errs[0].Fix, line)
	}
	_, errs := Parse("x.tune", "system x\nevent event\nhosts hosts { }\nevent event when 1 > 0\nevent event every 5min\ncomponent component on rack [1] { }\nvm vm on rack { }\n")
	require.Empty(t, errs, "words of the language may be names")
}
