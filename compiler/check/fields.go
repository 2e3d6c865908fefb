package check

import (
	"math"
	"strconv"
	"strings"

	"github.com/tune-autonomic/tune/compiler/bundle"
	"github.com/tune-autonomic/tune/compiler/finding"
	"github.com/tune-autonomic/tune/compiler/ir"
	"github.com/tune-autonomic/tune/lang"
)

type findingCode = finding.Code

// Sizes that a machine has if it doesn't say otherwise.
const (
	defaultCores      = 1
	defaultMips       = 1000
	defaultHostMemory = 4 << 30
	defaultVMMemory   = 512 << 20
	maxInstances      = 1_000_000
)

var (
	hostFields = []string{"driver", "nodes", "cores", "mips", "memory", "inventory", "watts"}
	vmFields   = []string{"count", "vcpus", "mips", "memory", "image", "place", "inventory"}
)

// fieldsByName reports unknown and doubled fields, and gives the rest by name.
func (c *checker) fieldsByName(fields []*lang.Field, known []string, where string) map[string]*lang.Field {
	byName := map[string]*lang.Field{}
	for _, f := range fields {
		if !c.oneOf(f.Name, "TUNE0213", where, known...) {
			continue
		}
		if byName[f.Name.Text] != nil {
			c.reportf("TUNE0204", c.system, f.Name.Span, "%s is given twice", f.Name.Text)
			continue
		}
		byName[f.Name.Text] = f
	}
	return byName
}

// number is the value of a field, or the default.
func (c *checker) fieldNumber(f *lang.Field, want typ, def float64) float64 {
	if f == nil {
		return def
	}
	v, ok := c.constant(c.system, f.Value, want, f.Name.Text)
	if !ok {
		return def
	}
	if v <= 0 || math.IsInf(v, 0) {
		c.report("TUNE0214", c.system, f.Value.Pos(), f.Name.Text+" must be more than 0", "")
		return def
	}
	return v
}

// fieldText is the text of a field, or "".
func (c *checker) fieldText(f *lang.Field) string {
	if f == nil {
		return ""
	}
	return c.constText(f.Value, f.Name.Text)
}

// constText is a text literal without holes.
func (c *checker) constText(e lang.Expr, what string) string {
	switch s := e.(type) {
	case *lang.String:
		if len(s.Holes) > 0 {
			c.report("TUNE0214", c.system, s.Span, what+" must be a constant", "nothing is filled in here")
		}
		return s.Value
	case *lang.Bad, nil:
		return ""
	}
	c.report("TUNE0205", c.system, e.Pos(), what+" is a text", `write it in quotes: "…"`)
	return ""
}

func (c *checker) fillHosts(cl *class, d *lang.Hosts) {
	fields := c.fieldsByName(d.Fields, hostFields, "hosts")
	t := cl.table
	t.Driver = c.fieldText(fields["driver"])
	if t.Driver == "" {
		t.Driver = "sim"
	}
	cores := c.fieldNumber(fields["cores"], intT, defaultCores)
	mips := c.fieldNumber(fields["mips"], floatT, defaultMips)
	memory := c.fieldNumber(fields["memory"], base(bundle.Bytes), defaultHostMemory)
	sizes := map[string][]float64{"cores": {cores}, "mips": {mips}, "memory": {memory}}
	if f := fields["watts"]; f != nil {
		if curve := c.numberList(f); curve != nil {
			t.Watts = [][]float64{curve}
		}
	}
	if f := fields["nodes"]; f != nil {
		t.Names = c.nameList(f)
	}
	if f := fields["inventory"]; f != nil {
		c.conflict(fields, "inventory", "nodes", "cores", "mips", "memory", "watts")
		c.readInventory(cl, f, sizes)
	}
	if fields["nodes"] == nil && fields["inventory"] == nil {
		c.report("TUNE0213", c.system, d.Name.Span, "the hosts "+cl.name+" are not listed",
			`say nodes = ["a", "b"], or inventory = "hosts.csv"`)
	}
	sizes["capacity"] = products(sizes["cores"], sizes["mips"])
	c.standard(cl, sizes, "cores", intT, "mips", floatT, "memory", base(bundle.Bytes), "capacity", floatT)
	n := int32(len(t.Names))
	t.Min, t.Max, t.Initial = n, n, n
	for i, name := range t.Names {
		if _, taken := c.hosts[name]; !taken {
			c.hosts[name] = instance{class: cl, index: int32(i)}
		}
	}
	c.ownAttrs(cl, d.Attrs)
}

