package sim

import "time"

// nextMark drops the marks up to now, and is the first one left that comes before end; false if there is none.
func (c *Config) nextMark(now, end time.Duration) (time.Duration, bool) {
	for len(c.Marks) > 0 && c.Marks[0] <= now {
		c.Marks = c.Marks[1:]
	}
	if len(c.Marks) == 0 || c.Marks[0] >= end {
		return 0, false
	}
	return c.Marks[0], true
}

// between is what a run amounts to when a part of a step (0..1) is over: requests and energy grow evenly.
func between(before, after Metrics, part float64) Metrics {
	grow := func(a, b float64) float64 { return a + float64((b-a)*part) }
	m := before
	m.Requests.Done = grow(before.Requests.Done, after.Requests.Done)
	m.Requests.Lost = grow(before.Requests.Lost, after.Requests.Lost)
	m.EnergyKWh = grow(before.EnergyKWh, after.EnergyKWh)
	return m
}
