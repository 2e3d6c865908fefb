package lang

import (
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/alecthomas/participle/v2/lexer"
)

func (p *parser) policy(start int) {
	l, ok := read[policyHead](p, "a policy")
	d := &Policy{Doc: p.doc(start), Name: nameOf(l.Name), Lossless: len(l.Lossless) > 0}
	if t := l.On; t != nil {
		d.On = &Trigger{spanAll(t.Tokens), eventNameOf(t.Event), p.params(t.Params)}
	}
	d.When = p.once(l.When, "when")
	d.Cooldown = p.once(l.Cooldown, "cooldown")
	if len(l.Lossless) > 1 {
		second := p.lastOf("lossless")
		p.slip(Error{Span: second, Code: CodeTwice, Msg: `"lossless" is given twice`, Hint: "keep one of them"}.fixed(p.wide(second), ""))
	}
	p.add(d)
	of := lines{begins: beginsPolicyLine, states: true, anew: []string{"state", "final"}, words: []string{"state", "final", "when", "on", "otherwise", "at"}}
	of.early = func(t, _ lexer.Token) bool { return p.closesEarly(d, t) }
	of.read = func() { p.policyLine(d) }
	outer := p.leaving
	p.leaving = nil
	if p.opened(ok, nil) {
		p.block(of)
	}
	for _, a := range p.leaving {
		if from := stateOf(d, a.from.Text); from != nil {
			from.Transitions = append(from.Transitions, a.Transition)
		}
	}
	p.leaving = outer
	d.Span = p.since(start)
}

// namedArrow is an arrow that says which state it leaves: Pick -> Move.
type namedArrow struct {
	from Name
	*Transition
}

// namedArrow reads an arrow that says which state it leaves, as it is drawn elsewhere.
func (p *parser) namedArrow(d *Policy, from lexer.Token) {
	e := Error{Span: spanOf(from), Code: CodeUnexpected, Msg: "an arrow stands behind the state that it leaves, and doesn't name it", Hint: "write it behind the block of state " + from.Value + ", without that name"}
	if n := len(d.States); n > 0 && d.States[n-1].Name.Text == from.Value {
		e.Hint, e.Fix = "leave out "+from.Value, &Edit{Span: Span{from.Pos.Offset, p.ahead(1).Pos.Offset}}
	}
	p.slip(e)
	p.next()
	p.leaving = append(p.leaving, namedArrow{nameOf(from), p.transition()})
}

// stateOf is the state of a policy with a name, nil if there is none.
func stateOf(d *Policy, name string) *State {
	i := slices.IndexFunc(d.States, func(s *State) bool { return s.Name.Text == name })
	if i < 0 {
		return nil
	}
	return d.States[i]
}

// closesEarly says whether a brace with this token behind it closes the policy too early. Where the one that is too many
// stands in the last state, nobody knows what belongs to that.
func (p *parser) closesEarly(d *Policy, t lexer.Token) bool {
	if !beginsPolicyLine(t) {
		return false
	}
	if n := len(d.States); n > 0 && t.Value == "->" {
		p.file.Gaps = append(p.file.Gaps, d.States[n-1].Span)
	}
	return true
}

func beginsPolicyLine(t lexer.Token) bool {
	return t.Value == "->" || t.Value == "state" || t.Value == "final"
}

