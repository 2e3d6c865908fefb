package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/tune-autonomic/tune/cmd/internal/clitool"
	"github.com/tune-autonomic/tune/compiler"
	"github.com/tune-autonomic/tune/compiler/finding"
)

// compile compiles the file at path; it sees what is in the file's folder and below. Findings name files as path does.
func compile(path string) (compiler.Result, error) {
	if strings.HasSuffix(path, ".tuneb") {
		return compiler.Result{}, fmt.Errorf("%s is a bundle, not a source: `tunec inspect %s` shows what is in it", path, path)
	}
	info, err := os.Stat(path)
	if err != nil {
		return compiler.Result{}, err
	}
	if !info.Mode().IsRegular() {
		return compiler.Result{}, fmt.Errorf("%s is not a file", path)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return compiler.Result{}, err
	}
	dir, file := filepath.Split(path)
	if dir == "" {
		dir = "."
	}
	root, err := os.OpenRoot(dir) // whose links lead nowhere else
	if err != nil {
		return compiler.Result{}, err
	}
	defer root.Close()
	r := compiler.CompileSource(root.FS(), file, string(text))
	sources := finding.Sources{}
	for name, text := range r.Sources {
		sources[here(dir, name)] = text
	}
	r.Sources = sources
	for i := range r.Findings {
		f := &r.Findings[i]
		f.File = here(dir, f.File)
		for k := range f.Related {
			f.Related[k].File = here(dir, f.Related[k].File)
		}
		for _, fix := range f.Fixes {
			for k := range fix.Edits {
				fix.Edits[k].File = here(dir, fix.Edits[k].File)
			}
		}
	}
	return r, nil
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
