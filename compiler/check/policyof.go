package check

import (
	"slices"
	"strings"

	"github.com/tune-autonomic/tune/compiler/bundle"
	"github.com/tune-autonomic/tune/lang"
)

// Uses of one module have its policies each: MODULE.POLICY is all of them to an operator, and to a test the one that is about
// the thing that stands there.

// usesOf are the policies that a name means: the policy p, and those of further uses of its module.
func (c *checker) usesOf(p int32) []int32 {
	var all []int32
	name := c.program.Policies[p].Name
	for i, q := range c.program.Policies {
		if q.Name == name || strings.HasPrefix(q.Name, name+" ") { // as newPolicyName has them
			all = append(all, int32(i))
		}
	}
	return all
}

// useAsked is the policy p of the use that a test asks about. False if it may be that of several, which is reported.
func (c *checker) useAsked(x ctx, p int32, name lang.Name, args []*lang.Arg) (int32, bool) {
	all := c.usesOf(p)
	if len(all) == 1 {
		return p, true
	}
	left := all
	if cl := c.classAsked(x, args); cl != nil {
		left = slices.DeleteFunc(slices.Clone(all), func(p int32) bool {
			params := c.program.Policies[p].Params
			return len(params) == 0 || params[0].Type.Base != bundle.Inst || params[0].Type.Class >= 0 && params[0].Type.Class != cl.index
		})
	}
	switch module, own := name.Cut(); {
	case len(left) == 1:
		return left[0], true
	case len(left) == 0:
		return p, true // that it isn't about that is told of it
	case !c.misused(module.Text):
		c.report("TUNE0210", x.unit, name.Span, "of which use of "+module.Text+" is this "+own.Text+"? Each use has its own",
			"say what it is about, such as "+name.Text+"(node1), if they are about different things")
	}
	return p, false
}
