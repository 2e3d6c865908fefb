package check

import (
	"slices"

	"github.com/tune-autonomic/tune/lang"
)

// withKinds is a module in which each parameter that resembles a kind of what can be given is one of that kind: param hosts: host.
// The slip is reported.
func (c *checker) withKinds(u *unit, f *lang.File) *lang.File {
	meant := f
	for i, d := range f.Decls {
		p, isParam := d.(*lang.ModuleParam)
		if !isParam {
			continue
		}
		kind := c.kindMeant(u, f, p)
		if kind == "" {
			continue
		}
		if meant == f {
			copied := *f
			meant, copied.Decls = &copied, slices.Clone(f.Decls)
		}
		of, typ := *p, *p.Type
		typ.Name.Text, of.Type = kind, &typ
		meant.Decls[i] = &of
	}
	return meant
}

// kindMeant is the kind that the type of a parameter resembles, which is none and no class that is given.
func (c *checker) kindMeant(u *unit, f *lang.File, p *lang.ModuleParam) string {
	if p.Type == nil || p.Type.Set || p.Type.Name.Text == "" {
		return ""
	}
	name := p.Type.Name
	kinds := append(sortedKeys(moduleKinds), sortedKeys(memberKinds)...)
	if p.Of.Text != "" {
		kinds = sortedKeys(memberKinds)
	}
	all := append(sortedKeys(baseNames), kinds...)
	for _, other := range each[*lang.ModuleParam](f) {
		all = append(all, other.Name.Text)
	}
	best := nearest(name.Text, all)
	if slices.Contains(all, name.Text) || !slices.Contains(kinds, best) {
		return ""
	}
	c.unknown("TUNE0202", u, name, "there is no type "+name.Text, all, "")
	return best
}
