// Package ir is a checked program: names resolved, units normalized, functions and modules expanded, every expression
// typed. compiler/check makes it, compiler/emit turns it into bytecode, and the tests' interpreter runs it as it is.
//
// Tables that need no code are already those of the bundle.
package ir

import (
	"github.com/tune-autonomic/tune/compiler/bundle"
	"github.com/tune-autonomic/tune/lang"
)

// MaxAtOnce is how many turns of a loop are taken at once, at most.
const MaxAtOnce = 16

// Type is a value's type.
type Type = bundle.Type

// Program is a checked program.
type Program struct {
	// Tables has all tables of the bundle that need no code: System, Spaces, Classes, Columns, Navs, Links, Probes,
	// Windows, Requires, Budgets, Hists, Insts, Scenarios, Deploy, Sources.
	Tables   bundle.Program
	Places   []Place // of the classes whose Place.Rule is PlaceCode
	Events   []*Event
	Policies []*Policy
	Tests    []*Test // only if they were asked for
}

// Place is a placement rule written as an expression; Self is the new instance.
type Place struct {
	Class int32
	Self  *Var
	Node  Expr
}

// Var is a named value: a parameter, a let, a loop's variable, the element of a set operation, or a compiler's own.
type Var struct {
	Name string
	Type Type
	// Mutable is a plan's var.
	Mutable bool
}

// Pos is where something stands: Span in Tables.Sources[File].
type Pos struct {
	File int32
	Span lang.Span
}

// Event is a checked event. For, Every and Silent are ns.
type Event struct {
	Name               string
	Class              int32
	Thing              *Var // nil if Class is -1
	Every, Silent, For int64
	External           bool
	Payload            []bundle.Param
	Cond               Expr // nil unless it is a condition
	Pos                Pos
}

// Policy is a checked policy.
type Policy struct {
	Name     string
	Event    int32
	Params   []*Var
	Guard    Expr
	Lossless bool
	Cooldown int64
	States   []*State
	// Most and MostEach are as in bundle.Policy.
	Most     int64
	MostEach []bundle.MostEach
	Pos      Pos
}

// State is a checked state. Again is as in bundle.State.
type State struct {
	Name  string
	Final bool
	Acts  bool
	Body  []Stmt
	Next  []Transition
	Again int32
	Pos   Pos
}

// When says when a transition is open.
type When uint8

const (
	OnSuccess When = iota // after success, if Guard (nil: always) is true
	OnFailure
)

// Transition is one arrow. They are tried in order.
type Transition struct {
	When  When
	Guard Expr
	Undo  bool
	To    int32
	// AtMost is how often it can be taken in one run, 0 if nothing is said; its guard counts.
	AtMost int
	Pos    Pos
}

// Expr is a typed expression.
type Expr interface {
	Type() Type
	Where() Pos
}

// Node is embedded in every expression.
type Node struct {
	T Type
	P Pos
}

// Type returns the expression's type.
func (n *Node) Type() Type { return n.T }

// Where returns where the expression stands.
func (n *Node) Where() Pos { return n.P }

