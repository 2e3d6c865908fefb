package sim

import (
	"fmt"

	"github.com/tune-autonomic/tune/drivers"
)

// order refuses commands that come too late. The zero order has seen none.
type order struct {
	epoch uint64
	seq   map[drivers.Ref]*uint64 // the highest of each target
}

// admit says why a command that wasn't seen before is refused; nil if it isn't.
func (o *order) admit(c drivers.Command) error {
	if c.Epoch < o.epoch {
		return fmt.Errorf("epoch %d is over: epoch %d has begun", c.Epoch, o.epoch)
	}
	o.epoch = c.Epoch
	if seen := o.seq[c.Target]; seen != nil {
		if c.Seq < *seen {
			return fmt.Errorf("command %d of this target comes after command %d: it is late", c.Seq, *seen)
		}
		*seen = c.Seq
		return nil
	}
	if o.seq == nil {
		o.seq = map[drivers.Ref]*uint64{}
	}
	first := c.Seq
	o.seq[c.Target] = &first
	return nil
}
