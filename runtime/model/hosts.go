package model

import (
	"slices"

	"github.com/tune-autonomic/tune/compiler/bundle"
)

// hostSide is what is known of the hosts of a space besides what every instance has.
type hostSide struct {
	space int32
	vms   int32 // space of the machines that stand on them; None if there are none

	cores, mips, memory, capacity []float64
	down, fenced, maintained      []bool
	nShut                         int // hosts of which one of these holds
	// inflight are the machines on their way to each host, in the order in which they were decided.
	inflight                 [][]int32
	going                    int       // of them all
	inCPU, inDemand, inBytes []float64 // share of the capacity, MIPS, bytes
	needCPU, needMemory      []bool    // by host: what its class requires
	needs                    bool      // one of these holds for some host

	live, scratch view
	// stale are hosts whose live sums must be added up again before someone reads them.
	stale   []int32
	isStale []bool
	twins   twins
	// look is the same number for hosts with the same class and declared values.
	look  []int32
	seen  []bool // by machine, false but while moves are netted
	rules []rule
	mine  []int32 // what groupsOf gave last
}

// view is one idea of which machine stands where: the model's, or a plan's.
type view struct {
	node   []int32   // by machine
	guests [][]int32 // by host
	// sums over the guests, by host, added up in the order of the list
	demand, granted, free, cpu, memory []float64
	// tallies are of the rules; stamp counts the changes that they depend on.
	tallies []tally
	stamp   uint64
}

func newView(n int) view {
	buf := make([]float64, 5*n)
	part := func(k int) []float64 { return buf[k*n : (k+1)*n : (k+1)*n] }
	return view{demand: part(0), granted: part(1), free: part(2), cpu: part(3), memory: part(4)}
}

func newHostSide(m *Model, s int32, more []bundle.Require) *hostSide {
	n := int(m.Size(s))
	h := &hostSide{
		space: s, vms: None,
		cores: make([]float64, n), mips: make([]float64, n), memory: make([]float64, n), capacity: make([]float64, n),
		down: make([]bool, n), fenced: make([]bool, n), maintained: make([]bool, n),
		inflight: make([][]int32, n),
		inCPU:    make([]float64, n), inDemand: make([]float64, n), inBytes: make([]float64, n),
		needCPU: make([]bool, n), needMemory: make([]bool, n),
		live: newView(n), scratch: newView(n),
		isStale: make([]bool, n),
	}
	attr := func(i int, name string, otherwise float64) float64 {
		if v, ok := m.Attr(s, int32(i), name); ok {
			return v
		}
		return otherwise
	}
	for i := range n {
		h.cores[i] = attr(i, "cores", defaultCores)
		h.mips[i] = attr(i, "mips", defaultMIPS)
		h.memory[i] = attr(i, "memory", defaultHostBytes)
		h.capacity[i] = attr(i, "capacity", h.cores[i]*h.mips[i])
	}
	for v := range m.spaces {
		if sp := &m.spaces[v]; sp.kind == bundle.VM && sp.on == s {
			h.vms = int32(v)
			h.live.node, h.live.guests = sp.node, sp.guests
			h.scratch.node, h.scratch.guests = nones(len(sp.node)), make([][]int32, n)
			h.seen = make([]bool, len(sp.node))
		}
	}
	h.look = m.looks(s)
	h.require(m, m.p.Requires)
	h.require(m, more)
	h.keepApart(m, append(slices.Clone(m.p.Requires), more...))
	for i := range n {
		m.add(h, &h.live, int32(i))
	}
	return h
}

func (h *hostSide) require(m *Model, all []bundle.Require) {
	for _, r := range all {
		if r.Kind != bundle.RequireCapacity || m.p.Classes[r.Class].Space != h.space {
			continue
		}
		h.needs = true
		c := m.classes[r.Class]
		for i := c.first; i < c.first+c.slots; i++ {
			h.needCPU[i] = h.needCPU[i] || r.What == "cpu"
			h.needMemory[i] = h.needMemory[i] || r.What == "memory"
		}
	}
}

func (h *hostSide) column(k bundle.ColumnKind, v *view) []float64 {
	switch k {
	case bundle.ColInflightCPU:
		return h.inCPU
	case bundle.ColInflightMemory:
		return h.inBytes
	case bundle.ColPlannedDemand:
		return v.demand
	case bundle.ColPlannedGranted:
		return v.granted
	case bundle.ColPlannedFree:
		return v.free
	case bundle.ColPlannedCPU:
		return v.cpu
	default:
		return v.memory
	}
}

