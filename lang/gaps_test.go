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
	require.Equal(t, []string{"require capacity memory on rack", "scenario {", "signal hot every 1s"}, gaps) // a slip is read as it was meant
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

// A mistake ends where a line plainly begins anew, also in the middle of a line: what is on one line is told as if it
// were on several.
func TestALineBeginsAnewInTheMiddleOfOne(t *testing.T) {
	for source, names := range map[string][]string{
		`hosts a { nodes = ["x" "y"] cores = 2 attr high = 3 memory = 4GiB attr low: int = 1 }`: {"nodes", "cores", "memory", "high", "low"},
		`hosts a { attr in: int = 4 cores = 2 attr high: int = f(b = 3, c = 4) }`:               {"cores", "", "high"},
		`hosts a { nodes = [b = 3, c = 4] cores = 2 }`:                                          {"nodes", "cores"},
	} {
		f, errs := lang.Parse("a.tune", "system a\n"+source+"\n")
		require.NotEmpty(t, errs)
		h := f.Decls[0].(*lang.Hosts)
		var found []string
		for _, d := range h.Fields {
			found = append(found, d.Name.Text)
		}
		for _, d := range h.Attrs {
			found = append(found, d.Name.Text)
		}
		require.Equal(t, names, found, source)
	}
	_, errs := lang.Parse("a.tune", "system a\npolicy P on e { state S { let a = f(1 2) let b = f(3 4) } -> T wen x state U { let c = ) } final T }\n")
	require.Len(t, errs, 4)
}

// So does a verb in a state, and a declaration in a file that is one line.
func TestAStepOrADeclarationBeginsAnewInTheMiddleOfALine(t *testing.T) {
	f, errs := lang.Parse("a.tune", `system a
policy P on e { state S { migrate v too h  allocate x  start y z  notify("a") n = App++  release w } -> T final T }
`)
	require.Len(t, errs, 2)
	require.Len(t, f.Decls[0].(*lang.Policy).States[0].Body, 6)

	f, errs = lang.Parse("a.tune", `system a hosts rack { nodes = ["n1"] } probe cpu: percent of rack every 1s event hot(h rack) when h.cpu > 1% vm Guest on rack { count = 2 }`)
	require.Len(t, errs, 2)
	require.Len(t, f.Decls, 4)
}

// A word that can't be a name is told where it is made one, and no more in the texts that fill it in.
func TestAReservedWordIsToldOnce(t *testing.T) {
	_, errs := lang.Parse("a.tune", "system a\npolicy P on e { final S { let by = 1\n notify(\"{by}\") } }\n")
	require.Len(t, errs, 1)
	require.Equal(t, lang.CodeReserved, errs[0].Code)
}
