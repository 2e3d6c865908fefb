package lsp

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"go.lsp.dev/protocol"

	"github.com/tune-autonomic/tune/compiler/check"
	"github.com/tune-autonomic/tune/lang"
)

// completion says what could be written at the cursor.
func (s *server) completion(_ context.Context, at *protocol.CompletionParams) (*protocol.CompletionList, error) {
	list := &protocol.CompletionList{Items: []protocol.CompletionItem{}}
	d, offset := s.asked(at.TextDocumentPositionParams)
	if d == nil {
		return list, nil
	}
	o := &offers{s: s, c: cursorAt(d, offset), file: d.parsed(), seen: map[string]bool{}}
	o.offer()
	list.Items = append(list.Items, o.items...)
	return list, nil
}

// offers are what could stand at a cursor. The earlier something is offered, the higher it stands in the list.
type offers struct {
	s     *server
	c     *cursor
	file  *lang.File
	items []protocol.CompletionItem
	seen  map[string]bool
}

// kinds of completion items, by kind of symbol.
var itemKinds = map[check.SymbolKind]protocol.CompletionItemKind{
	check.HostsSymbol: protocol.CompletionItemKindClass, check.VMSymbol: protocol.CompletionItemKindClass,
	check.ComponentSymbol: protocol.CompletionItemKindClass, check.AttrSymbol: protocol.CompletionItemKindProperty,
	check.MetricSymbol: protocol.CompletionItemKindField, check.RoleSymbol: protocol.CompletionItemKindReference,
	check.OpSymbol: protocol.CompletionItemKindMethod, check.EventSymbol: protocol.CompletionItemKindEvent,
	check.FuncSymbol: protocol.CompletionItemKindFunction, check.ParamSymbol: protocol.CompletionItemKindTypeParameter,
	check.LocalSymbol: protocol.CompletionItemKindVariable, check.StateSymbol: protocol.CompletionItemKindEnumMember,
	check.PolicySymbol: protocol.CompletionItemKindStruct, check.ScenarioSymbol: protocol.CompletionItemKindModule,
	check.ModuleSymbol: protocol.CompletionItemKindModule, check.MachineSymbol: protocol.CompletionItemKindValue,
	check.BuiltInSymbol: protocol.CompletionItemKindProperty,
}

// add offers a text in the place of the word at the cursor, once.
func (o *offers) add(label, detail, doc string, kind protocol.CompletionItemKind) *protocol.CompletionItem {
	if label == "" || o.seen[label] {
		return new(protocol.CompletionItem)
	}
	o.seen[label] = true
	item := protocol.CompletionItem{
		Label: label, Detail: detail, Kind: kind, SortText: fmt.Sprintf("%04d", len(o.items)),
		TextEdit: &protocol.TextEdit{Range: o.c.doc.rangeOf(lang.Span{Start: o.c.word.Start, End: o.c.offset}), NewText: label},
	}
	if doc != "" {
		item.Documentation = o.s.markup(doc)
	}
	o.items = append(o.items, item)
	return &o.items[len(o.items)-1]
}

// snippet offers a text with places to fill in, if the editor knows such; else the label alone.
func (o *offers) snippet(label, detail, text string) {
	item := o.add(label, detail, wordDoc(label), protocol.CompletionItemKindSnippet)
	if o.s.noSnippets || item.TextEdit == nil {
		return
	}
	item.InsertTextFormat, item.TextEdit.NewText = protocol.InsertTextFormatSnippet, text
}

func (o *offers) words(kind protocol.CompletionItemKind, words ...string) {
	for _, w := range words {
		o.add(w, "", wordDoc(w), kind)
	}
}

func (o *offers) named(list []check.Named) {
	for _, n := range list {
		detail := n.Params
		if n.Type != "" {
			if detail != "" {
				detail += ": "
			}
			detail += n.Type
		}
		doc := nameDocs[n.Name]
		if n.Kind == check.BuiltInSymbol && doc == "" {
			for _, of := range []string{"hosts.", "vm.", "component.", "planned."} {
				if doc == "" {
					doc = memberDocs[of+n.Name]
				}
			}
		}
		if n.File != "" && n.Kind != check.LocalSymbol {
			_, doc = declaration(o.c.doc, n.Span)
		}
		o.add(n.Name, detail, doc, itemKinds[n.Kind])
	}
}

// offer decides by the words before the cursor what is asked for.
func (o *offers) offer() {
	c := o.c
	switch c.within {
	case lang.TokenComment:
		return
	case lang.TokenString, lang.TokenJunk:
		if c.enterHole() {
			o.inHole()
			return
		}
		o.inText()
		return
	case lang.TokenNumber:
		o.units()
		return
	}
	if o.byPlace() {
		return
	}
	seen := o.look()
	if seen != nil && seen.Dot {
		o.named(seen.Ops)
		o.named(seen.Members)
		return
	}
	if seen != nil && len(c.line) == 1 && c.inSteps() && len(aims[c.first()]) > 0 {
		o.aimed(seen, aims[c.first()])
		return
	}
	if seen != nil && c.inPlan() && (c.first() == "add" && c.back(1) == "to" || c.first() == "remove" && c.back(1) == "from") {
		o.sets(seen)
		return
	}
	if len(c.line) == 0 {
		o.beginning(seen)
		return
	}
	o.arguments()
	if seen != nil {
		o.named(seen.Locals)
		o.named(seen.Members)
	}
	o.words(protocol.CompletionItemKindKeyword, c.keywords()...)
	if seen == nil {
		return
	}
	if c.block() == "test" {
		o.ofRun()
	}
	o.named(seen.Names)
	o.functions()
}

