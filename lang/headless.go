package lang

import (
	"slices"

	"github.com/alecthomas/participle/v2/lexer"
)

// A block whose head is missing is told once: its lines and its closing brace stand there. They are read behind a head without
// names, so that what they say is known, and whoever asks for what the head would have declared can be left alone.

// lostHead is what stands before the lines of a kind of block, "" for each name and value that nobody knows.
var lostHead = map[string][]string{
	"hosts":     {"hosts", "", "{"},
	"vm":        {"vm", "", "on", "", "{"},
	"component": {"component", "", "on", "", "[", "*", "]", "{"},
	"policy":    {"policy", "", "{"},
	"scenario":  {"scenario", "", "{"},
	"test":      {"test", `""`, "{"},
	"state":     {"state", "", "{"},
	"final":     {"final", "", "{"},
}

// headSays is how the head of a block is written.
var headSays = map[string]string{
	"hosts": "hosts NAME {", "vm": "vm NAME on HOSTS {", "component": "component NAME on CLASS [min..max] {", "policy": "policy NAME on EVENT {",
	"scenario": "scenario NAME {", "test": `test "…" {`, "state": "state NAME {", "final": "final NAME {",
}

// ofVMs are fields by which a block is known to be that of a class of virtual machines, rather than that of a family of hosts.
var ofVMs = setOf([]string{"count", "vcpus", "image", "place", "initially"})

// headless reads the lines of a declaration's block whose head is missing, if the next line is the first one.
func (p *parser) headless() bool {
	if !p.startsLine() {
		return false
	}
	first, kind := 0, ""
	if p.is("{") {
		first = 1
	}
	end, lines := p.orphans(first)
	if kind = p.blockOf(*p.ahead(first), *p.ahead(first + 1)); kind == "" || end < 0 {
		return false
	}
	for _, n := range lines {
		switch t := *p.ahead(n); {
		case kind == "hosts" && ofVMs[t.Value] && p.ahead(n+1).Value == "=":
			kind = "vm"
		case kind == "hosts" && (t.Value == "op" || t.Value == "ready"):
			kind = "component"
		case kind == "scenario" && (slices.Contains(testWords, t.Value) || t.Value == "at" && p.ahead(n+2).Value == "expect"):
			kind = "test"
		}
	}
	p.behead(kind, "where a declaration is expected")
	return true
}

// blockOf is a kind of declaration in whose block a line begins with a token and the one behind it, "" if there is none.
func (p *parser) blockOf(t, next lexer.Token) string {
	switch {
	case beginsPolicyLine(t) && !(t.Value == "->" && next.Type != tokIdent):
		return "policy"
	case t.Value == "op" || t.Value == "ready":
		return "component"
	case t.Value == "attr" || t.Type == tokIdent && next.Value == "=":
		return "hosts"
	case t.Type == tokIdent && next.Value != "(" && (slices.Contains(testWords, t.Value) || slices.Contains(scenarioWords, t.Value)):
		return "scenario"
	}
	return ""
}

// orphans are the lines from a token ahead up to a brace that closes what wasn't opened, and where that stands; less than 0 if there is none.
func (p *parser) orphans(begin int) (end int, lines []int) {
	depth := 0
	for n := begin; ; n++ {
		t := *p.ahead(n)
		first := n == begin || t.Pos.Line != p.ahead(n-1).Pos.Line
		switch {
		case t.EOF(), n > begin && first && depth == 0 && p.firstColumn(t) && declares[t.Value]:
			return -1, nil
		case t.Value == "{":
			depth++
		case t.Value == "}":
			if depth--; depth < 0 {
				return n, lines
			}
		case first && depth == 0:
			lines = append(lines, n)
		}
	}
}

// bodiless reads the statements of a state whose head is missing, if the next line is the first one: their brace stands before
// the policy's.
func (p *parser) bodiless() bool {
	first := 0
	if p.is("{") {
		first = 1
	}
	if t := *p.ahead(first); !p.startsLine() || !beginsStep(t) || p.opens(first+1) && t.Value != "plan" && t.Value != "fork" {
		return false
	}
	end, lines := p.orphans(first)
	if end < 0 || slices.ContainsFunc(lines, func(n int) bool { return beginsPolicyLine(*p.ahead(n)) }) {
		return false
	}
	kind, depth := "final", 0
	if p.ahead(end+1).Value == "->" {
		kind = "state"
	}
	for n := end + 1; depth >= 0; n++ {
		switch t := *p.ahead(n); {
		case t.EOF():
			return false
		case t.Value == "{":
			depth++
		case t.Value == "}":
			depth--
		}
	}
	p.behead(kind, "in a policy")
	return true
}

// ofPlans are words that begin a step which only a plan has.
var ofPlans = setOf([]string{"lift", "back", "place", "pick", "apply", "var", "all", "give"})

// unnamed is the word that lacks before a block among statements, "" if the next token begins none: plan if its steps are those of
// one, fork if another branch follows.
func (p *parser) unnamed() string {
	if !p.is("{") || !p.startsLine() {
		return ""
	}
	n, plans := 1, false
	for depth := 1; depth > 0; n++ {
		switch t := p.ahead(n); {
		case t.EOF():
			return ""
		case t.Value == "{":
			depth++
		case t.Value == "}":
			depth--
		default:
			first := t.Pos.Line != p.ahead(n-1).Pos.Line || p.ahead(n-1).Value == "{" || p.ahead(n-1).Value == ";"
			plans = plans || first && ofPlans[t.Value] && p.ahead(n+1).Type == tokIdent
		}
	}
	switch behind := p.ahead(n).Value; {
	case plans && behind == "}":
		return "plan"
	case !plans && (behind == "fork" || behind == "join"):
		return "fork"
	}
	return ""
}

// behead reports that the head of a block is missing, and puts one without names before the next token.
func (p *parser) behead(kind, where string) {
	p.unexpected(where, say("the head of this block is missing: write "+headSays[kind]+" before it"))
	p.lineErrs = len(p.errs)
	at := p.peek().Pos.Offset
	p.file.Gaps = append(p.file.Gaps, Span{at, at + 1}) // what the head would have said
	head := lostHead[kind]
	if p.is("{") {
		head = head[:len(head)-1]
	}
	p.put(head)
}

// put reads words before the next token.
func (p *parser) put(words []string) {
	i, t := int(p.lex.RawCursor()), *p.peek()
	put := make([]lexer.Token, len(words))
	for n, word := range words {
		put[n] = lexer.Token{Type: tokIdent, Value: word, Pos: t.Pos}
		switch word {
		case "":
		case `""`:
			put[n].Type = tokString
		default:
			put[n].Type = kindOf(word)
		}
	}
	p.splice(change{from: i, to: i, put: put})
	if i > 0 {
		p.lex.FastForward(lexer.RawCursor(i - 1))
	}
}
