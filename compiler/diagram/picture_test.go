package diagram

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// programs are the diagrams of all examples and of the library, by file.
func programs(t *testing.T) map[string][]Diagram {
	t.Helper()
	library, err := filepath.Glob("../std/*.tune")
	require.NoError(t, err)
	examples, err := filepath.Glob("../../examples/*/*.tune")
	require.NoError(t, err)
	require.NotEmpty(t, examples)
	sources := map[string]string{}
	read := func(file, as string) {
		raw, err := os.ReadFile(file)
		require.NoError(t, err)
		sources[as] = string(raw)
	}
	for _, f := range library {
		read(f, "std/"+filepath.Base(f))
	}
	all := map[string][]Diagram{}
	for _, f := range append(examples, "testdata/everything.tune") {
		read(f, f)
		all[f] = All(Read(f, sources))
	}
	for _, f := range library {
		all[f] = All(Read("std/"+filepath.Base(f), sources))
	}
	return all
}

func overlaps(a, b Rect) bool {
	return a.X < b.X+b.W && b.X < a.X+a.W && a.Y < b.Y+b.H && b.Y < a.Y+a.H
}

func contains(a, b Rect) bool {
	return a.X <= b.X && b.X+b.W <= a.X+a.W && a.Y <= b.Y && b.Y+b.H <= a.Y+a.H
}

func grown(r Rect, by int) Rect { return area(r.X-by, r.Y-by, r.W+2*by, r.H+2*by) }

// pieces are a line's pieces, as rectangles without area.
func pieces(l Path) []Rect {
	var all []Rect
	for i := 1; i < len(l.Points); i++ {
		a, b := l.Points[i-1], l.Points[i]
		all = append(all, area(min(a.X, b.X), min(a.Y, b.Y), far(a, Point{X: b.X, Y: a.Y}), far(a, Point{X: a.X, Y: b.Y})))
	}
	return all
}

// around says whether a box is another, or what that stands in.
func (p Picture) around(outer, inner int) bool {
	for i := inner; i >= 0; i = p.Boxes[i].In {
		if i == outer {
			return true
		}
	}
	return p.Boxes[outer].Look == Border
}

// faults says what lies upon something else in a picture.
func faults(p Picture) []string {
	var bad []string
	fault := func(format string, args ...any) { bad = append(bad, fmt.Sprintf(format, args...)) }
	for i, a := range p.Boxes {
		if !contains(placed(Point{}, p.Size), a.Rect) {
			fault("box %d is outside", i)
		}
		for j, b := range p.Boxes[:i] {
			if overlaps(a.Rect, b.Rect) && !p.around(i, j) && !p.around(j, i) {
				fault("boxes %d and %d overlap", i, j)
			}
		}
	}
	for i, a := range p.Texts {
		if !contains(p.Boxes[a.In].Rect, a.Rect) {
			fault("%q does not fit its box", a.Text)
		}
		for _, b := range p.Texts[:i] {
			if overlaps(a.Rect, b.Rect) {
				fault("%q lies upon %q", a.Text, b.Text)
			}
		}
		for j, b := range p.Boxes {
			if overlaps(a.Rect, b.Rect) && !p.around(j, a.In) {
				fault("%q lies upon box %d", a.Text, j)
			}
		}
	}
	for i, l := range p.Lines {
		for _, s := range pieces(l) {
			for j, b := range p.Boxes {
				passes := j != l.From && j != l.To && (p.around(j, l.From) || p.around(j, l.To))
				if !passes && overlaps(grown(s, 1), grown(b.Rect, -1)) {
					fault("line %d runs through box %d", i, j)
				}
			}
			for _, x := range p.Texts {
				if overlaps(grown(s, 1), x.Rect) {
					fault("line %d runs through %q", i, x.Text)
				}
			}
		}
	}
	return bad
}

// crossings counts where lines cross.
func crossings(p Picture) int {
	n := 0
	for i, l := range p.Lines {
		for _, m := range p.Lines[:i] {
			for _, a := range pieces(l) {
				for _, b := range pieces(m) {
					if (a.W == 0) != (b.W == 0) && crosses(a, b) {
						n++
					}
				}
			}
		}
	}
	return n
}

// crosses says whether a piece goes through the inside of another.
func crosses(a, b Rect) bool {
	if a.W == 0 {
		a, b = b, a
	}
	return a.X < b.X && b.X < a.X+a.W && b.Y < a.Y && a.Y < b.Y+b.H
}

func TestNothingLiesUponAnythingInTheDiagramsOfAllPrograms(t *testing.T) {
	all, diagrams := 0, 0
	for file, list := range programs(t) {
		for _, d := range list {
			p := Lay(d)
			require.Empty(t, faults(p), "%s of %s", d.Title(), file)
			n := crossings(p)
			all += n
			diagrams++
			if filepath.Base(file) == "everything.tune" {
				require.Zero(t, n, "%s can be drawn without crossings", d.Title())
			}
			if n > 0 {
				t.Logf("%s of %s: %d crossings", d.Title(), filepath.Base(file), n)
			}
		}
	}
	t.Logf("%d diagrams, %d crossings", diagrams, all)
}

func TestTheSameTextGivesTheSameBytes(t *testing.T) {
	for file, list := range programs(t) {
		again := programs(t)[file]
		for i, d := range list {
			for _, f := range Formats {
				var a, b strings.Builder
				require.NoError(t, f.Write(&a, d))
				require.NoError(t, f.Write(&b, again[i]))
				require.Equal(t, a.String(), b.String())
			}
		}
	}
}

func TestEachDiagramOfAProgramHasAFileOfItsOwn(t *testing.T) {
	for file, list := range programs(t) {
		var names []string
		for _, d := range list {
			names = append(names, d.File())
		}
		slices.Sort(names)
		require.Equal(t, slices.Compact(slices.Clone(names)), names, file)
	}
}
