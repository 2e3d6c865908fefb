package emit

import "testing"

// BenchmarkEmit compiles a thousand policies of five states: about the policies of a system of 20,000 lines.
func BenchmarkEmit(b *testing.B) {
	p := relief()
	for range 1000 {
		p.Policies = append(p.Policies, relief().Policies[0])
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Emit(p); err != nil {
			b.Fatal(err)
		}
	}
}
