package sim

import (
	"math"
	"slices"
	"time"

	"github.com/tune-autonomic/tune/drivers"
)

// traffic is the requests, as a fluid: fractions of requests that came in the same step and went the same way move
// together, as a cohort, first come first served at each program. A request passes an instance of each tier on its way;
// where it need not and nobody serves, it goes on without.
type traffic struct {
	tick    time.Duration
	tiers   []*tier // those that links lead to come after those that they lead from
	bySpace map[int32]*tier
	flows   []*flow
	routes  []route
}

// tier is the instances of one space of software, among which requests are dealt out by their weights.
type tier struct {
	space     int32
	work      float64 // million instructions a visit
	linked    func(left, right drivers.Ref) bool
	ready     []*program
	broken    int     // instances that are being restarted, and are not drained
	dead      []dead  // instances that who sends requests hasn't missed yet
	weighed   bool    // one of them was weighed by one that sends requests
	residence float64 // seconds that a visit takes when nothing waits
}

// flow is the requests of one load.
type flow struct {
	clients *Clients // or else an open load
	open    Requests
	path    []stop
	routes  []int32 // by which they enter
	opened  bool    // the entry was ready once: before that there is nothing to visit

	queued    float64 // requests that wait somewhere
	completed float64 // in this step
	rate      float64 // completed a second, in the last step
	residence float64
}

// route is a way through the tiers up to a program.
type route struct {
	flow    *flow
	depth   int
	parent  int32 // -1 at the entry
	program *program
	next    []int32
}

// cohort is requests that came at one time by one route.
type cohort struct {
	route int32
	at    time.Duration
	n     float64
}

// station is where requests wait for a program.
type station struct {
	queue   []cohort
	waiting float64
	arrived float64 // in this step
	rate    float64 // arrivals a second, in the last step
}

// stepsABreath is how many steps of requests may be taken before Advance returns: some milliseconds.
const stepsABreath = 1000

// manyCores are as good as any more: one of them is always idle.
const manyCores = 4096

// hardlyAny requests are none: what is left of fractions.
const hardlyAny = 1e-6

// survey looks which programs are ready.
func (w *general) survey() {
	t := &w.traffic
	if len(t.flows) == 0 {
		return
	}
	for _, tier := range t.tiers {
		tier.ready, tier.broken, tier.weighed = tier.ready[:0], 0, false
	}
	for _, p := range w.programs {
		for q := range p.weighs {
			t.bySpace[q.ref.Space].weighed = true
		}
		tier := t.bySpace[p.ref.Space]
		switch {
		case p.state == ready && p.stands():
			tier.ready = append(tier.ready, p)
		case p.state == interrupted && !p.quiet:
			tier.broken++
		}
	}
	for _, f := range t.flows {
		f.look()
		f.opened = f.opened || len(f.path[0].tier.ready) > 0
	}
}

// step is how far the time may go on at once.
func (t *traffic) step(now, to time.Duration) time.Duration {
	for _, f := range t.flows {
		if !f.opened {
			continue
		}
		wake, ok := now, true
		if f.queued < hardlyAny {
			wake, ok = f.wake(now)
		}
		if ok && wake <= now {
			return min(to, later(now/t.tick*t.tick, t.tick))
		}
		if ok {
			to = min(to, wake)
		}
	}
	return to
}

// breath is when whoever lets time pass is asked to look up, so that he can stop; forever if there is nothing to be long at.
func (t *traffic) breath(now time.Duration) time.Duration {
	if len(t.flows) == 0 {
		return forever
	}
	closed := slices.ContainsFunc(t.flows, func(f *flow) bool { return !f.opened })
	if wake := t.step(now, forever); !closed && wake > later(now, t.tick) {
		return wake
	}
	return later(now/t.tick*t.tick, stepsABreath*t.tick)
}

// waiting are the loads that should have come before now, had their entry been ready.
func (t *traffic) waiting(now time.Duration) []Waiting {
	var all []Waiting
	for _, f := range t.flows {
		if f.opened {
			continue
		}
		w := Waiting{Space: f.path[0].tier.space}
		if f.clients != nil {
			w.Clients = f.clients.most(now)
		}
		if at, ok := f.wake(0); ok && at < now {
			all = append(all, w)
		}
	}
	return all
}

func (f *flow) wake(now time.Duration) (time.Duration, bool) {
	if f.clients != nil {
		return f.clients.wake(now)
	}
	return f.open.wake(now)
}

// serve moves the requests on by one step.
func (w *general) serve(step time.Duration) {
	t := &w.traffic
	if len(t.flows) == 0 {
		return
	}
	dt := step.Seconds()
	for _, f := range t.flows {
		f.completed = 0
		if f.opened {
			w.arrive(f, step)
		}
	}
	for _, tier := range t.tiers {
		for _, p := range tier.ready {
			w.work(p, tier, dt)
		}
		tier.measure()
	}
	for _, f := range t.flows {
		f.rate = f.completed / dt
		f.residence = f.rest(0)
	}
}

// arrive lets the requests of a step come in. Where an entry is being restarted they are refused, and where one has died nobody
// answers.
func (w *general) arrive(f *flow, step time.Duration) {
	n := w.arrivals(f, step)
	entry := f.path[0].tier
	open := takers(nil, entry)
	refused := float64(entry.broken) + entry.unmissed(nil)
	doors := float64(len(open)) + refused
	if n <= 0 {
		return
	}
	f.queued += n
	if doors == 0 {
		w.miss(f, n)
		return
	}
	each := n / doors
	w.miss(f, float64(each*refused))
	for _, p := range open {
		w.enqueue(p, w.enter(f, p), w.now, each)
	}
}

