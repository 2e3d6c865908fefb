package vm

import "math"

// Tournament knows the instance with the least key, and is told of each change. Among equals the one with the lowest
// number wins; an instance whose key is NaN doesn't take part. For the greatest, give it the keys with their sign turned.
type Tournament struct {
	size  int      // leaves, a power of two
	nodes []player // who has won below each node: 1 is the root, leaf i is size+i
}

type player struct {
	key float64 // infinite: it doesn't take part
	id  int32
}

func (p player) beats(q player) bool { return p.key < q.key || p.key == q.key && p.id < q.id }

// NewTournament returns a tournament of the instances 0 to n-1, none of which takes part yet.
func NewTournament(n int) *Tournament {
	t := &Tournament{}
	t.grow(n)
	return t
}

func (t *Tournament) grow(n int) {
	old := t.nodes[t.size:]
	for t.size = 2; t.size < n; t.size *= 2 {
	}
	t.nodes = make([]player, 2*t.size)
	leaves := t.nodes[t.size:]
	for i := copy(leaves, old); i < len(leaves); i++ {
		leaves[i] = player{math.Inf(1), int32(i)}
	}
	for n := t.size - 1; n >= 1; n-- {
		t.nodes[n] = t.nodes[2*n]
		if t.nodes[2*n+1].beats(t.nodes[n]) {
			t.nodes[n] = t.nodes[2*n+1]
		}
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
	win := player{key, i}
	for n := t.size + int(i); t.nodes[n] != win; n /= 2 { // where nothing changes, nobody above sees a difference
		t.nodes[n] = win
		if n == 1 {
			return
		}
		if other := t.nodes[n^1]; other.beats(win) {
			win = other
		}
	}
}

// Best is the instance with the least key, -1 if none takes part.
func (t *Tournament) Best() int32 { return t.nodes[1].known() }

// BestBut is the instance with the least key of all but i, -1 if there is none.
func (t *Tournament) BestBut(i int32) int32 {
	if i < 0 || t.nodes[1].id != i {
		return t.Best()
	}
	second := player{math.Inf(1), -1}
	for n := t.size + int(i); n > 1; n /= 2 { // it has beaten i somewhere
		if other := t.nodes[n^1]; other.beats(second) {
			second = other
		}
	}
	return second.known()
}

func (p player) known() int32 {
	if math.IsInf(p.key, 1) {
		return -1
	}
	return p.id
}
