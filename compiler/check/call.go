package check

import (
	"math"
	"slices"
	"strings"

	"github.com/tune-autonomic/tune/compiler/bundle"
	"github.com/tune-autonomic/tune/compiler/ir"
	"github.com/tune-autonomic/tune/lang"
)

// functions are the names that can be called beside the program's own.
var functions = []string{
	"min", "max", "sum", "avg", "count", "some", "empty", "all", "share", "fits", "volatility", "ewma", "sqrt", "abs",
	"len", "stddev", "median", "mad", "iqr", "forecast",
}

// choosing are those whose calls say by and where: one of the program's own by such a name would hide what they mean.
var choosing = []string{"min", "max", "sum", "avg", "count", "some", "empty"}

var seriesFuns = map[string]int32{
	"len": bundle.SerLen, "avg": bundle.SerAvg, "min": bundle.SerMin, "max": bundle.SerMax, "stddev": bundle.SerStddev,
	"median": bundle.SerMedian, "mad": bundle.SerMad, "iqr": bundle.SerIqr, "forecast": bundle.SerForecast,
}

// scatter are the statistics of how samples differ: one alone doesn't.
var scatter = map[int32]bool{bundle.SerStddev: true, bundle.SerMad: true, bundle.SerIqr: true, bundle.SerForecast: true}

var windowKinds = map[string]bundle.WindowKind{
	"avg": bundle.WinAvg, "min": bundle.WinMin, "max": bundle.WinMax, "count": bundle.WinCount,
}

// call checks `f(…)`: a function of the program, or one of the language.
func (c *checker) call(x ctx, e *lang.Call) val {
	name := e.Func.Text
	if c.look(x, e.Func) {
		return badVal
	}
	if f := x.unit.funcs[name]; f != nil {
		return c.expand(x, e, f)
	}
	c.refersBuiltIn(x.unit, e.Func.Span, name)
	if !slices.Contains(functions, name) {
		if c.looking() {
			c.within(x, e.Args)
		}
		if name == "" {
			return badVal
		}
		if name == "watts" && x.it != nil && x.it.val.t.inst() {
			c.report("TUNE0208", x.unit, e.Func.Span, "watts is asked of a host", "")
			c.writeInstead(x, e.Func.Span, "it.watts")
			return badVal
		}
		if hint := asEvent(x, e); hint != "" {
			told := len(c.findings)
			c.unknown("TUNE0208", x.unit, e.Func, "there is no function "+name, nil, "")
			if len(c.findings) > told {
				c.findings[told].Hint = hint
			}
			return badVal
		}
		if meant := c.unknownHere("TUNE0208", x.unit, e.Func, "function", append(sortedKeys(x.unit.funcs), functions...), (*module).funcNames); meant != "" {
			as := *e
			as.Func.Text = meant
			return asMeant(c.call(x, &as))
		}
		return badVal
	}
	switch name {
	case "share":
		return c.share(x, e)
	case "fits":
		return c.fitsCall(x, e)
	case "volatility", "ewma":
		return c.smoothed(x, e)
	}
	if !c.unnamed(x, e) {
		return badVal
	}
	if name == "sqrt" || name == "abs" {
		return c.root(x, e)
	}
	if len(e.Args) == 2 && (name == "min" || name == "max") && e.By == nil && e.Where == nil {
		return c.lesser(x, e)
	}
	if len(e.Args) != 1 {
		if c.commaForDot(x, e) {
			return badVal
		}
		c.within(x, e.Args)
		c.report("TUNE0207", x.unit, e.Span, name+" takes one thing, not "+number(float64(len(e.Args))), asWindow(e))
		return badVal
	}
	return c.callOne(x, e)
}

