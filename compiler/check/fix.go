package check

import (
	"math"
	"strconv"
	"strings"

	"github.com/tune-autonomic/tune/compiler/bundle"
	"github.com/tune-autonomic/tune/compiler/finding"
	"github.com/tune-autonomic/tune/compiler/ir"
	"github.com/tune-autonomic/tune/lang"
)

// Fixes: the changes of the text that hints ask for. Each is added to the last finding, the likeliest first.

// insert adds a fix that puts text before an offset.
func (c *checker) insert(u *unit, at int, text string) {
	c.change(u, lang.Span{Start: at, End: at}, text)
}

// guess says of the last fix of the last finding that it takes a person to know whether it is meant.
func (c *checker) guess() {
	if c.hushed || len(c.findings) == 0 {
		return
	}
	if fixes := c.findings[len(c.findings)-1].Fixes; len(fixes) > 0 {
		fixes[len(fixes)-1].Guess = true
	}
}

// keepLineEnds makes the lines that fixes add end as those of their files do.
func (c *checker) keepLineEnds() {
	ends := map[string]string{}
	for _, file := range c.sources {
		if i := strings.IndexByte(file.Source, '\n'); i > 0 && file.Source[i-1] == '\r' {
			ends[file.Path] = "\r\n"
		}
	}
	for _, f := range c.findings {
		for _, fix := range f.Fixes {
			for i, e := range fix.Edits {
				if end := ends[e.File]; end != "" {
					fix.Edits[i].New = strings.ReplaceAll(e.New, "\n", end)
				}
			}
		}
	}
}

// leaveOut adds a fix that drops a clause: its word, what stands at span, and the blanks before. That is a guess: the clause
// meant something.
func (c *checker) leaveOut(u *unit, word string, span lang.Span) {
	if at, found := c.wordBefore(u, word, span.Start); found {
		c.change(u, lang.Span{Start: c.blanksBefore(u, at.Start), End: span.End}, "")
		c.guess()
	}
}

// reword adds a fix that puts another word in the place of the one that begins at or ends before an offset.
func (c *checker) reword(u *unit, offset int, old, word string) {
	source := c.sources[u.file].Source
	if strings.HasPrefix(source[min(offset, len(source)):], old) {
		c.change(u, lang.Span{Start: offset, End: offset + len(old)}, word)
		return
	}
	if at, found := c.wordBefore(u, old, offset); found {
		c.change(u, at, word)
	}
}

// wordBefore finds a word that ends right before an offset, blanks aside.
func (c *checker) wordBefore(u *unit, word string, offset int) (lang.Span, bool) {
	end := c.blanksBefore(u, offset)
	if !strings.HasSuffix(c.sources[u.file].Source[:end], word) {
		return lang.Span{}, false
	}
	return lang.Span{Start: end - len(word), End: end}, true
}

// blanksBefore is where the blanks before an offset begin.
func (c *checker) blanksBefore(u *unit, offset int) int {
	source := c.sources[u.file].Source
	return len(strings.TrimRight(source[:min(offset, len(source))], " \t"))
}

// blanksTo is where a text stands behind a place with nothing but blanks between; -1 if it doesn't.
func (c *checker) blanksTo(u *unit, at int, text string) int {
	rest := c.sources[u.file].Source[min(at, len(c.sources[u.file].Source)):]
	next := strings.TrimLeft(rest, " \t")
	if next == rest || !strings.HasPrefix(next, text) {
		return -1
	}
	return at + len(rest) - len(next)
}

// written is the text of a range.
func (c *checker) written(u *unit, span lang.Span) string {
	source := c.sources[u.file].Source
	if span.Start < 0 || span.End > len(source) || span.Start > span.End {
		return ""
	}
	return source[span.Start:span.End]
}

