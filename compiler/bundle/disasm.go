package bundle

import (
	"bufio"
	"fmt"
	"io"
	"slices"
	"strings"
)

// View says what of a program is shown, and how. The zero View is all of it, as plain text.
type View struct {
	Policy string                            // "" for all
	Paint  func(ink Ink, text string) string // nil: as it is
}

// Ink is what a piece of a listing is, for colours.
type Ink uint8

const (
	InkTitle  Ink = iota // of a policy, an event, a state
	InkSource            // a line of the source
	InkNote              // the piece of it that an instruction comes from
	InkMinor             // numbers of lines and instructions
)

// Disasm writes p's code for people: region by region, by policy and state, each line of the source above what it has
// become, with the program's own names. What only ends a part that is empty isn't shown. It trusts nothing: a program
// that Verify refuses is shown as far as it goes.
func Disasm(w io.Writer, p *Program, v View) error {
	d := newDisassembler(p)
	d.w, d.view = bufio.NewWriter(w), v
	d.printf("%s\n", d.paint(InkTitle, fmt.Sprintf("system %s version %d", p.System, p.Version)))
	if v.Policy == "" {
		for i := range p.Events {
			d.event(&p.Events[i])
		}
		for i := range p.Classes {
			if c := &p.Classes[i]; c.Place.Rule == PlaceCode {
				d.printf("\n%s\n", d.paint(InkTitle, "place "+c.Name))
				d.above = 0
				d.region(c.Place.PC, "  ", -1)
			}
		}
	}
	for i := range p.Policies {
		if v.Policy == "" || v.Policy == p.Policies[i].Name {
			d.policy(&p.Policies[i])
		}
	}
	return d.w.Flush()
}

func newDisassembler(p *Program) *disassembler {
	d := &disassembler{p: p, shown: map[int32]bool{}, lines: make([][]int32, len(p.Sources))}
	d.findRegions()
	return d
}

type disassembler struct {
	w    *bufio.Writer
	p    *Program
	view View
	// starts are the first instructions of all regions, in order.
	starts []int32
	// shown are the regions that have been, so that a program that refers to itself has a listing too.
	shown map[int32]bool
	// lines, by source, has where each of its lines begins; filled when needed.
	lines [][]int32
	// current is the policy being shown, for the names of its registers and states.
	current *Policy
	self    string // name of register 0 where there is no policy
	// claiming: what is shown says what a state claims, and gives nothing.
	claiming bool
	// above is the line of the source that was shown last, 0 if it is to be shown anew; file whose it is, note the piece
	// of it.
	above int
	file  int32
	note  string
}

func (d *disassembler) paint(ink Ink, text string) string {
	if d.view.Paint == nil || text == "" {
		return text
	}
	return d.view.Paint(ink, text)
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
	title := "event " + ev.Name
	if ev.Class >= 0 {
		title += " of " + d.class(ev.Class)
	}
	switch {
	case ev.Every > 0:
		title += " every " + seconds(ev.Every)
	case ev.Silent > 0:
		title += " silent for " + seconds(ev.Silent)
	case ev.External:
		title += " from outside"
	}
	if ev.For > 0 {
		title += " for " + seconds(ev.For)
	}
	d.printf("\n%s\n", d.paint(InkTitle, title))
	d.above = 0
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
		d.printf("%stest %s\n", indent, between(t.Lo, d.column(t.Column), t.Hi))
	}
	if g.PC >= 0 {
		d.region(g.PC, indent, elem)
	}
}

func (d *disassembler) policy(p *Policy) {
	d.current = p
	d.printf("\n%s, %s\n", d.paint(InkTitle, fmt.Sprintf("policy %s on %s", p.Name, d.trigger(p.Event))), d.most(p))
	for i, t := range p.Regs {
		name := ""
		if i < len(p.RegNames) {
			name = p.RegNames[i]
		}
		d.printf("  r%d %s: %s\n", i, name, d.typeName(t))
	}
	if p.Guard >= 0 {
		d.part("guard", p.Guard)
	}
	for i := range p.States {
		s := &p.States[i]
		final := ""
		if s.Final {
			final = "final "
		}
		d.printf("\n  %s%s\n", d.paint(InkTitle, final+"state "+stateName(s)), d.again(p, s, int32(i)))
		d.claiming = true
		d.part("claims", s.Claims)
		d.claiming = false
		d.part("body", s.Body)
		if !s.Final || !d.empty(s.Next) {
			d.part("next", s.Next)
		}
		d.part("fail", s.Fail)
	}
}

func (d *disassembler) again(p *Policy, s *State, self int32) string {
	if s.Claims < 0 || s.Again == self {
		return ""
	}
	return ", anew from " + entry(p.States, s.Again, stateName)
}

