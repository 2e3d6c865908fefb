package lang

import (
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/alecthomas/participle/v2/lexer"
)

// firstLine reads what a file says of itself.
func (p *parser) firstLine() {
	for p.peek().Type == tokJunk || p.dashes() { // that was told
		p.next()
	}
	p.meant("at the beginning of the file", "system", "module")
	word := *p.peek()
	if next := p.ahead(1); word.Type == tokIdent && next.Pos.Line == word.Pos.Line && (next.Value == "system" || next.Value == "module") && !declares[word.Value] {
		p.slip(Error{Span: spanOf(word), Code: CodeUnexpected, Msg: "unexpected " + describe(word) + " at the beginning of the file", Hint: "leave it out"}.fixed(Span{word.Pos.Offset, next.Pos.Offset}, ""))
		p.next()
		word = *p.peek()
	}
	if word.Value != "system" && word.Value != "module" {
		help := nearHint(word, "system", "module").or(say("a file begins with system NAME or with module NAME"))
		if next := p.ahead(1); word.Type == tokIdent && !declares[word.Value] && next.Pos.Line != word.Pos.Line {
			help = say("say what it is: system " + word.Value + ", or module " + word.Value)
		}
		p.unexpected("at the beginning of the file", help)
		return
	}
	p.line(lines{top: true, begins: p.beginsDeclaration, words: declarationWords, read: func() {
		l, _ := read[systemLine](p, "the first line")
		p.file.Kind, p.file.Name, p.file.Doc = word.Value, nameOf(l.Name), p.doc(word.Pos.Offset)
	}})
}

// dashes reads -- and what stands behind it on its line as the comment that it is elsewhere, up to the last token of it.
func (p *parser) dashes() bool {
	if !p.is("--") || !p.firstColumn(*p.peek()) {
		return false
	}
	at := *p.peek()
	p.slip(Error{Span: spanOf(at), Code: CodeUnexpected, Msg: "unexpected " + describe(at), Hint: "a comment begins with //"}.fixed(spanOf(at), "//"))
	for p.ahead(1).Pos.Line == at.Pos.Line && !p.ahead(1).EOF() {
		p.next()
	}
	return true
}

// declarations reads up to the end of the tokens.
func (p *parser) declarations() {
	all := lines{top: true, begins: p.beginsDeclaration, read: p.closed, anew: declarationWords, words: declarationWords}
	for !p.peek().EOF() {
		if p.is(";") || p.dashes() {
			p.next()
			continue
		}
		p.line(all)
	}
}

// closed reads a declaration. If a brace of it is missing, it is read again by how deep its lines stand, if that tells no
// more mistakes.
func (p *parser) closed() {
	p.torn = false
	before := p.mark()
	p.declaration()
	if !p.torn || p.gaveUp {
		return
	}
	plain := p.mark()
	found := slices.Clone(p.errs[before.errs:])
	decls, gaps := slices.Clone(p.file.Decls[before.decls:]), slices.Clone(p.file.Gaps[before.gaps:])
	p.restore(before)
	p.byIndent = true
	p.declaration()
	p.byIndent = false
	if t := *p.peek(); len(p.errs)-before.errs <= len(found) && (t.EOF() || p.beginsDeclaration(t)) {
		return
	}
	p.restore(plain)
	p.errs = append(p.errs[:before.errs], found...)
	p.file.Decls = append(p.file.Decls[:before.decls], decls...)
	p.file.Gaps = append(p.file.Gaps[:before.gaps], gaps...)
}

