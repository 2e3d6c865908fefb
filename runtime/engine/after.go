package engine

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/tune-autonomic/tune/compiler/bundle"
	"github.com/tune-autonomic/tune/drivers"
)

// What a deployment comes after: what operators said before, and what other runs are at. It holds nothing while it waits.

// before is what a deployment comes after: a shutdown under way, if it has classes of it still to do or what those stand on; of
// a shutdown, such a deployment, and one of what stands on its classes. What the program's own policies are at comes before the same
// by default means, and the other way round: nobody knows what those will make, or remove. Nil if there is none.
func (s *State) before(in *instance) *instance {
	for _, other := range s.live {
		if other.id >= in.id {
			return nil
		}
		if other.phase != phaseDeploy || other.policy == in.policy && other.deploy.own == in.deploy.own {
			continue
		}
		if in.deploy.own || other.deploy.own || len(s.common(in, other)) > 0 {
			return other
		}
	}
	return nil
}

// common are the classes that another deployment has still to do and this one comes after: its own, what those stand on, and what a
// shutdown would end with its own.
func (s *State) common(in, other *instance) []int32 {
	var all []int32
	for _, c := range other.deploy.classes {
		stands := func(of int32) bool { return s.p.Classes[of].On == c }
		ends := in.policy == bundle.OnShutdown && slices.Contains(in.deploy.classes, s.p.Classes[c].On)
		if slices.Contains(in.deploy.classes, c) || ends || slices.ContainsFunc(in.deploy.classes, stands) {
			all = append(all, c)
		}
	}
	return all
}

// overrides holds to the operator's last word about a class that a deployment or shutdown begins: after a shutdown no policy that
// runs already makes any of it, and no deployment that was said before and has done the class, or what stands on it, looks at
// that again.
func (s *State) overrides(in *instance, c int32) {
	s.shuts.set(c, 0)
	if in.policy != bundle.OnShutdown {
		return
	}
	s.shuts.set(c, in.id)
	for _, other := range s.live {
		if other.id >= in.id {
			return
		}
		d := &other.deploy
		n := len(d.done)
		d.done = slices.DeleteFunc(d.done, func(o int32) bool {
			return o == c || s.p.Classes[o].On == c
		})
		if len(d.done) < n {
			s.touch(other)
		}
	}
}

// notYet says what must end before a deployment can make what a class lacks; "" if nothing must. What others are removing gives
// room only when it is gone.
func (s *State) notYet(in *instance, c int32) string {
	if first := s.changing(in, c); first != "" {
		return first
	}
	for _, other := range s.live {
		for k := range other.tasks {
			t := &other.tasks[k]
			if other != in && !t.done && t.kind == bundle.ActRemove && !t.admit && other.policy >= 0 && s.takes(t.target, c) {
				return s.m.Name(t.target.Space, t.target.Index) + " to be gone"
			}
		}
	}
	return s.roomHeld(c)
}

// beingMade says what others are making of a class, or of what it stands on; "" if nothing. That may fail, and then a deployment
// lacks it; and a shutdown would leave it standing.
func (s *State) beingMade(in *instance, c int32) string {
	for _, other := range s.live {
		for k := range other.tasks {
			t := &other.tasks[k]
			made := s.m.Class(t.target.Space, t.target.Index)
			if other != in && !t.done && (t.kind == bundle.ActCreate || t.kind == bundle.ActRestart) && (made == c || made == s.p.Classes[c].On) {
				return s.until(other, s.m.Name(t.target.Space, t.target.Index)+" to be made")
			}
		}
	}
	return ""
}

// changing says what others are fencing or making of a class; "" if nothing.
func (s *State) changing(in *instance, c int32) string {
	return cmp.Or(s.beingFenced(c), s.beingMade(in, c))
}

// beingFenced says which host with some of a class on it is being fenced; "" if none is. What stands there is gone then, and what
// somebody brings back is being made; or the fence fails, and nobody knows.
func (s *State) beingFenced(c int32) string {
	for _, other := range s.live {
		for k := range other.tasks {
			t := &other.tasks[k]
			if !t.done && t.kind == bundle.ActFence && s.hasOn(c, t.target) {
				return s.until(other, s.m.Name(t.target.Space, t.target.Index)+" to be fenced")
			}
		}
	}
	return ""
}

// isFencing says whether a host is being fenced, or what something stands on: nothing of it is to stay.
func (s *State) isFencing(ref drivers.Ref) bool {
	host := s.hostOf(ref)
	return host != drivers.NoRef && s.things.fencing[host.Space][host.Index] > 0
}

// comesUp says what must end before a node may take something new, where none can now: a host is being fenced, which may fail, or a
// fenced one switched on. "" if there is no such node.
func (s *State) comesUp(in *instance, c int32) string {
	on := s.p.Classes[c].On
	for _, i := range s.m.World().Alive[on] {
		host := s.hostOf(drivers.Ref{Space: s.p.Classes[on].Space, Index: i})
		switch {
		case host == drivers.NoRef:
		case s.isFencing(host):
			return s.m.Name(host.Space, host.Index) + " to be fenced"
		case s.awayText(host.Space, host.Index) != "" && (s.isSwitched(in, host) || s.powerOf(host) != nil):
			return s.m.Name(host.Space, host.Index) + " to be on"
		}
	}
	return ""
}