// policyLine reads a state, or a transition out of the state before it.
func (p *parser) policyLine(d *Policy) {
	t := *p.peek()
	switch t.Value {
	case "state":
		l, ok := read[stateHead](p, "a state")
		d.States = append(d.States, &State{Name: nameOf(l.Name)})
		p.body(d, t, p.opened(ok, beginsPolicyLine))
	case "final":
		l, ok := read[finalHead](p, "a final state")
		d.States = append(d.States, &State{Name: nameOf(l.Name), Final: true})
		p.body(d, t, ok && l.Open.Value != "" || !ok && p.opened(ok, beginsPolicyLine))
	case "->":
		tr := p.transition()
		if len(d.States) == 0 {
			if n := len(p.file.Gaps); n == 0 || p.file.Gaps[n-1].Start < d.Name.Span.Start { // else its state may stand there
				p.slip(Error{Span: tr.Span, Code: CodeUnexpected, Msg: "this transition has no state before it", Hint: "a transition stands behind the state that it leaves"})
			}
			d.States = append(d.States, &State{Span: tr.Span})
		}
		last := d.States[len(d.States)-1]
		last.Transitions = append(last.Transitions, tr)
	default:
		if t.Type == tokIdent && p.startsLine() && p.ahead(1).Value == "->" && p.ahead(1).Pos.Line == t.Pos.Line {
			p.namedArrow(d, t)
			return
		}
		if p.bodiless() || p.meant("in a policy", "state", "final") {
			p.policyLine(d)
			return
		}
		if word := p.stateless(); word != "" {
			p.unexpected("in a policy", say("write "+word+" "+t.Value))
			p.lineErrs = len(p.errs)
			p.instead(word, 0)
			p.policyLine(d)
			return
		}
		if word := p.stateByAnotherWord(); word != "" {
			p.unexpected("in a policy", say("write "+word+" "+p.ahead(1).Value))
			p.lineErrs = len(p.errs)
			p.instead(word, 1)
			p.policyLine(d)
			return
		}
		if p.behindArrow(d) {
			p.unexpected("in a transition", nearHint(t, "when", "otherwise").or(say("behind an arrow stands when …, on success, on failure or otherwise, and how often: at most 2 times")))
			return
		}
		p.unexpected("in a policy", nearHint(t, "state", "final", "when", "otherwise").or(say("a policy has state, final and ->; actions stand in a state's block")))
	}
}

// behindArrow says whether the next token stands on the line of a transition, right behind it.
func (p *parser) behindArrow(d *Policy) bool {
	if len(d.States) == 0 || p.startsLine() {
		return false
	}
	arrows := d.States[len(d.States)-1].Transitions
	return len(arrows) > 0 && arrows[len(arrows)-1].Span.End == spanOf(p.last()).End
}

// stateByAnotherWord is the word that is meant where a state, or a final one, begins with one that nobody knows: step Move {.
func (p *parser) stateByAnotherWord() string {
	t, name, next := p.peek(), p.ahead(1), p.ahead(2)
	if t.Type != tokIdent || isStepWord[t.Value] || !p.startsLine() || name.Type != tokIdent || name.Pos.Line != t.Pos.Line || next.Pos.Line == t.Pos.Line && next.Value != "{" {
		return ""
	}
	return p.stateAt(2)
}

// stateless is what a state or an arrow lacks that begins with a state's name, "" if neither does.
func (p *parser) stateless() string {
	t, next := p.peek(), p.ahead(1)
	switch {
	case t.Type != tokIdent:
		return ""
	case !p.startsLine():
		if before := p.last().Value; before == "{" || before == "}" {
			return p.stateAt(1)
		}
		return ""
	case next.Value == "when" || next.Value == "otherwise" || next.Value == "on" || next.Value == "at":
		return "->"
	case next.Value == "}" || next.Pos.Line != t.Pos.Line:
		for i := 1; i < len(p.tokens); i++ {
			if word := p.tokens[i-1].Value; p.tokens[i].Value == t.Value && (word == "state" || word == "final") {
				return "->"
			}
		}
		return "final"
	}
	return p.stateAt(1)
}

// stateAt is whether a state whose name stands before the nth token ahead is a final one, as nothing leads out of it; "" if no
// block of it begins there.
func (p *parser) stateAt(n int) string {
	if p.ahead(n).Value != "{" {
		return ""
	}
	depth := 0
	for ; ; n++ {
		switch next := p.ahead(n); {
		case next.EOF():
			return "state"
		case next.Value == "{":
			depth++
		case next.Value == "}":
			if depth--; depth > 0 {
				continue
			}
			behind := p.ahead(n + 1)
			if behind.Value == "}" { // it may be one too many
				behind = p.ahead(n + 2)
			}
			if behind.Value == "->" {
				return "state"
			}
			return "final"
		}
	}
}

func (p *parser) body(d *Policy, first lexer.Token, open bool) {
	s := d.States[len(d.States)-1]
	if open {
		s.Body = p.stepsUntil(p.beforeJoin)
	}
	s.Span = p.since(first.Pos.Offset)
}

