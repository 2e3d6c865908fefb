package check

import (
	"maps"
	"math"
	"slices"
	"strings"

	"github.com/tune-autonomic/tune/compiler/bundle"
	"github.com/tune-autonomic/tune/compiler/ir"
	"github.com/tune-autonomic/tune/lang"
)

// sayNever reports a condition that holds for no values: one that is false as it stands, or that wants the same thing above
// one number and below a lesser one.
func (c *checker) sayNever(u *unit, e lang.Expr) {
	if e == nil || c.toldWithin("TUNE0205", u, e.Pos()) { // its numbers may be others
		return
	}
	if c.isFalse(u, e) {
		c.report("TUNE0309", u, e.Pos(), "this condition never holds", "leave it out, or correct its numbers")
		return
	}
	if what := u.contradicted(e); what != "" {
		hint := "correct one of its numbers, or say `or`"
		if strings.HasSuffix(what, " exists") {
			hint = "say `or`"
		}
		if sharesWant(u, e, what) {
			hint = what + " is a share, between 0% and 100%"
		}
		if size := u.sizeSaid(e, what); size != "" {
			hint = what + " is " + size + ", as it is declared"
		}
		if count := u.countSaid(e, what); count != "" {
			hint = count
		}
		c.report("TUNE0309", u, e.Pos(), "this condition never holds: it leaves "+what+" no value", hint)
	}
}

// turnedOff says whether a condition is `false` alone: an event or a policy with it is off, and meant to be.
func turnedOff(e lang.Expr) bool {
	b, isBool := e.(*lang.Bool)
	return isBool && !b.Value
}

// isFalse says whether a condition is false as it is written. What stands under a name may be set otherwise one day.
func (c *checker) isFalse(u *unit, e lang.Expr) bool {
	e = plainly(e)
	b, isBinary := e.(*lang.Binary)
	switch {
	case isBinary && b.Op == "and":
		return c.isFalse(u, b.X) || c.isFalse(u, b.Y)
	case isBinary && b.Op == "or":
		return c.isFalse(u, b.X) && c.isFalse(u, b.Y)
	case !literal(e):
		return false
	}
	c.muted++
	defer func() { c.muted-- }()
	truth, known := c.expr(ctx{unit: u}, e).e.(*ir.Truth)
	return known && !truth.V
}

// literal holds for what is reckoned of numbers alone.
func literal(e lang.Expr) bool {
	switch e := e.(type) {
	case *lang.Number, *lang.Bool:
		return true
	case *lang.Unary:
		return literal(e.X)
	case *lang.Binary:
		return literal(e.X) && literal(e.Y)
	}
	return false
}

// span is the numbers that something may be; an end may be excluded.
type span struct {
	least, most          float64
	overLeast, belowMost bool
}

func (s span) empty() bool {
	return s.least > s.most || s.least == s.most && (s.overLeast || s.belowMost)
}

// contradicted finds something that the parts of a condition, joined by `and`, leave no value; "" if there is none. Of
// parts joined by `or`, each must leave none.
func (u *unit) contradicted(e lang.Expr) string { return u.contradiction(map[string]span{}, e) }

// spelled is a filter with each member of the element, written alone, behind `it`.
func (c *checker) spelled(x ctx, e lang.Expr) lang.Expr {
	switch e := e.(type) {
	case *lang.Binary:
		out := *e
		out.X, out.Y = c.spelled(x, e.X), c.spelled(x, e.Y)
		return &out
	case *lang.Unary:
		out := *e
		out.X = c.spelled(x, e.X)
		return &out
	case *lang.Ident:
		_, isConst := x.unit.consts[e.Text]
		_, isClass := x.unit.classes[e.Text]
		if x.it != nil && x.lookup(e.Text) == nil && !isConst && !isClass && c.hasMember(x.it.val.t, x.unit.given(x.it.val.t, e.Text)) {
			return &lang.Select{X: &lang.Ident{Name: lang.Name{Text: "it", Span: e.Span}}, Name: e.Name}
		}
	}
	return e
}

func (u *unit) contradiction(spans map[string]span, e lang.Expr) string {
	var either []*lang.Binary
	for rest := []lang.Expr{e}; len(rest) > 0; {
		part := plainly(rest[0])
		rest = rest[1:]
		if call, isCall := part.(*lang.Call); isCall {
			if vms := standing(call); vms != nil {
				rest = append(rest, vms)
			}
			part = asCount(call)
		}
		if name, holds, asked := existence(part); asked {
			before, known := spans[name]
			if known && (before.least == 1) != holds {
				return name
			}
			spans[name] = span{least: 0, most: 0}
			if holds {
				spans[name] = span{least: 1, most: 1}
			}
		}
		b, isBinary := part.(*lang.Binary)
		switch {
		case !isBinary:
		case b.Op == "and":
			rest = append(rest, b.X, b.Y)
		case b.Op == "or":
			either = append(either, b)
		case (b.Op == "<" || b.Op == ">" || b.Op == "!=") && lang.Print(b.X) == lang.Print(b.Y):
			return lang.Print(b.X)
		default:
			if name, ok := u.narrow(spans, b); ok && spans[name].empty() {
				return name
			}
		}
	}
	for _, b := range either {
		if left := u.contradiction(maps.Clone(spans), b.X); left != "" && u.contradiction(maps.Clone(spans), b.Y) != "" {
			return left
		}
	}
	return ""
}

