package lang_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tune-autonomic/tune/lang"
)

// parse reads a source that must be right.
func parse(t testing.TB, source string) *lang.File {
	t.Helper()
	file, errs := lang.Parse("test.tune", source)
	for _, e := range errs {
		line, col := lang.Line(source, e.Span.Start)
		t.Errorf("%d:%d: %v (%s)", line, col, e, e.Hint)
	}
	return file
}

// steps reads statements and gives them with their source.
func steps(t testing.TB, body string) (stmts []lang.Stmt, source string) {
	t.Helper()
	source = "system s\npolicy P on e {\nstate A {\n" + body + "\n}\n-> B\nfinal B\n}\n"
	return parse(t, source).Decls[0].(*lang.Policy).States[0].Body, source
}

func expr(t testing.TB, text string) lang.Expr {
	t.Helper()
	return parse(t, "system s\nfunc f() = "+text+"\n").Decls[0].(*lang.Func).Body
}

func at(source string, s lang.Span) string { return source[s.Start:s.End] }

func TestPrecedence(t *testing.T) {
	for text, want := range map[string]string{
		"a + b * c - d":                 "((a + (b * c)) - d)",
		"a or b and not c == d":         "(a or (b and (not (c == d))))",
		"-a.b * 2":                      "((-a.b) * 2)",
		"a.b exists and c not in d":     "((a.b exists) and (c not in d))",
		"x over 10s > 3":                "((x over 10s) > 3)",
		"x\nexists":                     "(x exists)",
		"v.cpu last 30 / 2":             "((v.cpu last 30) / 2)",
		"if a then b else c + 1":        "(if a then b else (c + 1))",
		"not a in b":                    "(not (a in b))",
		"a - -1":                        "(a - (-1))",
		"rack where it.cpu > 3 and b":   "(rack where ((it.cpu > 3) and b))",
		"(rack where a).b(1, to: 2)":    "(rack where a).b(1, to: 2)",
		"min(a by b desc where c != d)": "min(a by b desc where (c != d))",
		"count(a where b)":              "count(a where b)",
		"f(a, b where c)":               "f(a, (b where c))",
		"[a, b + 1, ]":                  "[a, (b + 1)]",
		"f()":                           "f()",
		"it.state.by":                   "it.state.by",
	} {
		require.Equal(t, want, shape(expr(t, text)), text)
	}
}

// shape prints an expression with all parentheses.
func shape(e lang.Expr) string {
	op := func(parts ...string) string { return "(" + strings.Join(parts, " ") + ")" }
	args := func(list []*lang.Arg) []string {
		var all []string
		for _, a := range list {
			text := shape(a.Value)
			if a.Name.Text != "" {
				text = a.Name.Text + ": " + text
			}
			all = append(all, text)
		}
		return all
	}
	switch e := e.(type) {
	case *lang.Select:
		return shape(e.X) + "." + e.Name.Text
	case *lang.Method:
		return shape(e.X) + "." + e.Func.Text + "(" + strings.Join(args(e.Args), ", ") + ")"
	case *lang.Call:
		all := args(e.Args)
		if e.By != nil {
			all[0] += " by " + shape(e.By)
		}
		if e.Desc {
			all[0] += " desc"
		}
		if e.Where != nil {
			all[0] += " where " + shape(e.Where)
		}
		return e.Func.Text + "(" + strings.Join(all, ", ") + ")"
	case *lang.Filter:
		return op(shape(e.Set), "where", shape(e.Where))
	case *lang.Unary:
		if e.Op == "-" {
			return "(-" + shape(e.X) + ")"
		}
		return op(e.Op, shape(e.X))
	case *lang.Binary:
		return op(shape(e.X), e.Op, shape(e.Y))
	case *lang.Exists:
		return op(shape(e.X), "exists")
	case *lang.Over:
		return op(shape(e.X), "over", shape(e.D))
	case *lang.Last:
		return op(shape(e.X), "last", shape(e.N))
	case *lang.Cond:
		return op("if", shape(e.If), "then", shape(e.Then), "else", shape(e.Else))
	case *lang.List:
		var all []string
		for _, x := range e.Elems {
			all = append(all, shape(x))
		}
		return "[" + strings.Join(all, ", ") + "]"
	}
	return lang.Print(e)
}

