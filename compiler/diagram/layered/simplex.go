package layered

// constraint demands that y[to] - y[from] is at least least, and wants it small in proportion to weight.
type constraint struct{ from, to, least, weight int }

// simplex finds whole numbers y, one for each of n nodes, that keep all constraints and make the sum of weight times length
// as small as can be: the network simplex method. The constraints must hang together and have no cycle.
type simplex struct {
	n     int
	edges []constraint

	y      []int
	inTree []bool // by edge
	at     [][]int
	parent []int // the tree's edge towards the root, -1 at the root
	order  []int // nodes of the tree, parents first
	place  []int // of each node in order
	last   []int // a subtree's nodes are those from its top's place to this one
	cut    []int // of the tree's edge above a node: how much a pull at it would gain, if less than 0
}

// want adds a constraint.
func (s *simplex) want(from, to, least, weight int) {
	s.edges = append(s.edges, constraint{from, to, least, weight})
}

// near wants y[b] near y[a]+offset.
func (s *simplex) near(a, b, offset, weight int) {
	s.want(s.n, a, max(0, -offset), weight)
	s.want(s.n, b, max(0, offset), weight)
	s.n++
}

// within wants y[b] between y[a]+from and y[a]+to.
func (s *simplex) within(a, b, from, to, weight int) {
	s.want(a, s.n, from, 0)
	s.want(b, s.n, 0, weight)
	s.want(b, s.n+1, 0, 0)
	s.want(a, s.n+1, to, weight)
	s.n += 2
}

// maxWork bounds the search, in visits to nodes and edges: about a second. What has been found by then is valid, though not
// the best.
const maxWork = 20_000_000

func (s *simplex) solve() []int {
	s.at = make([][]int, s.n)
	for i, e := range s.edges {
		s.at[e.from] = append(s.at[e.from], i)
		s.at[e.to] = append(s.at[e.to], i)
	}
	s.first()
	s.span()
	next := 0
	for range maxWork / (1 + s.n + len(s.edges)) {
		s.hang()
		leave := s.leaving(&next)
		if leave < 0 {
			break
		}
		enter := s.entering(leave)
		if enter < 0 {
			break
		}
		s.inTree[s.parent[leave]], s.inTree[enter] = false, true
		s.settle()
	}
	return s.normal()
}

// first puts each node as low as its constraints demand.
func (s *simplex) first() {
	s.y = make([]int, s.n)
	waits := make([]int, s.n)
	for _, e := range s.edges {
		waits[e.to]++
	}
	var ready []int
	for n, w := range waits {
		if w == 0 {
			ready = append(ready, n)
		}
	}
	for len(ready) > 0 {
		n := ready[0]
		ready = ready[1:]
		for _, i := range s.at[n] {
			e := s.edges[i]
			if e.from != n {
				continue
			}
			s.y[e.to] = max(s.y[e.to], s.y[n]+e.least)
			if waits[e.to]--; waits[e.to] == 0 {
				ready = append(ready, e.to)
			}
		}
	}
}

func (s *simplex) slack(i int) int {
	e := s.edges[i]
	return s.y[e.to] - s.y[e.from] - e.least
}

// span finds a tree of constraints without slack, moving what is in the tree towards what isn't where there is none.
func (s *simplex) span() {
	s.inTree = make([]bool, len(s.edges))
	in := make([]bool, s.n)
	if s.n == 0 {
		return
	}
	in[0] = true
	for size := 1; size < s.n; {
		grown, best := false, -1
		for i, e := range s.edges {
			if in[e.from] == in[e.to] {
				continue
			}
			if s.slack(i) == 0 {
				s.inTree[i], in[e.from], in[e.to] = true, true, true
				size++
				grown = true
			} else if best < 0 || s.slack(i) < s.slack(best) {
				best = i
			}
		}
		if grown {
			continue
		}
		shift := s.slack(best)
		if in[s.edges[best].to] {
			shift = -shift
		}
		for n := range in {
			if in[n] {
				s.y[n] += shift
			}
		}
	}
}

// hang hangs the tree up at node 0, and sees what each of its edges would gain.
func (s *simplex) hang() {
	s.parent = fill(s.n, -2)
	s.place, s.last = make([]int, s.n), make([]int, s.n)
	s.order = s.order[:0]
	s.parent[0] = -1
	stack := []int{0}
	for len(stack) > 0 {
		n := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		s.place[n] = len(s.order)
		s.order = append(s.order, n)
		for _, i := range s.at[n] {
			if m := s.other(i, n); s.inTree[i] && s.parent[m] == -2 {
				s.parent[m] = i
				stack = append(stack, m)
			}
		}
	}
	s.cut = make([]int, s.n)
	for _, e := range s.edges {
		s.cut[e.from] += e.weight
		s.cut[e.to] -= e.weight
	}
	copy(s.last, s.place)
	for i := len(s.order) - 1; i > 0; i-- {
		n := s.order[i]
		up := s.other(s.parent[n], n)
		s.cut[up] += s.cut[n]
		s.last[up] = max(s.last[up], s.last[n])
	}
}

func (s *simplex) other(edge, n int) int {
	e := s.edges[edge]
	if e.from == n {
		return e.to
	}
	return e.from
}

// leaving is a node whose edge upwards had better leave the tree, -1 if there is none.
func (s *simplex) leaving(next *int) int {
	for range s.n {
		n := *next
		*next = (*next + 1) % s.n
		if s.parent[n] < 0 {
			continue
		}
		gain := s.cut[n]
		if s.edges[s.parent[n]].to == n {
			gain = -gain
		}
		if gain < 0 {
			return n
		}
	}
	return -1
}

// entering is the edge that holds the tree together in the place of the one above node top: the one with the least slack
// that leads the other way.
func (s *simplex) entering(top int) int {
	intoSubtree := s.edges[s.parent[top]].from == top
	best := -1
	for i, e := range s.edges {
		fromIn, toIn := s.below(top, e.from), s.below(top, e.to)
		if fromIn == toIn || toIn != intoSubtree {
			continue
		}
		if best < 0 || s.slack(i) < s.slack(best) {
			best = i
		}
	}
	return best
}

func (s *simplex) below(top, n int) bool {
	return s.place[n] >= s.place[top] && s.place[n] <= s.last[top]
}

// settle reads the numbers off the tree.
func (s *simplex) settle() {
	seen := make([]bool, s.n)
	seen[0] = true
	stack := []int{0}
	for len(stack) > 0 {
		n := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		for _, i := range s.at[n] {
			m := s.other(i, n)
			if !s.inTree[i] || seen[m] {
				continue
			}
			seen[m] = true
			if e := s.edges[i]; e.from == n {
				s.y[m] = s.y[n] + e.least
			} else {
				s.y[m] = s.y[n] - e.least
			}
			stack = append(stack, m)
		}
	}
}

// normal makes the least number 0.
func (s *simplex) normal() []int {
	if s.n == 0 {
		return nil
	}
	least := s.y[0]
	for _, y := range s.y {
		least = min(least, y)
	}
	for n := range s.y {
		s.y[n] -= least
	}
	return s.y
}

func fill(n, with int) []int {
	all := make([]int, n)
	for i := range all {
		all[i] = with
	}
	return all
}
