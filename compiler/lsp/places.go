package lsp

import (
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"go.lsp.dev/protocol"

	"github.com/tune-autonomic/tune/compiler/bundle"
	"github.com/tune-autonomic/tune/compiler/check"
	"github.com/tune-autonomic/tune/lang"
)

// byPlace offers what the words before the cursor call for by themselves, and says whether they do.
func (o *offers) byPlace() bool {
	c := o.c
	switch first, last := c.first(), c.back(1); {
	case (first == "system" || first == "module") && len(c.line) == 1:
		o.nameOfFile()
	case last == "->":
		o.states()
	case first == "policy" && (last == "(" || last == "," || last == ":") && o.inPolicyHead():
	case last == "." && (c.back(3) == "emit" || c.back(3) == "on" && (first == "policy" || first == "use")):
		o.eventsOf(c.back(2), c.back(3) == "emit")
	case last == "." && first == "use":
		o.policiesOf(c.back(2))
	case last == "." && (c.wantsType(c.line[:max(0, len(c.line)-2)]) || first == "param" && c.back(3) == "of"):
		o.words(protocol.CompletionItemKindProperty, "vms")
	case last == "." && o.functionsOf(c.back(2)):
	case last == "." && (c.back(3) == "." && o.isRoleGiven(c.back(2)) || o.boundToRole(c.back(2))):
		o.behindRole()
	case last == "." && first == "link":
		o.roles()
	case last == "use" && len(c.line) == 1:
		o.modules()
	case c.wantsType(c.line):
		o.types()
	case last == "of" && first == "param":
		o.classes("hosts", "vm", "component")
	case last == "=" && first == "param" && slices.Contains(c.line, "of"):
		o.memberGiven()
	case last == "on" && (first == "policy" || first == "use"):
		o.events(false)
	case last == "on" && (c.block() == "" && first == "vm" || first == "require"):
		o.classes("hosts")
	case last == "on" && c.block() == "" && first == "component":
		o.classes("hosts", "vm")
	case last == "on" && c.block() == "" && first == "probe", first == "link" && (last == "link" || last == "]"):
		o.classes("hosts", "vm", "component")
	case last == "emit":
		o.events(true)
	case c.wantsTime():
		o.words(protocol.CompletionItemKindValue, "1s", "10s", "1min", "5min", "1h")
		o.durations()
	case c.wantsBounds():
		o.words(protocol.CompletionItemKindValue, "[1]", "[0..1]", "[1..*]", "[*]")
	case last == "import":
		for _, m := range libraryModules() {
			o.add(`"std/`+m+`"`, "the library", "", protocol.CompletionItemKindModule)
		}
	case last == "(" && c.back(2) == "silent" && first == "event":
		for i, w := range c.line {
			if w == ":" {
				o.add(c.line[i-1], "", "", protocol.CompletionItemKindVariable)
			}
		}
	case last == "when" && first == "event":
		o.words(protocol.CompletionItemKindKeyword, "silent")
		return false
	case first == "probe" && last == "=" && c.block() == "":
		o.measured("")
	case first == "probe" && last == ".":
		o.measured(c.back(2) + ".")
	case first == "migrate" && slices.Contains(c.line, "to") && endsOperand(last) && c.inSteps():
		o.words(protocol.CompletionItemKindKeyword, "undoable", "within")
		return false
	case last == "by" && first == "require" && len(c.line) > 6:
		o.attrsOf(c.back(2))
	case first == "op" && last == "=":
		o.snippet("exec", "a command on the machine", `exec("${1:command}")`)
		o.snippet("template", "a file made of a template", `template("${1:file.tmpl}", to: "${2:file}")`)
	case first == "op" && last == "," && slices.Contains(c.line, "template"):
		o.argument("to", "where the file goes")
	case first == "ready" && last == "=":
		o.snippet("port", "ready once this port answers", "port(${1:"+o.portHere()+"})")
	case last == "(" && first == "ready":
		o.attrsOf(o.declared())
	case last == "across", last == "per" && first == "budget":
		o.classes("hosts")
		return last == "across"
	case last == "in" && first == "test":
		o.scenarios()
	case last == "require":
		o.words(protocol.CompletionItemKindKeyword, bundle.RequireCapacity, bundle.RequireApart, bundle.RequireSpread)
	case last == "(" && first == "require" && c.back(2) == bundle.RequireCapacity:
		o.words(protocol.CompletionItemKindKeyword, "memory", "cpu")
	case last == "(" && first == "require":
		o.classes("vm", "component")
	case last == "of" && first == "require":
		o.classes("component")
	case last == "budget" && len(c.line) == 1:
		o.budgets()
	case first == "budget" && len(c.line) == 2:
		o.words(protocol.CompletionItemKindKeyword, "migration", "migrations")
	case last == "probe" && (first == "pause" || first == "resume"):
		o.metrics()
	case first == "use" && (last == "(" || last == ","):
		o.params(c.line)
	case first == "use" && last == ":":
		o.given(c.line)
	case c.block() == "test" && slices.Contains(c.line, "expect"):
		return o.inExpectation()
	case c.block() == "scenario", c.block() == "test":
		return o.inScenario()
	case c.block() == "hosts" || c.block() == "vm":
		return o.inFields()
	default:
		return false
	}
	return true
}

