package ir

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/tune-autonomic/tune/compiler/bundle"
)

func TestSame(t *testing.T) {
	h, g := &Var{Name: "h"}, &Var{Name: "g"}
	best := func(of *Var, called string, column int32) Expr {
		it := &Var{Name: called}
		return &SetOp{Kind: bundle.SetArgMax, Set: &Nav{Obj: &Ref{Var: of}}, It: it, Key: &Col{Obj: &Ref{Var: it}, Column: column}}
	}
	asked := func(e Expr) Expr {
		op := *e.(*SetOp)
		op.Filter, op.Key = op.Key, nil
		return &op
	}
	named := func(name string) Expr {
		v := &Var{Name: name}
		return &Let{Var: v, Value: &Num{V: 1}, In: &Binary{Op: bundle.ADD, X: &Ref{Var: v}, Y: &Ref{Var: h}}}
	}

	assert.True(t, Same(best(h, "it", 0), best(h, "one", 0)), "whatever the element is called")
	assert.True(t, Same(named("x"), named("y")), "whatever a part is called")
	assert.True(t, Same(&SetList{Elems: []Expr{&Ref{Var: h}}}, &SetList{Elems: []Expr{&Ref{Var: h}}}))
	assert.False(t, Same(best(h, "it", 0), best(g, "it", 0)), "of something else")
	assert.False(t, Same(best(h, "it", 0), best(h, "it", 1)), "by something else")
	assert.False(t, Same(best(h, "it", 0), asked(best(h, "it", 0))), "a filter is no key")
	assert.False(t, Same(&SetList{Elems: []Expr{&Ref{Var: h}}}, &SetList{}), "one element less")
	assert.False(t, Same(&Num{V: 1}, &Truth{V: true}))

	it, other := &Var{Name: "it"}, &Var{Name: "it"}
	inner := func(mine, read *Var) Expr { return &SetOp{Set: &Members{}, It: mine, Key: &Ref{Var: read}} }
	assert.False(t, Same(inner(it, other), inner(other, other)), "another's element isn't one's own")
}
