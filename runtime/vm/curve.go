package vm

import "math"

// Curve is the power that a host draws, at equal steps of load from 0 to 100 %. The nil curve is unknown everywhere.
type Curve struct {
	watts []float64
	slope []float64 // watts a percent of load, from each point to the next
	load  []float64 // 0..1, of each point
	steps float64
}

// NewCurve is a curve through the given watts; nil if there are none.
func NewCurve(watts []float64) *Curve {
	if len(watts) == 0 {
		return nil
	}
	c := &Curve{watts: watts, steps: float64(len(watts) - 1)}
	for k := range watts[:len(watts)-1] {
		c.slope = append(c.slope, (watts[k+1]-watts[k])/(100/c.steps))
		c.load = append(c.load, float64(k)/c.steps)
	}
	return c
}

// At is the power at load u (0..1), between the points and held at the ends. The order of its operations is that of
// docs/cloudsim.md: policies that take the cheapest of many hosts depend on it.
func (c *Curve) At(u float64) float64 {
	if c == nil || u != u {
		return math.NaN()
	}
	if u <= 0 {
		return c.watts[0]
	}
	if u >= 1 {
		return c.watts[len(c.watts)-1]
	}
	k := int(u * c.steps)
	if k >= len(c.slope) {
		return c.watts[len(c.watts)-1]
	}
	return c.watts[k] + float64(float64(c.slope[k]*(u-c.load[k]))*100)
}
