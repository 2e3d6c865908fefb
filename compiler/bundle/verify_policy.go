package bundle

import (
	"fmt"
	"maps"
	"slices"
)

// policyCode verifies a policy's guard and states: along all ways from the first state on, so that a register is read only
// where it has been written on every way there.
func (v *verifier) policyCode(pol *Policy) error {
	where := "policy " + pol.Name
	at, params := v.params(pol)
	if pol.Guard != -1 {
		if err := v.value(where+", guard", pol.Guard, at, value{kind: vTruth}, params); err != nil {
			return err
		}
	}
	if err := v.thinksForEver(where, pol); err != nil {
		return err
	}
	at.suspend(pol.Regs)
	entries := make([]*types, len(pol.States))
	entries[0] = &at
	todo := []int32{0}
	for len(todo) > 0 {
		i := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		leads, err := v.state(pol, &pol.States[i], entries[i])
		if err != nil {
			return err
		}
		if s := &pol.States[i]; s.Claims != -1 { // it may have to wait, and then enters Again
			leads.goTo(s.Again, entries[i])
		}
		for _, k := range slices.Sorted(maps.Keys(leads.gotos)) {
			if entries[k] == nil {
				entries[k] = leads.gotos[k]
			} else if !entries[k].merge(leads.gotos[k]) {
				continue
			}
			todo = append(todo, k)
		}
	}
	return nil
}

// params is what a policy's registers hold when it starts: what its event brings. It returns how many they are.
func (v *verifier) params(pol *Policy) (types, int) {
	var at types
	if pol.Event < 0 {
		return at, 0
	}
	e := &v.p.Events[pol.Event]
	var brings []value
	if e.Class >= 0 && !e.External {
		brings = append(brings, of(vInst, v.p.Classes[e.Class].Space))
	}
	for _, t := range Types(e.Payload) { // the first is the thing, if the event is about one
		brings = append(brings, valueOf(t))
	}
	n := 0
	for n < len(brings) && n < len(pol.Regs) && valueOf(pol.Regs[n]) == brings[n] {
		at.r[n] = brings[n]
		n++
	}
	return at, n
}

// state verifies one state that is entered with at, and returns where it leads.
func (v *verifier) state(pol *Policy, s *State, at *types) (*outcome, error) {
	where := fmt.Sprintf("policy %s, state %s", pol.Name, s.Name)
	part := func(what string, kind regionKind, pc int32, at *types) (*outcome, error) {
		r := &region{v: v, what: where + what, kind: kind, entry: pc, regs: pol.Regs}
		return r.check(at)
	}
	if s.Claims != -1 {
		if _, err := part(", claims", forClaims, s.Claims, at); err != nil {
			return nil, err
		}
	}
	body, err := part("", forBody, s.Body, at)
	if err != nil {
		return nil, err
	}
	var all outcome
	for _, exit := range []struct {
		what string
		pc   int32
		at   *types
		may  bool // be missing
	}{
		{", transitions", s.Next, body.ok, s.Final},
		{", transitions after a failure", s.Fail, body.failed, true},
	} {
		if exit.at == nil || exit.may && exit.pc == -1 {
			continue
		}
		next, err := part(exit.what, forNext, exit.pc, exit.at)
		if err != nil {
			return nil, err
		}
		for _, k := range slices.Sorted(maps.Keys(next.gotos)) {
			if int(k) >= len(pol.States) {
				return nil, fault(where, "leads to state %d, of %d", k, len(pol.States))
			}
			all.goTo(k, next.gotos[k])
		}
	}
	return &all, nil
}

// thinksForEver refuses a cycle of states none of which acts: nothing would ever end it.
func (v *verifier) thinksForEver(where string, pol *Policy) error {
	const under, done = 1, 2
	mark := make([]uint8, len(pol.States))
	var visit func(i int32) error
	visit = func(i int32) error {
		s := &pol.States[i]
		mark[i] = under
		to, err := v.leadsTo(where, pol, s)
		if err != nil {
			return err
		}
		for _, k := range to {
			if pol.States[k].Claims != -1 || mark[k] == done {
				continue
			}
			if mark[k] == under {
				return fault(where, "states %s and %s lead to each other without an action: it would never end", s.Name, pol.States[k].Name)
			}
			if err := visit(k); err != nil {
				return err
			}
		}
		mark[i] = done
		return nil
	}
	for i := range pol.States {
		if mark[i] == 0 && pol.States[i].Claims == -1 {
			if err := visit(int32(i)); err != nil {
				return err
			}
		}
	}
	return nil
}

// leadsTo returns the states that the transitions of s name.
func (v *verifier) leadsTo(where string, pol *Policy, s *State) ([]int32, error) {
	var to []int32
	where += ", state " + s.Name
	for _, entry := range []int32{s.Next, s.Fail} {
		if entry == -1 {
			continue
		}
		r := &region{v: v, what: where, kind: forNext, entry: entry}
		if err := r.find(); err != nil {
			return nil, err
		}
		for _, pc := range r.nodes {
			in := v.p.Code[pc]
			if in.Op != GOTO {
				continue
			}
			if int(in.K) >= len(pol.States) {
				return nil, r.fault(pc, "leads to state %d, of %d", in.K, len(pol.States))
			}
			to = append(to, in.K)
		}
	}
	return to, nil
}