// beforeJoin says whether a closing brace stands before the end of a state, as branches are joined behind it and another brace
// closes the state then.
func (p *parser) beforeJoin(t, _ lexer.Token) bool {
	if t.Value != "join" {
		return false
	}
	for n, open := 2, 0; n < mostMended; n++ {
		switch t := p.ahead(n); {
		case t.EOF() || t.Value == "->" || leavesState(*t):
			return false
		case t.Value == "{":
			open++
		case t.Value == "}" && open == 0:
			return true
		case t.Value == "}":
			open--
		}
	}
	return false
}

func (p *parser) transition() *Transition {
	start := p.peek().Pos.Offset
	l, ok := read[arrowLine](p, "a transition")
	t := &Transition{To: nameOf(l.To)}
	ways, told := 0, len(p.errs)
	for ok && p.beginsClause() {
		if word := p.peek().Value; word == "at" && t.AtMost > 0 {
			p.twice(*p.peek())
		} else if word != "at" && len(p.errs) == told { // behind a mistake nobody knows what is a way of its own
			ways++
		}
		ok = p.clause(t)
	}
	t.Span = p.since(start)
	if ways > 1 {
		p.fail(t.Span, CodeTwice, "this transition is taken in more than one case", "write one transition for each of when, on success, on failure and otherwise")
	}
	return t
}

func (p *parser) beginsClause() bool {
	switch p.peek().Value {
	case "when", "on", "otherwise", "at":
		return true
	}
	return false
}

// clause reads when a transition is taken, or how often.
func (p *parser) clause(t *Transition) (ok bool) {
	switch p.peek().Value {
	case "when":
		l, ok := read[whenClause](p, "a transition")
		t.When = p.x(&l.Cond)
		return ok
	case "on":
		l, ok := read[outcomeClause](p, "a transition")
		t.Success, t.Failure, t.Undo = l.Success, ok && !l.Success, l.Undo
		return ok
	case "at":
		l, ok := read[timesClause](p, "a transition")
		if t.AtMost = p.integer(l.N); t.AtMost == 0 && ok && !p.failed() {
			p.fail(spanOf(l.N), CodeNumber, "an arrow that is taken at most 0 times is none", "leave it out, or say how often: at most 1 times")
		}
		return ok
	}
	p.next()
	t.Otherwise = true
	return true
}

// once is the value of a clause that may stand once. Of conditions that stand there, all are read as meant.
func (p *parser) once(list []*expr, clause string) Expr {
	if len(list) == 0 {
		return nil
	}
	first := p.x(list[0])
	for _, e := range list[1:] {
		second := p.x(e)
		p.slip(Error{Span: second.Pos(), Code: CodeTwice, Msg: strconv.Quote(clause) + " is given twice", Hint: "keep one of them"})
		if asks[clause] {
			first = &Binary{Span: Span{first.Pos().Start, second.Pos().End}, Op: "and", X: first, Y: second}
		}
	}
	return first
}

func (p *parser) scenario(start int) {
	l, ok := read[scenarioHead](p, "a scenario")
	d := &Scenario{Name: nameOf(l.Name)}
	p.add(d)
	of := lines{begins: beginsWithName, owns: "require", words: scenarioWords}
	of.read = func() {
		d.Items = append(d.Items, p.scenarioLine()...)
	}
	if p.opened(ok, nil) {
		p.block(of)
	}
	d.Span = p.since(start)
}

var scenarioWords = []string{"at", "clients", "requests", "load", "work", "until", "fidelity", "set", "require"}

