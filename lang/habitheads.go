package lang

import (
	"slices"
	"strings"

	"github.com/alecthomas/participle/v2/lexer"
)

// Heads of declarations whose parts all stand there, with a word or a sign that lacks, or in another order: they are read as
// meant, so that what the block says is told with them.

// headOtherwise is the head of a policy, an event or a function from its first word on.
func (w *window) headOtherwise(t lexer.Token) (habit, bool) {
	if !w.name(1) {
		return habit{}, false
	}
	switch t.Value {
	case "link":
		return w.roleFirst()
	case "probe":
		if h, ok := w.probeOf(); ok {
			return h, true
		}
		if h, ok := w.namelessMember(t, "on"); ok {
			return h, true
		}
		if h, ok := w.typeFirstOf(t); ok {
			return h, true
		}
		return w.typeBehind()
	case "policy":
		if h, ok := w.triggerElsewhere(); ok {
			return h, true
		}
		if h, ok := w.paramsFirst(); ok {
			return h, true
		}
		if h, ok := w.triggerParam(); ok {
			return h, true
		}
		return w.bareTrigger()
	case "event", "func":
		return w.bareParam()
	}
	return habit{}, false
}

var policyWords = []string{"on", "when", "lossless", "cooldown"}

// bareTrigger is policy P hot(h: rack) { and policy P: hot {, which lack their on.
func (w *window) bareTrigger() (habit, bool) {
	at := 2
	if w.value(at) == ":" {
		at++
	}
	if !w.name(at) || w.value(1) == "on" || slices.Contains(policyWords, w.value(at)) || at == 2 && nearest(w.value(at), policyWords) != "" {
		return habit{}, false
	}
	switch w.value(at + 1) {
	case "(", "{", ".", "when", "lossless", "cooldown":
	default:
		return habit{}, false
	}
	on := word("on", w.token(at-1))
	on.Pos.Column = 0
	h, _ := w.reads(at, "unexpected "+describe(w.token(2))+" in a policy", "on "+w.value(at), w.token(0), w.token(1), on)
	h.err.Span = spanOf(w.token(2))
	h.err.Fix = &Edit{Span: Span{spanOf(w.token(1)).End, w.token(at).Pos.Offset}, New: " on "}
	return h, true
}

// paramsFirst is policy P(h: rack) on hot {, where what the event is about stands behind the policy.
func (w *window) paramsFirst() (habit, bool) {
	end := 3
	for end < farthest && (w.name(end) || w.value(end) == ":" || w.value(end) == ",") {
		end++
	}
	event := end + 2
	if w.value(2) != "(" || w.value(end) != ")" || w.value(end+1) != "on" || !w.name(event) || w.value(event+1) == "(" || w.value(event+1) == "." {
		return habit{}, false
	}
	name := w.token(event)
	name.Pos.Offset, name.Pos.Column = w.token(2).Pos.Offset, spanOf(name).End-w.token(2).Pos.Offset // what it lies around stands before it
	put := append([]lexer.Token{w.token(0), w.token(1), word("on", w.token(2)), name}, w.tokens[w.at+2:w.at+end+1]...)
	right := "on " + w.value(event) + w.text(2, end+1)
	h, _ := w.reads(event+1, "what an event is about stands behind the event", right, put...)
	h.err.Span = Span{w.token(2).Pos.Offset, spanOf(w.token(end)).End}
	h.err.Fix = &Edit{Span: Span{spanOf(w.token(1)).End, spanOf(w.token(event)).End}, New: " " + right}
	return h, true
}

// bareParam is event e h: rack when …, event e on h: rack when … and func f h: rack = ….
func (w *window) bareParam() (habit, bool) {
	at := 2
	if w.value(at) == "on" {
		at++
	}
	if !w.name(at) || w.value(at+1) != ":" || !w.name(at+2) || goesOnAType[w.value(at+3)] {
		return habit{}, false
	}
	open, end := word("(", w.token(at)), word(")", w.token(at+2))
	open.Pos.Column, end.Pos.Offset, end.Pos.Column = 0, spanOf(end).End-1, 0
	param := "(" + w.text(at, at+3) + ")"
	h, _ := w.reads(at+3, "what follows a name is in parentheses", w.value(1)+param, w.token(0), w.token(1), open, w.token(at), w.token(at+1), w.token(at+2), end)
	h.err.Span = Span{w.token(2).Pos.Offset, spanOf(w.token(at + 2)).End}
	h.err.Fix = &Edit{Span: Span{spanOf(w.token(1)).End, spanOf(w.token(at + 2)).End}, New: param}
	return h, true
}

