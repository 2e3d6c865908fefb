package lang

import "github.com/alecthomas/participle/v2/lexer"

// adviceOnLine is advice on lines that are written otherwise as a whole, by what they are and the token that surprised.
func (p *parser) adviceOnLine(construct string, t lexer.Token, expected string) advice {
	before := p.before(t)
	switch construct {
	case aLink:
		if expected == `"."` {
			return say("each end of a link is a class and what it is to the other: link Apache.workers [1..*] -- [1] Tomcat.front")
		}
	case "a requirement":
		return adviceOnRequirement(before, t)
	case "a budget":
		if expected == `"across" or "per"` {
			return say("say where, too: across NAME, or per NAME host")
		}
	}
	return advice{}
}

func adviceOnRequirement(before, t lexer.Token) advice {
	switch {
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
