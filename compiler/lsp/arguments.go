package lsp

import (
	"slices"

	"go.lsp.dev/protocol"

	"github.com/tune-autonomic/tune/lang"
)

// What stands between the parentheses behind a name: what functions and events are given, and what a policy calls that.

// arguments offers the names of arguments in a call.
func (o *offers) arguments() {
	name, of, _, _ := o.c.calls()
	if name == "" || o.c.back(1) != "(" && o.c.back(1) != "," {
		return
	}
	for _, d := range o.file.Decls {
		if f, isFunc := d.(*lang.Func); isFunc && f.Name.Text == name {
			for _, p := range f.Params {
				o.argument(p.Name.Text, typeText(p.Type))
			}
		}
	}
	if name == "share" && o.c.back(1) == "," {
		o.argument("on", "a host")
	}
	if o.c.first() == "emit" {
		o.ofEvent(name, of)
	}
}

func (o *offers) argument(name, detail string) {
	o.add(name+":", detail, "", protocol.CompletionItemKindVariable)
}

// ofEvent offers the names of what an event brings.
func (o *offers) ofEvent(name, of string) {
	for _, e := range o.eventsNamed(name, of) {
		for _, p := range e.params {
			o.argument(p.name, p.class)
		}
	}
}

// inPolicyHead offers what a policy can call the things that its event brings, and of which class they are; it says whether
// the event is known.
func (o *offers) inPolicyHead() bool {
	name, of, n, named := o.c.calls()
	found := false
	for _, e := range o.eventsNamed(name, of) {
		if n >= len(e.params) {
			continue
		}
		found = true
		if p := e.params[n]; named == "" {
			o.add(p.String(), "what "+e.name+" brings", "", protocol.CompletionItemKindVariable)
		} else {
			o.add(p.class, "the class of "+p.name, "", protocol.CompletionItemKindClass)
		}
	}
	return found
}

// inEmitAt offers what an event is given that comes from outside, in a scenario or a test.
func (o *offers) inEmitAt() {
	name, of, n, named := o.c.calls()
	for _, e := range o.eventsNamed(name, of) {
		for i, p := range e.params {
			if named == p.name || named == "" && i == n {
				o.constants(p.class)
			}
		}
	}
	if named == "" {
		o.ofEvent(name, of)
	}
}

// constants offers things of a class, or the bools.
func (o *offers) constants(class string) {
	if class == "bool" {
		o.words(protocol.CompletionItemKindKeyword, "true", "false")
		return
	}
	o.instances(class)
}

// eventsNamed are the events of a name, of a module if there is one; of several uses of that, each has its own.
func (o *offers) eventsNamed(name, module string) []eventThere {
	if module != "" {
		name = module + "." + name
	}
	return slices.DeleteFunc(o.eventsThere(), func(e eventThere) bool { return e.name != name })
}