// existence is what a condition asks that is true or false of anything, and never unknown: whether something is there.
func existence(e lang.Expr) (name string, holds, asked bool) {
	holds = true
	for {
		n, isNot := e.(*lang.Unary)
		if !isNot || n.Op != "not" {
			break
		}
		e, holds = n.X, !holds
	}
	_, asked = e.(*lang.Exists)
	return lang.Print(e), holds, asked
}

// plainly is a condition without a `not` before a comparison.
func plainly(e lang.Expr) lang.Expr {
	n, isNot := e.(*lang.Unary)
	if !isNot || n.Op != "not" {
		return e
	}
	switch x := plainly(n.X).(type) {
	case *lang.Binary:
		if op := negated[x.Op]; op != "" {
			return &lang.Binary{Span: x.Span, Op: op, OpSpan: x.OpSpan, X: x.X, Y: x.Y}
		}
		if op := map[string]string{"and": "or", "or": "and"}[x.Op]; op != "" {
			return &lang.Binary{Span: x.Span, Op: op, OpSpan: x.OpSpan, X: negation(x.X), Y: negation(x.Y)}
		}
	case *lang.Call:
		if swap := map[string]string{"some": "empty", "empty": "some"}[x.Func.Text]; swap != "" {
			other := *x
			other.Func.Text = swap
			return &other
		}
	}
	return e
}

func negation(e lang.Expr) lang.Expr { return &lang.Unary{Span: e.Pos(), Op: "not", X: e} }

// standing is empty(h.vms) for empty(h), which says the same; of a set s, empty(s.vms) is true as well. nil for other calls.
func standing(e *lang.Call) lang.Expr {
	if e.Func.Text != "empty" || len(e.Args) != 1 || e.Where != nil {
		return nil
	}
	if _, isName := e.Args[0].Value.(*lang.Ident); !isName {
		return nil
	}
	vms := *e
	vms.Args = []*lang.Arg{{Span: e.Args[0].Span, Value: &lang.Select{X: e.Args[0].Value, Name: lang.Name{Text: "vms"}}}}
	return &vms
}

// asCount is empty(S) and some(S) as what they say of count(S).
func asCount(e *lang.Call) lang.Expr {
	op := map[string]string{"some": ">", "empty": "=="}[e.Func.Text]
	if op == "" || len(e.Args) != 1 {
		return e
	}
	count := *e
	count.Func.Text = "count"
	return &lang.Binary{Span: e.Span, Op: op, X: &count, Y: &lang.Number{Span: e.Span, Int: true}}
}

// sharesWant says whether what is so written in a condition is a share, and wanted beyond it.
func sharesWant(u *unit, e lang.Expr, name string) bool {
	found := false
	lang.Walk(e, func(n lang.Node) {
		x, isExpr := n.(lang.Expr)
		found = found || isExpr && u.isShare(x) && lang.Print(x) == name
	})
	return found
}

// isShare holds for a metric that is a share, for what it has been, and for the average of it.
func (u *unit) isShare(e lang.Expr) bool {
	switch e := e.(type) {
	case *lang.Select:
		of := lang.Print(e.X)
		return of != "planned" && !strings.HasSuffix(of, ".planned") && u.shareNamed(e.Name.Text) // a plan may give a host too much
	case *lang.Call:
		if f := e.Func.Text; len(e.Args) != 1 || e.Where != nil || f != "avg" && f != "min" && f != "max" {
			return false
		}
		if over, isOver := e.Args[0].Value.(*lang.Over); isOver {
			return u.isShare(over.X)
		}
		by, isName := e.By.(*lang.Ident)
		return isName && e.Func.Text == "avg" && u.shareNamed(by.Text)
	}
	return false
}

// shareNamed says whether a member of this name is a share, whatever has it.
func (u *unit) shareNamed(name string) bool {
	if a, given := u.members[name]; given {
		return a.class != nil && a.class.members[a.name].share
	}
	found := false
	for _, cl := range u.classes {
		if cl == nil {
			return false
		}
		m, has := cl.members[name]
		if has && !m.share {
			return false
		}
		found = found || has
	}
	return found
}

// possible is what a number may be before anything is asked of it: a count of a class lies within its bounds.
func (u *unit) possible(e lang.Expr) (s span, whole bool) {
	s = span{least: math.Inf(-1), most: math.Inf(1)}
	if least, most, known := u.sizes(e); known {
		return span{least: least, most: most}, false
	}
	call, isCall := e.(*lang.Call)
	if !isCall || call.Func.Text != "count" && (!counting[call.Func.Text] || u.funcs[call.Func.Text] != nil) || len(call.Args) != 1 || isOver(call.Args[0].Value) {
		return s, false
	}
	s.least = 0
	if id, isName := call.Args[0].Value.(*lang.Ident); isName && call.Where == nil {
		if n := u.hostsOf(id.Text); n > 0 && call.Func.Text == "count" {
			s.most = n
		}
		if cl := u.classes[id.Text]; cl != nil && cl.table.Max >= 0 && cl.kind != bundle.Host {
			s.most = float64(cl.table.Max)
		}
	}
	return s, true
}

