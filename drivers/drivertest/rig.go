package drivertest

import (
	"context"
	"fmt"
	"math"
	"slices"
	"sync"
	"time"

	"github.com/tune-autonomic/tune/drivers"
)

// startLimit is how long Start may take on the wall clock, on a busy machine.
const startLimit = 2 * time.Second

// rig is an opened driver, and everything that it said.
type rig struct {
	T
	Harness
	timed drivers.Timed // nil for a driver on the wall clock
	began time.Time
	now   time.Duration // of a timed driver
	step  uint32

	family, guests, software int32 // spaces; software is -1 if there is none to check

	mu      sync.Mutex
	results map[drivers.CommandID][]drivers.Result
	order   []drivers.CommandID
	frames  []drivers.Frame
	facts   []drivers.Fact
	shut    bool
	late    int // calls after Close
}

func newRig(t T, h Harness) *rig {
	t.Helper()
	r := &rig{T: t, Harness: h, began: time.Now(), results: map[drivers.CommandID][]drivers.Result{}}
	r.timed, _ = h.Driver.(drivers.Timed)
	if r.Patience == 0 {
		r.Patience = 10 * time.Minute
	}
	r.family, r.guests, r.software = -1, -1, -1
	for i, s := range h.Site.Spaces {
		if len(s.Machines) >= 2 && len(h.Site.Spaces[s.On].Hosts) >= 2 && r.guests < 0 {
			r.family, r.guests = s.On, int32(i)
		}
	}
	for i, s := range h.Site.Spaces {
		if s.Software && len(s.Ops) > 0 && (s.On == r.family || s.On == r.guests) && r.software < 0 {
			r.software = int32(i)
		}
	}
	r.expect(r.guests >= 0, "the harness's site must have two machines on a family of two hosts")
	if err := h.Driver.Open(context.Background(), h.Site, r); err != nil {
		r.fatalf("Open: %v", err)
	}
	return r
}

func (r *rig) fatalf(format string, args ...any) {
	r.Helper()
	r.Errorf(format, args...)
	r.FailNow()
}

func (r *rig) expect(ok bool, format string, args ...any) {
	r.Helper()
	if !ok {
		r.fatalf(format, args...)
	}
}

// Results, Frame and Fact make the rig a sink. The samples of a frame are spoilt after they were read: they are the
// driver's again, and it may not rely on what is in them.
func (r *rig) Results(results []drivers.Result) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.said()
	for _, one := range results {
		r.results[one.ID] = append(r.results[one.ID], one)
		r.order = append(r.order, one.ID)
	}
}

func (r *rig) Frame(f drivers.Frame) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.said()
	r.frames = append(r.frames, drivers.Frame{At: f.At, Samples: append([]drivers.Sample(nil), f.Samples...)})
	for i := range f.Samples {
		f.Samples[i] = drivers.Sample{Probe: -1, Index: -1, Value: math.NaN()}
	}
}

func (r *rig) Fact(f drivers.Fact) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.said()
	r.facts = append(r.facts, f)
}

func (r *rig) said() {
	if r.shut {
		r.late++
	}
}

func (r *rig) host(i int32) drivers.Ref    { return drivers.Ref{Space: r.family, Index: i} }
func (r *rig) machine(i int32) drivers.Ref { return drivers.Ref{Space: r.guests, Index: i} }

// command is a command of a new id.
func (r *rig) command(verb drivers.Verb, target, host drivers.Ref) drivers.Command {
	r.step++
	return drivers.Command{
		ID: drivers.CommandID{Instance: 1, Step: r.step}, Epoch: 5, Seq: uint64(r.step),
		Verb: verb, Target: target, Host: host, From: drivers.NoRef,
	}
}

// start hands a batch to the driver, and doesn't wait longer than Start may take. The batch is spoilt then: it isn't the
// driver's any more.
func (r *rig) start(batch ...drivers.Command) {
	r.Helper()
	returned := make(chan struct{})
	go func() {
		defer close(returned)
		given := slices.Clone(batch)
		r.Driver.Start(given)
		clear(given)
	}()
	select {
	case <-returned:
	case <-time.After(startLimit):
		r.fatalf("Start of %s didn't return within %v: it must not wait for an outcome", verbName(batch[0].Verb), startLimit)
	}
}

