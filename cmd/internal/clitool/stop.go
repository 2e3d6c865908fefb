package clitool

import (
	"context"
	"os"
	"os/signal"
	"syscall"
)

// UntilStopped is a context that ends when a person or the system wants the process to end: by Ctrl-C, by SIGTERM, or when its
// terminal goes away, unless it was started so that it outlives that, as by nohup. The function ends the watch.
func UntilStopped() (context.Context, context.CancelFunc) {
	stops := []os.Signal{os.Interrupt, syscall.SIGTERM}
	if !signal.Ignored(syscall.SIGHUP) {
		stops = append(stops, syscall.SIGHUP)
	}
	return signal.NotifyContext(context.Background(), stops...)
}
