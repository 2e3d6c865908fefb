package manager

import (
	"sync"

	"github.com/tune-autonomic/tune/drivers"
)

// maxFrames is how many frames may wait: samples are soft, and a driver that floods loses its oldest.
const maxFrames = 4096

// inbox is the sink of a driver: what it said and nobody has looked at yet. It is safe for concurrent use, and never
// blocks.
type inbox struct {
	// signal has something when something came.
	signal chan struct{}

	mu   sync.Mutex
	mail mail
}

// mail is what came, in the order in which it came. answers are those to queries.
type mail struct {
	results, answers []drivers.Result
	frames           []drivers.Frame
	facts            []drivers.Fact
	samples          []drivers.Sample // the frames' own
}

var _ drivers.Sink = (*inbox)(nil)

func newInbox() *inbox { return &inbox{signal: make(chan struct{}, 1)} }

// Results, Frame and Fact take what a driver says.
func (b *inbox) Results(rs []drivers.Result) {
	b.mu.Lock()
	b.mail.results = append(b.mail.results, rs...)
	b.mu.Unlock()
	b.ring()
}

// Frame copies: the samples are the driver's again when it returns.
func (b *inbox) Frame(f drivers.Frame) {
	b.mu.Lock()
	first := len(b.mail.samples)
	b.mail.samples = append(b.mail.samples, f.Samples...)
	f.Samples = b.mail.samples[first:len(b.mail.samples):len(b.mail.samples)]
	if len(b.mail.frames) == maxFrames {
		b.mail.frames = append(b.mail.frames[:0], b.mail.frames[1:]...)
	}
	b.mail.frames = append(b.mail.frames, f)
	b.mu.Unlock()
	b.ring()
}

// Fact takes something that a driver noticed.
func (b *inbox) Fact(f drivers.Fact) {
	b.mu.Lock()
	b.mail.facts = append(b.mail.facts, f)
	b.mu.Unlock()
	b.ring()
}

func (b *inbox) answer(r drivers.Result) {
	b.mu.Lock()
	b.mail.answers = append(b.mail.answers, r)
	b.mu.Unlock()
	b.ring()
}

func (b *inbox) ring() {
	select {
	case b.signal <- struct{}{}:
	default:
	}
}

// take exchanges what came for m, whose memory is used again.
func (b *inbox) take(m *mail) {
	m.results, m.answers, m.frames, m.facts, m.samples = m.results[:0], m.answers[:0], m.frames[:0], m.facts[:0], m.samples[:0]
	b.mu.Lock()
	b.mail, *m = *m, b.mail
	b.mu.Unlock()
}

func (m *mail) empty() bool {
	return len(m.results)+len(m.answers)+len(m.frames)+len(m.facts) == 0
}
