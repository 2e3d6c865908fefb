package engine

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/tune-autonomic/tune/compiler/bundle"
	"github.com/tune-autonomic/tune/drivers"
	"github.com/tune-autonomic/tune/runtime/model"
)

// recordVersion begins every record. It grows whenever what a record holds, or what that means, changes.
const recordVersion = 11

// Subjects of records: a policy and thing, or a slot of deployments, with the instance that runs or ran last; a thing, with where it
// stands, whom it is connected with, and the number of its last command; a budget, with when its migrations began; what operators want;
// who has drained whom; what was shut down.
const (
	policySubject = "policy/"
	deploySubject = "deploy/"
	thingSubject  = "thing/"
	budgetSubject = "budget/"
	wishesSubject = "wishes"
	drainsSubject = "drains"
	shutsSubject  = "shut"
)

// maxDeploys is how many slots of deployments a record may name.
const maxDeploys = 1 << 16

// writeRecords writes down what has changed in this step: one record for each instance and thing. Things come first: if
// only they are kept, an instance asks again for what they tell already; the other way round, the numbers of their
// commands, and where they are, would be forgotten.
func (s *State) writeRecords() {
	s.writeThings()
	for b, due := range s.things.budgets {
		if due {
			s.things.budgets[b] = false
			s.writeBudget(b)
		}
	}
	s.writeWishes()
	s.writeDrains()
	s.writeShuts()
	for _, in := range s.touched {
		in.dirty = false
		s.writeInstance(in)
		if in.phase != phaseEnded {
			s.compact(in)
		}
	}
	s.touched = s.touched[:0]
}

// writeThings writes down things, first those whose connections have changed: if a partner that is new isn't kept with them,
// it finds others when it is asked for again.
func (s *State) writeThings() {
	t := &s.things
	s.m.Rebound(func(space, i int32) {
		ref := drivers.Ref{Space: space, Index: i}
		t.touch(ref)
		t.rebound = append(t.rebound, ref)
	})
	for _, refs := range [...][]drivers.Ref{t.rebound, t.due} {
		for _, ref := range refs {
			if d := &t.dirty[ref.Space][ref.Index]; *d {
				*d = false
				s.writeThing(ref)
			}
		}
	}
	t.rebound, t.due = t.rebound[:0], t.due[:0]
}

// compact lets go of tasks that are done.
func (s *State) compact(in *instance) {
	if in.pending == len(in.tasks) {
		return
	}
	in.tasks = slices.DeleteFunc(in.tasks, func(t task) bool { return t.done })
	in.found = 0
}

func (s *State) record(subject string, rev uint64, write func(w *writer)) {
	if s.unkept {
		return
	}
	w := writer{s.data}
	start := len(w.b)
	w.uint(recordVersion)
	write(&w)
	s.data = w.b
	s.out.Records = append(s.out.Records, Record{subject, rev, w.b[start:len(w.b):len(w.b)]})
}

func (s *State) writeInstance(in *instance) {
	if in.policy < 0 {
		s.writeDeployment(in)
		return
	}
	k := int32(0)
	if in.space != none {
		k = s.events[s.p.Policies[in.policy].Event].index(in.thing)
	}
	st := s.policies[in.policy].slot(k)
	if st.running != in.id && (in.phase != phaseEnded || st.last != in.id) {
		return
	}
	st.rev++
	s.record(s.subject(in), st.rev, func(w *writer) {
		w.int32(in.policy)
		w.int32(in.space)
		w.int32(in.thing)
		w.uint(st.last)
		w.int(st.armed)
		w.int(st.until)
		w.int32(st.failures)
		w.bools(in.phase != phaseEnded)
		if in.phase != phaseEnded {
			s.encode(w, in)
		}
	})
}

func (s *State) writeDeployment(in *instance) {
	slot := &s.deploys[in.slot]
	if slot.last != in.id {
		return
	}
	slot.rev++
	s.record(s.subject(in), slot.rev, func(w *writer) {
		w.uint(slot.last)
		w.bools(in.phase != phaseEnded)
		if in.phase != phaseEnded {
			s.encode(w, in)
		}
	})
}

func (s *State) subject(in *instance) string {
	if in.subject != "" {
		return in.subject
	}
	in.subject = deploySubject + strconv.Itoa(in.slot)
	if in.policy >= 0 {
		in.subject = policySubject + s.policyName(in)
		if in.thing >= 0 {
			in.subject += "/" + s.thingName(in)
		}
	}
	return in.subject
}

