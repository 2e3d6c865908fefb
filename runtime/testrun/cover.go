package testrun

import (
	"cmp"
	"fmt"
	"slices"
	"sync"

	"github.com/tune-autonomic/tune/compiler/bundle"
	"github.com/tune-autonomic/tune/runtime/engine"
)

// seen is which ways one run has gone. It is made of notices alone: arrows are tried in order, so the one that was taken
// says of all guards before it how they went.
type seen struct {
	p      *bundle.Program
	arrows []bundle.Arrow
	byPC   map[int32]int // arrow by Notice.Arrow
	policy map[string]int32

	states  [][]bool // by policy and state
	taken   []bool   // by arrow
	was     [][2]int // by arrow: how often its guard was not true, and true
	guards  [][2]int // by policy: the same of its own guard
	current map[uint64]at
}

// at is where an instance is.
type at struct{ policy, state int32 }

func newSeen(s *bundle.Suite) seen {
	v := seen{
		p: s.Program, arrows: s.Arrows, byPC: map[int32]int{}, policy: map[string]int32{}, current: map[uint64]at{},
		states: make([][]bool, len(s.Program.Policies)), guards: make([][2]int, len(s.Program.Policies)),
		taken: make([]bool, len(s.Arrows)), was: make([][2]int, len(s.Arrows)),
	}
	for i, a := range s.Arrows {
		v.byPC[a.PC+1] = i
	}
	for i := range s.Program.Policies {
		v.policy[s.Program.Policies[i].Name] = int32(i)
		v.states[i] = make([]bool, len(s.Program.Policies[i].States))
	}
	return v
}

func (v *seen) declined(policies []int32) {
	for _, p := range policies {
		v.guards[p][0]++
	}
}

func (v *seen) notice(n engine.Notice) {
	p, known := v.policy[n.Policy]
	if !known {
		return
	}
	switch n.Kind {
	case engine.NoticeStart:
		v.guards[p][1]++
	case engine.NoticeState:
		for i := range v.p.Policies[p].States {
			if v.p.Policies[p].States[i].Name == n.State {
				v.states[p][i] = true
				v.current[n.Instance] = at{p, int32(i)}
			}
		}
		if i, led := v.byPC[n.Arrow]; led {
			v.take(i)
		}
	case engine.NoticeEnd:
		if is, under := v.current[n.Instance]; under && n.Text == "done" {
			v.none(is)
		}
		delete(v.current, n.Instance)
	}
}

// take notes an arrow, and that those before it were closed.
func (v *seen) take(i int) {
	v.taken[i] = true
	a := v.arrows[i]
	for k, other := range v.arrows {
		switch {
		case other.Policy != a.Policy || other.State != a.State || other.Failure != a.Failure || !other.Guarded:
		case k == i:
			v.was[k][1]++
		case other.PC < a.PC:
			v.was[k][0]++
		}
	}
}

// none notes that an instance has ended well in a state that no arrow led out of.
func (v *seen) none(is at) {
	for k, a := range v.arrows {
		if a.Policy == is.policy && a.State == is.state && !a.Failure && a.Guarded {
			v.was[k][0]++
		}
	}
}

// cover adds up runs. It is safe for concurrent use.
type cover struct {
	mu  sync.Mutex
	all seen
}

func newCover(s *bundle.Suite) *cover { return &cover{all: newSeen(s)} }

func (c *cover) add(v seen) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for p := range v.states {
		for i, was := range v.states[p] {
			c.all.states[p][i] = c.all.states[p][i] || was
		}
		c.all.guards[p][0] += v.guards[p][0]
		c.all.guards[p][1] += v.guards[p][1]
	}
	for i := range v.taken {
		c.all.taken[i] = c.all.taken[i] || v.taken[i]
		c.all.was[i][0] += v.was[i][0]
		c.all.was[i][1] += v.was[i][1]
	}
}

// PolicyCover is what of a policy was gone through: states entered, arrows taken, and outcomes of guards, of which each
// has two.
type PolicyCover struct {
	Policy string `json:"policy"`
	States Part   `json:"states"`
	Arrows Part   `json:"arrows"`
	Guards Part   `json:"guards"`
	Missed []Miss `json:"missed,omitempty"`
}

// Part is how many of all.
type Part struct {
	Met int `json:"met"`
	All int `json:"all"`
}

func (p *Part) add(met bool) {
	p.All++
	if met {
		p.Met++
	}
}

// Miss is something that was never met.
type Miss struct {
	At  Place  `json:"at"`
	Why string `json:"why"`
}

// report counts what stands in the source.
func (c *cover) report() []PolicyCover {
	all := make([]PolicyCover, len(c.all.p.Policies))
	for p := range all {
		out := &all[p]
		out.Policy = c.all.p.Policies[p].Name
		c.states(int32(p), out)
		c.ways(int32(p), out)
		slices.SortStableFunc(out.Missed, func(a, b Miss) int { return cmp.Compare(a.At.Line, b.At.Line) })
	}
	return all
}

func (c *cover) states(p int32, out *PolicyCover) {
	policy := &c.all.p.Policies[p]
	for i, s := range policy.States {
		if !engine.Written(s.Name) {
			continue
		}
		out.States.add(c.all.states[p][i])
		if !c.all.states[p][i] {
			out.Missed = append(out.Missed, Miss{place(c.all.p, c.all.p.Pos[s.Body]), "state " + s.Name + " is never entered"})
		}
	}
	if policy.Guard >= 0 {
		out.guard(place(c.all.p, c.all.p.Pos[policy.Guard]), "the policy's guard", c.all.guards[p])
	}
}

// ways counts arrows and their guards, by where they stand: one that counts its turns leads over a state of its own.
func (c *cover) ways(p int32, out *PolicyCover) {
	type way struct {
		arrow bundle.Arrow
		taken bool
		was   [2]int
	}
	var ways []way
	for i, a := range c.all.arrows {
		if a.Policy != p || c.all.p.Policies[p].States[a.State].Name == "" {
			continue
		}
		k := slices.IndexFunc(ways, func(w way) bool { return w.arrow.Pos == a.Pos })
		if k < 0 {
			k, ways = len(ways), append(ways, way{arrow: a})
		}
		ways[k].taken = ways[k].taken || c.all.taken[i]
		ways[k].was[0] += c.all.was[i][0]
		ways[k].was[1] += c.all.was[i][1]
	}
	for _, w := range ways {
		at := place(c.all.p, w.arrow.Pos)
		out.Arrows.add(w.taken)
		if !w.taken {
			out.Missed = append(out.Missed, Miss{at, "is never taken"})
		}
		if w.arrow.Guarded {
			out.guard(at, "its guard", w.was)
		}
	}
}

// guard counts both outcomes of a guard. That it was never true needs no word where its arrow was never taken.
func (p *PolicyCover) guard(at Place, what string, was [2]int) {
	p.Guards.add(was[0] > 0)
	p.Guards.add(was[1] > 0)
	switch {
	case was[0] == 0 && was[1] == 0:
		p.Missed = append(p.Missed, Miss{at, what + " is never asked"})
	case was[0] == 0:
		p.Missed = append(p.Missed, Miss{at, what + " is always true"})
	case was[1] == 0 && what != "its guard":
		p.Missed = append(p.Missed, Miss{at, fmt.Sprintf("%s is never true", what)})
	}
}
