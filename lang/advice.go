package lang

import (
	"strings"

	"github.com/alecthomas/participle/v2/lexer"
)

// adviceOnLine is advice on lines that are written otherwise as a whole, by what they are and the token that surprised.
func (p *parser) adviceOnLine(construct string, t lexer.Token, expected string) advice {
	before := p.before(t)
	switch construct {
	case "an import":
		if expected == phrases["<string>"] && t.Pos.Line != before.Pos.Line {
			return say(`say which file: import "std/relieve", or import "figures" for the file beside this one`)
		}
	case "a migration":
		if expected == `"to"` && (t.Value == "within" || t.Pos.Line != before.Pos.Line || before.Value == "to") {
			return say("a migration says what goes where: migrate VM to HOST")
		}
	case "a probe":
		if expected == `"every"` && t.Pos.Line != before.Pos.Line {
			return say("a probe says how often it measures, such as every 1s")
		}
	case aLink:
		if expected == `"."` || expected == phrases["Bounds"] {
			return say("each end of a link is a class and what it is to the other: link Apache.workers [1..*] -- [1] Tomcat.front")
		}
	case "a policy":
		if next := p.after(t); expected == `"{"` && t.Type == tokIdent && next.Value == "{" && before.Type == tokIdent {
			return say("what an event tells is in parentheses, with its type: " + before.Value + "(" + t.Value + ": TYPE)")
		}
	case "a state", "a final state":
		if expected == phrases["<ident>"] {
			return say("each state has a name: " + p.tokens[max(0, p.at(t)-1)].Value + " NAME")
		}
	case "a requirement":
		return adviceOnRequirement(before, t)
	case "a budget":
		return adviceOnBudget(before, t, expected)
	case "what happens at a time":
		if isStepWord[t.Value] && before.Type == tokNumber {
			return say("what is done about things, policies do: let one start on an event, and write emit EVENT(…) here")
		}
	}
	return advice{}
}

// adviceOnLack says which sign or word lacks before a token, by the one before it on its line.
func adviceOnLack(tokens []lexer.Token, at int, expected string) advice {
	last, t := tokens[at-1], tokens[at]
	behind := Span{spanOf(last).End, spanOf(last).End}
	isValue := t.Type == tokNumber || t.Type == tokString || t.Value == "["
	switch {
	case expected == `"="` && isValue && last.Type == tokIdent:
		return advice{"a value stands behind =: write " + last.Value + " = " + t.Value, &Edit{Span: behind, New: " ="}}
	case strings.Contains(expected, `"]"`) && isValue && last.Type == t.Type:
		return advice{"a comma stands between what is in a list", &Edit{Span: behind, New: ","}}
	case expected == `":"` && t.Type == tokIdent && last.Type == tokIdent && declaresParams(tokens, at):
		return advice{"a parameter has its type behind a colon: " + last.Value + ": " + t.Value, &Edit{Span: behind, New: ":"}}
	case expected == `":"` && t.Type == tokNumber && last.Type == tokIdent:
		return advice{"a load begins behind a colon: " + last.Value + ": " + t.Value, &Edit{Span: behind, New: ":"}}
	case strings.Contains(expected, `"until"`) && t.Value == "to" && last.Type == tokNumber:
		return advice{"how long it stays so is said with until", &Edit{spanOf(t), "until", true}}
	case strings.Contains(expected, `"until"`) && t.Value == "at" && last.Type == tokNumber:
		return advice{"what it changes to is said with to: to " + last.Value + " at …", &Edit{Span: Span{spanOf(last).Start, spanOf(last).Start}, New: "to "}}
	case expected == `"{"` && t.Value == "on" && (&window{tokens: tokens, at: at}).begins() == "test":
		return advice{"a test is in a scenario: write in", &Edit{spanOf(t), "in", false}}
	case expected == `"on"` && t.Value == "{" && at > 1:
		return say("say what it stands on: " + tokens[at-2].Value + " " + last.Value + " on NAME")
	case expected == `")"` && t.Value == "{" && at > 2 && tokens[at-2].Value == "(" && (tokens[at-3].Value == "exec" || tokens[at-3].Value == "template"):
		return say("what it takes is a text, in quotes: " + tokens[at-3].Value + `("…")`)
	case expected == phrases["<ident>"] && t.Type == tokString && len(t.Value) > 2 && !strings.ContainsFunc(t.Value[1:len(t.Value)-1], notInName):
		name := t.Value[1 : len(t.Value)-1]
		return advice{"a name has no quotes: " + name, &Edit{spanOf(t), name, false}}
	}
	return advice{}
}

func adviceOnBudget(before, t lexer.Token, expected string) advice {
	switch {
	case expected == `"at" or "per"` && (t.Value == "across" || t.Value == "on"):
		return say("say at what time: at a time, or per 10min")
	case expected == `"at" or "per"` && t.Value == "/":
		return say("say in what time: per 1h")
	case expected == phrases["<number>"] && t.Value == ":":
		return say("leave out the colon")
	case before.Value == "host" && expected == `"host"`:
		return say("say on the hosts of which family: per NAME host")
	case before.Value == "host" || t.Value == "host":
		return say("say in what time, too: per 10min per NAME host")
	case t.Value == "in" || t.Value == "within" || t.Value == "every":
		return advice{"write per", &Edit{spanOf(t), "per", false}}
	case expected == `"across" or "per"`:
		return say("say where, too: across NAME, or per NAME host")
	}
	return advice{}
}

// amounts are words for how many there are.
var amounts = map[string]string{
	"no": "0", "one": "1", "two": "2", "three": "3", "four": "4", "five": "5", "any": "*", "many": "*", "n": "*", "N": "*", "inf": "*",
}

// amount writes a word for a number as one, where a number is expected.
func amount(t lexer.Token, expected string) advice {
	n := amounts[t.Value]
	if n == "" || expected != phrases["<number>"] && expected != phrases["<number>"]+` or "*"` || n == "*" && !strings.HasSuffix(expected, `"*"`) {
		return advice{}
	}
	return advice{"write " + n, &Edit{spanOf(t), n, n == "*"}}
}

func adviceOnRequirement(before, t lexer.Token) advice {
	of := map[string]string{"capacity": "capacity(memory) or capacity(cpu)", "apart": "apart(CLASS)", "spread": "spread(CLASS)"}[before.Value]
	switch {
	case of != "" && t.Value == "on":
		return say("say of what: " + of)
	case t.Value == "ready" && amounts[before.Value] != "":
		return amount(before, phrases["<number>"])
	case t.Type == tokIdent && (before.Value == "apart" || before.Value == "spread" || before.Value == "capacity"):
		return inParentheses(before, t)
	case binds[t.Value] == bindCompare:
		return say("how many there must be is said of the class, as in component App on rack [2..6]; how many of them ready: require 2 ready of App")
	}
	return advice{}
}

// inParentheses puts a token in parentheses, right behind the one before.
func inParentheses(before, t lexer.Token) advice {
	return closedBy(before, t, lexer.Token{})
}

// closedBy is inParentheses of a token with another one behind it, which may be the end of the parentheses.
func closedBy(before, t, next lexer.Token) advice {
	if next.Value == ")" && next.Pos.Line == t.Pos.Line {
		return advice{"write " + before.Value + "(" + t.Value + ")", &Edit{Span: Span{spanOf(before).End, spanOf(t).Start}, New: "("}}
	}
	text := "(" + t.Value + ")"
	return advice{"write " + before.Value + text, &Edit{Span{spanOf(before).End, spanOf(t).End}, text, false}}
}
