package lang

import (
	"slices"
	"strings"

	"github.com/alecthomas/participle/v2/lexer"
)

// steps reads a block of statements: of a plan, a loop or a branch.
func (p *parser) steps() []Stmt { return p.stepsUntil(nil) }

// stepsUntil reads a block of statements in which a brace may be too early.
func (p *parser) stepsUntil(early func(t, next lexer.Token) bool) []Stmt {
	var body []Stmt
	beyond := leavesState
	if p.branches > 0 {
		beyond = leavesBranch
	}
	of := lines{steps: true, begins: beginsStep, beyond: beyond, anew: stepsAnew, assigns: true, early: early}
	of.read = func() {
		if s := p.step(); s != nil {
			body = append(body, s)
		}
	}
	p.block(of)
	return body
}

// beginsStep says where a statement can begin behind a mistake.
func beginsStep(t lexer.Token) bool {
	switch t.Value {
	case "let", "var", "for", "if", "fork", "join", "plan":
		return true
	}
	return t.Type == tokIdent
}

// leavesState says that a token can only stand outside of a state's block, so that the block has lost its end.
func leavesState(t lexer.Token) bool {
	return t.Value == "->" || t.Type == tokKeyword && (t.Value == "state" || t.Value == "final")
}

// verbs are what stands before words that are the second of a statement.
var verbs = map[string]string{"until": "wait", "probe": "pause"}

// twiceNamed reports a name that begins a statement and stands there twice, left left -= 1, and passes by one of both.
func (p *parser) twiceNamed() bool {
	t, again := *p.peek(), *p.ahead(1)
	switch op := p.ahead(2).Value; {
	case t.Type != tokIdent || again.Type != tokIdent || again.Value != t.Value || again.Pos.Line != t.Pos.Line:
		return false
	case op != "=" && op != "+=" && op != "-=":
		return false
	}
	at := p.wide(spanOf(again))
	p.slip(Error{Span: spanOf(again), Code: CodeUnexpected, Msg: "unexpected " + describe(again) + ": it stands there already", Hint: "leave it out"}.fixed(at, ""))
	p.next()
	return true
}

// leavesBranch says that of a token in what belongs to an if.
func leavesBranch(t lexer.Token) bool { return t.Value == "else" || leavesState(t) }

func (p *parser) step() Stmt {
	t := *p.peek()
	start := t.Pos.Offset
	switch t.Value {
	case "let", "var":
		l, _ := read[letStep](p, `"`+t.Value+`"`)
		return &Let{p.since(start), nameOf(l.Name), p.typ(l.Type), l.Var, p.set(&l.Value)}
	case "for":
		return p.forLoop(start)
	case "if":
		return p.ifStep(start)
	case "fork":
		_, ok := read[forkHead](p, `"fork"`)
		body := p.branch(ok)
		return &Fork{p.since(start), body}
	case "join":
		p.next()
		return &Join{p.since(start)}
	case "plan":
		_, ok := read[planHead](p, `"plan"`)
		body := p.branch(ok)
		return &Plan{p.since(start), body}
	}
	if p.twiceNamed() {
		return p.step()
	}
	if p.isVerb() && !isStepWord[t.Value] && p.meant("where a statement is expected", append(stepWords, "let", "var", "for", "if")...) {
		return p.step()
	}
	if p.ahead(1).Type == tokIdent && p.ahead(2).Value == "=" && !isStepWord[t.Value] && t.Type == tokIdent && p.ahead(2).Pos.Line == t.Pos.Line {
		word, name := "let", p.ahead(1).Value
		if strings.Contains(p.source, name+" +=") || strings.Contains(p.source, name+" -=") {
			word = "var" // it changes
		}
		p.unexpected("where a statement is expected", advice{"a name gets its value by " + word + ": " + word + " " + name + " = …", &Edit{spanOf(t), word, true}})
		p.lineErrs = len(p.errs)
		p.instead(word, 1)
		return p.step()
	}
	if word := verbs[t.Value]; word != "" && p.isVerb() && (p.startsLine() || endsLine[p.last().Value]) && p.ahead(1).Pos.Line == t.Pos.Line {
		p.unexpected("where a statement is expected", advice{"write " + word + " " + t.Value, &Edit{Span{start, start}, word + " ", word != "wait"}})
		p.lineErrs = len(p.errs)
		p.instead(word, 0)
		return p.step()
	}
	if word := p.unnamed(); word != "" {
		p.unexpected("where a statement is expected", advice{"say what this block is: " + word + " { … }", &Edit{Span: Span{start, start}, New: word + " "}})
		p.lineErrs = len(p.errs)
		p.instead(word, 0)
		return p.step()
	}
	if t.Type != tokIdent {
		p.unexpected("where a statement is expected", say(elsewhere[t.Value]))
		return nil
	}
	if p.isVerb() {
		return p.verb(t)
	}
	return p.plainStep(t)
}

