package lang

import (
	"strconv"
	"strings"
)

// Print writes an expression in one line, with the parentheses that it needs, for messages. Numbers stand as they were
// meant, not digit by digit as they were written; what could not be read is an ellipsis.
func Print(e Expr) string {
	var b strings.Builder
	printExpr(&b, e, 0)
	return b.String()
}

// binding is how tightly an expression holds together.
func binding(e Expr) int {
	switch e := e.(type) {
	case *Binary:
		if e.Op == "not in" {
			return bindCompare
		}
		return binds[e.Op]
	case *Unary:
		if e.Op == "not" {
			return bindNot
		}
		return bindSign
	case *Exists:
		return bindCompare
	case *Over, *Last:
		return bindHistory
	case *Filter, *Cond:
		return 0
	}
	return bindSelect
}

func printExpr(b *strings.Builder, e Expr, least int) {
	if e == nil {
		b.WriteString("…")
		return
	}
	if binding(e) < least {
		b.WriteByte('(')
		defer b.WriteByte(')')
	}
	switch e := e.(type) {
	case *Ident:
		b.WriteString(e.Text)
	case *Number:
		b.WriteString(strconv.FormatFloat(e.Value, 'g', -1, 64) + e.Unit)
	case *String:
		printText(b, e)
	case *Bool:
		b.WriteString(strconv.FormatBool(e.Value))
	case *None:
		b.WriteString("none")
	case *Select:
		printExpr(b, e.X, bindSelect)
		b.WriteString("." + e.Name.Text)
	case *Method:
		printExpr(b, e.X, bindSelect)
		b.WriteString("." + e.Func.Text + "(")
		printArgs(b, e.Args)
		b.WriteByte(')')
	case *Call:
		printCall(b, e)
	case *List:
		b.WriteByte('[')
		for i, x := range e.Elems {
			if i > 0 {
				b.WriteString(", ")
			}
			printExpr(b, x, 0)
		}
		b.WriteByte(']')
	case *Bad:
		b.WriteString("…")
	default:
		printOperator(b, e)
	}
}

func printOperator(b *strings.Builder, e Expr) {
	switch e := e.(type) {
	case *Unary:
		b.WriteString(e.Op)
		if e.Op == "not" {
			b.WriteByte(' ')
		}
		printExpr(b, e.X, binding(e))
	case *Binary:
		bind := binding(e)
		left := bind
		if bind == bindCompare {
			left++
		}
		printExpr(b, e.X, left)
		b.WriteString(" " + e.Op + " ")
		printExpr(b, e.Y, bind+1)
	case *Exists:
		printExpr(b, e.X, bindCompare+1)
		b.WriteString(" exists")
	case *Over:
		printExpr(b, e.X, bindHistory)
		b.WriteString(" over ")
		printExpr(b, e.D, bindHistory+1)
	case *Last:
		printExpr(b, e.X, bindHistory)
		b.WriteString(" last ")
		printExpr(b, e.N, bindHistory+1)
	case *Filter:
		printExpr(b, e.Set, 0)
		b.WriteString(" where ")
		printExpr(b, e.Where, 1)
	case *Cond:
		b.WriteString("if ")
		printExpr(b, e.If, 1)
		b.WriteString(" then ")
		printExpr(b, e.Then, 1)
		b.WriteString(" else ")
		printExpr(b, e.Else, 1)
	}
}

func printCall(b *strings.Builder, e *Call) {
	b.WriteString(e.Func.Text + "(")
	for i, a := range e.Args {
		if i > 0 {
			b.WriteString(", ")
		}
		printArgs(b, []*Arg{a})
		if i > 0 {
			continue
		}
		if e.By != nil {
			b.WriteString(" by ")
			printExpr(b, e.By, 1)
			if e.Desc {
				b.WriteString(" desc")
			}
		}
		if e.Where != nil {
			b.WriteString(" where ")
			printExpr(b, e.Where, 1)
		}
	}
	b.WriteByte(')')
}

func printArgs(b *strings.Builder, args []*Arg) {
	for i, a := range args {
		if i > 0 {
			b.WriteString(", ")
		}
		if a.Name.Text != "" {
			b.WriteString(a.Name.Text + ": ")
		}
		printExpr(b, a.Value, 0)
	}
}

func printText(b *strings.Builder, s *String) {
	b.WriteByte('"')
	for _, h := range s.Holes {
		b.WriteString(escapeText(h.Before) + "{")
		printExpr(b, h.X, 0)
		b.WriteByte('}')
	}
	b.WriteString(escapeText(s.Tail) + `"`)
}

var textEscapes = strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`, "\t", `\t`, "{", "{{", "}", "}}")

func escapeText(s string) string { return textEscapes.Replace(s) }
