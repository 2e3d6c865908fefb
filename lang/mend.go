package lang

import (
	"path"
	"reflect"
	"slices"
	"strings"

	"github.com/alecthomas/participle/v2"
	"github.com/alecthomas/participle/v2/lexer"
)

// A line in which one word or sign is wrong, too much or missing is read as if it were right: the mistake is told, and what
// the line says is known all the same. It is taken for that if the whole line can be read then.

// Cursor is a name that stands where an editor asks what could stand there: nothing is made of it. No program has it, as its
// last letter is none of a word that people write.
const Cursor = "cursorʘ"

// change is one way to mend a line: to read other tokens in the place of some.
type change struct {
	from, to int
	put      []lexer.Token
	// sure says that nothing else can be meant: what the line says is told as if it had been right.
	sure bool
	help advice // what to write, where the change is plain
}

// mend reads a line by its rule with one token changed, in the first way in which all of it can be read. The error says what
// is wrong; expected are the words and signs, or in words what else, that could stand there; words
// are those of the rule.
func mend[G any](p *parser, rule *participle.Parser[G], at lexer.Token, e Error, expected, words []string) (*G, bool) {
	begin, i := int(p.lex.RawCursor()), p.at(at)
	if at.Type == tokJunk || at.Value == Cursor || i < begin || i-begin > mostMended || len(p.tokens) > mostTokens {
		return nil, false
	}
	for _, c := range p.changes(begin, i, expected, words) {
		near := slices.Concat(p.tokens[begin:c.from], c.put, p.tokens[c.to:min(len(p.tokens), c.to+mostMended)])
		lex := over(near)
		line, err := rule.ParseFromLexer(lex, goesOn)
		end := int(lex.RawCursor())
		if err != nil || !sound(reflect.ValueOf(line)) || !p.endsAt(near, end) {
			continue
		}
		first := !p.failed()
		otherwise := e.Hint != "" && e.Fix == nil && c.help.text != "" // the line is to be written in another way than it is read
		if e.Hint == "" {
			e.Hint, e.Fix = c.help.text, c.help.fix
		}
		p.report(e)
		if first && c.sure && !otherwise {
			p.lineErrs = len(p.errs)
		}
		if len(c.put) == 0 && !c.sure { // what is left out may be what the line is about
			p.file.Gaps = append(p.file.Gaps, Span{p.tokens[begin].Pos.Offset, spanOf(p.tokens[c.from]).End})
		}
		p.splice(c)
		p.lex.FastForward(lexer.RawCursor(begin + end - 1))
		return line, true
	}
	return nil, false
}

// mostPut is how many tokens are put in one place, at most.
const mostPut = 4

// A mistake is mended in lines of this length around it, and where so many tokens stand in a declaration.
const (
	mostMended = 200
	mostTokens = 20_000
)

// splice changes what is to be read. The next token is the first.
func (p *parser) splice(c change) {
	p.tokens = slices.Concat(p.tokens[:c.from], c.put, p.tokens[c.to:])
	p.lex = over(p.tokens)
}

// marked is how far a file is read.
type marked struct {
	parser            parser
	at                lexer.Checkpoint
	errs, decls, gaps int
}

func (p *parser) mark() marked {
	return marked{*p, p.lex.MakeCheckpoint(), len(p.errs), len(p.file.Decls), len(p.file.Gaps)}
}

func (p *parser) restore(m marked) {
	*p = m.parser
	p.lex.LoadCheckpoint(m.at)
	p.errs = p.errs[:m.errs]
	p.file.Decls, p.file.Gaps = p.file.Decls[:m.decls], p.file.Gaps[:m.gaps]
}

