// Package lang turns the text of a .tune file into a syntax tree. It knows spelling, not meaning: what a name
// refers to is compiler/check's business.
//
// Parse never panics and reports every syntax error of a file, each at its place; what could be read stands in the
// tree all the same. Positions are byte offsets into the source, so a tree costs no copies of the text.
package lang

import "strings"

// Span is a half-open range [Start, End) of byte offsets in one source file.
type Span struct{ Start, End int }

// Name is an identifier where it stands.
type Name struct {
	Text string
	Span Span
}

// Cut cuts MODULE.EVENT in two. The module is "" of a name without a dot.
func (n Name) Cut() (module, own Name) {
	i := strings.LastIndexByte(n.Text, '.')
	if i < 0 {
		return Name{}, n
	}
	before, behind := n.Text[:i], n.Text[i+1:]
	return Name{before, Span{n.Span.Start, n.Span.Start + len(before)}}, Name{behind, Span{n.Span.End - len(behind), n.Span.End}}
}

// File is one parsed source file.
type File struct {
	Path   string
	Source string
	// Kind is "system" for a program and "module" for a file that is imported; Doc is the comment above that line.
	Kind    string
	Doc     string
	Name    Name
	Imports []*Import
	Decls   []Decl
	// Gaps are the lines, or heads of blocks, that could not be read as a whole; what could be read of them is in Decls
	// all the same.
	Gaps []Span
}

// Import names a module: "std/consolidate", or a file relative to the importing one.
type Import struct {
	Span Span
	Path string
}

// Decl is one of the declarations of this file.
type Decl interface {
	Pos() Span
	decl()
}

// Expr is one of the expressions of expr.go.
type Expr interface {
	Pos() Span
	expr()
}

// Stmt is one of the statements of stmt.go: an action in a state, or a step of a plan.
type Stmt interface {
	Pos() Span
	stmt()
}

// Hosts declares a family of physical machines.
type Hosts struct {
	Span   Span
	Name   Name
	Fields []*Field
	Attrs  []*Attr
}

// VM declares a class of virtual machines on a family of hosts.
type VM struct {
	Span   Span
	Name   Name
	On     Name
	Fields []*Field
	Attrs  []*Attr
}

// Field is `name = value` in a hosts, vm or scenario block; which names there are is for the checker to say.
type Field struct {
	Span  Span
	Name  Name
	Value Expr
}

// Attr is `attr name: type [= value]`.
type Attr struct {
	Span    Span
	Name    Name
	Type    *TypeRef
	Default Expr // nil if there is none
}

// TypeRef is a type as written: percent, Tomcat, rack.vms, T?, [T].
type TypeRef struct {
	Span     Span
	Name     Name
	Part     Name // of rack.vms: whatever machine stands on such hosts
	Set      bool // [T]
	Optional bool // T?
}

// String is the type as it is written.
func (t *TypeRef) String() string {
	text := t.Name.Text
	if t.Part.Text != "" {
		text += "." + t.Part.Text
	}
	if t.Set {
		text = "[" + text + "]"
	}
	if t.Optional {
		text += "?"
	}
	return text
}

// Bounds is a multiplicity: [1], [1..3], [1..*], [*]. Max is -1 for *.
type Bounds struct {
	Span     Span
	Min, Max int
}

// Component declares a class of software that runs on hosts or virtual machines.
type Component struct {
	Span      Span
	Name      Name
	On        Name
	Bounds    Bounds
	Initially int // -1 if not said
	Stateful  bool
	Attrs     []*Attr
	Ops       []*Op
	Ready     Expr // nil if not said
}

// Op is an operation of a component.
type Op struct {
	Span       Span
	Name       Name
	Interrupts bool
	// UnlessDrained holds for `interrupts unless drained`.
	UnlessDrained bool
	// Drains holds for an operation after which what it is given (without parameters, the component itself) gets no more
	// requests and has none left; Undrains for one that takes that back.
	Drains, Undrains bool
	// Weighs holds for an operation that sets which part of this component's requests goes to one of those that it sends
	// requests to.
	Weighs bool
	Params []*Param
	Body   Expr // a call of exec or template
}

// Param is `name: type`.
type Param struct {
	Span Span
	Name Name
	Type *TypeRef
}

