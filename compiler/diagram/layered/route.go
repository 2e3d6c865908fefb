package layered

import "slices"

// route gives each link that bends a track in the channel below its upper rank. Tracks keep links apart, and links that
// need not cross don't.
func (w *work) route() {
	w.bends = make([]bend, len(w.links))
	w.bent = make([]int, len(w.ranks))
	for r, rank := range w.ranks {
		var bent, all []int
		for _, v := range rank {
			for _, l := range w.verts[v].down {
				all = append(all, l)
				if w.upperEnd(l) != w.lowerEnd(l) {
					bent = append(bent, l)
				}
			}
		}
		w.bent[r] = w.assign(bent, all)
	}
}

// assign gives those links of a channel that bend their tracks, and says how many there are.
func (w *work) assign(links, all []int) int {
	above, waits := w.above(links)
	done := make([]bool, len(links))
	tracks := 0
	var knotted []int
	for range links {
		next := w.next(waits, done)
		l := links[next]
		done[next] = true
		if waits[next] > 0 {
			knotted = append(knotted, l)
		} else {
			track := 0
			for i, other := range links {
				if above[i][next] && len(w.bends[other].tracks) > 0 {
					track = max(track, w.bends[other].tracks[0]+1)
				}
			}
			for w.taken(links, l, track) {
				track++
			}
			w.bends[l].tracks = []int{track}
			tracks = max(tracks, track+1)
		}
		for j := range links {
			if above[next][j] {
				waits[j]--
			}
		}
	}
	return w.untie(links, knotted, all, tracks)
}

// untie leads the links of which each would have to be above another all around those that have tracks: begun above them
// and ended below.
func (w *work) untie(links, knotted, all []int, tracks int) int {
	n := len(knotted)
	for _, l := range links {
		for i := range w.bends[l].tracks {
			w.bends[l].tracks[i] += n
		}
	}
	var used []int
	for _, l := range all {
		used = append(used, w.upperEnd(l), w.lowerEnd(l))
	}
	for i, l := range knotted {
		x := (w.upperEnd(l) + w.lowerEnd(l)) / 2
		for slices.ContainsFunc(used, func(u int) bool { return near(u, x) }) {
			x++
		}
		used = append(used, x)
		w.bends[l] = bend{[]int{i, n + tracks + i}, x}
	}
	return tracks + 2*n
}

// above says of each two links whether the first must run above the second, and of each how many must run above it.
func (w *work) above(links []int) (above [][]bool, waits []int) {
	above, waits = make([][]bool, len(links)), make([]int, len(links))
	for i, a := range links {
		above[i] = make([]bool, len(links))
		for j, b := range links {
			if i != j && w.runsAbove(a, b) {
				above[i][j] = true
				waits[j]++
			}
		}
	}
	return above, waits
}

// next is the first link that waits for the fewest others.
func (w *work) next(waits []int, done []bool) int {
	best := -1
	for i, n := range waits {
		if !done[i] && (best < 0 || n < waits[best]) {
			best = i
		}
	}
	return best
}

// runsAbove says whether a must bend above b: so that they don't cross, or so that a's upper end isn't where b comes down.
func (w *work) runsAbove(a, b int) bool {
	aFrom, aTo, bFrom, bTo := w.upperEnd(a), w.lowerEnd(a), w.upperEnd(b), w.lowerEnd(b)
	if near(aFrom, bTo) {
		return true
	}
	if near(aTo, bFrom) || !overlap(aFrom, aTo, bFrom, bTo) {
		return false
	}
	if aFrom < aTo && bFrom < bTo { // both to the right: the right one is above
		return aFrom > bFrom && aTo >= bTo
	}
	if aFrom > aTo && bFrom > bTo {
		return aFrom < bFrom && aTo <= bTo
	}
	return false
}

func near(a, b int) bool { return a-b < laneGap/2 && b-a < laneGap/2 }

// overlap says whether two pieces of a line have something in common, or nearly.
func overlap(a, b, c, d int) bool {
	return min(a, b) < max(c, d)+laneGap && min(c, d) < max(a, b)+laneGap
}

func (w *work) taken(links []int, l, track int) bool {
	return slices.ContainsFunc(links, func(o int) bool {
		return len(w.bends[o].tracks) > 0 && w.bends[o].tracks[0] == track && overlap(w.upperEnd(o), w.lowerEnd(o), w.upperEnd(l), w.lowerEnd(l))
	})
}