func (p *parser) declaration() {
	p.doubled()
	t := *p.peek()
	start := t.Pos.Offset
	switch t.Value {
	case "system", "module":
		p.secondHeader()
	case "import":
		p.otherName(start)
		l, _ := read[importLine](p, "an import")
		p.file.Imports = append(p.file.Imports, &Import{p.since(start), p.plain(l.Path)})
	case "param":
		l, _ := read[moduleParamLine](p, "a parameter")
		p.add(&ModuleParam{p.since(start), p.doc(start), nameOf(l.Name), p.typ(l.Type), optional(l.Of), optional(l.Part), p.signature(l.Func), p.maybe(l.Default)})
	case "hosts":
		p.hosts(start)
	case "vm":
		p.vm(start)
	case "component":
		p.component(start)
	case "link":
		p.link(start)
	case "probe":
		l, _ := read[probeLine](p, "a probe")
		p.add(&Probe{p.since(start), nameOf(l.Name), p.typ(&l.Type), nameOf(l.On), p.x(&l.Every), p.maybe(l.Stale), p.maybe(l.Source)})
	case "event":
		p.event(start)
	case "func":
		l, _ := read[funcLine](p, "a function")
		f := &Func{p.since(start), p.doc(start), nameOf(l.Name), p.params(l.Params), p.typ(l.Result), p.set(&l.Body)}
		if p.failed() && p.errs[p.lineErrs].Span.Start < f.Body.Pos().Start { // nobody knows what it takes
			f.Params, f.Body = nil, &Bad{Span{f.Span.End, f.Span.End}}
		}
		p.add(f)
	case "require":
		p.add(p.require())
	case "budget":
		p.budget(start)
	case "use":
		p.use(start)
	case "policy":
		p.policy(start)
	case "scenario":
		p.scenario(start)
	case "test":
		p.test(start)
	default:
		p.noDeclaration(t)
	}
}

// doubled reports a first word that stands twice, with a name behind it, and reads it once.
func (p *parser) doubled() {
	first, second, name := *p.peek(), *p.ahead(1), *p.ahead(2)
	if !declares[first.Value] || second.Type != tokIdent || second.Value != first.Value || name.Type != tokIdent || name.Pos.Line != first.Pos.Line {
		return
	}
	if next := p.ahead(3); name.Value == "on" && next.Type == tokIdent || name.Value == "every" && next.Type == tokNumber {
		return // it is the name: component component on rack
	}
	at := spanOf(second)
	p.slip(Error{Span: at, Code: CodeUnexpected, Msg: "unexpected " + describe(second) + ": it stands there already", Hint: "leave it out"}.fixed(p.wide(at), ""))
	p.next()
}

// otherName reports as NAME behind an import, and reads the import without it.
func (p *parser) otherName(start int) {
	path, as, name := p.ahead(1), p.ahead(2), *p.ahead(3)
	if path.Type != tokString || as.Value != "as" || name.Type != tokIdent || name.Pos.Line != path.Pos.Line {
		return
	}
	at := Span{as.Pos.Offset, spanOf(name).End}
	e := Error{Span: at, Code: CodeUnexpected, Msg: "an import gives no other name: a module is called as it calls itself", Hint: "leave it out, and write the module's own name where " + name.Value + " stands"}
	p.report(e.fixed(p.wide(at), "").guessed())
	p.file.Gaps = append(p.file.Gaps, Span{start, at.End})
	i := int(p.lex.RawCursor())
	p.splice(change{from: i + 2, to: i + 4})
	p.lex.FastForward(lexer.RawCursor(i - 1))
}

func (p *parser) add(d Decl) { p.file.Decls = append(p.file.Decls, d) }

func (p *parser) noDeclaration(t lexer.Token) {
	help := nearHint(t, declarationWords...).or(say("declarations begin with " + strings.Join(declarationWords[2:], ", ")))
	if p.headless() || p.meant("where a declaration is expected", declarationWords[2:]...) || p.wordless() {
		p.declaration()
		return
	}
	if t.Value == "}" {
		help = say("there is one } too many, here or above")
	}
	p.unexpected("where a declaration is expected", help)
	if n := len(p.file.Decls); n > 0 && !p.firstColumn(t) { // it may go on with what a function is
		if f, isFunc := p.file.Decls[n-1].(*Func); isFunc {
			f.Body = &Bad{Span{f.Span.End, f.Span.End}}
		}
	}
}

// secondHeader reports a first line that isn't the first.
func (p *parser) secondHeader() {
	word := *p.peek()
	l, _ := read[systemLine](p, "the first line")
	if p.file.Kind == "" { // that it isn't the first was told
		p.file.Kind, p.file.Name, p.file.Doc = word.Value, nameOf(l.Name), p.doc(word.Pos.Offset)
		return
	}
	p.fail(spanOf(word), CodeTwice, word.Value+" stands in the middle of a file", "one file is one system or one module, and says so at its beginning")
}

func (p *parser) hosts(start int) {
	l, ok := read[hostsHead](p, "a family of hosts")
	d := &Hosts{Name: nameOf(l.Name)}
	p.add(d)
	d.Fields, d.Attrs = p.fields(ok)
	d.Span = p.since(start)
}

