package engine

import (
	"slices"

	"github.com/tune-autonomic/tune/compiler/bundle"
	"github.com/tune-autonomic/tune/drivers"
)

// moveState says how far a move of a plan is.
type moveState uint8

const (
	moveWaits moveState = iota
	moveRuns
	moveDone
	moveFailed
)

// move brings machine vm to host to.
type move struct {
	vm    drivers.Ref
	to    int32
	state moveState
}

// apply is the carrying out of a plan's moves.
type apply struct {
	thread int32
	listed bool
	moves  []move
	runs   int // moves under way
	waits  int
	failed bool
}

// carryOut begins the moves that a plan has left. Listed, all begin at once, in order, doubles included. Otherwise each
// begins when its host has room for it as things are then, so that nothing is oversold on the way; what can never begin
// fails.
func (s *State) carryOut(in *instance, t int32, listed bool) {
	planned := s.m.Netted
	if listed {
		planned = s.m.Listed
	}
	a := &apply{thread: t, listed: listed}
	listing := planned()
	a.moves = make([]move, 0, len(listing))
	for _, mv := range listing {
		a.moves = append(a.moves, move{vm: drivers.Ref{Space: mv.Space, Index: mv.VM}, to: mv.To})
	}
	a.waits = len(a.moves)
	in.tasks = slices.Grow(in.tasks, len(a.moves))
	s.loosen(in)
	in.apply = a
	s.pump(in)
}

// pump begins the moves that can begin now. It says whether one began or ended.
func (s *State) pump(in *instance) bool {
	a := in.apply
	went, outside := false, false
	for k := 0; a.waits > 0 && k < len(a.moves); k++ {
		if a.moves[k].state != moveWaits {
			continue
		}
		switch s.tryMove(in, k) {
		case moveBegan:
			went = true
		case moveWaitsOutside:
			outside = true
		}
	}
	switch {
	case a.waits > 0 && a.runs == 0 && !outside && s.moving == 0:
		s.forsake(in)
		went = true
	case a.waits == 0 && a.runs == 0:
	default:
		return went
	}
	s.applied(in)
	return true
}

// forsake fails the moves that wait for room which nothing will make.
func (s *State) forsake(in *instance) {
	for k := range in.apply.moves {
		m := &in.apply.moves[k]
		if m.state != moveWaits {
			continue
		}
		m.state = moveFailed
		in.apply.failed = true
		s.noticef(NoticeFailed, in, "move %s: %s has no room for it, and no move that is left makes any: let it, or one that stands there, go to another host first",
			s.m.Name(m.vm.Space, m.vm.Index), s.m.Name(s.m.On(m.vm.Space), m.to))
	}
	in.apply.waits = 0
}

// applied lets the thread go on whose moves have all ended.
func (s *State) applied(in *instance) {
	a := in.apply
	in.apply = nil
	in.threads[a.thread].state = threadReady
	if a.failed {
		in.threads[a.thread].state = threadFailed
	}
	s.wakeUp(in)
}

type tried uint8

const (
	moveBegan tried = iota
	// moveWaitsRoom: its host has no room. moveWaitsOutside: another instance holds the machine, or a budget is used up.
	moveWaitsRoom
	moveWaitsOutside
)

func (s *State) tryMove(in *instance, k int) tried {
	a := in.apply
	m := &a.moves[k]
	t := task{kind: bundle.ActMigrate, owner: ownerApply, item: int32(k), target: m.vm, dest: m.to, from: none}
	switch reason := s.refuses(in, &t); {
	case reason == already:
		return s.settleMove(in, k, true)
	case reason != "":
		s.notice(NoticeFailed, in, reason)
		return s.settleMove(in, k, false)
	}
	on := s.m.On(m.vm.Space)
	if !a.listed && !s.m.Fits(m.vm.Space, m.vm.Index, m.to) {
		return moveWaitsRoom
	}
	need := s.needs(&t)
	switch free := s.canAll(in, need); {
	case !free && a.listed:
		s.noticef(NoticeFailed, in, "migrate %s: another policy changes %s", s.m.Name(m.vm.Space, m.vm.Index), s.claimText(in, need))
		return s.settleMove(in, k, false)
	case !free:
		return moveWaitsOutside
	case !a.listed && !s.admits(on, s.m.Node(m.vm.Space, m.vm.Index), m.to):
		return moveWaitsOutside
	}
	s.take(in, need)
	m.state = moveRuns
	a.runs++
	a.waits--
	s.beginTask(in, t)
	return moveBegan
}

func (s *State) settleMove(in *instance, k int, ok bool) tried {
	in.apply.moves[k].state = moveDone
	if !ok {
		in.apply.moves[k].state, in.apply.failed = moveFailed, true
	}
	in.apply.waits--
	s.touch(in)
	return moveBegan
}

// moveEnded notes the end of a move; room may have come free.
func (s *State) moveEnded(in *instance, t *task, ok bool) {
	a := in.apply
	if a == nil {
		return
	}
	m := &a.moves[t.item]
	a.runs--
	m.state = moveDone
	if !ok {
		m.state, a.failed = moveFailed, true
	}
	for _, k := range [...]claim{claimOn(t.target), s.shareOf(t)} {
		if s.things.needed[k.space][k.i] == 0 || !s.inUse(in, k) {
			s.drop(in, k)
		}
	}
	s.stirred = true
}
