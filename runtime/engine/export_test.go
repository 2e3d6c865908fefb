package engine

import (
	"slices"

	"github.com/tune-autonomic/tune/drivers"
)

// Holder is the instance that holds the claim on a thing alone, 0 is none, and how many have a share of it.
func (s *State) Holder(r drivers.Ref) (alone uint64, shares int32) {
	h := s.claims.holder(claimOn(r))
	return h.alone, h.shares
}

// Live is how many instances run, and Stuck how many of them are stuck.
func (s *State) Live() (live, stuck int) {
	for _, in := range s.live {
		if in.phase == phaseStuck {
			stuck++
		}
	}
	return len(s.live), stuck
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
		back.told, back.woken, back.wakes = in.told, in.woken, in.wakes
		back.stalled = in.stalled
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