// elseAlone reads an else whose if was closed twice, or isn't there, in a declaration with one brace too many: it ended the block
// around it.
func (p *parser) elseAlone() bool {
	i, open := int(p.lex.RawCursor()), 0
	for _, t := range p.tokens {
		switch t.Value {
		case "{":
			open++
		case "}":
			open--
		}
	}
	if i < 2 || open >= 0 || p.tokens[i-1].Value != "}" {
		return false
	}
	extra := p.tokens[i-1]
	p.lineErrs = len(p.errs)
	if p.tokens[i-2].Value != "}" {
		p.slip(Error{Span: spanOf(*p.peek()), Code: CodeUnexpected, Msg: "no if stands before this else", Hint: "write if C { before what is done else"})
	}
	if p.tokens[i-2].Value == "}" {
		p.slip(Error{Span: spanOf(extra), Code: CodeUnexpected, Msg: "unexpected " + describe(extra), Hint: "the else belongs to the if before it: leave it out"}.fixed(p.wide(spanOf(extra)), ""))
	}
	p.file.Gaps = append(p.file.Gaps, spanOf(extra))
	l, ok := read[elseHead](p, `"else"`)
	if l.Cond != nil {
		p.x(l.Cond)
	}
	p.branch(ok)
	p.late = true
	return true
}

// branch reads the block behind a head.
func (p *parser) branch(headOK bool) []Stmt {
	if !p.opened(headOK, leavesState) {
		return nil
	}
	return p.steps()
}

// thenBranch is a branch with another one behind it, maybe: else stands behind its end.
func (p *parser) thenBranch(headOK bool) []Stmt {
	p.branches++
	defer func() { p.branches-- }()
	return p.branch(headOK)
}

// isVerb says whether the next token is a verb with its object rather than a name: `start t`, not `start.x` or `start = 1`.
func (p *parser) isVerb() bool {
	switch p.ahead(1).Value {
	case ".", "=", "+=", "-=", "++", "--":
		return false
	}
	return true
}

// verb reads a statement by its first word.
func (p *parser) verb(t lexer.Token) Stmt {
	start := t.Pos.Offset
	switch t.Value {
	case "migrate":
		l, _ := read[migrateStep](p, "a migration")
		return &Migrate{p.since(start), p.x(&l.VM), p.x(&l.To), len(l.Undo) > 0, p.once(l.Within, "within")}
	case "start", "stop", "restart", "allocate", "release", "fence":
		l, _ := read[actStep](p, `"`+t.Value+`"`)
		return &Act{p.since(start), nameOf(l.Verb), p.x(&l.Object), p.maybe(l.On), p.maybe(l.Within)}
	case "pause", "resume":
		l, _ := read[probeActStep](p, `"`+t.Value+`"`)
		return &ProbeAct{p.since(start), t.Value == "resume", nameOf(l.Probe), p.x(&l.Of)}
	case "notify":
		l, _ := read[notifyStep](p, "a notice")
		return &Notify{p.since(start), p.x(&l.Text)}
	case "emit":
		l, _ := read[emitStep](p, "a statement")
		return &Emit{p.since(start), eventNameOf(l.Event), p.args(l.Args)}
	case "ask":
		l, _ := read[askStep](p, "a question")
		return &Ask{p.since(start), p.x(&l.Text), p.maybe(l.Within)}
	case "wait":
		l, _ := read[waitStep](p, `"wait"`)
		return &Wait{p.since(start), p.x(&l.Cond), p.maybe(l.Within)}
	}
	return p.planVerb(t)
}

