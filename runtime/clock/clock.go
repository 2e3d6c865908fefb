// Package clock says how a run's time passes: at once, as in a simulation, or with the wall's. It is the only package of
// the runtime by whose clock anything happens.
package clock

import (
	"context"
	"math"
	"time"
)

// Clock is a run's time, from 0 on. It belongs to one goroutine.
type Clock interface {
	// Until waits until the run's time is t, or until signal brings something, whichever is first, and returns the time
	// then, which is never after t. It returns ctx's error if that ends before.
	Until(ctx context.Context, t time.Duration, signal <-chan struct{}) (time.Duration, error)
}

// Virtual is a Clock that doesn't wait: time passes at once.
type Virtual struct{}

// Until is t; 0 if ctx has ended.
func (Virtual) Until(ctx context.Context, t time.Duration, _ <-chan struct{}) (time.Duration, error) {
	if err := ctx.Err(); err != nil {
		return 0, err
	}
	return t, nil
}

// Wall is a Clock that follows the wall's, Speed times as fast.
type Wall struct {
	start time.Time
	speed float64
}

// NewWall starts a clock at 0 now; speed must be more than 0, and 1 is the wall's own.
func NewWall(speed float64) *Wall { return &Wall{time.Now(), speed} }

func (w *Wall) now() time.Duration {
	return nanoseconds(float64(time.Since(w.start)) * w.speed)
}

// Until waits for t, if that isn't over yet.
func (w *Wall) Until(ctx context.Context, t time.Duration, signal <-chan struct{}) (time.Duration, error) {
	left := nanoseconds(float64(t-w.now()) / w.speed)
	if left <= 0 {
		return t, ctx.Err()
	}
	timer := time.NewTimer(left)
	defer timer.Stop()
	select {
	case <-timer.C:
		return t, nil
	case <-signal:
		return min(w.now(), t), nil
	case <-ctx.Done():
		return min(w.now(), t), ctx.Err()
	}
}

// nanoseconds is a time of so many, the longest that there is if there are more.
func nanoseconds(n float64) time.Duration {
	if n >= math.MaxInt64 {
		return math.MaxInt64
	}
	return time.Duration(n)
}

var (
	_ Clock = Virtual{}
	_ Clock = (*Wall)(nil)
)