// notYetUp says what a deployment waits for if no node can take what a class lacks: "" if one can, or none will.
func (s *State) notYetUp(in *instance, c int32) string {
	_, _, want := s.m.Slots(c)
	up := s.comesUp(in, c)
	if up == "" || s.m.Alive(c) >= want {
		return ""
	}
	i := s.freeNumber(in, c, 0)
	if i == none {
		return ""
	}
	t := task{target: drivers.Ref{Space: s.p.Classes[c].Space, Index: i}}
	if s.node(c, t.target) != none || s.haltedFor(in, &t) != drivers.NoRef {
		return ""
	}
	return up
}

// hasOn says whether one of a class stands on a host.
func (s *State) hasOn(c int32, host drivers.Ref) bool {
	return slices.ContainsFunc(s.m.World().Alive[c], func(i int32) bool {
		return s.hostOf(drivers.Ref{Space: s.p.Classes[c].Space, Index: i}) == host
	})
}

// shutdownOf is the run of an operator's shutdown that has a class to take down, and whose turn has come; nil if there is none.
func (s *State) shutdownOf(c int32) *instance {
	for _, in := range s.live {
		if in.policy == bundle.OnShutdown && slices.Contains(in.deploy.classes, c) && s.before(in) == nil {
			return in
		}
	}
	return nil
}

// roomHeld says which absent instance of a class others must let go of, as there are too few others to make what it lacks; "" if
// there are enough.
func (s *State) roomHeld(c int32) string {
	first, n, want := s.m.Slots(c)
	if s.p.Classes[c].Max < 0 {
		return ""
	}
	held, lacks := drivers.NoRef, want-s.m.Alive(c)
	for i := first; i < first+n && lacks > 0; i++ {
		ref := drivers.Ref{Space: s.p.Classes[c].Space, Index: i}
		switch {
		case !s.isAbsent(ref):
		case *s.claims.holder(claimOn(ref)) == (hold{}):
			lacks--
		case held == drivers.NoRef:
			held = ref
		}
	}
	if lacks <= 0 || held == drivers.NoRef {
		return ""
	}
	return s.until(s.holderOf(held), s.m.Name(held.Space, held.Index))
}

// holderOf is the first run that holds a thing, alone or with others; nil if none does.
func (s *State) holderOf(ref drivers.Ref) *instance {
	for _, in := range s.live {
		if slices.ContainsFunc(in.claims, func(k claim) bool { return k.space == ref.Space && k.i == ref.Index }) {
			return in
		}
	}
	return nil
}

// tellFirst tells what a deployment comes after, each once.
func (s *State) tellFirst(in *instance, first string) {
	if !slices.Contains(in.firsts, first) {
		in.firsts = append(in.firsts, first)
		s.noticef(NoticeWait, in, "waits for %s", first)
	}
}

// until names what is waited for of another run. Nobody knows when one that is stuck goes on.
func (s *State) until(other *instance, what string) string {
	if other != nil && other.isStuck() {
		return fmt.Sprintf("%s, which run %d holds, and that is stuck: clear it", what, other.id)
	}
	return what
}

// standsLess goes back to the class that another stands on, if too few of it run since it was done. It lacks no more when it is
// done again, unless that fails; if others end it again and again, the deployment goes on without. What isn't heard is looked at again
// at the end.
func (s *State) standsLess(d *deployment, c int32) bool {
	on := s.p.Classes[c].On
	k := slices.Index(d.done, on)
	if k < 0 || d.failed || d.rounds >= maxRounds {
		return false
	}
	if made, _, gone := s.lacking(on); len(made)+gone == 0 {
		return false
	}
	d.goBack()
	d.done = slices.Delete(d.done, k, k+1)
	d.classes = slices.Insert(d.classes, 0, on)
	return true
}

// hasDone says whether a deployment goes back to what a class stands on: it has done that, and nothing has failed.
func (s *State) hasDone(in *instance, on int32) bool {
	return in.policy == bundle.OnDeploy && !in.deploy.failed && slices.Contains(in.deploy.done, on)
}

// isHalted says whether something stands in a machine that has been stopped since a deployment did its class, or was no part of
// what that was to start. The machine is started first.
func (s *State) isHalted(in *instance, ref drivers.Ref) bool {
	return s.inHalted(ref) && s.hasDone(in, s.p.Classes[s.m.Class(ref.Space, ref.Index)].On)
}

// haltedFor is the first machine that could take what a deployment is to make if it were started, with what is to come there already;
// NoRef if there is none.
func (s *State) haltedFor(in *instance, t *task) drivers.Ref {
	cl := &s.p.Classes[s.m.Class(t.target.Space, t.target.Index)]
	if cl.Place.Rule == bundle.PlaceCode || !s.hasDone(in, cl.On) {
		return drivers.NoRef
	}
	for _, i := range s.m.World().Alive[cl.On] {
		node := drivers.Ref{Space: s.p.Classes[cl.On].Space, Index: i}
		if s.obstacle(cl, t.target, i).kind == notStarted && s.unheard(node) == "" {
			return node
		}
	}
	return drivers.NoRef
}

// startUnder starts a machine for what stands there, or is to. The deployment goes back to that at its end.
func (s *State) startUnder(in *instance, node drivers.Ref) {
	if slices.ContainsFunc(in.tasks, func(t task) bool { return !t.done && t.target == node }) {
		return
	}
	s.startOne(in, task{kind: bundle.ActStart, owner: ownerDeploy, target: node, dest: none, from: none})
}

// takes says whether one of a class goes with a thing.
func (s *State) takes(thing drivers.Ref, c int32) bool {
	return slices.ContainsFunc(s.m.World().Alive[c], func(i int32) bool {
		return s.isOf(drivers.Ref{Space: s.p.Classes[c].Space, Index: i}, thing)
	})
}
