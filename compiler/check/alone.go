package check

import (
	"github.com/tune-autonomic/tune/compiler/bundle"
	"github.com/tune-autonomic/tune/compiler/ir"
	"github.com/tune-autonomic/tune/lang"
)

// alone checks a module by itself, for what its names mean: stand-ins take the place of the classes and values that a
// use will give. What is found is not told, as the real ones may have what the stand-ins lack.
func (c *checker) alone() {
	if c.files.Index == nil {
		return
	}
	c.loadImports()
	params := each[*lang.ModuleParam](c.files.Main)
	for _, kind := range []string{"hosts", "vm", "component", ""} {
		for _, p := range params {
			if p.Type == nil {
				continue
			}
			if _, isClass := moduleKinds[p.Type.Name.Text]; isClass && p.Type.Name.Text == kind && !p.Type.Set {
				c.standIn(p, moduleKinds[kind])
			} else if !isClass && kind == "" {
				c.standInValue(p)
			}
		}
	}
	c.connectSpaces()
	c.declareFuncs(c.system, c.files.Main)
	for _, d := range each[*lang.Policy](c.files.Main) {
		c.namePolicy(d.Name)
		c.policy(c.system, d, &lang.Trigger{}, d.Name.Text)
	}
	c.findings = nil
}

func (c *checker) standIn(p *lang.ModuleParam, kind bundle.Kind) {
	u := c.system
	if !c.freeName(u, p.Name) {
		return
	}
	u.params[p.Name.Text] = p.Name.Span
	one, name := []float64{1}, p.Name
	sizes := map[string][]float64{"cores": one, "vcpus": one, "mips": one, "memory": one, "capacity": one}
	switch kind {
	case bundle.Host:
		s := c.newSpace(name.Text, kind, nil)
		s.family = c.newClass(u, name, kind, s, nil)
		c.standard(s.family, sizes, "cores", intT, "mips", floatT, "memory", base(bundle.Bytes), "capacity", floatT)
	case bundle.VM:
		on := c.firstOf(bundle.Host)
		if on.space.vms == nil {
			on.space.vms = c.newSpace(on.name+".vms", kind, on)
		}
		cl := c.newClass(u, name, kind, on.space.vms, on)
		c.standard(cl, sizes, "vcpus", intT, "mips", floatT, "memory", base(bundle.Bytes))
	default:
		c.newClass(u, name, kind, c.newSpace(name.Text, kind, nil), c.firstOf(bundle.Host))
	}
}

// firstOf is the first class of hosts; one without a name if the module has none.
func (c *checker) firstOf(kind bundle.Kind) *class {
	for _, cl := range c.classes {
		if cl.kind == kind {
			return cl
		}
	}
	s := c.newSpace("hosts", kind, nil)
	s.family = c.newClass(newUnit(c.system.file), lang.Name{Text: "hosts"}, kind, s, nil)
	return s.family
}

func (c *checker) standInValue(p *lang.ModuleParam) {
	if !c.freeName(c.system, p.Name) {
		return
	}
	t := c.typeRef(c.system, p.Type)
	if t.bad {
		return
	}
	c.system.params[p.Name.Text] = p.Name.Span
	c.declares(c.system, ParamSymbol, "", p.Name, t)
	v := &ir.Var{Name: p.Name.Text, Type: t.Type}
	c.system.consts[p.Name.Text] = val{e: &ir.Ref{Node: ir.Node{T: t.Type, P: pos(c.system, p.Span)}, Var: v}, t: t}
}
