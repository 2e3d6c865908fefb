package lang_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tune-autonomic/tune/lang"
)

// expectation is a comment beside a wrong line: `//! TUNE0101 "unexpected \"foo\""`; the pattern is of message and hint.
var expectation = regexp.MustCompile(`//! (TUNE\d+) "(.*)"`)

// programs are named; each line that has an error says which. None may be missing, none extra.
var programs = map[string]string{
	"ten mistakes give ten errors": `system shop
hosts rack {
  cores  =                         //! TUNE0101 "expected an expression behind \"=\""
  memory = 2Gb                     //! TUNE0103 "\"Gb\" is no unit.*did you mean GiB"
  attr in: percent = 45%           //! TUNE0108 "\"in\" is a word of the language"
  attr high percent = 45%          //! TUNE0101 "unexpected \"percent\" in an attribute, expected \":\""
}
policy P on hot(h: rack) losless { //! TUNE0101 "unexpected \"losless\".*did you mean lossless"
  state A { let v = max(h.vms by) } //! TUNE0101 "unexpected \"\)\", expected an expression"
  -> B when v exists and           //! TUNE0101 "expected an expression behind \"and\""
  -> C otherwise on failure        //! TUNE0110 "taken in more than one case"
  state B {
    migrate v too h                //! TUNE0101 "unexpected \"too\" in a migration, expected \"to\".*did you mean to"
    notify("{h is hot")            //! TUNE0109 "this brace in the text has no end"
  }
  -> C
  final C
}
`,
	"each statement by itself": `system s
policy P on e {
  state A {
    foo                            //! TUNE0101 "this is no statement: foo"
    a + b                          //! TUNE0101 "this is no statement: a"
    x = 3 $ 4                      //! TUNE0104 "the character \$ means nothing here"
    t--
    for v on h.vms { lift v }      //! TUNE0101 "unexpected \"on\" in a loop, expected \"in\""
    for v in h.vms one at a tim {  //! TUNE0101 "unexpected \"tim\" in a loop, expected \"time\".*did you mean time"
      lift                         //! TUNE0101 "expected an expression behind \"lift\""
      place v at h                 //! TUNE0101 "\"at\" means nothing here"
    }
    let y = a < b < c              //! TUNE0101 "comparisons do not chain.*join two comparisons with and"
    let z = a && b                 //! TUNE0104 "the character & means nothing here.*write and"
    let f = g(a b)                 //! TUNE0101 "unexpected \"b\", expected \"\)\""
    let c = if a then b            //! TUNE0101 "expected \"else\" behind \"b\""
    wait until a within 10 s       //! TUNE0101 "unexpected .s.*10s"
    x.start
    else { }                       //! TUNE0101 "unexpected \"else\" where a statement is expected"
    apply quickly                  //! TUNE0101 "this is no statement: quickly"
  }
  -> A at most 3.5 times           //! TUNE0103 "\"3.5\" is no count"
  final                            //! TUNE0101 "expected a name behind \"final\""
}
`,
	"declarations": `system s
component A on {                   //! TUNE0101 "unexpected \"{\" in a component, expected a name"
  op start = exec("x")
  opp stop = exec("y")             //! TUNE0101 "unexpected \"opp\" in a component.*did you mean op"
  op stop(x) = exec("y")           //! TUNE0101 "unexpected \"\)\" in an operation, expected \":\""
}
component B on rack [1.3] { }      //! TUNE0103 "\"1.3\" is no count"
componnt C on rack [1] {           //! TUNE0101 "unexpected \"componnt\" where a declaration.*did you mean component"
  op start = exec("x")
}
link A.b [1] - [1] B.c             //! TUNE0101 "joined by --"
probe cpu: percent on rack         //! TUNE0101 "expected \"every\" behind \"rack\""
event hot(h: ) when h.cpu > 3      //! TUNE0101 "unexpected \"\)\" in an event, expected a type"
budget 1 migration at a tme across rack //! TUNE0101 "expected \"time\""
require capacity(memory) of rack   //! TUNE0101 "unexpected \"of\" in a requirement, expected \"on\""
hosts rack { }
}                                  //! TUNE0101 "unexpected \"}\".*one } too many"
system t                           //! TUNE0110 "stands in the middle of a file"
import std                         //! TUNE0101 "unexpected \"std\" in an import, expected a text"
import "a{b}"                      //! TUNE0109 "this text is fixed"
func f(a: rack) = a.(3)            //! TUNE0101 "unexpected \"\(\", expected a member"
scenario x {
  at 400s deploi A                 //! TUNE0101 "unexpected \"deploi\".*did you mean deploy"
  at 400s emit 3                   //! TUNE0101 "unexpected \"3\" in what happens at a time, expected an event"
  at 400s emit more for 3s         //! TUNE0101 "an event has no duration"
  at 400s crash A - 1              //! TUNE0101 "a name is written without blanks"
  at 400s crash "A-{b}"            //! TUNE0109 "this text is fixed"
  at 400s crash 3                  //! TUNE0101 "unexpected \"3\" in what happens at a time, expected a name"
  clients of A 0 until 1100s       //! TUNE0101 "unexpected \"0\" in a load, expected \":\""
  clients of A: 0 until 3s, 5 at 4s //! TUNE0101 "unexpected \"at\" in a load, expected \"until\""
  wrk A 3ms                        //! TUNE0101 "unexpected \"wrk\" in a scenario.*did you mean work"
  until 5000s
}
test "t" in x { at 3s expct true } //! TUNE0101 "unexpected \"expct\".*did you mean expect"
`,
	"a brace that is missing": `system s
hosts a {                          //! TUNE0107 "this block is never closed.*before \"hosts\" on line 4"
  cores = 1
hosts b { cores = 1 }
policy P on e {
  state A {                        //! TUNE0107 "this block is never closed.*before \"->\" on line 8"
    migrate v to h
  -> B
  final B
}
policy Q on e {                    //! TUNE0107 "this block is never closed.*before \"scenario\" on line 15"
  state A { allocate h }
  -> B
  final B
scenario x {                       //! TUNE0107 "this block is never closed.*at the end of the file"
  until 3s
`,
	"a brace that was never opened": `system s
policy P on e                      //! TUNE0101 "expected \"{\" behind \"e\""
  state A {
    foo.bar
  }
  -> B
  final B
}
scenario x                         //! TUNE0101 "expected \"{\" behind \"x\""
  until 3s
}
`,
	"a brace too many": `system s
policy P on e {
  state A { allocate h } }         //! TUNE0101 "unexpected \"}\" there is one } too many"
  -> B
  final B
}
hosts a { }
`,
	"an operand that is missing leaves the next line alone": `system s
budget 1                           //! TUNE0101 "expected a name behind \"1\" in a budget"
budget 1 migration per             //! TUNE0101 "expected an expression behind \"per\""
budget 1 migration at a time across //! TUNE0101 "expected a name behind \"across\""
event hot when                     //! TUNE0101 "expected an expression behind \"when\""
probe cpu: percent on rack every   //! TUNE0101 "expected an expression behind \"every\""
probe load: percent on             //! TUNE0101 "expected a name behind \"on\""
require capacity(memory) on        //! TUNE0101 "expected a name behind \"on\""
link A.b [1] -- [1] B.             //! TUNE0101 "expected a role behind"
require capacity(memory) on rack
policy P on e {
  state A {
    place v on                     //! TUNE0101 "expected an expression behind \"on\""
    t.start
    migrate v to                   //! TUNE0101 "expected an expression behind \"to\""
    t.start
    restart v on                   //! TUNE0101 "expected an expression behind \"on\""
    migrate v to h within          //! TUNE0101 "expected an expression behind \"within\""
    wait until                     //! TUNE0101 "expected an expression behind \"until\""
    t.start within                 //! TUNE0101 "expected an expression behind \"within\""
    pause probe load of            //! TUNE0101 "expected an expression behind \"of\""
    pause probe                    //! TUNE0101 "expected a name behind \"probe\""
    emit                           //! TUNE0101 "expected an event behind \"emit\""
    add v to                       //! TUNE0101 "expected a name behind \"to\""
    let x =                        //! TUNE0101 "expected an expression behind \"=\""
    t--
    let y = a +                    //! TUNE0101 "expected an expression behind \"\+\""
    left -= 1
    let z =                        //! TUNE0101 "expected an expression behind \"=\""
    notify("hot")
    start                          //! TUNE0101 "expected an expression behind \"start\""
    t.stop
  }
  ->                               //! TUNE0101 "expected a name behind \"->\""
  final B
}
scenario x {
  at 6s crash                      //! TUNE0101 "expected a name behind \"crash\""
  at 6s fail                       //! TUNE0101 "expected a name behind \"fail\""
  at 6s fail migration of          //! TUNE0101 "expected a name behind \"of\""
  at 6s silence                    //! TUNE0101 "expected a name behind \"silence\""
  at 6s lie cpu of a by            //! TUNE0101 "expected an expression behind \"by\""
  at 6s emit                       //! TUNE0101 "expected an event behind \"emit\""
  at 6s deploy                     //! TUNE0101 "expected .* behind \"deploy\""
  at 6s deploy A,                  //! TUNE0101 "expected a name behind \",\""
  clients of A: 0 until            //! TUNE0101 "expected an expression behind \"until\""
  clients of A: 0 until 3s,        //! TUNE0101 "behind \",\""
  requests of A from               //! TUNE0101 "expected an expression behind \"from\""
  work A                           //! TUNE0101 "expected an expression behind \"A\""
  load A from                      //! TUNE0101 "expected an expression behind \"from\""
  fidelity                         //! TUNE0101 "expected a name behind \"fidelity\""
  set                              //! TUNE0101 "expected a name behind \"set\""
  at 6s crash node1 for            //! TUNE0101 "expected an expression behind \"for\""
  until 5s
}
`,
	"a line may go on behind an operator or a comma": `system s
func f(a: rack,
  b: rack) = a.cpu +
  b.cpu
policy P on e(h: rack)
  lossless {
  state A {
    let d =
      rack
    let x =
      if d.cpu > 3 then
        min(
          rack by
            cpu desc)
      else
        a
    let y = a and
      b over 5s > 3
    let z =
      all over 5s
    let more =
      foo
    x.start
  }
  -> B when
    x exists
  final B
}
scenario x {
  at 6s deploy A,
    B,
    C
  clients of A: 0 until 3s,
    peak until 5s,
    to 5 at
    7s
}
`,
	"a declaration without a name behind a broken line": `system s
event b(h rack) when h.cpu > 3     //! TUNE0101 "unexpected \"rack\""
probe : percent on rack every 1s   //! TUNE0101 "unexpected \":\" in a probe"
event b(h rack) when h.cpu > 3     //! TUNE0101 "unexpected \"rack\""
event : when                       //! TUNE0101 "unexpected \":\" in an event"
event b(h rack) when h.cpu > 3     //! TUNE0101 "unexpected \"rack\""
event when h.cpu > 3               //! TUNE0101 "this event has no name"
event b(h rack) when h.cpu > 3     //! TUNE0101 "unexpected \"rack\""
component [1] { }                  //! TUNE0101 "unexpected \"\[\" in a component"
event b(h rack) when h.cpu > 3     //! TUNE0101 "unexpected \"rack\""
link .x [1] -- [1] a.b             //! TUNE0101 "unexpected \".\" in a link"
event b(h rack) when h.cpu > 3     //! TUNE0101 "unexpected \"rack\""
require (memory) on rack           //! TUNE0101 "unexpected \"\(\" in a requirement"
event b(h rack) when h.cpu > 3     //! TUNE0101 "unexpected \"rack\""
use (a: b)                         //! TUNE0101 "unexpected \"\(\" in a use"
`,
	"a first word that is misspelt on a line with others": `system s
policy A on e { sate S { allocate h } -> D final D } //! TUNE0101 "did you mean state"
`,
	"what stands for another word": `system s
hosts h {
  3                                //! TUNE0101 "unexpected \"3\" in a field $"
}
component X on r [1] {
  t App = 3                        //! TUNE0101 "unexpected \"t\" in a component a component has"
}
policy A on e {
  state S {
    for v of S { }                 //! TUNE0101 "expected \"in\" write in$"
    plan {
      return                       //! TUNE0101 "this is no statement: return a run ends in a final state"
      apply fast                   //! TUNE0101 "this is no statement: fast write apply safely or apply as listed"
    }
  }
  -> T when v exist                //! TUNE0101 "unexpected \"exist\".*did you mean exists"
  -> U
}
test "t" in x {
  at 3min lost == 0                //! TUNE0101 "unexpected \"lost\" in an expectation, expected \"expect\""
}
`,
	"texts and numbers": `system s
hosts a {
  b = "\q"                         //! TUNE0109 "unknown escape .q"
  c = "{}"                         //! TUNE0109 "these braces in the text are empty"
  d = "{a +}"                      //! TUNE0109 "in the text: unexpected end, expected an expression"
  e = 'x'                          //! TUNE0104 "a text stands between plain quotes"
  f = 1e999                        //! TUNE0103 "too large"
  g = 10m                          //! TUNE0103 "did you mean min"
  h = 100mbit/s                    //! TUNE0103 "did you mean Mbit/s"
  i = 5 %                          //! TUNE0104 "a percentage is written next to its number"
  j = 10s
}
`,
	"no first line":     "hosts a { } //! TUNE0101 \"a file begins with system NAME\"\n",
	"no name":           "system //! TUNE0101 \"expected a name behind \\\"system\\\"\"\n",
	"comment not ended": "system s\n/* x //! TUNE0102 \"this comment has no end\"\n",
	"transition first":  "system s\npolicy P on e {\n-> A //! TUNE0101 \"this transition has no state before it\"\nfinal A\n}\n",
	"binary":            "system s\n\x00\x01\x02 //! TUNE0104 \"not a text file\"\n",
	"not UTF-8":         "system s\nhosts a { b = \xe9\xe8 } //! TUNE0104 \"not UTF-8\"\n",
	"nested too deeply": "system s\nfunc f() = " + strings.Repeat("(", 200) + " //! TUNE0105 \"nested too deeply\"\n",
	"chained too long":  "system s\nfunc f() = 1" + strings.Repeat(" + 1", 2000) + " //! TUNE0105 \"too deep or too long\"\n",
	"not written twice": "system s\npolicy P on e when a lossless when b { } //! TUNE0110 \"\\\"when\\\" is given twice\"\n",
	"by written twice":  "system s\nfunc f() = min(a by b by c) //! TUNE0110 \"a second by\"\n",
}

