package diagram

import (
	"path"
	"strconv"
	"strings"

	"github.com/tune-autonomic/tune/lang"
)

// Program is what is drawn: a system with the modules that it imports, or a module.
type Program struct {
	main    *lang.File
	modules map[string]*lang.File
}

// Read reads the program in the file main of sources. The texts of the modules that it imports are there as well, those of
// the library as "std/NAME.tune", others where the program says. What can't be read is passed over: the compiler's findings
// say more of it.
func Read(main string, sources map[string]string) Program {
	p := Program{modules: map[string]*lang.File{}}
	p.main, _ = lang.Parse(main, sources[main])
	for _, im := range p.main.Imports {
		name := im.Path
		if !strings.HasSuffix(name, ".tune") {
			name += ".tune"
		}
		if !strings.HasPrefix(name, "std/") {
			name = path.Join(path.Dir(main), name)
		}
		if text, ok := sources[name]; ok {
			file, _ := lang.Parse(name, text)
			p.modules[file.Name.Text] = file
		}
	}
	return p
}

// All are a program's diagrams: those of its classes and machines, if it has any, and one for each policy.
func All(p Program) []Diagram {
	var all []Diagram
	if d := classes(p.main); len(d.Nodes) > 0 {
		all = append(all, d)
	}
	if d := deployment(p.main); len(d.Nodes) > 0 {
		all = append(all, d)
	}
	return append(all, p.policies()...)
}

// policies are the diagrams of the program's policies, and of those that it uses from modules.
func (p Program) policies() []Diagram {
	var all []Diagram
	for _, d := range p.main.Decls {
		switch d := d.(type) {
		case *lang.Policy:
			all = append(all, p.states(d, p.main, d.Name.Text, d.On))
		case *lang.Use:
			m := p.modules[d.Module.Text]
			if m == nil {
				continue
			}
			for _, policy := range of[*lang.Policy](m) {
				if d.Policy.Text == "" || d.Policy.Text == policy.Name.Text {
					all = append(all, p.states(policy, m, m.Name.Text+"."+policy.Name.Text, d.On))
				}
			}
		}
	}
	return distinct(all)
}

// distinct tells diagrams with the same name apart: a module's policy may be used more than once.
func distinct(all []Diagram) []Diagram {
	seen := map[string]int{}
	for i := range all {
		name := all[i].Name
		if seen[name]++; seen[name] > 1 {
			all[i].Name += "-" + strconv.Itoa(seen[name])
		}
	}
	return all
}

func of[T lang.Decl](f *lang.File) []T {
	var all []T
	for _, d := range f.Decls {
		if d, ok := d.(T); ok {
			all = append(all, d)
		}
	}
	return all
}

// text is a piece of a file as it is written, in one line and without comments.
func text(f *lang.File, at lang.Span) string {
	var b strings.Builder
	quoted := false
	source := f.Source[at.Start:at.End]
	for i := 0; i < len(source); i++ {
		switch c := source[i]; {
		case c == '\\' && quoted && i+1 < len(source):
			b.WriteByte(c)
			i++
		case c == '"':
			quoted = !quoted
		case !quoted && strings.HasPrefix(source[i:], "//"):
			end := strings.IndexByte(source[i:], '\n')
			if end < 0 {
				return fields(b.String())
			}
			i += end
		}
		b.WriteByte(source[i])
	}
	return fields(b.String())
}

// fields is s with its blanks made single.
func fields(s string) string { return strings.Join(strings.Fields(s), " ") }