func (p *parser) vm(start int) {
	l, ok := read[vmHead](p, "a class of virtual machines")
	d := &VM{Name: nameOf(l.Name), On: nameOf(l.On)}
	p.add(d)
	d.Fields, d.Attrs = p.fields(ok)
	d.Span = p.since(start)
}

// fields reads a block of `name = value` and `attr name: type = value`.
func (p *parser) fields(headOK bool) (fields []*Field, attrs []*Attr) {
	of := lines{begins: beginsWithName, anew: []string{"attr"}, assigns: true, words: []string{"attr"}, early: beginsField}
	of.read = func() {
		start := p.peek().Pos.Offset
		if p.ahead(2).Value == ":" {
			p.meant("in a block of fields", "attr")
		}
		if t := *p.peek(); t.Type == tokIdent && t.Value != "attr" && p.ahead(1).Value == ":" && isTypeWord[p.ahead(2).Value] && p.startsLine() {
			p.unexpected("in a block of fields", advice{"an attribute begins with attr: attr " + t.Value, &Edit{Span: Span{t.Pos.Offset, t.Pos.Offset}, New: "attr "}})
			p.lineErrs = len(p.errs)
			p.instead("attr", 0)
		}
		if t := *p.peek(); isTypeWord[t.Value] && p.ahead(1).Type == tokIdent && p.ahead(2).Value == "=" {
			p.unexpected("in a block of fields", say("an attribute is written attr "+p.ahead(1).Value+": "+t.Value+" = …"))
			p.lineErrs = len(p.errs)
			p.typeFirst()
		}
		if p.is("attr") && p.ahead(1).Value != "=" {
			attrs = append(attrs, p.attr())
			return
		}
		l, _ := read[fieldLine](p, "a field")
		fields = append(fields, &Field{p.since(start), nameOf(l.Name), p.x(&l.Value)})
	}
	if p.opened(headOK, nil) {
		p.block(of)
	}
	return fields, attrs
}

// typeFirst reads percent high = 3% as attr high: percent = 3%.
func (p *parser) typeFirst() {
	i, t, name := int(p.lex.RawCursor()), *p.peek(), *p.ahead(1)
	attr, colon := t, t
	attr.Value, colon.Type, colon.Value = "attr", tokSign, ":"
	p.splice(change{from: i, to: i + 2, put: []lexer.Token{attr, name, colon, t}})
	p.lex.FastForward(lexer.RawCursor(i - 1))
}

var isTypeWord = setOf(wordsOf(WordType))

// beginsField says whether a field or an attribute begins with some tokens; beginsMember is that of a component's lines.
func beginsField(t, next lexer.Token) bool {
	return t.Type == tokIdent && next.Value == "=" || t.Value == "attr" && next.Type == tokIdent
}

func beginsMember(t, next lexer.Token) bool {
	return (t.Value == "attr" || t.Value == "op") && next.Type == tokIdent || t.Value == "ready" && next.Value == "="
}

func beginsWithName(t lexer.Token) bool { return t.Type == tokIdent }

func (p *parser) attr() *Attr {
	start := p.peek().Pos.Offset
	l, _ := read[attrLine](p, "an attribute")
	return &Attr{p.since(start), nameOf(l.Name), p.typ(&l.Type), p.maybe(l.Default)}
}

func (p *parser) component(start int) {
	l, ok := read[componentHead](p, "a component")
	d := &Component{Name: nameOf(l.Name), On: nameOf(l.On), Bounds: p.bounds(&l.Bounds), Initially: -1, Stateful: l.Stateful}
	if l.Initially.Value != "" {
		d.Initially = p.integer(l.Initially)
	}
	p.add(d)
	of := lines{begins: beginsWithName, anew: []string{"attr", "op"}, words: memberWords, early: beginsMember}
	of.read = func() { p.member(d) }
	if p.opened(ok, nil) {
		p.block(of)
	}
	d.Span = p.since(start)
}

// memberWords begin the lines of a component.
var memberWords = []string{"attr", "op", "ready"}

func (p *parser) member(d *Component) {
	t := *p.peek()
	switch t.Value {
	case "attr":
		d.Attrs = append(d.Attrs, p.attr())
	case "op":
		l, _ := read[opLine](p, "an operation")
		p.nameless(l)
		d.Ops = append(d.Ops, &Op{Span: p.since(t.Pos.Offset), Name: nameOf(l.Name), Interrupts: l.Interrupts,
			UnlessDrained: l.UnlessDrained, Drains: l.Drains, Undrains: l.Undrains, Weighs: l.Weighs,
			Params: p.params(l.Params), Body: p.x(&l.Body)})
	case "ready":
		l, _ := read[readyLine](p, "a condition of readiness")
		if d.Ready != nil {
			p.twice(t)
		}
		d.Ready = p.x(&l.Value)
	default:
		if p.meant("in a component", "attr", "op") {
			p.member(d)
			return
		}
		p.unexpected("in a component", nearHint(t, "attr", "op", "ready").or(p.bareAttr(t)).or(say("a component has attr, op and ready")))
	}
}

