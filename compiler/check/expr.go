package check

import (
	"slices"
	"strings"

	"github.com/tune-autonomic/tune/compiler/bundle"
	"github.com/tune-autonomic/tune/compiler/ir"
	"github.com/tune-autonomic/tune/lang"
)

// The opcodes that this pass looks at.
const (
	opNot   = bundle.NOT
	opIsSet = bundle.ISSET
	opAnd   = bundle.AND
	opOr    = bundle.OR
	opSame  = bundle.SAME
	opDiff  = bundle.DIFF
)

// deepest bounds the nesting of expressions, functions expanded.
const deepest = 2000

// expr checks an expression.
func (c *checker) expr(x ctx, e lang.Expr) val {
	c.depth++
	defer func() { c.depth-- }()
	c.loops++
	if c.depth > deepest || c.loops > mostNodes {
		c.tooMuch = true
		return badVal
	}
	v := c.exprOf(x, e)
	c.typed(x.unit, e, v.t)
	if v.t.bad {
		return badVal
	}
	if v.t.opt && x.knows(v.e) {
		v.t.opt = false
		c.typed(x.unit, e, v.t)
	}
	return v
}

func (c *checker) exprOf(x ctx, e lang.Expr) val {
	if x.trial != nil {
		if v, ok := c.ofRun(x, e); ok {
			return v
		}
	}
	switch e := e.(type) {
	case *lang.Ident:
		return c.ident(x, e.Name)
	case *lang.Number:
		return c.literal(x, e)
	case *lang.String:
		return c.stringLit(x, e)
	case *lang.Bool:
		return val{e: &ir.Truth{Node: node(x, e, boolT), V: e.Value}, t: boolT}
	case *lang.None:
		return val{e: &ir.None{Node: node(x, e, typ{})}, t: typ{Type: bundle.Type{Base: bundle.Inst, Class: -1}, any: true, opt: true}}
	case *lang.Select:
		return c.selectOf(x, e)
	case *lang.Call:
		return c.call(x, e)
	case *lang.Method:
		return c.method(x, e)
	case *lang.Filter:
		return c.filter(x, e.Set, e.Where, e)
	case *lang.Unary:
		return c.unary(x, e)
	case *lang.Binary:
		return c.binary(x, e)
	case *lang.Exists:
		return c.exists(x, e)
	case *lang.Over:
		c.report("TUNE0207", x.unit, e.Span, "a time of history stands within a statistic of it", "write avg("+lang.Print(e)+")")
		return badVal
	case *lang.Last:
		return c.last(x, e)
	case *lang.Cond:
		return c.cond(x, e)
	case *lang.List:
		return c.list(x, e)
	}
	return badVal // lang.Bad, or nothing: reported by whoever read it
}

func node(x ctx, at posed, t typ) ir.Node { return ir.Node{T: t.Type, P: pos(x.unit, at.Pos())} }

func ref(x ctx, at posed, v *ir.Var, t typ) val {
	return val{e: &ir.Ref{Node: node(x, at, t), Var: v}, t: t}
}

// ident resolves a bare name: a local one, a constant, a class, a member of the element, or a declared instance.
func (c *checker) ident(x ctx, name lang.Name) val {
	if c.look(x, name) {
		return badVal
	}
	if b := x.lookup(name.Text); b != nil {
		c.refersLocal(x, name, b)
		if b.v == nil || b.val.t.bad {
			return b.val
		}
		if b.gone && !x.lenient {
			c.report("TUNE0206", x.unit, name.Span, name.Text+" was removed before on every way here: there is nothing to use", "use it before, or remove it last")
			return badVal
		}
		return ref(x, spanned(name.Span), b.v, b.val.t)
	}
	if k, known := x.unit.consts[name.Text]; known {
		c.refers(x.unit, name.Span, x.unit, x.unit.params[name.Text])
		return k
	}
	if cl, known := x.unit.classes[name.Text]; known {
		if cl == nil {
			return badVal
		}
		c.refersClass(x.unit, name, cl)
		t := instOf(cl).asSet()
		return val{e: &ir.Members{Node: node(x, spanned(name.Span), t), Class: cl.index}, t: t}
	}
	if x.it != nil && c.hasMember(x.it.val.t, x.unit.given(x.it.val.t, name.Text)) {
		it := ref(x, spanned(name.Span), x.it.v, x.it.val.t)
		return c.member(x, it, name, spanned(name.Span))
	}
	if i, known := c.hosts[name.Text]; known && x.unit == c.system {
		c.refersMachine(x.unit, name)
		t := instOf(i.class)
		return val{e: &ir.Named{Node: node(x, spanned(name.Span), t), Index: c.inst(i)}, t: t}
	}
	if meant := c.unknownName(x, name); meant != "" && meant != "planned" { // which is nothing by itself
		return asMeant(c.ident(x, lang.Name{Text: meant, Span: name.Span}))
	}
	return badVal
}

