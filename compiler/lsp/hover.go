package lsp

import (
	"context"
	"regexp"
	"strconv"
	"strings"

	"go.lsp.dev/protocol"

	"github.com/tune-autonomic/tune/compiler/check"
	"github.com/tune-autonomic/tune/compiler/finding"
	"github.com/tune-autonomic/tune/lang"
)

// hover says what is under the cursor: what was found there, what a name stands for, what a number is in its base unit.
func (s *server) hover(ctx context.Context, at *protocol.HoverParams) (*protocol.Hover, error) {
	d, offset := s.asked(at.TextDocumentPositionParams)
	if d == nil {
		return nil, nil
	}
	p, err := s.programOf(ctx, d.path)
	if err != nil || p == nil {
		return nil, err
	}
	var parts []string
	over := d.word(offset)
	if use, some := s.useAt(p, d.path, offset); some {
		parts, over = append(parts, s.describe(p, use)), use.Span
		if text := fieldAt(d, use.Span.Start); text != "" {
			parts = append(parts, text)
		}
	} else if im := d.importAt(offset); im != nil {
		parts, over = append(parts, s.describeModule(d, im.Path)), im.Span
	} else if t, some := tokenAt(d, offset); some {
		if text := ofToken(d, t); text != "" {
			parts, over = append(parts, text), t.Span
		}
	}
	for _, f := range p.findings {
		if s.fileOf(p.dir, f.File) == d.path && f.Span.Start <= offset && offset < max(f.Span.End, f.Span.Start+1) {
			parts = append(parts, explain(f.Code))
		}
	}
	if len(parts) == 0 {
		return nil, nil
	}
	r := d.rangeOf(over)
	return &protocol.Hover{Contents: s.markup(strings.Join(parts, "\n\n---\n\n")), Range: &r}, nil
}

// describeModule says what an import brings: the module's first line, and the comment above it.
func (s *server) describeModule(d *document, path string) string {
	module := s.document(s.importPath(d, path))
	if module == nil {
		return code(`import "` + path + `"`)
	}
	f := module.parsed()
	return strings.TrimSuffix(code(f.Kind+" "+f.Name.Text)+"\n\n"+f.Doc, "\n\n")
}

// typeDoc is what is said of a type of the language: how its values are written; "" of another word.
func typeDoc(word string) string {
	var units []string
	for _, u := range lang.Units {
		if u.Type == word {
			units = append(units, "`"+u.Name+"`")
		}
	}
	if len(units) > 0 {
		return code(word) + "\n\nNumbers of this type end in " + strings.Join(units, ", ") + "."
	}
	return typeDocs[word]
}

// typeDocs are the types whose values have no unit.
var typeDocs = map[string]string{
	"bool":   "`true` or `false`.",
	"int":    "A whole number.",
	"float":  "A number without a unit.",
	"string": "A text, for messages and operations.",
	"secret": "A text that is given where the program runs, and never shown.",
}

// markup is a text for the editor, without Markdown's signs if it shows none.
func (s *server) markup(text string) protocol.MarkupContent {
	if !s.plainText {
		return protocol.MarkupContent{Kind: protocol.Markdown, Value: text}
	}
	var plain []string
	for _, line := range strings.Split(text, "\n") {
		if strings.HasPrefix(line, "```") || line == "---" {
			continue
		}
		plain = append(plain, strings.NewReplacer("**", "", "`", "").Replace(line))
	}
	return protocol.MarkupContent{Kind: protocol.PlainText, Value: strings.Join(plain, "\n")}
}

func code(text string) string { return "```tune\n" + text + "\n```" }

// describe says what a name stands for: its declaration, its type here, and the comment above it.
func (s *server) describe(p *program, u check.Use) string {
	sym := u.Symbol
	if sym.Kind == check.BuiltInSymbol {
		return describeBuiltIn(sym, u.Type)
	}
	d := s.document(s.fileOf(p.dir, sym.File))
	head, comment := "", ""
	if d != nil {
		head, comment = declaration(d, sym.Span)
	}
	var parts []string
	switch sym.Kind {
	case check.LocalSymbol:
		head = sym.Name
		if u.Type != "" {
			head += ": " + u.Type
		}
	case check.MachineSymbol:
		head, comment = "host "+sym.Name, ""
	case check.StateSymbol:
		comment = ""
	}
	if head != "" {
		parts = append(parts, code(head))
	}
	if sym.Owner != "" && sym.Kind != check.StateSymbol {
		parts = append(parts, article(sym.Kind.String())+" of "+sym.Owner+typeSuffix(u.Type))
	} else if sym.Kind == check.ParamSymbol || sym.Kind == check.FuncSymbol && u.Type != "" {
		parts = append(parts, article(sym.Kind.String())+typeSuffix(u.Type))
	}
	if sym.Kind == check.PolicySymbol && d != nil {
		if most := p.index.Most(sym.File, sym.Span); most != "" {
			parts = append(parts, most)
		}
	}
	if comment != "" {
		parts = append(parts, comment)
	}
	return strings.Join(parts, "\n\n")
}

