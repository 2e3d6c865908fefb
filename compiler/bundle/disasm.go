package bundle

import (
	"bufio"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
)

// Disasm writes p's code for people: region by region, by policy and state, with the names of what an instruction
// refers to and the line of the source that it comes from. It trusts nothing: a program that Verify refuses is shown
// as far as it goes.
func Disasm(w io.Writer, p *Program) error {
	d := &disassembler{w: bufio.NewWriter(w), p: p, shown: map[int32]bool{}, lines: make([][]int32, len(p.Sources))}
	d.findRegions()
	d.printf("system %s version %d\n", p.System, p.Version)
	for i := range p.Events {
		d.event(&p.Events[i])
	}
	for i := range p.Classes {
		if c := &p.Classes[i]; c.Place.Rule == PlaceCode {
			d.printf("\nplace %s\n", c.Name)
			d.region(c.Place.PC, "  ", -1)
		}
	}
	for i := range p.Policies {
		d.policy(&p.Policies[i])
	}
	return d.w.Flush()
}

// Line is an instruction of a listing for programs. Source is where it comes from, "" if nobody knows.
type Line struct {
	PC     int32  `json:"pc"`
	Op     string `json:"op"`
	A      uint8  `json:"a"`
	B      uint8  `json:"b"`
	C      uint8  `json:"c"`
	K      int32  `json:"k"`
	Source string `json:"source,omitempty"`
	Line   int    `json:"line,omitempty"`
	Column int    `json:"column,omitempty"`
}

// Listing is all of p's code as it stands.
func Listing(p *Program) []Line {
	d := &disassembler{p: p, lines: make([][]int32, len(p.Sources))}
	lines := make([]Line, len(p.Code))
	for pc, i := range p.Code {
		l := Line{PC: int32(pc), Op: fmt.Sprint(i.Op), A: i.A, B: i.B, C: i.C, K: i.K}
		if pos, ok := d.position(int32(pc)); ok {
			l.Source = p.Sources[pos.File].Path
			l.Line, l.Column = d.lineOf(pos.File, pos.Start)
		}
		lines[pc] = l
	}
	return lines
}

type disassembler struct {
	w *bufio.Writer
	p *Program
	// starts are the first instructions of all regions, in order.
	starts []int32
	// shown are the regions that have been, so that a program that refers to itself has a listing too.
	shown map[int32]bool
	// lines, by source, has where each of its lines begins; filled when needed.
	lines [][]int32
	// current is the policy being shown, for the names of its registers and states.
	current *Policy
	self    string // name of register 0 where there is no policy
}

func (d *disassembler) printf(format string, args ...any) { fmt.Fprintf(d.w, format, args...) }

func (d *disassembler) findRegions() {
	add := func(pc int32) {
		if pc >= 0 {
			d.starts = append(d.starts, pc)
		}
	}
	p := d.p
	for i := range p.Events {
		add(p.Events[i].Cond.PC)
	}
	for i := range p.Classes {
		if p.Classes[i].Place.Rule == PlaceCode {
			add(p.Classes[i].Place.PC)
		}
	}
	for i := range p.SetOps {
		add(p.SetOps[i].Where.PC)
		add(p.SetOps[i].KeyPC)
	}
	for i := range p.Actions {
		add(p.Actions[i].WaitPC)
	}
	for i := range p.Policies {
		add(p.Policies[i].Guard)
		for _, s := range p.Policies[i].States {
			add(s.Claims)
			add(s.Body)
			add(s.Next)
			add(s.Fail)
		}
	}
	slices.Sort(d.starts)
	d.starts = slices.Compact(d.starts)
}

func (d *disassembler) event(ev *Event) {
	d.current, d.self = nil, "thing"
	d.printf("\nevent %s", ev.Name)
	if ev.Class >= 0 {
		d.printf(" of %s", d.class(ev.Class))
	}
	switch {
	case ev.Every > 0:
		d.printf(" every %s", seconds(ev.Every))
	case ev.Silent > 0:
		d.printf(" silent for %s", seconds(ev.Silent))
	case ev.External:
		d.printf(" from outside")
	}
	if ev.For > 0 {
		d.printf(" for %s", seconds(ev.For))
	}
	d.printf("\n")
	d.guard(&ev.Cond, "  ", 0)
	for _, w := range ev.Watches {
		whose := "anybody's "
		if w.Self {
			whose = "its "
		}
		d.printf("  watch %s%s\n", whose, d.column(w.Column))
	}
	if ev.Structural {
		d.printf("  watch where things stand\n")
	}
}

// guard shows interval tests and code. elem is the register of the subject in the code.
func (d *disassembler) guard(g *Guard, indent string, elem int) {
	for _, t := range g.Tests {
		d.printf("%stest %s <= %s <= %s\n", indent, number(t.Lo), d.column(t.Column), number(t.Hi))
	}
	if g.PC >= 0 {
		d.region(g.PC, indent, elem)
	}
}

func (d *disassembler) policy(p *Policy) {
	d.current = p
	d.printf("\npolicy %s on %s%s\n", p.Name, d.trigger(p.Event), ", "+d.most(p))
	for i, t := range p.Regs {
		name := ""
		if i < len(p.RegNames) {
			name = p.RegNames[i]
		}
		d.printf("  r%d %s: %s\n", i, name, d.typeName(t))
	}
	if p.Guard >= 0 {
		d.printf("  guard\n")
		d.region(p.Guard, "    ", -1)
	}
	for i := range p.States {
		s := &p.States[i]
		final := ""
		if s.Final {
			final = "final "
		}
		d.printf("  %sstate %s%s\n", final, s.Name, d.again(p, s, int32(i)))
		d.part("claims", s.Claims)
		d.part("body", s.Body)
		d.part("next", s.Next)
		d.part("fail", s.Fail)
	}
}

