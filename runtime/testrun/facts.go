package testrun

import (
	"maps"
	"math"
	"slices"
	"strings"

	"github.com/tune-autonomic/tune/compiler/bundle"
	"github.com/tune-autonomic/tune/drivers/sim"
	"github.com/tune-autonomic/tune/runtime/engine"
	"github.com/tune-autonomic/tune/runtime/model"
	"github.com/tune-autonomic/tune/runtime/vm"
)

// facts keeps what a test's conditions ask of the run beside the model.
type facts struct {
	p     *bundle.Program
	all   []fact
	world sim.World
	model *model.Model
	// reckons says that one of them is the simulator's to know.
	reckons bool
	// marked is what the run amounts to at a mark; nil while the world can be asked.
	marked *sim.Metrics
}

// fact is one of them, and what is known of it.
type fact struct {
	bundle.Fact
	policy, state, event string // names
	external             bool
	count                float64
	last                 engine.Notice     // an event that was counted
	in                   map[string]string // of FactIn: by thing, the state
	stuck                map[uint64]bool
	index                int32 // of FactInst, once it was found
}

func newFacts(p *bundle.Program, c *bundle.Case) facts {
	fs := facts{p: p}
	for _, of := range c.Facts {
		f := fact{Fact: of, index: model.None}
		switch {
		case of.Kind <= bundle.FactEnergy:
			fs.reckons = true
		case of.Kind == bundle.FactIn:
			f.in = map[string]string{}
		case of.Kind == bundle.FactStuck:
			f.stuck = map[uint64]bool{}
		}
		if of.Event >= 0 {
			f.event, f.external = p.Events[of.Event].Name, p.Events[of.Event].External
		}
		if of.Policy >= 0 {
			f.policy = p.Policies[of.Policy].Name
			if of.State >= 0 {
				f.state = p.Policies[of.Policy].States[of.State].Name
			}
		}
		fs.all = append(fs.all, f)
	}
	return fs
}

// notice counts.
func (fs *facts) notice(n engine.Notice) {
	for i := range fs.all {
		f := &fs.all[i]
		switch {
		case f.Kind == bundle.FactStuck:
			f.isStuck(n)
		case f.event != "":
			f.happened(n)
		case f.policy != "" && f.policy == n.Policy && (f.Thing == "" || f.Thing == n.Thing):
			f.went(n)
		}
	}
}

func (f *fact) isStuck(n engine.Notice) {
	switch n.Kind {
	case engine.NoticeStuck:
		f.stuck[n.Instance] = true
	case engine.NoticeEnd:
		delete(f.stuck, n.Instance)
	}
	f.count = float64(len(f.stuck))
}

// happened counts an event. One that several policies start on is told for each.
func (f *fact) happened(n engine.Notice) {
	if n.Kind != engine.NoticeEvent {
		return
	}
	name, thing, _ := strings.Cut(strings.TrimSuffix(n.Text, ")"), "(")
	if name != f.event || f.Thing != "" && f.Thing != thing || !f.external && f.last.At == n.At && f.last.Text == n.Text {
		return
	}
	f.last = n
	f.count++
}

// went follows a policy.
func (f *fact) went(n engine.Notice) {
	switch {
	case f.Kind == bundle.FactRunning && n.Kind == engine.NoticeStart:
		f.count++
	case f.Kind == bundle.FactRunning && n.Kind == engine.NoticeEnd:
		f.count--
	case f.Kind == bundle.FactTimes && f.state == "" && n.Kind == engine.NoticeStart:
		f.count++
	case f.Kind == bundle.FactTimes && n.Kind == engine.NoticeState && n.State == f.state && !n.Anew:
		f.count++
	case f.Kind == bundle.FactIn && n.Kind == engine.NoticeStart:
		delete(f.in, n.Thing)
	case f.Kind == bundle.FactIn && n.Kind == engine.NoticeState && engine.Written(n.State):
		f.in[n.Thing] = n.State
	}
}

// fill puts the values of now into the registers from 0 on.
func (fs *facts) fill(frame *vm.Frame) {
	m := fs.totals()
	for i := range fs.all {
		f := &fs.all[i]
		r := uint8(i)
		switch f.Kind {
		case bundle.FactLost:
			f.count = m.Lost()
		case bundle.FactDone:
			f.count = math.Floor(m.Requests.Done)
		case bundle.FactMigrations:
			f.count = float64(m.Migrations)
		case bundle.FactEnergy:
			f.count = m.EnergyKWh
		case bundle.FactOn:
			f.count = fs.on(f)
		case bundle.FactIn:
			frame.R[r] = f.isIn()
			continue
		case bundle.FactInst:
			frame.SetInst(r, fs.instance(f))
			continue
		}
		frame.R[r] = math.Float64bits(f.count)
	}
}

func (fs *facts) totals() sim.Metrics {
	switch {
	case !fs.reckons:
		return sim.Metrics{}
	case fs.marked != nil:
		return *fs.marked
	}
	return fs.world.Metrics()
}

func (f *fact) isIn() vm.Bool {
	for _, state := range f.in {
		if state == f.state {
			return vm.True
		}
	}
	return vm.False
}

// where says in which state a policy is, or was last.
func (f *fact) where() string {
	things := slices.Sorted(maps.Keys(f.in))
	if len(things) == 0 {
		return "not started yet"
	}
	if f.Thing != "" || len(things) == 1 && things[0] == "" {
		return "in " + f.in[things[0]]
	}
	var texts []string
	for _, thing := range things {
		texts = append(texts, "in "+f.in[thing]+" about "+thing)
	}
	return strings.Join(texts, ", ")
}

// on counts the hosts of a class that are on and not lost, all or the one of a name.
func (fs *facts) on(f *fact) float64 {
	space := fs.p.Classes[f.Class].Space
	first, n, _ := fs.model.Slots(f.Class)
	count := 0.0
	for i := first; i < first+n; i++ {
		if fs.model.IsOn(space, i) && !fs.model.IsDown(space, i) && !fs.model.IsFenced(space, i) && (f.Thing == "" || fs.model.Name(space, i) == f.Thing) {
			count++
		}
	}
	return count
}

// instance is that of a name, none while it isn't there.
func (fs *facts) instance(f *fact) int32 {
	space := fs.p.Classes[f.Class].Space
	first, n, _ := fs.model.Slots(f.Class)
	for i := first; f.index == model.None && i < first+n; i++ {
		if fs.model.Name(space, i) == f.Thing {
			f.index = i
		}
	}
	if f.index == model.None || fs.model.Life(space, f.index) == model.Absent {
		return model.None
	}
	return f.index
}
