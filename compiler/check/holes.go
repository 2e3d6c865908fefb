package check

import (
	"slices"

	"github.com/tune-autonomic/tune/compiler/bundle"
	"github.com/tune-autonomic/tune/lang"
)

// What the texts of an operation fill in: {port}, {host}, {lb.port}.

// filledIn are the names that the texts of all operations may use.
var filledIn = []string{"dir", "name", "host", "vm"}

// fillable are the names that an operation's texts may use beside the members of its class.
type fillable map[string]filler

type filler struct {
	span lang.Span
	t    typ
}

// everyThings are the fillable names of all operations of a class.
func everyThings(cl *class) fillable {
	names := fillable{}
	for _, name := range filledIn {
		names[name] = filler{t: ofEach(cl, name)}
	}
	return names
}

// ofEach is the type of what is filled in for each thing of a class under one of those names.
func ofEach(cl *class, name string) typ {
	on := cl.on
	switch {
	case name == "name" || name == "dir":
		return textT
	case on == nil:
	case name == "vm" && on.kind == bundle.VM, name == "host" && on.kind == bundle.Host:
		return instOf(on)
	case name == "host" && on.on != nil:
		return instOf(on.on)
	}
	return badVal.t
}

// opHole reports a hole that names nothing the component has, or nothing that what it names has.
func (c *checker) opHole(cl *class, names fillable, e lang.Expr, inCommand bool) {
	root := e
	for s, isSelect := root.(*lang.Select); isSelect; s, isSelect = root.(*lang.Select) {
		root = s.X
	}
	switch root.(type) {
	case *lang.Bad:
	case *lang.Ident:
		c.holeOf(cl, names, e, inCommand)
	default:
		c.report("TUNE0207", c.system, e.Pos(), "only names can be filled in here", "")
	}
}

// holeOf is the type of what a hole names; bad if what is wrong with it was told.
func (c *checker) holeOf(cl *class, names fillable, e lang.Expr, inCommand bool) typ {
	if s, isSelect := e.(*lang.Select); isSelect {
		return c.namedOf(c.holeOf(cl, names, s.X, inCommand), s, inCommand)
	}
	id, isName := e.(*lang.Ident)
	if !isName || c.lookIntoText(id.Name, cl, names) {
		return badVal.t
	}
	if m, isMember := cl.members[id.Text]; isMember {
		return c.filledMember(cl, m, id.Name, inCommand)
	}
	if n, known := names[id.Text]; known {
		c.refers(c.system, id.Span, c.system, n.span)
		return n.t
	}
	c.unknownOf(cl.name, "TUNE0203", c.system, id.Name, cl.name+" has nothing called "+id.Text, append(cl.memberNames(), sortedKeys(names)...), "filled in can be")
	return badVal.t
}

// filledMember is the type of a class's member in a hole. A secret isn't filled into a command.
func (c *checker) filledMember(cl *class, m member, name lang.Name, inCommand bool) typ {
	c.refersMember(c.system, name, m, cl)
	switch {
	case m.attr != nil && m.known.Base == bundle.Secret && inCommand:
		c.report("TUNE0230", c.system, name.Span, "a secret in a command can be read by all who list the processes of its host", "fill it into a file: template(…, to: …)")
		return badVal.t
	case m.role != nil:
		return instOf(m.role.to)
	}
	return m.known
}

// namedOf is the type of what a hole names of a thing: an attribute or a role of its class, or what is filled in for each.
func (c *checker) namedOf(t typ, e *lang.Select, inCommand bool) typ {
	if t.bad {
		return t
	}
	if !t.inst() {
		c.report("TUNE0203", c.system, e.Name.Span, lang.Print(e.X)+" is "+c.aType(t)+": there is nothing in it", "write {"+lang.Print(e.X)+"}")
		return badVal.t
	}
	if c.lookIntoFilled(e.Name, t) {
		return badVal.t
	}
	of := badVal.t
	for _, cl := range c.classesOf(t) {
		m, isMember := cl.members[e.Name.Text]
		switch {
		case isMember && m.probe == nil:
			of = c.filledMember(cl, m, e.Name, inCommand)
		case slices.Contains(filledIn, e.Name.Text):
			of = ofEach(cl, e.Name.Text)
		default:
			c.unknownOf(cl.name, "TUNE0203", c.system, e.Name, "nothing called "+e.Name.Text+" of "+cl.name+" can be filled in", append(c.fillableOf(cl), filledIn...), "there are")
			return badVal.t
		}
	}
	return of
}

// fillableOf are the attributes and roles of a class.
func (c *checker) fillableOf(cl *class) []string {
	return slices.DeleteFunc(sortedKeys(cl.members), func(name string) bool { return cl.members[name].probe != nil })
}
