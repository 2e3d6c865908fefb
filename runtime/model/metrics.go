package model

import (
	"math"

	"github.com/tune-autonomic/tune/compiler/bundle"
)

const (
	never = math.MinInt64 / 2
	far   = math.MaxInt64
)

// metrics are the cells that samples fill: the last values, the windows over them, and their history.
type metrics struct {
	probes   []probe
	windows  []window
	over     [][]int32 // by column: the windows over it
	hists    []*history
	measured [][]int32 // by space: the columns whose values come from samples
	// due is no later than the time at which the next cell becomes stale; far if none will.
	due int64
}

// probe is a declared probe's cells.
type probe struct {
	space, class, column int32
	every, stale         int64
	isCPU                bool // of a machine: its samples say what it demands
	demand               int32
	at                   []int64 // when each instance was last sampled; never
	paused               []bool
	down                 []bool // the hosts', nil for others
	plain                bool   // nothing is derived from its samples
	// oldest is no later than the oldest sample that isn't stale yet; never if there is none.
	oldest int64
}

// history keeps the last n samples of each instance, in rings.
type history struct {
	n       int32
	ring    []float64
	head    []int32
	samples []int32
}

func newMetrics(m *Model) metrics {
	p := m.p
	ms := metrics{
		probes: make([]probe, len(p.Probes)), windows: make([]window, len(p.Windows)),
		over: make([][]int32, len(p.Columns)), hists: make([]*history, len(p.Columns)),
		measured: make([][]int32, len(p.Spaces)), due: far,
	}
	for c := range p.Columns {
		if k := p.Columns[c].Kind; k == bundle.ColMetric || k == bundle.ColWindow {
			ms.measured[p.Columns[c].Space] = append(ms.measured[p.Columns[c].Space], int32(c))
		}
	}
	for i := range p.Probes {
		ms.probes[i] = newProbe(m, &p.Probes[i])
	}
	ms.addWindows(m)
	for i := range p.Probes {
		ms.remember(m, p.Probes[i].Column, p.Probes[i].History)
	}
	for i := range p.Hists {
		ms.remember(m, p.Hists[i].Column, p.Hists[i].N)
	}
	for i := range ms.probes {
		pr := &ms.probes[i]
		pr.plain = !pr.isCPU && ms.hists[pr.column] == nil && len(ms.over[pr.column]) == 0
	}
	return ms
}

func newProbe(m *Model, pr *bundle.Probe) probe {
	s := m.p.Classes[pr.Class].Space
	n := int(m.Size(s))
	out := probe{
		space: s, class: pr.Class, column: pr.Column, every: pr.Every, stale: pr.Stale, demand: None,
		isCPU: pr.Source == "cpu" && m.p.Spaces[s].Kind == bundle.VM,
		at:    make([]int64, n), paused: make([]bool, n), oldest: never,
	}
	if out.stale <= 0 {
		out.stale = 3 * out.every
	}
	for i := range out.at {
		out.at[i] = never
	}
	if h := m.hosts[s]; h != nil {
		out.down = h.down
	}
	for c := range m.p.Columns {
		if col := &m.p.Columns[c]; out.isCPU && col.Kind == bundle.ColDemand && col.Space == s {
			out.demand = int32(c)
		}
	}
	return out
}

func (ms *metrics) remember(m *Model, column, n int32) {
	if n <= 0 {
		return
	}
	if h := ms.hists[column]; h != nil && h.n >= n {
		return
	}
	size := int(m.Size(m.p.Columns[column].Space))
	ms.hists[column] = &history{n: n, ring: make([]float64, size*int(n)), head: make([]int32, size), samples: make([]int32, size)}
}

func (h *history) add(i int32, v float64) {
	h.ring[i*h.n+h.head[i]] = v
	h.head[i]++
	if h.head[i] == h.n {
		h.head[i] = 0
	}
	h.samples[i] = min(h.samples[i]+1, h.n)
}