func TestAPrintedExpressionReadsTheSame(t *testing.T) {
	for path, source := range examples(t) {
		file := parse(t, source)
		for _, d := range file.Decls {
			f, ok := d.(*lang.Func)
			if !ok {
				continue
			}
			text := lang.Print(f.Body)
			require.Equal(t, shape(f.Body), shape(expr(t, text)), "%s: %s", path, text)
		}
	}
	for _, text := range []string{"(a + b) * c", "a - (b - c)", "not (a or b)", "(if a then b else c) + 1", "-(a + b)", "(rack where a).b",
		"(a < b) == (c < d)", `"{a + b} is {{x}} \"q\" \\ \n {f(c)}"`, "(a where b) in [c, none, true]", "98.5% * h.capacity"} {
		require.Equal(t, text, lang.Print(expr(t, text)))
	}
}

func TestNumbersKeepTheirUnits(t *testing.T) {
	for text, want := range map[string]lang.Number{
		"45%": {Value: 45, Unit: "%"}, "0.5ms": {Value: 0.5, Unit: "ms"}, "2min": {Value: 2, Unit: "min"}, "5d": {Value: 5, Unit: "d"},
		"512MiB": {Value: 512, Unit: "MiB"}, "100Mbit/s": {Value: 100, Unit: "Mbit/s"}, "300": {Value: 300, Int: true},
		"3.0": {Value: 3}, "1e6": {Value: 1e6}, "1e-3s": {Value: 1e-3, Unit: "s"},
	} {
		n := expr(t, text).(*lang.Number)
		require.Equal(t, want, lang.Number{Value: n.Value, Unit: n.Unit, Int: n.Int}, text)
	}
}

func TestTextsHaveHoles(t *testing.T) {
	source := "system s\nfunc f() = \"a {h.cpu} {{b}} \\\"c\\\" {n + 1}.\"\n"
	s := parse(t, source).Decls[0].(*lang.Func).Body.(*lang.String)
	require.Equal(t, `a {h.cpu} {b} "c" {n + 1}.`, s.Value)
	require.Len(t, s.Holes, 2)
	require.Equal(t, "a ", s.Holes[0].Before)
	require.Equal(t, "h.cpu", at(source, s.Holes[0].X.Pos()))
	require.Equal(t, ` {b} "c" `, s.Holes[1].Before)
	require.Equal(t, "n + 1", at(source, s.Holes[1].X.Pos()))
	require.Equal(t, ".", s.Tail)
}

func TestStatements(t *testing.T) {
	for text, want := range map[string]lang.Stmt{
		"Tomcat++":                            &lang.Create{},
		"new = Tomcat++":                      &lang.Create{},
		"t.x--":                               &lang.Remove{},
		"new.start":                           &lang.OpCall{},
		"lb.drain(t)":                         &lang.OpCall{},
		"start new":                           &lang.Act{},
		"restart v on h":                      &lang.Act{},
		"start = 3":                           &lang.Assign{},
		"left -= 1":                           &lang.Assign{},
		"add (a where b) to c":                &lang.SetEdit{},
		"add = 3":                             &lang.Assign{},
		"remove a from b":                     &lang.SetEdit{},
		"notify(\"x\")":                       &lang.Notify{},
		"emit e(a: 1)":                        &lang.Emit{},
		"emit e":                              &lang.Emit{},
		"join":                                &lang.Join{},
		"give up":                             &lang.GiveUp{},
		"apply":                               &lang.Apply{},
		"apply as listed":                     &lang.Apply{},
		"back v":                              &lang.Back{},
		"place v on h":                        &lang.Place{},
		"place.x":                             &lang.OpCall{},
		"pause probe load of t":               &lang.ProbeAct{},
		"ask operator \"x\" within 1h":        &lang.Ask{},
		"wait until a exists within 3s":       &lang.Wait{},
		"migrate v to h undoable within 2min": &lang.Migrate{},
		"var s: [rack] = []":                  &lang.Let{},
	} {
		stmts, source := steps(t, text)
		require.Len(t, stmts, 1, text)
		require.IsType(t, want, stmts[0], text)
		require.Equal(t, text, at(source, stmts[0].Pos()))
	}
}

