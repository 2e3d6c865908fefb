package console

import (
	"fmt"
	"io"
	"time"

	"github.com/tune-autonomic/tune/drivers/sim"
	"github.com/tune-autonomic/tune/runtime/engine"
	"github.com/tune-autonomic/tune/runtime/manager"
)

// newsKept is how many of the last events a screen can show.
const newsKept = 40

// sameWait is how long a run may wait for the same until it is told again: whoever waits asks anew whenever something
// comes free.
const sameWait = time.Minute

// Live shows a system that is looked after: one screen that is drawn anew on a terminal, a line for each event
// elsewhere.
type Live struct {
	w        io.Writer
	silent   bool
	terminal bool
	stage    manager.Stage
	snapshot sim.Snapshot
	news     []string
	running  map[uint64]string // policy runs, by instance
	waiting  map[uint64]wait   // what they were last told to wait for
	now      time.Duration
	last     time.Time
	drawn    bool
}

// wait is what a run waits for.
type wait struct {
	text string
	told time.Duration
}

var _ manager.Observer = (*Live)(nil)

// NewLive writes to w, or nothing if silent.
func NewLive(w io.Writer, silent bool) *Live {
	_, terminal := size(w)
	return &Live{w: w, silent: silent, terminal: terminal, running: map[uint64]string{}, waiting: map[uint64]wait{}}
}

// Begin says what is looked after.
func (l *Live) Begin(s manager.Stage) time.Duration {
	l.stage = s
	if !l.silent && !l.terminal {
		fmt.Fprintf(l.w, "looking after %s, scenario %s; stop with Ctrl-C\n", s.Program.System, s.Scenario)
	}
	return time.Second
}

// Notice keeps or writes what happened.
func (l *Live) Notice(n engine.Notice) {
	switch n.Kind {
	case engine.NoticeStart:
		l.running[n.Instance] = about(n)
	case engine.NoticeState:
		if engine.Written(n.State) {
			l.running[n.Instance] = about(n) + ": " + n.State
		}
	case engine.NoticeWait:
		l.running[n.Instance] = about(n) + " " + n.Text
		if l.toldAlready(n) {
			return
		}
	case engine.NoticeEnd:
		delete(l.running, n.Instance)
		delete(l.waiting, n.Instance)
	}
	text := line(n)
	if l.silent || n.Again || text == "" {
		return
	}
	if !l.terminal {
		fmt.Fprintln(l.w, text)
		return
	}
	if len(l.news) == newsKept {
		l.news = append(l.news[:0], l.news[1:]...)
	}
	l.news = append(l.news, text)
}

// toldAlready says whether a run's waiting for the same is no news.
func (l *Live) toldAlready(n engine.Notice) bool {
	last, at := l.waiting[n.Instance], time.Duration(n.At)
	if last.text == n.Text && at-last.told < sameWait {
		return true
	}
	l.waiting[n.Instance] = wait{n.Text, at}
	return false
}

// Moment draws the screen, now and then.
func (l *Live) Moment(now time.Duration) {
	l.now = now
	if l.silent || !l.terminal || time.Since(l.last) < redraw {
		return
	}
	l.last = time.Now()
	b, _ := size(l.w)
	l.stage.World.Observe(&l.snapshot)
	if !l.drawn {
		fmt.Fprint(l.w, "\x1b[?1049h\x1b[?25l") // another screen, without a cursor
		l.drawn = true
	}
	fmt.Fprint(l.w, "\x1b[H", l.screen(b), "\x1b[J")
}

// Done gives the terminal back.
func (l *Live) Done() {
	if l.drawn {
		fmt.Fprint(l.w, "\x1b[?25h\x1b[?1049l")
	}
}

// about is a policy and its thing.
func about(n engine.Notice) string {
	if n.Thing == "" {
		return n.Policy
	}
	return n.Policy + "(" + n.Thing + ")"
}

// line is a notice in a line of text; "" if it isn't worth one.
func line(n engine.Notice) string {
	text := n.Text
	switch n.Kind {
	case engine.NoticeState:
		return ""
	case engine.NoticeWait:
		text = about(n) + " " + n.Text
	case engine.NoticeEvent:
		text = "event " + n.Text
	case engine.NoticeStart:
		text = about(n) + " starts"
	case engine.NoticeEnd:
		text = about(n) + " ends"
		if n.State != "" {
			text += " in " + n.State
		}
	case engine.NoticeStuck:
		text = about(n) + " is stuck: " + n.Text
	case engine.NoticeFault:
		text = "fault: " + n.Text
	case engine.NoticeFailed:
		text = "failed: " + n.Text
		if n.Policy != "" {
			text = about(n) + " failed: " + n.Text
		}
	}
	return clockTime(time.Duration(n.At)) + "  " + text
}

// clockTime is h:mm:ss since the start.
func clockTime(d time.Duration) string {
	return fmt.Sprintf("%d:%02d:%02d", int(d.Hours()), int(d.Minutes())%60, int(d.Seconds())%60)
}
