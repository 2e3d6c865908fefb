package lang

import (
	"strconv"
	"strings"

	"github.com/alecthomas/participle/v2"
	"github.com/alecthomas/participle/v2/lexer"
)

// Expressions are read by precedence, behind participle's Parseable hook. Each of these reads one and never fails:
// what cannot be read becomes Bad, and the mistakes are kept for the statement that holds the expression.
type (
	expr struct {
		x Expr
		mistakes
	}
	// setExpr may end in `where C`.
	setExpr expr
	// operand is a name with its selections and call, as a statement begins with.
	operand expr
	// args is `(a, name: b)`, with its parentheses.
	args struct {
		list []*Arg
		mistakes
	}
	// name is a name on the line of the word that it belongs to.
	name lexer.Token
)

// mistakes are the first one behind which it isn't sure what goes on with what, and those within a number or a text: each of
// these stands for itself.
type mistakes struct {
	err   *Error
	slips []Error
}

// How tightly operators bind.
const (
	bindOr = iota + 1
	bindAnd
	bindNot
	bindCompare
	bindSum
	bindProduct
	bindSign
	bindHistory
	bindSelect
)

var binds = map[string]int{
	"or": bindOr, "and": bindAnd,
	"==": bindCompare, "!=": bindCompare, "<": bindCompare, "<=": bindCompare, ">": bindCompare, ">=": bindCompare,
	"in": bindCompare, "not": bindCompare, "exists": bindCompare,
	"+": bindSum, "-": bindSum, "*": bindProduct, "/": bindProduct,
	"over": bindHistory, "last": bindHistory, ".": bindSelect, "(": bindSelect,
}

func (e *expr) Parse(lex *lexer.PeekingLexer) error {
	r := reader{lex: lex}
	e.x = r.expr(0)
	e.mistakes = r.mistakes
	return nil
}

func (e *setExpr) Parse(lex *lexer.PeekingLexer) error {
	r := reader{lex: lex}
	e.x = r.setExpr()
	e.mistakes = r.mistakes
	return nil
}

func (e *operand) Parse(lex *lexer.PeekingLexer) error {
	if lex.Peek().Type != tokIdent {
		return participle.NextMatch
	}
	r := reader{lex: lex, begins: lex.RawCursor()}
	e.x = r.expr(bindHistory + 1)
	e.mistakes = r.mistakes
	return nil
}

func (a *args) Parse(lex *lexer.PeekingLexer) error {
	if lex.Peek().Value != "(" {
		return participle.NextMatch
	}
	r := reader{lex: lex}
	call := &Call{}
	r.arguments(call, false)
	a.list, a.mistakes = call.Args, r.mistakes
	return nil
}

func (n *name) Parse(lex *lexer.PeekingLexer) error {
	r := reader{lex: lex}
	if t := lex.Peek(); t.Type != tokIdent || r.nextLine(*t) {
		return participle.NextMatch
	}
	*n = name(*lex.Next())
	return nil
}

// reader reads one expression.
type reader struct {
	lex *lexer.PeekingLexer
	mistakes
	depth  int
	begins lexer.RawCursor // of an operand: where the line begins
}

func (r *reader) fail(span Span, code, msg, hint string) *Bad {
	return r.advise(span, code, msg, say(hint))
}

func (r *reader) advise(span Span, code, msg string, help advice) *Bad {
	e := Error{Span: span, Code: code, Msg: msg, Hint: help.text, Fix: help.fix}
	switch {
	case code == CodeNumber || code == CodeText:
		r.slips = append(r.slips, e)
	case r.err == nil:
		r.err = &e
	}
	return &Bad{span}
}

// unexpected reports the next token, and leaves it where it is.
func (r *reader) unexpected(expected string) *Bad {
	t := r.lex.Peek()
	if t.Type == tokJunk {
		return r.skip()
	}
	if last := r.last(); last.Value != "" && !r.sameLine() {
		help := advice{}
		if end := spanOf(last).End; expected == `")"` || expected == `"]"` {
			sign := strings.Trim(expected, `"`)
			help = advice{"close it with " + sign, &Edit{Span{end, end}, sign, true}}
		}
		r.advise(spanOf(last), CodeUnexpected, "expected "+expected+" behind "+describe(last), help)
		return &Bad{Span{spanOf(last).End, spanOf(last).End}}
	}
	return r.advise(spanOf(*t), CodeUnexpected, "unexpected "+describe(*t)+", expected "+expected, r.adviceAt(expected))
}