// endsOperand says whether an operand may end with a word: behind it, the line goes on.
func endsOperand(word string) bool {
	return word == ")" || !lang.Reserved(word) && strings.IndexFunc(word, unicode.IsLetter) == 0
}

// wantsType says whether a type is to follow behind some words that begin the line.
func (c *cursor) wantsType(words []string) bool {
	n := len(words)
	if n > 1 && words[n-1] == "[" {
		n--
	}
	if n < 2 || words[n-1] != ":" {
		return false
	}
	switch c.first() {
	case "attr", "probe", "param", "event", "func", "op", "policy", "let", "var":
	default:
		return false
	}
	return !slices.ContainsFunc(words, func(w string) bool { return w == "=" || w == "when" || w == "where" })
}

// wantsTime says whether a length of time, or a time, is to follow.
func (c *cursor) wantsTime() bool {
	first, block := c.first(), c.block()
	switch c.back(1) {
	case "over", "within", "cooldown", "stale":
		return true
	case "every":
		return first == "event" || first == "probe"
	case "per":
		return first == "budget" && len(c.line) == 4
	case "for":
		return first == "event" || first == "at" && block != "policy"
	case "at", "until":
		return (block == "scenario" || block == "test") && len(c.line) < 3 || c.back(1) == "until" && first != "wait"
	}
	return false
}

// wantsBounds says whether how many there may be is to follow.
func (c *cursor) wantsBounds() bool {
	switch c.first() {
	case "component":
		return len(c.line) == 4 && c.back(2) == "on"
	case "link":
		return len(c.line) == 4 && c.back(2) == "." || c.back(1) == "--"
	}
	return false
}

// measured offers what the simulator measures of the class of a probe, behind what is written of it.
func (o *offers) measured(written string) {
	c := o.c
	kind := bundle.Host
	for i, w := range c.line {
		for _, d := range o.file.Decls {
			if class, is := d.(*lang.Component); is && w == "on" && i+1 < len(c.line) && class.Name.Text == c.line[i+1] {
				kind = bundle.Component
			}
		}
	}
	for _, what := range check.Measured(kind) {
		if rest, goesOn := strings.CutPrefix(what, written); goesOn {
			o.add(rest, "", "", protocol.CompletionItemKindValue)
		}
	}
}

func (o *offers) inScenario() bool {
	c := o.c
	switch first, last := c.first(), c.back(1); {
	case last == "of" && (first == "clients" || first == "requests"), last == "work" && len(c.line) == 1:
		o.classes("component")
	case last == "load" && len(c.line) == 1:
		o.classes("vm")
	case last == "," && slices.Contains([]string{"clients", "requests", "load"}, first) && !slices.Contains(c.line, "("):
		o.words(protocol.CompletionItemKindKeyword, "to")
	case first == "at" && slices.Contains(c.line, "emit") && (last == "(" || last == "," || last == ":"):
		o.inEmitAt()
	case first == "at" && (last == "deploy" || last == "shutdown"):
		o.words(protocol.CompletionItemKindKeyword, "all")
		o.classes("vm", "component")
	case first == "at" && last == "," && (slices.Contains(c.line, "deploy") || slices.Contains(c.line, "shutdown")):
		o.classes("vm", "component")
	case last == "set" && len(c.line) == 1:
		for _, f := range fieldsOf("set") {
			o.add(f.of, "", f.text, protocol.CompletionItemKindConstant)
		}
	case last == "fidelity":
		o.words(protocol.CompletionItemKindKeyword, "cloudsim")
	case last == "crash":
		o.machines()
		o.classes("hosts")
	case last == "of" && (c.back(3) == "fail" || c.back(3) == "stall"):
		o.classes("vm")
	case last == "of" && first == "at":
		o.machines()
		o.classes("hosts", "vm", "component")
	case last == "from" && first == "load":
		o.snippet("trace", "a day of PlanetLab, or a file", `trace("${1:planetlab/20110303}")`)
	case last == "from" && first == "requests":
		o.snippet("counts", "recorded requests", `counts("${1:worldcup98}", from: "${2:1998-07-12}", scale: ${3:1})`)
	case (last == "," || last == "(") && slices.Contains(c.line, "counts"):
		o.words(protocol.CompletionItemKindVariable, "from:", "scale:")
	case last == "approve", last == "refuse", last == "clear":
		o.policies()
	case last == "pause" && first == "at", last == "resume" && first == "at":
		o.words(protocol.CompletionItemKindKeyword, "all")
		o.policies()
		return last == "pause"
	case last == "ignore", last == "resume":
		o.machines()
		o.classes("hosts", "vm", "component")
	case last == "pin": // a host is where it is
		o.classes("vm", "component")
	case last == "maintain":
		o.machines()
		o.classes("hosts")
	case last == "fail", last == "stall":
		o.words(protocol.CompletionItemKindKeyword, "migration")
	case last == "silence", last == "lie":
		o.metrics()
	default:
		return false
	}
	return true
}