// conflict reports fields that an inventory gives already.
func (c *checker) conflict(fields map[string]*lang.Field, with string, others ...string) {
	for _, o := range others {
		if f := fields[o]; f != nil {
			c.reportf("TUNE0204", c.system, f.Name.Span, "%s is given by the %s as well", o, with)
		}
	}
}

func (c *checker) fillVM(cl *class, d *lang.VM) {
	fields := c.fieldsByName(d.Fields, vmFields, "vm")
	t := cl.table
	t.Image = c.fieldText(fields["image"])
	sizes := map[string][]float64{
		"vcpus":  {c.fieldNumber(fields["vcpus"], intT, 1)},
		"mips":   {c.fieldNumber(fields["mips"], floatT, defaultMips)},
		"memory": {c.fieldNumber(fields["memory"], base(bundle.Bytes), defaultVMMemory)},
	}
	count := 1.0
	if f := fields["inventory"]; f != nil {
		c.conflict(fields, "inventory", "vcpus", "mips", "memory")
		c.readInventory(cl, f, sizes)
		count = max(1, float64(t.Sizes))
	}
	count = c.fieldNumber(fields["count"], intT, count)
	if count > maxInstances {
		c.report("TUNE0217", c.system, fields["count"].Value.Pos(), "there can be at most a million", "")
		count = 1
	}
	t.Initial = int32(count)
	if int(t.Initial) != len(t.Names) {
		t.Names = nil // rows are sizes that the machines share, not machines
	}
	c.standard(cl, sizes, "vcpus", intT, "mips", floatT, "memory", base(bundle.Bytes))
	c.ownAttrs(cl, d.Attrs)
	if f := fields["place"]; f != nil {
		c.placeField(cl, f)
	}
}

// standard gives a class the attributes that its kind always has.
func (c *checker) standard(cl *class, sizes map[string][]float64, namesAndTypes ...any) {
	for i := 0; i < len(namesAndTypes); i += 2 {
		name, t := namesAndTypes[i].(string), namesAndTypes[i+1].(typ)
		cl.members[name] = member{attr: &attr{index: len(cl.table.Attrs), t: t}, known: t}
		cl.table.Attrs = append(cl.table.Attrs, bundle.Attr{Name: name, Type: t.Type, Values: sizes[name]})
	}
}

// products multiplies cores and speeds; one value stands for every row.
func products(a, b []float64) []float64 {
	out := make([]float64, max(len(a), len(b)))
	for i := range out {
		out[i] = float64(a[min(i, len(a)-1)] * b[min(i, len(b)-1)])
	}
	return out
}

// ownAttrs gives a class the attributes that the program declares.
func (c *checker) ownAttrs(cl *class, attrs []*lang.Attr) {
	for _, a := range attrs {
		t := c.typeRef(c.system, a.Type)
		if t.bad || !c.add(cl, a.Name, member{attr: &attr{index: len(cl.table.Attrs), t: t}, known: t}) {
			continue
		}
		entry := bundle.Attr{Name: a.Name.Text, Type: t.Type}
		switch {
		case t.inst() || t.set() || t.opt:
			c.report("TUNE0205", c.system, a.Type.Span, "an attribute is a number, a bool or a text", "for other machines, declare a link")
		case t.Base == bundle.Text_ || t.Base == bundle.Secret:
			if a.Default != nil {
				entry.Texts = []string{c.constText(a.Default, a.Name.Text)}
			}
		case a.Default == nil:
			c.report("TUNE0214", c.system, a.Span, "attribute "+a.Name.Text+" has no value", "add one: attr "+a.Name.Text+": … = …")
		default:
			v, _ := c.constant(c.system, a.Default, t, a.Name.Text)
			entry.Values = []float64{v}
		}
		cl.table.Attrs = append(cl.table.Attrs, entry)
	}
}

