package bundle

import "slices"

// step is one instruction that is run over types.
type step struct {
	*region
	pc   int32
	in   Instr
	t    *types
	out  *outcome // the last time
	ends bool     // control doesn't go on to the next instruction
	// changed are the leaders of which less is known now than before.
	changed []int32
}

func (s *step) fail(format string, args ...any) error { return s.fault(s.pc, format, args...) }

// do checks what the instruction reads, writes what it writes, and says where control goes.
func (s *step) do() error {
	info := &Opcodes[s.in.Op]
	if err := s.reads(info); err != nil {
		return err
	}
	result, err := s.effect()
	if err != nil {
		return err
	}
	if info.Flow == FlowBranch { // the jump is taken before anything is written
		if err := s.flow(s.in.K, s.t); err != nil {
			return err
		}
	}
	if info.A.Write {
		if err := s.write(s.in.A, result); err != nil {
			return err
		}
	}
	return s.leave(info)
}

// reads checks the registers that the instruction reads.
func (s *step) reads(info *OpInfo) error {
	for i, o := range [3]Operand{info.A, info.B, info.C} {
		if o.Write || o.Content == Nothing || o.Content == Result {
			continue
		}
		r := [3]uint8{s.in.A, s.in.B, s.in.C}[i]
		x := s.t.r[r]
		ok := false
		switch o.Content {
		case Whatever: // an iter or a pool has one register, so that nothing but its loop moves it on
			ok = x.kind != vBad && x.kind != vIter && x.kind != vPool
		case Number:
			ok = x.kind == vNumber
		case Truth:
			ok = x.kind == vTruth
		case Instance:
			ok = x.kind == vInst
		case Members:
			ok = x.kind == vSet || x.kind == vIter || x.kind == vPool
		case OwnSet:
			ok = x.kind == vSet && x.own
		case Iterator:
			ok = x.kind == vIter
		case PickPool:
			ok = x.kind == vPool
		case SeriesVal:
			ok = x.kind == vSeries
		case MarkVal:
			ok = x.kind == vMark
		}
		if !ok {
			return s.fail("reads r%d, which holds %v", r, x)
		}
	}
	return nil
}

// write gives register r a new value.
func (s *step) write(r uint8, x value) error {
	if int(r) < s.keep {
		return s.fail("overwrites r%d, which must stay as it is", r)
	}
	if int(r) < len(s.regs) {
		want, have := valueOf(s.regs[r]), x
		have.own = false
		if want.kind != vBad && have != want {
			return s.fail("puts %v into r%d, which is kept as %v", x, r, want)
		}
	}
	s.t.r[r] = x
	return nil
}

func (s *step) b() value { return s.t.r[s.in.B] }
func (s *step) c() value { return s.t.r[s.in.C] }

// of checks that x is of the given space.
func (s *step) of(x value, space int32) error {
	if int32(x.space) != space {
		return s.fail("is for space %d, and gets %v", space, x)
	}
	return nil
}

