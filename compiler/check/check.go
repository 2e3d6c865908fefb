// Package check gives a syntax tree its meaning: it resolves names, types, units, roles and missing values against the
// architecture that the program declares, expands modules and functions, and says what is wrong.
//
// It takes parsed files (lang) and gives a typed program (ir) whose tables are those of the bundle, or findings. All
// mistakes of a program are found in one run; what follows from an earlier mistake is not reported again. It is pure but
// for what it reads through Files, and it never panics on a tree, whatever its shape.
//
// A newcomer reads the files in the order of the passes: files (modules), declare (names, spaces), tables (what the
// bundle needs), expr and its friends (typing), flow and policy (state machines), loss.
package check

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tune-autonomic/tune/compiler/bundle"
	"github.com/tune-autonomic/tune/compiler/finding"
	"github.com/tune-autonomic/tune/compiler/ir"
	"github.com/tune-autonomic/tune/lang"
)

// declaresHosts says whether a file that calls itself a module is a system: it declares hosts, and nobody gives it anything.
func declaresHosts(f *lang.File) bool {
	return f.Kind == "module" && f.Name.Text != "" && len(each[*lang.Hosts](f)) > 0 && len(each[*lang.ModuleParam](f)) == 0
}

// saidModule reports a system that calls itself a module.
func (c *checker) saidModule(name lang.Name) {
	source := c.sources[c.system.file].Source
	at := strings.LastIndex(source[:name.Span.Start], "module")
	word := lang.Span{Start: at, End: at + len("module")}
	c.report("TUNE0224", c.system, word, "a module declares no hosts: this is a system", "write system")
	c.change(c.system, word, "system")
}

// Check checks a program. The program is nil if a finding is an error.
func Check(files *Files) (*ir.Program, []finding.Finding) {
	c := newChecker(files)
	if declaresHosts(files.Main) {
		c.saidModule(files.Main.Name)
	} else if files.Main.Kind == "module" {
		c.alone()
		if files.Main.Name.Text != "" {
			c.report("TUNE0224", c.system, files.Main.Name.Span, "this is a module: what it does with what it is given is checked where it is used", usedBy(files.Main))
		}
		return nil, c.done()
	}
	c.whole()
	found := c.done()
	if finding.Failed(found) {
		return nil, c.retyped(found)
	}
	return c.program, found
}

// whole checks a system.
func (c *checker) whole() {
	c.loadImports()
	c.declare(c.files.Main)
	c.checkEvents()
	c.checkPolicies()
	c.reportLed()
	c.reportMakesNothing()
	c.reportMakesLess()
	c.enoughForAll()
	c.reportUncalled()
	c.checkPlaces()
	c.checkScenarios()
	c.finishTables()
	c.boundPolicies()
	program := *c.tables // without what only tests use
	c.checkTests()
	if c.files.Tests {
		c.keepHistories()
	} else {
		*c.tables, c.program.Tests = program, nil
	}
}

