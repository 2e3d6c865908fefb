package check

import (
	"cmp"
	"slices"
	"strings"

	"github.com/tune-autonomic/tune/compiler/bundle"
	"github.com/tune-autonomic/tune/compiler/finding"
	"github.com/tune-autonomic/tune/lang"
)

// suspect is a member that a use gives to a module, and what was found wrong in the module with what it stands for.
type suspect struct {
	param *lang.ModuleParam
	name  string // of the member
	t     typ
	found []int
}

// blame tells at a use what its members' types do in the module: there the module is right, and the argument isn't. What
// was found before a use begins is not its own.
func (c *checker) blame(u *unit, m *module, d *lang.Use, before int) {
	for {
		given := c.suspects(u, m, before)
		like := map[bundle.BaseType]int{} // how many are of a type
		for _, s := range given {
			like[s.t.Base]++
		}
		all := slices.DeleteFunc(given, func(s suspect) bool { return len(s.found) == 0 })
		if len(all) == 0 {
			return
		}
		if i := slices.IndexFunc(all, func(s suspect) bool { return slices.Contains(c.blamed[d], s.param) }); i >= 0 {
			for _, k := range slices.Backward(all[i].found) { // that was told
				c.drop(k)
			}
			continue
		}
		// What is no number where others are is the one; else what is of another type than the rest.
		c.accuse(m, d, slices.MinFunc(all, func(a, b suspect) int {
			return cmp.Or(numeric(a.t)-numeric(b.t), len(b.found)-len(a.found), like[a.t.Base]-like[b.t.Base])
		}))
	}
}

// ofNames are the findings of names and types: a module of the library has none of its own.
var ofNames = []finding.Code{"TUNE0201", "TUNE0202", "TUNE0203", "TUNE0205", "TUNE0211", "TUNE0212", "TUNE0215", "TUNE0216"}

// blameUse tells at a use of the library what doesn't fit of what it gives, once: the module is right.
func (c *checker) blameUse(u *unit, m *module, d *lang.Use) {
	if !c.library[m.file] {
		return
	}
	var first finding.Finding
	for i := len(c.findings) - 1; i >= 0; i-- {
		if f := c.findings[i]; f.File == m.file.Path && slices.Contains(ofNames, f.Code) {
			first = f
			c.drop(i)
		}
	}
	if first.Code == "" {
		return
	}
	f := finding.New(first.Code, c.sources[0].Path, c.misfit(u, d, first), "what "+m.name+" is given doesn't fit: "+first.Msg, withoutParams(m, first.Hint))
	f.Related = []finding.Related{{File: m.file.Path, Span: first.Span, Msg: "there it is used"}}
	c.findings = append(c.findings, f)
}

// withoutParams is a hint of what there is without what the module calls so: those are no names where it is used.
func withoutParams(m *module, hint string) string {
	has, all, listed := strings.Cut(hint, ": ")
	if !listed {
		return hint
	}
	names := slices.DeleteFunc(strings.Split(all, ", "), func(name string) bool {
		return slices.ContainsFunc(each[*lang.ModuleParam](m.file), func(p *lang.ModuleParam) bool { return p.Name.Text == name })
	})
	return has + ": " + strings.Join(names, ", ")
}

// misfit is the argument of a use that a finding in its module is about: its parameter stands there, or the finding names what
// it gives. It is the whole use if that isn't one of them.
func (c *checker) misfit(u *unit, d *lang.Use, f finding.Finding) lang.Span {
	there, said := wordsIn(c.written(u, f.Span)), wordsIn(f.Msg)
	left := d.Args
	for _, about := range []func(*lang.Arg) bool{
		func(a *lang.Arg) bool { return slices.Contains(there, a.Name.Text) },
		func(a *lang.Arg) bool { return slices.Contains(said, lang.Print(a.Value)) },
	} {
		if some := slices.DeleteFunc(slices.Clone(left), func(a *lang.Arg) bool { return !about(a) }); len(some) > 0 {
			left = some
		}
	}
	if len(left) != 1 {
		return d.Span
	}
	return left[0].Value.Pos()
}

func numeric(t typ) int {
	if t.Numeric() {
		return 1
	}
	return 0
}

// suspects are the attributes and probes that were given, with what is wrong of them.
func (c *checker) suspects(u *unit, m *module, before int) []suspect {
	var all []suspect
	for _, p := range each[*lang.ModuleParam](m.file) {
		a, given := u.members[p.Name.Text]
		if kind := typeName(p); !given || kind != "attr" && kind != "probe" {
			continue
		}
		cl := a.class
		if cl == nil {
			cl = a.space.classes[0]
		}
		s := suspect{param: p, name: a.name, t: cl.members[a.name].known}
		for i, f := range c.findings {
			if i >= before && f.Code == "TUNE0205" && f.File == m.file.Path && c.mentions(u, f.Span, p.Name.Text) {
				s.found = append(s.found, i)
			}
		}
		if !s.t.bad {
			all = append(all, s)
		}
	}
	return all
}

// mentions says whether a member is named in a range of a unit's file.
func (c *checker) mentions(u *unit, span lang.Span, member string) bool {
	text := c.written(u, span)
	for _, t := range lang.Tokens(text) {
		if text[t.Span.Start:t.Span.End] == member && strings.HasSuffix(strings.TrimRight(text[:t.Span.Start], " "), ".") {
			return true
		}
	}
	return false
}

// accuse puts one finding at the argument in the place of those in the module.
func (c *checker) accuse(m *module, d *lang.Use, s suspect) {
	first := c.findings[s.found[0]]
	at := d.Span
	for _, a := range d.Args {
		if a.Name.Text == s.param.Name.Text {
			at = a.Value.Pos()
		}
	}
	f := finding.New("TUNE0205", c.sources[0].Path, at, s.name+" is "+c.aType(s.t)+", which "+s.param.Name.Text+" of "+m.name+" can't be: "+first.Msg, "")
	f.Related = []finding.Related{{File: m.file.Path, Span: first.Span, Msg: "there it is used"}}
	c.findings[s.found[0]] = f
	c.blamed[d] = append(c.blamed[d], s.param)
	for _, i := range slices.Backward(s.found[1:]) {
		c.drop(i)
	}
}
