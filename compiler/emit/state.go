package emit

import (
	"maps"

	"github.com/tune-autonomic/tune/compiler/bundle"
	"github.com/tune-autonomic/tune/compiler/ir"
)

// policyEmitter compiles one policy.
type policyEmitter struct {
	*emitter
	in  *ir.Policy
	out bundle.Policy
	// regs are those of the long-lived variables; iters and unnamed results have theirs after them.
	regs map[*ir.Var]uint8
	// iters are the registers of the loops that suspend: the same in a state's claims and in its body.
	iters map[*ir.For]uint8
	// unnamed get the results that have no name, by their space.
	unnamed map[int32]*ir.Var
	// over is what keeps one value more than there are registers for.
	over ir.Pos
}

func (e *emitter) policy(p *ir.Policy) {
	p = wide(p)
	pe := &policyEmitter{emitter: e, in: p, iters: map[*ir.For]uint8{}, unnamed: map[int32]*ir.Var{}}
	pe.out = bundle.Policy{
		Name: p.Name, Event: p.Event, Guard: -1, Lossless: p.Lossless, Cooldown: p.Cooldown, Most: p.Most, MostEach: p.MostEach,
	}
	pe.regs, pe.over = layout(p, &pe.out)
	for _, s := range p.States {
		pe.reserve(s.Body)
	}
	index := len(e.out.Policies)
	if p.Guard != nil {
		c := pe.code("guard of policy "+p.Name, p.Pos)
		c.answer(terms(simplify(p.Guard)))
		c.placed = append(c.placed, func(at func(label) int32) { e.out.Policies[index].Guard = at(start) })
	}
	for _, s := range p.States {
		pe.state(s, index)
	}
	e.out.Policies = append(e.out.Policies, pe.out)
	e.flush()
}

// reserve takes the registers that statements need besides their variables and that must outlive suspensions.
func (pe *policyEmitter) reserve(ss []ir.Stmt) {
	for _, s := range ss {
		switch s := s.(type) {
		case *lanes:
			pe.reserveLanes(s)
			continue
		case *ir.For:
			if suspends(s.Body) {
				t := s.Set.Type()
				t.Base = bundle.Iter
				pe.iters[s] = pe.add("rest of "+s.Var.Name, t, s.Pos())
			}
		case *ir.Action:
			if s.Kind == bundle.ActCreate && s.Result == nil && pe.result(s) == nil {
				space := pe.emitter.out.Classes[s.Class].Space
				made := &ir.Var{Name: "made", Type: bundle.Type{Base: bundle.Inst, Space: space, Class: s.Class}}
				pe.unnamed[space] = made
				pe.regs[made] = pe.add("made", made.Type, s.Pos())
			}
		}
		parts(s, func(ir.Expr) {}, pe.reserve)
	}
}

// reserveLanes takes one iter for all lanes.
func (pe *policyEmitter) reserveLanes(s *lanes) {
	for i, turn := range s.turns {
		if i == 0 {
			pe.reserve([]ir.Stmt{turn})
		} else {
			pe.reserve(turn.Body)
		}
	}
}

func (pe *policyEmitter) add(name string, t bundle.Type, at ir.Pos) uint8 {
	if len(pe.out.Regs) == maxKept {
		pe.over = at
	}
	pe.out.Regs = append(pe.out.Regs, t)
	pe.out.RegNames = append(pe.out.RegNames, name)
	return uint8(len(pe.out.Regs) - 1)
}

// code begins a fragment over the policy's registers.
func (pe *policyEmitter) code(who string, p ir.Pos) *coder {
	if n := len(pe.out.Regs); n > maxKept {
		pe.fail(posOf(pe.over), "policy %s keeps %d values across its actions, %d are possible: split it", pe.in.Name, n, maxKept)
	}
	c := pe.begin(who, maps.Clone(pe.regs), len(pe.out.Regs))
	c.from(p)
	return c
}

func (pe *policyEmitter) state(s *ir.State, policy int) {
	who := "policy " + pe.in.Name + ", state " + s.Name
	index := len(pe.out.States)
	out := func() *bundle.State { return &pe.emitter.out.Policies[policy].States[index] }
	pe.out.States = append(pe.out.States, bundle.State{Name: s.Name, Final: s.Final, Claims: -1, Fail: -1, Again: s.Again})

	if s.Acts {
		c := pe.code(who, s.Pos)
		(&claimer{coder: c, pe: pe, unbound: vars{}, claimed: vars{}, shared: vars{}}).block(s.Body)
		c.emit(bundle.RET, 0, 0, 0, 0)
		c.placed = append(c.placed, func(at func(label) int32) { out().Claims = at(start) })
	}
	body := pe.code(who, s.Pos)
	(&stepper{coder: body, pe: pe}).block(s.Body)
	body.emit(bundle.END, 0, 0, 0, 0)
	body.placed = append(body.placed, func(at func(label) int32) { out().Body = at(start) })

	next := pe.code(who, s.Pos)
	next.transitions(s.Next, ir.OnSuccess, int32(policy), int32(index))
	next.placed = append(next.placed, func(at func(label) int32) { out().Next = at(start) })

	for _, t := range s.Next {
		if t.When == ir.OnFailure {
			failed := pe.code(who, s.Pos)
			failed.transitions(s.Next, ir.OnFailure, int32(policy), int32(index))
			failed.placed = append(failed.placed, func(at func(label) int32) { out().Fail = at(start) })
			break
		}
	}
}