func (o *offers) inFields() bool {
	c := o.c
	switch {
	case len(c.line) == 0:
		for _, f := range fieldsOf(c.block()) {
			o.add(f.of, "", f.text, protocol.CompletionItemKindProperty)
		}
	case c.first() == "place" && len(c.line) == 2:
		o.words(protocol.CompletionItemKindValue, "pack", "spread", "by_power")
		o.functions()
	case c.first() == "nodes" && len(c.line) == 2:
		o.snippet(`["node1", "node2"]`, "the names of the hosts", `["${1:node1}", "${2:node2}"]`)
		return true
	case c.first() == "watts" && len(c.line) == 2:
		o.snippet("[93.7, 135]", "the power with no load, and with full load", "[${1:93.7}, ${2:135}]")
		return true
	case c.first() == "driver" && len(c.line) == 2:
		o.words(protocol.CompletionItemKindValue, `"sim"`)
		return true
	}
	return false
}

// declared is the name of the class in whose block the cursor is.
func (o *offers) declared() string {
	for _, d := range o.file.Decls {
		if c, is := d.(*lang.Component); is && c.Span.Start == o.c.decl.Start {
			return c.Name.Text
		}
	}
	return ""
}

// portHere is the first whole number among the attributes of the software in whose block the cursor is, or "port".
func (o *offers) portHere() string {
	for _, d := range o.file.Decls {
		c, is := d.(*lang.Component)
		if !is || c.Span.Start != o.c.decl.Start {
			continue
		}
		for _, a := range c.Attrs {
			if typeText(a.Type) == "int" {
				return a.Name.Text
			}
		}
	}
	return "port"
}

// attrsOf offers the attributes of a class.
func (o *offers) attrsOf(class string) { o.membersNamed("attr", class) }

func (o *offers) states() {
	p := o.policy()
	if p == nil {
		return
	}
	for _, st := range p.States {
		o.add(st.Name.Text, "state of "+p.Name.Text, "", protocol.CompletionItemKindEnumMember)
	}
}

// policy is the one that the cursor is in, nil outside of all.
func (o *offers) policy() *lang.Policy {
	for _, d := range o.file.Decls {
		if p, is := d.(*lang.Policy); is && p.Span.Start == o.c.decl.Start {
			return p
		}
	}
	return nil
}

func (o *offers) types() {
	o.words(protocol.CompletionItemKindKeyword, "percent", "duration", "bytes", "rate", "int", "float", "bool", "string", "secret")
	if o.c.first() == "param" {
		o.words(protocol.CompletionItemKindKeyword, "hosts", "vm", "component", "probe", "attr", "role", "op", "func")
	}
	o.classes("hosts", "vm", "component")
}

// classes offers the classes of some kinds; in a module these are its parameters.
func (o *offers) classes(kinds ...string) {
	for _, kind := range kinds {
		for _, d := range o.file.Decls {
			name, is := classOf(d)
			if is == kind {
				_, doc := declaration(o.c.doc, name.Span)
				o.add(name.Text, kind, doc, protocol.CompletionItemKindClass)
			}
		}
	}
}

