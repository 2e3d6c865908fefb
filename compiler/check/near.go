package check

import (
	"slices"
	"strconv"
	"strings"

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

// near suggests the candidate that is most like name: "did you mean load?", or "" if none is.
func near(name string, candidates []string) string {
	best, least := "", likeness(len(name))
	slices.Sort(candidates)
	for _, candidate := range candidates {
		if d := lang.Distance(strings.ToLower(name), strings.ToLower(candidate), least); d <= least && candidate != name {
			if best == "" || d < least {
				best, least = candidate, d
			}
		}
	}
	if best == "" {
		return ""
	}
	return "did you mean " + best + "?"
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

// nearOr suggests a near name, or lists what there is if that is short.
func nearOr(name string, candidates []string, what string) string {
	if hint := near(name, candidates); hint != "" {
		return hint
	}
	if len(candidates) == 0 || len(candidates) > 12 {
		return ""
	}
	return what + ": " + strings.Join(candidates, ", ")
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
