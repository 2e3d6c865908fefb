// Package journaltest says what every journal must do, as tests that any of them can be put to.
package journaltest

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/tune-autonomic/tune/runtime/journal"
)

// patience is how long a test waits for what must happen.
const patience = 5 * time.Second

// Run puts journals to the test. Each call of open gives a new, empty one.
func Run(t *testing.T, open func(t *testing.T) journal.Journal) {
	for _, c := range []struct {
		name string
		test func(t *testing.T, j journal.Journal)
	}{
		{"an empty journal loads nothing", empty},
		{"the last record of each subject is loaded, in the order of subjects", lastRecords},
		{"a record must follow the one that stands", follows},
		{"of a conflicting batch, nothing of its subject is kept", conflictKeepsNothing},
		{"several records of one subject may come at once", several},
		{"empty data ends a subject, and its revisions go on", ends},
		{"what is appended belongs to the journal", copies},
		{"only who leads may append", leader},
		{"epochs grow", epochs},
		{"a lease is waited for", waits},
		{"a wait ends with its context", cancelled},
		{"a lease that isn't used ends", expires},
		{"an error of each ends a load", loadError},
		{"many may append and load at once", together},
		{"a closed journal refuses everything", closed},
	} {
		t.Run(c.name, func(t *testing.T) {
			j := open(t)
			t.Cleanup(func() { _ = j.Close() })
			c.test(t, j)
		})
	}
}

func lease(t *testing.T, j journal.Journal) journal.Lease {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	l, err := j.Lease(ctx, "tester", time.Minute)
	require.NoError(t, err)
	return l
}

func entry(subject string, rev uint64, data string) journal.Entry {
	return journal.Entry{Subject: subject, Rev: rev, Data: []byte(data)}
}

func all(t *testing.T, j journal.Journal) []string {
	t.Helper()
	var got []string
	require.NoError(t, j.Load(context.Background(), func(e journal.Entry) error {
		got = append(got, fmt.Sprintf("%s@%d=%s", e.Subject, e.Rev, e.Data))
		return nil
	}))
	return got
}

func add(j journal.Journal, l journal.Lease, es ...journal.Entry) error {
	return j.Append(context.Background(), l, es)
}

func empty(t *testing.T, j journal.Journal) { require.Empty(t, all(t, j)) }

func lastRecords(t *testing.T, j journal.Journal) {
	l := lease(t, j)
	require.NoError(t, add(j, l, entry("b", 1, "one"), entry("a", 1, "uno")))
	require.NoError(t, add(j, l, entry("b", 2, "two")))
	require.Equal(t, []string{"a@1=uno", "b@2=two"}, all(t, j))
}

func follows(t *testing.T, j journal.Journal) {
	l := lease(t, j)
	require.ErrorIs(t, add(j, l, entry("a", 2, "x")), journal.ErrConflict, "a subject begins with 1")
	require.NoError(t, add(j, l, entry("a", 1, "x")))
	require.ErrorIs(t, add(j, l, entry("a", 1, "y")), journal.ErrConflict, "1 is there already")
	require.ErrorIs(t, add(j, l, entry("a", 3, "y")), journal.ErrConflict, "2 is missing")
	require.Equal(t, []string{"a@1=x"}, all(t, j))
}

func conflictKeepsNothing(t *testing.T, j journal.Journal) {
	l := lease(t, j)
	require.ErrorIs(t, add(j, l, entry("a", 1, "x"), entry("a", 3, "y")), journal.ErrConflict)
	require.Empty(t, all(t, j))
}

func several(t *testing.T, j journal.Journal) {
	require.NoError(t, add(j, lease(t, j), entry("a", 1, "x"), entry("b", 1, "u"), entry("a", 2, "y")))
	require.Equal(t, []string{"a@2=y", "b@1=u"}, all(t, j))
}

func ends(t *testing.T, j journal.Journal) {
	l := lease(t, j)
	require.NoError(t, add(j, l, entry("a", 1, "x"), entry("a", 2, "")))
	require.Empty(t, all(t, j))
	require.ErrorIs(t, add(j, l, entry("a", 2, "z")), journal.ErrConflict)
	require.NoError(t, add(j, l, entry("a", 3, "z")))
	require.Equal(t, []string{"a@3=z"}, all(t, j))
}

