package lsp

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"sort"
	"strings"

	"github.com/tune-autonomic/tune/compiler"
	"github.com/tune-autonomic/tune/compiler/check"
	"github.com/tune-autonomic/tune/compiler/finding"
	"github.com/tune-autonomic/tune/lang"
)

// program is what a check of a system, or of a module by itself, has said.
type program struct {
	root     string // the document that was checked
	dir      string // the folder that it sees
	tree     *lang.File
	index    *check.Index
	findings []finding.Finding
	// measure finds what is too large for bytecode; nil if that was done, or can't be.
	measure func() []finding.Finding
	// asked are the files that it depends on, whether or not they are there.
	asked map[string]bool
	at    int // the state of the documents that it is of

	uses map[string][]check.Use // by path, in the order of the text; nil until it is asked for
}

// programAt is what a check of the document at a path says now: what was said before if nothing has changed since.
// An error means that stop said so.
func (s *server) programAt(ctx context.Context, path string, stop func() bool) (*program, error) {
	if p := s.programs[path]; p != nil && s.current(p) {
		return p, nil
	}
	d := s.document(path)
	if d == nil {
		return nil, fs.ErrNotExist
	}
	p := s.examine(d, check.NewIndex(), func() bool { return ctx.Err() != nil || stop != nil && stop() })
	if ctx.Err() != nil || stop != nil && stop() {
		return nil, context.Canceled
	}
	s.programs[path] = p
	return p, nil
}

// current says whether nothing that a program depends on has changed since it was checked.
func (s *server) current(p *program) bool {
	for path := range p.asked {
		if s.changed[path] > p.at {
			return false
		}
	}
	return s.changed[""] <= p.at
}

// touch notes that a document has changed; "" stands for anything.
func (s *server) touch(path string) {
	s.state++
	s.changed[path] = s.state
	s.unchecked = true
}

func (s *server) examine(d *document, index *check.Index, stop func() bool) *program {
	p := &program{root: d.path, index: index, asked: map[string]bool{d.path: true}, at: s.state}
	dir, name := place(d.path)
	if module, isLibrary := s.inLibrary(d.path); isLibrary {
		dir, name = "", "std/"+module
	}
	p.dir = dir
	tree := *d.parsed()
	tree.Path = name
	p.tree = &tree
	s.check(p, d.syntax, stop)
	return p
}

// check checks the tree of a program.
func (s *server) check(p *program, syntax []lang.Error, stop func() bool) {
	files := &check.Files{Main: p.tree, Syntax: syntax, Index: p.index, Stop: stop, FS: noFolder{}}
	if p.dir != "" {
		if root, err := os.OpenRoot(p.dir); err == nil { // whose links lead nowhere else
			defer root.Close()
			files.FS = &overlay{dir: p.dir, under: root.FS(), texts: s.documents, asked: p.asked}
		} else {
			files.FS = &overlay{dir: p.dir, under: nothing{}, texts: s.documents, asked: p.asked}
		}
	}
	p.findings, p.measure = compiler.Examine(files)
	if p.tree.Kind != "module" {
		return
	}
	p.findings = slices.DeleteFunc(p.findings, func(f finding.Finding) bool { return f.Code == "TUNE0224" && f.File == p.tree.Path })
}

// nothing is a folder that isn't there yet.
type nothing struct{}

func (nothing) Open(name string) (fs.File, error) {
	return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
}

// noFolder is what a text sees that is no file: nothing but the library, which isn't asked of it.
type noFolder struct{}

func (noFolder) Open(string) (fs.File, error) {
	return nil, errors.New("this text has no folder yet: save it as a file first")
}

// usesIn are the names of a document that mean something.
func (s *server) usesIn(p *program, path string) []check.Use {
	if p.uses == nil {
		p.uses = map[string][]check.Use{}
		for all := p.index.Uses(); len(all) > 0; { // those of a file stand together
			n := slices.IndexFunc(all, func(u check.Use) bool { return u.File != all[0].File })
			if n < 0 {
				n = len(all)
			}
			p.uses[s.fileOf(p.dir, all[0].File)] = all[:n]
			all = all[n:]
		}
	}
	return p.uses[path]
}

// useAt is the name at an offset, or right before it.
func (s *server) useAt(p *program, path string, offset int) (check.Use, bool) {
	uses := s.usesIn(p, path)
	i := sort.Search(len(uses), func(i int) bool { return uses[i].Span.End >= offset })
	for ; i < len(uses) && uses[i].Span.Start <= offset; i++ {
		if i+1 < len(uses) && uses[i].Span.End == offset && uses[i+1].Span.Start == offset {
			continue
		}
		return uses[i], true
	}
	return check.Use{}, false
}

// nameIn is what the program calls the document at a path.
func (s *server) nameIn(p *program, path string) string {
	if module, isLibrary := s.inLibrary(path); isLibrary {
		return "std/" + module
	}
	if p.dir == "" {
		_, name := place(path)
		return name
	}
	rel, err := filepath.Rel(p.dir, path)
	if err != nil {
		return path
	}
	return filepath.ToSlash(rel)
}

// about are the programs to ask about a document: the system itself, or those that import the module; a module that
// nobody imports is asked by itself.
func (s *server) about(ctx context.Context, path string, stop func() bool) ([]*program, error) {
	d := s.document(path)
	if d == nil {
		return nil, fs.ErrNotExist
	}
	roots := []string{path}
	if d.parsed().Kind == "module" {
		roots = append(s.importers(path), path)
	}
	var all []*program
	for _, root := range roots {
		if len(all) > 0 && root == path && all[0].root != path {
			break // somebody imports it: what it is by itself says nothing more
		}
		p, err := s.programAt(ctx, root, stop)
		if err != nil {
			return nil, err
		}
		if root == path || p.asked[path] {
			all = append(all, p)
		}
	}
	return all, nil
}

// programOf is the first of them.
func (s *server) programOf(ctx context.Context, path string) (*program, error) {
	all, err := s.about(ctx, path, nil)
	if err != nil || len(all) == 0 {
		return nil, err
	}
	return all[0], nil
}

// importers are the systems that may import a module: open ones first, then those of the workspace.
func (s *server) importers(path string) []string {
	if _, isLibrary := s.inLibrary(path); isLibrary {
		return nil
	}
	var found []string
	for _, d := range s.systems() {
		if s.reaches(d, path, map[string]bool{}) {
			found = append(found, d.path)
		}
	}
	return found
}

// reaches says whether a file imports another, perhaps by way of others.
func (s *server) reaches(d *document, path string, seen map[string]bool) bool {
	if d == nil || seen[d.path] {
		return false
	}
	seen[d.path] = true
	for _, im := range d.parsed().Imports {
		if strings.HasPrefix(im.Path, "std/") || im.Path == "" {
			continue
		}
		name := im.Path
		if !strings.HasSuffix(name, ".tune") {
			name += ".tune"
		}
		to := filepath.Join(filepath.Dir(d.path), filepath.FromSlash(name))
		if to == path || s.reaches(s.document(to), path, seen) {
			return true
		}
	}
	return false
}