// triggerParam is policy P on e h: rack {.
func (w *window) triggerParam() (habit, bool) {
	at := 4
	if w.value(at) == "." {
		at += 2
	}
	if w.value(2) != "on" || !w.name(at-1) || !w.name(at) || w.value(at+1) != ":" || !w.name(at+2) || goesOnAType[w.value(at+3)] {
		return habit{}, false
	}
	put := append(slices.Clone(w.tokens[w.at:w.at+at]), sign("(", w.token(at)))
	put[at].Pos.Column = 0
	put = append(put, w.tokens[w.at+at:w.at+at+3]...)
	put = append(put, sign(")", w.token(at+2)))
	param := "(" + w.text(at, at+3) + ")"
	h, _ := w.reads(at+3, "what an event tells is in parentheses", w.value(at-1)+param, put...)
	h.err.Span = Span{w.token(at).Pos.Offset, spanOf(w.token(at + 2)).End}
	h.err.Fix = &Edit{Span: Span{spanOf(w.token(at - 1)).End, h.err.Span.End}, New: param}
	return h, true
}

// roleFirst is link apps: Front [1..*] -- …, where the role stands before its class.
func (w *window) roleFirst() (habit, bool) {
	if w.value(2) != ":" || !w.name(3) || w.value(4) != "[" {
		return habit{}, false
	}
	right := w.value(3) + "." + w.value(1)
	role := w.token(3) // the class begins where the role stands: what is put is read in that order
	role.Value, role.Pos.Column = w.value(1), len(w.value(3))
	class := w.token(1)
	class.Value, class.Pos.Column = w.value(3), len(w.value(1))
	h, _ := w.reads(4, "an end of a link is a class and, behind a dot, what the other is to it", "link "+right, w.token(0), class, word(".", w.token(2)), role)
	h.err.Span = Span{w.token(1).Pos.Offset, spanOf(w.token(3)).End}
	h.err.Hint, h.err.Fix = "write "+right, &Edit{Span: h.err.Span, New: right}
	return h, true
}

// probeOf is probe rack.cpu: percent every 1s.
func (w *window) probeOf() (habit, bool) {
	if w.value(2) != "." || !w.name(3) || w.value(4) != ":" || !w.name(5) || w.value(6) == "on" {
		return habit{}, false
	}
	class, metric := w.token(1), w.token(3)
	on := sign("on", w.token(5))
	of := sign(class.Value, w.token(5))
	right := metric.Value + ": " + w.value(5) + " on " + class.Value
	h, _ := w.reads(6, "a probe says behind on what it measures", "probe "+right, w.token(0), metric, w.token(4), w.token(5), on, of)
	h.err.Span = Span{class.Pos.Offset, spanOf(w.token(5)).End}
	h.err.Hint, h.err.Fix = "write "+right, &Edit{Span: h.err.Span, New: right}
	return h, true
}

// typeBehind is probe m on rack: percent every 5s, where the type stands behind the class.
func (w *window) typeBehind() (habit, bool) {
	if w.value(2) != "on" || !w.name(3) || w.value(4) != ":" || !w.name(5) {
		return habit{}, false
	}
	right := w.value(1) + w.text(4, 6) + " " + w.text(2, 4)
	h, _ := w.reads(6, "what a probe measures stands before its class", "probe "+right, w.token(0), w.token(1), w.token(4), w.token(5), w.token(2), w.token(3))
	h.err.Span = Span{w.token(1).Pos.Offset, spanOf(w.token(5)).End}
	h.err.Fix = &Edit{Span: h.err.Span, New: right}
	return h, true
}

// eventBlock is event e(h: rack) { when C }.
func (w *window) eventBlock() (habit, bool) {
	if w.begins() != "event" || !w.behindHead() && !w.endsHead(-1, "event") {
		return habit{}, false
	}
	end := 1
	for ; w.token(end).Value != "}"; end++ {
		if v := w.token(end).Value; v == "" || v == "{" || declares[v] || end == farthest {
			return habit{}, false
		}
	}
	put := slices.Clone(w.tokens[w.at+1 : w.at+end])
	if len(put) == 0 {
		return habit{}, false
	}
	says := w.text(1, end)
	if len(put) > 1 && put[1].Value == ":" {
		return w.paramsInBraces(put, says)
	}
	switch put[0].Value {
	case "when", "every", "silent":
	default:
		put, says = append([]lexer.Token{sign("when", put[0])}, put...), "when "+says
	}
	h, _ := w.reads(end+1, "an event has no block", says, put...)
	h.err.Hint = "leave out the braces"
	if strings.HasPrefix(says, "when ") {
		h.err.Hint = "its condition stands behind when, without braces"
	}
	h.err.Span = spanOf(w.token(0))
	return h, true
}