func (s *State) writeThing(ref drivers.Ref) {
	t := &s.things
	t.rev[ref.Space][ref.Index]++
	subject := &t.subject[ref.Space][ref.Index]
	if *subject == "" {
		*subject = thingSubject + strconv.Itoa(int(ref.Space)) + "/" + strconv.Itoa(int(ref.Index))
	}
	s.record(*subject, t.rev[ref.Space][ref.Index], func(w *writer) {
		encodeRef(w, ref)
		w.uint(t.seq[ref.Space][ref.Index])
		w.uint(t.arrival[ref.Space][ref.Index])
		w.uint(uint64(s.m.Life(ref.Space, ref.Index)))
		w.int32(s.m.Node(ref.Space, ref.Index))
		w.int32(s.m.Home(ref.Space, ref.Index))
		p := s.powerOf(ref)
		w.bools(s.m.IsDown(ref.Space, ref.Index), s.m.IsFenced(ref.Space, ref.Index), p != nil)
		if p != nil {
			encodePower(w, p)
		}
		paused := s.m.Paused(ref.Space, ref.Index)
		w.uint(uint64(len(paused)))
		for _, p := range paused {
			w.int32(p)
		}
		encodeLost(w, s.m.LostWith(ref.Space, ref.Index))
		encodeBonds(w, s.m.Bonds(ref.Space, ref.Index))
	})
}

func encodeLost(w *writer, l *model.Lost) {
	w.bools(l != nil, l != nil && l.Ran)
	if l == nil {
		return
	}
	w.int32(l.Node)
	w.uint(uint64(len(l.Ties)))
	for _, t := range l.Ties {
		w.int32(t.Link)
		w.int32(t.Side)
		w.int32(t.Other)
	}
}

func decodeLost(r *reader, ref drivers.Ref) *model.Lost {
	l := &model.Lost{Space: ref.Space, Index: ref.Index}
	var is bool
	if r.bools(&is, &l.Ran); !is {
		return nil
	}
	l.Node = r.int32()
	for range r.count() {
		l.Ties = append(l.Ties, model.Tie{Link: r.int32(), Side: r.int32(), Other: r.int32()})
	}
	return l
}

func encodeBonds(w *writer, bonds []model.Bond) {
	w.uint(uint64(len(bonds)))
	for _, b := range bonds {
		w.int32(b.Link)
		w.int32(b.Other)
		w.uint(b.Nth)
	}
}

func decodeBonds(r *reader, ref drivers.Ref) []model.Bond {
	var bonds []model.Bond
	for range r.count() {
		bonds = append(bonds, model.Bond{Space: ref.Space, Index: ref.Index, Link: r.int32(), Other: r.int32(), Nth: r.uint()})
	}
	return bonds
}

func (s *State) writeBudget(b int) {
	s.things.budRev[b]++
	s.record(budgetSubject+strconv.Itoa(b), s.things.budRev[b], func(w *writer) {
		w.uint(uint64(b))
		w.uint(uint64(len(s.budgets[b].used)))
		for k := range s.budgets[b].used {
			w.uint(uint64(len(s.budgets[b].used[k].begun)))
			for _, at := range s.budgets[b].used[k].begun {
				w.int(at)
			}
		}
	})
}

// thingRecord is a thing's record, read.
type thingRecord struct {
	ref          drivers.Ref
	arrival      uint64
	life         model.Life
	node, home   int32
	kind         bundle.Kind
	down, fenced bool
	paused       []int32 // probes
	power        *power  // that is under way
	lost         *model.Lost
	bonds        []model.Bond
}

