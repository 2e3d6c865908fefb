package engine

import (
	"github.com/tune-autonomic/tune/compiler/bundle"
	"github.com/tune-autonomic/tune/runtime/vm"
)

func (s *State) text(t *bundle.Text, f *vm.Frame) string {
	if len(t.Parts) == 0 {
		return ""
	}
	return t.Parts[0]
}
