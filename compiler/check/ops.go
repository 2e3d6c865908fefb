package check

import (
	"slices"
	"strconv"
	"strings"

	"github.com/tune-autonomic/tune/compiler/bundle"
	"github.com/tune-autonomic/tune/lang"
)

// fillOps reads a component's operations and readiness; their texts may name roles and attributes.
func (c *checker) fillOps(cl *class, d *lang.Component) {
	for _, op := range d.Ops {
		if _, taken := cl.ops[op.Name.Text]; taken {
			c.reportf("TUNE0204", c.system, op.Name.Span, "%s already has an operation %s", cl.name, op.Name.Text)
			c.relate(c.system, cl.opDecls[cl.ops[op.Name.Text]].Name.Span, "it is declared here")
			continue
		}
		cl.ops[op.Name.Text] = int32(len(cl.table.Ops))
		cl.opDecls = append(cl.opDecls, op)
		c.declares(c.system, OpSymbol, cl.name, op.Name, typ{bad: true})
		cl.table.Ops = append(cl.table.Ops, c.op(cl, op))
	}
	if d.Ready != nil {
		c.ready(cl, d.Ready)
	}
}

// reportUncalled warns of an operation that nothing calls and that has almost the name of one that a deployment calls.
func (c *checker) reportUncalled() {
	source := c.files.Main.Source
	unread := c.system.lost.names(source, lang.Span{End: len(source)})
	for _, cl := range c.classes {
		for _, d := range cl.opDecls {
			for _, own := range []string{"start", "stop"} {
				if _, has := cl.ops[own]; has || c.called[d] || slices.Contains(unread, d.Name.Text) || lang.Distance(d.Name.Text, own, 1) > 1 {
					continue
				}
				c.report("TUNE0316", c.system, d.Name.Span, "nothing calls operation "+d.Name.Text+", and "+cl.name+" has no "+own, "did you mean "+own+"?")
				c.change(c.system, d.Name.Span, own)
			}
		}
	}
}

// markDrains notes which operations drain. A policy's ways are followed by names, so a name drains everywhere or nowhere.
func (c *checker) markDrains() {
	first := map[string]*lang.Op{}
	for _, cl := range c.classes {
		for _, d := range cl.opDecls {
			name := d.Name.Text
			if old := first[name]; old != nil && (old.Drains != d.Drains || old.Undrains != d.Undrains) {
				c.report("TUNE0205", c.system, d.Name.Span, "operation "+name+" drains in one component, and does something else in another", "give them different names")
				c.relate(c.system, old.Name.Span, "the other one")
				continue
			}
			first[name] = d
			if d.Drains {
				c.drains[name] = true
			}
			if d.Undrains {
				c.undrains[name] = true
			}
		}
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
		c.report("TUNE0207", c.system, call.Args[0].Span, "port takes an attribute's name", "declare it, attr port: int = …, and write port(port)")
		return
	}
	m, known := cl.members[id.Text]
	if known && m.known.bad {
		return
	}
	if !known || m.attr == nil {
		c.unknownOf(cl.name, "TUNE0203", c.system, id.Name, cl.name+" has no attribute "+id.Text, sortedKeys(cl.members), "")
		return
	}
	c.refersMember(c.system, id.Name, m, cl)
	if m.known.Base != bundle.Int {
		c.report("TUNE0205", c.system, id.Name.Span, "a port is an int, not "+c.aType(m.known), "")
		return
	}
	cl.table.ReadyPort = int32(m.attr.index)
}

