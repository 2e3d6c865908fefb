package journal_test

import (
	"testing"

	"github.com/tune-autonomic/tune/runtime/journal"
	"github.com/tune-autonomic/tune/runtime/journal/journaltest"
)

func TestMemory(t *testing.T) {
	journaltest.Run(t, func(*testing.T) journal.Journal { return journal.NewMemory() })
}
