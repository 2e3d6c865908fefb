package check

import (
	"strings"

	"github.com/tune-autonomic/tune/compiler/bundle"
	"github.com/tune-autonomic/tune/compiler/ir"
	"github.com/tune-autonomic/tune/lang"
)

// typ is a type while checking: the bundle's, and whether the value may be missing. bad is the type of what was already
// found wrong: it fits everywhere and is never reported again.
type typ struct {
	bundle.Type
	opt bool
	bad bool
	// any is the type of `none` and of `[]` before they meet another.
	any bool
	// ratio marks a float that was reckoned as a share: it may stand where a percent does. What is written or declared
	// as a float isn't one.
	ratio bool
	// times marks a ratio that a text shows as a percent.
	times bool
	// of is what a series has samples of.
	of bundle.BaseType
}

// val is a checked expression. lit holds for a number as written without a unit, so that `h.cpu > 45` can be refused; str
// is the text of a Text_ that is known now.
type val struct {
	e   ir.Expr
	t   typ
	lit bool
	str string
	// wrong holds for a choice that was found wrong, though not of what: its type is sure, its expression isn't.
	wrong bool
}

var badVal = val{t: typ{bad: true}}

func base(b bundle.BaseType) typ { return typ{Type: bundle.Type{Base: b}} }

var (
	boolT    = base(bundle.Bool)
	intT     = base(bundle.Int)
	floatT   = base(bundle.Float)
	percentT = base(bundle.Percent)
	ratioT   = typ{Type: bundle.Type{Base: bundle.Float}, ratio: true}
	textT    = base(bundle.Text_)
)

func (t typ) inst() bool    { return t.Base == bundle.Inst }
func (t typ) set() bool     { return t.Base == bundle.Set }
func (t typ) present() typ  { t.opt = false; return t }
func (t typ) missable() typ { t.opt = true; return t }

// seriesOf is the type of a series of such samples, and sample that of a series' samples.
func seriesOf(t typ) typ {
	return typ{Type: bundle.Type{Base: bundle.Series}, of: t.Base, ratio: t.ratio}
}

func (t typ) sample() typ {
	if t.Base != bundle.Series {
		return t
	}
	return typ{Type: bundle.Type{Base: t.of}, ratio: t.ratio}
}

// elem is the type of a set's elements, asSet that of a set of them.
func (t typ) elem() typ {
	return typ{Type: bundle.Type{Base: bundle.Inst, Space: t.Space, Class: t.Class}}
}

func (t typ) asSet() typ {
	return typ{Type: bundle.Type{Base: bundle.Set, Space: t.Space, Class: t.Class}}
}

func instOf(cl *class) typ {
	return typ{Type: bundle.Type{Base: bundle.Inst, Space: cl.space.index, Class: cl.index}}
}

// instIn is an instance of a space: of its only class, or of one of several.
func instIn(s *space) typ {
	if len(s.classes) == 1 {
		return instOf(s.classes[0])
	}
	return typ{Type: bundle.Type{Base: bundle.Inst, Space: s.index, Class: -1}}
}

var baseNames = map[string]bundle.BaseType{
	"bool": bundle.Bool, "int": bundle.Int, "float": bundle.Float, "string": bundle.Text_, "percent": bundle.Percent,
	"duration": bundle.Duration, "bytes": bundle.Bytes, "rate": bundle.Rate, "secret": bundle.Secret,
}

// typeName is a type as a program would write it.
func (c *checker) typeName(t typ) string {
	name := "?"
	switch t.Base {
	case bundle.Inst, bundle.Set:
		name = c.instName(t)
	case bundle.Series:
		name = "series of " + c.typeName(t.sample())
	default:
		for word, b := range baseNames {
			if b == t.Base {
				name = word
			}
		}
	}
	if t.set() {
		return "[" + name + "]"
	}
	if t.opt {
		return name + "?"
	}
	return name
}

