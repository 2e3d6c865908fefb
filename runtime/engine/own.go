package engine

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tune-autonomic/tune/compiler/bundle"
)

// A program may have policies of its own for a deployment of all, or a shutdown. What the operator said is then a run that starts
// them when its turn has come, and ends with them.

// own are the program's own policies for a deployment, or a shutdown.
func (s *State) own(trigger int32) []int32 {
	var all []int32
	for p := range s.p.Policies {
		if s.p.Policies[p].Event == trigger {
			all = append(all, int32(p))
		}
	}
	return all
}

// ownNext starts the program's own policies for a deployment, all at once, and ends it when they have ended. What another that
// did the same has started needn't be done again, unless that has failed.
func (s *State) ownNext(in *instance) {
	own := s.own(in.policy)
	running := func(p int32) bool { return s.policies[p].slot(0).running != 0 }
	// A process may die when it has written down that it starts them, and nothing of them yet.
	d := &in.deploy
	started := func(p int32) bool { return d.first > 0 && s.policies[p].slot(0).last >= d.first }
	failed := func(p int32) bool { return started(p) && s.policies[p].slot(0).failures > 0 }
	if slices.ContainsFunc(own, running) {
		return
	}
	if !slices.ContainsFunc(own, started) || d.first < in.id && slices.ContainsFunc(own, failed) {
		if first := s.ownNotYetDown(in); first != "" {
			s.tellFirst(in, first)
			return
		}
		d.first = s.lastID + 1
		s.ownBegins(in)
		for _, p := range own {
			s.start(p, none, nil)
		}
		if !slices.ContainsFunc(own, started) {
			s.notice(NoticeFact, in, "nothing is done: no guard of the program's own policies for it is true")
		}
	}
	if !slices.ContainsFunc(own, running) {
		d.failed = slices.ContainsFunc(own, failed)
		s.keepPromise(in, s.deployOrder(nil))
		s.ownEnds(in)
		s.end(in, d.failed)
	}
}

// ownNotYetDown says what must end before the program's own policies can take everything down; "" if nothing must.
func (s *State) ownNotYetDown(in *instance) string {
	if in.policy != bundle.OnShutdown {
		return ""
	}
	for _, c := range s.deployOrder(nil) {
		if first := s.changing(in, c); first != "" {
			return first
		}
	}
	return ""
}

// endOf says that a deployment has to end: one of the program's own may be stuck, and then somebody must clear that.
func (s *State) endOf(in *instance) string {
	if in.deploy.own {
		for _, p := range s.own(in.policy) {
			if run := s.instances[s.policies[p].slot(0).running]; run != nil && run.isStuck() {
				return fmt.Sprintf("run %d of %s, which is stuck: clear that", run.id, s.p.Policies[p].Name)
			}
		}
	}
	return fmt.Sprintf("run %d to end", in.id)
}

// doneWith says how far another deployment has to be for one that comes after it.
func (s *State) doneWith(in, other *instance) string {
	shared := s.common(in, other)
	if in.deploy.own || len(shared) == len(other.deploy.classes) {
		return s.endOf(other)
	}
	var names []string
	for _, c := range shared {
		names = append(names, s.p.Classes[c].Name)
	}
	return fmt.Sprintf("run %d to be done with %s", other.id, strings.Join(names, ", "))
}

// sameOwn is the oldest deployment that the program's own policies do, or will do, and that isn't taken back before: said again
// meanwhile, there is nothing to do unless that fails. Nil if there is none.
func (s *State) sameOwn(in *instance) *instance {
	if !in.deploy.own {
		return nil
	}
	var same *instance
	for _, other := range s.live {
		switch {
		case other.id >= in.id:
			return same
		case other.phase != phaseDeploy:
		case other.policy != in.policy:
			same = nil
		case same == nil && other.deploy.own:
			same = other
		}
	}
	return same
}

// trigger is what a run was started by: an event, or bundle.OnDeploy or OnShutdown if that is what an operator asked for,
// whoever does it.
func (s *State) trigger(in *instance) int32 {
	if in.policy < 0 {
		return in.policy
	}
	return s.p.Policies[in.policy].Event
}

// isTakingDown says whether a run is a shutdown: what must be there at least, or ready, needn't be there after it.
func (s *State) isTakingDown(in *instance) bool { return s.trigger(in) == bundle.OnShutdown }
