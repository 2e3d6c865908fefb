package lsp

import (
	"strings"

	"github.com/tune-autonomic/tune/compiler/check"
)

// builtIn is a function of the language: how it is called, and what it gives.
type builtIn struct {
	name   string
	params []string
	gives  string
	doc    string
}

// builtIns are the language's functions, in the order in which they are offered.
var builtIns = []builtIn{
	{"min", []string{"set by key", "where condition"}, "one of the set, or none", "The one of a set with the least key. `min(a, b)` is the lesser of two numbers, `min(x over 10s)` the least of a metric."},
	{"max", []string{"set by key", "where condition"}, "one of the set, or none", "The one of a set with the greatest key. `max(a, b)` is the greater of two numbers, `max(x over 10s)` the greatest of a metric."},
	{"sum", []string{"set by key", "where condition"}, "a number", "The keys of a set added up."},
	{"avg", []string{"set by key", "where condition"}, "a number", "The average of a set's keys. `avg(x over 10s)` is that of a metric."},
	{"count", []string{"set where condition"}, "int", "How many of a set there are."},
	{"some", []string{"set where condition"}, "bool", "Whether one of a set fits."},
	{"empty", []string{"set where condition"}, "bool", "Whether none of a set fits. `empty(h)`: nothing stands on h."},
	{"all", []string{"set where condition"}, "bool", "Whether all of a set fit."},
	{"share", []string{"v", "on: h"}, "percent", "The part of h's CPU that v takes or would take."},
	{"fits", []string{"v", "h"}, "bool", "Whether all that is required of h's family (`require`) holds with v there, too, and with the software that stands on v, or was lost with it and comes back."},
	{"volatility", []string{"x", "weight"}, "a number", "The variance of a metric from one sample to the next, older samples counting less and less."},
	{"ewma", []string{"x", "weight"}, "a number", "The average of a metric, older samples counting less and less."},
	{"sqrt", []string{"x"}, "float", "The square root."},
	{"abs", []string{"x"}, "the type of x", "The number without its sign."},
	{"len", []string{"series"}, "int", "How many samples there are: `len(x last 30)`."},
	{"stddev", []string{"series"}, "a number of their unit", "The standard deviation: `stddev(x last 30)`."},
	{"median", []string{"series"}, "a number of their unit", "The median: `median(x last 30)`."},
	{"mad", []string{"series"}, "a number of their unit", "The median of the distances from the median."},
	{"iqr", []string{"series"}, "a number of their unit", "The distance from the lower to the upper quartile."},
	{"forecast", []string{"series"}, "a number of their unit", "Where the series leads to, one sample on."},
	{"exec", []string{`"command"`}, "", "A command on the machine. It is cut into arguments before anything is filled in: no shell reads it."},
	{"template", []string{`"file.tmpl"`, `to: "file"`}, "", "A file made of a template."},
	{"port", []string{"attribute"}, "", "The software is ready once this port answers."},
	{"counts", []string{`"name"`, "from: day", "scale: factor"}, "", "Requests in each period, of a recorded day."},
	{"trace", []string{`"name"`}, "", "The load of each machine, as it was recorded."},
	{"watts", []string{"load"}, "float", "The power that the host draws at a load."},
}

func builtInNamed(name string) *builtIn {
	for i := range builtIns {
		if builtIns[i].name == name {
			return &builtIns[i]
		}
	}
	return nil
}

func (b *builtIn) label() string {
	text := b.name + "(" + strings.Join(b.params, ", ") + ")"
	if b.gives != "" {
		text += ": " + b.gives
	}
	return text
}

// memberDocs are what all things of a kind have.
var memberDocs = map[string]string{
	"hosts.vms": "The virtual machines that stand on the host.", "hosts.planned": "The host as the plan has it so far.",
	"hosts.capacity": "What the host can do: cores times mips.", "hosts.cores": "How many cores the host has.",
	"hosts.mips": "The speed of a core.", "hosts.memory": "The memory of the host.",
	"vm.host": "The host that the machine stands on.", "vm.home": "The host on which the machine was placed first, and to which it belongs.",
	"vm.demand": "The CPU that the machine asks for, in mips.", "vm.planned": "The machine as the plan has it so far.",
	"vm.vcpus": "How many cores the machine is given.", "vm.mips": "The speed of one of them.", "vm.memory": "The memory of the machine.",
	"component.host": "The host that the software runs on, or its machine does.", "component.vm": "The machine that the software runs on.",
	"planned.demand": "What the machines that the plan has there ask for, in mips.", "planned.granted": "What the host would give them.",
	"planned.free": "What the host would have left.", "planned.cpu": "The load that the host would have.",
	"planned.memory": "The memory that they would take.", "planned.vms": "The machines that the plan has there.",
	"planned.host": "The host on which the plan has the machine; none if it was lifted.",
}

