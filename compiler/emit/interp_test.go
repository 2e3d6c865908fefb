package emit

import (
	"math"
	"slices"
	"sort"

	"github.com/tune-autonomic/tune/compiler/bundle"
	"github.com/tune-autonomic/tune/compiler/ir"
	"github.com/tune-autonomic/tune/runtime/vm"
)

// interpreter evaluates the checked program as it stands: slow, without registers, and without a thought about speed.
// What it says is what emitted code must say.
type interpreter struct {
	w   *vm.World
	p   *bundle.Program
	env map[*ir.Var]any
}

// Values are float64, vm.Bool as truth, int32 for instances, []int32, []float64.
type truthValue uint8

func (in *interpreter) num(x ir.Expr) float64      { return in.eval(x).(float64) }
func (in *interpreter) truth(x ir.Expr) truthValue { return in.eval(x).(truthValue) }
func (in *interpreter) inst(x ir.Expr) int32       { return in.eval(x).(int32) }
func (in *interpreter) set(x ir.Expr) []int32      { return in.eval(x).([]int32) }

func (in *interpreter) eval(x ir.Expr) any {
	switch x := x.(type) {
	case *ir.Num:
		return x.V
	case *ir.Truth:
		return said(x.V)
	case *ir.None:
		return int32(-1)
	case *ir.Named:
		return in.p.Insts[x.Index].Index
	case *ir.Ref:
		return in.env[x.Var]
	case *ir.Col:
		return in.col(x.Column, in.inst(x.Obj))
	case *ir.Nav:
		return in.nav(x.Nav, in.inst(x.Obj))
	case *ir.NavAll:
		out := []int32{}
		for _, i := range in.set(x.Set) {
			if in.p.Navs[x.Nav].Many {
				out = union(out, in.nav(x.Nav, i).([]int32)...)
			} else {
				out = union(out, in.nav(x.Nav, i).(int32))
			}
		}
		return out
	case *ir.Members:
		return in.w.Alive[x.Class]
	case *ir.EmptySet:
		return []int32{}
	case *ir.SetList:
		out := []int32{}
		for _, e := range x.Elems {
			out = union(out, in.inst(e))
		}
		return out
	case *ir.Unary:
		return in.unary(x)
	case *ir.Binary:
		return in.binary(x)
	case *ir.Cond:
		if in.truth(x.If) == yes {
			return in.eval(x.Then)
		}
		return in.eval(x.Else)
	case *ir.SetOp:
		return in.setOp(x)
	case *ir.Count:
		return float64(len(in.set(x.Set)))
	case *ir.Let:
		in.env[x.Var] = in.eval(x.Value)
		return in.eval(x.In)
	}
	panic("no meaning for " + nodeName(x))
}

const (
	no    = truthValue(vm.False)
	yes   = truthValue(vm.True)
	maybe = truthValue(vm.Unknown)
)

func said(b bool) truthValue {
	if b {
		return yes
	}
	return no
}

func union(set []int32, more ...int32) []int32 {
	for _, i := range more {
		if i >= 0 && !slices.Contains(set, i) {
			set = append(set, i)
		}
	}
	return set
}

func (in *interpreter) col(c, i int32) float64 {
	if i < 0 {
		return math.NaN()
	}
	return in.w.Cols[c][i]
}

func (in *interpreter) nav(n, i int32) any {
	if in.p.Navs[n].Many {
		if i < 0 {
			return []int32{}
		}
		return slices.Clone(in.w.Many[n][i])
	}
	if i < 0 {
		return int32(-1)
	}
	return in.w.One[n][i]
}

func (in *interpreter) unary(x *ir.Unary) any {
	switch x.Op {
	case bundle.NEG:
		return -in.num(x.X)
	case bundle.ABS:
		return math.Abs(in.num(x.X))
	case bundle.SQRT:
		return math.Sqrt(in.num(x.X))
	case bundle.KNOWN:
		return said(!math.IsNaN(in.num(x.X)))
	case bundle.ISSET:
		return said(in.inst(x.X) >= 0)
	case bundle.NOT:
		return opposite(in.truth(x.X))
	}
	panic(x.Op.String())
}

func opposite(t truthValue) truthValue {
	return map[truthValue]truthValue{yes: no, no: yes, maybe: maybe}[t]
}

