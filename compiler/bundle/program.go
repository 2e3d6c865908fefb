// Package bundle is the contract between the compiler and the runtime: what a compiled system is, how it is written to
// a .tuneb file and read back, and what a loader refuses. Nothing in it knows the language's syntax, and the runtime
// knows nothing of the compiler but this package.
//
// All tables are slices, so that the same source gives the same bytes; all references are indices into them, checked
// by Verify. Times are nanoseconds, sizes bytes, percent a fraction of 1, CPU work MIPS.
package bundle

import "slices"

// Program is a compiled system.
type Program struct {
	System  string
	Version uint64 // of this system's bundle; it only grows

	Spaces   []Space
	Classes  []Class
	Columns  []Column
	Navs     []Nav
	Links    []Link
	Probes   []Probe
	Windows  []Window
	Requires []Require
	Budgets  []Budget

	Consts  []float64
	Insts   []InstRef
	Texts   []Text
	SetOps  []SetOp
	Hists   []Hist
	Actions []Action
	Code    []Instr
	// Pos says where each instruction comes from; as long as Code.
	Pos []Pos

	Events    []Event
	Policies  []Policy
	Scenarios []Scenario

	// Deploy is the order in which the default deployment starts the classes: what is depended upon first.
	Deploy []int32

	Sources []Source
	// Templates are the files that operations fill in, as they were read: Op.Template names one by its path.
	Templates []Source
	// Lock has each file that was read, in the order of reading.
	Lock []Locked
}

// Source is one file as it was compiled.
type Source struct{ Path, Text string }

// Pos is a place in Sources.
type Pos struct {
	File       int32
	Start, End int32
}

// Kind tells hosts, virtual machines and software apart.
type Kind uint8

const (
	Host Kind = iota
	VM
	Component
)

// Space is a set of instances that are numbered together, so that one column holds a value for each: a family of
// hosts; all virtual machines on one family, of whatever class; the instances of one component.
type Space struct {
	Name string // of the family or the component; "rack.vms" for the machines on rack
	Kind Kind
}

// Class is a declared class. An instance has one class and one number in the class's space.
type Class struct {
	Name  string
	Kind  Kind
	Space int32
	On    int32 // class it stands on; -1 for hosts
	// Min and Max bound the number of instances; Max is -1 for no bound. Initial is how many a deployment makes.
	Min, Max, Initial int32
	Stateful          bool
	Driver            string // of hosts
	Image             string // of VMs
	// Names has the names of declared instances (hosts always; VMs from an inventory, where there are as many of them as
	// rows when it runs). Others are NAME-1, NAME-2, …
	Names []string
	// Attrs are the class's own attributes. Those every host has: cores, mips (a core), memory, capacity (cores*mips).
	// Those every VM has: vcpus, mips (a vcpu), memory.
	Attrs []Attr
	// Sizes is how many rows the attributes from an inventory have; 0 without one. Instance i of n has row
	// i / ceil(n/Sizes): rows share the instances in equal, contiguous parts.
	Sizes int32
	// Watts is the power curve of each inventory row (one row without an inventory): watts at equal steps of load from
	// 0 to 100 %. Empty: not known, and then no power is counted.
	Watts [][]float64
	Place Place
	Ops   []Op
	// ReadyPort is the attribute whose port must answer before an instance counts as ready; -1 for none.
	ReadyPort int32
}

// Attr is an attribute: one value for all instances, or one a row. Text attributes are in Texts.
type Attr struct {
	Name   string
	Type   Type
	Values []float64
	Texts  []string
}

// PlaceRule says how a new instance finds its node.
type PlaceRule uint8

const (
	// Spread takes the node with the fewest instances, Pack the first that has room, ByPower the one whose power rises
	// least. PlaceCode runs Place.PC with the new instance in Self; it returns the node.
	Spread PlaceRule = iota
	Pack
	ByPower
	PlaceCode
)

// Place is a placement rule. Decreasing says that instances are placed largest first.
type Place struct {
	Rule       PlaceRule
	Decreasing bool
	PC         int32
	Self       uint8
}