func TestErrorsStandWhereTheMistakesAre(t *testing.T) {
	for name, source := range programs {
		t.Run(name, func(t *testing.T) {
			_, errs := lang.Parse("wrong.tune", source)
			found := map[int]lang.Error{}
			for _, e := range errs {
				line, _ := lang.Line(source, e.Span.Start)
				require.NotContains(t, found, line, "a second error on line %d: %v", line, e)
				found[line] = e
			}
			for i, text := range strings.Split(source, "\n") {
				want := expectation.FindStringSubmatch(text)
				got, has := found[i+1]
				if want == nil {
					require.False(t, has, "line %d: unasked %v (%s)", i+1, got, got.Hint)
					continue
				}
				require.True(t, has, "line %d: no error, want %s", i+1, want[0])
				require.Equal(t, want[1], got.Code, "line %d: %v", i+1, got)
				require.Regexp(t, want[2], got.Msg+" "+got.Hint, "line %d", i+1)
			}
		})
	}
}

func TestATextEndsOnItsLine(t *testing.T) {
	source := "system s\nimport \"std/x\nhosts a { b = \"c }\nhosts d { e = 1 }\n"
	file, errs := lang.Parse("text.tune", source)
	require.Len(t, errs, 2, "the brace that is missing is inside the text")
	require.Equal(t, lang.Error{Span: lang.Span{Start: 16, End: 22}, Code: lang.CodeUnterminated,
		Msg: "this text has no end on its line", Hint: `close it with "`, Fix: &lang.Edit{Span: lang.Span{Start: 22, End: 22}, New: `"`}}, errs[0])
	require.Equal(t, lang.CodeUnterminated, errs[1].Code)
	require.Len(t, file.Decls, 2)
}

func TestEveryCodeIsRaisedByAProgram(t *testing.T) {
	all := ""
	for _, source := range programs {
		all += source
	}
	for code := range lang.Titles {
		if code != lang.CodeTooLarge {
			require.Contains(t, all, code)
		}
	}
}
