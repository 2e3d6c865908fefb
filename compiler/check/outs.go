package check

import (
	"maps"
	"strings"

	"github.com/tune-autonomic/tune/lang"
)

// outs are those out of service at a place, so far as a run has put them there: by their names, and of each class those that
// no name is left for. Unlike what is certain, it counts if it is so on any way there.
type outs struct {
	named map[string]absent
	more  map[*class]group
}

// absent is one out of service: drained by some, stopped, or made and not yet started.
type absent struct {
	class         *class
	path          lang.Expr
	by            drainers
	stopped, made bool
	failed        bool      // only where an action before has failed
	at            lang.Span // the action that put it there
}

// group is how many of a class are out of service without a name.
type group struct {
	n      int
	spare  string // one that isn't among them, "" if none is known
	failed bool
	idle   bool // they were only made, and not started
	back   bool // an undo lets them in, or removes them
	at     lang.Span
}

// drainers are what has drained something, by its name there. What begins with the drained one itself is written from `it`
// on; what all of a set have done, with "every" before the set.
type drainers map[string]drainer

// drainer has another name besides, as it is seen from what it drained ("" if none), and a class (nil if several have such an
// operation). An undo takes a drain back if there is an operation for that.
type drainer struct {
	also  string
	class *class
	back  bool
}

func newOuts() outs { return outs{named: map[string]absent{}, more: map[*class]group{}} }

func (o outs) copy() outs { return outs{named: maps.Clone(o.named), more: maps.Clone(o.more)} }

// join adds what is out of service on another way, and says whether that was new. With wide, a number that grows is any.
func (o outs) join(other outs, wide bool) bool {
	changed := false
	for key, theirs := range other.named {
		mine, both := o.named[key]
		joined := theirs
		if both {
			joined = mine
			joined.by = mine.by.and(theirs.by)
			joined.stopped, joined.made = mine.stopped || theirs.stopped, mine.made || theirs.made
			joined.failed = mine.failed && theirs.failed
		}
		if !both || len(joined.by) > len(mine.by) || joined.stopped != mine.stopped || joined.made != mine.made || joined.failed != mine.failed {
			o.named[key], changed = joined, true
		}
	}
	for cl, theirs := range other.more {
		mine, both := o.more[cl]
		joined := theirs
		if both {
			joined = mine.and(theirs)
			joined.n = max(mine.n, theirs.n)
		}
		if wide && joined.n > mine.n {
			joined.n = many
		}
		if joined != mine {
			o.more[cl], changed = joined, true
		}
	}
	return changed
}

// and is two groups together.
func (g group) and(other group) group {
	sum := group{n: min(g.n+other.n, many), spare: g.spare, failed: g.failed && other.failed, idle: g.idle && other.idle, back: g.back && other.back, at: g.at}
	if other.spare != g.spare {
		sum.spare = ""
	}
	return sum
}

func (d drainers) and(other drainers) drainers {
	both := drainers{}
	maps.Copy(both, d)
	maps.Copy(both, other)
	return both
}

func (d drainers) without(key string) drainers {
	rest := maps.Clone(d)
	delete(rest, key)
	return rest
}

// lasting are those whose drain an undo doesn't take back.
func (d drainers) lasting() drainers {
	rest := drainers{}
	for key, one := range d {
		if !one.back {
			rest[key] = one
		}
	}
	return rest
}

// find is the key of the one that some names stand for; "" if it serves.
func (o outs) find(names []lang.Expr) string {
	for _, name := range names {
		if _, out := o.named[lang.Print(name)]; out {
			return lang.Print(name)
		}
	}
	return ""
}

// put keeps one that is still out of service, and drops one that isn't.
func (o outs) put(key string, one absent) {
	if len(one.by) == 0 && !one.stopped && !one.made {
		delete(o.named, key)
		return
	}
	o.named[key] = one
}

// add puts more of a class out of service.
func (o outs) add(cl *class, more group) {
	if g, some := o.more[cl]; some {
		more = g.and(more)
	}
	o.more[cl] = more
}

// become takes the place of what was known.
func (o outs) become(other outs) {
	clear(o.named)
	clear(o.more)
	maps.Copy(o.named, other.named)
	maps.Copy(o.more, other.more)
}

// unname lets go of names: each that is out of service by one of them counts as n of its class.
func (o outs) unname(gone func(name string) bool, n int, spare string) {
	goes := func(path string) bool {
		root, _, _ := strings.Cut(path, ".")
		return gone(root)
	}
	if goes(spare) {
		spare = ""
	}
	for _, key := range sortedKeys(o.named) {
		one := o.named[key]
		if goes(key) {
			delete(o.named, key)
			o.add(one.class, group{n: n, spare: spare, failed: one.failed, idle: len(one.by) == 0 && !one.stopped, back: len(one.by.lasting()) == 0, at: one.at})
			continue
		}
		for by, cl := range one.by {
			if goes(by) {
				one.by = one.by.without(by)
				one.by["former "+by] = cl
			}
		}
		o.named[key] = one
	}
	for cl, g := range o.more {
		if goes(g.spare) {
			g.spare = ""
			o.more[cl] = g
		}
	}
}

// rename gives something that has drained another name.
func (o outs) rename(old, name string) {
	for key, one := range o.named {
		if cl, has := one.by[old]; has {
			one.by = one.by.without(old)
			one.by[name] = cl
			o.named[key] = one
		}
	}
}

// fail marks what is out of service as such because something failed.
func (o outs) fail() {
	for key, one := range o.named {
		one.failed = true
		o.named[key] = one
	}
	for cl, g := range o.more {
		g.failed = true
		o.more[cl] = g
	}
}

// undo lets in what an undo takes back: it was started, or is gone, and the drains end that can.
func (o outs) undo() {
	for key, one := range o.named {
		one.made, one.stopped, one.by = false, false, one.by.lasting()
		o.put(key, one)
	}
	maps.DeleteFunc(o.more, func(_ *class, g group) bool { return g.back })
}

// out is how many of a class are out of service.
func (o outs) out(cl *class) int {
	n := o.more[cl].n
	for _, one := range o.named {
		if one.class == cl {
			n = min(n+1, many)
		}
	}
	return n
}

// all are those of a class drained by any, as if they were one; false if none is. What is stopped besides isn't among them.
func (o outs) all(cl *class) (absent, bool) {
	all := absent{class: cl, by: drainers{}}
	for _, key := range sortedKeys(o.named) {
		if one := o.named[key]; one.class == cl {
			all.by, all.at = all.by.and(one.by), one.at
		}
	}
	return all, len(all.by) > 0
}

// admit lets in all of a class that are drained, and no more than that.
func (o outs) admit(cl *class) {
	delete(o.more, cl)
	for key, one := range o.named {
		if one.class == cl {
			one.by = nil
			o.put(key, one)
		}
	}
}
