package bundle_test

import (
	"math"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	b "github.com/tune-autonomic/tune/compiler/bundle"
	"github.com/tune-autonomic/tune/compiler/bundle/bundletest"
)

// wrong is a program that breaks one rule: the sample, changed, and what the refusal must say.
type wrong struct {
	rule   string
	change func(p *b.Program)
	says   string
}

func refuse(t *testing.T, cases []wrong) {
	t.Helper()
	for _, c := range cases {
		t.Run(c.rule, func(t *testing.T) {
			p := bundletest.Sample()
			c.change(p)
			err := b.Verify(p)
			require.Error(t, err, "this must be refused")
			require.Contains(t, err.Error(), c.says)
		})
	}
}

func TestTablesAreRefused(t *testing.T) {
	const vms, hosts, apps = bundletest.VMs, bundletest.Hosts, bundletest.Apps
	refuse(t, []wrong{
		{"a name is missing", func(p *b.Program) { p.System = "" }, "system: has no name"},
		{"a name is too long", func(p *b.Program) { p.Spaces[0].Name = strings.Repeat("x", 2000) }, "2000 bytes"},
		{"a name isn't text", func(p *b.Program) { p.Classes[0].Name = "\xff" }, "UTF-8"},
		{"a table is too long", func(p *b.Program) { p.Consts = make([]float64, 70000) }, "70000 constants"},
		{"a space has no kind", func(p *b.Program) { p.Spaces[0].Kind = 9 }, "kind 9"},
		{"two classes have one name", func(p *b.Program) { p.Classes[1].Name = "rack" }, "name is taken"},
		{"a class has no space", func(p *b.Program) { p.Classes[1].Space = 7 }, "space 7, of 3"},
		{"a class isn't of its space's kind", func(p *b.Program) { p.Classes[1].Kind = b.Component }, "kind of its space"},
		{"a host stands on something", func(p *b.Program) { p.Classes[0].On = 1 }, "stand on nothing"},
		{"a machine stands on software", func(p *b.Program) { p.Classes[1].On = apps }, "can't stand on class 2"},
		{"the minimum is over the maximum", func(p *b.Program) { p.Classes[2].Min = 9 }, "bounds 9 to 4"},
		{"more at first than at most", func(p *b.Program) { p.Classes[2].Initial = 5 }, "5 instances at first"},
		{"too many instances", func(p *b.Program) { p.Classes[0].Max, p.Classes[0].Initial = -1, 2e6 }, "2000000 instances"},
		{"an attribute of another length than the rows", func(p *b.Program) { p.Classes[0].Attrs[0].Values = []float64{1, 2} }, "2 values for 0 rows"},
		{"an attribute isn't finite", func(p *b.Program) { p.Classes[0].Attrs[0].Values[0] = math.NaN() }, "isn't a finite number"},
		{"a power curve is empty", func(p *b.Program) { p.Classes[0].Watts[0] = nil }, "curve of 0 points"},
		{"a port isn't there", func(p *b.Program) { p.Classes[2].ReadyPort = 3 }, "attribute of the port 3"},
		{"an operation does nothing", func(p *b.Program) { p.Classes[2].Ops[0].Exec = nil }, "does nothing"},
		{"a parameter without a name", func(p *b.Program) { p.Classes[2].Ops[0].Params[0].Name = "" }, "parameter 1: has no name"},
		{"an operation weighs by nothing", func(p *b.Program) { p.Classes[2].Ops[0].Weighs = true }, "takes something else than a component and a number"},
		{"a placement rule isn't known", func(p *b.Program) { p.Classes[1].Place.Rule = 9 }, "placement rule 9"},
		{"a source isn't what was locked", func(p *b.Program) {
			p.Sources, p.Lock = []b.Source{{Path: "a.tune", Text: "changed"}}, []b.Locked{b.LockOf("a.tune", "system a")}
		}, "a.tune: its text isn't what its lock says"},
		{"a file is locked twice", func(p *b.Program) { p.Lock = []b.Locked{b.LockOf("a.csv", "1"), b.LockOf("a.csv", "2")} }, "locked twice"},
		{"a lock is no digest", func(p *b.Program) { p.Lock = []b.Locked{{Path: "a.csv", SHA256: "12"}} }, `"12" is no SHA-256`},
		{"a link's class isn't there", func(p *b.Program) { p.Links[0].Left.Class = 9 }, "class 9, of 3"},
		{"a link's bounds are reversed", func(p *b.Program) { p.Links[0].Right.Min = 2 }, "role front has bounds 2 to 1"},
		{"a way leads to the wrong kind", func(p *b.Program) { p.Navs[0].To = apps }, "no way of kind 0"},
		{"a way's link isn't there", func(p *b.Program) { p.Navs[bundletest.AppPeers].Ref = 1 }, "link 1, of 1"},
		{"an instance is out of bounds", func(p *b.Program) { p.Insts[0].Index = 1e6 }, "instance 1000000"},
		{"what is deployed isn't there", func(p *b.Program) { p.Deploy[0] = -1 }, "deployment: class -1"},
		{"a column isn't a number", func(p *b.Program) { p.Columns[0].Type.Base = b.Series }, "aren't numbers"},
		{"a demand of hosts", func(p *b.Program) { p.Columns[0].Kind = b.ColDemand }, "no column of kind 3"},
		{"a window isn't there", func(p *b.Program) { p.Columns[7].Ref = 4 }, "window 4, of 1"},
		{"a window over a window", func(p *b.Program) { p.Windows[0].Column = 7 }, "has no samples"},
		{"a window over another space", func(p *b.Program) { p.Windows[0].Column = bundletest.VMCPU }, "another space's column"},
		{"a history of no samples", func(p *b.Program) { p.Hists[0].N = 0 }, "0 samples"},
		{"a probe without a period", func(p *b.Program) { p.Probes[0].Every = 0 }, "every 0 ns"},
		{"a probe that never rests", func(p *b.Program) { p.Probes[0].Every = 999_999 }, "every 999999 ns"},
		{"an event that never rests", func(p *b.Program) { p.Events[0] = b.Event{Name: "t", Class: -1, Every: 1} }, "a time of 1 ns"},
		{"an event that holds for no time", func(p *b.Program) { p.Events[0].For = 1 }, "a time of 1 ns"},
		{"a probe of another space's column", func(p *b.Program) { p.Probes[0].Column = bundletest.VMCPU }, "is of space 1, not of 0"},
		{"a require on no class", func(p *b.Program) { p.Requires[0].Class = 5 }, "require 0: class 5"},
		{"a budget of nothing", func(p *b.Program) { p.Budgets[0].N = 0 }, "nothing could ever be done"},
		{"a text with a value too many", func(p *b.Program) { p.Texts[0].Regs = append(p.Texts[0].Regs, 1) }, "3 values"},
		{"a secret in a text", func(p *b.Program) { p.Texts[0].Types[1].Base = b.Secret }, "secret can't be filled in"},
		{"an event without a condition", func(p *b.Program) { p.Events[0].Cond = b.Guard{PC: -1} }, "has no condition"},
		{"an event of two kinds", func(p *b.Program) { p.Events[1].External = true }, "more than one of"},
		{"an event watches another's column as its own", func(p *b.Program) { p.Events[0].Watches[0].Column = bundletest.VMCPU }, "no column 2 of its own"},
		{"an event about a thing that doesn't come with it", func(p *b.Program) { p.Events[2].Class = hosts }, "doesn't bring it first"},
		{"a test of another space's column", func(p *b.Program) { p.Events[0].Cond.Tests[0].Column = bundletest.VMCPU }, "is of space 1, not of 0"},
		{"a test of nothing", func(p *b.Program) { p.Events[0].Cond.Tests[0].Lo = math.NaN() }, "a test between NaN"},
		{"a policy's event isn't there", func(p *b.Program) { p.Policies[0].Event = 9 }, "policy Relieve: event 9"},
		{"registers without names", func(p *b.Program) { p.Policies[0].RegNames = nil }, "5 registers with 0 names"},
		{"a policy without states", func(p *b.Program) { p.Policies[0].States = nil }, "0 states"},
		{"a state to enter again isn't there", func(p *b.Program) { p.Policies[0].States[1].Again = 3 }, "state Move: state to enter again 3"},
		{"an action isn't known", func(p *b.Program) { p.Actions[0].Kind = 99 }, "action 0: kind 99"},
		{"an action's class is of another space", func(p *b.Program) { p.Actions[1].Class = hosts }, "class 0 isn't in space 1"},
		{"a host is to move", func(p *b.Program) { p.Actions[1].Space, p.Actions[1].Class = hosts, -1 }, "only machines move"},
		{"a machine is to be allocated", func(p *b.Program) { p.Actions[0].Space, p.Actions[0].Class = vms, -1 }, "it is for hosts"},
		{"a negative time limit", func(p *b.Program) { p.Actions[1].Timeout = -1 }, "before the beginning"},
		{"an operator answers what isn't asked", func(p *b.Program) { p.Scenarios[0].Answers[0].Verb = "maybe" }, `an operator can't answer "maybe"`},
		{"a template isn't there", func(p *b.Program) { p.Templates, p.Lock = nil, nil }, `the bundle has no template "app.tmpl"`},
		{"a template isn't what was locked", func(p *b.Program) { p.Templates[0].Text = "other" }, "app.tmpl: its text isn't"},
		{"a template is there twice", func(p *b.Program) { p.Templates = append(p.Templates, p.Templates[0]) }, "template app.tmpl: it is there twice"},
		{"a scenario ends before it begins", func(p *b.Program) { p.Scenarios[0].Until = -1 }, "scenario day: until -1"},
		{"clients go back in time", func(p *b.Program) { p.Scenarios[0].Clients[0].Points[1].At = 0 }, "come after those"},
		{"what a scenario emits isn't there", func(p *b.Program) { p.Scenarios[0].Emits[0].Event = 4 }, "scenario day: event 4, of 4"},
		{"what a scenario emits has a condition", func(p *b.Program) { p.Scenarios[0].Emits[0].Event = 0 }, "event hot comes from its condition"},
		{"what a scenario emits brings values", func(p *b.Program) { p.Scenarios[0].Emits[0].Event = 2 }, "event call brings 1 values"},
		{"who is answered isn't there", func(p *b.Program) { p.Scenarios[0].Answers[0].Policy = 99 }, "scenario day: policy 99"},
		{"a scenario emits before it begins", func(p *b.Program) { p.Scenarios[0].Emits[0].At = -1 }, "event at -1 ns"},
		{"work isn't a number", func(p *b.Program) { p.Scenarios[0].Work[0].Seconds = math.Inf(1) }, "isn't a finite number"},
		{"a setting has no type", func(p *b.Program) { p.Scenarios[0].Settings[0].Type = b.Void }, "setting bandwidth has type 0"},
		{"a fault isn't known", func(p *b.Program) { p.Scenarios[0].Faults[0].Kind = "gremlin" }, `kind "gremlin"`},
		{"a machine is to crash", func(p *b.Program) { p.Scenarios[0].Faults[0].Class = vms }, "crash can't be about Guest"},
		{"anything is to crash", func(p *b.Program) { p.Scenarios[0].Faults[0].Class = -1 }, "class -1, of 3"},
		{"a host's migration is to stall", func(p *b.Program) { p.Scenarios[0].Faults[1].Class = hosts }, "stall can't be about rack"},
		{"a lie of what isn't watched", func(p *b.Program) { p.Scenarios[0].Faults[2].Class = hosts }, "probe cpu doesn't watch rack"},
		{"a probe that isn't there lies", func(p *b.Program) { p.Scenarios[0].Faults[2].Probe = -1 }, "probe -1, of 2"},
		{"a lie is too big", func(p *b.Program) { p.Scenarios[0].Faults[2].By = 10.5 }, "a lie by 10.5"},
		{"a load's class isn't there", func(p *b.Program) { p.Scenarios[0].Loads[0].Class = 3 }, "class 3, of 3"},
	})
}

