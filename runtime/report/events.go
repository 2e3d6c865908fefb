package report

import (
	"cmp"
	"encoding/csv"
	"fmt"
	"io"
	"iter"
	"math"
	"slices"
	"strconv"
	"time"

	"github.com/tune-autonomic/tune/runtime/engine"
)

// maxEvents is how many notices are kept for events.csv; how many more there were is its last line.
const maxEvents = 100_000

// perPage is how many notices stand together: a list that grows would be copied again and again.
const perPage = 256

// happenings are the notices of a run, in the order in which they came. Whoever waits asks anew whenever something comes
// free: that is told once.
type happenings struct {
	pages  [][]engine.Notice
	kept   int
	beyond int
	waits  map[uint64]string // what each instance waits for
}

func (h *happenings) add(n engine.Notice) {
	switch n.Kind {
	case engine.NoticeWait:
		if h.waits[n.Instance] == n.Text {
			return
		}
		if h.waits == nil {
			h.waits = map[uint64]string{}
		}
		h.waits[n.Instance] = n.Text
	case engine.NoticeEnd:
		delete(h.waits, n.Instance)
	}
	if h.kept == maxEvents {
		h.beyond++
		return
	}
	if h.kept%perPage == 0 {
		h.pages = append(h.pages, make([]engine.Notice, 0, perPage))
	}
	page := &h.pages[len(h.pages)-1]
	*page = append(*page, n)
	h.kept++
}

// columnOfKind is what a kind of notice is called in events.csv, for programs.
var columnOfKind = map[engine.NoticeKind]string{
	engine.NoticeText: "notify", engine.NoticeEvent: "event", engine.NoticeStart: "start", engine.NoticeState: "state",
	engine.NoticeEnd: "end", engine.NoticeStuck: "stuck", engine.NoticeMoved: "moved", engine.NoticeFailed: "failed",
	engine.NoticeWait: "wait", engine.NoticeFact: "fact", engine.NoticePower: "power", engine.NoticeDeployed: "deployed",
	engine.NoticeFault: "fault",
}

// writeEvents writes a line for each thing that happened: time, kind, the policy, the number of its run, what the run is
// about, its state, and what there is to say. What doesn't apply is empty.
func (r *Recorder) writeEvents(w io.Writer) error {
	c := csv.NewWriter(w)
	if err := c.Write([]string{"time_s", "kind", "policy", "run", "thing", "state", "text"}); err != nil {
		return err
	}
	for n := range r.noticed() {
		if n.Kind == engine.NoticeState && !engine.Written(n.State) {
			continue
		}
		run := ""
		if n.Instance != 0 {
			run = strconv.FormatUint(n.Instance, 10)
		}
		line := []string{seconds(time.Duration(n.At)), columnOfKind[n.Kind], n.Policy, run, n.Thing, n.State, n.Text}
		if err := c.Write(line); err != nil {
			return err
		}
	}
	if n := r.events.beyond; n > 0 {
		if err := c.Write([]string{seconds(r.now), "cut", "", "", "", "", fmt.Sprintf("%d more are not told", n)}); err != nil {
			return err
		}
	}
	c.Flush()
	return c.Error()
}

// noticed are the notices that are kept, and the faults between them, by time.
func (r *Recorder) noticed() iter.Seq[engine.Notice] {
	return func(yield func(engine.Notice) bool) {
		faults := r.faults()
		slices.SortStableFunc(faults, func(a, b fault) int { return cmp.Compare(a.at, b.at) })
		tell := func(until time.Duration) bool {
			for len(faults) > 0 && faults[0].at <= until {
				if !yield(engine.Notice{Kind: engine.NoticeFault, At: int64(faults[0].at), Text: faults[0].text}) {
					return false
				}
				faults = faults[1:]
			}
			return true
		}
		for _, page := range r.events.pages {
			for _, n := range page {
				if !tell(time.Duration(n.At)) || !yield(n) {
					return
				}
			}
		}
		tell(math.MaxInt64)
	}
}
