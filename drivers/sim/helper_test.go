package sim

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/tune-autonomic/tune/drivers"
)

// The spaces of the shop that most tests look at: two servers in front, three hosts in the rack with two machines, and
// Apache → Tomcat → MySQL.
const (
	front int32 = iota
	rack
	servlet
	apache
	tomcat
	mysql
)

const gib = 1 << 30

var (
	web1, db1    = drivers.Ref{Space: front, Index: 0}, drivers.Ref{Space: front, Index: 1}
	node1, node2 = drivers.Ref{Space: rack, Index: 0}, drivers.Ref{Space: rack, Index: 1}
	vm1, vm2     = drivers.Ref{Space: servlet, Index: 0}, drivers.Ref{Space: servlet, Index: 1}
	apache1      = drivers.Ref{Space: apache, Index: 0}
	tomcat1      = drivers.Ref{Space: tomcat, Index: 0}
	tomcat2      = drivers.Ref{Space: tomcat, Index: 1}
	mysql1       = drivers.Ref{Space: mysql, Index: 0}
)

func hostsOf(cores float64, names ...string) []drivers.HostSpec {
	var hosts []drivers.HostSpec
	for _, name := range names {
		hosts = append(hosts, drivers.HostSpec{Name: name, Cores: cores, MIPS: 1000, Memory: 2 * gib, Watts: []float64{86, 117}})
	}
	return hosts
}

func shop() drivers.Site {
	servlets := []drivers.MachineSpec{
		{Name: "Servlet-1", VCPUs: 1, MIPS: 1000, Memory: gib / 2},
		{Name: "Servlet-2", VCPUs: 1, MIPS: 1000, Memory: gib / 2},
	}
	restart := []drivers.OpSpec{{Name: "configure"}, {Name: "restart", Interrupts: true}}
	return drivers.Site{
		System: "shop",
		Spaces: []drivers.SpaceSpec{
			{Name: "front", On: -1, Hosts: hostsOf(1, "web1", "db1")},
			{Name: "rack", On: -1, Hosts: hostsOf(2, "node1", "node2", "node3")},
			{Name: "Servlet", On: rack, Machines: servlets},
			{Name: "Apache", On: front, Software: true, Ops: restart},
			{Name: "Tomcat", On: servlet, Software: true, Ops: restart},
			{Name: "MySQL", On: front, Software: true, Ops: restart},
		},
		Probes: []drivers.ProbeSpec{
			{Name: "cpu", Source: "cpu", Space: rack, Every: time.Second},
			{Name: "cpu", Source: "cpu", Space: servlet, Every: time.Second},
		},
	}
}

func shopConfig(clients float64) Config {
	return Config{
		Seed:    1,
		Links:   []Link{{Left: apache, Right: tomcat}, {Left: tomcat, Right: mysql}},
		Work:    map[int32]float64{apache: 0.0005, tomcat: 0.012, mysql: 0.001},
		Clients: []Clients{{Space: apache, Points: []Point{{N: clients, At: time.Hour}}}},
	}
}

// stage drives a world and remembers what it said.
type stage struct {
	t testing.TB
	World
	now     time.Duration
	step    uint32
	epoch   uint64
	results map[drivers.CommandID]drivers.Result
	facts   []drivers.Fact
	frames  int
	latest  map[[2]int32]float64 // by probe and instance
}

func open(t testing.TB, cfg Config, site drivers.Site) *stage {
	t.Helper()
	s := &stage{t: t, World: New(cfg), results: map[drivers.CommandID]drivers.Result{}, latest: map[[2]int32]float64{}}
	require.NoError(t, s.Open(context.Background(), site, s))
	return s
}

func (s *stage) Results(results []drivers.Result) {
	for _, r := range results {
		s.results[r.ID] = r
	}
}

func (s *stage) Frame(f drivers.Frame) {
	s.frames++
	for _, sample := range f.Samples {
		s.latest[[2]int32{sample.Probe, sample.Index}] = sample.Value
	}
}

func (s *stage) Fact(f drivers.Fact) { s.facts = append(s.facts, f) }

// until lets time pass.
func (s *stage) until(t time.Duration) {
	for {
		next, ok := s.Next()
		if !ok || next > t {
			break
		}
		s.Advance(next)
		s.now = next
	}
	s.Advance(t)
	s.now = t
}

func (s *stage) wait(d time.Duration) { s.until(s.now + d) }

// begin starts a command; do also waits for its end, and says how it ended.
func (s *stage) begin(c drivers.Command) drivers.CommandID {
	s.step++
	c.ID = drivers.CommandID{Instance: 1, Step: s.step}
	c.Epoch = s.epoch
	s.Start([]drivers.Command{c})
	return c.ID
}

func (s *stage) do(c drivers.Command) drivers.Result {
	s.t.Helper()
	id := s.begin(c)
	for range 10_000 {
		if r, ok := s.results[id]; ok {
			return r
		}
		next, ok := s.Next()
		require.True(s.t, ok, "%v: nothing will happen any more, and there is no result", c.Verb)
		s.Advance(next)
		s.now = next
	}
	s.t.Fatalf("verb %d: no result", c.Verb)
	return drivers.Result{}
}

func (s *stage) must(c drivers.Command) {
	s.t.Helper()
	r := s.do(c)
	require.Equal(s.t, drivers.Done, r.Outcome, r.Reason)
}

func (s *stage) fails(c drivers.Command, because string) {
	s.t.Helper()
	r := s.do(c)
	require.Equal(s.t, drivers.Failed, r.Outcome)
	require.Contains(s.t, r.Reason, because)
}

func create(x, on drivers.Ref) drivers.Command {
	return drivers.Command{Verb: drivers.Create, Target: x, Host: on, From: drivers.NoRef}
}

func simple(verb drivers.Verb, x drivers.Ref) drivers.Command {
	return drivers.Command{Verb: verb, Target: x, Host: drivers.NoRef, From: drivers.NoRef}
}

func operate(x drivers.Ref, op int32) drivers.Command {
	c := simple(drivers.Operate, x)
	c.Op = op
	return c
}

func moving(verb drivers.Verb, x, from, to drivers.Ref) drivers.Command {
	return drivers.Command{Verb: verb, Target: x, Host: to, From: from}
}

// launch creates and starts x.
func (s *stage) launch(x, on drivers.Ref) {
	s.t.Helper()
	s.must(create(x, on))
	s.must(simple(drivers.Start, x))
}

// openShop has the shop running, both machines on node1.
func openShop(t testing.TB, cfg Config) *stage {
	t.Helper()
	s := open(t, cfg, shop())
	s.launch(vm1, node1)
	s.launch(vm2, node1)
	s.launch(mysql1, db1)
	s.launch(tomcat1, vm1)
	s.launch(tomcat2, vm2)
	s.launch(apache1, web1)
	return s
}

func (s *stage) cpu(x drivers.Ref) float64 {
	probe := int32(0)
	if x.Space == servlet {
		probe = 1
	}
	return s.latest[[2]int32{probe, x.Index}]
}
