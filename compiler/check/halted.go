package check

import (
	"slices"

	"github.com/tune-autonomic/tune/lang"
)

// What the same run has stopped, it starts again: that takes the stop back, and an undo has nothing more to do with it. It is
// so where one thread does both, in the same turn of a loop, and nothing else was done to it in between that an undo would
// take back.

// halted notes a stop.
func (s surety) halted(target lang.Expr, verb string) {
	if verb == "stop" {
		s.add(sureHalted, target)
	}
}

// wasHalted says whether it is certain that a start takes back a stop.
func (s surety) wasHalted(target lang.Expr) bool {
	return slices.ContainsFunc(s.names(target), func(name lang.Expr) bool { return s.has(sureHalted, name) })
}

// elsewhere enters a branch, or a turn of a loop: what was stopped before isn't taken back there.
func (s surety) elsewhere() {
	for key, one := range s.facts {
		if one.kind == sureHalted {
			delete(s.facts, key)
		}
	}
}
