package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/tune-autonomic/tune/cmd/internal/clitool"
	"github.com/tune-autonomic/tune/compiler"
	"github.com/tune-autonomic/tune/compiler/finding"
	"github.com/tune-autonomic/tune/lang"
)

// program is a source file, and the folder that its compilation sees.
type program struct {
	dir, file, text string
	root            *os.Root
}

// openProgram reads the file at path. The program must be closed.
func openProgram(path string) (*program, error) {
	if strings.HasSuffix(path, ".tuneb") {
		return nil, fmt.Errorf("%s is a bundle, not a source: `tunec inspect %s` shows what is in it", path, path)
	}
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("%s is not a file", path)
	}
	text, err := readBounded(path)
	if err != nil {
		return nil, err
	}
	dir, file := filepath.Split(path)
	if dir == "" {
		dir = "."
	}
	root, err := os.OpenRoot(dir) // whose links lead nowhere else
	if err != nil {
		return nil, err
	}
	return &program{dir: dir, file: file, text: text, root: root}, nil
}

// readBounded reads a source; of one that is too large, no more than it takes to say so.
func readBounded(path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, lang.MaxSource+1))
	return string(text), err
}

func (p *program) close() { p.root.Close() }

// compile compiles the file at path; it sees what is in the file's folder and below. Findings name files as path does.
func compile(path string) (compiler.Result, error) {
	p, err := openProgram(path)
	if err != nil {
		return compiler.Result{}, err
	}
	defer p.close()
	return p.named(compiler.CompileSource(p.root.FS(), p.file, p.text)), nil
}

// named gives files the names by which people call them.
func (p *program) named(r compiler.Result) compiler.Result {
	r.Sources, r.Findings = p.sources(r.Sources), p.findings(r.Findings)
	return r
}

func (p *program) sources(all finding.Sources) finding.Sources {
	named := finding.Sources{}
	for name, text := range all {
		named[here(p.dir, name)] = text
	}
	return named
}

func (p *program) findings(all []finding.Finding) []finding.Finding {
	named := slices.Clone(all)
	for i := range named {
		f := &named[i]
		f.File = here(p.dir, f.File)
		f.Related = slices.Clone(f.Related)
		for k := range f.Related {
			f.Related[k].File = here(p.dir, f.Related[k].File)
		}
		f.Fixes = slices.Clone(f.Fixes)
		for k := range f.Fixes {
			f.Fixes[k].Edits = slices.Clone(f.Fixes[k].Edits)
			for n := range f.Fixes[k].Edits {
				f.Fixes[k].Edits[n].File = here(p.dir, f.Fixes[k].Edits[n].File)
			}
		}
	}
	return named
}

// here is what a person calls a file of the compilation: modules of the library keep their names.
func here(dir, file string) string {
	if strings.HasPrefix(file, "std/") {
		return file
	}
	return filepath.Join(dir, filepath.FromSlash(file))
}

// tell writes the findings, and fails if one of them is an error, or if strict and there is one.
func tell(w io.Writer, r compiler.Result, strict bool) error {
	if err := finding.Render(w, r.Findings, r.Sources); err != nil {
		return err
	}
	return verdict(r, strict)
}

func verdict(r compiler.Result, strict bool) error {
	if r.Program == nil || finding.Failed(r.Findings) || strict && len(r.Findings) > 0 {
		return clitool.ErrReported
	}
	return nil
}
