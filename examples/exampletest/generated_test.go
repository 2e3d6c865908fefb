package exampletest_test

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tune-autonomic/tune/compiler"
	"github.com/tune-autonomic/tune/examples/exampletest"
	"github.com/tune-autonomic/tune/runtime/manager"
)

// enough programs hold each of kinds, and take some seconds.
const enough = 800

var programs = flag.Int("programs", enough, "how many programs TestWhateverIsLosslessLosesNothing makes up")

// Of programs that nobody thought of, those that the compiler lets be lossless lose nothing: whatever their policies drain,
// patch, stop and remove, in loops, forks and retries, with actions that fail because their time is too short.
func TestWhateverIsLosslessLosesNothing(t *testing.T) {
	t.Parallel()
	passed, compiled := 0, map[string]int{}
	for n := range *programs {
		text := madeUp(rand.New(rand.NewPCG(uint64(n), 1)))
		built := compiler.CompileSource(nil, "made_up.tune", text)
		for _, f := range built.Findings {
			require.False(t, strings.HasPrefix(string(f.Code), "TUNE01"), "%d: %v\n%s", n, f, text)
		}
		if built.Program == nil {
			continue
		}
		passed++
		for _, kind := range kinds {
			if strings.Contains(text, kind) {
				compiled[kind]++
			}
		}
		run := exampletest.Play(t, built.Program, manager.SimOptions{Scenario: "steady", Seed: 1})
		require.Zero(t, run.Summary.Requests.Lost, "%d:\n%s", n, text)
	}
	require.Greater(t, passed, *programs/20)
	t.Logf("%d of %d programs compile: %v", passed, *programs, compiled)
	if *programs < enough {
		return
	}
	for _, kind := range kinds {
		require.Positive(t, compiled[kind], "no program with %q compiles: none of that is played", kind)
	}
}

// kinds are what programs are made of, as it is written; of each, some compile.
var kinds = []string{
	"++", "s--", "v--", "stop s", "start s", "stop v", "start v", ".patch", ".quiet", ".back", ".leave(", ".enter(", "migrate ", " undoable", "Guest++", "fork {",
	"wait until", "for x in", "where x !=", "at most 2 at once", "on failure undo {", "on failure stop {", "-> Z on failure", "-> Z on failure undo",
	"on failure at most", "on failure undo at most", "require 2 ready", "Lb++",
}

// maker makes up a program.
type maker struct {
	*rand.Rand
	machines bool // the servers are in virtual machines
	depth    int
}

func madeUp(r *rand.Rand) string {
	m := &maker{Rand: r}
	least := 1 + m.IntN(2)
	lbs, senders := 1+m.IntN(2), "[1]"
	if lbs > 1 {
		senders = "[2..3] initially 2"
	}
	on, machines := "rack", ""
	if m.machines = m.one(2); m.machines {
		on, machines = "Guest", "vm Guest on rack { count = 5  initially = 4  memory = 1GiB }\n"
	}
	var b strings.Builder
	fmt.Fprintf(&b, `system made_up
hosts rack { nodes = ["n1", "n2", "n3"]  cores = 4  memory = 8GiB }
%scomponent Lb on rack %s {
  op start                  = exec("lb")
  op leave(s: Svc) drains   = exec("lb leave {s}")
  op enter(s: Svc) undrains = exec("lb enter {s}")
}
component Svc on %s [%d..4] initially 3 {
  op start                           = exec("svc")
  op quiet drains                    = exec("svc quiet")
  op back undrains                   = exec("svc back")
  op stop interrupts unless drained  = exec("svc stop")
  op patch interrupts unless drained = exec("svc patch")
}
`, machines, senders, on, least)
	if lbs == 1 {
		b.WriteString("link Lb.svcs [1..*] -- [1] Svc.lb\n")
	} else {
		b.WriteString("link Lb.svcs [1..*] -- [1..*] Svc.lbs\n")
	}
	b.WriteString("event go\nevent often every 70s\nevent each(s: Svc)\n")
	if m.one(4) {
		b.WriteString("require 2 ready of Svc\n")
	}
	for i := range 1 + m.IntN(2) {
		if m.machines && m.one(5) {
			b.WriteString(m.policyOfMachine(i, lbs == 1))
			continue
		}
		b.WriteString(m.policy(i, lbs == 1))
	}
	b.WriteString("scenario steady {\n  at 0s deploy all\n")
	for range 2 + m.IntN(6) {
		at := 60 + m.IntN(500)
		if m.one(2) {
			at = 100 * (1 + m.IntN(5))
		}
		if m.one(3) {
			fmt.Fprintf(&b, "  at %ds emit go\n", at)
		} else if m.one(4) {
			fmt.Fprintf(&b, "  at %ds emit each(s: Svc-1)\n  at %ds emit go\n", at, at+m.IntN(8))
		} else {
			fmt.Fprintf(&b, "  at %ds emit each(s: Svc-%d)\n", at, 1+m.IntN(3))
		}
	}
	b.WriteString("  work Lb 0.5ms\n  work Svc 5ms\n  clients of Lb: 300 until 600s\n  until 600s\n}\n")
	return b.String()
}

