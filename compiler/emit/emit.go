// Package emit turns a checked program into bytecode. It trusts what check has made of the source: what it refuses is
// too large for the machine, or a mistake of the compiler's own, and it says which.
//
// The same program gives the same bytes: tables grow in the order of the source, and nothing is iterated that has no
// order.
package emit

import (
	"fmt"

	"github.com/tune-autonomic/tune/compiler/bundle"
	"github.com/tune-autonomic/tune/compiler/ir"
)

// Error is why a program can't be compiled, and what of it goes too far.
type Error struct {
	Pos bundle.Pos
	Msg string
}

func (e *Error) Error() string { return e.Msg }

// Emit compiles p. It doesn't change p. The result has p's tables and shares them. An error is an *Error.
func Emit(p *ir.Program) (*bundle.Program, error) {
	e := emitProgram(p)
	if e.err != nil {
		return nil, e.err
	}
	return e.out, nil
}

func emitProgram(p *ir.Program) *emitter {
	out := p.Tables
	out.Classes = append([]bundle.Class(nil), out.Classes...)
	e := &emitter{out: &out, consts: map[uint64]int32{}, numbers: map[*ir.Var]int{}}
	for _, ev := range p.Events {
		e.event(ev)
	}
	for i := range p.Places {
		e.rule(&p.Places[i])
	}
	for _, pol := range p.Policies {
		e.policy(pol)
	}
	return e
}

// emitter is what all fragments of a program share.
type emitter struct {
	out     *bundle.Program
	consts  map[uint64]int32
	numbers map[*ir.Var]int
	keyed   []byte      // memory of key
	waiting []*fragment // written, not yet placed
	arrows  []bundle.Arrow
	err     *Error // the first one
}

func (e *emitter) fail(at bundle.Pos, format string, args ...any) {
	if e.err == nil {
		e.err = &Error{at, fmt.Sprintf(format, args...)}
	}
}

// thing is the register of what an event is about, and of a new instance that is to be placed.
const thing uint8 = 0

func (e *emitter) event(ev *ir.Event) {
	out := bundle.Event{
		Name: ev.Name, Class: ev.Class, Thing: thing, Every: ev.Every, Silent: ev.Silent, External: ev.External,
		Payload: ev.Payload, For: ev.For, Cond: bundle.Guard{PC: -1},
	}
	if ev.Cond != nil {
		cond := simplify(ev.Cond)
		out.Watches, out.Structural = e.watches(cond, ev.Thing)
		index := len(e.out.Events)
		e.condition(ev, cond, &out.Cond, func(pc int32) { e.out.Events[index].Cond.PC = pc })
	}
	e.out.Events = append(e.out.Events, out)
	e.flush()
}

// condition puts into g what are intervals of cond, and writes code for the rest.
func (e *emitter) condition(ev *ir.Event, cond ir.Expr, g *bundle.Guard, placed func(pc int32)) {
	var rest []term
	for _, t := range terms(cond) {
		if test, ok := interval(t.cond, ev.Thing); ok {
			g.Tests = narrow(g.Tests, test)
			continue
		}
		rest = append(rest, t)
	}
	if len(rest) == 0 && len(g.Tests) > 0 {
		return
	}
	regs, top := map[*ir.Var]uint8{}, 0
	if ev.Thing != nil {
		regs[ev.Thing], top = thing, 1
	}
	c := e.begin("event "+ev.Name, regs, top)
	c.from(ev.Pos)
	c.answer(rest)
	c.placed = append(c.placed, func(at func(label) int32) { placed(at(start)) })
}

func (e *emitter) rule(p *ir.Place) {
	class := &e.out.Classes[p.Class]
	c := e.begin("placement of "+class.Name, map[*ir.Var]uint8{p.Self: thing}, 1)
	c.from(p.Node.Where())
	r := c.temp()
	c.value(r, p.Node)
	c.emit(bundle.RET, r, 0, 0, 0)
	class.Place.Self = thing
	c.placed = append(c.placed, func(at func(label) int32) { class.Place.PC = at(start) })
	e.flush()
}

// begin starts a fragment that flush places.
func (e *emitter) begin(who string, regs map[*ir.Var]uint8, top int) *coder {
	c := e.coder(who, regs, top)
	e.waiting = append(e.waiting, c.fragment)
	return c
}

func (e *emitter) flush() {
	for _, f := range e.waiting {
		e.place(f)
	}
	e.waiting = nil
}