func (c *checker) numberList(f *lang.Field) []float64 {
	list, ok := f.Value.(*lang.List)
	if !ok || len(list.Elems) < 2 {
		c.report("TUNE0205", c.system, f.Value.Pos(), f.Name.Text+" is a list of at least two numbers", "at equal steps of load from 0 to 100 %")
		return nil
	}
	out := make([]float64, 0, len(list.Elems))
	for _, e := range list.Elems {
		v, ok := c.constant(c.system, e, floatT, f.Name.Text)
		if !ok {
			return nil
		}
		out = append(out, v)
	}
	return out
}

// nameList is a list of different names.
func (c *checker) nameList(f *lang.Field) []string {
	list, ok := f.Value.(*lang.List)
	if !ok || len(list.Elems) == 0 {
		c.report("TUNE0205", c.system, f.Value.Pos(), f.Name.Text+" is a list of names", `write ["a", "b"]`)
		return nil
	}
	seen := map[string]bool{}
	var names []string
	for _, e := range list.Elems {
		name := c.constText(e, "a name")
		if seen[name] {
			c.reportf("TUNE0204", c.system, e.Pos(), "%s is listed twice", name)
		}
		seen[name] = true
		names = append(names, name)
	}
	return names
}

// fillComponent reads a component's bounds and attributes.
func (c *checker) fillComponent(cl *class, d *lang.Component) {
	t := cl.table
	t.Stateful = d.Stateful
	t.Min, t.Max, t.Initial = 1, 1, 1
	if c.checkBounds(d.Bounds) {
		t.Min, t.Max = int32(d.Bounds.Min), int32(d.Bounds.Max)
	}
	t.Initial = t.Min
	if d.Initially >= 0 {
		t.Initial = int32(min(d.Initially, maxInstances))
		if d.Initially < int(t.Min) || t.Max >= 0 && d.Initially > int(t.Max) {
			c.reportf("TUNE0217", c.system, d.Bounds.Span, "initially %d is outside of the bounds", d.Initially)
		}
	}
	c.ownAttrs(cl, d.Attrs)
}

// fillOps reads a component's operations and readiness; their texts may name roles and attributes.
func (c *checker) fillOps(cl *class, d *lang.Component) {
	for _, op := range d.Ops {
		if _, taken := cl.ops[op.Name.Text]; taken {
			c.reportf("TUNE0204", c.system, op.Name.Span, "%s already has an operation %s", cl.name, op.Name.Text)
			continue
		}
		cl.ops[op.Name.Text] = int32(len(cl.table.Ops))
		cl.opDecls = append(cl.opDecls, op)
		cl.table.Ops = append(cl.table.Ops, c.op(cl, op))
	}
	if d.Ready != nil {
		c.ready(cl, d.Ready)
	}
}

// ready reads `ready = port(attr)`.
func (c *checker) ready(cl *class, e lang.Expr) {
	call, ok := e.(*lang.Call)
	if !ok || call.Func.Text != "port" || len(call.Args) != 1 {
		if _, bad := e.(*lang.Bad); !bad {
			c.report("TUNE0207", c.system, e.Pos(), "readiness is told by a port that answers", "write ready = port(ATTRIBUTE)")
		}
		return
	}
	id, ok := call.Args[0].Value.(*lang.Ident)
	if !ok {
		c.report("TUNE0207", c.system, call.Args[0].Span, "port takes an attribute's name", "")
		return
	}
	m, known := cl.members[id.Text]
	if !known || m.attr == nil {
		c.report("TUNE0203", c.system, id.Name.Span, cl.name+" has no attribute "+id.Text, near(id.Text, sortedKeys(cl.members)))
		return
	}
	if m.known.Base != bundle.Int {
		c.report("TUNE0205", c.system, id.Name.Span, "a port is an int, not "+c.aType(m.known), "")
		return
	}
	cl.table.ReadyPort = int32(m.attr.index)
}