// paramsInBraces is event e { h: rack, n: int }, of which put is what stands between the braces.
func (w *window) paramsInBraces(put []lexer.Token, says string) (habit, bool) {
	end := len(put) + 1
	put = append([]lexer.Token{word("(", w.token(0))}, put...)
	put = append(put, word(")", w.token(end)))
	h, _ := w.reads(end+1, "what an event tells is in parentheses", "("+strings.TrimSpace(says)+")", put...)
	h.err.Fix.Span = wideOf(w.token(-1), w.token(end))
	return h, true
}

// goesOnAType are signs behind a type of which it isn't clear what they are meant as.
var goesOnAType = setOf([]string{".", "?", ",", ")"})

// eventColon is event e(h: rack): C.
func (w *window) eventColon() (habit, bool) {
	if before := w.token(-1).Value; before != ")" || w.value(1) == "" || w.begins() != "event" || w.saidBefore("when", "every", "=", "silent") {
		return habit{}, false
	}
	h, _ := w.reads(1, "what an event waits for stands behind when", "when", word("when", w.token(0)))
	h.err.Fix.New = " when"
	return h, true
}

// triggers are words that say elsewhere what starts a policy.
var triggers = setOf([]string{"for", "upon", "by", "if", "when", "at", "after", "from", "in", "of", "to", "->", "="})

// triggerElsewhere is policy P for hot(h: rack) {, where on is meant.
func (w *window) triggerElsewhere() (habit, bool) {
	said := w.token(2)
	if !triggers[said.Value] || !w.name(3) {
		return habit{}, false
	}
	switch w.value(4) {
	case "{", "lossless", "cooldown", "(":
	case "when", ".":
		if said.Value == "when" || said.Value == "if" {
			return habit{}, false
		}
	default:
		return habit{}, false
	}
	conditional := said.Value == "when" || said.Value == "if"
	if conditional && !w.says("event "+w.value(3)) || slices.ContainsFunc(w.tokens[w.at+3:w.at+w.line()], func(t lexer.Token) bool { return t.Value == "on" }) {
		return habit{}, false
	}
	msg := means(said.Value)
	if reserved[said.Value] || said.Type == tokSign {
		msg = "what starts a policy is said with on"
	}
	h, _ := w.reads(3, msg, "on", w.token(0), w.token(1), word("on", said))
	h.err.Span = spanOf(said)
	h.err.Fix.Span = h.err.Span
	return h, true
}

// namelessMember is attr percent = 70%, and probe percent on Work: what stands there is a type.
func (w *window) namelessMember(t lexer.Token, behind string) (habit, bool) {
	if !isTypeWord[w.value(1)] || w.value(2) != behind {
		return habit{}, false
	}
	name := nameless(w.token(1))
	name.Pos.Column = 0
	colon := sign(":", w.token(1))
	h, _ := w.reads(2, "this "+memberCalled[t.Value]+" has no name", "", t, name, colon, w.token(1))
	h.err.Span = spanOf(w.token(1))
	h.err.Hint, h.err.Fix = "write it before its type: "+t.Value+" NAME: "+w.value(1), nil
	return h, true
}

// attrOtherwise is attr percent = 70% and attr percent limit = 70%.
func (w *window) attrOtherwise(t lexer.Token) (habit, bool) {
	if t.Value != "attr" {
		return habit{}, false
	}
	if h, ok := w.namelessMember(t, "="); ok {
		return h, true
	}
	return w.typeFirstOf(t)
}

// memberCalled is what a word declares.
var memberCalled = map[string]string{"attr": "attribute", "probe": "probe"}

// typeFirstOf is attr percent limit = 70%, and probe percent load on App.
func (w *window) typeFirstOf(t lexer.Token) (habit, bool) {
	ends := w.value(3) == "=" || w.value(3) == "" || w.value(3) == "}"
	if t.Value == "probe" {
		ends = w.value(3) == "on"
	}
	if !w.name(1) || !w.name(2) || !isTypeWord[w.value(1)] || !ends || w.value(2) == "on" {
		return habit{}, false
	}
	kind := w.token(1)
	of := w.token(2)
	kind.Pos.Offset, kind.Pos.Column = of.Pos.Offset, spanOf(of).End-of.Pos.Offset
	of.Pos.Offset, of.Pos.Column = w.token(1).Pos.Offset, len(w.value(1))
	colon := sign(":", kind)
	h, _ := w.reads(3, "the name stands before its type", w.value(2)+": "+w.value(1), t, of, colon, kind)
	h.err.Span = Span{w.token(1).Pos.Offset, spanOf(w.token(2)).End}
	h.err.Fix.Span = h.err.Span
	return h, true
}
