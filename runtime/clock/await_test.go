package clock

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestWhatNeverComesIsAwaitedUntilTheEndAndNoLonger(t *testing.T) {
	ctx, stop := context.WithCancel(context.Background())
	never := make(chan struct{})
	defer close(never)
	time.AfterFunc(10*time.Millisecond, stop)
	_, err := Await(ctx, 10*time.Millisecond, func() (int, error) { <-never; return 1, nil })
	require.ErrorIs(t, err, context.Canceled)
}

func TestWhatComesSoonAfterTheEndCounts(t *testing.T) {
	ctx, stop := context.WithCancel(context.Background())
	own := errors.New("its own")
	n, err := Await(ctx, time.Minute, func() (int, error) { stop(); return 1, own })
	require.Equal(t, 1, n)
	require.ErrorIs(t, err, own)
}
