package sim

import "github.com/tune-autonomic/tune/drivers"

// denseSteps is how many steps of one instance are kept side by side; an instance's commands are numbered from 1.
const denseSteps = 1 << 12

// outcomes remembers what came of each command, for ever. The commands of an instance stand side by side: a day of a data
// centre has tens of thousands, and each is looked up several times. The zero outcomes remembers nothing.
type outcomes struct {
	dense   map[uint64][]uint8 // by instance, by step: 0, or 1 and the outcome
	other   map[drivers.CommandID]uint8
	reasons map[drivers.CommandID]string
	last    uint64 // instance that was asked for last
	steps   []uint8
}

func (o *outcomes) get(id drivers.CommandID) (drivers.Result, bool) {
	mark := uint8(0)
	if id.Step >= denseSteps {
		mark = o.other[id]
	} else if o.turn(id.Instance); int(id.Step) < len(o.steps) {
		mark = o.steps[id.Step]
	}
	if mark == 0 {
		return drivers.Result{}, false
	}
	r := drivers.Result{ID: id, Outcome: drivers.Outcome(mark - 1)}
	if r.Outcome != drivers.Done {
		r.Reason = o.reasons[id]
	}
	return r, true
}

func (o *outcomes) put(r drivers.Result) {
	if o.dense == nil {
		o.dense = map[uint64][]uint8{}
		o.other = map[drivers.CommandID]uint8{}
		o.reasons = map[drivers.CommandID]string{}
	}
	if r.Reason != "" {
		o.reasons[r.ID] = r.Reason
	}
	mark := uint8(r.Outcome) + 1
	if r.ID.Step >= denseSteps {
		o.other[r.ID] = mark
		return
	}
	o.turn(r.ID.Instance)
	if grow := int(r.ID.Step) + 1 - len(o.steps); grow > 0 {
		o.steps = append(o.steps, make([]uint8, grow)...)
		o.dense[o.last] = o.steps
	}
	o.steps[r.ID.Step] = mark
}

// turn makes steps those of an instance.
func (o *outcomes) turn(instance uint64) {
	if o.last != instance || o.steps == nil {
		o.last, o.steps = instance, o.dense[instance]
	}
}
