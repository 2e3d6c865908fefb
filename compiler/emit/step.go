package emit

import (
	"github.com/tune-autonomic/tune/compiler/bundle"
	"github.com/tune-autonomic/tune/compiler/ir"
)

// stepper writes the body of a state: actions, and the steps of plans.
type stepper struct {
	*coder
	pe *policyEmitter
}

func (c *stepper) block(ss []ir.Stmt) {
	defer c.close(c.open())
	for _, s := range ss {
		restore := c.from(s.Pos())
		c.stmt(s)
		restore()
	}
}

func (c *stepper) stmt(s ir.Stmt) {
	switch s := s.(type) {
	case *ir.Assign:
		c.assign(s)
	case *ir.Action:
		c.action(s)
	case *ir.For:
		c.loop(s)
	case *lanes:
		c.lanes(s)
	case *ir.Fork:
		c.fork(s)
	case *ir.If:
		c.branch(s)
	case *ir.Pick:
		c.pick(s)
	case *ir.SetEdit:
		c.edit(s)
	case *ir.Lift:
		c.move(bundle.LIFT, s.VM, nil)
	case *ir.Back:
		c.move(bundle.BACK, s.VM, nil)
	case *ir.Put:
		c.move(bundle.PLACE, s.VM, s.On)
	case *ir.AllOrNothing:
		c.allOrNothing(s)
	case *ir.GiveUp:
		if c.giveUp == nil {
			c.fail("can't be compiled: give up stands outside of all or nothing")
			return
		}
		c.emit(bundle.UNDO, c.giveUp.mark, 0, 0, 0)
		c.jump(bundle.JMP, 0, 0, c.giveUp.exit)
	case *ir.Apply:
		c.emit(bundle.APPLY, 0, 0, 0, truth(s.AsListed))
	default:
		c.fail("can't be compiled: no code for a %T", s)
	}
}

// assign gives a variable its value. A set is as it was then, whatever changes later: a view of the model is copied.
func (c *coder) assign(s *ir.Assign) {
	dst := c.declare(s.Var)
	if s.Var.Type.Base != bundle.Set || ownSet(s.Value) || !s.Var.Mutable && settled(s.Value) {
		c.value(dst, s.Value)
		return
	}
	defer c.close(c.open())
	c.emit(bundle.COPY, dst, c.argument(s.Value), 0, 0)
}

// ownSet says whether evaluating x makes a set that nobody else has and that may be changed.
func ownSet(x ir.Expr) bool {
	switch x.(type) {
	case *ir.EmptySet, *ir.SetList:
		return true
	}
	return false
}

// settled says whether the set that x gives stays as it is.
func settled(x ir.Expr) bool {
	switch x := x.(type) {
	case *ir.Ref:
		return !x.Var.Mutable
	case *ir.SetOp, *ir.NavAll:
		return true
	}
	return false
}

// snap makes dst walk over the set x as it is now.
func (c *coder) snap(dst uint8, x ir.Expr) {
	defer c.close(c.open())
	c.emit(bundle.SNAP, dst, c.argument(x), 0, 0)
}

func (c *stepper) action(a *ir.Action) {
	defer c.close(c.open())
	out := bundle.Action{
		Kind: a.Kind, Class: a.Class, Space: -1, Op: a.Op, Probe: a.Probe, Text: -1, Event: a.Event,
		Undo: a.Undo, Timeout: a.Timeout, WaitPC: -1, OnFail: bundle.NoFail,
	}
	if a.Target != nil {
		out.Target = c.argument(a.Target)
		out.Space = a.Target.Type().Space
	}
	if a.Dest != nil {
		out.Dest = c.argument(a.Dest)
	}
	if a.Kind == bundle.ActCreate {
		out.Space = c.out.Classes[a.Class].Space
		out.Result = c.regs[c.pe.result(a)]
	}
	for _, x := range a.Args {
		out.Args = append(out.Args, c.argument(x))
	}
	if a.Text != nil {
		out.Text = c.text(a.Text)
	}
	index := int32(len(c.out.Actions))
	c.out.Actions = append(c.out.Actions, out)
	if a.Cond != nil {
		wait := c.region()
		wait.top = len(c.pe.out.Regs)
		wait.answer(terms(simplify(a.Cond)))
		wait.placed = append(wait.placed, func(at func(label) int32) { c.out.Actions[index].WaitPC = at(start) })
	}
	if c.skip != nil {
		l := *c.skip
		c.led[l] = c.led[l] || !c.dead
		c.placed = append(c.placed, func(at func(label) int32) { c.out.Actions[index].OnFail = at(l) })
	}
	c.emit(bundle.ACT, 0, 0, 0, index)
}