// goOn is a line that could be read, or the same with what stands behind it on its line, if that can begin nothing and goes
// on with the line when one word or sign is changed.
func goOn[G any](p *parser, rule *participle.Parser[G], mark lexer.Checkpoint, line *G, construct string, words []string) *G {
	at, end := *p.peek(), p.lex.MakeCheckpoint()
	isWord := at.Type == tokIdent || at.Type == tokKeyword
	if p.endsAt(p.tokens, int(p.lex.RawCursor())) || p.of.words == nil && isWord && !p.slipsOn(at, words) || !sound(reflect.ValueOf(line)) {
		return line
	}
	words = slices.Concat(words, infixWords)
	p.lex.LoadCheckpoint(mark)
	if i := slices.Index(words, p.peek().Value); i >= 0 && !p.of.top {
		words = slices.Delete(words, i, i+1) // the line has begun: what follows begins no other of its kind
	}
	expected := []string{`"{"`}
	for _, w := range words {
		if !declares[w] { // what lacks begins no other
			expected = append(expected, `"`+w+`"`)
		}
	}
	if near := nearest(at.Value, p.of.words); Slip(at.Value, near, p.of.words) {
		words = append(words, near)
	}
	help := adviceAt(p.tokens, p.at(at), "").or(nearHint(at, words...))
	if isWord && p.before(at).Value == at.Value {
		help = advice{"it stands there twice: leave it out", &Edit{Span: p.wide(spanOf(at))}}
	}
	e := Error{Span: spanOf(at), Code: CodeUnexpected, Msg: "unexpected " + describe(at) + " in " + construct, Hint: help.text, Fix: help.fix}
	if mended, ok := mend(p, rule, at, e, expected, words); ok {
		return mended
	}
	p.lex.LoadCheckpoint(end)
	if p.of.top && !declares[at.Value] {
		p.report(e) // no declaration begins with it
	}
	return line
}

// slipsOn says whether the next token is a slip of a word that goes on with a step, rather than the beginning of one.
func (p *parser) slipsOn(t lexer.Token, words []string) bool {
	return t.Type == tokIdent && !isStepWord[t.Value] && !goesOnAName[p.ahead(1).Value] && Slip(t.Value, nearest(t.Value, words), words)
}

// infixWords go on with an expression.
var infixWords = []string{"and", "or", "in", "exists", "over", "last"}

// given passes on tokens that were read before.
type given []lexer.Token

func (g *given) Next() (lexer.Token, error) {
	if len(*g) == 0 {
		return lexer.EOFToken(lexer.Position{}), nil
	}
	t := (*g)[0]
	*g = (*g)[1:]
	return t, nil
}

func over(tokens []lexer.Token) *lexer.PeekingLexer {
	g := given(tokens)
	lex, _ := lexer.Upgrade(&g) // what is given has no errors
	return lex
}

// changes are the ways to mend a line at its ith token: first the word that is meant, then without it, then with what lacks.
func (p *parser) changes(begin, i int, expected, words []string) []change {
	var ways, lacks, instead []change
	t := p.tokens[i]
	begins := i == 0 || t.EOF() || t.Pos.Line != p.tokens[i-1].Pos.Line // a line: what is missing stands before it
	if near := nearest(t.Value, words); t.Type == tokIdent && near != "" && !begins {
		for _, c := range p.asWord(i, near) {
			c.sure = nearHint(t, near).text != "" // of two letters it may be any word
			ways = append(ways, c)
		}
	}
	if slices.Contains(expected, "[min..max]") {
		expected = append(expected, `"["`)
	}
	for _, what := range expected {
		put := p.lacking(i, what)
		if put == nil {
			continue
		}
		word := put[0]
		if brackets[word.Value] && !begins && !isStepWord[t.Value] && !leavesState(t) {
			continue // what stands there goes on with the line
		}
		isSign := word.Type == tokSign && !brackets[word.Value] && len(put) == 1
		c := change{from: i, to: i, put: put, sure: isSign && word.Value != "*"}
		switch {
		case word.Value == "{" && begins && i > begin && p.deeper(p.tokens[i-1], t):
			end := spanOf(p.tokens[i-1]).End
			c.sure, c.help = true, advice{"write { behind it", &Edit{Span: Span{end, end}, New: " {"}}
		case word.Value == "{" && leavesState(t) && !begins:
			c.sure, c.help = true, advice{"write { before it", &Edit{Span: Span{t.Pos.Offset, t.Pos.Offset}, New: "{ "}}
		case !begins && p.lacksAlone(i, word, expected):
			c.sure, c.help = true, advice{"write " + word.Value + " " + t.Value, &Edit{Span: Span{t.Pos.Offset, t.Pos.Offset}, New: word.Value + " "}}
			if (t.Type == tokIdent || t.Type == tokKeyword) && places[t.Value] == places[word.Value] { // for, in the place of until
				instead = p.asWord(i, word.Value)
				help := advice{"write " + word.Value + " in the place of " + t.Value, &Edit{spanOf(t), word.Value, true}}
				for k := range instead {
					instead[k].help = help
				}
			}
		}
		lacks = append(lacks, c)
		if isSign && t.Type == tokSign && !brackets[t.Value] && !begins {
			ways = append(ways, p.asWord(i, word.Value)...)
		}
	}
	if !begins && !brackets[t.Value] {
		// Of a ) too many nobody knows which: what stands in parentheses may be something else.
		ways = append(ways, change{from: i, to: i + 1, sure: t.Value == p.tokens[i-1].Value && t.Value != ")"})
	}
	ways = append(ways, lacks...)
	ways = append(ways, instead...)
	if !begins {
		ways = append(ways, change{from: i, to: i, put: p.lacking(i, "a name")})
	}
	if i-1 > begin { // what was taken for a name is what stands behind one: vm on rack
		ways = append(ways, change{from: i - 1, to: i - 1, put: p.lacking(i-1, "a name")})
	}
	return ways
}