// adviceAt is what the tokens up to the end of the line say of the next one.
func (r *reader) adviceAt(expected string) advice {
	if r.err != nil {
		return advice{}
	}
	mark, at := r.lex.MakeCheckpoint(), r.lex.RawCursor()
	for line := r.lex.Peek().Pos.Line; !r.lex.Peek().EOF() && r.lex.Peek().Pos.Line == line; {
		r.lex.Next()
	}
	tokens := r.lex.Range(0, r.lex.RawCursor())
	r.lex.LoadCheckpoint(mark)
	return adviceAt(tokens, int(at), expected)
}

// skip passes over junk, which the lexer has reported.
func (r *reader) skip() *Bad {
	t := r.lex.Next()
	if r.err == nil {
		r.err = &Error{Span: spanOf(*t)}
	}
	return &Bad{spanOf(*t)}
}

// last is the token before the next one.
func (r *reader) last() lexer.Token {
	at := r.lex.RawCursor()
	if at == 0 {
		return lexer.Token{}
	}
	return r.lex.Range(at-1, at)[0]
}

// sameLine says whether the next token stands on the line of the one before it.
func (r *reader) sameLine() bool { return r.last().Pos.Line == r.lex.Peek().Pos.Line }

func (r *reader) is(value string) bool { return r.lex.Peek().Value == value }

func (r *reader) accept(value string) bool {
	if !r.is(value) {
		return false
	}
	r.lex.Next()
	return true
}

func (r *reader) expect(value string) bool {
	if r.accept(value) {
		return true
	}
	if t := *r.lex.Peek(); t.Type == tokIdent && nearest(t.Value, []string{value}) != "" {
		r.advise(spanOf(t), CodeUnexpected, "unexpected "+describe(t)+", expected "+strconv.Quote(value), nearHint(t, value))
		r.lex.Next()
		return true
	}
	r.unexpected(strconv.Quote(value))
	return false
}

// end is the offset behind what was read last, and never before start.
func (r *reader) end(start int) int {
	t := r.last()
	return max(start, spanOf(t).End)
}

func (r *reader) since(start int) Span { return Span{start, r.end(start)} }

func (r *reader) setExpr() Expr {
	start := r.lex.Peek().Pos.Offset
	x := r.expr(0)
	for n := 0; r.is("where"); n++ {
		if n == maxNesting {
			return r.tooDeep(*r.lex.Peek())
		}
		r.lex.Next()
		where := r.expr(0)
		x = &Filter{r.since(start), x, where}
	}
	return x
}

// expr reads an expression whose operators bind at least as tightly as least.
func (r *reader) expr(least int) Expr {
	first := r.lex.Peek()
	if r.depth == maxNesting {
		return r.tooDeep(*first)
	}
	start := first.Pos.Offset
	r.depth++
	x := r.prefix()
	r.depth--
	for n := 0; ; n++ {
		t := r.lex.Peek()
		bind := r.infix(x, *t)
		if bind == 0 || bind < least {
			return x
		}
		if n == 10*maxNesting {
			return r.tooDeep(*t)
		}
		r.depth++
		x = r.suffix(start, x, bind)
		r.depth--
	}
}

func (r *reader) tooDeep(t lexer.Token) Expr {
	bad := r.fail(spanOf(t), CodeNesting, "this expression is too deep or too long here", "give its parts names with let or func")
	for line := t.Pos.Line; !r.lex.Peek().EOF() && r.lex.Peek().Pos.Line == line; {
		r.lex.Next()
	}
	return bad
}

