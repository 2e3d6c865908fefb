package bundle

import "fmt"

// action checks the table entry of an action, as far as no registers are concerned.
func (v *verifier) action(where string, a *Action) error {
	if a.Kind > ActUndoTurn {
		return fault(where, "kind %d", a.Kind)
	}
	where += " (" + ActionNames[a.Kind] + ")"
	if err := span(where, "time limit", a.Timeout); err != nil {
		return err
	}
	if a.OnFail < NoFail || int(a.OnFail) >= len(v.p.Code) {
		return fault(where, "goes on at pc %d after a failure, of %d", a.OnFail, len(v.p.Code))
	}
	switch a.Kind {
	case ActTurn, ActUndoTurn:
		return nil
	case ActNotify, ActAsk:
		return index(where, "text", a.Text, len(v.p.Texts))
	case ActEmit:
		return v.emitted(where, a)
	case ActWait:
		return index(where, "condition at pc", a.WaitPC, len(v.p.Code))
	case ActCreate:
		return v.created(where, a)
	}
	return v.targeted(where, a)
}

func (v *verifier) created(where string, a *Action) error {
	if err := v.class(where, a.Class); err != nil {
		return err
	}
	if v.p.Classes[a.Class].Kind == Host {
		return fault(where, "hosts aren't made")
	}
	return nil
}

func (v *verifier) emitted(where string, a *Action) error {
	if err := index(where, "event", a.Event, len(v.p.Events)); err != nil {
		return err
	}
	e := &v.p.Events[a.Event]
	if !e.External {
		return fault(where, "event %s comes from its condition, not from outside", e.Name)
	}
	if len(a.Args) != len(e.Payload) {
		return fault(where, "%d values for event %s, which has %d", len(a.Args), e.Name, len(e.Payload))
	}
	return nil
}

// targeted checks an action on an instance of Space.
func (v *verifier) targeted(where string, a *Action) error {
	if err := v.space(where, a.Space); err != nil {
		return err
	}
	if a.Class != -1 {
		if err := v.class(where, a.Class); err != nil {
			return err
		}
		if v.p.Classes[a.Class].Space != a.Space {
			return fault(where, "class %d isn't in space %d", a.Class, a.Space)
		}
	}
	kind := v.kind(a.Space)
	switch a.Kind {
	case ActMigrate, ActRestart:
		if kind != VM {
			return fault(where, "only machines move")
		}
	case ActAllocate, ActRelease, ActFence:
		if kind != Host {
			return fault(where, "it is for hosts")
		}
	case ActRemove, ActStart, ActStop:
		if kind == Host {
			return fault(where, "it isn't for hosts")
		}
	case ActPauseProbe, ActResumeProbe:
		if err := index(where, "probe", a.Probe, len(v.p.Probes)); err != nil {
			return err
		}
		if v.p.Classes[v.p.Probes[a.Probe].Class].Space != a.Space {
			return fault(where, "probe %d isn't of space %d", a.Probe, a.Space)
		}
	case ActOp:
		if a.Class < 0 {
			return fault(where, "an operation needs a class")
		}
		ops := v.p.Classes[a.Class].Ops
		if err := index(where, "operation", a.Op, len(ops)); err != nil {
			return err
		}
		if len(a.Args) != len(ops[a.Op].Params) {
			return fault(where, "%d arguments for operation %s, which has %d", len(a.Args), ops[a.Op].Name, len(ops[a.Op].Params))
		}
	}
	return nil
}

// action checks that the registers of an action hold what it needs.
func (s *step) action(a *Action) error {
	v := s.v
	switch a.Kind {
	case ActCreate, ActTurn, ActUndoTurn:
		return nil
	case ActNotify, ActAsk:
		t := &v.p.Texts[a.Text]
		return s.operands(t.Regs, t.Types)
	case ActEmit:
		return s.operands(a.Args, Types(v.p.Events[a.Event].Payload))
	case ActWait:
		at := *s.t
		at.suspend(s.regs)
		r := &region{
			v: v, in: s.region, what: "wait", kind: forValue, entry: a.WaitPC, owes: value{kind: vTruth},
			regs: s.regs, keep: len(s.regs),
		}
		if s.out == nil {
			return nil
		}
		_, err := r.check(&at)
		return err
	}
	if err := s.operand(a.Target, of(vInst, a.Space)); err != nil {
		return err
	}
	switch a.Kind {
	case ActMigrate, ActRestart:
		return s.operand(a.Dest, of(vInst, v.hosts[a.Space]))
	case ActOp:
		return s.operands(a.Args, Types(v.p.Classes[a.Class].Ops[a.Op].Params))
	}
	return nil
}

func (s *step) operands(regs []uint8, ts []Type) error {
	for i, r := range regs {
		if err := s.operand(r, valueOf(ts[i])); err != nil {
			return err
		}
	}
	return nil
}

func (s *step) operand(r uint8, want value) error {
	have := s.t.r[r]
	have.own = false
	if want.kind == vBad {
		return s.fail("takes a value that no register holds")
	}
	if have != want {
		return s.fail("takes %v, and r%d holds %v", want, r, fmt.Sprint(have))
	}
	return nil
}