// history appends the last n samples of a column of instance i, newest first.
func (m *Model) history(dst []float64, col, i, n int32) []float64 {
	if col < 0 || int(col) >= len(m.metrics.hists) {
		return dst
	}
	h := m.metrics.hists[col]
	if h == nil || i < 0 || int(i) >= len(h.head) {
		return dst
	}
	at := h.head[i]
	for range min(n, h.samples[i]) {
		at--
		if at < 0 {
			at += h.n
		}
		dst = append(dst, h.ring[i*h.n+at])
	}
	return dst
}

// Sample takes in one measured value: its cell, its history, the windows over it, and what it says of a machine's
// demand. It tells which column changed; false for a sample of nothing that is there, or of a paused probe. A value that
// is no number makes the cell unknown.
func (m *Model) Sample(at int64, pr, i int32, v float64) (column int32, ok bool) {
	if pr < 0 || int(pr) >= len(m.metrics.probes) {
		return None, false
	}
	p := &m.metrics.probes[pr]
	if uint(i) >= uint(len(p.at)) || p.paused[i] {
		return None, false
	}
	sp := &m.spaces[p.space]
	if sp.life[i] == Absent || sp.class[i] != p.class || p.down != nil && p.down[i] {
		return None, false
	}
	p.at[i], sp.heard[i] = at, at
	if p.oldest == never {
		p.oldest = at
		m.metrics.due = min(m.metrics.due, at+p.stale)
	}
	if v-v != 0 { // NaN or infinite
		m.measure(p.column, i, math.NaN())
		return p.column, true
	}
	m.measure(p.column, i, v)
	if p.plain {
		return p.column, true
	}
	m.metrics.feed(m, p.column, i, at, v)
	if p.isCPU {
		m.setDemand(p, i, at, v)
	}
	return p.column, true
}

func (ms *metrics) feed(m *Model, column, i int32, at int64, v float64) {
	if h := ms.hists[column]; h != nil {
		h.add(i, v)
	}
	for _, w := range ms.over[column] {
		ms.windows[w].add(m.w.Cols[ms.windows[w].column], i, at, v)
	}
}

func (m *Model) setDemand(p *probe, i int32, at int64, v float64) {
	sp := &m.spaces[p.space]
	sp.demand[i] = v * sp.size[i]
	if p.demand != None {
		m.metrics.feed(m, p.demand, i, at, sp.demand[i])
	}
	if h := m.hosts[sp.on]; sp.node[i] != None && h != nil {
		h.touch(sp.node[i])
	}
}

// Dependents calls f with the columns that follow a column: the windows over it, and of a machine's load its demand and
// the windows over that.
func (m *Model) Dependents(column int32, f func(column int32)) {
	for _, w := range m.metrics.over[column] {
		f(m.metrics.windows[w].column)
	}
	for k := range m.metrics.probes {
		if p := &m.metrics.probes[k]; p.column == column && p.demand != None {
			f(p.demand)
			for _, w := range m.metrics.over[p.demand] {
				f(m.metrics.windows[w].column)
			}
			return
		}
	}
}

// NextStale is when some sample may become stale; false if there is none.
func (m *Model) NextStale() (int64, bool) { return m.metrics.due, m.metrics.due != far }

// Expire makes every cell unknown whose sample is at now as old as its probe calls stale, and tells which.
func (m *Model) Expire(now int64, unknown func(column, i int32)) {
	if m.metrics.due > now {
		return
	}
	m.metrics.due = far
	for k := range m.metrics.probes {
		p := &m.metrics.probes[k]
		if p.oldest != never && p.oldest+p.stale <= now {
			m.expire(p, now, unknown)
		}
		if p.oldest != never {
			m.metrics.due = min(m.metrics.due, p.oldest+p.stale)
		}
	}
}

func (m *Model) expire(p *probe, now int64, unknown func(column, i int32)) {
	p.oldest = never
	for i, at := range p.at {
		switch {
		case at == never:
		case at+p.stale <= now:
			m.blank(p, int32(i))
			unknown(p.column, int32(i))
		case p.oldest == never || at < p.oldest:
			p.oldest = at
		}
	}
}