// classOf is the name that a declaration gives to a class, or to whatever stands for one in a module, and the kind of it.
func classOf(d lang.Decl) (name lang.Name, kind string) {
	switch d := d.(type) {
	case *lang.Hosts:
		return d.Name, "hosts"
	case *lang.VM:
		return d.Name, "vm"
	case *lang.Component:
		return d.Name, "component"
	case *lang.ModuleParam:
		return d.Name, typeText(d.Type)
	}
	return lang.Name{}, ""
}

// kindOf is the kind of a class, "" if there is none of that name.
func (o *offers) kindOf(class string) string {
	for _, d := range o.file.Decls {
		if name, kind := classOf(d); kind != "" && name.Text == class {
			return kind
		}
	}
	return ""
}

func (o *offers) scenarios() {
	for _, d := range o.file.Decls {
		if sc, is := d.(*lang.Scenario); is {
			o.add(sc.Name.Text, "scenario", "", protocol.CompletionItemKindModule)
		}
	}
}

func (o *offers) metrics() {
	for _, d := range o.file.Decls {
		if p, is := d.(*lang.Probe); is {
			o.add(p.Name.Text, typeText(p.Type)+" of "+p.On.Text, "", protocol.CompletionItemKindField)
		}
	}
}

func (o *offers) machines() {
	for _, d := range o.file.Decls {
		if h, is := d.(*lang.Hosts); is {
			o.nodes(h)
		}
	}
}

// mostHosts is how many hosts of an inventory are offered.
const mostHosts = 200

// inventory offers the hosts of a family that a file lists.
func (o *offers) inventory(h *lang.Hosts, file string) {
	dir, _ := place(o.c.doc.path)
	text, err := readBounded(filepath.Join(dir, filepath.FromSlash(file)))
	if err != nil {
		return
	}
	for _, name := range check.NamesIn(string(text), mostHosts) {
		if !canBeName(name) {
			name = strconv.Quote(name)
		}
		o.add(name, h.Name.Text, "", protocol.CompletionItemKindValue)
	}
}

// nodes offers the hosts of a family.
func (o *offers) nodes(h *lang.Hosts) {
	for _, f := range h.Fields {
		if file, isText := f.Value.(*lang.String); isText && f.Name.Text == "inventory" {
			o.inventory(h, file.Value)
		}
		list, isList := f.Value.(*lang.List)
		if !isList || f.Name.Text != "nodes" {
			continue
		}
		for _, e := range list.Elems {
			if name, isText := e.(*lang.String); isText {
				o.add(name.Value, h.Name.Text, "", protocol.CompletionItemKindValue)
			}
		}
	}
}

// roles offers names for an end of a link, after the classes that it may lead to.
func (o *offers) roles() {
	own := o.c.back(2)
	to := o.c.line[1] // the right end leads to the left one
	for _, d := range o.file.Decls {
		name, kind := classOf(d)
		if kind == "" || len(o.c.line) == 3 && name.Text == own || len(o.c.line) > 3 && name.Text != to {
			continue
		}
		role := strings.ToLower(name.Text)
		o.add(role, "a "+name.Text, "", protocol.CompletionItemKindReference)
		o.add(role+"s", "several "+name.Text, "", protocol.CompletionItemKindReference)
	}
}

// budgets offers what may be bounded, of the first family of hosts.
func (o *offers) budgets() {
	for _, d := range o.file.Decls {
		h, is := d.(*lang.Hosts)
		if !is {
			continue
		}
		name := h.Name.Text
		o.snippet("1 migration at a time", "", "${1:1} migration at a time across ${2:"+name+"}")
		o.snippet("4 migrations per 10min", "", "${1:4} migrations per ${2:10min} per ${3:"+name+"} host")
		return
	}
}

// policies offers those of the system, and those of modules that it uses.
func (o *offers) policies() {
	for _, d := range o.file.Decls {
		switch d := d.(type) {
		case *lang.Policy:
			o.add(d.Name.Text, "policy", d.Doc, protocol.CompletionItemKindStruct)
		case *lang.Use:
			for _, name := range o.policiesUsed(d) {
				o.add(d.Module.Text+"."+name, "policy that is used", "", protocol.CompletionItemKindStruct)
			}
		}
	}
}

// policiesUsed are the names of the policies that a use takes.
func (o *offers) policiesUsed(d *lang.Use) []string {
	if d.Policy.Text != "" {
		return []string{d.Policy.Text}
	}
	var names []string
	for _, f := range o.importedFiles() {
		for _, decl := range f.Decls {
			if p, is := decl.(*lang.Policy); is && f.Name.Text == d.Module.Text {
				names = append(names, p.Name.Text)
			}
		}
	}
	return names
}
