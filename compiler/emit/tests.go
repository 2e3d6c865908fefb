package emit

import (
	"maps"
	"slices"

	"github.com/tune-autonomic/tune/compiler/bundle"
	"github.com/tune-autonomic/tune/compiler/ir"
)

// mostFacts leaves registers for the conditions themselves.
const mostFacts = 128

// EmitSuite compiles p with its tests. Their code stands behind that of the program, which is what Emit gives.
func EmitSuite(p *ir.Program) (*bundle.Suite, error) {
	e := emitProgram(p)
	cases := make([]bundle.Case, len(p.Tests))
	for i, t := range p.Tests {
		cases[i] = e.test(t)
	}
	if e.err != nil {
		return nil, e.err
	}
	return &bundle.Suite{Program: e.out, Cases: cases, Arrows: e.arrows}, nil
}

func (e *emitter) test(t *ir.Test) bundle.Case {
	out := t.Case
	regs := map[*ir.Var]uint8{}
	for _, f := range t.Facts {
		if asks(t, f.Var) {
			regs[f.Var] = uint8(len(out.Facts))
			out.Facts = append(out.Facts, f.Of)
		}
	}
	if len(out.Facts) > mostFacts {
		e.fail(out.Pos, "test %q asks for %d different things of its run, %d are possible: split it", out.Name, len(out.Facts), mostFacts)
		return out
	}
	out.Expects = make([]bundle.Expect, len(t.Expects))
	for i, x := range t.Expects {
		to := &out.Expects[i]
		*to = bundle.Expect{Mode: x.Mode, At: x.At, Pos: posOf(x.Pos)}
		e.answerTo("test "+out.Name, x.Cond, regs, &to.PC)
		for _, x := range explaining(x.Cond, regs) {
			to.Parts = append(to.Parts, x.Part)
		}
		for k, x := range explaining(x.Cond, regs) {
			e.answerTo("test "+out.Name, x.value, regs, &to.Parts[k].PC)
		}
	}
	e.flush()
	return out
}

// asks says whether a test reads v.
func asks(t *ir.Test, v *ir.Var) bool {
	return slices.ContainsFunc(t.Expects, func(x *ir.Expect) bool { return mentions(x.Cond, vars{v: true}) })
}

// answerTo writes code that returns the value of x, unknown ones included, and puts its address into pc.
func (e *emitter) answerTo(who string, x ir.Expr, facts map[*ir.Var]uint8, pc *int32) {
	c := e.begin(who, maps.Clone(facts), len(facts))
	c.from(x.Where())
	r := c.temp()
	c.value(r, x)
	c.emit(bundle.RET, r, 0, 0, 0)
	c.placed = append(c.placed, func(at func(label) int32) { *pc = at(start) })
}

// part is a part of a condition, and the expression that computes it.
type part struct {
	bundle.Part
	value ir.Expr
}

// explaining are the parts of a condition whose values explain it: what is compared, what a policy is in, and which are
// counted. Each stands by itself: it reads nothing but facts.
func explaining(cond ir.Expr, facts map[*ir.Var]uint8) []part {
	var parts []part
	add := func(x ir.Expr, which bool) {
		if standsAlone(x, facts) {
			parts = append(parts, part{bundle.Part{Type: x.Type(), Pos: posOf(x.Where()), Fact: factOf(x, facts), Which: which}, x})
		}
	}
	visit(cond, func(x ir.Expr) bool {
		switch x := x.(type) {
		case *ir.Binary:
			if x.Op == bundle.AND || x.Op == bundle.OR {
				return true
			}
			for _, side := range []ir.Expr{x.X, x.Y} {
				if !fixed(side) {
					add(side, false)
				}
			}
			return true
		case *ir.Count:
			if !fixed(x.Set) {
				add(x.Set, true)
			}
		case *ir.SetOp:
			if set := counted(x); set != nil {
				add(set, true)
			}
			return false
		case *ir.Ref:
			if x.T.Base == bundle.Bool {
				add(x, false)
			}
		}
		return true
	})
	return parts
}

// fixed says whether x is the same at all times, or has so many members that they explain nothing.
func fixed(x ir.Expr) bool {
	switch x.(type) {
	case *ir.Num, *ir.Truth, *ir.None, *ir.Named, *ir.Members, *ir.EmptySet:
		return true
	}
	return false
}

// counted is the set that a question is about: those of some that pass its filter; nil if it has none.
func counted(x *ir.SetOp) ir.Expr {
	if x.Filter == nil || x.Key != nil || x.Kind != bundle.SetAny && x.Kind != bundle.SetCount {
		return nil
	}
	set := *x
	set.Kind, set.T = bundle.SetFilter, x.Set.Type()
	return &set
}

func factOf(x ir.Expr, facts map[*ir.Var]uint8) int32 {
	if ref, isRef := x.(*ir.Ref); isRef {
		if r, isFact := facts[ref.Var]; isFact {
			return int32(r)
		}
	}
	return -1
}

// standsAlone says whether x reads no variable but facts and those that it binds itself.
func standsAlone(x ir.Expr, facts map[*ir.Var]uint8) bool {
	own := vars{}
	return !contains(x, func(y ir.Expr) bool {
		switch y := y.(type) {
		case *ir.SetOp:
			own[y.It] = true
		case *ir.Let:
			own[y.Var] = true
		case *ir.Ref:
			_, isFact := facts[y.Var]
			return !isFact && !own[y.Var]
		}
		return false
	})
}