func (d *disassembler) again(p *Policy, s *State, self int32) string {
	if s.Claims < 0 || s.Again == self {
		return ""
	}
	return ", anew from " + entry(p.States, s.Again, func(s *State) string { return s.Name })
}

func (d *disassembler) part(name string, pc int32) {
	if pc < 0 {
		return
	}
	d.printf("    %s\n", name)
	d.region(pc, "      ", -1)
}

func (d *disassembler) trigger(ev int32) string {
	switch ev {
	case OnDeploy:
		return "deploy"
	case OnShutdown:
		return "shutdown"
	}
	return entry(d.p.Events, ev, func(e *Event) string { return e.Name })
}

// region shows the code from pc to where the next region begins.
func (d *disassembler) region(pc int32, indent string, elem int) {
	if d.shown[pc] {
		d.printf("%sas at %d\n", indent, pc)
		return
	}
	d.shown[pc] = true
	end := int32(len(d.p.Code))
	if i, _ := slices.BinarySearch(d.starts, pc+1); i < len(d.starts) {
		end = min(end, d.starts[i])
	}
	if elem >= 0 && d.current == nil && indent == "  " {
		d.printf("%sr%d is the %s\n", indent, elem, d.self)
	}
	for ; pc < end; pc++ {
		i := d.p.Code[pc]
		line := fmt.Sprintf("%s%4d  %-6s %s", indent, pc, i.Op, d.operands(i))
		if where := d.where(pc); where != "" {
			line = fmt.Sprintf("%-64s ; %s", line, where)
		}
		d.printf("%s\n", strings.TrimRight(line, " "))
		d.nested(i, indent+"        ")
	}
}

// nested shows what a set operation or an action runs by itself.
func (d *disassembler) nested(i Instr, indent string) {
	if i.Op >= NumOps || i.K < 0 {
		return
	}
	switch Opcodes[i.Op].K {
	case KSetOp:
		if int(i.K) < len(d.p.SetOps) {
			d.setOp(&d.p.SetOps[i.K], indent)
		}
	case KAction:
		if int(i.K) < len(d.p.Actions) && d.p.Actions[i.K].WaitPC >= 0 {
			d.region(d.p.Actions[i.K].WaitPC, indent, -1)
		}
	}
}

func (d *disassembler) setOp(op *SetOp, indent string) {
	var says []string
	for _, r := range op.Without {
		says = append(says, fmt.Sprintf("not in r%d", r))
	}
	for _, r := range op.Except {
		says = append(says, fmt.Sprintf("not r%d", r))
	}
	if op.Pure {
		says = append(says, "pure")
	}
	if op.Desc {
		says = append(says, "descending")
	}
	says = append(says, fmt.Sprintf("element r%d", op.Elem))
	d.printf("%s%s\n", indent, strings.Join(says, ", "))
	if len(op.Where.Tests)+len(op.Bounds) > 0 || op.Where.PC >= 0 {
		d.printf("%swhere\n", indent)
		for _, b := range op.Bounds {
			d.printf("%s  bound %s %s r%d\n", indent, d.column(b.Column), b.Is, b.Reg)
		}
		d.guard(&op.Where, indent+"  ", int(op.Elem))
	}
	switch {
	case op.KeyColumn >= 0:
		d.printf("%sby %s\n", indent, d.column(op.KeyColumn))
	case op.KeyPC >= 0:
		d.printf("%sby\n", indent)
		d.region(op.KeyPC, indent+"  ", int(op.Elem))
	}
}

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
	if i.Op == RET {
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

// register names the long-lived registers.
func (d *disassembler) register(r uint8) string {
	if d.current != nil && int(r) < len(d.current.RegNames) {
		if name := d.current.RegNames[r]; name != "" && !strings.Contains(name, " ") {
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
		return fmt.Sprintf("-> %d", k)
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
		fmt.Fprintf(&b, ", on failure -> %d", a.OnFail)
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

// where is the place in the source that an instruction comes from, with the line's text.
func (d *disassembler) where(pc int32) string {
	pos, ok := d.position(pc)
	if !ok {
		return ""
	}
	src := &d.p.Sources[pos.File]
	line, column := d.lineOf(pos.File, pos.Start)
	return fmt.Sprintf("%s:%d:%d %s", src.Path, line, column, excerpt(src.Text[pos.Start:pos.End]))
}

// position is an instruction's, if it is one in a source.
func (d *disassembler) position(pc int32) (Pos, bool) {
	if int(pc) >= len(d.p.Pos) {
		return Pos{}, false
	}
	pos := d.p.Pos[pc]
	if pos.File < 0 || int(pos.File) >= len(d.p.Sources) || pos.Start < 0 || pos.Start >= pos.End {
		return Pos{}, false
	}
	return pos, int(pos.End) <= len(d.p.Sources[pos.File].Text)
}

// excerpt is the beginning of a text's first line.
func excerpt(text string) string {
	const most = 48
	line, _, more := strings.Cut(text, "\n")
	runes := []rune(strings.TrimSpace(line))
	if len(runes) > most {
		runes, more = runes[:most], true
	}
	if more {
		return strings.TrimRight(string(runes), " {") + " …"
	}
	return string(runes)
}

func (d *disassembler) lineOf(file, offset int32) (line, column int) {
	if d.lines[file] == nil {
		d.lines[file] = []int32{0}
		for i, b := range []byte(d.p.Sources[file].Text) {
			if b == '\n' {
				d.lines[file] = append(d.lines[file], int32(i+1))
			}
		}
	}
	n, found := slices.BinarySearch(d.lines[file], offset)
	if !found {
		n--
	}
	return n + 1, int(offset-d.lines[file][n]) + 1
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
