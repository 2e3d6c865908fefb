package lsp

// snippet is what can begin a line, with places to fill in.
type snippet struct{ label, detail, text string }

var declarationSnippets = []snippet{
	{"hosts", "a family of physical machines", "hosts ${1:name} {\n  driver = \"${2:sim}\"\n  nodes  = [\"${3:node1}\"]\n  cores  = ${4:2}\n  memory = ${5:2GiB}\n}"},
	{"vm", "a class of virtual machines", "vm ${1:Name} on ${2:hosts} {\n  count  = ${3:1}\n  vcpus  = ${4:1}\n  memory = ${5:512MiB}\n}"},
	{"component", "a class of software", "component ${1:Name} on ${2:Class} [${3:1}] {\n  op start = exec(\"${4:command}\")\n}"},
	{"link", "two roles", "link ${1:Class}.${2:role} [${3:1}] -- [${4:*}] ${5:Class}.${6:role}"},
	{"probe", "a metric", "probe ${1:cpu}: ${2:percent} on ${3:Class} every ${4:1s}"},
	{"event", "a condition that holds for a time", "event ${1:hot}(${2:h}: ${3:Class}) when ${4:h.cpu > 80%} for ${5:10s}"},
	{"policy", "a state machine that starts on an event", "policy ${1:Name} on ${2:event}(${3:h}: ${4:Class}) {\n  state ${5:Act} {\n    $0\n  }\n  -> Done\n  final Done\n}"},
	{"func", "a pure function", "func ${1:name}(${2:h}: ${3:Class}) = ${4:h.cpu}"},
	{"require", "what must always hold", "require capacity(${1|memory,cpu|}) on ${2:hosts}"},
	{"require apart", "no two on one host", "require apart(${1:class}) on ${2:hosts}"},
	{"require ready", "how many must be ready", "require ${1:1} ready of ${2:class}"},
	{"budget", "how much may be done in a time", "budget ${1:4} migrations per ${2:10min} across ${3:hosts}"},
	{"scenario", "a world to simulate", "scenario ${1:name} {\n  at 0s deploy all\n  $0\n  until ${2:1h}\n}"},
	{"test", "a scenario, and what must come of it", "test \"${1:what holds}\" in ${2:scenario} {\n  always expect ${3:lost == 0}\n}"},
	{"use", "a module's policy", "use ${1:module}.${2:Policy} on ${3:event} ($0)"},
	{"import", "a module", "import \"${1:std/consolidate}\""},
	{"param", "what a use fills in", "param ${1:name}: ${2:percent} = ${3:45%}"},
}

var memberSnippets = map[string][]snippet{
	"hosts":     {{"attr", "a value of each host", "attr ${1:name}: ${2:percent} = ${3:45%}"}},
	"vm":        {{"attr", "a value of each machine", "attr ${1:name}: ${2:int} = ${3:1}"}},
	"component": {{"attr", "a value of each", "attr ${1:port}: ${2:int} = ${3:80}"}, {"op", "an operation", "op ${1:start} = exec(\"${2:command}\")"}, {"ready", "when it serves", "ready = port(${1:port})"}},
	"policy": {
		{"state", "a state with what is done in it", "state ${1:Name} {\n  $0\n}\n-> ${2:Done}"},
		{"final", "where the policy ends", "final ${1:Done}"},
		{"->", "an arrow to another state", "-> ${1:Done} ${2|when,on success,on failure undo,otherwise|}"},
	},
	"scenario": {
		{"at", "what happens at a time", "at ${1:0s} deploy ${2:all}"},
		{"clients", "clients that wait for their answers", "clients of ${1:Class}: 0 until ${2:100s}, to ${3:600} at ${4:500s}"},
		{"requests", "requests that come in any case", "requests of ${1:Class} from counts(\"${2:worldcup98}\")"},
		{"load", "the load of machines", "load ${1:Class} from trace(\"${2:planetlab/20110303}\")"},
		{"work", "what a request costs", "work ${1:Class} ${2:10ms}"},
		{"until", "when it ends", "until ${1:1h}"},
	},
	"test": {
		{"at", "what holds at a time", "at ${1:60s} expect ${2:lost == 0}"},
		{"always", "what holds all the time", "always expect ${1:lost == 0}"},
		{"never", "what never holds", "never expect ${1:lost > 0}"},
		{"eventually", "what comes to hold", "eventually within ${1:60s} expect ${2:done > 0}"},
	},
}

var stepSnippets = []snippet{
	{"let", "a name for a value", "let ${1:x} = ${2:value}"},
	{"migrate", "move a machine while it runs", "migrate ${1:v} to ${2:h} within ${3:2min}"},
	{"for", "something for each of a set", "for ${1:x} in ${2:set} by ${3:key} one at a time {\n  $0\n}"},
	{"wait", "wait for a condition", "wait until ${1:condition} within ${2:1min}"},
	{"notify", "tell the operators", "notify(\"${1:text}\")"},
	{"ask", "ask an operator", "ask operator \"${1:question}\" within ${2:1h}"},
	{"plan", "think before acting", "plan {\n  $0\n  apply safely\n}"},
	{"fork", "what is done together", "fork { $1 }\nfork { $2 }\njoin"},
	{"pick", "the best of a set, again and again", "pick ${1:v} from ${2:set} by ${3:key} {\n  $0\n}"},
	{"all", "steps that are all kept or none", "all or nothing {\n  $0\n}"},
	{"if", "", "if ${1:condition} {\n  $0\n}"},
	{"apply", "carry the plan out", "apply safely"},
}

func snippetsOf(c *cursor) []snippet {
	switch {
	case c.block() == "":
		return declarationSnippets
	case c.inSteps():
		return stepSnippets
	}
	return memberSnippets[c.block()]
}
