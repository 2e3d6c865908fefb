package check

import (
	"strconv"
	"strings"

	"github.com/tune-autonomic/tune/compiler/bundle"
)

// oneNameEach reports names that a program lists and that something else has: scenarios, tests and operators call all things
// by their names alone. That two families list the same host is told where the names are read.
func (c *checker) oneNameEach() {
	of := map[string]*class{}
	for _, cl := range c.classes {
		for i, name := range cl.table.Names {
			first := of[name]
			if first == nil {
				of[name] = cl
			}
			taken := c.namesAnother(cl, name)
			if taken == "" && first != nil && first != cl && cl.kind != bundle.Host {
				taken = "is one of " + first.name
			}
			if taken == "" {
				continue
			}
			c.report("TUNE0204", c.system, cl.listed[min(i, len(cl.listed)-1)], name+" "+taken+" already", "each thing has a name of its own")
			if len(cl.listed) == 1 {
				break // a file has one place here: one of its names stands for all
			}
		}
	}
}

// namesAnother says what else than one of cl a name stands for, a class or one that is numbered; "" if nothing.
func (c *checker) namesAnother(cl *class, name string) string {
	if other := c.system.classes[name]; other != nil {
		return "is " + kindName(other.kind)
	}
	cut := strings.LastIndexByte(name, '-')
	if cut < 0 {
		return ""
	}
	other := c.system.classes[name[:cut]]
	n, err := strconv.Atoi(name[cut+1:])
	if other == nil || other == cl || other.kind == bundle.Host || len(other.table.Names) > 0 || err != nil || strconv.Itoa(n) != name[cut+1:] {
		return ""
	}
	if most := int(max(other.table.Max, other.table.Initial)); n < 1 || other.table.Max >= 0 && n > most {
		return ""
	}
	return "is the name of one of " + other.name
}