func TestNewLinesSeparateStatementsWhereNamesWouldGoOn(t *testing.T) {
	stmts, _ := steps(t, "let a = b\nover = 3\nlet c = d\nlast += 1\nfork { x.y; x.z } fork { y.z }\njoin\na.b\n")
	require.Len(t, stmts, 8)
}

func TestLoops(t *testing.T) {
	stmts, source := steps(t, `for v in h.vms by memory desc where v.home != h while left > 0 at most 2 at once on failure skip { t-- }`)
	f := stmts[0].(*lang.For)
	require.Equal(t, "h.vms", at(source, f.Set.Pos()))
	require.Equal(t, "memory", lang.Print(f.By))
	require.True(t, f.Desc)
	require.Equal(t, "v.home != h", lang.Print(f.Where))
	require.Equal(t, "left > 0", lang.Print(f.While))
	require.Equal(t, 2, f.AtMost)
	require.Equal(t, "skip", f.OnFailure)
	require.Len(t, f.Body, 1)
}

func TestElseHangsOnTheLastIf(t *testing.T) {
	stmts, source := steps(t, "if a { x.y } else if b { x.z } else { give up }")
	first := stmts[0].(*lang.If)
	second := first.Else[0].(*lang.If)
	require.IsType(t, &lang.GiveUp{}, second.Else[0])
	require.Equal(t, "if b { x.z } else { give up }", at(source, second.Span))
}

func TestTransitions(t *testing.T) {
	p := parse(t, `system s
// P is a policy.
//   It has two lines.
policy P on hot(h: rack) when a cooldown 60s lossless {
  state A { x.y }
  -> B when c at most 3 times
  -> B on success -> C on failure undo
  -> C otherwise
  final B
  final C { x.z }
}`).Decls[0].(*lang.Policy)
	require.Equal(t, "P is a policy.\nIt has two lines.", p.Doc)
	require.Equal(t, "hot", p.On.Event.Text)
	require.Equal(t, "rack", p.On.Params[0].Type.Name.Text)
	require.True(t, p.Lossless)
	require.Equal(t, "60s", lang.Print(p.Cooldown))
	tr := p.States[0].Transitions
	require.Len(t, tr, 4)
	require.Equal(t, 3, tr[0].AtMost)
	require.True(t, tr[1].Success)
	require.True(t, tr[2].Failure && tr[2].Undo)
	require.True(t, tr[3].Otherwise)
	require.True(t, p.States[1].Final && p.States[2].Final)
	require.Len(t, p.States[2].Body, 1)
}

