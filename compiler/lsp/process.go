package lsp

import (
	"context"
	"time"
)

// outlive returns when a process is gone, or with ctx.
func outlive(ctx context.Context, pid int, every time.Duration) {
	look := time.NewTicker(every)
	defer look.Stop()
	for exists(pid) {
		select {
		case <-ctx.Done():
			return
		case <-look.C:
		}
	}
}