// beginning offers what can begin a line: words, what is there to act on, and classes of which one can be made.
func (o *offers) beginning(seen *check.Seen) {
	o.words(protocol.CompletionItemKindKeyword, o.c.goingOn()...)
	o.snippets()
	o.words(protocol.CompletionItemKindKeyword, o.c.keywords()...)
	if seen == nil {
		return
	}
	o.named(seen.Locals)
	if o.c.inPlan() {
		return
	}
	var classes []check.Named
	for _, n := range seen.Names {
		if n.Kind == check.VMSymbol || n.Kind == check.ComponentSymbol {
			classes = append(classes, n)
		}
	}
	o.made(seen, classes)
	o.named(classes)
}

// made offers what makes one more of each class that has room for it, with a name for what is made.
func (o *offers) made(seen *check.Seen, classes []check.Named) {
	taken := map[string]bool{}
	for _, n := range slices.Concat(seen.Locals, seen.Names) {
		taken[n.Name] = true
	}
	for _, class := range classes {
		name := "new"
		if taken[name] {
			name = strings.ToLower(class.Name)
		}
		if !taken[name] && !lang.Reserved(name) && o.hasRoom(class.Name) {
			makes := " = " + class.Name + "++"
			o.snippet(name+makes, "one more "+class.Name, "${1:"+name+"}"+makes)
		}
	}
}

// hasRoom says whether there may be more of a class than there must be; a deployment makes those, too.
func (o *offers) hasRoom(class string) bool {
	if p := o.policy(); p != nil && p.On != nil && p.On.Event.Text == "deploy" {
		return true
	}
	for _, d := range o.file.Decls {
		if c, is := d.(*lang.Component); is && c.Name.Text == class {
			return c.Bounds.Min != c.Bounds.Max
		}
	}
	return true
}

func (o *offers) functions() {
	for _, b := range builtIns[:20] {
		o.add(b.name, b.label()[len(b.name):], b.doc, protocol.CompletionItemKindFunction)
	}
}

// inHole offers what a text can be filled with.
func (o *offers) inHole() {
	seen := o.look()
	if seen == nil || !seen.Dot && o.c.back(1) == "." {
		return
	}
	o.named(seen.Locals)
	o.named(seen.Members)
	if !seen.Dot && len(seen.Names) > 0 {
		o.named(seen.Names)
		o.functions()
	}
}

// units offers the units that may stand behind a number.
func (o *offers) units() {
	c := o.c
	text := c.doc.slice(lang.Span{Start: c.token.Start, End: c.offset})
	digits := strings.TrimRight(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ%/")
	if digits == "" || strings.HasSuffix(digits, ".") {
		return
	}
	want := o.unitWanted(lang.Span{Start: c.token.Start, End: c.token.Start + len(digits)})
	c.word = lang.Span{Start: c.token.Start, End: c.offset}
	for _, u := range lang.Units {
		if want == "" || u.Type == want {
			o.add(digits+u.Name, u.Type, "", protocol.CompletionItemKindUnit)
		}
	}
}

// unitWanted is the type that a number should have, if a check of it without a unit says so.
func (o *offers) unitWanted(number lang.Span) string {
	d := o.c.doc
	bare := newDocument(d.path, d.text[:number.End]+d.text[max(o.c.offset, o.c.token.End):])
	p := o.s.examine(bare, check.NewIndex(), nil)
	return p.index.UnitWanted(p.tree.Path, number)
}

// inText offers modules in an import, and what can be filled into other texts.
func (o *offers) inText() {
	c := o.c
	c.word.Start = c.token.Start + 1
	switch {
	case c.block() == "hosts" && c.first() == "driver":
		o.words(protocol.CompletionItemKindValue, "sim")
	case c.back(2) == "trace":
		o.words(protocol.CompletionItemKindValue, "planetlab/20110303")
	case c.back(2) == "counts":
		o.words(protocol.CompletionItemKindValue, "worldcup98")
	}
	if c.first() != "import" {
		return
	}
	for _, m := range libraryModules() {
		o.add("std/"+m, "the library", "", protocol.CompletionItemKindModule)
	}
	dir, _ := place(c.doc.path)
	for _, other := range o.s.everything() {
		name, inside := strings.CutPrefix(other.path, dir+"/")
		if inside && dir != "" && other.parsed().Kind == "module" && other.path != c.doc.path {
			o.add(strings.TrimSuffix(name, ".tune"), "module "+other.parsed().Name.Text, "", protocol.CompletionItemKindModule)
		}
	}
}

// aims are the kinds of what a step is about, behind its word: what it acts on first, then what leads to such.
var aims = map[string][]string{
	"fence": {"hosts", "vm", "component"}, "release": {"hosts", "vm", "component"}, "lift": {"vm", "component"},
}

// aimed offers the local names that are of some kinds, in the order of these.
func (o *offers) aimed(seen *check.Seen, kinds []string) {
	for _, kind := range kinds {
		for _, n := range seen.Locals {
			if o.kindOf(strings.TrimSuffix(n.Type, "?")) == kind {
				o.named([]check.Named{n})
			}
		}
	}
}

// sets offers the local sets that a plan can change.
func (o *offers) sets(seen *check.Seen) {
	for _, n := range seen.Locals {
		if n.Changes && strings.HasPrefix(n.Type, "[") {
			o.named([]check.Named{n})
		}
	}
}

func typeText(t *lang.TypeRef) string {
	if t == nil {
		return ""
	}
	return t.String()
}

// snippets offers what can begin a line, with its parts to fill in.
func (o *offers) snippets() {
	fitting := o.c.keywords()
	for _, sn := range snippetsOf(o.c) {
		if slices.Contains(fitting, strings.Fields(sn.text)[0]) || strings.HasPrefix(sn.text, "->") {
			o.snippet(sn.label, sn.detail, sn.text)
		}
	}
}
