package check

import (
	"github.com/tune-autonomic/tune/compiler/bundle"
	"github.com/tune-autonomic/tune/lang"
)

// answerAt reads `at 300s approve Relieve`.
func (c *checker) answerAt(out *bundle.Scenario, d *lang.AnswerAt) {
	when, ok := c.nanos(c.system, d.At, "when it is said")
	p := c.policyNamed(d.Policy)
	if p < 0 {
		if _, declared := c.policies[d.Policy.Text]; !declared && d.Policy.Text != "" { // one that has mistakes of its own
			var known []string
			for _, p := range c.program.Policies {
				known = append(known, p.Name)
			}
			c.unknown("TUNE0210", c.system, d.Policy, "there is no policy "+d.Policy.Text, known, "there are")
		}
		return
	}
	c.refersPolicy(c.system, d.Policy, p)
	if ok {
		out.Answers = append(out.Answers, bundle.AnswerAt{At: when, Policy: p, Refuse: d.Refuse})
	}
}