// infix is how tightly a token binds what stands before it; 0 if it doesn't go on with an expression. A new line is a
// new statement where a name could begin one.
func (r *reader) infix(x Expr, t lexer.Token) int {
	switch t.Value {
	case "over", "last":
		if !r.sameLine() || !startsOperand(r.second()) {
			return 0
		}
	case "(":
		if _, named := x.(*Ident); !named || !r.sameLine() {
			return 0
		}
	case "not":
		if r.second().Value != "in" {
			return 0
		}
	}
	return binds[t.Value]
}

// second is the token behind the next one.
func (r *reader) second() lexer.Token {
	mark := r.lex.MakeCheckpoint()
	r.lex.Next()
	t := *r.lex.Peek()
	r.lex.LoadCheckpoint(mark)
	return t
}

func startsOperand(t lexer.Token) bool {
	return t.Type == tokNumber || t.Type == tokIdent || t.Value == "("
}

func (r *reader) prefix() Expr {
	t := *r.lex.Peek()
	start := t.Pos.Offset
	if t.Type == tokIdent && r.nextLine(t) {
		return r.unexpected("an expression")
	}
	switch t.Type {
	case tokNumber:
		r.lex.Next()
		return r.number(t)
	case tokString:
		r.lex.Next()
		return r.text(t)
	case tokIdent:
		r.lex.Next()
		return &Ident{nameOf(t)}
	case tokJunk:
		return r.skip()
	}
	switch t.Value {
	case "true", "false":
		r.lex.Next()
		return &Bool{spanOf(t), t.Value == "true"}
	case "none":
		r.lex.Next()
		return &None{spanOf(t)}
	case "not", "-":
		r.lex.Next()
		least := bindNot
		if t.Value == "-" {
			least = bindSign
		}
		x := r.expr(least)
		return &Unary{r.since(start), t.Value, x}
	case "(":
		r.lex.Next()
		x := r.setExpr()
		r.close(")")
		return x
	case "[":
		return r.list()
	case "if":
		return r.cond()
	}
	return r.unexpected("an expression")
}

// nextLine says that something was left out, and t begins the next line: `memory =` above `cores = 2`, `crash` above
// `until 5s`. What a word takes begins on its line; behind an operator or a comma it may stand on the next.
func (r *reader) nextLine(t lexer.Token) bool {
	last := r.last()
	if last.Pos.Line == t.Pos.Line || r.lex.RawCursor() == r.begins {
		return false
	}
	if last.Type == tokIdent || last.Value == "within" {
		return true
	}
	next := r.second()
	if next.Pos.Line != t.Pos.Line {
		return false
	}
	switch next.Value {
	case "=", "+=", "-=", "++", "--":
		return true
	case "(":
		return t.Value == "notify"
	case "over", "last":
		return false
	}
	return next.Type == tokNumber || next.Type == tokString || next.Type == tokIdent && (isStepWord[t.Value] || !goesOnWith[next.Value])
}

// goesOnWith are the words that may stand behind an expression on its line.
var goesOnWith = setOf([]string{"desc", "to", "on", "from", "at", "one", "undoable", "stale", "every", "until"})

func (r *reader) list() Expr {
	start := r.lex.Next().Pos.Offset
	list := &List{}
	for !r.is("]") {
		list.Elems = append(list.Elems, r.expr(0))
		if !r.accept(",") {
			break
		}
	}
	r.close("]")
	list.Span = r.since(start)
	return list
}

// close reads a closing bracket; if something else stands there, it goes on behind the bracket on the same line.
func (r *reader) close(bracket string) {
	if r.accept(bracket) {
		return
	}
	r.unexpected(strconv.Quote(bracket))
	mark := r.lex.MakeCheckpoint()
	for open := 0; !r.lex.Peek().EOF() && r.sameLine(); {
		switch t := r.lex.Next(); t.Value {
		case "(", "[":
			open++
		case "{", "}", ";":
			r.lex.LoadCheckpoint(mark)
			return
		case ")", "]":
			if open == 0 {
				return
			}
			open--
		}
	}
	r.lex.LoadCheckpoint(mark)
}