// op reads an operation: the command's arguments are split here, before anything is filled in, so that no value can
// become more than one argument.
func (c *checker) op(cl *class, d *lang.Op) bundle.Op {
	op := bundle.Op{
		Name: d.Name.Text, Interrupts: d.Interrupts, UnlessDrained: d.UnlessDrained, Drains: d.Drains, Undrains: d.Undrains,
		Weighs: d.Weighs,
	}
	names := everyThings(cl)
	for _, p := range d.Params {
		c.opParam(cl, names, p.Name)
		t := c.typeRef(c.system, p.Type)
		names[p.Name.Text] = filler{p.Name.Span, t}
		c.keeps(c.system, LocalSymbol, "", p.Name, t)
		c.givable(p.Type, t)
		op.Params = append(op.Params, bundle.Param{Name: p.Name.Text, Type: t.Type, MayLack: t.opt})
	}
	c.weighing(cl, d, bundle.Types(op.Params))
	call, ok := d.Body.(*lang.Call)
	if !ok {
		if _, bad := d.Body.(*lang.Bad); !bad {
			c.report("TUNE0207", c.system, d.Span, "an operation is exec(…) or template(…)", "")
			c.runIt(d.Body)
		}
		return op
	}
	switch {
	case call.Func.Text == "exec" && len(call.Args) == 1:
		op.Exec = c.command(cl, names, call.Args[0].Value)
	case call.Func.Text == "template" && len(call.Args) == 2 && call.Args[1].Name.Text == "to":
		op.Template = c.template(call.Args[0].Value)
		op.To = c.opText(cl, names, call.Args[1].Value)
	case call.Func.Text == "exec":
		c.report("TUNE0207", c.system, call.Span, "exec takes one text: the command", "")
	case call.Func.Text == "template":
		c.report("TUNE0207", c.system, call.Span, "template takes a file and what it becomes", `write template("a.tmpl", to: "a.conf")`)
	default:
		c.unknown("TUNE0208", c.system, call.Func, "an operation is exec(…) or template(…), not "+call.Func.Text, []string{"exec", "template"}, "")
	}
	return op
}

// runIt says of a text in the place of an operation that it is meant as a command.
func (c *checker) runIt(body lang.Expr) {
	if _, isText := body.(*lang.String); !isText || c.hushed {
		return
	}
	command := "exec(" + c.written(c.system, body.Pos()) + ")"
	c.findings[len(c.findings)-1].Hint = "write " + command
	c.change(c.system, body.Pos(), command)
}

// givable reports a type of which nothing can be given to an operation.
func (c *checker) givable(at *lang.TypeRef, t typ) {
	hint := ""
	switch {
	case t.bad || t.inst() || t.Numeric() || t.Base == bundle.Bool:
		return
	case t.set():
		hint = "call it for each, in a loop"
	case t.Base == bundle.Text_:
		hint = "write the text into the operation's own, where {ATTRIBUTE} brings in what each thing has"
	}
	c.report("TUNE0226", c.system, at.Span, "an operation is given things, numbers and bools, not "+c.aType(t), hint)
}

// opParam reports a parameter of an operation whose name means something in its text already.
func (c *checker) opParam(cl *class, names fillable, name lang.Name) {
	what := ""
	switch m, known := cl.members[name.Text]; {
	case known && m.attr != nil:
		what = "an attribute of " + cl.name
	case slices.Contains(filledIn, name.Text):
		what = "filled in for each thing"
	case slices.Contains(sortedKeys(names), name.Text):
		what = "a parameter already"
	default:
		return
	}
	c.report("TUNE0204", c.system, name.Span, "{"+name.Text+"} is "+what, "choose another name")
}

// opText is a text with its holes kept as {…}.
func (c *checker) opText(cl *class, names fillable, e lang.Expr) string {
	return strings.Join(c.opParts(cl, names, e, false), "")
}

// opParts are the pieces of a text: each hole is one piece.
func (c *checker) opParts(cl *class, names fillable, e lang.Expr, inCommand bool) []string {
	s, ok := e.(*lang.String)
	if !ok {
		if _, bad := e.(*lang.Bad); !bad {
			c.report("TUNE0205", c.system, e.Pos(), "a text is needed here", `write it in quotes: "…"`)
			c.quoteIt(e)
		}
		return nil
	}
	if len(s.Holes) == 0 {
		return []string{s.Value}
	}
	var parts []string
	for _, h := range s.Holes {
		c.opHole(cl, names, h.X, inCommand)
		parts = append(parts, h.Before, "{"+lang.Print(h.X)+"}")
	}
	return append(parts, s.Tail)
}

// command splits a command into its arguments at blanks; quotes keep blanks together.
func (c *checker) command(cl *class, names fillable, e lang.Expr) []string {
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
	for i, part := range c.opParts(cl, names, e, true) {
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
