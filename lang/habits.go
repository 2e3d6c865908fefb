package lang

import (
	"strconv"
	"strings"

	"github.com/alecthomas/participle/v2/lexer"
)

// What people write by habit of other languages, where one thing alone can be meant and nothing of this language reads so:
// it is told, with the edit, and read as what is meant. So one habit is one finding, wherever it stands.

// habit is a rewriting of some tokens: the first n of those that are left become put.
type habit struct {
	n   int
	put []lexer.Token
	err Error
}

// native is a lexer that passes on what another one reads, as it is written here.
type native struct {
	tokens []lexer.Token
	at     int
	errs   []Error
}

// newNative reads all that s has, into room if that is enough.
func newNative(s *scanner, room []lexer.Token) (*native, error) {
	n := &native{tokens: room}
	for {
		t, err := s.Next()
		if err != nil {
			return nil, err
		}
		if n.tokens = append(n.tokens, t); t.EOF() {
			break
		}
	}
	n.rewrite(s.source)
	return n, nil
}

func (n *native) Next() (lexer.Token, error) {
	t := n.tokens[min(n.at, len(n.tokens)-1)]
	n.at++
	return t, nil
}

// rewrite replaces habits, from the first one on in a new list.
func (n *native) rewrite(source string) {
	var out []lexer.Token
	w := window{source: source, tokens: n.tokens}
	for i := 0; i < len(n.tokens); {
		w.at = i
		h, found := w.habit()
		if !found {
			if out != nil {
				out = append(out, n.tokens[i])
			}
			i++
			continue
		}
		if out == nil {
			out = append(make([]lexer.Token, 0, len(n.tokens)), n.tokens[:i]...)
		}
		out = append(out, h.put...)
		n.errs = append(n.errs, h.err)
		if i += h.n; len(h.put) > 0 && h.put[0].Value == "->" {
			w.reversed = i
		}
	}
	if out != nil {
		n.tokens = out
	}
}

// window is the tokens of a text, seen from one of them.
type window struct {
	source string
	tokens []lexer.Token
	at     int
	// reversed is where the last arrow ends that stood behind its condition.
	reversed int
}

// token is the one n behind, or before if n is less than 0; one of no type if there is none.
func (w *window) token(n int) lexer.Token { return *w.look(n) }

var noToken lexer.Token

// look is token, to be read only.
func (w *window) look(n int) *lexer.Token {
	if i := w.at + n; i >= 0 && i < len(w.tokens) {
		return &w.tokens[i]
	}
	return &noToken
}

// value is what stands n behind, if it is on the line of the first; else "".
func (w *window) value(n int) string {
	if t := w.look(n); t.Pos.Line == w.look(0).Pos.Line {
		return t.Value
	}
	return ""
}

// name says whether a name stands n behind, on the line of the first.
func (w *window) name(n int) bool { return w.value(n) != "" && w.look(n).Type == tokIdent }

// startsLine says whether the first token begins a line, or a block on one.
func (w *window) startsLine() bool {
	before := w.look(-1)
	return before.Pos.Line != w.look(0).Pos.Line || before.Value == "{" || before.Value == ";"
}

// behindOperand says whether what stands before is a value, so that an operator may follow it.
func (w *window) behindOperand() bool {
	before := w.look(-1)
	switch before.Value {
	case ")", "]", "none", "true", "false", "exists":
		return true
	}
	return before.Type == tokIdent || before.Type == tokNumber || before.Type == tokString
}

// line is how many tokens stand on the line from the first one on.
func (w *window) line() int {
	n := 1
	for w.at+n < len(w.tokens) && w.value(n) != "" {
		n++
	}
	return n
}

// word is a token of a word in the place of another one.
func word(text string, at lexer.Token) lexer.Token {
	at.Pos.Column = spanOf(at).End - at.Pos.Offset
	at.Value, at.Type = text, tokIdent
	switch {
	case reserved[text]:
		at.Type = tokKeyword
	case isDigit(text[0]):
		at.Type = tokNumber
	case !isLetter(text[0]):
		at.Type = tokSign
	}
	return at
}

