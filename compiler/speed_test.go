package compiler_test

import (
	"fmt"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/tune-autonomic/tune/compiler"
	"github.com/tune-autonomic/tune/compiler/bundle"
	"github.com/tune-autonomic/tune/compiler/check"
	"github.com/tune-autonomic/tune/compiler/emit"
	"github.com/tune-autonomic/tune/compiler/finding"
	"github.com/tune-autonomic/tune/lang"
)

// largeSystem is a system of some 10,000 lines: families with machines, software, probes, events and policies.
func largeSystem(families int) string {
	var b strings.Builder
	b.WriteString("system large\n\n")
	for i := range families {
		fmt.Fprintf(&b, `
hosts rack%[1]d {
  driver = "sim"
  nodes  = ["a%[1]d", "b%[1]d", "c%[1]d"]
  cores  = 2
  memory = 2GiB
  attr high: percent = 45%%
  attr low:  percent = 10%%
}
vm Servlet%[1]d on rack%[1]d {
  count  = 2
  memory = 512MiB
  place  = pack
}
component Tomcat%[1]d on Servlet%[1]d [1..4] stateful {
  attr ajp: int = 8009
  op start           = exec("bin/startup.sh")
  op stop interrupts = exec("bin/shutdown.sh")
  ready              = port(ajp)
}
component Db%[1]d on rack%[1]d [1] stateful {
  op start = exec("db")
}
link Tomcat%[1]d.db [1] -- [*] Db%[1]d.clients
probe cpu: percent on rack%[1]d every 1s stale 5s
probe cpu: percent on Servlet%[1]d every 1s
probe load: percent on Tomcat%[1]d every 1s = process.cpu
event hot%[1]d(h: rack%[1]d) when h.cpu > h.high for 10s
event cold%[1]d(h: rack%[1]d) when avg(h.cpu over 10s) < h.low and some(h.vms) for 60s
require capacity(memory) on rack%[1]d
budget 1 migration at a time across rack%[1]d
func crowded%[1]d(h: rack%[1]d, more: percent) = h.cpu + more > h.high

policy Relieve%[1]d on hot%[1]d(h: rack%[1]d) lossless {
  state Pick { let v = max(h.vms by cpu) }
  -> Choose when v exists
  -> GiveUp otherwise
  state Choose {
    let dst = if v.home != h and v.home.cpu < v.home.low then v.home
              else min(rack%[1]d by cpu where it != h and fits(v, it))
  }
  -> Move   when dst exists and not crowded%[1]d(dst, share(v, on: dst))
  -> GiveUp otherwise
  state Move {
    allocate dst
    migrate v to dst within 2min
  }
  -> Done   on success
  -> GiveUp on failure undo
  final Done
  final GiveUp { notify("{h} is hot ({h.cpu})") }
}
policy Home%[1]d on cold%[1]d(h: rack%[1]d) lossless {
  state Return {
    for v in h.vms by memory where v.home != h and v.home.cpu + share(v, on: v.home) < v.home.high one at a time {
      migrate v to v.home within 2min
    }
  }
  -> Free when empty(h)
  -> Done otherwise
  state Free { release h }
  -> Done
  final Done
}
`, i)
	}
	return b.String()
}

func TestLargeSystemCompiles(t *testing.T) {
	source := largeSystem(20)
	r := compiler.CompileSource(nil, "large.tune", source)
	require.Empty(t, r.Findings)
	require.NotNil(t, r.Program)
}

// What a check takes grows with the program and no faster, whatever its shape.
func TestNothingTakesMoreThanItsLength(t *testing.T) {
	const head = "system a\nhosts r { nodes = [\"x\"] }\nvm V on r { count = 2 }\nevent go\n"
	for name, source := range map[string]string{
		"a chain of 64,000 dots":         head + "func f(h: r) = h" + strings.Repeat(".vms", 64_000) + "\n",
		"a fork of 4,000 branches":       head + "policy P on go {\n state A {\n" + strings.Repeat("fork { allocate x }\n", 4_000) + "join }\n -> Z\n final Z\n}\n",
		"20,000 findings on one line":    "system a\nhosts r { nodes = [" + strings.Repeat("\"x\", ", 20_000) + "\"y\"] }\n",
		"64,000 dots in what is no line": head + "links A.b" + strings.Repeat(".vms", 64_000) + "\n",
	} {
		t.Run(name, func(t *testing.T) {
			begin := spent(t)
			r := compiler.CompileSource(nil, "a.tune", source)
			require.NoError(t, finding.Render(&strings.Builder{}, r.Findings, r.Sources))
			require.Less(t, spent(t)-begin, 3*time.Second) // well under one where nothing else runs
		})
	}
}

// spent is what this process has taken of the processors, which doesn't count what else runs on the machine.
func spent(t *testing.T) time.Duration {
	t.Helper()
	var used syscall.Rusage
	require.NoError(t, syscall.Getrusage(syscall.RUSAGE_SELF, &used))
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}

// The aim: 10,000 lines in 200 ms, as a process that reads, compiles, writes, and loads again what it has written.
func BenchmarkCompile10000Lines(b *testing.B) {
	source := largeSystem(148)
	b.ReportMetric(float64(strings.Count(source, "\n")), "lines")
	b.ReportAllocs()
	for b.Loop() {
		if r := compiler.CompileSource(nil, "large.tune", source); r.Program == nil {
			b.Fatal(r.Findings)
		}
	}
}

// BenchmarkPass is what each pass takes of that.
func BenchmarkPass(b *testing.B) {
	source := largeSystem(148)
	tree, syntax := lang.Parse("large.tune", source)
	require.Empty(b, syntax)
	files := func() *check.Files {
		return &check.Files{Main: tree, Sources: finding.Sources{"large.tune": source}}
	}
	checked, found := check.Check(files())
	require.Empty(b, found)
	program, err := emit.Emit(checked)
	require.NoError(b, err)
	data, err := bundle.Encode(program, bundle.Options{})
	require.NoError(b, err)
	for _, pass := range []struct {
		name string
		run  func()
	}{
		{"parse", func() { lang.Parse("large.tune", source) }},
		{"check", func() { check.Check(files()) }},
		{"emit", func() { _, err = emit.Emit(checked) }},
		{"verify", func() { err = bundle.Verify(program) }},
		{"encode", func() { _, err = bundle.Encode(program, bundle.Options{}) }},
		{"decode", func() { _, _, err = bundle.Decode(data) }},
	} {
		b.Run(pass.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				pass.run()
			}
			require.NoError(b, err)
		})
	}
}
