package report

import (
	"math"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// timeGrid draws a fine line at each tick of both axes.
type timeGrid struct{}

// Plot is for package plot, here and below.
func (timeGrid) Plot(c draw.Canvas, p *plot.Plot) {
	x, y := p.Transforms(&c)
	style := draw.LineStyle{Color: token(gridColour), Width: vg.Points(0.6)}
	for _, t := range p.X.Tick.Marker.Ticks(p.X.Min, p.X.Max) {
		c.StrokeLine2(style, x(t.Value), c.Min.Y, x(t.Value), c.Max.Y)
	}
	if _, lanes := p.Y.Tick.Marker.(plot.ConstantTicks); !lanes {
		return
	}
	for _, t := range p.Y.Tick.Marker.Ticks(p.Y.Min, p.Y.Max) {
		c.StrokeLine2(style, c.Min.X, y(t.Value), c.Max.X, y(t.Value))
	}
}

// curve is a line through values at times, with a gap wherever one is NaN.
type curve struct {
	times, values []float64
	colour        int
	width         float64
	dashed        bool
}

// Plot draws the pieces.
func (l curve) Plot(c draw.Canvas, p *plot.Plot) {
	x, y := p.Transforms(&c)
	style := draw.LineStyle{Color: token(l.colour), Width: vg.Points(l.width)}
	if l.dashed {
		style.Dashes = []vg.Length{4, 3}
	}
	var piece []vg.Point
	flush := func() {
		if len(piece) == 1 {
			piece = append(piece, vg.Point{X: piece[0].X + 1, Y: piece[0].Y})
		}
		if len(piece) > 1 {
			c.StrokeLines(style, piece)
		}
		piece = nil
	}
	for i, v := range l.values {
		if math.IsNaN(v) {
			flush()
			continue
		}
		piece = append(piece, vg.Point{X: x(l.times[i]), Y: y(min(v, p.Y.Max))})
	}
	flush()
}

// area fills what lies between two curves.
type area struct {
	times, low, high []float64
	colour           int
}

// Plot draws it as one polygon.
func (a area) Plot(c draw.Canvas, p *plot.Plot) {
	x, y := p.Transforms(&c)
	var points []vg.Point
	for i, v := range a.high {
		points = append(points, vg.Point{X: x(a.times[i]), Y: y(zeroed(v, p.Y.Max))})
	}
	for i := len(a.low) - 1; i >= 0; i-- {
		points = append(points, vg.Point{X: x(a.times[i]), Y: y(zeroed(a.low[i], p.Y.Max))})
	}
	if len(points) > 2 {
		c.FillPolygon(token(a.colour), points)
	}
}

func zeroed(v, top float64) float64 {
	if math.IsNaN(v) {
		return 0
	}
	return min(v, top)
}

// bar is a stretch of time in a row of lanes, counted from the top.
type bar struct {
	row      int
	from, to float64
	colour   int
	label    string // drawn inside if there is room
}

// thinnest is the width at which a bar can still be seen.
const thinnest = vg.Length(2.5)

// lanes draws bars in rows, in the order of time.
type lanes struct {
	rows  int
	bars  []bar
	thick float64 // part of the row's height
}

// Plot draws them one after the other, later ones on top.
func (l lanes) Plot(c draw.Canvas, p *plot.Plot) {
	x, y := p.Transforms(&c)
	label := draw.TextStyle{Color: token(onFillColour), Font: face(9.5), YAlign: draw.YCenter, Handler: plot.DefaultTextHandler}
	for _, b := range l.merged(p, c) {
		middle := float64(l.rows-b.row) - 0.5
		x0, x1 := x(b.from), x(b.to)
		x1 = max(x1, x0+thinnest)
		y0, y1 := y(middle-l.thick/2), y(middle+l.thick/2)
		c.FillPolygon(token(b.colour), []vg.Point{{X: x0, Y: y0}, {X: x1, Y: y0}, {X: x1, Y: y1}, {X: x0, Y: y1}})
		if b.label != "" && label.Width(b.label)+8 < x1-x0 {
			c.FillText(label, vg.Point{X: x0 + 4, Y: y(middle)}, b.label)
		}
	}
}

// merged joins bars of one colour in a row that would touch, so that thousands are as light as one.
func (l lanes) merged(p *plot.Plot, c draw.Canvas) []bar {
	x, _ := p.Transforms(&c)
	last := make([]int, l.rows) // index in out of each row's last bar, plus one
	var out []bar
	for _, b := range l.bars {
		if i := last[b.row] - 1; i >= 0 && out[i].colour == b.colour && out[i].label == b.label && x(b.from)-x(out[i].to) < thinnest {
			out[i].to = max(out[i].to, b.to)
			continue
		}
		out = append(out, b)
		last[b.row] = len(out)
	}
	return out
}

// marks draws a small diamond at each time in a row of lanes, but for those too close to the one before.
type marks struct {
	rows, row int
	times     []float64
	colour    int
}

// Plot draws them.
func (m marks) Plot(c draw.Canvas, p *plot.Plot) {
	x, y := p.Transforms(&c)
	middle := y(float64(m.rows-m.row) - 0.5)
	const r = 3.5
	last := vg.Length(-r)
	for _, t := range m.times {
		at := x(t)
		if at-last < r {
			continue
		}
		last = at
		c.FillPolygon(token(m.colour), []vg.Point{{X: at - r, Y: middle}, {X: at, Y: middle + r}, {X: at + r, Y: middle}, {X: at, Y: middle - r}})
	}
}
