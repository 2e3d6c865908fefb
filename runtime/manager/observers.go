package manager

import (
	"time"

	"github.com/tune-autonomic/tune/runtime/engine"
)

// Observers are several that are told the same, in this order. Moments come as often as the most curious wants.
type Observers []Observer

// Begin tells all of them.
func (os Observers) Begin(s Stage) time.Duration {
	every := time.Duration(0)
	for _, o := range os {
		if d := o.Begin(s); d > 0 && (every == 0 || d < every) {
			every = d
		}
	}
	return every
}

// Notice tells all of them.
func (os Observers) Notice(n engine.Notice) {
	for _, o := range os {
		o.Notice(n)
	}
}

// Moment tells all of them.
func (os Observers) Moment(now time.Duration) {
	for _, o := range os {
		o.Moment(now)
	}
}
