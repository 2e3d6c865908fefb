package engine

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/tune-autonomic/tune/compiler/bundle"
	"github.com/tune-autonomic/tune/drivers"
	"github.com/tune-autonomic/tune/runtime/model"
	"github.com/tune-autonomic/tune/runtime/vm"
)

// beginPlacing, placed and endPlacing let placement code see where those before went: on the scratch model, if it is
// free, for code; by what is in flight for the rules.
func (s *State) beginPlacing(c int32) {
	if s.p.Classes[c].Place.Rule == bundle.PlaceCode {
		s.m.Think()
	}
}

func (s *State) placed(c int32, what drivers.Ref, node int32) {
	if node == none {
		return
	}
	if s.p.Classes[c].Place.Rule == bundle.PlaceCode {
		s.m.World().Scratch.Place(what.Space, what.Index, node)
		return
	}
	s.things.coming(what.Space, node, 1)
	s.m.Expect(what.Space, what.Index, node)
}

func (s *State) endPlacing(c int32, tasks []task) {
	if s.p.Classes[c].Place.Rule == bundle.PlaceCode {
		s.m.Rest()
		return
	}
	for k := range tasks {
		t := &tasks[k]
		if t.dest == none {
			continue
		}
		s.things.coming(t.target.Space, t.dest, -1)
		s.m.Arrived(t.target.Space, t.target.Index, t.dest)
	}
}

// node chooses where a new instance stands, by its class's rule; none if no node will do. A host that has CPU left for all of
// a machine is taken before one that hasn't.
func (s *State) node(c int32, what drivers.Ref) int32 {
	cl := &s.p.Classes[c]
	if cl.Place.Rule == bundle.PlaceCode {
		return s.nodeByCode(c, what)
	}
	best, least, bestTight := none, 0.0, true
	for _, n := range s.m.World().Alive[cl.On] {
		if s.obstacle(cl, what, n).kind != "" {
			continue
		}
		tight := cl.Kind == bundle.VM && s.m.IsTight(what.Space, what.Index, n)
		if tight && !bestTight {
			continue
		}
		cost := s.placeCost(cl, what, n)
		if best == none || tight != bestTight || cost < least {
			best, least, bestTight = n, cost, tight
		}
		if cl.Place.Rule == bundle.Pack && !tight {
			break
		}
	}
	return best
}

// placeCost is what a class's rule has least of; with the same cost, the first node is taken.
func (s *State) placeCost(cl *bundle.Class, what drivers.Ref, node int32) float64 {
	switch cl.Place.Rule {
	case bundle.Spread:
		return float64(s.crowd(s.m.On(what.Space), node))
	case bundle.ByPower:
		return s.m.AddedWatts(what.Space, what.Index, node)
	}
	return 0
}

// crowd is how many stand on a node, or are on their way to it.
func (s *State) crowd(on, node int32) int {
	n := 0
	for g := range s.p.Spaces {
		if s.m.On(int32(g)) == on {
			n += len(s.m.Guests(int32(g), node)) + int(s.things.comingTo(int32(g), node))
		}
	}
	return n
}

// obstacle is what keeps something new from a node: of what kind, empty for none, and how much is missing, in bytes or MIPS.
type obstacle struct {
	kind    string
	missing float64
}

// The obstacles beside those that the model names: a require that wouldn't hold is its own text.
const (
	notStarted = "not started"
	isFenced   = "fenced"
	isDown     = "down"
	maintained = "maintained"
	isFencing  = "being fenced"
)

// offFenced says of a host, after its name, that it was fenced: it is off, and stays so until somebody switches it on.
const offFenced = "is off (fenced)"

// awayText says why a host takes nothing, whoever asks: "" if it may.
func (s *State) awayText(on, host int32) string {
	switch {
	case s.m.IsFenced(on, host):
		return s.m.Name(on, host) + " " + offFenced
	case s.m.IsDown(on, host):
		return s.m.Name(on, host) + " doesn't answer"
	}
	return ""
}

// obstacle is what keeps something new from a node: nothing if its kind is empty.
func (s *State) obstacle(cl *bundle.Class, what drivers.Ref, node int32) obstacle {
	on := s.p.Classes[cl.On].Space
	defer s.m.AsNew(what.Space, what.Index)()
	if broken := s.m.Parts(what.Space, what.Index, node); broken != "" {
		return obstacle{kind: broken}
	}
	switch {
	case s.isFencing(drivers.Ref{Space: on, Index: node}):
		return obstacle{kind: isFencing}
	case s.p.Classes[cl.On].Kind != bundle.Host:
		if s.m.Life(on, node) != model.Running {
			return obstacle{kind: notStarted}
		}
		if s.unheard(drivers.Ref{Space: on, Index: node}) != "" {
			return obstacle{kind: isDown}
		}
		return obstacle{}
	case s.m.IsFenced(on, node):
		return obstacle{kind: isFenced}
	case s.m.IsDown(on, node):
		return obstacle{kind: isDown}
	case s.m.IsMaintained(on, node):
		return obstacle{kind: maintained}
	case cl.Kind != bundle.VM:
		return obstacle{}
	}
	kind, missing := s.m.Lacks(what.Space, what.Index, node)
	return obstacle{kind, missing}
}

