package engine

import (
	"math"

	"github.com/tune-autonomic/tune/compiler/bundle"
	"github.com/tune-autonomic/tune/drivers"
	"github.com/tune-autonomic/tune/runtime/model"
	"github.com/tune-autonomic/tune/runtime/vm"
)

// Back-off after a policy's instance failed: the hold, at least minBackoff, doubled with each failure in a row.
const (
	minBackoff = 10 * second
	maxBackoff = 600 * second
)

// maxFed is how many events policies may emit at one time, besides one for each thing that an event is about, before they
// are taken to feed each other for ever.
const maxFed = 10_000

// event is a declared event and where it stands for each thing that it may be about.
type event struct {
	def      *bundle.Event
	space    int32 // of the things; none if it is about the system
	first    int32 // number of the first thing in its space
	things   []thing
	policies []int32
	all      bool // marked for every thing
	fleeting bool // its things may not be there
}

// thing is one thing of an event.
type thing struct {
	since  Time // since when the condition has been true; never if it isn't
	timer  Time // when it will be looked at again; never
	told   Time // when people were last told of it, since it is as it is; never
	marked bool
}

// emission is an event from outside, or from a policy, that hasn't been taken in yet.
type emission struct {
	event   int32
	payload []float64
}

func (ev *event) index(thing int32) int32 {
	if ev.space == none {
		return 0
	}
	if k := thing - ev.first; k >= 0 && int(k) < len(ev.things) {
		return k
	}
	return none
}

func (ev *event) thing(k int) int32 {
	if ev.space == none {
		return none
	}
	return ev.first + int32(k)
}

func (s *State) makeEvents() {
	s.events = make([]event, len(s.p.Events))
	for e := range s.p.Events {
		def := &s.p.Events[e]
		ev := &s.events[e]
		*ev = event{def: def, space: none, things: []thing{{since: never, timer: never, told: never}}}
		if def.Class >= 0 {
			ev.space, ev.things = s.p.Classes[def.Class].Space, nil
			ev.fleeting = s.p.Classes[def.Class].Kind != bundle.Host || def.Silent > 0
			s.growEvent(ev)
		}
		for p := range s.p.Policies {
			if s.p.Policies[p].Event == int32(e) {
				ev.policies = append(ev.policies, int32(p))
			}
		}
		if def.Every == 0 && !def.External {
			s.markAll(int32(e))
		}
	}
	s.makeWatches()
}

// growEvent makes room for all things that the event's class has room for.
func (s *State) growEvent(ev *event) {
	if ev.def.Class < 0 {
		return
	}
	first, n, _ := s.m.Slots(ev.def.Class)
	ev.first = first
	for int32(len(ev.things)) < n {
		ev.things = append(ev.things, thing{since: never, timer: never, told: never})
	}
}

// evaluate asks whether the condition holds of a thing, and fires what is due.
func (s *State) evaluate(e, about int32) {
	ev := &s.events[e]
	t := &ev.things[ev.index(about)]
	held := t.since
	switch {
	case ev.fleeting && !s.there(ev, about):
		t.since = never
	case ev.def.Silent > 0:
		t.since = s.m.Heard(ev.space, about)
	case s.vm.Test(&ev.def.Cond, about, ev.def.Thing, &s.spare) != vm.True:
		t.since = never
	case t.since == never:
		t.since = s.now
	}
	if t.since != held {
		t.told = never
	}
	if t.since != never {
		s.fire(e, about)
	}
}

// there says whether a thing is there to be watched, and of one that may be silent whether it would be heard. A fenced host
// is silent, and nobody needs to be told.
func (s *State) there(ev *event, about int32) bool {
	if ev.space == none {
		return true
	}
	life := s.m.Life(ev.space, about)
	if ev.def.Silent > 0 {
		return life == model.Running && !s.m.IsFenced(ev.space, about) && s.m.Listens(ev.space, about, ev.def.Silent)
	}
	return life != model.Absent
}

// fire starts the policies of an event that has held long enough, and sets a timer for those that are due later.
func (s *State) fire(e, about int32) {
	ev := &s.events[e]
	k := ev.index(about)
	hold := max(ev.def.For, ev.def.Silent)
	later := Time(math.MaxInt64)
	for _, p := range ev.policies {
		st := s.policies[p].slot(k)
		if st.running != 0 {
			continue
		}
		due := max(max(ev.things[k].since, st.armed)+hold, st.until)
		switch {
		case due > s.now:
			later = min(later, due)
		case hold == 0 && st.armed == s.now:
			// Without a hold, an event happens at most once at a time: the next sample may raise it again.
		default:
			s.happen(e, p, about)
		}
	}
	if later == math.MaxInt64 {
		return
	}
	if t := &ev.things[k]; t.timer == never || t.timer > later {
		t.timer = later
		s.timers.set(later, timerHold, uint64(e), k)
	}
}

// happen starts policy p about a thing, if its guard lets it; otherwise a new hold begins.
func (s *State) happen(e, p, about int32) {
	if s.tellAndBegin(e, p, about) {
		return
	}
	st := s.policies[p].slot(s.events[e].index(about))
	st.armed = s.now
	if hold := max(s.events[e].def.For, s.events[e].def.Silent); hold > 0 {
		s.fire(e, about)
	}
}

// tellAndBegin tells of an event, and says whether policy p starts on it. While an event goes on and nothing comes of it, it
// happens again and again, which people want to hear once; so too of one on which several policies may start.
func (s *State) tellAndBegin(e, p, about int32) bool {
	ev := &s.events[e]
	t := &ev.things[ev.index(about)]
	k := len(s.out.Notices)
	s.notice(NoticeEvent, nil, s.eventText(e, about))
	begun := s.begins(p, about, nil)
	again := t.told == s.now || t.told != never && !begun
	s.out.Notices[k].Again = again
	if !again {
		t.told = s.now
	}
	return begun
}

