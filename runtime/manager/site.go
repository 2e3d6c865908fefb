package manager

import (
	"slices"
	"time"

	"github.com/tune-autonomic/tune/compiler/bundle"
	"github.com/tune-autonomic/tune/drivers"
	"github.com/tune-autonomic/tune/runtime/model"
)

// What a host or machine has if its class doesn't say, as in the model.
const (
	defaultCores     = 1
	defaultVCPUs     = 1
	defaultMIPS      = 1000
	defaultHostBytes = 4 << 30
	defaultVMBytes   = 512 << 20
)

// newSite describes to a driver what a program declares. It numbers spaces, instances and probes as the model does.
func newSite(p *bundle.Program, m *model.Model) drivers.Site {
	site := drivers.Site{System: p.System, Spaces: make([]drivers.SpaceSpec, len(p.Spaces))}
	for s := range p.Spaces {
		site.Spaces[s] = newSpace(p, m, int32(s))
	}
	for _, pr := range p.Probes {
		site.Probes = append(site.Probes, drivers.ProbeSpec{
			Name: pr.Name, Source: pr.Source, Space: p.Classes[pr.Class].Space, Every: time.Duration(pr.Every),
		})
	}
	return site
}

func newSpace(p *bundle.Program, m *model.Model, s int32) drivers.SpaceSpec {
	spec := drivers.SpaceSpec{Name: p.Spaces[s].Name, On: m.On(s), Software: p.Spaces[s].Kind == bundle.Component}
	for i := range m.Size(s) {
		switch p.Spaces[s].Kind {
		case bundle.Host:
			spec.Hosts = append(spec.Hosts, hostSpec(m, s, i))
		case bundle.VM:
			spec.Machines = append(spec.Machines, machineSpec(p, m, s, i))
		}
	}
	for _, cl := range p.Classes {
		if cl.Space == s && cl.Kind == bundle.Component {
			spec.Ops = opSpecs(cl.Ops)
		}
	}
	return spec
}

func hostSpec(m *model.Model, s, i int32) drivers.HostSpec {
	return drivers.HostSpec{
		Name:   m.Name(s, i),
		Cores:  attr(m, s, i, "cores", defaultCores),
		MIPS:   attr(m, s, i, "mips", defaultMIPS),
		Memory: attr(m, s, i, "memory", defaultHostBytes),
		Watts:  m.Curve(s, i),
	}
}

func machineSpec(p *bundle.Program, m *model.Model, s, i int32) drivers.MachineSpec {
	return drivers.MachineSpec{
		Name:   m.Name(s, i),
		VCPUs:  attr(m, s, i, "vcpus", defaultVCPUs),
		MIPS:   attr(m, s, i, "mips", defaultMIPS),
		Memory: attr(m, s, i, "memory", defaultVMBytes),
		Image:  p.Classes[m.Class(s, i)].Image,
	}
}

func attr(m *model.Model, s, i int32, name string, otherwise float64) float64 {
	if v, ok := m.Attr(s, i, name); ok {
		return v
	}
	return otherwise
}

func opSpecs(ops []bundle.Op) []drivers.OpSpec {
	specs := make([]drivers.OpSpec, len(ops))
	for i, op := range ops {
		specs[i] = drivers.OpSpec{
			Name: op.Name, Interrupts: op.Interrupts, UnlessDrained: op.UnlessDrained, Drains: op.Drains, Undrains: op.Undrains,
			Weighs: op.Weighs, Weight: weightArg(&op),
			Exec: op.Exec, Template: op.Template, To: op.To,
		}
	}
	return specs
}

// weightArg is where a command's arguments have the weight of an operation that weighs; 0 if it doesn't weigh. The
// operation's own words come before what it is called with, as the engine sends them.
func weightArg(op *bundle.Op) int {
	if !op.Weighs {
		return 0
	}
	own := len(op.Exec)
	if op.Template != "" {
		own = 2
	}
	return own + slices.IndexFunc(bundle.Types(op.Params), bundle.Type.Numeric)
}
