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
	// isn't listed as it is meant, "inventory" that none could be read; policies are where states may lack theirs.
	nameless map[string]bool
	// namelessIn are the policies in which a state or a local name has none: those mean nothing in another one.
	namelessIn map[string][]lang.Span
	policies   []lang.Span
	stateless  []lang.Span     // those that lack a state, and what it would have bound
	classes    map[string]bool // whose heads could be read
}

// declaring are the words that a new name follows, by the kind of name.
var declaring = map[string]string{
	"hosts": "class", "vm": "class", "component": "class", "param": "class", "attr": "member", "probe": "member", "op": "op",
	"event": "event", "func": "func", "policy": "policy", "scenario": "scenario", "state": "state", "final": "state",
	"let": "local", "var": "local", "for": "local", "pick": "local", "import": "module",
}

// meaning of an unknown name: the kinds of declarations that it lacks.
var unknownKinds = map[finding.Code][]string{
	"TUNE0201": {"class", "member", "local", "inventory"}, "TUNE0213": {"inventory"}, "TUNE0202": {"class"}, "TUNE0203": {"member", "op"}, "TUNE0208": {"func"},
	"TUNE0209": {"event"}, "TUNE0210": {"state", "policy", "scenario"}, "TUNE0211": {"op"}, "TUNE0212": {"member"}, "TUNE0223": {"class"},
}

func newLost(f *lang.File) *lost {
	l := &lost{gaps: f.Gaps, everywhere: map[string]bool{}, within: map[string][]lang.Span{}, nameless: map[string]bool{}, namelessIn: map[string][]lang.Span{}, classes: map[string]bool{}}
	for _, d := range f.Decls {
		l.headless(d)
	}
	for _, gap := range f.Gaps {
		if in := declarationAt(f, gap); in == nil && isDeeper(f.Source, gap.Start) {
			l.nameless["func"] = true // what stands deeper goes on with a line that is missing
		}
		l.declared(wordsIn(f.Source[gap.Start:gap.End]), declarationAt(f, gap))
	}
	return l
}

// isDeeper says whether something begins its line, behind blanks.
func isDeeper(source string, at int) bool {
	line := source[strings.LastIndexByte(source[:at], '\n')+1 : at]
	return line != "" && strings.Trim(line, " \t") == ""
}

// headless notes what a declaration without a name may be.
func (l *lost) headless(d lang.Decl) {
	class := func(name lang.Name) {
		l.nameless["class"] = l.nameless["class"] || name.Text == ""
		l.classes[name.Text] = l.classes[name.Text] || !l.unread(d.Pos())
	}
	lacks := func(name lang.Name, kinds ...string) {
		for _, kind := range kinds {
			l.nameless[kind] = l.nameless[kind] || name.Text == ""
		}
	}
	attrs := func(all []*lang.Attr) {
		for _, a := range all {
			lacks(a.Name, "member")
		}
	}
	switch d := d.(type) {
	case *lang.Hosts:
		class(d.Name)
		lacks(d.Name, "host")
		attrs(d.Attrs)
	case *lang.VM:
		class(d.Name)
		attrs(d.Attrs)
		l.everywhere["vms"] = l.everywhere["vms"] || d.On.Text == ""
	case *lang.Component:
		class(d.Name)
		attrs(d.Attrs)
	case *lang.Probe:
		lacks(d.Name, "member")
	case *lang.Event:
		lacks(d.Name, "event")
	case *lang.ModuleParam:
		switch kind := typeName(d); {
		case d.Func != nil:
			lacks(d.Name, "func")
		case kind == "op":
			lacks(d.Name, "op")
		case memberKinds[kind] != "":
			lacks(d.Name, "member")
		}
	case *lang.Scenario:
		lacks(d.Name, "scenario")
	case *lang.Policy:
		lacks(d.Name, "policy")
		l.policies = append(l.policies, d.Span)
		if l.unread(d.Span) && (d.On == nil || len(d.On.Params) == 0) {
			l.within[""] = append(l.within[""], d.Span) // what the event tells may have stood there
		}
		if lacksState(d) {
			l.stateless = append(l.stateless, d.Span)
		}
		for _, s := range d.States {
			if s.Name.Text == "" {
				l.lacksName("state", d)
			}
			if s.Name.Text == "" && len(s.Body) == 0 && !s.Final {
				l.lacksName("local", d)
			}
		}
	}
}