// checker is one compilation.
type checker struct {
	files    *Files
	program  *ir.Program
	tables   *bundle.Program
	findings []finding.Finding
	syntax   []finding.Finding // of the main file
	// muted counts the expansions under way whose findings were reported where they were declared.
	muted int
	// called are the operations that some policy calls.
	called map[*lang.Op]bool
	// hushed says that what was reported last is not told.
	hushed bool

	system *unit
	// units are the files by their index in Tables.Sources.
	sources []*lang.File
	lost    []*lost // of each
	// clashed are the places where types were found not to go together; tried are those that are tried in the place of what is
	// written.
	clashed []clash
	tried   map[*lang.TypeRef]bundle.BaseType
	// told are the findings of unknown names that stand in several places.
	told map[string]int
	// lackedBy is what lacks a name that resembles none, by the name.
	lackedBy map[string]string
	// named are where names are declared.
	named   map[place]bool
	modules map[string]*module
	filled  map[*lang.Use]filled
	blamed  map[*lang.Use][]*lang.ModuleParam // what was told not to fit of what a use gives
	library map[*lang.File]bool               // modules that came with the compiler

	classes       []*class
	spaces        []*space
	policies      map[string]lang.Name
	unread        []string        // modules that could not be read, by the names that they must have; "" is any
	unfilled      map[string]bool // modules of which a use was wrong, by their names; "" stands for any
	checked       map[*ir.Policy]*policy
	unbounded     map[*ir.Policy]bool // with cycles or arrows that were reported
	texts         map[string]float64  // numbers that stand for texts
	entered       map[string]*event   // the program's events, by their whole names
	doubledEvents []*event            // those of a name that another one has
	scenarios     map[string]int
	hosts         map[string]instance
	columns       map[columnKey]int32
	navs          map[navKey]int32
	hists         map[bundle.Hist]int32
	windows       map[bundle.Window]int32
	insts         map[bundle.InstRef]int32
	cpuLoads      map[int32]bool  // columns whose probes measure "cpu"
	lying         map[string]bool // metrics that a scenario or a test lets lie

	places []placeRule
	// drains are the operations, by name, that are declared as such; undrains those that take it back.
	drains, undrains map[string]bool
	entries          map[*class]bool
	// elsewhere says in which state a name is bound that is not known here.
	elsewhere map[string]string
	depth     int               // of the expression that is checked
	loops     int               // expressions checked in one declaration, functions expanded
	said      map[string]string // unknown names that were reported in this declaration, and what is surely meant by them
	slips     []lang.Span       // where, in this declaration, names are read as others that they resemble
	begun     int               // how many declarations were begun
	tooMuch   bool              // one of both went over its bound
	// missed is what was reported to be used though it may be missing: variables in this declaration, roles in this state.
	missed map[factKey]bool
}

func newChecker(files *Files) *checker {
	program := &ir.Program{}
	c := &checker{
		files: files, program: program, tables: &program.Tables,
		modules: map[string]*module{}, filled: map[*lang.Use]filled{}, blamed: map[*lang.Use][]*lang.ModuleParam{}, called: map[*lang.Op]bool{}, library: map[*lang.File]bool{}, policies: map[string]lang.Name{}, unfilled: map[string]bool{}, texts: map[string]float64{}, entered: map[string]*event{},
		scenarios: map[string]int{}, hosts: map[string]instance{},
		columns: map[columnKey]int32{}, navs: map[navKey]int32{}, hists: map[bundle.Hist]int32{},
		windows: map[bundle.Window]int32{}, insts: map[bundle.InstRef]int32{}, cpuLoads: map[int32]bool{}, lying: lyingIn(files.Main),
		told: map[string]int{}, lackedBy: map[string]string{}, named: map[place]bool{}, drains: map[string]bool{}, undrains: map[string]bool{}, unbounded: map[*ir.Policy]bool{}, checked: map[*ir.Policy]*policy{},
	}
	c.system = c.newUnit(c.addSource(files.Main))
	c.system.modules = c.modules
	for _, e := range files.Syntax {
		c.syntax = append(c.syntax, finding.FromSyntax(files.Main.Path, e))
	}
	if files.Index != nil {
		files.Index.c = c
	}
	c.tables.System = files.Main.Name.Text
	return c
}

// unit is where names are looked up: the system's, or those of a module as one `use` fills it in.
type unit struct {
	file    int32
	classes map[string]*class
	consts  map[string]val
	funcs   map[string]*fn
	events  map[string]*event
	// plays are the events of a module that policies of it, which are used, start on or emit.
	plays map[string]bool
	// modules are those that the file imports, by their names.
	modules map[string]*module
	// params are where a module declares what is filled in, members those that stand for a member of a class, signatures
	// what those that stand for a function take.
	params     map[string]lang.Span
	members    map[string]alias
	signatures map[string][]*lang.Param
	lost       *lost
}

func (c *checker) newUnit(file int32) *unit {
	return &unit{
		lost: c.lost[file], file: file, classes: map[string]*class{}, consts: map[string]val{}, funcs: map[string]*fn{}, events: map[string]*event{},
		plays: map[string]bool{}, params: map[string]lang.Span{}, members: map[string]alias{}, signatures: map[string][]*lang.Param{},
	}
}