// planVerb reads a step of a plan by its first word.
func (p *parser) planVerb(t lexer.Token) Stmt {
	start := t.Pos.Offset
	switch t.Value {
	case "add":
		l, _ := read[addStep](p, `"add"`)
		return &SetEdit{p.since(start), false, p.set(&l.Value), nameOf(l.Set)}
	case "remove":
		l, _ := read[removeStep](p, `"remove"`)
		return &SetEdit{p.since(start), true, p.set(&l.Value), nameOf(l.Set)}
	case "lift":
		l, _ := read[liftStep](p, `"lift"`)
		return &Lift{p.since(start), p.x(&l.VM)}
	case "back":
		l, _ := read[liftStep](p, `"back"`)
		return &Back{p.since(start), p.x(&l.VM)}
	case "place":
		l, _ := read[placeStep](p, `"place"`)
		return &Place{p.since(start), p.x(&l.VM), p.x(&l.On)}
	case "pick":
		return p.pick(start)
	case "all":
		_, ok := read[allOrNothingHead](p, `"all or nothing"`)
		body := p.branch(ok)
		return &AllOrNothing{p.since(start), body}
	case "give":
		read[giveUpStep](p, `"give up"`)
		return &GiveUp{p.since(start)}
	case "apply":
		l, _ := read[applyStep](p, `"apply"`)
		return &Apply{p.since(start), l.AsListed}
	}
	return p.plainStep(t)
}

func (p *parser) forLoop(start int) Stmt {
	l, ok := read[forHead](p, "a loop")
	s := &For{Var: nameOf(l.Var), Set: p.x(&l.Set), By: p.once(l.By, "by"), Desc: l.Desc,
		Where: p.once(l.Where, "where"), While: p.once(l.While, "while")}
	if len(l.One) > 0 {
		s.AtMost = 1
	}
	for _, n := range l.AtMost {
		if s.AtMost = p.integer(n.N); s.AtMost == 0 && ok && !p.failed() {
			p.fail(spanOf(n.N), CodeNumber, "a loop that does at most 0 at once does nothing", "say how many: at most 1 at once")
		}
	}
	if len(l.OnFailure) > 0 {
		s.OnFailure = l.OnFailure[0]
	}
	if len(l.One)+len(l.AtMost) > 1 || len(l.OnFailure) > 1 {
		p.slip(Error{Span: p.since(start), Code: CodeTwice, Msg: "this loop says twice how many at once, or what a failure does", Hint: "keep one of them"})
	}
	s.Body = p.branch(ok)
	s.Span = p.since(start)
	return s
}

func (p *parser) pick(start int) Stmt {
	l, ok := read[pickHead](p, `"pick"`)
	s := &Pick{Var: nameOf(l.Var), From: p.x(&l.From), By: p.once(l.By, "by"), Desc: l.Desc,
		Where: p.once(l.Where, "where"), While: p.once(l.While, "while")}
	s.Body = p.branch(ok)
	s.Span = p.since(start)
	return s
}