// deeper says whether the line of a token stands deeper than that of another one before it.
func (p *parser) deeper(before, t lexer.Token) bool {
	return !t.EOF() && p.indentAt(t) > p.indentAt(before)
}

// lacksAlone says whether a word is all that can stand before the ith token: probe mem: percent rack every 1s lacks its on. What
// was read before may be that word itself, taken for a name: vm on rack.
func (p *parser) lacksAlone(i int, word lexer.Token, expected []string) bool {
	return len(expected) == 1 && word.Value != "" && word.Type != tokSign && word.Value != p.tokens[i-1].Value
}

// asWord is the change that reads the ith token as a word or sign that was meant.
func (p *parser) asWord(i int, word string) []change {
	t := p.tokens[i]
	if t.Value, t.Type = word, kindOf(word); spanOf(t).End > len(p.source) {
		return nil
	}
	return []change{{from: i, to: i + 1, put: []lexer.Token{t}, sure: true}}
}

// brackets are never read as something else, and never left out: another one belongs to them.
var brackets = setOf([]string{"{", "}"})

// lacking are tokens for what could stand before the ith, at the end of the one before it; none if nothing can be made up.
func (p *parser) lacking(i int, what string) (put []lexer.Token) {
	var values []string
	kind := tokSign
	switch {
	case what == "[min..max]":
		values = []string{"[", "*", "]"}
	case what == "a name" || what == "a type" || what == "an event":
		values, kind = []string{""}, tokIdent
	case !strings.HasPrefix(what, `"`):
		return nil
	default:
		values = []string{strings.Trim(what, `"`)}
		kind = kindOf(values[0])
	}
	for _, v := range values {
		t := lexer.Token{Type: kind, Value: v}
		if i > 0 {
			last := p.tokens[i-1]
			t.Pos = last.Pos
			t.Pos.Offset, t.Pos.Column = max(0, spanOf(last).End-len(v)), 0
		}
		put = append(put, t)
	}
	return put
}

// kindOf is what a word or a sign of the grammar is.
func kindOf(word string) lexer.TokenType {
	switch {
	case reserved[word]:
		return tokKeyword
	case isLetter(word[0]):
		return tokIdent
	}
	return tokSign
}

// endsAt says whether a line may end before the ith of some tokens.
func (p *parser) endsAt(tokens []lexer.Token, i int) bool {
	if i >= len(tokens) {
		return false
	}
	last, t := tokens[i-1], tokens[i]
	if t.EOF() || last.Pos.Line != t.Pos.Line || last.Value == "{" {
		return true
	}
	switch t.Value {
	case "}", ";", "->":
		return true
	}
	return p.of.goesOnWith(t, tokens[min(i+1, len(tokens)-1)])
}

