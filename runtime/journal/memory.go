package journal

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"
)

// errClosed is what a journal says after Close.
var errClosed = errors.New("the journal is closed")

// Memory is a journal that lasts as long as its process. A lease ends when it is released, or when its time to live has
// passed since it was last used.
type Memory struct {
	mu     sync.Mutex
	last   map[string]Entry
	epoch  uint64
	holder *memoryLease
	closed chan struct{}
}

var _ Journal = (*Memory)(nil)

// NewMemory returns an empty journal.
func NewMemory() *Memory {
	return &Memory{last: map[string]Entry{}, closed: make(chan struct{})}
}

// memoryLease is the right to append to a Memory.
type memoryLease struct {
	m       *Memory
	who     string
	epoch   uint64
	ttl     time.Duration
	expires *time.Timer // nil if it never does
	lost    chan struct{}
}

func (l *memoryLease) Epoch() uint64         { return l.epoch }
func (l *memoryLease) Lost() <-chan struct{} { return l.lost }

// Release ends the lease; one that has ended already stays as it is.
func (l *memoryLease) Release(context.Context) error {
	l.m.mu.Lock()
	defer l.m.mu.Unlock()
	l.end()
	return nil
}

// end is called with the lock held.
func (l *memoryLease) end() {
	if l.m.holder != l {
		return
	}
	l.m.holder = nil
	if l.expires != nil {
		l.expires.Stop()
	}
	close(l.lost)
}

func (l *memoryLease) expire() {
	l.m.mu.Lock()
	defer l.m.mu.Unlock()
	l.end()
}

// Lease waits until nobody else leads. A ttl of 0 never ends by itself.
func (m *Memory) Lease(ctx context.Context, who string, ttl time.Duration) (Lease, error) {
	for {
		if err := ctx.Err(); err != nil {
			return nil, fmt.Errorf("journal: %s waits to lead: %w", who, err)
		}
		lease, other, err := m.tryLease(who, ttl)
		if err != nil || lease != nil {
			return lease, err
		}
		select {
		case <-other:
		case <-m.closed:
		case <-ctx.Done():
		}
	}
}

// tryLease returns a lease, or nil and what is closed when the one that stands has ended.
func (m *Memory) tryLease(who string, ttl time.Duration) (Lease, <-chan struct{}, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.isClosed() {
		return nil, nil, errClosed
	}
	if m.holder != nil {
		return nil, m.holder.lost, nil
	}
	m.epoch++
	l := &memoryLease{m: m, who: who, epoch: m.epoch, ttl: ttl, lost: make(chan struct{})}
	if ttl > 0 {
		l.expires = time.AfterFunc(ttl, l.expire)
	}
	m.holder = l
	return l, nil, nil
}

// Load calls each with copies, without holding up those who append.
func (m *Memory) Load(ctx context.Context, each func(Entry) error) error {
	m.mu.Lock()
	if m.isClosed() {
		m.mu.Unlock()
		return errClosed
	}
	entries := make([]Entry, 0, len(m.last))
	for _, e := range m.last {
		if len(e.Data) > 0 {
			entries = append(entries, Entry{e.Subject, e.Rev, bytes.Clone(e.Data)})
		}
	}
	m.mu.Unlock()
	slices.SortFunc(entries, func(a, b Entry) int { return bytes.Compare([]byte(a.Subject), []byte(b.Subject)) })
	for _, e := range entries {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := each(e); err != nil {
			return err
		}
	}
	return nil
}

// Append adds all entries, or none.
func (m *Memory) Append(ctx context.Context, lease Lease, entries []Entry) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.isClosed() {
		return errClosed
	}
	l, ok := lease.(*memoryLease)
	if !ok || m.holder != l {
		return ErrNotLeader
	}
	if l.expires != nil {
		l.expires.Reset(l.ttl)
	}
	if err := m.check(entries); err != nil {
		return err
	}
	for _, e := range entries {
		old := m.last[e.Subject]
		m.last[e.Subject] = Entry{e.Subject, e.Rev, append(old.Data[:0], e.Data...)}
	}
	return nil
}

// check sees that each entry follows what stands, or an earlier entry of the same batch.
func (m *Memory) check(entries []Entry) error {
	for i := range entries {
		e := &entries[i]
		at := m.last[e.Subject].Rev
		if at+1 == e.Rev {
			continue
		}
		if k := lastOf(entries[:i], e.Subject); k < 0 || entries[k].Rev+1 != e.Rev {
			return fmt.Errorf("journal: %s is at revision %d, and %d does not follow: %w", e.Subject, at, e.Rev, ErrConflict)
		}
	}
	return nil
}

func lastOf(entries []Entry, subject string) int {
	for i := len(entries) - 1; i >= 0; i-- {
		if entries[i].Subject == subject {
			return i
		}
	}
	return -1
}

// Close ends the lease, and every wait for one.
func (m *Memory) Close() error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.isClosed() {
		return nil
	}
	close(m.closed)
	if m.holder != nil {
		m.holder.end()
	}
	return nil
}

func (m *Memory) isClosed() bool {
	select {
	case <-m.closed:
		return true
	default:
		return false
	}
}
