package bundle

import "fmt"

// regSet is a set of registers.
type regSet [4]uint64

func (s *regSet) add(r uint8)      { s[r>>6] |= 1 << (r & 63) }
func (s *regSet) has(r uint8) bool { return s[r>>6]>>(r&63)&1 != 0 }
func (s *regSet) join(t *regSet) {
	for i := range s {
		s[i] |= t[i]
	}
}

// opEffect is what a SetOp's code does to registers, that of set operations within included.
type opEffect struct {
	writes regSet
	state  uint8 // 0 not looked at, 1 under way, 2 done
	depth  int
}

// instructions checks each instruction by itself, reachable or not.
func (v *verifier) instructions() error {
	p := v.p
	if len(p.Pos) != len(p.Code) {
		return fault("code", "%d positions for %d instructions", len(p.Pos), len(p.Code))
	}
	for i, pos := range p.Pos {
		if v.pos("", pos) != nil { // a place is written out only for an error
			return v.pos(fmt.Sprintf("pc %d", i), pos)
		}
	}
	for pc, in := range p.Code {
		if v.instruction("", in) != nil {
			return v.instruction(fmt.Sprintf("pc %d", pc), in)
		}
	}
	v.places = make([]place, len(p.Code))
	v.hosts = make([]int32, len(p.Spaces))
	for i := range v.hosts {
		v.hosts[i] = -1
	}
	for i := range p.Classes {
		if c := &p.Classes[i]; c.On >= 0 {
			v.hosts[c.Space] = p.Classes[c.On].Space
		}
	}
	return nil
}

func (v *verifier) pos(where string, pos Pos) error {
	if len(v.p.Sources) == 0 && pos == (Pos{}) {
		return nil
	}
	if err := index(where, "source", pos.File, len(v.p.Sources)); err != nil {
		return err
	}
	if pos.Start < 0 || pos.End < pos.Start || int(pos.End) > len(v.p.Sources[pos.File].Text) {
		return fault(where, "comes from bytes %d to %d of %s", pos.Start, pos.End, v.p.Sources[pos.File].Path)
	}
	return nil
}

func (v *verifier) instruction(where string, in Instr) error {
	if in.Op >= NumOps {
		return fault(where, "opcode %d", uint8(in.Op))
	}
	info := &Opcodes[in.Op]
	a, b, c := in.A, in.B, in.C
	if in.Op == GOTO {
		if a > 1 {
			return fault(where, "A is %d: 0, or 1 to undo", a)
		}
		a = 0
	}
	if in.Op == CLAIM || in.Op == CLAIMS {
		if b > Shared {
			return fault(where, "B is %d: 0, or %d for a share", b, Shared)
		}
		b = 0
	}
	if info.A.Content == Nothing && a != 0 || info.B.Content == Nothing && b != 0 || info.C.Content == Nothing && c != 0 {
		return fault(where, "%s has an operand that it doesn't take", in.Op)
	}
	return v.number(where, info.K, in.K)
}

// number checks the number K of an instruction.
func (v *verifier) number(where string, kind KKind, k int32) error {
	p := v.p
	switch kind {
	case KNone:
		if k != 0 {
			return fault(where, "has a number that its opcode doesn't take")
		}
		return nil
	case KConst:
		return index(where, "constant", k, len(p.Consts))
	case KTruth:
		return index(where, "truth value", k, 3)
	case KSpace:
		return index(where, "space", k, len(p.Spaces))
	case KInst:
		return index(where, "instance", k, len(p.Insts))
	case KColumn:
		return index(where, "column", k, len(p.Columns))
	case KNav:
		return index(where, "navigation", k, len(p.Navs))
	case KClass:
		return index(where, "class", k, len(p.Classes))
	case KSetOp:
		return index(where, "set operation", k, len(p.SetOps))
	case KHist:
		return index(where, "history", k, len(p.Hists))
	case KSerFun:
		return index(where, "series function", k, int(NumSerFuncs))
	case KAction:
		return index(where, "action", k, len(p.Actions))
	case KPC:
		return index(where, "pc", k, len(p.Code))
	case KState: // of which policy is known only where the code runs
		return index(where, "state", k, MaxTable)
	case KOutcome, KApply:
		return index(where, "mode", k, 2)
	}
	return fault(where, "a number of kind %d", kind)
}

// setOps checks the table of set operations, and that none runs within itself.
func (v *verifier) setOps() error {
	v.ops = make([]opEffect, len(v.p.SetOps))
	for i := range v.p.SetOps {
		if err := v.setOp(fmt.Sprintf("set operation %d", i), &v.p.SetOps[i]); err != nil {
			return err
		}
	}
	for i := range v.p.SetOps {
		if err := v.effects(int32(i)); err != nil {
			return err
		}
	}
	return nil
}

