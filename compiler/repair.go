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
	// TakenBack are the findings that are left because their fix was tried and made nothing better.
	TakenBack []Mended
	// Texts are the files that have changed.
	Texts finding.Sources
}

// mostCompilations bounds what one run takes.
const mostCompilations = 300

// Repair applies the first fix of each finding of a system, if no other can be meant, causes before what follows from them:
// first syntax, and nothing else while a syntax error is left, then names, then the rest. A fix is taken back unless its
// finding is gone afterwards, no more errors are there than before, and less is wrong: fewer syntax errors, or as many and
// fewer errors, or as many of both and fewer warnings; the name of a thing stays mended, whatever comes to light elsewhere
// once the thing is known. What the compiler's own library says is never changed. Repairing what
// was repaired changes nothing.
func Repair(fsys fs.FS, path, text string) Repaired {
	r := &repair{fsys: fsys, path: path, left: mostCompilations}
	r.now = step{texts: finding.Sources{path: text}}
	r.now.result = r.compile(r.now.texts)
	out := Repaired{Before: r.now.result, Texts: finding.Sources{}}
	tried := r.mend()
	out.After, out.Applied = r.now.result, r.now.applied
	for _, f := range out.After.Findings {
		if tried[keyOf(f)] {
			out.TakenBack = append(out.TakenBack, mended(out.After, f))
		}
	}
	for file, text := range r.now.texts {
		if text != out.Before.Sources[file] {
			out.Texts[file] = text
		}
	}
	return out
}

// Mended is a finding that its first fix has answered, or would have. Line is where it stood, in the text as it was by then.
type Mended struct {
	finding.Finding
	Line int
}

func mended(r Result, f finding.Finding) Mended {
	line, _ := lang.Line(r.Sources[f.File], f.Span.Start)
	return Mended{f, line}
}

type repair struct {
	fsys fs.FS
	path string
	now  step
	left int // compilations
}

// mend goes on until no fix makes the program better, and gives the keys of those that didn't.
func (r *repair) mend() (tried map[string]bool) {
	tried = map[string]bool{}
	for better := false; r.left > 0; {
		f, some := r.next(tried)
		if some {
			to, ok := r.attempt(r.now, f, longestChain)
			if ok {
				r.now, better = to, true
			} else {
				tried[keyOf(f)] = true
			}
			continue
		}
		if !better || len(tried) == 0 {
			break
		}
		tried, better = map[string]bool{}, false // what was no good before may be now
	}
	return tried
}

// next is the finding to mend next: of those whose causes are mended the first.
func (r *repair) next(tried map[string]bool) (next finding.Finding, some bool) {
	broken := slices.ContainsFunc(r.now.result.Findings, func(f finding.Finding) bool { return rank(f) == 0 })
	for _, f := range r.now.result.Findings {
		if broken && rank(f) > 0 || !applies(r.now.result, f) || tried[keyOf(f)] {
			continue
		}
		if !some || rank(f) < rank(next) {
			next, some = f, true
		}
	}
	return next, some
}

// names are the findings that a name is unknown; others may follow from those.
var names = []finding.Code{
	"TUNE0201", "TUNE0202", "TUNE0203", "TUNE0208", "TUNE0209", "TUNE0210", "TUNE0211", "TUNE0212", "TUNE0218", "TUNE0223",
}

// rank says how early a finding is mended: syntax is 0, names are 1.
func rank(f finding.Finding) int {
	switch {
	case isSyntax(f):
		return 0
	case slices.Contains(names, f.Code):
		return 1
	}
	return 2
}

func isSyntax(f finding.Finding) bool { return strings.HasPrefix(string(f.Code), "TUNE01") }

func (r *repair) compile(texts finding.Sources) Result {
	r.left--
	if r.fsys == nil {
		return CompileSource(nil, r.path, texts[r.path])
	}
	return CompileSource(overlay{r.fsys, texts}, r.path, texts[r.path])
}

// applies says whether a finding has a fix that needs no person, of files that are the program's own.
func applies(r Result, f finding.Finding) bool {
	return len(f.Fixes) > 0 && !f.Fixes[0].Guess && len(f.Fixes[0].Edits) > 0 && !slices.ContainsFunc(f.Fixes[0].Edits, func(e finding.Edit) bool {
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

// attempt applies the first fix of a finding and, if that alone doesn't make the program better because something came to
// light behind it, the fix of that, too. It is ok if the program is better in the end.
func (r *repair) attempt(from step, f finding.Finding, chain int) (step, bool) {
	to := step{texts: maps.Clone(from.texts), applied: append(slices.Clone(from.applied), mended(from.result, f))}
	for _, e := range f.Fixes[0].Edits {
		to.texts[e.File] = from.result.Sources[e.File]
	}
	if r.left <= 0 || !Apply(to.texts, f.Fixes[0]) {
		return from, false
	}
	to.result = r.compile(to.texts)
	if saying(to.result, f) >= saying(from.result, f) {
		return from, false
	}
	was, is := weigh(r.now.result), weigh(to.result)
	if slices.Compare(is, was) < 0 && refusing(is) <= refusing(was) {
		return to, true
	}
	if is[0] > was[0] || is[1] > was[1] {
		return from, false
	}
	if slices.Contains(things, f.Code) && uncovers(from, to, f.Fixes[0]) {
		return to, true
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

// things are the findings that the name of a thing is unknown: with it, all that is done with the thing goes unchecked.
var things = []finding.Code{"TUNE0202", "TUNE0209", "TUNE0210", "TUNE0211", "TUNE0212", "TUNE0218", "TUNE0223"}

// uncovers says whether a step's new errors were there before, unseen: each stands in another line than what the fix has
// written.
func uncovers(from, to step, fix finding.Fix) bool {
	old := map[string]bool{}
	for _, f := range from.result.Findings {
		old[keyOf(f)] = true
	}
	for _, f := range to.result.Findings {
		if f.Severity == finding.Error && !old[keyOf(f)] && written(from, to, fix, f) {
			return false
		}
	}
	return true
}

// written says whether a finding stands in a line that a fix has changed.
func written(from, to step, fix finding.Fix, f finding.Finding) bool {
	line, _ := lang.Line(to.texts[f.File], f.Span.Start)
	for _, e := range fix.Edits {
		if at, _ := lang.Line(from.result.Sources[e.File], e.Span.Start); e.File == f.File && at == line {
			return true
		}
	}
	return false
}

// saying is how many findings say the same as one.
func saying(r Result, f finding.Finding) int {
	n := 0
	for _, other := range r.Findings {
		if other.Code == f.Code && other.File == f.File && other.Msg == f.Msg {
			n++
		}
	}
	return n
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
		case isSyntax(f):
			n[1]++
		case f.Severity == finding.Error:
			n[2]++
		default:
			n[3]++
		}
	}
	return n
}

// refusing is how many of what was weighed refuse the program.
func refusing(weights []int) int { return weights[0] + weights[1] + weights[2] }

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
