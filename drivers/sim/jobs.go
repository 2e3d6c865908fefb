package sim

import (
	"fmt"
	"slices"
	"time"

	"github.com/tune-autonomic/tune/drivers"
)

// job is a command and what became of it.
type job struct {
	cmd     drivers.Command
	began   time.Duration
	outcome drivers.Outcome // what was reported; Running until then
	truth   drivers.Outcome // what is the case, which Query tells after an Unknown
	reason  string

	steps []step
	undo  func() // makes things as if the command had never begun; nil if it did nothing yet
	slot  **job  // the target's, which is busy with this job

	doomed  bool          // it will fail at its next step
	delay   time.Duration // its next step comes so much later
	stalled bool          // its next step never comes
}

// step is a part of a job: after a time, something is the case.
type step struct {
	after time.Duration
	do    func()
}

// underWay says whether j has steps to do.
func (j *job) underWay() bool { return j.outcome == drivers.Running && len(j.steps) > 0 }

// Start begins commands. What is done at once is reported before it returns.
func (w *general) Start(batch []drivers.Command) {
	if w.closed {
		return
	}
	for _, cmd := range batch {
		w.begin(cmd)
	}
	w.tell()
}

// Query says what came of a command.
func (w *general) Query(id drivers.CommandID) drivers.Result {
	j, ok := w.jobs[id]
	if !ok {
		return drivers.Result{ID: id, Outcome: drivers.Failed, Reason: "the simulator never saw this command"}
	}
	if j.outcome == drivers.Unknown {
		return drivers.Result{ID: id, Outcome: j.truth, Reason: j.reason}
	}
	return drivers.Result{ID: id, Outcome: j.outcome, Reason: j.reason}
}

// begin starts one command, unless it is known, comes from a leader that isn't one any more, or comes late. These refusals
// aren't remembered: nobody has seen the command, and an old leader's successor may give the same.
func (w *general) begin(cmd drivers.Command) {
	if j, ok := w.jobs[cmd.ID]; ok {
		if j.outcome != drivers.Running {
			w.results = append(w.results, w.Query(cmd.ID))
		}
		return
	}
	if err := w.order.admit(cmd); err != nil {
		w.results = append(w.results, drivers.Result{ID: cmd.ID, Outcome: drivers.Failed, Reason: err.Error()})
		return
	}
	j := &job{cmd: cmd, began: w.now, outcome: drivers.Running}
	w.jobs[cmd.ID] = j
	w.running = append(w.running, j)
	if err := w.launch(j); err != nil {
		w.end(j, drivers.Failed, err.Error())
		return
	}
	w.afflict(j)
	w.proceed(j)
}

// proceed plans the job's next step, or ends it if there is none.
func (w *general) proceed(j *job) {
	if len(j.steps) == 0 {
		w.end(j, drivers.Done, "")
		return
	}
	next := j.steps[0]
	limit := later(j.began, w.timeout(j))
	if later(w.now, next.after) >= limit {
		w.agenda.add(limit, func() { w.giveUp(j) })
		return
	}
	w.after(next.after, func() { w.step(j) })
}

// step does the job's next step, if nothing came between.
func (w *general) step(j *job) {
	switch {
	case !j.underWay():
	case j.stalled:
		w.agenda.add(later(j.began, w.timeout(j)), func() { w.giveUp(j) })
	case j.delay > 0:
		j.steps[0].after, j.delay = j.delay, 0
		w.proceed(j)
	case j.doomed:
		w.fail(j, "it broke off")
	default:
		do := j.steps[0].do
		j.steps = j.steps[1:]
		if do(); j.outcome == drivers.Running {
			w.proceed(j)
		}
	}
}

// ahead says whether another operation of j's target is under way that came before it: they are carried out one by one.
func (w *general) ahead(j *job) bool {
	return slices.ContainsFunc(w.running, func(o *job) bool {
		return o.cmd.Verb == drivers.Operate && o.cmd.Target == j.cmd.Target && o.cmd.Seq < j.cmd.Seq
	})
}

func (w *general) timeout(j *job) time.Duration {
	if j.cmd.Timeout > 0 {
		return j.cmd.Timeout
	}
	return defaultTimeout
}

func (w *general) giveUp(j *job) {
	if j.underWay() {
		w.fail(j, fmt.Sprintf("given up after %v", w.timeout(j)))
	}
}

// fail ends a job as if it had never begun.
func (w *general) fail(j *job, reason string) {
	if j.undo != nil {
		j.undo()
	}
	w.end(j, drivers.Failed, reason)
}

// end reports what became of a job.
func (w *general) end(j *job, outcome drivers.Outcome, reason string) {
	w.settle(j)
	j.outcome, j.truth, j.reason = outcome, outcome, reason
	w.results = append(w.results, drivers.Result{ID: j.cmd.ID, Outcome: outcome, Reason: reason})
}

// settle lets go of a job's target.
func (w *general) settle(j *job) {
	if j.slot != nil {
		*j.slot, j.slot = nil, nil
	}
	j.steps = nil
	w.running = without(w.running, j)
}

// lose ends a job whose host fell silent: it is undone, but nobody can tell; after a while it is reported as unknown.
func (w *general) lose(j *job, h *host) {
	if j.undo != nil {
		j.undo()
	}
	w.settle(j)
	reason := w.name(h.ref) + " doesn't answer"
	w.after(seconds(w.physics.detectTime), func() {
		w.end(j, drivers.Unknown, reason)
		j.truth = drivers.Failed
	})
}

// cancel fails what p is busy with, because that which it stands on ends.
func (w *general) cancel(p *program) {
	if p.job != nil {
		w.fail(p.job, fmt.Sprintf("what %s stands on has ended", w.name(p.ref)))
	}
}

// claim makes a job the one that its target is busy with.
func (w *general) claim(j *job, slot **job) error {
	if *slot != nil {
		return fmt.Errorf("%s is busy with another command", w.name(j.cmd.Target))
	}
	*slot, j.slot = j, slot
	return nil
}

// touching is the jobs under way that h has a part in.
func (w *general) touching(h *host) []*job {
	var found []*job
	for _, j := range w.running {
		hosts := []*host{w.hostAt(j.cmd.Target), w.hostAt(j.cmd.Host), w.hostAt(j.cmd.From)}
		for _, r := range []drivers.Ref{j.cmd.Target, j.cmd.Host} {
			if m := w.machineAt(r); m != nil {
				hosts = append(hosts, m.host)
			}
		}
		if p := w.known[j.cmd.Target]; p != nil {
			hosts = append(hosts, p.host)
			if p.machine != nil {
				hosts = append(hosts, p.machine.host)
			}
		}
		if slices.Contains(hosts, h) {
			found = append(found, j)
		}
	}
	return found
}