// op reads an operation: the command's arguments are split here, before anything is filled in, so that no value can
// become more than one argument.
func (c *checker) op(cl *class, d *lang.Op) bundle.Op {
	op := bundle.Op{Name: d.Name.Text, Interrupts: d.Interrupts, UnlessDrained: d.UnlessDrained}
	names := map[string]bool{"dir": true, "name": true, "host": true, "vm": true}
	for _, p := range d.Params {
		names[p.Name.Text] = true
		op.Params = append(op.Params, c.typeRef(c.system, p.Type).Type)
	}
	call, ok := d.Body.(*lang.Call)
	if !ok {
		if _, bad := d.Body.(*lang.Bad); !bad {
			c.report("TUNE0207", c.system, d.Span, "an operation is exec(…) or template(…)", "")
		}
		return op
	}
	switch {
	case call.Func.Text == "exec" && len(call.Args) == 1:
		op.Exec = c.command(cl, names, call.Args[0].Value)
	case call.Func.Text == "template" && len(call.Args) == 2 && call.Args[1].Name.Text == "to":
		op.Template = c.opText(cl, names, call.Args[0].Value)
		op.To = c.opText(cl, names, call.Args[1].Value)
	case call.Func.Text == "exec":
		c.report("TUNE0207", c.system, call.Span, "exec takes one text: the command", "")
	case call.Func.Text == "template":
		c.report("TUNE0207", c.system, call.Span, "template takes a file and what it becomes", `write template("a.tmpl", to: "a.conf")`)
	default:
		c.report("TUNE0208", c.system, call.Func.Span, "an operation is exec(…) or template(…), not "+call.Func.Text, near(call.Func.Text, []string{"exec", "template"}))
	}
	return op
}

// opText is a text with its holes kept as {…}.
func (c *checker) opText(cl *class, names map[string]bool, e lang.Expr) string {
	return strings.Join(c.opParts(cl, names, e), "")
}

// opParts are the pieces of a text: each hole is one piece.
func (c *checker) opParts(cl *class, names map[string]bool, e lang.Expr) []string {
	s, ok := e.(*lang.String)
	if !ok {
		if _, bad := e.(*lang.Bad); !bad {
			c.report("TUNE0205", c.system, e.Pos(), "this is a text", `write it in quotes: "…"`)
		}
		return nil
	}
	if len(s.Holes) == 0 {
		return []string{s.Value}
	}
	var parts []string
	for _, h := range s.Holes {
		c.opHole(cl, names, h.X)
		parts = append(parts, h.Before, "{"+lang.Print(h.X)+"}")
	}
	return append(parts, s.Tail)
}

// opHole reports a hole that names nothing the component has.
func (c *checker) opHole(cl *class, names map[string]bool, e lang.Expr) {
	root := e
	for {
		s, isSelect := root.(*lang.Select)
		if !isSelect {
			break
		}
		root = s.X
	}
	id, ok := root.(*lang.Ident)
	if !ok {
		if _, bad := root.(*lang.Bad); !bad {
			c.report("TUNE0207", c.system, e.Pos(), "only names can be filled in here", "")
		}
		return
	}
	if _, isMember := cl.members[id.Text]; isMember || names[id.Text] {
		return
	}
	c.report("TUNE0203", c.system, id.Name.Span, cl.name+" has nothing called "+id.Text, near(id.Text, append(cl.memberNames(), sortedKeys(names)...)))
}

