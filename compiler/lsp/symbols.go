package lsp

import (
	"context"
	"strings"

	"go.lsp.dev/protocol"

	"github.com/tune-autonomic/tune/lang"
)

// maxSymbols bounds what a search in the workspace gives.
const maxSymbols = 500

// documentSymbols is the document's outline. It is of the tree alone, so that a broken file has one too.
func (s *server) documentSymbols(_ context.Context, p *protocol.DocumentSymbolParams) ([]protocol.DocumentSymbol, error) {
	d := s.documents[pathOf(p.TextDocument.URI)]
	if d == nil {
		return nil, nil
	}
	return outline(d), nil
}

func outline(d *document) []protocol.DocumentSymbol {
	all := []protocol.DocumentSymbol{}
	for _, decl := range d.parsed().Decls {
		if sym, ok := symbolOf(d, decl); ok {
			all = append(all, sym)
		}
	}
	return all
}

// symbolOf is the entry of one declaration; those without a name have none.
func symbolOf(d *document, decl lang.Decl) (protocol.DocumentSymbol, bool) {
	of := func(name lang.Name, kind protocol.SymbolKind, detail string) protocol.DocumentSymbol {
		return entry(d, decl.Pos(), name, kind, detail)
	}
	var sym protocol.DocumentSymbol
	switch n := decl.(type) {
	case *lang.Hosts:
		sym = of(n.Name, protocol.SymbolKindClass, "hosts")
		sym.Children = attrs(d, n.Attrs)
	case *lang.VM:
		sym = of(n.Name, protocol.SymbolKindClass, "vm on "+n.On.Text)
		sym.Children = attrs(d, n.Attrs)
	case *lang.Component:
		sym = of(n.Name, protocol.SymbolKindClass, "component on "+n.On.Text)
		sym.Children = attrs(d, n.Attrs)
		for _, op := range n.Ops {
			sym.Children = append(sym.Children, entry(d, op.Span, op.Name, protocol.SymbolKindMethod, ""))
		}
	case *lang.ModuleParam:
		sym = of(n.Name, protocol.SymbolKindTypeParameter, "param")
	case *lang.Link:
		name := lang.Name{Text: n.Left.Class.Text + "." + n.Left.Role.Text, Span: lang.Span{Start: n.Left.Class.Span.Start, End: n.Left.Role.Span.End}}
		sym = of(name, protocol.SymbolKindInterface, n.Right.Class.Text+"."+n.Right.Role.Text)
	case *lang.Probe:
		sym = of(n.Name, protocol.SymbolKindField, "probe on "+n.On.Text)
	case *lang.Event:
		sym = of(n.Name, protocol.SymbolKindEvent, "")
	case *lang.Policy:
		sym = of(n.Name, protocol.SymbolKindClass, starts(n.On))
		for _, st := range n.States {
			at := lang.Span{Start: st.Name.Span.Start, End: st.Span.End}
			sym.Children = append(sym.Children, entry(d, at, st.Name, protocol.SymbolKindEnumMember, ""))
		}
	case *lang.Use:
		name := n.Module
		if n.Policy.Text != "" {
			name = lang.Name{Text: n.Module.Text + "." + n.Policy.Text, Span: n.Policy.Span}
		}
		sym = of(name, protocol.SymbolKindClass, strings.TrimSpace("use "+starts(n.On)))
	case *lang.Func:
		sym = of(n.Name, protocol.SymbolKindFunction, "")
	case *lang.Scenario:
		sym = of(n.Name, protocol.SymbolKindNamespace, "scenario")
	case *lang.Test:
		start := n.Span.Start
		sym = of(lang.Name{Text: n.Name, Span: lang.Span{Start: start, End: start + len("test")}}, protocol.SymbolKindMethod, "test in "+n.Scenario.Text)
	}
	return sym, strings.Trim(sym.Name, ". ") != ""
}

// starts is the event that a policy starts on, if it says one.
func starts(on *lang.Trigger) string {
	if on == nil {
		return ""
	}
	return "on " + on.Event.Text
}

func attrs(d *document, list []*lang.Attr) []protocol.DocumentSymbol {
	var all []protocol.DocumentSymbol
	for _, a := range list {
		if a.Name.Text != "" {
			all = append(all, entry(d, a.Span, a.Name, protocol.SymbolKindProperty, ""))
		}
	}
	return all
}

// entry is one line of an outline. The whole of a thing holds its name, as the protocol demands.
func entry(d *document, whole lang.Span, name lang.Name, kind protocol.SymbolKind, detail string) protocol.DocumentSymbol {
	text := name.Text
	if text == "" {
		text = " "
	}
	at := name.Span
	if at.Start < whole.Start || at.End > whole.End || at.End < at.Start {
		at = lang.Span{Start: whole.Start, End: whole.Start}
	}
	return protocol.DocumentSymbol{Name: text, Detail: detail, Kind: kind, Range: d.rangeOf(whole), SelectionRange: d.rangeOf(at)}
}

// workspaceSymbols finds declarations in all .tune files of the workspace whose names have the letters of the query in
// their order.
func (s *server) workspaceSymbols(ctx context.Context, p *protocol.WorkspaceSymbolParams) ([]protocol.SymbolInformation, error) {
	all := []protocol.SymbolInformation{}
	for _, d := range s.everything() {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		for _, sym := range outline(d) {
			for _, one := range append([]protocol.DocumentSymbol{sym}, sym.Children...) {
				if len(all) == maxSymbols {
					return all, nil
				}
				if !hasLetters(one.Name, p.Query) {
					continue
				}
				info := protocol.SymbolInformation{Name: one.Name, Kind: one.Kind, Location: protocol.Location{URI: d.uri, Range: one.SelectionRange}}
				if one.Name != sym.Name {
					info.ContainerName = sym.Name
				}
				all = append(all, info)
			}
		}
	}
	return all, nil
}

func hasLetters(name, query string) bool {
	rest := strings.ToLower(name)
	for _, r := range strings.ToLower(query) {
		i := strings.IndexRune(rest, r)
		if i < 0 {
			return false
		}
		rest = rest[i+len(string(r)):]
	}
	return true
}