func (in *interpreter) binary(x *ir.Binary) any {
	switch x.Op {
	case bundle.SAME:
		return said(in.inst(x.X) == in.inst(x.Y))
	case bundle.DIFF:
		return said(in.inst(x.X) != in.inst(x.Y))
	case bundle.IN:
		return said(slices.Contains(in.set(x.Y), in.inst(x.X)))
	case bundle.FITS:
		v, h := in.inst(x.X), in.inst(x.Y)
		return said(v >= 0 && h >= 0 && in.w.Scratch.Fits(vms, v, h))
	case bundle.AND, bundle.OR:
		a, b := in.truth(x.X), in.truth(x.Y)
		decides := no
		if x.Op == bundle.OR {
			decides = yes
		}
		switch {
		case a == decides || b == decides:
			return decides
		case a == maybe || b == maybe:
			return maybe
		}
		return opposite(decides)
	}
	a, b := in.num(x.X), in.num(x.Y)
	unknown := math.IsNaN(a) || math.IsNaN(b)
	compared := func(is bool) any {
		if unknown {
			return maybe
		}
		return said(is)
	}
	switch x.Op {
	case bundle.LT:
		return compared(a < b)
	case bundle.LE:
		return compared(a <= b)
	case bundle.EQ:
		return compared(a == b)
	case bundle.NE:
		return compared(a != b)
	}
	r := map[bundle.Op_]float64{
		bundle.ADD: a + b, bundle.SUB: a - b, bundle.MUL: a * b, bundle.DIV: a / b, bundle.MIN: min(a, b), bundle.MAX: max(a, b),
	}[x.Op]
	if math.IsInf(r, 0) {
		return math.NaN()
	}
	return r
}

// passing returns the elements of x's set for which its filter is true.
func (in *interpreter) passing(x *ir.SetOp) []int32 {
	out := []int32{}
	for _, i := range in.set(x.Set) {
		in.env[x.It] = i
		if x.Filter == nil || in.truth(x.Filter) == yes {
			out = append(out, i)
		}
	}
	return out
}

type keyed struct {
	id  int32
	key float64
}

// keys returns the elements that pass with their keys, without those whose key is unknown.
func (in *interpreter) keys(x *ir.SetOp) []keyed {
	var out []keyed
	for _, i := range in.passing(x) {
		in.env[x.It] = i
		k := 0.0
		if x.Key != nil {
			k = in.num(x.Key)
		}
		if !math.IsNaN(k) {
			out = append(out, keyed{i, k})
		}
	}
	return out
}

func (in *interpreter) setOp(x *ir.SetOp) any {
	switch x.Kind {
	case bundle.SetFilter:
		return in.passing(x)
	case bundle.SetAny, bundle.SetAll:
		return in.quantify(x)
	}
	ks := in.keys(x)
	switch x.Kind {
	case bundle.SetCount:
		return float64(len(ks))
	case bundle.SetSort:
		return ids(inOrder(ks, x.Desc))
	case bundle.SetArgMin, bundle.SetArgMax:
		ks = inOrder(ks, x.Kind == bundle.SetArgMax)
		if len(ks) == 0 {
			return int32(-1)
		}
		return ks[0].id
	}
	sum, least, greatest := 0.0, math.Inf(1), math.Inf(-1)
	for _, k := range ks {
		sum, least, greatest = sum+k.key, min(least, k.key), max(greatest, k.key)
	}
	switch {
	case x.Kind == bundle.SetSum:
		return sum
	case len(ks) == 0:
		return math.NaN()
	case x.Kind == bundle.SetAvg:
		return sum / float64(len(ks))
	case x.Kind == bundle.SetMin:
		return least
	}
	return greatest
}

func inOrder(ks []keyed, desc bool) []keyed {
	sort.SliceStable(ks, func(i, j int) bool {
		if desc {
			return ks[i].key > ks[j].key
		}
		return ks[i].key < ks[j].key
	})
	return ks
}

func ids(ks []keyed) []int32 {
	out := []int32{}
	for _, k := range ks {
		out = append(out, k.id)
	}
	return out
}

// quantify asks the key of those that pass the filter. Without a key, `some` asks whether any passes, and `all` asks
// the filter of all; only what is asked can be unknown.
func (in *interpreter) quantify(x *ir.SetOp) truthValue {
	elems, asked, decides := in.set(x.Set), x.Filter, no
	if x.Key != nil || x.Kind == bundle.SetAny {
		elems, asked = in.passing(x), x.Key
	}
	if x.Kind == bundle.SetAny {
		decides = yes
	}
	result := opposite(decides)
	for _, i := range elems {
		in.env[x.It] = i
		t := yes
		if asked != nil {
			t = in.truth(asked)
		}
		switch t {
		case decides:
			return decides
		case maybe:
			result = maybe
		}
	}
	return result
}
