package engine

import (
	"github.com/tune-autonomic/tune/compiler/bundle"
	"github.com/tune-autonomic/tune/drivers"
	"github.com/tune-autonomic/tune/runtime/model"
)

// things is what the engine keeps of every host, machine and component besides the model: the number of its last
// command, how many are being made on it, and whether its record must be written.
type things struct {
	seq     [][]uint64
	rev     [][]uint64
	dirty   [][]bool
	due     []drivers.Ref // whose records must be written
	rebound []drivers.Ref // those of them whose connections have changed
	// arrival orders things by when they came to where they stand; arrivals counts them.
	arrival  [][]uint64
	arrivals uint64
	making   [][]int32 // by space of what is made, by node
	// needed counts the tasks under way that are about a thing, or bring something to it.
	needed  [][]int32
	fencing [][]int32 // the fences among them that are about it
	subject [][]string
	budgets []bool // whose records must be written
	budRev  []uint64
}

func newThings(m *model.Model, p *bundle.Program) things {
	n := len(p.Spaces)
	t := things{
		seq: make([][]uint64, n), rev: make([][]uint64, n), dirty: make([][]bool, n), subject: make([][]string, n),
		making: make([][]int32, n), needed: make([][]int32, n), fencing: make([][]int32, n), arrival: make([][]uint64, n),
		budgets: make([]bool, len(p.Budgets)), budRev: make([]uint64, len(p.Budgets)),
	}
	for s := range n {
		t.grow(int32(s), m.Size(int32(s)))
	}
	return t
}

func (t *things) grow(space, size int32) {
	for int32(len(t.seq[space])) < size {
		t.seq[space] = append(t.seq[space], 0)
		t.rev[space] = append(t.rev[space], 0)
		t.arrival[space] = append(t.arrival[space], 0)
		t.dirty[space] = append(t.dirty[space], false)
		t.needed[space] = append(t.needed[space], 0)
		t.fencing[space] = append(t.fencing[space], 0)
		t.subject[space] = append(t.subject[space], "")
	}
}

// next numbers a command of a target.
func (t *things) next(ref drivers.Ref) uint64 {
	t.seq[ref.Space][ref.Index]++
	return t.seq[ref.Space][ref.Index]
}

// touch notes that the record of a thing must be written.
func (t *things) touch(ref drivers.Ref) {
	if d := &t.dirty[ref.Space][ref.Index]; !*d {
		*d = true
		t.due = append(t.due, ref)
	}
}

// needs is how many tasks under way are about a thing, or bring something to it.
func (t *things) needs(ref drivers.Ref) int32 { return t.needed[ref.Space][ref.Index] }

// coming counts an instance of a space that is being made on, or moved to, a node.
func (t *things) coming(space, node int32, by int32) {
	for int32(len(t.making[space])) <= node {
		t.making[space] = append(t.making[space], 0)
	}
	t.making[space][node] += by
}

func (t *things) comingTo(space, node int32) int32 {
	if int(node) >= len(t.making[space]) {
		return 0
	}
	return t.making[space][node]
}

// arrives notes that a thing has come to where it stands now.
func (t *things) arrives(ref drivers.Ref) {
	t.arrivals++
	t.arrival[ref.Space][ref.Index] = t.arrivals
	t.touch(ref)
}
