package main

import (
	"io"
	"testing"

	"github.com/stretchr/testify/require"
)

// An editor that has died may leave the input open.
func TestClosingTheConnectionEndsAReadThatWaits(t *testing.T) {
	never, open := io.Pipe()
	defer open.Close()
	conn := newStdio(never, io.Discard)
	ended := make(chan error)
	go func() {
		_, err := conn.Read(make([]byte, 1))
		ended <- err
	}()
	require.NoError(t, conn.Close())
	require.Error(t, <-ended)
}