// one is true once in n times.
func (m *maker) one(n int) bool { return m.IntN(n) == 0 }

func pickOf[T any](m *maker, all ...T) T { return all[m.IntN(len(all))] }

// policy makes up one about a server, or about all.
func (m *maker) policy(i int, single bool) string {
	var b strings.Builder
	names := []string{}
	on := pickOf(m, "go", "often")
	if !m.one(3) {
		on, names = "each(s: Svc)", []string{"s"}
	}
	guard := ""
	if m.one(2) {
		guard = fmt.Sprintf(" when count(Svc) > %d", 1+m.IntN(2))
	}
	fmt.Fprintf(&b, "policy P%d on %s%s lossless {\n", i, on, guard)
	first := 0
	if len(names) == 0 || m.one(4) {
		where := ""
		if len(names) > 0 {
			where = " where it != s"
		}
		fmt.Fprintf(&b, "  state Pick { let t = %s(Svc by 1%s) }\n  -> A0 when t exists\n  -> Z otherwise\n", pickOf(m, "min", "max"), where)
		names = append(names, "t")
	}
	states := 1 + m.IntN(3)
	for k := first; k < states; k++ {
		fmt.Fprintf(&b, "  state A%d { %s }\n", k, m.body(names, single))
		next := "Z"
		if k+1 < states {
			next = fmt.Sprintf("A%d", k+1)
		}
		if m.one(5) {
			fmt.Fprintf(&b, "  -> %s when count(Svc) > %d\n  -> Z otherwise\n", next, 1+m.IntN(3))
		} else {
			fmt.Fprintf(&b, "  -> %s\n", next)
		}
		switch m.IntN(8) {
		case 0:
			b.WriteString("  -> Z on failure\n")
		case 1:
			b.WriteString("  -> Z on failure undo\n")
		case 2:
			fmt.Fprintf(&b, "  -> A%d on failure at most 2 times\n", m.IntN(states))
		case 3:
			fmt.Fprintf(&b, "  -> A%d on failure undo at most 1 time\n", m.IntN(states))
		}
	}
	b.WriteString("  final Z\n}\n")
	return b.String()
}

// policyOfMachine makes up one that takes down a server, and what it stood in.
func (m *maker) policyOfMachine(i int, single bool) string {
	on, choose := "each(s: Svc)", ""
	if m.one(2) {
		on, choose = pickOf(m, "go", "often"), "  state Pick { let s = min(Svc by 1) }\n  -> Drain when s exists\n  -> Z otherwise\n"
	}
	out, _ := m.drains("s", single)
	take := pickOf(m, "v--", "stop v", "stop v; v--", "stop v; start v", "stop v; start v; n = Svc++; start n", "stop v; wait until count(Svc) > 3 within 5s; start v")
	fails := func() string { return pickOf(m, "", "\n  -> Z on failure", "\n  -> Z on failure undo") }
	return fmt.Sprintf(`policy P%d on %s when count(Svc) > %d lossless {
%s  state Drain { %s; let v = s.vm; s-- }
  -> Take when empty(v)
  -> Z otherwise%s
  state Take { %s }
  -> Z%s
  final Z
}
`, i, on, 1+m.IntN(3), choose, out, fails(), take, fails())
}