// ModuleParam is `param name: type [= value]` in a module: what a `use` fills in. The types "hosts", "vm" and "component"
// stand for a class of that kind, and then the name is a class's name in the module. With Of (`param load: probe of hosts`),
// "probe", "attr", "role" and "op" stand for a member of that class, and the name for the member's. With Func
// (`param worth: func(h: hosts): float`), it is a function's.
type ModuleParam struct {
	Span    Span
	Doc     string
	Name    Name
	Type    *TypeRef // nil with Func
	Of      Name     // Text is "" if not said
	Part    Name     // of hosts.vms: the machines on what Of names
	Func    *Signature
	Default Expr // nil: it must be given
}

// Signature is what a function takes and gives: `func(h: hosts): float`.
type Signature struct {
	Span   Span
	Params []*Param
	Result *TypeRef
}

// Link is an association between two classes: `link A.workers [1..*] -- [1] B.front`. The multiplicity beside a role
// says how many are at that role's far end for one instance of the class that has the role.
type Link struct {
	Span  Span
	Left  LinkEnd
	Right LinkEnd
}

// LinkEnd is a role: Class.Role has Bounds many of the other end's class.
type LinkEnd struct {
	Class, Role Name
	Bounds      Bounds
}

// Probe declares a metric: `probe cpu: percent on rack every 1s stale 5s [= source.path]`.
type Probe struct {
	Span   Span
	Name   Name
	Type   *TypeRef
	On     Name
	Every  Expr
	Stale  Expr // nil: three periods
	Source Expr // nil: the metric's own name
}

// Event declares when something has happened.
type Event struct {
	Span   Span
	Name   Name
	Params []*Param
	// Exactly one of When, Silent and Every is set, or none for an event from outside.
	When   Expr
	Silent Expr // silent(h)
	Every  Expr
	For    Expr // nil: at once
}

// Policy is a state machine that starts on an event.
type Policy struct {
	Span     Span
	Doc      string
	Name     Name
	On       *Trigger // nil for a module's policy: use gives it
	When     Expr
	Lossless bool
	Cooldown Expr
	States   []*State
}

// Trigger is the event that starts a policy, with the names its parameters have there: `on hot(h: rack)`. That of a module
// is named with it, "drain.maintain", here and where it is emitted. The events "deploy" and "shutdown" are built in.
type Trigger struct {
	Span   Span
	Event  Name
	Params []*Param
}

// State is a state with the transitions that leave it.
type State struct {
	Span        Span
	Name        Name
	Final       bool
	Body        []Stmt
	Transitions []*Transition
}

// Transition is an arrow out of a state. Exactly one of the ways is set: When, Success, Failure, Otherwise, or none
// of them for an arrow that is always taken after success.
type Transition struct {
	Span      Span
	To        Name
	When      Expr
	Success   bool
	Failure   bool
	Undo      bool // with Failure: undo first
	Otherwise bool
	AtMost    int // `at most n times`, 0 if not said
}

// Use fills in a module's policy: `use consolidate.Pack on tick (hosts: pool)`, or all that it has:
// `use relieve (hosts: rack)`.
type Use struct {
	Span           Span
	Module, Policy Name     // Policy.Text is "" for all of them
	On             *Trigger // Params empty; nil: the events that the module says
	Args           []*Arg
}

// Arg is an argument, named or not.
type Arg struct {
	Span  Span
	Name  Name // Text is "" for a positional one
	Value Expr
}

// Func is a pure function: `func f(h: rack): bool = expr`. The result's type may be left out.
type Func struct {
	Span   Span
	Doc    string
	Name   Name
	Params []*Param
	Result *TypeRef
	Body   Expr
}

// Require is what must always hold: `require capacity(memory) on rack`, `require apart(Web) on rack by zone`, `require 2
// ready of Web`. It may stand in a scenario as well.
type Require struct {
	Span Span
	Kind Name // capacity, apart, spread, ready
	What Name // memory or cpu; of the others, a class
	On   Name // empty for ready
	By   Name // empty if it isn't said
	N    int  // of ready
}

// Budget limits how much may be done: `budget 4 migrations per 10min per rack host`.
type Budget struct {
	Span   Span
	N      int
	What   Name // migration(s)
	AtOnce bool // at a time
	Per    Expr // per 10min; nil with AtOnce
	// Across is the family that shares the budget; PerHost that of which each host has its own. One of them is set.
	Across, PerHost Name
}

