package sim

import (
	"fmt"
	"slices"
)

// buildTraffic makes the tiers, sorts them along the links, and lets the loads in.
func (w *general) buildTraffic() error {
	t := &w.traffic
	t.tick = min(maxTick, seconds(w.physics.think/4))
	t.bySpace = map[int32]*tier{}
	for i, space := range w.site.Spaces {
		if space.Software {
			t.bySpace[int32(i)] = &tier{space: int32(i), work: float64(w.cfg.Work[int32(i)] * referenceMIPS), linked: w.cfg.Linked}
		}
	}
	for _, l := range w.cfg.Links {
		if t.bySpace[l.Left] == nil || t.bySpace[l.Right] == nil {
			return fmt.Errorf("a link joins spaces %d and %d: both must be of software", l.Left, l.Right)
		}
	}
	if err := w.orderTiers(); err != nil {
		return err
	}
	for i := range w.cfg.Clients {
		c := &w.cfg.Clients[i]
		if err := w.addFlow(c.Space, &flow{clients: c}); err != nil {
			return err
		}
	}
	for _, r := range w.cfg.Requests {
		if r.Step <= 0 {
			return fmt.Errorf("requests of space %d have a step of %v", r.Space, r.Step)
		}
		if err := w.addFlow(r.Space, &flow{open: r}); err != nil {
			return err
		}
	}
	return nil
}

// orderTiers sorts the tiers along the links.
func (w *general) orderTiers() error {
	t := &w.traffic
	left := len(t.bySpace)
	for left > 0 {
		before := left
		for i := range w.site.Spaces {
			tier := t.bySpace[int32(i)]
			if tier == nil || slices.Contains(t.tiers, tier) || w.awaits(tier) {
				continue
			}
			t.tiers = append(t.tiers, tier)
			left--
		}
		if left == before {
			return fmt.Errorf("the links go round in a circle: a request would never end")
		}
	}
	return nil
}

// awaits says whether a link leads to a tier from one that isn't sorted yet.
func (w *general) awaits(t *tier) bool {
	return slices.ContainsFunc(w.cfg.Links, func(l Link) bool {
		return l.Right == t.space && !slices.Contains(w.traffic.tiers, w.traffic.bySpace[l.Left])
	})
}

func (w *general) addFlow(entry int32, f *flow) error {
	t := &w.traffic
	if t.bySpace[entry] == nil {
		return fmt.Errorf("a load comes to space %d, which isn't software", entry)
	}
	for _, tier := range t.tiers {
		s := stop{tier: tier}
		for _, l := range w.cfg.Links {
			if depth := f.depth(t.bySpace[l.Left]); l.Right == tier.space && depth >= 0 {
				s.callers = append(s.callers, caller{depth, !l.Optional})
			}
		}
		if tier.space == entry || len(s.callers) > 0 {
			f.path = append(f.path, s)
		}
	}
	t.flows = append(t.flows, f)
	return nil
}

// enter and lead name the route to a program, from outside or from another one.
func (w *general) enter(f *flow, p *program) int32 {
	return w.branch(&f.routes, route{flow: f, parent: -1, program: p})
}

func (w *general) lead(from int32, depth int, p *program) int32 {
	r := w.traffic.routes[from]
	id := w.branch(&r.next, route{flow: r.flow, depth: depth, parent: from, program: p})
	w.traffic.routes[from].next = r.next
	return id
}

func (w *general) branch(known *[]int32, r route) int32 {
	for _, id := range *known {
		if w.traffic.routes[id].program == r.program {
			return id
		}
	}
	id := int32(len(w.traffic.routes))
	w.traffic.routes = append(w.traffic.routes, r)
	*known = append(*known, id)
	return id
}

// passes says whether a route leads through p.
func (t *traffic) passes(id int32, p *program) bool {
	for ; id >= 0; id = t.routes[id].parent {
		if t.routes[id].program == p {
			return true
		}
	}
	return false
}
