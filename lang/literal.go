package lang

import (
	"math"
	"strconv"
	"strings"

	"github.com/alecthomas/participle/v2/lexer"
)

// number reads a number token: digits, and the unit that is glued to them.
func (r *reader) number(t lexer.Token) Expr {
	digits, unit := splitNumber(t.Value)
	value, err := strconv.ParseFloat(digits, 64)
	if err != nil || math.IsInf(value, 0) {
		return r.fail(spanOf(t), CodeNumber, "the number "+describe(t)+" is too large", "use a larger unit, or a number below 1e308")
	}
	if _, known := UnitOf(unit); unit != "" && !known {
		if sum, ok := compound(t.Value); ok {
			return r.advise(spanOf(t), CodeNumber, "a time is one number with one unit", advice{"write " + sum, &Edit{Span: spanOf(t), New: sum}})
		}
		at := Span{spanOf(t).End - len(unit), spanOf(t).End}
		return r.advise(spanOf(t), CodeNumber, describe(lexer.Token{Value: unit})+" is no unit", unitHint(unit, at))
	}
	_, err = strconv.ParseInt(digits, 10, 64)
	return &Number{spanOf(t), value, unit, unit == "" && err == nil}
}

func unitHint(unit string, at Span) advice {
	meant := func(name string, guess bool) advice {
		return advice{"did you mean " + name + "?", &Edit{at, name, guess}}
	}
	for _, u := range Units {
		if strings.EqualFold(u.Name, unit) {
			return meant(u.Name, unit == "b") // bits, or bytes
		}
	}
	if strings.EqualFold(unit, "GHz") {
		return say("a speed is a number of mips, such as 2000")
	}
	if why := noUnits[strings.ToLower(unit)]; why != "" {
		return advice{why + ": leave the unit out", &Edit{Span: at, Guess: true}}
	}
	names := make([]string, len(Units))
	for i, u := range Units {
		names[i] = u.Name
	}
	small := strings.ToLower(unit)
	switch near := nearest(unit, names); {
	case longUnits[small] != "":
		return meant(longUnits[small], false)
	case unitAliases[unit] != "", unitAliases[small] != "":
		return meant(or(unitAliases[unit], unitAliases[small]), true)
	case near != "" && len(unit) > 2:
		return meant(near, true)
	}
	return say("the units are " + strings.Join(names, ", "))
}

// longUnits are units as people speak of them.
var longUnits = map[string]string{
	"sec": "s", "secs": "s", "second": "s", "seconds": "s", "mins": "min", "minute": "min", "minutes": "min", "hours": "h", "hour": "h",
	"hr": "h", "hrs": "h", "day": "d", "days": "d", "percent": "%", "msec": "ms", "msecs": "ms",
}

// noUnits are units of what is a bare number here, in small letters.
var noUnits = map[string]string{
	"kwh": "energy is a number of kWh", "w": "power is a number of watts", "watts": "power is a number of watts",
	"mhz": "a speed is a number of mips", "mips": "a speed is a number of mips", "cores": "cores are a number", "x": "a factor is a number",
}

// unitAliases are what people write elsewhere, exactly or in small letters; some mean another amount there, or more than one.
var unitAliases = map[string]string{
	"m": "min",
	"K": "KiB", "M": "MiB", "G": "GiB", "kb": "KiB", "mb": "MiB", "gb": "GiB", "tb": "TiB",
	"bps": "bit/s", "kbps": "kbit/s", "mbps": "Mbit/s", "gbps": "Gbit/s",
}

// splitNumber cuts a number token before its unit.
func splitNumber(text string) (digits, unit string) {
	i := 0
	for i < len(text) && (isDigit(text[i]) || text[i] == '.') {
		i++
	}
	if i+1 < len(text) && text[i] == 'e' {
		j := i + 1
		if text[j] == '+' || text[j] == '-' {
			j++
		}
		for j < len(text) && isDigit(text[j]) {
			j++
			i = j
		}
	}
	return text[:i], text[i:]
}

