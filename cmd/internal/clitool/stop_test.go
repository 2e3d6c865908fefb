package clitool

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// A process that doesn't do as it is told ends when it is told once more.
func TestTheSecondSignalEndsTheProcess(t *testing.T) {
	if os.Getenv("TUNE_TEST_DEAF") != "" {
		ctx, _ := UntilStopped()
		fmt.Println("watching")
		<-ctx.Done()
		fmt.Println("told")
		time.Sleep(time.Minute)
		return
	}
	for _, sig := range []syscall.Signal{syscall.SIGINT, syscall.SIGTERM} {
		deaf := exec.Command(os.Args[0], "-test.run=^"+t.Name()+"$")
		deaf.Env = append(os.Environ(), "TUNE_TEST_DEAF=1")
		out, err := deaf.StdoutPipe()
		require.NoError(t, err)
		require.NoError(t, deaf.Start())
		says := bufio.NewScanner(out)
		require.True(t, says.Scan())
		require.Equal(t, "watching", says.Text())
		require.NoError(t, deaf.Process.Signal(sig))
		require.NoError(t, deaf.Process.Signal(sig), "twice at once is one wish")
		require.True(t, says.Scan())
		require.Equal(t, "told", says.Text())
		time.Sleep(2 * oneWish)
		require.NoError(t, deaf.Process.Signal(sig))
		var ended *exec.ExitError
		require.ErrorAs(t, deaf.Wait(), &ended)
		require.Equal(t, sig, ended.Sys().(syscall.WaitStatus).Signal())
	}
}
