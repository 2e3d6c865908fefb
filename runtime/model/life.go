package model

import (
	"slices"

	"github.com/tune-autonomic/tune/compiler/bundle"
)

// Room says how free a slot is for who makes something new: the least is taken first.
type Room uint8

const (
	FreeRoom  Room = iota
	OwnRoom        // who asks has taken away itself what was there
	lostRoom       // what was lost, and may come back, makes room last: this is added
	TakenRoom = 2 * lostRoom
)

// Free finds the slot of a new instance of a class: the first of the absent ones that have most room. It grows the space of
// software without a bound. None if the class is full. Whoever knows that none before from is FreeRoom saves the search there; 0
// is from the first on.
func (m *Model) Free(c, from int32, room func(i int32) Room) int32 {
	cl := &m.classes[c]
	space := m.p.Classes[c].Space
	sp := &m.spaces[space]
	best, least := None, TakenRoom
	from = max(from, cl.first)
	for i := from; i < cl.first+cl.slots && least > FreeRoom; i++ {
		if sp.life[i] != Absent {
			continue
		}
		r := room(i)
		if m.LostWith(space, i) != nil || len(m.LostOn(space, i)) > 0 {
			r += lostRoom
		}
		if r < least {
			best, least = i, r
		}
	}
	if least != FreeRoom && from > cl.first {
		return m.Free(c, cl.first, room)
	}
	if least == FreeRoom || m.p.Classes[c].Max >= 0 || sp.kind != bundle.Component || len(sp.class) >= maxInstances {
		return best
	}
	m.oneMore(c)
	return cl.first + cl.slots - 1
}

func (m *Model) oneMore(c int32) {
	m.addSlot(c, m.classes[c].slots)
	m.classes[c].slots++
	m.grow(m.p.Classes[c].Space)
}

// Extend makes room for instance i of a space, if it may have that many. False if it may not.
func (m *Model) Extend(space, i int32) bool {
	if m.known(space, i) {
		return true
	}
	if space < 0 || int(space) >= len(m.spaces) || i < 0 || i >= maxInstances {
		return false
	}
	for c := range m.p.Classes {
		cl := &m.p.Classes[c]
		if cl.Space != space || cl.Kind != bundle.Component || cl.Max >= 0 {
			continue
		}
		for !m.known(space, i) {
			m.oneMore(int32(c))
		}
		return true
	}
	return false
}

// grow makes all slices of a space of software as long as the space.
func (m *Model) grow(s int32) {
	m.w.Size[s] = m.Size(s)
	n := len(m.spaces[s].class)
	for c := range m.p.Columns {
		if m.p.Columns[c].Space == s {
			m.w.Cols[c] = append(m.w.Cols[c], m.column(int32(c))[n-1])
		}
	}
	for l := range m.links {
		for k := range m.links[l].ends {
			if e := &m.links[l].ends[k]; e.space == s {
				e.many, e.nth, e.one = append(e.many, nil), append(e.nth, nil), append(e.one, None)
			}
		}
	}
	for g := range m.spaces {
		if m.spaces[g].on == s {
			m.spaces[g].guests, m.spaces[g].away = append(m.spaces[g].guests, nil), append(m.spaces[g].away, nil)
		}
	}
	m.metrics.grow(m, s)
	m.showNavs()
}

// Put brings an instance to life on a node at time now, and fills its roles; it isn't started yet. Its home is where it is
// put first.
func (m *Model) Put(now int64, space, i, node int32) {
	if m.spaces[space].life[i] != Absent {
		return
	}
	m.wake(now, space, i, node)
	m.reconnect(space, i)
	m.connect(m.spaces[space].class[i], i)
}

// wake brings an absent instance to life on a node.
func (m *Model) wake(now int64, space, i, node int32) {
	sp := &m.spaces[space]
	sp.life[i], sp.heard[i] = Created, now
	if sp.home[i] == None {
		sp.home[i] = node
	}
	m.settleOn(space, i, node)
	m.join(sp.class[i], i)
	if sp.kind == bundle.VM {
		sp.demand[i] = sp.size[i]
	}
	m.changed++
}

// SetRunning says that an instance runs since now, or doesn't.
func (m *Model) SetRunning(now int64, space, i int32, runs bool) {
	sp := &m.spaces[space]
	if sp.life[i] == Absent {
		return
	}
	sp.life[i] = Created
	if runs {
		sp.life[i], sp.heard[i] = Running, now
	}
}

// Move puts a machine on another host: last in that host's list.
func (m *Model) Move(vmSpace, v, host int32) {
	sp := &m.spaces[vmSpace]
	if sp.life[v] == Absent {
		return
	}
	m.leave(vmSpace, v)
	m.settleOn(vmSpace, v, host)
	m.changed++
}

// Remove takes an instance, and whatever stands on it, out of the model. It tells which instances that were, the
// innermost first.
func (m *Model) Remove(space, i int32, gone func(space, i int32)) {
	sp := &m.spaces[space]
	if sp.life[i] == Absent {
		return
	}
	for g := range m.spaces {
		if m.spaces[g].on != space {
			continue
		}
		for _, guest := range slices.Clone(m.spaces[g].guests[i]) {
			m.Remove(int32(g), guest, gone)
		}
	}
	sp.life[i] = Absent
	c := sp.class[i]
	if k, ok := slices.BinarySearch(m.w.Alive[c], i); ok {
		m.w.Alive[c] = slices.Delete(m.w.Alive[c], k, k+1)
	}
	m.classes[c].alive--
	m.disconnect(c, i)
	m.leave(space, i)
	m.forgetLost(space, i)
	m.metrics.forget(m, space, i)
	m.changed++
	gone(space, i)
}

// Forget makes an absent instance as if it had never been: the next to take its slot finds its own home.
func (m *Model) Forget(space, i int32) {
	if sp := &m.spaces[space]; sp.life[i] == Absent && sp.home != nil {
		sp.home[i] = None
		m.forgetLost(space, i)
	}
}

// Restore sets what is kept of an instance in the journal, on a new model. RestoreBonds fills the roles when all are there.
func (m *Model) Restore(now int64, space, i, node, home int32, life Life) {
	if !m.known(space, i) {
		return
	}
	if m.spaces[space].kind == bundle.Host {
		m.Power(space, i, life == Running)
		return
	}
	if m.known(m.spaces[space].on, home) {
		m.spaces[space].home[i] = home
	}
	if life == Absent || !m.known(m.spaces[space].on, node) {
		return
	}
	if m.spaces[space].life[i] == Absent {
		m.wake(now, space, i, node)
	}
	m.SetRunning(now, space, i, life == Running)
}

func (m *Model) join(c, i int32) {
	k, found := slices.BinarySearch(m.w.Alive[c], i)
	if !found {
		m.w.Alive[c] = slices.Insert(m.w.Alive[c], k, i)
		m.classes[c].alive++
	}
}

func (m *Model) settleOn(space, i, node int32) {
	sp := &m.spaces[space]
	sp.node[i] = node
	sp.guests[node] = append(sp.guests[node], i)
	if h := m.hostsUnder(space); h != nil {
		h.touch(node)
	}
}

func (m *Model) leave(space, i int32) {
	sp := &m.spaces[space]
	node := sp.node[i]
	if node == None {
		return
	}
	if k := slices.Index(sp.guests[node], i); k >= 0 {
		sp.guests[node] = slices.Delete(sp.guests[node], k, k+1)
	}
	sp.node[i] = None
	if h := m.hostsUnder(space); h != nil {
		h.touch(node)
	}
}
