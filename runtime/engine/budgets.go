package engine

import (
	"github.com/tune-autonomic/tune/compiler/bundle"
)

// budget is a declared budget and what was used of it: by host, or in all (one entry).
type budget struct {
	def   *bundle.Budget
	space int32
	used  []usage
}

// usage is how many migrations are under way, and when the last ones began, oldest first.
type usage struct {
	running int32
	begun   []Time
}

func (s *State) makeBudgets() {
	s.budgets = make([]budget, len(s.p.Budgets))
	for b := range s.p.Budgets {
		def := &s.p.Budgets[b]
		space := s.p.Classes[def.Class].Space
		n := int32(1)
		if def.PerHost {
			n = s.m.Size(space)
		}
		s.budgets[b] = budget{def: def, space: space, used: make([]usage, n)}
	}
}

// counted calls f with every usage that a migration between two hosts of a space counts for.
func (s *State) counted(space, from, to int32, f func(b int32, u *usage)) {
	for b := range s.budgets {
		bu := &s.budgets[b]
		if bu.space != space || bu.def.What != "migration" {
			continue
		}
		in := func(h int32) bool { return s.m.Class(space, h) == bu.def.Class }
		if !bu.def.PerHost {
			if in(from) || in(to) {
				f(int32(b), &bu.used[0])
			}
			continue
		}
		if in(from) {
			f(int32(b), &bu.used[from])
		}
		if in(to) && to != from {
			f(int32(b), &bu.used[to])
		}
	}
}

// admits says whether every budget allows a migration now. If one doesn't, a timer is set for when it may.
func (s *State) admits(space, from, to int32) bool {
	ok := true
	s.counted(space, from, to, func(b int32, u *usage) {
		def := s.budgets[b].def
		if def.Per == 0 {
			ok = ok && u.running < def.N
			return
		}
		u.forget(s.now - def.Per)
		if int32(len(u.begun)) < def.N {
			return
		}
		if ok && def.N > 0 {
			s.retryAt(u.begun[int32(len(u.begun))-def.N] + def.Per)
		}
		ok = false
	})
	return ok
}

// spend counts a migration that begins now; refund says that it has ended.
func (s *State) spend(space, from, to int32) {
	s.counted(space, from, to, func(b int32, u *usage) {
		u.running++
		if s.budgets[b].def.Per > 0 {
			u.forget(s.now - s.budgets[b].def.Per)
			u.begun = append(u.begun, s.now)
			s.things.budgets[b] = true
		}
	})
}

func (s *State) refund(space, from, to int32) {
	s.counted(space, from, to, func(_ int32, u *usage) { u.running-- })
	s.stirred = true
}

// forget lets go of migrations that began no later than t.
func (u *usage) forget(t Time) {
	k := 0
	for k < len(u.begun) && u.begun[k] <= t {
		k++
	}
	u.begun = append(u.begun[:0], u.begun[k:]...)
}