// add adds up the sums of host i in a view, machine by machine in the order of the list: floats depend on it.
func (m *Model) add(h *hostSide, v *view, i int32) {
	var demand, capped, memory float64
	if h.vms >= 0 {
		sp := &m.spaces[h.vms]
		for _, g := range v.guests[i] {
			d := sp.demand[g]
			demand += d
			capped += min(d, float64(h.mips[i]*sp.vcpus[g]))
			memory += sp.memory[g]
		}
	}
	granted := min(capped, h.capacity[i])
	v.demand[i], v.granted[i], v.memory[i] = demand, granted, memory
	v.free[i] = max(0, h.capacity[i]-capped)
	v.cpu[i] = granted / h.capacity[i]
}

// Settle adds up what has changed since it was last called, so that planned columns can be read. Nothing is done in a
// program that never reads them.
func (m *Model) Settle() {
	for _, h := range m.hosts {
		if h == nil || len(h.stale) == 0 {
			continue
		}
		for _, i := range h.stale {
			h.isStale[i] = false
			m.add(h, &h.live, i)
		}
		h.stale = h.stale[:0]
	}
}

// touch notes that the sums of host i don't hold any more.
func (h *hostSide) touch(i int32) {
	h.live.stamp++
	if i < 0 || h.isStale[i] {
		return
	}
	h.isStale[i] = true
	h.stale = append(h.stale, i)
}

// fits says whether machine v may stand on host i in a view: every require would still hold, moves under way included.
func (m *Model) fits(h *hostSide, w *view, v, i int32) bool {
	if h.down[i] || h.fenced[i] || h.maintained[i] && w.node[v] != i {
		return false
	}
	if at := h.live.node[v]; m.spaces[h.vms].pinned[v] && at != None && at != i {
		return false
	}
	if _, ok := m.apart(h, w, h.vms, v, i); !ok {
		return false
	}
	if !h.needCPU[i] && !h.needMemory[i] {
		return true
	}
	demand, memory := m.with(h, w, v, i)
	return (!h.needCPU[i] || demand <= h.capacity[i]) && (!h.needMemory[i] || memory <= h.memory[i])
}

// with is the demand and the memory of host i in a view with machine v on it, moves under way included.
func (m *Model) with(h *hostSide, w *view, v, i int32) (demand, memory float64) {
	sp := &m.spaces[h.vms]
	demand, memory = w.demand[i]+h.inDemand[i], w.memory[i]+h.inBytes[i]
	for _, g := range h.inflight[i] {
		if g == v {
			demand, memory = demand-sp.demand[v], memory-sp.memory[v]
		}
	}
	if w.node[v] != i {
		demand, memory = demand+sp.demand[v], memory+sp.memory[v]
	}
	return demand, memory
}

// Fits says whether machine v of a space may stand on host i, in the view that code sees.
func (m *Model) Fits(vmSpace, v, i int32) bool {
	h := m.hostsUnder(vmSpace)
	if h == nil || !m.known(vmSpace, v) || !m.known(h.space, i) {
		return false
	}
	m.Settle()
	return m.fits(h, m.sight(h), v, i)
}

// Breaks names what is required of host i and would not hold with machine v on it, in the view that code sees: how much there would
// be (MIPS or bytes), of how much. The name is empty if everything holds.
func (m *Model) Breaks(vmSpace, v, i int32) (what string, would, of float64) {
	h := m.hostsUnder(vmSpace)
	if h == nil || h.vms != vmSpace || !m.known(vmSpace, v) || !m.known(h.space, i) {
		return "", 0, 0
	}
	m.Settle()
	demand, memory := m.with(h, m.sight(h), v, i)
	switch {
	case h.needCPU[i] && demand > h.capacity[i]:
		return "cpu", demand, h.capacity[i]
	case h.needMemory[i] && memory > h.memory[i]:
		return "memory", memory, h.memory[i]
	}
	return "", 0, 0
}

// Expect counts instance i of a space toward a node from now on, and Arrived no longer: while it moves or is created there.
func (m *Model) Expect(space, i, node int32) {
	if m.spaces[space].kind == bundle.Component {
		m.coming = append(m.coming, coming{space, i, node})
		m.comings++
	} else if h := m.hostsUnder(space); h != nil {
		h.inflight[node] = append(h.inflight[node], i)
		h.going++
		m.addInflight(h, node)
	}
}

