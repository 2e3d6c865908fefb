package check

import (
	"slices"
	"strconv"
	"strings"

	"github.com/tune-autonomic/tune/compiler/finding"
	"github.com/tune-autonomic/tune/lang"
)

// posed is whatever stands somewhere.
type posed interface{ Pos() lang.Span }

// spanned makes a span something that stands somewhere.
type spanned lang.Span

func (s spanned) Pos() lang.Span { return lang.Span(s) }

// printed is an expression as the source would have it.
func printed(at posed) string {
	if e, isExpr := at.(lang.Expr); isExpr {
		return lang.Print(e)
	}
	return "it"
}

func number(f float64) string { return strconv.FormatFloat(f, 'g', -1, 64) }

// unknown reports a name that is none of the candidates, with the one that it is most like. If none is near and there are
// few, they are listed behind `listed`; "" lists none.
func (c *checker) unknown(code finding.Code, u *unit, name lang.Name, msg string, candidates []string, listed string) {
	candidates = slices.Sorted(slices.Values(candidates))
	if best := nearest(name.Text, candidates); best != "" {
		c.report(code, u, name.Span, msg, "did you mean "+best+"?")
		c.change(u, name.Span, best)
		return
	}
	hint := ""
	if listed != "" && len(candidates) > 0 && len(candidates) <= 12 {
		hint = listed + ": " + list(candidates)
	}
	c.report(code, u, name.Span, msg, hint)
}

// nearest is the candidate that is most like name, of several the one that begins as it does longest; "" if none is.
func nearest(name string, candidates []string) string {
	best, least := "", likeness(len(name))
	for _, candidate := range candidates {
		if d := lang.Distance(strings.ToLower(name), strings.ToLower(candidate), least); d <= least && candidate != name {
			if best == "" || d < least || alike(name, candidate) > alike(name, best) {
				best, least = candidate, d
			}
		}
	}
	return best
}

// alike is how many letters two names have in common at their beginning.
func alike(a, b string) int {
	n := 0
	for n < min(len(a), len(b)) && a[n] == b[n] {
		n++
	}
	return n
}

// likeness is how many letters of a name of n may be wrong.
func likeness(n int) int {
	switch {
	case n < 2:
		return 0
	case n < 5:
		return 1
	}
	return 1 + n/4
}

// sortedKeys are a map's keys in order.
func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}
