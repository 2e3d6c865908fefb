package lang_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tune-autonomic/tune/lang"
)

// Behind a declaration that can't be read the next one is read, also one that lacks its name; what was not understood is
// told as gaps.
func TestGapsAreWhatCouldNotBeRead(t *testing.T) {
	const source = "system a\nrequire capacity memory on rack\nscenario { until 5s }\nsignal hot every 1s\npolicy P on hot losless { final A }\n"
	f, errs := lang.Parse("a.tune", source)
	require.Len(t, errs, 4)
	var gaps []string
	for _, g := range f.Gaps {
		gaps = append(gaps, source[g.Start:g.End])
	}
	require.Equal(t, []string{"require capacity memory on rack", "scenario {", "signal hot every 1s", "policy P on hot losless {"}, gaps)
	require.Len(t, f.Decls, 3)
}

// A first word that is misspelt is reported, and its line is read as it is meant: nothing is lost.
func TestAMisspeltFirstWordLosesNothing(t *testing.T) {
	const source = `systm a
hsots rack { ndoes = ["a"]  atrt high: percent = 45% }
copmonent C on rack [1] { atrt port: int = 1
  po start = exec("x") }
plicy P on hot(h: rack) {
  satte A { lte x = 1
    fro v in rack { notify("x") } }
  -> B
  fnial B
}
secnario s { utnil 5s }
tset "t" in s { aways expect lost == 0 }
`
	f, errs := lang.Parse("a.tune", source)
	require.Len(t, errs, 15)
	require.Empty(t, f.Gaps)
	p := f.Decls[2].(*lang.Policy)
	require.Len(t, p.States, 2)
	require.Len(t, p.States[0].Body, 2)
	require.Len(t, p.States[0].Transitions, 1)
	require.True(t, p.States[1].Final)
}
