// Package testrun plays a system's tests on the real engine, in simulated worlds and virtual time, and judges what comes
// of them. It knows bundles, not sources: whoever has a Suite can run it.
//
// Each run of a test has a trial, which listens to the run as an observer and looks into it as a witness: what policies
// did is counted from notices, and the conditions are code that runs over the engine's own model. Neither changes
// anything, so a run is the same with and without its test.
package testrun

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/tune-autonomic/tune/compiler/bundle"
	"github.com/tune-autonomic/tune/runtime/data"
	"github.com/tune-autonomic/tune/runtime/manager"
)

// Options say what to run and how.
type Options struct {
	// Match chooses tests by their names; nil is all.
	Match *regexp.Regexp
	// Jobs is how many runs go on at once; at least 1.
	Jobs int
	Find data.Finder
	// Done is told of each test when all of its runs have ended, in the order of the suite. It may be nil.
	Done func(Test)
}

// Report is what came of the tests.
type Report struct {
	Tests    []Test        `json:"tests"`
	Coverage []PolicyCover `json:"coverage"`
	// Data says, a line each, where the loads came from.
	Data []string `json:"data"`
	Wall Span     `json:"wall_s"`
}

// Span is a length of time, or a time since a run's start. Programs get it in seconds.
type Span time.Duration

// MarshalJSON writes seconds.
func (s Span) MarshalJSON() ([]byte, error) {
	return strconv.AppendFloat(nil, time.Duration(s).Seconds(), 'f', -1, 64), nil
}

// String is the time as programs of the language write it, to the millisecond.
func (s Span) String() string {
	ms := time.Duration(s).Round(time.Millisecond)
	return strconv.FormatFloat(ms.Seconds(), 'f', -1, 64) + "s"
}

// Failed counts the tests that failed.
func (r Report) Failed() int {
	n := 0
	for _, t := range r.Tests {
		if !t.OK() {
			n++
		}
	}
	return n
}

// Test is what came of one test, of all its seeds.
type Test struct {
	Name     string    `json:"name"`
	At       Place     `json:"at"`
	Seeds    int       `json:"seeds"`
	Virtual  Span      `json:"virtual_s"` // of one run
	Wall     Span      `json:"wall_s"`    // of all, added up
	Failures []Failure `json:"failures,omitempty"`
	// Unheard is what the scenario said in an operator's place and nobody could do, with the first seed with which that was so.
	Unheard []Line `json:"unheard,omitempty"`
	// Error says why it couldn't be played: in one line, and more below.
	Error string `json:"error,omitempty"`
}

// OK says whether it was played and nothing failed.
func (t Test) OK() bool { return t.Error == "" && len(t.Failures) == 0 }

// Failure is an expectation that didn't hold. Also are other seeds with which it didn't.
type Failure struct {
	Expected Place    `json:"expected"`
	Seed     uint64   `json:"seed"`
	Also     []uint64 `json:"also,omitempty"`
	Time     Span     `json:"time_s"`
	Why      string   `json:"why"`
	Values   []Value  `json:"values,omitempty"`
	Timeline []Line   `json:"timeline,omitempty"`

	index int // of the expectation
}

// Value is a part of the expectation, and what it was at the time.
type Value struct {
	Part  string `json:"part"`
	Value string `json:"value"`
}

// Line is something that happened. Fails marks the time of the failure itself; More stands for as many lines that are left out.
type Line struct {
	Time  Span   `json:"time_s"`
	Text  string `json:"text"`
	Fails bool   `json:"fails,omitempty"`
	More  int    `json:"more,omitempty"`
}

// Run plays the tests of a verified suite. An error means that ctx has ended before they had; tests that fail are in the report,
// and so are those that hadn't ended, with an error that says so.
func Run(ctx context.Context, s *bundle.Suite, o Options) (Report, error) {
	begin := time.Now()
	p := newPlan(s, o)
	cover := newCover(s)
	var wait sync.WaitGroup
	for range max(o.Jobs, 1) {
		wait.Add(1)
		go func() {
			defer wait.Done()
			for j := p.take(); j != nil; j = p.take() {
				c := play(ctx, s, j, o.Find, cover)
				if ctx.Err() != nil {
					return
				}
				p.ended(j, c)
			}
		}()
	}
	wait.Wait()
	return Report{Tests: p.tests, Coverage: cover.report(), Data: p.data, Wall: Span(time.Since(begin))}, p.stopped()
}

