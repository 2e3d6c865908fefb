package check

import (
	"cmp"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/tune-autonomic/tune/compiler/bundle"
	"github.com/tune-autonomic/tune/compiler/finding"
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

// fieldsByName reports unknown and doubled fields, and gives the rest by name.
func (c *checker) fieldsByName(fields []*lang.Field, known []string, where string) map[string]*lang.Field {
	byName := map[string]*lang.Field{}
	for _, f := range fields {
		if !c.oneOf(f.Name, "TUNE0213", where, known...) {
			if meant := nearest(f.Name.Text, known); meant != "" && byName[meant] == nil {
				byName[meant] = &lang.Field{Span: f.Span, Name: lang.Name{Text: meant, Span: f.Name.Span}, Value: f.Value}
			}
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

// mostOf is the largest size that is taken for meant: 1 PiB of memory, a million cores.
func mostOf(field string) float64 {
	switch field {
	case "memory":
		return 1 << 50
	case "count":
		return math.MaxInt32 // bounded by maxInstances
	case "mips":
		return 1e9
	}
	return 1e6
}

// sizeText is a size as it is written.
func sizeText(field string, v float64) string {
	if field == "memory" {
		return strconv.FormatFloat(v/(1<<30), 'f', -1, 64) + "GiB"
	}
	return strconv.FormatFloat(v, 'f', -1, 64)
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
		hint := ""
		if f.Name.Text == "count" {
			hint = "it is how many there may be: to begin with none, say initially = 0"
		}
		c.report("TUNE0214", c.system, f.Value.Pos(), f.Name.Text+" must be more than 0", hint)
		return def
	}
	if most := mostOf(f.Name.Text); v > most {
		c.report("TUNE0214", c.system, f.Value.Pos(), f.Name.Text+" is more than any machine has", "at most "+sizeText(f.Name.Text, most))
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
	c.quoteIt(e)
	return ""
}

func (c *checker) fillHosts(cl *class, d *lang.Hosts) map[string]*lang.Field {
	fields := c.fieldsByName(d.Fields, lang.HostFields, "hosts")
	t := cl.table
	t.Driver = c.fieldText(fields["driver"])
	if t.Driver == "" {
		t.Driver = "sim"
	}
	cores := c.fieldNumber(fields["cores"], intT, defaultCores)
	mips := c.fieldNumber(fields["mips"], floatT, defaultMips)
	memory := c.fieldNumber(fields["memory"], base(bundle.Bytes), defaultHostMemory)
	sizes := map[string][]float64{"cores": {cores}, "mips": {mips}, "memory": {memory}}
	attrs := c.listable(d.Attrs)
	if f := fields["nodes"]; f != nil {
		t.Names = c.nameList(f)
		c.lists(f.Value)
	}
	if f := fields["inventory"]; f != nil {
		c.conflict(fields, "inventory", "nodes", "cores", "mips", "memory", "watts")
		c.readInventory(cl, f, sizes, attrs)
	}
	if fields["nodes"] == nil && fields["inventory"] == nil && !c.system.lost.holed(d.Span) {
		c.report("TUNE0213", c.system, d.Name.Span, "the hosts "+cl.name+" are not listed",
			`say nodes = ["a", "b"], or inventory = "hosts.csv"`)
	}
	sizes["capacity"] = products(sizes["cores"], sizes["mips"])
	c.standard(cl, sizes, "cores", intT, "mips", floatT, "memory", base(bundle.Bytes), "capacity", floatT)
	c.fieldAttrs(cl, fields)
	n := int32(len(t.Names))
	t.Min, t.Max, t.Initial = n, n, n
	c.nameHosts(cl, fields)
	c.ownAttrs(cl, d.Attrs, attrs)
	f := cmp.Or(fields["nodes"], fields["inventory"])
	if f == nil || c.system.lost.holed(f.Span) || len(t.Names) == 0 || slices.Contains(t.Names, "") {
		c.system.lost.nameless["host"] = true
	}
	return fields
}

// fillWatts gives hosts the power curve that is written, if it is one. Their sizes are known all the same.
func (c *checker) fillWatts(cl *class, f *lang.Field) {
	if f == nil {
		return
	}
	if curve := c.numberList(f); curve != nil && c.risingWatts(f, curve) {
		cl.table.Watts = [][]float64{curve}
		return
	}
	cl.noCurve = true
}

// nameHosts enters the names of a family's hosts. One that another family has already is reported where it is listed.
func (c *checker) nameHosts(cl *class, fields map[string]*lang.Field) {
	cl.listed = whereListed(fields)
	for i, name := range cl.table.Names {
		if name == "" {
			continue // it can't be read
		}
		old, taken := c.hosts[name]
		if !taken {
			c.hosts[name] = instance{class: cl, index: int32(i)}
			continue
		}
		if old.class == cl || fields["inventory"] != nil && cl.table.Sizes == 0 {
			continue // told where the names were read
		}
		c.reportf("TUNE0204", c.system, cl.listed[min(i, len(cl.listed)-1)], "%s is one of %s already", name, old.class.name)
		c.relate(c.system, old.class.span, old.class.name+" is declared here")
		if fields["nodes"] == nil {
			return // a file has one place here: its first name stands for all
		}
	}
}

// whereListed is where the hosts of a family are listed: one place for all, if that is a file.
func whereListed(fields map[string]*lang.Field) (at []lang.Span) {
	if f := fields["inventory"]; f != nil {
		return []lang.Span{f.Value.Pos()}
	}
	if f := fields["nodes"]; f != nil {
		if list, isList := f.Value.(*lang.List); isList {
			for _, e := range list.Elems {
				at = append(at, e.Pos())
			}
		}
	}
	return at
}

// conflict reports fields that an inventory gives already.
func (c *checker) conflict(fields map[string]*lang.Field, with string, others ...string) {
	for _, o := range others {
		if f := fields[o]; f != nil {
			c.reportf("TUNE0204", c.system, f.Name.Span, "%s is given by the %s as well", o, with)
		}
	}
}

// sizesOf reads the fields of a class of machines, and what one of it has, whatever they stand on.
func (c *checker) sizesOf(d *lang.VM) (map[string]*lang.Field, map[string][]float64) {
	fields := c.fieldsByName(d.Fields, lang.VMFields, "vm")
	return fields, map[string][]float64{
		"vcpus":  {c.fieldNumber(fields["vcpus"], intT, 1)},
		"mips":   {c.fieldNumber(fields["mips"], floatT, defaultMips)},
		"memory": {c.fieldNumber(fields["memory"], base(bundle.Bytes), defaultVMMemory)},
	}
}

func (c *checker) fillVM(cl *class, d *lang.VM) map[string]*lang.Field {
	fields, sizes := c.sizesOf(d)
	t := cl.table
	t.Image = c.fieldText(fields["image"])
	attrs := c.listable(d.Attrs)
	count := 1.0
	if f := fields["inventory"]; f != nil {
		c.conflict(fields, "inventory", "vcpus", "mips", "memory")
		c.readInventory(cl, f, sizes, attrs)
		cl.listed = []lang.Span{f.Value.Pos()}
		count = max(1, float64(t.Sizes))
	}
	said := fields["count"]
	if said != nil {
		count = c.fieldNumber(said, intT, -1)
	} else if c.system.lost.holed(d.Span) {
		count = -1 // it may stand in what could not be read
	}
	wrong := count < 0
	if wrong {
		count = maxInstances // what else is said of the number may be right
	}
	if count > maxInstances {
		c.report("TUNE0217", c.system, said.Value.Pos(), "there can be at most a million", "")
		count = 1
	}
	t.Max = int32(count)
	if int(t.Max) != len(t.Names) {
		t.Names = nil // rows are sizes that the machines share, not machines
	}
	t.Initial = c.initially(fields["initially"], t.Max)
	if wrong && fields["initially"] == nil {
		t.Initial = 1
	}
	if t.Initial > t.Max { // which of both is wrong, nobody knows
		t.Max = -1
	}
	if cl.traced {
		t.Max = -1
	}
	c.standard(cl, sizes, "vcpus", intT, "mips", floatT, "memory", base(bundle.Bytes))
	c.fieldAttrs(cl, fields)
	c.ownAttrs(cl, d.Attrs, attrs)
	if f := fields["place"]; f != nil {
		c.placeField(cl, f)
	}
	return fields
}

// initially is how many machines a deployment makes of those that there may be: all of them, if nothing is said.
func (c *checker) initially(f *lang.Field, most int32) int32 {
	if f == nil {
		return most
	}
	v, ok := c.constant(c.system, f.Value, intT, f.Name.Text)
	if !ok {
		return most
	}
	if v < 0 || v > float64(most) {
		c.report("TUNE0217", c.system, f.Value.Pos(), "initially "+number(v)+" is outside of 0 to "+number(float64(most))+", the count", "")
		return max(0, int32(min(v, maxInstances)))
	}
	return int32(v)
}

// standard gives a class the attributes that its kind always has.
func (c *checker) standard(cl *class, sizes map[string][]float64, namesAndTypes ...any) {
	for i := 0; i < len(namesAndTypes); i += 2 {
		name, t := namesAndTypes[i].(string), namesAndTypes[i+1].(typ)
		cl.members[name] = member{attr: &attr{index: len(cl.table.Attrs), t: t}, known: t, standard: true}
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

// ownAttrs gives a class the attributes that the program declares. Where its inventory lists one, that is its value, and the
// declared one is for who has no inventory.
func (c *checker) ownAttrs(cl *class, attrs []*lang.Attr, inventory map[string]*listed) {
	for _, a := range attrs {
		t := c.typeRef(c.system, a.Type)
		if t.bad {
			c.halfKnown(cl, a.Name)
			continue
		}
		if c.textMisfits(a, t) {
			c.halfKnown(cl, a.Name)
			continue
		}
		if !c.add(cl, a.Name, member{attr: &attr{index: len(cl.table.Attrs), t: t}, known: t}) {
			continue
		}
		entry := bundle.Attr{Name: a.Name.Text, Type: t.Type}
		switch {
		case t.inst() || t.set() || t.opt:
			c.report("TUNE0205", c.system, a.Type.Span, "an attribute is a number, a bool or a text", "for other machines, declare a link")
		case t.Base == bundle.Text_ || t.Base == bundle.Secret:
			if a.Default != nil && t.Base == bundle.Secret {
				c.report("TUNE0230", c.system, a.Default.Pos(), "the secret "+a.Name.Text+" is written into the program, and would be in its bundle",
					"leave out its value: it is given where the program runs")
			} else if a.Default != nil {
				entry.Texts = []string{c.constText(a.Default, a.Name.Text)}
			}
			c.listTexts(&entry, inventory[a.Name.Text])
		case inventory[a.Name.Text] != nil && inventory[a.Name.Text].given:
			entry.Values = inventory[a.Name.Text].values
			if a.Default != nil {
				c.constant(c.system, a.Default, t, a.Name.Text)
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

// textMisfits reports an attribute whose value is a text and whose type is none, or the other way round: which of both is meant
// nobody knows.
func (c *checker) textMisfits(a *lang.Attr, t typ) bool {
	if t.Base == bundle.Secret || !t.Numeric() && t.Base != bundle.Bool && t.Base != bundle.Text_ {
		return false
	}
	switch e := a.Default.(type) {
	case *lang.String:
		if t.Base == bundle.Text_ {
			return false
		}
		hint := ""
		if isLiteral(e.Value) {
			hint = "write it without quotes: " + e.Value
		}
		c.report("TUNE0205", c.system, e.Span, a.Name.Text+" is "+c.aType(t)+", not a string", hint)
		if hint != "" {
			c.change(c.system, e.Span, e.Value)
		}
	case *lang.Number, *lang.Bool:
		if t.Base != bundle.Text_ {
			return false
		}
		c.constText(e, a.Name.Text)
	default:
		return false
	}
	return true
}

// isLiteral says whether a text would be one number or one bool without its quotes.
func isLiteral(text string) bool {
	tokens := lang.Tokens(text)
	return len(tokens) == 1 && (tokens[0].Kind == lang.TokenNumber || text == "true" || text == "false")
}

// listTexts takes over the texts that an inventory lists, and gives all texts their numbers.
func (c *checker) listTexts(entry *bundle.Attr, from *listed) {
	if entry.Type.Base == bundle.Secret {
		return
	}
	if from != nil && from.given {
		entry.Texts = from.texts
	}
	for _, text := range entry.Texts {
		entry.Values = append(entry.Values, c.textCode(text))
	}
}

// risingWatts reports a power curve that no machine has: negative, or falling with load.
func (c *checker) risingWatts(f *lang.Field, curve []float64) bool {
	for i, w := range curve {
		if w < 0 || i > 0 && w < curve[i-1] {
			c.report("TUNE0214", c.system, f.Value.(*lang.List).Elems[i].Pos(), "a machine draws no less than 0 W, and no less when it does more",
				"list the watts from no load to full load")
			return false
		}
	}
	return true
}

func (c *checker) numberList(f *lang.Field) []float64 {
	list, ok := f.Value.(*lang.List)
	if _, isBad := f.Value.(*lang.Bad); isBad {
		return nil
	}
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

// nameRule says what names of machines are made of: they stand in commands, in paths and in reports.
const nameRule = "a name is made of letters, digits and . _ -, and begins with a letter or a digit"

// plainName says whether a machine can be called so.
func plainName(name string) bool {
	for i, r := range name {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) && (i == 0 && r != '_' || !strings.ContainsRune("._-", r)) {
			return false
		}
	}
	return name != ""
}

// nameList is a list of different names.
func (c *checker) nameList(f *lang.Field) []string {
	list, ok := f.Value.(*lang.List)
	if _, isBad := f.Value.(*lang.Bad); isBad {
		return nil
	}
	if !ok || len(list.Elems) == 0 {
		c.report("TUNE0205", c.system, f.Value.Pos(), f.Name.Text+" is a list of names", `write ["a", "b"]`)
		return nil
	}
	seen := map[string]bool{}
	var names []string
	for _, e := range list.Elems {
		name := c.constText(e, "a name")
		if _, isText := e.(*lang.String); isText && !plainName(name) {
			c.report("TUNE0214", c.system, e.Pos(), "this can't be the name of a machine", nameRule)
		} else if seen[name] && name != "" {
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
	if cl.unsure = c.system.lost.unread(d.Span) || !c.checkBounds(d.Bounds); cl.unsure {
		t.Min, t.Max = 0, -1
	} else {
		t.Min, t.Max = int32(d.Bounds.Min), int32(d.Bounds.Max)
	}
	t.Initial = t.Min
	if d.Initially >= 0 {
		t.Initial = int32(min(d.Initially, maxInstances))
		if d.Initially < int(t.Min) || t.Max >= 0 && d.Initially > int(t.Max) {
			c.reportf("TUNE0217", c.system, d.Bounds.Span, "initially %d is outside of the bounds", d.Initially)
			t.Initial = t.Min
		}
	}
	c.ownAttrs(cl, d.Attrs, nil)
}
