package engine

import (
	"math"
	"strconv"
	"strings"

	"github.com/tune-autonomic/tune/compiler/bundle"
	"github.com/tune-autonomic/tune/drivers"
	"github.com/tune-autonomic/tune/runtime/vm"
)

// What operations and events are given: things by their names, truth values as true and false, all else as plain numbers,
// without exponent. Nothing is done with what isn't known.

// lacks says what an action can't begin without: what it is done to, or a value that isn't known. "" if it lacks nothing.
func (s *State) lacks(in *instance, a *bundle.Action, f *vm.Frame) string {
	switch a.Kind {
	case bundle.ActCreate, bundle.ActNotify, bundle.ActWait, bundle.ActAsk, bundle.ActTurn, bundle.ActUndoTurn:
		return ""
	case bundle.ActEmit:
		e := &s.p.Events[a.Event]
		given, why := s.given(in, e.Payload, a.Args, f)
		return refused("emit "+e.Name+given, why)
	}
	call, why := actionText(a.Kind), ""
	if a.Kind == bundle.ActOp {
		op := &s.p.Classes[a.Class].Ops[a.Op]
		call, why = s.given(in, op.Params, a.Args, f)
		call = op.Name + call
	}
	switch i := f.Inst(a.Target); {
	case i >= 0:
		return refused(s.m.Name(a.Space, i)+"."+call, why)
	case a.Class >= 0:
		return call + ": there is no " + s.p.Classes[a.Class].Name + " to do it to: it is gone, or there was none; ask before, with exists"
	}
	return call + ": there is nothing to do it to: it is gone, or there was none; ask before, with exists"
}

// refused says of a call why it isn't made; "" if it is.
func refused(call, why string) string {
	if why == "" {
		return ""
	}
	return call + ": " + why
}

// given is what a call is given, as a program would write it, and why nothing is done with that: "" if something can be.
func (s *State) given(in *instance, params []bundle.Param, regs []uint8, f *vm.Frame) (text, why string) {
	var all, unknown, missing []string
	for k, r := range regs {
		p := &params[k]
		v := s.argument(p.Type, f, r)
		switch {
		case p.Type.Base == bundle.Bool && f.R[r] >= vm.Unknown || p.Type.Numeric() && math.IsNaN(number(f.R[r])):
			v, unknown = "unknown", append(unknown, p.Name)
		case p.Type.Base == bundle.Inst && f.Inst(r) < 0 && !p.MayLack:
			missing = append(missing, p.Name)
		}
		all = append(all, v)
	}
	switch {
	case len(missing) > 0:
		why = "nothing is done without " + strings.Join(missing, " or ") + ": it is gone, or there was none; ask before, with exists"
	case len(unknown) > 0:
		why = "nothing is done while " + strings.Join(unknown, " or ") + " is unknown, as it " + s.whyUnknown(in) + "; ask before, in a guard: what is unknown passes none"
	}
	if len(all) == 0 {
		return "", ""
	}
	return "(" + strings.Join(all, ", ") + ")", why
}

// arguments are an operation's arguments: its own with {attributes} filled in, then those of the call, and the
// instances among these.
func (s *State) arguments(a *bundle.Action, target drivers.Ref, f *vm.Frame) (args []string, insts []drivers.Ref) {
	c := s.m.Class(target.Space, target.Index)
	if c < 0 || int(a.Op) >= len(s.p.Classes[c].Ops) || a.Op < 0 {
		return nil, nil
	}
	op := &s.p.Classes[c].Ops[a.Op]
	args = s.ownArguments(op, target)
	for k, r := range a.Args {
		if k >= len(op.Params) {
			break
		}
		if t := op.Params[k].Type; t.Base == bundle.Inst {
			insts = append(insts, drivers.Ref{Space: t.Space, Index: f.Inst(r)})
		}
		args = append(args, s.argument(op.Params[k].Type, f, r))
	}
	return args, insts
}

// argument is one that a call gives.
func (s *State) argument(t bundle.Type, f *vm.Frame, r uint8) string {
	switch t.Base {
	case bundle.Inst:
		return s.m.Name(t.Space, f.Inst(r))
	case bundle.Bool:
		return strconv.FormatBool(f.R[r] != 0)
	}
	return strconv.FormatFloat(number(f.R[r])+0, 'f', -1, 64) // 0 for -0
}

// emission is the event that an action emits.
func (s *State) emission(a *bundle.Action, f *vm.Frame) emission {
	e := emission{event: a.Event}
	types := bundle.Types(s.p.Events[a.Event].Payload)
	for k, r := range a.Args {
		if k >= len(types) {
			break
		}
		switch types[k].Base {
		case bundle.Inst:
			e.payload = append(e.payload, float64(f.Inst(r)))
		case bundle.Bool:
			e.payload = append(e.payload, float64(f.R[r]))
		default:
			e.payload = append(e.payload, number(f.R[r]))
		}
	}
	return e
}

// ownArguments are those that an operation brings itself.
func (s *State) ownArguments(op *bundle.Op, target drivers.Ref) []string {
	own := op.Exec
	if op.Template != "" {
		own = []string{op.Template, op.To}
	}
	var args []string
	for _, arg := range own {
		args = append(args, s.fill(arg, target))
	}
	return args
}

// fill replaces {name} by the target's attribute of that name. What the target doesn't have is left for the driver.
func (s *State) fill(text string, target drivers.Ref) string {
	var out strings.Builder
	for {
		open := strings.IndexByte(text, '{')
		if open < 0 {
			break
		}
		end := strings.IndexByte(text[open:], '}')
		if end < 0 {
			break
		}
		value, ok := s.m.Text(target.Space, target.Index, text[open+1:open+end])
		if !ok {
			value = text[open : open+end+1]
		}
		out.WriteString(text[:open])
		out.WriteString(value)
		text = text[open+end+1:]
	}
	out.WriteString(text)
	return out.String()
}
