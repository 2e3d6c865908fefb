package manager

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/tune-autonomic/tune/compiler/bundle"
	"github.com/tune-autonomic/tune/drivers"
	"github.com/tune-autonomic/tune/drivers/sim"
	"github.com/tune-autonomic/tune/runtime/data"
	"github.com/tune-autonomic/tune/runtime/model"
)

// loads are a scenario's data, read.
type loads struct {
	traces   []data.Trace // by scenario.Loads
	requests []rates      // by scenario.Requests
	origins  []string
}

// rates are requests a second, a value a step.
type rates struct {
	step  time.Duration
	value []float64
}

// readLoads finds the data that a scenario names, for a run of so long (0: without an end). A trace given by path takes the
// place of every named one.
func readLoads(ctx context.Context, p *bundle.Program, sc *bundle.Scenario, long time.Duration, find data.Finder, path string) (loads, error) {
	var l loads
	if path != "" && !slices.ContainsFunc(sc.Loads, isTrace) {
		return loads{}, fmt.Errorf("scenario %s loads no trace, so there is nothing that %s could take the place of", sc.Name, path)
	}
	for _, ld := range sc.Loads {
		if !isTrace(ld) {
			l.traces = append(l.traces, data.Trace{})
			continue
		}
		t, err := readTrace(ctx, ld.From, find, path)
		if err != nil {
			return loads{}, err
		}
		l.traces = append(l.traces, t)
		l.origins = append(l.origins, machinesText(&p.Classes[ld.Class], t))
	}
	for _, rq := range sc.Requests {
		if len(rq.Points) > 0 {
			l.requests = append(l.requests, curve(rq.Points, long))
			continue
		}
		values, origin, err := readRates(ctx, rq.From, find, long)
		if err != nil {
			return loads{}, err
		}
		l.requests = append(l.requests, rates{time.Minute, values})
		l.origins = append(l.origins, fmt.Sprintf("%s: %s", p.Classes[rq.Class].Name, origin))
	}
	return l, nil
}

// isTrace says whether a load was recorded; others are written in the scenario.
func isTrace(ld bundle.Load) bool { return len(ld.Points) == 0 }

// machinesText says where the load of a class's machines comes from and how many that makes of them, which is the trace's to
// say: whoever declared another number must hear of it.
func machinesText(cl *bundle.Class, t data.Trace) string {
	text := fmt.Sprintf("%s: %s: %d machines", cl.Name, t.Origin, len(t.Load))
	if n := int(cl.Initial); n > max(1, int(cl.Sizes)) && n != len(t.Load) {
		text += fmt.Sprintf(", in place of the %d that are declared", n)
	}
	return text
}

func readTrace(ctx context.Context, from bundle.DataRef, find data.Finder, path string) (data.Trace, error) {
	if path != "" {
		return data.ReadTrace(path)
	}
	if from.Func != "trace" {
		return data.Trace{}, fmt.Errorf("a load comes from trace(…); this tune doesn't know %s(…)", from.Func)
	}
	return find.Trace(ctx, from.Name)
}

func readRates(ctx context.Context, from bundle.DataRef, find data.Finder, long time.Duration) ([]float64, string, error) {
	if from.Func != "counts" {
		return nil, "", fmt.Errorf("requests come from counts(…); this tune doesn't know %s(…)", from.Func)
	}
	start, scale := "", 1.0
	for _, a := range from.Args {
		switch a.Name {
		case "from":
			start = a.Text
		case "scale":
			scale = a.Value
		default:
			return nil, "", fmt.Errorf("counts(…) knows from and scale, and not %s", a.Name)
		}
	}
	c, err := find.Counts(ctx, from.Name)
	if err != nil {
		return nil, "", err
	}
	rates, err := c.Rates(start, long, scale)
	return rates, c.Origin, err
}

// sizes are how many instances of a class a scenario has: one for each line of its trace.
func (l loads) sizes(sc *bundle.Scenario) map[int32]int {
	sizes := map[int32]int{}
	for i, ld := range sc.Loads {
		if !isTrace(ld) {
			continue
		}
		sizes[ld.Class] = len(l.traces[i].Load)
	}
	return sizes
}

// newWorld is what a scenario says of the world to simulate.
func newWorld(p *bundle.Program, sc *bundle.Scenario, m *model.Model, l loads, o SimOptions) (sim.Config, error) {
	cfg := sim.Config{Seed: o.Seed, Fidelity: sc.Fidelity, Until: o.until(sc), Work: map[int32]float64{}}
	space := func(class int32) int32 { return p.Classes[class].Space }
	isSoftware := func(end bundle.LinkEnd) bool { return p.Classes[end.Class].Kind == bundle.Component }
	for _, link := range p.Links {
		if !isSoftware(link.Left) || !isSoftware(link.Right) { // no requests go that way
			continue
		}
		cfg.Links = append(cfg.Links, sim.Link{Left: space(link.Left.Class), Right: space(link.Right.Class), Optional: link.Left.Min == 0})
	}
	for _, w := range sc.Work {
		cfg.Work[space(w.Class)] = w.Seconds
	}
	for _, c := range sc.Clients {
		cfg.Clients = append(cfg.Clients, sim.Clients{Space: space(c.Class), Points: simPoints(c.Points)})
	}
	for i, r := range sc.Requests {
		cfg.Requests = append(cfg.Requests, sim.Requests{Space: space(r.Class), Step: l.requests[i].step, Rate: l.requests[i].value})
	}
	for i, ld := range sc.Loads {
		first, n, _ := m.Slots(ld.Class)
		t := l.traces[i]
		if !isTrace(ld) {
			t = everyones(curve(ld.Points, cfg.Until), n)
		}
		var err error
		if cfg.Traces, err = addTrace(cfg.Traces, space(ld.Class), int(first), int(m.Size(space(ld.Class))), t); err != nil {
			return sim.Config{}, fmt.Errorf("scenario %s: %s: %w", sc.Name, p.Classes[ld.Class].Name, err)
		}
	}
	if err := addSettings(&cfg, sc, o.Set); err != nil {
		return sim.Config{}, err
	}
	return cfg, addFaults(&cfg, p, sc, m)
}