// find returns the pc of the nth instruction with an opcode.
func find(p *b.Program, op b.Op_, nth int) int32 {
	for pc, in := range p.Code {
		if in.Op == op {
			if nth == 0 {
				return int32(pc)
			}
			nth--
		}
	}
	panic("no " + op.String())
}

// action returns the first action of a kind.
func action(p *b.Program, kind b.ActionKind) *b.Action {
	return &p.Actions[slices.IndexFunc(p.Actions, func(a b.Action) bool { return a.Kind == kind })]
}

// at changes the nth instruction with an opcode.
func at(op b.Op_, nth int, change func(in *b.Instr)) func(p *b.Program) {
	return func(p *b.Program) { change(&p.Code[find(p, op, nth)]) }
}

func TestInstructionsAreRefused(t *testing.T) {
	refuse(t, []wrong{
		{"an opcode that there isn't", at(b.NOP, 0, func(in *b.Instr) { in.Op = b.NumOps }), "opcode"},
		{"an operand too many", at(b.NOP, 0, func(in *b.Instr) { in.C = 1 }), "operand that it doesn't take"},
		{"a number too many", at(b.ADD, 0, func(in *b.Instr) { in.K = 1 }), "number that its opcode doesn't take"},
		{"a constant that there isn't", at(b.NUM, 0, func(in *b.Instr) { in.K = 99 }), "constant 99"},
		{"a truth value that there isn't", at(b.BOOL, 0, func(in *b.Instr) { in.K = 3 }), "truth value 3"},
		{"a column that there isn't", at(b.COL, 0, func(in *b.Instr) { in.K = -1 }), "column -1"},
		{"a series function that there isn't", at(b.SERFUN, 0, func(in *b.Instr) { in.K = b.NumSerFuncs }), "series function 9"},
		{"a jump out of the code", at(b.JMP, 0, func(in *b.Instr) { in.K = 1e6 }), "pc 1000000"},
		{"a half undo", at(b.GOTO, 0, func(in *b.Instr) { in.A = 2 }), "A is 2"},
		{"a claim that is neither shared nor alone", at(b.CLAIM, 0, func(in *b.Instr) { in.B = 2 }), "B is 2"},
		{"a position is missing", func(p *b.Program) { p.Pos = p.Pos[1:] }, "positions for"},
		{"a position in no source", func(p *b.Program) { p.Pos[0].End = 4 }, "source 0, of 0"},
	})
}

