// Package journal keeps what the engine must not forget. The engine knows nothing of it: whoever drives the engine
// appends its records before it sends its commands.
package journal

import (
	"context"
	"errors"
	"time"
)

// Entry is the last record of a subject.
type Entry struct {
	Subject string
	Rev     uint64
	Data    []byte
}

// Errors of a journal.
var (
	// ErrConflict: another revision is there already. Whoever sees it has lost the lead, or never had it.
	ErrConflict = errors.New("the journal holds another revision")
	// ErrNotLeader: the lease has ended, or a newer epoch has begun.
	ErrNotLeader = errors.New("this manager does not lead")
)

// Lease is the right to append, from Epoch on, until it is lost. Epochs only grow.
type Lease interface {
	Epoch() uint64
	// Lost is closed when the lease has ended.
	Lost() <-chan struct{}
	Release(ctx context.Context) error
}

// Journal is durable state by subject. It is safe for concurrent use.
type Journal interface {
	// Load calls each with the last record of every subject, in the order of the subjects' names.
	Load(ctx context.Context, each func(Entry) error) error
	// Append adds record Rev to each entry's subject, if it stands at Rev-1, in the epoch of the lease, all or none of one
	// subject, in order. It returns when the entries are durable. Empty Data ends a subject.
	Append(ctx context.Context, lease Lease, entries []Entry) error
	// Lease waits until this manager leads, or ctx ends.
	Lease(ctx context.Context, who string, ttl time.Duration) (Lease, error)
	Close() error
}