// Arrived ends what Expect began, whatever came of it.
func (m *Model) Arrived(space, i, node int32) {
	if m.spaces[space].kind == bundle.Component {
		if k := slices.Index(m.coming, coming{space, i, node}); k >= 0 {
			m.coming = slices.Delete(m.coming, k, k+1)
			m.comings++
		}
		return
	}
	h := m.hostsUnder(space)
	if h == nil {
		return
	}
	if k := slices.Index(h.inflight[node], i); k >= 0 {
		h.inflight[node] = slices.Delete(h.inflight[node], k, k+1)
		h.going--
	}
	m.addInflight(h, node)
}

func (m *Model) addInflight(h *hostSide, i int32) {
	h.live.stamp++
	h.scratch.stamp++
	sp := &m.spaces[h.vms]
	var demand, bytes float64
	for _, g := range h.inflight[i] {
		demand += sp.demand[g]
		bytes += sp.memory[g]
	}
	h.inDemand[i], h.inBytes[i], h.inCPU[i] = demand, bytes, demand/h.capacity[i]
}

// IsOn says whether a host is switched on.
func (m *Model) IsOn(space, i int32) bool { return m.Life(space, i) == Running }

// Power switches a host on or off in the model.
func (m *Model) Power(space, i int32, on bool) {
	life := Created
	if on {
		life = Running
		h := m.hosts[space]
		h.shutFor(h.fenced, i, false)
	}
	m.spaces[space].life[i] = life
	m.changed++
}

// SetDown notes that a host doesn't answer, or does again; its metrics are unknown while it doesn't.
func (m *Model) SetDown(space, i int32, down bool) {
	if h := m.hosts[space]; h != nil {
		h.shutFor(h.down, i, down)
		m.changed++
	}
}

// IsDown says whether a host doesn't answer.
func (m *Model) IsDown(space, i int32) bool {
	h := m.hosts[space]
	return h != nil && h.down[i]
}

// shut says whether nothing new finds a place on a host: it doesn't answer, was fenced, or is maintained.
func (h *hostSide) shut(i int32) bool { return h.down[i] || h.fenced[i] || h.maintained[i] }

// shutFor notes that a reason to be shut holds for a host, or doesn't any more.
func (h *hostSide) shutFor(reason []bool, i int32, holds bool) {
	was := h.shut(i)
	reason[i] = holds
	switch is := h.shut(i); {
	case is && !was:
		h.nShut++
	case was && !is:
		h.nShut--
	}
}

// IsShut says whether nothing new finds a place on a host: it doesn't answer, was fenced, or is maintained.
func (m *Model) IsShut(space, i int32) bool {
	h := m.hosts[space]
	return h != nil && h.shut(i)
}

// HideUnfit shows code only those hosts of a class that a new machine fits on, in the view that code sees, until restore is called;
// and none of those that are closed to it for another reason, if that is not nil.
// What is kept by column knows of all of them, and is put aside meanwhile. The model may not change before restore.
func (m *Model) HideUnfit(cl, vmSpace, v int32, closed func(host int32) bool) (restore func()) {
	h, all := m.hosts[m.p.Classes[cl].Space], m.w.Alive[cl]
	if h == nil || h.nShut == 0 && len(h.rules) == 0 && !h.needs && closed == nil {
		return func() {}
	}
	least, greatest := m.w.Least, m.w.Greatest
	m.w.Alive[cl] = slices.DeleteFunc(slices.Clone(all), func(i int32) bool {
		return closed != nil && closed(i) || !m.fits(h, m.sight(h), v, i)
	})
	m.w.Least, m.w.Greatest = nil, nil
	return func() { m.w.Alive[cl], m.w.Least, m.w.Greatest = all, least, greatest }
}

// SetMaintained says that nothing is to come to a host, or may again.
func (m *Model) SetMaintained(space, i int32, is bool) {
	if h := m.hosts[space]; h != nil && h.maintained[i] != is {
		h.shutFor(h.maintained, i, is)
		m.changed++
	}
}

// IsMaintained says whether nothing is to come to a host.
func (m *Model) IsMaintained(space, i int32) bool {
	h := m.hosts[space]
	return h != nil && h.maintained[i]
}

// SetPinned says that an instance is to stay where it is, or needn't any more.
func (m *Model) SetPinned(space, i int32, is bool) {
	if p := m.spaces[space].pinned; p != nil {
		p[i] = is
	}
}

