package check

import (
	"cmp"
	"slices"
	"strings"

	"github.com/tune-autonomic/tune/compiler/finding"
	"github.com/tune-autonomic/tune/lang"
)

// unknownHere reports a name that none of the file's own things of a kind has. A module may have one that is called so, or
// nearly so: it needs the module before it. If an own thing resembles the name as well, only a person knows which is meant.
// It gives the own one that is surely meant, "" if there is none.
func (c *checker) unknownHere(code finding.Code, u *unit, name lang.Name, kind string, own []string, has func(*module) []string) (meant string) {
	msg := "there is no " + kind + " " + name.Text
	theirs, exact := ofModules(u, name.Text, has)
	best := cmp.Or(nearest(name.Text, own), here(name.Text, own))
	if len(theirs) == 0 || !exact && best != "" && lang.Slip(name.Text, best, append(unqualified(theirs), own...)) {
		return c.unknown(code, u, name, msg, own, "")
	}
	c.hushed = c.muted > 0 || u.lost.has(name) || u.lost.unread(name.Span) || u.lost.mayBe(code, name.Span)
	if c.hushed {
		return ""
	}
	fix := theirs[0]
	if len(theirs) > 1 || best != "" {
		fix = ""
	}
	if c.alsoHere(c.keyOf(code, u, name, "", msg, fix), u, name, fix) {
		return ""
	}
	hint := "did you mean that of the module, " + strings.Join(theirs, " or ")
	if best != "" {
		hint += ", or " + best
	}
	c.report(code, u, name.Span, msg, hint+"?")
	if fix == "" {
		return ""
	}
	c.change(u, name.Span, fix)
	if !exact {
		c.guess()
	}
	return ""
}

// ofModules are the things of imported modules that are called as a name says, MODULE.NAME; if none is, exact is false, and
// they are those that resemble it.
func ofModules(u *unit, name string, has func(*module) []string) (all []string, exact bool) {
	var near []string
	for _, module := range sortedKeys(u.modules) {
		names := has(u.modules[module])
		if slices.Contains(names, name) {
			all = append(all, module+"."+name)
		} else if best := nearest(name, names); best != "" {
			near = append(near, module+"."+best)
		}
	}
	if len(all) > 0 {
		return all, true
	}
	return near, false
}

// withoutModule are those of some names that are of a module, without it.
func withoutModule(names []string, module string) []string {
	var own []string
	for _, name := range names {
		if name, is := strings.CutPrefix(name, module+"."); is {
			own = append(own, name)
		}
	}
	return own
}

// unqualified are names without the modules that stand before them.
func unqualified(names []string) []string {
	var out []string
	for _, name := range names {
		_, own, _ := strings.Cut(name, ".")
		out = append(out, own)
	}
	return out
}
