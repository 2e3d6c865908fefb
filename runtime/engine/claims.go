package engine

import (
	"slices"

	"github.com/tune-autonomic/tune/compiler/bundle"
	"github.com/tune-autonomic/tune/runtime/model"
	"github.com/tune-autonomic/tune/runtime/vm"
)

// maxWakes is how often one who waits may look again at one time.
const maxWakes = 8

// claim is what an instance may write alone: one thing, or (space none) the number of instances of class i.
type claim struct{ space, i int32 }

func (a claim) compare(b claim) int {
	if a.space != b.space {
		return int(a.space - b.space)
	}
	return int(a.i - b.i)
}

// claims says who holds what; 0 is no one.
type claims struct {
	things  [][]uint64 // by space and instance
	classes []uint64
}

func newClaims(m *model.Model, p *bundle.Program) claims {
	c := claims{things: make([][]uint64, len(p.Spaces)), classes: make([]uint64, len(p.Classes))}
	for s := range c.things {
		c.things[s] = make([]uint64, m.Size(int32(s)))
	}
	return c
}

// holder is where the holder of a claim is written.
func (c *claims) holder(k claim) *uint64 {
	if k.space == none {
		return &c.classes[k.i]
	}
	for int(k.i) >= len(c.things[k.space]) {
		c.things[k.space] = append(c.things[k.space], 0)
	}
	return &c.things[k.space][k.i]
}

// take gives an instance all that it wants, at once, or nothing.
func (s *State) take(in *instance, want []claim) bool {
	for _, k := range want {
		if h := *s.claims.holder(k); h != 0 && h != in.id {
			return false
		}
	}
	for _, k := range want {
		if h := s.claims.holder(k); *h == 0 {
			*h = in.id
			in.claims = append(in.claims, k)
		}
	}
	return true
}

// release gives back everything that an instance holds.
func (s *State) release(in *instance) {
	for _, k := range in.claims {
		*s.claims.holder(k) = 0
	}
	if len(in.claims) > 0 {
		s.stirred = true
	}
	in.claims = in.claims[:0]
}

// drop gives back one claim.
func (s *State) drop(in *instance, k claim) {
	if i := slices.Index(in.claims, k); i >= 0 {
		in.claims = slices.Delete(in.claims, i, i+1)
		*s.claims.holder(k) = 0
		s.stirred = true
	}
}

// wants runs a state's code for what it will claim. False if the code came to no end.
func (s *State) wants(in *instance, pc int32) ([]claim, bool) {
	var want []claim
	fuel := codeFuel
	for {
		var stop vm.Stop
		stop, fuel = s.vm.Run(&s.frame, pc, fuel)
		pc = stop.PC
		switch stop.Kind {
		case vm.StopRet, vm.StopEnd:
			slices.SortFunc(want, claim.compare)
			return slices.Compact(want), true
		case vm.StopClaim:
			want = s.claimed(want, pc-1)
		default:
			return nil, false
		}
	}
}

func (s *State) claimed(want []claim, pc int32) []claim {
	switch op := &s.p.Code[pc]; op.Op {
	case bundle.CLAIM:
		if i := s.frame.Inst(op.A); s.m.Class(op.K, i) != none {
			want = append(want, claim{op.K, i})
		}
	case bundle.CLAIMS:
		for _, i := range s.vm.Members(&s.frame, op.A) {
			want = append(want, claim{op.K, i})
		}
	case bundle.CLAIMC:
		want = append(want, claim{none, op.K})
	}
	return want
}

// waitFor makes an instance wait, holding nothing, until it can have what it held and what it wants.
func (s *State) waitFor(in *instance, want []claim, why string) {
	in.held = append(in.held[:0], in.claims...)
	in.want = append(append(in.want[:0], in.claims...), want...)
	slices.SortFunc(in.want, claim.compare)
	in.want = slices.Compact(in.want)
	s.release(in)
	in.waits = true
	if in.told != s.now {
		s.noticef(NoticeWait, in, "waits for %s", why)
	}
	in.told = s.now
	s.touch(in)
}

// free says whether an instance could have all that it waits for.
func (s *State) free(in *instance) bool {
	for _, k := range in.want {
		if h := *s.claims.holder(k); h != 0 && h != in.id {
			return false
		}
	}
	if l := in.lacks; l != nil {
		return s.admits(s.m.On(l.target.Space), s.m.Node(l.target.Space, l.target.Index), l.dest)
	}
	return true
}

// retry lets those who wait look again, the oldest first, after something became free. It says whether anyone went on.
func (s *State) retry() bool {
	if !s.stirred {
		return false
	}
	s.stirred = false
	went := false
	for _, in := range slices.Clone(s.live) {
		switch {
		case in.waits:
			went = s.free(in) && s.resume(in) || went
		case in.apply != nil && in.phase == phaseBody:
			went = s.pump(in) || went
		case in.phase == phaseBody && in.pending > 0:
			went = s.admitted(in) || went
		case in.phase == phaseDeploy && in.pending == 0:
			s.wakeUp(in)
			went = true
		}
	}
	return went
}

// resume lets an instance that waited go on: with what it held before, and from the state that chose what it does. One
// that had acted already goes on where it is.
func (s *State) resume(in *instance) bool {
	if in.woken == s.now && in.wakes >= maxWakes {
		return false
	}
	if in.woken != s.now {
		in.woken, in.wakes = s.now, 0
	}
	in.wakes++
	in.waits, in.lacks = false, nil
	s.take(in, in.held)
	switch in.phase {
	case phaseEnter:
		if !s.stillCalledFor(in) {
			s.notice(NoticeWait, in, "is no longer called for")
			s.end(in, false)
			return true
		}
		in.state = s.p.Policies[in.policy].States[in.state].Again
	case phaseBody:
		s.admitted(in)
	}
	s.wakeUp(in)
	return true
}

// stillCalledFor asks the policy's guard again for an instance that waited before it did anything.
func (s *State) stillCalledFor(in *instance) bool {
	guard := s.p.Policies[in.policy].Guard
	return guard < 0 || in.serial > 0 || s.holds(in, guard)
}

// claimText names the first claim of a list that another holds.
func (s *State) claimText(in *instance, want []claim) string {
	for _, k := range want {
		if h := *s.claims.holder(k); h == 0 || h == in.id {
			continue
		}
		if k.space == none {
			return "the number of " + s.p.Classes[k.i].Name
		}
		return s.m.Name(k.space, k.i)
	}
	return "what it would change"
}
