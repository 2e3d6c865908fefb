package lsp

import (
	"strings"

	"github.com/tune-autonomic/tune/compiler/check"
	"github.com/tune-autonomic/tune/lang"
)

// What can be seen at the cursor is asked of the checker: it reads the declaration with a name that means nothing in the
// place of the word there. What stands around an unfinished line is put right for that.

// ending is how the line at the cursor is made one that can be read: what stands right before the word and behind it, and
// where the text goes on.
type ending struct {
	before, behind string
	resume         int
}

// endings are the ways to do so, the likeliest first.
func (c *cursor) endings() []ending {
	if c.hole != nil {
		return []ending{*c.hole}
	}
	if len(c.line) == 0 && c.inSteps() {
		return []ending{{before: c.stepOnName() + " ", resume: c.restOfLine()}}
	}
	all := []ending{{resume: c.word.End}}
	if behind := closers(c.line); behind != "" {
		all = append(all, ending{behind: behind, resume: c.restOfLine()})
	}
	return all
}

// stepOnName is a word that makes a step of a name alone.
func (c *cursor) stepOnName() string {
	if c.inPlan() {
		return "lift"
	}
	return "start"
}

// restOfLine is where the text goes on behind the line of the cursor, or behind its step: where the line ends, or what was
// opened around it.
func (c *cursor) restOfLine() int {
	rest, depth := c.doc.text[c.word.End:], 0
	for i, r := range rest {
		switch r {
		case '\n', '\r', ';':
			return c.word.End + i
		case '{':
			depth++
		case '}':
			if depth--; depth < 0 {
				return c.word.End + i
			}
		}
	}
	return len(c.doc.text)
}

// closers are what closes the brackets that words leave open.
func closers(words []string) string {
	open := ""
	for _, w := range words {
		switch w {
		case "(":
			open = ")" + open
		case "[":
			open = "]" + open
		case ")", "]":
			open = strings.TrimPrefix(open, w)
		}
	}
	return open
}

// look asks the checker what can be seen at the cursor; nil if nothing can be named there.
func (o *offers) look() *check.Seen {
	if c := o.c; o.file.Kind == "" || len(c.line) == 0 && c.hole == nil && !c.inSteps() {
		return nil
	}
	for _, end := range o.c.endings() {
		if seen := o.lookWith(end); seen != nil {
			return seen
		}
	}
	return nil
}

// lookWith asks it with a line that ends in one way. Only the declaration that the cursor is in is read anew, and of the
// others nothing is checked that can't be named there.
func (o *offers) lookWith(end ending) *check.Seen {
	c := o.c
	d := c.doc
	// What is broken may begin a declaration within the word, or end one within what is left out.
	from := min(c.decl.Start, c.word.Start)
	chunk := d.text[from:c.word.Start] + end.before + check.Cursor + end.behind + d.text[end.resume:max(end.resume, c.decl.End)]
	if from > 0 {
		chunk = o.file.Kind + " s\n" + chunk
	}
	part, _ := lang.Parse(o.file.Path, chunk)
	whole := *o.file
	whole.Decls = nil
	for _, decl := range o.file.Decls {
		if decl.Pos().Start == c.decl.Start {
			continue
		}
		switch decl.(type) {
		case *lang.Policy, *lang.Use, *lang.Scenario, *lang.Test:
		default:
			whole.Decls = append(whole.Decls, decl)
		}
	}
	whole.Decls = append(whole.Decls, part.Decls...)
	p := &program{index: check.NewLook(), tree: &whole, asked: map[string]bool{}}
	p.dir, whole.Path = place(d.path)
	if module, isLibrary := o.s.inLibrary(d.path); isLibrary {
		p.dir, whole.Path = "", "std/"+module
	}
	o.s.check(p, nil, func() bool { return p.index.Seen() != nil })
	return p.index.Seen()
}
