package bundle

import "fmt"

// Suite is a program with its tests. It lives in the memory of whoever runs them and is never written to a file: what
// runs a cluster carries neither test code nor the faults that tests inject. The code of the tests stands behind the
// program's own, which is the same with and without them.
type Suite struct {
	Program *Program
	Cases   []Case
	Arrows  []Arrow
}

// Case is one compiled test.
type Case struct {
	Name string
	Pos  Pos
	// World is the test's scenario with the test's own lines.
	World Scenario
	// From and To are the first and the last seed that it is played with.
	From, To uint64
	// Facts have their values in registers from 0 on while the code of Expects runs.
	Facts   []Fact
	Expects []Expect
}

// FactKind is what a test may ask of a run beside the model.
type FactKind uint8

const (
	// FactLost and FactDone are requests, FactMigrations moves that have ended well, FactEnergy kWh, FactStuck policy
	// instances that wait for an operator: all since the beginning.
	FactLost FactKind = iota
	FactDone
	FactMigrations
	FactEnergy
	FactStuck
	// FactTimes is how often Event has happened, or Policy has started, or has entered State: about Thing, or anything.
	FactTimes
	// FactRunning is how many instances of Policy are under way, about Thing or anything.
	FactRunning
	// FactIn is whether the last instance of Policy about Thing is in State, or has ended there; without Thing, that of
	// any thing.
	FactIn
	// FactOn is how many hosts of Class are on, or whether (1 or 0) its host Thing is.
	FactOn
	// FactInst is the instance of Class that is called Thing, none while it isn't there.
	FactInst
	numFacts
)

// Fact is one of them. Event, Policy, State and Class are -1 where they say nothing; Thing is an instance's name, ""
// for any.
type Fact struct {
	Kind                        FactKind
	Event, Policy, State, Class int32
	Thing                       string
}

// Type is what a register holds for the fact.
func (f Fact) Type(p *Program) Type {
	switch f.Kind {
	case FactIn:
		return Type{Base: Bool}
	case FactInst:
		return Type{Base: Inst, Space: p.Classes[f.Class].Space, Class: f.Class}
	}
	return Type{Base: Float}
}

// ExpectMode says when a condition must be true.
type ExpectMode uint8

const (
	ExpectAt         ExpectMode = iota // at a time
	ExpectAlways                       // never false, and known at some time
	ExpectNever                        // never true, and known at some time
	ExpectEventually                   // at some time, by At
	numExpectModes
)

// Expect is an expectation. Its code returns a truth value.
type Expect struct {
	Mode  ExpectMode
	At    int64 // ns, of ExpectAt and ExpectEventually
	PC    int32
	Pos   Pos
	Parts []Part
}

// Part is a part of an expectation whose value explains it.
type Part struct {
	PC   int32
	Type Type
	Pos  Pos
	// Fact is the fact that it is, -1 if it is none. Which says that it is the set that an operation at Pos is over.
	Fact  int32
	Which bool
}

// Arrow is a transition of a policy, for telling which were taken. Arrows of one state stand in the order in which they
// are tried.
type Arrow struct {
	Policy, State, To int32
	// PC is that of its GOTO.
	PC int32
	// Failure: it is tried when the state's body has failed. Guarded: it has a condition.
	Failure, Guarded bool
	Pos              Pos
}

// VerifySuite verifies a program with its tests, as strictly as Verify does a program.
func VerifySuite(s *Suite) error {
	v, err := verified(s.Program)
	if err != nil {
		return err
	}
	for i := range s.Cases {
		if err := v.test(&s.Cases[i]); err != nil {
			return fmt.Errorf("tests refused: %w", err)
		}
	}
	for i, a := range s.Arrows {
		if err := v.arrow(fmt.Sprintf("arrow %d", i), a); err != nil {
			return fmt.Errorf("tests refused: %w", err)
		}
	}
	return nil
}

func (v *verifier) test(c *Case) error {
	where := fmt.Sprintf("test %q", c.Name)
	if err := first(text(where, c.Name), v.pos(where, c.Pos), v.scenario(where, &c.World)); err != nil {
		return err
	}
	if c.To < c.From {
		return fault(where, "seeds %d to %d", c.From, c.To)
	}
	if len(c.Facts) > 256 {
		return fault(where, "asks for %d facts; at most 256 are allowed", len(c.Facts))
	}
	var at types
	for i, f := range c.Facts {
		if err := v.fact(where, f); err != nil {
			return err
		}
		at.r[i] = valueOf(f.Type(v.p))
	}
	for i, e := range c.Expects {
		if err := v.expectation(fmt.Sprintf("%s, expectation %d", where, i+1), e, at, len(c.Facts)); err != nil {
			return err
		}
	}
	return nil
}

func (v *verifier) expectation(where string, e Expect, at types, facts int) error {
	if e.Mode >= numExpectModes {
		return fault(where, "mode %d", e.Mode)
	}
	if err := first(span(where, "time", e.At), v.pos(where, e.Pos), v.value(where, e.PC, at, value{kind: vTruth}, facts)); err != nil {
		return err
	}
	for _, p := range e.Parts {
		if p.Fact < -1 || int(p.Fact) >= facts {
			return fault(where, "fact %d, of %d", p.Fact, facts)
		}
		if p.Type.Base == Inst || p.Type.Base == Set {
			if err := v.space(where, p.Type.Space); err != nil {
				return err
			}
		}
		if err := first(v.pos(where, p.Pos), v.value(where, p.PC, at, valueOf(p.Type), facts)); err != nil {
			return err
		}
	}
	return nil
}

func (v *verifier) fact(where string, f Fact) error {
	if err := text(where, f.Thing); err != nil {
		return err
	}
	switch f.Kind {
	case FactTimes:
		if f.Event >= 0 {
			return index(where, "event", f.Event, len(v.p.Events))
		}
	case FactRunning, FactIn:
	case FactOn, FactInst:
		return v.class(where, f.Class)
	default:
		if f.Kind >= numFacts {
			return fault(where, "a fact of kind %d", f.Kind)
		}
		return nil
	}
	if err := index(where, "policy", f.Policy, len(v.p.Policies)); err != nil {
		return err
	}
	if f.State == -1 && f.Kind != FactIn {
		return nil
	}
	return index(where, "state", f.State, len(v.p.Policies[f.Policy].States))
}

func (v *verifier) arrow(where string, a Arrow) error {
	if err := index(where, "policy", a.Policy, len(v.p.Policies)); err != nil {
		return err
	}
	states := len(v.p.Policies[a.Policy].States)
	if err := first(index(where, "state", a.State, states), index(where, "state", a.To, states),
		index(where, "pc", a.PC, len(v.p.Code)), v.pos(where, a.Pos)); err != nil {
		return err
	}
	if in := v.p.Code[a.PC]; in.Op != GOTO || in.K != a.To {
		return fault(where, "pc %d doesn't lead to its state", a.PC)
	}
	return nil
}
