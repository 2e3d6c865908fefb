package finding

// behaviour are findings about what policies would do.
var behaviour = []Info{
	{Code: "TUNE0301", Severity: Warning, Title: "may go under the minimum",
		Text:  "x-- takes one away, and what was asked on the way leaves too few: the action would fail when it comes to that. Ask before, in a guard; what counts are comparisons of count(CLASS) with a number, joined by and. Policies on deploy all run, side by side: what several of them make adds up.",
		Wrong: `policy P on busy(a: App) { final Shrink { a.web.drain(a)  a-- } }`,
		Right: `policy P on busy(a: App) when count(App) > 1 { final Shrink { a.web.drain(a)  a-- } }`},
	{Code: "TUNE0302", Severity: Warning, Title: "may go over the maximum",
		Text:  "C++ makes one more, and what was asked on the way leaves too many: the action would fail when it comes to that. Ask before, in a guard; what counts are comparisons of count(CLASS) with a number, joined by and. A deployment that makes machines of more memory than their hosts have together is told so, too.",
		Wrong: `policy P on go { final Grow { App++ } }`,
		Right: `policy P on go when count(App) < 3 { final Grow { App++ } }`},
	{Code: "TUNE0303", Severity: Warning, Title: "state that can't be reached",
		Text: "No way leads from the first state to this one: what it does is never done. Lead an arrow there, or leave it out. Where an arrow leads there that is never taken, only the arrow is told: TUNE0307.",
		Wrong: `policy P on hot(h: rack) {
  state Wake { allocate h }
  -> Done
  state Again { allocate h }
  -> Done
  final Done
}`,
		Right: `policy P on hot(h: rack) {
  state Wake { allocate h }
  -> Done
  final Done
}`},
	{Code: "TUNE0304", Title: "no exit",
		Text: "A state that is not final needs an arrow, so that what comes next is said; a policy needs a state.",
		Wrong: `policy P on hot(h: rack) {
  state Wake { allocate h }
}`,
		Right: `policy P on hot(h: rack) {
  final Wake { allocate h }
}`},
	{Code: "TUNE0305", Title: "cycle without a bound",
		Text: "Every policy ends: a cycle of states must say how often it may be walked, and do something on its way.",
		Wrong: `policy P on hot(h: rack) {
  state Wake { allocate h }
  -> Done when h.cpu < 50%
  -> Wake otherwise
  final Done
}`,
		Right: `policy P on hot(h: rack) {
  state Wake { allocate h }
  -> Done when h.cpu < 50%
  -> Wake when h.cpu >= 50% at most 3 times
  -> Done otherwise
  final Done
}`},
	{Code: "TUNE0306", Title: "arrow out of a final state",
		Text: "A policy ends in a final state. Leave the arrow out, or make it a state that isn't final.",
		Wrong: `policy P on hot(h: rack) {
  final Wake { allocate h }
  -> Wake at most 2 times
}`,
		Right: `policy P on hot(h: rack) {
  final Wake { allocate h }
}`},
	{Code: "TUNE0307", Severity: Warning, Title: "arrow that is never taken",
		Text: "Arrows are tried in order. Behind one that is always open no other is reached, nor one whose guard holds only where an earlier one does; and a state that does nothing can't fail. Put the narrower one first.",
		Wrong: `policy P on hot(h: rack) {
  state Wake { allocate h }
  -> Done
  -> Tell when h.cpu > 90%
  state Tell { notify("{h} is still hot") }
  -> Done
  final Done
}`,
		Right: `policy P on hot(h: rack) {
  state Wake { allocate h }
  -> Tell when h.cpu > 90%
  -> Done otherwise
  state Tell { notify("{h} is still hot") }
  -> Done
  final Done
}`},
	{Code: "TUNE0308", Severity: Warning, Title: "policy that feeds itself",
		Text:  "The last thing that the policy does, on a way that is always open, is to emit the event that starts it: it starts again at once, without end. The runtime cuts such a chain, and the policy fails; it cuts one through several policies, too, which is not told here. Give it a guard or a cooldown.",
		Wrong: `policy P on go { final Again { emit go } }`,
		Right: `policy P on go cooldown 1min { final Again { emit go } }`},
	{Code: "TUNE0309", Severity: Warning, Title: "condition that never holds",
		Text:  "The condition is false as it stands, or leaves something no value: above one number and below a lesser one, a count below 0 or over its class's maximum, a share that the simulator measures below 0% or over 100%, a size beyond what is declared, empty and not empty. What waits for it never happens.",
		Wrong: `event middling(h: rack) when h.cpu > 50% and h.cpu < 40%`,
		Right: `event middling(h: rack) when h.cpu > 40% and h.cpu < 50%`},
	{Code: "TUNE0310", Severity: Warning, Title: "state that may have no way out",
		Text: "Each arrow of the state asks for something, or counts, or is for a failure. Where none is open the run ends there, and counts as done; a guard about something unknown is not open either. Say with `otherwise` where it goes then, be it to a final state.",
		Wrong: `policy P on hot(h: rack) {
  state Wake { allocate h }
  -> Tell when h.cpu > 90%
  final Tell { notify("{h} is still hot") }
}`,
		Right: `policy P on hot(h: rack) {
  state Wake { allocate h }
  -> Tell when h.cpu > 90%
  -> Done otherwise
  final Tell { notify("{h} is still hot") }
  final Done
}`},

	{Code: "TUNE0311", Severity: Warning, Title: "expectation that tests nothing",
		Text:  "What is expected asks nothing of the run: it holds, or doesn't, whatever happens. A test of it says nothing about the system.",
		Wrong: "test \"it is well\" {\n  until 1min\n  always expect 1 == 1\n}",
		Right: "test \"it is well\" {\n  until 1min\n  always expect lost == 0\n}"},
	{Code: "TUNE0312", Severity: Warning, Title: "loads that nobody knows",
		Text: `counts(…) and trace(…) name loads that are known ("worldcup98", "planetlab/20110303" and other days), or a file. There is none beside the program; tune looks for one in the folder where it runs.`,
		Wrong: `scenario day {
  load Guest from trace("planetlab/2011-03-03")
  until 1h
}`,
		Right: `scenario day {
  load Guest from trace("planetlab/20110303")
  until 1h
}`},
	{Code: "TUNE0313", Severity: Warning, Title: "probe of what nothing measures",
		Text:  "The driver of these hosts is the simulator, which measures cpu and memory of machines, and process.cpu of software, each as a share: it won't play a program that wants anything else, and half a host's memory is 0.5 bytes to one that wants bytes. Say behind = which of them the metric is, or name the driver that measures it.",
		Wrong: `probe busyness: percent on App every 1s`,
		Right: `probe busyness: percent on App every 1s = process.cpu`},
	{Code: "TUNE0314", Severity: Warning, Title: "deployment that makes nothing",
		Text:  "A policy on deploy takes the place of the deployment that makes and starts what is declared. When it begins there are only the hosts, so a `for` over machines or software finds nothing, and nothing is made but by `++`. Make things there, what others stand on first, or leave the policy out.",
		Wrong: `policy Up on deploy { state Start { for a in App { a.start } } -> Done  final Done }`,
		Right: `policy Up on deploy { state Start { a = App++  a.start } -> Done  final Done }`},
	{Code: "TUNE0315", Severity: Warning, Title: "fidelity that the program doesn't suit",
		Text: "A scenario of fidelity cloudsim is played as CloudSim plays its published algorithm: one family of hosts whose power is known, machines on it that follow a trace, and their cpu, measured every 5min. With anything else in the program, tune won't play it.",
		Wrong: `scenario published {
  fidelity cloudsim
  load Guest from trace("planetlab/20110303")
  until 1d
}`,
		Right: `scenario day {
  load Guest from trace("planetlab/20110303")
  until 1d
}`},
	{Code: "TUNE0316", Severity: Warning, Title: "operation that nothing calls",
		Text:  "The operations start and stop are called when software is started and stopped, whether a policy says so or not. One with almost such a name is called by nobody: what it says is never done, and an interruption that it declares isn't counted.",
		Wrong: `component Cache on rack [1] { op strat = exec("cache start") }`,
		Right: `component Cache on rack [1] { op start = exec("cache start") }`},
	{Code: "TUNE0401", Title: "loss in a lossless policy",
		Text:  "The action interrupts requests, and the policy promises that none is lost. Live migration keeps them. So does an operation marked `drains`, for what is marked `interrupts unless drained`: it must have succeeded on every way, and not be taken back by one marked `undrains`, or by a start. An undo counts as well, and so does a policy that starts on what this one emits. Requests are lost, too, where nobody is left to take them: of a class that requests come to, one must be certain to serve besides all that may be drained, stopped or not yet started (a minimum, or a guard such as when count(App) > 1), and what was drained is let in again, started if it was stopped, or removed, before the policy ends well. What a failure leaves drained stays so: say it there.",
		Wrong: `policy P on busy(a: App) when count(App) > 1 lossless { final Rest { a-- } }`,
		Right: `policy P on busy(a: App) when count(App) > 1 lossless { final Rest { a.web.drain(a)  a-- } }`},
	{Code: "TUNE0402", Severity: Warning, Title: "requests are lost",
		Text:  "The action interrupts requests that are under way: an operation marked interrupts, or the end of something stateful. The hint names the migration or the drain that would avoid it.",
		Wrong: `policy P on busy(a: App) { final Rest { stop a } }`,
		Right: `policy P on busy(a: App) { final Rest { a.web.drain(a)  stop a } }`},
}
