package check

import (
	"cmp"
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
// few, they are listed behind `listed`; "" lists none. A name that may be declared where nothing could be read is none, and
// one that was told is told once. It gives the candidate that is surely meant: what is asked of it is checked as if it stood
// there. "" if that takes a person.
func (c *checker) unknown(code finding.Code, u *unit, name lang.Name, msg string, candidates []string, listed string) (meant string) {
	return c.unknownOf("", code, u, name, msg, candidates, listed)
}

// noThing is what is said of a name in a scenario or a test that nothing has; a member that lacks can't be that.
const noThing = "no host, machine or class is called "

// unknownOf is unknown of what belongs to an owner, which is a class, a module or a policy: two owners that both lack it are two
// mistakes.
func (c *checker) unknownOf(owner string, code finding.Code, u *unit, name lang.Name, msg string, candidates []string, listed string) (meant string) {
	c.hushed = name.Text == "" || u.lost.has(name) || u.lost.unread(name.Span) || // a name that is missing was told
		code == "TUNE0203" && c.system.lost.everywhere[name.Text]
	if c.hushed {
		return ""
	}
	candidates = slices.Compact(slices.Sorted(slices.Values(candidates)))
	candidates = slices.DeleteFunc(candidates, func(text string) bool { return text == "" })
	best := cmp.Or(nearest(name.Text, candidates), here(name.Text, candidates))
	if best != "" && lang.Slip(name.Text, best, candidates) {
		meant = best
		c.slips = append(c.slips, name.Span)
	}
	if c.hushed = c.muted > 0 || strings.HasPrefix(best, name.Text) && u.lost.has(lang.Name{Text: best, Span: name.Span}); c.hushed {
		return meant // the line of the name that is meant was told: two words are joined there
	}
	key := c.keyOf(code, u, name, owner, msg, best)
	if isThing := strings.HasPrefix(msg, noThing); meant == "" && u.lost.mayBe(code, name.Span) && (!isThing || u.lost.nameless["class"] || u.lost.nameless["local"]) {
		if code == "TUNE0202" {
			u.lost.lose(name) // it is that one, however it is asked for
		}
		return meant
	}
	if best == "" && (u.lost.joined(name) || code == "TUNE0201" && isIn(u.lost.stateless, name.Span)) {
		return meant
	}
	if c.lacking(code, u, name, key, owner) || c.alsoHere(key, u, name, best) {
		return meant
	}
	if best == "" && code == "TUNE0202" {
		c.system.lost.lose(lang.Name{Text: "vms"}) // it may be a class of machines, on any hosts
	}
	if best == "" {
		c.tellLack(name.Text, owner, len(c.findings))
	}
	if best != "" {
		c.report(code, u, name.Span, msg, "did you mean "+best+"?")
		if c.written(u, name.Span) != name.Text { // it is written otherwise, which is told with its edit
			return meant
		}
		c.change(u, name.Span, best)
		if meant == "" {
			c.guess()
		}
		return meant
	}
	hint := ""
	if listed != "" && len(candidates) > 0 && len(candidates) <= 12 {
		hint = listed + ": " + list(candidates)
	}
	c.report(code, u, name.Span, msg, hint)
	return ""
}

// asMeant is what a name stands for that resembles the one that stands there: things, so that what is asked of them can be
// checked. A number or an answer may still be another one.
func asMeant(v val) val {
	if v.t.inst() || v.t.set() {
		return v
	}
	return badVal
}

// slipped says whether a name in a range is read as another one that it resembles.
func (c *checker) slipped(at lang.Span) bool {
	return slices.ContainsFunc(c.slips, func(s lang.Span) bool { return at.Start <= s.Start && s.End <= at.End })
}

// keyOf says which unknown name this is: two with one key are one mistake, "" is never another. A class is unknown in the
// whole file, a member of its class, a state in its policy.
func (c *checker) keyOf(code finding.Code, u *unit, name lang.Name, owner, msg, best string) string {
	file := strconv.Itoa(int(u.file))
	_, isClass := u.classes[best]
	first, of, _ := strings.Cut(name.Text, ".")
	switch {
	case code == "TUNE0202", code == "TUNE0201" && isClass:
		return file + " class " + name.Text
	case code == "TUNE0210" && best == "" && u.modules[first] != nil:
		policy, _, _ := strings.Cut(of, ".")
		return file + " use " + first + "." + policy
	case code == "TUNE0210" && owner == "" && !strings.HasPrefix(msg, "there is no scenario"):
		return file + " policy " + name.Text
	case (code == "TUNE0203" || code == "TUNE0212") && owner != "":
		return file + " member " + name.Text + " of " + owner
	case code == "TUNE0203", code == "TUNE0207", code == "TUNE0210", code == "TUNE0208", code == "TUNE0209", code == "TUNE0223", code == "TUNE0211", code == "TUNE0212":
		return file + msg
	case code == "TUNE0201" && strings.HasPrefix(msg, noThing):
		return file + " thing " + name.Text
	case code == "TUNE0201":
		return c.nameKey(u, name)
	}
	return ""
}

// nameKey says which unknown name of the declaration that is checked this is.
func (c *checker) nameKey(u *unit, name lang.Name) string {
	return strconv.Itoa(int(u.file)) + " name " + strconv.Itoa(c.begun) + " " + name.Text
}

// lacks is the key of a name that resembles none: most likely one declaration is missing, whatever is asked of it.
func lacks(name string) string { return "lacks " + name }

// tellLack notes that the ith finding tells of a name that resembles none, and what lacks it; owner is "" if that is nobody's.
func (c *checker) tellLack(name, owner string, i int) {
	c.told[lacks(name)], c.lackedBy[name] = i, owner
}

// lacking adds a place to the finding that has told of a name in other words, and says whether there is one, and none in these.
// Two owners that both lack it are two mistakes.
func (c *checker) lacking(code finding.Code, u *unit, name lang.Name, key, owner string) bool {
	i, told := c.told[lacks(name.Text)]
	_, same := c.told[key]
	if of := c.lackedBy[name.Text]; told && owner != "" && of != "" && of != owner {
		return false
	}
	return told && !same && c.findings[i].Code != code && c.alsoHere(lacks(name.Text), u, name, "")
}

// toldOf says whether there is a finding of a key.
func (c *checker) toldOf(key string) bool {
	_, told := c.told[key]
	return told
}

// lacksClass says whether it was told that there is no class of a name.
func (c *checker) lacksClass(name string) bool {
	i, told := c.told[lacks(name)]
	return told && c.findings[i].Code == "TUNE0202"
}

// alsoHere is what is said of each place of a name but the first.
const alsoHere = "and here"

// mostPlaces is how many places one finding names.
const mostPlaces = 100

// alsoHere adds a place to the finding that has told of a name, and says whether there is one.
func (c *checker) alsoHere(key string, u *unit, name lang.Name, best string) bool {
	if key == "" || u.lost.unread(name.Span) {
		return false
	}
	i, told := c.told[key]
	if !told {
		c.told[key] = len(c.findings)
		return false
	}
	f := &c.findings[i]
	use := finding.Related{File: c.sources[u.file].Path, Span: name.Span, Msg: alsoHere}
	if f.Code == "TUNE0313" {
		c.misnamed(f, name.Text)
	}
	if c.named[place{u.file, f.Span}] {
		use.Msg, best = "it is used here", ""
	}
	if f.Span == name.Span || len(f.Related) == mostPlaces || slices.Contains(f.Related, use) {
		return true
	}
	f.Related = append(f.Related, use)
	if best != "" && len(f.Fixes) > 0 {
		fix := &f.Fixes[0]
		fix.Edits = append(fix.Edits, finding.Edit{File: use.File, Span: use.Span, New: best})
		slices.SortFunc(fix.Edits, func(a, b finding.Edit) int { return cmp.Compare(a.Span.Start, b.Span.Start) })
	}
	return true
}

// misnamed makes an error of the warning that nothing measures what a probe is called: the program calls it by the name that is
// meant.
func (c *checker) misnamed(f *finding.Finding, meant string) {
	called := c.sources[c.system.file].Source[f.Span.Start:f.Span.End]
	*f = finding.New("TUNE0203", f.File, f.Span, f.Msg+", and the program asks for "+meant, "did you mean "+meant+"?")
	fix := finding.Change(f.File, f.Span, meant)
	fix.Guess = !lang.Slip(called, meant, []string{meant})
	f.Fixes = []finding.Fix{fix}
}

// renameDeclared mends a name where it is declared, if that is the one place where it is written so and several agree on
// another spelling.
func (c *checker) renameDeclared() {
	names := map[int]map[string][]lang.Span{}
	for i := range c.findings {
		f := &c.findings[i]
		if len(f.Related) == 0 || len(f.Fixes) == 0 || f.Related[0].Msg != alsoHere {
			continue
		}
		file := slices.IndexFunc(c.sources, func(s *lang.File) bool { return s.Path == f.File })
		best := f.Fixes[0].Edits[0].New
		if file < 0 || f.Span.End > len(c.sources[file].Source) {
			continue
		}
		source := c.sources[file].Source
		if names[file] == nil {
			names[file] = namesIn(source)
		}
		at := names[file][best]
		if len(at) != 1 || !c.named[place{int32(file), at[0]}] {
			continue
		}
		name := source[f.Span.Start:f.Span.End]
		guess := f.Fixes[0].Guess
		f.Hint = "did you mean " + best + "? Then write " + name + " where it is declared: all others do"
		f.Fixes = []finding.Fix{finding.Change(f.File, at[0], name)}
		f.Fixes[0].Title, f.Fixes[0].Guess = "write "+name+" where it is declared", guess
	}
}

// namesIn are the places of the names of a source.
func namesIn(source string) map[string][]lang.Span {
	names := map[string][]lang.Span{}
	for _, t := range lang.Tokens(source) {
		if t.Kind == lang.TokenIdent {
			text := source[t.Span.Start:t.Span.End]
			names[text] = append(names[text], t.Span)
		}
	}
	return names
}

// drop takes back the ith finding.
func (c *checker) drop(i int) {
	c.findings = slices.Delete(c.findings, i, i+1)
	for key, told := range c.told {
		switch {
		case told == i:
			delete(c.told, key)
		case told > i:
			c.told[key]--
		}
	}
}

// rewind takes back the findings from the nth on.
func (c *checker) rewind(n int) {
	c.findings = c.findings[:n]
	for key, i := range c.told {
		if i >= n {
			delete(c.told, key)
		}
	}
}

// nearest is the candidate that is most like name, of several the one that begins as it does longest; "" if none is.
func nearest(name string, candidates []string) string {
	best, least := "", lang.Likeness(len(name))
	for _, candidate := range candidates {
		if turned(name, candidate) || turned(candidate, name) {
			continue
		}
		if d := lang.Distance(strings.ToLower(name), strings.ToLower(candidate), least); d <= least && candidate != name {
			if best == "" || d < least || alike(name, candidate) > alike(name, best) {
				best, least = candidate, d
			}
		}
	}
	return best
}

// turned says that a word is another one with un- or re- before it: it is no slip, but means something else.
func turned(word, other string) bool { return word == "un"+other || word == "re"+other }

// foreign are words by which other languages call what is called otherwise here.
var foreign = map[string][]string{
	"integer": {"int"}, "number": {"float"}, "double": {"float"}, "boolean": {"bool"}, "str": {"string"}, "text": {"string"}, "time": {"duration"},
	"average": {"avg"}, "mean": {"avg"}, "maximum": {"max"}, "minimum": {"min"}, "length": {"count"}, "size": {"count"}, "count": {"count"},
	"empty": {"empty"}, "isEmpty": {"empty"}, "is_empty": {"empty"}, "any": {"some"},
	"forall": {"all"}, "every": {"all"}, "exists": {"some"},
	"True": {"true"}, "TRUE": {"true"}, "False": {"false"}, "FALSE": {"false"},
	"null": {"none"}, "nil": {"none"}, "None": {"none"}, "NULL": {"none"}, "undefined": {"none"},
	"ram": {"memory"}, "mem": {"memory"}, "cpus": {"vcpus", "cores"},
}

// here is what a word of other languages is called here; "" if that is none of the candidates.
func here(name string, candidates []string) string {
	for _, ours := range foreign[name] {
		if slices.Contains(candidates, ours) {
			return ours
		}
	}
	return ""
}

// alike is how many letters two names have in common at their beginning.
func alike(a, b string) int {
	n := 0
	for n < min(len(a), len(b)) && a[n] == b[n] {
		n++
	}
	return n
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