// lastLine adds a fix that puts a line at the end of a block, whose closing brace ends span.
func (c *checker) lastLine(u *unit, span lang.Span, text string) {
	source := c.sources[u.file].Source
	if span.End < 1 || span.End > len(source) || source[span.End-1] != '}' {
		return
	}
	brace := span.End - 1
	at := c.blanksBefore(u, brace)
	if at > 0 && source[at-1] != '\n' { // all on one line
		c.change(u, lang.Span{Start: at, End: brace}, " "+text+" ")
		return
	}
	c.insert(u, brace, "  "+text+"\n"+source[at:brace])
}

// between is what stands between a statement that is put before an offset and the one that stands there: a new line if that
// one begins its line, else blanks.
func (c *checker) between(u *unit, at int) string {
	source := c.sources[u.file].Source
	begin := c.blanksBefore(u, at)
	if begin > 0 && source[begin-1] == '\n' {
		return "\n" + source[begin:at]
	}
	return "  "
}

// withUnit is what a bare number may have meant where a value with a unit is wanted, the likeliest first.
func withUnit(v val, want typ) []string {
	n, isNum := v.e.(*ir.Num)
	if !isNum || !v.lit {
		return nil
	}
	switch large := math.Abs(n.V); want.Base {
	case bundle.Percent:
		if large > 0 && large < 1 {
			return []string{decimal(n.V*100) + "%", decimal(n.V) + "%"}
		}
		return []string{decimal(n.V) + "%"}
	case bundle.Duration:
		return []string{decimal(n.V) + "s"}
	case bundle.Bytes:
		if large >= 1<<20 {
			return []string{decimal(n.V) + "B"}
		}
		return []string{decimal(n.V) + "MiB"}
	case bundle.Rate:
		if large >= 1e6 {
			return []string{decimal(n.V) + "bit/s"}
		}
		return []string{decimal(n.V) + "Mbit/s"}
	}
	return nil
}

// numberIn is a number of the wanted type that stands between quotes, "" if none does.
func (c *checker) numberIn(x ctx, at posed, want typ) string {
	if _, isText := at.(*lang.String); !isText {
		return ""
	}
	text := strings.Trim(c.written(x.unit, at.Pos()), `"`)
	if lang.LiteralType(text) != c.typeName(want.present()) {
		return ""
	}
	return text
}

// decimal is a number as people write it: at most twelve digits, no exponent.
func decimal(v float64) string {
	rounded, err := strconv.ParseFloat(strconv.FormatFloat(v, 'g', 12, 64), 64)
	if err != nil {
		return number(v)
	}
	return strconv.FormatFloat(rounded, 'f', -1, 64)
}

// mistyped reports a value that doesn't fit, with the unit that one of the wanted types would give its bare number.
func (c *checker) mistyped(x ctx, at posed, msg string, meant []string, v val) {
	hint := ""
	if len(meant) > 0 {
		hint = "write " + strings.Join(meant, ", or ")
	}
	c.report("TUNE0205", x.unit, at.Pos(), msg, hint)
	for _, text := range meant {
		c.change(x.unit, v.e.Where().Span, text)
		if len(meant) > 1 || !wholePercent(text) {
			c.guess()
		}
	}
}

// wholePercent says whether nothing else can be meant by a number: 45 is 45%, but 5 may be seconds or minutes, and 0.45 is
// 45% as well as 0.45%.
func wholePercent(text string) bool {
	n, err := strconv.ParseFloat(strings.TrimSuffix(text, "%"), 64)
	return err == nil && strings.HasSuffix(text, "%") && math.Abs(n) > 1
}

// quoteIt adds a fix that puts a bare word between quotes.
func (c *checker) quoteIt(e lang.Expr) {
	if id, isWord := e.(*lang.Ident); isWord {
		c.change(c.system, id.Name.Span, `"`+id.Text+`"`)
	}
}

// dropLine adds a fix that leaves out what stands at span, with the line if nothing else stands there. That is a guess: what
// stands there meant something.
func (c *checker) dropLine(u *unit, span lang.Span) {
	source := c.sources[u.file].Source
	start, end := c.blanksBefore(u, span.Start), span.End
	if rest := strings.TrimLeft(source[end:], " \t\r"); start > 0 && source[start-1] == '\n' && strings.HasPrefix(rest, "\n") {
		end = len(source) - len(rest) + 1
	}
	c.change(u, lang.Span{Start: start, End: end}, "")
	c.guess()
}

