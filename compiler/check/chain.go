package check

// reportLed reports what a lossless policy emits if policies that start on it may lose requests. Those that are lossless
// themselves answer for what they emit.
func (c *checker) reportLed() {
	starting := map[int32][]*policy{}
	for _, out := range c.program.Policies {
		starting[out.Event] = append(starting[out.Event], c.checked[out])
	}
	for _, out := range c.program.Policies {
		p := c.checked[out]
		if !out.Lossless {
			continue
		}
		for _, e := range p.emits {
			lossy := lossyFrom(e.Event, starting)
			if lossy == nil {
				continue
			}
			loss := lossy.loss[0]
			c.report("TUNE0401", p.unit, e.P.Span,
				"emitting "+c.program.Events[e.Event].Name+" leads to policy "+lossy.out.Name+", where "+loss.msg+", and policy "+out.Name+" is lossless",
				"make policy "+lossy.out.Name+" lossless, or emit something else")
			c.relate(lossy.unit, loss.span, "this loses them")
		}
	}
}

// lossyFrom is the first policy that may lose requests of those that an event starts, or that they start; nil if there is none.
func lossyFrom(event int32, starting map[int32][]*policy) *policy {
	seen := map[int32]bool{}
	for next := []int32{event}; len(next) > 0; next = next[1:] {
		if seen[next[0]] {
			continue
		}
		seen[next[0]] = true
		for _, p := range starting[next[0]] {
			switch {
			case p.out.Lossless:
			case len(p.loss) > 0:
				return p
			default:
				for _, e := range p.emits {
					next = append(next, e.Event)
				}
			}
		}
	}
	return nil
}
