package lsp

import (
	"path/filepath"
	"slices"
	"strings"

	"go.lsp.dev/protocol"

	"github.com/tune-autonomic/tune/lang"
)

// What a use gives a module: names and kinds are those of the module's parameters.

// paramsOf are the parameters of a module that the document imports.
func (o *offers) paramsOf(module string) []*lang.ModuleParam {
	var all []*lang.ModuleParam
	for _, f := range o.importedFiles() {
		for _, d := range f.Decls {
			if p, is := d.(*lang.ModuleParam); is && f.Name.Text == module {
				all = append(all, p)
			}
		}
	}
	return all
}

// params offers the parameters of the module that a use fills in; those that it has already are left out.
func (o *offers) params(line []string) {
	if len(line) < 2 {
		return
	}
	for _, p := range o.paramsOf(line[1]) {
		if givenTo(line, p.Name.Text) != "" {
			continue
		}
		item := o.add(p.Name.Text, wants(p), p.Doc, protocol.CompletionItemKindTypeParameter)
		if item.TextEdit != nil {
			item.TextEdit.NewText += ": "
		}
	}
}

// wants is what a parameter stands for, and what it is if nothing is given: "percent = 45%".
func wants(p *lang.ModuleParam) string {
	text := typeText(p.Type)
	switch {
	case p.Func != nil:
		text = "func(" + strings.Join(paramLabels(p.Func.Params), ", ") + "): " + typeText(p.Func.Result)
	case p.Of.Text != "":
		text += " of " + (&lang.TypeRef{Name: p.Of, Part: p.Part}).String()
	}
	if p.Default != nil {
		text += " = " + lang.Print(p.Default)
	}
	return text
}

// givenTo is the word behind a parameter's name in the words of a use.
func givenTo(line []string, param string) string {
	for i := 0; i+2 < len(line); i++ {
		if line[i] == param && line[i+1] == ":" {
			return line[i+2]
		}
	}
	return ""
}

// given offers what can be given to the parameter before the last colon.
func (o *offers) given(line []string) {
	if len(line) < 4 {
		return
	}
	for _, p := range o.paramsOf(line[1]) {
		if p.Name.Text != line[len(line)-2] {
			continue
		}
		switch kind := typeText(p.Type); {
		case p.Func != nil:
			o.funcs()
		case p.Of.Text != "":
			o.membersNamed(kind, givenTo(line, p.Of.Text))
		case kind == "bool":
			o.words(protocol.CompletionItemKindKeyword, "true", "false")
		default:
			o.classes(kind)
		}
	}
}

func (o *offers) funcs() {
	for _, d := range o.file.Decls {
		if f, is := d.(*lang.Func); is {
			o.add(f.Name.Text, "("+strings.Join(paramLabels(f.Params), ", ")+")", f.Doc, protocol.CompletionItemKindFunction)
		}
	}
}

// membersNamed offers the probes, attributes, roles or operations of a class.
func (o *offers) membersNamed(kind, class string) {
	attrs := func(name string, list []*lang.Attr) {
		for _, a := range list {
			if kind == "attr" && name == class {
				o.add(a.Name.Text, typeText(a.Type), "", protocol.CompletionItemKindProperty)
			}
		}
	}
	for _, d := range o.file.Decls {
		switch d := d.(type) {
		case *lang.Hosts:
			attrs(d.Name.Text, d.Attrs)
		case *lang.VM:
			attrs(d.Name.Text, d.Attrs)
		case *lang.Component:
			attrs(d.Name.Text, d.Attrs)
			for _, op := range d.Ops {
				if kind == "op" && d.Name.Text == class {
					o.add(op.Name.Text, "("+strings.Join(paramLabels(op.Params), ", ")+")", "", protocol.CompletionItemKindMethod)
				}
			}
		case *lang.Probe:
			if kind == "probe" && d.On.Text == class {
				o.add(d.Name.Text, typeText(d.Type), "", protocol.CompletionItemKindField)
			}
		case *lang.Link:
			for _, end := range []lang.LinkEnd{d.Left, d.Right} {
				if kind == "role" && end.Class.Text == class {
					o.add(end.Role.Text, "role of "+class, "", protocol.CompletionItemKindReference)
				}
			}
		}
	}
	if kind == "op" {
		o.words(protocol.CompletionItemKindMethod, "start", "stop")
	}
}

// isRoleGiven says whether a name is a role that this module is given.
func (o *offers) isRoleGiven(name string) bool {
	return slices.ContainsFunc(o.file.Decls, func(d lang.Decl) bool {
		p, is := d.(*lang.ModuleParam)
		return is && p.Name.Text == name && typeText(p.Type) == "role"
	})
}

// boundToRole says whether a name was bound above to what such a role leads to: for b in a.other {, let b = a.other.
func (o *offers) boundToRole(name string) bool {
	words := wordsIn(o.c.doc.text[o.c.decl.Start:o.c.word.Start])
	for i := 0; i+2 < len(words); i++ {
		if words[i] != name || !slices.Contains([]string{"in", "from", "="}, words[i+1]) {
			continue
		}
		end := i + 2
		for end+2 < len(words) && words[end+1] == "." {
			end += 2
		}
		if end > i+2 && o.isRoleGiven(words[end]) {
			return true
		}
	}
	return false
}

// behindRole offers what may be asked of that to which such a role leads. Which software that is, only who gives the role knows: it
// has what all have, and what the module knows of any.
func (o *offers) behindRole() {
	o.words(protocol.CompletionItemKindProperty, "host", "vm")
	for _, d := range o.file.Decls {
		p, is := d.(*lang.ModuleParam)
		if !is || o.kindOf(p.Of.Text) != "component" {
			continue
		}
		switch kind := typeText(p.Type); kind {
		case "probe", "attr", "role":
			o.add(p.Name.Text, kind+" of "+p.Of.Text, "", protocol.CompletionItemKindField)
		case "op":
			o.add(p.Name.Text, "op of "+p.Of.Text, "", protocol.CompletionItemKindMethod)
		}
	}
}

// memberGiven offers what a parameter that is a member may be by itself: the member of its own name, or what all have.
func (o *offers) memberGiven() {
	c := o.c
	o.add(c.line[1], "the member of this name", "", protocol.CompletionItemKindProperty)
	switch {
	case slices.Contains(c.line, "probe"):
		o.words(protocol.CompletionItemKindValue, "cpu")
	case slices.Contains(c.line, "op"):
		o.words(protocol.CompletionItemKindMethod, "start", "stop")
	}
}

// durations offers the lengths of time that a module is given.
func (o *offers) durations() {
	for _, d := range o.file.Decls {
		if p, is := d.(*lang.ModuleParam); is && typeText(p.Type) == "duration" {
			o.add(p.Name.Text, "duration", "", protocol.CompletionItemKindTypeParameter)
		}
	}
}

// nameOfFile offers the name of the file, if it can be a name.
func (o *offers) nameOfFile() {
	name := strings.TrimSuffix(filepath.Base(o.c.doc.path), ".tune")
	if tokens := lang.Tokens(name); len(tokens) == 1 && tokens[0].Kind == lang.TokenIdent {
		o.add(name, "the name of the file", "", protocol.CompletionItemKindModule)
	}
}
