package engine

import (
	"fmt"
	"slices"

	"github.com/tune-autonomic/tune/drivers"
)

// Holder is the instance that holds the claim on a thing alone, 0 is none, and how many have a share of it.
func (s *State) Holder(r drivers.Ref) (alone uint64, shares int32) {
	h := s.claims.holder(claimOn(r))
	return h.alone, h.shares
}

// Idle are claims that an instance holds while it waits, though no action of it that is under way needs them.
func (s *State) Idle() []string {
	var idle []string
	for _, in := range s.live {
		if !in.waits && !in.stalled && !in.rests() {
			continue
		}
		for _, k := range in.claims {
			if !s.inUse(in, k) {
				idle = append(idle, fmt.Sprintf("%s %d: %+v", s.policyName(in), in.id, k))
			}
		}
	}
	return idle
}

// Shares says whether the shares of every node are those that instances hold, and each thing is held by who thinks so.
func (s *State) Shares() bool {
	counted := map[claim]int32{}
	for _, in := range s.live {
		for _, k := range in.claims {
			if counted[k]++; !k.shared && s.claims.holder(k).alone != in.id {
				return false
			}
		}
	}
	for space := range s.claims.things {
		for i := range s.claims.things[space] {
			h := s.claims.things[space][i]
			k := claim{space: int32(space), i: int32(i)}
			alone := counted[k]
			k.shared = true
			if h.shares != counted[k] || alone > 1 || (h.alone != 0) != (alone == 1) {
				return false
			}
		}
	}
	return true
}

// Unshared are the nodes that something comes to without a share of them: each creation of a deployment has one of its own.
func (s *State) Unshared() []string {
	var all []string
	for _, in := range s.live {
		coming := map[claim]int{}
		for k := range in.tasks {
			if t := &in.tasks[k]; !t.done && !t.admit && t.owner == ownerDeploy && needsHost(t.kind) {
				coming[s.shareOf(t)]++
			}
		}
		for _, k := range in.claims {
			coming[k]--
		}
		for k, n := range coming {
			if n > 0 {
				all = append(all, fmt.Sprintf("%s of run %d", s.m.Name(k.space, k.i), in.id))
			}
		}
	}
	return all
}

// Live are the instances that run, by their numbers, and Stuck how many of them are stuck.
func (s *State) Live() (live []uint64, stuck int) {
	for _, in := range s.live {
		live = append(live, in.id)
		if in.phase == phaseStuck {
			stuck++
		}
	}
	return live, stuck
}

// RoundTrip writes every instance down and reads it back, as if each had been taken up by another process between two
// steps. What isn't kept must not matter.
func (s *State) RoundTrip() error {
	for k, in := range s.live {
		s.compact(in)
		w := &writer{}
		s.encode(w, in)
		back, err := s.decode(&reader{b: slices.Clone(w.b)})
		if err != nil {
			return err
		}
		if s.plan == in {
			continue
		}
		back.slot = in.slot
		if in.phase == phaseThink {
			back.phase = phaseThink
		}
		back.firsts = in.firsts
		back.told, back.woken, back.wakes = in.told, in.woken, in.wakes
		back.stalled, back.seen, back.anew = in.stalled, in.seen, in.anew
		back.arrow = in.arrow
		back.entered, back.enteredAt = in.entered, in.enteredAt
		s.live[k] = back
		s.instances[in.id] = back
		for q := range s.queue {
			if s.queue[q] == in {
				s.queue[q] = back
			}
		}
	}
	return nil
}

// Needed says whether what is counted of the things that tasks need is what the tasks under way need.
func (s *State) Needed() bool {
	counted := map[drivers.Ref]int32{}
	for _, in := range s.live {
		for k := range in.tasks {
			t := &in.tasks[k]
			if t.done || t.target == drivers.NoRef {
				continue
			}
			counted[t.target]++
			if needsHost(t.kind) {
				counted[drivers.Ref{Space: s.m.On(t.target.Space), Index: t.dest}]++
			}
		}
	}
	for space := range s.things.needed {
		for i, n := range s.things.needed[space] {
			if n != counted[drivers.Ref{Space: int32(space), Index: int32(i)}] {
				return false
			}
		}
	}
	return true
}