func TestTypesAreRefused(t *testing.T) {
	refuse(t, []wrong{
		{"a register that was never written", at(b.ADD, 0, func(in *b.Instr) { in.B = 200 }), "reads r200, which holds nothing"},
		{"a number for an instance", at(b.SAME, 0, func(in *b.Instr) { in.B = 1; in.C = 0 }), "reads r0, which holds a number"},
		{"a column of another space", at(b.COL, 0, func(in *b.Instr) { in.K = bundletest.VMCPU }), "event hot, pc 0: COL is for space 1, and gets an instance of space 0"},
		{"one for a way to many", at(b.NAV, 0, func(in *b.Instr) { in.K = bundletest.HostVMs }), "can't follow navigation 2"},
		{"instances of two spaces compared", at(b.DIFF, 0, func(in *b.Instr) { in.C = 1 }), "is for space 0, and gets an instance of space 1"},
		{"watts of machines", at(b.WATTS, 0, func(in *b.Instr) { in.K = bundletest.VMs }), "holds none"},
		{"a machine placed on a machine", at(b.PLACE, 0, func(in *b.Instr) { in.B = in.A }), "is for space 0"},
		{"a set changed that is the model's", at(b.SADD, 0, func(in *b.Instr) { in.A = 11 }), "reads r11, which holds a set of space 0"},
		{"an undo without a mark", at(b.UNDO, 0, func(in *b.Instr) { in.A = 10 }), "reads r10"},
		{"an iter copied", at(b.MOV, 0, func(in *b.Instr) { in.B = 17 }), "reads r17, which holds an iter"},
		{"a key of another kind", func(p *b.Program) {
			p.Code[find(p, b.HIST, 0)] = b.Instr{Op: b.COL, A: 30, B: 18, K: bundletest.VMCPU}
		}, "returns a number, and owes a series"},
		{"a guard that gives a number", at(b.RET, 1, func(in *b.Instr) { in.A = 9 }), "policy Relieve, guard, pc 11: RET returns a number, and owes a truth value"},
		{"a set operation over another space", func(p *b.Program) { p.SetOps[0].Space, p.SetOps[0].KeyColumn = bundletest.Hosts, 0 }, "is for space 0, and gets a set of space 1"},
		{"a sort that sorts nothing", func(p *b.Program) { p.SetOps[p.Code[find(p, b.SORT, 0)].K].Kind = b.SetArgMin }, "SORT can't do"},
		{"a pick that sorts", func(p *b.Program) { p.SetOps[p.Code[find(p, b.PICK, 0)].K].Kind = b.SetSort }, "PICK can't do"},
		{"sets passed over of another space", func(p *b.Program) { p.SetOps[0].Without = []uint8{0} }, "passes over the elements of r0"},
		{"an instance passed over that isn't one", func(p *b.Program) { p.SetOps[0].Except = []uint8{8} }, "passes over r8"},
		{"code for an element overwrites what is kept", func(p *b.Program) { p.SetOps[0].Elem = 3 }, "overwrites r3 for each element"},
		{"code for an element overwrites a loop's iter", func(p *b.Program) { p.SetOps[p.Code[find(p, b.SETOP, 3)].K].Elem = 17 }, "NEXT reads r17, which holds nothing"},
		{"a sum without a key", func(p *b.Program) {
			for i := range p.SetOps {
				if p.SetOps[i].Kind == b.SetSum {
					p.SetOps[i].KeyColumn = -1
				}
			}
		}, "it needs a key"},
		{"a claim of another space", at(b.CLAIM, 0, func(in *b.Instr) { in.K = bundletest.Hosts }), "CLAIM is for space 0"},
		{"a migration of a host", func(p *b.Program) { p.Actions[1].Target = 0 }, "ACT takes an instance of space 1, and r0 holds an instance of space 0"},
		{"a migration to nowhere", func(p *b.Program) { p.Actions[1].Dest = 99 }, "r99 holds nothing"},
		{"an argument of another type", func(p *b.Program) { action(p, b.ActOp).Args[0] = 1 }, "takes a number"},
		{"a result where something else is kept", func(p *b.Program) { action(p, b.ActCreate).Result = 0 }, "puts an instance of space 2 into r0, which is kept as a number"},
		{"a text of a temporary that is gone", func(p *b.Program) { p.Texts[0].Regs[1] = 9 }, "takes a number, and r9 holds"},
		{"a temporary read after an action", at(b.NAVS, 3, func(in *b.Instr) { in.B = 9 }), "reads r9, which holds nothing"},
		{"what only one way has chosen", at(b.SETOP, 1, func(in *b.Instr) { in.A = 11 }), "reads r2, which holds nothing"},
		{"what isn't known when a state is entered again", func(p *b.Program) { p.Policies[1].States[0].Again = 1; useMade(p) }, "takes an instance of space 2, and r1 holds nothing"},
		{"a guard overwrites a parameter", at(b.COUNT, 0, func(in *b.Instr) { in.A = 0 }), "overwrites r0, which must stay"},
	})
}

