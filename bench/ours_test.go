package bench

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tune-autonomic/tune/compiler"
	"github.com/tune-autonomic/tune/compiler/bundle"
	"github.com/tune-autonomic/tune/runtime/model"
	"github.com/tune-autonomic/tune/runtime/vm"
)

// host is what everybody is asked about.
type host struct {
	ID                   int
	Load, Mem, Disk, Net float64
}

// someHosts are n hosts that pass the guard of four tests; about half have less than half of their memory in use.
func someHosts(n int) []*host {
	rng := rand.New(rand.NewPCG(1, 1))
	hosts := make([]*host, n)
	for i := range hosts {
		hosts[i] = &host{ID: i, Load: .2 + rng.Float64()/2, Mem: .3 + .4*rng.Float64(), Disk: rng.Float64() / 2, Net: rng.Float64() / 2}
	}
	return hosts
}

// rack is n hosts in TUNe's language.
func rack(n int) string {
	nodes := make([]string, n)
	for i := range nodes {
		nodes[i] = fmt.Sprintf("%q", fmt.Sprint("n", i))
	}
	return "system bench\nhosts rack { driver = \"sim\"  nodes = [" + strings.Join(nodes, ", ") + "] }\n"
}

// load compiles a system, writes it down as a bundle, and opens that.
func load(t testing.TB, text string) *bundle.Program {
	t.Helper()
	r := compiler.CompileSource(nil, "bench.tune", text)
	require.NotNil(t, r.Program, "%v", r.Findings)
	data, err := bundle.Encode(r.Program, bundle.Options{})
	require.NoError(t, err)
	p, _, err := bundle.Open(data)
	require.NoError(t, err)
	return p
}

// tune is a machine that runs a program's code over a model.
type tune struct {
	p     *bundle.Program
	m     *model.Model
	vm    *vm.Machine
	frame vm.Frame
	body  int32 // of the first state of the first policy
	d     uint8 // the register of what is called d there
}

// newTune has the hosts' loads in its model. With scan, it keeps no tournaments.
func newTune(t testing.TB, hosts []*host, question string, scan bool) *tune {
	p := load(t, rack(len(hosts))+`
probe load: percent on rack every 1s
probe mem:  percent on rack every 1s
probe disk: percent on rack every 1s
probe net:  percent on rack every 1s
event fine(h: rack) when h.load > 10% and h.mem < 90% and h.disk < 80% and h.net < 70% for 1s
policy Ask on fine(h: rack) {
  state Ask { let d = `+question+` }
  -> Done when d exists
  -> Done otherwise
  final Done
}
`)
	m, err := model.New(p, model.Options{})
	require.NoError(t, err)
	for i, h := range hosts {
		for pr, x := range []float64{h.Load, h.Mem, h.Disk, h.Net} {
			m.Sample(0, int32(pr), int32(i), x)
		}
	}
	w := *m.World()
	if scan {
		w.Least = nil
	}
	pol := &p.Policies[0]
	return &tune{p: p, m: m, vm: vm.New(p, &w), body: pol.States[0].Body, d: uint8(slices.Index(pol.RegNames, "d"))}
}

func (s *tune) guard(i int) bool {
	e := &s.p.Events[0]
	return s.vm.Test(&e.Cond, int32(i), e.Thing, &s.frame) == vm.True
}

func (s *tune) least() int {
	s.vm.Run(&s.frame, s.body, math.MaxInt)
	return int(s.frame.Inst(s.d))
}