// lacksState says whether an arrow of a policy leads to a state that isn't there, nor another that is called alike.
func lacksState(d *lang.Policy) bool {
	var names []string
	for _, s := range d.States {
		names = append(names, s.Name.Text)
	}
	if slices.Contains(names, "") { // it is that one
		return false
	}
	return slices.ContainsFunc(d.States, func(s *lang.State) bool {
		return slices.ContainsFunc(s.Transitions, func(tr *lang.Transition) bool {
			return tr.To.Text != "" && !slices.Contains(names, tr.To.Text) && nearest(tr.To.Text, names) == ""
		})
	})
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
	if len(words) == 0 {
		return
	}
	if in == nil && declaring[words[0]] == "" { // the first word is none of the language, or left out
		for _, w := range words {
			if isName(w) {
				l.add(w, nil)
			}
		}
	}
	if words[0] == "else" || words[0] == "=" && !isMembers(in) || words[0] == "++" {
		l.lacksName("local", in) // the beginning of the line is missing
	}
	_, isPolicy := in.(*lang.Policy)
	if isPolicy && len(words) > 2 && isName(words[0]) {
		l.add(words[0], in) // x Lb++
	}
	if isPolicy && words[0] == "policy" { // what its event tells
		for _, w := range words[min(2, len(words)):] {
			l.add(w, in)
		}
	}
	if isPolicy && len(words) > 1 && isName(words[0]) && isName(words[1]) && (len(words) == 2 || words[2] == "{") {
		l.add(words[1], in) // end Done
	}
	if isMembers(in) && (words[0] == "where" || words[0] == "by") {
		l.add("it", in) // it goes on with a set that ended too early
	}
	if isMembers(in) && len(words) > 2 && isName(words[0]) && !isField(words[0]) {
		l.add(words[0], nil) // stop = exec("…"), without op
	}
	link := false
	if words[0] == "link" { // its roles may stand anywhere in it, or lack
		for _, w := range words[1:] {
			if !l.classes[w] {
				l.add(w, nil)
			}
		}
		l.nameless["member"] = l.nameless["member"] || countOf(words, ".") < 2
	}
	for i, w := range words {
		next := ""
		if i+1 < len(words) {
			next = words[i+1]
		}
		kind := declaring[w]
		if kind != "" && isName(next) && i+2 < len(words) && isName(words[i+2]) { // of two names one is too many
			l.add(words[i+2], nil)
		}
		begins := i == 0 || strings.Contains("{};)", words[i-1])
		link = link || w == "link"
		switch {
		case kind == "local" || kind == "state":
			if isName(next) {
				l.add(next, in)
			} else if begins && (w != "for" || next == "(" || next == "in") {
				l.lacksName(kind, in)
			}
		case kind != "" && begins && behindName[next]:
			l.nameless[kind] = true
		case kind != "" && isName(next):
			l.add(next, nil)
			l.nameless["class"] = l.nameless["class"] || kind == "class" && begins && l.classes[next] // it is what it stands on
		case kind != "" && begins && !strings.HasPrefix(next, `"`):
			l.nameless[kind] = true
		case next == ":" && !isName(w) && in != nil: // a parameter without a name
			l.within[""] = append(l.within[""], in.Pos())
		case next == ":" && isMembers(in): // an attribute without attr
			l.add(w, nil)
		case next == ":" && !isWorld(in), begins && strings.HasPrefix(next, "=") && in != nil: // a parameter, new = C++
			l.add(w, in)
		case w == "as" && words[0] == "import" && isName(next):
			l.add(next, nil)
		case w == "." && link:
			l.role(next)
		case strings.HasPrefix(w, `"`) && !isPolicy && !isWorld(in):
			l.add(path.Base(strings.Trim(w, `"`)), nil) // a host, or a module
		}
	}
}

// countOf is how often a word is among some.
func countOf(words []string, word string) int {
	n := 0
	for _, w := range words {
		if w == word {
			n++
		}
	}
	return n
}

