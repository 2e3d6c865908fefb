package emit

import (
	"github.com/tune-autonomic/tune/compiler/bundle"
	"github.com/tune-autonomic/tune/compiler/ir"
)

// lifetimes finds which variables of a policy live across a suspension, or from state to state. It numbers the
// stretches of code between suspensions: who is touched in two of them lives across one.
type lifetimes struct {
	stretch int
	first   map[*ir.Var]int
	long    vars
	order   []*ir.Var // of long ones, as they are met
	at      ir.Pos    // of the statement or guard that is looked at
	over    ir.Pos    // of the first one for which there is no register left
}

// longLived returns the parameters and then the other long-lived variables, in the order in which they are met, and where
// there are more of them than can be kept.
func longLived(p *ir.Policy) (long []*ir.Var, over ir.Pos) {
	l := &lifetimes{first: map[*ir.Var]int{}, long: vars{}}
	for _, v := range p.Params {
		l.keep(v)
	}
	for _, s := range p.States {
		l.stretch++
		l.block(s.Body)
		l.stretch++
		for _, t := range s.Next {
			l.at = t.Pos
			l.expr(t.Guard)
		}
	}
	return l.order, l.over
}

// maxKept is how many values a policy may keep across its actions.
const maxKept = 255

func (l *lifetimes) keep(v *ir.Var) {
	if !l.long[v] {
		l.long[v] = true
		if l.order = append(l.order, v); len(l.order) == maxKept+1 {
			l.over = l.at
		}
	}
}

func (l *lifetimes) touch(v *ir.Var) {
	at, met := l.first[v]
	if !met {
		l.first[v] = l.stretch
		return
	}
	if at != l.stretch {
		l.keep(v)
	}
}

// expr touches what x reads, but not what x itself gives a name.
func (l *lifetimes) expr(x ir.Expr) {
	own := vars{}
	visit(x, func(y ir.Expr) bool {
		switch y := y.(type) {
		case *ir.SetOp:
			own[y.It] = true
		case *ir.Let:
			own[y.Var] = true
		case *ir.Ref:
			if !own[y.Var] {
				l.touch(y.Var)
			}
		}
		return true
	})
}

func (l *lifetimes) block(ss []ir.Stmt) {
	for _, s := range ss {
		l.at = s.Pos()
		l.stmt(s)
	}
}

func (l *lifetimes) stmt(s ir.Stmt) {
	loops := false
	switch s := s.(type) {
	case *ir.For:
		loops = suspends(s.Body)
		if loops {
			l.keep(s.Var)
		} else {
			l.touch(s.Var)
		}
	case *ir.Pick:
		l.touch(s.Var)
	case *ir.SetEdit:
		l.touch(s.Var)
	case *ir.Fork:
		loops = true
	}
	if loops {
		l.stretch++
	}
	if a, ok := s.(*ir.Action); ok {
		l.action(a)
	} else {
		parts(s, l.expr, l.block)
	}
	if a, ok := s.(*ir.Assign); ok {
		l.touch(a.Var)
	}
	if _, ok := s.(*ir.Apply); ok || loops {
		l.stretch++
	}
}

// action ends a stretch; what it waits for is read after that, and its result is written after that.
func (l *lifetimes) action(a *ir.Action) {
	before := *a
	before.Cond = nil
	parts(&before, l.expr, nil)
	l.stretch++
	l.expr(a.Cond)
	if a.Result != nil {
		l.keep(a.Result)
	}
}

// suspends says whether running ss can suspend a policy.
func suspends(ss []ir.Stmt) bool {
	return anyStmt(ss, func(s ir.Stmt) bool {
		switch s.(type) {
		case *ir.Action, *ir.Fork, *ir.Apply:
			return true
		}
		return false
	})
}

// layout gives the long-lived variables their registers, from 0 on, and the policy its description of them. over is where
// there are none left.
func layout(p *ir.Policy, out *bundle.Policy) (regs map[*ir.Var]uint8, over ir.Pos) {
	regs = map[*ir.Var]uint8{}
	long, over := longLived(p)
	for i, v := range long {
		if i < 256 {
			regs[v] = uint8(i)
		}
		out.Regs = append(out.Regs, v.Type)
		out.RegNames = append(out.RegNames, v.Name)
	}
	return regs, over
}