// Load takes up, at time at, what the last records of all subjects tell, on a State that has had no step. Its outputs
// give every pending command again, under the same id and in this epoch: drivers don't act twice, but answer again.
func (s *State) Load(at Time, records []Record) (*Outputs, error) {
	s.begin(at)
	s.timers = timers{}
	s.setTicks()
	var wishes []wish
	var drains []drain
	var things []thingRecord
	var instances []Record
	for _, r := range records {
		r, err := opened(r)
		switch {
		case err != nil:
		case strings.HasPrefix(r.Subject, thingSubject):
			var t thingRecord
			if t, err = s.readThing(r); err == nil {
				things = append(things, t)
			}
		case r.Subject == wishesSubject:
			wishes, err = s.readWishes(r)
		case r.Subject == drainsSubject:
			drains, err = s.readDrains(r)
		case r.Subject == shutsSubject:
			err = s.readShuts(r)
		case strings.HasPrefix(r.Subject, budgetSubject):
			err = s.readBudget(r)
		case strings.HasPrefix(r.Subject, policySubject), strings.HasPrefix(r.Subject, deploySubject):
			instances = append(instances, r)
		default:
			err = errRecord
		}
		if err != nil {
			return nil, fmt.Errorf("engine: record %s: %w", r.Subject, err)
		}
	}
	for _, t := range things {
		if t.lost != nil && !s.m.RestoreLost(*t.lost) {
			return nil, fmt.Errorf("engine: record %s%d/%d: %w", thingSubject, t.ref.Space, t.ref.Index, errRecord)
		}
	}
	if b, ok := s.restoreThings(things); !ok {
		return nil, fmt.Errorf("engine: record %s%d/%d: %w", thingSubject, b.Space, b.Index, errRecord)
	}
	for _, w := range wishes {
		if !s.want(w, true) {
			return nil, fmt.Errorf("engine: record %s: %w", wishesSubject, errRecord)
		}
	}
	if !s.restoreDrains(drains) {
		return nil, fmt.Errorf("engine: record %s: %w", drainsSubject, errRecord)
	}
	s.m.HeardAll(s.now)
	for _, r := range instances {
		if err := s.readInstance(r); err != nil {
			return nil, fmt.Errorf("engine: record %s: %w; it may be of another bundle", r.Subject, err)
		}
	}
	slices.SortFunc(s.live, func(a, b *instance) int { return cmp.Compare(a.id, b.id) })
	for _, in := range s.live {
		s.takeUpNumbers(in)
	}
	s.takeUpPowers()
	for _, in := range s.live {
		s.takeUp(in)
	}
	// Drivers refuse a number that is lower than one they have seen.
	slices.SortStableFunc(s.out.Commands, func(a, b drivers.Command) int { return cmp.Compare(a.Seq, b.Seq) })
	s.stirred = true
	s.settle()
	return s.finish(), nil
}

// opened is a record without its version, if it is of the one that this release reads.
func opened(rec Record) (Record, error) {
	r := reader{b: rec.Data}
	switch v := r.uint(); {
	case r.err != nil:
		return rec, r.err
	case v < recordVersion:
		return rec, fmt.Errorf("it is of version %d, and this tune reads version %d: let the tune that wrote it end what runs, or begin with an empty journal", v, recordVersion)
	case v > recordVersion:
		return rec, fmt.Errorf("it is of version %d, and this tune reads version %d: update tune", v, recordVersion)
	}
	rec.Data = r.b
	return rec, nil
}

func (s *State) readThing(rec Record) (thingRecord, error) {
	r := reader{b: rec.Data}
	t := thingRecord{ref: decodeRef(&r)}
	seq := r.uint()
	t.arrival, t.life, t.node, t.home = r.uint(), model.Life(r.uint()), r.int32(), r.int32()
	var powers bool
	if r.bools(&t.down, &t.fenced, &powers); powers {
		t.power = decodePower(&r, t.ref)
	}
	for range r.count() {
		t.paused = append(t.paused, r.int32())
	}
	t.lost = decodeLost(&r, t.ref)
	t.bonds = decodeBonds(&r, t.ref)
	if r.err != nil || !s.m.Extend(t.ref.Space, t.ref.Index) {
		return t, errRecord
	}
	s.things.grow(t.ref.Space, s.m.Size(t.ref.Space))
	t.kind = s.p.Spaces[t.ref.Space].Kind
	s.things.seq[t.ref.Space][t.ref.Index] = seq
	s.things.rev[t.ref.Space][t.ref.Index] = rec.Rev
	s.things.arrival[t.ref.Space][t.ref.Index] = t.arrival
	s.things.arrivals = max(s.things.arrivals, t.arrival)
	return t, nil
}

// restoreThings puts everything where it stood: hosts first, then machines, then software, each in the order in which
// they came there; and connects it as it was. It says which connection can't be, and false.
func (s *State) restoreThings(things []thingRecord) (model.Bond, bool) {
	var bonds []model.Bond
	slices.SortStableFunc(things, func(a, b thingRecord) int {
		return cmp.Or(cmp.Compare(a.kind, b.kind), cmp.Compare(a.arrival, b.arrival))
	})
	for _, t := range things {
		bonds = append(bonds, t.bonds...)
		s.m.Restore(s.now, t.ref.Space, t.ref.Index, t.node, t.home, t.life)
		if t.down {
			s.m.SetDown(t.ref.Space, t.ref.Index, true)
		}
		if t.power != nil && t.kind == bundle.Host {
			s.powers = append(s.powers, t.power)
		}
		if t.fenced {
			s.m.SetFenced(t.ref.Space, t.ref.Index)
		}
		for _, p := range t.paused {
			if p >= 0 && int(p) < len(s.p.Probes) && s.p.Classes[s.p.Probes[p].Class].Space == t.ref.Space {
				s.m.Pause(p, t.ref.Index, true)
			}
		}
	}
	return s.m.RestoreBonds(bonds)
}

