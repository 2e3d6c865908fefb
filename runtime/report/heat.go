package report

import (
	"image"
	"image/color"
	"math"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
)

// heatPanel shows each host's CPU as a line of pixels.
func (r *Recorder) heatPanel() panel {
	p := newPlot(r.end())
	n := len(r.hosts)
	p.Y.Min, p.Y.Max = 0, float64(n)
	p.Y.Tick.Marker = plot.ConstantTicks{{Value: 0, Label: r.hosts[n-1]}, {Value: float64(n), Label: r.hosts[0]}}
	if len(r.samples) > 0 {
		p.Add(plotter.NewImage(r.heatMap(), 0, 0, r.now.Seconds(), float64(n)))
	}
	return panel{"Each host's CPU: blue is quiet, red is full, nothing is off", p, vg.Points(max(150, min(260, float64(n)/2.5)))}
}

func (r *Recorder) heatMap() image.Image {
	img := image.NewNRGBA(image.Rect(0, 0, len(r.samples), len(r.hosts)))
	for x := range r.samples {
		for y, v := range r.cpuOf(x) {
			if !math.IsNaN(float64(v)) {
				img.SetNRGBA(x, y, heat(float64(v)))
			}
		}
	}
	return img
}

// heatStops go from quiet to full; they show on white and on black.
var heatStops = []color.NRGBA{
	{0x9e, 0xc5, 0xf4, 0xff}, {0x4f, 0x8f, 0xdd, 0xff}, {0x2f, 0x9e, 0x8f, 0xff}, {0xe8, 0xa8, 0x2c, 0xff}, {0xd6, 0x3a, 0x34, 0xff},
}

func heat(v float64) color.NRGBA {
	x := max(0, min(1, v)) * float64(len(heatStops)-1)
	i := min(int(x), len(heatStops)-2)
	a, b, f := heatStops[i], heatStops[i+1], x-float64(i)
	mix := func(a, b uint8) uint8 { return uint8(math.Round(float64(a)*(1-f) + float64(b)*f)) }
	return color.NRGBA{R: mix(a.R, b.R), G: mix(a.G, b.G), B: mix(a.B, b.B), A: 0xff}
}
