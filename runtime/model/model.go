// Package model is the running system as the engine knows it: what there is, where it stands, what was last measured.
// It holds plain slices in the shape of vm.World, kept up to date in place, so that code reads them without a call.
//
// The model does no I/O and knows no clock: whoever changes it says what time it is. It isn't safe for concurrent use.
package model

import (
	"fmt"
	"math"
	"strconv"

	"github.com/tune-autonomic/tune/compiler/bundle"
	"github.com/tune-autonomic/tune/runtime/vm"
)

// None is no instance.
const None int32 = -1

// What a host, machine or component has if nothing says otherwise.
const (
	defaultCores     = 1
	defaultMIPS      = 1000
	defaultHostBytes = 4 << 30
	defaultVCPUs     = 1
	defaultVMBytes   = 512 << 20
)

// maxInstances is the most instances that a space may have.
const maxInstances = 1_000_000

// Life says how far along an instance is.
type Life uint8

const (
	// Absent: there is no such instance (any more). Created: it stands on its node, and isn't started. Running: it is.
	// A host is Running while it is on and Created while it is off.
	Absent Life = iota
	Created
	Running
)

// Options are what a scenario may say about a model.
type Options struct {
	// Sizes overrides how many instances a class has at first, and may have.
	Sizes map[int32]int
	// Requires hold besides the program's.
	Requires []bundle.Require
}

// Model is the running system.
type Model struct {
	p       *bundle.Program
	w       vm.World
	classes []class
	spaces  []space
	hosts   []*hostSide // by space; nil but for hosts
	links   []link
	bonds   bonds
	metrics metrics
	// changed counts the changes of what stands where.
	changed uint64
	// thinking says that World shows the scratch model.
	thinking bool
	planned  bool     // whether the program reads planned columns at all
	log      []change // of the scratch model
	// coming is software that is being made; comings counts its changes, and those of what is lost.
	coming  []coming
	comings uint64
	anew    map[[2]int32]bool // what is being made under the number of something that is gone, by space and number
}

// class is where a class's instances are in its space: First to First+Slots-1. Size is how many there are at first.
type class struct {
	first, slots, size int32
	alive              int32
}

// space holds what is known of each instance of a space, by instance.
type space struct {
	kind   bundle.Kind
	on     int32 // space that the instances stand on, None for hosts
	class  []int32
	row    []int32
	name   []string
	life   []Life
	pinned []bool    // to where it is, by an operator; nil for hosts
	node   []int32   // what it stands on
	home   []int32   // where it was first put
	lost   []*Lost   // of software: what is remembered of it since it was lost; nil if nothing is
	away   [][]int32 // by node: those of this space that are remembered as lost with it, by number
	guests [][]int32 // by node: those of this space that stand on it, in the order in which they came
	heard  []int64   // when it was last heard of, or came to life
	// of machines
	vcpus, mips, memory, size, demand []float64
}

// New lays out the instances of p. Hosts are there, and on; nothing else is until it is created.
func New(p *bundle.Program, o Options) (*Model, error) {
	m := &Model{p: p, anew: map[[2]int32]bool{}}
	if err := m.layOut(o); err != nil {
		return nil, err
	}
	m.hosts = make([]*hostSide, len(p.Spaces))
	for s := range p.Spaces {
		if p.Spaces[s].Kind == bundle.Host {
			m.hosts[s] = newHostSide(m, int32(s), o.Requires)
		}
	}
	m.links = newLinks(p, m.spaces)
	m.makeWorld()
	m.keepRanks()
	m.metrics = newMetrics(m)
	m.planned = readsPlanned(p)
	for s := range m.spaces {
		if m.spaces[s].kind == bundle.Host {
			m.wakeHosts(int32(s))
		}
	}
	return m, nil
}

// World is what code sees of the model.
func (m *Model) World() *vm.World { return &m.w }

// Changes grows with every change of what there is and where it stands.
func (m *Model) Changes() uint64 { return m.changed }