type (
	// Num is a number in the bundle's units; Truth is true or false; None is no instance of T.Space.
	Num struct {
		Node
		V float64
	}
	Truth struct {
		Node
		V bool
	}
	None struct{ Node }
	// Named is a declared instance: Insts[Index].
	Named struct {
		Node
		Index int32
	}
	// Ref reads a variable.
	Ref struct {
		Node
		Var *Var
	}
	// Col reads a column of an instance.
	Col struct {
		Node
		Obj    Expr
		Column int32
	}
	// Nav follows a navigation from an instance, or (NavAll) from each of a set.
	Nav struct {
		Node
		Obj Expr
		Nav int32
	}
	NavAll struct {
		Node
		Set Expr
		Nav int32
	}
	// Members is all instances of Class.
	Members struct {
		Node
		Class int32
	}
	// EmptySet is the empty set of T.Space.
	EmptySet struct{ Node }
	// SetList is the set of the given instances, in order.
	SetList struct {
		Node
		Elems []Expr
	}
	// Unary and Binary work on numbers and truth values: opcodes NEG ABS SQRT NOT KNOWN ISSET, and ADD SUB MUL DIV MIN
	// MAX LT LE EQ NE SAME DIFF AND OR IN FITS WATTS SERSUM SERMUL SERDIV. > and >= are LT and LE turned round.
	Unary struct {
		Node
		Op bundle.Op_
		X  Expr
	}
	Binary struct {
		Node
		Op   bundle.Op_
		X, Y Expr
	}
	// Cond is if-then-else: Else also when If is unknown.
	Cond struct {
		Node
		If, Then, Else Expr
	}
	// SetOp is an operation over a set. It is the element. SetAny without a key asks whether any element passes Filter,
	// and is never unknown; SetAll without a key asks Filter of all, and may be.
	SetOp struct {
		Node
		Kind bundle.SetOpKind
		Set  Expr
		It   *Var
		// Filter and Key may be nil.
		Filter Expr
		Key    Expr
		Desc   bool
	}
	// Count is the number of elements of a set.
	Count struct {
		Node
		Set Expr
	}
	// Hist is the last samples of a column: Hists[Hist]. SerFun is a statistic over a series.
	Hist struct {
		Node
		Obj  Expr
		Hist int32
	}
	SerFun struct {
		Node
		Fun int32
		X   Expr
	}
	// Let binds a value within an expression: what a function's argument becomes when it is expanded.
	Let struct {
		Node
		Var   *Var
		Value Expr
		In    Expr
	}
)

// Text is a text to fill in: Parts with a value after each but the last.
type Text struct {
	Parts  []string
	Values []Expr
}

// Stmt is a checked statement.
type Stmt interface{ Pos() Pos }

// At is embedded in every statement.
type At struct{ P Pos }

// Pos returns where the statement stands.
func (a At) Pos() Pos { return a.P }

type (
	// Assign gives Var a value: let, var and =. A set is copied if Var is mutable.
	Assign struct {
		At
		Var   *Var
		Value Expr
	}
	// Action is one action: Kind and the fields that it has, as in bundle.Action.
	Action struct {
		At
		Kind    bundle.ActionKind
		Class   int32
		Target  Expr
		Dest    Expr
		Result  *Var
		Op      int32
		Probe   int32
		Text    *Text
		Event   int32
		Args    []Expr
		Cond    Expr
		Undo    bool
		Timeout int64
	}
	// For walks Set in the order of By. In a state the Filter is asked again before each turn.
	For struct {
		At
		Var    *Var
		Set    Expr
		By     Expr
		Desc   bool
		Filter Expr
		While  Expr
		AtMost int // turns at once, up to MaxAtOnce
		// OnFailure of a turn: "stop", "skip" or "undo".
		OnFailure string
		Body      []Stmt
	}
	// Fork runs its branches together, and waits for all.
	Fork struct {
		At
		Branches [][]Stmt
	}
	// If, Pick and the rest are steps of a plan.
	If struct {
		At
		Cond       Expr
		Then, Else []Stmt
	}
	Pick struct {
		At
		Var *Var
		// From is consumed; it is a mutable variable, or a set that nobody else sees.
		From   Expr
		By     Expr
		Desc   bool
		Filter Expr
		While  Expr
		Body   []Stmt
	}
	SetEdit struct {
		At
		Op    bundle.Op_ // SADD SDEL SJOIN SMINUS
		Var   *Var
		Value Expr
	}
	Lift struct {
		At
		VM Expr
	}
	Back struct {
		At
		VM Expr
	}
	Put struct {
		At
		VM, On Expr
	}
	// AllOrNothing undoes Body when a GiveUp in it is reached.
	AllOrNothing struct {
		At
		Body []Stmt
	}
	GiveUp struct{ At }
	Apply  struct {
		At
		AsListed bool
	}
)

// Test is a checked test. Facts have values while it runs that no code computes.
type Test struct {
	Case    bundle.Case // but for its Facts and Expects
	Facts   []Fact
	Expects []*Expect
}

// Fact is what a variable of a test's conditions stands for.
type Fact struct {
	Var *Var
	Of  bundle.Fact
}

// Expect is a checked expectation; At is ns.
type Expect struct {
	Mode bundle.ExpectMode
	At   int64
	Cond Expr
	Pos  Pos
}
