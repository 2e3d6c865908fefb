package lang

// Expressions.
type (
	// Ident is a name by itself.
	Ident struct{ Name }
	// Number is a literal with its unit as written ("" for none): 45%, 10s, 512MiB. Int tells 3 from 3.0.
	Number struct {
		Span  Span
		Value float64
		Unit  string
		Int   bool
	}
	// String is a text literal, unquoted; parts in braces are filled in where the text is used. Raw offsets are kept in
	// Holes: the expressions in braces, in order, each with the text before it.
	String struct {
		Span  Span
		Value string
		Holes []Hole
		Tail  string // the text after the last hole; Value if there are none
	}
	// Bool is true or false; None is none: no value.
	Bool struct {
		Span  Span
		Value bool
	}
	None struct{ Span Span }
	// Select is `x.name`.
	Select struct {
		Span Span
		X    Expr
		Name Name
	}
	// Call is `f(args)` with a query if it is over a set: `min(rack by cpu where it != h)`, `avg(t.load over 10s)`.
	Call struct {
		Span Span
		Func Name
		Args []*Arg
		By   Expr
		Desc bool
		// Where filters the set that is the first argument.
		Where Expr
	}
	// Method is `x.f(args)`: `h.watts(50%)`.
	Method struct {
		Span Span
		X    Expr
		Func Name
		Args []*Arg
	}
	// Filter is `S where C`, a set in the place of an expression: `let busy = rack where it.cpu > 80%`.
	Filter struct {
		Span  Span
		Set   Expr
		Where Expr
	}
	// Unary is `not x` or `-x`; Binary is + - * / == != < <= > >= and or in, and "not in".
	Unary struct {
		Span Span
		Op   string
		X    Expr
	}
	Binary struct {
		Span   Span
		Op     string
		OpSpan Span
		X, Y   Expr
	}
	// Exists is `x exists`.
	Exists struct {
		Span Span
		X    Expr
	}
	// Over is `x over 10s`, Last is `x last 30`: the history of a metric, by time and by number of samples.
	Over struct {
		Span Span
		X    Expr
		D    Expr
	}
	Last struct {
		Span Span
		X    Expr
		N    Expr
	}
	// Cond is `if c then a else b`.
	Cond struct {
		Span           Span
		If, Then, Else Expr
	}
	// List is `[a, b, c]`.
	List struct {
		Span  Span
		Elems []Expr
	}
	// Bad stands where an expression could not be read; a finding says why.
	Bad struct{ Span Span }
)

// Hole is `{expr}` in a text, with the text before it.
type Hole struct {
	Before string
	X      Expr
}