// asEvent is what to write where an event, or the silence that one waits for, is asked like a function; "" of other calls.
func asEvent(x ctx, e *lang.Call) string {
	of := "h"
	if len(e.Args) > 0 {
		of = lang.Print(e.Args[0].Value)
	}
	switch ev := x.unit.events[e.Func.Text]; {
	case e.Func.Text == "silent" && x.mode == inEvent:
		return "an event waits for a silence alone: event NAME(h: rack) when silent(h) for 30s"
	case e.Func.Text == "silent", ev != nil && ev.decl.Silent != nil:
		return "only an event waits for a silence, and a policy starts on that; here, ask whether something measured is known, as in not " + of + ".cpu exists"
	case ev == nil:
		return ""
	case ev.decl.When != nil:
		return e.Func.Text + " is an event, on which policies start: here, write its condition, " + lang.Print(ev.decl.When)
	}
	return e.Func.Text + " is an event: let a policy start on it, policy NAME on " + e.Func.Text
}

// commaForDot tells of a comma that stands between two names as a dot does: what is behind it is asked of what is before it.
func (c *checker) commaForDot(x ctx, e *lang.Call) bool {
	for i, a := range e.Args {
		comma := lang.Span{Start: a.Span.Start - 1, End: a.Span.Start}
		around := c.written(x.unit, lang.Span{Start: comma.Start - 1, End: comma.End + 1})
		if i == 0 || a.Name.Text != "" || len(around) != 3 || !inName(rune(around[0])) && around[0] != '"' || around[1] != ',' || !inName(rune(around[2])) {
			continue
		}
		c.report("TUNE0207", x.unit, comma, e.Func.Text+" takes one thing, and a comma stands before another", "write a dot if it is asked of what stands before it")
		c.change(x.unit, comma, ".")
		c.guess()
		return true
	}
	return false
}

// asWindow is how avg(x, 10s) is written; "" for another call.
func asWindow(e *lang.Call) string {
	if _, known := windowKinds[e.Func.Text]; !known || len(e.Args) != 2 {
		return ""
	}
	if n, isNumber := e.Args[1].Value.(*lang.Number); !isNumber || unitOf[n.Unit].base != bundle.Duration {
		return ""
	}
	return "write " + e.Func.Text + "(" + lang.Print(e.Args[0].Value) + " over " + lang.Print(e.Args[1].Value) + ")"
}

// callOne is a function of one thing: a window, a series, a set, or a machine.
func (c *checker) callOne(x ctx, e *lang.Call) val {
	name, arg := e.Func.Text, e.Args[0].Value
	if over, isOver := arg.(*lang.Over); isOver {
		return c.windowCall(x, e, over)
	}
	told := len(c.findings)
	v, inner := c.setOf(x, arg)
	switch {
	case v.t.bad:
		c.lookBehind(x, e, inner)
		c.adviseBy(x, e, told)
		return badVal
	case v.t.Base == bundle.Series:
		return c.seriesCall(x, e, v)
	case v.t.set() && slices.Contains([]string{"min", "max", "sum", "avg", "count", "some", "empty", "all"}, name):
		return c.setCall(x, e, v, inner)
	case v.t.inst() && name == "empty" && inner == nil:
		v, ok := c.assumed(x, v, arg)
		if !ok {
			return badVal
		}
		return c.emptyNode(x, e, v)
	}
	want := "a set"
	if _, isSeries := seriesFuns[name]; isSeries {
		want = "a series (`x last 30`)"
		if _, isWindow := windowKinds[name]; isWindow {
			want = "a set, or a metric's history (`x over 10s`, `x last 30`)"
		}
	}
	hint := ""
	if v.t.inst() && (e.By != nil || e.Where != nil) {
		hint = "it chooses one of several: " + name + "(" + c.instName(v.t) + " …)"
	}
	c.report("TUNE0207", x.unit, arg.Pos(), name+" is of "+want+", not of "+c.aType(v.t), hint)
	if name == "len" && v.t.set() {
		c.writeInstead(x, e.Span, "count("+lang.Print(arg)+")")
	}
	return badVal
}

// adviseBy says of a statistic over what each of a set has, which was told behind an index, how it is written:
// avg(rack by cpu) for avg(rack.cpu).
func (c *checker) adviseBy(x ctx, e *lang.Call, told int) {
	each, isMember := e.Args[0].Value.(*lang.Select)
	if !isMember || e.By != nil || e.Where != nil || c.hushed || len(c.findings) != told+1 || c.findings[told].Code != "TUNE0216" {
		return
	}
	switch of := lang.Print(each.X); e.Func.Text {
	case "sum", "avg", "min", "max":
		c.writeInstead(x, e.Span, e.Func.Text+"("+of+" by "+each.Name.Text+")")
	case "count":
		c.writeInstead(x, e.Span, "count("+of+")")
	}
}