// unknownName reports a name that means nothing here, once in a declaration with all its places, and gives the one that is
// surely meant.
func (c *checker) unknownName(x ctx, name lang.Name) string {
	meant, said := c.said[name.Text]
	if name.Text == "" || c.muted > 0 || x.unit.lost.has(name) {
		return meant
	}
	if key := c.nameKey(x.unit, name); said {
		if c.toldOf(key) {
			c.alsoHere(key, x.unit, name, "") // what it is like may not be known here
		}
		if meant != "" {
			c.slips = append(c.slips, name.Span)
		}
		return meant
	}
	if c.said == nil {
		c.said = map[string]string{}
	}
	meant = c.tellName(x, name)
	c.said[name.Text] = meant
	return meant
}

func (c *checker) tellName(x ctx, name lang.Name) string {
	if b, elsewhere := c.elsewhere[name.Text]; elsewhere {
		c.report("TUNE0225", x.unit, name.Span, name.Text+" is not known on every way here", "it is bound in state "+b)
		return ""
	}
	if x.unit.funcs[name.Text] != nil {
		c.report("TUNE0201", x.unit, name.Span, name.Text+" is a function", "call it: "+name.Text+"(…)")
		return ""
	}
	if x.trial != nil && c.onlyPolicy(x, name) {
		c.report("TUNE0201", x.unit, name.Span, name.Text+" is a policy", "ask for its state, "+name.Text+" in STATE, or how often it ran: times("+name.Text+")")
		return ""
	}
	if name.Text == "new" {
		c.noNew(x, name)
		return ""
	}
	if r, unasked := x.unasked[name.Text]; unasked && !x.unit.lost.has(name) {
		c.report("TUNE0201", x.unit, name.Span, "nothing is called "+name.Text+" here", "write "+r.head+": the event brings it, and the policy has to name it")
		c.change(x.unit, r.at, r.text)
		return ""
	}
	if isCounter(name.Text) && !x.unit.lost.mayBe("TUNE0201", name.Span) {
		c.report("TUNE0201", x.unit, name.Span, "nothing is called "+name.Text+" here", "only tests know it")
		return ""
	}
	if ours := here(name.Text, []string{"true", "false", "none"}); ours != "" {
		c.report("TUNE0201", x.unit, name.Span, "nothing is called "+name.Text+" here", "write "+ours)
		c.change(x.unit, name.Span, ours)
		return ""
	}
	if x.trial != nil && c.system.lost.nameless["host"] {
		return "" // tests ask for hosts
	}
	if x.unit.lost.nameless["module"] && strings.HasPrefix(c.sources[x.unit.file].Source[name.Span.End:], ".") {
		return "" // an import doesn't say of what
	}
	candidates := append(x.locals(), sortedKeys(x.unit.classes)...)
	candidates = append(candidates, sortedKeys(x.unit.consts)...)
	if x.it != nil && !x.it.val.t.bad {
		members := c.membersOf(x.it.val.t)
		if nearest(name.Text, members) != "" {
			return c.unknownOf(c.instName(x.it.val.t), "TUNE0203", x.unit, name, "unknown metric "+quote(name.Text)+" of "+c.instName(x.it.val.t), members, "")
		}
		candidates = append(candidates, members...)
	}
	if x.unit == c.system && len(c.hosts) < 1000 {
		candidates = append(candidates, sortedKeys(c.hosts)...)
	}
	ofAll := ""
	if x.it != nil && !x.it.val.t.bad {
		ofAll = c.keyOf("TUNE0203", x.unit, name, c.instName(x.it.val.t), "", "")
	}
	if c.toldOf(ofAll) {
		c.alsoHere(ofAll, x.unit, name, "")
		return ""
	}
	found := len(c.findings)
	if whole := c.joinedTo(x, name); whole != "" && !x.unit.lost.has(name) {
		c.report("TUNE0201", x.unit, name.Span, "nothing is called "+name.Text+" here", "write "+whole)
		c.change(x.unit, name.Span, whole)
		return ""
	}
	meant := c.unknown("TUNE0201", x.unit, name, "nothing is called "+name.Text+" here", candidates, "")
	if owner := c.ownerOf(x, name); owner != "" && len(c.findings) > found && meant == "" {
		c.findings[found].Hint = "write " + owner
		c.change(x.unit, name.Span, owner)
		c.guess()
	}
	if ofAll != "" && len(c.findings) > found && c.told[lacks(name.Text)] == found {
		c.told[ofAll] = found // a member that is asked for by its name alone
	}
	return meant
}

