package files

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// File is one of a set: where it is, and what fills it.
type File struct {
	Path string
	Fill func(io.Writer) error
}

// WriteSet writes files that belong together, as Write does each. None is replaced before all are written, so that all stay
// as they were if there is an error until then. The last file is the set's seal: it is away while the others are exchanged.
// As long as it is there, all are of one set, even if the process was killed on the way, or others wrote theirs at once: sets
// with the same seal are written one after the other, and what a killed process has left half-written beside the seal is removed.
func WriteSet(set ...File) error {
	seal, err := follow(set[len(set)-1].Path)
	if err != nil {
		return err
	}
	unlock, err := lock(filepath.Dir(seal))
	if err != nil {
		return err
	}
	return errors.Join(writeSet(set, filepath.Dir(seal)), unlock())
}

// writeSet writes a set whose folder nobody else writes to.
func writeSet(set []File, dir string) error {
	paths, ready := make([]string, len(set)), make([]string, len(set))
	defer func() {
		for _, tmp := range ready {
			os.Remove(tmp) // fails once it is renamed
		}
	}()
	for i, f := range set {
		path, was, err := replaceable(f.Path)
		if err != nil {
			return err
		}
		if filepath.Dir(path) == dir {
			forsake(path)
		}
		if ready[i], err = prepare(path, was, f.Fill); err != nil {
			return err
		}
		paths[i] = path
	}
	return exchange(ready, paths)
}

// forsake removes what was written to take the place of the file at path, and never did. What can't be removed stays: it is in
// nobody's way.
func forsake(path string) {
	all, _ := os.ReadDir(filepath.Dir(path))
	for _, f := range all {
		if isBeside(f.Name(), filepath.Base(path)) {
			os.Remove(filepath.Join(filepath.Dir(path), f.Name()))
		}
	}
}

// exchange puts files that are ready in the place of those at paths, while the last is away.
func exchange(ready, paths []string) error {
	if err := os.Remove(paths[len(paths)-1]); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	for i, tmp := range ready {
		if err := os.Rename(tmp, paths[i]); err != nil {
			return err
		}
	}
	return nil
}

// replaceable is where a path leads, and what is there: nil for nothing.
func replaceable(path string) (string, fs.FileInfo, error) {
	path, err := follow(path)
	if err != nil {
		return "", nil, err
	}
	was, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return path, nil, nil
	case err == nil && !was.Mode().IsRegular():
		err = fmt.Errorf("%s is no file that could be replaced", path)
	}
	return path, was, err
}