func (s *State) eventText(e, about int32) string {
	ev := &s.events[e]
	if ev.space == none || about < 0 {
		return ev.def.Name
	}
	return ev.def.Name + "(" + s.m.Name(ev.space, about) + ")"
}

// rung looks again at a thing whose hold may be over.
func (s *State) rung(e, k int32) {
	ev := &s.events[e]
	t := &ev.things[k]
	if t.timer > s.now {
		return
	}
	t.timer = never
	about := ev.thing(int(k))
	if ev.def.Silent > 0 {
		s.evaluate(e, about)
		return
	}
	if t.since != never {
		s.fire(e, about)
	}
}

// setTicks begins the schedules of periodic events as of now: a new process takes them up where it finds them.
func (s *State) setTicks() {
	for e := range s.events {
		if s.events[e].def.Every > 0 {
			s.setTick(int32(e))
		}
	}
}

// setTick sets the timer of a periodic event to the next multiple of its period.
func (s *State) setTick(e int32) {
	every := s.events[e].def.Every
	s.timers.set((s.now/every+1)*every, timerEvery, uint64(e), 0)
}

// tick lets a periodic event happen: at every multiple of its period, but not at 0.
func (s *State) tick(e int32) {
	ev := &s.events[e]
	s.setTick(e)
	s.growEvent(ev)
	for k := range ev.things {
		about := ev.thing(k)
		if !s.there(ev, about) {
			continue
		}
		for _, p := range ev.policies {
			if st := s.policies[p].slot(int32(k)); st.running == 0 && st.until <= s.now {
				s.tellAndBegin(e, p, about)
			}
		}
	}
}

// arrive takes in an event from outside, or one that a policy emitted.
func (s *State) arrive(em emission) {
	ev := &s.events[em.event]
	about, payload := none, em.payload
	if ev.space != none {
		if len(payload) == 0 {
			return
		}
		about, payload = int32(payload[0]), payload[1:]
		if ev.index(about) == none || !s.there(ev, about) {
			return
		}
	}
	s.notice(NoticeEvent, nil, s.eventText(em.event, about))
	for _, p := range ev.policies {
		if st := s.policies[p].slot(ev.index(about)); st.running == 0 && st.until <= s.now {
			s.begins(p, about, payload)
		}
	}
}

// feed takes in what a policy emits. False if policies have fed each other beyond measure at this time: then the chain
// ends here.
func (s *State) feed(in *instance, em emission) bool {
	if s.fedAt != s.now {
		s.fedAt, s.fed = s.now, 0
	}
	if s.fed++; s.fed > maxFed+len(s.events[em.event].things) {
		s.noticef(NoticeFailed, in, "emit %s: %d events were emitted at one time; policy %s feeds itself with it, perhaps by way of others: give it a guard, a cooldown, or something to wait for",
			s.events[em.event].def.Name, s.fed-1, s.policyName(in))
		return false
	}
	s.emitted = append(s.emitted, em)
	return true
}

// rearm lets an event hold anew for a policy whose instance has ended.
func (s *State) rearm(p, about int32, failed bool) {
	e := s.p.Policies[p].Event
	if e < 0 {
		st := s.policies[p].slot(0)
		if st.running, st.failures = 0, 0; failed {
			st.failures = 1
		}
		return
	}
	ev := &s.events[e]
	k := ev.index(about)
	st := s.policies[p].slot(k)
	st.running, st.armed = 0, s.now
	st.until = s.now + s.p.Policies[p].Cooldown
	if !failed {
		st.failures = 0
	} else if ev.def.Every == 0 && !ev.def.External {
		st.failures++
		st.until = max(st.until, s.now+backoff(max(ev.def.For, ev.def.Silent), st.failures))
	}
	if ev.things[k].since != never && max(ev.def.For, ev.def.Silent) > 0 {
		s.fire(e, about)
	}
}

func backoff(hold Time, failures int32) Time {
	d := max(hold, minBackoff)
	for range failures - 1 {
		if d >= maxBackoff {
			break
		}
		d *= 2
	}
	return max(hold, min(d, maxBackoff))
}

// heard begins the silence of a thing anew, whose probe is resumed: nobody has listened until now.
func (s *State) heard(ref drivers.Ref) {
	s.m.Hear(s.now, ref.Space, ref.Index)
	for e := range s.events {
		if ev := &s.events[e]; ev.space == ref.Space && ev.def.Silent > 0 {
			s.mark(int32(e), ref.Index)
		}
	}
}

// restart begins the windows and holds of a host anew, because what stands on it has changed.
func (s *State) restart(space, host int32) {
	s.m.Restart(space, host)
	for e := range s.events {
		ev := &s.events[e]
		if ev.space != space || ev.def.Every > 0 || ev.def.External || ev.def.Silent > 0 {
			continue
		}
		if k := ev.index(host); k != none {
			ev.things[k].since = never
			s.mark(int32(e), host)
		}
	}
}

// takeFrame takes in samples: each is in effect at once, and the conditions that depend on one are looked at when all
// are in.
func (s *State) takeFrame(f *drivers.Frame) {
	for i := range f.Samples {
		sm := &f.Samples[i]
		c, ok := s.m.Sample(s.now, sm.Probe, sm.Index, sm.Value)
		if ok && len(s.watches[c]) > 0 {
			s.sampled(c, sm.Index, sm.Value)
		}
	}
}