func (pe *policyEmitter) result(a *ir.Action) *ir.Var {
	if a.Result != nil {
		return a.Result
	}
	return pe.unnamed[pe.emitter.out.Classes[a.Class].Space]
}

func (c *stepper) text(t *ir.Text) int32 {
	out := bundle.Text{Parts: t.Parts}
	for _, x := range t.Values {
		out.Regs = append(out.Regs, c.argument(x))
		out.Types = append(out.Types, x.Type())
	}
	c.out.Texts = append(c.out.Texts, out)
	return int32(len(c.out.Texts) - 1)
}

// fork begins the branches, waits for all, and goes on. Each branch ends by itself.
func (c *stepper) fork(s *ir.Fork) {
	if c.skip != nil {
		c.fail("can't be compiled: a loop that skips failures can't hold forks: let its turns act one after another")
	}
	join := c.later()
	begins := make([]label, len(s.Branches))
	for i := range s.Branches {
		begins[i] = c.later()
		c.jump(bundle.FORK, 0, 0, begins[i])
	}
	c.jump(bundle.JMP, 0, 0, join)
	for i, b := range s.Branches {
		c.bind(begins[i])
		c.block(b)
		c.emit(bundle.END, 0, 0, 0, 0)
	}
	c.bind(join)
	c.emit(bundle.JOIN, 0, 0, 0, 0)
}

func (c *stepper) branch(s *ir.If) {
	other, end := c.later(), c.later()
	c.guard(s.Cond, other)
	c.block(s.Then)
	if len(s.Else) == 0 {
		c.bind(other)
		return
	}
	c.jump(bundle.JMP, 0, 0, end)
	c.bind(other)
	c.block(s.Else)
	c.bind(end)
}

// loop walks an iter. What it needs before each turn is asked after NEXT, which alone is jumped back to.
func (c *stepper) loop(s *ir.For) {
	defer c.close(c.open())
	iter, persistent := c.pe.iters[s]
	if !persistent {
		iter = c.temp()
	}
	c.walkOver(iter, s, persistent)
	out := c.later()
	c.turns(s, iter, out, none)
	c.bind(out)
}

// walkOver makes iter walk over s's set as it is now.
func (c *stepper) walkOver(iter uint8, s *ir.For, persistent bool) {
	if s.By == nil {
		c.snap(iter, s.Set)
	} else {
		c.sort(iter, s, !persistent)
	}
}

// none is no label.
const none label = -1

// turns takes one turn after the other, and goes on behind them when nothing is left; at quit if the loop's `while` doesn't
// hold any more, and at stop, if there is such a place, after a failure that stops the loop.
func (c *stepper) turns(s *ir.For, iter uint8, quit, stop label) {
	v := c.declare(s.Var)
	out := c.later()
	head := c.here()
	c.jump(bundle.NEXT, v, iter, out)
	if s.While != nil {
		c.guard(s.While, quit)
	}
	if s.Filter != nil {
		c.guard(s.Filter, head)
	}
	before, undo := c.skip, c.later()
	switch {
	case s.OnFailure == "skip":
		c.skip = &head
	case s.OnFailure == "undo":
		c.skip = &undo
		c.plain(bundle.ActTurn)
	case stop != none:
		c.skip = &stop
	}
	c.block(s.Body)
	c.skip = before
	c.jump(bundle.JMP, 0, 0, head)
	c.bind(undo)
	if s.OnFailure == "undo" {
		c.plain(bundle.ActUndoTurn)
		c.jump(bundle.JMP, 0, 0, head)
	}
	c.bind(out)
}

// plain writes an action without operands, which doesn't fail.
func (c *stepper) plain(kind bundle.ActionKind) {
	if c.dead {
		return
	}
	c.out.Actions = append(c.out.Actions, bundle.Action{
		Kind: kind, Class: -1, Space: -1, Op: -1, Probe: -1, Text: -1, Event: -1, WaitPC: -1, OnFail: bundle.NoFail,
	})
	c.emit(bundle.ACT, 0, 0, 0, int32(len(c.out.Actions)-1))
}

