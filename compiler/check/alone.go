package check

import (
	"path"
	"slices"
	"strings"

	"github.com/tune-autonomic/tune/compiler/bundle"
	"github.com/tune-autonomic/tune/compiler/finding"
	"github.com/tune-autonomic/tune/compiler/ir"
	"github.com/tune-autonomic/tune/lang"
)

// certain are the findings of a module that hold whatever it is given.
var certain = []finding.Code{
	"TUNE0201", "TUNE0202", "TUNE0203", "TUNE0204", "TUNE0205", "TUNE0206", "TUNE0207", "TUNE0208", "TUNE0209", "TUNE0210", "TUNE0211",
	"TUNE0215", "TUNE0216", "TUNE0218", "TUNE0219", "TUNE0221", "TUNE0223", "TUNE0225", "TUNE0226", "TUNE0303", "TUNE0304", "TUNE0305", "TUNE0306", "TUNE0307", "TUNE0310",
}

// usedBy says how a module is checked.
func usedBy(f *lang.File) string {
	return `check a system that says import "` + strings.TrimSuffix(path.Base(f.Path), ".tune") + `" and use ` + givenTo(f)
}

// givenTo is what a use of a module says behind its first word.
func givenTo(f *lang.File) string {
	var given []string
	for _, p := range each[*lang.ModuleParam](f) {
		if p.Default == nil {
			given = append(given, p.Name.Text+": …")
		}
	}
	name := f.Name.Text
	if len(given) > 0 {
		name += " (" + list(given) + ")"
	}
	return name
}

