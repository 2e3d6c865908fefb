package check

import (
	"slices"
	"strings"

	"github.com/tune-autonomic/tune/compiler/bundle"
	"github.com/tune-autonomic/tune/compiler/finding"
	"github.com/tune-autonomic/tune/lang"
)

// mostNamed is how many names are listed that could stand somewhere.
const mostNamed = 12

// couldStand says, in the syntax error that told of a name that is missing, what the program has that could stand there.
func (c *checker) couldStand(u *unit, at lang.Span, listed string, names []string) {
	if u.file != c.system.file {
		return
	}
	source := c.files.Main.Source
	i := slices.IndexFunc(c.syntax, func(f finding.Finding) bool {
		behind := f.Span.Start >= at.End && f.Span.Start <= len(source) && strings.TrimSpace(source[at.End:f.Span.Start]) == ""
		return f.Code == lang.CodeUnexpected && f.Hint == "" && (behind || f.Span.End == at.Start)
	})
	names = slices.Compact(slices.Sorted(slices.Values(slices.DeleteFunc(names, func(name string) bool { return name == "" }))))
	if i < 0 || len(names) == 0 {
		return
	}
	rest := ""
	if len(names) > mostNamed {
		names, rest = names[:mostNamed], ", …"
	}
	c.syntax[i].Hint = listed + ": " + list(names) + rest
}

// fromOutsideNames are the events that can be emitted, those of modules with the name of the module.
func (c *checker) fromOutsideNames(u *unit) []string {
	var names []string
	for _, name := range sortedKeys(u.events) {
		if u.events[name].external() {
			names = append(names, name)
		}
	}
	for _, name := range sortedKeys(u.modules) {
		for _, own := range u.modules[name].fromOutsideNames() {
			names = append(names, name+"."+own)
		}
	}
	return names
}

// fromOutsideNames are a module's events that can be emitted, without its name.
func (m *module) fromOutsideNames() []string {
	var names []string
	for _, d := range each[*lang.Event](m.file) {
		if (&event{decl: d}).external() {
			names = append(names, d.Name.Text)
		}
	}
	return names
}

// opsOf are the operations of software, and what each machine and software has.
func (c *checker) opsOf(t typ) []string {
	names := []string{"start", "stop"}
	for _, cl := range c.spaces[t.Space].classes {
		if cl.kind == bundle.Component && (t.Class < 0 || t.Class == cl.index) {
			names = append(names, sortedKeys(cl.ops)...)
		}
	}
	return names
}
