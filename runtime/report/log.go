package report

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/tune-autonomic/tune/compiler/bundle"
	"github.com/tune-autonomic/tune/runtime/engine"
)

const (
	// maxRuns is how many runs of policies are remembered one by one, maxNotes how many notices of one kind.
	maxRuns  = 20_000
	maxNotes = 100
)

// endedInFailure is what the engine says of the end of a run that has failed.
const endedInFailure = "failed"

// run is one run of a policy. End is negative while it goes on.
type run struct {
	instance   uint64
	policy     string
	thing      string
	start, end time.Duration
	states     []string
	failed     bool // it ended so, or is stuck
	stuck      bool
	outcome    string
}

// note is something else that happened: times times, if somebody had to wait for the same again, last at until.
type note struct {
	at, until time.Duration
	kind      engine.NoticeKind
	text      string
	times     int
}

// log is what policies did, and what was noticed.
type log struct {
	runs  []run
	open  map[uint64]int // index in runs
	notes []note
	kept  map[engine.NoticeKind]int // notes, by kind
	waits map[string]int            // index in notes, by text
	// beyond counts what there was no room for.
	runsBeyond, notesBeyond int
	counts                  map[string]*policyCount
	order                   []string             // of counts, as first seen
	stuck                   []engine.Notice      // what was told of each run that is stuck now
	events                  map[string][]float64 // when each held, in seconds
	eventOrder              []string
}

// policyCount counts a policy's runs. Those that are stuck aren't running.
type policyCount struct {
	runs, running, failed, stuck int
	why                          string // of the first failure
}

func (l *log) begin() {
	l.open, l.counts, l.events = map[uint64]int{}, map[string]*policyCount{}, map[string][]float64{}
	l.kept, l.waits = map[engine.NoticeKind]int{}, map[string]int{}
}

func (l *log) add(n engine.Notice) {
	switch n.Kind {
	case engine.NoticeStart:
		l.start(n)
	case engine.NoticeState:
		l.state(n)
	case engine.NoticeEnd:
		l.end(n)
	case engine.NoticeWait:
		l.wait(n)
	case engine.NoticeStuck, engine.NoticeFailed:
		l.fail(n)
	case engine.NoticeEvent:
		l.event(n)
	default:
		l.note(n)
	}
}

func (l *log) start(n engine.Notice) {
	c := l.count(n.Policy)
	c.runs++
	c.running++
	if len(l.runs) == maxRuns {
		l.runsBeyond++
		return
	}
	l.open[n.Instance] = len(l.runs)
	l.runs = append(l.runs, run{instance: n.Instance, policy: n.Policy, thing: n.Thing, start: time.Duration(n.At), end: -1})
}

// state goes on with a run's way, which is what was done. Whoever waited and chooses anew is back where it was when it chose
// first; what counts how often an arrow is taken is no state that people know.
func (l *log) state(n engine.Notice) {
	r := l.run(n)
	if r == nil || !engine.Written(n.State) {
		return
	}
	name := n.State
	for k := len(r.states) - 1; n.Anew && k >= 0; k-- {
		if r.states[k] == name {
			r.states = r.states[:k]
			break
		}
	}
	if len(r.states) == 0 || r.states[len(r.states)-1] != name {
		r.states = append(r.states, name)
	}
}

func (l *log) run(n engine.Notice) *run {
	if i, ok := l.open[n.Instance]; ok {
		return &l.runs[i]
	}
	return nil
}

func (l *log) end(n engine.Notice) {
	r := l.run(n)
	if i := l.isStuck(n.Instance); i >= 0 {
		l.stuck = slices.Delete(l.stuck, i, i+1)
		l.count(n.Policy).stuck--
	} else {
		l.count(n.Policy).running--
	}
	failed := n.Text == endedInFailure
	if failed {
		l.count(n.Policy).failed++
	}
	if r == nil {
		return
	}
	r.stuck, r.failed = false, failed
	r.end = time.Duration(n.At)
	r.outcome = n.Text
	delete(l.open, n.Instance)
}

