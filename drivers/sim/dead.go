package sim

import "slices"

// Software that dies with its host says nothing: those who send it requests go on with that until their checks have failed so
// often that they miss it, and what they send is lost.

// dead is a program that has died, with those who had drained it.
type dead struct {
	program *program
	quiet   bool
	shunned []*program
	weights map[*program]float64 // by which others sent requests there
}

// dies takes p away as a crash does.
func (w *general) dies(p *program) {
	w.down(p)
	if tier := w.traffic.bySpace[p.ref.Space]; p.state == ready && len(w.traffic.flows) > 0 {
		tier.dead = append(tier.dead, w.memory(p))
		w.after(seconds(w.physics.failoverTime), func() {
			tier.dead = slices.DeleteFunc(tier.dead, func(d dead) bool { return d.program == p })
		})
	}
	w.remove(p)
}

// memory is what others know of p when it dies.
func (w *general) memory(p *program) dead {
	d := dead{program: p, quiet: p.quiet, weights: map[*program]float64{}}
	tier := w.traffic.bySpace[p.ref.Space]
	for _, q := range w.programs {
		if q.turned(p) || !tier.sends(q, p) {
			d.shunned = append(d.shunned, q)
		}
		if n, weighed := q.weighs[p]; weighed {
			d.weights[q] = n
		}
	}
	return d
}

// unmissed is the weight of the dead to which a program (nil: whoever comes from outside) still sends requests.
func (t *tier) unmissed(from *program) float64 {
	sum := 0.0
	for _, d := range t.dead {
		n, weighed := d.weights[from]
		switch {
		case d.quiet || from != nil && slices.Contains(d.shunned, from):
		case weighed:
			sum += n
		default:
			sum++
		}
	}
	return sum
}
