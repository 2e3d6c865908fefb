package report

import (
	"bytes"
	"fmt"
	"math"
	"time"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgsvg"
)

const (
	stackWidth  = 1100 // points; the page scales them
	headRoom    = 24
	panelGap    = 12
	rightMargin = 24 // half a label of the time axis
)

// panel is one chart of the stack. All share the time axis, and only the last is labelled with times.
type panel struct {
	title  string
	plot   *plot.Plot
	height vg.Length
}

// span is where the time axis lies, in parts of the picture's width.
type span struct{ Left, Right float64 }

func face(size float64) font.Font {
	return font.Font{Typeface: "Liberation", Variant: "Sans", Size: vg.Points(size)}
}

// newPlot is an empty chart over the run's time.
func newPlot(end time.Duration) *plot.Plot {
	p := plot.New()
	p.BackgroundColor = nil
	p.X.Min, p.X.Max = 0, end.Seconds()
	p.X.Tick.Marker = plot.TickerFunc(func(_, _ float64) []plot.Tick { return timeTicks(end) })
	for _, a := range []*plot.Axis{&p.X, &p.Y} {
		a.LineStyle.Color = token(gridColour)
		a.Tick.LineStyle.Color = token(gridColour)
		a.Tick.Length = 3
		a.Tick.Label.Font = face(10)
		a.Tick.Label.Color = token(muteColour)
		a.Padding = 0
	}
	p.Y.LineStyle.Width = 0
	p.Y.Tick.LineStyle.Width = 0
	p.Y.Padding = 8 // the page's font may be wider than the one that is measured here
	p.Add(timeGrid{})
	return p
}

// drawStack draws the panels below each other, so that their time axes are one above the other.
func drawStack(panels []panel) ([]byte, span, error) {
	total := vg.Length(0)
	for _, p := range panels {
		total += p.height + headRoom + panelGap
	}
	for _, p := range panels[:len(panels)-1] {
		ticks := p.plot.X.Tick.Marker
		p.plot.X.Tick.Marker = plot.TickerFunc(func(a, b float64) []plot.Tick { return unlabelled(ticks.Ticks(a, b)) })
	}
	canvas := vgsvg.New(stackWidth, total)
	whole := draw.New(canvas)
	left, right := margins(panels, whole)
	top := total
	for _, p := range panels {
		box := draw.Canvas{Canvas: whole.Canvas, Rectangle: vg.Rectangle{
			Min: vg.Point{X: 0, Y: top - headRoom - p.height},
			Max: vg.Point{X: stackWidth, Y: top - headRoom},
		}}
		title(whole, p.title, vg.Point{X: left, Y: top - headRoom + 8})
		inner := p.plot.DataCanvas(box)
		box.Min.X += left - inner.Min.X
		box.Max.X -= right - (stackWidth - inner.Max.X)
		p.plot.Draw(box)
		top -= headRoom + p.height + panelGap
	}
	var b bytes.Buffer
	if _, err := canvas.WriteTo(&b); err != nil {
		return nil, span{}, err
	}
	at := span{Left: float64(left / stackWidth), Right: 1 - float64(right/stackWidth)}
	return themed(b.Bytes(), stackWidth, total.Points()), at, nil
}

// margins are the widest that any panel needs.
func margins(panels []panel, whole draw.Canvas) (left, right vg.Length) {
	right = rightMargin
	for _, p := range panels {
		inner := p.plot.DataCanvas(whole)
		left = max(left, inner.Min.X)
		right = max(right, stackWidth-inner.Max.X)
	}
	return left, right
}

func title(c draw.Canvas, text string, at vg.Point) {
	style := draw.TextStyle{Color: token(inkColour), Font: face(12), Handler: plot.DefaultTextHandler}
	c.FillText(style, at, text)
}

func unlabelled(ticks []plot.Tick) []plot.Tick {
	for i := range ticks {
		ticks[i].Label = ""
	}
	return ticks
}

// timeSteps are distances of ticks that people count in.
var timeSteps = []time.Duration{
	time.Second, 2 * time.Second, 5 * time.Second, 10 * time.Second, 30 * time.Second,
	time.Minute, 2 * time.Minute, 5 * time.Minute, 10 * time.Minute, 20 * time.Minute,
	time.Hour, 2 * time.Hour, 3 * time.Hour, 6 * time.Hour, 12 * time.Hour,
	24 * time.Hour, 2 * 24 * time.Hour, 7 * 24 * time.Hour, 28 * 24 * time.Hour,
}

// timeTicks are at most a dozen, at round times.
func timeTicks(end time.Duration) []plot.Tick {
	step := timeSteps[len(timeSteps)-1]
	for _, s := range timeSteps {
		if end/s <= 12 {
			step = s
			break
		}
	}
	step *= max(1, end/(12*step))
	var ticks []plot.Tick
	for t := time.Duration(0); t <= end; t += step {
		ticks = append(ticks, plot.Tick{Value: t.Seconds(), Label: timeLabel(t, step)})
	}
	return ticks
}

func timeLabel(t, step time.Duration) string {
	switch {
	case step >= 24*time.Hour:
		return fmt.Sprintf("day %d", int(t/(24*time.Hour)))
	case step >= time.Hour:
		return fmt.Sprintf("%d:00", int(t/time.Hour))
	case step >= time.Minute:
		return fmt.Sprintf("%d min", int(t/time.Minute))
	}
	return fmt.Sprintf("%d s", int(t/time.Second))
}

// percentAxis is 0 to 100 %.
func percentAxis(p *plot.Plot) {
	p.Y.Min, p.Y.Max = 0, 1
	p.Y.Tick.Marker = plot.ConstantTicks{{Value: 0, Label: "0 %"}, {Value: .25}, {Value: .5, Label: "50 %"}, {Value: .75}, {Value: 1, Label: "100 %"}}
}

// countAxis is 0 to a round number not below top.
func countAxis(p *plot.Plot, top float64) {
	p.Y.Min, p.Y.Max = 0, roundUp(top)
	var ticks plot.ConstantTicks
	for i := range 5 {
		v := p.Y.Max * float64(i) / 4
		tick := plot.Tick{Value: v}
		if i%2 == 0 {
			tick.Label = fmt.Sprintf("%.4g", v)
		}
		ticks = append(ticks, tick)
	}
	p.Y.Tick.Marker = ticks
}

func roundUp(v float64) float64 {
	if !(v > 0) {
		return 1
	}
	unit := math.Pow(10, math.Floor(math.Log10(v)))
	for _, m := range []float64{1, 1.2, 1.6, 2, 3, 4, 5, 6, 8} {
		if v <= m*unit {
			return m * unit
		}
	}
	return 10 * unit
}

// nameAxis has a row a name, the first on top.
func nameAxis(p *plot.Plot, names []string) {
	p.Y.Min, p.Y.Max = 0, float64(len(names))
	var ticks plot.ConstantTicks
	for i, n := range names {
		ticks = append(ticks, plot.Tick{Value: float64(len(names)-i) - 0.5, Label: shorten(n, 26)})
	}
	p.Y.Tick.Marker = ticks
}

func shorten(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return string(r[:n-1]) + "…"
	}
	return s
}
