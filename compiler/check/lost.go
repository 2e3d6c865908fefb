package check

import (
	"path"
	"slices"
	"strings"

	"github.com/tune-autonomic/tune/compiler/finding"
	"github.com/tune-autonomic/tune/lang"
)

// One mistake is one finding. Three things see to that: a name that a line may have declared which could not be read is
// lost, and its uses are silent; what is declared wrongly has a type that is bad, and what depends on it is silent; and a
// guard or an action that is wrong is trusted to have made sure of everything. What none of them explains is told.

// lost is what could not be read of one file, and which names may have been declared there.
type lost struct {
	gaps []lang.Span
	// everywhere are names that may mean anything; within those that may in one declaration.
	everywhere map[string]bool
	within     map[string][]lang.Span
	// nameless are the kinds of declarations of which one lacks a name, "host" that a family
	// isn't listed as it is meant; policies are where states may lack theirs.
	nameless map[string]bool
	policies []lang.Span
}

// declaring are the words that a new name follows, by the kind of name.
var declaring = map[string]string{
	"hosts": "class", "vm": "class", "component": "class", "param": "class", "attr": "member", "probe": "member", "op": "op",
	"event": "event", "func": "func", "policy": "policy", "scenario": "scenario", "state": "state", "final": "state",
	"let": "local", "var": "local", "for": "local", "pick": "local",
}

// meaning of an unknown name: the kinds of declarations that it lacks.
var unknownKinds = map[finding.Code][]string{
	"TUNE0201": {"class", "member", "local"}, "TUNE0202": {"class"}, "TUNE0203": {"member", "op"}, "TUNE0208": {"func"},
	"TUNE0209": {"event"}, "TUNE0210": {"state", "policy", "scenario"}, "TUNE0211": {"op"}, "TUNE0212": {"member"}, "TUNE0223": {"class"},
}

func newLost(f *lang.File) *lost {
	l := &lost{gaps: f.Gaps, everywhere: map[string]bool{}, within: map[string][]lang.Span{}, nameless: map[string]bool{}}
	for _, p := range each[*lang.Policy](f) {
		l.policies = append(l.policies, p.Span)
	}
	for _, gap := range f.Gaps {
		l.declared(wordsIn(f.Source[gap.Start:gap.End]), declarationAt(f, gap))
	}
	return l
}

// declarationAt is the declaration that a gap stands in, nil if it is none's.
func declarationAt(f *lang.File, gap lang.Span) lang.Decl {
	for _, d := range f.Decls {
		if at := d.Pos(); at.Start <= gap.Start && gap.Start < at.End {
			return d
		}
	}
	return nil
}

// declared notes the names that words which could not be read may have declared.
func (l *lost) declared(words []string, in lang.Decl) {
	if len(words) > 1 && in == nil && declaring[words[0]] == "" {
		l.add(words[1], nil) // the first word is none of the language
	}
	_, isPolicy := in.(*lang.Policy)
	link := false
	for i, w := range words {
		next := ""
		if i+1 < len(words) {
			next = words[i+1]
		}
		kind := declaring[w]
		begins := i == 0 || strings.Contains("{};)", words[i-1])
		link = link || w == "link"
		switch {
		case kind == "local" || kind == "state":
			if isName(next) {
				l.add(next, in)
			} else if begins && (w != "for" || next == "(" || next == "in") {
				l.nameless[kind] = true
			}
		case kind != "" && begins && behindName[next]:
			l.nameless[kind] = true
		case kind != "" && isName(next):
			l.add(next, nil)
		case kind != "" && begins:
			l.nameless[kind] = true
		case next == ":" && !isName(w) && in != nil: // a parameter without a name
			l.within[""] = append(l.within[""], in.Pos())
		case next == ":", begins && strings.HasPrefix(next, "=") && in != nil: // a parameter, new = C++
			l.add(w, in)
		case w == "as" && words[0] == "import" && isName(next):
			l.add(next, nil)
		case w == "." && link:
			l.role(next)
		case strings.HasPrefix(w, `"`) && !isPolicy:
			l.add(path.Base(strings.Trim(w, `"`)), nil) // a host, or a module
		}
	}
}

// role notes a name at an end of a link.
func (l *lost) role(name string) {
	if !isName(name) {
		l.nameless["member"] = true
		return
	}
	l.add(name, nil)
}

// behindName are words that stand behind the name of what is declared: right behind the first word, the name is missing.
var behindName = map[string]bool{"on": true, "every": true, "when": true, "interrupts": true, "drains": true, "undrains": true, "weighs": true}

func (l *lost) add(name string, in lang.Decl) {
	switch {
	case in != nil:
		l.within[name] = append(l.within[name], in.Pos())
	case isName(name) || strings.Trim(name, `"`) == name:
		l.everywhere[name] = true
	}
}

// lose notes a name that is declared, though nobody can say of what.
func (l *lost) lose(name lang.Name) {
	if name.Text != "" {
		l.everywhere[name.Text] = true
	}
}

// has says whether a name may have been declared for a place by what could not be read.
func (l *lost) has(name lang.Name) bool {
	return l.everywhere[name.Text] || slices.ContainsFunc(l.within[name.Text], func(in lang.Span) bool {
		return in.Start <= name.Span.Start && name.Span.End <= in.End
	})
}

// mayBe says whether an unknown name that resembles no other may be the one that a declaration lacks.
func (l *lost) mayBe(code finding.Code, at lang.Span) bool {
	return code == "TUNE0201" && l.has(lang.Name{Span: at}) || slices.ContainsFunc(unknownKinds[code], func(kind string) bool {
		return l.nameless[kind] && (code != "TUNE0210" || (kind == "state") == l.inPolicy(at))
	})
}

func (l *lost) inPolicy(at lang.Span) bool {
	return slices.ContainsFunc(l.policies, func(p lang.Span) bool { return p.Start <= at.Start && at.Start < p.End })
}

// unread says whether a place stands in what could not be read.
func (l *lost) unread(at lang.Span) bool {
	return slices.ContainsFunc(l.gaps, func(gap lang.Span) bool { return gap.Start <= at.Start && at.Start < gap.End })
}

// holed says whether something in a range could not be read.
func (l *lost) holed(at lang.Span) bool {
	return slices.ContainsFunc(l.gaps, func(gap lang.Span) bool { return gap.Start < at.End && at.Start < gap.End })
}

// names are the words of what could not be read in a range.
func (l *lost) names(source string, at lang.Span) []string {
	var all []string
	for _, gap := range l.gaps {
		if gap.Start < at.End && at.Start < gap.End {
			all = append(all, slices.DeleteFunc(wordsIn(source[gap.Start:gap.End]), func(w string) bool { return !isName(w) })...)
		}
	}
	return all
}

// isName says whether a text begins as a name does, and is no word of the language.
func isName(w string) bool {
	return w != "" && (w[0] == '_' || w[0] >= 'a' && w[0] <= 'z' || w[0] >= 'A' && w[0] <= 'Z' || w[0] >= 0x80) && !lang.Reserved(w)
}
