package bundle

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

func (d *disassembler) operands(i Instr) string {
	if i.Op >= NumOps {
		return ""
	}
	info := &Opcodes[i.Op]
	var out []string
	for _, o := range []struct {
		Operand
		reg uint8
	}{{info.A, i.A}, {info.B, i.B}, {info.C, i.C}} {
		if o.Content != Nothing && o.Content != Result {
			out = append(out, d.register(o.reg))
		}
	}
	if i.Op == RET && !d.claiming {
		out = append(out, d.register(i.A))
	}
	if i.Op == GOTO && i.A != 0 {
		out = append(out, "undo,")
	}
	if (i.Op == CLAIM || i.Op == CLAIMS) && i.B != 0 {
		out = append(out, "shared,")
	}
	if k := d.k(info.K, i.K); k != "" {
		out = append(out, k)
	}
	return strings.Join(out, " ")
}

// register names the long-lived registers: by the program's name for them, if only one is called so.
func (d *disassembler) register(r uint8) string {
	if d.current != nil && int(r) < len(d.current.RegNames) {
		name := d.current.RegNames[r]
		same := 0
		for _, n := range d.current.RegNames {
			if n == name {
				same++
			}
		}
		switch {
		case name == "" || strings.Contains(name, " "):
		case same == 1:
			return name
		default:
			return fmt.Sprintf("r%d:%s", r, name)
		}
	}
	return fmt.Sprintf("r%d", r)
}

func (d *disassembler) k(kind KKind, k int32) string {
	p := d.p
	switch kind {
	case KConst:
		return entry(p.Consts, k, func(v *float64) string { return number(*v) })
	case KTruth:
		return entry([]string{"false", "true", "unknown"}, k, func(s *string) string { return *s })
	case KSpace:
		return entry(p.Spaces, k, func(s *Space) string { return s.Name })
	case KInst:
		return entry(p.Insts, k, d.instance)
	case KColumn:
		return d.column(k)
	case KNav:
		return entry(p.Navs, k, func(n *Nav) string { return n.Name })
	case KClass:
		return d.class(k)
	case KSetOp:
		return entry(p.SetOps, k, func(op *SetOp) string { return SetOpNames[min(int(op.Kind), len(SetOpNames)-1)] })
	case KHist:
		return entry(p.Hists, k, func(h *Hist) string { return fmt.Sprintf("%s last %d", d.column(h.Column), h.N) })
	case KSerFun:
		return entry(SeriesFuncs[:], k, func(s *string) string { return *s })
	case KAction:
		return entry(p.Actions, k, d.action)
	case KPC:
		return fmt.Sprintf("→ %d", k)
	case KState:
		if d.current == nil {
			break
		}
		return entry(d.current.States, k, func(s *State) string { return s.Name })
	case KOutcome:
		return entry([]string{"success", "failure"}, k, func(s *string) string { return *s })
	case KApply:
		return entry([]string{"safely", "as listed"}, k, func(s *string) string { return *s })
	}
	return ""
}

// entry describes table[k], or says that there is none.
func entry[T any](table []T, k int32, describe func(*T) string) string {
	if k < 0 || int(k) >= len(table) {
		return fmt.Sprintf("?%d", k)
	}
	return describe(&table[k])
}

func (d *disassembler) column(k int32) string {
	return entry(d.p.Columns, k, func(c *Column) string {
		return entry(d.p.Spaces, c.Space, func(s *Space) string { return s.Name }) + "." + c.Name
	})
}

func (d *disassembler) class(k int32) string {
	return entry(d.p.Classes, k, func(c *Class) string { return c.Name })
}

func (d *disassembler) instance(i *InstRef) string {
	for _, c := range d.p.Classes {
		if c.Space == i.Space && c.Kind == Host && i.Index >= 0 && int(i.Index) < len(c.Names) {
			return c.Names[i.Index]
		}
	}
	return fmt.Sprintf("%d of %s", i.Index, entry(d.p.Spaces, i.Space, func(s *Space) string { return s.Name }))
}