func copies(t *testing.T, j journal.Journal) {
	data := []byte("kept")
	require.NoError(t, j.Append(context.Background(), lease(t, j), []journal.Entry{{Subject: "a", Rev: 1, Data: data}}))
	copy(data, "lost")
	require.Equal(t, []string{"a@1=kept"}, all(t, j))
	require.NoError(t, j.Load(context.Background(), func(e journal.Entry) error { copy(e.Data, "lost"); return nil }))
	require.Equal(t, []string{"a@1=kept"}, all(t, j))
}

func leader(t *testing.T, j journal.Journal) {
	old := lease(t, j)
	require.NoError(t, old.Release(context.Background()))
	requireClosed(t, old.Lost())
	require.ErrorIs(t, add(j, old, entry("a", 1, "x")), journal.ErrNotLeader)
	now := lease(t, j)
	require.ErrorIs(t, add(j, old, entry("a", 1, "x")), journal.ErrNotLeader)
	require.ErrorIs(t, add(j, nil, entry("a", 1, "x")), journal.ErrNotLeader)
	require.NoError(t, old.Release(context.Background()), "a lease may be released twice")
	require.NoError(t, add(j, now, entry("a", 1, "y")))
}

func epochs(t *testing.T, j journal.Journal) {
	last := uint64(0)
	for range 3 {
		l := lease(t, j)
		require.Greater(t, l.Epoch(), last)
		last = l.Epoch()
		require.NoError(t, l.Release(context.Background()))
	}
}

func waits(t *testing.T, j journal.Journal) {
	first := lease(t, j)
	got := make(chan journal.Lease)
	go func() {
		l, err := j.Lease(context.Background(), "second", time.Minute)
		if err == nil {
			got <- l
		}
	}()
	select {
	case <-got:
		t.Fatal("two lead at once")
	case <-time.After(20 * time.Millisecond):
	}
	require.NoError(t, first.Release(context.Background()))
	select {
	case l := <-got:
		require.Greater(t, l.Epoch(), first.Epoch())
	case <-time.After(patience):
		t.Fatal("the lease was not passed on")
	}
}

func cancelled(t *testing.T, j journal.Journal) {
	lease(t, j)
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Millisecond)
	defer cancel()
	_, err := j.Lease(ctx, "second", time.Minute)
	require.ErrorIs(t, err, context.DeadlineExceeded)
}

func expires(t *testing.T, j journal.Journal) {
	l, err := j.Lease(context.Background(), "sleeper", 20*time.Millisecond)
	require.NoError(t, err)
	requireClosed(t, l.Lost())
	require.ErrorIs(t, add(j, l, entry("a", 1, "x")), journal.ErrNotLeader)
}

func loadError(t *testing.T, j journal.Journal) {
	require.NoError(t, add(j, lease(t, j), entry("a", 1, "x"), entry("b", 1, "y")))
	enough, calls := errors.New("enough"), 0
	require.ErrorIs(t, j.Load(context.Background(), func(journal.Entry) error { calls++; return enough }), enough)
	require.Equal(t, 1, calls)
}

func together(t *testing.T, j journal.Journal) {
	l := lease(t, j)
	var wg sync.WaitGroup
	for k := range 4 {
		wg.Go(func() {
			for rev := range uint64(20) {
				if err := add(j, l, entry(fmt.Sprintf("s%d", k), rev+1, "x")); err != nil {
					t.Error(err)
				}
				_ = j.Load(context.Background(), func(journal.Entry) error { return nil })
			}
		})
	}
	wg.Wait()
	require.Equal(t, []string{"s0@20=x", "s1@20=x", "s2@20=x", "s3@20=x"}, all(t, j))
}

func closed(t *testing.T, j journal.Journal) {
	l := lease(t, j)
	require.NoError(t, j.Close())
	require.NoError(t, j.Close(), "closing twice is no mistake")
	requireClosed(t, l.Lost())
	require.Error(t, add(j, l, entry("a", 1, "x")))
	require.Error(t, j.Load(context.Background(), func(journal.Entry) error { return nil }))
	_, err := j.Lease(context.Background(), "late", time.Minute)
	require.Error(t, err)
}

func requireClosed(t *testing.T, c <-chan struct{}) {
	t.Helper()
	select {
	case <-c:
	case <-time.After(patience):
		t.Fatal("the lease was not ended")
	}
}