// sort makes iter walk over s's set in the order of its key. Elements whose key is unknown are passed over; in a plan also
// those that measured values leave out, since these stay as they are while it thinks.
func (c *stepper) sort(iter uint8, s *ir.For, plan bool) {
	defer c.close(c.open())
	element := &ir.Var{Name: s.Var.Name, Type: s.Var.Type}
	x := simplify(&ir.SetOp{
		Node: ir.Node{T: s.Set.Type(), P: s.By.Where()},
		Kind: bundle.SetSort, Set: s.Set, It: element, Key: rename(s.By, s.Var, element), Desc: s.Desc,
	}).(*ir.SetOp)
	if fixed := c.fixed(s); plan && fixed != nil {
		x.Filter = both(x.Filter, rename(fixed, s.Var, x.It))
	}
	set := c.operand(x.Set)
	k := c.prepare(queryOf(x))
	c.emit(bundle.SORT, iter, set, 0, k)
}

// fixed is the part of a loop's filter that asks for measured values alone; nil if none does, or if what ends the loop
// depends on the elements that are passed over.
func (c *stepper) fixed(s *ir.For) ir.Expr {
	if s.While != nil && mentions(s.While, vars{s.Var: true}) {
		return nil
	}
	var all ir.Expr
	for _, t := range terms(simplify(s.Filter)) {
		if t.cond == nil {
			continue
		}
		test, ok := interval(t.cond, s.Var)
		if !ok || c.out.Columns[test.Column].Kind > bundle.ColDemand {
			continue
		}
		all = both(all, t.cond)
	}
	return all
}

// pick takes the best element out of a pool, and chooses anew each time. A variable that is picked from loses what is
// taken, for whoever reads it.
func (c *stepper) pick(s *ir.Pick) {
	defer c.close(c.open())
	pool := c.temp()
	from, shared := c.picked(s)
	c.emit(bundle.POOL, pool, from, 0, 0)

	kind := bundle.SetArgMin
	if s.Desc {
		kind = bundle.SetArgMax
	}
	element := &ir.Var{Name: s.Var.Name, Type: s.Var.Type}
	q := query{kind: kind, space: s.Var.Type.Space, it: element}
	if s.By != nil {
		q.key = simplify(rename(s.By, s.Var, element))
	}
	if s.Filter != nil {
		q.filter = simplify(rename(s.Filter, s.Var, element))
	}
	v := c.declare(s.Var)
	out := c.later()
	head := c.here()
	c.choose(v, pool, q)
	c.missing(v, out)
	if s.While != nil {
		c.guard(s.While, out)
	}
	if shared {
		c.emit(bundle.SDEL, from, v, 0, 0)
	}
	c.block(s.Body)
	c.jump(bundle.JMP, 0, 0, head)
	c.bind(out)
}

// choose takes into v the element of the pool that q asks for.
func (c *coder) choose(v, pool uint8, q query) {
	defer c.close(c.open())
	c.emit(bundle.PICK, v, pool, 0, c.prepare(q))
}

// picked is the register of the set that s picks from, and whether what is taken is to be removed from it.
func (c *stepper) picked(s *ir.Pick) (from uint8, shared bool) {
	ref, ok := s.From.(*ir.Ref)
	return c.argument(s.From), ok && ref.Var.Mutable
}

// missing jumps to l if r holds no instance.
func (c *coder) missing(r uint8, l label) {
	defer c.close(c.open())
	t := c.temp()
	c.emit(bundle.ISSET, t, r, 0, 0)
	c.jump(bundle.JF, t, 0, l)
}

func (c *stepper) edit(s *ir.SetEdit) {
	defer c.close(c.open())
	c.emit(s.Op, c.regs[s.Var], c.argument(s.Value), 0, 0)
}

func (c *stepper) move(op bundle.Op_, vm, on ir.Expr) {
	defer c.close(c.open())
	a, b := c.argument(vm), uint8(0)
	if on != nil {
		b = c.argument(on)
	}
	c.emit(op, a, b, 0, vm.Type().Space)
}

func (c *stepper) allOrNothing(s *ir.AllOrNothing) {
	defer c.close(c.open())
	before := c.giveUp
	c.giveUp = &wayOut{mark: c.temp(), exit: c.later()}
	c.emit(bundle.MARK, c.giveUp.mark, 0, 0, 0)
	c.block(s.Body)
	c.bind(c.giveUp.exit)
	c.giveUp = before
}