// goesOnWith says whether a token, with another one behind it, begins a line of a block in the middle of one.
func (of lines) goesOnWith(t, next lexer.Token) bool {
	if of.assigns && t.Type == tokIdent && (next.Value == "=" || isTypeWord[t.Value] && next.Type == tokIdent) {
		return true
	}
	if of.words == nil {
		return isStepWord[t.Value] || of.steps && t.Type == tokIdent && (next.Value == "." || next.Value == "++" || next.Value == "--")
	}
	if of.top && (next.Value == ")" || next.Value == ",") { // a type among others
		return false
	}
	return slices.Contains(of.words, t.Value)
}

// sound says whether all expressions of a line could be read.
func sound(v reflect.Value) bool {
	switch v.Kind() {
	case reflect.Pointer:
		return v.IsNil() || sound(v.Elem())
	case reflect.Slice:
		for i := range v.Len() {
			if !sound(v.Index(i)) {
				return false
			}
		}
	case reflect.Struct:
		if err := v.FieldByName("err"); err.IsValid() {
			return err.IsNil()
		}
		for i := range v.NumField() {
			if !sound(v.Field(i)) {
				return false
			}
		}
	}
	return true
}

// heads say whether some tokens are the head of a declaration, by the word that it begins with.
var heads = map[string]func(p *parser, tokens []lexer.Token) bool{
	"param": isHead[moduleParamLine], "hosts": isHead[hostsHead], "vm": isHead[vmHead], "component": isHead[componentHead],
	"link": isHead[linkLine], "probe": isHead[probeLine], "event": isHead[eventLine], "use": isHead[useLine], "func": isHead[funcLine],
	"require": isHead[requireLine], "budget": isHead[budgetLine], "policy": isHead[policyHead], "scenario": isHead[scenarioHead], "test": isHead[testHead],
}

func isHead[G any](p *parser, tokens []lexer.Token) bool {
	rule, err := participle.ParserForProduction[G](rules())
	if err != nil {
		return false
	}
	lex := over(tokens)
	line, err := rule.ParseFromLexer(lex, goesOn)
	return err == nil && sound(reflect.ValueOf(line)) && p.endsAt(tokens, int(lex.RawCursor()))
}

// wordless reads what stands at the beginning of a line as a declaration whose first word was left out, if it can be one.
func (p *parser) wordless() bool {
	i, t := int(p.lex.RawCursor()), *p.peek()
	if !p.startsLine() || t.Type != tokIdent && t.Type != tokNumber && t.Type != tokString || p.ahead(1).Pos.Line != t.Pos.Line || p.ahead(2).Pos.Line != t.Pos.Line && !p.opens(1) {
		return false
	}
	words := slices.Clone(declarationWords[3:])
	if slices.ContainsFunc(p.file.Imports, func(i *Import) bool { return path.Base(i.Path) == t.Value }) {
		words = []string{"use"}
	}
	if p.opensStates() {
		words = []string{"policy"}
	}
	if p.opens(1) && slices.Contains(scenarioWords, p.ahead(2).Value) {
		words = []string{"scenario"}
	}
	for _, word := range words {
		put := lexer.Token{Type: kindOf(word), Value: word, Pos: t.Pos}
		if !heads[word](p, slices.Concat([]lexer.Token{put}, p.tokens[i:min(len(p.tokens), i+mostMended)])) {
			continue
		}
		p.unexpected("where a declaration is expected", say("a declaration begins with its kind: "+word+" "+t.Value))
		p.lineErrs = len(p.errs)
		p.splice(change{from: i, to: i, put: []lexer.Token{put}})
		if i > 0 {
			p.lex.FastForward(lexer.RawCursor(i - 1))
		}
		return true
	}
	return false
}

// opensStates says whether this line opens a block that begins as that of a policy does.
func (p *parser) opensStates() bool {
	line := p.peek().Pos.Line
	for n := 1; p.ahead(n).Pos.Line == line && !p.ahead(n).EOF(); n++ {
		if p.opens(n) {
			first := p.ahead(n + 1)
			return first.Value == "state" || first.Value == "final"
		}
	}
	return false
}

// opens says whether the nth token ahead opens a block.
func (p *parser) opens(n int) bool { return p.ahead(n).Value == "{" }
