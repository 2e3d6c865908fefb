package compiler_test

import (
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tune-autonomic/tune/compiler"
	"github.com/tune-autonomic/tune/compiler/finding"
)

// mutated are programs without errors, which the tests below spoil by one word.
var mutated = []string{"shop/shop.tune", "replicas/replicas.tune", "datacenter/cloudsim.tune", "rescue/rescue.tune"}

// mutant is a program with one mistake.
type mutant struct {
	path, what string
	at, end    int // what of the program was replaced
	by         string
}

var tokenRE = regexp.MustCompile(`//[^\n]*|"[^"\n]*"|[A-Za-z_]\w*|\d[\w.%/]*|->|--|\+\+|<=|>=|==|!=|\S`)

// slips makes mutants of a program, by one way to go wrong.
func slips(path, source string, spoil func(token string) (by string, ok bool)) []mutant {
	var all []mutant
	for _, at := range tokenRE.FindAllStringIndex(source, -1) {
		token := source[at[0]:at[1]]
		by, ok := spoil(token)
		if strings.HasPrefix(token, "//") || !ok {
			continue
		}
		line := strings.Count(source[:at[0]], "\n") + 1
		all = append(all, mutant{path: path, what: fmt.Sprintf("%s:%d: %s for %s", path, line, by, token), at: at[0], end: at[1], by: by})
	}
	return all
}

var wordRE = regexp.MustCompile(`^[A-Za-z]\w{3,}$`)

// misspelt swaps the second letter of a word with the third.
func misspelt(token string) (string, bool) {
	if !wordRE.MatchString(token) || token[1] == token[2] {
		return "", false
	}
	return token[:1] + token[2:3] + token[1:2] + token[3:], true
}

func leftOut(string) (string, bool) { return "", true }

func doubled(token string) (string, bool) { return token + " " + token, true }

// raise compiles a program with mistakes, and gives what the right one doesn't raise.
func raise(path, source string, mistakes ...mutant) []finding.Finding {
	usual := map[string]int{}
	for _, f := range compiler.CompileSource(os.DirFS("../examples"), path, source).Findings {
		usual[string(f.Code)]++
	}
	for _, m := range mistakes { // the last of the program first
		source = source[:m.at] + m.by + source[m.end:]
	}
	var found []finding.Finding
	for _, f := range compiler.CompileSource(os.DirFS("../examples"), path, source).Findings {
		if usual[string(f.Code)]--; usual[string(f.Code)] < 0 {
			found = append(found, f)
		}
	}
	return found
}

// sample is each nth of a program's mutants.
func sample(t *testing.T, path string, n int, spoil func(string) (string, bool)) (source string, some []mutant) {
	t.Helper()
	data, err := os.ReadFile("../examples/" + path)
	require.NoError(t, err)
	for i, m := range slips(path, string(data), spoil) {
		if i%n == 0 {
			some = append(some, m)
		}
	}
	return string(data), some
}

// One mistake is one finding: few words that are misspelt, left out or doubled give several, and few give none, which are
// those that mean something else then, or that nobody uses.
func TestOneMistakeIsOneFinding(t *testing.T) {
	for name, kind := range map[string]struct {
		spoil      func(string) (string, bool)
		none, more float64 // at most this part of them has none, or more than one
	}{
		"misspelt": {misspelt, 0.10, 0.03},
		"left out": {leftOut, 0.05, 0.06},
		"doubled":  {doubled, 0.03, 0.04},
	} {
		t.Run(name, func(t *testing.T) {
			var none, more []string
			all := 0
			for _, path := range mutated {
				source, some := sample(t, path, 11, kind.spoil)
				all += len(some)
				for _, m := range some {
					switch found := raise(path, source, m); len(found) {
					case 0:
						none = append(none, m.what)
					case 1:
					default:
						more = append(more, fmt.Sprintf("%d findings: %s", len(found), m.what))
					}
				}
			}
			slices.Sort(more)
			slices.Reverse(more)
			require.LessOrEqual(t, float64(len(none)), kind.none*float64(all), "of %d: %s", all, strings.Join(none, "\n"))
			require.LessOrEqual(t, float64(len(more)), kind.more*float64(all), "of %d: %s", all, strings.Join(more, "\n"))
		})
	}
}

// A line that is missing is one finding, or none: also the head of a block, whose lines and whose end stand there then, and
// what others ask of the things that it would have declared.
func TestALineThatIsMissingIsOneFinding(t *testing.T) {
	var more []string
	heads, headsOfMore := 0, 0
	lines := 0
	for _, path := range append(slices.Clone(mutated), "std/drain/operators.tune", "std/heal/heal.tune", "std/balance/balance.tune") {
		data, err := os.ReadFile("../examples/" + path)
		require.NoError(t, err)
		source, at := string(data), 0
		for line := range strings.Lines(source) {
			m := mutant{path: path, what: path + ": " + strings.TrimSpace(line), at: at, end: at + len(line)}
			at = m.end
			isHead := strings.HasSuffix(strings.TrimSpace(line), "{")
			if lines++; !isHead && lines%3 > 0 {
				continue
			}
			found := raise(path, source, m)
			if isHead {
				heads++
				require.NotEmpty(t, found, m.what)
			}
			if len(found) < 2 {
				continue
			}
			more = append(more, fmt.Sprintf("%d findings: %s", len(found), m.what))
			if isHead {
				headsOfMore++
			}
		}
	}
	require.Zero(t, headsOfMore, "of %d: %s", heads, strings.Join(more, "\n"))
	require.LessOrEqual(t, len(more), 2, strings.Join(more, "\n"))
}

// No mistake hides another: two that are told alone, in different lines, are both told together.
func TestNoMistakeHidesAnother(t *testing.T) {
	var hidden []string
	pairs := 0
	for _, path := range mutated {
		source, some := sample(t, path, 13, misspelt)
		told := slices.DeleteFunc(some, func(m mutant) bool { return len(raise(path, source, m)) == 0 })
		for i, first := range told {
			second := told[(i+len(told)/3)%len(told)]
			if first.at > second.at {
				first, second = second, first
			}
			if first.by == second.by || !strings.Contains(source[first.at:second.at], "\n") {
				continue
			}
			pairs++
			if len(raise(path, source, second, first)) < 2 {
				hidden = append(hidden, first.what+", "+second.what)
			}
		}
	}
	require.NotZero(t, pairs)
	require.LessOrEqual(t, float64(len(hidden)), 0.05*float64(pairs), "of %d: %s", pairs, strings.Join(hidden, "\n"))
}