// scenarioLine reads a line of a scenario: an item; two, if a load has taken the end of the scenario for its own.
func (p *parser) scenarioLine() []ScenarioItem {
	t := *p.peek()
	start := t.Pos.Offset
	one := func(i ScenarioItem) []ScenarioItem { return []ScenarioItem{i} }
	switch t.Value {
	case "at":
		return one(p.atLine(start))
	case "clients":
		l, _ := read[clientsLine](p, "a load")
		return p.withEnd(&ClientsOf{p.since(start), nameOf(l.Class), p.loadPoints(l.Points)}, l.Points)
	case "requests":
		l, _ := read[requestsLine](p, "a load")
		return p.withEnd(&RequestsOf{p.since(start), nameOf(l.Class), p.maybe(l.From), p.loadPoints(l.Points)}, l.Points)
	case "load":
		l, _ := read[loadLine](p, "a load")
		return p.withEnd(&LoadOf{p.since(start), nameOf(l.Class), p.maybe(l.From), p.loadPoints(l.Points)}, l.Points)
	case "work":
		l, _ := read[workLine](p, "a cost")
		return one(&WorkOf{p.since(start), nameOf(l.Class), p.x(&l.Cost)})
	case "until":
		l, _ := read[untilLine](p, "the end of a scenario")
		return one(&Until{p.since(start), p.x(&l.At)})
	case "fidelity":
		l, _ := read[fidelityLine](p, "a fidelity")
		return one(&Fidelity{p.since(start), nameOf(l.Name)})
	case "set":
		l, _ := read[settingLine](p, "a setting")
		return one(&Setting{p.since(start), nameOf(l.Name), p.x(&l.Value)})
	case "require":
		return one(p.require())
	}
	if p.meant("in a scenario", scenarioWords...) {
		return p.scenarioLine()
	}
	if p.loadless() {
		return p.scenarioLine()
	}
	p.unexpected("in a scenario", say(notInScenario[t.Value]).or(nearHint(t, scenarioWords...)).or(say("a scenario has at, clients, requests, load, work, until, fidelity, set and require")))
	return nil
}

// loadless reads G: 20% until 1min as a load: a share is nothing else.
func (p *parser) loadless() bool {
	t := *p.peek()
	if t.Type != tokIdent || !p.startsLine() || p.ahead(1).Value != ":" || !strings.HasSuffix(p.ahead(2).Value, "%") {
		return false
	}
	p.unexpected("in a scenario", advice{"write load " + t.Value, &Edit{Span: Span{t.Pos.Offset, t.Pos.Offset}, New: "load "}})
	p.lineErrs = len(p.errs)
	p.instead("load", 0)
	return true
}

// notInScenario says what becomes of words that others begin a scenario's lines with.
var notInScenario = map[string]string{
	"seed": "a test says its seed, and tune sim takes --seed", "seeds": "a test says its seeds, and tune sim takes --seed",
	"duration": "a scenario ends with until, such as until 1h", "end": "a scenario ends with until, such as until 1h",
	"expect": "a test expects: test \"…\" in SCENARIO { at 1min expect … }",
}

// atLine reads what happens at a time: a deployment, an event from outside, an operator's answer or wish, or a fault.
func (p *parser) atLine(start int) ScenarioItem {
	l, ok := read[atLine](p, "what happens at a time")
	at := p.x(&l.At)
	if l.All || len(l.Classes) > 0 || !ok {
		item := &DeployAt{Span: p.since(start), At: at, Down: l.Deploy.Value == "shutdown", All: l.All}
		for _, c := range l.Classes {
			item.Classes = append(item.Classes, nameOf(c))
		}
		p.atOnce(l, "a deployment")
		return item
	}
	if l.Event != nil {
		p.atOnce(l, "an event")
		return &EmitAt{p.since(start), at, eventNameOf(*l.Event), p.named(p.args(l.Args))}
	}
	if l.Policy != nil {
		p.atOnce(l, "an answer")
		span := spanAll(l.Policy.Tokens)
		return &AnswerAt{p.since(start), at, l.Answer.Value, Name{p.source[span.Start:span.End], span}}
	}
	if l.Wish.Value != "" {
		w := &WishAt{Span: p.since(start), At: at, Kind: nameOf(l.Wish), All: l.Every, For: p.maybe(l.For)}
		if l.About != nil {
			w.About = p.thing(&thing{Tokens: l.About.Tokens, Text: l.About.Text})
		}
		return w
	}
	f := &Fault{Span: p.since(start), At: at, By: p.maybe(l.By), For: p.maybe(l.For)}
	switch {
	case l.Crash.Value != "":
		f.Kind, f.Target = nameOf(l.Crash), p.thing(l.Host)
	case l.Fail.Value != "":
		f.Kind, f.What, f.Target = nameOf(l.Fail), nameOf(l.What), p.thing(l.Of)
	default:
		f.Kind, f.What, f.Target = nameOf(l.Lie), nameOf(l.Metric), p.thing(l.Target)
	}
	return f
}