// mostObstacles is how many nodes are told of by name.
const mostObstacles = 3

// noNode is why there is no node for a new instance of a class, as things are now.
func (s *State) noNode(c int32, what drivers.Ref) string {
	cl := &s.p.Classes[c]
	on := &s.p.Classes[cl.On]
	nodes := s.m.World().Alive[cl.On]
	if len(nodes) == 0 {
		return "there is no " + on.Name + " for it to run on"
	}
	if cl.Place.Rule == bundle.PlaceCode {
		if seen := s.suited(what, nodes); len(seen) > 0 {
			return "its placement chooses none of " + s.someOf(on, seen) + s.unmeasured(c, seen) + s.obstacles(c, what, nodes)
		}
	}
	who, why := on.Name, ""
	if on.Kind == bundle.Host {
		who = "host of " + on.Name
	}
	var told []string
	for _, n := range nodes[:min(len(nodes), mostObstacles)] {
		o := s.obstacle(cl, what, n)
		told = append(told, s.m.Name(on.Space, n)+" "+o.String())
		switch o.kind {
		case notStarted:
			why = "; what was made must be started, too"
		case model.LackCPU, model.LackSpeed:
			why = "; require capacity(cpu) on " + on.Name + " holds for whatever comes there"
		}
	}
	if more := len(nodes) - len(told); more > 0 {
		told = append(told, fmt.Sprintf("%d more can't either", more))
	}
	return "no " + who + " can take it: " + strings.Join(told, ", ") + why
}

// suited are the hosts among nodes that placement code sees for a new machine.
func (s *State) suited(what drivers.Ref, nodes []int32) []int32 {
	defer s.m.AsNew(what.Space, what.Index)()
	return slices.DeleteFunc(slices.Clone(nodes), func(n int32) bool {
		return s.isFencing(drivers.Ref{Space: s.m.On(what.Space), Index: n}) || !s.m.Fits(what.Space, what.Index, n)
	})
}

// someOf names hosts of a class, or says how many, if they are more than can be told.
func (s *State) someOf(of *bundle.Class, hosts []int32) string {
	if len(hosts) > mostObstacles {
		return fmt.Sprintf("%d hosts of %s", len(hosts), of.Name)
	}
	var names []string
	for _, n := range hosts {
		names = append(names, s.m.Name(of.Space, n))
	}
	return strings.Join(names, ", ")
}

// obstacles names the hosts among nodes that can't take a new machine, and says why; "" if all can.
func (s *State) obstacles(c int32, what drivers.Ref, nodes []int32) string {
	var told []string
	for _, n := range nodes {
		o := s.obstacle(&s.p.Classes[c], what, n)
		switch {
		case o.kind == "":
		case len(told) == mostObstacles:
			return "; " + strings.Join(told, ", ") + ", and more can't take it either"
		default:
			told = append(told, s.m.Name(s.m.On(what.Space), n)+" "+o.String())
		}
	}
	if told == nil {
		return ""
	}
	return "; " + strings.Join(told, ", ")
}

// String says what keeps something from a node, after the node's name.
func (o obstacle) String() string {
	switch o.kind {
	case model.LackMemory:
		return fmt.Sprintf("lacks %.0f MiB of memory", math.Ceil(o.missing/(1<<20)))
	case model.LackCPU:
		return fmt.Sprintf("lacks %.0f MIPS", math.Ceil(o.missing))
	case model.LackSpeed:
		return fmt.Sprintf("lacks %.0f MIPS a core", math.Ceil(o.missing))
	case notStarted:
		return "isn't started"
	case isFenced:
		return offFenced
	case isDown:
		return "doesn't answer"
	case maintained:
		return "is maintained"
	case isFencing:
		return "is being fenced"
	}
	return "would break require " + o.kind
}

// fencedNow says which hosts of a space are being fenced; nil if none is.
func (s *State) fencedNow(space int32) func(host int32) bool {
	fencing := s.things.fencing[space]
	if !slices.ContainsFunc(fencing, func(n int32) bool { return n > 0 }) {
		return nil
	}
	return func(host int32) bool { return fencing[host] > 0 }
}

// nodeByCode asks a class's placement code, which sees only the hosts where this may find a place: what is required holds with it there.
func (s *State) nodeByCode(c int32, what drivers.Ref) int32 {
	pl, on := &s.p.Classes[c].Place, s.p.Classes[c].On
	s.m.Settle()
	defer s.m.AsNew(what.Space, what.Index)()
	defer s.m.HideUnfit(on, what.Space, what.Index, s.fencedNow(s.p.Classes[on].Space))()
	if s.plan == nil {
		s.vm.ResetArena()
	}
	s.spare.SetInst(pl.Self, what.Index)
	stop, _ := s.vm.Run(&s.spare, pl.PC, codeFuel)
	if stop.Kind != vm.StopRet {
		return none
	}
	n := s.spare.Inst(stop.A)
	if space := s.m.On(what.Space); n < 0 || n >= s.m.Size(space) || s.m.IsShut(space, n) || s.isFencing(drivers.Ref{Space: space, Index: n}) {
		return none
	}
	return n
}
