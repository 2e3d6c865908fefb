package format

import (
	"strings"

	"github.com/tune-autonomic/tune/lang"
)

// token is a token of the source, and where it will stand.
type token struct {
	lang.Token
	text   string
	before []comment // between it and the token before it
	// newline says that the source breaks the line before it, or before a comment on its line; blank, that a blank line
	// stands right before it.
	newline, blank bool
	row            int  // its line in the source
	separated      bool // by a semicolon from the token before it
	closes         int  // of a bracket: the token that closes it
	begins         kind // the item of which it is the first

	broken bool // begins a line in the result
	line   int  // which line of its item it stands in, once that is laid out
	col    int  // its column there, before anything is aligned
	pad    int  // blanks more before it, so that columns are aligned
}

// comment is a comment of the source. newline and blank say what is before it.
type comment struct {
	at             int
	text           string
	newline, blank bool
}

// ownLine says whether a comment before t has lines to itself, or begins the line that t is on.
func (t *token) ownLine() bool {
	for _, c := range t.before {
		if c.newline {
			return true
		}
	}
	return false
}

// lead are the comments that stand before t on its line.
func (t *token) lead() []comment {
	if !t.broken {
		return t.before
	}
	if t.newline {
		return nil
	}
	for i := len(t.before) - 1; i >= 0; i-- {
		if t.before[i].newline {
			return t.before[i:]
		}
	}
	return nil
}

// file is a source that is being formatted.
type file struct {
	source string
	tokens []token // and one at the end, which is empty and has the comments there
	marks  marks
	items  []*item
}

func read(source string) (*file, error) {
	tree, errs := lang.Parse("", source)
	if len(errs) > 0 {
		return nil, SyntaxError(errs)
	}
	f := &file{source: source, tokens: tokensOf(source)}
	f.matchBrackets()
	f.marks = marksOf(tree)
	f.markReady(tree)
	f.markItems()
	f.items = f.itemsIn(0, len(f.tokens)-1)
	f.layItems(f.items, 0)
	return f, nil
}

// tokensOf cuts a source into tokens without its semicolons.
func tokensOf(source string) []token {
	var all []token
	next := token{newline: true}
	row, end := 0, 0
	gap := func(at int) (newline, blank bool) {
		n := strings.Count(source[end:at], "\n")
		row += n
		return n > 0, n > 1
	}
	for _, t := range lang.Tokens(source) {
		newline, blank := gap(t.Span.Start)
		text := source[t.Span.Start:t.Span.End]
		end = t.Span.End
		switch {
		case t.Kind == lang.TokenComment:
			next.before = append(next.before, comment{t.Span.Start, tidy(text), newline || next.newline, blank || next.blank})
			next.newline, next.blank = false, false
			row += strings.Count(text, "\n")
		case text == ";":
			next.separated = true
			next.newline, next.blank = next.newline || newline, next.blank || blank
		default:
			next.Token, next.text, next.row = t, text, row
			next.newline, next.blank = next.newline || newline, next.blank || blank
			all = append(all, next)
			next = token{}
		}
	}
	next.Span, next.newline, next.broken = lang.Span{Start: len(source), End: len(source)}, true, true
	return append(all, next)
}

// tidy takes the blanks from the ends of a comment's lines.
func tidy(comment string) string {
	lines := strings.Split(comment, "\n")
	for i, line := range lines {
		lines[i] = strings.TrimRight(line, " \t\r")
	}
	return strings.Join(lines, "\n")
}

func (f *file) matchBrackets() {
	var open []int
	for i := range f.tokens {
		switch f.tokens[i].text {
		case "{", "(", "[":
			open = append(open, i)
		case "}", ")", "]":
			f.tokens[open[len(open)-1]].closes = i
			open = open[:len(open)-1]
		}
	}
}

// marks are what the tree says of the tokens, by where they begin.
type marks struct {
	begins map[int]kind // the items of blocks
	calls  map[int]bool // names that a parenthesis follows closely
	minus  map[int]bool // signs of one operand
	glued  map[int]bool // parts of a name with dashes but its first
}

func marksOf(tree *lang.File) marks {
	m := marks{map[int]kind{}, map[int]bool{}, map[int]bool{}, map[int]bool{}}
	for _, i := range tree.Imports {
		m.begins[i.Span.Start] = lineItem
	}
	for _, d := range tree.Decls {
		lang.Walk(d, m.node)
	}
	return m
}

// event marks an event's own name: a parenthesis stands close behind it.
func (m marks) event(name lang.Name) {
	_, own := name.Cut()
	m.calls[own.Span.Start] = true
}

func (m marks) node(n lang.Node) {
	if k := kindOf(n); k != noItem {
		m.begins[n.Pos().Start] = k
	}
	switch n := n.(type) {
	case *lang.Op:
		m.calls[n.Name.Span.Start] = true
	case *lang.Event:
		m.calls[n.Name.Span.Start] = true
	case *lang.Func:
		m.calls[n.Name.Span.Start] = true
	case *lang.Require:
		m.calls[n.Kind.Span.Start] = true
	case *lang.Policy:
		if n.On != nil {
			m.event(n.On.Event)
		}
	case *lang.OpCall:
		m.calls[n.Op.Span.Start] = true
	case *lang.Emit:
		m.event(n.Event)
	case *lang.Notify:
		m.calls[n.Span.Start] = true
	case *lang.Call:
		m.calls[n.Func.Span.Start] = true
	case *lang.Method:
		m.calls[n.Func.Span.Start] = true
	case *lang.Unary:
		m.minus[n.Span.Start] = n.Op == "-"
	case *lang.Fault:
		m.glue(n.Target.Span)
	case *lang.WishAt:
		m.glue(n.About.Span)
	case *lang.EmitAt:
		m.event(n.Event)
		for _, a := range n.Args {
			if _, isName := a.Value.(*lang.Ident); isName {
				m.glue(a.Value.Pos())
			}
		}
	}
}

// glue keeps a name with dashes together.
func (m marks) glue(name lang.Span) {
	for at := name.Start + 1; at < name.End; at++ {
		m.glued[at] = true
	}
}

// markReady marks the words before the conditions of readiness, for which the tree has no place.
func (f *file) markReady(tree *lang.File) {
	for _, d := range tree.Decls {
		c, ok := d.(*lang.Component)
		if !ok || c.Ready == nil {
			continue
		}
		i := f.tokenAt(c.Ready.Pos().Start)
		for f.tokens[i].text != "=" {
			i--
		}
		f.marks.begins[f.tokens[i-1].Span.Start] = opItem
	}
}