// named reads what stands for a difference as the name that it is: Servlet-1.
func (p *parser) named(args []*Arg) []*Arg {
	for _, a := range args {
		if b, ok := a.Value.(*Binary); ok && b.Op == "-" {
			text := p.source[b.Span.Start:b.Span.End]
			if id, ok := b.X.(*Ident); ok { // its name may stand there twice
				text = id.Text + p.source[id.Span.End:b.Span.End]
			}
			if !strings.ContainsFunc(text, notInName) {
				a.Value = &Ident{Name{text, b.Span}}
			}
		}
	}
	return args
}

func notInName(r rune) bool {
	return r != '-' && r != '_' && !unicode.IsLetter(r) && !unicode.IsDigit(r)
}

// thing is the name of a class or an instance, as it is written or as a text.
func (p *parser) thing(t *thing) Name {
	switch {
	case t == nil:
		return Name{}
	case t.Text.Value != "":
		return Name{p.plain(t.Text), spanOf(t.Text)}
	}
	span := spanAll(t.Tokens)
	name := Name{p.source[span.Start:span.End], span}
	if strings.ContainsFunc(name.Text, unicode.IsSpace) || strings.Contains(name.Text, "/") {
		p.fail(span, CodeUnexpected, "a name is written without blanks", "write such as Servlet-1")
	}
	return name
}

// atOnce refuses a duration of what has none.
func (p *parser) atOnce(l *atLine, what string) {
	if l.For == nil {
		return
	}
	at := p.x(l.For).Pos()
	if before := strings.TrimRight(p.source[:at.Start], " \t"); !strings.HasSuffix(before, "for") { // Tomcat-1
		p.report(Error{Span: at, Code: CodeUnexpected, Msg: what + " is of classes, not of one thing", Hint: "leave out " + p.source[at.Start:at.End], Fix: &Edit{at, "", true}})
		return
	}
	p.leaveOut("for", at, what+" has no duration")
}

// withEnd is a load, and behind it the end of the scenario, if that stands on the next line and the load's own is missing: it
// would be read as such.
func (p *parser) withEnd(load ScenarioItem, points []*loadPoint) []ScenarioItem {
	items := []ScenarioItem{load}
	if len(points) == 0 {
		return items
	}
	last := points[len(points)-1]
	k := slices.IndexFunc(last.Tokens, func(t lexer.Token) bool { return t.Value == "until" && t.Type != tokString })
	if last.Until == nil || k < 1 || last.Tokens[k].Pos.Line == last.Tokens[k-1].Pos.Line {
		return items
	}
	n := spanAll(last.Tokens[:k])
	text := p.source[n.Start:n.End]
	p.fail(n, CodeUnexpected, "this load doesn't say how long it is "+text, "write "+text+" until … on this line: the until on the next one is the end of the scenario")
	rest := spanAll(last.Tokens[k:])
	return append(items, &Until{rest, p.x(last.Until)})
}

func (p *parser) loadPoints(list []*loadPoint) []*LoadPoint {
	var points []*LoadPoint
	for _, l := range list {
		points = append(points, p.loadPoint(l))
	}
	return points
}

func (p *parser) loadPoint(l *loadPoint) *LoadPoint {
	span := spanAll(l.Tokens)
	if l.Goal != nil {
		return &LoadPoint{span, p.x(l.Goal), true, p.given(l.By, span)}
	}
	if l.N == nil {
		return &LoadPoint{span, &Bad{span}, false, &Bad{span}}
	}
	return &LoadPoint{span, p.x(l.N), false, p.given(l.Until, span)}
}

// given is x of an expression that must be there, Bad if a mistake stands before it.
func (p *parser) given(e *expr, span Span) Expr {
	if e == nil {
		return &Bad{span}
	}
	return p.x(e)
}
