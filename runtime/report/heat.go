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

// heatMap has a palette: a run's picture is written in a fraction of the time that free colours would take.
func (r *Recorder) heatMap() image.Image {
	img := image.NewPaletted(image.Rect(0, 0, len(r.samples), len(r.hosts)), heatPalette())
	for x := range r.samples {
		for y, v := range r.cpuOf(x) {
			img.Pix[y*img.Stride+x] = shade(v)
		}
	}
	return img
}

// shades is how many steps there are from quiet to full.
const shades = 200

// shade is a place in the palette; the first is nothing.
func shade(v float32) uint8 {
	if v != v {
		return 0
	}
	return 1 + uint8(math.Round(float64(max(0, min(1, v)))*shades))
}

func heatPalette() color.Palette {
	all := color.Palette{color.NRGBA{}}
	for i := range shades + 1 {
		all = append(all, heat(float64(i)/shades))
	}
	return all
}

// heatStops go from quiet to full; they show on white and on black.
var heatStops = []color.NRGBA{
	{0x9e, 0xc5, 0xf4, 0xff}, {0x4f, 0x8f, 0xdd, 0xff}, {0x2f, 0x9e, 0x8f, 0xff}, {0xe8, 0xa8, 0x2c, 0xff}, {0xd6, 0x3a, 0x34, 0xff},
}

func heat(v float64) color.NRGBA {
	x := v * float64(len(heatStops)-1)
	i := min(int(x), len(heatStops)-2)
	a, b, f := heatStops[i], heatStops[i+1], x-float64(i)
	mix := func(a, b uint8) uint8 { return uint8(math.Round(float64(a)*(1-f) + float64(b)*f)) }
	return color.NRGBA{R: mix(a.R, b.R), G: mix(a.G, b.G), B: mix(a.B, b.B), A: 0xff}
}