// joined is a token in the place of n.
func (w *window) joined(n int, text string) lexer.Token {
	t := word(text, w.token(0))
	t.Pos.Column = w.span(n).End - t.Pos.Offset
	return t
}

func (w *window) span(n int) Span {
	return Span{w.token(0).Pos.Offset, spanOf(w.token(n - 1)).End}
}

// text is what the source says from one token up to another, without that.
func (w *window) text(from, to int) string {
	if from >= to {
		return ""
	}
	return w.source[w.token(from).Pos.Offset:spanOf(w.token(to-1)).End]
}

// reads says that the next n tokens are meant as others; new is the text of those.
func (w *window) reads(n int, msg, new string, put ...lexer.Token) (habit, bool) {
	e := Error{Span: w.span(n), Code: CodeUnexpected, Msg: msg, Hint: "write " + new}
	return habit{n, put, e.fixed(w.span(n), new)}, true
}

func means(text string) string { return `"` + text + `" means nothing here` }

func (w *window) habit() (habit, bool) {
	t := w.look(0)
	if named[t.Value] && w.startsLine() {
		if h, ok := w.headAgain(); ok {
			return h, true
		}
	}
	switch t.Type {
	case tokNumber:
		return w.number()
	case tokKeyword:
		return w.keyword(*t)
	case tokSign:
		return w.sign(*t)
	case tokString:
		return w.quoted(*t)
	case tokIdent:
		if w.startsLine() {
			return w.verb(*t)
		}
		return w.inLine(*t)
	}
	return habit{}, false
}

// goesOnAName are the signs behind a name that is no unit.
var goesOnAName = setOf([]string{"=", "+=", "-=", "++", "--", ".", "(", ":"})

// number is 10 seconds, and 2min 30s.
func (w *window) number() (habit, bool) {
	digits, unit := splitNumber(w.token(0).Value)
	if h, ok := w.rate(digits, unit); ok {
		return h, true
	}
	if next := w.token(1); next.Type == tokNumber && unit != "" && w.value(1) != "" {
		if sum, ok := compound(w.token(0).Value + next.Value); ok {
			return w.reads(2, "a time is one number", sum, w.joined(2, sum))
		}
	}
	if unit != "" || !w.name(1) || goesOnAName[w.value(2)] {
		return habit{}, false
	}
	meant, guess := w.value(1), false
	if _, known := UnitOf(meant); !known {
		small := strings.ToLower(meant)
		meant, guess = or(longUnits[small], unitAliases[small]), longUnits[small] == ""
	}
	if meant == "" || guess && len(w.value(1)) < 2 {
		return habit{}, false
	}
	h, _ := w.reads(2, "unexpected "+describe(w.token(1)), digits+meant, w.joined(2, digits+meant))
	h.err.Span, h.err.Hint = spanOf(w.token(1)), "write the unit next to its number: "+digits+meant
	h.err.Fix.Guess = guess
	return h, true
}

func (w *window) keyword(t lexer.Token) (habit, bool) {
	switch t.Value {
	case "let", "var":
		if h, ok := w.valueless(t); ok {
			return h, true
		}
		return w.bound()
	case "exists":
		return w.exists()
	case "or":
		return w.alsoEvent()
	case "for":
		if w.value(1) == "each" && w.name(2) && w.value(3) == "in" {
			return w.reads(2, means("each"), "for", t)
		}
		return w.unbracedLoop()
	case "when", "if", "otherwise", "else":
		if h, ok := w.ifThen(t); ok {
			return h, true
		}
		if w.value(0) == "if" && !w.startsLine() {
			return w.eventIf()
		}
		return w.arrowBehind()
	case "fork":
		if h, ok := w.unbraced(0); ok {
			return h, true
		}
		return w.forked(t)
	case "state", "final":
		return w.unbraced(1)
	}
	return habit{}, false
}