func (v *verifier) setOp(where string, op *SetOp) error {
	if op.Kind > SetSumSeries {
		return fault(where, "kind %d", op.Kind)
	}
	if err := first(v.space(where, op.Space), v.guard(where, &op.Where, op.Space)); err != nil {
		return err
	}
	if len(op.Without) > MaxExcluded || len(op.Except) > MaxExcluded {
		return fault(where, "passes over %d sets and %d instances; %d of each are allowed", len(op.Without), len(op.Except), MaxExcluded)
	}
	if len(op.Bounds) > MaxBounds {
		return fault(where, "%d bounds; at most %d are allowed", len(op.Bounds), MaxBounds)
	}
	for _, b := range op.Bounds {
		if err := v.columnOf(where, b.Column, op.Space); err != nil {
			return err
		}
		if b.Is > Below {
			return fault(where, "comparison %d", b.Is)
		}
	}
	keys := 0
	if op.KeyColumn != -1 {
		keys++
		if err := v.columnOf(where, op.KeyColumn, op.Space); err != nil {
			return err
		}
	}
	if op.KeyPC != -1 {
		keys++
		if err := index(where, "key at pc", op.KeyPC, len(v.p.Code)); err != nil {
			return err
		}
	}
	switch op.Kind {
	case SetFilter:
		if keys != 0 {
			return fault(where, "a filter has no key")
		}
	case SetAny, SetAll:
		if op.KeyColumn != -1 {
			return fault(where, "a column is no truth value")
		}
	case SetSumSeries:
		if op.KeyPC == -1 || op.KeyColumn != -1 {
			return fault(where, "a sum of series needs code that gives them")
		}
	case SetSum, SetAvg, SetMin, SetMax:
		if keys == 0 {
			return fault(where, "it needs a key")
		}
	}
	if keys > 1 {
		return fault(where, "it has two keys")
	}
	return nil
}

// guard checks interval tests over a space (-1: none are allowed), and that the code is there.
func (v *verifier) guard(where string, g *Guard, space int32) error {
	if len(g.Tests) > 256 {
		return fault(where, "%d tests; at most 256 are allowed", len(g.Tests))
	}
	for _, t := range g.Tests {
		if err := v.columnOf(where, t.Column, space); err != nil {
			return err
		}
		if t.Lo != t.Lo || t.Hi != t.Hi {
			return fault(where, "a test between %v and %v", t.Lo, t.Hi)
		}
	}
	if g.PC != -1 {
		return index(where, "pc", g.PC, len(v.p.Code))
	}
	return nil
}

// effects finds what the code of SetOp k writes, and how deep set operations nest in it.
func (v *verifier) effects(k int32) error {
	fx := &v.ops[k]
	where := fmt.Sprintf("set operation %d", k)
	switch fx.state {
	case 1:
		return fault(where, "it runs within itself")
	case 2:
		return nil
	}
	fx.state = 1
	op := &v.p.SetOps[k]
	fx.writes.add(op.Elem)
	for _, entry := range []int32{op.Where.PC, op.KeyPC} {
		if entry < 0 {
			continue
		}
		r := &region{v: v, what: "an operation over a set", kind: forValue, entry: entry}
		if err := r.find(); err != nil {
			return err
		}
		for _, pc := range r.nodes {
			in := v.p.Code[pc]
			if Opcodes[in.Op].A.Write {
				fx.writes.add(in.A)
			}
			if in.Op != SETOP && in.Op != SORT {
				continue
			}
			if err := v.effects(in.K); err != nil {
				return err
			}
			fx.writes.join(&v.ops[in.K].writes)
			if fx.depth = max(fx.depth, v.ops[in.K].depth); fx.depth == MaxNesting {
				return r.fault(pc, "and what it stands in are more than %d operations over sets within each other", MaxNesting)
			}
		}
	}
	fx.depth++
	fx.state = 2
	return nil
}

// regions verifies all code that anything refers to.
func (v *verifier) regions() error {
	p := v.p
	for i := range p.Classes {
		c := &p.Classes[i]
		if c.Place.Rule != PlaceCode {
			continue
		}
		var at types
		at.r[c.Place.Self] = of(vInst, c.Space)
		owes := of(vInst, v.hosts[c.Space])
		if err := v.value("placement of "+c.Name, c.Place.PC, at, owes, 0); err != nil {
			return err
		}
	}
	for i := range p.Events {
		if err := v.eventCode(&p.Events[i]); err != nil {
			return err
		}
	}
	for i := range p.Policies {
		if err := v.policyCode(&p.Policies[i]); err != nil {
			return err
		}
	}
	return nil
}

// value verifies code that computes a value, and mustn't write the first keep registers.
func (v *verifier) value(where string, pc int32, at types, owes value, keep int) error {
	r := &region{v: v, what: where, kind: forValue, entry: pc, owes: owes, keep: keep}
	_, err := r.check(&at)
	return err
}

func (v *verifier) eventCode(e *Event) error {
	where := "event " + e.Name
	for _, time := range []int64{e.Every, e.Silent, e.For} {
		if time > 0 && time < LeastPeriod {
			return fault(where, "a time of %d ns", time)
		}
	}
	if e.Every > 0 || e.Silent > 0 || e.External {
		return nil
	}
	var at types
	space := int32(-1)
	if e.Class >= 0 {
		space = v.p.Classes[e.Class].Space
		at.r[e.Thing] = of(vInst, space)
	}
	if err := v.guard(where, &e.Cond, space); err != nil {
		return err
	}
	if e.Cond.PC < 0 {
		if len(e.Cond.Tests) == 0 {
			return fault(where, "it has no condition, no period, and doesn't come from outside")
		}
		return nil
	}
	return v.value(where, e.Cond.PC, at, value{kind: vTruth}, 0)
}
