package compiler

import (
	"io/fs"
	"maps"
	"slices"
	"strings"

	"github.com/tune-autonomic/tune/compiler/finding"
	"github.com/tune-autonomic/tune/lang"
)

// Repaired is what became of a system when its findings' fixes were applied.
type Repaired struct {
	Before, After Result
	Applied       []Mended
	// Texts are the files that have changed.
	Texts finding.Sources
}

// mostRepairs bounds how many fixes are tried in one run: each is a compilation.
const mostRepairs = 300

// Repair applies the first fix of each finding of a system, as long as that makes nothing worse: afterwards there are fewer
// syntax errors, or as many and fewer errors, or as many of both and fewer warnings. What the compiler's own library says
// is never changed.
func Repair(fsys fs.FS, path, text string) Repaired {
	r := &repair{fsys: fsys, path: path}
	r.now = step{texts: finding.Sources{path: text}}
	r.now.result = r.compile(r.now.texts)
	out := Repaired{Before: r.now.result, Texts: finding.Sources{}}
	tried := map[string]bool{}
	for range mostRepairs {
		next := slices.IndexFunc(r.now.result.Findings, func(f finding.Finding) bool {
			return applies(r.now.result, f) && !tried[keyOf(f)]
		})
		if next < 0 {
			break
		}
		f := r.now.result.Findings[next]
		if better, ok := r.attempt(r.now, f, longestChain); ok {
			r.now = better
			continue
		}
		tried[keyOf(f)] = true
	}
	out.After, out.Applied = r.now.result, r.now.applied
	for file, text := range r.now.texts {
		if text != out.Before.Sources[file] {
			out.Texts[file] = text
		}
	}
	return out
}

// Mended is a finding that its first fix has answered. Line is where it stood, in the text as it was by then.
type Mended struct {
	finding.Finding
	Line int
}

type repair struct {
	fsys fs.FS
	path string
	now  step
}

func (r *repair) compile(texts finding.Sources) Result {
	if r.fsys == nil {
		return CompileSource(nil, r.path, texts[r.path])
	}
	return CompileSource(overlay{r.fsys, texts}, r.path, texts[r.path])
}

// applies says whether a finding has a fix, of files that are the program's own.
func applies(r Result, f finding.Finding) bool {
	return len(f.Fixes) > 0 && len(f.Fixes[0].Edits) > 0 && !slices.ContainsFunc(f.Fixes[0].Edits, func(e finding.Edit) bool {
		_, read := r.Sources[e.File]
		return !read || strings.HasPrefix(e.File, "std/")
	})
}

// longestChain is how many mistakes may come to light one behind the other before a fix is given up.
const longestChain = 3

// step is a state of the texts, what the compiler says of it, and what was done to come there.
type step struct {
	texts   finding.Sources
	result  Result
	applied []Mended
}

// attempt applies the first fix of a finding and, if as much is wrong as before because something came to light behind it,
// the fix of that, too. It is ok if the program is better in the end.
func (r *repair) attempt(from step, f finding.Finding, chain int) (step, bool) {
	line, _ := lang.Line(from.result.Sources[f.File], f.Span.Start)
	to := step{texts: maps.Clone(from.texts), applied: append(slices.Clone(from.applied), Mended{f, line})}
	for _, e := range f.Fixes[0].Edits {
		to.texts[e.File] = from.result.Sources[e.File]
	}
	if !Apply(to.texts, f.Fixes[0]) {
		return from, false
	}
	to.result = r.compile(to.texts)
	switch slices.Compare(weigh(to.result), weigh(r.now.result)) {
	case -1:
		return to, true
	case 1:
		return from, false
	}
	known := map[string]bool{}
	for _, old := range from.result.Findings {
		known[keyOf(old)] = true
	}
	for _, hidden := range to.result.Findings {
		if chain == 0 || known[keyOf(hidden)] || !applies(to.result, hidden) {
			continue
		}
		if last, ok := r.attempt(to, hidden, chain-1); ok {
			return last, true
		}
	}
	return from, false
}

// Apply makes a fix's edits in the texts, and says whether they fit: none overlaps another, all lie within. If not, nothing
// has changed.
func Apply(texts finding.Sources, fix finding.Fix) bool {
	edits := slices.SortedStableFunc(slices.Values(fix.Edits), func(a, b finding.Edit) int {
		if by := strings.Compare(a.File, b.File); by != 0 {
			return by
		}
		return a.Span.Start - b.Span.Start
	})
	for i, e := range edits {
		text, there := texts[e.File]
		overlaps := i > 0 && edits[i-1].File == e.File && edits[i-1].Span.End > e.Span.Start
		if !there || overlaps || e.Span.Start < 0 || e.Span.End < e.Span.Start || e.Span.End > len(text) {
			return false
		}
	}
	for _, e := range slices.Backward(edits) {
		text := texts[e.File]
		texts[e.File] = text[:e.Span.Start] + e.New + text[e.Span.End:]
	}
	return true
}

// weigh counts failures of the compiler, syntax errors, other errors, and warnings.
func weigh(r Result) []int {
	n := make([]int, 4)
	for _, f := range r.Findings {
		switch {
		case f.Code == "TUNE0001":
			n[0]++
		case strings.HasPrefix(string(f.Code), "TUNE01"):
			n[1]++
		case f.Severity == finding.Error:
			n[2]++
		default:
			n[3]++
		}
	}
	return n
}

// keyOf says what a finding says and what its fix would write, wherever that is by now.
func keyOf(f finding.Finding) string {
	key := string(f.Code) + f.Msg
	if len(f.Fixes) > 0 {
		for _, e := range f.Fixes[0].Edits {
			key += "\x00" + e.File + "\x00" + e.New
		}
	}
	return key
}

// overlay is a file system in which some files have other texts.
type overlay struct {
	fs.FS
	texts finding.Sources
}

func (o overlay) ReadFile(name string) ([]byte, error) {
	if text, there := o.texts[name]; there {
		return []byte(text), nil
	}
	return fs.ReadFile(o.FS, name)
}