// joinedTo is what a name means that is two of which the dot between them lacks: mspool, for m.spool.
func (c *checker) joinedTo(x ctx, name lang.Name) string {
	for b := x.scope; b != nil; b = b.next {
		if member, begins := strings.CutPrefix(name.Text, b.name); begins && member != "" && b.val.t.inst() && !b.val.t.bad && slices.Contains(c.membersOf(b.val.t), member) {
			return b.name + "." + member
		}
	}
	return ""
}

// ownerOf is how a member is asked for whose name stands alone: of the only local name that has one.
func (c *checker) ownerOf(x ctx, member lang.Name) string {
	owner := ""
	for b := x.scope; b != nil; b = b.next {
		if t := b.val.t; t.bad || !t.inst() || !slices.Contains(c.membersOf(t), member.Text) {
			continue
		}
		if owner != "" {
			return ""
		}
		owner = b.name
	}
	if owner == "" {
		return ""
	}
	return owner + "." + member.Text
}

// noNew reports a use of what was made without a name.
func (c *checker) noNew(x ctx, name lang.Name) {
	made := x.unnamed.Text
	if made == "" && (x.unit.lost.mayBe("TUNE0201", name.Span) || isIn(x.unit.lost.stateless, name.Span)) {
		return // it was made in what could not be read
	}
	if made == "" {
		c.report("TUNE0201", x.unit, name.Span, "nothing is called new here", "name what is made where it is made: new = CLASS++")
		return
	}
	c.report("TUNE0201", x.unit, name.Span, "nothing is called new here", "name what is made: new = "+made+"++")
	c.relate(x.unit, x.unnamed.Span, "write new = "+made+"++ here")
	c.change(x.unit, lang.Span{Start: x.unnamed.Span.Start, End: x.unnamed.Span.Start}, "new = ")
}

// list checks [], or [a, b].
func (c *checker) list(x ctx, e *lang.List) val {
	if len(e.Elems) == 0 {
		t := typ{Type: bundle.Type{Base: bundle.Set, Class: -1}, any: true}
		return val{e: &ir.EmptySet{Node: node(x, e, t)}, t: t}
	}
	var elems []ir.Expr
	t, bad := typ{}, false
	for i, el := range e.Elems {
		v := c.expr(x, el)
		if v.t.bad || bad && !v.t.inst() || !c.wantInst(x, v, el) {
			bad = true
			continue
		}
		if i == 0 || len(elems) == 0 {
			t = v.t
		} else if v.t.Space != t.Space {
			c.report("TUNE0205", x.unit, el.Pos(), "this list is of "+c.instName(t)+", and this is "+c.aType(v.t), "")
			bad = true
		} else if v.t.Class != t.Class {
			t.Class = -1
		}
		elems = append(elems, v.e)
	}
	if bad {
		return badVal
	}
	return val{e: &ir.SetList{Node: node(x, e, t.asSet()), Elems: elems}, t: t.asSet()}
}

// cond checks if c then a else b; what the condition says is known in its branches.
func (c *checker) cond(x ctx, e *lang.Cond) val {
	test, testOK := c.truth(x, e.If, "the condition")
	yes, no := x, x
	if testOK {
		yes, no = x.learn(test, true), x.learn(test, false)
	} else {
		yes, no = x.doubt(e.If), x.doubt(e.If)
	}
	a, b := c.expr(yes, e.Then), c.expr(no, e.Else)
	t, ok := c.join(x, a, b, e)
	if ok && c.looking() {
		return val{e: a.e, t: t}
	}
	if !ok || !testOK {
		return badVal
	}
	a, b = c.give(a, t), c.give(b, t)
	return val{e: &ir.Cond{Node: node(x, e, t), If: test, Then: a.e, Else: b.e}, t: t}
}