// IsPinned says whether an instance is to stay where it is.
func (m *Model) IsPinned(space, i int32) bool {
	p := m.spaces[space].pinned
	return p != nil && p[i]
}

// SetFenced notes that nothing can run on a host until it is switched on again.
func (m *Model) SetFenced(space, i int32) {
	if h := m.hosts[space]; h != nil {
		h.shutFor(h.fenced, i, true)
		m.changed++
	}
}

// IsFenced says whether it is certain that nothing runs on a host.
func (m *Model) IsFenced(space, i int32) bool {
	h := m.hosts[space]
	return h != nil && h.fenced[i]
}

// IsEmpty says whether nothing stands on a node, nor is on its way to it.
func (m *Model) IsEmpty(space, i int32) bool {
	for s := range m.spaces {
		if sp := &m.spaces[s]; sp.on == space && len(sp.guests[i]) > 0 {
			return false
		}
	}
	h := m.hosts[space]
	return h == nil || len(h.inflight[i]) == 0
}

func (m *Model) wakeHosts(s int32) {
	for c := range m.p.Classes {
		if m.p.Classes[c].Space != s {
			continue
		}
		cl := m.classes[c]
		for i := cl.first; i < cl.first+cl.slots; i++ {
			m.spaces[s].life[i] = Running
			m.join(int32(c), i)
		}
	}
}

// What a host may lack.
const (
	LackMemory = "memory"
	LackCPU    = "cpu"
	LackSpeed  = "speed" // of its cores
)

// Lacks names what host i has too little of for a new machine, in the view that code sees, and how much is missing (bytes or MIPS),
// what is on its way counted in; empty if it has enough. Memory is never promised twice. CPU is, unless that is required: then the machine's
// whole size must be left, and the host's cores as fast as its own.
func (m *Model) Lacks(vmSpace, v, i int32) (what string, missing float64) {
	h := m.hostsUnder(vmSpace)
	sp := &m.spaces[vmSpace]
	m.Settle()
	if over := m.sight(h).memory[i] + h.inBytes[i] + sp.memory[v] - h.memory[i]; over > 0 {
		return LackMemory, over
	}
	if !h.needCPU[i] {
		return "", 0
	}
	return m.lacksCPU(h, sp, v, i)
}

// IsTight says whether host i lacks CPU for a new machine at its whole size, required or not.
func (m *Model) IsTight(vmSpace, v, i int32) bool {
	m.Settle()
	what, _ := m.lacksCPU(m.hostsUnder(vmSpace), &m.spaces[vmSpace], v, i)
	return what != ""
}

func (m *Model) lacksCPU(h *hostSide, sp *space, v, i int32) (what string, missing float64) {
	if over := m.sight(h).demand[i] + h.inDemand[i] + sp.size[v] - h.capacity[i]; over > 0 {
		return LackCPU, over
	}
	if slow := sp.mips[v] - h.mips[i]; slow > 0 {
		return LackSpeed, slow
	}
	return "", 0
}

// Alike says whether every host is as good for machine a as for b: no require tells them apart, and they are of the same size.
func (m *Model) Alike(vmSpace, a, b int32) bool {
	sp := &m.spaces[vmSpace]
	return len(m.hostsUnder(vmSpace).rules) == 0 && sp.memory[a] == sp.memory[b] && sp.size[a] == sp.size[b] && sp.mips[a] == sp.mips[b]
}

// AddedWatts is how much more power host i would draw with a new machine at its whole size. An empty one draws none.
func (m *Model) AddedWatts(vmSpace, v, i int32) float64 {
	h := m.hostsUnder(vmSpace)
	m.Settle()
	curve := m.w.Curves[h.space][i]
	if curve == nil {
		return 0
	}
	now := 0.0
	if len(h.live.guests[i])+len(h.inflight[i]) > 0 {
		now = curve.At((h.live.granted[i] + h.inDemand[i]) / h.capacity[i])
	}
	return curve.At((h.live.granted[i]+h.inDemand[i]+m.spaces[vmSpace].size[v])/h.capacity[i]) - now
}

// VMSize is the CPU that a machine has, in MIPS.
func (m *Model) VMSize(vmSpace, v int32) float64 {
	if m.spaces[vmSpace].kind != bundle.VM {
		return 0
	}
	return m.spaces[vmSpace].size[v]
}