// writeInstead makes it the last finding's hint to write something else, and its fix.
func (c *checker) writeInstead(x ctx, span lang.Span, text string) {
	if c.hushed {
		return
	}
	last := &c.findings[len(c.findings)-1]
	last.Hint, last.Fixes = "write "+text, nil
	c.change(x.unit, span, text)
}

// unnamed reports named arguments where there are no names.
func (c *checker) unnamed(x ctx, e *lang.Call) bool {
	for _, a := range e.Args {
		if a.Name.Text != "" {
			c.report("TUNE0207", x.unit, a.Name.Span, e.Func.Text+" has no argument called "+a.Name.Text, "")
			return false
		}
	}
	return true
}

// within reports what is wrong within the arguments of a call that has too many or too few of them.
func (c *checker) within(x ctx, args []*lang.Arg) {
	for _, a := range args {
		switch arg := a.Value.(type) {
		case *lang.Over:
			c.expr(x, arg.X)
		default:
			c.setOf(x, arg)
		}
	}
}

func (c *checker) root(x ctx, e *lang.Call) val {
	if len(e.Args) != 1 {
		c.within(x, e.Args)
		c.report("TUNE0207", x.unit, e.Span, e.Func.Text+" takes one number", "")
		return badVal
	}
	v := c.expr(x, e.Args[0].Value)
	if !c.wantNumber(x, v, e.Args[0].Value) {
		return badVal
	}
	op, t := bundle.ABS, v.t
	if e.Func.Text == "sqrt" {
		op, t = bundle.SQRT, aRatio(share(v.t))
		if !scale(v.t) {
			c.report("TUNE0205", x.unit, e.Span, "the root of "+c.aType(v.t)+" has no unit here", "divide by a unit first")
			return badVal
		}
	}
	if k, isNum := v.e.(*ir.Num); isNum && (op == bundle.ABS || k.V >= 0) {
		folded := math.Abs(k.V)
		if op == bundle.SQRT {
			folded = math.Sqrt(k.V)
		}
		return val{e: num(folded, t, pos(x.unit, e.Span)), t: t}
	}
	return val{e: &ir.Unary{Node: node(x, e, t), Op: op, X: v.e}, t: t}
}

// lesser is min(a, b) and max(a, b).
func (c *checker) lesser(x ctx, e *lang.Call) val {
	a := c.expr(x, e.Args[0].Value)
	if a.t.set() && !a.t.bad {
		set, key := e.Args[0].Span, e.Args[1].Span
		whole := c.written(x.unit, set) + " by " + c.written(x.unit, key)
		c.report("TUNE0207", x.unit, key, "the key of a set's elements is said with by", "write "+e.Func.Text+"("+whole+")")
		c.change(x.unit, lang.Span{Start: set.Start, End: key.End}, whole)
		return badVal
	}
	b := c.expr(x, e.Args[1].Value)
	if !c.wantNumber(x, a, e.Args[0].Value) || !c.wantNumber(x, b, e.Args[1].Value) {
		return badVal
	}
	t, ok := common(a, b)
	if !ok {
		c.mistyped(x, e, c.aType(a.t)+" can't be compared with "+c.aType(b.t), withUnit(b, a.t), b)
		c.clashes(x.unit, e.Span, a, b)
		return badVal
	}
	op := bundle.MIN
	if e.Func.Text == "max" {
		op = bundle.MAX
	}
	return c.fold(x, e, op, a, b, t)
}

// share is share(v, on: h): the part of h's CPU that v takes or would take.
func (c *checker) share(x ctx, e *lang.Call) val {
	vm, host, ok := c.vmAndHost(x, e, "on")
	if !ok {
		return badVal
	}
	vms, hosts := c.spaces[vm.t.Space], c.spaces[host.t.Space]
	col := c.column(columnKey{space: vms.index, kind: bundle.ColDemand, name: "demand"}, floatT)
	demand := &ir.Col{Node: node(x, e, floatT), Obj: vm.e, Column: col}
	capacity := c.attribute(x, host, lang.Name{Text: "capacity"}, hosts.family.members["capacity"], e)
	return val{e: &ir.Binary{Node: node(x, e, percentT), Op: bundle.DIV, X: demand, Y: capacity.e}, t: percentT}
}

