package lsp

import (
	"testing"

	"github.com/tune-autonomic/tune/compiler/check"
)

// BenchmarkExamine is a check with an index, and the sorting of what it found, at 10,000 lines.
func BenchmarkExamine(b *testing.B) {
	text := largeSystem(b, 10_000)
	s := newServer(Options{}, func() bool { return false })
	for b.Loop() {
		d := newDocument("/nowhere/large.tune", text)
		p := s.examine(d, check.NewIndex(), func() bool { return false })
		s.usesIn(p, d.path)
	}
}