func (d *disassembler) action(a *Action) string {
	var b strings.Builder
	b.WriteString(ActionNames[min(int(a.Kind), len(ActionNames)-1)])
	target := func() { b.WriteString(" " + d.register(a.Target)) }
	switch a.Kind {
	case ActCreate:
		b.WriteString(" " + d.class(a.Class) + " as " + d.register(a.Result))
	case ActMigrate, ActRestart:
		target()
		b.WriteString(" to " + d.register(a.Dest))
	case ActOp:
		target()
		if a.Class >= 0 && int(a.Class) < len(d.p.Classes) {
			b.WriteString("." + entry(d.p.Classes[a.Class].Ops, a.Op, func(o *Op) string { return o.Name }))
		}
	case ActPauseProbe, ActResumeProbe:
		b.WriteString(" " + entry(d.p.Probes, a.Probe, func(p *Probe) string { return p.Name }) + " of")
		target()
	case ActEmit:
		b.WriteString(" " + d.trigger(a.Event))
	case ActNotify, ActAsk:
		b.WriteString(" " + entry(d.p.Texts, a.Text, func(t *Text) string { return d.text(t) }))
	case ActWait, ActTurn, ActUndoTurn:
	default:
		target()
	}
	for _, r := range a.Args {
		b.WriteString(" " + d.register(r))
	}
	if a.Undo {
		b.WriteString(", undoable")
	}
	if a.Timeout > 0 {
		b.WriteString(", within " + seconds(a.Timeout))
	}
	if a.OnFail != NoFail {
		fmt.Fprintf(&b, ", on failure → %d", a.OnFail)
	}
	return b.String()
}

func (d *disassembler) text(t *Text) string {
	var b strings.Builder
	for i, part := range t.Parts {
		b.WriteString(part)
		if i < len(t.Regs) {
			b.WriteString("{" + d.register(t.Regs[i]) + "}")
		}
	}
	return strconv.Quote(b.String())
}

// typeName is a type as the language writes it, as far as it does.
func (d *disassembler) typeName(t Type) string {
	of := func() string {
		if t.Class >= 0 {
			return d.class(t.Class)
		}
		return entry(d.p.Spaces, t.Space, func(s *Space) string { return s.Name })
	}
	switch t.Base {
	case Inst:
		return of()
	case Set:
		return "[" + of() + "]"
	case Iter, Pool:
		return BaseNames[t.Base] + " of " + of()
	}
	return BaseNames[min(int(t.Base), len(BaseNames)-1)]
}

// between says in which interval a column is. Bounds that are beside a rounder number were made of < and >.
func between(lo float64, column string, hi float64) string {
	least, above := rounder(lo, math.Inf(-1))
	most, below := rounder(hi, math.Inf(1))
	switch {
	case lo == hi:
		return column + " == " + number(lo)
	case math.IsInf(lo, -1) && math.IsInf(hi, 1):
		return column + " is known"
	case math.IsInf(lo, -1):
		return column + map[bool]string{true: " < ", false: " <= "}[below] + number(most)
	case math.IsInf(hi, 1):
		return column + map[bool]string{true: " > ", false: " >= "}[above] + number(least)
	}
	return number(least) + map[bool]string{true: " < ", false: " <= "}[above] + column +
		map[bool]string{true: " < ", false: " <= "}[below] + number(most)
}

// rounder is the number next to v on the way to another one, if it is shorter to write.
func rounder(v, towards float64) (float64, bool) {
	if next := math.Nextafter(v, towards); !math.IsInf(v, 0) && len(number(next)) < len(number(v)) {
		return next, true
	}
	return v, false
}

func number(v float64) string {
	if math.IsNaN(v) {
		return "unknown"
	}
	return strconv.FormatFloat(v, 'g', -1, 64)
}

func seconds(ns int64) string { return number(float64(ns)/1e9) + "s" }

// String is the comparison as it is written.
func (c Compare) String() string { return [...]string{">=", ">", "<=", "<"}[c&3] }