func (c *checker) addSource(f *lang.File) int32 {
	c.sources = append(c.sources, f)
	c.lost = append(c.lost, newLost(f))
	if c.files.Sources != nil {
		c.files.Sources[f.Path] = f.Source
	}
	c.tables.Sources = append(c.tables.Sources, bundle.Source{Path: f.Path, Text: f.Source})
	c.lockFile(f.Path, f.Source)
	return int32(len(c.sources) - 1)
}

// lockFile notes what a file that was read is, once.
func (c *checker) lockFile(path, text string) {
	if l := bundle.LockOf(path, text); !slices.Contains(c.tables.Lock, l) {
		c.tables.Lock = append(c.tables.Lock, l)
	}
}

// report notes a finding. Nothing is noted while a function is expanded: its own check has said it; nor where a syntax
// error was reported.
func (c *checker) report(code finding.Code, u *unit, span lang.Span, msg, hint string) {
	c.hushed = c.muted > 0 || u.lost.unread(span) || code == "TUNE0216" && c.slipped(span) // one or many: nobody knows, as it isn't that name
	if c.hushed {
		return
	}
	c.findings = append(c.findings, finding.New(code, c.sources[u.file].Path, span, msg, hint))
}

func (c *checker) reportf(code finding.Code, u *unit, span lang.Span, format string, args ...any) {
	c.report(code, u, span, fmt.Sprintf(format, args...), "")
}

// toldAt says whether the syntax of what begins at an offset is wrong.
func (c *checker) toldAt(u *unit, start int) bool {
	return u == c.system && slices.ContainsFunc(c.files.Syntax, func(e lang.Error) bool { return e.Span.Start == start })
}

// toldWithin says whether there is a finding of a code in a range.
func (c *checker) toldWithin(code finding.Code, u *unit, at lang.Span) bool {
	file := c.sources[u.file].Path
	return slices.ContainsFunc(c.findings, func(f finding.Finding) bool {
		return f.Code == code && f.File == file && at.Start <= f.Span.Start && f.Span.End <= at.End
	})
}

// relate adds another place to the last finding.
func (c *checker) relate(u *unit, span lang.Span, msg string) {
	if c.hushed || len(c.findings) == 0 {
		return
	}
	last := &c.findings[len(c.findings)-1]
	last.Related = append(last.Related, finding.Related{File: c.sources[u.file].Path, Span: span, Msg: msg})
}

// begin starts a declaration.
func (c *checker) begin() {
	c.loops, c.said, c.slips, c.missed, c.begun = 0, nil, nil, map[factKey]bool{}, c.begun+1
}

func (c *checker) done() []finding.Finding {
	c.renameDeclared()
	c.lackProbe()
	c.keepLineEnds()
	return finding.Sort(slices.Concat(c.syntax, c.findings))
}

// change adds to the last finding a fix that puts text in the place of a range.
func (c *checker) change(u *unit, span lang.Span, text string) {
	if c.hushed || len(c.findings) == 0 {
		return
	}
	last := &c.findings[len(c.findings)-1]
	last.Fixes = append(last.Fixes, finding.Change(c.sources[u.file].Path, span, text))
}

// changes adds a fix of several changes to the last finding; none if there are none.
func (c *checker) changes(u *unit, edits []lang.Edit) {
	if c.hushed || len(c.findings) == 0 || len(edits) == 0 {
		return
	}
	file := c.sources[u.file].Path
	fix := finding.Change(file, edits[0].Span, edits[0].New)
	for _, e := range edits[1:] {
		fix.Title += ", and " + strings.TrimSpace(e.New)
		fix.Edits = append(fix.Edits, finding.Edit{File: file, Span: e.Span, New: e.New})
	}
	last := &c.findings[len(c.findings)-1]
	last.Fixes = append(last.Fixes, fix)
}

func pos(u *unit, span lang.Span) ir.Pos { return ir.Pos{File: u.file, Span: span} }
