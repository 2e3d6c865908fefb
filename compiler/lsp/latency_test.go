package lsp

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.lsp.dev/protocol"
)

// largeSystem is a system of at least so many lines: families of hosts with all that belongs to them.
func largeSystem(t testing.TB, lines int) string {
	data, err := os.ReadFile("testdata/family.txt")
	require.NoError(t, err)
	var b strings.Builder
	b.WriteString("system large\n")
	for i := 0; strings.Count(b.String(), "\n") < lines; i++ {
		b.WriteString(strings.ReplaceAll(string(data), "#", fmt.Sprint(i)))
	}
	return b.String()
}

// quantiles are the median and the 99th percentile.
func quantiles(times []time.Duration) (p50, p99 time.Duration) {
	slices.Sort(times)
	return times[len(times)/2], times[min(len(times)-1, len(times)*99/100)]
}

// latencies types in the middle of a system, and measures how long what it asks takes.
func latencies(t testing.TB, lines, rounds int) map[string][]time.Duration {
	e := startEditor(t, Options{})
	text := largeSystem(t, lines)
	path := filepath.Join(t.TempDir(), "large.tune")
	uri := e.open(path, text)
	e.diagnosed(uri, 1)
	d := newDocument(path, text)
	place := len(text)/2 + strings.Index(text[len(text)/2:], "h.cpu > h.high") + len("h.")
	times := map[string][]time.Duration{}
	took := func(what string, since time.Time) { times[what] = append(times[what], time.Since(since)) }
	for i := range int32(rounds) {
		where := protocol.Range{Start: d.position(place), End: d.position(place + 3)}
		typed := "cpx"
		if i%2 == 1 {
			typed = "cpu"
		}
		began, busy := time.Now(), cpuTime(t)
		e.change(uri, 2*i+2, &where, typed)
		e.diagnosed(uri, uint32(2*i+2))
		took("diagnostics", began)
		times[reckoning] = append(times[reckoning], cpuTime(t)-busy)

		began = time.Now()
		var h *protocol.Hover
		e.ask("textDocument/hover", at(uri, d.position(place-1)), &h)
		took("hover", began)
		began = time.Now()
		var list protocol.CompletionList
		e.ask("textDocument/completion", at(uri, d.position(place+1)), &list)
		require.NotEmpty(t, list.Items)
		took("completion", began)

		began = time.Now() // as an editor asks that has just sent a letter
		e.change(uri, 2*i+3, &where, typed)
		e.ask("textDocument/completion", at(uri, d.position(place+1)), &list)
		took("completion while typing", began)
	}
	return times
}

// reckoning is what diagnostics take of the processors, whatever else runs there.
const reckoning = "diagnostics, CPU"

// cpuTime is what this process has had of all processors.
func cpuTime(t testing.TB) time.Duration {
	var u syscall.Rusage
	require.NoError(t, syscall.Getrusage(syscall.RUSAGE_SELF, &u))
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// TestWhatIsTypedIsCheckedInTime holds the bounds for what is found while typing. They are on the time of a quiet machine,
// 100 and 300 ms at the 99th percentile, which -v tells; a machine that does much else is held to them by the median of
// what it reckons, the delay included.
func TestWhatIsTypedIsCheckedInTime(t *testing.T) {
	if testing.Short() {
		t.Skip("it measures for some seconds")
	}
	if raced {
		t.Skip("it is timed without the race detector")
	}
	defer debug.SetGCPercent(debug.SetGCPercent(400)) // as the command has it
	for _, c := range []struct {
		lines, rounds int
		bound         time.Duration
	}{{2000, 60, 100 * time.Millisecond}, {10_000, 30, 300 * time.Millisecond}} {
		for what, times := range latencies(t, c.lines, c.rounds) {
			p50, p99 := quantiles(times)
			t.Logf("%d lines: %-24s p50 %6.1f ms, p99 %6.1f ms", c.lines, what, float64(p50)/1e6, float64(p99)/1e6)
			if what == reckoning {
				require.Less(t, p50+defaultDelay, c.bound)
			}
		}
	}
}
