package model

import (
	"math"
	"slices"

	"github.com/tune-autonomic/tune/compiler/bundle"
)

// rule is what is required of where the instances of a class stand: apart, or spread evenly, over the hosts of a family or
// over the groups that an attribute makes of them.
type rule struct {
	require bundle.Require
	space   int32   // of what is counted
	group   []int32 // by host; None for one that isn't of the family
	groups  int32
}

// tally is how many of a rule's instances each group has in a view, those on their way there included.
type tally struct {
	known bool
	stamp uint64 // of the view and the model that it was taken from
	n     []int32
}

// coming is software that is being made on a node.
type coming struct{ space, i, node int32 }

func (h *hostSide) keepApart(m *Model, all []bundle.Require) {
	for _, r := range all {
		if r.Kind != bundle.RequireApart && r.Kind != bundle.RequireSpread || m.p.Classes[r.Class].Space != h.space {
			continue
		}
		h.rules = append(h.rules, newRule(m, h, r))
	}
	h.live.tallies, h.scratch.tallies = make([]tally, len(h.rules)), make([]tally, len(h.rules))
}

func newRule(m *Model, h *hostSide, r bundle.Require) rule {
	out := rule{require: r, space: m.p.Classes[r.Of].Space, group: nones(len(h.capacity))}
	groups := map[string]int32{}
	c := m.classes[r.Class]
	for i := c.first; i < c.first+c.slots; i++ {
		name := m.Name(h.space, i)
		if r.By != "" {
			name, _ = m.Text(h.space, i, r.By)
		}
		g, ok := groups[name]
		if !ok {
			g = out.groups
			groups[name] = g
			out.groups++
		}
		out.group[i] = g
	}
	return out
}

// brings is how many of a rule's instances come to a host with instance i of a space: itself, or what stands on it, or was
// lost with it and comes back when it does.
func (m *Model) brings(r *rule, space, i int32) int32 {
	if space == r.space {
		if m.spaces[space].class[i] == r.require.Of {
			return 1
		}
		return 0
	}
	if m.spaces[r.space].on != space {
		return 0
	}
	n, sp := int32(0), &m.spaces[r.space]
	for _, g := range sp.guests[i] {
		if sp.class[g] == r.require.Of {
			n++
		}
	}
	for _, g := range sp.away[i] {
		if m.anew[[2]int32{space, i}] {
			break
		}
		if sp.class[g] == r.require.Of && sp.life[g] == Absent {
			n++
		}
	}
	return n
}

// count takes the tally of rule k in a view, if that has changed since it was last taken.
func (m *Model) count(h *hostSide, w *view, k int) []int32 {
	r, t := &h.rules[k], &w.tallies[k]
	if stamp := w.stamp + m.changed + m.comings; !t.known || t.stamp != stamp {
		t.known, t.stamp = true, stamp
		if t.n == nil {
			t.n = make([]int32, r.groups)
		}
		clear(t.n)
		for i, g := range r.group {
			if g != None {
				t.n[g] += m.standing(h, w, r, int32(i))
			}
		}
		for _, c := range m.coming {
			host := m.hostOf(h, w, c.space, c.node)
			if c.space == r.space && host != None && r.group[host] != None && (m.LostWith(c.space, c.i) == nil || m.anew[[2]int32{c.space, c.i}]) { // else its machine brings it
				t.n[r.group[host]] += m.brings(r, c.space, c.i)
			}
		}
	}
	return t.n
}

// standing is how many of a rule's instances stand on a host in a view, or are on their way to it with their machine.
func (m *Model) standing(h *hostSide, w *view, r *rule, host int32) int32 {
	n := int32(0)
	if m.spaces[r.space].on == h.space && r.space != h.vms {
		for _, g := range m.spaces[r.space].guests[host] {
			n += m.brings(r, r.space, g)
		}
	}
	if h.vms == None {
		return n
	}
	for _, v := range w.guests[host] {
		n += m.brings(r, h.vms, v)
	}
	for _, v := range h.inflight[host] {
		if w.node[v] != host {
			n += m.brings(r, h.vms, v)
		}
	}
	return n
}

// hostOf is the host that something on a node stands on in a view, None if on none.
func (m *Model) hostOf(h *hostSide, w *view, space, node int32) int32 {
	switch on := m.spaces[space].on; {
	case on == h.space:
		return node
	case on == h.vms && on != None && m.known(on, node):
		return w.node[node]
	}
	return None
}

// apart says whether each rule would hold with instance i of a space on a host, and if not, which one wouldn't.
func (m *Model) apart(h *hostSide, w *view, space, i, host int32) (*rule, bool) {
	for k := range h.rules {
		r := &h.rules[k]
		n := m.brings(r, space, i)
		if n == 0 || r.group[host] == None {
			continue
		}
		count := m.count(h, w, k)
		h.mine = m.groupsOf(h.mine[:0], h, w, r, space, i)
		others := func(g int32) int32 {
			left := count[g]
			for _, mine := range h.mine {
				if mine == g {
					left -= n
				}
			}
			return left
		}
		there, most := others(r.group[host]), int32(0)
		if r.require.Kind == bundle.RequireSpread {
			most = m.fewest(h, w, r, others)
		}
		if there > most {
			return r, false
		}
	}
	return nil, true
}

// groupsOf appends the groups in which an instance is counted now.
func (m *Model) groupsOf(all []int32, h *hostSide, w *view, r *rule, space, i int32) []int32 {
	add := func(host int32) {
		if host != None {
			all = append(all, r.group[host])
		}
	}
	if space != h.vms {
		if at := m.spaces[space].node[i]; at != None {
			add(m.hostOf(h, w, space, at))
		}
		return all
	}
	add(w.node[i])
	for host := int32(0); h.going > 0 && int(host) < len(h.inflight); host++ {
		if host != w.node[i] && slices.Contains(h.inflight[host], i) {
			add(host)
		}
	}
	return all
}

// fewest is the least of the counts of the groups that have a host which could take one more: it is on, it answers, and if
// the rule is about software on machines, it has such a machine.
func (m *Model) fewest(h *hostSide, w *view, r *rule, count func(g int32) int32) int32 {
	least := int32(math.MaxInt32)
	for i, g := range r.group {
		if g != None && !h.shut(int32(i)) && m.IsOn(h.space, int32(i)) && m.hasPlace(h, w, r, int32(i)) {
			least = min(least, count(g))
		}
	}
	return least
}

func (m *Model) hasPlace(h *hostSide, w *view, r *rule, host int32) bool {
	if r.space == h.vms || m.spaces[r.space].on == h.space {
		return true
	}
	on := m.p.Classes[r.require.Of].On
	return slices.ContainsFunc(w.guests[host], func(v int32) bool { return m.spaces[h.vms].class[v] == on })
}

// Parts names the require that wouldn't hold with instance i of a space on a node, in the view that code sees; empty if all would.
func (m *Model) Parts(space, i, node int32) string {
	h := m.familyOf(space)
	if h == nil || len(h.rules) == 0 || !m.known(space, i) {
		return ""
	}
	w := m.sight(h)
	host := m.hostOf(h, w, space, node)
	if !m.known(h.space, host) {
		return ""
	}
	if r, ok := m.apart(h, w, space, i, host); !ok {
		return r.require.Text(m.p)
	}
	return ""
}

// familyOf is the family of hosts that the instances of a space stand on, or that their machines do.
func (m *Model) familyOf(space int32) *hostSide {
	on := m.spaces[space].on
	if on == None {
		return nil
	}
	if h := m.hosts[on]; h != nil {
		return h
	}
	return m.hostsUnder(on)
}
