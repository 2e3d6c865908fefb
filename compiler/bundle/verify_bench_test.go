package bundle_test

import (
	"testing"

	"github.com/tune-autonomic/tune/compiler/bundle"
	"github.com/tune-autonomic/tune/compiler/bundle/bundletest"
)

func BenchmarkVerify(b *testing.B) {
	p := bundletest.Sample()
	b.ReportMetric(float64(len(p.Code)), "instructions")
	for b.Loop() {
		if err := bundle.Verify(p); err != nil {
			b.Fatal(err)
		}
	}
}