// Size is the number of instances of a space, absent ones included.
func (m *Model) Size(space int32) int32 { return int32(len(m.spaces[space].class)) }

// Class is the class of an instance; None if there is no such instance.
func (m *Model) Class(space, i int32) int32 {
	if !m.known(space, i) {
		return None
	}
	return m.spaces[space].class[i]
}

// Slots is where the instances of a class are: from first on, n of them, and how many of these it has at first.
func (m *Model) Slots(cl int32) (first, n, initial int32) {
	c := m.classes[cl]
	return c.first, c.slots, c.size
}

// Name is an instance's name, for people.
func (m *Model) Name(space, i int32) string {
	if !m.known(space, i) {
		return "none"
	}
	return m.spaces[space].name[i]
}

// On is the space that the instances of a space stand on; None for hosts.
func (m *Model) On(space int32) int32 { return m.spaces[space].on }

// Life, Node and Home tell how far along an instance is, what it stands on, and where it belongs.
func (m *Model) Life(space, i int32) Life {
	if !m.known(space, i) {
		return Absent
	}
	return m.spaces[space].life[i]
}

// Node is what an instance stands on in the model; None for hosts and what is absent.
func (m *Model) Node(space, i int32) int32 {
	if !m.known(space, i) || m.spaces[space].node == nil {
		return None
	}
	return m.spaces[space].node[i]
}

// Home is where an instance was first put.
func (m *Model) Home(space, i int32) int32 {
	if !m.known(space, i) || m.spaces[space].home == nil {
		return None
	}
	return m.spaces[space].home[i]
}

// Alive is how many instances of a class there are.
func (m *Model) Alive(cl int32) int32 { return m.classes[cl].alive }

// Guests are the instances of guestSpace that stand on node i, in the order in which they came. The slice is the model's.
func (m *Model) Guests(guestSpace, i int32) []int32 {
	g := m.spaces[guestSpace].guests
	if i < 0 || int(i) >= len(g) {
		return nil
	}
	return g[i]
}

// Attr is a number that an instance has by declaration.
func (m *Model) Attr(space, i int32, name string) (float64, bool) {
	if !m.known(space, i) {
		return 0, false
	}
	sp := &m.spaces[space]
	cl := &m.p.Classes[sp.class[i]]
	for a := range cl.Attrs {
		if at := &cl.Attrs[a]; at.Name == name && len(at.Values) > 0 {
			return at.Values[min(int(sp.row[i]), len(at.Values)-1)], true
		}
	}
	return 0, false
}

// Text is an attribute as it is filled into commands: true or false, or a number as short as can be, without exponent.
func (m *Model) Text(space, i int32, name string) (string, bool) {
	if !m.known(space, i) {
		return "", false
	}
	if name == "name" {
		return m.spaces[space].name[i], true
	}
	sp := &m.spaces[space]
	cl := &m.p.Classes[sp.class[i]]
	truth := false
	for a := range cl.Attrs {
		at := &cl.Attrs[a]
		if at.Name == name && len(at.Texts) > 0 {
			return at.Texts[min(int(sp.row[i]), len(at.Texts)-1)], true
		}
		truth = truth || at.Name == name && at.Type.Base == bundle.Bool
	}
	v, ok := m.Attr(space, i, name)
	if !ok {
		return "", false
	}
	if truth {
		return strconv.FormatBool(v != 0), true
	}
	return strconv.FormatFloat(v, 'f', -1, 64), true
}

// Curve is the power curve of a host: watts at equal steps of load; empty if not known.
func (m *Model) Curve(space, i int32) []float64 {
	cl := &m.p.Classes[m.spaces[space].class[i]]
	if len(cl.Watts) == 0 {
		return nil
	}
	return cl.Watts[min(int(m.spaces[space].row[i]), len(cl.Watts)-1)]
}

func (m *Model) known(space, i int32) bool {
	return space >= 0 && int(space) < len(m.spaces) && i >= 0 && int(i) < len(m.spaces[space].class)
}