// channel is the height of the room below a rank.
func (w *work) channel(r int) int {
	if w.bent[r] == 0 {
		return stub * 3 / 2
	}
	return 2*stub + (w.bent[r]-1)*trackGap
}

// layout is what came of it.
func (w *work) layout() Layout {
	w.stack()
	var all Layout
	for id, node := range w.graph.Nodes {
		v := w.verts[id]
		height := v.height
		if len(w.loops[id]) == 0 {
			height = node.H
		}
		all.Nodes = append(all.Nodes, Rect{Point{v.left, w.tops[v.rank] + (w.heights[v.rank]-height)/2}, Size{v.box, height}})
	}
	all.Edges = make([]Route, len(w.graph.Edges))
	for _, a := range w.arcs {
		all.Edges[a.edge] = w.way(a, all.Nodes)
	}
	for n, loops := range w.loops {
		w.layLoops(all, n, loops)
	}
	for _, v := range w.verts {
		all.Size.W = max(all.Size.W, v.left+v.width)
	}
	last := len(w.ranks) - 1
	if last >= 0 {
		all.Size.H = w.tops[last] + w.heights[last]
	}
	return all
}

// stack puts the ranks below each other.
func (w *work) stack() {
	w.tops, w.heights = make([]int, len(w.ranks)), make([]int, len(w.ranks))
	y := 0
	for r, rank := range w.ranks {
		for _, v := range rank {
			w.heights[r] = max(w.heights[r], w.verts[v].height)
		}
		w.tops[r] = y
		y += w.heights[r] + w.channel(r)
	}
}

// way is an arc's line and its labels.
func (w *work) way(a arc, nodes []Rect) Route {
	from, to := nodes[a.from], nodes[a.to]
	line := []Point{{w.upperEnd(a.path[0]), from.Y + from.H}}
	for _, l := range a.path {
		line = append(line, w.corners(l)...)
	}
	line = append(line, Point{w.lowerEnd(a.path[len(a.path)-1]), to.Y})
	if a.turned {
		slices.Reverse(line)
	}
	e := w.graph.Edges[a.edge]
	return Route{Line: line, Label: w.beside(a.label, e.Label), Tail: w.beside(a.tail, e.Tail), Head: w.beside(a.head, e.Head)}
}

// corners are where a link bends.
func (w *work) corners(l int) []Point {
	r := w.verts[w.links[l].upper].rank
	y := func(track int) int { return w.tops[r] + w.heights[r] + stub + track*trackGap }
	b := w.bends[l]
	switch len(b.tracks) {
	case 0:
		return nil
	case 1:
		return []Point{{w.upperEnd(l), y(b.tracks[0])}, {w.lowerEnd(l), y(b.tracks[0])}}
	}
	return []Point{{w.upperEnd(l), y(b.tracks[0])}, {b.x, y(b.tracks[0])}, {b.x, y(b.tracks[1])}, {w.lowerEnd(l), y(b.tracks[1])}}
}

// beside is where the label of a vertex on an edge's way is.
func (w *work) beside(id int, label Size) Rect {
	if id < 0 {
		return Rect{}
	}
	v := w.verts[id]
	return Rect{Point{v.left + v.anchor + labelGap, w.tops[v.rank] + (w.heights[v.rank]-label.H)/2}, label}
}

// layLoops puts a node's edges to itself at its right side, below each other.
func (w *work) layLoops(all Layout, n int, loops []int) {
	box := all.Nodes[n]
	x, y := box.X+box.W, box.Y+(box.H-w.loopRoom(n).H)/2
	for _, i := range loops {
		e := w.graph.Edges[i]
		h := loopHeight(e)
		at := Point{x + loopOut + labelGap, y + (h-e.Tail.H-e.Label.H-e.Head.H)/2}
		r := Route{Line: []Point{{x, y + 8}, {x + loopOut, y + 8}, {x + loopOut, y + h - 8}, {x, y + h - 8}}}
		for _, l := range []struct {
			to   *Rect
			size Size
		}{{&r.Tail, e.Tail}, {&r.Label, e.Label}, {&r.Head, e.Head}} {
			*l.to = Rect{at, l.size}
			at.Y += l.size.H
		}
		all.Edges[i] = r
		y += h
	}
}
