package check

import (
	"slices"

	"github.com/tune-autonomic/tune/compiler/bundle"
	"github.com/tune-autonomic/tune/compiler/finding"
	"github.com/tune-autonomic/tune/lang"
)

// A metric or an attribute whose type is wrong shows wherever it is used. If all that is right once it is taken for what its uses
// take it for, its declaration is the mistake, and is told once. That is tried, not guessed.

// clash is a place of the program's own file where two types don't go together, neither of them that of a bare number.
type clash struct {
	at   lang.Span
	a, b bundle.BaseType
}

// clashes notes that the last finding is of two types that don't go together.
func (c *checker) clashes(u *unit, at lang.Span, a, b val) {
	if !c.hushed && u == c.system && !a.lit && !b.lit {
		c.clashed = append(c.clashed, clash{at, a.t.Base, b.t.Base})
	}
}

// quantity is a metric or an attribute as it is declared.
type quantity struct {
	name lang.Name
	typ  *lang.TypeRef
	// share says that it can only be a share.
	share bool
}

// quantities are those that the program declares.
func (c *checker) quantities() []quantity {
	var all []quantity
	attrs := func(list []*lang.Attr) {
		for _, a := range list {
			all = append(all, quantity{a.Name, a.Type, false})
		}
	}
	for _, d := range c.files.Main.Decls {
		switch d := d.(type) {
		case *lang.Probe:
			on := c.system.classes[d.On.Text]
			all = append(all, quantity{d.Name, d.Type, on != nil && c.isShare(d, on)})
		case *lang.Hosts:
			attrs(d.Attrs)
		case *lang.VM:
			attrs(d.Attrs)
		case *lang.Component:
			attrs(d.Attrs)
		}
	}
	return all
}

// takenFor is the type that all uses of a quantity want that don't fit, and how many there are; "" if they want several.
func (c *checker) takenFor(q quantity, clashed []clash) (kind string, uses int) {
	if q.typ == nil || q.typ.Set || q.typ.Optional || baseNames[q.typ.Name.Text] == bundle.Void {
		return "", 0
	}
	var wanted []string
	for _, clash := range clashed {
		if !slices.Contains(wordsIn(c.written(c.system, clash.at)), q.name.Text) {
			continue
		}
		these := slices.DeleteFunc([]string{c.typeName(base(clash.a)), c.typeName(base(clash.b))}, func(t string) bool {
			return t == q.typ.Name.Text || uses > 0 && !slices.Contains(wanted, t)
		})
		if wanted = these; len(wanted) == 0 {
			return "", 0
		}
		uses++
	}
	if len(wanted) > 1 { // an average of ints is a float
		wanted = slices.DeleteFunc(wanted, func(t string) bool { return pure(base(baseNames[t])) })
	}
	if len(wanted) != 1 || !base(baseNames[wanted[0]]).Numeric() {
		return "", 0
	}
	return wanted[0], uses
}

// likeliest is the quantity of which most uses want another type, of those that weren't tried.
func (c *checker) likeliest(all []quantity, tried map[*lang.TypeRef]bool, clashed []clash) (q quantity, kind string) {
	most := 0
	for _, other := range all {
		if tried[other.typ] {
			continue
		}
		if t, uses := c.takenFor(other, clashed); uses > most {
			q, kind, most = other, t, uses
		}
	}
	return q, kind
}

// mostRetyped bounds how often a program is checked anew.
const mostRetyped = 8

// retyped puts one finding at the type of a declaration in the place of those that are gone when it is another one.
func (c *checker) retyped(found []finding.Finding) []finding.Finding {
	if len(c.clashed) == 0 {
		return found
	}
	var told []finding.Finding
	all, tried, meant, clashed := c.quantities(), map[*lang.TypeRef]bool{}, map[*lang.TypeRef]bundle.BaseType{}, c.clashed
	for range mostRetyped {
		q, kind := c.likeliest(all, tried, clashed)
		if kind == "" || c.files.stopped() {
			break
		}
		files := *c.files
		files.Index, files.Sources = nil, nil
		again := newChecker(&files)
		tried[q.typ], meant[q.typ] = true, baseNames[kind]
		again.tried = meant
		again.whole()
		gone := answered(found, again.done())
		if len(gone) < 2 {
			delete(meant, q.typ)
			continue
		}
		found, told, clashed = notAmong(found, gone), append(told, c.misdeclared(q, kind, gone)), again.clashed
	}
	if told == nil {
		return found
	}
	return finding.Sort(append(found, told...))
}

// ofTypes are the findings that a wrong type of a metric raises.
var ofTypes = []finding.Code{"TUNE0205", "TUNE0313"}

// answered are the findings of types that are gone when a program is checked again; none if something else is gone, or if names or
// types are wrong then that weren't.
func answered(before, after []finding.Finding) []finding.Finding {
	gone, come := notAmong(before, after), notAmong(after, before)
	if slices.ContainsFunc(gone, func(f finding.Finding) bool { return !slices.Contains(ofTypes, f.Code) }) ||
		slices.ContainsFunc(come, func(f finding.Finding) bool { return slices.Contains(ofTypes, f.Code) || f.Code < "TUNE0300" }) {
		return nil
	}
	return gone
}

// notAmong are the findings that aren't among others.
func notAmong(all, others []finding.Finding) []finding.Finding {
	type said struct {
		code      finding.Code
		file, msg string
		at        lang.Span
	}
	known := map[said]bool{}
	for _, f := range others {
		known[said{f.Code, f.File, f.Msg, f.Span}] = true
	}
	return slices.DeleteFunc(slices.Clone(all), func(f finding.Finding) bool { return known[said{f.Code, f.File, f.Msg, f.Span}] })
}

// misdeclared is the finding of a quantity that is used as another type than it is declared.
func (c *checker) misdeclared(q quantity, kind string, uses []finding.Finding) finding.Finding {
	file := c.sources[0].Path
	is, meant := c.aType(base(baseNames[q.typ.Name.Text])), c.aType(base(baseNames[kind]))
	f := finding.New("TUNE0205", file, q.typ.Span, q.name.Text+" is declared "+is+", and used as "+meant, "did you mean "+kind+"?")
	for _, use := range uses {
		if use.Span != q.typ.Span && len(f.Related) < mostPlaces {
			f.Related = append(f.Related, finding.Related{File: use.File, Span: use.Span, Msg: "here it doesn't fit"})
		}
	}
	fix := finding.Change(file, q.typ.Span, kind)
	fix.Guess = !q.share || kind != "percent"
	f.Fixes = []finding.Fix{fix}
	return f
}