// bareAttr is advice on port = 80, where an attribute is meant.
func (p *parser) bareAttr(t lexer.Token) advice {
	rest := p.tokens[p.at(t):]
	if len(rest) < 3 || rest[1].Value != "=" || literalType(rest[2]) == "" {
		return advice{}
	}
	declared := "attr " + t.Value + ": " + literalType(rest[2]) + " ="
	return advice{"an attribute is declared: " + declared + " " + rest[2].Value, &Edit{Span{t.Pos.Offset, spanOf(rest[1]).End}, declared, true}}
}

// opMarks say what an operation does to requests.
var opMarks = setOf([]string{"interrupts", "drains", "undrains", "weighs"})

// nameless reports an operation whose mark stands in the place of its name.
func (p *parser) nameless(l *opLine) {
	mark := nameOf(l.Name)
	if !opMarks[mark.Text] || l.Interrupts || l.Drains || l.Undrains || l.Weighs {
		return
	}
	p.fail(mark.Span, CodeUnexpected, "this operation has no name", "write it behind op: op NAME "+mark.Text)
	l.Name.Value = ""
}

func (p *parser) link(start int) {
	l, _ := read[linkLine](p, aLink)
	p.add(&Link{p.since(start),
		LinkEnd{nameOf(l.LeftClass), nameOf(l.LeftRole), p.bounds(&l.LeftBounds)},
		LinkEnd{nameOf(l.RightClass), nameOf(l.RightRole), p.bounds(&l.RightBounds)}})
}

func (p *parser) event(start int) {
	l, _ := read[eventLine](p, "an event")
	d := &Event{Span: p.since(start), Name: nameOf(l.Name), Params: p.params(l.Params),
		When: p.maybe(l.When), Silent: p.maybe(l.Silent), Every: p.maybe(l.Every), For: p.maybe(l.For)}
	if d.Name.Text == "" {
		p.file.Gaps = append(p.file.Gaps, Span{start, start}) // what its name would have said
	}
	if c, ok := d.When.(*Call); ok && c.Func.Text == "silent" && len(c.Args) == 1 {
		d.When, d.Silent = nil, c.Args[0].Value
	}
	p.add(d)
}

func (p *parser) require() *Require {
	start := p.peek().Pos.Offset
	l, _ := read[requireLine](p, "a requirement")
	d := &Require{Span: p.since(start), Kind: nameOf(l.Kind), What: nameOf(l.What), On: nameOf(l.On), By: optional(l.By)}
	if l.N.Value != "" {
		d.Kind, d.What, d.N = nameOf(l.Ready), nameOf(l.Of), p.integer(l.N)
	}
	return d
}

func (p *parser) budget(start int) {
	l, _ := read[budgetLine](p, "a budget")
	p.add(&Budget{p.since(start), p.integer(l.N), nameOf(l.What), l.AtOnce, p.maybe(l.Per), optional(l.Across), optional(l.PerHost)})
}

func (p *parser) use(start int) {
	l, _ := read[useLine](p, "a use")
	d := &Use{Span: p.since(start), Module: nameOf(l.Module), Policy: optional(l.Policy), Args: p.args(l.Args)}
	if l.On != nil {
		event := eventNameOf(*l.On)
		d.On = &Trigger{Span: event.Span, Event: event}
	}
	p.add(d)
}

// x takes over an expression that was read, with its error.
func (p *parser) x(e *expr) Expr {
	p.mistaken(e.mistakes)
	if e.x == nil {
		end := p.since(0).End
		return &Bad{Span{end, end}}
	}
	return e.x
}

// mistaken reports what is wrong in an expression. A number or a text that can't be read hides nothing else of its line.
func (p *parser) mistaken(m mistakes) {
	if m.err != nil {
		p.report(*m.err)
	}
	for _, e := range m.slips {
		p.errs = append(p.errs, e)
		if len(p.errs) == p.lineErrs+1 {
			p.lineErrs++
		}
	}
}