// fitsCall is fits(v, h).
func (c *checker) fitsCall(x ctx, e *lang.Call) val {
	vm, host, ok := c.vmAndHost(x, e, "")
	if !ok {
		return badVal
	}
	return val{e: &ir.Binary{Node: node(x, e, boolT), Op: bundle.FITS, X: vm.e, Y: host.e}, t: boolT}
}

// vmAndHost checks the arguments of share and fits: a machine, and a host that it may run on.
func (c *checker) vmAndHost(x ctx, e *lang.Call, second string) (vm, host val, ok bool) {
	usage := "write " + e.Func.Text + "(v, h)"
	if second != "" {
		usage = "write " + e.Func.Text + "(v, " + second + ": h)"
	}
	if len(e.Args) != 2 || e.Args[0].Name.Text != "" || e.Args[1].Name.Text != second {
		c.within(x, e.Args)
		c.report("TUNE0207", x.unit, e.Span, e.Func.Text+" takes a virtual machine and a host", usage)
		if second != "" && len(e.Args) == 2 && e.Args[0].Name.Text == "" && e.Args[1].Name.Text == "" {
			c.insert(x.unit, e.Args[1].Span.Start, second+": ")
		}
		return vm, host, false
	}
	vm, host = c.expr(x, e.Args[0].Value), c.expr(x, e.Args[1].Value)
	if c.isKind(vm, bundle.Host) && c.isKind(host, bundle.VM) {
		c.report("TUNE0207", x.unit, e.Span, e.Func.Text+" takes a virtual machine and a host, in this order", usage)
		return vm, host, false
	}
	okVM := c.wantKind(x, vm, e.Args[0].Value, bundle.VM, e.Func.Text)
	okHost := c.wantKind(x, host, e.Args[1].Value, bundle.Host, e.Func.Text)
	if !okVM || !okHost {
		return vm, host, false
	}
	return vm, host, c.sameFamily(x, vm, host, e)
}

// sameFamily reports a machine and a host that have nothing to do with each other.
func (c *checker) sameFamily(x ctx, vm, host val, at posed) bool {
	family := c.spaces[vm.t.Space].family
	if family.space.index == host.t.Space {
		return true
	}
	c.report("TUNE0215", x.unit, at.Pos(), c.instName(vm.t)+" runs on "+family.name+", never on "+c.instName(host.t), "")
	if of := c.classesOf(vm.t); len(of) == 1 {
		c.relate(c.system, of[0].span, of[0].name+" is declared here")
	}
	return false
}

// isKind says whether a value is one instance of this kind, present or not.
func (c *checker) isKind(v val, kind bundle.Kind) bool {
	return !v.t.bad && !v.t.any && v.t.inst() && c.spaces[v.t.Space].kind == kind
}

// wantKind reports a value that is not one present instance of this kind.
func (c *checker) wantKind(x ctx, v val, at posed, kind bundle.Kind, what string) bool {
	if !c.wantInst(x, v, at) {
		return false
	}
	if got := c.spaces[v.t.Space].kind; got != kind {
		one := map[bundle.Kind]string{bundle.Host: "a host", bundle.VM: "a virtual machine", bundle.Component: "software"}
		c.report("TUNE0215", x.unit, at.Pos(), what+" is about "+one[kind]+", and "+printed(at)+" is "+one[got], "")
		return false
	}
	return true
}

// isOne says whether a value is one thing of a kind.
func (c *checker) isOne(v val, kind bundle.Kind) bool {
	return !v.t.bad && !v.t.any && v.t.inst() && c.spaces[v.t.Space].kind == kind
}