func (c *checker) instName(t typ) string {
	if t.Class >= 0 && int(t.Class) < len(c.classes) {
		return c.classes[t.Class].name
	}
	if int(t.Space) < len(c.spaces) {
		return c.spaces[t.Space].name
	}
	return "?"
}

// aType is a type with its article, for messages: "a percent", "an int", "a set of rack".
func (c *checker) aType(t typ) string {
	if t.any {
		return "none"
	}
	if t.set() {
		return "a set of " + c.instName(t)
	}
	name := c.typeName(t.present())
	article := "a "
	if len(name) > 0 && strings.IndexByte("aeioAEIO", name[0]) >= 0 {
		article = "an "
	}
	if name == "bytes" {
		article = ""
	}
	if t.opt {
		return article + name + " that may be missing"
	}
	return article + name
}

// sameSpace says whether instances of both can be one and the same.
func sameSpace(a, b typ) bool {
	return a.Space == b.Space && (a.Class == b.Class || a.Class < 0 || b.Class < 0)
}

// fits says whether a value of type from can stand where want is expected; missing values aside.
func (v val) fits(want typ) bool {
	from := v.t
	switch {
	case from.bad || want.bad:
		return true
	case from.any:
		return want.Base == from.Base
	case want.inst() || want.set():
		return from.Base == want.Base && from.Space == want.Space && (want.Class < 0 || from.Class == want.Class)
	case from.Base == want.Base:
		return from.of == want.of
	case want.Base == bundle.Float:
		return from.Base == bundle.Int
	case want.Base == bundle.Percent:
		return from.ratio
	}
	return false
}

// expect reports a value that doesn't fit, or that may be missing where it must not be.
func (c *checker) expect(x ctx, v val, want typ, at posed, what string) bool {
	if v.t.bad || want.bad {
		return false
	}
	if !v.fits(want) {
		c.wanted(x.unit, at.Pos(), v, want)
		meant := withUnit(v, want)
		if number := c.numberIn(x, at, want); number != "" {
			meant = []string{number}
		}
		c.mistyped(x, at, what+" is "+c.aType(want.present())+", not "+c.aType(v.t), meant, v)
		c.clashes(x.unit, at.Pos(), v, val{t: want})
		c.adviseShare(v.t, want, at)
		return false
	}
	if v.t.opt && !want.opt {
		return c.needPresent(x, v, at)
	}
	return true
}

// expectDeclared is expect where the type that is wanted stands: it may say that the value may be missing.
func (c *checker) expectDeclared(x ctx, v val, want typ, at posed, what string) bool {
	told := len(c.findings)
	fits := c.expect(x, v, want, at, what)
	if len(c.findings) > told && v.t.opt && v.fits(want) {
		c.findings[told].Hint += "; or let it be " + c.typeName(want) + "?, which may be missing"
	}
	return fits
}

// needPresent reports a value that may be missing and was not checked.
func (c *checker) needPresent(x ctx, v val, at posed) bool {
	if !v.t.opt || v.t.bad {
		return true
	}
	if c.slipped(at.Pos()) || c.beforeElse(x.unit, at.Pos()) {
		return false // what it is of was told, or the if lacks that may ask for it
	}
	name := printed(at)
	if v.t.any {
		c.report("TUNE0206", x.unit, at.Pos(), "there is none here to use", "")
		return false
	}
	key, isPath := keyOf(v.e)
	if isPath && c.missed != nil && c.muted == 0 {
		if c.missed[key] { // what answers the first finding answers this one
			return false
		}
		c.missed[key] = true
	}
	if _, isCond := at.(*lang.Cond); isCond {
		c.report("TUNE0206", x.unit, at.Pos(), "this may be missing: it is used without a check", "give it a name, and ask whether that exists: "+named[x.mode])
		return false
	}
	hint := "with `if " + name + " exists then … else …`"
	if isPath {
		hint = x.asking(key.v, name, hint)
	}
	c.report("TUNE0206", x.unit, at.Pos(), name+" may be missing: it is used without a check", "ask `"+name+" exists` before: "+hint)
	return false
}

