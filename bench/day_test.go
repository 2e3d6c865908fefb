package bench

import (
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"
)

// BenchmarkCloudSimDay plays the published day of 800 hosts and 1,052 machines: processes as a user starts them.
func BenchmarkCloudSimDay(b *testing.B) {
	if os.Getenv("TUNE_DATA") == "" {
		b.Skip("no real traces: set TUNE_DATA to a folder that has them (make bench does, where it finds one)")
	}
	dir := b.TempDir()
	command := func(name string, args ...string) *os.ProcessState {
		c := exec.Command(name, args...)
		c.Stderr = os.Stderr
		require.NoError(b, c.Run(), "%v", args)
		return c.ProcessState
	}
	command("go", "build", "-C", "..", "-o", dir+string(filepath.Separator), "./cmd/tune", "./cmd/tunec")
	page, bundle := filepath.Join("..", "examples", "datacenter", "cloudsim.tune"), filepath.Join(dir, "cloudsim.tuneb")
	command(filepath.Join(dir, "tunec"), "build", page, "-o", bundle)
	cpu, peak := 0.0, int64(0)
	for b.Loop() {
		run := command(filepath.Join(dir, "tune"), "sim", bundle, "--scenario", "published", "--quiet")
		cpu += (run.UserTime() + run.SystemTime()).Seconds()
		if use, ok := run.SysUsage().(*syscall.Rusage); ok {
			peak = max(peak, use.Maxrss)
		}
	}
	b.ReportMetric(cpu/float64(b.N), "cpu-s/day")
	b.ReportMetric(float64(peak)/1024, "peak-MiB")
}
