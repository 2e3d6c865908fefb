package lang

import (
	"strings"

	"github.com/alecthomas/participle/v2/lexer"
)

// adviceOnLine is advice on lines that are written otherwise as a whole, by what they are and the token that surprised.
func (p *parser) adviceOnLine(construct string, t lexer.Token, expected string) advice {
	before := p.before(t)
	switch construct {
	case aLink:
		if expected == `"."` {
			return say("each end of a link is a class and what it is to the other: link Apache.workers [1..*] -- [1] Tomcat.front")
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

func adviceOnBudget(before, t lexer.Token, expected string) advice {
	switch {
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
	text := "(" + t.Value + ")"
	return advice{"write " + before.Value + text, &Edit{Span{spanOf(before).End, spanOf(t).End}, text, false}}
}