// measured checks something that has a history: a metric, or demand, of one instance.
func (c *checker) measured(x ctx, e lang.Expr, demandToo bool) (*ir.Col, typ, bool) {
	x.raw = true
	v := c.expr(x, e)
	if v.t.bad {
		return nil, typ{}, false
	}
	if col, isCol := v.e.(*ir.Col); isCol {
		kind := c.tables.Columns[col.Column].Kind
		if kind == bundle.ColMetric || demandToo && kind == bundle.ColDemand {
			return col, v.t, true
		}
	}
	c.report("TUNE0207", x.unit, e.Pos(), "only what is measured has a history", "name a probe's metric, such as h.cpu")
	return nil, typ{}, false
}

// windowCall is avg(x over D) and its like: a column that the engine keeps.
func (c *checker) windowCall(x ctx, e *lang.Call, over *lang.Over) val {
	kind, known := windowKinds[e.Func.Text]
	if !known || e.By != nil || e.Where != nil {
		c.report("TUNE0207", x.unit, e.Span, "over a time there are avg, min, max and count", "")
		return badVal
	}
	col, t, ok := c.measured(x, over.X, true)
	span := c.positiveNanos(x.unit, over.D, "a window")
	if !ok || span == 0 {
		return badVal
	}
	c.severalSamples(x.unit, over, col.Column, span)
	if kind == bundle.WinCount {
		t = intT
	}
	name := e.Func.Text + "(" + c.tables.Columns[col.Column].Name + " over " + lang.Print(over.D) + ")"
	w := c.window(bundle.Window{Column: col.Column, Kind: kind, Span: span}, name, t)
	return val{e: &ir.Col{Node: node(x, e, t), Obj: col.Obj, Column: w}, t: t}
}

// severalSamples reports a window of a metric that is measured less often: it never holds two samples, and mostly none.
func (c *checker) severalSamples(u *unit, over *lang.Over, column int32, span int64) {
	var every int64
	for _, p := range c.tables.Probes {
		if p.Column == column && (every == 0 || p.Every < every) {
			every = p.Every
		}
	}
	if span < every {
		c.report("TUNE0214", u, over.D.Pos(), lang.Print(over.X)+" is measured every "+inUnit(float64(every)/1e9, bundle.Duration)+" only: in "+lang.Print(over.D)+" there is one sample, or none",
			"look back over several of its periods, or measure it more often")
	}
}

// smoothed is volatility(x, a) and ewma(x, a).
func (c *checker) smoothed(x ctx, e *lang.Call) val {
	if !c.unnamed(x, e) {
		return badVal
	}
	if len(e.Args) != 2 {
		c.within(x, e.Args)
		c.report("TUNE0207", x.unit, e.Span, e.Func.Text+" takes a metric, and how much the newest sample counts", "write "+e.Func.Text+"(h.cpu, 5%)")
		return badVal
	}
	col, t, ok := c.measured(x, e.Args[0].Value, true)
	alpha, okAlpha := c.constant(x.unit, e.Args[1].Value, percentT, "how much the newest sample counts")
	if !ok || !okAlpha {
		return badVal
	}
	if alpha <= 0 || alpha > 1 {
		c.report("TUNE0214", x.unit, e.Args[1].Span, "the newest sample counts for more than 0% and at most 100%", "")
		return badVal
	}
	kind := bundle.WinEwma
	if e.Func.Text == "volatility" {
		kind, t = bundle.WinVolatility, aRatio(t.Base == bundle.Percent)
	}
	name := e.Func.Text + "(" + c.tables.Columns[col.Column].Name + ", " + number(alpha) + ")"
	w := c.window(bundle.Window{Column: col.Column, Kind: kind, Alpha: alpha}, name, t)
	return val{e: &ir.Col{Node: node(x, e, t), Obj: col.Obj, Column: w}, t: t}
}

// mostSamples bounds a history.
const mostSamples = 100_000

