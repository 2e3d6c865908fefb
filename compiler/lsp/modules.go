package lsp

import (
	"io/fs"
	"slices"
	"strings"

	"go.lsp.dev/protocol"

	"github.com/tune-autonomic/tune/compiler/std"
	"github.com/tune-autonomic/tune/lang"
)

// importedFiles are the modules that the document imports.
func (o *offers) importedFiles() []*lang.File {
	var all []*lang.File
	for _, im := range o.file.Imports {
		if d := o.s.document(o.s.importPath(o.c.doc, im.Path)); d != nil {
			all = append(all, d.parsed())
		}
	}
	return all
}

// modules offers those that are imported, and those of the library with the import that they need.
func (o *offers) modules() {
	for _, f := range o.importedFiles() {
		o.add(f.Name.Text, "module", "", protocol.CompletionItemKindModule)
	}
	for _, m := range libraryModules() {
		if o.seen[m] {
			continue
		}
		item := o.add(m, `import "std/`+m+`"`, "", protocol.CompletionItemKindModule)
		item.AdditionalTextEdits = []protocol.TextEdit{{Range: o.c.doc.rangeOf(o.importPlace()), NewText: `import "std/` + m + "\"\n"}}
	}
}

// importPlace is where a line with an import can be put in: behind the other imports, or else behind the first line.
func (o *offers) importPlace() lang.Span {
	behind := o.file.Name.Span.End
	for _, im := range o.file.Imports {
		behind = max(behind, im.Span.End)
	}
	text := o.c.doc.text
	if n := strings.IndexByte(text[behind:], '\n'); n >= 0 {
		return lang.Span{Start: behind + n + 1, End: behind + n + 1}
	}
	return lang.Span{Start: len(text), End: len(text)}
}

func (o *offers) policiesOf(module string) {
	for _, f := range o.importedFiles() {
		for _, d := range f.Decls {
			if p, is := d.(*lang.Policy); is && f.Name.Text == module {
				o.add(p.Name.Text, "policy of "+module, p.Doc, protocol.CompletionItemKindStruct)
			}
		}
	}
}

// functionsOf offers the functions that a module lends, and says whether there are any.
func (o *offers) functionsOf(module string) bool {
	found := false
	for _, f := range o.importedFiles() {
		for _, d := range f.Decls {
			if fn, is := d.(*lang.Func); is && f.Name.Text == module && lends(f) {
				o.add(fn.Name.Text, "function of "+module, fn.Doc, protocol.CompletionItemKindFunction)
				found = true
			}
		}
	}
	return found
}

// lends says whether a module has no parameters: then it is a library.
func lends(f *lang.File) bool {
	return !slices.ContainsFunc(f.Decls, func(d lang.Decl) bool { _, is := d.(*lang.ModuleParam); return is })
}

// libraryModules are the modules that come with the compiler.
func libraryModules() []string {
	var names []string
	files, err := fs.Glob(std.FS, "*.tune")
	if err != nil {
		return nil
	}
	for _, f := range files {
		names = append(names, strings.TrimSuffix(f, ".tune"))
	}
	return names
}