// transitions takes the first one that is open when the state's body has ended as `when` says.
func (c *coder) transitions(ts []ir.Transition, when ir.When, policy, state int32) {
	for _, t := range ts {
		if t.When != when {
			continue
		}
		restore := c.from(t.Pos)
		closed := c.later()
		if t.Guard != nil {
			c.guard(t.Guard, closed)
		}
		c.arrow(bundle.Arrow{
			Policy: policy, State: state, To: t.To, Failure: when == ir.OnFailure, Guarded: t.Guard != nil, Pos: posOf(t.Pos),
		})
		c.emit(bundle.GOTO, uint8(truth(t.Undo)), 0, 0, t.To)
		if t.Guard != nil {
			c.bind(closed)
		}
		restore()
	}
	c.emit(bundle.END, 0, 0, 0, 0)
}

// arrow notes the GOTO that is written next.
func (c *coder) arrow(a bundle.Arrow) {
	if c.dead {
		return
	}
	l := c.here()
	c.placed = append(c.placed, func(at func(label) int32) {
		a.PC = at(l)
		c.arrows = append(c.arrows, a)
	})
}

// claimer writes the code that says what a state may write: its loops are walked over all of their elements, as a
// filter that is false now may be true when its turn comes.
type claimer struct {
	*coder
	pe *policyEmitter
	// unbound are variables that only the state's actions will give a value. What is made is nobody else's.
	unbound vars
	// claimed are variables whose instance is claimed on every way to here; of those in shared, a share is.
	claimed, shared vars
}

func (c *claimer) block(ss []ir.Stmt) {
	if !anyStmt(ss, claims) {
		return
	}
	defer c.close(c.open())
	for _, s := range ss {
		restore := c.from(s.Pos())
		c.stmt(s)
		restore()
	}
}

// claims says whether an action may write something that exists already.
func claims(s ir.Stmt) bool {
	a, ok := s.(*ir.Action)
	return ok && (a.Kind == bundle.ActCreate || a.Target != nil)
}

func (c *claimer) stmt(s ir.Stmt) {
	switch s := s.(type) {
	case *ir.Assign:
		if mentions(s.Value, c.unbound) {
			c.unbound[s.Var] = true
			return
		}
		c.assign(s)
	case *ir.Action:
		c.action(s)
	case *ir.For:
		if anyStmt(s.Body, claims) && !mentions(s.Set, c.unbound) {
			c.loop(s)
		}
	case *lanes:
		c.stmt(s.turns[0])
	case *ir.Fork:
		for _, b := range s.Branches {
			c.block(b)
		}
	case *ir.If:
		c.block(s.Then)
		c.block(s.Else)
	}
}

func (c *claimer) action(a *ir.Action) {
	defer c.close(c.open())
	if a.Result != nil {
		c.unbound[a.Result] = true
	}
	if a.Class >= 0 && (a.Kind == bundle.ActCreate || a.Kind == bundle.ActRemove) {
		c.emit(bundle.CLAIMC, 0, 0, 0, a.Class)
	}
	if a.Kind == bundle.ActCreate {
		return
	}
	c.claim(a.Target, a.Kind == bundle.ActFence) // what is on its way to a lost host doesn't hold up its fencing
	c.claim(a.Dest, true)
}

// claim writes the claim on what x gives: alone what an action writes, shared where it brings something to. What can't be
// known before the state acts is claimed when it does.
func (c *claimer) claim(x ir.Expr, shared bool) {
	if x == nil || mentions(x, c.unbound) {
		return
	}
	if ref, ok := x.(*ir.Ref); ok {
		if c.claimed[ref.Var] || shared && c.shared[ref.Var] {
			return
		}
		if shared {
			c.shared[ref.Var] = true
		} else {
			c.claimed[ref.Var] = true
		}
	}
	op := bundle.CLAIMS
	if x.Type().Base == bundle.Inst {
		op = bundle.CLAIM
	}
	c.emit(op, c.argument(x), uint8(truth(shared)), 0, x.Type().Space)
}

func (c *claimer) loop(s *ir.For) {
	defer c.close(c.open())
	before, shared := maps.Clone(c.claimed), maps.Clone(c.shared) // a loop may have no turn
	defer func() { c.claimed, c.shared = before, shared }()
	iter := c.pe.iters[s]
	c.snap(iter, s.Set)
	c.declare(s.Var)
	out := c.later()
	head := c.here()
	c.jump(bundle.NEXT, c.regs[s.Var], iter, out)
	c.block(s.Body)
	c.jump(bundle.JMP, 0, 0, head)
	c.bind(out)
}