// Op is an operation of a component.
type Op struct {
	Name          string
	Interrupts    bool
	UnlessDrained bool
	// Drains and Undrains are about the instances among the arguments, or else the component itself.
	Drains, Undrains bool
	// Weighs says that it sets the weight of an instance: Params are a component and an int or a float, in any order.
	Weighs bool
	// Exec is the command's arguments; Template and To are the path of one of Templates and what it becomes. One of both is set.
	// Braces are filled in by the runtime from the instance's attributes.
	Exec         []string
	Template, To string
	Params       []Param
}

// Param is what an operation is given, or an event brings: an instance is there, unless it may lack.
type Param struct {
	Name    string
	Type    Type
	MayLack bool
}

// Types are the types of parameters.
func Types(params []Param) []Type {
	var all []Type
	for i := range params {
		all = append(all, params[i].Type)
	}
	return all
}

// TakesBack is the operation of a class that takes back what another one drains, or lets in: it is given the same. -1 if there
// is none.
func (c *Class) TakesBack(op int32) int32 {
	if op < 0 || int(op) >= len(c.Ops) {
		return -1
	}
	of := &c.Ops[op]
	for i := range c.Ops {
		back := &c.Ops[i]
		if (of.Drains && back.Undrains || of.Undrains && back.Drains) && slices.Equal(Types(back.Params), Types(of.Params)) {
			return int32(i)
		}
	}
	return -1
}

// BaseType is what a value is.
type BaseType uint8

const (
	Void BaseType = iota
	Bool
	Int
	Float
	Percent
	Duration // seconds in registers
	Bytes
	Rate // bits a second
	Text_
	Secret
	Inst   // an instance of a class in Space; -1 if there is none
	Set    // a set of instances in Space
	Iter   // a set that a loop walks; nothing changes it
	Pool   // a set that picks consume; nothing is added to it
	Series // numbers, newest first
)

// Type is a type. Space is used by Inst, Set, Iter and Pool, Class as well where the class is known (else -1).
type Type struct {
	Base  BaseType
	Space int32
	Class int32
}

// Numeric says whether values of t are numbers in registers: float64 bits, NaN for an unknown one.
func (t Type) Numeric() bool {
	switch t.Base {
	case Int, Float, Percent, Duration, Bytes, Rate:
		return true
	}
	return false
}

// ColumnKind says where a column's values come from.
type ColumnKind uint8

const (
	// ColAttr is an attribute, found by name in each class of the space.
	ColAttr ColumnKind = iota
	// ColMetric is the last sample of the probes of that name in the space; NaN if there is none or it is stale.
	ColMetric
	// ColWindow is a statistic over a metric, Ref in Windows.
	ColWindow
	// ColDemand is the CPU that a VM wants, in MIPS: its last load times its size, its full size before it has one.
	ColDemand
	// ColInflightCPU and ColInflightMemory are what moves under way will bring to a host: share of its CPU, bytes.
	ColInflightCPU
	ColInflightMemory
	// The scratch model's view of a host in a plan. Outside a plan it is the model itself.
	ColPlannedDemand  // MIPS that its VMs want
	ColPlannedGranted // MIPS that they get: each at most one core a vcpu; all in proportion if that is too much
	ColPlannedFree    // MIPS that are left
	ColPlannedCPU     // granted share of the capacity
	ColPlannedMemory  // bytes that its VMs have
)

// Column is a number that every instance of a space has.
type Column struct {
	Space int32
	Kind  ColumnKind
	Ref   int32 // of ColWindow
	Name  string
	Type  Type
}

// NavKind says what a navigation follows.
type NavKind uint8

const (
	// NavHost is the node that an instance stands on; NavHome where a VM belongs.
	NavHost NavKind = iota
	NavHome
	// NavGuests are the instances of To that stand on this one, in the order in which they came.
	NavGuests
	// NavRole follows a link; Ref in Links, Right says from the right end.
	NavRole
	// NavPlannedHost and NavPlannedGuests are the scratch model's.
	NavPlannedHost
	NavPlannedGuests
)

// Nav leads from an instance to one or many others.
type Nav struct {
	Name     string
	From, To int32 // spaces
	Many     bool
	Kind     NavKind
	Ref      int32
	Right    bool
}

