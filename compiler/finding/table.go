package finding

import "github.com/tune-autonomic/tune/lang"

// Info is what there is to say about a code: what it means, a program that raises it, and one that doesn't.
type Info struct {
	Code     Code
	Severity Severity
	Title    string
	Text     string
	Wrong    string
	Right    string
}

// Lookup finds a code's entry. An unknown code is an error without a title.
func Lookup(code Code) Info {
	if i, known := index[code]; known {
		return Table[i]
	}
	return Info{Code: code}
}

var index = func() map[Code]int {
	m := make(map[Code]int, len(Table))
	for i, info := range Table {
		m[info.Code] = i
	}
	return m
}()

// Table has every code, in order. A code keeps its meaning for good; new ones are added, none is used again.
var Table = []Info{
	{Code: "TUNE0001", Title: "the compiler failed",
		Text: "A mistake of the compiler, not of the program. Please report it with the program."},
	{Code: "TUNE0002", Title: "file cannot be read",
		Text: "The file does not exist, or may not be read."},

	syntax(lang.CodeUnexpected, "A word or a sign stands where the grammar wants something else."),
	syntax(lang.CodeUnterminated, "A text begins with a quote, or a comment with /*, and is never closed."),
	syntax(lang.CodeNumber, "A number is written in a way that can't be read, or its unit is none of those that there are."),
	syntax(lang.CodeEncoding, "Source files are UTF-8. A character that means nothing stands outside of texts and comments."),
	syntax(lang.CodeNesting, "Brackets or operators are nested deeper than any program needs."),
	syntax(lang.CodeTooLarge, "Source files are at most 16 MiB."),
	syntax(lang.CodeMissingEnd, "A bracket is opened and never closed."),
	syntax(lang.CodeReserved, "A word of the language can't be a name."),
	syntax(lang.CodeText, "A text has an escape that means nothing, or braces that hold no expression. {{ is a brace."),
	syntax(lang.CodeTwice, "A clause may stand once, and some exclude each other."),

	{Code: "TUNE0201", Title: "unknown name",
		Text:  "The name is neither bound here nor declared.",
		Wrong: "let d = taget", Right: "let d = target"},
	{Code: "TUNE0202", Title: "unknown class or type",
		Text:  "No hosts, vm or component is declared under this name, and no type is built in.",
		Wrong: "vm Guest on pol", Right: "vm Guest on pool"},
	{Code: "TUNE0203", Title: "unknown metric, attribute or role",
		Text:  "What stands after the dot is nothing that instances of the class have. Metrics come from probes, attributes from attr, roles from links.",
		Wrong: "event hot(t: Tomcat) when t.lod > 80%", Right: "event hot(t: Tomcat) when t.load > 80%"},
	{Code: "TUNE0204", Title: "declared twice",
		Text:  "A name means one thing where it can be seen. Local names don't hide classes, events, functions, or what is built in.",
		Wrong: "event e every 1s\nevent e every 2s", Right: "event e every 1s\nevent f every 2s"},
	{Code: "TUNE0205", Title: "types or units don't fit",
		Text:  "Numbers go together only with their own unit. A bare number is no percent, no time and no size.",
		Wrong: "event hot(h: rack) when h.cpu > 10s", Right: "event hot(h: rack) when h.cpu > 10%"},
	{Code: "TUNE0206", Title: "may be missing",
		Text:  "A choice out of a set may find nothing, a role [0..1] may be empty, and what was removed is gone. Ask `x exists` on every way to its use.",
		Wrong: "state A { let v = max(h.vms by cpu) }\n-> B", Right: "state A { let v = max(h.vms by cpu) }\n-> B when v exists\n-> C otherwise"},
	{Code: "TUNE0207", Title: "wrong arguments",
		Text:  "A function, an operation or a module got other arguments than it takes.",
		Wrong: "share(v, h)", Right: "share(v, on: h)"},
	{Code: "TUNE0208", Title: "unknown function",
		Text:  "The name is no func of the program and none of the language.",
		Wrong: "let x = sqr(2)", Right: "let x = sqrt(2)"},
	{Code: "TUNE0209", Title: "unknown event",
		Text:  "Policies start on declared events, or on deploy and shutdown.",
		Wrong: "policy P on hto(h: rack)", Right: "policy P on hot(h: rack)"},
	{Code: "TUNE0210", Title: "unknown state, policy or scenario",
		Text:  "An arrow leads to a state of the same policy; use names a policy of the module; a test names a scenario.",
		Wrong: "-> Doen", Right: "-> Done"},
	{Code: "TUNE0211", Title: "unknown operation",
		Text:  "The component declares no op of this name.",
		Wrong: "front.restrat", Right: "front.restart"},
	{Code: "TUNE0212", Title: "unknown probe",
		Text:  "No probe of this name is declared for the class, or none at all, and then its silence means nothing.",
		Wrong: "pause probe lod of t", Right: "pause probe load of t"},
	{Code: "TUNE0213", Title: "unknown or missing field",
		Text:  "The block has no field of this name, a field takes none of these words, or one that must be there is missing.",
		Wrong: "hosts rack { nods = [\"a\"] }", Right: "hosts rack { nodes = [\"a\"] }"},
	{Code: "TUNE0214", Title: "not a constant, or out of range",
		Text:  "Sizes, times and thresholds of declarations are known when the program is compiled, and lie within bounds.",
		Wrong: "probe cpu: percent on rack every 0s", Right: "probe cpu: percent on rack every 1s"},
	{Code: "TUNE0215", Title: "wrong kind of thing",
		Text:  "Virtual machines migrate, hosts are released, software has operations: the action or the declaration is for another kind.",
		Wrong: "migrate h to v", Right: "migrate v to h"},
	{Code: "TUNE0216", Title: "one and many",
		Text:  "A role with * leads to a set. Choose one of it, or walk it.",
		Wrong: "let v = h.vms.home.name", Right: "let v = max(h.vms by cpu)"},
	{Code: "TUNE0217", Title: "multiplicities don't fit",
		Text:  "A multiplicity that no number satisfies, or a role that wants more than the other class can have.",
		Wrong: "component T on rack [3..1]", Right: "component T on rack [1..3]"},
	{Code: "TUNE0218", Title: "module not found",
		Text:  "Modules are \"std/NAME\", or files relative to the importing one.",
		Wrong: `import "std/consolidat"`, Right: `import "std/consolidate"`},
	{Code: "TUNE0219", Title: "cycle of imports",
		Text: "A module can't import itself, not even by way of others."},
	{Code: "TUNE0220", Title: "bad inventory",
		Text:  "An inventory is a CSV file whose first line names its columns: name,cores,mips,memory,watts for hosts; name,mips,memory[,vcpus] for VMs. Memory has a unit.",
		Wrong: "name,cores\nh1,2", Right: "name,cores,mips,memory\nh1,2,1000,4GiB"},
	{Code: "TUNE0221", Title: "recursion",
		Text:  "Functions are put in the place of their calls, so that every policy ends: they can't call themselves.",
		Wrong: "func f(x: float) = f(x)", Right: "func f(x: float) = x"},
	{Code: "TUNE0222", Title: "too large",
		Text: "Functions that call functions twice grow fast. What one declaration becomes must stay below 200,000 expressions."},
	{Code: "TUNE0223", Title: "unknown module",
		Text:  "use names a module that the file imports.",
		Wrong: "use consolidat.Pack on tick ()", Right: "use consolidate.Pack on tick (hosts: pool, vms: Guest)"},
	{Code: "TUNE0224", Title: "system and module mixed up",
		Text: "A module has params, functions and policies, and is compiled with the system that uses it. Everything else belongs into the system."},
	{Code: "TUNE0225", Title: "not known on every way",
		Text:  "What a state binds is known only in states that can be reached through it alone.",
		Wrong: "state A { let x = 1 }\n-> C\nstate B { }\n-> C\nstate C { notify(\"{x}\") }", Right: "bind x in a state that every way passes"},
	{Code: "TUNE0226", Title: "not here",
		Text:  "Plans think and states act; `var`, `add`, `lift`, `place` belong into a plan, which ends in apply. Conditions are about one thing, forks end at their join.",
		Wrong: "state A { var x = 1 }", Right: "state A { let x = 1 }"},
	{Code: "TUNE0227", Title: "cycle of dependencies",
		Text:  "The left end of a link depends on the right one. In a cycle nothing could be started first.",
		Wrong: "link A.b [1] -- [1] B.a\nlink B.c [1] -- [1] A.d", Right: "link A.b [1] -- [1] B.a"},
	{Code: "TUNE0229", Title: "too large for bytecode",
		Text: "A policy needs more registers than there are, more than 16 loops stand within each other, or a table needs more entries. Split it."},
	{Code: "TUNE0230", Title: "secret given away",
		Text:  "A bundle can be read by all who get it, and a command by all who list processes. A secret's value comes from where the program runs, and goes into files.",
		Wrong: "attr pw: secret = \"hunter2\"", Right: "attr pw: secret"},

	{Code: "TUNE0301", Severity: Warning, Title: "may go under the minimum",
		Text:  "x-- takes one away, and what was asked on the way leaves too few. What counts are comparisons of count(CLASS) with a number, joined by and.",
		Wrong: "policy P on idle(t: Tomcat) { state A { t-- } … }", Right: "policy P on idle(t: Tomcat) when count(Tomcat) > 1 { state A { t-- } … }"},
	{Code: "TUNE0302", Severity: Warning, Title: "may go over the maximum",
		Text:  "C++ makes one more, and what was asked on the way leaves too many. What counts are comparisons of count(CLASS) with a number, joined by and.",
		Wrong: "policy P on busy(t: Tomcat) { state A { Tomcat++ } … }", Right: "policy P on busy(t: Tomcat) when count(Tomcat) < 3 { state A { Tomcat++ } … }"},
	{Code: "TUNE0303", Severity: Warning, Title: "state that can't be reached",
		Text: "No way leads from the first state to this one."},
	{Code: "TUNE0304", Title: "no exit",
		Text:  "A state that is not final needs an arrow; a policy needs a state.",
		Wrong: "state A { }", Right: "state A { }\n-> Done\nfinal Done"},
	{Code: "TUNE0305", Title: "cycle without a bound",
		Text:  "Every policy ends: a cycle of states must say how often it may be walked.",
		Wrong: "state A { }\n-> B\nstate B { }\n-> A", Right: "state A { }\n-> B\nstate B { }\n-> A at most 3 times\n-> Done"},
	{Code: "TUNE0306", Title: "arrow out of a final state",
		Text: "A policy ends in a final state."},
	{Code: "TUNE0307", Severity: Warning, Title: "arrow that is never taken",
		Text:  "Arrows are tried in order. After one that is always open no other is reached; a state that does nothing can't fail.",
		Wrong: "-> A\n-> B when x > 1", Right: "-> B when x > 1\n-> A otherwise"},
	{Code: "TUNE0308", Severity: Warning, Title: "policy that feeds itself",
		Text:  "The last thing that the policy does, on a way that is always open, is to emit the event that starts it: it starts again at once, without end. The runtime cuts such a chain, and the policy fails.",
		Wrong: "policy P on ping { state A { emit ping } … }", Right: "policy P on ping when count(Tomcat) < 3 { state A { emit ping } … }"},
	{Code: "TUNE0309", Severity: Warning, Title: "condition that never holds",
		Text:  "The condition is false as it stands, or wants the same thing above one number and below a lesser one.",
		Wrong: "event mid(h: rack) when h.cpu > 50% and h.cpu < 40%", Right: "event mid(h: rack) when h.cpu > 40% and h.cpu < 50%"},

	{Code: "TUNE0401", Title: "loss in a lossless policy",
		Text:  "The action interrupts requests, and the policy promises that none is lost. Live migration keeps them. So does an operation marked `drains`, for what is marked `interrupts unless drained` and for the end of software that requests come to: it must have succeeded on every way, at all that send requests there, and not be taken back by one marked `undrains`, or by a start. An undo counts as well.",
		Wrong: "policy P on hot(t: Tomcat) lossless { state A { t.front.restart } … }", Right: "policy P on hot(h: rack) lossless { state A { migrate v to h } … }"},
	{Code: "TUNE0402", Severity: Warning, Title: "requests are lost",
		Text: "The action interrupts requests that are under way: an operation marked interrupts, or the end, the restart or the fencing of something stateful, or of software that requests come to: by a link from its left end, or from the clients of a scenario. The hint names the migration or the drain that would avoid it."},
}

// syntax is the entry of one of lang's codes.
func syntax(code, text string) Info {
	return Info{Code: Code(code), Title: lang.Titles[code], Text: text}
}
