package clitool

import (
	"context"
	"os"
	"os/signal"
	"syscall"
	"time"
)

// oneWish is how soon signals follow each other that say the same: timeout(1) sends its own twice, and a terminal that goes away
// is told of by the kernel and by the shell.
const oneWish = 250 * time.Millisecond

// UntilStopped is a context that ends when a person or the system wants the process to end: by Ctrl-C, by SIGTERM, or when its
// terminal goes away, unless it was started so that it outlives that, as by nohup. Whoever says so once more, after oneWish, ends
// the process at once. The function ends the watch.
func UntilStopped() (context.Context, context.CancelFunc) {
	stops := []os.Signal{os.Interrupt, syscall.SIGTERM}
	if !signal.Ignored(syscall.SIGHUP) {
		stops = append(stops, syscall.SIGHUP)
	}
	ctx, stop := signal.NotifyContext(context.Background(), stops...)
	context.AfterFunc(ctx, func() { time.AfterFunc(oneWish, stop) })
	return ctx, stop
}