// join is the type that two branches have in common.
func (c *checker) join(x ctx, a, b val, at posed) (typ, bool) {
	if a.t.bad || b.t.bad {
		return typ{}, false
	}
	t := a.t
	switch {
	case a.t.any:
		t = b.t
	case b.t.any:
	case (a.t.inst() || a.t.set()) && a.t.Base == b.t.Base && a.t.Space == b.t.Space:
		if a.t.Class != b.t.Class {
			t.Class = -1
		}
	case a.t.Base == b.t.Base && a.t.of == b.t.of:
		t.ratio = ratios(a, b)
	case b.fits(a.t):
	case a.fits(b.t):
		t = b.t
	default:
		c.report("TUNE0205", x.unit, at.Pos(), "one branch is "+c.aType(a.t)+", the other "+c.aType(b.t), "")
		return typ{}, false
	}
	t.opt = a.t.opt || b.t.opt
	return t, true
}

// give gives `none` and `[]` the type that their place has.
func (c *checker) give(v val, t typ) val {
	if !v.t.any || t.any || t.bad {
		return v
	}
	switch e := v.e.(type) {
	case *ir.None:
		v.e = &ir.None{Node: ir.Node{T: t.Type, P: e.P}}
	case *ir.EmptySet:
		v.e = &ir.EmptySet{Node: ir.Node{T: t.Type, P: e.P}}
	}
	opt := v.t.opt
	v.t = t
	v.t.opt = opt
	return v
}

// truth checks a condition.
func (c *checker) truth(x ctx, e lang.Expr, what string) (ir.Expr, bool) {
	if e == nil {
		return nil, false
	}
	x.asks = true
	v, told := c.expr(x, e), len(c.findings)
	fits := c.expect(x, v, boolT, e, what)
	if len(c.findings) > told && v.t.opt && v.t.inst() {
		c.findings[told].Hint = "ask whether there is one: " + lang.Print(e) + " exists"
		c.change(x.unit, e.Pos(), c.written(x.unit, e.Pos())+" exists")
	}
	if len(c.findings) > told && v.t.Numeric() && c.findings[told].Hint == "" {
		c.findings[told].Hint = "compare it with a number"
	}
	if !fits || c.slipped(e.Pos()) {
		return nil, false
	}
	return v.e, true
}

// exists checks `x exists`.
func (c *checker) exists(x ctx, e *lang.Exists) val {
	v := c.expr(x, e.X)
	switch {
	case v.t.bad, v.wrong: // what was to be asked about isn't known
		return badVal
	case v.t.inst():
		return val{e: &ir.Unary{Node: node(x, e, boolT), Op: opIsSet, X: v.e}, t: boolT}
	case v.t.Numeric():
		return val{e: &ir.Unary{Node: node(x, e, boolT), Op: bundle.KNOWN, X: v.e}, t: boolT}
	case v.t.set() && c.slipped(e.X.Pos()):
	case v.t.set():
		c.report("TUNE0205", x.unit, e.Span, "a set always exists", "ask some("+lang.Print(e.X)+")")
		c.change(x.unit, e.Span, "some("+c.written(x.unit, e.X.Pos())+")")
	default:
		c.report("TUNE0205", x.unit, e.Span, "only a machine or a measured number may be missing, not "+c.aType(v.t), "")
	}
	return badVal
}

// wantInst reports a value that is not one present instance.
func (c *checker) wantInst(x ctx, v val, at posed) bool {
	switch {
	case v.t.bad:
		return false
	case v.t.set():
		c.report("TUNE0216", x.unit, at.Pos(), printed(at)+" is a set of "+c.instName(v.t)+", not one of them", "choose one: min("+printed(at)+" by …), or walk it: for x in "+printed(at))
		return false
	case !v.t.inst():
		c.report("TUNE0205", x.unit, at.Pos(), "this is "+c.aType(v.t)+", not a machine or software", "")
		return false
	}
	return c.needPresent(x, v, at)
}

// wantSet reports a value that is not a set.
func (c *checker) wantSet(x ctx, v val, at posed) bool {
	if v.t.bad {
		return false
	}
	if v.t.set() {
		return true
	}
	c.report("TUNE0216", x.unit, at.Pos(), "this is "+c.aType(v.t)+", not a set", "")
	return false
}
