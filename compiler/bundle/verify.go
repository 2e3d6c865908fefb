package bundle

import (
	"fmt"
	"math"
	"unicode/utf8"
)

// Verify checks a program as strictly as an operating system checks code that it will run in its kernel: what it passes
// can neither crash nor hang the machine, whatever the world holds. It returns the first fault that it finds, which says
// where and why. It doesn't say that a program is wise.
//
// It checks, in this order: that every table's entries make sense and refer only to what there is; that every
// instruction is well formed, reachable or not; and, for each region of code, by running it over types instead of values,
// that registers hold what is read from them, that it ends as its kind of region must, does only what its kind may, and
// that each of its loops ends.
func Verify(p *Program) error {
	_, err := verified(p)
	return err
}

// verified is the verifier that has passed p.
func verified(p *Program) (*verifier, error) {
	v := &verifier{p: p, work: 1<<22 + 256*len(p.Code)}
	for _, check := range []func() error{
		v.sizes, v.architecture, v.measuring, v.behaviour, v.scenarios, v.locks, v.templates, // tables
		v.instructions, v.setOps, v.regions, // code
	} {
		if err := check(); err != nil {
			return nil, fmt.Errorf("bundle refused: %w", err)
		}
	}
	return v, nil
}

// verifier holds what is found out on the way.
type verifier struct {
	p *Program
	// ops, by SetOp, is what its regions do to registers.
	ops []opEffect
	// hosts, by space, is the space that its instances stand in, -1 for none.
	hosts  []int32
	places []place  // by pc
	spare  []*types // memory to use again
	// work is how many instructions may still be looked at; it bounds the time for a program that is made to be slow.
	work int
}

// CodeError is what Verify finds wrong with an instruction. Pos[PC] is where that comes from.
type CodeError struct {
	PC          int32
	Op          Op_
	Where, What string // of a policy or an event; what is wrong, after the opcode
}

func (e *CodeError) Error() string {
	return fmt.Sprintf("%s, pc %d: %s %s", e.Where, e.PC, e.Op, e.What)
}

func fault(where, format string, args ...any) error {
	return fmt.Errorf("%s: %s", where, fmt.Sprintf(format, args...))
}

// index checks that i is an index into a table of n entries.
func index(where, what string, i int32, n int) error {
	if i < 0 || int(i) >= n {
		return fault(where, "%s %d, of %d", what, i, n)
	}
	return nil
}

// name checks a name that must be there; text one that may be empty and longer.
func name(where, s string) error {
	if s == "" {
		return fault(where, "has no name")
	}
	if len(s) > MaxName {
		return fault(where, "a name of %d bytes; at most %d are allowed", len(s), MaxName)
	}
	return text(where, s)
}

func text(where string, ss ...string) error {
	for _, s := range ss {
		if len(s) > MaxText {
			return fault(where, "a text of %d bytes; at most %d are allowed", len(s), MaxText)
		}
		if !utf8.ValidString(s) {
			return fault(where, "a text that isn't UTF-8")
		}
	}
	return nil
}

// finite checks numbers that must be known.
func finite(where, what string, xs ...float64) error {
	for _, x := range xs {
		if math.IsNaN(x) || math.IsInf(x, 0) {
			return fault(where, "%s %v isn't a finite number", what, x)
		}
	}
	return nil
}

// span checks a time in ns that can't be negative.
func span(where, what string, ns ...int64) error {
	for _, t := range ns {
		if t < 0 {
			return fault(where, "%s %d ns is before the beginning", what, t)
		}
	}
	return nil
}

// first returns the first error. None of errs may need another to be nil: all are looked for.
func first(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

func (v *verifier) sizes() error {
	p := v.p
	if err := name("system", p.System); err != nil {
		return err
	}
	for _, t := range []struct {
		what string
		n    int
	}{
		{"spaces", len(p.Spaces)}, {"classes", len(p.Classes)}, {"columns", len(p.Columns)},
		{"navigations", len(p.Navs)}, {"links", len(p.Links)}, {"probes", len(p.Probes)},
		{"windows", len(p.Windows)}, {"requires", len(p.Requires)}, {"budgets", len(p.Budgets)},
		{"constants", len(p.Consts)}, {"instances", len(p.Insts)}, {"texts", len(p.Texts)},
		{"set operations", len(p.SetOps)}, {"histories", len(p.Hists)}, {"actions", len(p.Actions)},
		{"events", len(p.Events)}, {"policies", len(p.Policies)}, {"scenarios", len(p.Scenarios)},
		{"deployed classes", len(p.Deploy)}, {"sources", len(p.Sources)}, {"locked files", len(p.Lock)},
		{"templates", len(p.Templates)},
	} {
		if t.n > MaxTable {
			return fault("tables", "%d %s; at most %d are allowed", t.n, t.what, MaxTable)
		}
	}
	if len(p.Code) > MaxCode {
		return fault("code", "%d instructions; at most %d are allowed", len(p.Code), MaxCode)
	}
	return nil
}

func (v *verifier) space(where string, i int32) error {
	return index(where, "space", i, len(v.p.Spaces))
}
func (v *verifier) class(where string, i int32) error {
	return index(where, "class", i, len(v.p.Classes))
}

func (v *verifier) columnOf(where string, i, space int32) error {
	if err := index(where, "column", i, len(v.p.Columns)); err != nil {
		return err
	}
	if c := &v.p.Columns[i]; c.Space != space {
		return fault(where, "column %d (%s) is of space %d, not of %d", i, c.Name, c.Space, space)
	}
	return nil
}

// kind is the kind of a space that is known to be there.
func (v *verifier) kind(space int32) Kind { return v.p.Spaces[space].Kind }
