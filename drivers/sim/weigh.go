package sim

import (
	"fmt"
	"strconv"
)

// A program deals the requests that it sends on by weights, which are only compared with each other: one that it never
// weighed has 1. A weight lasts until another is set, or until one of the two is removed; a drain leaves it as it is.

// heaviest keeps what is reckoned with weights far from what a number can't hold.
const heaviest = 1_000_000_000

// weigh sets the weight of what the job's operation is about, which the argument of this number says.
func (w *general) weigh(j *job, p *program, arg int) error {
	n, err := weightIn(j.cmd.Args, arg)
	if err != nil {
		return err
	}
	w.lasts(j, w.physics.operationTime, func() {
		for _, q := range w.given(j) {
			p.prefer(q, n)
		}
	})
	return nil
}

// prefer gives q a weight, if it is still there.
func (p *program) prefer(q *program, weight float64) {
	if q.state == missing {
		return
	}
	if p.weighs == nil {
		p.weighs = map[*program]float64{}
	}
	p.weighs[q] = weight
}

func weightIn(args []string, arg int) (float64, error) {
	if arg < 0 || arg >= len(args) {
		return 0, fmt.Errorf("argument %d is to be a weight, and there are %d", arg, len(args))
	}
	n, err := strconv.ParseFloat(args[arg], 64)
	if err != nil || !(n > 0 && n <= heaviest) {
		return 0, fmt.Errorf("a weight is a number above 0 and at most %d, not %s: drain who is to get no requests", heaviest, args[arg])
	}
	return n, nil
}

// weight is that by which p (nil: whoever comes from outside, who weighs nobody) deals requests to q.
func (p *program) weight(q *program) float64 {
	if p == nil {
		return 1
	}
	if n, ok := p.weighs[q]; ok {
		return n
	}
	return 1
}

// weights are those of some together.
func (p *program) weights(some []*program) float64 {
	sum := 0.0
	for _, q := range some {
		sum += p.weight(q)
	}
	return sum
}
