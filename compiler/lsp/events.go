package lsp

import (
	"strings"

	"go.lsp.dev/protocol"

	"github.com/tune-autonomic/tune/lang"
)

// eventThere is an event as the document can name it, with its parameters as the document would write them.
type eventThere struct {
	name, doc string
	params    []brought
	outside   bool // it may be emitted
}

// brought is a parameter of an event.
type brought struct{ name, class string }

func (b brought) String() string { return b.name + ": " + b.class }

// brings are its parameters as they are written.
func (e eventThere) brings() []string {
	var all []string
	for _, p := range e.params {
		all = append(all, p.String())
	}
	return all
}

// events offers the system's events, those of the modules that it uses, and what is built in; if they are to be emitted, only
// those that come from outside.
func (o *offers) events(emitted bool) {
	o.offerEvents(o.eventsThere(), emitted)
	if !emitted {
		o.add("deploy", "the system is set up", "", protocol.CompletionItemKindEvent)
		o.add("shutdown", "the system is taken down", "", protocol.CompletionItemKindEvent)
	}
}

func (o *offers) offerEvents(all []eventThere, emitted bool) {
	for _, e := range all {
		if emitted && !e.outside {
			continue
		}
		brings := "(" + strings.Join(e.brings(), ", ") + ")"
		item := o.add(e.name, brings, e.doc, protocol.CompletionItemKindEvent)
		if len(e.params) > 0 && o.c.first() == "policy" && item.TextEdit != nil {
			item.TextEdit.NewText += brings
		}
	}
}

// eventsOf offers the events of a module, behind its name and a dot.
func (o *offers) eventsOf(module string, emitted bool) {
	for _, d := range o.file.Decls {
		if u, is := d.(*lang.Use); is && u.Module.Text == module {
			o.offerEvents(o.eventsOfUse(u, ""), emitted)
		}
	}
	o.offerEvents(o.eventsOfUse(&lang.Use{Module: lang.Name{Text: module}}, ""), emitted)
}

// eventsThere are the document's own events, and those of the modules that it uses.
func (o *offers) eventsThere() []eventThere {
	all := eventsIn(o.c.doc, "", nil)
	for _, d := range o.file.Decls {
		if u, is := d.(*lang.Use); is {
			all = append(all, o.eventsOfUse(u, u.Module.Text+".")...)
		}
	}
	return all
}

// eventsOfUse are a module's events, about what a use gives it.
func (o *offers) eventsOfUse(u *lang.Use, before string) []eventThere {
	given := map[string]string{}
	for _, a := range u.Args {
		given[a.Name.Text] = lang.Print(a.Value)
	}
	for _, im := range o.file.Imports {
		if d := o.s.document(o.s.importPath(o.c.doc, im.Path)); d != nil && d.parsed().Name.Text == u.Module.Text {
			return eventsIn(d, before, given)
		}
	}
	return nil
}

// eventsIn are the events that a document declares. What is given to a module stands for its parameters.
func eventsIn(d *document, before string, given map[string]string) []eventThere {
	var all []eventThere
	for _, decl := range d.parsed().Decls {
		e, isEvent := decl.(*lang.Event)
		if !isEvent {
			continue
		}
		there := eventThere{
			name: before + e.Name.Text, doc: commentAbove(d, d.line(e.Span.Start)),
			outside: e.When == nil && e.Silent == nil && e.Every == nil,
		}
		for _, p := range e.Params {
			class := typeText(p.Type)
			if given[class] != "" {
				class = given[class]
			}
			there.params = append(there.params, brought{p.Name.Text, class})
		}
		all = append(all, there)
	}
	return all
}
