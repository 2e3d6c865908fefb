package emit

import (
	"github.com/tune-autonomic/tune/compiler/bundle"
	"github.com/tune-autonomic/tune/compiler/ir"
)

// lanes is a loop that takes several turns at once: its lanes draw from one iter, and each has variables of its own. The
// first one is the loop as it was written.
type lanes struct {
	ir.At
	turns []*ir.For
}

// wide is p with the lanes of its loops. p stays as it is.
func wide(p *ir.Policy) *ir.Policy {
	out := *p
	out.States = make([]*ir.State, len(p.States))
	for i, s := range p.States {
		state := *s
		state.Body = widen(s.Body)
		out.States[i] = &state
	}
	return &out
}

// widen gives a state's loops that may take several turns at once their lanes. Only the outermost loops have any: within a
// turn, as in one that forks, one thing is done after another.
func widen(ss []ir.Stmt) []ir.Stmt {
	out := make([]ir.Stmt, len(ss))
	for i, s := range ss {
		out[i] = s
		switch s := s.(type) {
		case *ir.For:
			if s.AtMost > 1 && suspends(s.Body) && !anyStmt(s.Body, forks) {
				out[i] = lanesOf(s)
			}
		case *ir.Fork:
			wide := &ir.Fork{At: s.At}
			for _, b := range s.Branches {
				wide.Branches = append(wide.Branches, widen(b))
			}
			out[i] = wide
		}
	}
	return out
}

func forks(s ir.Stmt) bool {
	_, ok := s.(*ir.Fork)
	return ok
}

func lanesOf(s *ir.For) *lanes {
	l := &lanes{s.At, []*ir.For{s}}
	for len(l.turns) < min(s.AtMost, ir.MaxAtOnce) {
		l.turns = append(l.turns, copier{}.loop(s))
	}
	return l
}

// copier copies statements with variables of their own in the place of those that they bind.
type copier map[*ir.Var]*ir.Var

func (c copier) bind(v *ir.Var) *ir.Var {
	if v == nil {
		return nil
	}
	if c[v] == nil {
		own := *v
		c[v] = &own
	}
	return c[v]
}

func (c copier) expr(x ir.Expr) ir.Expr {
	if x == nil {
		return nil
	}
	if ref, ok := x.(*ir.Ref); ok {
		if own := c[ref.Var]; own != nil {
			return &ir.Ref{Node: ref.Node, Var: own}
		}
		return x
	}
	return mapExpr(x, c.expr)
}

func (c copier) loop(s *ir.For) *ir.For {
	own := *s
	own.Set = c.expr(s.Set)
	own.Var = c.bind(s.Var)
	own.By, own.Filter, own.While = c.expr(s.By), c.expr(s.Filter), c.expr(s.While)
	own.Body = make([]ir.Stmt, len(s.Body))
	for i, b := range s.Body {
		own.Body[i] = c.stmt(b)
	}
	return &own
}

func (c copier) stmt(s ir.Stmt) ir.Stmt {
	switch s := s.(type) {
	case *ir.Assign:
		own := *s
		own.Value, own.Var = c.expr(s.Value), c.bind(s.Var)
		return &own
	case *ir.Action:
		own := *s
		own.Target, own.Dest, own.Cond = c.expr(s.Target), c.expr(s.Dest), c.expr(s.Cond)
		own.Args = c.exprs(s.Args)
		if s.Text != nil {
			own.Text = &ir.Text{Parts: s.Text.Parts, Values: c.exprs(s.Text.Values)}
		}
		own.Result = c.bind(s.Result)
		return &own
	case *ir.For:
		return c.loop(s)
	}
	return s
}

func (c copier) exprs(xs []ir.Expr) []ir.Expr {
	var out []ir.Expr
	for _, x := range xs {
		out = append(out, c.expr(x))
	}
	return out
}

// lanes begins a branch for each lane, and waits for all of them.
func (c *stepper) lanes(s *lanes) {
	defer c.close(c.open())
	first := s.turns[0]
	iter := c.pe.iters[first]
	c.walkOver(iter, first, true)
	join := c.later()
	begins := make([]label, len(s.turns))
	for i := range begins {
		begins[i] = c.later()
		c.jump(bundle.FORK, 0, 0, begins[i])
	}
	c.jump(bundle.JMP, 0, 0, join)
	for i, turn := range s.turns {
		c.bind(begins[i])
		c.lane(turn, iter)
	}
	c.bind(join)
	c.emit(bundle.JOIN, 0, 0, 0, 0)
}

// lane takes turns until none is left. What ends the loop leaves none to the others: a `while` that doesn't hold any more,
// and a failure that stops.
func (c *stepper) lane(s *ir.For, iter uint8) {
	defer c.close(c.open())
	quit, stop := c.later(), c.later()
	c.turns(s, iter, quit, stop)
	c.emit(bundle.END, 0, 0, 0, 0)
	c.leaveNone(s, iter, quit, 0)
	c.leaveNone(s, iter, stop, 1)
}

// leaveNone takes what is left out of iter, and ends the lane.
func (c *stepper) leaveNone(s *ir.For, iter uint8, from label, outcome int32) {
	c.bind(from)
	done := c.later()
	head := c.here()
	c.jump(bundle.NEXT, c.regs[s.Var], iter, done)
	c.jump(bundle.JMP, 0, 0, head)
	c.bind(done)
	c.emit(bundle.END, 0, 0, 0, outcome)
}
