package layered

import "slices"

// sweeps is how often the ranks are put in order, downwards and upwards in turn.
const sweeps = 24

// order finds an order of each rank's vertices in which few links cross. It begins anew from several orders, for what is
// best nearby may not be best.
func (w *work) order() {
	var best [][]int
	fewest := -1
	for start := 0; start < 4 && fewest != 0; start++ {
		w.firstOrder(start&1 != 0, start&2 != 0)
		for i := -1; i < sweeps && fewest != 0; i++ {
			if i >= 0 {
				w.sweep(i%2 == 0, i%4 < 2)
				w.transpose()
			}
			if n := w.crossings(); fewest < 0 || n < fewest {
				best, fewest = w.orders(), n
			}
		}
	}
	for r, rank := range best {
		w.ranks[r] = rank
		w.number(r)
	}
}

// firstOrder lists vertices as a walk comes to them: downwards from the highest or upwards from the lowest, and each one's
// links in order or from the last.
func (w *work) firstOrder(fromLast, upwards bool) {
	seen := make([]bool, len(w.verts))
	var walk func(v int)
	walk = func(v int) {
		if seen[v] {
			return
		}
		seen[v] = true
		w.ranks[w.verts[v].rank] = append(w.ranks[w.verts[v].rank], v)
		next := w.onward(v, upwards)
		if fromLast {
			slices.Reverse(next)
		}
		for _, to := range next {
			walk(to)
		}
	}
	clear(w.ranks)
	for i := range w.ranks {
		r := i
		if upwards {
			r = len(w.ranks) - 1 - i
		}
		for v := range w.verts {
			if w.verts[v].rank == r {
				walk(v)
			}
		}
	}
	for r := range w.ranks {
		w.number(r)
	}
}

// onward are the vertices that a vertex's links lead to.
func (w *work) onward(v int, upwards bool) []int {
	var all []int
	if upwards {
		for _, l := range w.verts[v].up {
			all = append(all, w.links[l].upper)
		}
		return all
	}
	for _, l := range w.verts[v].down {
		all = append(all, w.links[l].lower)
	}
	return all
}

func (w *work) number(r int) {
	for i, v := range w.ranks[r] {
		w.verts[v].pos = i
	}
}

func (w *work) orders() [][]int {
	all := make([][]int, len(w.ranks))
	for r, rank := range w.ranks {
		all[r] = slices.Clone(rank)
	}
	return all
}

// sweep orders each rank by where its vertices' neighbours in the rank before are; equal ones keep their order, or turn it.
func (w *work) sweep(down, turn bool) {
	for i := range w.ranks {
		r := i
		if !down {
			r = len(w.ranks) - 1 - i
		}
		at := make(map[int]int, len(w.ranks[r]))
		for _, v := range w.ranks[r] {
			at[v] = w.median(v, down)
		}
		free := slices.DeleteFunc(slices.Clone(w.ranks[r]), func(v int) bool { return at[v] < 0 })
		if turn {
			slices.Reverse(free)
		}
		slices.SortStableFunc(free, func(a, b int) int { return at[a] - at[b] })
		for k, v := range w.ranks[r] {
			if at[v] >= 0 {
				w.ranks[r][k], free = free[0], free[1:]
			}
		}
		w.number(r)
	}
}

// median is twice the middle position of a vertex's neighbours above or below, -1 if there are none.
func (w *work) median(v int, above bool) int {
	near := w.near(v, above)
	n := len(near)
	if n == 0 {
		return -1
	}
	if n%2 == 1 {
		return 2 * near[n/2]
	}
	return near[n/2-1] + near[n/2]
}

// near are the positions of a vertex's neighbours above or below, in order.
func (w *work) near(v int, above bool) []int {
	links := w.verts[v].down
	if above {
		links = w.verts[v].up
	}
	at := make([]int, len(links))
	for i, l := range links {
		at[i] = w.verts[w.links[l].lower].pos
		if above {
			at[i] = w.verts[w.links[l].upper].pos
		}
	}
	slices.Sort(at)
	return at
}

// transpose swaps neighbours of a rank as long as that saves crossings.
func (w *work) transpose() {
	for better, rounds := true, 0; better && rounds < sweeps; rounds++ {
		better = false
		for _, rank := range w.ranks {
			for i := 1; i < len(rank); i++ {
				a, b := rank[i-1], rank[i]
				if w.between(a, b) <= w.between(b, a) {
					continue
				}
				rank[i-1], rank[i] = b, a
				w.verts[a].pos, w.verts[b].pos = i, i-1
				better = true
			}
		}
	}
}

// between counts the crossings of a's links with b's if a is left of b.
func (w *work) between(a, b int) int {
	n := 0
	for _, above := range []bool{true, false} {
		for _, x := range w.near(a, above) {
			for _, y := range w.near(b, above) {
				if x > y {
					n++
				}
			}
		}
	}
	return n
}

func (w *work) crossings() int {
	n := 0
	for _, rank := range w.ranks {
		for i, a := range rank {
			for _, b := range rank[i+1:] {
				for _, x := range w.near(a, false) {
					for _, y := range w.near(b, false) {
						if x > y {
							n++
						}
					}
				}
			}
		}
	}
	return n
}
