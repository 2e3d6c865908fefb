package emit

import (
	"github.com/tune-autonomic/tune/compiler/bundle"
	"github.com/tune-autonomic/tune/compiler/ir"
)

// label is a place in a fragment that jumps lead to, perhaps before it is known.
type label int32

// fragment is one region of code. Until it is placed its jumps hold labels, and nobody knows its address.
type fragment struct {
	code   []bundle.Instr
	pos    []bundle.Pos
	labels []int32 // offset of each label
	led    []bool  // by label: a jump to it has been written
	// inner are the regions that set operations in this one run; they are placed after it.
	inner []*fragment
	// placed are told the address of each label once there is one.
	placed []func(at func(label) int32)
}

// start is the label of a fragment's first instruction.
const start label = 0

func newFragment() *fragment { return &fragment{labels: []int32{0}, led: []bool{false}} }

// place appends f and its inner regions to the program's code, and resolves what refers to them.
func (e *emitter) place(f *fragment) {
	base := int32(len(e.out.Code))
	at := func(l label) int32 { return base + f.labels[l] }
	for _, i := range f.code {
		if bundle.Opcodes[i.Op].K == bundle.KPC {
			i.K = at(label(i.K))
		}
		e.out.Code = append(e.out.Code, i)
	}
	e.out.Pos = append(e.out.Pos, f.pos...)
	for _, tell := range f.placed {
		tell(at)
	}
	for _, inner := range f.inner {
		e.place(inner)
	}
}

// coder writes one fragment. Registers below top are in use; what reads them may be anywhere in the fragment.
type coder struct {
	*emitter
	*fragment
	who  string // what is being compiled, for errors
	regs map[*ir.Var]uint8
	top  int
	// locals are the variables that got a register until a scope ends.
	locals []*ir.Var
	// known holds values that were computed before on every way to here.
	known []knownValue
	at    bundle.Pos
	// dead: nothing leads here, so nothing is written.
	dead bool

	giveUp *wayOut // of the innermost all-or-nothing
	skip   *label  // where a failed action of a loop that skips goes on
}

type knownValue struct {
	key string
	reg uint8
}

// wayOut undoes the changes since a mark and leaves.
type wayOut struct {
	mark uint8
	exit label
}

// coder begins a fragment over the registers regs, of which those from top on are free.
func (e *emitter) coder(who string, regs map[*ir.Var]uint8, top int) *coder {
	return &coder{emitter: e, fragment: newFragment(), who: who, regs: regs, top: top}
}

// region begins a fragment that runs inside an instruction of this one, and sees all that is in registers now.
func (c *coder) region() *coder {
	r := c.emitter.coder(c.who, c.regs, c.top)
	r.known = c.known[:len(c.known):len(c.known)]
	r.at = c.at
	c.inner = append(c.inner, r.fragment)
	return r
}

// fail reports what the code that is written now asks too much of.
func (c *coder) fail(format string, args ...any) {
	c.emitter.fail(c.at, "%s "+format, append([]any{c.who}, args...)...)
}

func (c *coder) emit(op bundle.Op_, a, b, cc uint8, k int32) {
	if c.dead {
		return
	}
	c.code = append(c.code, bundle.Instr{Op: op, A: a, B: b, C: cc, K: k})
	c.pos = append(c.pos, c.at)
	switch bundle.Opcodes[op].Flow {
	case bundle.FlowJump, bundle.FlowEnd:
		c.dead = true
	}
}

// jump writes a jump, a branch or another instruction that leads to l.
func (c *coder) jump(op bundle.Op_, a, b uint8, l label) {
	c.led[l] = c.led[l] || !c.dead
	c.emit(op, a, b, 0, int32(l))
}

// later makes a label that bind gives its place; here makes one that stands here.
func (c *coder) later() label {
	c.labels = append(c.labels, -1)
	c.led = append(c.led, false)
	return label(len(c.labels) - 1)
}

func (c *coder) bind(l label) {
	c.labels[l] = int32(len(c.code))
	c.dead = c.dead && !c.led[l]
}

func (c *coder) here() label {
	l := c.later()
	c.labels[l] = int32(len(c.code))
	return l
}

// temp takes the next free register.
func (c *coder) temp() uint8 {
	if c.top >= 256 {
		c.fail("needs more than 256 registers: split it into smaller policies or functions of fewer names")
		return 255
	}
	c.top++
	return uint8(c.top - 1)
}

// declare gives v a register until the scope ends, unless it has one.
func (c *coder) declare(v *ir.Var) uint8 {
	if r, ok := c.regs[v]; ok {
		return r
	}
	r := c.temp()
	c.regs[v] = r
	c.locals = append(c.locals, v)
	return r
}

// scope is what close gives back: registers, and what was known of them.
type scope struct{ top, known, locals int }

func (c *coder) open() scope { return scope{c.top, len(c.known), len(c.locals)} }

func (c *coder) close(s scope) {
	for _, v := range c.locals[s.locals:] {
		delete(c.regs, v)
	}
	c.top, c.known, c.locals = s.top, c.known[:s.known], c.locals[:s.locals]
}

// from makes p the position of what is written next, and returns what puts the one before back.
func (c *coder) from(p ir.Pos) (restore func()) {
	before := c.at
	if p != (ir.Pos{}) {
		c.at = posOf(p)
	}
	return func() { c.at = before }
}

func posOf(p ir.Pos) bundle.Pos {
	return bundle.Pos{File: p.File, Start: int32(p.Span.Start), End: int32(p.Span.End)}
}
