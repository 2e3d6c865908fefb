package lang

import (
	"strings"

	"github.com/alecthomas/participle/v2/lexer"
)

// A bracket of another kind than the one it belongs to, as of a key beside the one that is meant: in a declaration with one of
// a kind too many, and one of another kind too few, it is told, and read as what it belongs to.

// otherKinds puts right the brackets of each declaration, which begins without indentation.
func (n *native) otherKinds(source string) {
	begin := 0
	for i, t := range n.tokens {
		at := t.Pos.Offset
		begins := declares[t.Value] && (at == 0 || at <= len(source) && source[at-1] == '\n')
		if i > begin && (begins || t.EOF()) {
			n.otherKind(n.tokens[begin:i])
			begin = i
		}
	}
}

const openers, closers = "([{", ")]}"

// bracket is which of the kinds of brackets a token opens or closes; -1 if none.
func bracket(t lexer.Token, of string) int {
	if t.Type != tokSign {
		return -1
	}
	return strings.Index(of, t.Value)
}

// mostOtherKinds is how many brackets of one declaration are put right.
const mostOtherKinds = 10

// otherKind puts the brackets of a declaration right, if all match then.
func (n *native) otherKind(tokens []lexer.Token) {
	open := openOf(tokens)
	if open == [len(openers)]int{} || open[0]+open[1]+open[2] != 0 {
		return
	}
	var errs []Error
	wrong := map[int]lexer.Token{}
	for len(errs) < mostOtherKinds {
		from, to, ok := mismatch(tokens)
		if !ok {
			break
		}
		more, less := bracket(tokens[from], openers), bracket(tokens[to], closers)
		if open[more] <= 0 || open[less] >= 0 {
			break
		}
		at, meant := to, closers[more:more+1]
		if opensOther(tokens, from, less) {
			at, meant = from, openers[less:less+1]
		}
		wrong[at] = tokens[at]
		msg := "unexpected " + describe(tokens[at]) + `, expected "` + meant + `"`
		errs = append(errs, Error{Span: spanOf(tokens[at]), Code: CodeUnexpected, Msg: msg, Hint: "write " + meant}.fixed(spanOf(tokens[at]), meant))
		tokens[at].Value = meant
		open[more]--
		open[less]++
	}
	if _, _, ok := mismatch(tokens); !ok && open == [len(openers)]int{} {
		n.errs = append(n.errs, errs...)
		return
	}
	for at, t := range wrong {
		tokens[at] = t
	}
}

// openOf is how many brackets of each kind are opened and not closed; less than 0 if more are closed.
func openOf(tokens []lexer.Token) (open [len(openers)]int) {
	for _, t := range tokens {
		if k := bracket(t, openers); k >= 0 {
			open[k]++
		} else if k := bracket(t, closers); k >= 0 {
			open[k]--
		}
	}
	return open
}

// mismatch is the first bracket that is closed by one of another kind, and that one.
func mismatch(tokens []lexer.Token) (from, to int, ok bool) {
	var open []int
	for i, t := range tokens {
		if bracket(t, openers) >= 0 {
			open = append(open, i)
			continue
		}
		k := bracket(t, closers)
		if k < 0 {
			continue
		}
		if len(open) == 0 {
			return 0, 0, false
		}
		last := open[len(open)-1]
		if bracket(tokens[last], openers) != k {
			return last, i, true
		}
		open = open[:len(open)-1]
	}
	return 0, 0, false
}

// opensOther says of a bracket that is closed by one of another kind whether it is the wrong one of the two.
func opensOther(tokens []lexer.Token, at, kind int) bool {
	before, next := noToken, tokens[at+1]
	if at > 0 {
		before = tokens[at-1]
	}
	if openers[kind] == '[' && before.Value == "=" && at > 2 && tokens[at-3].Value == "var" {
		return true // it holds a set
	}
	calls := before.Type == tokIdent && spanOf(before).End == tokens[at].Pos.Offset && !namesBlock(tokens, at-1)
	listed := next.Type == tokNumber || next.Type == tokString || next.Value == "*" || next.Value == "]" || before.Value == ":"
	switch {
	case calls && openers[kind] == '(', tokens[0].Value == "use":
		return openers[kind] == '('
	case openers[kind] == '(' && asks[before.Value]:
		return true
	case openers[kind] == '(' && tokens[at].Value == "[":
		return before.Type == tokIdent && !listed
	case openers[kind] == '(':
		return !endsHead(before) || listed
	case openers[kind] == '[':
		return listed && !calls
	case tokens[at].Value == "[":
		return !listed
	}
	return endsHead(before) && !calls
}

// namesBlock says whether a block begins behind a name, or a word, without a blank: state A{.
func namesBlock(tokens []lexer.Token, at int) bool {
	if at == 0 || tokens[at].Value == "lossless" || tokens[at].Value == "stateful" {
		return true
	}
	switch first := tokens[0].Value; tokens[at-1].Value {
	case "state", "final", "scenario", "hosts":
		return true
	case "on":
		return first == "vm"
	case "in":
		return first == "test" && at < 4
	}
	return false
}

// endsHead says whether a block may begin behind a token.
func endsHead(t lexer.Token) bool {
	switch t.Value {
	case "]", ")", "exists", "fork", "plan", "else":
		return true
	}
	return t.Type == tokIdent && !leads[t.Value] && !isStepWord[t.Value] || t.Type == tokNumber || t.Type == tokString
}

// leads are words behind which a value begins.
var leads = setOf([]string{"on", "to", "from", "of", "at", "every", "for", "expect"})