func TestDeclarations(t *testing.T) {
	source := `system s
component A on rack [1..*] initially 2 stateful {
  op stop interrupts unless drained = exec("x")
  op drain(t: B, n: int?) drains = exec("y")
}
link A.workers [*] -- [0..1] B.front
event gone(h: rack) when silent(h) for 30s
event lost(h: rack) silent(h)
event asked(n: [int])
budget 4 migrations per 10min per rack host
require capacity(cpu) on rack
use std.Pack on tick (hosts: pool)
scenario x {
  at 0s deploy all
  at 10s fail migration of v1
  at 60s lie cpu of node3 by 20% for 1min
  set downtime = 30s
  require capacity(memory) on rack
  clients of A: 5 until 3s, to 600 at 5s
  at 300s emit more
  at 1s crash Front-1-b2 for 5s
  at 2s stall migration of "web.example.org" for 5s
}`
	d := parse(t, source).Decls
	c := d[0].(*lang.Component)
	require.Equal(t, lang.Bounds{Span: c.Bounds.Span, Min: 1, Max: -1}, c.Bounds)
	require.Equal(t, "[1..*]", at(source, c.Bounds.Span))
	require.True(t, c.Initially == 2 && c.Stateful && c.Ops[0].Interrupts && c.Ops[0].UnlessDrained)
	require.True(t, c.Ops[1].Params[1].Type.Optional)
	l := d[1].(*lang.Link)
	require.Equal(t, [4]int{0, -1, 0, 1}, [4]int{l.Left.Bounds.Min, l.Left.Bounds.Max, l.Right.Bounds.Min, l.Right.Bounds.Max})
	require.Equal(t, "h", lang.Print(d[2].(*lang.Event).Silent))
	require.Equal(t, "h", lang.Print(d[3].(*lang.Event).Silent))
	require.True(t, d[4].(*lang.Event).Params[0].Type.Set)
	require.Equal(t, "rack", d[5].(*lang.Budget).PerHost.Text)
	require.Equal(t, "pool", lang.Print(d[7].(*lang.Use).Args[0].Value))
	items := d[8].(*lang.Scenario).Items
	require.True(t, items[0].(*lang.DeployAt).All)
	require.Equal(t, "v1", items[1].(*lang.Fault).Target.Text)
	require.Equal(t, "20%", lang.Print(items[2].(*lang.Fault).By))
	require.Equal(t, "downtime", items[3].(*lang.Setting).Name.Text)
	require.IsType(t, &lang.Require{}, items[4])
	require.True(t, items[5].(*lang.ClientsOf).Points[1].To)
	require.Equal(t, "more", items[6].(*lang.EmitAt).Event.Text)
	require.Equal(t, "300s", lang.Print(items[6].(*lang.EmitAt).At))
	crash := items[7].(*lang.Fault).Target
	require.Equal(t, "Front-1-b2", crash.Text)
	require.Equal(t, crash.Text, at(source, crash.Span))
	require.Equal(t, "web.example.org", items[8].(*lang.Fault).Target.Text)
}

func TestSpansAreExact(t *testing.T) {
	source := examples(t)["../examples/shop/shop.tune"]
	for _, d := range parse(t, source).Decls {
		text := at(source, d.Pos())
		require.Regexp(t, `^[a-z]`, text)
		require.NotRegexp(t, `\s$`, text)
	}
	stmts, source := steps(t, "let dst = if a then (b + c) * 2 else min(rack by cpu) // why")
	let := stmts[0].(*lang.Let)
	require.Equal(t, "if a then (b + c) * 2 else min(rack by cpu)", at(source, let.Value.Pos()))
	require.Equal(t, "(b + c) * 2", at(source, let.Value.(*lang.Cond).Then.Pos()))
	line, col := lang.Line(source, let.Name.Span.Start)
	require.Equal(t, [2]int{4, 5}, [2]int{line, col})
}

func TestWhatCouldBeReadStandsInTheTree(t *testing.T) {
	file, errs := lang.Parse("half.tune", "system s\npolicy P on hot(h: rack) {\nstate A {\nlet v = max(h.vms by )\nfor x in { lift x }\n}\n-> B\nfinal B\n}\nhosts r { }\n")
	require.Len(t, errs, 2)
	p := file.Decls[0].(*lang.Policy)
	require.Equal(t, "max(h.vms by …)", lang.Print(p.States[0].Body[0].(*lang.Let).Value))
	require.Len(t, p.States[0].Body[1].(*lang.For).Body, 1)
	require.Len(t, p.States[0].Transitions, 1)
	require.Len(t, file.Decls, 2)
}

func TestEveryWordOfTheGrammarIsListed(t *testing.T) {
	known := map[string]bool{}
	for _, w := range lang.Words() {
		known[w.Text] = true
	}
	grammar := lang.Grammar()
	for _, m := range regexp.MustCompile(`"([a-z]+)"`).FindAllStringSubmatch(grammar, -1) {
		require.True(t, known[m[1]], "%s is in the grammar and not in Words", m[1])
	}
	for _, line := range strings.Split(strings.TrimSpace(grammar), "\n") {
		name, _, ok := strings.Cut(line, " = ")
		require.True(t, ok, line)
		uses := len(regexp.MustCompile(`\b`+name+`\b`).FindAllString(grammar, -1))
		require.True(t, uses > 1 || name == "File", "%s is defined and not used", name)
	}
	for _, m := range regexp.MustCompile(`\b[A-Z][A-Za-z]*\b`).FindAllString(grammar, -1) {
		require.Contains(t, "\n"+grammar, "\n"+m+" = ", "%s is used and not defined", m)
	}
}