// arrivals is how many requests come in a step. Clients who neither wait nor are served think, for an exponential time.
func (w *general) arrivals(f *flow, step time.Duration) float64 {
	if f.clients == nil {
		return float64(f.open.at(w.now) * step.Seconds())
	}
	return float64(f.thinking(w.now+step/2) * (step.Seconds() / w.physics.think))
}

func (f *flow) thinking(at time.Duration) float64 {
	return max(0, f.clients.At(at)-f.queued-float64(f.rate*f.residence))
}

func (w *general) enqueue(p *program, route int32, at time.Duration, n float64) {
	s := &p.station
	s.arrived += n
	s.waiting += n
	if last := len(s.queue) - 1; last >= 0 && s.queue[last].route == route && s.queue[last].at == at {
		s.queue[last].n += n
		return
	}
	s.queue = append(s.queue, cohort{route, at, n})
}

// work lets p serve what waits for it, as far as its CPU goes in dt seconds.
func (w *general) work(p *program, t *tier, dt float64) {
	s := &p.station
	budget := math.Inf(1)
	if t.work > 0 {
		budget = max(0, p.limit-w.busy(p)) * dt / t.work
	}
	if p.machine != nil && p.machine.still {
		budget = 0
	}
	served, kept := 0.0, 0
	for i := range s.queue {
		c := &s.queue[i]
		if w.now-c.at >= patience {
			w.miss(w.traffic.routes[c.route].flow, c.n)
			s.waiting -= c.n
			continue
		}
		if n := min(c.n, budget); n > 0 {
			c.n -= n
			budget -= n
			served += n
			w.forward(c.route, c.at, n)
		}
		if c.n > 0 {
			s.queue[kept] = *c
			kept++
		}
	}
	s.queue = s.queue[:kept]
	s.waiting = max(0, s.waiting-served)
	s.rate, s.arrived = s.arrived/dt, 0
	if served > 0 {
		p.use(served * t.work / dt)
	}
}

// forward takes requests on from a program that has served them.
func (w *general) forward(from int32, at time.Duration, n float64) {
	r := &w.traffic.routes[from]
	f := r.flow
	depth, sender, next := w.traffic.onward(from)
	if depth == len(f.path) {
		w.complete(f, at, n)
		return
	}
	if len(next) == 0 {
		w.miss(f, n)
		return
	}
	unmissed := f.path[depth].tier.unmissed(sender)
	all := sender.weights(next) + unmissed
	w.miss(f, float64(n*unmissed)/all)
	for _, p := range next {
		w.enqueue(p, w.lead(from, depth, p), at, float64(n*sender.weight(p))/all)
	}
}

// complete counts requests that were answered, if in time.
func (w *general) complete(f *flow, at time.Duration, n float64) {
	waited := (w.now - at).Seconds()
	if waited+f.residence >= patience.Seconds() {
		w.miss(f, n)
		return
	}
	f.queued = max(0, f.queued-n)
	f.completed += n
	w.ledger.answer(n, waited, f.residence)
}

// miss counts requests that are lost.
func (w *general) miss(f *flow, n float64) {
	f.queued = max(0, f.queued-n)
	w.ledger.lost += n
}

// measure works out how long a visit takes on the average, as on a processor shared by all who are there. Where some get
// more than others, they count for more.
func (t *tier) measure() {
	if t.work == 0 || len(t.ready) == 0 {
		return
	}
	sum, n := 0.0, 0.0
	for _, p := range t.ready {
		if p.limit <= 0 {
			continue
		}
		_, core := p.room()
		cores := max(1, int(min(p.limit/core+0.5, manyCores)))
		idle := 1 - power(min(p.used/p.limit, 0.98), cores)
		visits := 1.0
		if t.weighed {
			visits = p.station.rate
		}
		sum += float64(visits * (t.work / min(core, p.limit) / idle))
		n += visits
	}
	if n > 0 {
		t.residence = sum / n
	}
}

func power(x float64, n int) float64 {
	y := 1.0
	for range n {
		y = float64(y * x)
	}
	return y
}

// appetite is how much CPU p could use now: for what came lately, and for what waits.
func (w *general) appetite(p *program) float64 {
	want := w.busy(p)
	if t := w.traffic.bySpace[p.ref.Space]; p.state == ready {
		want += float64(t.work * (p.station.rate + p.station.waiting))
	}
	size, _ := p.room()
	return min(want, size)
}

// down loses the requests in flight in p: those that wait for it or, having passed it, further on, and those in service.
func (w *general) down(p *program) {
	t := &w.traffic
	tier := t.bySpace[p.ref.Space]
	if p.state != ready || len(t.flows) == 0 {
		return
	}
	for _, q := range w.programs {
		s := &q.station
		s.queue = slices.DeleteFunc(s.queue, func(c cohort) bool {
			if !t.passes(c.route, p) {
				return false
			}
			w.miss(t.routes[c.route].flow, c.n)
			s.waiting = max(0, s.waiting-c.n)
			return true
		})
	}
	for _, f := range t.flows {
		if depth := f.depth(tier); depth >= 0 {
			w.cut(f, depth, f.part(depth, p))
		}
	}
	p.station = station{}
}

// cut loses what one of the programs of a tier, with its part of a flow, has in service there and further on. Clients
// whose connection to an entry was idle are counted apart.
func (w *general) cut(f *flow, depth int, part float64) {
	n := float64(f.rate * f.rest(depth) * part)
	w.ledger.done -= n
	w.ledger.lost += n
	if depth == 0 && f.clients != nil {
		w.ledger.idle += float64(f.thinking(w.now) * part)
	}
}