func (l *log) fail(n engine.Notice) {
	if n.Policy != "" && l.count(n.Policy).why == "" {
		l.count(n.Policy).why = n.Text
	}
	if r := l.run(n); r != nil {
		r.stuck = r.stuck || n.Kind == engine.NoticeStuck
		r.failed = r.stuck
	}
	if n.Kind == engine.NoticeStuck && l.isStuck(n.Instance) < 0 {
		l.stuck = append(l.stuck, n)
		l.count(n.Policy).stuck++
		l.count(n.Policy).running--
	}
	l.note(n)
}

// isStuck is where an instance is among those that are stuck; negative if it isn't.
func (l *log) isStuck(instance uint64) int {
	return slices.IndexFunc(l.stuck, func(n engine.Notice) bool { return n.Instance == instance })
}

func (l *log) note(n engine.Notice) {
	if l.kept[n.Kind] == maxNotes {
		l.notesBeyond++
		return
	}
	l.kept[n.Kind]++
	text := n.Text
	if text == "" {
		text = n.Thing
	} else if n.Policy != "" && n.Kind != engine.NoticeMoved {
		text = fmt.Sprintf("%s: %s", n.Policy, text)
	}
	at := time.Duration(n.At)
	l.notes = append(l.notes, note{at, at, n.Kind, text, 1})
}

// wait notes what a run waits for. Whoever waits asks anew whenever something comes free: that is one note.
func (l *log) wait(n engine.Notice) {
	who := n.Policy
	if n.Thing != "" {
		who += "(" + n.Thing + ")"
	}
	text := who + " " + n.Text
	if i, again := l.waits[text]; again {
		l.notes[i].times++
		l.notes[i].until = time.Duration(n.At)
		return
	}
	had := len(l.notes)
	if l.note(engine.Notice{Kind: n.Kind, At: n.At, Text: text}); len(l.notes) > had {
		l.waits[text] = had
	}
}

func (l *log) event(n engine.Notice) {
	name, _, _ := strings.Cut(n.Text, "(")
	times, seen := l.events[name]
	if !seen {
		l.eventOrder = append(l.eventOrder, name)
	}
	if len(times) < maxRuns {
		l.events[name] = append(times, time.Duration(n.At).Seconds())
	}
}

func (l *log) count(policy string) *policyCount {
	c := l.counts[policy]
	if c == nil {
		c = &policyCount{}
		l.counts[policy] = c
		l.order = append(l.order, policy)
	}
	return c
}

// FailedDeployment says why the first action of a deployment failed, of the default one or of the program's own policy for
// it; empty if none did.
func (r *Recorder) FailedDeployment() string {
	return r.failed(bundle.OnDeploy, engine.DefaultDeploy)
}

// FailedShutdown says the same of a shutdown.
func (r *Recorder) FailedShutdown() string {
	return r.failed(bundle.OnShutdown, engine.DefaultShutdown)
}

// failed says why the first action failed of the program's own policies for a trigger, or of what stands for one.
func (r *Recorder) failed(trigger int32, standsFor string) string {
	own := func(name string) bool {
		k := slices.IndexFunc(r.program().Policies, func(p bundle.Policy) bool { return p.Name == name })
		if k < 0 {
			return name == standsFor
		}
		return r.program().Policies[k].Event == trigger
	}
	for _, name := range r.log.order {
		if c := r.log.counts[name]; c.why != "" && own(name) {
			return c.why
		}
	}
	return ""
}

// Stuck says of the first run that is stuck what there is to do; empty if none is.
func (r *Recorder) Stuck() string {
	if len(r.log.stuck) == 0 {
		return ""
	}
	n := r.log.stuck[0]
	return n.Policy + ": " + n.Text
}

// kindNames are what notices are called for people.
var kindNames = map[engine.NoticeKind]string{
	engine.NoticeText:     "says",
	engine.NoticeStuck:    "stuck",
	engine.NoticeMoved:    "moved",
	engine.NoticeFailed:   "failed",
	engine.NoticeWait:     "waits",
	engine.NoticeFault:    "fault",
	engine.NoticeFact:     "noticed",
	engine.NoticePower:    "power",
	engine.NoticeDeployed: "deployed",
}
