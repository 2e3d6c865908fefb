package clock

import (
	"context"
	"time"
)

// Await is what f gives; ctx's error if it hasn't given anything for patience after ctx ended. Such an f is left behind: it may
// wait for what never comes, as for a pipe that nobody writes to. What it gives later is lost.
func Await[T any](ctx context.Context, patience time.Duration, f func() (T, error)) (T, error) {
	type result struct {
		value T
		err   error
	}
	given := make(chan result, 1)
	go func() {
		value, err := f()
		given <- result{value, err}
	}()
	lost := make(chan struct{})
	stop := context.AfterFunc(ctx, func() { time.AfterFunc(patience, func() { close(lost) }) })
	defer stop()
	select {
	case r := <-given:
		return r.value, r.err
	case <-lost:
		var none T
		return none, ctx.Err()
	}
}