// hostsOf is how many hosts a family has; 0 if nobody knows, as of one that a module is given.
func (u *unit) hostsOf(name string) float64 {
	cl := u.classes[name]
	if cl == nil || cl.kind != bundle.Host || cl.unsure || cl.standIn || len(u.params) > 0 {
		return 0
	}
	return float64(len(cl.table.Names))
}

// countSaid is how many there are of what a part of a condition counts, if that part alone asks for more or fewer; else "".
func (u *unit) countSaid(e lang.Expr, name string) (said string) {
	lang.Walk(e, func(n lang.Node) {
		x, _ := n.(lang.Expr)
		if call, isCall := x.(*lang.Call); isCall {
			x = asCount(call)
		}
		b, isBinary := x.(*lang.Binary)
		if !isBinary {
			return
		}
		alone := map[string]span{}
		call, isCall := b.X.(*lang.Call)
		if of, _ := u.narrow(alone, b); of != name || !alone[of].empty() || !isCall || len(call.Args) != 1 {
			return
		}
		s, _ := u.possible(call)
		if math.IsInf(s.most, 1) {
			return
		}
		said = "there are " + decimal(s.most) + " of " + lang.Print(call.Args[0].Value) + " at most, as it is declared"
	})
	return said
}

// sizes are between what the memory, the cores or the speed lies that is asked of something, whatever it is: what its class
// declares stays so.
func (u *unit) sizes(e lang.Expr) (least, most float64, known bool) {
	s, isSelect := e.(*lang.Select)
	if !isSelect || len(u.params) > 0 || lang.Print(s.X) == "planned" || strings.HasSuffix(lang.Print(s.X), ".planned") {
		return 0, 0, false
	}
	least, most = math.Inf(1), math.Inf(-1)
	for _, name := range sortedKeys(u.classes) {
		cl := u.classes[name]
		if cl == nil {
			return 0, 0, false
		}
		if _, has := cl.members[s.Name.Text]; !has {
			continue
		}
		sizes := cl.sizes(s.Name.Text)
		if len(sizes) == 0 || cl.unsure || cl.standIn {
			return 0, 0, false
		}
		least, most, known = min(least, slices.Min(sizes)), max(most, slices.Max(sizes)), true
	}
	return least, most, known
}

// sizeSaid is what size something is in a condition, as a program would write it; "" if it is none.
func (u *unit) sizeSaid(e lang.Expr, name string) (said string) {
	lang.Walk(e, func(n lang.Node) {
		s, isSelect := n.(*lang.Select)
		if !isSelect || lang.Print(s) != name {
			return
		}
		if least, most, known := u.sizes(s); known {
			text := decimal
			if s.Name.Text == "memory" {
				text = memoryText
			}
			if said = text(least); least < most {
				said += " to " + text(most)
			}
		}
	})
	return said
}

func isOver(e lang.Expr) bool {
	_, is := e.(*lang.Over)
	return is
}

// written is a number that stands in a condition, and its value in its unit; nil if it is none.
func written(e lang.Expr) (*lang.Number, float64) {
	switch e := e.(type) {
	case *lang.Number:
		return e, e.Value
	case *lang.Unary:
		if n, isNumber := e.X.(*lang.Number); isNumber && e.Op == "-" {
			return n, -n.Value
		}
	}
	return nil, 0
}

// narrow takes in a comparison of something with a number.
func (u *unit) narrow(spans map[string]span, b *lang.Binary) (name string, ok bool) {
	op, x, y := b.Op, b.X, b.Y
	if n, _ := written(x); n != nil {
		op, x, y = mirrored[op], y, x
	}
	n, v := written(y)
	if n == nil {
		return "", false
	}
	if u, hasUnit := unitOf[n.Unit]; hasUnit {
		v = u.of(v)
	}
	name = lang.Print(x)
	s, known := spans[name]
	fresh, whole := u.possible(x)
	if n.Unit == "%" && u.isShare(x) { // with another unit it is wrong in another way
		fresh = span{most: 1}
	}
	if isBytes := strings.HasSuffix(name, ".memory"); isBytes && n.Unit == "" && v != 0 { // which was told
		fresh = span{least: math.Inf(-1), most: math.Inf(1)}
	}
	if !known {
		s = fresh
	}
	switch {
	case whole && op == ">":
		op, v = ">=", math.Floor(v)+1
	case whole && op == "<":
		op, v = "<=", math.Ceil(v)-1
	}
	if low := op == ">" || op == ">=" || op == "=="; low && v >= s.least {
		s.overLeast = op == ">" || v == s.least && s.overLeast
		s.least = v
	}
	if high := op == "<" || op == "<=" || op == "=="; high && v <= s.most {
		s.belowMost = op == "<" || v == s.most && s.belowMost
		s.most = v
	}
	spans[name] = s
	return name, true
}
