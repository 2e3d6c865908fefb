package emit

import (
	"math"
	"slices"

	"github.com/tune-autonomic/tune/compiler/bundle"
	"github.com/tune-autonomic/tune/compiler/ir"
)

// flow is how a statement ends.
type flow uint8

const (
	goesOn flow = iota
	givesUp
	applies
)

// block runs the steps of a plan on the world's scratch model.
func (in *interpreter) block(ss []ir.Stmt) flow {
	for _, s := range ss {
		if f := in.step(s); f != goesOn {
			return f
		}
	}
	return goesOn
}

func (in *interpreter) step(s ir.Stmt) flow {
	switch s := s.(type) {
	case *ir.Assign:
		v := in.eval(s.Value)
		if set, ok := v.([]int32); ok {
			v = slices.Clone(set)
		}
		in.env[s.Var] = v
	case *ir.If:
		if in.truth(s.Cond) == yes {
			return in.block(s.Then)
		}
		return in.block(s.Else)
	case *ir.For:
		return in.loop(s)
	case *ir.Pick:
		return in.picking(s)
	case *ir.SetEdit:
		in.edit(s)
	case *ir.Lift:
		if v := in.inst(s.VM); v >= 0 {
			in.w.Scratch.Lift(vms, v)
		}
	case *ir.Back:
		if v := in.inst(s.VM); v >= 0 {
			in.w.Scratch.Back(vms, v)
		}
	case *ir.Put:
		if v, h := in.inst(s.VM), in.inst(s.On); v >= 0 && h >= 0 {
			in.w.Scratch.Place(vms, v, h)
		}
	case *ir.AllOrNothing:
		mark := in.w.Scratch.Mark()
		f := in.block(s.Body)
		if f != givesUp {
			return f
		}
		in.w.Scratch.Undo(mark)
	case *ir.GiveUp:
		return givesUp
	case *ir.Apply:
		return applies
	}
	return goesOn
}

func (in *interpreter) loop(s *ir.For) flow {
	set := slices.Clone(in.set(s.Set))
	if s.By != nil {
		set = ids(inOrder(in.keysOf(set, s.Var, s.By, nil), s.Desc))
	}
	for _, i := range set {
		in.env[s.Var] = i
		if s.While != nil && in.truth(s.While) != yes {
			break
		}
		if s.Filter != nil && in.truth(s.Filter) != yes {
			continue
		}
		if f := in.block(s.Body); f != goesOn {
			return f
		}
	}
	return goesOn
}

// keysOf gives the elements that pass a filter their keys, and leaves out those without one.
func (in *interpreter) keysOf(set []int32, it *ir.Var, by, filter ir.Expr) []keyed {
	var out []keyed
	for _, i := range set {
		in.env[it] = i
		if filter != nil && in.truth(filter) != yes {
			continue
		}
		k := 0.0
		if by != nil {
			k = in.num(by)
		}
		if !math.IsNaN(k) {
			out = append(out, keyed{i, k})
		}
	}
	return out
}

func without(set []int32, gone ...int32) []int32 {
	return slices.DeleteFunc(slices.Clone(set), func(i int32) bool { return slices.Contains(gone, i) })
}

func (in *interpreter) picking(s *ir.Pick) flow {
	pool := slices.Clone(in.set(s.From))
	for {
		best := inOrder(in.keysOf(pool, s.Var, s.By, s.Filter), s.Desc)
		if len(best) == 0 {
			return goesOn
		}
		i := best[0].id
		pool = without(pool, i)
		in.env[s.Var] = i
		if s.While != nil && in.truth(s.While) != yes {
			return goesOn
		}
		if from, ok := s.From.(*ir.Ref); ok && from.Var.Mutable {
			in.env[from.Var] = without(in.env[from.Var].([]int32), i)
		}
		if f := in.block(s.Body); f != goesOn {
			return f
		}
	}
}

func (in *interpreter) edit(s *ir.SetEdit) {
	set := in.env[s.Var].([]int32)
	switch s.Op {
	case bundle.SADD:
		in.env[s.Var] = union(slices.Clone(set), in.inst(s.Value))
	case bundle.SJOIN:
		in.env[s.Var] = union(slices.Clone(set), in.set(s.Value)...)
	case bundle.SDEL:
		in.env[s.Var] = without(set, in.inst(s.Value))
	case bundle.SMINUS:
		in.env[s.Var] = without(set, in.set(s.Value)...)
	}
}