// assumed is a value as one that is there: that it may be missing was told, and what is asked of it is looked at all the same.
// ok is false if nobody knows what it is.
func (c *checker) assumed(x ctx, v val, at posed) (there val, ok bool) {
	if c.needPresent(x, v, at) {
		return v, true
	}
	if v.t.any || c.slipped(at.Pos()) {
		return badVal, false
	}
	v.t = v.t.present()
	return v, true
}

// asking is how what may be missing is asked about where it is used; otherwise is a way that there always is.
func (x ctx) asking(v *ir.Var, name, otherwise string) string {
	bound := x.bindingOf(v)
	switch {
	case x.mode == inEvent, x.asks:
		return "`" + name + " exists and …`"
	case x.mode == inPlan:
		return "with `if " + name + " exists { … }`"
	case x.mode != inState || within(x.loop, bound): // no arrow knows what a turn binds
		return otherwise
	case within(x.state, bound):
		return "let another state act, -> STATE when " + name + " exists, or " + otherwise
	}
	return "in the guard of a transition, or " + otherwise
}

// within says whether a name is bound at a place, which may be none.
func within(at lang.Span, b *binding) bool {
	return b != nil && at.Start <= b.span.Start && b.span.Start < at.End
}

// named is how an expression gets a name.
var named = map[mode]string{
	inEvent: "func NAME(…) = …", inFunc: "func NAME(…) = …", inState: "let NAME = …", inPlan: "let NAME = …",
}

// machinesOf is the type of whatever machine stands on a family of hosts.
func (c *checker) machinesOf(u *unit, r *lang.TypeRef, cl *class) typ {
	switch {
	case cl.kind != bundle.Host:
		c.report("TUNE0202", u, r.Part.Span, r.Name.Text+" has no parts: only hosts have, their vms", "")
		return typ{bad: true}
	case r.Part.Text != "vms":
		c.unknownOf("hosts", "TUNE0202", u, r.Part, "hosts have no "+r.Part.Text+" that were a type", []string{"vms"}, "they have")
		return typ{bad: true}
	case cl.space.vms == nil && c.system.lost.everywhere["vms"]: // nobody knows where some run
		return typ{bad: true}
	case cl.space.vms == nil:
		c.report("TUNE0202", u, r.Span, "there are no virtual machines on "+cl.name, "declare some: vm NAME on "+cl.name)
		return typ{bad: true}
	}
	c.refersBuiltIn(u, r.Part.Span, "hosts.vms")
	return instIn(cl.space.vms)
}

// typeRef resolves a type as written.
func (c *checker) typeRef(u *unit, r *lang.TypeRef) typ {
	if r == nil || r.Name.Text == "" {
		return typ{bad: true}
	}
	if b, other := c.tried[r]; other {
		return base(b)
	}
	b, isBase := baseNames[r.Name.Text]
	if isBase && r.Part.Text != "" {
		c.report("TUNE0202", u, r.Part.Span, r.Name.Text+" has no parts: only hosts have, their vms", "")
		return typ{bad: true}
	}
	if isBase && !r.Set {
		t := base(b)
		t.opt = r.Optional
		return t
	}
	if cl, known := u.classes[r.Name.Text]; known {
		if cl == nil {
			return typ{bad: true}
		}
		c.refersClass(u, r.Name, cl)
		t := instOf(cl)
		if r.Part.Text != "" {
			t = c.machinesOf(u, r, cl)
		}
		if t.bad {
			return t
		}
		if r.Set {
			return t.asSet()
		}
		t.opt = r.Optional
		return t
	}
	if r.Set && baseNames[r.Name.Text] != bundle.Void {
		c.report("TUNE0202", u, r.Span, "sets hold instances, not numbers", "")
		return typ{bad: true}
	}
	c.unknown("TUNE0202", u, r.Name, "there is no type "+r.Name.Text, append(sortedKeys(u.classes), sortedKeys(baseNames)...), "")
	return typ{bad: true}
}