// bound is let n = App++, and let n = new App.
func (w *window) bound() (habit, bool) {
	if !w.name(1) || w.value(2) != "=" {
		return habit{}, false
	}
	made := w.name(3) && w.value(4) == "++"
	if !made && !(w.value(3) == "new" && w.name(4)) {
		return habit{}, false
	}
	h, _ := w.reads(1, "what is made has its name without "+w.token(0).Value, "", w.token(1))
	h.n = 2
	h.err.Hint = "write " + w.value(1) + " = " + w.value(3) + "++"
	h.err.Fix = &Edit{Span: Span{w.token(0).Pos.Offset, w.token(1).Pos.Offset}}
	if !made {
		h, _ = w.reads(5, means("new"), w.value(1)+" = "+w.value(4)+"++", w.token(1), w.token(2), w.token(4), word("++", w.token(4)))
	}
	return h, true
}

// exists is exists(v) and exists v, where v exists is meant.
func (w *window) exists() (habit, bool) {
	if w.behindOperand() || w.token(-1).Value == "." {
		return habit{}, false
	}
	from, to, n := 1, 0, 0
	if w.value(1) == "(" {
		open := 1
		for n = 2; n < maxNesting && w.value(n) != "" && open > 0; n++ {
			switch w.value(n) {
			case "(":
				open++
			case ")":
				open--
			}
		}
		if from, to = 2, n-1; open > 0 || to <= from {
			return habit{}, false
		}
	} else {
		for to = 1; to < maxNesting && (w.name(to) || to > 1 && w.value(to) == "."); to++ {
		}
		n = to
	}
	if from >= to {
		return habit{}, false
	}
	for i := from; i < to; i++ {
		if t := w.token(i); t.Type != tokIdent && t.Value != "." {
			from, to = 1, n
		}
	}
	put := append([]lexer.Token{}, w.tokens[w.at+from:w.at+to]...)
	h, _ := w.reads(n, "exists stands behind what it asks about", w.text(from, to)+" exists", append(put, word("exists", w.token(n-1)))...)
	return h, true
}

// arrowBehind is when C -> S, where the arrow stands first.
func (w *window) arrowBehind() (habit, bool) {
	if !w.startsLine() || w.token(-1).Value != "}" && w.at != w.reversed && !w.behindCase() {
		return habit{}, false
	}
	n := w.line()
	if n < 3 || w.value(n-2) != "->" || !w.name(n-1) {
		return habit{}, false
	}
	for i := 1; i < n-2; i++ {
		if v := w.value(i); v == "->" || v == "{" || v == "}" {
			return habit{}, false
		}
	}
	clause := map[string]string{"when": "when", "if": "when", "otherwise": "otherwise", "else": "otherwise"}[w.value(0)]
	put := append([]lexer.Token{w.token(n - 2), w.token(n - 1), word(clause, w.token(0))}, w.tokens[w.at+1:w.at+n-2]...)
	new := "-> " + w.value(n-1) + " " + clause
	if cond := w.text(1, n-2); cond != "" {
		new += " " + cond
	}
	return w.reads(n, "an arrow says first where it leads", new, put...)
}

// behindCase says whether the arrow before says already when it is taken.
func (w *window) behindCase() bool {
	said := false
	for n := -1; n > -farthest; n-- {
		switch w.token(n).Value {
		case "->":
			return said
		case "when", "on", "otherwise":
			said = true
		case "", "{", "}":
			return false
		}
	}
	return false
}

// outcomes are words for how a state may end.
var outcomes = map[string]string{
	"no": "failure", "fail": "failure", "failed": "failure", "fails": "failure", "error": "failure", "err": "failure", "exception": "failure",
	"timeout": "failure", "yes": "success", "ok": "success", "succeeded": "success", "done": "success", "completion": "success",
}