// mostSteps bounds the memory for a curve: a value a second up to a day, fewer of a longer time.
const mostSteps = 86_400

// curve is a piecewise linear function of time, up to its last point or to until if that is later, in steps of whole
// seconds.
func curve(points []bundle.Point, until time.Duration) rates {
	c := sim.Clients{Points: simPoints(points)}
	end := max(until, time.Duration(points[len(points)-1].At))
	r := rates{step: max(time.Second, (end/mostSteps + time.Second - 1).Truncate(time.Second))}
	for t := time.Duration(0); t < end; t += r.step {
		r.value = append(r.value, c.At(t))
	}
	return r
}

func simPoints(points []bundle.Point) []sim.Point {
	out := make([]sim.Point, len(points))
	for i, pt := range points {
		out[i] = sim.Point{N: pt.N, To: pt.To, At: time.Duration(pt.At)}
	}
	return out
}

// everyones is a trace of n machines that all do the same.
func everyones(r rates, n int32) data.Trace {
	t := data.Trace{Step: r.step}
	for range n {
		t.Load = append(t.Load, r.value)
	}
	return t
}

// addTrace puts the loads of a class's instances, from first on, among those of its space.
func addTrace(traces []sim.Trace, space int32, first, size int, t data.Trace) ([]sim.Trace, error) {
	i := slices.IndexFunc(traces, func(x sim.Trace) bool { return x.Space == space })
	if i < 0 {
		i = len(traces)
		traces = append(traces, sim.Trace{Space: space, Step: t.Step, Load: make([][]float64, size)})
	}
	if traces[i].Step != t.Step {
		return nil, fmt.Errorf("its load has a value every %v, and that of other machines on the same hosts every %v; load them alike", t.Step, traces[i].Step)
	}
	copy(traces[i].Load[first:], t.Load)
	return traces, nil
}

func addSettings(cfg *sim.Config, sc *bundle.Scenario, set map[string]float64) error {
	cfg.Settings = map[string]float64{}
	for _, s := range sc.Settings {
		if s.Text != "" {
			return fmt.Errorf("scenario %s: setting %s is a text; a number is expected", sc.Name, s.Name)
		}
		cfg.Settings[s.Name] = s.Value
	}
	for name, v := range set {
		cfg.Settings[name] = v
	}
	return nil
}

func addFaults(cfg *sim.Config, p *bundle.Program, sc *bundle.Scenario, m *model.Model) error {
	for _, f := range sc.Faults {
		fault := sim.Fault{At: time.Duration(f.At), Kind: f.Kind, Probe: f.Probe, Target: drivers.NoRef, By: f.By, For: time.Duration(f.For)}
		if f.Class >= 0 {
			fault.Target, fault.More = everyone(p, m, f.Class)
		}
		if f.Instance != "" {
			i, ok := instance(p, m, f.Class, f.Instance)
			if !ok {
				return fmt.Errorf("scenario %s: fault %s: there is no %s; %s has %d instances", sc.Name, f.Kind, f.Instance, p.Classes[f.Class].Name, fault.More+1)
			}
			fault.Target.Index, fault.More = i, 0
		}
		cfg.Faults = append(cfg.Faults, fault)
	}
	return nil
}

// everyone is the first instance of a class, and how many come after it.
func everyone(p *bundle.Program, m *model.Model, class int32) (drivers.Ref, int32) {
	first, n, _ := m.Slots(class)
	if mayGrow(&p.Classes[class]) {
		n = math.MaxInt32
	}
	return drivers.Ref{Space: p.Classes[class].Space, Index: first}, n - 1
}

// mayGrow says whether a class has no end: its instances are numbered from 0, and called CLASS-1, CLASS-2, ….
func mayGrow(cl *bundle.Class) bool { return cl.Kind == bundle.Component && cl.Max < 0 }

// instance finds one of a class by its name.
func instance(p *bundle.Program, m *model.Model, class int32, name string) (int32, bool) {
	cl := &p.Classes[class]
	first, n, _ := m.Slots(class)
	for i := first; i < first+n; i++ {
		if m.Name(cl.Space, i) == name {
			return i, true
		}
	}
	k, err := strconv.ParseInt(strings.TrimPrefix(name, cl.Name+"-"), 10, 32)
	return int32(k) - 1, mayGrow(cl) && err == nil && k > 0
}
