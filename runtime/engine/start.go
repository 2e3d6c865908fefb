package engine

import (
	"math"

	"github.com/tune-autonomic/tune/compiler/bundle"
	"github.com/tune-autonomic/tune/runtime/vm"
)

func (s *State) makePolicies() {
	s.policies = make([]policy, len(s.p.Policies))
	s.plans, s.fences = make([][]bool, len(s.p.Policies)), make([][]bool, len(s.p.Policies))
	for i := range s.policies {
		def := &s.p.Policies[i]
		s.policies[i].def = def
		s.plans[i], s.fences[i] = make([]bool, len(def.States)), make([]bool, len(def.States))
		for k := range def.States {
			s.plans[i][k] = thinks(s.p.Code, def.States[k].Body)
			s.fences[i][k] = s.fencesFrom(def.States[k].Body)
		}
	}
}

// thinks says whether code that can be reached from pc works on the scratch model.
func thinks(code []bundle.Instr, pc int32) bool {
	return reaches(code, pc, func(in *bundle.Instr) bool {
		switch in.Op {
		case bundle.LIFT, bundle.PLACE, bundle.BACK, bundle.MARK, bundle.APPLY:
			return true
		}
		return false
	})
}

// fencesFrom says whether code that can be reached from pc fences a host.
func (s *State) fencesFrom(pc int32) bool {
	return reaches(s.p.Code, pc, func(in *bundle.Instr) bool {
		return in.Op == bundle.ACT && s.p.Actions[in.K].Kind == bundle.ActFence
	})
}

// reaches says whether code that can be reached from pc, within a body, has an instruction.
func reaches(code []bundle.Instr, pc int32, is func(*bundle.Instr) bool) bool {
	seen := map[int32]bool{}
	todo := []int32{pc}
	for len(todo) > 0 {
		pc := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		if pc < 0 || int(pc) >= len(code) || seen[pc] {
			continue
		}
		seen[pc] = true
		in := &code[pc]
		if is(in) {
			return true
		}
		switch in.Op {
		case bundle.END, bundle.GOTO, bundle.RET:
			continue
		case bundle.JMP:
			todo = append(todo, in.K)
			continue
		case bundle.JT, bundle.JF, bundle.JNLT, bundle.JNLE, bundle.JNEQ, bundle.JNNE, bundle.NEXT, bundle.FORK:
			todo = append(todo, in.K)
		}
		todo = append(todo, pc+1)
	}
	return false
}

// start begins an instance of policy p about a thing. False if the policy's guard isn't true.
func (s *State) start(p, about int32, payload []float64) bool {
	def := &s.p.Policies[p]
	in := &instance{id: s.lastID + 1, policy: p, space: none, thing: none, next: none, told: never, woken: never}
	at := 0
	k := int32(0)
	if def.Event >= 0 && s.events[def.Event].space != none {
		ev := &s.events[def.Event]
		in.space, in.thing = ev.space, about
		k, at = ev.index(about), 1
	}
	in.vals = make([]vm.Value, len(def.Regs))
	for r, t := range def.Regs {
		in.vals[r].Bits = unset(t)
	}
	if at == 1 && len(in.vals) > 0 {
		in.vals[0].Bits = uint64(uint32(about))
	}
	for i, x := range payload {
		if at+i < len(in.vals) {
			in.vals[at+i].Bits = asBits(def.Regs[at+i], x)
		}
	}
	if def.Guard >= 0 && !s.holds(in, def.Guard) {
		s.out.Declined = append(s.out.Declined, p)
		return false
	}
	s.lastID++
	st := s.policies[p].slot(k)
	st.running, st.last = in.id, in.id
	s.instances[in.id] = in
	s.live = append(s.live, in)
	s.notice(NoticeStart, in, "")
	s.wakeUp(in)
	return true
}

// unset is a register's value before it has one.
func unset(t bundle.Type) uint64 {
	switch {
	case t.Base == bundle.Inst:
		return vm.None
	case t.Numeric():
		return math.Float64bits(math.NaN())
	}
	return 0
}

func asBits(t bundle.Type, x float64) uint64 {
	switch t.Base {
	case bundle.Inst:
		return uint64(uint32(int32(x)))
	case bundle.Bool:
		if x != 0 {
			return vm.True
		}
		return vm.False
	}
	return math.Float64bits(x)
}

// holds says whether code that returns a truth value says true.
func (s *State) holds(in *instance, pc int32) bool {
	if s.load(in) != nil {
		return false
	}
	stop, _ := s.vm.Run(&s.frame, pc, codeFuel)
	return stop.Kind == vm.StopRet && s.frame.R[stop.A] == vm.True
}

// load puts an instance's registers into the frame.
func (s *State) load(in *instance) error {
	s.m.Settle()
	if s.plan == nil {
		s.vm.ResetArena()
	}
	return s.vm.Import(&s.frame, s.p.Policies[in.policy].Regs, in.vals)
}

func (s *State) save(in *instance, f *vm.Frame) {
	in.vals = s.vm.Export(f, s.p.Policies[in.policy].Regs)
	s.touch(in)
}
