package check

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/tune-autonomic/tune/compiler/bundle"
	"github.com/tune-autonomic/tune/lang"
)

// fault checks what is to go wrong in a scenario, whose loads and end are known.
func (c *checker) fault(sc *bundle.Scenario, d *lang.Fault) {
	f := bundle.Fault{Kind: d.Kind.Text, Class: -1, Probe: -1}
	at, okAt := c.nanos(c.system, d.At, "when it goes wrong")
	f.At, f.For = at, c.positiveNanos(c.system, d.For, "how long it goes wrong")
	okBy := c.lie(&f, d)
	var okWho bool
	switch f.Kind {
	case "crash":
		okWho = c.struck(sc, &f, d.Target, bundle.Host, "only hosts crash")
	case "fail", "stall":
		okWho = c.oneOf(d.What, "TUNE0213", f.Kind, "migration")
		if f.Kind == "fail" && d.For != nil {
			c.report("TUNE0213", c.system, d.For.Pos(), "a failure has no duration", "leave out the for, or write stall")
			c.leaveOut(c.system, "for", d.For.Pos())
		}
		if d.Target.Text != "" {
			okWho = c.struck(sc, &f, d.Target, bundle.VM, "only virtual machines migrate") && okWho
		}
	default:
		okWho = c.misled(sc, &f, d)
	}
	if okAt && okBy && okWho {
		sc.Faults = append(sc.Faults, f)
	}
}

// lie checks by how much a probe lies: a lie says so, and nothing else does.
func (c *checker) lie(f *bundle.Fault, d *lang.Fault) bool {
	switch {
	case f.Kind == "lie" && d.By == nil:
		c.report("TUNE0213", c.system, d.Target.Span, "by how much it lies is missing", "such as by 20%, or by -20%")
		return false
	case d.By == nil:
		return true
	case f.Kind != "lie":
		c.report("TUNE0213", c.system, d.By.Pos(), "only a lie says by how much", "leave out the by")
		c.leaveOut(c.system, "by", d.By.Pos())
		return false
	}
	var ok bool
	if f.By, ok = c.constant(c.system, d.By, percentT, "how much it lies"); !ok {
		return false
	}
	if !(f.By >= -1 && f.By <= bundle.MaxLie) {
		c.report("TUNE0214", c.system, d.By.Pos(), "a lie is between -100% and 1000%", "")
		return false
	}
	return true
}

// struck finds out whom a fault is about: things of a kind.
func (c *checker) struck(sc *bundle.Scenario, f *bundle.Fault, name lang.Name, kind bundle.Kind, because string) bool {
	cl := c.meant(sc, f, name)
	if cl != nil && cl.kind != kind {
		c.report("TUNE0215", c.system, name.Span, because+", and "+name.Text+" is "+whatIs(cl, f), "")
		return false
	}
	return cl != nil
}

// whatIs says what kind of thing a fault is about.
func whatIs(cl *class, f *bundle.Fault) string {
	if f.Instance == "" {
		return kindName(cl.kind)
	}
	return "of " + cl.name
}

// misled finds the probe of a fault, among those of what it is about.
func (c *checker) misled(sc *bundle.Scenario, f *bundle.Fault, d *lang.Fault) bool {
	cl := c.meant(sc, f, d.Target)
	if cl == nil {
		return false
	}
	i, known := cl.probes[d.What.Text]
	if !known && (cl.members[d.What.Text].known.bad || c.halfRead(cl, "probe")) {
		return false
	}
	if !known {
		c.unknownOf(cl.name, "TUNE0212", c.system, d.What, cl.name+" has no probe "+d.What.Text, sortedKeys(cl.probes), "it has")
		return false
	}
	c.refersMember(c.system, d.What, cl.members[d.What.Text], cl)
	f.Probe = i
	return true
}

// meant is the class that a fault is about, or that of its one instance. It reports a name that nothing has.
func (c *checker) meant(sc *bundle.Scenario, f *bundle.Fault, name lang.Name) *class {
	if name.Text == "" {
		return nil // it could not be read
	}
	cl, isClass := c.system.classes[name.Text]
	if host, isHost := c.hosts[name.Text]; isHost {
		cl, isClass = host.class, false
		c.refersMachine(c.system, name)
	}
	if isClass {
		c.refersClass(c.system, name, cl)
	}
	if cl == nil {
		cl = c.classOfInstance(sc, name)
	}
	if cl == nil {
		return nil
	}
	f.Class = cl.index
	if !isClass {
		f.Instance = name.Text
	}
	return cl
}

// classOfInstance is the class of a machine or of software by its name: one of an inventory, or CLASS-1, CLASS-2, ….
func (c *checker) classOfInstance(sc *bundle.Scenario, name lang.Name) *class {
	var names []string
	for _, cl := range c.classes {
		if slices.Contains(cl.table.Names, name.Text) {
			return cl
		}
		if len(names) < 1000 {
			names = append(names, cl.table.Names...)
			names = append(names, cl.name)
		}
		number, numbered := strings.CutPrefix(name.Text, cl.name+"-")
		n, err := strconv.Atoi(number)
		if !numbered || len(cl.table.Names) > 0 || err != nil || strconv.Itoa(n) != number {
			continue
		}
		if most := instancesIn(sc, cl); n < 1 || n > most {
			c.report("TUNE0201", c.system, name.Span, "there is no "+name.Text, fmt.Sprintf("there are %s-1 to %s-%d", cl.name, cl.name, most))
			return nil
		}
		c.refersNumbered(c.system, name, cl)
		return cl
	}
	if c.system.lost.nameless["host"] || c.isOfMissing(name) {
		return nil
	}
	c.unknown("TUNE0201", c.system, name, noThing+name.Text, names, "")
	return nil
}

// isOfMissing says whether a name is that of one of a class that was told as missing: that one is so here as well.
func (c *checker) isOfMissing(name lang.Name) bool {
	i := strings.LastIndexByte(name.Text, '-')
	if i <= 0 {
		return false
	}
	class := lang.Name{Text: name.Text[:i]}
	if c.poisoned(class) || c.lacksClass(class.Text) {
		return true
	}
	start := name.Span.Start + strings.Index(c.written(c.system, name.Span), class.Text)
	class.Span = lang.Span{Start: start, End: start + i}
	best := nearest(class.Text, sortedKeys(c.system.classes))
	key := c.keyOf("TUNE0202", c.system, class, "", "", best)
	return c.toldOf(key) && c.alsoHere(key, c.system, class, best)
}

// instancesIn is the most instances that a class can have in a scenario; a trace brings as many machines as it has lines.
func instancesIn(sc *bundle.Scenario, cl *class) int {
	traced := slices.ContainsFunc(sc.Loads, func(l bundle.Load) bool { return l.Class == cl.index && len(l.Points) == 0 })
	if traced || cl.kind == bundle.Component && cl.table.Max < 0 {
		return bundle.MaxInstances
	}
	return int(max(cl.table.Max, cl.table.Initial))
}
