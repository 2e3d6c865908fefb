package lsp

import (
	"strings"

	"github.com/tune-autonomic/tune/lang"
)

// What stands before an edit is not read again: the tree of the text before it is kept up to the last declaration but one
// before the edit, whose end the edit can't move. Only where nothing before that was wrong.

// earlier is the tree of a text that a document has in common up to an offset.
type earlier struct {
	tree   *lang.File
	syntax []lang.Error
	upTo   int
}

// reparse reads a document after an edit; ok says that it could be done in part.
func (d *document) reparse() (tree *lang.File, syntax []lang.Error, ok bool) {
	was := d.before
	if was == nil || was.tree.Kind == "" || strings.HasPrefix(d.text, "\xef\xbb\xbf") {
		return nil, nil, false
	}
	kept := 0
	for kept+2 < len(was.tree.Decls) && was.tree.Decls[kept+2].Pos().Start < was.upTo && was.tree.Decls[kept+1].Pos().End < was.upTo {
		kept++
	}
	if kept == 0 {
		return nil, nil, false
	}
	cut := was.tree.Decls[kept-1].Pos().End
	if !restIsBlank(d.text[cut:]) || was.tree.Decls[kept].Pos().Start <= cut || len(was.syntax) > 0 && was.syntax[0].Span.Start <= was.tree.Decls[kept].Pos().End {
		return nil, nil, false
	}
	head := was.tree.Kind + " " + was.tree.Name.Text
	lines := strings.Count(d.text[:cut], "\n")
	blank := cut - len(head) - lines - 1
	if blank < 0 || was.tree.Name.Text == "" {
		return nil, nil, false
	}
	// Offsets and line numbers stay what they are; the ; ends what stood there.
	part, syntax := lang.Parse(d.path, head+strings.Repeat("\n", lines)+strings.Repeat(" ", blank)+";"+d.text[cut:])
	whole := *part
	whole.Source, whole.Name = d.text, was.tree.Name
	whole.Decls = append(append(make([]lang.Decl, 0, kept+len(part.Decls)), was.tree.Decls[:kept]...), part.Decls...)
	whole.Imports = nil
	for _, im := range was.tree.Imports {
		if im.Span.End <= cut {
			whole.Imports = append(whole.Imports, im)
		}
	}
	whole.Imports = append(whole.Imports, part.Imports...)
	return &whole, syntax, true
}

// restIsBlank says whether nothing but a comment stands on the rest of a line.
func restIsBlank(text string) bool {
	if i := strings.IndexByte(text, '\n'); i >= 0 {
		text = text[:i]
	}
	text = strings.TrimSpace(text)
	return text == "" || strings.HasPrefix(text, "//")
}