// last is `x last n`: a series.
func (c *checker) last(x ctx, e *lang.Last) val {
	col, sample, ok := c.measured(x, e.X, false)
	if n, isNumber := e.N.(*lang.Number); isNumber && unitOf[n.Unit].base == bundle.Duration {
		c.report("TUNE0205", x.unit, e.N.Pos(), "the number of samples is an int, not a duration", "what was measured in a time is asked with over "+lang.Print(n))
		between := lang.Span{Start: e.X.Pos().End, End: e.N.Pos().Start}
		if i := strings.Index(c.written(x.unit, between), "last"); i >= 0 {
			c.change(x.unit, lang.Span{Start: between.Start + i, End: between.Start + i + len("last")}, "over")
		}
		return badVal
	}
	n, okN := c.constant(x.unit, e.N, intT, "the number of samples")
	if !ok || !okN {
		return badVal
	}
	if n < 1 || n > mostSamples || n != math.Trunc(n) {
		c.report("TUNE0214", x.unit, e.N.Pos(), "between 1 and 100000 samples can be kept", "")
		return badVal
	}
	h := c.hist(bundle.Hist{Column: col.Column, N: int32(n)})
	t := seriesOf(sample)
	return val{e: &ir.Hist{Node: node(x, e, t), Obj: col.Obj, Hist: h}, t: t}
}

// seriesCall is a statistic over a series: a number with the unit of the samples.
func (c *checker) seriesCall(x ctx, e *lang.Call, v val) val {
	fun, known := seriesFuns[e.Func.Text]
	if !known || e.By != nil || e.Where != nil {
		c.report("TUNE0207", x.unit, e.Span, e.Func.Text+" is not for a series", "there are "+list(sortedKeys(seriesFuns)))
		return badVal
	}
	if hist, isHist := v.e.(*ir.Hist); isHist && c.tables.Hists[hist.Hist].N == 1 && scatter[fun] {
		c.report("TUNE0214", x.unit, e.Args[0].Span, "of one sample there is no "+e.Func.Text, "keep some: "+lang.Print(e.Args[0].Value.(*lang.Last).X)+" last 30")
		return badVal
	}
	t := v.t.sample()
	switch {
	case fun == bundle.SerLen:
		t = intT
	case t.Base == bundle.Int && fun != bundle.SerMin && fun != bundle.SerMax:
		t = floatT
	}
	return val{e: &ir.SerFun{Node: node(x, e, t), Fun: fun, X: v.e}, t: t}
}

// calledAlone is x.f(…) as it is written here: f(x), or f(x by …), or x where …; "" if it may mean anything.
func calledAlone(e *lang.Method) string {
	set := lang.Print(e.X)
	switch {
	case len(e.Args) == 0 && slices.Contains(functions, e.Func.Text):
		return e.Func.Text + "(" + set + ")"
	case len(e.Args) != 1 || e.Args[0].Name.Text != "":
		return ""
	case e.Func.Text == "max" || e.Func.Text == "min":
		return e.Func.Text + "(" + set + " by " + lang.Print(e.Args[0].Value) + ")"
	case e.Func.Text == "where" || e.Func.Text == "filter":
		return set + " where " + lang.Print(e.Args[0].Value)
	}
	return ""
}

// method checks `x.f(…)`: a module's function, or the one of the language, h.watts(u).
func (c *checker) method(x ctx, e *lang.Method) val {
	if m, isModule := c.moduleCalled(x, e); isModule {
		return c.libraryCall(x, e, m)
	}
	obj := c.expr(x, e.X)
	if c.lookInto(e.Func, obj, false) || obj.t.bad {
		return badVal
	}
	if called := calledAlone(e); called != "" {
		c.report("TUNE0208", x.unit, e.Func.Span, e.Func.Text+" isn't called behind a dot", "write "+called)
		c.change(x.unit, e.Pos(), called)
		return badVal
	}
	if e.Func.Text != "watts" {
		c.unknown("TUNE0208", x.unit, e.Func, "there is no function "+e.Func.Text+" of "+c.aType(obj.t), []string{"watts"}, "")
		return badVal
	}
	if !c.wantKind(x, obj, e.X, bundle.Host, "watts") {
		return badVal
	}
	if len(e.Args) != 1 || e.Args[0].Name.Text != "" {
		c.report("TUNE0207", x.unit, e.Span, "watts takes a load", "write h.watts(50%)")
		return badVal
	}
	load := c.expr(x, e.Args[0].Value)
	if !c.expect(x, load, percentT, e.Args[0].Value, "a load") {
		return badVal
	}
	return val{e: &ir.Binary{Node: node(x, e, floatT), Op: bundle.WATTS, X: obj.e, Y: load.e}, t: floatT}
}
