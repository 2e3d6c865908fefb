// Package vm runs a bundle's code: guards, lets, and plans. It is pure: it reads the World, changes nothing but the
// frame it is given and the scratch model, and never asks for the time. What Verify has passed can neither crash nor
// hang it.
package vm

import "strconv"

// World is what code can see: plain slices that belong to the model, which changes them between runs. An index that is
// out of range reads as unknown, none or empty.
type World struct {
	Cols  [][]float64 // by column, by instance; finite, or NaN: unknown
	One   [][]int32   // by navigation (not many), by instance; -1 is none
	Many  [][][]int32 // by navigation (many), by instance
	Alive [][]int32   // by class: its instances, ascending
	// Size is the number of instances of each space, dead ones included.
	Size []int32
	// Twins, by space (nil if none), give each instance a group, or -1. Two instances of one group have the same values in
	// every column and no guests.
	Twins [][]int32
	// NumTwins is the number of groups of each space.
	NumTwins []int32
	// Twinned, by space, has a bit for each instance that is in a group; nil if that is not known.
	Twinned [][]uint64
	// Least and Greatest, by column (nil if none are kept), have a Tournament over the instances of the column's space where
	// the model keeps one: the key of what isn't alive is NaN.
	Least, Greatest []*Tournament
	// Curves, by space (nil but for hosts), is the power curve of each instance.
	Curves [][]*Curve
	// History appends the samples of column col of instance i, newest first, at most n.
	History func(dst []float64, col, i, n int32) []float64
	// Name is for texts.
	Name    func(space, i int32) string
	Scratch Scratch
}

// Scratch is the model that a plan thinks on; outside a plan it is the model itself, and only Fits is asked. It gets
// instances that World.Size has.
type Scratch interface {
	Lift(vmSpace, vm int32)
	Place(vmSpace, vm, host int32)
	Back(vmSpace, vm int32)
	Fits(vmSpace, vm, host int32) bool
	Mark() int
	// Undo of a mark that was itself undone does nothing.
	Undo(mark int)
}

// Bool is three-valued.
type Bool = uint64

// The three truth values as they stand in registers.
const (
	False   Bool = 0
	True    Bool = 1
	Unknown Bool = 2
)

// StopKind says why Run came back.
type StopKind uint8

const (
	StopRet   StopKind = iota // RET; register A holds the value
	StopAct                   // ACT; K in Actions
	StopApply                 // APPLY; K
	StopFork                  // FORK; K is the branch's pc
	StopJoin
	StopEnd   // END; K
	StopGoto  // GOTO; K the state, A whether to undo
	StopClaim // CLAIM, CLAIMS, CLAIMC at PC-1
	StopFuel  // fuel ran out; go on at PC
)

// Stop is where and why a run came back. PC is the instruction to go on with; K and A are those of the instruction that
// stopped it.
type Stop struct {
	Kind StopKind
	PC   int32
	K    int32
	A    uint8
}

// complete puts in the place of what is missing what knows and does nothing.
func (w *World) complete() {
	if w.History == nil {
		w.History = func(dst []float64, col, i, n int32) []float64 { return dst }
	}
	if w.Name == nil {
		w.Name = func(space, i int32) string { return "#" + strconv.Itoa(int(i)) }
	}
	if w.Scratch == nil {
		w.Scratch = noScratch{}
	}
}

type noScratch struct{}

func (noScratch) Lift(vmSpace, vm int32)            {}
func (noScratch) Place(vmSpace, vm, host int32)     {}
func (noScratch) Back(vmSpace, vm int32)            {}
func (noScratch) Fits(vmSpace, vm, host int32) bool { return false }
func (noScratch) Mark() int                         { return 0 }
func (noScratch) Undo(mark int)                     {}
