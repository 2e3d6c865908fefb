package vm

import "math"

// Curve is the power that a host draws, at equal steps of load from 0 to 100 %. The nil curve is unknown everywhere.
type Curve struct {
	points []point
	steps  float64
	idle   float64 // watts at 0 %
	full   float64 // watts at 100 %
}

// point is where a segment of a curve begins.
type point struct {
	watts float64
	load  float64 // 0..1
	slope float64 // watts a percent of load, from here to the next
}

// NewCurve is a curve through the given watts; nil if there are none.
func NewCurve(watts []float64) *Curve {
	if len(watts) == 0 {
		return nil
	}
	last := len(watts) - 1
	c := &Curve{steps: float64(last), idle: watts[0], full: watts[last]}
	for k, w := range watts[:last] {
		c.points = append(c.points, point{watts: w, load: float64(k) / c.steps, slope: (watts[k+1] - w) / (100 / c.steps)})
	}
	return c
}

// At is the power at load u (0..1), between the points and held at the ends. The order of its operations is that of
// docs/cloudsim.md: policies that take the cheapest of many hosts depend on it.
func (c *Curve) At(u float64) float64 {
	if c != nil {
		if k := u * c.steps; k >= 0 && k < c.steps {
			return c.points[int(k)].at(u)
		}
	}
	return c.end(u)
}

func (p *point) at(u float64) float64 {
	return p.watts + float64(float64(p.slope*(u-p.load))*100)
}

// end is the power at a load that is beyond a curve's points, or at its last.
func (c *Curve) end(u float64) float64 {
	switch {
	case c == nil || u != u:
		return math.NaN()
	case u < 0:
		return c.idle
	}
	return c.full
}