// command splits a command into its arguments at blanks; quotes keep blanks together.
func (c *checker) command(cl *class, names map[string]bool, e lang.Expr) []string {
	var args []string
	var arg strings.Builder
	started, quoted := false, rune(0)
	end := func() {
		if started {
			args = append(args, arg.String())
		}
		arg.Reset()
		started = false
	}
	for i, part := range c.opParts(cl, names, e) {
		if i%2 == 1 { // a hole: never split
			arg.WriteString(part)
			started = true
			continue
		}
		for _, r := range part {
			switch {
			case quoted != 0 && r == quoted:
				quoted = 0
			case quoted != 0:
				arg.WriteRune(r)
			case r == '\'' || r == '"':
				quoted, started = r, true
			case r == ' ' || r == '\t' || r == '\n' || r == '\r':
				end()
			default:
				arg.WriteRune(r)
				started = true
			}
		}
	}
	end()
	if len(args) == 0 {
		if _, isText := e.(*lang.String); isText {
			c.report("TUNE0207", c.system, e.Pos(), "this command is empty", "")
		}
	}
	if quoted != 0 {
		c.report("TUNE0207", c.system, e.Pos(), "a quote in this command is never closed: "+strconv.QuoteRune(quoted), "")
	}
	return args
}

// typeRef resolves a type as written.
func (c *checker) typeRef(u *unit, r *lang.TypeRef) typ {
	if r == nil || r.Name.Text == "" {
		return typ{bad: true}
	}
	if b, isBase := baseNames[r.Name.Text]; isBase && !r.Set {
		t := base(b)
		t.opt = r.Optional
		return t
	}
	if cl, known := u.classes[r.Name.Text]; known {
		if cl == nil {
			return typ{bad: true}
		}
		t := instOf(cl)
		if r.Set {
			return t.asSet()
		}
		t.opt = r.Optional
		return t
	}
	if r.Set && baseNames[r.Name.Text] != bundle.Void {
		c.report("TUNE0202", u, r.Span, "sets hold instances, not numbers", "")
		return typ{bad: true}
	}
	c.report("TUNE0202", u, r.Name.Span, "there is no type "+r.Name.Text,
		near(r.Name.Text, append(sortedKeys(u.classes), sortedKeys(baseNames)...)))
	return typ{bad: true}
}

// placeRule is a placement written as an expression, to be checked when all names are known.
type placeRule struct {
	class *class
	expr  lang.Expr
}

var placeWords = map[string]bundle.Place{
	"spread": {Rule: bundle.Spread}, "pack": {Rule: bundle.Pack}, "by_power": {Rule: bundle.ByPower, Decreasing: true},
}

// placeField reads `place = pack`, or keeps the expression for later.
func (c *checker) placeField(cl *class, f *lang.Field) {
	if id, isWord := f.Value.(*lang.Ident); isWord {
		rule, known := placeWords[id.Text]
		if !known {
			c.report("TUNE0213", c.system, id.Name.Span, "there is no placement rule "+id.Text, nearOr(id.Text, sortedKeys(placeWords), "there are"))
			return
		}
		cl.table.Place = rule
		return
	}
	cl.table.Place = bundle.Place{Rule: bundle.PlaceCode}
	c.places = append(c.places, placeRule{class: cl, expr: f.Value})
}

// checkPlaces checks the placement rules that are expressions; `self` is the new machine.
func (c *checker) checkPlaces() {
	for _, p := range c.places {
		c.begin()
		self := &ir.Var{Name: "self", Type: instOf(p.class).Type}
		x := ctx{unit: c.system, mode: inPlan}.bind("self", self, instOf(p.class), lang.Span{})
		v := c.expr(x, p.expr)
		c.expect(x, v, instOf(p.class.on).missable(), p.expr, "a placement")
		c.program.Places = append(c.program.Places, ir.Place{Class: p.class.index, Self: self, Node: v.e})
	}
}
