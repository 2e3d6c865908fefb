package engine

import (
	"encoding/binary"
	"errors"
	"math"
)

// errRecord is why a record can't be read.
var errRecord = errors.New("the record is cut off or damaged")

// writer appends to a record: integers as varints, floats as eight bytes.
type writer struct{ b []byte }

func (w *writer) uint(v uint64)   { w.b = binary.AppendUvarint(w.b, v) }
func (w *writer) int(v int64)     { w.b = binary.AppendVarint(w.b, v) }
func (w *writer) int32(v int32)   { w.int(int64(v)) }
func (w *writer) float(v float64) { w.bits(math.Float64bits(v)) }
func (w *writer) bits(v uint64)   { w.b = binary.LittleEndian.AppendUint64(w.b, v) }

func (w *writer) bools(flags ...bool) {
	var v uint64
	for i, f := range flags {
		if f {
			v |= 1 << i
		}
	}
	w.uint(v)
}

func (w *writer) text(s string) {
	w.uint(uint64(len(s)))
	w.b = append(w.b, s...)
}

// reader reads what a writer wrote. After the first mistake it gives zeros, and err says so.
type reader struct {
	b   []byte
	err error
}

func (r *reader) fail() {
	r.b, r.err = nil, errRecord
}

func (r *reader) uint() uint64 {
	v, n := binary.Uvarint(r.b)
	if n <= 0 {
		r.fail()
		return 0
	}
	r.b = r.b[n:]
	return v
}

func (r *reader) int() int64 {
	v, n := binary.Varint(r.b)
	if n <= 0 {
		r.fail()
		return 0
	}
	r.b = r.b[n:]
	return v
}

func (r *reader) int32() int32 { return int32(r.int()) }

func (r *reader) bits() uint64 {
	if len(r.b) < 8 {
		r.fail()
		return 0
	}
	v := binary.LittleEndian.Uint64(r.b)
	r.b = r.b[8:]
	return v
}

func (r *reader) float() float64 { return math.Float64frombits(r.bits()) }

func (r *reader) bools(flags ...*bool) {
	v := r.uint()
	for i, f := range flags {
		*f = v&(1<<i) != 0
	}
}

// count reads how many elements follow: no more than there are bytes.
func (r *reader) count() int {
	n := r.uint()
	if n > uint64(len(r.b)) {
		r.fail()
		return 0
	}
	return int(n)
}

func (r *reader) text() string {
	n := r.count()
	s := string(r.b[:n])
	r.b = r.b[n:]
	return s
}