// useMade lets the second state of Grow use what the first has made.
func useMade(p *b.Program) {
	body(func(a *bundletest.Asm) {
		a.I(b.ACT, a.Action(b.Action{Kind: b.ActStart, Class: bundletest.Apps, Space: bundletest.Apps, Target: 1}))
		a.I(b.END, 0)
	})(p)
}

func TestWhatAStateBindsIsKnownAfterIt(t *testing.T) {
	p := bundletest.Sample()
	useMade(p)
	require.NoError(t, b.Verify(p))
}

func TestFlowIsRefused(t *testing.T) {
	refuse(t, []wrong{
		{"a loop in a guard", at(b.NOT, 0, func(in *b.Instr) { *in = b.Instr{Op: b.JT, A: 3, K: 0} }), "a loop in code for a value"},
		{"an action in a guard", at(b.COUNT, 0, func(in *b.Instr) { *in = b.Instr{Op: b.ACT} }), "mustn't stand in code for a value"},
		{"an action in claims", at(b.CLAIMC, 0, func(in *b.Instr) { *in = b.Instr{Op: b.ACT} }), "mustn't stand in claims"},
		{"a claim in a body", at(b.LIFT, 0, func(in *b.Instr) { *in = b.Instr{Op: b.CLAIMC} }), "mustn't stand in a body"},
		{"the scratch model outside a plan", at(b.NOT, 0, func(in *b.Instr) { *in = b.Instr{Op: b.MARK, A: 9} }), "mustn't stand in code for a value"},
		{"a body that returns", at(b.END, 0, func(in *b.Instr) { *in = b.Instr{Op: b.RET} }), "mustn't stand in a body"},
		{"transitions that act", at(b.GOTO, 0, func(in *b.Instr) { *in = b.Instr{Op: b.JOIN} }), "mustn't stand in transitions"},
		{"a jump into another region", at(b.JMP, 0, func(in *b.Instr) { in.K = 0 }), "belongs to the region at pc 0"},
		{"code that runs off its end", func(p *b.Program) { p.Code[len(p.Code)-1] = b.Instr{Op: b.NOP} }, "past the end"},
		{"a transition to no state", at(b.GOTO, 0, func(in *b.Instr) { in.K = 7 }), "leads to state 7, of 3"},
		{"a state without transitions", func(p *b.Program) { p.Policies[0].States[0].Next = -1 }, "entry pc -1"},
		{"states that think for ever", at(b.GOTO, 1, func(in *b.Instr) { in.K = 0 }), "lead to each other without an action"},
		{"a set operation within itself", func(p *b.Program) {
			k := p.Code[find(p, b.SETOP, 1)].K
			p.Code[p.SetOps[k].Where.PC] = b.Instr{Op: b.SETOP, A: 10, B: 8, K: k}
		}, "runs within itself"},
		{"branches that nothing waits for", at(b.JOIN, 0, func(in *b.Instr) { *in = b.Instr{Op: b.NOP} }), "that nothing has waited for"},
		{"a branch that is a guard", at(b.FORK, 1, func(in *b.Instr) { in.K = 0 }), "mustn't stand in a branch"},
		{"a branch begun twice", func(p *b.Program) { p.Code[find(p, b.FORK, 1)].K = p.Code[find(p, b.FORK, 0)].K }, "begins a branch that is under way"},
	})
}