// guard adds a fix that asks a condition on each way into the state.
func (b *body) guard(cond string) {
	fix, edits := finding.Fix{Title: "ask when " + cond}, b.guards(cond)
	if b.around != nil {
		fix, edits = finding.Fix{Title: "ask while " + cond}, guardTurns(b.around, cond)
	}
	if b.c.hushed || len(edits) == 0 {
		return
	}
	for _, e := range edits {
		fix.Edits = append(fix.Edits, finding.Edit{File: b.c.sources[b.p.unit.file].Path, Span: e.Span, New: e.New})
	}
	last := &b.c.findings[len(b.c.findings)-1]
	last.Fixes = append(last.Fixes, fix)
}

// guardTurns are the changes that ask a condition before each turn of a loop; none if its turns go on at once.
func guardTurns(loop *lang.For, cond string) []lang.Edit {
	if loop.AtMost > 1 {
		return nil
	}
	end := loop.Set.Pos().End
	if loop.Where != nil {
		end = loop.Where.Pos().End
	}
	return andAsk(loop.While, end, "while", cond)
}

// guards are the changes that ask a condition on each way into the state: of the policy if it is the first one, and of each
// arrow that leads there. None if that takes a person.
func (b *body) guards(cond string) []lang.Edit {
	var edits []lang.Edit
	if b.state.index == 0 {
		if b.p.decl.On == nil || b.p.unit != b.c.system {
			return nil // another file says what starts it
		}
		edits = andAsk(b.p.decl.When, b.p.decl.On.Span.End, "when", cond)
	}
	for _, e := range b.state.in {
		if e.tr.Failure || e.tr.Otherwise || e.tr.Success {
			return nil
		}
		edits = append(edits, andAsk(e.tr.When, e.tr.To.Span.End, "when", cond)...)
	}
	return edits
}

// andAsk are the changes that ask a condition beside a guard, or behind a word at the end of what has none.
func andAsk(guard lang.Expr, end int, word, cond string) []lang.Edit {
	if guard == nil {
		return []lang.Edit{{Span: lang.Span{Start: end, End: end}, New: " " + word + " " + cond}}
	}
	if asks(guard, cond) {
		return nil
	}
	at := guard.Pos()
	behind := lang.Edit{Span: lang.Span{Start: at.End, End: at.End}, New: " and " + cond}
	if or, isBinary := guard.(*lang.Binary); isBinary && or.Op == "or" {
		behind.New = ")" + behind.New
		return []lang.Edit{{Span: lang.Span{Start: at.Start, End: at.Start}, New: "("}, behind}
	}
	return []lang.Edit{behind}
}

// asks says whether a condition is one of those that a guard joins by `and`.
func asks(guard lang.Expr, cond string) bool {
	if and, isBinary := guard.(*lang.Binary); isBinary && and.Op == "and" {
		return asks(and.X, cond) || asks(and.Y, cond)
	}
	return lang.Print(guard) == cond
}

// adviseShare says, unless the last finding has a hint, how what stands at a place becomes what is wanted: a float a percent,
// or the other way round.
func (c *checker) adviseShare(is, want typ, at posed) {
	if c.hushed || len(c.findings) == 0 || c.findings[len(c.findings)-1].Hint != "" {
		return
	}
	last := &c.findings[len(c.findings)-1]
	switch {
	case is.Base == bundle.Float && want.Base == bundle.Percent:
		last.Hint = "if 1 is all of it, write " + factor(at) + " * 100%"
	case is.Base == bundle.Percent && want.Base == bundle.Float:
		last.Hint = "write " + factor(at) + " / 100%, which is 0.45 for 45%"
	}
}

// factor is an expression as one that can be multiplied.
func factor(at posed) string {
	switch at.(type) {
	case *lang.Binary, *lang.Cond:
		return "(" + printed(at) + ")"
	}
	return printed(at)
}
