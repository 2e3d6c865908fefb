package model

import (
	"slices"

	"github.com/tune-autonomic/tune/runtime/vm"
)

// scratch is the model as a plan thinks on it. What it changes is undone by Rest; what remains are Moves.
type scratch Model

var _ vm.Scratch = (*scratch)(nil)

// change is one step of a plan: machine v left from, where it was at place pos of the list, for to.
type change struct {
	vmSpace, v int32
	from, to   int32
	pos        int32
	kind       changeKind
}

type changeKind uint8

const (
	lifted changeKind = iota
	placed
	returned
)

// Move is what a plan wants: machine VM of Space to host To.
type Move struct{ Space, VM, To int32 }

// Think makes the scratch model a copy of the model, and shows it to code until Rest.
func (m *Model) Think() {
	m.Settle()
	m.log = m.log[:0]
	for _, h := range m.hosts {
		if h == nil || h.vms == None {
			continue
		}
		h.scratch.copy(&h.live)
		m.findTwins(h)
	}
	m.Resume()
}

// Resume shows the scratch model again as a plan left it at Rest.
func (m *Model) Resume() {
	m.thinking = true
	m.show()
}

// Rest shows the model itself again.
func (m *Model) Rest() {
	m.thinking = false
	m.show()
}

// Thinking says whether code sees the scratch model.
func (m *Model) Thinking() bool { return m.thinking }

func (m *Model) show() {
	for s, h := range m.hosts {
		if h == nil {
			continue
		}
		m.w.Twins[s], m.w.NumTwins[s], m.w.Twinned[s] = nil, 0, nil
		if m.thinking && h.vms != None {
			m.w.Twins[s], m.w.NumTwins[s], m.w.Twinned[s] = h.twins.now, h.twins.groups, h.twins.some
		}
	}
	m.showColumns()
	for n := range m.p.Navs {
		m.showNav(int32(n))
	}
}

// sight is the view that code sees.
func (m *Model) sight(h *hostSide) *view {
	if m.thinking && h.vms != None {
		return &h.scratch
	}
	return &h.live
}

func (v *view) copy(of *view) {
	v.stamp++
	copy(v.node, of.node)
	for i := range of.guests {
		v.guests[i] = append(v.guests[i][:0], of.guests[i]...)
	}
	copy(v.demand, of.demand)
	copy(v.granted, of.granted)
	copy(v.free, of.free)
	copy(v.cpu, of.cpu)
	copy(v.memory, of.memory)
}

// Listed are all placements of the plan that stand, in their order, doubles included.
func (m *Model) Listed() []Move {
	var moves []Move
	for k := range m.log {
		c := &m.log[k]
		switch c.kind {
		case placed:
			moves = append(moves, Move{c.vmSpace, c.v, c.to})
		case returned:
			moves = slices.DeleteFunc(moves, func(mv Move) bool { return mv.Space == c.vmSpace && mv.VM == c.v })
		}
	}
	return moves
}

// Netted is one move for each machine that ends elsewhere than it is, in the order of its last change.
func (m *Model) Netted() []Move {
	var moves []Move
	for k := len(m.log) - 1; k >= 0; k-- {
		c := &m.log[k]
		h := m.hostsUnder(c.vmSpace)
		if h.seen[c.v] {
			continue
		}
		h.seen[c.v] = true
		if to := h.scratch.node[c.v]; to != None && to != m.spaces[c.vmSpace].node[c.v] {
			moves = append(moves, Move{c.vmSpace, c.v, to})
		}
	}
	for k := range m.log {
		m.hostsUnder(m.log[k].vmSpace).seen[m.log[k].v] = false
	}
	slices.Reverse(moves)
	return moves
}

// Lift takes machine v off its host.
func (s *scratch) Lift(vmSpace, v int32) { s.put(vmSpace, v, None, lifted) }

// Place puts machine v on a host.
func (s *scratch) Place(vmSpace, v, host int32) { s.put(vmSpace, v, host, placed) }

// Back puts machine v where it is in the model.
func (s *scratch) Back(vmSpace, v int32) {
	m := (*Model)(s)
	if m.known(vmSpace, v) && m.spaces[vmSpace].node != nil {
		s.put(vmSpace, v, m.spaces[vmSpace].node[v], returned)
	}
}

// Fits says whether machine v may stand on a host of the view that is in sight.
func (s *scratch) Fits(vmSpace, v, host int32) bool {
	m := (*Model)(s)
	if !m.known(vmSpace, v) {
		return false
	}
	h := m.hostsUnder(vmSpace)
	if h == nil || !m.known(h.space, host) {
		return false
	}
	return m.fits(h, m.sight(h), v, host)
}

// Mark is the place in the list of changes that Undo goes back to.
func (s *scratch) Mark() int { return len(s.log) }

// Undo takes back all changes since mark, the latest first, so that every list is in its order again.
func (s *scratch) Undo(mark int) {
	m := (*Model)(s)
	for len(m.log) > max(mark, 0) {
		c := m.log[len(m.log)-1]
		m.log = m.log[:len(m.log)-1]
		h := m.hostsUnder(c.vmSpace)
		m.takeOff(h, c.v)
		if c.from != None {
			h.scratch.guests[c.from] = slices.Insert(h.scratch.guests[c.from], int(c.pos), c.v)
			h.scratch.node[c.v] = c.from
			m.rethink(h, c.from)
		}
	}
}

func (s *scratch) put(vmSpace, v, host int32, kind changeKind) {
	m := (*Model)(s)
	if !m.thinking || !m.known(vmSpace, v) {
		return
	}
	h := m.hostsUnder(vmSpace)
	if h == nil || host != None && !m.known(h.space, host) {
		return
	}
	from, pos := m.takeOff(h, v)
	m.log = append(m.log, change{vmSpace: vmSpace, v: v, from: from, to: host, pos: pos, kind: kind})
	if host == None {
		return
	}
	h.scratch.guests[host] = append(h.scratch.guests[host], v)
	h.scratch.node[v] = host
	m.rethink(h, host)
}

func (m *Model) takeOff(h *hostSide, v int32) (from, pos int32) {
	from = h.scratch.node[v]
	if from == None {
		return None, 0
	}
	k := slices.Index(h.scratch.guests[from], v)
	h.scratch.guests[from] = slices.Delete(h.scratch.guests[from], k, k+1)
	h.scratch.node[v] = None
	m.rethink(h, from)
	return from, int32(k)
}

// rethink adds up host i of the scratch model anew, and sees whether it is one of the empty ones.
func (m *Model) rethink(h *hostSide, i int32) {
	m.add(h, &h.scratch, i)
	h.scratch.stamp++
	if len(h.scratch.guests[i]) == 0 {
		h.twins.put(i, h.twins.base[i])
	} else {
		h.twins.put(i, None)
	}
}
