// Package bundletest makes small bundles by hand, for tests of what writes, checks and runs them.
package bundletest

import "github.com/tune-autonomic/tune/compiler/bundle"

// Asm appends code to a program. Jumps may name a label before it stands anywhere.
type Asm struct {
	P      *bundle.Program
	labels map[string]int32
	holes  map[string][]int32
}

// NewAsm returns an assembler for p.
func NewAsm(p *bundle.Program) *Asm {
	return &Asm{P: p, labels: map[string]int32{}, holes: map[string][]int32{}}
}

// PC is where the next instruction will be.
func (a *Asm) PC() int32 { return int32(len(a.P.Code)) }

// I appends an instruction with registers regs (A, B, C) and number k, and returns its pc.
func (a *Asm) I(op bundle.Op_, k int32, regs ...uint8) int32 {
	in := bundle.Instr{Op: op, K: k}
	for i, r := range regs {
		*[]*uint8{&in.A, &in.B, &in.C}[i] = r
	}
	a.P.Code = append(a.P.Code, in)
	a.P.Pos = append(a.P.Pos, bundle.Pos{})
	return a.PC() - 1
}

// J appends an instruction that jumps to a label.
func (a *Asm) J(op bundle.Op_, label string, regs ...uint8) int32 {
	k, known := a.labels[label]
	pc := a.I(op, k, regs...)
	if !known {
		a.holes[label] = append(a.holes[label], pc)
	}
	return pc
}

// L puts a label here. Each label stands once.
func (a *Asm) L(label string) int32 {
	for _, pc := range a.holes[label] {
		a.P.Code[pc].K = a.PC()
	}
	delete(a.holes, label)
	a.labels[label] = a.PC()
	return a.PC()
}

// Const returns the index of a constant.
func (a *Asm) Const(x float64) int32 {
	a.P.Consts = append(a.P.Consts, x)
	return int32(len(a.P.Consts) - 1)
}

// Op adds a set operation without a filter or key, and returns its index.
func (a *Asm) Op(kind bundle.SetOpKind, space int32, elem uint8, change ...func(*bundle.SetOp)) int32 {
	op := bundle.SetOp{Kind: kind, Space: space, Elem: elem, KeyColumn: -1, KeyPC: -1, Where: bundle.Guard{PC: -1}}
	for _, f := range change {
		f(&op)
	}
	a.P.SetOps = append(a.P.SetOps, op)
	return int32(len(a.P.SetOps) - 1)
}

// Action adds an action and returns its index.
func (a *Asm) Action(act bundle.Action) int32 {
	if act.OnFail == 0 {
		act.OnFail = bundle.NoFail
	}
	if act.WaitPC == 0 {
		act.WaitPC = -1
	}
	a.P.Actions = append(a.P.Actions, act)
	return int32(len(a.P.Actions) - 1)
}