func (w *window) sign(t lexer.Token) (habit, bool) {
	switch {
	case t.Value == "{":
		if h, ok := w.returned(); ok {
			return h, true
		}
		return w.arrowsBlock(t)
	case t.Value == "." && w.value(1) == "exists":
		n := 2
		if w.value(2) == "(" && w.value(3) == ")" {
			n = 4
		}
		h, _ := w.reads(n, "exists stands behind what it asks about, without a dot", " exists", w.token(1))
		h.err.Hint = "write a blank in place of the dot"
		return h, true
	case t.Value == "++" && w.startsLine() && w.name(1):
		return w.reads(2, "++ stands behind the class", w.value(1)+"++", w.token(1), t)
	case t.Value == ",":
		if h, ok := w.alsoEvent(); ok {
			return h, true
		}
		return w.alsoArrow(t)
	case t.Value == "=":
		if h, ok := w.markBehindEquals(); ok {
			return h, true
		}
		return w.clauseEquals()
	case t.Value == ">" || t.Value == ">=":
		return w.silentOver()
	case t.Value != "->" || !w.name(1):
		return habit{}, false
	}
	for _, read := range []func(lexer.Token) (habit, bool){w.to, w.inBlock, w.either, w.elseArrow} {
		if h, ok := read(t); ok {
			return h, true
		}
	}
	arrow := "-> " + w.value(1)
	switch clause := w.value(2); clause {
	case "when", "if":
		if end := w.value(3); w.value(4) == "undo" && end == "failure" || clause == "if" && outcomeOf[end] && w.endsArrow(4) {
			return w.outcome(3, t)
		}
		if clause == "when" {
			break
		}
		return w.clause(3, "when", arrow+" when")
	case "else", "default":
		return w.clause(3, "otherwise", arrow+" otherwise")
	case "failure", "success":
		if w.value(1) != "on" { // what lacks is where it leads
			return w.outcome(2, t)
		}
	case "on":
		if end := outcomes[w.value(3)]; end != "" {
			h, _ := w.reads(4, "a state ends in success or failure", arrow+" on "+end, t, w.token(1), w.token(2), word(end, w.token(3)))
			h.err.Span = spanOf(w.token(3))
			return h, true
		}
	}
	return habit{}, false
}

// clause is a word behind an arrow that is called otherwise here.
func (w *window) clause(n int, meant, new string) (habit, bool) {
	h, _ := w.reads(n, means(w.value(n-1)), new, w.token(0), w.token(1), word(meant, w.token(n-1)))
	h.err.Span = spanOf(w.token(n - 1))
	return h, true
}

// declaringElsewhere are words that begin declarations elsewhere.
var declaringElsewhere = map[string]string{"def": "func", "fn": "func", "fun": "func", "function": "func", "using": "use", "include": "import"}

// verb is a word at the beginning of a line.
func (w *window) verb(t lexer.Token) (habit, bool) {
	if h, ok := w.swapped(t); ok {
		return h, true
	}
	ours := declaringElsewhere[t.Value]
	switch {
	case ours == "func" && w.name(1) && w.value(2) == "(", ours == "use" && w.name(1), ours == "import" && w.token(1).Type == tokString && w.value(1) != "":
		return w.reads(1, means(t.Value), ours, word(ours, t))
	case t.Value == "move" && w.name(1):
		return w.reads(1, means(t.Value), "migrate", word("migrate", t))
	case t.Value == "end" && w.name(1) && (w.value(2) == "" || w.value(2) == "{" || w.value(2) == "}"):
		return w.reads(1, means(t.Value), "final", word("final", t))
	case t.Value == "from":
		return w.from()
	case t.Value == "restart":
		return w.restartOn()
	case w.value(1) == "=":
		return w.several()
	case t.Value == "giveup" && !goesOnAName[w.value(1)]:
		return w.reads(1, means(t.Value), "give up", word("give", t), word("up", t))
	case t.Value == "goto" && w.name(1):
		return w.reads(1, means(t.Value), "->", word("->", t))
	case (t.Value == "print" || t.Value == "log" || t.Value == "echo") && (w.value(1) == "(" && w.token(2).Type == tokString || w.value(1) != "" && w.token(1).Type == tokString):
		return w.reads(1, means(t.Value), "notify", word("notify", t))
	case t.Value == "foreach" && w.name(1) && w.value(2) == "in":
		return w.reads(1, means(t.Value), "for", word("for", t))
	case t.Value == "new" && w.name(1) && !goesOnAName[w.value(2)]:
		return w.made(t)
	case t.Value == "create" && w.name(1) && w.value(2) == "":
		h, _ := w.reads(2, means(t.Value), w.value(1)+"++", w.token(1), word("++", w.token(1)))
		h.err = h.err.guessed()
		return h, true
	case (t.Value == "delete" || t.Value == "destroy" || t.Value == "kill") && w.name(1) && w.value(2) == "":
		h, _ := w.reads(2, means(t.Value), w.value(1)+"--", w.token(1), word("--", w.token(1)))
		h.err = h.err.guessed()
		return h, true
	}
	return habit{}, false
}