func (p *parser) set(e *setExpr) Expr { return p.x((*expr)(e)) }

// maybe is x of an expression that may be left out.
func (p *parser) maybe(e *expr) Expr {
	if e == nil {
		return nil
	}
	return p.x(e)
}

func (p *parser) args(a *args) []*Arg {
	if a == nil {
		return nil
	}
	p.mistaken(a.mistakes)
	return a.list
}

// typ is nil only for a type that was left out.
func (p *parser) typ(t *typeRef) *TypeRef {
	if t == nil {
		return nil
	}
	name, part := t.Name, t.Part
	if t.Set {
		name, part = t.Elem, t.ElemPart
	}
	if part.Type == tokIdent && part.Value == "" { // it was left out
		name.Value = ""
	}
	return &TypeRef{Span: spanAll(t.Tokens), Name: nameOf(name), Part: nameOf(part), Set: t.Set, Optional: t.Optional}
}

// signature is nil only for one that was left out.
func (p *parser) signature(s *signature) *Signature {
	if s == nil {
		return nil
	}
	return &Signature{spanAll(s.Tokens), p.params(s.Params), p.typ(&s.Result)}
}

func (p *parser) params(list []*param) []*Param {
	var params []*Param
	for _, l := range list {
		params = append(params, &Param{spanAll(l.Tokens), nameOf(l.Name), p.typ(&l.Type)})
	}
	return params
}

func (p *parser) bounds(b *bounds) Bounds {
	all := Bounds{Span: spanAll(b.Tokens)}
	if b.Min.Value == "" {
		return Bounds{Span: all.Span, Max: -1} // could not be read: allows anything
	}
	if b.Max.Value == "" {
		b.Max = b.Min
	} else if b.Min.Value == "*" {
		at := spanOf(b.Min)
		p.slip(Error{Span: at, Code: CodeUnexpected, Msg: "the least that there may be is a number", Hint: "write 0"}.fixed(at, "0"))
	}
	if b.Min.Value != "*" {
		all.Min = p.integer(b.Min)
	}
	all.Max = -1
	if b.Max.Value != "*" {
		all.Max = p.integer(b.Max)
	}
	return all
}

// integer reads a number that counts something.
func (p *parser) integer(t lexer.Token) int {
	n, err := strconv.Atoi(t.Value)
	if t.Value != "" && (err != nil || n > math.MaxInt32) {
		p.fail(spanOf(t), CodeNumber, describe(t)+" is no count", "write a whole number without a unit, at most 2147483647")
		return 0
	}
	return n
}

// plain reads a text that has no holes.
func (p *parser) plain(t lexer.Token) string {
	if t.Value == "" {
		return ""
	}
	r := reader{lex: p.lex}
	s, ok := r.text(t).(*String)
	p.mistaken(r.mistakes)
	if !ok {
		return ""
	}
	if len(s.Holes) > 0 {
		p.fail(spanOf(t), CodeText, "this text is fixed and cannot have holes", "write {{ for a brace")
	}
	return s.Value
}

func (p *parser) twice(t lexer.Token) {
	p.fail(spanOf(t), CodeTwice, describe(t)+" is given twice", "keep one of them")
}

// doc is the comment on the lines right above an offset; what doesn't begin its line has none.
func (p *parser) doc(start int) string {
	var text []string
	end := strings.LastIndexByte(p.source[:start], '\n')
	if strings.Trim(p.source[end+1:start], " \t\r;") != "" {
		return ""
	}
	for end >= 0 {
		begin := strings.LastIndexByte(p.source[:end], '\n')
		comment, ok := strings.CutPrefix(strings.TrimSpace(p.source[begin+1:end]), "//")
		if !ok {
			break
		}
		text = append(text, strings.TrimSpace(comment))
		end = begin
	}
	for i, j := 0, len(text)-1; i < j; i, j = i+1, j-1 {
		text[i], text[j] = text[j], text[i]
	}
	return strings.Join(text, "\n")
}

// optional is the name of a token that may be left out.
func optional(t name) Name {
	if t.Value == "" {
		return Name{}
	}
	return nameOf(t)
}

func spanAll(tokens []lexer.Token) Span {
	if len(tokens) == 0 {
		return Span{}
	}
	return Span{spanOf(tokens[0]).Start, spanOf(tokens[len(tokens)-1]).End}
}

func or(a, b string) string {
	if a != "" {
		return a
	}
	return b
}
