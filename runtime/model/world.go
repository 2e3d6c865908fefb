package model

import (
	"encoding/binary"
	"math"

	"github.com/tune-autonomic/tune/compiler/bundle"
	"github.com/tune-autonomic/tune/runtime/vm"
)

// makeWorld builds the slices that code sees.
func (m *Model) makeWorld() {
	p := m.p
	m.w.Cols = make([][]float64, len(p.Columns))
	m.w.One = make([][]int32, len(p.Navs))
	m.w.Many = make([][][]int32, len(p.Navs))
	m.w.Alive = make([][]int32, len(p.Classes))
	m.w.Size = make([]int32, len(p.Spaces))
	m.w.Twins = make([][]int32, len(p.Spaces))
	m.w.NumTwins = make([]int32, len(p.Spaces))
	m.w.Twinned = make([][]uint64, len(p.Spaces))
	m.w.Curves = make([][]*vm.Curve, len(p.Spaces))
	m.w.Name = m.Name
	m.w.History = m.history
	m.w.Scratch = (*scratch)(m)
	for s := range m.spaces {
		m.w.Size[s] = m.Size(int32(s))
		if m.spaces[s].kind == bundle.Host {
			m.w.Curves[s] = m.curves(int32(s))
		}
	}
	for c := range p.Columns {
		m.w.Cols[c] = m.column(int32(c))
	}
	m.showNavs()
}

// curves are the hosts' power curves. Hosts whose curves say the same share one, so that what is used most stays near.
func (m *Model) curves(s int32) []*vm.Curve {
	all := make([]*vm.Curve, m.Size(s))
	made := map[string]*vm.Curve{}
	var says []byte
	for i := range all {
		watts := m.Curve(s, int32(i))
		says = says[:0]
		for _, w := range watts {
			says = binary.LittleEndian.AppendUint64(says, math.Float64bits(w))
		}
		c, ok := made[string(says)]
		if !ok {
			c = vm.NewCurve(watts)
			made[string(says)] = c
		}
		all[i] = c
	}
	return all
}

// column makes a column, or finds the slice that the model keeps for it.
func (m *Model) column(c int32) []float64 {
	col := &m.p.Columns[c]
	sp := &m.spaces[col.Space]
	n := len(sp.class)
	switch col.Kind {
	case bundle.ColAttr:
		return m.attrColumn(col)
	case bundle.ColDemand:
		if sp.kind == bundle.VM {
			return sp.demand
		}
	case bundle.ColInflightCPU, bundle.ColInflightMemory, bundle.ColPlannedDemand, bundle.ColPlannedGranted,
		bundle.ColPlannedFree, bundle.ColPlannedCPU, bundle.ColPlannedMemory:
		if h := m.hosts[col.Space]; h != nil {
			return h.column(col.Kind, &h.live)
		}
	}
	return unknowns(n)
}

func (m *Model) attrColumn(col *bundle.Column) []float64 {
	sp := &m.spaces[col.Space]
	out := make([]float64, len(sp.class))
	for i := range out {
		v, ok := m.Attr(col.Space, int32(i), col.Name)
		if !ok {
			v = m.standard(col.Space, int32(i), col.Name)
		}
		out[i] = v
	}
	return out
}

// standard is an attribute that every host or machine has, declared or not.
func (m *Model) standard(s, i int32, name string) float64 {
	sp := &m.spaces[s]
	switch {
	case sp.kind == bundle.Host:
		h := m.hosts[s]
		switch name {
		case "cores":
			return h.cores[i]
		case "mips":
			return h.mips[i]
		case "memory":
			return h.memory[i]
		case "capacity":
			return h.capacity[i]
		}
	case sp.kind == bundle.VM:
		switch name {
		case "vcpus":
			return sp.vcpus[i]
		case "mips":
			return sp.mips[i]
		case "memory":
			return sp.memory[i]
		}
	}
	return math.NaN()
}

// showNavs points every navigation at the slices that the model keeps; planned ones at the view that is in sight.
func (m *Model) showNavs() {
	for n := range m.p.Navs {
		m.showNav(int32(n))
	}
}

func (m *Model) showNav(n int32) {
	nav := &m.p.Navs[n]
	switch nav.Kind {
	case bundle.NavHost:
		m.w.One[n] = m.spaces[nav.From].node
	case bundle.NavHome:
		m.w.One[n] = m.spaces[nav.From].home
	case bundle.NavGuests:
		m.w.Many[n] = m.spaces[nav.To].guests
	case bundle.NavRole:
		end := &m.links[nav.Ref].ends[side(nav.Right)]
		m.w.One[n], m.w.Many[n] = end.one, end.many
	case bundle.NavPlannedHost:
		m.w.One[n] = m.spaces[nav.From].node
		if h := m.hostsUnder(nav.From); h != nil {
			m.w.One[n] = m.sight(h).node
		}
	case bundle.NavPlannedGuests:
		m.w.Many[n] = m.spaces[nav.To].guests
		if h := m.hosts[nav.From]; h != nil && h.vms == nav.To {
			m.w.Many[n] = m.sight(h).guests
		}
	}
}

// showColumns points the planned columns at the view that is in sight.
func (m *Model) showColumns() {
	for c := range m.p.Columns {
		col := &m.p.Columns[c]
		if col.Kind < bundle.ColPlannedDemand {
			continue
		}
		if h := m.hosts[col.Space]; h != nil {
			m.w.Cols[c] = h.column(col.Kind, m.sight(h))
		}
	}
}

// hostsUnder is the hosts that the machines of a space stand on; nil if the space holds no machines.
func (m *Model) hostsUnder(vmSpace int32) *hostSide {
	sp := &m.spaces[vmSpace]
	if sp.kind != bundle.VM || sp.on < 0 {
		return nil
	}
	return m.hosts[sp.on]
}

// readsPlanned says whether a program looks at planned columns or navigations at all.
func readsPlanned(p *bundle.Program) bool {
	for i := range p.Columns {
		if p.Columns[i].Kind >= bundle.ColPlannedDemand {
			return true
		}
	}
	return false
}
