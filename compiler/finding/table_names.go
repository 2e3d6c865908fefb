package finding

// names are findings about what things are called, what they are, and how they fit.
var names = []Info{
	{Code: "TUNE0201", Title: "unknown name",
		Text: "The name is neither bound here nor declared. A let is seen behind it and in the states that it leads to; what is made gets a name where it is made: new = App++.",
		Wrong: `policy P on hot(h: rack) {
  final Tell { notify("{host} is hot") }
}`,
		Right: `policy P on hot(h: rack) {
  final Tell { notify("{h} is hot") }
}`},
	{Code: "TUNE0202", Title: "unknown class or type",
		Text:  "No hosts, vm or component is declared under this name, and no type is built in. The built-in ones are bool, int, float, string, percent, duration, bytes, rate and secret.",
		Wrong: `vm Big on rak { count = 1 }`,
		Right: `vm Big on rack { count = 1 }`},
	{Code: "TUNE0203", Title: "unknown metric, attribute or role",
		Text:  "What stands after the dot is nothing that instances of the class have. Metrics come from probes, attributes from attr, roles from links; hosts have vms, machines have host and home.",
		Wrong: `event tired(a: App) when a.lod > 80%`,
		Right: `event tired(a: App) when a.load > 80%`},
	{Code: "TUNE0204", Title: "declared twice",
		Text: "A name means one thing wherever it can be seen, so that nobody reads the wrong one; a field is given once. Local names don't hide classes, events, functions, or what is built in.",
		Wrong: `event tick every 1s
event tick every 2s`,
		Right: `event tick every 1s
event tock every 2s`},
	{Code: "TUNE0205", Title: "types or units don't fit",
		Text:  "Numbers go together only with their own unit, so that 45 is never taken for 45% or for 45s. Write the unit behind the number, or divide by one: h.memory / 1GiB is a float. A float isn't taken for a percent, unless it was reckoned as a share: x * 100% makes one of it.",
		Wrong: `event warm(h: rack) when h.cpu > 45`,
		Right: `event warm(h: rack) when h.cpu > 45%`},
	{Code: "TUNE0206", Title: "may be missing",
		Text: "A choice out of a set may find nothing, a role [0..1] may be empty, and what was removed is gone. Ask `x exists` on every way to its use: in the guard of an arrow, or by `if`. What isn't kept by a `let` is known within the same expression only.",
		Wrong: `policy P on hot(h: rack) {
  state Choose { let v = max(h.vms by demand) }
  -> Move
  state Move { migrate v to v.home }
  -> Done
  final Done
}`,
		Right: `policy P on hot(h: rack) {
  state Choose { let v = max(h.vms by demand) }
  -> Move when v exists
  -> Done otherwise
  state Move { migrate v to v.home }
  -> Done
  final Done
}`},
	{Code: "TUNE0207", Title: "wrong arguments",
		Text:  "A function, an operation or a module got other arguments than it takes. The hint shows how it is called.",
		Wrong: `func heaviness(v: Guest, h: rack) = share(v, h)`,
		Right: `func heaviness(v: Guest, h: rack) = share(v, on: h)`},
	{Code: "TUNE0208", Title: "unknown function",
		Text:  "The name is no func of the program and none of the language.",
		Wrong: `func root(x: float) = sqr(x)`,
		Right: `func root(x: float) = sqrt(x)`},
	{Code: "TUNE0209", Title: "unknown event",
		Text:  "Policies start on declared events, or on deploy and shutdown; emit and scenarios name declared events, too. That of a module is named with it, drain.maintain, once the module is used; if uses give it other things, each has its own, and the thing that it is about must say which.",
		Wrong: `policy P on hto(h: rack) { final Tell { notify("{h} is hot") } }`,
		Right: `policy P on hot(h: rack) { final Tell { notify("{h} is hot") } }`},
	{Code: "TUNE0210", Title: "unknown state, policy or scenario",
		Text: "An arrow leads to a state of the same policy; use names a policy of the module; a test names a scenario.",
		Wrong: `policy P on hot(h: rack) {
  state Wake { allocate h }
  -> Doen
  final Done
}`,
		Right: `policy P on hot(h: rack) {
  state Wake { allocate h }
  -> Done
  final Done
}`},
	{Code: "TUNE0211", Title: "unknown operation",
		Text:  "The component declares no op of this name. Every thing has start and stop, hosts have allocate, release and fence.",
		Wrong: `policy P on busy(a: App) { final Quiet { a.web.drian(a) } }`,
		Right: `policy P on busy(a: App) { final Quiet { a.web.drain(a) } }`},
	{Code: "TUNE0212", Title: "unknown probe",
		Text:  "No probe of this name is declared for the class, or none at all, and then its silence means nothing.",
		Wrong: `policy P on busy(a: App) { final Quiet { pause probe lod of a } }`,
		Right: `policy P on busy(a: App) { final Quiet { pause probe load of a } }`},
	{Code: "TUNE0213", Title: "unknown or missing field",
		Text:  "The block has no field of this name, a field takes none of these words, or one that must be there is missing.",
		Wrong: `hosts pool { nodes = ["a"]  core = 4 }`,
		Right: `hosts pool { nodes = ["a"]  cores = 4 }`},
	{Code: "TUNE0214", Title: "not a constant, or out of range",
		Text:  "Sizes, times and thresholds of declarations are known when the program is compiled, and lie within bounds that the message names. A machine with more memory than any of its hosts has could stand nowhere; nor could one with more CPU, or faster vcpus than their cores, where capacity(cpu) is required.",
		Wrong: `probe use: percent on rack every 0s = memory`,
		Right: `probe use: percent on rack every 1s = memory`},
	{Code: "TUNE0215", Title: "wrong kind of thing",
		Text:  "Virtual machines migrate, hosts are released, software has operations: the action or the declaration is for another kind.",
		Wrong: `policy P on busy(a: App) { final Move { migrate a to a.host } }`,
		Right: `policy P on busy(a: App) { final Move { migrate a.vm to a.vm.home } }`},
	{Code: "TUNE0216", Title: "one and many",
		Text:  "A role with * leads to a set, and the name of a class stands for all its instances. Choose one: max(S by …); or walk it: for x in S.",
		Wrong: `policy P on hot(h: rack) { final Home { migrate h.vms to h } }`,
		Right: `policy P on hot(h: rack) { final Home { for v in h.vms { migrate v to v.home } } }`},
	{Code: "TUNE0217", Title: "multiplicities don't fit",
		Text:  "A multiplicity that no number satisfies, or a role that wants more than the other class can have.",
		Wrong: `component Db on rack [3..1] { op start = exec("db") }`,
		Right: `component Db on rack [1..3] { op start = exec("db") }`},
	{Code: "TUNE0218", Title: "module not found",
		Text:  `Modules are "std/NAME", which come with the compiler, or files, relative to the importing one and below the system's folder.`,
		Wrong: `import "std/consolidat"`,
		Right: `import "std/consolidate"`},
	{Code: "TUNE0219", Title: "cycle of imports",
		Text: "A module can't import itself, not even by way of others. Put what both need into a third one.",
		Wrong: `-- main.tune --
system shop
import "left.tune"
-- left.tune --
module left
import "right.tune"
-- right.tune --
module right
import "left.tune"`,
		Right: `-- main.tune --
system shop
import "left.tune"
-- left.tune --
module left
import "right.tune"
-- right.tune --
module right`},
	{Code: "TUNE0220", Title: "bad inventory",
		Text: "An inventory is a CSV file whose first line names its columns: name,cores,mips,memory,watts for hosts; name,mips,memory[,vcpus] for VMs; and attributes that the class declares. Sizes, times and percents have a unit, the numbers of a power curve stand between semicolons.",
		Wrong: `-- main.tune --
system shop
hosts rack { inventory = "hosts.csv" }
-- hosts.csv --
name,cores,mips,memory,watts
a,2,1860,4,86;117`,
		Right: `-- main.tune --
system shop
hosts rack { inventory = "hosts.csv" }
-- hosts.csv --
name,cores,mips,memory,watts
a,2,1860,4GiB,86;117`},
	{Code: "TUNE0221", Title: "recursion",
		Text:  "Functions are put in the place of their calls, so that every policy ends: they can't call themselves. Walk a set instead.",
		Wrong: `func total(h: rack): float = if empty(h.vms) then 0 else total(h)`,
		Right: `func total(h: rack): float = sum(h.vms by demand)`},
	{Code: "TUNE0222", Title: "too large",
		Text: "Functions that call functions twice grow fast. What one declaration becomes must stay below 200,000 expressions. Split it, or bind with let what is reckoned twice.",
		Wrong: `func x8(x: float) = x + x + x + x + x + x + x + x
func x64(x: float) = x8(x) + x8(x) + x8(x) + x8(x) + x8(x) + x8(x) + x8(x) + x8(x)
func x512(x: float) = x64(x) + x64(x) + x64(x) + x64(x) + x64(x) + x64(x) + x64(x) + x64(x)
func x4096(x: float) = x512(x) + x512(x) + x512(x) + x512(x) + x512(x) + x512(x) + x512(x) + x512(x)
func x32768(x: float) = x4096(x) + x4096(x) + x4096(x) + x4096(x) + x4096(x) + x4096(x) + x4096(x) + x4096(x)
func x262144(x: float) = x32768(x) + x32768(x) + x32768(x) + x32768(x) + x32768(x) + x32768(x) + x32768(x) + x32768(x)`,
		Right: `func x8(x: float) = 8 * x
func x64(x: float) = 8 * x8(x)
func x512(x: float) = 8 * x64(x)
func x4096(x: float) = 8 * x512(x)
func x32768(x: float) = 8 * x4096(x)
func x262144(x: float) = 8 * x32768(x)`},
	{Code: "TUNE0223", Title: "unknown module",
		Text: "use names a module that the file imports.",
		Wrong: `import "std/consolidate"
use consolidat.Pack on go (hosts: rack)`,
		Right: `import "std/consolidate"
use consolidate.Pack on go (hosts: rack)`},
	{Code: "TUNE0224", Title: "system and module mixed up",
		Text:  "A module has params, functions, events and policies, and is compiled with the system that uses it. Everything else belongs into the system.",
		Wrong: `param least: int = 2`,
		Right: `func least() = 2`},
	{Code: "TUNE0225", Title: "not known on every way",
		Text: "What a state binds is known only in states that can be reached through it alone. What was made is gone past `on failure undo`. Bind it in a state that every way passes.",
		Wrong: `policy P on hot(h: rack) {
  state Look { let n = count(h.vms) }
  -> Count when h.cpu > 90%
  -> Tell otherwise
  state Count { let load = sum(h.vms by demand) }
  -> Tell
  final Tell { notify("{n} machines, {load} in all") }
}`,
		Right: `policy P on hot(h: rack) {
  state Look { let n = count(h.vms)  let load = sum(h.vms by demand) }
  -> Tell
  final Tell { notify("{n} machines, {load} in all") }
}`},
	{Code: "TUNE0226", Title: "not here",
		Text:  "Plans think and states act; var, add, lift and place belong into a plan, which ends in apply. Conditions are about one thing, forks end at their join.",
		Wrong: `policy P on go { final Count { var n = 1  notify("{n}") } }`,
		Right: `policy P on go { final Count { let n = 1  notify("{n}") } }`},
	{Code: "TUNE0227", Title: "cycle of dependencies",
		Text: "The left end of a link depends on the right one, which is deployed and started first; requests go from left to right. In a cycle nothing could be first. One link gives both of its ends a role. Peers need none: the others of a class are App where it != a.",
		Wrong: `component Cache on rack [1] { op start = exec("cache") }
component Db on rack [1] { op start = exec("db") }
link Cache.db [1] -- [1] Db.cache
link Db.buffer [1] -- [1] Cache.store`,
		Right: `component Cache on rack [1] { op start = exec("cache") }
component Db on rack [1] { op start = exec("db") }
link Cache.db [1] -- [1] Db.cache`},
	{Code: "TUNE0229", Title: "too large for bytecode",
		Text: "A policy needs more registers than there are, more than 16 loops or 8 operations over sets stand within each other, more than 256 branches run together, or a table needs more entries. Split it.",
		Wrong: `event deep(h: rack) when some(h.vms where some(it.host.vms where some(it.host.vms where
    some(it.host.vms where some(it.host.vms where some(it.host.vms where
    some(it.host.vms where some(it.host.vms where some(it.host.vms where demand > 1000)))))))))`,
		Right: `event deep(h: rack) when some(h.vms where demand > 1000)`},
	{Code: "TUNE0230", Title: "secret given away",
		Text:  "A bundle can be read by all who get it, and a command by all who list processes. A secret's value comes from where the program runs, and goes into files: template(…, to: …). No message shows it, and nothing asks about it.",
		Wrong: `component Db on rack [1] { attr key: secret = "hunter2"  op start = exec("db") }`,
		Right: `component Db on rack [1] { attr key: secret  op start = exec("db") }`},
	{Code: "TUNE0231", Title: "bad template",
		Text:  "The bundle takes along the file of which template(…, to: …) makes another. It lies beside the program or below, is text in UTF-8, and has at most 64 KiB. Its name is known when the program is compiled: nothing is filled into it.",
		Wrong: `component Db on rack [1] { op start = exec("db")  op configure = template("/etc/passwd", to: "db.conf") }`,
		Right: `-- main.tune --
system shop
hosts rack { nodes = ["node1", "node2"] }
component Db on rack [1] { op start = exec("db")  op configure = template("db.tmpl", to: "db.conf") }
-- db.tmpl --
name {name}`},
}
