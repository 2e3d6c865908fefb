package lang

// Node is a part of a syntax tree that has a place.
type Node interface{ Pos() Span }

// Walk calls visit for a declaration, a statement, an expression or a line of a block, and for all that is in it, what
// holds before what is held. Of what is left out there is no node.
func Walk(n Node, visit func(Node)) {
	visit(n)
	w := walker{visit}
	switch n := n.(type) {
	case *Hosts:
		w.block(n.Fields, n.Attrs)
	case *VM:
		w.block(n.Fields, n.Attrs)
	case *Component:
		each(w, n.Attrs)
		each(w, n.Ops)
		w.expr(n.Ready)
	case *Policy:
		w.expr(n.When)
		w.expr(n.Cooldown)
		each(w, n.States)
	case *Scenario:
		each(w, n.Items)
	case *Test:
		each(w, n.Items)
		if n.Seeds != nil {
			visit(n.Seeds)
		}
		each(w, n.Expects)
	case *State:
		each(w, n.Body)
		each(w, n.Transitions)
	case Decl:
		w.decl(n)
	case ScenarioItem:
		w.item(n)
	case Stmt:
		w.stmt(n)
	case Expr:
		w.operator(n)
	default:
		w.line(n)
	}
}

type walker struct{ visit func(Node) }

func each[N Node](w walker, list []N) {
	for _, n := range list {
		Walk(n, w.visit)
	}
}

func (w walker) block(fields []*Field, attrs []*Attr) {
	each(w, fields)
	each(w, attrs)
}

func (w walker) expr(list ...Expr) {
	for _, e := range list {
		if e != nil {
			Walk(e, w.visit)
		}
	}
}

func (w walker) args(list []*Arg) {
	for _, a := range list {
		w.expr(a.Value)
	}
}

// decl goes on in a declaration without a block.
func (w walker) decl(n Decl) {
	switch n := n.(type) {
	case *ModuleParam:
		w.expr(n.Default)
	case *Probe:
		w.expr(n.Every, n.Stale, n.Source)
	case *Event:
		w.expr(n.When, n.Silent, n.Every, n.For)
	case *Use:
		w.args(n.Args)
	case *Func:
		w.expr(n.Body)
	case *Budget:
		w.expr(n.Per)
	}
}

// line goes on in a line of a declaration's block.
func (w walker) line(n Node) {
	switch n := n.(type) {
	case *Field:
		w.expr(n.Value)
	case *Attr:
		w.expr(n.Default)
	case *Op:
		w.expr(n.Body)
	case *Transition:
		w.expr(n.When)
	case *Expect:
		w.expr(n.At, n.Cond)
	case *LoadPoint:
		w.expr(n.N, n.At)
	}
}

func (w walker) item(n ScenarioItem) {
	switch n := n.(type) {
	case *DeployAt:
		w.expr(n.At)
	case *EmitAt:
		w.expr(n.At)
		w.args(n.Args)
	case *AnswerAt:
		w.expr(n.At)
	case *WishAt:
		w.expr(n.At, n.For)
	case *ClientsOf:
		each(w, n.Points)
	case *RequestsOf:
		w.expr(n.From)
		each(w, n.Points)
	case *LoadOf:
		w.expr(n.From)
		each(w, n.Points)
	case *WorkOf:
		w.expr(n.Cost)
	case *Until:
		w.expr(n.At)
	case *Setting:
		w.expr(n.Value)
	case *Fault:
		w.expr(n.At, n.By, n.For)
	}
}

func (w walker) stmt(n Stmt) {
	switch n := n.(type) {
	case *For:
		w.expr(n.Set, n.By, n.Where, n.While)
		each(w, n.Body)
	case *Pick:
		w.expr(n.From, n.By, n.Where, n.While)
		each(w, n.Body)
	case *If:
		w.expr(n.Cond)
		each(w, n.Then)
		each(w, n.Else)
	case *Fork:
		each(w, n.Body)
	case *Plan:
		each(w, n.Body)
	case *AllOrNothing:
		each(w, n.Body)
	default:
		w.step(n)
	}
}

// step goes on in a statement without a block.
func (w walker) step(n Stmt) {
	switch n := n.(type) {
	case *Let:
		w.expr(n.Value)
	case *Create:
		w.expr(n.Within)
	case *Remove:
		w.expr(n.Target, n.Within)
	case *Migrate:
		w.expr(n.VM, n.To, n.Within)
	case *Act:
		w.expr(n.Object, n.On, n.Within)
	case *OpCall:
		w.expr(n.Object)
		w.args(n.Args)
		w.expr(n.Within)
	case *ProbeAct:
		w.expr(n.Of)
	case *Notify:
		w.expr(n.Text)
	case *Emit:
		w.args(n.Args)
	case *Ask:
		w.expr(n.Text, n.Within)
	case *Wait:
		w.expr(n.Cond, n.Within)
	case *Assign:
		w.expr(n.Value)
	case *SetEdit:
		w.expr(n.Value)
	case *Lift:
		w.expr(n.VM)
	case *Back:
		w.expr(n.VM)
	case *Place:
		w.expr(n.VM, n.On)
	}
}

// operator goes on in an expression.
func (w walker) operator(n Expr) {
	switch n := n.(type) {
	case *String:
		for _, h := range n.Holes {
			w.expr(h.X)
		}
	case *Select:
		w.expr(n.X)
	case *Call:
		w.args(n.Args)
		w.expr(n.By, n.Where)
	case *Method:
		w.expr(n.X)
		w.args(n.Args)
	case *Filter:
		w.expr(n.Set, n.Where)
	case *Unary:
		w.expr(n.X)
	case *Binary:
		w.expr(n.X, n.Y)
	case *Exists:
		w.expr(n.X)
	case *Over:
		w.expr(n.X, n.D)
	case *Last:
		w.expr(n.X, n.N)
	case *Cond:
		w.expr(n.If, n.Then, n.Else)
	case *List:
		w.expr(n.Elems...)
	}
}
