package check

import (
	"github.com/tune-autonomic/tune/compiler/bundle"
	"github.com/tune-autonomic/tune/compiler/ir"
	"github.com/tune-autonomic/tune/lang"
)

// Texts are never reckoned with. Whether two are equal is asked of numbers that stand for them, each text's its own.

func (c *checker) textCode(text string) float64 {
	code, known := c.texts[text]
	if !known {
		code = float64(len(c.texts))
		c.texts[text] = code
	}
	return code
}

// differs says whether a text depends on the machine whose it is: then its expression is the text's number.
func differs(v val) bool {
	_, isCol := v.e.(*ir.Col)
	return v.t.Base == bundle.Text_ && isCol
}

// textAttr is a text attribute: the text itself, if all instances that obj can be have the same.
func (c *checker) textAttr(x ctx, obj val, name string, t typ, at posed) val {
	if text, same := c.sameText(obj.t, name); same || t.Base == bundle.Secret {
		return val{t: t, str: text, e: &ir.Truth{Node: node(x, at, t)}}
	}
	col := c.column(columnKey{space: obj.t.Space, kind: bundle.ColAttr, name: name}, intT)
	return val{t: t, e: &ir.Col{Node: node(x, at, intT), Obj: obj.e, Column: col}}
}

// sameTexts checks `h.rack == "r1"` and `h.rack != v.host.rack`.
func (c *checker) sameTexts(x ctx, e *lang.Binary, a, b val) val {
	if !differs(a) && !differs(b) {
		return val{t: boolT, e: &ir.Truth{Node: node(x, e, boolT), V: (a.str == b.str) == (e.Op == "==")}}
	}
	op := bundle.EQ
	if e.Op == "!=" {
		op = bundle.NE
	}
	return val{t: boolT, e: &ir.Binary{Node: node(x, e, boolT), Op: op, X: c.codeOf(x, a, e), Y: c.codeOf(x, b, e)}}
}

func (c *checker) codeOf(x ctx, v val, at posed) ir.Expr {
	if differs(v) {
		return v.e
	}
	return num(c.textCode(v.str), intT, pos(x.unit, at.Pos()))
}

// sameText is a text attribute's value if all instances that t can be have the same.
func (c *checker) sameText(t typ, name string) (string, bool) {
	var text string
	found := false
	for _, cl := range c.classesOf(t) {
		m, known := cl.members[name]
		if !known || m.attr == nil {
			return "", false
		}
		texts := cl.table.Attrs[m.attr.index].Texts
		if len(texts) == 0 {
			texts = []string{""}
		}
		for _, one := range texts {
			if found && one != text {
				return "", false
			}
			text, found = one, true
		}
	}
	return text, found
}

// shown is a value as a text shows it: a percent times a number that is written, and whatever is taken times 100%, as a
// percent. Other products with one are numbers: half of a rent is none.
func shown(v val) ir.Expr {
	if !v.t.times {
		return v.e
	}
	switch e := v.e.(type) {
	case *ir.Num:
		e.T = percentT.Type
	case *ir.Binary:
		e.T = percentT.Type
	case *ir.Ref:
		e.T = percentT.Type
	}
	return v.e
}

// timesPercent says whether a number taken times a percent is shown as one.
func timesPercent(number, percent val) bool {
	if !pure(number.t) || percent.t.Base != bundle.Percent {
		return false
	}
	n, isNum := percent.e.(*ir.Num)
	return number.lit || isNum && n.V == 1
}