// body puts code in the place of the plan of the sample.
func body(write func(a *bundletest.Asm)) func(p *b.Program) {
	return func(p *b.Program) {
		a := bundletest.NewAsm(p)
		p.Policies[1].States[1].Body = a.PC()
		write(a)
	}
}

func TestEndlessLoopsAreRefused(t *testing.T) {
	const endless = "begins a loop that may never end"
	pick := func(a *bundletest.Asm) int32 {
		return a.Op(b.SetArgMin, bundletest.Hosts, 20, func(o *b.SetOp) { o.KeyColumn = 0 })
	}
	refuse(t, []wrong{
		{"a jump to itself", body(func(a *bundletest.Asm) {
			a.L("x")
			a.J(b.JMP, "x")
		}), endless},
		{"an iter made anew each time", body(func(a *bundletest.Asm) {
			a.I(b.CLASS, bundletest.Hosts, 10)
			a.L("x")
			a.I(b.SNAP, 0, 11, 10)
			a.J(b.NEXT, "out", 12, 11)
			a.J(b.JMP, "x")
			a.L("out")
			a.I(b.END, 0)
		}), endless},
		{"an empty iter leads back", body(func(a *bundletest.Asm) {
			a.I(b.CLASS, bundletest.Hosts, 10)
			a.I(b.SNAP, 0, 11, 10)
			a.L("x")
			a.J(b.NEXT, "x", 12, 11)
			a.J(b.JMP, "x")
		}), endless},
		{"a pick that doesn't leave", body(func(a *bundletest.Asm) {
			a.I(b.CLASS, bundletest.Hosts, 10)
			a.I(b.POOL, 0, 11, 10)
			a.L("x")
			a.I(b.PICK, pick(a), 12, 11)
			a.J(b.JMP, "x")
		}), endless},
		{"a pool made anew each time", body(func(a *bundletest.Asm) {
			a.I(b.CLASS, bundletest.Hosts, 10)
			a.L("x")
			a.I(b.POOL, 0, 11, 10)
			a.I(b.PICK, pick(a), 12, 11)
			a.I(b.ISSET, 0, 13, 12)
			a.J(b.JF, "out", 13)
			a.J(b.JMP, "x")
			a.L("out")
			a.I(b.END, 0)
		}), endless},
		{"a loop within a good loop", body(func(a *bundletest.Asm) {
			a.I(b.CLASS, bundletest.Hosts, 10)
			a.I(b.SNAP, 0, 11, 10)
			a.L("x")
			a.J(b.NEXT, "out", 12, 11)
			a.L("y")
			a.I(b.ISSET, 0, 13, 12)
			a.J(b.JT, "y", 13)
			a.J(b.JMP, "x")
			a.L("out")
			a.I(b.END, 0)
		}), endless},
		{"two loops that revive each other", body(func(a *bundletest.Asm) {
			a.I(b.CLASS, bundletest.Hosts, 10)
			a.I(b.SNAP, 0, 11, 10)
			a.I(b.SNAP, 0, 14, 10)
			a.L("x")
			a.J(b.NEXT, "y", 12, 11)
			a.J(b.JMP, "x")
			a.L("y")
			a.I(b.SNAP, 0, 11, 10)
			a.J(b.NEXT, "x", 12, 14)
			a.J(b.JMP, "y")
		}), endless},
		{"loops too deep", body(func(a *bundletest.Asm) {
			a.I(b.CLASS, bundletest.Hosts, 10)
			for i := range uint8(b.MaxLoops + 1) {
				l := string('a' + rune(i))
				a.I(b.SNAP, 0, 20+i, 10)
				a.L(l)
				a.J(b.NEXT, l+l, 11, 20+i)
			}
			for i := b.MaxLoops; i >= 0; i-- {
				l := string('a' + rune(i))
				a.J(b.JMP, l)
				a.L(l + l)
			}
			a.I(b.END, 0)
		}), "loops within each other"},
	})
}