// blank makes a cell and the windows over it unknown until the next sample.
func (m *Model) blank(p *probe, i int32) {
	p.at[i] = never
	m.measure(p.column, i, math.NaN())
	for _, w := range m.metrics.over[p.column] {
		m.metrics.windows[w].restart(m.w.Cols[m.metrics.windows[w].column], i)
	}
}

// Blank makes everything that is measured of an instance unknown until its next samples.
func (m *Model) Blank(space, i int32, unknown func(column, i int32)) {
	for k := range m.metrics.probes {
		if p := &m.metrics.probes[k]; p.space == space && p.class == m.Class(space, i) && p.at[i] != never {
			m.blank(p, i)
			unknown(p.column, i)
		}
	}
}

// Restart begins all windows over what is measured of an instance anew.
func (m *Model) Restart(space, i int32) {
	for w := range m.metrics.windows {
		if win := &m.metrics.windows[w]; win.space == space {
			win.restart(m.w.Cols[win.column], i)
		}
	}
}

// Pause stops or resumes a probe of an instance in the model; a paused one's cell is unknown.
func (m *Model) Pause(pr, i int32, pause bool) {
	p := &m.metrics.probes[pr]
	p.paused[i] = pause
	if pause {
		m.blank(p, i)
	}
}

// IsPaused says whether a probe of an instance is paused.
func (m *Model) IsPaused(pr, i int32) bool { return m.metrics.probes[pr].paused[i] }

// Paused are the probes of an instance that are paused.
func (m *Model) Paused(space, i int32) []int32 {
	var all []int32
	for k := range m.metrics.probes {
		if p := &m.metrics.probes[k]; p.space == space && p.paused[i] {
			all = append(all, int32(k))
		}
	}
	return all
}

// Heard is when an instance was last heard of, or came to life.
func (m *Model) Heard(space, i int32) int64 { return m.spaces[space].heard[i] }

// Hear lets an instance's silence begin anew.
func (m *Model) Hear(now int64, space, i int32) { m.spaces[space].heard[i] = now }

// Listens says whether an instance, if it is well, is heard of in any time as long as within: whether a probe of it that
// isn't paused measures as often.
func (m *Model) Listens(space, i int32, within int64) bool {
	for k := range m.metrics.probes {
		p := &m.metrics.probes[k]
		if p.space == space && p.class == m.Class(space, i) && !p.paused[i] && p.every <= within {
			return true
		}
	}
	return false
}

// HeardAll lets silence begin anew for everything: whoever has just taken over hasn't listened before.
func (m *Model) HeardAll(now int64) {
	for s := range m.spaces {
		for i := range m.spaces[s].heard {
			m.spaces[s].heard[i] = now
		}
	}
}

// ProbeColumn is the column that a probe's samples go to.
func (m *Model) ProbeColumn(pr int32) int32 { return m.metrics.probes[pr].column }

// forget makes all that was measured of an instance as if it had never been.
func (ms *metrics) forget(m *Model, space, i int32) {
	m.Blank(space, i, func(int32, int32) {})
	m.Restart(space, i)
	for k := range ms.probes {
		if ms.probes[k].space == space {
			ms.probes[k].paused[i] = false
		}
	}
	for c, h := range ms.hists {
		if h != nil && m.p.Columns[c].Space == space {
			h.head[i], h.samples[i] = 0, 0
		}
	}
}

func (ms *metrics) grow(m *Model, space int32) {
	for k := range ms.probes {
		if p := &ms.probes[k]; p.space == space {
			p.at, p.paused = append(p.at, never), append(p.paused, false)
		}
	}
	for k := range ms.windows {
		if w := &ms.windows[k]; w.space == space {
			w.cells = append(w.cells, cell{})
		}
	}
	for c, h := range ms.hists {
		if h != nil && m.p.Columns[c].Space == space {
			h.ring = append(h.ring, make([]float64, h.n)...)
			h.head, h.samples = append(h.head, 0), append(h.samples, 0)
		}
	}
}
