package vm

import "math"

// Tournament knows the instance with the least key, and is told of each change. Among equals the one with the lowest
// number wins; an instance whose key is NaN doesn't take part. For the greatest, give it the keys with their sign turned.
type Tournament struct {
	size   int // leaves, a power of two
	keys   []float64
	winner []int32 // of each inner node; 1 is the root
}

// NewTournament returns a tournament of the instances 0 to n-1, none of which takes part yet.
func NewTournament(n int) *Tournament {
	t := &Tournament{}
	t.grow(max(n, 2))
	return t
}

func (t *Tournament) grow(n int) {
	old := t.keys
	for t.size = 2; t.size < n; t.size *= 2 {
	}
	t.keys = make([]float64, t.size)
	copy(t.keys, old)
	for i := len(old); i < t.size; i++ {
		t.keys[i] = math.Inf(1)
	}
	t.winner = make([]int32, t.size)
	for n := t.size - 1; n >= 1; n-- {
		t.winner[n] = t.play(n)
	}
}

// play lets the winners below node n meet.
func (t *Tournament) play(n int) int32 {
	l, r := int32(2*n-t.size), int32(2*n+1-t.size)
	if l < 0 {
		l, r = t.winner[2*n], t.winner[2*n+1]
	}
	if t.keys[r] < t.keys[l] {
		return r
	}
	return l
}

// Update gives instance i a new key. It allocates only for an instance that is new.
func (t *Tournament) Update(i int32, key float64) {
	if int(i) >= t.size {
		t.grow(int(i) + 1)
	}
	if key != key {
		key = math.Inf(1)
	}
	if t.keys[i] == key {
		return
	}
	t.keys[i] = key
	for n := (int(i) + t.size) / 2; n >= 1; n /= 2 {
		w := t.play(n)
		if w == t.winner[n] && w != i {
			return // nobody above sees a difference
		}
		t.winner[n] = w
	}
}

// Best is the instance with the least key, -1 if none takes part.
func (t *Tournament) Best() int32 {
	w := t.winner[1]
	if math.IsInf(t.keys[w], 1) {
		return -1
	}
	return w
}