func TestOnlySoManyBranchesAreUnderWayTogether(t *testing.T) {
	program := func(n int) *b.Program {
		p := bundletest.Sample()
		body(func(a *bundletest.Asm) {
			for i := range n {
				a.J(b.FORK, strconv.Itoa(i))
			}
			a.I(b.JOIN, 0)
			a.I(b.END, 0)
			for i := range n {
				a.L(strconv.Itoa(i))
				a.I(b.END, 0)
			}
		})(p)
		return p
	}
	require.NoError(t, b.Verify(program(b.MaxBranches)))
	require.ErrorContains(t, b.Verify(program(b.MaxBranches+1)), "begins more than 256 branches together")
}

func TestABranchHandsOnWhatItMakes(t *testing.T) {
	const made = 1
	program := func(order ...func(a *bundletest.Asm)) *b.Program {
		p := bundletest.Sample()
		p.Policies[1].States[0].Next = p.Policies[1].States[1].Next + 1 // what follows reads nothing
		body(func(a *bundletest.Asm) {
			p.Policies[1].States[0].Body = a.PC()
			create := a.Action(b.Action{Kind: b.ActCreate, Class: bundletest.Apps, Space: bundletest.Apps, Result: made})
			a.J(b.FORK, "branch")
			for _, write := range order {
				write(a)
			}
			a.I(b.END, 0)
			a.L("branch")
			a.I(b.ACT, create)
			a.I(b.END, 0)
		})(p)
		p.Policies[1].States = p.Policies[1].States[:1]
		p.Policies[1].States[0].Final = true
		p.Policies[1].States[0].Next = -1
		return p
	}
	join := func(a *bundletest.Asm) { a.I(b.JOIN, 0) }
	use := func(a *bundletest.Asm) {
		a.I(b.ACT, a.Action(b.Action{Kind: b.ActStart, Class: bundletest.Apps, Space: bundletest.Apps, Target: made}))
	}
	require.NoError(t, b.Verify(program(join, use)))
	require.ErrorContains(t, b.Verify(program(use, join)), "r1 holds nothing", "before the join nobody knows whether it is there")
}
