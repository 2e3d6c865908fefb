package lang

import (
	"slices"
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
	// lacks says that something is left out there which nobody knows.
	lacks bool
}

func (w *window) habit() (habit, bool) {
	t := w.look(0)
	if named[t.Value] && w.startsLine() {
		if h, ok := w.headAgain(); ok {
			return h, true
		}
	}
	if declares[t.Value] && w.startsLine() {
		if h, ok := w.headOtherwise(*t); ok {
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
		if t.Value == "import" && w.name(1) && w.startsLine() {
			return w.barePath()
		}
		if w.startsLine() {
			return w.verb(*t)
		}
		return w.inLine(*t)
	}
	return habit{}, false
}

// barePath is import std/relieve, without its quotes.
func (w *window) barePath() (habit, bool) {
	first, n := w.token(1), w.line()
	help := quoted(w.tokens, w.at+1)
	if spanOf(w.token(n-1)).End != help.fix.Span.End {
		return habit{}, false
	}
	path := lexer.Token{Type: tokString, Value: help.fix.New, Pos: first.Pos}
	path.Pos.Column = help.fix.Span.End - first.Pos.Offset
	e := Error{Span: spanOf(first), Code: CodeUnexpected, Msg: "unexpected " + describe(first) + " in an import, expected a text", Hint: help.text, Fix: help.fix}
	return habit{n: n, put: []lexer.Token{w.token(0), path}, err: e}, true
}

// goesOnAName are the signs behind a name that is no unit.
var goesOnAName = setOf([]string{"=", "+=", "-=", "++", "--", ".", "(", ":"})

// number is 10 seconds, and 2min 30s.
func (w *window) number() (habit, bool) {
	digits, unit := splitNumber(w.token(0).Value)
	if h, ok := w.doubledNumber(); ok {
		return h, true
	}
	if h, ok := w.rate(digits, unit); ok {
		return h, true
	}
	if h, ok := w.counted(0); ok {
		return h, true
	}
	if h, ok := w.everyLacks(unit); ok {
		return h, true
	}
	if of, _ := UnitOf(unit); of.Type == "duration" && w.startsLine() && slices.Contains(atWords, w.value(1)) {
		t := w.token(0)
		h, _ := w.reads(1, "when it happens is said with at", "at "+t.Value, sign("at", t), t)
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

// counted is count = 1..4, and count = [1..4] from the number on: a class of machines has only the most.
func (w *window) counted(from int) (habit, bool) {
	least, most := w.token(from), w.token(from+2)
	if w.token(-2).Value != "count" || w.token(-1).Value != "=" || w.value(from+1) != ".." || least.Type != tokNumber || most.Type != tokNumber {
		return habit{}, false
	}
	n := 3 + 2*from
	if from > 0 && w.value(n-1) != "]" {
		return habit{}, false
	}
	h, _ := w.reads(n, "count is how many there may be", most.Value, most)
	h.err.Hint = "write count = " + most.Value + ", and as initially how many of them a deployment makes: initially = " + least.Value
	h.err = h.err.guessed()
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
	case "not":
		if w.startsLine() {
			return w.unjoined(t)
		}
		return w.notEqual(t)
	case "in":
		return w.inTime(t)
	case "or":
		if h, ok := w.orFor(t); ok {
			return h, true
		}
		return w.alsoEvent()
	case "within":
		return w.soon(t)
	case "for":
		if w.value(1) == "each" && w.name(2) && w.value(3) == "in" {
			return w.reads(2, means("each"), "for", t)
		}
		if h, ok := w.heldFor(); ok {
			return h, true
		}
		return w.unbracedLoop()
	case "when", "if", "otherwise", "else":
		if h, ok := w.unbracedElse(t); ok {
			return h, true
		}
		if h, ok := w.whichOnes(t); ok {
			return h, true
		}
		if h, ok := w.ifThen(t); ok {
			return h, true
		}
		if w.value(0) == "if" && !w.startsLine() {
			return w.eventIf(t)
		}
		return w.arrowBehind()
	case "then":
		return w.eventIf(t)
	case "fork":
		if h, ok := w.unbraced(0); ok {
			return h, true
		}
		return w.forked(t)
	case "state", "final":
		for _, read := range []func(lexer.Token) (habit, bool){w.namelessState, w.nameInBlock} {
			if h, ok := read(t); ok {
				return h, true
			}
		}
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
		h, _ = w.reads(w.behindCall(5), means("new"), w.value(1)+" = "+w.value(4)+"++", w.token(1), w.token(2), w.token(4), word("++", w.token(4)))
	}
	return h, true
}

// behindCall is n, or where () ends that begins there.
func (w *window) behindCall(n int) int {
	if w.value(n) == "(" && w.value(n+1) == ")" {
		return n + 2
	}
	return n
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

func (w *window) sign(t lexer.Token) (habit, bool) {
	if h, ok := w.longArrow(t); ok {
		return h, true
	}
	if h, ok := w.inHead(t); ok {
		return h, true
	}
	switch {
	case t.Value == "[":
		if h, ok := w.counted(1); ok {
			return h, true
		}
		return w.bounds()
	case t.Value == "(":
		return w.listOf()
	case t.Value == ":":
		for _, read := range []func() (habit, bool){w.bodyColon, w.typeless, w.headColon} {
			if h, ok := read(); ok {
				return h, true
			}
		}
		return w.eventColon()
	case t.Value == "{":
		for _, read := range []func() (habit, bool){w.returned, w.eventBlock, w.listOf, w.opBody} {
			if h, ok := read(); ok {
				return h, true
			}
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
	case t.Value == "++" && w.startsLine() && w.name(1) && !w.isType(w.token(-1).Value): // else it is that one's
		return w.reads(2, "++ stands behind the class", w.value(1)+"++", w.token(1), t)
	case t.Value == ";" && w.givesArgument():
		return w.reads(1, "what is given stands behind a colon", ":", word(":", t))
	case t.Value == ";" && w.inList():
		return w.reads(1, "a comma stands between what is in a list", ",", word(",", t))
	case t.Value == ";":
		if h, ok := w.semicolon(); ok || !w.behindOperand() || !w.closes(-1) || !w.closes(1) {
			return h, ok
		}
		return w.reads(1, "a comma stands between what is in parentheses", ",", word(",", t))
	case t.Value == "," && w.value(1) == ",":
		return w.commas(t)
	case t.Value == ",":
		if h, ok := w.alsoEvent(); ok {
			return h, true
		}
		if h, ok := w.commaBefore(t); ok {
			return h, true
		}
		if h, ok := w.commaAnd(); ok {
			return h, true
		}
		return w.alsoArrow(t)
	case t.Value == "=" && w.value(1) == ">" && w.token(1).Pos.Offset == spanOf(t).End && w.begins() == "policy" && (w.value(2) == "" || w.closesMore()):
		return w.reads(2, means("=>")+": a block begins with {", "{", word("{", t))
	case t.Value == "=":
		for _, read := range []func() (habit, bool){w.dotMeant, w.valueBelow, w.typeEquals, w.markBehindEquals, w.eventEquals, w.equalsAgain, w.equalsPlus, w.bodyArrow} {
			if h, ok := read(); ok {
				return h, true
			}
		}
		if w.givesArgument() && (w.begins() == "use" || w.saidBefore("emit")) {
			h, _ := w.reads(1, "what is given stands behind a colon", ":", word(":", t))
			h.err.Fix.Span = wideOf(w.token(-1), t)
			return h, true
		}
		if h, ok := w.grown(t); ok {
			return h, true
		}
		return w.clauseEquals()
	case t.Value == ">" || t.Value == ">=":
		return w.silentOver()
	case t.Value == "<":
		return w.unequal(t)
	case t.Value == "==" || t.Value == "!=":
		if h, ok := w.itLacks(t); ok {
			return h, true
		}
		return w.binds(t)
	case t.Value == "->" && w.token(-1).Value == ")" && w.begins() == "func" && !w.saidBefore("="):
		h, _ := w.reads(1, "a function's type stands behind a colon", ":", word(":", t))
		h.err.Fix.Span = wideOf(w.token(-1), t)
		return h, true
	case t.Value == "->" && w.value(1) == "otherwise", t.Value == "->" && (w.value(1) == "final" || w.value(1) == "state"):
		return w.wordBeforeState(t)
	case t.Value != "->" || !w.name(1):
		return habit{}, false
	}
	if h, ok := w.dotMeant(); ok {
		return h, true
	}
	for _, read := range []func(lexer.Token) (habit, bool){w.to, w.dot, w.inBlock, w.either, w.elseArrow, w.saidOutcome} {
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
		if end := w.value(3); clause == "when" && outcomeOf[end] && w.endsArrow(4) && !w.says(end+" =") && !w.says(end+":") {
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

// declaringElsewhere are words that begin declarations elsewhere.
var declaringElsewhere = map[string]string{"def": "func", "fn": "func", "fun": "func", "function": "func", "using": "use", "include": "import"}

// verb is a word at the beginning of a line.
func (w *window) verb(t lexer.Token) (habit, bool) {
	if h, ok := w.swapped(t); ok {
		return h, true
	}
	if h, ok := w.unjoined(t); ok {
		return h, true
	}
	if t.Value == "scenario" && w.name(1) && w.value(2) == "" && w.token(2).Value != "{" && w.token(-1).Value != "}" && w.deep() {
		h, _ := w.reads(2, "a test says in its head which scenario it is in", "")
		h.err.Hint, h.err.Fix = `write test "…" in `+w.value(1)+" {", nil
		return h, true
	}
	for _, read := range []func(lexer.Token) (habit, bool){w.doubledFirst, w.capital, w.attrOtherwise, w.loadFrom, w.endsElsewhere, w.letElsewhere, w.policyElsewhere} {
		if h, ok := read(t); ok {
			return h, true
		}
	}
	if h, ok := w.opElsewhere(t); ok {
		return h, true
	}
	ours := declaringElsewhere[t.Value]
	switch {
	case ours == "func" && w.name(1) && w.value(2) == "(", ours == "use" && w.name(1), ours == "import" && w.token(1).Type == tokString && w.value(1) != "":
		return w.reads(1, means(t.Value), ours, word(ours, t))
	case t.Value == "as" && w.value(1) == "listed" && w.value(2) == "" && w.token(-1).Value != "apply":
		return w.reads(1, "a plan is carried out by apply", "apply as", word("apply", t), t)
	case (t.Value == "load" || t.Value == "work") && w.value(1) == "of" && w.name(2) && w.value(2) != "from":
		return w.reads(2, "no of stands behind "+t.Value, t.Value, t)
	case t.Value == "at" && w.value(1) == "at" && w.token(2).Type == tokNumber:
		return w.reads(2, "at stands here twice", "at", t)
	case t.Value == "after" && w.token(1).Type == tokNumber && slices.Contains(atWords, w.value(2)):
		return w.reads(1, means(t.Value), "at", word("at", t))
	case isStepWord[t.Value] && w.value(1) == t.Value && w.name(2) && !leads[w.value(2)] && w.value(2) != "within" && w.value(2) != "undoable" && w.token(2).Pos.Offset > spanOf(w.token(1)).End:
		return w.reads(2, t.Value+" stands here twice", t.Value, w.joined(2, t.Value))
	case t.Value == "place" && w.name(1) && (w.value(2) == "in" || w.value(2) == "at" || w.value(2) == "into") && w.name(3):
		return w.reads(3, means(w.value(2)), w.text(0, 2)+" on", t, w.token(1), word("on", w.token(2)))
	case t.Value == "move" && w.name(1):
		if h, ok := w.placed(t); ok {
			return h, true
		}
		return w.reads(1, means(t.Value), "migrate", word("migrate", t))
	case t.Value == "end" && w.name(1) && (w.value(2) == "" || w.value(2) == "{" || w.value(2) == "}"):
		return w.reads(1, means(t.Value), "final", word("final", t))
	case t.Value == "from":
		return w.from()
	case t.Value == "on", t.Value == "success", t.Value == "failure":
		return w.outcomeBefore()
	case t.Value == "use":
		return w.useOn()
	case t.Value == "event":
		return w.namelessEvent(t)
	case t.Value == "restart":
		return w.restartOn()
	case w.value(1) == "=":
		return w.several()
	case w.value(1) == "+":
		return w.grown(t)
	case w.value(1) == "in":
		return w.forless(t)
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

// deep says whether something stands before the first token on its line.
func (w *window) deep() bool {
	at := w.token(0).Pos.Offset
	return at > 0 && w.source[at-1] != '\n'
}

// inLine is a word in the middle of a line.
func (w *window) inLine(t lexer.Token) (habit, bool) {
	before := w.token(-1).Value
	if before == "," && t.Value == "into" {
		return w.into(t)
	}
	if before == "(" || before == "," {
		if h, ok := w.doubledInside(t); ok {
			return h, true
		}
		if h, ok := w.eachOf(t); ok {
			return h, true
		}
		return w.typeBefore()
	}
	for _, read := range []func(lexer.Token) (habit, bool){w.conditionless, w.onNextLine, w.unopened, w.twice, w.doubledOwner, w.unmarked, w.nextParam, w.saidOtherwise, w.unjoined, w.ofThing} {
		if h, ok := read(t); ok {
			return h, true
		}
	}
	if w.token(-2).Value == "at" && w.token(-1).Type == tokNumber {
		if h, ok := w.faultBehind(t); ok {
			return h, true
		}
		return w.happens(t)
	}
	if h, ok := w.isAsked(); ok {
		return h, true
	}
	switch t.Value {
	case "At":
		if w.value(1) == "most" && w.behindOperand() {
			return w.reads(1, means("At"), "at", word("at", t))
		}
	case "till":
		if before == "wait" {
			return w.reads(1, means("till"), "until", word("until", t))
		}
	case "one", "at", "max", "most", "upto":
		return w.atOnce(t)
	case "every":
		if h, ok := w.everyDay(t); ok {
			return h, true
		}
		return w.conditionAndPeriod()
	case "on":
		if h, ok := w.quotedEvent(t); ok {
			return h, true
		}
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
		if h, ok := w.behindTo(t); ok {
			return h, true
		}
		return w.compared(t)
	case "exceeds", "equals", "above", "below", "under", "equal", "greater", "more", "higher", "larger", "bigger", "less", "lower", "smaller", "fewer":
		return w.compared(t)
	case "begin":
		if w.value(1) == "" && beginsBlock[w.begins()] && w.behindOperand() && !leads[before] && !asks[before] {
			h, _ := w.reads(1, means(t.Value)+": a block begins with {", "{", word("{", t))
			return h, true
		}
	case "empty", "silent":
		return w.askedOf(t)
	case "new":
		if end := w.behindCall(2); before == "=" && w.name(1) && w.value(end) == "" {
			return w.reads(end, means("new"), w.value(1)+"++", w.token(1), word("++", w.token(1)))
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
	"by":     "what is sorted stands in parentheses with it: max(h.vms by cpu)",
	"sleep":  "nothing only waits: wait until COND within a time, or let an event hold for one",
	"delay":  "nothing only waits: wait until COND within a time, or let an event hold for one",
	"return": "a run ends in a final state: let an arrow lead there", "exit": "a run ends in a final state: let an arrow lead there",
	"while": "the only loop is for x in SET { … }; a state is repeated by an arrow back to it, at most 3 times",
	"break": "a loop ends with its set, or with while COND in its head", "continue": "a loop passes by what where COND in its head doesn't fit",
	"class": "classes are hosts, vm and component: component NAME on rack [1] { … }", "struct": "classes are hosts, vm and component: component NAME on rack [1] { … }",
	"rule": "a policy starts on an event: policy NAME on EVENT { … }", "trigger": "a policy starts on an event: policy NAME on EVENT { … }",
}
