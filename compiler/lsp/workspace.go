package lsp

import (
	"io/fs"
	"maps"
	"path/filepath"
	"slices"
	"strings"
)

// maxWorkspace bounds how many files of the workspace are looked at, and maxWalk how many are passed on the way.
const (
	maxWorkspace = 2000
	maxWalk      = 100_000
)

// openDocuments are the documents that the editor has, in the order of their paths.
func (s *server) openDocuments() []*document {
	var all []*document
	for _, path := range slices.Sorted(maps.Keys(s.documents)) {
		all = append(all, s.documents[path])
	}
	return all
}

// everything is the documents that are open, and then the other .tune files of the workspace.
func (s *server) everything() []*document {
	all := s.openDocuments()
	for _, path := range s.workspace() {
		if s.documents[path] != nil {
			continue
		}
		if d := s.document(path); d != nil {
			all = append(all, d)
		}
	}
	return all
}

// systems are those of them that are systems.
func (s *server) systems() []*document {
	return slices.DeleteFunc(s.everything(), func(d *document) bool { return d.parsed().Kind == "module" })
}

// workspace lists the .tune files of the folders that the editor has opened. It is listed anew when files have come or gone.
func (s *server) workspace() []string {
	if s.listed {
		return s.files
	}
	s.listed, s.files = true, nil
	passed := 0
	for _, folder := range s.folders {
		_ = filepath.WalkDir(folder, func(path string, d fs.DirEntry, err error) error {
			if passed++; passed > maxWalk || len(s.files) >= maxWorkspace {
				return fs.SkipAll
			}
			switch {
			case err != nil:
				return nil // what can't be read is left out
			case d.IsDir() && path != folder && (strings.HasPrefix(d.Name(), ".") || d.Name() == "node_modules"):
				return fs.SkipDir
			case d.Type().IsRegular() && strings.HasSuffix(path, ".tune"):
				s.files = append(s.files, path)
			}
			return nil
		})
	}
	slices.Sort(s.files)
	s.files = slices.Compact(s.files)
	return s.files
}
