package manager

import (
	"time"

	"github.com/tune-autonomic/tune/drivers"
)

const (
	// commandLimit is how long a command that names no time limit may take.
	commandLimit = 10 * time.Minute
	// grace is how long a driver may be late before it is asked.
	grace = 10 * time.Second
	// firstAsk and lastAsk are how long it takes until a driver that couldn't tell is asked again: twice as long each time.
	firstAsk = time.Second
	lastAsk  = time.Minute
)

// ledger knows which commands have no definite end yet, so that a result that comes twice, or for nothing, is noticed,
// and a command that never ends is asked about.
type ledger struct {
	open map[drivers.CommandID]entry
	due  dueHeap
}

type entry struct {
	due  time.Duration
	wait time.Duration // until it is asked again
	told bool          // that the outcome is unknown
}

func newLedger() *ledger { return &ledger{open: map[drivers.CommandID]entry{}} }

// sent notes commands that begin now.
func (l *ledger) sent(batch []drivers.Command, now time.Duration) {
	for _, c := range batch {
		limit := c.Timeout
		if limit <= 0 {
			limit = commandLimit
		}
		l.askAt(c.ID, entry{wait: firstAsk}, now+limit+grace)
	}
}

func (l *ledger) askAt(id drivers.CommandID, e entry, t time.Duration) {
	e.due = t
	l.open[id] = e
	l.due.push(dueAt{t, id})
}

// verdict is what a result is worth.
type verdict uint8

const (
	news    verdict = iota // the engine must know
	noNews                 // it knows, or it will when there is an end
	strange                // nobody is waiting for it
)

// result notes the result of a command, or the answer to a query.
func (l *ledger) result(r drivers.Result, now time.Duration) verdict {
	e, ok := l.open[r.ID]
	if !ok {
		return strange
	}
	switch r.Outcome {
	case drivers.Done, drivers.Failed:
		delete(l.open, r.ID)
		return news
	}
	told, at := e.told, now+e.wait
	e.wait = min(2*e.wait, lastAsk)
	e.told = told || r.Outcome != drivers.Running
	l.askAt(r.ID, e, at)
	if e.told == told {
		return noNews
	}
	return news
}

// next is when somebody must be asked; false if never.
func (l *ledger) next() (time.Duration, bool) {
	for len(l.due) > 0 {
		top := l.due[0]
		if e, ok := l.open[top.id]; ok && e.due == top.at {
			return top.at, true
		}
		l.due.pop()
	}
	return 0, false
}

// ask takes the commands that are to be asked about now. They are asked again later, whether there is an answer or not.
func (l *ledger) ask(now time.Duration) []drivers.CommandID {
	var ids []drivers.CommandID
	for t, ok := l.next(); ok && t <= now; t, ok = l.next() {
		id := l.due.pop().id
		l.askAt(id, l.open[id], now+lastAsk)
		ids = append(ids, id)
	}
	return ids
}

type dueAt struct {
	at time.Duration
	id drivers.CommandID
}

// dueHeap is a heap with the earliest first; entries that don't hold any more are passed over.
type dueHeap []dueAt

func (h *dueHeap) push(d dueAt) {
	*h = append(*h, d)
	all := *h
	for i := len(all) - 1; i > 0 && all[i].at < all[(i-1)/2].at; i = (i - 1) / 2 {
		all[i], all[(i-1)/2] = all[(i-1)/2], all[i]
	}
}

func (h *dueHeap) pop() dueAt {
	all := *h
	top, last := all[0], len(all)-1
	all[0] = all[last]
	all = all[:last]
	*h = all
	for i := 0; ; {
		least := i
		for c := 2*i + 1; c <= 2*i+2 && c < last; c++ {
			if all[c].at < all[least].at {
				least = c
			}
		}
		if least == i {
			return top
		}
		all[i], all[least] = all[least], all[i]
		i = least
	}
}
