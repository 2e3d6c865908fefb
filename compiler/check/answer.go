package check

import (
	"github.com/tune-autonomic/tune/compiler/bundle"
	"github.com/tune-autonomic/tune/lang"
)

// answerAt reads `at 300s approve Relieve`, and `clear Relieve`.
func (c *checker) answerAt(out *bundle.Scenario, d *lang.AnswerAt) {
	when, ok := c.nanos(c.system, d.At, "when it is said")
	p := c.policyNamed(d.Policy)
	if p < 0 {
		c.noPolicy(d.Policy)
		return
	}
	c.refersPolicy(c.system, d.Policy, p)
	if !ok {
		return
	}
	for _, p := range c.usesOf(p) {
		out.Answers = append(out.Answers, bundle.AnswerAt{At: when, Policy: p, Verb: d.Verb})
	}
}
