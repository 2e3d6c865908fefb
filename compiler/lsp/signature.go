package lsp

import (
	"context"
	"slices"
	"strings"

	"go.lsp.dev/protocol"

	"github.com/tune-autonomic/tune/lang"
)

// signature is how what is called at the cursor is called.
func (s *server) signature(_ context.Context, at *protocol.SignatureHelpParams) (*protocol.SignatureHelp, error) {
	d, offset := s.asked(at.TextDocumentPositionParams)
	if d == nil {
		return nil, nil
	}
	c := cursorAt(d, offset)
	if c.within == lang.TokenComment {
		return nil, nil
	}
	name, of, arg, named := c.calls()
	sig, ok := s.called(c, name, of)
	if !ok {
		return nil, nil
	}
	for i, p := range sig.Parameters {
		if named != "" && strings.HasPrefix(p.Label, named+":") {
			arg = i
		}
	}
	sig.ActiveParameter = uint32(max(0, min(arg, len(sig.Parameters)-1)))
	return &protocol.SignatureHelp{Signatures: []protocol.SignatureInformation{sig}, ActiveParameter: sig.ActiveParameter}, nil
}

// called finds what a call means: a function, an operation, an event or a module's policy of the program, or a function of
// the language.
func (s *server) called(c *cursor, name, of string) (protocol.SignatureInformation, bool) {
	file := c.doc.parsed()
	if c.first() == "use" {
		return s.calledModule(c, of, name)
	}
	if sig, ok := s.calledLibrary(c, name, of); ok {
		return sig, true
	}
	if sig, ok := s.calledEvent(c, name, of); ok {
		return sig, true
	}
	for _, d := range file.Decls {
		switch d := d.(type) {
		case *lang.Func:
			if d.Name.Text == name && of == "" {
				gives := typeText(d.Result)
				return s.sig(name, paramLabels(d.Params), gives, commentAbove(c.doc, c.doc.line(d.Span.Start))), true
			}
		case *lang.Component:
			for _, op := range d.Ops {
				if op.Name.Text == name && of != "" && len(op.Params) > 0 {
					return s.sig(d.Name.Text+"."+name, paramLabels(op.Params), "", ""), true
				}
			}
		}
	}
	for _, f := range runFunctions {
		if f.name == name && c.block() == "test" {
			return s.sig(name, f.params, f.gives, f.doc), true
		}
	}
	if b := builtInNamed(name); b != nil {
		return s.sig(name, b.params, b.gives, b.doc), true
	}
	return protocol.SignatureInformation{}, false
}

// calledEvent finds an event where one is emitted or starts a policy.
func (s *server) calledEvent(c *cursor, name, of string) (protocol.SignatureInformation, bool) {
	if c.first() != "policy" && !slices.Contains(c.line, "emit") {
		return protocol.SignatureInformation{}, false
	}
	if of != "" {
		name = of + "." + name
	}
	for _, e := range (&offers{s: s, c: c, file: c.doc.parsed()}).eventsThere() {
		if e.name == name {
			return s.sig(name, e.brings(), "", e.doc), true
		}
	}
	return protocol.SignatureInformation{}, false
}

func (s *server) calledModule(c *cursor, module, policy string) (protocol.SignatureInformation, bool) {
	o := &offers{s: s, c: c, file: c.doc.parsed()}
	for _, f := range o.importedFiles() {
		if f.Name.Text != module {
			continue
		}
		var params []string
		doc := ""
		for _, d := range f.Decls {
			switch d := d.(type) {
			case *lang.ModuleParam:
				params = append(params, d.Name.Text+": "+wants(d))
			case *lang.Policy:
				if d.Name.Text == policy {
					doc = d.Doc
				}
			}
		}
		called := module
		if policy != "" {
			called += "." + policy
		}
		return s.sig(called, params, "", doc), true
	}
	return protocol.SignatureInformation{}, false
}

// calledLibrary finds a function that a module lends.
func (s *server) calledLibrary(c *cursor, name, module string) (protocol.SignatureInformation, bool) {
	o := &offers{s: s, c: c, file: c.doc.parsed()}
	for _, f := range o.importedFiles() {
		for _, d := range f.Decls {
			if fn, is := d.(*lang.Func); is && module == f.Name.Text && fn.Name.Text == name && lends(f) {
				return s.sig(module+"."+name, paramLabels(fn.Params), typeText(fn.Result), fn.Doc), true
			}
		}
	}
	return protocol.SignatureInformation{}, false
}

func paramLabels(params []*lang.Param) []string {
	var all []string
	for _, p := range params {
		all = append(all, p.Name.Text+": "+typeText(p.Type))
	}
	return all
}

func (s *server) sig(name string, params []string, gives, doc string) protocol.SignatureInformation {
	sig := protocol.SignatureInformation{Label: name + "(" + strings.Join(params, ", ") + ")"}
	if gives != "" {
		sig.Label += ": " + gives
	}
	if doc != "" {
		sig.Documentation = s.markup(doc)
	}
	for _, p := range params {
		sig.Parameters = append(sig.Parameters, protocol.ParameterInformation{Label: p})
	}
	return sig
}