// Link is an association. The left class depends on the right one.
type Link struct {
	Left, Right LinkEnd
}

// LinkEnd says that one instance of Class has Min to Max (-1: no bound) at its role.
type LinkEnd struct {
	Class    int32
	Role     string
	Min, Max int32
}

// Probe is a metric of a class.
type Probe struct {
	Name         string
	Class        int32
	Column       int32 // its ColMetric column
	Every, Stale int64
	// Source is what a driver measures: "cpu", "memory", "process.cpu".
	Source string
	// History is how many last samples are kept.
	History int32
}

// WindowKind is a statistic.
type WindowKind uint8

const (
	WinAvg WindowKind = iota
	WinMin
	WinMax
	WinCount
	// WinVolatility is the exponentially weighted mean, by Alpha, of the squared change from sample to sample, in the
	// square of the column's unit; 0 before the second sample.
	WinVolatility
	// WinEwma is the exponentially weighted mean of the samples.
	WinEwma
)

// Window is a statistic that the engine keeps over a metric or over ColDemand. It is unknown while less than 80 % of
// Span is covered by samples.
type Window struct {
	Column int32 // what it is over
	Kind   WindowKind
	Span   int64
	Alpha  float64
}

// Hist is a history to read: the last N samples of Column.
type Hist struct {
	Column int32
	N      int32
}

// InstRef is a declared instance, such as a host by name.
type InstRef struct {
	Space, Index int32
}

// Text is a text to fill in: parts with a register's value after each but the last.
type Text struct {
	Parts []string
	Regs  []uint8
	Types []Type
}

// Guard is a conjunction over one instance: interval tests on its columns, and the rest as code that returns a bool.
// Any unknown value leaves it not true.
type Guard struct {
	Tests []Test
	PC    int32 // -1 for none
}

// Test holds when Lo <= value <= Hi.
type Test struct {
	Column int32
	Lo, Hi float64
}

// SetOpKind is what is asked of a set.
type SetOpKind uint8

const (
	SetArgMin SetOpKind = iota
	SetArgMax
	SetFilter
	SetSort // by Key, stable; descending with Desc
	SetCount
	SetAny
	SetAll
	SetSum
	SetAvg
	SetMin
	SetMax
	SetSumSeries
)

// Bound holds when the element's column compares so with the number in Reg.
type Bound struct {
	Column int32
	Is     Compare
	Reg    uint8
}

// Compare is how a column stands to a number.
type Compare uint8

const (
	AtLeast Compare = iota
	Above
	AtMost
	Below
)

// SetOp is an operation over a set. Elements that are in one of Without, are one of Except, or for which Where isn't
// true are passed over; so are those whose key is unknown. SetAny and SetAll ask a key that is a truth value, and may be
// unknown themselves; without a key they ask whether elements pass Where, and never are.
type SetOp struct {
	Kind  SetOpKind
	Space int32
	Elem  uint8 // register that holds the element while Where and Key run
	Where Guard
	// Bounds are more of Where: tests whose limits are in registers, and the same for all elements.
	Bounds []Bound
	// Without are registers with sets, Except registers with instances.
	Without []uint8
	Except  []uint8
	// Key is a column of the element, or -1 and then KeyPC is code that returns it (-1: no key).
	KeyColumn int32
	KeyPC     int32
	Desc      bool
	// Pure holds when Where and Key depend on the element only through its columns and guests, so that two elements
	// which agree in these need be looked at once.
	Pure bool
}

// LeavesOneOut says whether all elements pass but, perhaps, a single one of Except.
func (op *SetOp) LeavesOneOut() bool {
	return len(op.Where.Tests) == 0 && len(op.Bounds) == 0 && op.Where.PC < 0 && len(op.Without) == 0 && len(op.Except) <= 1
}

// ActionKind is what an action does to the world.
type ActionKind uint8

