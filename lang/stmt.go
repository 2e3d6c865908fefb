package lang

// Statements of states: each is an action, or binds a name, or groups others.
type (
	// Let is `let x = e`; in a plan also `var x [: type] = e`, which may be assigned to.
	Let struct {
		Span  Span
		Name  Name
		Type  *TypeRef // nil unless written
		Var   bool
		Value Expr
	}
	// Create is `Tomcat++` or `new = Tomcat++`.
	Create struct {
		Span   Span
		Bind   Name // Text is "" if the new one gets no name
		Class  Name
		Within Expr
	}
	// Remove is `t--`.
	Remove struct {
		Span   Span
		Target Expr
		Within Expr
	}
	// Migrate is `migrate v to h within 2min`.
	Migrate struct {
		Span   Span
		VM, To Expr
		Undo   bool // `undoable`: an undo brings it back
		Within Expr
	}
	// Act is a verb with one object: start, stop, allocate, release, fence, restart (On set).
	Act struct {
		Span   Span
		Verb   Name
		Object Expr
		On     Expr
		Within Expr
	}
	// OpCall is an operation of a component: `front.restart`, `lb.drain(t)`. Op.Object is everything before the last dot.
	OpCall struct {
		Span   Span
		Object Expr
		Op     Name
		Args   []*Arg
		Within Expr
	}
	// ProbeAct is `pause probe load of t` or `resume probe load of t`.
	ProbeAct struct {
		Span   Span
		Resume bool
		Probe  Name
		Of     Expr
	}
	// Notify is `notify("…")`.
	Notify struct {
		Span Span
		Text Expr
	}
	// Emit is `emit e(args)`.
	Emit struct {
		Span  Span
		Event Name
		Args  []*Arg
	}
	// Ask is `ask operator "…" within 1h`.
	Ask struct {
		Span   Span
		Text   Expr
		Within Expr
	}
	// Wait is `wait until COND within T`.
	Wait struct {
		Span   Span
		Cond   Expr
		Within Expr
	}
	// For is a loop over a set: in a state over actions, in a plan over steps of it.
	For struct {
		Span  Span
		Var   Name
		Set   Expr
		By    Expr // nil: the set's own order
		Desc  bool
		Where Expr
		While Expr
		// AtMost is how many at once in a state: 1 for `one at a time`, 0 if not said (which means one).
		AtMost int
		// OnFailure is "", "stop", "skip" or "undo".
		OnFailure string
		Body      []Stmt
	}
	// Fork is one branch: `fork { … }`; those that stand together run together until `join`.
	Fork struct {
		Span Span
		Body []Stmt
	}
	// Join waits for the branches before it.
	Join struct{ Span Span }
	// Plan is `plan { … }`: pure code over a scratch copy of the model.
	Plan struct {
		Span Span
		Body []Stmt
	}
)

// Steps of plans.
type (
	// Assign is `x = e` (Op "=") or `x += e`, `x -= e`.
	Assign struct {
		Span  Span
		Name  Name
		Op    string
		Value Expr
	}
	// SetEdit is `add e to s` or `remove e from s`. An added set is joined.
	SetEdit struct {
		Span   Span
		Remove bool
		Value  Expr
		Set    Name
	}
	// Lift is `lift v`, Back is `back v`, Place is `place v on h`.
	Lift struct {
		Span Span
		VM   Expr
	}
	Back struct {
		Span Span
		VM   Expr
	}
	Place struct {
		Span   Span
		VM, On Expr
	}
	// If is `if c { … } else { … }`; Else may hold a single If.
	If struct {
		Span Span
		Cond Expr
		Then []Stmt
		Else []Stmt
	}
	// Pick is `pick x from S by KEY [desc] where … while … { … }`: it takes the best out of S, choosing anew each time,
	// until none is left that fits.
	Pick struct {
		Span  Span
		Var   Name
		From  Expr
		By    Expr
		Desc  bool
		Where Expr
		While Expr
		Body  []Stmt
	}
	// AllOrNothing is `all or nothing { … }`: `give up` within it undoes what it lifted and placed, and leaves it.
	AllOrNothing struct {
		Span Span
		Body []Stmt
	}
	// GiveUp is `give up`.
	GiveUp struct{ Span Span }
	// Apply is `apply safely` or `apply as listed`; it ends a plan.
	Apply struct {
		Span     Span
		AsListed bool
	}
)
