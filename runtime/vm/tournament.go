package vm

import "math"

// Tournament knows the instance with the least key, and is told of each change. Among equals the one with the lowest
// number wins; an instance whose key is NaN doesn't take part. For the greatest, give it the keys with their sign turned.
type Tournament struct {
	size   int // leaves, a power of two
	keys   []float64
	winner []int32 // below each node: 1 is the root, leaf i is size+i
}

// NewTournament returns a tournament of the instances 0 to n-1, none of which takes part yet.
func NewTournament(n int) *Tournament {
	t := &Tournament{}
	t.grow(n)
	return t
}

func (t *Tournament) grow(n int) {
	old := t.keys
	for t.size = 2; t.size < n; t.size *= 2 {
	}
	t.keys = make([]float64, t.size)
	t.winner = make([]int32, 2*t.size)
	copy(t.keys, old)
	for i := range t.keys {
		if i >= len(old) {
			t.keys[i] = math.Inf(1)
		}
		t.winner[t.size+i] = int32(i)
	}
	for n := t.size - 1; n >= 1; n-- {
		l, r := t.winner[2*n], t.winner[2*n+1]
		if t.keys[r] < t.keys[l] {
			l = r
		}
		t.winner[n] = l
	}
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
	win, best := i, key
	for n := t.size + int(i); n > 1; n /= 2 {
		other := t.winner[n^1]
		k := t.keys[other]
		if k < best || k == best && other < win {
			win, best = other, k
		}
		if t.winner[n/2] == win && win != i {
			return // nobody above sees a difference
		}
		t.winner[n/2] = win
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