const (
	ActCreate ActionKind = iota // a new instance of Class, bound to Result
	ActRemove
	ActStart
	ActStop
	ActOp // operation Op of Target
	ActMigrate
	ActRestart // Target on Dest, where it was lost
	ActPauseProbe
	ActResumeProbe
	ActAllocate
	ActRelease
	ActNotify
	ActEmit
	ActWait
	ActAsk
	ActFence
	ActTurn     // a turn begins that ActUndoTurn would take back
	ActUndoTurn // what this thread has done since its last ActTurn is taken back, latest first
)

// Action is one action in a policy. Registers are those of the policy's frame.
type Action struct {
	Kind   ActionKind
	Class  int32 // of ActCreate; class of the target otherwise, -1 if several
	Space  int32 // of the target
	Target uint8
	Dest   uint8
	// Result gets what is made (ActCreate); a register nobody reads if it has no name.
	Result  uint8
	Op      int32 // in the class's Ops
	Probe   int32
	Text    int32
	Event   int32
	Args    []uint8
	Undo    bool  // a migration that an undo brings back
	Timeout int64 // ns; 0: the default of its kind
	WaitPC  int32 // condition of ActWait
	// OnFail is where the thread goes on if it fails, so that a loop can skip; -1: the state's body has failed.
	OnFail int32
}

// Watch says which cells an event's condition reads.
type Watch struct {
	Column int32
	// Self: of the thing alone. Otherwise of others too, and then every thing of the event is looked at again.
	Self bool
}

// Event is a condition that is watched, a period, or something from outside.
type Event struct {
	Name  string
	Class int32 // of the thing that it is about; -1 for the system
	Thing uint8 // register of the thing in Cond
	// Every is a period (ns); Silent a time without a sample from the thing (ns). Otherwise Cond holds for For (ns).
	Every, Silent int64
	External      bool
	// Payload is what an external event brings: all its parameters, the thing first if it is about one.
	Payload []Param
	Cond    Guard
	For     int64
	Watches []Watch
	// Structural: the condition also depends on where things stand, or how many there are.
	Structural bool
}

// Builtin triggers in Policy.Event.
const (
	OnDeploy   int32 = -1
	OnShutdown int32 = -2
)

// Policy is a compiled state machine. Register 0 holds the thing, further parameters follow.
type Policy struct {
	Name     string
	Event    int32
	Guard    int32 // PC of code that returns a bool, -1 for none
	Lossless bool
	Cooldown int64
	// Regs are the types of the registers that live across actions: parameters, lets, loop variables.
	Regs     []Type
	RegNames []string
	States   []State
	// Most is the most actions that one run can take beside those for each instance of some classes, which the program
	// doesn't bound; -1 if the sizes of sets multiply.
	Most     int64
	MostEach []MostEach `cbor:",omitempty"`
}

// MostEach is N actions at most for each instance of a class.
type MostEach struct {
	Class int32
	N     int64
}

// State is a compiled state. Entering runs Claims (if it acts) until RET, then Body until END; after success Next, after
// failure Fail runs until GOTO, or END if no transition is open.
type State struct {
	Name  string // empty: the compiler's own, which people don't see
	Final bool
	// Claims is -1 for a state that only thinks.
	Claims int32
	Body   int32
	Next   int32
	Fail   int32 // -1: no transition is open after a failure
	// Again is the state to enter anew after waiting: the earliest that chose, without acting, what this one acts on.
	Again int32
}

// What a Require says.
const (
	// RequireCapacity: no host of Class is promised more of What than it has.
	RequireCapacity = "capacity"
	// RequireApart: no host of Class has two instances of Of, nor have two hosts whose attribute By is the same.
	RequireApart = "apart"
	// RequireSpread: nothing of Of comes to a host of Class, or to hosts whose attribute By is the same, that has more of
	// them already than another.
	RequireSpread = "spread"
	// RequireReady: no policy brings the instances of Of that are ready under N.
	RequireReady = "ready"
)

// Require is an invariant.
type Require struct {
	Kind  string
	What  string // of capacity: "memory" or "cpu"
	Class int32  // a family of hosts; -1 for ready
	Of    int32  // software, or for apart and spread machines, too; -1 for capacity
	By    string // an attribute of Class; empty for each host by itself
	N     int32
}