// Scenario is a world to simulate.
type Scenario struct {
	Span  Span
	Name  Name
	Items []ScenarioItem
}

// ScenarioItem is one line of a scenario.
type ScenarioItem interface {
	Pos() Span
	scenarioItem()
}

type (
	// DeployAt is `at 400s deploy Servlet, Tomcat` or `at 0s deploy all`; with Down `at 900s shutdown all`.
	DeployAt struct {
		Span    Span
		At      Expr
		Down    bool
		All     bool
		Classes []Name
	}
	// EmitAt is `at 300s emit more(h: node1, n: 3)`: an event that comes from outside.
	EmitAt struct {
		Span  Span
		At    Expr
		Event Name
		Args  []*Arg
	}
	// AnswerAt is `at 300s approve Relieve`: what an operator says to the runs of a policy that wait for one then. Verb is
	// approve or refuse, to those that ask, or clear, to those that are stuck.
	AnswerAt struct {
		Span   Span
		At     Expr
		Verb   string
		Policy Name
	}
	// WishAt is `at 300s pin Servlet-1 for 10min`: what an operator wants, whatever policies want. Kind is pause, ignore, pin,
	// maintain or resume, which ends the others; About a policy, a class or an instance, or with All everything.
	WishAt struct {
		Span  Span
		At    Expr
		Kind  Name
		All   bool
		About Name
		For   Expr
	}
	// ClientsOf is `clients of Apache: 0 until 1100s, to 600 at 1500s, 600 until 3500s`: clients that each wait for
	// their answer, think, and ask again.
	ClientsOf struct {
		Span   Span
		Class  Name
		Points []*LoadPoint
	}
	// RequestsOf is `requests of Apache from counts("worldcup98", from: "1998-07-08", scale: 0.02)`: requests that
	// come whether or not earlier ones were answered.
	RequestsOf struct {
		Span   Span
		Class  Name
		From   Expr         // nil with Points
		Points []*LoadPoint // requests a second
	}
	// LoadOf is `load Guest from trace("planetlab/20110303")`, or `load Guest: 20% until 60s, to 90% at 5min`: what each
	// machine of the class wants of its size.
	LoadOf struct {
		Span   Span
		Class  Name
		From   Expr // nil with Points
		Points []*LoadPoint
	}
	// WorkOf is `work Tomcat 12ms`: the CPU time at 1 core of the reference speed that a request costs there.
	WorkOf struct {
		Span  Span
		Class Name
		Cost  Expr
	}
	// Until is `until 24h`.
	Until struct {
		Span Span
		At   Expr
	}
	// Fidelity is `fidelity cloudsim`.
	Fidelity struct {
		Span Span
		Name Name
	}
	// Setting is `set migration_downtime = 30s`: one of the simulator's named constants, otherwise.
	Setting struct {
		Span  Span
		Name  Name
		Value Expr
	}
	// Fault is something that goes wrong: `at 300s crash node2`, `at 10s fail migration`, `at 10s stall migration of
	// Servlet-1 for 30s`, `at 60s silence cpu of node3 for 1min`, `at 60s lie cpu of rack by 20% for 1min`.
	Fault struct {
		Span   Span
		At     Expr
		Kind   Name // crash, fail, stall, silence, lie
		What   Name // the metric of silence and lie, what fails or stalls; empty for crash
		Target Name // an instance by name, or a class; empty for any
		By     Expr
		For    Expr
	}
)

// LoadPoint is a piece of a load curve: hold N until At, or (with To) go straight to N at At.
type LoadPoint struct {
	Span Span
	N    Expr
	To   bool
	At   Expr
}

// Test is a scenario with what must come of it. What it says itself goes before what Scenario says.
type Test struct {
	Span     Span
	Name     string
	NameSpan Span
	Scenario Name // Text is "" for a test that is all of its own
	Items    []ScenarioItem
	Seeds    *Seeds // nil for one run
	Expects  []*Expect
}

// Seeds is `seed 7` or `seeds 1..20`: the test is played once with each of them, both ends included.
type Seeds struct {
	Span     Span
	From, To int
}

// Expect is `at T expect C`, `always expect C`, `never expect C`, `eventually within T expect C`.
type Expect struct {
	Span Span
	Mode string // at, always, never, eventually
	At   Expr   // of at and eventually
	Cond Expr
}
