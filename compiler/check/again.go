package check

import (
	"strings"

	"github.com/tune-autonomic/tune/lang"
)

// again says whether the same words, of an import or a use, stand further up in a file, as before says, which is reported: twice
// alike does twice what is wanted once.
func (c *checker) again(u *unit, what string, before map[string]lang.Span, at lang.Span) bool {
	if u.lost.holed(at) {
		return false
	}
	source := c.sources[u.file].Source[at.Start:at.End]
	var words []string
	for _, t := range lang.Tokens(source) {
		words = append(words, source[t.Span.Start:t.Span.End])
	}
	key := strings.Join(words, " ")
	first, told := before[key]
	if !told {
		before[key] = at
		return false
	}
	c.report("TUNE0204", u, at, "this "+what+" is there already", "leave one of them out")
	c.relate(u, first, "it stands here")
	c.dropLine(u, at)
	return true
}