func (r *reader) cond() Expr {
	start := r.lex.Next().Pos.Offset
	c := &Cond{If: r.expr(0)}
	missing := Span{r.end(start), r.end(start)}
	c.Then, c.Else = &Bad{missing}, &Bad{missing}
	if r.expect("then") {
		c.Then = r.expr(0)
		if r.expect("else") {
			c.Else = r.expr(0)
		}
	}
	c.Span = r.since(start)
	return c
}

// suffix reads an operator behind x, with what it takes.
func (r *reader) suffix(start int, x Expr, bind int) Expr {
	if f, ok := x.(*Ident); ok && r.is("(") {
		return r.call(start, f)
	}
	op := *r.lex.Next()
	switch op.Value {
	case ".":
		return r.selection(start, x)
	case "exists":
		return &Exists{r.since(start), x}
	case "over":
		d := r.expr(bindHistory + 1)
		return &Over{r.since(start), x, d}
	case "last":
		n := r.expr(bindHistory + 1)
		return &Last{r.since(start), x, n}
	}
	b := &Binary{Op: op.Value, OpSpan: spanOf(op), X: x}
	if op.Value == "not" {
		r.lex.Next()
		b.Op, b.OpSpan = "not in", r.since(op.Pos.Offset)
	}
	b.Y = r.expr(bind + 1)
	b.Span = r.since(start)
	if next := r.lex.Peek(); bind == bindCompare && r.infix(b, *next) == bindCompare {
		at := spanOf(*next).Start
		join := advice{"join two comparisons with and", &Edit{Span: Span{at, at}, New: "and " + Print(b.Y) + " "}}
		r.advise(spanOf(*next), CodeUnexpected, "unexpected "+describe(*next)+": comparisons do not chain", join)
	}
	return b
}

func (r *reader) selection(start int, x Expr) Expr {
	t := *r.lex.Peek()
	if t.Type != tokIdent && t.Type != tokKeyword || !r.sameLine() {
		r.unexpected("a member")
		return &Select{r.since(start), x, Name{Span: r.since(r.end(start))}}
	}
	r.lex.Next()
	if !r.is("(") || !r.sameLine() {
		return &Select{r.since(start), x, nameOf(t)}
	}
	call := &Call{}
	r.arguments(call, false)
	return &Method{r.since(start), x, nameOf(t), call.Args}
}

// call reads what follows a function's name: min(rack by cpu desc where it != h), f(a, b), avg(t.load over 10s).
func (r *reader) call(start int, f *Ident) Expr {
	call := &Call{Func: f.Name}
	r.arguments(call, true)
	call.Span = r.since(start)
	return call
}

// arguments reads a list in parentheses. With query, the first argument may be a set that is ordered and filtered there.
func (r *reader) arguments(call *Call, query bool) {
	r.lex.Next()
	for !r.is(")") {
		arg := &Arg{}
		start := r.lex.Peek().Pos.Offset
		if t := r.lex.Peek(); (t.Type == tokIdent || t.Type == tokKeyword) && r.second().Value == ":" {
			arg.Name = nameOf(*t)
			r.lex.Next()
			r.lex.Next()
		}
		if query && len(call.Args) == 0 {
			arg.Value = r.expr(0)
		} else {
			arg.Value = r.setExpr()
		}
		arg.Span = r.since(start)
		if call.Args = append(call.Args, arg); query && len(call.Args) == 1 {
			r.query(call)
		}
		if !r.accept(",") {
			break
		}
	}
	r.close(")")
}

func (r *reader) query(call *Call) {
	for {
		t := *r.lex.Peek()
		clause := &call.By
		switch t.Value {
		case "by":
		case "where":
			clause = &call.Where
		default:
			return
		}
		if *clause != nil {
			help := say("join the conditions with and, or drop one")
			if t.Value == "where" && call.By == nil {
				help.fix = &Edit{Span: spanOf(t), New: "and"}
			}
			r.advise(spanOf(t), CodeTwice, "there is a second "+t.Value+" here", help)
		}
		r.lex.Next()
		*clause = r.expr(0)
		if t.Value == "by" {
			call.Desc = r.accept("desc")
		}
	}
}