// StandsOn says whether the instances of class of stand on hosts of a family, or on machines that do.
func (p *Program) StandsOn(of, family int32) bool {
	on := p.Classes[of].On
	return on == family || on >= 0 && p.Classes[on].On == family
}

// What an operator may want: that a policy starts no run; that nothing of which a thing is the cause starts one; that a thing
// stays as it is and where it is; that nothing comes to a host; and that this ends.
const (
	WishPause    = "pause"
	WishIgnore   = "ignore"
	WishPin      = "pin"
	WishMaintain = "maintain"
	WishResume   = "resume"
)

// What an operator may say to runs that wait for one.
const (
	AnswerApprove = "approve"
	AnswerRefuse  = "refuse"
	AnswerClear   = "clear"
)

// Budget allows N migrations at a time (Per 0) or in any Per nanoseconds, across Class or for each host of it.
type Budget struct {
	N       int32
	What    string // "migration"
	Per     int64
	Class   int32
	PerHost bool
}

// Scenario is a world to simulate. Numbers are evaluated; names of data are looked up when it runs.
type Scenario struct {
	Name     string
	Until    int64
	Fidelity string
	Requires []Require // of this scenario, besides the program's
	Deploys  []DeployAt
	Emits    []EmitAt
	Answers  []AnswerAt
	Wishes   []WishAt
	Clients  []Clients
	Requests []Requests
	Loads    []Load
	Work     []Work
	Settings []Setting
	Faults   []Fault
}

type (
	// DeployAt deploys Classes (empty: all), or shuts them down.
	DeployAt struct {
		At      int64
		Down    bool
		Classes []int32
	}
	// EmitAt lets an event come from outside, with what it brings.
	EmitAt struct {
		At      int64
		Event   int32
		Payload []Given
	}
	// AnswerAt is what an operator says then to the runs of a policy that wait for one: AnswerApprove or AnswerRefuse to
	// those that ask, AnswerClear to those that are stuck.
	AnswerAt struct {
		At     int64
		Policy int32
		Verb   string
	}
	// WishAt is what an operator wants, whatever policies want, for a time (0: until it is taken back): WishPause of a policy
	// (-1: of all), and of the instances of a class (Instance: of one by its name) the others. WishResume takes it back;
	// with neither a policy nor a class, everything.
	WishAt struct {
		At, For  int64
		Kind     string
		Policy   int32
		Class    int32
		Instance string
	}
	// Given is a number, or an instance of Class (-1: none) by its name.
	Given struct {
		Value float64
		Class int32
		Thing string
	}
	// Clients is a piecewise linear number of clients.
	Clients struct {
		Class  int32
		Points []Point
	}
	// Point: N until At, or in a straight line To N at At.
	Point struct {
		N  float64
		To bool
		At int64
	}
	// Requests is an open load: Func is "counts", Args its arguments; or Points, requests a second.
	Requests struct {
		Class  int32
		From   DataRef
		Points []Point `cbor:",omitempty"`
	}
	// Load is the CPU load of each instance of a class, from a trace, which says how many there are; or Points, the share
	// of its size that each of them wants.
	Load struct {
		Class  int32
		From   DataRef
		Points []Point `cbor:",omitempty"`
	}
	// DataRef names data: trace("planetlab/20110303").
	DataRef struct {
		Func string
		Name string
		Args []Setting
	}
	// Work is the seconds of one reference core that a request costs an instance of Class.
	Work struct {
		Class   int32
		Seconds float64
	}
	// Setting is a named number or text. Type is what its source says: a number without a unit is Int or Float.
	Setting struct {
		Name  string
		Type  BaseType
		Value float64
		Text  string
	}
	// Fault is something that goes wrong: a host that crashes, the next migration of a machine that fails or stalls, a
	// probe that falls silent or lies.
	Fault struct {
		At   int64
		Kind string // crash, fail, stall, silence, lie
		// Class is of whom; -1: of any machine, for fail and stall. Instance is one of the class by its name; "": any.
		Class    int32
		Instance string
		Probe    int32   // of silence and lie; -1 for others
		By       float64 // of lie: what it adds, as a part of the truth
		For      int64   // 0: for ever
	}
)