// text reads a text token: escapes, doubled braces, and expressions in single braces.
func (r *reader) text(t lexer.Token) Expr {
	raw := t.Value[1 : len(t.Value)-1]
	s := &String{Span: spanOf(t), Value: raw, Tail: raw}
	if !strings.ContainsAny(raw, `\{}`) {
		return s
	}
	var value, part strings.Builder
	for i := 0; i < len(raw); {
		n, plain := r.unescape(t, raw, i)
		if n > 0 {
			part.WriteString(plain)
			value.WriteString(plain)
			i += n
			continue
		}
		end := strings.IndexByte(raw[i:], '}')
		if end < 0 {
			r.fail(spanIn(t, i, len(raw)), CodeText, "this brace in the text has no end", "close it with }, or write {{ for a brace")
			break
		}
		s.Holes = append(s.Holes, Hole{part.String(), r.hole(t, i+1, i+end)})
		value.WriteString(raw[i : i+end+1])
		part.Reset()
		i += end + 1
	}
	s.Value, s.Tail = value.String(), part.String()
	return s
}

// unescape reads one plain piece of a text; n is 0 at a hole.
func (r *reader) unescape(t lexer.Token, raw string, i int) (n int, plain string) {
	switch {
	case raw[i] == '\\':
		return 2, r.escape(t, raw, i)
	case strings.HasPrefix(raw[i:], "{{"), strings.HasPrefix(raw[i:], "}}"):
		return 2, raw[i : i+1]
	case raw[i] == '{':
		return 0, ""
	}
	end := i + 1
	for end < len(raw) && raw[end] != '\\' && raw[end] != '{' && raw[end] != '}' {
		end++
	}
	return end - i, raw[i:end]
}

func (r *reader) escape(t lexer.Token, raw string, i int) string {
	switch c := raw[i+1]; c { // the lexer lets no text end in a backslash
	case 'n':
		return "\n"
	case 't':
		return "\t"
	case '"', '\\':
		return string(rune(c))
	}
	at := spanIn(t, i, i+2)
	r.advise(at, CodeText, "unknown escape "+raw[i:i+2]+" in the text", advice{`there are \n, \t, \" and \\`, &Edit{Span{at.Start, at.Start}, `\`, true}})
	return ""
}

// hole reads the expression in raw[from:to] of a text.
func (r *reader) hole(t lexer.Token, from, to int) Expr {
	if strings.TrimSpace(t.Value[from+1:to+1]) == "" {
		return r.fail(spanIn(t, from-1, to+1), CodeText, "these braces in the text are empty", "braces hold an expression; write {{ for a brace")
	}
	s := &scanner{source: t.Value[:to+1], at: from + 1, end: to + 1, base: t.Pos.Offset, line: t.Pos.Line}
	lex, err := lexer.Upgrade(s)
	if err != nil {
		return &Bad{spanIn(t, from, to)}
	}
	inner := reader{lex: lex, depth: r.depth}
	x := inner.expr(0)
	if inner.err == nil && !lex.Peek().EOF() {
		inner.unexpected(`"}"`)
	}
	if len(s.errs) > 0 {
		inner.err = &s.errs[0]
	}
	if inner.err == nil && len(inner.slips) > 0 {
		inner.err = &inner.slips[0]
	}
	if e := inner.err; e != nil {
		if e.Span.End == e.Span.Start {
			e.Span.End++ // the closing brace
		}
		return r.fail(e.Span, CodeText, "in the text: "+e.Msg, "braces hold an expression; write {{ for a brace")
	}
	return x
}

// spanIn is a piece of a text token, by offsets behind its opening quote.
func spanIn(t lexer.Token, from, to int) Span {
	return Span{t.Pos.Offset + 1 + from, t.Pos.Offset + 1 + to}
}