// effect checks spaces, and returns what the instruction writes into A.
func (s *step) effect() (value, error) {
	p, in := s.v.p, s.in
	inst := func(space int32) value { return of(vInst, space) }
	set := func(space int32) value { return of(vSet, space) }
	switch in.Op {
	case MOV:
		return s.b(), nil
	case NONE:
		return inst(in.K), nil
	case INST:
		return inst(p.Insts[in.K].Space), nil
	case COL:
		return value{kind: vNumber}, s.of(s.b(), p.Columns[in.K].Space)
	case NAV, NAVS, NAVA:
		n := &p.Navs[in.K]
		if in.Op != NAVA && n.Many != (in.Op == NAVS) {
			return value{}, s.fail("can't follow navigation %d (%s)", in.K, n.Name)
		}
		if in.Op == NAV {
			return inst(n.To), s.of(s.b(), n.From)
		}
		return set(n.To), s.of(s.b(), n.From)
	case CLASS:
		return set(p.Classes[in.K].Space), nil
	case EMPTY:
		return value{kind: vSet, space: uint16(in.K), own: true}, nil
	case COPY:
		return value{kind: vSet, space: s.b().space, own: true}, nil
	case WATTS:
		if s.v.kind(in.K) != Host {
			return value{}, s.fail("is for hosts, and space %d holds none", in.K)
		}
		return value{kind: vNumber}, s.of(s.b(), in.K)
	case FITS:
		return value{kind: vTruth}, s.onHost(s.b(), s.c())
	case LIFT, BACK:
		return value{}, s.onHost(s.t.r[in.A], inst(s.v.hosts[in.K]))
	case PLACE:
		return value{}, s.onHost(s.t.r[in.A], s.b())
	case SAME, DIFF, IN:
		return value{kind: vTruth}, s.of(s.c(), int32(s.b().space))
	case SETOP, SORT, PICK:
		return s.overSet()
	case SNAP:
		return value{kind: vIter, space: s.b().space}, nil
	case POOL:
		return value{kind: vPool, space: s.b().space}, nil
	case NEXT:
		return inst(int32(s.b().space)), nil
	case SADD, SDEL, SJOIN, SMINUS:
		return value{}, s.of(s.b(), int32(s.t.r[in.A].space))
	case HIST:
		return value{kind: vSeries}, s.of(s.b(), p.Columns[p.Hists[in.K].Column].Space)
	case CLAIM, CLAIMS:
		return value{}, s.of(s.t.r[in.A], in.K)
	case RET:
		return value{}, s.returns()
	}
	switch Opcodes[in.Op].A.Content {
	case Number:
		return value{kind: vNumber}, nil
	case Truth:
		return value{kind: vTruth}, nil
	case SeriesVal:
		return value{kind: vSeries}, nil
	case MarkVal:
		return value{kind: vMark}, nil
	}
	return value{}, nil
}

// onHost checks a machine of space K and a host that may hold it.
func (s *step) onHost(vm, host value) error {
	if s.v.kind(s.in.K) != VM {
		return s.fail("is for machines, and space %d holds none", s.in.K)
	}
	if err := s.of(vm, s.in.K); err != nil {
		return err
	}
	return s.of(host, s.v.hosts[s.in.K])
}

func (s *step) returns() error {
	if s.kind != forValue {
		return nil
	}
	if x := s.t.r[s.in.A]; x.kind != s.owes.kind || x.space != s.owes.space {
		return s.fail("returns %v, and owes %v", x, s.owes)
	}
	return nil
}

// overSet checks SETOP, SORT and PICK, and what runs for each element.
func (s *step) overSet() (value, error) {
	op := &s.v.p.SetOps[s.in.K]
	fx := &s.v.ops[s.in.K]
	if err := s.of(s.b(), op.Space); err != nil {
		return value{}, err
	}
	var ok bool
	switch s.in.Op {
	case SORT:
		ok = op.Kind == SetSort
	case PICK:
		ok = op.Kind == SetArgMin || op.Kind == SetArgMax
	default:
		ok = op.Kind != SetSort
	}
	if !ok {
		return value{}, s.fail("can't do a set operation of kind %d", op.Kind)
	}
	for _, r := range op.Without {
		x := s.t.r[r]
		if x.kind != vSet && x.kind != vIter && x.kind != vPool || int32(x.space) != op.Space {
			return value{}, s.fail("passes over the elements of r%d, which holds %v", r, x)
		}
	}
	for _, r := range op.Except {
		if x := s.t.r[r]; x.kind != vInst || int32(x.space) != op.Space {
			return value{}, s.fail("passes over r%d, which holds %v", r, x)
		}
	}
	for _, b := range op.Bounds {
		if x := s.t.r[b.Reg]; x.kind != vNumber {
			return value{}, s.fail("compares with r%d, which holds %v", b.Reg, x)
		}
	}
	for r := range s.t.r {
		if !fx.writes.has(uint8(r)) {
			continue
		}
		if r < len(s.regs) && valueOf(s.regs[r]).kind != vBad || r < s.keep {
			return value{}, s.fail("overwrites r%d for each element, and that is kept", r)
		}
		s.t.r[r] = value{} // so that a loop whose iter this was is refused at its NEXT
	}
	if s.out != nil {
		if err := s.v.elementCode(s, op); err != nil {
			return value{}, err
		}
	}
	return opResult(op), nil
}

// opResult is what a set operation gives.
func opResult(op *SetOp) value {
	switch op.Kind {
	case SetArgMin, SetArgMax:
		return of(vInst, op.Space)
	case SetFilter:
		return of(vSet, op.Space)
	case SetSort:
		return of(vIter, op.Space)
	case SetAny, SetAll:
		return value{kind: vTruth}
	case SetSumSeries:
		return value{kind: vSeries}
	}
	return value{kind: vNumber}
}