// nameDocs are names that the language binds.
var nameDocs = map[string]string{
	"it":      "The one of the set that is looked at.",
	"self":    "The new machine that is to be placed.",
	"planned": "The model as the plan has it so far.",
	"start":   "Starts it. It needs no declaration.", "stop": "Stops it. It needs no declaration.",
	"lost": "How many requests were lost.", "done": "How many requests were answered.", "migrations": "How many migrations there were.",
}

func (b *builtIn) describe() string { return code(b.label()) + "\n\n" + b.doc }

func describeBuiltIn(sym *check.Symbol, t string) string {
	if b := builtInNamed(sym.Name); b != nil && sym.Owner == "" {
		return b.describe()
	}
	head, key := sym.Name, sym.Name
	if t != "" {
		head += ": " + t
	}
	doc := nameDocs[key]
	if sym.Owner != "" {
		doc = memberDocs[sym.Owner+"."+sym.Name]
		for _, kind := range []string{"hosts", "vm"} {
			if doc == "" {
				doc = memberDocs[kind+"."+sym.Name]
			}
		}
	}
	if doc == "" {
		return code(head)
	}
	return code(head) + "\n\n" + doc
}

// wordDocs say what words of the language are for.
var wordDocs = map[string]string{
	"hosts":     "A family of physical machines.",
	"vm":        "A class of virtual machines on a family of hosts.",
	"component": "A class of software on hosts or virtual machines.",
	"link":      "Two roles, with how many there may be at the far end of each.",
	"probe":     "A metric of a class, how often it is measured, and when it is stale.",
	"event":     "Something that happens: a condition that holds for a time, a silence, a period, or what comes from outside.",
	"policy":    "A state machine that starts on an event.",
	"scenario":  "A world to simulate.",
	"test":      "A scenario, and what must come of it.",
	"require":   "What must always hold.",
	"budget":    "How much may be done in a time.",
	"use":       "A module's policy, with its classes and thresholds filled in.",
	"migrate":   "Moves a virtual machine to another host while it runs.",
	"restart":   "Starts a virtual machine anew, on a host.",
	"allocate":  "Has a host ready: switched on.",
	"release":   "Gives an empty host back. It may be switched off.",
	"fence":     "Makes sure that a host is off: what stood on it can then be restarted elsewhere.",
	"notify":    "Tells the operators.",
	"ask":       "Asks an operator. No, or no answer in time, is a failure.",
	"emit":      "Has an event happen that comes from outside.",
	"wait":      "Waits until a condition holds, for a time at most.",
	"lift":      "Takes a virtual machine off its host, in the plan.",
	"place":     "Puts a virtual machine on a host, in the plan.",
	"back":      "Puts a virtual machine back to where it stands, in the plan.",
	"apply":     "Carries the plan out.",
	"plan":      "Thinks on a scratch copy of the model; what remains are moves.",
	"lossless":  "The policy may do nothing that loses requests.",
	"cooldown":  "How long the policy rests about one thing when it has ended.",
	"otherwise": "When no arrow before is taken: the conditions are false, or unknown.",
	"exists":    "Whether there is one.",
	"within":    "How long it may take.",
	"stateful":  "Requests are lost if one of these is lost.",
	"import":    "Brings in a module: the library's, or a file beside this one.",
	"param":     "What a use of the module gives it: a class, a member of one, a function or a constant.",
	"func":      "A name for an expression. It is pure, and may not call itself.",
	"attr":      "A value of each of the class, free to choose.",
	"op":        "What the software can do: a command on its machine, or a file made of a template.",
	"ready":     "When the software counts as started: once its port answers.",
	"state":     "What a policy does before it goes on by one of the arrows below.",
	"final":     "A state in which the policy ends.",
	"let":       "A name for a value, which doesn't change.",
	"var":       "A number or a set that a plan can change.",
	"for":       "Does something for each of a set, one after the other or some at once.",
	"if":        "Chooses between two values; in a plan, between steps.",
	"fork":      "Begins a branch that goes on beside the others, up to the join.",
	"join":      "Waits until all branches have ended.",
	"pause":     "Stops a probe for one thing; in a scenario, a policy for a time.",
	"resume":    "Lets go on what was paused.",
	"add":       "Puts something into a set of the plan.",
	"remove":    "Takes something out of a set of the plan.",
	"pick":      "Takes the best out of a set, chosen anew each time.",
	"all":       "Whether all of a set fit; `all or nothing { … }` forgets its moves if it gives up.",
	"give":      "`give up` ends an `all or nothing`, and forgets its moves.",
	"load":      "The CPU load of each machine of a class: points in time, or a trace.",
	"where":     "Those of a set that fit.",
	"by":        "What a set is ordered or reckoned by.",
	"desc":      "The greatest first.",
	"undoable":  "An undo may move the machine back.",
	"stale":     "After how long without a sample the metric is unknown.",
	"drained":   "No more requests go to it, and it has none left.",
	"over":      "What a metric was for a time: `avg(x over 10s)`.",
	"last":      "The last samples of a metric: `stddev(x last 30)`.",
}
