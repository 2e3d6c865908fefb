package lsp

import (
	"slices"

	"go.lsp.dev/protocol"

	"github.com/tune-autonomic/tune/lang"
)

// What a test expects: beside all that conditions can say, what came of events and policies.

// inExpectation offers what the words before the cursor call for by themselves, and says whether they do.
func (o *offers) inExpectation() bool {
	c := o.c
	last := len(c.line) - 1
	switch name, _, _, _ := c.calls(); {
	case c.line[last] == ".":
		return o.afterDot(c.line[:last])
	case c.line[last] == "in":
		before := c.line[:last]
		if c.back(2) == "not" {
			before = c.line[:last-1]
		}
		return o.statesOf(before)
	case c.line[last] != "(":
		return false
	case name == "times":
		o.policies()
		o.offerEvents(o.eventsThere(), false)
	case name == "running":
		o.policies()
	case name == "on":
		o.classes("hosts")
		o.machines()
	default:
		return o.things(c.line[:last])
	}
	return true
}

// ofRun offers what only an expectation can ask.
func (o *offers) ofRun() {
	for _, f := range runFunctions {
		o.add(f.name, f.label()[len(f.name):], f.doc, protocol.CompletionItemKindFunction)
	}
	o.policies()
}

var runFunctions = []builtIn{
	{"times", []string{"policy, state or event"}, "int", "How often something came: `times(Relieve)`, `times(Relieve.Move)`, `times(hot(node1))`."},
	{"running", []string{"policy"}, "int", "How many instances of a policy run now."},
	{"on", []string{"hosts"}, "int", "How many hosts of a family are switched on, or whether one is."},
}

// afterDot offers the states of a policy, or the policies and events of a module that is used.
func (o *offers) afterDot(before []string) bool {
	if o.statesOf(before) {
		return true
	}
	found := false
	for _, d := range o.file.Decls {
		if u, is := d.(*lang.Use); is && u.Module.Text == before[len(before)-1] {
			for _, name := range o.policiesUsed(u) {
				o.add(name, "policy of "+u.Module.Text, "", protocol.CompletionItemKindStruct)
			}
			o.offerEvents(o.eventsOfUse(u, ""), false)
			found = true
		}
	}
	return found
}

// statesOf offers the states of the policy that some words end with, and says whether it is one.
func (o *offers) statesOf(words []string) bool {
	p := o.policyAt(words)
	if p == nil {
		return false
	}
	for _, s := range p.States {
		o.add(s.Name.Text, "state of "+p.Name.Text, "", protocol.CompletionItemKindEnumMember)
	}
	return true
}

// policyAt is the policy that some words end with: P, P(node1), m.P or m.P(node1); nil if it is none.
func (o *offers) policyAt(words []string) *lang.Policy {
	end := len(words)
	if end > 0 && words[end-1] == ")" {
		end = max(0, lastIndex(words, "("))
	}
	if end == 0 {
		return nil
	}
	name, module := words[end-1], ""
	if end > 2 && words[end-2] == "." {
		module = words[end-3]
	}
	files := []*lang.File{o.file}
	if module != "" {
		files = slices.DeleteFunc(o.importedFiles(), func(f *lang.File) bool { return f.Name.Text != module })
	}
	for _, f := range files {
		for _, d := range f.Decls {
			if p, is := d.(*lang.Policy); is && p.Name.Text == name {
				return p
			}
		}
	}
	return nil
}

func lastIndex(words []string, word string) int {
	for i := len(words) - 1; i >= 0; i-- {
		if words[i] == word {
			return i
		}
	}
	return -1
}

// things offers what the event or policy can be about whose name some words end with, and says whether it is one.
func (o *offers) things(words []string) bool {
	var classes []string
	p := o.policyAt(words)
	if p != nil && p.On != nil && len(p.On.Params) > 0 {
		classes = append(classes, typeText(p.On.Params[0].Type))
	}
	name, module := words[len(words)-1], ""
	if n := len(words); n > 2 && words[n-2] == "." {
		module = words[n-3]
	}
	for _, e := range o.eventsNamed(name, module) {
		if len(e.params) > 0 {
			classes = append(classes, e.params[0].class)
		}
	}
	for _, class := range classes {
		o.instances(class)
	}
	return p != nil || len(classes) > 0
}

// instances offers the hosts of a family, or the first of another class.
func (o *offers) instances(class string) {
	for _, d := range o.file.Decls {
		switch d := d.(type) {
		case *lang.Hosts:
			if d.Name.Text == class {
				o.nodes(d)
			}
		case *lang.VM:
			o.first(d.Name.Text, class)
		case *lang.Component:
			o.first(d.Name.Text, class)
		}
	}
}

func (o *offers) first(name, class string) {
	if name == class {
		o.add(`"`+name+`-1"`, "the first "+name, "", protocol.CompletionItemKindValue)
	}
}