func (m *maker) body(names []string, single bool) string {
	var all []string
	for range 1 + m.IntN(2) {
		all = append(all, m.piece(names, single)...)
	}
	// Something may be left out, or stand elsewhere.
	if m.one(4) && len(all) > 1 {
		i := m.IntN(len(all))
		all = append(all[:i], all[i+1:]...)
	}
	if m.one(6) && len(all) > 1 {
		i := m.IntN(len(all) - 1)
		all[i], all[i+1] = all[i+1], all[i]
	}
	return strings.Join(all, "; ")
}

// piece is some actions that belong together.
func (m *maker) piece(names []string, single bool) []string {
	x := pickOf(m, names...)
	out, in := m.drains(x, single)
	switch m.IntN(10) {
	case 0:
		return []string{out, m.work(x), in}
	case 1:
		return []string{out, fmt.Sprintf("wait until count(Svc) > %d within 20s", m.IntN(4)), m.work(x), in}
	case 2:
		return []string{out, "stop " + x, "start " + x, in}
	case 3:
		return []string{out, x + "--"}
	case 4:
		if single {
			return []string{"Svc++"}
		}
		return []string{"y = Lb++", "start y"}
	case 5:
		return []string{fmt.Sprintf("wait until count(Svc) > %d within 5s", m.IntN(4))}
	case 6:
		return []string{pickOf(m, out, in, m.work(x), "start "+x, "stop "+x, "n = Svc++; start n")}
	}
	if m.machines && m.one(3) {
		return m.pieceOfMachines(x)
	}
	if m.depth > 0 {
		return []string{out, in}
	}
	m.depth++
	defer func() { m.depth-- }()
	if m.one(4) {
		beside := pickOf(m, "n2 = Svc++; start n2", "wait until count(Svc) > 2 within 5s", "let h2 = min(rack by 1); allocate h2", "Svc++")
		return []string{"fork { " + strings.Join([]string{out, m.work(x), in}, "; ") + " }; fork { " + beside + " }; join"}
	}
	if m.one(4) && len(names) > 1 {
		return []string{"fork { " + m.body(names[:1], single) + " }; fork { " + m.body(names[1:], single) + " }; join"}
	}
	head := "for x in Svc"
	if m.one(3) {
		head += " where x != " + x
	}
	if m.one(2) {
		head += " at most 2 at once"
	}
	head += pickOf(m, "", "", " on failure undo", " on failure skip", " on failure stop")
	return []string{head + " { " + m.body(append([]string{"x", "x", "x", "x", "x"}, names...), single) + " }"}
}

// pieceOfMachines is actions on the machine of a server.
func (m *maker) pieceOfMachines(x string) []string {
	if m.one(3) {
		return []string{"Guest++"}
	}
	return []string{"let h = min(rack by count(it.vms) where it != " + x + ".host)", "migrate " + x + ".vm to (if h exists then h else " + x + ".host)" + pickOf(m, "", " undoable", " within 1s", " within 20s")}
}

func (m *maker) drains(x string, single bool) (out, in string) {
	switch {
	case m.one(4):
		return x + ".quiet", x + ".back"
	case single:
		return x + ".lb.leave(" + x + ")", x + ".lb.enter(" + x + ")"
	}
	return "for l in " + x + ".lbs { l.leave(" + x + ") }", "for l in " + x + ".lbs { l.enter(" + x + ") }"
}

func (m *maker) work(x string) string {
	return x + ".patch" + pickOf(m, "", "", " within 1s", " within 10ms")
}
