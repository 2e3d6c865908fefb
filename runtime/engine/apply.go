package engine

import (
	"cmp"
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
// fails. If all have to wait, and the instance has done nothing in this state yet, it will think anew by then.
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
	if !listed && s.choosesAnew(in) {
		if why := s.heldUp(in); why != "" {
			s.waitFor(in, nil, why)
			return
		}
	}
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
		case moveBegins, moveEnds:
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
		if a.runs == 0 {
			s.tellWait(in, s.heldUp(in))
		}
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

// prospect is what comes of a move now.
type prospect uint8

const (
	moveBegins prospect = iota
	// moveEnds: it is so already, or can't be.
	moveEnds
	// moveWaitsRoom: its host has no room. moveWaitsOutside: another instance holds the machine, or a budget is used up.
	moveWaitsRoom
	moveWaitsOutside
)

// foresee says what would come of a plan's move now, and why, or what it would wait for.
func (s *State) foresee(in *instance, t *task) (prospect, string) {
	if reason := s.refuses(in, t); reason != "" {
		return moveEnds, reason
	}
	on, listed := s.m.On(t.target.Space), in.apply.listed
	if !listed && !s.m.Fits(t.target.Space, t.target.Index, t.dest) {
		return moveWaitsRoom, "room on " + s.m.Name(on, t.dest)
	}
	need := s.needs(t)
	switch free := s.canAll(in, need); {
	case !free && listed:
		return moveEnds, "migrate " + s.m.Name(t.target.Space, t.target.Index) + ": another policy changes " + s.claimText(in, need)
	case !free:
		return moveWaitsOutside, s.claimText(in, need)
	case !listed && !s.admitsTask(t):
		return moveWaitsOutside, "a budget"
	}
	return moveBegins, ""
}

// heldUp says what the moves that a plan has left wait for, if none can begin: "" if one can, or none is left, or nothing
// will make the room that they lack.
func (s *State) heldUp(in *instance) string {
	first, outside := "", s.moving > 0
	for k := range in.apply.moves {
		if in.apply.moves[k].state != moveWaits {
			continue
		}
		t := in.apply.task(k)
		now, why := s.foresee(in, &t)
		if now == moveBegins {
			return ""
		}
		if now != moveEnds {
			first = cmp.Or(first, why)
		}
		outside = outside || now == moveWaitsOutside
	}
	if !outside {
		return ""
	}
	return first
}

// task is the k-th move.
func (a *apply) task(k int) task {
	return task{kind: bundle.ActMigrate, owner: ownerApply, item: int32(k), target: a.moves[k].vm, dest: a.moves[k].to, from: none}
}

func (s *State) tryMove(in *instance, k int) prospect {
	t := in.apply.task(k)
	now, why := s.foresee(in, &t)
	switch now {
	case moveBegins:
		s.take(in, s.needs(&t))
		in.apply.moves[k].state = moveRuns
		in.apply.runs++
		in.apply.waits--
		s.beginTask(in, t)
	case moveEnds:
		if why != already {
			s.notice(NoticeFailed, in, why)
		}
		s.settleMove(in, k, why == already)
	}
	return now
}

func (s *State) settleMove(in *instance, k int, ok bool) {
	in.apply.moves[k].state = moveDone
	if !ok {
		in.apply.moves[k].state, in.apply.failed = moveFailed, true
	}
	in.apply.waits--
	s.touch(in)
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