func article(word string) string {
	if strings.ContainsRune("aeio", rune(word[0])) {
		return "an " + word
	}
	return "a " + word
}

func typeSuffix(t string) string {
	if t == "" {
		return ""
	}
	return ", `" + t + "`"
}

// declaration is the line that declares a name, up to the brace that opens its block, and the comment above or behind it.
func declaration(d *document, name lang.Span) (head, comment string) {
	line := d.line(name.Start)
	start, end := d.starts[line], len(d.text)
	if line+1 < len(d.starts) {
		end = d.starts[line+1]
	}
	var last lang.Token
	for _, t := range d.scanned() {
		switch {
		case t.Span.Start < start:
		case t.Span.Start >= end:
		case t.Kind == lang.TokenComment:
			comment = trimComment(d.slice(t.Span))
		case t.Span.Start > name.Start && d.slice(t.Span) == "{":
			end = t.Span.Start
		default:
			last = t
		}
	}
	if last.Span.End > start {
		head = strings.Join(strings.Fields(d.text[start:last.Span.End]), " ")
	}
	if above := commentAbove(d, line); above != "" {
		comment = above
	}
	return head, comment
}

// commentAbove is the comment on the lines right above one.
func commentAbove(d *document, line int) string {
	var text []string
	for line--; line >= 0; line-- {
		of := strings.TrimSpace(d.text[d.starts[line]:d.starts[line+1]])
		if !strings.HasPrefix(of, "//") {
			break
		}
		text = append([]string{trimComment(of)}, text...)
	}
	return strings.Join(text, "\n")
}

func trimComment(text string) string {
	return strings.TrimSpace(strings.TrimSuffix(strings.TrimLeft(text, "/*"), "*/"))
}

// tokenAt is the token under an offset.
func tokenAt(d *document, offset int) (lang.Token, bool) {
	var found lang.Token
	for _, t := range d.scanned() {
		if t.Span.Start > offset {
			break
		}
		if offset <= t.Span.End {
			found = t
		}
	}
	return found, found.Kind != 0
}

var codeRE = regexp.MustCompile(`TUNE\d{4}`)

// ofToken says what a number or a word of the language means, or a finding's code in a comment.
func ofToken(d *document, t lang.Token) string {
	text := d.slice(t.Span)
	switch t.Kind {
	case lang.TokenNumber:
		return quantity(text)
	case lang.TokenComment:
		if c := codeRE.FindString(text); c != "" && finding.Lookup(finding.Code(c)).Title != "" {
			return explain(finding.Code(c))
		}
	case lang.TokenIdent, lang.TokenKeyword:
		if field := fieldAt(d, t.Span.Start); field != "" {
			return field
		}
		if doc := wordDoc(text); doc != "" {
			return doc
		}
		if doc := typeDoc(text); doc != "" {
			return doc
		}
		if b := builtInNamed(text); b != nil { // of an operation or a load: nothing else refers to it
			return b.describe()
		}
	}
	return ""
}

// fieldAt is what the reference says of the field that begins at an offset; "" if none does.
func fieldAt(d *document, offset int) string {
	c := cursorAt(d, offset)
	if c.first() == "set" && len(c.line) == 1 {
		return docOf("set." + d.slice(c.word))
	}
	if len(c.line) > 0 || c.block() == "" {
		return ""
	}
	return docOf(c.block() + "." + d.slice(c.word))
}

// quantity is a number with a unit in the base unit of its type.
func quantity(text string) string {
	end := len(text)
	for i, r := range text {
		if r != '.' && (r < '0' || r > '9') {
			end = i
			break
		}
	}
	v, err := strconv.ParseFloat(text[:end], 64)
	u, known := lang.UnitOf(text[end:])
	if err != nil || !known {
		return ""
	}
	base := map[string]string{"percent": "", "duration": " s", "bytes": " B", "rate": " bit/s"}[u.Type]
	return code(text+": "+u.Type) + "\n\n" + strconv.FormatFloat(roundTo15(float64(v*u.Factor)), 'f', -1, 64) + base
}

// roundTo15 drops the digits that a factor such as 0.01 brings: 0.45 for 45 %, not 0.45000000000000001.
func roundTo15(v float64) float64 {
	short, err := strconv.ParseFloat(strconv.FormatFloat(v, 'g', 15, 64), 64)
	if err != nil {
		return v
	}
	return short
}

// explain is what the table of findings says of a code.
func explain(c finding.Code) string {
	info := finding.Lookup(c)
	text := "**" + string(c) + "**: " + info.Title
	if info.Text != "" {
		text += "\n\n" + info.Text
	}
	if info.Wrong != "" {
		text += "\n\nWrong:\n" + code(info.Wrong)
	}
	if info.Right != "" {
		text += "\n\nRight:\n" + code(info.Right)
	}
	return text
}