// do carries out a command and says how it ended.
func (r *rig) do(c drivers.Command) drivers.Result {
	r.Helper()
	r.start(c)
	return r.await(c)
}

func (r *rig) await(c drivers.Command) drivers.Result {
	r.Helper()
	r.let(r.Patience, func() bool { return len(r.resultsOf(c)) > 0 })
	results := r.resultsOf(c)
	r.expect(len(results) > 0, "%s of %v has no result after %v", verbName(c.Verb), c.Target, r.Patience)
	return results[0]
}

func (r *rig) must(c drivers.Command) {
	r.Helper()
	if one := r.do(c); one.Outcome != drivers.Done {
		r.fatalf("%s of %v isn't done but %s: %s", verbName(c.Verb), c.Target, outcomeName(one.Outcome), one.Reason)
	}
}

func (r *rig) mustFail(c drivers.Command, because string) drivers.Result {
	r.Helper()
	one := r.do(c)
	r.expect(one.Outcome == drivers.Failed, "%s of %v must fail, for %s, but it is %s", verbName(c.Verb), c.Target, because, outcomeName(one.Outcome))
	r.expect(one.Reason != "", "%s of %v failed without a reason for a person", verbName(c.Verb), c.Target)
	return one
}

func (r *rig) resultsOf(c drivers.Command) []drivers.Result {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.results[c.ID]
}

// let lets time pass until something is so, at most for a time; each machine runs at most once all the while.
func (r *rig) let(limit time.Duration, so func() bool) {
	r.Helper()
	end := r.time() + limit
	for !so() && r.time() < end {
		r.pass(end)
		r.watch()
	}
}

// settle lets a while pass in which nothing should happen.
func (r *rig) settle() {
	r.Helper()
	r.let(min(r.Patience, time.Minute)/20, func() bool { return false })
}

// time is the driver's.
func (r *rig) time() time.Duration {
	if r.timed != nil {
		return r.now
	}
	return time.Since(r.began)
}

func (r *rig) pass(end time.Duration) {
	if r.timed == nil {
		time.Sleep(2 * time.Millisecond)
		return
	}
	next, ok := r.timed.Next()
	if !ok || next > end {
		next = end
	}
	r.timed.Advance(next)
	r.now = max(r.now, next)
}

func (r *rig) watch() {
	r.Helper()
	if r.Probe == nil {
		return
	}
	for i := range r.Site.Spaces[r.guests].Machines {
		m := r.machine(int32(i))
		if hosts := r.Probe.Running(m); len(hosts) > 1 {
			r.fatalf("%v runs twice, on %v: never two copies", m, hosts)
		}
	}
}

// runs checks that a machine runs where it should: NoRef for nowhere.
func (r *rig) runs(m, where drivers.Ref, when string) {
	r.Helper()
	r.watch()
	if r.Probe == nil {
		return
	}
	at := drivers.NoRef
	if hosts := r.Probe.Running(m); len(hosts) > 0 {
		at = hosts[0]
	}
	r.expect(at == where, "%s %v must run on %v, but it runs on %v (%v is nowhere)", when, m, where, at, drivers.NoRef)
}

// launch creates and starts a machine.
func (r *rig) launch(m, host drivers.Ref) {
	r.Helper()
	r.must(r.command(drivers.Create, m, host))
	r.must(r.command(drivers.Start, m, drivers.NoRef))
}

// close closes the driver and looks that it says no more.
func (r *rig) close() {
	r.Helper()
	if r.shut {
		return
	}
	if err := r.Driver.Close(); err != nil {
		r.Errorf("Close: %v", err)
	}
	r.mu.Lock()
	r.shut = true
	r.mu.Unlock()
}

func verbName(v drivers.Verb) string {
	names := [drivers.NumVerbs]string{"Create", "Destroy", "Start", "Stop", "Operate", "MigratePrepare", "MigrateCommit",
		"MigrateAbort", "PowerOn", "PowerOff", "Fence", "PauseProbe", "ResumeProbe"}
	if v < drivers.NumVerbs {
		return names[v]
	}
	return fmt.Sprintf("verb %d", v)
}

func outcomeName(o drivers.Outcome) string {
	switch o {
	case drivers.Done:
		return "done"
	case drivers.Failed:
		return "failed"
	case drivers.Unknown:
		return "unknown"
	case drivers.Running:
		return "running"
	}
	return fmt.Sprintf("outcome %d", o)
}