// isField says whether a word is that of a field, which declares nothing.
func isField(word string) bool {
	return slices.Contains(lang.HostFields, word) || slices.Contains(lang.VMFields, word)
}

// isMembers says whether a declaration has lines that declare members.
func isMembers(d lang.Decl) bool {
	switch d.(type) {
	case *lang.Hosts, *lang.VM, *lang.Component:
		return true
	}
	return false
}

// isWorld says whether a declaration says what happens to what others declare.
func isWorld(d lang.Decl) bool {
	switch d.(type) {
	case *lang.Scenario, *lang.Test:
		return true
	}
	return false
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

// joined says whether a name may be the beginning of one that was read together with what stands behind it: event hoth: rack).
func (l *lost) joined(name lang.Name) bool {
	if len(name.Text) < 3 { // too many begin so
		return false
	}
	for text := range l.everywhere {
		if len(text) > len(name.Text) && strings.HasPrefix(text, name.Text) {
			return true
		}
	}
	return false
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
		asked := kind == "state" && len(l.namelessIn[kind]) > 0 && !l.inPolicy(at) // by a test, of any policy
		return asked || isIn(l.namelessIn[kind], at) || l.nameless[kind] && (code != "TUNE0210" || kind == "state" || !l.inPolicy(at))
	})
}

func (l *lost) inPolicy(at lang.Span) bool { return isIn(l.policies, at) }

// isIn says whether a place begins in one of some ranges.
func isIn(ranges []lang.Span, at lang.Span) bool {
	return slices.ContainsFunc(ranges, func(r lang.Span) bool { return r.Start <= at.Start && at.Start < r.End })
}

// lacksName notes that something of a kind has no name in a declaration.
func (l *lost) lacksName(kind string, in lang.Decl) {
	if _, isPolicy := in.(*lang.Policy); isPolicy {
		l.namelessIn[kind] = append(l.namelessIn[kind], in.Pos())
		return
	}
	l.nameless[kind] = true
}

// unread says whether a place stands in what could not be read.
func (l *lost) unread(at lang.Span) bool {
	return slices.ContainsFunc(l.gaps, func(gap lang.Span) bool { return gap.Start <= at.Start && at.Start < gap.End })
}

// holed says whether something in a range could not be read.
func (l *lost) holed(at lang.Span) bool {
	return slices.ContainsFunc(l.gaps, func(gap lang.Span) bool { return gap.Start < at.End && at.Start < gap.End })
}

// unclosed says whether a block in a range has no end, so that nobody knows what stands in which: its brace is a gap.
func (l *lost) unclosed(at lang.Span) bool {
	return slices.ContainsFunc(l.gaps, func(gap lang.Span) bool {
		return at.Start <= gap.Start && gap.End <= at.End && gap.End == gap.Start+1
	})
}

// words are those of what could not be read in a range.
func (l *lost) words(source string, at lang.Span) []string {
	var all []string
	for _, gap := range l.gaps {
		if gap.Start < at.End && at.Start < gap.End {
			all = append(all, wordsIn(source[gap.Start:gap.End])...)
		}
	}
	return all
}

// names are those of the words that are names.
func (l *lost) names(source string, at lang.Span) []string {
	return slices.DeleteFunc(l.words(source, at), func(w string) bool { return !isName(w) })
}

// isName says whether a text begins as a name does, and is no word of the language.
func isName(w string) bool {
	return w != "" && (w[0] == '_' || w[0] >= 'a' && w[0] <= 'z' || w[0] >= 'A' && w[0] <= 'Z' || w[0] >= 0x80) && !lang.Reserved(w)
}

// beforeElse says whether a place stands in the block before an else whose if is missing: its brace is a gap.
func (c *checker) beforeElse(u *unit, at lang.Span) bool {
	source := c.sources[u.file].Source
	return slices.ContainsFunc(u.lost.gaps, func(gap lang.Span) bool {
		if gap.Start < at.End || source[gap.Start:gap.End] != "}" || !strings.HasPrefix(strings.TrimSpace(source[gap.End:]), "else") {
			return false
		}
		open := 0
		for _, c := range source[at.End:gap.Start] {
			switch c {
			case '{':
				open++
			case '}':
				open--
			}
			if open < 0 {
				return false
			}
		}
		return true
	})
}