// inLine is a word in the middle of a line.
func (w *window) inLine(t lexer.Token) (habit, bool) {
	before := w.token(-1).Value
	if before == "(" || before == "," {
		return w.typeBefore()
	}
	for _, read := range []func(lexer.Token) (habit, bool){w.conditionless, w.unopened, w.twice, w.saidOtherwise} {
		if h, ok := read(t); ok {
			return h, true
		}
	}
	switch t.Value {
	case "every":
		return w.conditionAndPeriod()
	case "on":
		return w.eventless(t)
	case "during":
		if w.token(1).Type == tokNumber && w.behindOperand() && inCondition(w.tokens, w.at) {
			return w.reads(1, means("during"), "for", word("for", t))
		}
	case "ad", "an", "adn", "nad", "nd":
		if w.behindOperand() && (w.name(1) || w.value(1) == "(" || w.value(1) == "not") && inCondition(w.tokens, w.at) {
			return w.reads(1, means(t.Value), "and", word("and", t))
		}
	case "elif", "elseif", "elsif":
		if before == "}" {
			return w.reads(1, means(t.Value), "else if", word("else", t), word("if", t))
		}
	case "is":
		if !w.behindOperand() || !inCondition(w.tokens, w.at) {
			return habit{}, false
		}
		if w.value(1) == "not" {
			return w.reads(2, means("is not"), "!=", word("!=", t))
		}
		if next := w.token(1); next.Type == tokNumber || next.Type == tokString || w.value(1) == "none" {
			return w.reads(1, means("is"), "==", word("==", t))
		}
	case "new":
		if before == "=" && w.name(1) && w.value(2) == "" {
			return w.reads(2, means("new"), w.value(1)+"++", w.token(1), word("++", w.token(1)))
		}
	}
	return habit{}, false
}

// compound is the sum of a time that is said in several units, such as 1m30s; ok if the text is one.
func compound(text string) (sum string, ok bool) {
	total, parts, least := 0.0, 0, Unit{}
	for rest := text; rest != ""; parts++ {
		digits := 0
		for digits < len(rest) && (isDigit(rest[digits]) || rest[digits] == '.') {
			digits++
		}
		end := digits
		for end < len(rest) && isLetter(rest[end]) {
			end++
		}
		n, err := strconv.ParseFloat(rest[:digits], 64)
		name := rest[digits:end]
		if name == "m" {
			name = "min"
		} else if long := longUnits[name]; long != "" {
			name = long
		}
		unit, known := UnitOf(name)
		if err != nil || !known || unit.Type != "duration" || parts > 0 && unit.Factor >= least.Factor {
			return "", false
		}
		total, least = total+float64(n*unit.Factor), unit
		rest = rest[end:]
	}
	if parts < 2 {
		return "", false
	}
	return strconv.FormatFloat(total/least.Factor, 'f', -1, 64) + least.Name, true
}

// elsewhere are words and signs of other languages that have no equal here: what is said instead.
var elsewhere = map[string]string{
	"?":      "write if C then A else B",
	"sleep":  "nothing only waits: wait until COND within a time, or let an event hold for one",
	"delay":  "nothing only waits: wait until COND within a time, or let an event hold for one",
	"return": "a run ends in a final state: let an arrow lead there", "exit": "a run ends in a final state: let an arrow lead there",
	"while": "the only loop is for x in SET { … }; a state is repeated by an arrow back to it, at most 3 times",
	"break": "a loop ends with its set, or with while COND in its head", "continue": "a loop passes by what where COND in its head doesn't fit",
	"class": "classes are hosts, vm and component: component NAME on rack [1] { … }", "struct": "classes are hosts, vm and component: component NAME on rack [1] { … }",
	"rule": "a policy starts on an event: policy NAME on EVENT { … }", "trigger": "a policy starts on an event: policy NAME on EVENT { … }",
}