// stateName is what a state is called; the one that nobody wrote sets to 0 how often arrows were taken.
func stateName(s *State) string {
	if s.Name == "" {
		return "(begins to count)"
	}
	return s.Name
}

func (d *disassembler) part(name string, pc int32) {
	if pc < 0 || d.claiming && d.empty(pc) {
		return
	}
	d.printf("    %s\n", name)
	d.above = 0
	d.region(pc, "    ", -1)
}

// empty says whether a region has nothing but its end.
func (d *disassembler) empty(pc int32) bool {
	if pc < 0 || int(pc) >= len(d.p.Code) || d.endOf(pc) != pc+1 {
		return false
	}
	op := d.p.Code[pc].Op
	return op == RET || op == END
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

// endOf is where the region that begins at pc ends: where the next one begins.
func (d *disassembler) endOf(pc int32) int32 {
	end := int32(len(d.p.Code))
	if i, _ := slices.BinarySearch(d.starts, pc+1); i < len(d.starts) {
		end = min(end, d.starts[i])
	}
	return end
}

// region shows the code of a region.
func (d *disassembler) region(pc int32, indent string, elem int) {
	if d.shown[pc] {
		d.printf("%sas at %d\n", indent, pc)
		return
	}
	d.shown[pc] = true
	end := d.endOf(pc)
	if elem >= 0 && d.current == nil && indent == "  " {
		d.printf("%sr%d is the %s\n", indent, elem, d.self)
	}
	for ; pc < end; pc++ {
		i := d.p.Code[pc]
		note := ""
		if i.Op != END && !(i.Op == RET && d.claiming) { // what ends a state is said nowhere
			note = d.comesFrom(pc, indent)
		}
		text := fmt.Sprintf("%-6s %s", i.Op, d.operands(i))
		if note != "" {
			text = fmt.Sprintf("%-*s  ", max(52-len(indent), 0), text)
		}
		line := fmt.Sprintf("%s%s  %s%s", indent, d.paint(InkMinor, fmt.Sprintf("%6d", pc)), text, d.paint(InkNote, note))
		d.printf("%s\n", strings.TrimRight(line, " "))
		d.nested(i, indent+"          ")
	}
}

// comesFrom shows the line of the source that an instruction comes from, unless it is the one above, and gives the piece
// of it, unless that is said already.
func (d *disassembler) comesFrom(pc int32, indent string) string {
	pos, ok := d.position(pc)
	if !ok {
		return ""
	}
	src := &d.p.Sources[pos.File]
	n, _ := d.lineOf(pos.File, pos.Start)
	line, _, _ := strings.Cut(src.Text[d.lines[pos.File][n-1]:], "\n")
	line = strings.TrimSpace(line)
	if pos.File != d.file {
		d.above = 0
		d.printf("%s%s\n", indent, d.paint(InkMinor, src.Path))
	}
	if n != d.above {
		d.above, d.file, d.note = n, pos.File, ""
		d.printf("%s%s %s\n", indent, d.paint(InkMinor, fmt.Sprintf("%4d │", n)), d.paint(InkSource, excerpt(line, 110)))
	}
	piece := excerpt(src.Text[pos.Start:pos.End], 60)
	begins, whole := strings.CutSuffix(piece, " …")
	if piece == d.note || piece == line || whole && strings.HasPrefix(line, begins) {
		return ""
	}
	d.note = piece
	return piece
}

// excerpt is the beginning of a text's first line, of at most so many letters.
func excerpt(text string, most int) string {
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

// nested shows what a set operation or an action runs by itself.
func (d *disassembler) nested(i Instr, indent string) {
	if i.Op >= NumOps || i.K < 0 {
		return
	}
	above, file, note, claiming := d.above, d.file, d.note, d.claiming
	defer func() { d.above, d.file, d.note, d.claiming = above, file, note, claiming }()
	d.claiming = false
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
		says = append(says, "not in "+d.register(r))
	}
	for _, r := range op.Except {
		says = append(says, "not "+d.register(r))
	}
	if op.Pure {
		says = append(says, "pure")
	}
	if op.Desc {
		says = append(says, "descending")
	}
	says = append(says, fmt.Sprintf("each is r%d", op.Elem))
	d.printf("%s%s\n", indent, strings.Join(says, ", "))
	if len(op.Where.Tests)+len(op.Bounds) > 0 || op.Where.PC >= 0 {
		d.printf("%swhere\n", indent)
		for _, b := range op.Bounds {
			d.printf("%s  bound %s %s %s\n", indent, d.column(b.Column), b.Is, d.register(b.Reg))
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
