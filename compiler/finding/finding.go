// Package finding is what the compiler has to say about a program: stable codes, where each stands, and how it is shown
// to people and to programs.
//
// Every code is declared once, in Table; `tunec explain` and the documentation print that table.
package finding

import (
	"cmp"
	"slices"
	"strings"

	"github.com/tune-autonomic/tune/lang"
)

// Severity says what a finding does to a compilation: an Error refuses the program, a Warning does not.
type Severity uint8

const (
	Error Severity = iota
	Warning
)

func (s Severity) String() string {
	if s == Warning {
		return "warning"
	}
	return "error"
}

// Code names a kind of finding for good: TUNE0201.
type Code string

// Finding is one thing that the compiler found. Msg says what is wrong there, Hint what to do about it ("" if there is
// nothing to say). Span is in the file with this path. Fixes are changes of the program of which each answers the
// finding, the likeliest first.
type Finding struct {
	Code     Code
	Severity Severity
	File     string
	Span     lang.Span
	Msg      string
	Hint     string
	Related  []Related
	Fixes    []Fix
}

// Fix is a change of the program. Title says what it does: "write load". No two of its edits overlap. Guess says that it
// takes a person to know whether it is meant: it is offered, and never made unasked.
type Fix struct {
	Title string
	Edits []Edit
	Guess bool
}

// Edit puts New in the place of a range of a file: an empty range inserts it, an empty New takes the range out.
type Edit struct {
	File string
	Span lang.Span
	New  string
}

// Change is the fix that puts text in the place of a range.
func Change(file string, span lang.Span, text string) Fix {
	title := "write " + strings.TrimSpace(text)
	switch {
	case text == "":
		title = "leave it out"
	case span.Start == span.End:
		title = "add " + strings.TrimSpace(text)
	}
	return Fix{Title: title, Edits: []Edit{{File: file, Span: span, New: text}}}
}

// Related is another place that explains a finding.
type Related struct {
	File string
	Span lang.Span
	Msg  string
}

// New makes a finding with the severity that the table gives its code.
func New(code Code, file string, span lang.Span, msg, hint string) Finding {
	return Finding{Code: code, Severity: Lookup(code).Severity, File: file, Span: span, Msg: msg, Hint: hint}
}

// FromSyntax turns a syntax error into a finding.
func FromSyntax(file string, e lang.Error) Finding {
	f := New(Code(e.Code), file, e.Span, e.Msg, e.Hint)
	if e.Fix != nil {
		fix := Change(file, e.Fix.Span, e.Fix.New)
		fix.Guess = e.Fix.Guess
		if e.Fix.New == "" {
			fix.Title = e.Hint
		}
		f.Fixes = []Fix{fix}
	}
	return f
}

// Failed says whether one of them refuses the program.
func Failed(all []Finding) bool {
	return slices.ContainsFunc(all, func(f Finding) bool { return f.Severity == Error })
}

// Sort orders findings by the order in which files come first, then by place, and drops doubles.
func Sort(all []Finding) []Finding {
	rank := map[string]int{}
	for _, f := range all {
		if _, known := rank[f.File]; !known {
			rank[f.File] = len(rank)
		}
	}
	slices.SortStableFunc(all, func(a, b Finding) int {
		return cmp.Or(
			cmp.Compare(rank[a.File], rank[b.File]),
			cmp.Compare(a.Span.Start, b.Span.Start),
			cmp.Compare(a.Span.End, b.Span.End),
			cmp.Compare(a.Code, b.Code),
		)
	})
	var kept []Finding
	for _, f := range all {
		if !doubled(kept, f) {
			kept = append(kept, f)
		}
	}
	return kept
}

// doubled says whether a finding is told already, among those before it. What each of several uses of a module leads to is told
// once, with all these uses, if it is the same; and by itself, if it isn't.
func doubled(kept []Finding, f Finding) bool {
	for i, k := range slices.Backward(kept) {
		if k.File != f.File || k.Span != f.Span || k.Code != f.Code {
			return false
		}
		if k.Msg != f.Msg && k.use() != f.use() {
			continue
		}
		if use := f.use(); k.Msg == f.Msg && use.Msg != "" && !slices.Contains(k.Related, use) {
			kept[i].Related = append(slices.Clip(k.Related), use)
		}
		return true
	}
	return false
}

// FilledIn says of a related place that it uses the module in which something was found.
const FilledIn = "as it is filled in here"

// use is where a module is used, of what was found in one.
func (f *Finding) use() Related {
	for _, r := range f.Related {
		if r.Msg == FilledIn {
			return r
		}
	}
	return Related{}
}

// Sources gives the text of each file by its path.
type Sources map[string]string