// alone checks a module by itself, for what its names mean: stand-ins take the place of the classes and values that a
// use will give. Of what is found only that is told which holds for any: the real ones may have what the stand-ins lack.
func (c *checker) alone() {
	c.loadImports()
	c.keeps(c.system, ModuleSymbol, "", c.files.Main.Name, typ{bad: true})
	params := each[*lang.ModuleParam](c.withKinds(c.system, c.files.Main))
	for _, kind := range []string{"hosts", "vm", "component", ""} {
		if kind == "" {
			c.standInMachines()
		}
		for _, p := range params {
			if p.Func != nil && kind == "" {
				c.standInFunc(p)
			}
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
	for _, d := range each[*lang.Event](c.files.Main) {
		c.declareEvent(c.system, d, d.Name.Text)
	}
	c.checkEvents()
	for _, d := range each[*lang.Policy](c.files.Main) {
		c.namePolicy(d.Name)
		on := starter{in: c.system, params: unitParams{of: c.system}}
		if d.On != nil {
			on.event, on.params.list = d.On.Event, d.On.Params
		}
		c.policy(c.system, d, on, d.Name.Text)
	}
	known := slices.Clone(certain)
	if c.severalAlike(params) {
		known = slices.DeleteFunc(known, func(code finding.Code) bool { return code == "TUNE0205" || code == "TUNE0215" })
	}
	c.findings = slices.DeleteFunc(c.findings, func(f finding.Finding) bool {
		return f.File == c.files.Main.Path && !slices.Contains(known, f.Code)
	})
	c.onlyModuleParts(&module{file: c.files.Main, source: c.system.file})
}

// severalAlike says whether a module is given several classes of one kind: they may be the same, or stand on each other's hosts.
func (c *checker) severalAlike(params []*lang.ModuleParam) bool {
	given := map[string]int{}
	for _, p := range params {
		given[typeName(p)]++
	}
	return given["hosts"] > 1 || given["component"] > 1
}

// unplaced says whether nobody knows where an instance of t stands: a module is told, but doesn't say.
func (c *checker) unplaced(t typ, member string) bool {
	cl := c.spaces[t.Space].classes[0]
	return cl.standIn && cl.kind == bundle.Component && (member == "vm" || member == "host")
}

// somewhere is where such an instance may stand, for who asks what could be said of that; for others it is nothing.
func (c *checker) somewhere(x ctx, obj val, member string, at posed) val {
	s := c.spaces[obj.t.Space]
	if !c.looking() {
		return badVal
	}
	if on := s.classes[0].on; member == "vm" && on.space.vms != nil {
		t := instIn(on.space.vms)
		return val{e: &ir.Nav{Node: node(x, at, t), Obj: obj.e}, t: t}
	}
	return c.hostOf(x, s, obj, at)
}

func (c *checker) standIn(p *lang.ModuleParam, kind bundle.Kind) {
	u := c.system
	if !c.freeName(u, p.Name) {
		return
	}
	u.params[p.Name.Text] = p.Name.Span
	name := p.Name
	switch kind {
	case bundle.Host:
		c.standInHosts(u, name).standIn = true
	case bundle.VM:
		c.standInVM(u, name, c.firstOf(bundle.Host))
	default:
		c.newClass(u, name, kind, c.newSpace(name.Text, kind, nil), c.firstOf(bundle.Host)).standIn = true
	}
}

// standInSizes are one of everything.
var standInSizes = map[string][]float64{"cores": {1}, "vcpus": {1}, "mips": {1}, "memory": {1}, "capacity": {1}}

func (c *checker) standInHosts(u *unit, name lang.Name) *class {
	s := c.newSpace(name.Text, bundle.Host, nil)
	s.family = c.newClass(u, name, bundle.Host, s, nil)
	c.standard(s.family, standInSizes, "cores", intT, "mips", floatT, "memory", base(bundle.Bytes), "capacity", floatT)
	return s.family
}

func (c *checker) standInVM(u *unit, name lang.Name, on *class) {
	if on.space.vms == nil {
		on.space.vms = c.newSpace(on.name+".vms", bundle.VM, on)
	}
	cl := c.newClass(u, name, bundle.VM, on.space.vms, on)
	cl.standIn = true
	c.standard(cl, standInSizes, "vcpus", intT, "mips", floatT, "memory", base(bundle.Bytes))
}

// standInMachines gives hosts machines of which the module has no class, only the name rack.vms.
func (c *checker) standInMachines() {
	for _, on := range slices.Clone(c.classes) {
		if on.kind == bundle.Host && on.space.vms == nil {
			c.standInVM(c.newUnit(c.system.file), lang.Name{Text: on.name + ".vms"}, on)
		}
	}
}

// firstOf is the first class of hosts; one without a name if the module has none.
func (c *checker) firstOf(kind bundle.Kind) *class {
	for _, cl := range c.classes {
		if cl.kind == kind {
			return cl
		}
	}
	return c.standInHosts(c.newUnit(c.system.file), lang.Name{Text: "hosts"})
}

// standInMember gives a class a member by the parameter's own name. Of its type nothing is known.
func (c *checker) standInMember(p *lang.ModuleParam) {
	cl := c.classNamed(c.system, p.Of)
	if cl == nil {
		c.system.lost.lose(p.Name)
		return
	}
	c.system.params[p.Name.Text] = p.Name.Span
	c.refersClass(c.system, p.Of, cl)
	c.declares(c.system, ParamSymbol, "", p.Name, typ{bad: true})
	all := []*class{cl}
	if p.Part.Text != "" && cl.space.vms != nil {
		c.refersBuiltIn(c.system, p.Part.Span, "hosts.vms")
		all = cl.space.vms.classes
	}
	for _, cl := range all {
		switch p.Type.Name.Text {
		case "probe":
			c.add(cl, p.Name, member{probe: &lang.Probe{}, known: typ{bad: true}})
		case "attr":
			c.add(cl, p.Name, member{attr: &attr{}, known: typ{bad: true}})
		case "role":
			c.add(cl, p.Name, member{known: typ{bad: true}})
		}
	}
}

func (c *checker) standInFunc(p *lang.ModuleParam) {
	if !c.freeName(c.system, p.Name) {
		return
	}
	c.system.params[p.Name.Text] = p.Name.Span
	f := &fn{
		unit: c.system, uses: map[string]int{}, state: fnGood, result: c.typeRef(c.system, p.Func.Result),
		decl: &lang.Func{Span: p.Span, Name: p.Name, Params: p.Func.Params, Result: p.Func.Result, Body: &lang.Bad{Span: p.Span}},
	}
	for _, in := range p.Func.Params {
		t := c.typeRef(c.system, in.Type)
		c.keeps(c.system, LocalSymbol, "", in.Name, t)
		f.params = append(f.params, t)
	}
	c.declares(c.system, ParamSymbol, "", p.Name, typ{bad: true})
	c.system.funcs[p.Name.Text] = f
}

func (c *checker) standInValue(p *lang.ModuleParam) {
	if _, isMember := memberKinds[p.Type.Name.Text]; isMember {
		c.standInMember(p)
		return
	}
	if !c.freeName(c.system, p.Name) {
		return
	}
	t := c.typeRef(c.system, p.Type)
	if t.bad { // a value or a class: nobody knows
		c.system.consts[p.Name.Text], c.system.classes[p.Name.Text] = badVal, nil
		return
	}
	c.system.params[p.Name.Text] = p.Name.Span
	c.declares(c.system, ParamSymbol, "", p.Name, t)
	v := &ir.Var{Name: p.Name.Text, Type: t.Type}
	c.system.consts[p.Name.Text] = val{e: &ir.Ref{Node: ir.Node{T: t.Type, P: pos(c.system, p.Span)}, Var: v}, t: t}
}
