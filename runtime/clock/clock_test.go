package clock

import (
	"context"
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestVirtualTimePassesAtOnce(t *testing.T) {
	now, err := Virtual{}.Until(context.Background(), 1000*time.Hour, nil)
	require.NoError(t, err)
	require.Equal(t, 1000*time.Hour, now)
}

func TestWallTimeGoesFasterIfAsked(t *testing.T) {
	w := NewWall(1000)
	start := time.Now()
	now, err := w.Until(context.Background(), 10*time.Second, nil)
	require.NoError(t, err)
	require.Equal(t, 10*time.Second, now)
	require.GreaterOrEqual(t, time.Since(start), 9*time.Millisecond)

	now, err = w.Until(context.Background(), time.Second, nil)
	require.NoError(t, err)
	require.Equal(t, time.Second, now, "what is over is not waited for")
}

func TestASignalEndsTheWait(t *testing.T) {
	signal := make(chan struct{}, 1)
	signal <- struct{}{}
	now, err := NewWall(1).Until(context.Background(), time.Hour, signal)
	require.NoError(t, err)
	require.Less(t, now, time.Minute)
}

func TestTheContextEndsTheWait(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	_, err := NewWall(1).Until(ctx, time.Hour, nil)
	require.ErrorIs(t, err, context.Canceled)
	_, err = Virtual{}.Until(ctx, time.Hour, nil)
	require.ErrorIs(t, err, context.Canceled)
}

func TestTheEndOfTimeIsNotReachedBySlowness(t *testing.T) {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Millisecond)
	defer cancel()
	now, err := NewWall(0.5).Until(ctx, math.MaxInt64, nil)
	require.ErrorIs(t, err, context.DeadlineExceeded, "what never comes is waited for")
	require.Less(t, now, time.Second)
}
