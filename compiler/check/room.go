package check

import (
	"fmt"
	"math"
	"slices"

	"github.com/tune-autonomic/tune/compiler/bundle"
	"github.com/tune-autonomic/tune/compiler/finding"
	"github.com/tune-autonomic/tune/lang"
)

// Room: a machine that is larger than each host that it could stand on never comes to be.

// enoughMemory reports machines that are given more memory than any host has: memory is never promised twice.
func (c *checker) enoughMemory(cl *class, fields map[string]*lang.Field) {
	at := cl.span
	for _, name := range []string{"memory", "inventory"} {
		if f := fields[name]; f != nil {
			at = f.Value.Pos()
		}
	}
	if i, most := tooLarge(cl, cl.sizes("memory"), cl.on.sizes("memory")); i >= 0 {
		key := "room " + cl.on.name
		if first, told := c.told[key]; told { // more likely its hosts are too small
			f := &c.findings[first]
			f.Related = append(f.Related, finding.Related{File: c.sources[c.system.file].Path, Span: at, Msg: cl.row(i) + " is given " + memoryText(cl.sizes("memory")[i])})
			return
		}
		c.report("TUNE0214", c.system, at, fmt.Sprintf("%s is given %s of memory, and no host of %s has more than %s: it can stand nowhere",
			cl.row(i), memoryText(cl.sizes("memory")[i]), cl.on.name, memoryText(most)), "")
		c.relate(c.system, cl.on.span, cl.on.name+" is declared here")
		if !c.hushed {
			c.told[key] = len(c.findings) - 1
		}
	}
}

// enoughForAll reports families of hosts that have less memory, all together, than the machines that a deployment makes on them.
func (c *checker) enoughForAll() {
	if deploysItself(c.files.Main) {
		return
	}
	for _, family := range c.classes {
		if family.kind != bundle.Host || family.space.vms == nil || family.unsure || len(family.table.Names) == 0 {
			continue
		}
		made, needs, sure := c.initialMemory(family)
		has := totalOf(family.sizes("memory"), len(family.table.Names))
		if _, told := c.told["room "+family.name]; told || !sure || has == 0 || needs <= has {
			continue
		}
		last := made[len(made)-1]
		c.report("TUNE0302", c.system, last.span, fmt.Sprintf("a deployment makes machines of %s of memory on %s, and its hosts have %s in all: not all of them can stand there",
			memoryText(needs), family.name, memoryText(has)), "make fewer at first: initially = …, or let them be smaller")
		c.relate(c.system, family.span, family.name+" is declared here")
	}
}

// initialMemory is what the machines have in all that a deployment makes on a family, by their classes; not sure if one of these
// could not be read.
func (c *checker) initialMemory(family *class) (made []*class, bytes float64, sure bool) {
	for _, cl := range family.space.vms.classes {
		if cl.unsure || cl.traced || cl.on != family {
			return nil, 0, false
		}
		if n := int(cl.table.Initial); n > 0 {
			made = append(made, cl)
			bytes += totalOf(cl.sizes("memory"), n)
		}
	}
	return made, bytes, len(made) > 0
}

// totalOf is the sum of the sizes of the first n of a kind: one for all, or one for each.
func totalOf(sizes []float64, n int) float64 {
	switch len(sizes) {
	case 0:
		return 0
	case 1:
		return sizes[0] * float64(n)
	}
	total := 0.0
	for _, v := range sizes[:min(n, len(sizes))] {
		total += v
	}
	return total
}

// enoughCPU reports machines that a requirement lets stand on no host: what is made counts with its whole size, and its vcpus are
// no faster than the cores.
func (c *checker) enoughCPU(d *lang.Require, family *class) bool {
	if family.space.vms == nil {
		return true
	}
	for _, cl := range family.space.vms.classes {
		size := products(cl.sizes("vcpus"), cl.sizes("mips"))
		if i, most := tooLarge(cl, size, family.sizes("capacity")); i >= 0 {
			c.report("TUNE0214", c.system, d.Span, fmt.Sprintf("%s may ask for %s mips, and no host of %s has more than %s: with this it can stand nowhere",
				cl.row(i), decimal(size[i]), family.name, decimal(most)), "give it fewer vcpus or mips, or leave the requirement out")
			c.relate(c.system, cl.span, cl.name+" is declared here")
			return false
		}
		if i, most := tooLarge(cl, cl.sizes("mips"), family.sizes("mips")); i >= 0 {
			c.report("TUNE0214", c.system, d.Span, fmt.Sprintf("each vcpu of %s may ask for %s mips, and no core of %s has more than %s: with this it can stand nowhere",
				cl.row(i), decimal(cl.sizes("mips")[i]), family.name, decimal(most)), "give it slower vcpus, and more of them, or leave the requirement out")
			c.relate(c.system, cl.span, cl.name+" is declared here")
			return false
		}
	}
	return true
}

// tooLarge is the first of a class's sizes that is more than the most that a host has; -1 if none is, or if that isn't known.
func tooLarge(cl *class, sizes, hosts []float64) (row int, most float64) {
	if cl.unsure || cl.on.unsure || len(cl.on.table.Names) == 0 || len(sizes) == 0 || len(hosts) == 0 {
		return -1, 0
	}
	most = slices.Max(hosts)
	return slices.IndexFunc(sizes, func(v float64) bool { return v > most }), most
}

// sizes are the values of an attribute that each of a kind has: one for all, or one for each row of an inventory.
func (cl *class) sizes(name string) []float64 {
	if m := cl.members[name]; m.standard {
		return cl.table.Attrs[m.attr.index].Values
	}
	return nil
}

// row is what a row of a class's sizes is about: all of it, or the machine of that name.
func (cl *class) row(i int) string {
	switch {
	case i < len(cl.table.Names):
		return cl.table.Names[i]
	case cl.table.Sizes > 1:
		return fmt.Sprintf("row %d of %s", i+1, cl.name)
	}
	return cl.name
}

// memoryText is a size in bytes as a program would write it: in the largest unit of which it is a whole number.
func memoryText(bytes float64) string {
	text := decimal(bytes) + "B"
	for _, u := range lang.Units {
		if n := bytes / u.Factor; u.Type == "bytes" && n >= 1 && n == math.Trunc(n) {
			text = decimal(n) + u.Name
		}
	}
	return text
}
