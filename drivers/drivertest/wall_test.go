package drivertest_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/tune-autonomic/tune/drivers"
	"github.com/tune-autonomic/tune/drivers/drivertest"
	"github.com/tune-autonomic/tune/drivers/sim"
)

// brisk is a world in which everything takes a moment, for a test can't wait for a machine to boot.
var brisk = map[string]float64{
	"create_time": 0.01, "destroy_time": 0.01, "boot_time": 0.03, "shutdown_time": 0.01, "start_time": 0.02,
	"stop_time": 0.01, "restart_time": 0.02, "operation_time": 0.01, "power_on_time": 0.03, "power_off_time": 0.01,
	"fence_time": 0.01, "detect_time": 0.01, "migration_downtime": 0.01, "bandwidth": 1e12,
}

// wallClock makes a driver of the wall clock of a simulated world, with a goroutine as real drivers have them.
type wallClock struct {
	drivers.Driver // hides that the world is timed
	mu             sync.Mutex
	world          sim.World
	began          time.Time
	end, ended     chan struct{}
}

func newWallClock(w sim.World) *wallClock {
	return &wallClock{Driver: w, world: w, end: make(chan struct{}), ended: make(chan struct{})}
}

func (w *wallClock) Open(ctx context.Context, site drivers.Site, sink drivers.Sink) error {
	w.began = time.Now()
	if err := w.world.Open(ctx, site, sink); err != nil {
		return err
	}
	go w.live()
	return nil
}

func (w *wallClock) live() {
	defer close(w.ended)
	for {
		select {
		case <-w.end:
			return
		case <-time.After(time.Millisecond):
			w.mu.Lock()
			w.catchUp()
			w.mu.Unlock()
		}
	}
}

func (w *wallClock) catchUp() {
	now := time.Since(w.began)
	for {
		next, ok := w.world.Next()
		if !ok || next > now {
			break
		}
		w.world.Advance(next)
	}
	w.world.Advance(now)
}

func (w *wallClock) Start(batch []drivers.Command) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.world.Start(batch)
}

func (w *wallClock) Query(id drivers.CommandID) drivers.Result {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.world.Query(id)
}

func (w *wallClock) Close() error {
	close(w.end)
	<-w.ended
	return w.world.Close()
}

func (w *wallClock) Running(m drivers.Ref) []drivers.Ref {
	w.mu.Lock()
	defer w.mu.Unlock()
	return looker{w.world}.Running(m)
}

func TestDriverOnTheWallClockPasses(t *testing.T) {
	drivertest.Run(t, func(drivertest.T) drivertest.Harness {
		w := newWallClock(sim.New(sim.Config{Seed: 1, Settings: brisk}))
		site := smallSite()
		for i := range site.Probes {
			site.Probes[i].Every = 50 * time.Millisecond
		}
		return drivertest.Harness{Driver: w, Site: site, Probe: w, Patience: 2 * time.Second}
	})
}
