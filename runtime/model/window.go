package model

import (
	"math"
	"slices"

	"github.com/tune-autonomic/tune/compiler/bundle"
)

// covered is the share of a window's span that samples must cover for its value to be known.
const covered = 0.8

// window keeps a statistic of each instance up to date, sample by sample.
type window struct {
	space  int32
	column int32 // where its values go
	kind   bundle.WindowKind
	span   int64
	every  int64 // a sample stands for this much time
	alpha  float64
	cells  []cell
}

// cell is one instance's window: the samples of the last span, oldest first from head on in a ring, or a running mean.
type cell struct {
	at     []int64
	values []float64
	head   int
	n      int
	sum    float64
	fresh  int // samples since sum was last added up from scratch
	mean   float64
	last   float64
	seen   int
}

// addWindows makes the windows, each with the column that shows it.
func (ms *metrics) addWindows(m *Model) {
	p := m.p
	for w := range p.Windows {
		def := &p.Windows[w]
		s := p.Columns[def.Column].Space
		ms.windows[w] = window{
			space: s, column: None, kind: def.Kind, span: def.Span, alpha: def.Alpha,
			every: ms.period(m, def.Column), cells: make([]cell, m.Size(s)),
		}
	}
	for c := range p.Columns {
		col := &p.Columns[c]
		if col.Kind != bundle.ColWindow {
			continue
		}
		win, src := &ms.windows[col.Ref], p.Windows[col.Ref].Column
		if win.column != None {
			continue
		}
		win.column = int32(c)
		ms.over[src] = append(ms.over[src], col.Ref)
		for i := range win.cells {
			win.restart(m.w.Cols[c], int32(i))
		}
	}
}

// period is how often a column has a new sample.
func (ms *metrics) period(m *Model, column int32) int64 {
	for k := range ms.probes {
		if p := &ms.probes[k]; p.column == column || p.demand == column {
			return p.every
		}
	}
	return 0
}

func (w *window) add(out []float64, i int32, at int64, v float64) {
	c := &w.cells[i]
	switch w.kind {
	case bundle.WinVolatility:
		if c.seen > 0 {
			d := v - c.last
			c.mean = float64((1-w.alpha)*c.mean) + float64(w.alpha*float64(d*d))
		}
		c.seen, c.last = 1, v
		out[i] = c.mean
	case bundle.WinEwma:
		if c.seen == 0 {
			c.mean = v
		}
		c.mean = float64((1-w.alpha)*c.mean) + float64(w.alpha*v)
		c.seen = 1
		out[i] = c.mean
	default:
		c.push(at, v)
		c.drop(at - w.span)
		out[i] = w.value(c)
	}
}

func (w *window) value(c *cell) float64 {
	if float64(int64(c.n)*w.every) < covered*float64(w.span) {
		return math.NaN()
	}
	switch w.kind {
	case bundle.WinMin:
		return c.extreme(false)
	case bundle.WinMax:
		return c.extreme(true)
	case bundle.WinCount:
		return float64(c.n)
	}
	return c.sum / float64(c.n)
}

// restart begins an instance's window anew.
func (w *window) restart(out []float64, i int32) {
	c := &w.cells[i]
	c.head, c.n, c.sum, c.fresh, c.mean, c.seen = 0, 0, 0, 0, 0, 0
	out[i] = math.NaN()
	if w.kind == bundle.WinVolatility {
		out[i] = 0
	}
}

func (c *cell) push(at int64, v float64) {
	if c.n == len(c.values) {
		c.grow()
	}
	k := (c.head + c.n) % len(c.values)
	c.at[k], c.values[k] = at, v
	c.n++
	c.sum += v
	c.fresh++
}

// drop lets go of samples that are as old as limit. A running sum gathers rounding: it is added up again each time that
// all samples have changed.
func (c *cell) drop(limit int64) {
	for c.n > 0 && c.at[c.head] <= limit {
		c.sum -= c.values[c.head]
		c.head = (c.head + 1) % len(c.values)
		c.n--
	}
	if c.fresh < c.n {
		return
	}
	c.fresh, c.sum = 0, 0
	for k := range c.n {
		c.sum += c.values[(c.head+k)%len(c.values)]
	}
}

func (c *cell) grow() {
	n := max(8, 2*len(c.values))
	at, values := make([]int64, n), make([]float64, n)
	for k := range c.n {
		j := (c.head + k) % len(c.values)
		at[k], values[k] = c.at[j], c.values[j]
	}
	c.at, c.values, c.head = at, values, 0
}

func (c *cell) extreme(most bool) float64 {
	end := min(c.head+c.n, len(c.values))
	a, b := c.values[c.head:end], c.values[:c.n-(end-c.head)]
	if most {
		return max(slices.Max(a), maxOf(b, a[0]))
	}
	return min(slices.Min(a), minOf(b, a[0]))
}

func maxOf(s []float64, otherwise float64) float64 {
	if len(s) == 0 {
		return otherwise
	}
	return slices.Max(s)
}

func minOf(s []float64, otherwise float64) float64 {
	if len(s) == 0 {
		return otherwise
	}
	return slices.Min(s)
}
