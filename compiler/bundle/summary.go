package bundle

import (
	"strconv"
	"strings"
)

// Overview is what `tunec inspect` shows of a bundle.
type Overview struct {
	System    string           `json:"system"`
	Version   uint64           `json:"version"`
	Classes   []ClassOverview  `json:"classes"`
	Probes    []ProbeOverview  `json:"probes"`
	Events    []EventOverview  `json:"events"`
	Policies  []PolicyOverview `json:"policies"`
	Requires  []string         `json:"requires"`
	Budgets   []string         `json:"budgets"`
	Scenarios []string         `json:"scenarios"`
	Sources   []FileOverview   `json:"sources"`
	Sizes     Sizes            `json:"sizes"`
}

// ClassOverview is a class: Max is -1 for no bound.
type ClassOverview struct {
	Name     string `json:"name"`
	Kind     string `json:"kind"`
	On       string `json:"on,omitempty"`
	Min      int32  `json:"min"`
	Max      int32  `json:"max"`
	Initial  int32  `json:"initial"`
	Stateful bool   `json:"stateful"`
}

// ProbeOverview is a metric of a class; its period is in seconds.
type ProbeOverview struct {
	Name    string  `json:"name"`
	Class   string  `json:"class"`
	Seconds float64 `json:"seconds"`
}

// EventOverview is an event: how many interval tests its condition has, and whether there is code besides.
type EventOverview struct {
	Name  string `json:"name"`
	Class string `json:"class,omitempty"`
	Tests int    `json:"tests"`
	Code  bool   `json:"code"`
}

// PolicyOverview is a policy: MostActions is -1 if it depends on the size of a set, and Most says it in words.
type PolicyOverview struct {
	Name        string   `json:"name"`
	On          string   `json:"on"`
	Lossless    bool     `json:"lossless"`
	States      []string `json:"states"`
	MostActions int64    `json:"mostActions"`
	Most        string   `json:"most"`
	Registers   int      `json:"registers"`
}

// FileOverview is a file that the program was compiled from.
type FileOverview struct {
	Path   string `json:"path"`
	SHA256 string `json:"sha256"`
}

// Sizes are the lengths of the larger tables.
type Sizes struct {
	Instructions int `json:"instructions"`
	Constants    int `json:"constants"`
	Columns      int `json:"columns"`
	Windows      int `json:"windows"`
	SetOps       int `json:"setOps"`
	Actions      int `json:"actions"`
}

// Summary says what p holds. It trusts nothing: a reference that leads nowhere shows as a question mark.
func Summary(p *Program) Overview {
	d := disassembler{p: p}
	o := Overview{
		System: p.System, Version: p.Version,
		Classes: []ClassOverview{}, Probes: []ProbeOverview{}, Events: []EventOverview{}, Policies: []PolicyOverview{},
		Requires: []string{}, Budgets: []string{}, Scenarios: []string{}, Sources: []FileOverview{},
		Sizes: Sizes{len(p.Code), len(p.Consts), len(p.Columns), len(p.Windows), len(p.SetOps), len(p.Actions)},
	}
	for _, c := range p.Classes {
		view := ClassOverview{
			Name: c.Name, Kind: KindNames[min(int(c.Kind), len(KindNames)-1)],
			Min: c.Min, Max: c.Max, Initial: c.Initial, Stateful: c.Stateful,
		}
		if c.On >= 0 {
			view.On = d.class(c.On)
		}
		o.Classes = append(o.Classes, view)
	}
	for _, pr := range p.Probes {
		o.Probes = append(o.Probes, ProbeOverview{pr.Name, d.class(pr.Class), float64(pr.Every) / 1e9})
	}
	for _, ev := range p.Events {
		view := EventOverview{Name: ev.Name, Tests: len(ev.Cond.Tests), Code: ev.Cond.PC >= 0}
		if ev.Class >= 0 {
			view.Class = d.class(ev.Class)
		}
		o.Events = append(o.Events, view)
	}
	for i := range p.Policies {
		o.Policies = append(o.Policies, d.overview(&p.Policies[i]))
	}
	for _, r := range p.Requires {
		o.Requires = append(o.Requires, r.Text(p))
	}
	for _, b := range p.Budgets {
		o.Budgets = append(o.Budgets, b.Text(p))
	}
	for _, s := range p.Scenarios {
		o.Scenarios = append(o.Scenarios, s.Name)
	}
	for _, l := range p.Lock {
		o.Sources = append(o.Sources, FileOverview(l))
	}
	return o
}

func (d *disassembler) overview(p *Policy) PolicyOverview {
	view := PolicyOverview{
		Name: p.Name, On: d.trigger(p.Event), Lossless: p.Lossless, States: []string{}, MostActions: p.Most,
		Most: d.most(p), Registers: len(p.Regs),
	}
	if len(p.MostEach) > 0 {
		view.MostActions = -1
	}
	for _, s := range p.States {
		if s.written() {
			view.States = append(view.States, s.Name)
		}
	}
	return view
}

// written says whether a person wrote the state: the compiler has one without a name for itself, and counts the turns of a
// loop in what it calls "STATE again".
func (s *State) written() bool { return s.Name != "" && !strings.Contains(s.Name, " ") }

func (d *disassembler) most(p *Policy) string { return MostActions(p.Most, p.MostEach, d.class) }

// MostActions says in words how many actions a policy can take at most.
func MostActions(n int64, each []MostEach, class func(int32) string) string {
	if n < 0 {
		return "as many actions as its sets are large"
	}
	text := "at most " + strconv.FormatInt(n, 10) + " actions"
	if n == 1 {
		text = "at most 1 action"
	}
	var parts []string
	for _, e := range each {
		parts = append(parts, strconv.FormatInt(e.N, 10)+" for each "+class(e.Class))
	}
	switch {
	case len(parts) == 0:
		return text
	case n == 0:
		return "at most " + strings.Join(parts, " and ")
	}
	return text + " and " + strings.Join(parts, " and ")
}

// Text is what r says, as it is written. It may be of a program that wasn't verified.
func (r Require) Text(p *Program) string {
	class := (&disassembler{p: p}).class
	switch {
	case r.Kind == RequireCapacity:
		return "capacity(" + r.What + ") on " + class(r.Class)
	case r.Kind == RequireReady:
		return strconv.Itoa(int(r.N)) + " ready of " + class(r.Of)
	case r.By != "":
		return r.Kind + "(" + class(r.Of) + ") on " + class(r.Class) + " by " + r.By
	}
	return r.Kind + "(" + class(r.Of) + ") on " + class(r.Class)
}

// Text is what b says, as it is written. It may be of a program that wasn't verified.
func (b Budget) Text(p *Program) string {
	text := strconv.Itoa(int(b.N)) + " " + b.What
	if b.N != 1 {
		text += "s"
	}
	if b.Per > 0 {
		text += " per " + timeText(b.Per)
	} else {
		text += " at a time"
	}
	class := (&disassembler{p: p}).class(b.Class)
	if b.PerHost {
		return text + " per " + class + " host"
	}
	return text + " across " + class
}

// timeText is a length of time, in nanoseconds, in the largest unit of which it is a whole number.
func timeText(ns int64) string {
	for _, u := range []struct {
		name string
		ns   int64
	}{{"d", 24 * 3600e9}, {"h", 3600e9}, {"min", 60e9}, {"s", 1e9}, {"ms", 1e6}, {"us", 1e3}} {
		if ns%u.ns == 0 {
			return strconv.FormatInt(ns/u.ns, 10) + u.name
		}
	}
	return strconv.FormatInt(ns, 10) + "ns"
}
