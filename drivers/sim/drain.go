package sim

import "slices"

// A program can be drained: by one that sends it requests, which then deals its own out among the others, or by itself, and
// then nobody sends it any. That lasts until it is taken back, or until one of the two is removed.

// takers are the instances of a tier to which a program (nil: whoever comes from outside) sends requests.
func takers(from *program, t *tier) []*program {
	turned := func(p *program) bool { return p.quiet || from != nil && (from.turned(p) || !t.sends(from, p)) }
	if !slices.ContainsFunc(t.ready, turned) {
		return t.ready
	}
	return slices.DeleteFunc(slices.Clone(t.ready), turned)
}

// sends says whether a program knows one of the tier as one to which it sends requests.
func (t *tier) sends(from, to *program) bool { return t.linked == nil || t.linked(from.ref, to.ref) }

// part is the share of a flow's requests that p gets, which is among those that they visit at this depth.
func (f *flow) part(depth int, p *program) float64 {
	got := make([][]sender, depth+1)
	for i := range got {
		got[i] = f.deal(i, got)
	}
	if k := slices.IndexFunc(got[depth], func(s sender) bool { return s.program == p }); k >= 0 {
		return got[depth][k].share
	}
	return 0
}

// sender is a program (nil: whoever comes from outside) and the share of a flow's requests that it sends on.
type sender struct {
	program *program
	share   float64
}

// deal is who gets which share of the requests at a stop, if the stops before have got so much.
func (f *flow) deal(depth int, got [][]sender) []sender {
	s, senders := &f.path[depth], []sender{{nil, 1}}
	if depth > 0 {
		senders = nil
		for _, c := range s.callers {
			if len(got[c.depth]) > 0 {
				senders = got[c.depth] // the last that calls sends them
			}
		}
	}
	if !s.called || len(senders) == 0 {
		return nil
	}
	shares := make([]sender, len(s.tier.ready))
	for k, p := range s.tier.ready {
		shares[k].program = p
	}
	for _, from := range senders {
		open := takers(from.program, s.tier)
		all := from.program.weights(open)
		for k, p := range s.tier.ready {
			if slices.Contains(open, p) {
				shares[k].share += float64(from.share*from.program.weight(p)) / all
			}
		}
	}
	return shares
}

// drain turns requests away from what the job's operation is about, and then waits until none that p sent there, or that
// passed there, is in flight. Taken back, they come as before.
func (w *general) drain(j *job, p *program) {
	about := w.about(j, p)
	var turned []*program
	j.undo = func() { p.admit(turned) }
	w.lasts(j, w.physics.operationTime, func() {
		turned = slices.DeleteFunc(slices.Clone(about), p.turned)
		for _, q := range turned {
			p.turn(q)
		}
		w.quieten(j, p, about)
	})
}

// undrain lets requests come again.
func (w *general) undrain(j *job, p *program) {
	w.lasts(j, w.physics.operationTime, func() { p.admit(w.about(j, p)) })
}

// about is what a job drains: the software among its arguments, or else p itself.
func (w *general) about(j *job, p *program) []*program {
	if len(j.cmd.Insts) == 0 {
		return []*program{p}
	}
	return w.given(j)
}

// given is the software among a job's arguments.
func (w *general) given(j *job) []*program {
	var all []*program
	for _, r := range j.cmd.Insts {
		if q := w.programAt(r); q != nil {
			all = append(all, q)
		}
	}
	return all
}

// turned says whether p has drained q, turn makes it so, and admit takes it back for all of some.
func (p *program) turned(q *program) bool {
	return q == p && p.quiet || slices.Contains(p.shuns, q)
}

func (p *program) turn(q *program) {
	if q == p {
		p.quiet = true
		return
	}
	p.shuns = append(p.shuns, q)
}

func (p *program) admit(drained []*program) {
	for _, q := range drained {
		if q == p {
			p.quiet = false
		}
		p.shuns = without(p.shuns, q)
	}
}

// quieten looks at each tick whether requests that p sent to drained ones still wait somewhere. When none do, those in
// service there and further on have their time.
func (w *general) quieten(j *job, p *program, drained []*program) {
	if w.waiting(p, drained) {
		j.steps = append(j.steps, step{w.traffic.tick, func() { w.quieten(j, p, drained) }})
		return
	}
	j.steps = append(j.steps, step{seconds(w.traffic.service(drained)), func() {}})
}

// waiting says whether requests that p sent to drained ones wait, there or further on.
func (w *general) waiting(p *program, drained []*program) bool {
	for _, q := range w.programs {
		for _, c := range q.station.queue {
			if w.traffic.sent(c.route, p, drained) {
				return true
			}
		}
	}
	return false
}

// sent says whether a route leads from p to one of those that it drained; from anybody, if it drained itself.
func (t *traffic) sent(id int32, p *program, drained []*program) bool {
	for ; id >= 0; id = t.routes[id].parent {
		r := &t.routes[id]
		if !slices.Contains(drained, r.program) {
			continue
		}
		from, _ := t.sender(r.parent, &r.flow.path[r.depth])
		if r.program == p || from == p {
			return true
		}
	}
	return false
}

// service is the longest time, in seconds, for which requests that drained ones have begun to serve are on their way.
func (t *traffic) service(drained []*program) float64 {
	longest := 0.0
	for _, f := range t.flows {
		for _, p := range drained {
			if depth := f.depth(t.bySpace[p.ref.Space]); depth >= 0 {
				longest = max(longest, f.rest(depth))
			}
		}
	}
	return longest
}
