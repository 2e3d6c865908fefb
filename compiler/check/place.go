package check

import (
	"strings"

	"github.com/tune-autonomic/tune/compiler/bundle"
	"github.com/tune-autonomic/tune/compiler/ir"
	"github.com/tune-autonomic/tune/lang"
)

// placeRule is a placement written as an expression, to be checked when all names are known.
type placeRule struct {
	class *class
	expr  lang.Expr
}

var placeWords = map[string]bundle.Place{
	"spread": {Rule: bundle.Spread}, "pack": {Rule: bundle.Pack}, "by_power": {Rule: bundle.ByPower, Decreasing: true},
}

// placeField reads `place = pack`, or keeps the expression for later.
func (c *checker) placeField(cl *class, f *lang.Field) {
	id, isWord := f.Value.(*lang.Ident)
	if isWord && placeWords[id.Text].Rule == 0 {
		_, isWord = c.hosts[id.Text]
		isWord = !isWord // one host for all of them
	}
	if isWord {
		rule, known := placeWords[id.Text]
		if !known {
			c.unknown("TUNE0213", c.system, id.Name, "there is no placement rule "+id.Text, sortedKeys(placeWords), "there are")
			return
		}
		cl.table.Place = rule
		return
	}
	cl.table.Place = bundle.Place{Rule: bundle.PlaceCode}
	c.places = append(c.places, placeRule{class: cl, expr: f.Value})
}

// checkPlaces checks the placement rules that are expressions; `self` is the new machine.
func (c *checker) checkPlaces() {
	for _, p := range c.places {
		c.begin()
		self := &ir.Var{Name: "self", Type: instOf(p.class).Type}
		x := ctx{unit: c.system, mode: inFunc}.bind("self", self, instOf(p.class), lang.Span{})
		v := c.expr(x, p.expr)
		told := len(c.findings)
		c.expect(x, v, instOf(p.class.on).missable(), p.expr, "a placement")
		if text := strings.Trim(c.written(c.system, p.expr.Pos()), `"`); len(c.findings) > told && (text == "spread" || text == "pack") {
			c.findings[told].Hint = "write " + text + ", without quotes"
			c.change(c.system, p.expr.Pos(), text)
		}
		c.program.Places = append(c.program.Places, ir.Place{Class: p.class.index, Self: self, Node: v.e})
	}
}
