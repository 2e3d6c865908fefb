package sim

import (
	"math"
	"time"
)

// forever is the latest time that there is, some 292 years on. What would come later comes then.
const forever time.Duration = math.MaxInt64

// seconds is a time of so many seconds, forever if a time.Duration can't hold them.
func seconds(s float64) time.Duration { return nanoseconds(s * float64(time.Second)) }

func nanoseconds(ns float64) time.Duration {
	switch {
	case ns >= float64(forever):
		return forever
	case ns <= -float64(forever):
		return -forever
	case ns != ns:
		return 0
	}
	return time.Duration(ns)
}

// later is d after t; neither is negative.
func later(t, d time.Duration) time.Duration {
	if d > forever-t {
		return forever
	}
	return t + d
}

// multiple is k times d; neither is negative.
func multiple(k int, d time.Duration) time.Duration {
	if d > 0 && time.Duration(k) > forever/d {
		return forever
	}
	return time.Duration(k) * d
}