// layOut numbers the instances of every class in its space, in the order of declaration.
func (m *Model) layOut(o Options) error {
	p := m.p
	m.classes = make([]class, len(p.Classes))
	m.spaces = make([]space, len(p.Spaces))
	for s := range p.Spaces {
		m.spaces[s].kind = p.Spaces[s].Kind
		m.spaces[s].on = None
	}
	for c := range p.Classes {
		cl := &p.Classes[c]
		size, slots := counts(cl)
		if n, ok := o.Sizes[int32(c)]; ok {
			size, slots = n, n
		}
		first := len(m.spaces[cl.Space].class)
		if size < 0 || first+slots > maxInstances {
			return fmt.Errorf("class %s: %d instances are more than %d; use fewer", cl.Name, slots, maxInstances)
		}
		m.classes[c] = class{first: int32(first), slots: int32(slots), size: int32(size)}
		if cl.On >= 0 {
			m.spaces[cl.Space].on = p.Classes[cl.On].Space
		}
		for k := range slots {
			m.addSlot(int32(c), int32(k))
		}
	}
	for s := range m.spaces {
		if sp := &m.spaces[s]; sp.on >= 0 {
			sp.guests, sp.away = make([][]int32, len(m.spaces[sp.on].class)), make([][]int32, len(m.spaces[sp.on].class))
		}
	}
	return nil
}

// counts is how many instances a class has at first, and how many it can have before its space must grow.
func counts(cl *bundle.Class) (size, slots int) {
	size = int(cl.Initial)
	if cl.Kind == bundle.Host {
		size = max(size, len(cl.Names))
	}
	return size, max(size, len(cl.Names), int(cl.Max), int(cl.Min))
}

// addSlot makes room for the k-th instance of a class.
func (m *Model) addSlot(c, k int32) {
	cl, sp := &m.p.Classes[c], &m.spaces[m.p.Classes[c].Space]
	i := len(sp.class)
	name := cl.Name + "-" + strconv.Itoa(int(k)+1)
	if int(k) < len(cl.Names) && int(m.classes[c].slots) == len(cl.Names) {
		name = cl.Names[k] // else the inventory's rows are sizes that the instances share, not instances
	}
	row := int32(0)
	if n := m.classes[c].slots; cl.Sizes > 0 && n > 0 {
		row = min(k/((n+cl.Sizes-1)/cl.Sizes), cl.Sizes-1)
	}
	sp.class = append(sp.class, c)
	sp.row = append(sp.row, row)
	sp.name = append(sp.name, name)
	sp.heard = append(sp.heard, 0)
	sp.life = append(sp.life, Absent)
	if sp.kind == bundle.Host {
		return
	}
	sp.node = append(sp.node, None)
	sp.home = append(sp.home, None)
	sp.pinned = append(sp.pinned, false)
	if sp.kind == bundle.VM {
		m.addMachine(cl.Space, int32(i))
		return
	}
	sp.lost = append(sp.lost, nil)
}

func (m *Model) addMachine(space, i int32) {
	sp := &m.spaces[space]
	attr := func(name string, otherwise float64) float64 {
		if v, ok := m.Attr(space, i, name); ok {
			return v
		}
		return otherwise
	}
	vcpus, mips := attr("vcpus", defaultVCPUs), attr("mips", defaultMIPS)
	sp.vcpus = append(sp.vcpus, vcpus)
	sp.mips = append(sp.mips, mips)
	sp.memory = append(sp.memory, attr("memory", defaultVMBytes))
	sp.size = append(sp.size, vcpus*mips)
	sp.demand = append(sp.demand, vcpus*mips)
}

// unknowns makes a column of n unknown values.
func unknowns(n int) []float64 {
	c := make([]float64, n)
	for i := range c {
		c[i] = math.NaN()
	}
	return c
}

func nones(n int) []int32 {
	c := make([]int32, n)
	for i := range c {
		c[i] = None
	}
	return c
}
