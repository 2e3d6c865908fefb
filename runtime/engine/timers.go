package engine

// timerKind says what a timer is for.
type timerKind uint8

const (
	// timerHold looks at event a of thing b again. timerEvery lets periodic event a happen. timerTask: task b of instance
	// a has used up its time. timerRetry: who waits looks again, as a budget may have a token.
	timerHold timerKind = iota
	timerEvery
	timerTask
	timerRetry
)

type timer struct {
	at   Time
	seq  uint64 // timers of one time ring in the order in which they were set
	kind timerKind
	a    uint64
	b    int32
}

// timers is a heap. A timer is never taken back: who set it sees that it has become void when it rings.
type timers struct {
	heap []timer
	seq  uint64
}

func (t *timers) next() (Time, bool) {
	if len(t.heap) == 0 {
		return 0, false
	}
	return t.heap[0].at, true
}

func (t *timers) set(at Time, kind timerKind, a uint64, b int32) {
	t.seq++
	t.heap = append(t.heap, timer{at, t.seq, kind, a, b})
	for i := len(t.heap) - 1; i > 0; {
		up := (i - 1) / 2
		if !t.before(i, up) {
			return
		}
		t.heap[i], t.heap[up] = t.heap[up], t.heap[i]
		i = up
	}
}

func (t *timers) pop() timer {
	top, last := t.heap[0], len(t.heap)-1
	t.heap[0] = t.heap[last]
	t.heap = t.heap[:last]
	for i := 0; ; {
		least := i
		for _, c := range [2]int{2*i + 1, 2*i + 2} {
			if c < last && t.before(c, least) {
				least = c
			}
		}
		if least == i {
			return top
		}
		t.heap[i], t.heap[least] = t.heap[least], t.heap[i]
		i = least
	}
}

func (t *timers) before(i, j int) bool {
	a, b := &t.heap[i], &t.heap[j]
	return a.at < b.at || a.at == b.at && a.seq < b.seq
}

// retryAt lets those who wait look again at a time, or before: who then has to wait on says until when.
func (s *State) retryAt(at Time) {
	if s.retries > s.now && s.retries <= at {
		return
	}
	s.retries = at
	s.timers.set(at, timerRetry, 0, 0)
}

// ring lets the timers happen that were due at time t.
func (s *State) ring(t Time) {
	for {
		at, ok := s.timers.next()
		if !ok || at > t {
			return
		}
		switch r := s.timers.pop(); r.kind {
		case timerHold:
			s.rung(int32(r.a), r.b)
		case timerEvery:
			s.tick(int32(r.a))
		case timerTask:
			s.timeUp(r.a, r.b)
		case timerRetry:
			s.stirred = true
		}
	}
}
