// Package console shows a run to a person at a terminal while it goes on: how far a simulation is, or the state of a
// system that is looked after. Where there is no terminal, it writes plain lines, or nothing.
package console

import (
	"fmt"
	"io"
	"time"

	"golang.org/x/term"

	"github.com/tune-autonomic/tune/runtime/engine"
	"github.com/tune-autonomic/tune/runtime/manager"
)

// redraw is the time between two pictures, on the wall's clock.
const redraw = 100 * time.Millisecond

// patience is how long a run may take before its progress is shown.
const patience = 500 * time.Millisecond

const clearLine = "\r\x1b[K"

// Progress shows how far a simulation is, if it takes long and w is a terminal.
type Progress struct {
	w           io.Writer
	terminal    bool
	until       time.Duration
	name        string
	start, last time.Time
	shown       bool
}

var _ manager.Observer = (*Progress)(nil)

// NewProgress writes to w.
func NewProgress(w io.Writer) *Progress {
	_, terminal := size(w)
	return &Progress{w: w, terminal: terminal}
}

// Begin starts the clock.
func (p *Progress) Begin(s manager.Stage) time.Duration {
	p.until, p.name, p.start = s.Until, s.Program.System+" · "+s.Scenario, time.Now()
	return 0
}

// Notice is of no interest here.
func (p *Progress) Notice(engine.Notice) {}

// Moment draws, now and then.
func (p *Progress) Moment(now time.Duration) {
	if !p.terminal || p.until <= 0 || time.Since(p.start) < patience || time.Since(p.last) < redraw {
		return
	}
	p.last, p.shown = time.Now(), true
	done := float64(now) / float64(p.until)
	fmt.Fprintf(p.w, "%s%s  %s %3.0f %%", clearLine, p.name, bar(done, 30), 100*done)
}

// Done removes what was drawn.
func (p *Progress) Done() {
	if p.shown {
		fmt.Fprint(p.w, clearLine)
	}
}

// size is the terminal's columns and rows; false if w is none.
func size(w io.Writer) (box, bool) {
	f, ok := w.(interface{ Fd() uintptr })
	if !ok || !term.IsTerminal(int(f.Fd())) {
		return box{}, false
	}
	cols, rows, err := term.GetSize(int(f.Fd()))
	if err != nil || cols <= 0 || rows <= 0 {
		return box{80, 24}, true
	}
	return box{cols, rows}, true
}

// box is a size in characters.
type box struct{ cols, rows int }

// eighths are the parts of a character cell.
var eighths = []rune(" ▏▎▍▌▋▊▉█")

// bar is part (0..1) of n characters.
func bar(part float64, n int) string {
	filled := int(max(0, min(1, part))*float64(n)*8 + 0.5)
	cells := make([]rune, n)
	for i := range cells {
		cells[i] = eighths[max(0, min(8, filled-8*i))]
	}
	return string(cells)
}