// elementCode verifies the code that op runs for each element, in the frame as it is at s.
func (v *verifier) elementCode(s *step, op *SetOp) error {
	at := *s.t
	for i := range at.r {
		at.r[i].own = false
	}
	at.r[op.Elem] = of(vInst, op.Space)
	for _, part := range []struct {
		pc   int32
		owes value
		what string
	}{
		{op.Where.PC, value{kind: vTruth}, "filter"},
		{op.KeyPC, keyOf(op), "key"},
	} {
		if part.pc < 0 {
			continue
		}
		r := &region{v: v, in: s.region, what: part.what, kind: forValue, entry: part.pc, owes: part.owes, regs: s.regs, keep: s.keep}
		if _, err := r.check(&at); err != nil {
			return err
		}
	}
	return nil
}

// keyOf is what the key of op is.
func keyOf(op *SetOp) value {
	switch op.Kind {
	case SetAny, SetAll:
		return value{kind: vTruth}
	case SetSumSeries:
		return value{kind: vSeries}
	}
	return value{kind: vNumber}
}

// leave says where control goes, and what survives.
func (s *step) leave(info *OpInfo) error {
	switch info.Flow {
	case FlowJump:
		s.ends = true
		return s.flow(s.in.K, s.t)
	case FlowSuspend:
		return s.suspends()
	case FlowFork:
		return s.forks()
	case FlowEnd:
		s.ends = true
		return s.ending()
	}
	return nil
}

// forks begins a branch, and verifies it.
func (s *step) forks() error {
	s.t.suspend(s.regs)
	if s.forkedIn(s.in.K) || slices.ContainsFunc(s.t.forked, func(b begun) bool { return b.pc == s.in.K }) {
		return s.fail("begins a branch that is under way")
	}
	if len(s.t.forked) == MaxBranches {
		return s.fail("begins more than %d branches together", MaxBranches)
	}
	if s.within == MaxLoops {
		return s.fail("begins branches more than %d deep", MaxLoops)
	}
	at := *s.t
	at.forked = nil
	r := &region{v: s.v, in: s.region, what: "branch", kind: forBranch, entry: s.in.K, regs: s.regs, within: s.within + 1}
	out, err := r.check(&at)
	if err != nil {
		return err
	}
	s.t.forked = append(slices.Clone(s.t.forked), begun{s.in.K, out.ok})
	return nil
}

// forkedIn says whether the code is itself in the branch at pc.
func (s *step) forkedIn(pc int32) bool {
	for r := s.region; r != nil; r = r.in {
		if r.entry == pc {
			return true
		}
	}
	return false
}

// suspends is ACT, APPLY and JOIN: success goes on at the next instruction, failure at OnFail or out of the region.
func (s *step) suspends() error {
	onFail := NoFail
	var act *Action
	if s.in.Op == ACT {
		act = &s.v.p.Actions[s.in.K]
		if err := s.action(act); err != nil {
			return err
		}
		onFail = act.OnFail
	}
	s.t.suspend(s.regs)
	failed := *s.t
	if s.in.Op == JOIN {
		failed.forked = nil
		s.t.joined(s.regs)
	}
	if onFail != NoFail {
		if err := s.flow(onFail, &failed); err != nil {
			return err
		}
	} else if s.out != nil {
		failed.forked = nil
		join(&s.out.failed, &failed)
	}
	if act != nil && act.Kind == ActCreate {
		if err := s.write(act.Result, of(vInst, s.v.p.Classes[act.Class].Space)); err != nil {
			return err
		}
		s.t.suspend(s.regs)
	}
	return nil
}

func (s *step) ending() error {
	if len(s.t.forked) > 0 {
		return s.fail("ends while branches are under way that nothing has waited for")
	}
	if s.out == nil {
		return nil
	}
	s.t.suspend(s.regs)
	switch {
	case s.in.Op == GOTO:
		s.out.goTo(s.in.K, s.t)
	case s.in.Op == END && s.in.K == 0:
		join(&s.out.ok, s.t)
	case s.in.Op == END:
		join(&s.out.failed, s.t)
	}
	return nil
}