// ifStep reads an if with all that hangs on it. The chain of `else if` is followed in a loop, however long it is.
func (p *parser) ifStep(start int) Stmt {
	l, ok := read[ifHead](p, `"if"`)
	root := &If{Cond: p.x(&l.Cond)}
	root.Then = p.thenBranch(ok)
	chain := []*If{root}
	for p.is("else") {
		word := *p.peek()
		p.lineAt = word.Pos.Offset
		l, ok := read[elseHead](p, `"else"`)
		last := chain[len(chain)-1]
		if l.Cond == nil {
			last.Else = p.branch(ok)
			break
		}
		if len(chain) == maxNesting {
			p.fail(spanOf(word), CodeNesting, "there are too many branches here", "split them into functions")
			p.x(l.Cond)
			p.branch(ok)
			continue
		}
		next := &If{Span: Span{Start: l.If.Pos.Offset}, Cond: p.x(l.Cond)}
		next.Then = p.thenBranch(ok)
		last.Else = []Stmt{next}
		chain = append(chain, next)
	}
	root.Span.Start = start
	for _, s := range chain {
		s.Span.End = p.since(start).End
	}
	return root
}

// plainStep reads a statement that begins with a name: new = Tomcat++, t--, left -= 1, front.restart.
func (p *parser) plainStep(t lexer.Token) Stmt {
	l, ok := read[plainStep](p, "a statement")
	span := p.since(t.Pos.Offset)
	target := p.x((*expr)(&l.Target))
	within := p.maybe(l.Within)
	if !ok {
		return nil
	}
	name, named := target.(*Ident)
	switch {
	case l.Step.Value == "++" && named:
		return &Create{span, Name{}, name.Name, within}
	case l.Step.Value == "--":
		return &Remove{span, target, within}
	case l.Create && named && l.Op.Value == "=":
		told := len(p.errs)
		class, isName := p.set(l.Value).(*Ident)
		switch {
		case isName:
			return &Create{span, name.Name, class.Name, within}
		case len(p.errs) > told:
			return nil
		}
	case l.Op.Value != "" && !l.Create && named:
		s := &Assign{span, name.Name, l.Op.Value, p.set(l.Value)}
		if within != nil {
			p.leaveOut("within", within.Pos(), "an assignment takes no time")
		}
		return s
	case l.Step.Value == "" && l.Op.Value == "":
		if s := p.operation(span, target, within); s != nil {
			return s
		}
	}
	p.noStep(t, target)
	return nil
}

func (p *parser) operation(span Span, target Expr, within Expr) Stmt {
	switch x := target.(type) {
	case *Select:
		return &OpCall{span, x.X, x.Name, nil, within}
	case *Method:
		return &OpCall{span, x.X, x.Func, x.Args, within}
	}
	return nil
}

func (p *parser) noStep(t lexer.Token, target Expr) {
	const plain = "a statement is an action, such as migrate v to h, t--, new = Tomcat++ or front.restart, or binds a name: let x = …"
	help := adviceAt(p.tokens, p.at(t), "")
	if before := p.before(t); before.Value == "apply" && before.Pos.Line == t.Pos.Line {
		help = say("write apply safely or apply as listed")
	}
	if near := nearest(t.Value, stepWords); Distance(t.Value, near, 3) > 2 {
		help = help.or(say(plain)) // return is no restart
	}
	if next := *p.peek(); next.Type == tokIdent && next.Pos.Line == t.Pos.Line && t.Type == tokIdent && help.text == plain {
		help = say("an operation is called " + next.Value + "." + t.Value + ", and what is new " + next.Value + "++")
	}
	help = help.or(nearHint(t, stepWords...)).or(say(plain))
	p.report(Error{Span: target.Pos(), Code: CodeUnexpected, Msg: "this is no statement: " + Print(target), Hint: help.text, Fix: help.fix})
}

var (
	stepWords  = wordsOf(WordStatement)
	isStepWord = setOf(stepWords)
	// stepsAnew begin a step in the middle of a line: what goes on behind a mistake is no name with a name behind it.
	stepsAnew = slices.DeleteFunc(slices.Clone(stepWords), func(w string) bool { return w == "if" })
)