func (s *State) readBudget(rec Record) error {
	r := reader{b: rec.Data}
	b := int(r.uint())
	if b >= len(s.budgets) || r.count() != len(s.budgets[b].used) {
		return errRecord
	}
	s.things.budRev[b] = rec.Rev
	for k := range s.budgets[b].used {
		for range r.count() {
			s.budgets[b].used[k].begun = append(s.budgets[b].used[k].begun, r.int())
		}
	}
	return r.err
}

func (s *State) readInstance(rec Record) error {
	if slot, ok := strings.CutPrefix(rec.Subject, deploySubject); ok {
		return s.readDeployment(slot, rec)
	}
	r := reader{b: rec.Data}
	p, space, about := r.int32(), r.int32(), r.int32()
	if r.err != nil || p < 0 || int(p) >= len(s.policies) {
		return errRecord
	}
	k := int32(0)
	if e := s.p.Policies[p].Event; e >= 0 && s.events[e].space != none {
		s.growEvent(&s.events[e])
		if k = s.events[e].index(about); k == none || space != s.events[e].space {
			return errRecord
		}
	}
	st := s.policies[p].slot(k)
	st.rev, st.last, st.armed, st.until, st.failures = rec.Rev, r.uint(), r.int(), r.int(), r.int32()
	s.lastID = max(s.lastID, st.last)
	var runs bool
	if r.bools(&runs); !runs {
		return r.err
	}
	in, err := s.decode(&r)
	if err != nil || in.policy != p || in.thing != about || in.space != space && in.thing >= 0 {
		return errRecord
	}
	st.running = in.id
	s.keepInstance(in)
	return nil
}

func (s *State) readDeployment(slot string, rec Record) error {
	k, err := strconv.Atoi(slot)
	if err != nil || k < 0 || k > maxDeploys {
		return errRecord
	}
	for k >= len(s.deploys) {
		s.deploys = append(s.deploys, deploySlot{})
	}
	r := reader{b: rec.Data}
	s.deploys[k] = deploySlot{last: r.uint(), rev: rec.Rev}
	s.lastID = max(s.lastID, s.deploys[k].last)
	var runs bool
	if r.bools(&runs); !runs {
		return r.err
	}
	in, err := s.decode(&r)
	if err != nil || in.policy >= 0 || in.id != s.deploys[k].last {
		return errRecord
	}
	in.slot = k
	s.keepInstance(in)
	return nil
}

func (s *State) keepInstance(in *instance) {
	s.lastID = max(s.lastID, in.id)
	s.instances[in.id] = in
	s.live = append(s.live, in)
}

// takeUpNumbers sees that no number of a pending command is given again.
func (s *State) takeUpNumbers(in *instance) {
	for ti := range in.tasks {
		if t := &in.tasks[ti]; t.step != 0 {
			seq := &s.things.seq[t.target.Space][t.target.Index]
			*seq = max(*seq, t.seq)
		}
	}
}

// takeUp goes on with an instance: its claims, what it has in flight, its times, its pending commands.
func (s *State) takeUp(in *instance) {
	for _, c := range in.claims {
		s.claims.give(in, c)
	}
	for ti := range in.tasks {
		s.takeUpTask(in, ti)
	}
	if in.phase != phaseStuck {
		s.wakeUp(in)
	}
}

func (s *State) takeUpTask(in *instance, ti int) {
	t := &in.tasks[ti]
	s.tally(t, 1)
	s.timers.set(max(t.deadline, s.now), timerTask, in.id, t.serial)
	if t.kind == bundle.ActWait {
		s.asking = append(s.asking, waiter{in.id, t.serial})
	}
	if t.expected {
		t.expected = false
		s.expect(t)
	}
	if t.spent {
		s.moving++
		s.counted(s.m.On(t.target.Space), t.from, t.dest, func(_ int32, u *usage) { u.running++ })
	}
	switch {
	case t.awaitsSoftware() && !in.bringsBack(t.serial):
		s.bringBack(in, ti)
		return
	case !t.awaitsPower():
	case s.m.IsOn(s.m.On(t.target.Space), t.dest):
		s.send(in, ti, s.firstVerb(t))
		return
	default:
		s.awaitPower(in, ti)
		return
	}
	if t.step != 0 {
		s.out.Commands = append(s.out.Commands, s.command(in, t))
	}
}
