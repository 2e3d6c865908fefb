package engine

import (
	"slices"

	"github.com/tune-autonomic/tune/compiler/bundle"
	"github.com/tune-autonomic/tune/drivers"
	"github.com/tune-autonomic/tune/runtime/model"
)

// What operators want outranks policies. It is looked at in this order: a policy that is paused starts nothing; of what isn't,
// nothing starts because of a thing that is ignored; of what runs, nothing is done to what is pinned; and what is done brings
// nothing to a host that is maintained. What runs already goes on. Neither an undo nor what an operator asks for himself, a
// deployment or a shutdown, is held up.

// wish is one thing that an operator wants: of a policy (none: of all), or of a thing.
type wish struct {
	kind   wishKind
	policy int32
	thing  drivers.Ref
}

type wishKind uint8

const (
	wishPause wishKind = iota
	wishIgnore
	wishPin
	wishMaintain
)

var wishNames = [...]string{bundle.WishPause, bundle.WishIgnore, bundle.WishPin, bundle.WishMaintain}

var wishTexts = [...]string{"paused", "ignored", "pinned", "maintained"}

// wishes are all that is wanted now, in the order in which it was said.
type wishes struct {
	all         []wish
	paused      []bool   // by policy
	ignored     [][]bool // by space and instance
	everyPolicy bool     // is paused
	rev         uint64
	dirty       bool
}

func newWishes(p *bundle.Program) wishes {
	return wishes{paused: make([]bool, len(p.Policies)), ignored: make([][]bool, len(p.Spaces))}
}

// wish does what an operator wants. What makes no sense is told, and changes nothing.
func (s *State) wish(o *Operator) {
	if o.Verb == bundle.WishResume {
		s.unwish(o)
		return
	}
	kind := wishKind(slices.Index(wishNames[:], o.Verb))
	if kind == wishPause {
		s.say(wish{kind: kind, policy: o.Policy, thing: drivers.NoRef}, true)
		return
	}
	for _, thing := range o.Things {
		s.say(wish{kind: kind, policy: none, thing: thing}, true)
	}
}

// unwish takes back what an operator wanted.
func (s *State) unwish(o *Operator) {
	for _, w := range slices.Clone(s.wishes.all) {
		switch {
		case o.Wish != "" && o.Wish != wishNames[w.kind]:
		case len(o.Things) > 0 && !slices.Contains(o.Things, w.thing):
		case len(o.Things) == 0 && o.Policy >= 0 && w.policy != o.Policy:
		case o.Wish == bundle.WishPause && w.policy != o.Policy:
		default:
			s.say(w, false)
		}
	}
}

// say wants something, or no longer, and tells people.
func (s *State) say(w wish, is bool) {
	if slices.Contains(s.wishes.all, w) == is {
		return
	}
	if !s.want(w, is) {
		s.noticef(NoticeFailed, nil, "%s: there is no such thing", wishNames[w.kind])
		return
	}
	s.wishes.dirty = true
	s.stirred = true
	about, verb := "every policy", "is "
	switch {
	case w.thing != drivers.NoRef:
		about = s.m.Name(w.thing.Space, w.thing.Index)
	case w.policy != none:
		about = s.p.Policies[w.policy].Name
	}
	if !is {
		verb = "is no longer "
	}
	s.notice(NoticeFact, nil, about+" "+verb+wishTexts[w.kind])
}

// want notes a wish, or takes it back; false if it is about nothing that there is.
func (s *State) want(w wish, is bool) bool {
	if !s.meaningful(w) {
		return false
	}
	ws, thing := &s.wishes, w.thing
	switch w.kind {
	case wishPause:
		if w.policy == none {
			ws.everyPolicy = is
		} else {
			ws.paused[w.policy] = is
		}
	case wishIgnore:
		for int32(len(ws.ignored[thing.Space])) <= thing.Index {
			ws.ignored[thing.Space] = append(ws.ignored[thing.Space], false)
		}
		ws.ignored[thing.Space][thing.Index] = is
	case wishPin:
		s.m.SetPinned(thing.Space, thing.Index, is)
	case wishMaintain:
		s.m.SetMaintained(thing.Space, thing.Index, is)
	}
	if is {
		ws.all = append(ws.all, w)
	} else {
		ws.all = slices.DeleteFunc(ws.all, func(o wish) bool { return o == w })
	}
	return true
}

func (s *State) meaningful(w wish) bool {
	if w.kind == wishPause {
		return w.policy >= none && int(w.policy) < len(s.p.Policies) && w.thing == drivers.NoRef
	}
	if w.kind > wishMaintain || w.policy != none || s.m.Class(w.thing.Space, w.thing.Index) == none {
		return false
	}
	isHost := s.p.Spaces[w.thing.Space].Kind == bundle.Host
	return w.kind == wishIgnore || (w.kind == wishMaintain) == isHost
}

// begins starts a policy about a thing, if neither its guard nor an operator keeps it from that.
func (s *State) begins(p, about int32, payload []float64) bool {
	if s.wishes.everyPolicy || s.wishes.paused[p] {
		return false
	}
	if space := s.events[s.p.Policies[p].Event].space; space != none && about >= 0 {
		if of := s.wishes.ignored[space]; int(about) < len(of) && of[about] {
			return false
		}
	}
	return s.start(p, about, payload)
}

// unwanted says which wish an action would go against: "" if none.
func (s *State) unwanted(in *instance, t *task) string {
	if len(s.wishes.all) == 0 || t.undoing || t.owner == ownerUndo || s.trigger(in) < 0 {
		return ""
	}
	text := s.deed(t) + ": an operator has "
	lost := s.m.Life(t.target.Space, t.target.Index) == model.Absent // then it is nowhere to stay
	switch t.kind {
	case bundle.ActMigrate:
		if s.m.IsPinned(t.target.Space, t.target.Index) {
			return text + "pinned it"
		}
	case bundle.ActStop, bundle.ActRemove, bundle.ActRestart:
		for _, w := range s.wishes.all {
			if w.kind == wishPin && !lost && s.isOf(w.thing, t.target) {
				return text + "pinned " + s.m.Name(w.thing.Space, w.thing.Index)
			}
		}
	case bundle.ActAllocate:
		if s.m.IsMaintained(t.target.Space, t.target.Index) {
			return text + "it in maintenance"
		}
	}
	if on := s.m.On(t.target.Space); needsHost(t.kind) && on != none && s.m.IsMaintained(on, t.dest) {
		return text + s.m.Name(on, t.dest) + " in maintenance"
	}
	return ""
}

// writeWishes writes down what is wanted, if that has changed.
func (s *State) writeWishes() {
	ws := &s.wishes
	if !ws.dirty {
		return
	}
	ws.dirty = false
	ws.rev++
	s.record(wishesSubject, ws.rev, func(w *writer) {
		w.uint(uint64(len(ws.all)))
		for _, one := range ws.all {
			w.uint(uint64(one.kind))
			w.int32(one.policy)
			encodeRef(w, one.thing)
		}
	})
}

func (s *State) readWishes(rec Record) ([]wish, error) {
	r := reader{b: rec.Data}
	var all []wish
	for range r.count() {
		kind := r.uint()
		w := wish{kind: wishKind(min(kind, uint64(wishMaintain)+1)), policy: r.int32(), thing: decodeRef(&r)}
		all = append(all, w)
	}
	s.wishes.rev = rec.Rev
	return all, r.err
}
