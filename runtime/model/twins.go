package model

import (
	"math"
	"slices"
)

// maxTwins is the most groups of interchangeable hosts that are told apart; further hosts count as one of a kind.
const maxTwins = 64

// maxLooks is the most kinds of declared hosts that are told apart.
const maxLooks = 256

// twins groups hosts that look the same to a plan: same row of the inventory, same values in every column, nothing on
// them, nothing on its way to them.
type twins struct {
	base   []int32 // group of each host while it is empty
	now    []int32 // group of each host, None while something stands on it in the scratch model
	groups int32
	some   []uint64 // a bit for each host that is in a group now
	first  []int32  // of each group
}

func (m *Model) findTwins(h *hostSide) {
	t, n := &h.twins, len(h.capacity)
	if t.base == nil {
		t.base, t.now, t.some = make([]int32, n), make([]int32, n), make([]uint64, (n+63)/64)
	}
	t.first = t.first[:0]
	for i := range n {
		t.base[i] = None
		if m.spaces[h.space].life[i] != Absent && !h.shut(int32(i)) && m.IsEmpty(h.space, int32(i)) {
			t.base[i] = m.groupOf(h, int32(i))
		}
		t.put(int32(i), t.base[i])
	}
	t.groups = int32(len(t.first))
}

// put says that host i is in group g now, or in none.
func (t *twins) put(i, g int32) {
	t.now[i] = g
	if g == None {
		t.some[i>>6] &^= 1 << (i & 63)
	} else {
		t.some[i>>6] |= 1 << (i & 63)
	}
}

func (m *Model) groupOf(h *hostSide, i int32) int32 {
	t := &h.twins
	for g, first := range t.first {
		if m.alike(h, first, i) {
			return int32(g)
		}
	}
	if len(t.first) == maxTwins {
		return None
	}
	t.first = append(t.first, i)
	return int32(len(t.first) - 1)
}

// alike says whether two empty hosts look and measure the same, bit by bit.
func (m *Model) alike(h *hostSide, a, b int32) bool {
	if h.look[a] != h.look[b] || m.spaces[h.space].life[a] != m.spaces[h.space].life[b] {
		return false
	}
	for _, c := range m.metrics.measured[h.space] {
		col := m.w.Cols[c]
		if math.Float64bits(col[a]) != math.Float64bits(col[b]) {
			return false
		}
	}
	return true
}

// looks numbers the hosts of a space by what is declared of them.
func (m *Model) looks(s int32) []int32 {
	sp := &m.spaces[s]
	look := make([]int32, len(sp.class))
	var first []int32
	for i := range look {
		look[i] = int32(len(first))
		for k, f := range first {
			if m.sameRow(s, f, int32(i)) {
				look[i] = int32(k)
				break
			}
		}
		if int(look[i]) == len(first) && len(first) < maxLooks {
			first = append(first, int32(i))
		} else if int(look[i]) == len(first) {
			look[i] = int32(maxLooks + i)
		}
	}
	return look
}

// sameRow says whether two hosts have the same class, and rows of the inventory that say the same.
func (m *Model) sameRow(s, a, b int32) bool {
	sp := &m.spaces[s]
	if sp.class[a] != sp.class[b] {
		return false
	}
	cl := &m.p.Classes[sp.class[a]]
	ra, rb := int(sp.row[a]), int(sp.row[b])
	for k := range cl.Attrs {
		if v := cl.Attrs[k].Values; len(v) > max(ra, rb) && v[ra] != v[rb] {
			return false
		}
		if v := cl.Attrs[k].Texts; len(v) > max(ra, rb) && v[ra] != v[rb] {
			return false
		}
	}
	return len(cl.Watts) <= max(ra, rb) || slices.Equal(cl.Watts[ra], cl.Watts[rb])
}
