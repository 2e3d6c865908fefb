package vm

import (
	"fmt"

	"github.com/tune-autonomic/tune/compiler/bundle"
)

// Frame is the registers of one thread. Sets and series in it are handles into the arena of the Machine that ran it, so a
// frame must not go on after ResetArena, nor on another machine, unless it was exported before and imported after. The
// zero frame holds zeros, empty sets and empty series. A copy made when Run stopped at a FORK shares what both only read.
type Frame struct {
	R [256]uint64
}

// None is the instance that isn't there, as it stands in registers.
const None = uint64(0xFFFFFFFF)

// SetInst puts an instance (-1: none) into register r.
func (f *Frame) SetInst(r uint8, i int32) { f.R[r] = uint64(uint32(i)) }

// Inst is the instance in register r, -1 if there is none.
func (f *Frame) Inst(r uint8) int32 { return int32(uint32(f.R[r])) }

// Value is what one register holds, fit to be written down: Bits for numbers, truth values and instances, Set for sets,
// what is left of an iter or a pool, Series for series.
type Value struct {
	Bits   uint64
	Set    []int32
	Series []float64
}

// Export copies registers 0 to len(types)-1 out of f. A register of type Void gives the zero Value.
func (m *Machine) Export(f *Frame, types []bundle.Type) []Value {
	out := make([]Value, len(types))
	for r, t := range types {
		switch t.Base {
		case bundle.Void:
		case bundle.Set, bundle.Iter, bundle.Pool:
			out[r].Set = append([]int32{}, m.members(f.R[r])...)
		case bundle.Series:
			out[r].Series = append([]float64{}, m.series(f.R[r])...)
		default:
			out[r].Bits = f.R[r]
		}
	}
	return out
}

// Import is Export's inverse: it puts values into the registers of f from 0 on. Sets and series live in the arena of m
// until ResetArena. It fails if there are not as many values as types, or one names an instance that the world hasn't;
// then f must not run.
func (m *Machine) Import(f *Frame, types []bundle.Type, values []Value) error {
	if len(types) != len(values) || len(types) > len(f.R) {
		return fmt.Errorf("vm: %d values for %d registers: the record belongs to another bundle", len(values), len(types))
	}
	for r, t := range types {
		switch t.Base {
		case bundle.Void:
		case bundle.Set, bundle.Iter, bundle.Pool:
			for _, i := range values[r].Set {
				if !m.exists(t.Space, i) {
					return fmt.Errorf("vm: register %d names instance %d of space %d, which isn't there: the record belongs to another model", r, i, t.Space)
				}
			}
			s, h := m.alloc(f)
			s.ids = append(s.ids, values[r].Set...)
			f.R[r] = h
		case bundle.Series:
			s, h := m.alloc(f)
			s.nums = append(s.nums, values[r].Series...)
			f.R[r] = h
		default:
			f.R[r] = values[r].Bits
		}
	}
	return nil
}
