package diagram

import (
	"encoding/xml"
	"io"
	"strings"
	"testing"

	"codeberg.org/go-fonts/liberation/liberationsansbold"
	"codeberg.org/go-fonts/liberation/liberationsansregular"
	"github.com/stretchr/testify/require"
	xfont "golang.org/x/image/font"
	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"
)

func TestWidthsAreThoseOfTheFont(t *testing.T) {
	for weight, file := range [][]byte{liberationsansregular.TTF, liberationsansbold.TTF} {
		f, err := sfnt.Parse(file)
		require.NoError(t, err)
		require.EqualValues(t, em, f.UnitsPerEm())
		var b sfnt.Buffer
		advance := func(r rune) int {
			g, err := f.GlyphIndex(&b, r)
			require.NoError(t, err)
			a, err := f.GlyphAdvance(&b, g, fixed.Int26_6(em), xfont.HintingNone)
			require.NoError(t, err)
			return int(a)
		}
		for r := ' '; r <= '~'; r++ {
			require.Equal(t, advance(r), advances[weight][r-' '], "%q", r)
		}
		for r, w := range few {
			require.Equal(t, advance(r), w, "%q", r)
		}
	}
}

func TestLinesAreCutAtBlanksAndWordsWhereTheyMustBe(t *testing.T) {
	require.Equal(t, []string{"one two", "three"}, plain.wrap("one  two three", 50))
	require.Empty(t, plain.wrap(" ", 50))
	for _, l := range plain.wrap("a "+strings.Repeat("ü", 40)+" b", 60) {
		require.LessOrEqual(t, plain.width(l), 60)
	}
	require.Equal(t, []string{"ü", "ü"}, plain.wrap("üü", 1))
	require.Equal(t, []string{"reload", "Configuration", "OfWorkers"}, plain.wrap("reloadConfigurationOfWorkers", 80))
	require.Equal(t, []string{"take_orders_", "from(workers)"}, plain.wrap("take_orders_from(workers)", 80))
	require.Equal(t, []string{`"n1","n2",`, `"node-five"`}, plain.wrap(`"n1","n2","node-five"`, 80))
	for _, l := range plain.wrap("donaudampfschifffahrtsgesellschaft", 80)[:2] {
		require.True(t, strings.HasSuffix(l, "…"), l)
		require.LessOrEqual(t, plain.width(l), 80)
	}
}

func draw(t *testing.T, source string) (string, []Diagram) {
	t.Helper()
	all := All(Read("x.tune", map[string]string{"x.tune": source}))
	var b strings.Builder
	for _, d := range all {
		p := Lay(d)
		require.Empty(t, faults(p), d.Title())
		require.NoError(t, SVG(&b, p))
	}
	return b.String(), all
}

func TestWhateverStandsInAProgramThePictureIsXML(t *testing.T) {
	text, _ := draw(t, "system x\nevent e\npolicy P on e {\n state A { notify(\"\\u0001 <&>\x02 ]]> '\\\"\") }\n -> B\n final B\n}\n")
	d := xml.NewDecoder(strings.NewReader(text))
	for {
		_, err := d.Token()
		if err == io.EOF {
			return
		}
		require.NoError(t, err)
	}
}

func TestCommentsAreNoStepsAndTextsAreKept(t *testing.T) {
	_, all := draw(t, "system x\nevent e\npolicy P on e {\n state A {\n  let a = 1 + // one\n   2\n  notify(\"http://x // y\")\n }\n -> B\n final B\n}\n")
	require.Len(t, all, 1)
	require.Equal(t, []Step{{Text: "let a = 1 + 2"}, {Text: `notify("http://x // y")`}}, all[0].Nodes[1].Steps)
}

func TestBranchesThatStandTogetherAreOneForkWithABarAtEachEnd(t *testing.T) {
	_, all := draw(t, "system x\nevent e\npolicy P on e {\n state A {\n  fork { notify(\"a\") }\n  fork { notify(\"b\") }\n  join\n }\n -> B\n final B\n}\n")
	bars := 0
	for _, b := range Lay(all[0]).Boxes {
		if b.Look == Bar {
			bars++
		}
	}
	require.Equal(t, 2, bars)
	require.Len(t, all[0].Nodes[1].Steps[0].Branches, 2)
}

func TestCompartmentsWithNothingInThemAreLeftOut(t *testing.T) {
	_, all := draw(t, `system x
hosts rack { nodes = ["a"] }
component Bare on rack [1] { }
component Listed on rack [1] { attr port: int = 80 }
component Told on rack [1] { op start = exec("a") }
component Both on rack [1] { attr port: int = 80  op start = exec("a") }
`)
	want := map[string]int{"Bare [1]": 0, "Listed [1]": 1, "Told [1]": 1, "Both [1]": 2, "rack": 1}
	p, rules := Lay(all[0]), map[string]int{}
	for _, text := range p.Texts {
		if _, isName := want[text.Text]; isName {
			rules[text.Text] = len(p.Boxes[text.In].Rules)
		}
	}
	require.Equal(t, want, rules)
}

func TestWhatIsBrokenIsDrawnAsFarAsItGoes(t *testing.T) {
	for _, source := range []string{"", "system", "system x\nvm V on nowhere {", "system x\npolicy P on {\n state\n -> \n final",
		"system x\nlink A.b -- C.d\ncomponent A on A [", "system x\npolicy P on e {\n state A {\n for v in\n fork {", "system x\nevent e(a: \npolicy P on e"} {
		draw(t, source)
	}
}

func TestTwoUsesOfOnePolicyAreToldApart(t *testing.T) {
	sources := map[string]string{
		"d/x.tune":   "system x\nimport \"m\"\nimport \"std/n\"\nuse m.P on a ()\nuse m.P on b ()\nuse n.Q on a ()\nevent a\nevent b\n",
		"d/m.tune":   "module m\npolicy P {\n final Done\n}\n",
		"std/n.tune": "module n\npolicy Q {\n final Done\n}\n",
	}
	var names []string
	for _, d := range All(Read("d/x.tune", sources)) {
		names = append(names, d.File())
	}
	require.Equal(t, []string{"state-m.P", "state-m.P-2", "state-n.Q"}, names)
}

func TestAllPoliciesOfAModuleAreDrawnWithTheEventsThatItHas(t *testing.T) {
	sources := map[string]string{
		"x.tune": "system x\nimport \"m\"\nuse m ()\n",
		"m.tune": "module m\nevent beat every 5s\npolicy P on beat {\n final Done\n}\npolicy Q on beat {\n final Done\n}\n",
	}
	all := All(Read("x.tune", sources))
	require.Len(t, all, 2)
	require.Equal(t, []string{"beat", "every 5s"}, all[1].Edges[0].Label)
}