// job is one run of one test.
type job struct {
	test *bundle.Case
	slot int // in the report
	seed uint64
}

// came is what came of a job.
type came struct {
	virtual, wall time.Duration
	failures      []Failure
	unheard       []Line
	data          []string
	err           error
}

// plan hands out jobs and gathers what comes of them. It is safe for concurrent use.
type plan struct {
	mu    sync.Mutex
	jobs  []job
	next  int
	tests []Test
	left  []int    // runs that haven't ended, by test
	runs  [][]came // by test and seed
	told  int
	data  []string
	done  func(Test)
}

func newPlan(s *bundle.Suite, o Options) *plan {
	p := &plan{done: o.Done, data: []string{}}
	for i := range s.Cases {
		c := &s.Cases[i]
		if o.Match != nil && !o.Match.MatchString(c.Name) {
			continue
		}
		n := int(c.To - c.From + 1)
		for seed := c.From; seed <= c.To; seed++ {
			p.jobs = append(p.jobs, job{c, len(p.tests), seed})
		}
		p.tests = append(p.tests, Test{Name: c.Name, At: place(s.Program, c.Pos), Seeds: n})
		p.left = append(p.left, n)
		p.runs = append(p.runs, make([]came, n))
	}
	return p
}

func (p *plan) take() *job {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.next == len(p.jobs) {
		return nil
	}
	p.next++
	return &p.jobs[p.next-1]
}

// ended notes what came of a job, and tells of the tests that are complete and whose turn it is.
func (p *plan) ended(j *job, c came) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.runs[j.slot][j.seed-j.test.From] = c
	p.left[j.slot]--
	for ; p.told < len(p.tests) && p.left[p.told] == 0; p.told++ {
		t := &p.tests[p.told]
		for _, run := range p.runs[p.told] {
			t.add(run)
			for _, line := range run.data {
				if !slices.Contains(p.data, line) {
					p.data = append(p.data, line)
				}
			}
		}
		p.runs[p.told] = nil
		if p.done != nil {
			p.done(*t)
		}
	}
}

// stopped notes which tests haven't ended, and is an error if there are any.
func (p *plan) stopped() error {
	ended := 0
	for i := range p.tests {
		if p.left[i] == 0 {
			ended++
			continue
		}
		p.tests[i].Error = "stopped before its end"
	}
	if ended == len(p.tests) {
		return nil
	}
	return fmt.Errorf("stopped: %d of %s had ended", ended, count(len(p.tests), "test"))
}

// add takes in a run of the test.
func (t *Test) add(c came) {
	t.Wall += Span(c.wall)
	t.Virtual = max(t.Virtual, Span(c.virtual))
	if c.err != nil && t.Error == "" {
		t.Error = c.err.Error()
	}
	if len(t.Unheard) == 0 {
		t.Unheard = c.unheard
	}
	for _, f := range c.failures {
		if first := t.failure(f.index); first != nil {
			first.Also = append(first.Also, f.Seed)
			continue
		}
		t.Failures = append(t.Failures, f)
	}
}

func (t *Test) failure(expectation int) *Failure {
	for i := range t.Failures {
		if t.Failures[i].index == expectation {
			return &t.Failures[i]
		}
	}
	return nil
}

func play(ctx context.Context, s *bundle.Suite, j *job, find data.Finder, cover *cover) came {
	t := newTrial(s, j.test, j.seed)
	find.Seed = j.seed
	r, err := manager.Simulate(ctx, s.Program, manager.SimOptions{World: &j.test.World, Seed: j.seed, Find: find, Observer: t, Witness: t})
	cover.add(t.seen)
	return came{virtual: r.Virtual, wall: r.Wall, failures: t.told(), unheard: t.story.unheard, data: r.Origins, err: err}
}
